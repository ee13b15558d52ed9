"""Observations: the one shape every official figure takes, and the signs official tables use.

A row is one printed cell: who published it, what it measures, where, when, in which branch, its value and
unit, whether the value may be used, and the place in the original file where it stands.
"""

import re
from typing import NamedTuple

import polars as pl

from analysis.errors import StudyError

SCHEMA = pl.Schema(
    {
        "source": pl.String,
        "table": pl.String,
        "measure": pl.String,
        "geo": pl.String,
        "geo_level": pl.String,
        "branch": pl.String,
        "classification": pl.String,
        "period": pl.String,
        "value": pl.Float64,
        "unit": pl.String,
        "status": pl.String,
        "flag": pl.String,
        "file_sha256": pl.String,
        "row": pl.String,
    }
)
KEY = ("source", "measure", "geo", "branch", "period")
NULLABLE = ("value", "flag")
STATUSES = ("ok", "zero", "suppressed", "unreliable", "not_available", "not_applicable")
GEO_LEVELS = ("country", "land", "regierungsbezirk", "district", "region", "municipality")
# Files of Eurostat code their areas by NUTS (country, then 1 to 3); what is no area of any of these is `other`.
GEO_LEVELS += ("nuts0", "nuts1", "nuts2", "nuts3", "other")

# Official signs (Zeichenerklärung). "-" is read as zero here; `dashes.resolve` knows when it says something else.
_SIGNS: dict[str, tuple[float | None, str]] = {
    "-": (0.0, "zero"),
    "–": (0.0, "zero"),
    ".": (None, "suppressed"),
    "•": (None, "suppressed"),
    "*": (None, "suppressed"),
    "...": (None, "not_available"),
    "…": (None, "not_available"),
    "/": (None, "unreliable"),
    "()": (None, "unreliable"),
    "x": (None, "not_applicable"),
    "X": (None, "not_applicable"),
}
_GROUPED = re.compile(r"[+-]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


class Cell(NamedTuple):
    """A read cell: null value unless known, and one of `STATUSES`."""

    value: float | None
    status: str


def cell_status(text: str, *, decimal: str = ",") -> Cell:
    """Read one printed cell: a number or an official sign.

    `decimal` is the mark of this file, "," or "."; the other mark in a number is an error, because "1.953" means
    1953 in one file and 1.953 in the next. Blanks group thousands ("17 953", "- 21,0"). Brackets mean limited
    reliability with the value given. Raises StudyError for anything else.
    """
    plain = re.sub(r"\s+", " ", text.replace("\u00a0", " ").replace("\u202f", " ")).strip()
    squeezed = plain.replace(" ", "")
    if squeezed in _SIGNS:
        return Cell(*_SIGNS[squeezed])
    if squeezed.startswith("(") and squeezed.endswith(")"):
        return Cell(_number(plain.strip("() "), decimal, text), "unreliable")
    return Cell(_number(plain, decimal, text), "ok")


def _number(text: str, decimal: str, original: str) -> float:
    """The number a text prints; raises StudyError when it is none or uses the other decimal mark."""
    signed = re.sub(r"^([+-]) ", r"\1", text.replace("−", "-"))
    other = "." if decimal == "," else ","
    if other in signed or not (_NUMBER.fullmatch(signed) or _GROUPED.fullmatch(signed)):
        raise StudyError(
            f"The cell {original!r} is neither a number with the decimal mark {decimal!r} nor an official sign",
            next_step="Compare the file with its table of signs and extend the reader if a sign is new.",
        )
    return float(signed.replace(" ", "").replace(decimal, "."))


def geo_level(geo: str) -> str:
    """Level of a canonical region key: "DG", two, three, five or eight digits. Raises StudyError otherwise."""
    levels = {2: "land", 3: "regierungsbezirk", 5: "district", 8: "municipality"}
    if geo == "DG":
        return "country"
    if not geo.isdecimal() or len(geo) not in levels:
        raise StudyError(
            f"The region key {geo!r} is none of DG, two, three, five or eight digits",
            next_step="Check the key column of the file; spreadsheets like to drop leading zeros.",
        )
    return levels[len(geo)]


def observations(frame: pl.DataFrame) -> pl.DataFrame:
    """Validate a frame as observations: columns in order, types, statuses, one row per cell. Returns it cast.

    Raises StudyError naming the column, the value or the doubled cell.
    """
    unknown = sorted(set(frame.columns) ^ set(SCHEMA.names()))
    if unknown:
        raise StudyError(f"These columns are missing from, or unknown to, observations: {', '.join(unknown)}")
    cast = frame.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    _refuse_unknown(cast, "status", STATUSES)
    _refuse_unknown(cast, "geo_level", GEO_LEVELS)
    for name in SCHEMA.names():
        if name not in NULLABLE and cast[name].null_count():
            raise StudyError(f"The column {name!r} of the observations has empty cells")
    _refuse_contradictions(cast)
    doubled = cast.filter(pl.struct(KEY).is_duplicated())
    if doubled.height:
        cell = dict(zip(KEY, doubled.select(KEY).row(0), strict=True))
        raise StudyError(f"The cell {cell} stands {doubled.filter(**cell).height} times in the source")
    return cast


def _refuse_unknown(frame: pl.DataFrame, column: str, allowed: tuple[str, ...]) -> None:
    found = frame.filter(~pl.col(column).is_in(allowed))
    if found.height:
        raise StudyError(f"Unknown {column} {found[column][0]!r}; allowed are {', '.join(allowed)}")


def _refuse_contradictions(frame: pl.DataFrame) -> None:
    """Null is never zero: "ok" needs a value, "zero" is 0, the unknown ones have none."""
    value, status = pl.col("value"), pl.col("status")
    wrong = (
        ((status == "ok") & (value.is_null() | ~value.is_finite()))
        | ((status == "zero") & (value != 0).fill_null(True))
        | (status.is_in(["suppressed", "not_available", "not_applicable"]) & value.is_not_null())
    )
    found = frame.filter(wrong)
    if found.height:
        first = found.row(0, named=True)
        raise StudyError(
            f"Value {first['value']} and status {first['status']!r} contradict each other",
            where=f"{first['measure']} {first['geo']} {first['branch']} {first['period']} at {first['row']}",
        )
