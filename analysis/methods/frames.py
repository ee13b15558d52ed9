"""What every method asks of a tidy frame `region, branch, value[, year]`, and the arrays the methods compute on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

TOTAL, RESIDUAL = "total", "residual"
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
    result = _typed(frame, keys, numbers, nonnegative, name)
    repeated = result.filter(pl.struct(keys).is_duplicated()).select(keys).unique().sort(keys)
    if repeated.height:
        raise MethodError(f"{name}: {_cells(repeated)} stand there more than once; a cell is one row.")
    return result


def _typed(
    frame: pl.DataFrame, keys: Sequence[str], numbers: Sequence[str], nonnegative: bool, name: str
) -> pl.DataFrame:
    """`tidy` without the look for repeated cells."""
    if missing := [column for column in (*keys, *numbers) if column not in frame.columns]:
        raise MethodError(f"{name}: column {_listed(missing)} missing; it has {_listed(frame.columns)}.")
    if frame.is_empty():
        raise MethodError(f"{name}: no rows; a method needs at least one cell.")
    result = frame.with_columns(
        *(years_of(frame, name) if key == "year" else _text(frame, key, name) for key in keys),
        *(_number(frame, column, name) for column in numbers),
    )
    if unnamed := result.filter(pl.any_horizontal(pl.col(keys).is_null())).height:
        raise MethodError(f"{name}: {unnamed} rows have an empty {_listed(keys)}; every cell needs its keys.")
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
        raise MethodError(f"{name}: {_listed(wrong)} is not a year.")
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
    return _listed([f"({', '.join(map(str, row))})" for row in rows.iter_rows()])


def _listed(names: Iterable[object]) -> str:
    names = [str(name) for name in names]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


@dataclass(frozen=True)
class Panel:
    """A frame as arrays, names sorted. Inside, NaN stands for null and for nothing else.

    `values[region, year, branch]` without the published total; `totals[region, year]` are the published ones or the
    branches' sum; `residual` is what lies between the two. Without a `year` column, `years` is (None,).
    `rows` is each input row's place in the flat grid [region, year, branch or total].
    """

    regions: tuple[str, ...]
    years: tuple[int | None, ...]
    branches: tuple[str, ...]
    values: np.ndarray
    totals: np.ndarray
    residual: np.ndarray
    published: bool
    rows: np.ndarray

    def frame(self, columns: dict[str, np.ndarray], *, by_branch: bool = False) -> pl.DataFrame:
        """One row per region[, year][, branch] with arrays of that shape as columns; NaN becomes null."""
        axes = [("region", self.regions), ("year", self.years), ("branch", self.branches)][: 3 if by_branch else 2]
        shape = tuple(len(names) for _, names in axes)
        keys = {
            axis: np.broadcast_to(
                np.array(names).reshape([-1 if axis == other else 1 for other, _ in axes]), shape
            ).ravel()
            for axis, names in axes
            if names != (None,)
        }
        flat = {column: np.broadcast_to(array, shape).ravel() for column, array in columns.items()}
        return pl.DataFrame({**keys, **flat}).with_columns(pl.col(pl.Float64).fill_nan(None))


def panel(
    frame: pl.DataFrame,
    *,
    absent: str = "error",
    overlap: bool = False,
    more: Iterable[str] = (),
    name: str = "values",
) -> Panel:
    """Check a tidy frame and lay it out as arrays; the branch `total` becomes the totals.

    `more` names branches that must be there too (the reference's), so that their absence is noticed.

    Raises MethodError for everything `tidy` names, for cells without a row (unless `absent="zero"`) and, where
    branches are summed, for branch codes that hold each other (`overlap=True` admits them beside a total).
    """
    if absent not in ("error", "zero"):
        raise MethodError(f'absent is "error" or "zero", not "{absent}".')
    keys = ["region", "branch", *(["year"] if "year" in frame.columns else [])]
    cells = _typed(frame, keys, ("value",), True, name)
    regions, region = _coded(cells["region"])
    years, year = _coded(cells["year"]) if "year" in keys else ((None,), 0)
    branches, branch = _coded(cells["branch"], more)
    if not (overlap and TOTAL in branches):
        check_disjoint(branches, name)
    places = (region * len(years) + year) * len(branches) + branch
    names = (regions, years, branches)
    grid = _grid(cells["value"].fill_null(np.nan).to_numpy(), places, names, absent, name)
    return _divided(grid, names, places)


def _coded(keys: pl.Series, more: Iterable[str] = ()) -> tuple[tuple, np.ndarray]:
    """The sorted names, with `more` among them, and each row's place in them."""
    codes = keys.rank("dense").to_numpy().astype(np.int64) - 1
    row = np.empty(codes.max() + 1, dtype=np.int64)
    row[codes] = np.arange(len(codes))
    found = keys.gather(row).to_list()
    names = sorted({*found, *more})
    place = {name: at for at, name in enumerate(names)}
    return tuple(names), np.array([place[name] for name in found])[codes]


def _divided(grid: np.ndarray, names: tuple[tuple, tuple, tuple], rows: np.ndarray) -> Panel:
    """The panel of a filled grid: branches here, published totals there."""
    regions, years, branches = names
    parts = tuple(branch for branch in branches if branch != TOTAL)
    if not parts:
        raise MethodError("values: only the branch 'total' is there; a method needs branches.")
    values = grid[:, :, [branches.index(part) for part in parts]]
    sums = values.sum(axis=2)
    published = TOTAL in branches
    totals = grid[:, :, branches.index(TOTAL)] if published else sums
    return Panel(regions, years, parts, values, totals, _gap(totals, sums), published, rows)


def _gap(totals: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """Total less sum; what is only the noise of adding decimals is zero."""
    gap = totals - sums
    return np.where(np.abs(gap) <= 1e-9 * np.abs(totals), 0.0, gap)


def _grid(
    values: np.ndarray, places: np.ndarray, names: tuple[tuple, tuple, tuple], absent: str, name: str
) -> np.ndarray:
    """grid[region, year, branch]; a cell with two rows is an error, one without a row is an error or zero."""
    shape = tuple(len(axis) for axis in names)
    count = np.bincount(places, minlength=int(np.prod(shape)))
    if (count > 1).any():
        raise MethodError(f"{name}: {_places(count > 1, names)} stand there more than once; a cell is one row.")
    if absent == "error" and not count.all():
        raise MethodError(
            f'{name}: no row for {_places(count == 0, names)}; a missing row is an error unless absent="zero".'
        )
    grid = np.zeros(count.size)
    grid[places] = values
    return grid.reshape(shape)


def _places(chosen: np.ndarray, names: tuple[tuple, tuple, tuple]) -> str:
    """The chosen cells of the flat grid as '(region, branch, year)'."""
    found = zip(*np.unravel_index(np.flatnonzero(chosen), tuple(len(axis) for axis in names)), strict=True)
    cells = [(names[0][region], names[2][branch], names[1][year]) for region, year, branch in found]
    return _listed([f"({', '.join(str(part) for part in cell if part is not None)})" for cell in cells])


def check_disjoint(branches: Iterable[str], name: str = "values") -> None:
    """Raise MethodError where section codes such as C, B-E and B-F hold each other: their sum counts twice."""
    owner: dict[str, str] = {}
    for branch in sorted(branches):
        span = _SPAN.fullmatch(branch)
        for code in range(ord(span[1]), ord(span[2] or span[1]) + 1) if span else ():
            other = owner.setdefault(chr(code), branch)
            if other != branch:
                raise MethodError(f"{name}: branches {other} and {branch} overlap; give branches that are disjoint.")


@dataclass(frozen=True)
class Reference:
    """What regions are measured against: `values[year, branch]`, `totals[year]`, and the region it is, if it is one."""

    values: np.ndarray
    totals: np.ndarray
    residual: np.ndarray
    region: str | None = None


def measured(
    values: pl.DataFrame,
    reference: str | pl.DataFrame | None,
    *,
    absent: str = "error",
    overlap: bool = False,
) -> tuple[Panel, Reference]:
    """The regions' panel and what it is measured against.

    `reference` is None (the sum of all regions), a region of the frame, or a frame `branch, value[, year]`; one
    without `year` serves every year. With the sum, one null cell makes the branch's reference null in every region:
    give a published reference then. Raises MethodError for an unknown region and for branches or years that only
    one of the two frames has (a branch that only one has is zero in the other with `absent="zero"`).
    """
    if isinstance(reference, pl.DataFrame):
        return _against_frame(values, reference, absent, overlap)
    data = panel(values, absent=absent, overlap=overlap)
    if reference is None:
        sums = (data.values.sum(axis=0), data.totals.sum(axis=0), data.residual.sum(axis=0))
        return data, Reference(*sums)
    if reference not in data.regions:
        raise MethodError(f"reference '{reference}' is no region of the frame; it has {_listed(data.regions)}.")
    at = data.regions.index(reference)
    return data, Reference(data.values[at], data.totals[at], data.residual[at], reference)


def _against_frame(
    values: pl.DataFrame, reference: pl.DataFrame, absent: str, overlap: bool
) -> tuple[Panel, Reference]:
    timed = "year" in reference.columns and "year" in values.columns
    columns = ["branch", "value", *(["year"] if timed else [])]
    if missing := [column for column in columns if column not in reference.columns]:
        raise MethodError(f"reference: column {_listed(missing)} missing; it needs {_listed(columns)}.")
    single = tidy(reference.select(pl.lit("reference").alias("region"), *columns), name="reference")
    parts = [branch for branch in single["branch"].unique() if branch != TOTAL]
    data = panel(values, absent=absent, overlap=overlap, more=parts)
    if timed:
        single = single.filter(pl.col("year").is_in(list(data.years)))
        if gaps := sorted(set(data.years) - set(single["year"])):
            raise MethodError(f"reference: no row for the year {_listed(gaps)}.")
    own = panel(single, absent=absent, overlap=overlap or data.published, more=data.branches, name="reference")
    return data, Reference(own.values[0], own.totals[0], own.residual[0])


def with_residual(data: Panel, reference: Reference) -> tuple[Panel, Reference]:
    """Both with the branch `residual` that closes the gap to the published totals, if there is a gap anywhere."""
    if not (np.nan_to_num(data.residual).any() or np.nan_to_num(reference.residual).any()):
        return data, reference
    if RESIDUAL in data.branches:
        raise MethodError("values: a branch is called 'residual', the name of the gap between total and branches.")
    values = np.concatenate([data.values, data.residual[:, :, None]], axis=2)
    rest = np.zeros_like(data.residual)
    wide = Panel(data.regions, data.years, (*data.branches, RESIDUAL), values, data.totals, rest, data.published)
    outer = np.concatenate([reference.values, reference.residual[:, None]], axis=1)
    return wide, Reference(outer, reference.totals, np.zeros_like(reference.residual), reference.region)
