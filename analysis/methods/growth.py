"""Change over time and what it is made of: shift-share analysis."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, years_of
from analysis.methods.panel import Panel, Reference, measured, with_residual

FORMS = ("dunn", "gerfin", "esteban_marquillas")
Effects = dict[str, np.ndarray]


def shift_share(
    values: pl.DataFrame,
    start: int,
    end: int,
    reference: str | pl.DataFrame | None = None,
    form: str = "dunn",
    dynamic: bool = False,
    by_branch: bool = False,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """One row per region: `change` from start to end and its parts `national`, `mix`, `regional`[, `allocation`].

    `values`: region, branch, value, year. With e0, e1 of the region, E0, E1 of the reference, G its total growth rate
    and g_j that of branch j:
    `dunn` (1960): national Σe0·G, mix Σe0·(g_j−G), regional Σ(e1 − e0·(1+g_j)); the three add up to the change.
    `esteban_marquillas` (1972): regional as if the region had the reference's mix, the rest is `allocation`.
    `gerfin` (1964): factors; change = e1/e0 = national · mix · regional, with mix·regional = its growth relative to
    the reference's. `dynamic` (Barff & Knight 1988) does this year by year and adds up (gerfin: multiplies).
    `by_branch` gives one row per region and branch and says in `presence` whether a branch is there at start and end:
    `both, appeared, disappeared, absent, unknown`.

    No effect divides by a region's cell: a branch that appears is regional in full, one that vanishes leaves what its
    reference growth would have made of it. A branch without a base in the reference is held against G. Factors with a
    zero base are null. A published `total` makes the change and national effect independent of null branches and adds
    the branch `residual`. Raises MethodError (see panel.panel), for years that are missing (every year between start
    and end if dynamic) and for a reference without a base.
    """
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    years = _years(values, start, end, dynamic)
    if isinstance(reference, pl.DataFrame):
        reference = reference.filter(years_of(reference, "reference").is_in(years))
    data, outer = with_residual(*measured(values.filter(years_of(values).is_in(years)), reference, absent=absent))
    steps = [_step(data, outer, at, at + 1) for at in range(len(years) - 1)]
    factors = form == "gerfin"
    parts = [_factors(step, by_branch) if factors else _effects(step, form, by_branch) for step in steps]
    combine = np.prod if factors else np.sum
    effects = {name: combine([part[name] for part in parts], axis=0) for name in parts[0]}
    return _branch_rows(data, effects) if by_branch else _region_rows(data, effects)


def _years(values: pl.DataFrame, start: int, end: int, dynamic: bool) -> list[int]:
    """The years that are compared one after another."""
    if start >= end:
        raise MethodError(f"start {start} is not before end {end}.")
    wanted = list(range(start, end + 1)) if dynamic else [start, end]
    there = set(years_of(values).drop_nulls())
    if missing := [str(year) for year in wanted if year not in there]:
        raise MethodError(f"values: no rows for {', '.join(missing)}; it has {', '.join(map(str, sorted(there)))}.")
    return wanted


@dataclass(frozen=True)
class _Step:
    """Two points in time: regions' cells e0, e1 [region, branch] and totals, and the reference's growth rates."""

    e0: np.ndarray
    e1: np.ndarray
    total0: np.ndarray
    total1: np.ndarray
    mix: np.ndarray
    growth: np.ndarray
    growth_by_branch: np.ndarray


def _step(data: Panel, outer: Reference, at: int, then: int) -> _Step:
    """Growth rates of the reference; a branch without a base (or a residual below zero) takes the total's."""
    base, later = outer.values[at], outer.values[then]
    if outer.totals[at] == 0:
        raise MethodError(f"reference: nothing there in {data.years[at]}; a growth rate needs a base.")
    growth = outer.totals[then] / outer.totals[at] - 1
    based = (base > 0) & ~(later < 0) | np.isnan(base)
    by_branch = np.divide(later, base, out=np.full(base.shape, growth + 1), where=based) - 1
    totals = data.totals[:, at], data.totals[:, then]
    share = base / outer.totals[at]
    return _Step(data.values[:, at], data.values[:, then], *totals, share, growth, by_branch)


def _effects(step: _Step, form: str, by_branch: bool) -> Effects:
    """Absolute effects of one step: [region], or [region, branch]."""
    effects = {
        "change": step.e1 - step.e0,
        "national": step.e0 * step.growth,
        "mix": step.e0 * (step.growth_by_branch - step.growth),
        "regional": step.e1 - step.e0 * (1 + step.growth_by_branch),
    }
    if form == "esteban_marquillas":
        effects |= _allocation(step, effects["regional"])
    if by_branch:
        return effects
    # A published total knows change and national effect even where a branch is secret.
    known = {"change": step.total1 - step.total0, "national": step.total0 * step.growth}
    return {name: array.sum(axis=1) for name, array in effects.items()} | known


def _allocation(step: _Step, regional: np.ndarray) -> Effects:
    """Regional effect at the reference's mix, and the rest. A branch without a base here stays regional in full."""
    alike = step.total0[:, None] * step.mix
    ratio = np.divide(alike, step.e0, out=np.ones_like(step.e0), where=step.e0 != 0)
    ratio = np.where(np.isnan(step.e0), np.nan, ratio)
    return {"regional": regional * ratio, "allocation": regional * (1 - ratio)}


def _factors(step: _Step, by_branch: bool) -> Effects:
    """Gerfin's factors of one step; NaN where a base is zero."""
    expected = step.e0 * (1 + step.growth_by_branch)
    e0, e1 = step.e0, step.e1
    if not by_branch:
        expected, e0, e1 = expected.sum(axis=1), step.total0, step.total1
    national = np.full(e0.shape, 1 + step.growth)
    return {
        "change": _quotient(e1, e0),
        "national": np.where(np.isnan(e0), np.nan, national),
        "mix": _quotient(_quotient(expected, e0), national),
        "regional": _quotient(e1, expected),
    }


def _quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)


def _region_rows(data: Panel, effects: Effects) -> pl.DataFrame:
    return pl.DataFrame({"region": data.regions, **effects}).with_columns(pl.col(pl.Float64).fill_nan(None))


def _branch_rows(data: Panel, effects: Effects) -> pl.DataFrame:
    """One row per region and branch, with the branch's presence at the first and last year."""
    first, last = data.values[:, 0], data.values[:, -1]
    state = np.where(first != 0, np.where(last != 0, "both", "disappeared"), np.where(last != 0, "appeared", "absent"))
    state = np.where(np.isnan(first) | np.isnan(last), "unknown", state)
    names = {
        "region": np.repeat(data.regions, len(data.branches)),
        "branch": np.tile(data.branches, len(data.regions)),
    }
    flat = {name: array.ravel() for name, array in {**effects, "presence": state}.items()}
    return pl.DataFrame({**names, **flat}).with_columns(pl.col(pl.Float64).fill_nan(None))
