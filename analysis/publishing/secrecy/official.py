"""The official table whose secret cells nothing we print may betray: employees by branch and district."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from analysis import territory
from analysis.errors import DataCheckError
from analysis.methods.bounds import table_margins
from analysis.regions import CITY_STATES
from analysis.sources import extracts

SOURCE = "regionalstatistik-13111-07-05-4"
TABLE = "13111-07-05-4"
MEASURE = "employees"
GERMANY = "DG"
KEYS = ("region", "branch", "year")

# Whole -> parts. Totals hold employees no branch is known for, and B-E more than C: there the parts leave a rest.
BRANCHES = {
    "total": ("A", "B-F", "G-U"),
    "B-F": ("B-E", "F"),
    "B-E": ("C",),
    "G-U": ("G-I", "J", "K", "L", "M-N", "O-Q", "R-U"),
}
WITH_REST = ("total", "B-E")
DISJOINT = ("A", "B-E", "F", *BRANCHES["G-U"])

Cell = tuple[str, str, int]


@dataclass(frozen=True)
class Official:
    """The table in all its years: `cells` region, branch, year, value (null: secret), on the keys of each year.

    `names` finds the cell of a lineage's `source@hash:row`; `members` the keys of a year that make a district of 2023.
    """

    cells: pl.DataFrame
    names: dict[str, Cell] = field(default_factory=dict)
    members: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def values(self) -> dict[Cell, float | None]:
        """Each cell's number, None where it is secret."""
        return {row[:3]: row[3] for row in self.cells.select(*KEYS, "value").iter_rows()}

    @cached_property
    def secret(self) -> frozenset[Cell]:
        """The secret cells."""
        return frozenset(cell for cell, value in self.values.items() if value is None)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """All years of the table."""
        return tuple(self.cells["year"].unique().sort())

    def cells_of(self, places: Iterable[str], branch: str, year: int) -> tuple[Cell, ...]:
        """The cells that make a branch of these places (districts of 2023, Länder, Germany) in a year."""
        keys = (key for place in places for key in self.members.get((place, year), (place,)))
        return tuple((key, branch, year) for key in keys if (key, branch, year) in self.values)

    def level(self, places: Iterable[str], branch: str, year: int) -> float | None:
        """The sum of these cells; None without a cell, or where one is secret."""
        found = [self.values[cell] for cell in self.cells_of(places, branch, year)]
        return None if not found or None in found else sum(found)

    def hidden(self, places: Iterable[str], branches: Iterable[str], years: Iterable[int]) -> frozenset[Cell]:
        """The secret cells among branches and years of these places."""
        wanted, times = list(places), list(years)
        found = (cell for branch in branches for year in times for cell in self.cells_of(wanted, branch, year))
        return frozenset(found) & self.secret

    @cached_property
    def watched(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Cells and margins an audit needs: the secret cells, the margins they stand in, and these margins' cells."""
        lands = {region[:2] for region, _, _ in self.secret}
        near = self.cells.filter(pl.col("region").str.slice(0, 2).is_in(lands))
        margins = [_margins(part) for part in near.partition_by("year")] or [_NO_MARGINS.clear()]
        secret = self.cells.filter(pl.col("value").is_null())
        members = pl.concat(margins)
        members = members.join(members.join(secret, on=KEYS, how="semi"), on="margin", how="semi")
        beside = self.cells.join(members, on=KEYS, how="semi")
        return pl.concat([secret, beside]).unique(KEYS), members


_NO_MARGINS = pl.DataFrame(
    schema={"margin": pl.String, "region": pl.String, "branch": pl.String, "year": pl.Int64}
    | dict.fromkeys(("coefficient", "low", "high"), pl.Float64)
)


def _margins(cells: pl.DataFrame) -> pl.DataFrame:
    """The margins of one year: districts in Regierungsbezirke or Länder, parts in branches. Keys change by year."""
    keys = set(cells["region"])
    inside = [(whole, key) for key in sorted(keys) if (whole := _whole(key, keys))]
    regions = pl.DataFrame(inside, schema=["whole", "part"], orient="row")
    tree = [(whole, part, whole not in WITH_REST) for whole, parts in BRANCHES.items() for part in parts]
    present = set(cells["branch"])
    branches = pl.DataFrame(
        [row for row in tree if {row[0], row[1]} <= present], schema=["whole", "part", "exhaustive"], orient="row"
    )
    return table_margins(cells, regions, branches)


def _whole(key: str, keys: set[str]) -> str | None:
    """The nearest area a key lies in: its Regierungsbezirk, else its Land; a Land's sums to Germany have no secrets."""
    return next((key[:length] for length in (3, 2) if len(key) > length and key[:length] in keys), None)


def read(raw: Path) -> Official:
    """The bundled extract. Raises DataCheckError for a status that is neither known, secret nor out of existence."""
    table = extracts.read_extract(raw, SOURCE).filter(pl.col("status") != "not_applicable", measure=MEASURE)
    if (unclear := table.filter(~pl.col("status").is_in(("ok", "zero", "suppressed")))).height:
        raise DataCheckError(
            f"{unclear.height} cells of the table are neither known nor secret: {unclear['status'].unique().to_list()}",
            where=SOURCE,
            next_step="Decide in analysis/publishing/secrecy/official.py whether such a cell is secret.",
        )
    cells = table.select(region="geo", branch="branch", year=pl.col("period").cast(pl.Int64), value="value")
    place = pl.concat_str("source", pl.lit("@"), pl.col("file_sha256").str.slice(0, 12), pl.lit(":"), "row")
    names = dict(zip(table.select(place).to_series(), cells.select(KEYS).iter_rows(), strict=True))
    return Official(cells, names, _members(cells, raw))


def _members(cells: pl.DataFrame, raw: Path) -> dict[tuple[str, int], tuple[str, ...]]:
    """(district of 2023, year) -> the keys that make it."""
    one_district = (pl.col("region").str.len_chars() == 5) | pl.col("region").is_in(list(CITY_STATES.values()))
    keys = cells.filter(one_district).select(source_key="region", year="year").unique()
    placed = territory.resolve(keys.sort("source_key", "year"), territory.load(raw))
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for key, year, district in placed.select("source_key", "year", "district_2023").drop_nulls().iter_rows():
        found[district, year] = (*found.get((district, year), ()), key)
    return found
