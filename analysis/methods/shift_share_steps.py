"""Two points in time side by side: what every form of shift-share starts from and how its result is laid out."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed, years_of
from analysis.methods.panel import Panel, Reference, measured, with_residual

Effects = dict[str, np.ndarray]


@dataclass(frozen=True)
class Step:
    """Two points in time: regions' cells e0, e1 [region, branch] and totals, and the reference's growth rates."""

    e0: np.ndarray
    e1: np.ndarray
    total0: np.ndarray
    total1: np.ndarray
    share: np.ndarray
    growth: np.ndarray
    growth_by_branch: np.ndarray


def compared(
    values: pl.DataFrame, start: int, end: int, reference: str | pl.DataFrame | None, dynamic: bool, absent: str
) -> tuple[Panel, Reference]:
    """Regions and reference of start and end (and of every year between them, if dynamic), with the residual branch."""
    years = years_of(values)
    wanted = _wanted(years, start, end, dynamic)
    if isinstance(reference, pl.DataFrame):
        reference = reference.filter(years_of(reference, "reference").is_in(wanted))
    return with_residual(*measured(values.filter(years.is_in(wanted)), reference, absent=absent))


def _wanted(years: pl.Series, start: int, end: int, dynamic: bool) -> list[int]:
    """The years that are compared one after another."""
    if start >= end:
        raise MethodError(f"start {start} is not before end {end}.")
    if unnamed := years.null_count():
        raise MethodError(f"values: {unnamed} rows have an empty year; every cell needs its keys.")
    wanted = list(range(start, end + 1)) if dynamic else [start, end]
    there = years.unique().sort().to_list()
    if missing := [year for year in wanted if year not in there]:
        raise MethodError(f"values: no rows for {listed(missing)}; it has {listed(there)}.")
    return wanted


def steps(data: Panel, outer: Reference) -> list[Step]:
    """Each pair of years that follow each other."""
    return [_step(data, outer, at) for at in range(len(data.years) - 1)]


def _step(data: Panel, outer: Reference, at: int) -> Step:
    if outer.totals[at] == 0:
        raise MethodError(f"reference: nothing there in {data.years[at]}; a growth rate needs a base.")
    growth = outer.totals[at + 1] / outer.totals[at] - 1
    by_branch = rates(outer.values[at], outer.values[at + 1], growth)
    share = outer.values[at] / outer.totals[at]
    totals = data.totals[:, at], data.totals[:, at + 1]
    return Step(data.values[:, at], data.values[:, at + 1], *totals, share, growth, by_branch)


def rates(base: np.ndarray, later: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """Growth rates; where there is no base, or a residual below zero, the wider unit's rate `otherwise` stands in."""
    based = (base > 0) & ~(later < 0) | np.isnan(base)
    return np.divide(later, base, out=np.full(base.shape, 1 + otherwise), where=based) - 1


def summed(effects: Effects, step: Step, by_branch: bool) -> Effects:
    """Effects [region, branch] as they are, or per region; a published total knows the national one without them."""
    if by_branch:
        return effects
    return {name: array.sum(axis=1) for name, array in effects.items()} | {"national": step.total0 * step.growth}


def ends(data: Panel, by_branch: bool) -> tuple[np.ndarray, np.ndarray]:
    """First and last year's cells or totals: the change needs nothing of the years between."""
    source = data.values if by_branch else data.totals
    return source[:, 0], source[:, -1]


def rows(data: Panel, effects: Effects, by_branch: bool) -> pl.DataFrame:
    """One row per region, or per region and branch with its presence; NaN becomes null."""
    keys = _branch_keys(data) if by_branch else {"region": data.regions}
    presence = {"presence": _presence(data)} if by_branch else {}
    flat = {name: array.ravel() for name, array in effects.items()}
    return pl.DataFrame({**keys, **flat, **presence}).with_columns(pl.col(pl.Float64).fill_nan(None))


def _branch_keys(data: Panel) -> dict[str, pl.Series]:
    region, branch = np.divmod(np.arange(len(data.regions) * len(data.branches)), len(data.branches))
    return {"region": pl.Series(data.regions).gather(region), "branch": pl.Series(data.branches).gather(branch)}


def _presence(data: Panel) -> pl.Series:
    """Whether a branch is there at the first and at the last year."""
    first, last = data.values[:, 0], data.values[:, -1]
    state = np.where(np.isnan(first) | np.isnan(last), 4, 2 * (first != 0) + (last != 0))
    return pl.Series(["absent", "appeared", "disappeared", "both", "unknown"]).gather(state.ravel())
