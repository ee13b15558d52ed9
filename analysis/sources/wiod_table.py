"""National input-output table of the World Input-Output Database, release 2016, all years of the file.

BOM, semicolons, a blank between thousands ("17 953"); the second row holds descriptions. Rows deliver, columns
receive: for each year the domestic rows, the imported ones, then totals, taxes, value added and output (Origin TOT).
Changes in inventories may be negative. Flows are no statistic by region, so they are reference tables. Tested with the
German file; `wiod` takes from it the year and block the study uses.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from analysis.errors import StudyError
from analysis.sources.official import FAULT, OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.recognition import Head
from analysis.sources.site_tables import NO_CELLS
from analysis.sources.strict_csv import LINE, Texts, no_number, numbers, read_texts
from analysis.sources.wiod import FINAL_USES, OUTPUT

NAME = "WIOD national table"
DOMESTIC, IMPORTS, TOTALS = "Domestic", "Imports", "TOT"
_START = ("Year", "Code", "Description", "Origin")
_ROUNDING_MUSD = 40.0  # whole millions are printed; the cells of a row may miss their sum by about this much
FLOWS = pl.Schema(
    {
        "year": pl.Int64,
        "origin": pl.String,
        "deliverer": pl.String,
        "receiver": pl.String,
        "value_musd": pl.Float64,
        "row": pl.String,
    }
)


def recognises(head: Head) -> bool:
    """By the first four columns."""
    return bool(head.lines) and tuple(head.lines[0].replace('"', "").split(";")[:4]) == _START


def read(original: Original) -> OfficialTable:
    """Reference tables of million US dollars, `FLOWS`: io_flows (to branches), io_final_use (to final users),
    io_totals (the rows of Origin TOT, by receiver); and io_labels (code, label).

    Raises StudyError for an unknown origin, year or number and for missing columns; years that do not balance to the
    table's rounding are a fault among the problems.
    """
    texts = read_texts(original, ";", (*_START, *FINAL_USES, OUTPUT))
    receivers = list(texts.header[4:])
    labels, texts = _described(texts, receivers)
    flows = _flows(texts, receivers)
    use = pl.col("receiver").is_in([*FINAL_USES, OUTPUT])
    delivered = flows.filter(pl.col("origin") != TOTALS)
    years = flows["year"].unique().sort()
    return OfficialTable(
        format=NAME,
        table="NIOT_nov16",
        title=f"National input-output table, {years.min()} to {years.max()}, million US dollars at basic prices",
        rows=texts.frame.height,
        cells=NO_CELLS,
        encoding=texts.encoding,
        tables={
            "io_flows": delivered.filter(~use),
            "io_final_use": delivered.filter(use & (pl.col("receiver") != OUTPUT)),
            "io_totals": flows.filter((pl.col("origin") == TOTALS) | (pl.col("receiver") == OUTPUT)),
            "io_labels": labels,
        },
        problems=(*texts.problems, *_balance(flows), *_incomplete(flows)),
    )


def _described(texts: Texts, receivers: list[str]) -> tuple[pl.DataFrame, Texts]:
    """Labels of all codes, and the rows without the second header row."""
    second = texts.frame.row(0, named=True) if texts.frame.height else {}
    if not second or any(second[name] for name in _START):
        raise StudyError(
            "The second row does not describe the columns",
            where=f"{texts.name}, line 2",
            next_step="Give the national table of the release of 2016 as it was downloaded.",
        )
    rows = texts.frame.slice(1)
    columns = pl.DataFrame({"code": receivers, "label": [second[name].strip() for name in receivers]})
    delivering = rows.select(code="Code", label=pl.col("Description").str.strip_chars())
    return pl.concat([columns, delivering]).unique("code", keep="first", maintain_order=True), replace(
        texts, frame=rows
    )


def _flows(texts: Texts, receivers: list[str]) -> pl.DataFrame:
    """One row a cell of the file."""
    for column, right, what in (
        ("Year", texts.frame["Year"].str.contains(r"^\d{4}$"), "no year"),
        ("Origin", texts.frame["Origin"].is_in([DOMESTIC, IMPORTS, TOTALS]), "no origin of Domestic, Imports, TOT"),
        ("Code", texts.frame["Code"] != "", "no code"),
    ):
        if not right.all():
            raise no_number(texts, column, ~right, what)
    values = texts.frame.with_columns(numbers(texts, name) for name in receivers)
    index = ["Year", "Origin", "Code", LINE]
    empty = values.select(pl.col(receivers).null_count()).row(0, named=True)
    if gaps := [name for name, count in empty.items() if count]:
        raise no_number(texts, gaps[0], values[gaps[0]].is_null(), "empty: the table has a figure in every cell")
    long = values.unpivot(receivers, index=index, variable_name="receiver", value_name="value_musd")
    number = {name: str(texts.header.index(name) + 1) for name in receivers}
    place = pl.format("L{}C{}", LINE, pl.col("receiver").replace_strict(number))
    renamed = long.with_columns(row=place).rename({"Year": "year", "Origin": "origin", "Code": "deliverer"})
    return renamed.select(pl.col(name).cast(kind) for name, kind in FLOWS.items())


def _balance(flows: pl.DataFrame) -> Iterator[Problem]:
    """What a branch delivers is its output, in its row and in its column."""
    domestic = flows.filter(pl.col("origin") == DOMESTIC)
    rows = domestic.group_by("year", "deliverer").agg(
        delivered=pl.col("value_musd").filter(pl.col("receiver") != OUTPUT).sum(),
        output=pl.col("value_musd").filter(pl.col("receiver") == OUTPUT).sum(),
    )
    columns = flows.filter(pl.col("deliverer") == OUTPUT).select("year", deliverer="receiver", column="value_musd")
    both = rows.join(columns, on=["year", "deliverer"], how="left").sort("year", "deliverer")
    gap = pl.max_horizontal((pl.col("delivered") - pl.col("output")).abs(), (pl.col("column") - pl.col("output")).abs())
    odd = both.filter((gap > _ROUNDING_MUSD) | pl.col("column").is_null())
    if odd.height:
        first = odd.row(0, named=True)
        yield Problem(
            "unbalanced",
            f"{odd.height} branches do not balance, first {first['deliverer']} in {first['year']}: it delivers "
            f"{first['delivered']:,.0f}, its output is {first['output']:,.0f} (million US$)",
            "",
            "The file was changed or is cut off. Download it again.",
            FAULT,
        )


def _incomplete(flows: pl.DataFrame) -> Iterator[Problem]:
    """Years with fewer rows than others, as in a file that was cut off, and cells that stand twice."""
    cells = flows.group_by("year").len().sort("year")
    short = cells.filter(pl.col("len") < pl.col("len").max())
    if short.height:
        what = f"The years {', '.join(map(str, short['year']))} have fewer rows than the others"
        yield Problem("incomplete year", what, cure="The file is cut off. Download it again.", severity=FAULT)
    key = ["year", "origin", "deliverer", "receiver"]
    twice = flows.filter(pl.struct(key).is_duplicated())
    if twice.height:
        what = f"{twice.height} cells stand there more than once"
        yield Problem("duplicate", what, twice["row"][0], "Keep one of the rows.", FAULT)
