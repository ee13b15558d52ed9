"""The bundled table with some cells hidden, and an empty edition to plant figures in.

The table is that of North Rhine-Westphalia, so that the truth is known. As in the real table, secret cells come in
pairs of districts: the sum over a pair follows from the margin of its Regierungsbezirk.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import xlsxwriter

from analysis import catalogue, facts, wording
from analysis.facts import Fact
from analysis.plan import CHAPTERS, RAW, Plan
from analysis.publishing.secrecy import audit, gate, official
from analysis.publishing.secrecy.official import TABLE, Official

YEAR = 2020
# Each pair of districts and what is secret in both: agriculture and construction, or industry and construction.
COESFELD, BORKEN, DUISBURG, KREFELD, LEVERKUSEN, BONN = "05558", "05554", "05112", "05114", "05316", "05314"
HIDDEN = {
    (COESFELD, BORKEN): ("A", "B-F", "F"),
    (DUISBURG, KREFELD): ("B-E", "C", "F"),
    (LEVERKUSEN, BONN): ("B-E", "C", "F"),
}
NAMES = {"05111": "Düsseldorf", COESFELD: "Coesfeld", BORKEN: "Borken", DUISBURG: "Duisburg", KREFELD: "Krefeld"}
NAMES |= {LEVERKUSEN: "Leverkusen", BONN: "Bonn"}
REGIONS = {
    COESFELD: (COESFELD,),
    DUISBURG: (DUISBURG,),
    "zwei": (COESFELD, LEVERKUSEN),
    "drei": (COESFELD, LEVERKUSEN, DUISBURG),
    "paar": (COESFELD, BORKEN),
}
# Delivery shares in per cent, as the planted estimates of the network use them.
DIRECT = {"A": 40.0, "F": 4.4, "G-I": 18.3, "J": 7.5, "K": 8.5, "L": 6.3, "M-N": 22.7, "O-Q": 3.0, "R-U": 3.6}
CHAIN = {"A": 59.0, "F": 9.3, "G-I": 25.0, "J": 16.0, "K": 16.5, "L": 11.5, "M-N": 31.0, "O-Q": 4.5, "R-U": 6.3}
DISJOINT = ("A", "B-E", *list(DIRECT)[1:])
SOURCE_LINE = f"Quelle: Statistische Ämter, Tabelle {TABLE}."


def known_table() -> Official:
    """The table with all cells of the Land, known."""
    whole = official.read(RAW)
    near = pl.col("region").str.starts_with("05") | (pl.col("region") == "DG")
    return Official(whole.cells.filter(near), whole.names, whole.members)


def hidden_table(truth: Official) -> Official:
    """The same with the cells of `HIDDEN` secret in the newest year."""
    hidden = [(key, branch, YEAR) for keys, branches in HIDDEN.items() for key in keys for branch in branches]
    secret = pl.DataFrame(hidden, schema=["region", "branch", "year"], orient="row").with_columns(hidden=True)
    cells = truth.cells.join(secret, on=["region", "branch", "year"], how="left")
    value = pl.when(pl.col("hidden").is_null()).then("value")
    return Official(cells.select("region", "branch", "year", value=value), truth.names, truth.members)


def places(region: str) -> tuple[str, ...]:
    return REGIONS.get(region, (region,))


@dataclass
class Edition:
    """A whole edition with nothing in it, to plant figures in: facts, texts and files of its chapters."""

    plan: Plan
    table: Official
    truth: Official
    entered: list[Fact] = field(default_factory=list)
    texts: dict[str, dict] = field(default_factory=dict)
    rows: list[dict] = field(default_factory=list)

    def known(self, region: str, branch: str, year: int = YEAR) -> float:
        """The true figure, secret or not."""
        return self.truth.level(places(region), branch, year)

    def cells(self, region: str, branch: str, year: int = YEAR) -> tuple[str, ...]:
        """Names of the official cells behind a figure."""
        wanted = set(self.truth.cells_of(places(region), branch, year))
        return tuple(name for name, cell in self.truth.names.items() if cell in wanted)

    def enter(self, indicator: str, value: float | None, region: str = COESFELD, **details) -> Fact:
        """Plant a fact; the inputs are facts or names of cells."""
        item = catalogue.indicators()[indicator]
        inputs = tuple(part.id if isinstance(part, Fact) else part for part in details.pop("inputs", ()))
        period = details.pop("period", str(YEAR))
        status = "ok" if value is not None else "suppressed"
        fact = Fact(region, indicator, period, value, item.unit, status=status, sources=item.sources, inputs=inputs,
                    **details)  # fmt: skip
        self.entered.append(fact)
        return fact

    def level(self, branch: str | None, region: str = COESFELD, year: int = YEAR, value: float | None = None) -> Fact:
        """Employees as the study enters them: null where a cell is secret, unless a value is planted."""
        found = self.table.level(places(region), branch or "total", year) if value is None else value
        kind = "official figure" if len(places(region)) == 1 else "sum over districts"
        return self.enter("employees", found, region, branch=branch, period=str(year), method=kind,
                          inputs=self.cells(region, branch or "total", year))  # fmt: skip

    def quote(self, sentence: str, region: str = COESFELD) -> None:
        self.text(region)["statements"]["planted"] = sentence

    def text(self, region: str) -> dict:
        return self.texts.setdefault(region, {"statements": {}, "figures": {}, "tables": {}})

    def figure(self, region: str, data: list[dict], *, subtitle: str, layer: dict | None = None, **parts) -> None:
        """A figure of the employment chapter with its chart's rows."""
        entry = {"title": "Beschäftigte", "subtitle": subtitle, "alt": "", "note": "", "source": SOURCE_LINE}
        self.text(region)["figures"]["planted"] = entry | {"table": {"columns": [], "rows": []}} | parts
        spec = {"layer": [{"data": {"values": data}, **(layer or {"mark": "point"})}]}
        path = self.folder(region) / "charts" / "planted.vl.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(spec), "utf-8")

    def tabulate(self, region: str, heads: list[str], *rows: list[str], caption: str = "Nach Branchen") -> None:
        columns = [{"label": head, "align": "left"} for head in heads]
        entry = {"caption": caption, "note": "", "source": SOURCE_LINE, "columns": columns, "rows": list(rows)}
        self.text(region)["tables"]["planted"] = entry

    def observe(self, region: str, branch: str, value: float | None, year: int = YEAR, **more) -> None:
        """A row of the observations that are published with the edition."""
        row = {"region": region, "measure": "employees", "branch": branch, "year": year, "value": value, "flag": ""}
        status = "ok" if value is not None else "suppressed"
        self.rows.append(row | {"status": status, "cells": list(self.cells(region, branch, year))} | more)

    def notebook(self, region: str, page: str) -> None:
        output = {"output_type": "execute_result", "data": {"text/html": [page]}}
        content = {"cells": [{"cell_type": "code", "outputs": [output]}]}
        (self.folder(region) / "notebook.ipynb").write_text(json.dumps(content), "utf-8")

    def publish(self, ident: str) -> None:
        """Put what was planted so far in place as an earlier edition, and begin anew."""
        data = self.plan.out / ident / "data"
        data.mkdir(parents=True)
        facts.write(self.entered, data / "facts.parquet")
        self._observations().write_parquet(data / "observations.parquet")
        self.entered, self.rows = [], []

    def folder(self, region: str, chapter: str = "employment") -> Path:
        path = self.plan.folder(region, chapter)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _observations(self) -> pl.DataFrame:
        kinds = {"region": pl.String, "measure": pl.String, "branch": pl.String, "year": pl.Int64}
        kinds |= {"value": pl.Float64, "flag": pl.String, "status": pl.String, "cells": pl.List(pl.String)}
        return pl.DataFrame(self.rows, schema=kinds)

    def audit(self) -> dict:
        """Write the folders and hold the edition against the table; the counts."""
        districts = {"district": list(NAMES), "name": list(NAMES.values()), "measure": "population"}
        for region in REGIONS:
            self.folder(region, "inputs")
            self._observations().write_parquet(self.plan.folder(region, "inputs") / "figures.parquet")
            frame = pl.DataFrame(districts).with_columns(branch=pl.lit("total"), year=YEAR, value=pl.lit(1.0))
            frame.write_parquet(self.plan.folder(region, "inputs") / "districts.parquet")
            for chapter in CHAPTERS:
                texts = self.text(region) if chapter == "employment" else self.text("")
                (self.folder(region, chapter) / "texts.json").write_text(json.dumps(texts), "utf-8")
                own = [fact for fact in self.entered if fact.region == region and chapter == "employment"]
                facts.write(own, self.folder(region, chapter) / "facts.parquet")
        others = [fact for fact in self.entered if fact.region not in REGIONS]
        facts.write(others, self.folder(COESFELD, "goals") / "facts.parquet")
        audit(self.plan)
        return json.loads((self.plan.home / gate.RESULT).read_text("utf-8"))


def share(edition: Edition, value: float | None, region: str = DUISBURG) -> Fact:
    """The share of industry, from the cells of both."""
    inputs = (*edition.cells(region, "B-E"), *edition.cells(region, "total"))
    return edition.enter("industry_share", value, region, method="sums divided", inputs=inputs)


def industry(edition: Edition, region: str = DUISBURG) -> float:
    return edition.known(region, "B-E") / edition.known(region, "total") * 100


def quotient(edition: Edition, region: str, branch: str, value: float) -> Fact:
    """A location quotient from the four levels."""
    parts = [edition.level(part, where) for where in (region, "DG") for part in (branch, None)]
    return edition.enter("location_quotient", value, region, branch=branch, variant="employees",
                         method="location quotient", inputs=parts)  # fmt: skip


def true_quotient(edition: Edition, region: str, branch: str) -> float:
    own, outer = (edition.known(where, branch) / edition.known(where, "total") for where in (region, "DG"))
    return own / outer


def network(edition: Edition, region: str, variant: str = "direct", **ends: float | None) -> Fact:
    """Network jobs with value, low and high as given, from the cells of all branches."""
    weights = DIRECT if variant == "direct" else CHAIN
    inputs = [edition.enter("delivery_share", share, "germany", branch=branch, variant=variant, period="2014")
              for branch, share in weights.items()]  # fmt: skip
    cells = [cell for branch in DISJOINT for cell in edition.cells(region, branch)]
    value = ends.pop("value", None)
    return edition.enter("network_jobs", value, region, variant=variant, method="network estimate",
                         inputs=(*inputs, *cells), **ends)  # fmt: skip


def true_jobs(edition: Edition, region: str, variant: str = "direct") -> float:
    weights = {**(DIRECT if variant == "direct" else CHAIN), "B-E": 100.0}
    return sum(weights[branch] / 100 * edition.known(region, branch) for branch in DISJOINT)


def bar(branch: str, value: float | None, **more: object) -> dict:
    return {"branch_label": wording.BRANCHES[branch], "value": value, "year": YEAR, **more}


def page(*rows: tuple[object, ...], heads: tuple[str, ...] = ("region", "branch", "year", "employees")) -> str:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr>{cells}</table>"


def earlier_sum(edition: Edition) -> None:
    edition.level("F", "zwei", value=edition.known("zwei", "F"))
    edition.publish("2019")


def write_workbook(edition: Edition, region: str, *rows: tuple[object, ...]) -> None:
    with xlsxwriter.Workbook(edition.folder(region) / "planted.xlsx") as book:
        sheet = book.add_worksheet("Kreise")
        for at, row in enumerate([("district", "branch", "year", "employees"), *rows]):
            sheet.write_row(at, 0, row)


def growth_levels(edition: Edition) -> list[Fact]:
    """Construction in 2019 and in the newest year, in the district and in Germany, and Germany as a whole."""
    pairs = [(COESFELD, "F"), ("germany", "F"), ("germany", None)]
    return [_level(edition, *pair, year) for pair in pairs for year in (2019, YEAR)]


def _level(edition: Edition, region: str, branch: str | None, year: int) -> Fact:
    if region != "germany":
        return edition.level(branch, region, year)
    value = edition.known("DG", branch or "total", year)
    return edition.enter("employees", value, "germany", branch=branch, period=str(year), method="official figure",
                         inputs=edition.cells("DG", branch or "total", year))  # fmt: skip


def effect(edition: Edition, kind: str, value: float, parts: list[Fact]) -> Fact:
    """An effect of the shift-share analysis for construction."""
    return edition.enter(f"shift_share_{kind}", value, branch="F", variant="employees", period="2019-2020",
                         method="shift-share", inputs=parts)  # fmt: skip
