"""How far a region's mix of branches departs from a reference: location quotients and indices of specialisation."""

from bisect import bisect

import numpy as np
import polars as pl

from analysis.methods.clusters import ellison_glaeser, litzenberger_sternberg, portfolio
from analysis.methods.concentration import concentration
from analysis.methods.frames import MethodError
from analysis.methods.indices import indices, ratio, shares
from analysis.methods.panel import RESIDUAL, TOTAL, Panel, Reference, measured, with_residual

__all__ = [
    "FORMS",
    "concentration",
    "ellison_glaeser",
    "litzenberger_sternberg",
    "location_quotient",
    "portfolio",
    "specialisation",
]

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
    branches' sum. Null where the cell, its total or the reference is null or the total zero, for ratios where the
    reference has nothing of the branch, for the logarithm of zero, and for z where all regions are alike.
    Raises MethodError (see panel.panel).
    """
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    data, outer = measured(values, reference, absent=absent, overlap=True)
    cells, whole = data.values, outer.values
    if data.published:  # The total is a branch like any other here: one that all regions have to the same extent.
        place = bisect(data.branches, TOTAL)
        cells, whole = np.insert(cells, place, data.totals, axis=2), np.insert(whole, place, outer.totals, axis=1)
    share, norm = shares(cells, data.totals), shares(whole, outer.totals)
    quotient = share - norm if form == "difference" else ratio(share, norm)
    if form.endswith("standardised"):
        quotient = _z_scores(_logarithm(quotient) if form.startswith("log") else quotient, data, outer)
    return values.with_columns(pl.Series("lq", quotient.ravel()[data.rows]).fill_nan(None))


def _logarithm(values: np.ndarray) -> np.ndarray:
    return np.log(values, out=np.full(values.shape, np.nan), where=values > 0)


def _z_scores(values: np.ndarray, data: Panel, outer: Reference) -> np.ndarray:
    """(x − mean) / sample deviation over the regions that have a value and are not the reference itself."""
    counted = np.isfinite(values) & np.array([region != outer.region for region in data.regions])[:, None, None]
    number = counted.sum(axis=0)
    mean = ratio(np.where(counted, values, 0.0).sum(axis=0), number)
    spread = np.sqrt(ratio((np.where(counted, values - mean, 0.0) ** 2).sum(axis=0), np.maximum(number - 1, 0)))
    alike = spread <= 1e-12 * np.maximum(np.abs(mean), 1.0)
    return ratio(values - mean, np.where(alike, 0.0, spread))


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
    Raises MethodError (see panel.panel), and where branches exceed their published total, the reference's included.
    """
    data, outer = with_residual(*measured(values, reference, absent=absent))
    _check_residual(data, outer)
    s, p = shares(data.values, data.totals), shares(outer.values, outer.totals)
    return data.frame(indices(s, p))


def _check_residual(data: Panel, outer: Reference) -> None:
    """Shares below zero have no entropy and no Lorenz curve."""
    if data.branches[-1] != RESIDUAL:
        return
    names = (*data.regions, "the reference")
    residual = np.concatenate([data.values[:, :, -1], outer.values[None, :, -1]])
    if (residual < 0).any():
        name = names[np.argwhere(residual < 0)[0][0]]
        raise MethodError(
            f"values: the branches of {name} exceed its published total; leave the total out to take their sum."
        )
