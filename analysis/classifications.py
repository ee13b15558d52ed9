"""Classifications of branches: which there are, what a branch code holds in each, and what may stand in one series.

WZ 2003, WZ 2008 and WZ 2025 cut the economy differently under the same letters: J is finance in the first, information
and communication in the second, publishing and broadcasting in the third. Figures of two of them are never put into
one series or one quotient; a change that the study accepts is declared in `BREAKS`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import polars as pl

from analysis.errors import StudyError

TOTAL = "total"
NO_BRANCHES = "none"
CITY_SECTORS = "sectors of the city's balance"

# Each classification and the German one it equals. WZ takes NACE over whole and adds a fifth digit of its own, so that
# a figure by section is the same in both. This is the only place that says so. Regulations (EC) 29/2002, (EC) 1893/2006
# and (EU) 2023/137; Destatis, Klassifikation der Wirtschaftszweige, Ausgaben 2003, 2008 und 2025.
COMPARABLE_AS = {
    "WZ 2003": "WZ 2003",
    "NACE Rev. 1.1": "WZ 2003",
    "WZ 2008": "WZ 2008",
    "NACE Rev. 2": "WZ 2008",
    "WZ 2025": "WZ 2025",
    "NACE Rev. 2.1": "WZ 2025",
    NO_BRANCHES: NO_BRANCHES,
    CITY_SECTORS: CITY_SECTORS,
}
# The sections with their first and last division; within a section no number is left out.
_SECTIONS = {
    "WZ 2003": "A01-02 B05-05 C10-14 D15-37 E40-41 F45-45 G50-52 H55-55 I60-64 J65-67 K70-74 L75-75 M80-80 N85-85 "
    "O90-93 P95-95 Q99-99",
    "WZ 2008": "A01-03 B05-09 C10-33 D35-35 E36-39 F41-43 G45-47 H49-53 I55-56 J58-63 K64-66 L68-68 M69-75 N77-82 "
    "O84-84 P85-85 Q86-88 R90-93 S94-96 T97-98 U99-99",
    "WZ 2025": "A01-03 B05-09 C10-33 D35-35 E36-39 F41-43 G46-47 H49-53 I55-56 J58-60 K61-63 L64-66 M68-68 N69-75 "
    "O77-82 P84-84 Q85-85 R86-88 S90-93 T94-96 U97-98 V99-99",
}
_PART = re.compile(r"([A-Z]?)(\d\d)?")
_SERIES = ("measure", "region", "district", "area_key", "geo", "branch")


@dataclass(frozen=True)
class Break:
    """A declared change of classification: rows of `measure` in `classification` become the measure `becomes`."""

    measure: str
    classification: str
    becomes: str
    reason: str


BREAKS: tuple[Break, ...] = ()


@cache
def sections(classification: str) -> dict[str, tuple[str, ...]]:
    """Section -> its divisions, in order. Raises StudyError for what is no classification of branches."""
    german = _german(classification)
    if german not in _SECTIONS:
        raise StudyError(f"'{classification}' has no sections and divisions")
    spans = re.findall(r"(\w)(\d\d)-(\d\d)", _SECTIONS[german])
    return {
        letter: tuple(f"{number:02d}" for number in range(int(first), int(last) + 1)) for letter, first, last in spans
    }


@cache
def divisions(classification: str, branch: str) -> tuple[str, ...]:
    """The divisions a branch code holds: "total", a section "C", a division "24" or "C24", or a span of either.

    One code lies within another if its divisions do. Raises StudyError for a code the classification does not have.
    """
    known = sections(classification)
    all_of_them = tuple(division for held in known.values() for division in held)
    if branch == TOTAL:
        return all_of_them
    parts = [_part(part, known, all_of_them) for part in branch.split("-")]
    if len(parts) > 2 or not all(parts) or parts[0][0] > parts[-1][-1]:
        raise StudyError(
            f"The branch code '{branch}' is none of {classification}",
            next_step="Its sections are " + ", ".join(known) + "; or name the classification the file follows.",
        )
    return all_of_them[all_of_them.index(parts[0][0]) : all_of_them.index(parts[-1][-1]) + 1]


def _part(code: str, known: dict[str, tuple[str, ...]], all_of_them: tuple[str, ...]) -> tuple[str, ...]:
    """The divisions of "C", "24" or "C24"; empty for anything else."""
    found = _PART.fullmatch(code)
    if not code or not found:
        return ()
    letter, number = found.groups()
    held = known.get(letter, ()) if letter else all_of_them
    return held if number is None else tuple({number} & set(held))


def require_known(pairs: Iterable[tuple[str, str]]) -> None:
    """Raise StudyError for a (classification, branch) that is unknown; without branches there is the total only."""
    for classification, branch in pairs:
        if _german(classification) in _SECTIONS:
            divisions(classification, branch)
        elif classification == NO_BRANCHES and branch != TOTAL:
            raise StudyError(f"The branch '{branch}' stands without a classification")


def comparable(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `comparable`: whether a row's classification equals the one its series has in the newest year.

    A series is a measure of a region and branch, by those of the columns measure, region, district, area_key, geo,
    branch that are there; the year is `year` or `period`.
    """
    keys = [name for name in _SERIES if name in frame.columns]
    time = "year" if "year" in frame.columns else "period"
    german = pl.col("classification").replace_strict(COMPARABLE_AS, default=None, return_dtype=pl.String)
    newest = german.sort_by(time).last()
    return frame.with_columns(comparable=(german == (newest.over(keys) if keys else newest)).fill_null(False))


def require_one(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """The frame itself, if no series in it mixes classifications and no row joins two (`classification`,
    `classification_right` …). Raises StudyError that names the series, its time and the classifications."""
    names = [name for name in frame.columns if name.startswith("classification")]
    for name in {found for column in names for found in frame[column].unique().drop_nulls()}:
        _german(name)
    german = [pl.col(name).replace_strict(COMPARABLE_AS, default=None, return_dtype=pl.String) for name in names]
    joined = frame.filter(pl.any_horizontal(other.ne_missing(german[0]) for other in german))
    if joined.height:
        raise _mixed(joined, [joined[name][0] for name in names], "A join", where)
    mixed = comparable(frame).filter(~pl.col("comparable"))
    if mixed.height:
        keys = [name for name in _SERIES if name in frame.columns]
        series = frame.join(mixed.head(1).select(keys), on=keys, nulls_equal=True) if keys else frame
        raise _mixed(mixed, sorted(series["classification"].unique()), "A series", where)
    return frame


def _mixed(rows: pl.DataFrame, found: list[str], what: str, where: str) -> StudyError:
    first = rows.row(0, named=True)
    told = ", ".join(str(first[name]) for name in (*_SERIES, "year", "period") if name in first)
    return StudyError(
        f"{what} mixes the classifications {' and '.join(map(str, found))}: {told}",
        where=where,
        next_step="Use one of them, or declare the break in analysis/classifications.py.",
    )


def _german(classification: str) -> str:
    """The German classification a name stands for. Raises StudyError for an unknown name."""
    if classification not in COMPARABLE_AS:
        raise StudyError(
            f"Unknown classification '{classification}'; known are {', '.join(COMPARABLE_AS)}",
            next_step="Enter it in analysis/classifications.py, with what it is comparable to.",
        )
    return COMPARABLE_AS[classification]
