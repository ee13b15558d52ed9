"""A straight line through observations, and when it meets a level."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

_FOREVER = 1000  # years after the latest observation from which on a line counts as never arriving


@dataclass(frozen=True)
class Trend:
    """Least-squares line through recent observations, and the year in which it meets the target.

    `slope` in units a year with the interval of probability `level`. `arrival_year` None: the line does not lead to
    the target. `arrival_low`, `arrival_high`: years in which the confidence band of the line crosses the target
    (Fieller 1954); None at the far end: it may never.
    """

    first_year: int
    last_year: int
    observations: int
    level: float
    slope: float
    slope_low: float
    slope_high: float
    arrival_year: float | None
    arrival_low: float | None
    arrival_high: float | None


def fit_trend(years: np.ndarray, values: np.ndarray, target: float, direction: float, level: float) -> Trend:
    """Least squares through at least three observations, with residuals taken as independent.

    `direction` is the sign of the way to the target. A line that points the other way, or needs more than a thousand
    years, does not arrive; one that is past the target arrives in the latest year. Yearly figures follow each other
    closely (autocorrelation), so the true interval is rather wider than the one given here.
    """
    years = np.asarray(years, dtype=float)
    centre = float(years.mean())
    u = years - centre
    slope = float(u @ values / (u @ u))
    half, band = _margins(u, values, slope, level)
    distance = target - float(values.mean())
    arrival = distance / slope if slope * direction > 0 else None
    low, high = _crossings(slope, half, band, distance, direction)
    reached = [_as_year(place, centre, float(years[-1])) for place in (arrival, low, high)]
    return Trend(int(years[0]), int(years[-1]), len(years), level, slope, slope - half, slope + half, *reached)


def _margins(u: np.ndarray, values: np.ndarray, slope: float, level: float) -> tuple[float, float]:
    """Half the interval of the slope, and of the line at the middle of the years."""
    rest = values - values.mean() - slope * u
    # Residuals that are only rounding are no scatter: a straight series has a certain slope.
    if np.abs(rest).max() <= 1e-12 * np.abs(values).max(initial=0.0):
        return 0.0, 0.0
    deviation = math.sqrt(float(rest @ rest) / (len(u) - 2))
    margin = float(special.stdtrit(len(u) - 2, (1 + level) / 2)) * deviation
    return margin / math.sqrt(u @ u), margin / math.sqrt(len(u))


def _crossings(
    slope: float, half: float, band: float, distance: float, direction: float
) -> tuple[float | None, float | None]:
    """First and last place u, from the middle of the years, at which the line's confidence band holds the target.

    Fieller: (D − b·u)² ≤ band² + half²·u². A slope that may be zero keeps the band open: no last place.
    """
    a = slope**2 - half**2
    root = half**2 * distance**2 + a * band**2
    if a > 0:
        if slope * direction < 0:
            return None, None
        ends = [(slope * distance + sign * math.sqrt(max(root, 0.0))) / a for sign in (-1, 1)]
        return min(ends), max(ends)
    if a == 0:
        return None, None
    if root < 0:
        return 0.0, None
    return max((slope * distance + sign * math.sqrt(root)) / a for sign in (-1, 1)), None


def _as_year(place: float | None, centre: float, latest: float) -> float | None:
    """A place as a year, not before the latest observation; None for never."""
    if place is None or centre + place > latest + _FOREVER:
        return None
    return max(centre + place, latest)
