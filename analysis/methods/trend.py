"""A straight line through observations, and when it meets a level."""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.methods.frames import MethodError

_FOREVER = 1000  # years after the latest observation from which on a line counts as never arriving


@dataclass(frozen=True)
class Trend:
    """Least-squares line through recent observations, and the year in which it meets the target.

    `slope` in units a year with the interval of probability `level`. `arrival_year` None: the line does not lead to
    the target. `arrival_low`, `arrival_high`: years in which the better and the worse edge of the line's confidence
    band arrive (Fieller 1954); None at the far end: it may never.
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
    closely (autocorrelation), so the true interval is rather wider than the one given here. Raises MethodError for
    fewer than three different years.
    """
    order = np.argsort(years, kind="stable")
    years, values = (np.asarray(numbers, dtype=float)[order] for numbers in (years, values))
    if len(np.unique(years)) < 3:
        raise MethodError(f"years: {len(np.unique(years))} different ones; a trend with an interval needs three.")
    centre = float(years.mean())
    u = years - centre
    slope = float(u @ values / (u @ u))
    half, band = _margins(u, values, slope, level)
    distance = target - float(values.mean())
    arrival = distance / slope if slope * direction > 0 else None
    low, high = _crossings((slope, half, band), distance, direction, float(u[-1]))
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
    line: tuple[float, float, float], distance: float, direction: float, latest: float
) -> tuple[float | None, float | None]:
    """First and last place u, from the middle of the years, at which the line may arrive: the edges of its band do.

    `line`: slope b, half its interval, half the band at the middle. The edges are at the target where
    (D − b·u)² = band² + half²·u² (Fieller). A slope that may be zero keeps the end open; its better edge may be at the
    target or past it already in the latest year.
    """
    slope, half, band = line
    a = slope**2 - half**2
    if a > 0 and slope * direction < 0:
        return None, None
    if a <= 0 and direction * (slope * latest - distance) + math.hypot(band, half * latest) >= 0:
        return latest, None
    if a == 0:
        return None, None
    root = math.sqrt(max(half**2 * distance**2 + a * band**2, 0.0))
    low, high = sorted((slope * distance + sign * root) / a for sign in (-1, 1))
    return (low, high) if a > 0 else (high, None)


def _as_year(place: float | None, centre: float, latest: float) -> float | None:
    """A place as a year, not before the latest observation; None for never."""
    if place is None or centre + place > latest + _FOREVER:
        return None
    return max(centre + place, latest)
