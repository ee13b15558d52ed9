"""Nine indices of how far shares s lie from shares p: the array formulas of specialisation and concentration."""

import numpy as np

# Cells at a time: temporary arrays of this size stay in the processor's cache.
_BLOCK = 50_000


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """above / below; NaN, not infinity, where below is zero."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below != 0)


def shares(values: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Share of each entry of the last axis in its total; NaN where there is no total."""
    return ratio(values, totals[..., None])


def indices(s: np.ndarray, p: np.ndarray) -> dict[str, np.ndarray]:
    """The nine indices over the last axis, NaN where they are unknown or do not exist.

    `s` [..., n] and `p`, which broadcasts to it, are shares that add up to 1 along the last axis; NaN is unknown and
    makes all indices that use it NaN. Formulas, ranges and literature: see `specialisation.specialisation`.
    """
    p = np.broadcast_to(p, s.shape)
    step = max(1, _BLOCK * len(s) // s.size)
    blocks = [_indices(s[at : at + step], p[at : at + step]) for at in range(0, len(s), step)]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def _indices(s: np.ndarray, p: np.ndarray) -> dict[str, np.ndarray]:
    """The indices of one block."""
    quotient = _quotient(s, p)
    logarithm = np.log(quotient, out=np.zeros_like(quotient), where=(quotient != 0) & (quotient != np.inf))
    foreign = (quotient == np.inf).any(axis=-1)
    lacking = ((quotient == 0) & (p > 0)).any(axis=-1)
    order = np.argsort(quotient, axis=-1)
    krugman = _distance(s, p)
    return {
        "krugman": krugman,
        "herfindahl": np.vecdot(s, s),
        "hoover": krugman / 2,
        "gini": _gini(np.take_along_axis(quotient, order, axis=-1), (p > 0).sum(axis=-1)),
        "locational_gini": _lorenz_area(np.take_along_axis(s, order, axis=-1), np.take_along_axis(p, order, axis=-1)),
        "theil_t": np.where(foreign, np.nan, np.vecdot(s, logarithm)),
        "mean_log_deviation": np.where(lacking, np.nan, -np.vecdot(p, logarithm)),
        "entropy": -np.vecdot(s, np.log(s, out=np.zeros_like(s), where=s > 0)),
        "hachman": 1 / np.vecdot(s, quotient),
    }


def _quotient(s: np.ndarray, p: np.ndarray) -> np.ndarray:
    """s/p; zero where both are zero, infinite where only p is."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = s / p
    quotient[(s == 0) & (p == 0)] = 0.0
    return quotient


def _distance(s: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Σ|s−p|."""
    gap = s - p
    return np.abs(gap, out=gap).sum(axis=-1)


def _gini(rising: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Gini coefficient of sorted quotients, of which the last `number` count: those that p has.

    The others stand in front as zeros. Infinite quotients, which p does not have, give NaN.
    """
    length = rising.shape[-1]
    with np.errstate(invalid="ignore"):
        total = rising.sum(axis=-1)
        weighted = np.vecdot(rising, 2.0 * np.arange(1, length + 1)) - (2 * length - number + 1) * total
        return ratio(weighted, number * total)


def _lorenz_area(s: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Area between the diagonal and the curve of cumulated s over cumulated p, entries in the order of s/p."""
    return 0.5 - np.vecdot(p, np.cumsum(s, axis=-1)) + np.vecdot(p, s) / 2
