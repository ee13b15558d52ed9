"""Input-output analysis on square arrays: rows deliver, columns receive."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from analysis.methods.decomposition import Snapshot, structural_decomposition
from analysis.methods.frames import MethodError, listed, tidy
from analysis.methods.leontief import (
    ghosh_inverse,
    leontief_inverse,
    sector_names,
    sector_vector,
    spectral_radius,
    square_array,
    technical_coefficients,
)
from analysis.methods.regionalisation import location_quotient_regionalisation

__all__ = [
    "Snapshot",
    "closed_for_households",
    "ghosh_inverse",
    "leontief_inverse",
    "linkages",
    "location_quotient_regionalisation",
    "multipliers",
    "spectral_radius",
    "square",
    "structural_decomposition",
    "technical_coefficients",
]


def square(
    flows: pl.DataFrame,
    order: Sequence[str],
    *,
    deliverer: str = "deliverer",
    receiver: str = "receiver",
    absent: str = "error",
) -> np.ndarray:
    """Tidy flows (deliverer, receiver, value, of one year) as an array (n, n) in the given order of sectors.

    Rows of deliverers or receivers outside `order` are left out. Raises MethodError for repeated or null cells, for
    flows of several years and, unless `absent="zero"`, for pairs without a row.
    """
    cells = tidy(flows, keys=(deliverer, receiver), nonnegative=False, name="flows")
    if "year" in cells.columns and cells["year"].n_unique() > 1:
        raise MethodError(f"flows: years {listed(sorted(cells['year'].unique()))}; a table is of one year.")
    cells = cells.filter(pl.col(deliverer).is_in(order) & pl.col(receiver).is_in(order))
    place = {sector: at for at, sector in enumerate(order)}
    matrix = np.full((len(order), len(order)), 0.0 if absent == "zero" else np.nan)
    rows, columns = ([place[name] for name in cells[column]] for column in (deliverer, receiver))
    matrix[rows, columns] = cells["value"].fill_null(np.nan).to_numpy()
    if np.isnan(matrix).any():
        unknown = [f"({order[i]}, {order[j]})" for i, j in np.argwhere(np.isnan(matrix))]
        raise MethodError(f"flows: {listed(unknown)} unknown; input-output algebra needs every cell.")
    return matrix


def multipliers(
    inverse: ArrayLike,
    satellite: ArrayLike,
    labels: Sequence[str] | None = None,
    *,
    closed: ArrayLike | None = None,
) -> pl.DataFrame:
    """Per sector: `effect` = s·L, the satellite (jobs, value added, tonnes) per unit of its final demand, and `type_i`.

    `satellite` (n,) is per unit of output. `type_i` = effect / s, total over own; null where the sector itself has
    none. With `closed`, the inverse (n+1, n+1) of the same table closed for households, also `effect_ii` and
    `type_ii` = effect_ii / s: what the spending of earned pay induces is counted too. By the convention of the
    truncated inverse, effect_ii = s·L̄ over the n sectors of L̄: households have no satellite of their own (Miller &
    Blair 2009). Raises MethodError for shapes that do not match, unknown cells, and a `closed` of another table.
    """
    inverse = square_array(inverse, "inverse")
    satellite = sector_vector(satellite, len(inverse), "satellite")
    inverses = {"i": inverse} if closed is None else {"i": inverse, "ii": _truncated(closed, inverse)}
    columns: dict[str, ArrayLike] = {"sector": sector_names(len(inverse), labels)}
    for kind, rounds in inverses.items():
        effect = satellite @ rounds
        columns["effect" if kind == "i" else f"effect_{kind}"] = effect
        columns[f"type_{kind}"] = np.divide(effect, satellite, out=np.full_like(effect, np.nan), where=satellite != 0)
    return pl.DataFrame(columns).with_columns(pl.col("^type_.*$").fill_nan(None))


def _truncated(closed: ArrayLike, inverse: np.ndarray) -> np.ndarray:
    """The sectors' part of the closed table's inverse.

    Elimination of the households must give the open table's inverse back: L̄ = L + (column · row) / corner.
    """
    closed, size = square_array(closed, "closed"), len(inverse)
    if len(closed) != size + 1:
        raise MethodError(
            f"closed has shape {closed.shape}; with households beside {size} sectors it needs {size + 1}."
        )
    sectors, corner = closed[:-1, :-1], closed[-1, -1]
    gap = corner * (sectors - inverse) - np.outer(closed[:-1, -1], closed[-1, :-1])
    if not corner > 0 or np.abs(gap).max(initial=0.0) > 1e-6 * corner * np.abs(sectors).max(initial=1.0):
        raise MethodError(
            "closed is not the inverse of the same table closed for households; see closed_for_households."
        )
    return sectors


def closed_for_households(
    A: ArrayLike,  # noqa: N803 — the symbol of every textbook, and part of the interface
    pay: ArrayLike,
    consumption: ArrayLike,
    *,
    own: float = 0.0,
) -> np.ndarray:
    """Ā (n+1, n+1): the coefficients A with households as last sector, whose inverse gives multipliers of type II.

    `pay` (n,), last row: income of households per unit of a sector's output. `consumption` (n,), last column: what
    they buy from each sector at home per unit of **their income**, not per unit of the sector's output; `own`, in the
    corner, what they pay each other. What they save, pay in tax or buy abroad is the rest of 1. `leontief_inverse(Ā)`
    finds out whether the closed table is productive. Raises MethodError for shapes that do not match and for unknown
    or negative entries. Literature: Miernyk (1965); Miller & Blair (2009), 2.5.
    """
    a = square_array(A, "A")
    row = sector_vector(pay, len(a), "pay", nonnegative=True)
    column = sector_vector(consumption, len(a), "consumption", nonnegative=True)
    if not 0 <= own < 1:
        raise MethodError(f"own {own}: what households pay each other lies between 0 and 1 per unit of income.")
    return np.block([[a, column[:, None]], [row, np.array([own])]])


def linkages(inverse: ArrayLike, ghosh: ArrayLike | None = None, labels: Sequence[str] | None = None) -> pl.DataFrame:
    """Per sector: `backward` (column sum of L), `forward` (row sum of G, of L without one), each also over its mean.

    `backward_normalised` above 1: demand for it moves more of the economy than the average's (Rasmussen 1956);
    `forward_normalised` with Ghosh's inverse: Beyers (1976), Jones (1976). `key`: both above 1. Raises MethodError
    for unknown cells and shapes that do not match.
    """
    inverse = square_array(inverse, "inverse")
    supply = inverse if ghosh is None else square_array(ghosh, "ghosh")
    if supply.shape != inverse.shape:
        raise MethodError(f"ghosh has shape {supply.shape}, inverse {inverse.shape}; both are of one table.")
    columns = {"backward": inverse.sum(axis=0), "forward": supply.sum(axis=1)}
    table = pl.DataFrame({"sector": sector_names(len(inverse), labels), **columns})
    return table.with_columns(
        (pl.col(side) / pl.col(side).mean()).alias(f"{side}_normalised") for side in ("backward", "forward")
    ).with_columns(((pl.col("backward_normalised") > 1) & (pl.col("forward_normalised") > 1)).alias("key"))
