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
from analysis.sources.official import FAULT, OfficialTable, Problem
from analysis.sources.originals import Original

TOLERANCE = 0.5  # of the unit's last printed digit, for each part of a sum
_SAME = ["measure", "branch", "period"]
_ADDITIVE = ("persons", "Anzahl", "ha", "t CO2e", "thousand EUR", "Tsd. EUR", "kg", "TJ", "qkm")


@dataclass(frozen=True)
class Report:
    """The result of checking one file; `problems` in the order of their weight."""

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
            "table": " ".join(filter(None, (self.table, self.title))),
            "stated": self.stated,
            "encoding": self.encoding,
            "rows": f"{self.rows:,}, cells {self.cells:,}",
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
        return Report(path.name, "", "", "", "", "", 0, 0, {}, (), (), {}, (fault,))


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
    yield from _land_sums(table.cells)
    if keys is not None:
        yield from _unknown_keys(table.cells, keys)


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
    counts = cells.filter(pl.col("value") < 0, pl.col("unit").is_in(["persons", "Anzahl"]))
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
    """Districts that show nothing while their Länder have values."""
    missing = cells.filter(geo_level="district", status="not_available")
    if missing.is_empty():
        return
    districts = cells.filter(geo_level="district")
    known = districts.filter(pl.col("value").is_not_null() & (pl.col("status") != "zero")).height
    word = "districts not loaded" if not known else "districts partly not loaded"
    yield Problem(
        word,
        f"{missing.height} of {districts.height} district cells hold no figure while their Land has one: the table "
        "prints '-' for what was not loaded yet, which is not zero",
        missing["row"][0],
        "Download the table again when the publisher has loaded the districts.",
        FAULT if not known else "warning",
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
    margin = TOLERANCE * parts + 1e-9 * pl.col("value").abs()
    above = joined.filter(gap > margin).sort("geo", "period")
    below = joined.filter(gap < -margin).sort("geo", "period")
    for odd, kind, severity in ((above, "total below its parts", FAULT), (below, "gap to the total", "warning")):
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
    """District keys that the table of territories does not know in that year."""
    asked = cells.filter(geo_level="district").select(
        source_key="geo", year=pl.col("period").str.slice(0, 4).cast(pl.Int64, strict=False)
    )
    asked = asked.filter(pl.col("year").is_not_null()).unique().sort("source_key", "year")
    known = asked.join_where(
        keys.select(pl.col("source_key").alias("key"), "valid_from", "valid_to"),
        pl.col("source_key") == pl.col("key"),
        pl.col("year") >= pl.col("valid_from"),
        pl.col("year") <= pl.col("valid_to"),
    ).select("source_key", "year")
    unknown = asked.join(known, on=["source_key", "year"], how="anti")
    # A dissolved key with "-" says itself that it does not exist in that year.
    gone = cells.filter(geo_level="district", status="not_applicable").select(
        source_key="geo", year=pl.col("period").str.slice(0, 4).cast(pl.Int64, strict=False)
    )
    unknown = unknown.join(gone.unique(), on=["source_key", "year"], how="anti")
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
