"""Do poorer regions catch up (beta), and does the spread between regions shrink (sigma)?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.balanced import Balanced, balanced
from analysis.methods.frames import MethodError, listed, years_of


@dataclass(frozen=True)
class Convergence:
    """What `convergence` finds: `beta` one row per model, `sigma` one per year, `trend` one per measure of sigma.

    `excluded` are the regions that were left out for a gap.
    """

    beta: pl.DataFrame
    sigma: pl.DataFrame
    trend: pl.DataFrame
    excluded: tuple[str, ...]


def convergence(panel: pl.DataFrame, conditions: str | Sequence[str] = (), *, gaps: str = "error") -> Convergence:
    """Beta and sigma convergence of regions over the years of a panel `region, year, value`, without a total's rows.

    Beta (Barro & Sala-i-Martin 1992): least squares of (ln y_T − ln y_0)/T = α + β·ln y_0 [+ conditions], with y_0, y_T
    in the first and last year and T the years between. Model `absolute`, and `conditional` beside it where `conditions`
    names number columns of the panel, taken at the first year. Columns: `model, start, end, regions, excluded, alpha,
    beta, standard_error, t_value, p_value` (two-sided, of β), `r_squared`, `lambda` = −ln(1+βT)/T a year with its
    `lambda_standard_error` (delta method), `half_life` = ln 2/λ in years, then `coefficient_x, standard_error_x` for
    each condition x. λ below zero is divergence and has no half-life; λ is null for βT ≤ −1, where regions overtake.

    Sigma (Sala-i-Martin 1996): per year `sd_log`, the standard deviation of ln y, and `cv`, standard deviation over
    mean of y, both of all regions (divided by n, regions unweighted). Trend: least squares of each on the year, with
    `measure`, `slope` a year, `standard_error, t_value, p_value, r_squared`.

    A standard error is null where no degree of freedom is left (two years in the trend); t and p also in a perfect fit.

    Null, missing or zero values are refused by name; `gaps="exclude"` leaves their regions out of every year and counts
    them. Raises MethodError for that, for fewer than two years, for fewer regions than coefficients, for regions that
    start all alike, and for conditions that are unknown or determined by the others.
    """
    data = balanced(panel, gaps, positive=True)
    if len(data.years) < 2:
        raise MethodError(f"panel: only the year {data.years[0]}; convergence needs two.")
    logs = np.log(data.values)
    sigma = {"sd_log": logs.std(axis=0), "cv": data.values.std(axis=0) / data.values.mean(axis=0)}
    table = pl.DataFrame({"year": data.years, "regions": [len(data.regions)] * len(data.years), **sigma})
    models = {"absolute": _model(data, logs, {})}
    if conditions:
        models["conditional"] = _model(data, logs, _conditions(panel, data, conditions))
    beta = pl.concat([_known({"model": name, **row}) for name, row in models.items()], how="diagonal")
    trend = pl.concat([_known({"measure": name, **_trend(data.years, values)}) for name, values in sigma.items()])
    return Convergence(beta, table, trend, data.excluded)


def _known(row: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([row]).with_columns(pl.col(pl.Float64).fill_nan(None))


def _conditions(panel: pl.DataFrame, data: Balanced, names: str | Sequence[str]) -> dict[str, np.ndarray]:
    """The conditions of each region in the first year."""
    names = [names] if isinstance(names, str) else list(names)
    if wrong := [name for name in names if name not in panel.columns or not panel.schema[name].is_numeric()]:
        raise MethodError(f"conditions: {listed(wrong)} no number column of the panel; it has {listed(panel.columns)}.")
    table = panel.select(pl.col("region").cast(pl.String), years_of(panel), pl.col(names).cast(pl.Float64))
    first = table.filter(pl.col("year") == data.years[0], pl.col("region").is_in(list(data.regions))).sort("region")
    if (unknown := first.filter(~pl.all_horizontal(pl.col(names).is_finite().fill_null(False)))).height:
        raise MethodError(f"conditions: {listed(unknown['region'])} without a number in {data.years[0]}.")
    return {name: first[name].to_numpy() for name in names}


def _model(data: Balanced, logs: np.ndarray, conditions: dict[str, np.ndarray]) -> dict[str, object]:
    """One row of `beta`."""
    span = data.years[-1] - data.years[0]
    growth = (logs[:, -1] - logs[:, 0]) / span
    fit = _least_squares(growth, {"the first year's values": logs[:, 0], **conditions})
    beta, error = fit.coefficients[0], fit.errors[0]
    inside = 1 + beta * span
    speed = -np.log(inside) / span if inside > 0 else np.nan
    return {
        "start": data.years[0],
        "end": data.years[-1],
        "regions": len(data.regions),
        "excluded": len(data.excluded),
        "alpha": fit.intercept,
        "beta": beta,
        "standard_error": error,
        **_significance(beta, error, fit.freedom),
        "r_squared": fit.r_squared,
        "lambda": speed,
        "lambda_standard_error": error / inside if inside > 0 else np.nan,
        "half_life": np.log(2) / speed if speed > 0 else np.nan,
        **{f"coefficient_{name}": value for name, value in zip(conditions, fit.coefficients[1:], strict=True)},
        **{f"standard_error_{name}": error for name, error in zip(conditions, fit.errors[1:], strict=True)},
    }


def _trend(years: Sequence[int], values: np.ndarray) -> dict[str, object]:
    fit = _least_squares(values, {"year": np.array(years, dtype=float)})
    slope, error = fit.coefficients[0], fit.errors[0]
    return {
        "slope": slope,
        "standard_error": error,
        **_significance(slope, error, fit.freedom),
        "r_squared": fit.r_squared,
    }


def _significance(estimate: float, error: float, freedom: int) -> dict[str, float]:
    """t and two-sided p; NaN where the standard error is unknown or zero."""
    from scipy.special import stdtr

    t = estimate / error if error > 0 else np.nan
    return {"t_value": t, "p_value": 2 * float(stdtr(freedom, -abs(t))) if error > 0 else np.nan}


@dataclass(frozen=True)
class _Fit:
    intercept: float
    coefficients: np.ndarray
    errors: np.ndarray
    r_squared: float
    freedom: int


def _least_squares(y: np.ndarray, columns: dict[str, np.ndarray]) -> _Fit:
    """Least squares with an intercept; standard errors are NaN without a degree of freedom, zero in a perfect fit."""
    x = np.column_stack(list(columns.values()))
    freedom = len(y) - x.shape[1] - 1
    if freedom < 0:
        raise MethodError(f"panel: {len(y)} regions for {x.shape[1] + 1} coefficients; leave conditions or gaps out.")
    centred, deviation = x - x.mean(axis=0), y - y.mean()
    length = np.linalg.norm(centred, axis=0)
    if (same := length <= 1e-12 * np.abs(x).max(axis=0) * np.sqrt(len(y))).any():
        raise MethodError(
            f"panel: {listed(np.array(list(columns))[same])} the same in all regions; a slope needs differences."
        )
    q, r = np.linalg.qr(centred / length)
    if np.abs(np.diag(r)).min() < 1e-10:
        raise MethodError(f"conditions: one of {listed(columns)} is determined by the others; leave it out.")
    inverse = np.linalg.inv(r) / length[:, None]
    coefficients = inverse @ (q.T @ deviation)
    residuals = deviation - centred @ coefficients
    rest, whole = (
        0.0 if np.abs(part).max() <= 1e-12 * np.abs(y).max() else part @ part for part in (residuals, deviation)
    )
    errors = np.sqrt((inverse**2).sum(axis=1) * (rest / freedom if freedom else np.nan))
    return _Fit(
        y.mean() - x.mean(axis=0) @ coefficients, coefficients, errors, 1 - rest / whole if whole else np.nan, freedom
    )
