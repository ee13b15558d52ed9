"""What is to be said of an official file before it is used: format, extent, statuses, and everything that is odd."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from analysis import territory
from analysis.errors import StudyError
from analysis.sources import recognition
from analysis.sources.observations import KEY, STATUSES
from analysis.sources.official import FAULT, WARNING, OfficialTable, Problem
from analysis.sources.originals import Original

TOLERANCE = 0.5  # of the unit's last printed digit, for each part of a sum
COUNTS = ("persons", "Anzahl")
_SAME = ["measure", "branch", "period"]
_ADDITIVE = ("persons", "Anzahl", "ha", "t CO2e", "thousand EUR", "Tsd. EUR", "kg", "TJ", "qkm")


@dataclass(frozen=True)
class Report:
    """The result of checking one file: `regions` by level, cells by status, rows of reference tables, and `problems` in
    the order of their weight."""

    file: str
    format: str
    table: str
    title: str
    stated: str
    encoding: str
    rows: int
    cells: int
    regions: Mapping[str, int]
    years: tuple[str, ...]
    branches: tuple[str, ...]
    statuses: Mapping[str, int]
    tables: Mapping[str, int]
    problems: tuple[Problem, ...]

    @property
    def verdict(self) -> str:
        """`usable`, `usable with warnings` or `not usable`."""
        if any(problem.severity == FAULT for problem in self.problems):
            return "not usable"
        return "usable with warnings" if self.problems else "usable"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"verdict": self.verdict}

    def as_text(self) -> str:
        """For the terminal."""
        told = {
            "format": self.format,
            "table": self.title if self.title.startswith(self.table) else f"{self.table} {self.title}",
            "stated": self.stated,
            "encoding": self.encoding,
            "rows": f"{self.rows:,}" + (f", cells {self.cells:,}" if self.cells else ""),
            "tables": _listed(self.tables),
            "regions": _listed(self.regions),
            "years": _span(self.years),
            "branches": _span(self.branches),
            "statuses": _listed(self.statuses),
        }
        lines = [f"{self.file}: {self.verdict}", *(f"  {name:9s} {text}" for name, text in told.items() if text)]
        return "\n".join([*lines, *(f"  {problem.severity}: {problem}" for problem in self.problems)])


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _span(names: tuple[str, ...]) -> str:
    if len(names) <= 12:
        return ", ".join(names)
    return f"{', '.join(names[:5])} … {', '.join(names[-2:])} ({len(names)})"


def check_file(path: Path, raw: Path) -> Report:
    """Read and check any official file. One that cannot be read has a report too: its fault is why."""
    try:
        if not path.is_file():
            raise StudyError("There is no such file", where=str(path), next_step="Check the path.")
        keys = territory.load(raw) if (raw / territory.FILE).is_file() else None
        return check(recognition.read(Original(path.name, path=path)), path.name, keys=keys)
    except StudyError as error:
        fault = Problem("unreadable", error.what.rstrip("."), error.where, error.next_step, FAULT)
        return Report(path.name, "", "", "", "", "", 0, 0, {}, (), (), {}, {}, (fault,))


def check(table: OfficialTable, name: str, *, keys: pl.DataFrame | None = None, today: date | None = None) -> Report:
    """Look a file's cells over. `keys` is the territory table, against which German keys are held; `today` the date
    after which no official figure can be."""
    cells = table.cells
    found = [*table.problems, *_problems(table, keys, today or date.today())]
    return Report(
        file=name,
        format=table.format,
        table=table.table,
        title=table.title,
        stated=table.stated,
        encoding=table.encoding,
        rows=table.rows,
        cells=cells.height,
        regions=_counted(cells.unique("geo"), "geo_level"),
        years=tuple(cells["period"].unique().sort()),
        branches=tuple(cells["branch"].unique().sort()),
        statuses={status: count for status in STATUSES if (count := _counted(cells, "status").get(status))},
        tables={name: frame.height for name, frame in table.tables.items()},
        problems=tuple(sorted(found, key=lambda problem: problem.severity != FAULT)),
    )


def _counted(cells: pl.DataFrame, column: str) -> dict[str, int]:
    return dict(cells[column].value_counts().sort(column).rows())


def _problems(table: OfficialTable, keys: pl.DataFrame | None, today: date) -> Iterator[Problem]:
    if table.cells.is_empty():
        if not table.tables:
            yield Problem("no data", "The file holds no cell with data", cure="Download it again.", severity=FAULT)
        return
    yield from _duplicates(table.cells)
    yield from _future(table.cells, today)
    yield from _negative(table.cells)
    yield from _not_loaded(table.cells)
    yield from _branch_sums(table)
    counted = table.cells
    if keys is not None:
        yield from _unknown_keys(table.cells, keys)
        counted, doubled = _once(table.cells, keys)
        yield from doubled
    yield from _land_sums(counted)


def _duplicates(cells: pl.DataFrame) -> Iterator[Problem]:
    doubled = cells.filter(pl.struct(KEY).is_duplicated()).sort(KEY)
    if doubled.height:
        first = doubled.row(0, named=True)
        rows = ", ".join(doubled.filter(**{name: first[name] for name in KEY})["row"])
        yield Problem(
            "duplicate",
            f"{doubled.height} cells stand there more than once, first {_cell(first)}",
            rows,
            "Keep one of the rows; the file was put together wrongly.",
            FAULT,
        )


def _future(cells: pl.DataFrame, today: date) -> Iterator[Problem]:
    late = cells.filter(pl.col("period").str.slice(0, 4).cast(pl.Int64, strict=False) > today.year)
    late = late.filter(pl.col("status") != "not_available")
    if late.height:
        first = late.sort("period").row(-1, named=True)
        yield Problem(
            "future year",
            f"{late.height} cells are of a year to come, up to {first['period']}",
            first["row"],
            "Figures of the future are no statistics: look at the time column.",
            FAULT,
        )


def _negative(cells: pl.DataFrame) -> Iterator[Problem]:
    counts = cells.filter(pl.col("value") < 0, pl.col("unit").is_in(COUNTS))
    if counts.height:
        first = counts.row(0, named=True)
        yield Problem(
            "negative count",
            f"{counts.height} counts are below zero, first {_cell(first)} = {first['value']:g}",
            first["row"],
            "A count cannot be negative; ask the publisher.",
            FAULT,
        )


def _not_loaded(cells: pl.DataFrame) -> Iterator[Problem]:
    """Districts without a figure, all of a Land that has one: not loaded yet, whatever the table prints for it."""
    known = pl.col("value").is_not_null() & (pl.col("value") != 0)
    lands = cells.filter(pl.col("geo_level") == "land", known).select(*_SAME, land="geo")
    districts = cells.filter(geo_level="district").with_columns(land=pl.col("geo").str.slice(0, 2))
    empty = districts.filter(~known.any().over(*_SAME, "land") & (pl.col("status") == "not_available"))
    missing = empty.join(lands, on=[*_SAME, "land"], how="semi").sort("row")
    if missing.is_empty():
        return
    all_of_them = not districts.select(known.any()).item()
    yield Problem(
        "districts not loaded" if all_of_them else "districts partly not loaded",
        f"{missing.height} of {districts.height} district cells hold no figure while their Land has one: what was not "
        "loaded yet is not zero",
        missing["row"][0],
        "Download the table again when the publisher has loaded the districts.",
        FAULT if all_of_them else WARNING,
    )


def _branch_sums(table: OfficialTable) -> Iterator[Problem]:
    """Branches against the total they make up: parts above their total are a fault, a gap is to be known."""
    wide = table.cells.filter(pl.col("status").is_in(["ok", "zero"]))
    for parent, parts in table.sums.items():
        own = ["measure", "geo", "period"]
        sums = wide.filter(pl.col("branch").is_in(parts)).group_by(own)
        sums = sums.agg(pl.col("value").sum().alias("parts"), pl.len().alias("n")).filter(pl.col("n") == len(parts))
        joined = wide.filter(branch=parent).join(sums, on=own)
        yield from _sum_problem(joined, parent, len(parts), "its branches")


def _once(cells: pl.DataFrame, keys: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
    """The cells without districts whose successor stands in the same period too: together they count twice."""
    moved = keys.filter(
        pl.col("district_2023") != pl.col("source_key"), pl.col("kind").is_in(["merged", "reorganised"])
    )
    valued = cells.filter(pl.col("geo_level") == "district", pl.col("value") > 0)
    former = valued.join(moved.select(geo="source_key", successor="district_2023"), on="geo").join(
        valued.select(*_SAME, successor="geo"), on=[*_SAME, "successor"], how="semi"
    )
    if former.is_empty():
        return cells, []
    split = valued.join(keys.filter(kind="split").select(geo="source_key"), on="geo", how="semi")
    same_land = former.select(*_SAME, land=pl.col("geo").str.slice(0, 2)).unique()
    split = split.with_columns(land=pl.col("geo").str.slice(0, 2)).join(same_land, on=[*_SAME, "land"], how="semi")
    former = pl.concat([former.select(*_SAME, "geo", "row"), split.select(*_SAME, "geo", "row")])
    periods = ", ".join(former["period"].unique().sort())
    told = Problem(
        "old and new districts",
        f"{former['geo'].n_unique()} former districts stand beside their successors, in {periods}",
        former["row"][0],
        "Add up the new ones only; together they count twice.",
    )
    return cells.join(former, on=[*_SAME, "geo"], how="anti"), [told]


def _land_sums(cells: pl.DataFrame) -> Iterator[Problem]:
    """Districts against their Land, where all of them are known and the unit can be added."""
    additive = cells.filter(pl.col("unit").is_in(_ADDITIVE))
    districts = additive.filter(pl.col("geo_level") == "district", pl.col("status") != "not_applicable")
    complete = districts.with_columns(land=pl.col("geo").str.slice(0, 2)).group_by(*_SAME, "land")
    sums = complete.agg(
        pl.col("value").sum().alias("parts"), pl.len().alias("n"), pl.col("value").null_count().alias("u")
    )
    lands = additive.filter(geo_level="land", status="ok")
    joined = lands.join(sums.filter(u=0), left_on=[*_SAME, "geo"], right_on=[*_SAME, "land"])
    yield from _sum_problem(joined, "a Land", 450, "its districts")


def _sum_problem(joined: pl.DataFrame, parent: str, parts: int, word: str) -> Iterator[Problem]:
    gap = pl.col("parts") - pl.col("value")
    # Money is added up before it is rounded; people are counted.
    rounded = pl.when(pl.col("unit").is_in(COUNTS)).then(0.0).otherwise(1e-6)
    margin = TOLERANCE * parts + rounded * pl.col("value").abs()
    above = joined.filter(gap > margin).sort("geo", "period")
    below = joined.filter(gap < -margin).sort("geo", "period")
    for odd, kind, severity in ((above, "total below its parts", FAULT), (below, "gap to the total", WARNING)):
        if odd.height:
            first = odd.row(0, named=True)
            yield Problem(
                kind,
                f"{odd.height} totals ({parent}) differ from the sum of {word}, first {_cell(first)}: "
                f"{first['value']:,.10g} against {first['parts']:,.10g}",
                first["row"],
                "Not all of it need be wrong (cells without assignment); compare with the publisher's table."
                if severity != FAULT
                else "A total cannot be smaller than its parts; ask the publisher.",
                severity,
            )


def _unknown_keys(cells: pl.DataFrame, keys: pl.DataFrame) -> Iterator[Problem]:
    """District keys that the table of territories does not know in that year; a key without any figure that year says
    itself that the district does not exist."""
    there = cells.filter(
        pl.col("geo_level") == "district", ~pl.col("status").is_in(["not_applicable", "not_available"])
    )
    asked = there.select(source_key="geo", year=pl.col("period").str.slice(0, 4).cast(pl.Int64, strict=False))
    asked = asked.filter(pl.col("year").is_not_null()).unique().sort("source_key", "year")
    known = asked.join_where(
        keys.select(pl.col("source_key").alias("key"), "valid_from", "valid_to"),
        pl.col("source_key") == pl.col("key"),
        pl.col("year") >= pl.col("valid_from"),
        pl.col("year") <= pl.col("valid_to"),
    ).select("source_key", "year")
    unknown = asked.join(known, on=["source_key", "year"], how="anti")
    if unknown.height:
        named = ", ".join(f"{key} in {year}" for key, year in unknown.head(5).iter_rows())
        yield Problem(
            "unknown region",
            f"{unknown.height} district keys are unknown in their year: {named}",
            "",
            f"Check the key column, or add the reform to {territory.FILE}.",
            FAULT,
        )


def _cell(row: Mapping[str, Any]) -> str:
    return f"{row['measure']} of {row['geo']}, {row['branch']}, {row['period']}"
