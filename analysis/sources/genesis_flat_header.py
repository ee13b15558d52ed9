"""The header of a flat GENESIS CSV, current or old: which columns hold time, variables and values.

Current: `statistics_code;…;time;N_variable_code;…;N_variable_attribute_label;…;value;value_unit;value_variable_code;
value_variable_label[;value_q]`, in English whatever the language of the table, one value a row.
Old: `Statistik_Code;…;Zeit;N_Merkmal_Code;…;N_Auspraegung_Label;…;CODE__Name__Unit[;CODE__Name__q]`, names padded with
blanks, one column a value.
"""

import csv
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError

_CURRENT = ("statistics_code", "statistics_label", "time_code", "time_label", "time")
_VALUE = ("value", "value_unit", "value_variable_code", "value_variable_label")
_OLD = ("Statistik_Code", "Statistik_Label", "Zeit_Code", "Zeit_Label", "Zeit")
_PARTS = {
    True: ("variable_code", "variable_label", "variable_attribute_code", "variable_attribute_label"),
    False: ("Merkmal_Code", "Merkmal_Label", "Auspraegung_Code", "Auspraegung_Label"),
}
_DIMENSION = re.compile(r"(\d+)_(variable_(?:attribute_)?(?:code|label)|(?:Merkmal|Auspraegung)_(?:Code|Label))")
_QUALITY = "__q"


@dataclass(frozen=True)
class Dimension:
    """The columns of one variable: its code, the attribute's code and label."""

    code: str
    attribute: str
    label: str


@dataclass(frozen=True)
class ValueColumn:
    """A column of values: place in the row (from 1), quality sign's column if any, what it measures and in what unit.

    `measure`, `unit` and `label` are expressions, since the current layout has them in columns of the row.
    """

    name: str
    place: int
    quality: str | None
    measure: pl.Expr
    unit: pl.Expr
    label: pl.Expr


@dataclass(frozen=True)
class Layout:
    """A header understood. `fixed` are statistics code and label, time code and label, time."""

    names: tuple[str, ...]
    fixed: tuple[str, str, str, str, str]
    dimensions: tuple[Dimension, ...]
    values: tuple[ValueColumn, ...]

    @property
    def time(self) -> str:
        """The column of the period."""
        return self.fixed[4]


def split(line: str) -> list[str]:
    """The fields of one line."""
    return next(csv.reader([line.rstrip("\r\n")], delimiter=";"), [])


def looks_flat(line: str) -> bool:
    """Whether a first line belongs to one of the two layouts, damaged or not."""
    names = {name.strip().strip('"') for name in line.lstrip("\ufeff").split(";")}
    known = {"statistics_code", "value_variable_code", "Statistik_Code"} & names
    return len(names) > 5 and (bool(known) or any(_DIMENSION.fullmatch(name) for name in names))


def understood(line: str, file: str) -> Layout:
    """The layout of a header. Raises StudyError for missing, doubled, renamed and unknown columns."""
    names = [name.strip() for name in split(line.lstrip("\ufeff"))]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise StudyError(f"The header names {', '.join(doubled)} more than once", where=file, next_step=_AGAIN)
    is_current = not any(re.fullmatch(r"(\d+_)?(Statistik|Zeit|Merkmal|Auspraegung)(_\w+)?", name) for name in names)
    fixed = _CURRENT if is_current else _OLD
    numbers = sorted({int(found[1]) for name in names if (found := _DIMENSION.fullmatch(name))})
    columns = {number: [f"{number}_{part}" for part in _PARTS[is_current]] for number in numbers}
    required = [*fixed, *(_VALUE if is_current else ()), *(name for four in columns.values() for name in four)]
    others = [name for name in names if name not in required and not (is_current and name == "value_q")]
    _refuse(names, required, others if is_current else [name for name in others if "__" not in name], file)
    values = _current_value(names) if is_current else _old_values(names, others, file)
    dimensions = tuple(Dimension(four[0], four[2], four[3]) for four in columns.values())
    return Layout(tuple(names), fixed, dimensions, values)


_AGAIN = "Download the table again as flat CSV (ffcsv) and do not edit it."


def _refuse(names: list[str], required: list[str], unknown: list[str], file: str) -> None:
    missing = [name for name in required if name not in names]
    for name in missing:
        near = difflib.get_close_matches(name, unknown, 1, 0.3)
        instead = f"; in its place stands {near[0]!r}" if near else ""
        raise StudyError(f"Line 1 lacks the column {name!r}{instead}", where=file, next_step=_AGAIN)
    if unknown:
        raise StudyError(f"Line 1 has columns that are unknown: {', '.join(unknown)}", where=file, next_step=_AGAIN)


def _current_value(names: Iterable[str]) -> tuple[ValueColumn, ...]:
    names = list(names)
    return (
        ValueColumn(
            "value",
            names.index("value") + 1,
            "value_q" if "value_q" in names else None,
            pl.col("value_variable_code"),
            pl.col("value_unit"),
            pl.col("value_variable_label"),
        ),
    )


def _old_values(names: list[str], others: list[str], file: str) -> tuple[ValueColumn, ...]:
    """`CODE__Name__Unit`; a code that two columns share (value and its change) keeps the whole name."""
    values = [name for name in others if not name.endswith(_QUALITY)]
    if not values:
        raise StudyError("Line 1 names no column of values (CODE__Name__Unit)", where=file, next_step=_AGAIN)
    parts = {name: name.split("__") for name in values}
    codes = [part[0] for part in parts.values()]
    columns = []
    for name, part in parts.items():
        quality = next((q for q in ("__".join(part[:-1]) + _QUALITY, name + _QUALITY) if q in names), None)
        measure = part[0] if codes.count(part[0]) == 1 else "__".join(part[:2])
        unit = part[2] if len(part) > 2 else "not stated"
        columns.append(
            ValueColumn(name, names.index(name) + 1, quality, pl.lit(measure), pl.lit(unit), pl.lit(part[1]))
        )
    lonely = {name for name in others if name.endswith(_QUALITY)} - {column.quality for column in columns}
    if lonely:
        raise StudyError(f"Line 1 has signs without their values: {', '.join(sorted(lonely))}", where=file)
    return tuple(columns)
