"""What every method asks of a tidy frame `region, branch, value[, year]`: types, keys, numbers, disjoint branches."""

import re
from collections.abc import Iterable, Sequence

import polars as pl

_SPAN = re.compile(r"([A-U])(?:-([A-U]))?")
_SHOWN = 5


class MethodError(ValueError):
    """A frame breaks a rule of the methods; the sentence names the cells and the rule."""


def tidy(
    frame: pl.DataFrame,
    *,
    keys: Sequence[str] = ("region", "branch"),
    numbers: Sequence[str] = ("value",),
    nonnegative: bool = True,
    name: str = "values",
) -> pl.DataFrame:
    """The frame with text keys, an Int64 `year` where there is one, and its numbers as Float64; other columns stay.

    Integers are widened here, before anything is added or multiplied. Null stays null. Raises MethodError for a
    missing or mistyped column, an empty frame, a null key, a repeated cell, NaN, infinity and negative numbers.
    """
    keys = [*keys, "year"] if "year" in frame.columns and "year" not in keys else list(keys)
    result = typed(frame, keys, numbers, nonnegative, name)
    repeated = result.filter(pl.struct(keys).is_duplicated()).select(keys).unique().sort(keys)
    if repeated.height:
        raise MethodError(f"{name}: {_cells(repeated)} stand there more than once; a cell is one row.")
    return result


def typed(
    frame: pl.DataFrame, keys: Sequence[str], numbers: Sequence[str], nonnegative: bool, name: str
) -> pl.DataFrame:
    """`tidy` without the look for repeated cells."""
    if missing := [column for column in (*keys, *numbers) if column not in frame.columns]:
        raise MethodError(f"{name}: column {listed(missing)} missing; it has {listed(frame.columns)}.")
    if frame.is_empty():
        raise MethodError(f"{name}: no rows; a method needs at least one cell.")
    result = frame.with_columns(
        *(years_of(frame, name) if key == "year" else _text(frame, key, name) for key in keys),
        *(_number(frame, column, name) for column in numbers),
    )
    if unnamed := result.filter(pl.any_horizontal(pl.col(keys).is_null())).height:
        raise MethodError(f"{name}: {unnamed} rows have an empty {listed(keys)}; every cell needs its keys.")
    for column in numbers:
        _check_numbers(result, list(keys), column, nonnegative, name)
    return result


def _text(frame: pl.DataFrame, column: str, name: str) -> pl.Series:
    if not isinstance(frame.schema[column], pl.String | pl.Categorical | pl.Enum):
        raise MethodError(f"{name}: column '{column}' is {frame.schema[column]}; names and keys are text.")
    return frame[column].cast(pl.String)


def years_of(frame: pl.DataFrame, name: str = "values") -> pl.Series:
    """The column `year` as Int64, written as numbers or as text; MethodError where it is missing or no year."""
    if "year" not in frame.columns:
        raise MethodError(f"{name}: column 'year' is missing.")
    if not (frame.schema["year"].is_integer() or frame.schema["year"] == pl.String):
        raise MethodError(f"{name}: column 'year' is {frame.schema['year']}; years are whole numbers or text.")
    years = frame["year"].cast(pl.Int64, strict=False)
    if wrong := frame["year"].filter(years.is_null() & frame["year"].is_not_null()).unique().to_list():
        raise MethodError(f"{name}: {listed(wrong)} is not a year.")
    return years


def _number(frame: pl.DataFrame, column: str, name: str) -> pl.Series:
    if not (frame.schema[column].is_numeric() or frame.schema[column] == pl.Null):
        raise MethodError(f"{name}: column '{column}' is {frame.schema[column]}; it must hold numbers.")
    return frame[column].cast(pl.Float64)


def _check_numbers(frame: pl.DataFrame, keys: list[str], column: str, nonnegative: bool, name: str) -> None:
    broken = frame.filter(pl.col(column).is_not_null() & ~pl.col(column).is_finite()).select(keys).sort(keys)
    if broken.height:
        raise MethodError(f"{name}: {_cells(broken)} is NaN or infinite; what is unknown is null.")
    negative = frame.filter(pl.col(column) < 0).select(*keys, column).sort(keys)
    if nonnegative and negative.height:
        raise MethodError(f"{name}: {_cells(negative)} is negative; counts are zero or more.")


def _cells(rows: pl.DataFrame) -> str:
    """'(05111, J, 2019), (02, K, 2019) and 3 more'."""
    return listed([f"({', '.join(map(str, row))})" for row in rows.iter_rows()])


def listed(names: Iterable[object]) -> str:
    names = [str(name) for name in names]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def check_disjoint(branches: Iterable[str], name: str = "values") -> None:
    """Raise MethodError where section codes such as C, B-E and B-F hold each other: their sum counts twice."""
    owner: dict[str, str] = {}
    for branch in sorted(branches):
        span = _SPAN.fullmatch(branch)
        for code in range(ord(span[1]), ord(span[2] or span[1]) + 1) if span else ():
            other = owner.setdefault(chr(code), branch)
            if other != branch:
                raise MethodError(f"{name}: branches {other} and {branch} overlap; give branches that are disjoint.")
