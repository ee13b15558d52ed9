"""Change over time and what it is made of: shift-share analysis, convergence and mobility."""

import numpy as np
import polars as pl

from analysis.methods.convergence import Convergence, convergence
from analysis.methods.frames import MethodError
from analysis.methods.mobility import Mobility, mobility
from analysis.methods.panel import Panel
from analysis.methods.shift_share_spatial import spatial_shift_share
from analysis.methods.shift_share_steps import Effects, Step, compared, ends, rows, steps, summed

__all__ = [
    "FORMS",
    "Convergence",
    "Mobility",
    "convergence",
    "mobility",
    "shift_share",
    "spatial_shift_share",
]

FORMS = ("dunn", "gerfin", "esteban_marquillas")


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
    the branch `residual`; the change never depends on the years between. Raises MethodError (see panel.panel), for
    years that are missing (every year between start and end if dynamic) and for a reference without a base.
    """
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    data, outer = compared(values, start, end, reference, dynamic, absent)
    factors = form == "gerfin"
    parts = [_factors(step, by_branch) if factors else _effects(step, form, by_branch) for step in steps(data, outer)]
    combine = np.prod if factors else np.sum
    effects = {name: combine([part[name] for part in parts], axis=0) for name in parts[0]}
    return rows(data, {"change": _change(data, factors, by_branch), **effects}, by_branch)


def _change(data: Panel, factors: bool, by_branch: bool) -> np.ndarray:
    first, last = ends(data, by_branch)
    return _quotient(last, first) if factors else last - first


def _effects(step: Step, form: str, by_branch: bool) -> Effects:
    """Absolute effects of one step: [region], or [region, branch]."""
    effects = {
        "national": step.e0 * step.growth,
        "mix": step.e0 * (step.growth_by_branch - step.growth),
        "regional": step.e1 - step.e0 * (1 + step.growth_by_branch),
    }
    if form == "esteban_marquillas":
        effects |= _allocation(step, effects["regional"])
    return summed(effects, step, by_branch)


def _allocation(step: Step, regional: np.ndarray) -> Effects:
    """Regional effect at the reference's mix, and the rest. A branch without a base here stays regional in full."""
    alike = step.total0[:, None] * step.share
    ratio = np.divide(alike, step.e0, out=np.ones_like(step.e0), where=step.e0 != 0)
    ratio = np.where(np.isnan(step.e0), np.nan, ratio)
    return {"regional": regional * ratio, "allocation": regional * (1 - ratio)}


def _factors(step: Step, by_branch: bool) -> Effects:
    """Gerfin's factors of one step; NaN where a base is zero."""
    expected = step.e0 * (1 + step.growth_by_branch)
    e0, e1 = step.e0, step.e1
    if not by_branch:
        expected, e0, e1 = expected.sum(axis=1), step.total0, step.total1
    national = np.full(e0.shape, 1 + step.growth)
    return {
        "national": np.where(np.isnan(e0), np.nan, national),
        "mix": _quotient(_quotient(expected, e0), national),
        "regional": _quotient(e1, expected),
    }


def _quotient(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below != 0)
