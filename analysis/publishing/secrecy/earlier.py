"""Editions in place beside this one: what they said stays said, also of cells that are secret today."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis import facts, regions
from analysis.catalogue import Indicator
from analysis.plan import Plan
from analysis.publishing.secrecy.findings import Findings
from analysis.publishing.secrecy.lineage import Lineage
from analysis.publishing.secrecy.official import GERMANY, MEASURE, Cell, Official
from analysis.publishing.secrecy.released import Members, of_facts, of_observations


@dataclass(frozen=True)
class Released:
    """The downloads of a published edition."""

    edition: str
    folder: Path

    @property
    def observations(self) -> pl.DataFrame | None:
        """The figures it used, if it says so."""
        path = self.folder / "observations.parquet"
        return pl.read_parquet(path) if path.is_file() else None


def editions(plan: Plan) -> Iterator[Released]:
    """All editions in place but the one that is to be replaced."""
    for folder in sorted(plan.out.iterdir()) if plan.out.is_dir() else ():
        data = folder / "data"
        if folder.name != plan.edition.id and not folder.name.startswith(".") and (data / "facts.parquet").is_file():
            yield Released(folder.name, data)


def of_edition(item: Released, official: Official, members: Members, indicators: dict[str, Indicator]) -> Findings:
    """What it states of today's secret cells, calculated with the figures it had then."""
    table, known = item.observations, {fact.id: fact for fact in facts.read(item.folder / "facts.parquet")}
    then = official if table is None else _then(official, table)
    lineage = Lineage(known, then, indicators, secret=official.secret)
    found = Findings(editions=[item.edition])
    found.add(of_facts(lineage, members, f"edition {item.edition}, fact", today=False))
    if table is not None:
        found.add(of_observations(lineage, table, members, f"edition {item.edition}, observations"))
    return found


def _then(official: Official, table: pl.DataFrame) -> Official:
    """The table as that edition saw it: names of its cells, and its values where it had one."""
    rows = table.filter(pl.col("cells").list.len() == 1, measure=MEASURE)
    names: dict[str, Cell] = {}
    values: dict[Cell, float] = {}
    for region, branch, year, value, cells in rows.select("region", "branch", "year", "value", "cells").iter_rows():
        key = _AREAS.get(region, region)
        places = official.members.get((key, year), (key,))
        if len(places) == 1 and (cell := (places[0], branch, year)) in official.values:
            names[cells[0]] = cell
            values |= {} if value is None else {cell: value}
    schema = {"region": pl.String, "branch": pl.String, "year": pl.Int64, "then": pl.Float64}
    known = pl.DataFrame([(*cell, value) for cell, value in values.items()], schema=schema, orient="row")
    cells = official.cells.join(known, on=["region", "branch", "year"], how="left").select(
        "region", "branch", "year", value=pl.coalesce("then", "value")
    )
    return Official(cells, official.names | names, official.members)


_AREAS = {regions.reference(key).id: key for key in (GERMANY, *regions.LAENDER)}
