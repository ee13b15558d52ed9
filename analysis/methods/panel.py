"""Tidy frames as arrays [region, year, branch], with published totals and the reference they are measured against."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, check_disjoint, listed, tidy, typed

TOTAL, RESIDUAL = "total", "residual"


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

    def frame(self, columns: dict[str, np.ndarray]) -> pl.DataFrame:
        """One row per region[, year] with arrays of that shape as columns; NaN becomes null."""
        keys = {"region": np.repeat(self.regions, len(self.years)), "year": np.tile(self.years, len(self.regions))}
        if self.years == (None,):
            del keys["year"]
        flat = {column: array.ravel() for column, array in columns.items()}
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
    cells = typed(frame, keys, ("value",), True, name)
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
    found = keys.unique().sort()
    if keys.dtype == pl.String:  # a thousandfold repeated name is coded by its place, three times as fast as ranked
        codes = keys.cast(pl.Enum(found)).to_physical().to_numpy()
    else:
        codes = np.searchsorted(found.to_numpy(), keys.to_numpy())
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
    missing = count.reshape(shape) == 0
    if absent == "zero":  # A branch that is not listed may be nothing; a published total that is not there is not.
        missing[:, :, [branch != TOTAL for branch in names[2]]] = False
    if missing.any():
        raise MethodError(
            f'{name}: no row for {_places(missing, names)}; a missing row is an error unless absent="zero".'
        )
    grid = np.zeros(count.size)
    grid[places] = values
    return grid.reshape(shape)


def _places(chosen: np.ndarray, names: tuple[tuple, tuple, tuple]) -> str:
    """The chosen cells of the flat grid as '(region, branch, year)'."""
    found = zip(*np.unravel_index(np.flatnonzero(chosen), tuple(len(axis) for axis in names)), strict=True)
    cells = [(names[0][region], names[2][branch], names[1][year]) for region, year, branch in found]
    return listed([f"({', '.join(str(part) for part in cell if part is not None)})" for cell in cells])


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
        raise MethodError(f"reference '{reference}' is no region of the frame; it has {listed(data.regions)}.")
    at = data.regions.index(reference)
    return data, Reference(data.values[at], data.totals[at], data.residual[at], reference)


def _against_frame(
    values: pl.DataFrame, reference: pl.DataFrame, absent: str, overlap: bool
) -> tuple[Panel, Reference]:
    timed = "year" in reference.columns and "year" in values.columns
    columns = ["branch", "value", *(["year"] if timed else [])]
    if missing := [column for column in columns if column not in reference.columns]:
        raise MethodError(f"reference: column {listed(missing)} missing; it needs {listed(columns)}.")
    single = tidy(reference.select(pl.lit("reference").alias("region"), *columns), name="reference")
    parts = [branch for branch in single["branch"].unique() if branch != TOTAL]
    data = panel(values, absent=absent, overlap=overlap, more=parts)
    if timed:
        single = single.filter(pl.col("year").is_in(list(data.years)))
        if gaps := sorted(set(data.years) - set(single["year"])):
            raise MethodError(f"reference: no row for the year {listed(gaps)}.")
    own = panel(single, absent=absent, overlap=overlap or data.published, more=data.branches, name="reference")
    return data, Reference(own.values[0], own.totals[0], own.residual[0])


def with_residual(data: Panel, reference: Reference) -> tuple[Panel, Reference]:
    """Both with the branch `residual` that closes the gap to the published totals, if there is a gap anywhere."""
    if not (np.nan_to_num(data.residual).any() or np.nan_to_num(reference.residual).any()):
        return data, reference
    if RESIDUAL in data.branches:
        raise MethodError("values: a branch is called 'residual', the name of the gap between total and branches.")
    values = np.concatenate([data.values, data.residual[:, :, None]], axis=2)
    wide = replace(data, branches=(*data.branches, RESIDUAL), values=values, residual=np.zeros_like(data.residual))
    outer = np.concatenate([reference.values, reference.residual[:, None]], axis=1)
    return wide, Reference(outer, reference.totals, np.zeros_like(reference.residual), reference.region)
