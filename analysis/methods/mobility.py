"""How regions move between classes of relative size: a Markov chain, its mobility and where it leads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.balanced import balanced
from analysis.methods.frames import MethodError, listed


@dataclass(frozen=True)
class Mobility:
    """What `mobility` finds, classes numbered from 1 (lowest).

    `transitions`: `origin, destination, count, probability`, one row per pair of classes. `classes`: `class, lower,
    upper` (above lower, up to and including upper; null where open), `first, last` the shares of regions in the first
    and last year, and `ergodic`. `shorrocks`: the mobility index. `reason` says why something is null, else it is "".
    """

    transitions: pl.DataFrame
    classes: pl.DataFrame
    shorrocks: float | None
    reason: str
    excluded: tuple[str, ...]

    @property
    def matrix(self) -> np.ndarray:
        """Probabilities [origin, destination]; NaN in the row of a class that no region left or stayed in."""
        size = self.classes.height
        return self.transitions["probability"].fill_null(np.nan).to_numpy().reshape(size, size)


def mobility(panel: pl.DataFrame, classes: int | Sequence[float], *, step: int = 1, gaps: str = "error") -> Mobility:
    """Markov chain of regions over classes of their relative value, from a panel `region, year, value` without totals.

    The relative value is the value over the mean of the year's regions, each counting once (Quah 1993). `classes` is a
    rising list of break points, 0.75, 1, 1.25 making four classes, a value at a break belonging to the class below it;
    or a number of classes, cut at the quantiles of all years' relative values together, so that the breaks are the same
    each year. A transition leads from a year to the one `step` years later; pairs of years without such a partner count
    none. P_ij = transitions from i to j / transitions from i (maximum likelihood); null in a class without departures.

    `ergodic` is the stationary distribution π = πP, Σπ = 1, which a chain approaches, or in one that only alternates
    the share of time. It is null, with the `reason`, where several closed sets of classes (two absorbing ones, say)
    make it depend on the start, and where a class was entered but never left from, so that its row is unknown. Classes
    without any transition are not part of the chain and have 0. `shorrocks` (1978) = (k − Σ P_ii)/(k − 1) over the
    k classes of the chain: 0 nobody moves, 1 the next class does not depend on the last, up to k/(k−1).

    Null or missing values are refused by name; `gaps="exclude"` leaves their regions out of every year. Raises
    MethodError for that, breaks that do not rise or quantiles that coincide, fewer than two classes, years whose mean
    is zero and a panel without two years `step` apart.
    """
    data = balanced(panel, gaps, positive=False)
    relative = _relative(data.values, data.years)
    breaks = _breaks(classes, relative)
    state = np.searchsorted(breaks, relative, side="left")
    count = _count(state, data.years, step, len(breaks) + 1)
    left = count.sum(axis=1, keepdims=True)
    matrix = np.divide(count, left, out=np.full(count.shape, np.nan), where=left > 0)
    visited = count.sum(axis=0) + left[:, 0] > 0
    ergodic, reason = _ergodic(matrix, visited)
    shorrocks, more = _shorrocks(matrix, visited)
    return Mobility(
        _transitions(count, matrix), _classes(breaks, state, ergodic), shorrocks, reason or more, data.excluded
    )


def _relative(values: np.ndarray, years: Sequence[int]) -> np.ndarray:
    mean = values.mean(axis=0)
    if not mean.all():
        raise MethodError(f"panel: all regions are zero in {listed(np.array(years)[mean == 0])}; nothing to relate to.")
    return values / mean


def _breaks(classes: int | Sequence[float], relative: np.ndarray) -> np.ndarray:
    """Inner break points, rising."""
    number = isinstance(classes, int | np.integer)
    if number and classes < 2:
        raise MethodError(f"classes: {classes}; mobility needs at least two.")
    breaks = np.quantile(relative, np.arange(1, classes) / classes) if number else np.asarray(classes, dtype=float)
    if breaks.ndim != 1 or not breaks.size:
        raise MethodError("classes: give a number of classes or a list of at least one break point.")
    if not (np.isfinite(breaks).all() and (np.diff(breaks) > 0).all()):
        hint = "; many regions share a value, give break points" if number else ""
        raise MethodError(f"classes: break points {listed(breaks.tolist())} do not rise{hint}.")
    return breaks


def _count(state: np.ndarray, years: Sequence[int], step: int, size: int) -> np.ndarray:
    """count[origin, destination] over all pairs of years `step` apart."""
    place = {year: at for at, year in enumerate(years)}
    pairs = [(at, place[year + step]) for year, at in place.items() if year + step in place] if step > 0 else []
    if not pairs:
        raise MethodError(f"panel: no two years {step} apart among {listed(years)}; choose the step by the years.")
    origin, destination = (state[:, list(side)].ravel() for side in zip(*pairs, strict=True))
    return np.bincount(origin * size + destination, minlength=size**2).reshape(size, size)


def _ergodic(matrix: np.ndarray, visited: np.ndarray) -> tuple[np.ndarray, str]:
    """Stationary distribution over all classes, or NaN and the reason."""
    unknown = np.full(len(matrix), np.nan)
    if (open_rows := visited & np.isnan(matrix).any(axis=1)).any():
        return unknown, f"class {_numbers(open_rows)} was entered but no region was seen leaving or staying in it"
    closed = _closed_sets(matrix, visited)
    if len(closed) > 1:
        sets = " and ".join(f"{{{_numbers(chosen)}}}" for chosen in closed)
        return unknown, f"not unique: once in {sets}, a region never leaves it; the end depends on the start"
    result = np.zeros(len(matrix))
    result[closed[0]] = stationary(matrix[np.ix_(closed[0], closed[0])])
    return result, ""


def _closed_sets(matrix: np.ndarray, visited: np.ndarray) -> list[np.ndarray]:
    """Sets of classes that reach each other and nothing else, each as a mask."""
    from scipy.sparse.csgraph import connected_components

    edges = np.nan_to_num(matrix) > 0
    number, label = connected_components(edges, connection="strong")
    sets = [(label == at) & visited for at in range(number)]
    return [chosen for chosen in sets if chosen.any() and not edges[chosen][:, ~chosen].any()]


def stationary(matrix: np.ndarray) -> np.ndarray:
    """π = πP of a chain whose classes all reach each other: one equation is redundant and makes room for Σπ = 1."""
    system = matrix.T - np.eye(len(matrix))
    system[-1] = 1.0
    return np.linalg.solve(system, np.eye(len(matrix))[-1])


def _shorrocks(matrix: np.ndarray, visited: np.ndarray) -> tuple[float | None, str]:
    size = int(visited.sum())
    if size < 2:
        return None, f"all regions stayed in class {_numbers(visited)}: no mobility between classes to measure"
    index = (size - np.diag(matrix)[visited].sum()) / (size - 1)
    return (None, "") if np.isnan(index) else (float(index), "")


def _numbers(chosen: np.ndarray) -> str:
    return listed(np.flatnonzero(chosen) + 1)


def _transitions(count: np.ndarray, matrix: np.ndarray) -> pl.DataFrame:
    number = np.arange(1, len(matrix) + 1)
    columns = {
        "origin": np.repeat(number, len(number)),
        "destination": np.tile(number, len(number)),
        "count": count.ravel(),
        "probability": matrix.ravel(),
    }
    return pl.DataFrame(columns).with_columns(pl.col("probability").fill_nan(None))


def _classes(breaks: np.ndarray, state: np.ndarray, ergodic: np.ndarray) -> pl.DataFrame:
    size = len(breaks) + 1
    columns = {
        "class": np.arange(1, size + 1),
        "lower": [None, *breaks.tolist()],
        "upper": [*breaks.tolist(), None],
        **{name: (state[:, at, None] == np.arange(size)).mean(axis=0) for name, at in (("first", 0), ("last", -1))},
        "ergodic": ergodic,
    }
    return pl.DataFrame(columns).with_columns(pl.col("ergodic").fill_nan(None))
