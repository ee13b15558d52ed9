"""The `data/` folder of an edition: facts as CSV, Parquet and XLSX, the figures behind them, each chart's data."""

import shutil
from datetime import datetime
from operator import attrgetter
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from analysis import catalogue, facts, wording
from analysis.facts import Fact
from analysis.plan import Plan
from analysis.publishing import sidecar
from analysis.publishing.release.numbers import printed_value
from analysis.regions import comparison

NOISE = 6  # decimals beyond which a sum of official figures tells only how computers add


def write(plan: Plan, folder: Path) -> None:
    """Write all downloads of the edition into `folder`."""
    folder.mkdir(parents=True)
    found = edition_facts(plan)
    facts.write(found, folder / "facts.parquet")
    table = printed_table(found)
    table.write_csv(folder / "facts.csv")
    _workbook(shown_table(found), plan, folder / "facts.xlsx")
    observations(plan).write_parquet(folder / "observations.parquet", compression="zstd", statistics=False)
    _charts(plan, folder / "charts")


def edition_facts(plan: Plan) -> list[Fact]:
    """All facts of the edition, once each."""
    members = [*plan.regions, *([comparison()] if plan.compared else [])]
    found = {fact.id: fact for region in members for fact in sidecar.read_facts(plan, region)}
    return [found[ident] for ident in sorted(found)]


def observations(plan: Plan) -> pl.DataFrame:
    """The figures the edition used, on the territory of 2023, with the cells they came from."""
    members = [*plan.regions, *([comparison()] if plan.compared else [])]
    slices = [pl.read_parquet(plan.folder(region.id, "inputs") / "figures.parquet") for region in members]
    found = (
        pl.concat(slices).unique(["region", "measure", "branch", "year"]).sort("region", "measure", "branch", "year")
    )
    return found.with_columns(_official_digits())


def _official_digits() -> pl.Expr:
    """Values without the noise of adding (217.41000000000003); quotients of official figures have two decimals."""
    quotient = pl.col("measure").str.ends_with("_derived")
    return pl.when(quotient).then(pl.col("value").round(2)).otherwise(pl.col("value").round(NOISE)).alias("value")


def printed_table(found: list[Fact]) -> pl.DataFrame:
    """One row per fact with labels and the printed text beside the value, for people."""
    indicators = catalogue.indicators()
    rows = [
        {
            "id": fact.id,
            "region": fact.region,
            "label": wording.fact_label(fact, indicators[fact.indicator]),
            "period": fact.period,
            "printed": wording.printed(fact, indicators[fact.indicator]),
            "value": fact.value,
            "low": fact.low,
            "high": fact.high,
            "unit": fact.unit,
            "status": fact.status,
            "method": fact.method,
            "sources": " ".join(fact.sources),
            "inputs": " ".join(fact.inputs),
        }
        for fact in found
    ]
    numbers = dict.fromkeys(("value", "low", "high"), pl.Float64)
    return pl.DataFrame(rows, schema={name: numbers.get(name, pl.String) for name in rows[0]})


def shown_table(found: list[Fact]) -> pl.DataFrame:
    """The facts for a spreadsheet: the digits of the print and no more behind them, without the long list of inputs."""
    indicators = catalogue.indicators()
    rounded = {
        name: [
            None if value is None else printed_value(value, indicators[fact.indicator])
            for fact, value in zip(found, map(attrgetter(name), found), strict=True)
        ]
        for name in ("value", "low", "high")
    }
    return printed_table(found).drop("inputs").with_columns(pl.Series(k, v, pl.Float64) for k, v in rounded.items())


def _workbook(table: pl.DataFrame, plan: Plan, path: Path) -> None:
    """Facts and the key to the signs, with frozen heads; the same edition gives the same bytes."""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        made = datetime.fromisoformat(plan.edition.published)
        book.set_properties({"title": plan.edition.title, "author": plan.edition.publisher, "created": made})
        fill(book, book.add_worksheet("Fakten"), table)
        signs = [{"Zeichen": sign, "Bedeutung": meaning} for sign, meaning in wording.STATUS_TEXT.values()]
        pl.DataFrame(signs).write_excel(workbook=book, worksheet="Zeichenerklärung", autofit=True)


def fill(book: xlsxwriter.Workbook, sheet: Worksheet, table: pl.DataFrame) -> None:
    """Put the facts on a sheet; the format General shows every digit that a cell holds."""
    table.write_excel(
        workbook=book, worksheet=sheet, autofit=True, freeze_panes=(1, 1), dtype_formats={pl.Float64: "General"}
    )


def _charts(plan: Plan, folder: Path) -> None:
    """Each figure's data and picture, by report."""
    members = [*plan.regions, *([comparison()] if plan.compared else [])]
    for region in members:
        for chapter in plan.chapters(region.id):
            charts = plan.folder(region.id, chapter) / "charts"
            for path in sorted(charts.glob("*")) if charts.is_dir() else ():
                if path.suffix in (".csv", ".svg") and not path.stem.endswith("-narrow"):
                    target = folder / region.id / path.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
