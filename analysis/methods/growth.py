"""Change over time and what it is made of: shift-share analysis."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, Panel, Reference, measured, tidy, with_residual

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
    the branch `residual`. Raises MethodError (see frames.panel), for years that are missing (every year between start
    and end if dynamic) and for a reference without a base.
    """
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    years = _years(values, start, end, dynamic)
    kept = [frame.filter(_in_years(frame, years)) if _is_timed(frame) else frame for frame in (values, reference)]
    data, outer = with_residual(*measured(*kept, absent=absent))
    if isinstance(reference, pl.DataFrame) and not _is_timed(reference):
        raise MethodError("reference: column year missing; growth needs the reference in each year.")
    effects = _chained(data, outer, form, by_branch)
    if not by_branch:
        return data.frame({name: array[:, None] for name, array in effects.items()}).drop("year")
    rows = _first_year(data).frame({name: array[:, None] for name, array in effects.items()}, by_branch=True)
    return rows.drop("year").with_columns(pl.Series("presence", _presence(data).ravel()))
