"""Maps: boundaries made small, values put into classes, districts and sites drawn."""

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from analysis.charts.choropleth import district_map
from analysis.charts.geometry import simplify, subset
from analysis.charts.sites import site_map
from analysis.errors import StudyError
from analysis.theme import NothingToDraw

__all__ = ["class_breaks", "classify", "district_map", "simplify", "site_map", "subset"]


def class_breaks(
    values: Iterable[float | None], k: int = 6, method: str = "quantile", decimals: int = 1
) -> list[float]:
    """Limits of at most `k` classes over the known values, lowest and highest among them, rounded and strictly rising.

    quantile: as many districts in each class. jenks: least variance within classes (Fisher 1958, exact).
    Rounding and ties may leave fewer classes. Every value lies within the outer limits.
    """
    known = np.sort(np.array([v for v in values if v is not None and np.isfinite(v)], dtype=float))
    if not known.size:
        raise NothingToDraw("Für die Karte liegt kein Wert vor")
    if method not in ("quantile", "jenks"):
        raise StudyError(f"Unknown way to form classes: {method}", next_step="Use quantile or jenks.")
    limits = np.quantile(known, np.linspace(0, 1, k + 1)) if method == "quantile" else _jenks(known, k)
    unit = 10.0**-decimals
    inner = [round(float(limit), decimals) for limit in limits[1:-1]]
    lowest = round(float(np.floor(known[0] / unit + 1e-9) * unit), decimals)
    highest = round(float(np.ceil(known[-1] / unit - 1e-9) * unit), decimals)
    rising = sorted({lowest, *(limit for limit in inner if lowest < limit < highest), highest})
    return rising if len(rising) > 1 else [lowest, round(lowest + unit, decimals)]


def _jenks(known: np.ndarray, k: int) -> list[float]:
    """Optimal classes by dynamic programming over sums of squares; the limits are the classes' first values."""
    n = known.size
    k = min(k, len(np.unique(known)))
    total, squares = np.concatenate([[0.0], np.cumsum(known)]), np.concatenate([[0.0], np.cumsum(known**2)])
    starts = np.arange(n)
    cost = np.full((k + 1, n + 1), np.inf)
    cost[0, 0] = 0.0
    begin = np.zeros((k + 1, n + 1), dtype=int)
    for groups in range(1, k + 1):
        for end in range(1, n + 1):
            first = starts[:end]
            within = squares[end] - squares[first] - (total[end] - total[first]) ** 2 / (end - first)
            options = cost[groups - 1, first] + within
            begin[groups, end] = int(np.argmin(options))
            cost[groups, end] = options[begin[groups, end]]
    limits, end = [float(known[-1])], n
    for groups in range(k, 0, -1):
        end = begin[groups, end]
        limits.append(float(known[end]))
    return limits[::-1]


def classify(frame: pl.DataFrame, breaks: Sequence[float], decimals: int = 1) -> pl.DataFrame:
    """`frame` with `class`: 0 for the lowest; an upper limit belongs to the next class; null where the value is.

    Values count as they are printed, with `decimals`, so that no district shows a figure beyond its class.
    Raises StudyError for a value outside the limits, which would be drawn in a class it is not in.
    """
    printed = frame["value"].cast(pl.Float64).round(decimals)
    values = printed.to_numpy()
    outside = printed.filter((printed < breaks[0]) | (printed > breaks[-1]))
    if len(outside):
        raise StudyError(
            f"{len(outside)} values lie outside the classes {breaks[0]} to {breaks[-1]}",
            next_step="Form the classes from the same values.",
        )
    places = np.clip(np.searchsorted(np.array(breaks), values, side="right") - 1, 0, len(breaks) - 2)
    known = np.isfinite(values)
    return frame.with_columns(
        pl.Series("class", [int(p) if ok else None for p, ok in zip(places, known, strict=True)], dtype=pl.Int64)
    )
