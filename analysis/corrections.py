"""Corrections of what a publisher got wrong, declared in `data/raw/corrections.toml` and applied before staging.

A correction says which cell, what wrong figure it expects there, what it becomes, on what evidence, who decided it, and
when it must be looked at again. It never guesses: a new value needs evidence, else the cell becomes `not_available`.
Corrected cells carry the flag `corrected:<id>`. A correction that no longer finds what it expects stops the run.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import StudyError

FILE = "corrections.toml"
TEXTS = ("id", "source", "reason", "evidence", "decided_by")
SELECTING = ("table", "measure", "geo", "branch", "classification", "period", "row")
GUARDING = ("value", "status", "flag")
IDENT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Correction:
    """One entry. `guard` is what the cells must still hold; `becomes` is a value or the status `not_available`;
    `rows` is how many cells `selector` hits."""

    id: str
    source: str
    selector: Mapping[str, str]
    guard: Mapping[str, float | str]
    becomes: Mapping[str, float | str]
    reason: str
    evidence: str
    decided_by: str
    date: date
    expires: date
    rows: int = 1


def load(raw: Path) -> tuple[Correction, ...]:
    """The entries of `raw/corrections.toml`, checked; none without the file. Raises StudyError naming the entry."""
    file = raw / FILE
    if not file.is_file():
        return ()
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"The corrections cannot be read: {error}", where=str(file)) from error
    entries = content.pop("correction", [])
    if content or not isinstance(entries, list):
        raise StudyError(f"The corrections hold the unknown key '{next(iter(content), 'correction')}'", where=str(file))
    found = tuple(_correction(entry, file) for entry in entries)
    names = [entry.id for entry in found]
    for name in names:
        if names.count(name) > 1:
            raise StudyError(f"The correction '{name}' stands {names.count(name)} times", where=str(file))
    return found


def apply(observations: pl.DataFrame, entries: Sequence[Correction], *, today: date | None = None) -> pl.DataFrame:
    """The observations with the corrected cells, in the same order.

    Raises StudyError naming the entry if it has expired, if it hits another number of cells than it says, if a cell no
    longer holds what it expects, or if two entries correct one cell.
    """
    if not entries:
        return observations
    placed = observations.with_row_index("_place")
    hits = pl.concat([_hit(placed, entry, today or date.today()) for entry in entries])
    doubled = hits.filter(pl.col("_place").is_duplicated())
    if doubled.height:
        raise StudyError(f"Two corrections change one cell: {', '.join(doubled['_id'].unique().sort())}", where=FILE)
    joined = placed.join(hits, on="_place", how="left", maintain_order="left")
    hit = pl.col("_id").is_not_null()
    corrected = pl.concat_str("flag", pl.lit("corrected:") + pl.col("_id"), separator=" ", ignore_nulls=True)
    return joined.with_columns(
        value=pl.when(hit).then("_value").otherwise("value"),
        status=pl.when(hit).then("_status").otherwise("status"),
        flag=pl.when(hit).then(corrected).otherwise("flag"),
    ).select(observations.columns)


def _hit(placed: pl.DataFrame, entry: Correction, today: date) -> pl.DataFrame:
    """The cells of one entry with what they become."""
    if today > entry.expires:
        raise _failed(entry, f"expired on {entry.expires}", "Ask the publisher, then delete it or decide it anew.")
    rows = placed.filter(source=entry.source, **entry.selector)
    if rows.height != entry.rows:
        raise _failed(entry, f"hits {rows.height} cells instead of {entry.rows}", "Correct its selector, or delete it.")
    for name, expected in entry.guard.items():
        other = rows.filter(pl.col(name).ne_missing(pl.lit(expected)))
        if other.height:
            found, geo, period, row = other.select(name, "geo", "period", "row").row(0)
            what = f"expects the {name} {expected} and finds {found} ({geo}, {period}, {row})"
            raise _failed(entry, what, "The publisher's figure has changed: delete me.")
    value = entry.becomes.get("value")
    status = "not_available" if value is None else "ok" if value else "zero"
    return rows.select(
        "_place",
        _id=pl.lit(entry.id),
        _value=pl.lit(value, dtype=pl.Float64),
        _status=pl.lit(status),
    )


def _failed(entry: Correction, what: str, next_step: str) -> StudyError:
    return StudyError(f"The correction '{entry.id}' of {entry.source} {what}", where=FILE, next_step=next_step)


# -- the file -----------------------------------------------------------------------------------------------------


def _correction(entry: Any, file: Path) -> Correction:
    name = entry.get("id", "without an id") if isinstance(entry, dict) else "without keys"
    problem = _problem(entry) if isinstance(entry, dict) else "it is no table"
    if problem:
        raise StudyError(f"The correction '{name}' is not valid: {problem}", where=str(file))
    return Correction(**entry)


def _problem(entry: dict[str, Any]) -> str:
    """What is wrong with an entry, or nothing."""
    known = {field.name for field in fields(Correction)}
    unknown, missing = sorted(set(entry) - known), sorted(known - {"rows"} - set(entry))
    if unknown or missing:
        return "; ".join(
            f"{what} {', '.join(keys)}" for what, keys in (("unknown keys", unknown), ("missing", missing)) if keys
        )
    empty = next((key for key in TEXTS if not isinstance(entry[key], str) or not entry[key].strip()), "")
    if empty:
        return f"'{empty}' needs words"
    if not IDENT.fullmatch(entry["id"]):
        return "its id needs lower-case letters, digits and hyphens"
    return _dates(entry) or _tables(entry) or _outcome(entry)


def _dates(entry: dict[str, Any]) -> str:
    days = [entry["date"], entry["expires"]]
    if any(type(day) is not date for day in days):
        return "'date' and 'expires' are days, such as 2026-11-23"
    return "" if days[0] < days[1] else "it expires before it was decided"


def _tables(entry: dict[str, Any]) -> str:
    for name, known in (("selector", SELECTING), ("guard", GUARDING), ("becomes", ("value", "status"))):
        table = entry[name]
        if not isinstance(table, dict) or not table:
            return f"'{name}' needs at least one of {', '.join(known)}"
        unknown = sorted(set(table) - set(known))
        if unknown:
            return f"'{name}' has the unknown keys {', '.join(unknown)}"
        for key, value in table.items():
            if not (_is_number(value) if key == "value" else isinstance(value, str)):
                return f"'{name}.{key}' has the wrong type"
    return ""


def _outcome(entry: dict[str, Any]) -> str:
    becomes, rows = entry["becomes"], entry.get("rows", 1)
    if len(becomes) != 1 or becomes.get("status", "not_available") != "not_available":
        return "'becomes' is either a value or the status not_available"
    if type(rows) is not int or rows < 1 or ("value" in becomes and rows != 1):
        return "'rows' is a number of cells; a value is given to one cell only"
    return ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")
