"""How far a region's mix of branches departs from a reference: location quotients and indices of specialisation."""

from bisect import bisect

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError
from analysis.methods.panel import RESIDUAL, TOTAL, Panel, Reference, measured, with_residual

FORMS = ("ratio", "difference", "standardised", "log_standardised")


def location_quotient(
    values: pl.DataFrame,
    reference: str | pl.DataFrame | None = None,
    form: str = "ratio",
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """The frame with a column `lq`: a branch's share in the region against its share in the reference.

    `values`: region, branch, value[, year], counts or money, one unit. Forms, with e = value, i = region, j = branch:
    `ratio` (e_ij/e_i)/(e_j/e), 1 = as in the reference (Hoover 1936); `difference` e_ij/e_i − e_j/e, in shares;
    `standardised` the ratio as z over the regions (O'Donoghue & Gleave 2004); `log_standardised` its logarithm as z
    (Tian 2013). The z forms take mean and sample deviation over the regions with a value, per branch and year, without
    the reference's own row; they alone depend on which regions are in the frame.

    The denominator is the published total where the frame holds the branch `total` (codes may then overlap), else the
    branches' sum. Null where the cell, its total or the reference is null, where the reference has nothing of the
    branch, for the logarithm of zero, and for z where all regions are alike. Raises MethodError (see panel.panel).
    """
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    data, outer = measured(values, reference, absent=absent, overlap=True)
    share, norm = _shares(data.values, data.totals), _shares(outer.values, outer.totals)
    quotient = share - norm if form == "difference" else _ratio(share, norm)
    if form.endswith("standardised"):
        quotient = _z_scores(_logarithm(quotient) if form.startswith("log") else quotient, data, outer)
    return values.with_columns(_at_rows(quotient, data, form).alias("lq").fill_nan(None))


def _at_rows(quotient: np.ndarray, data: Panel, form: str) -> pl.Series:
    """The quotients in the order of the frame's rows; a total's own row stands at the neutral value."""
    if data.published:
        neutral = {"ratio": 1.0, "difference": 0.0}.get(form, np.nan)
        quotient = np.insert(quotient, bisect(data.branches, TOTAL), neutral, axis=2)
    return pl.Series(quotient.ravel()[data.rows])


def _shares(values: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Share of each branch in its total; NaN where there is no total."""
    return _ratio(values, totals[..., None])


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below; NaN, not infinity, where below is zero."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)


def _logarithm(values: np.ndarray) -> np.ndarray:
    return np.log(values, out=np.full(values.shape, np.nan), where=values > 0)


def _z_scores(values: np.ndarray, data: Panel, outer: Reference) -> np.ndarray:
    """(x − mean) / sample deviation over the regions that have a value and are not the reference itself."""
    counted = np.isfinite(values) & np.array([region != outer.region for region in data.regions])[:, None, None]
    number = counted.sum(axis=0)
    mean = _ratio(np.where(counted, values, 0.0).sum(axis=0), number)
    spread = np.sqrt(_ratio((np.where(counted, values - mean, 0.0) ** 2).sum(axis=0), np.maximum(number - 1, 0)))
    alike = spread <= 1e-12 * np.maximum(np.abs(mean), 1.0)
    return _ratio(values - mean, np.where(alike, 0.0, spread))


def specialisation(
    values: pl.DataFrame, reference: str | pl.DataFrame | None = None, *, absent: str = "error"
) -> pl.DataFrame:
    """One row per region[, year] with nine indices of its branch shares s against the reference's shares p.

    `krugman` Σ|s−p|, 0..2 (Krugman 1991); `herfindahl` Σs², 1/n..1; `hoover` ½Σ|s−p|, 0..1 (Hoover 1936);
    `gini` of the LQs over the branches of the reference, 0..1−1/n (Farhauer & Kröll 2014); `locational_gini` the area
    between the diagonal and the Lorenz curve of s over p, 0..0.5 (Krugman 1991); `theil_t` Σ s·ln(s/p) and
    `mean_log_deviation` Σ p·ln(p/s), from 0 (Brülhart & Traeger 2005); `entropy` −Σ s·ln s, 0..ln n;
    `hachman` 1/Σ(s²/p), 0..1, 1 = like the reference.

    A published `total` in the frame adds the branch `residual`. A null branch makes the region's row null, a null in
    the reference all but herfindahl and entropy. Branches that the reference lacks and the region has make `gini` and
    `theil_t` null and `hachman` 0; branches that only the region lacks make `mean_log_deviation` null.
    Raises MethodError (see panel.panel), and where branches exceed their published total.
    """
    data, outer = with_residual(*measured(values, reference, absent=absent))
    _check_residual(data)
    s = _shares(data.values, data.totals)
    p = np.broadcast_to(_shares(outer.values, outer.totals), s.shape)
    distance = np.abs(s - p).sum(axis=2)
    return data.frame(
        {
            "krugman": distance,
            "herfindahl": (s**2).sum(axis=2),
            "hoover": distance / 2,
            "gini": _gini(s, p),
            "locational_gini": _lorenz_area(s, p),
            "theil_t": _divergence(s, p),
            "mean_log_deviation": _divergence(p, s),
            "entropy": -_divergence(s, np.ones_like(s)),
            "hachman": _hachman(s, p),
        }
    )


def _check_residual(data: Panel) -> None:
    """Shares below zero have no entropy and no Lorenz curve."""
    if data.branches[-1] == RESIDUAL and (data.values[:, :, -1] < 0).any():
        region = data.regions[int(np.argwhere(data.values[:, :, -1] < 0)[0][0])]
        raise MethodError(
            f"values: the branches of {region} exceed its published total; leave the total out to take their sum."
        )


def _divergence(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Σ a·ln(a/b) with 0·ln 0 = 0; NaN where b is zero and a is not."""
    logarithm = _logarithm(_ratio(a, b))
    return np.where(a == 0, 0.0, a * logarithm).sum(axis=-1) + 0.0 * b.sum(axis=-1)


def _gini(s: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Gini coefficient of the LQs, each branch of the reference counting once."""
    quotient = np.where((p == 0) & (s == 0), 0.0, _ratio(s, p))
    ordered = np.sort(quotient, axis=-1)
    number = (p > 0).sum(axis=-1, keepdims=True)
    # Branches that nobody has were sorted to the front as zeros and hold no rank.
    rank = np.arange(1, s.shape[-1] + 1) - (s.shape[-1] - number)
    weighted = ((2 * rank - number - 1) * ordered).sum(axis=-1)
    return _ratio(weighted, number[..., 0] * ordered.sum(axis=-1))


def _lorenz_area(s: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Area between the diagonal and the curve of cumulated s over cumulated p, branches by rising LQ."""
    rising = np.where(p > 0, _ratio(s, p), np.inf)
    order = np.argsort(rising, axis=-1, kind="stable")
    s, p = np.take_along_axis(s, order, axis=-1), np.take_along_axis(p, order, axis=-1)
    reached = np.cumsum(s, axis=-1)
    return 0.5 - (p * (reached - s / 2)).sum(axis=-1)


def _hachman(s: np.ndarray, p: np.ndarray) -> np.ndarray:
    """1/Σ(s²/p); its limit 0 where the region has a branch that the reference lacks."""
    terms = np.where(s == 0, 0.0, _ratio(s**2, p))
    foreign = ((s > 0) & (p == 0)).any(axis=-1)
    return np.where(foreign, 0.0, _ratio(np.ones(s.shape[:-1]), terms.sum(axis=-1)))
