"""Input-output algebra on square arrays: rows deliver, columns receive."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed, tidy

# An entry this far below zero, relative to the largest, is rounding and no sign of a table that cannot produce.
_NEGATIVE_NOISE = 1e-9


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


def technical_coefficients(flows: np.ndarray, output: np.ndarray) -> np.ndarray:
    """A = Z·diag(x)⁻¹: what sector j buys from i for one unit of its output (Leontief 1936).

    `flows` (n, n) and `output` (n,) in the same money. A sector without output has a zero column; inputs without
    output are an error, as are negative output and unknown cells (MethodError).
    """
    flows, output = _checked(flows, output)
    return np.divide(flows, output, out=np.zeros_like(flows), where=output > 0)


def _checked(flows: np.ndarray, output: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flows, output = _square_array(flows, "flows"), np.asarray(output, dtype=float)
    if output.shape != flows.shape[:1]:
        raise MethodError(f"output has shape {output.shape}, flows {flows.shape}; one output per sector is needed.")
    if not np.isfinite(output).all() or (output < 0).any():
        raise MethodError(f"output of sector {_where(~(output >= 0))} is unknown or negative.")
    if (idle := (output == 0) & (flows != 0).any(axis=0)).any():
        raise MethodError(f"sector {_where(idle)} has inputs but no output; its coefficients do not exist.")
    return flows, output


def _square_array(matrix: np.ndarray, name: str) -> np.ndarray:
    matrix = np.asarray(matrix, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise MethodError(f"{name} has shape {matrix.shape}; it must be square.")
    if not np.isfinite(matrix).all():
        places = [f"({i}, {j})" for i, j in np.argwhere(~np.isfinite(matrix))]
        raise MethodError(f"{name}: {listed(places)} unknown or infinite; the algebra needs every cell.")
    return matrix


def _where(chosen: np.ndarray, labels: Sequence[str] | None = None) -> str:
    return listed([labels[at] if labels is not None else at for at in np.flatnonzero(chosen)])


def spectral_radius(coefficients: np.ndarray) -> float:
    """The largest absolute eigenvalue of a square array; below 1 for a table that can produce more than it uses."""
    return float(np.abs(np.linalg.eigvals(_square_array(coefficients, "coefficients"))).max(initial=0.0))


def leontief_inverse(coefficients: np.ndarray, labels: Sequence[str] | None = None) -> np.ndarray:
    """L = (I − A)⁻¹: output of i that one unit of final demand for j calls for, all rounds of supply included.

    Raises MethodError if A is not productive (spectral radius 1 or more). For A ≥ 0 that shows in the inverse itself:
    it exists and has no negative entry exactly if A is productive (Hawkins & Simon 1949); only an A with negative
    entries needs its eigenvalues. `labels` name the sectors in the error.
    """
    a = _square_array(coefficients, "coefficients")
    try:
        inverse = np.linalg.inv(np.eye(len(a)) - a)
    except np.linalg.LinAlgError:
        raise _unproductive(a, labels) from None
    productive = inverse.min(initial=0.0) >= -_NEGATIVE_NOISE * np.abs(inverse).max(initial=1.0)
    # Next to singular, rounding decides about signs: such an inverse would multiply every error anyway.
    productive &= bool(np.abs(inverse).max(initial=1.0) < 1e12)
    if (a < 0).any():
        productive = spectral_radius(a) < 1
    if not productive:
        raise _unproductive(a, labels)
    return inverse


def _unproductive(a: np.ndarray, labels: Sequence[str] | None) -> MethodError:
    over = a.sum(axis=0) >= 1
    hint = f"; sector {_where(over, labels)} uses more than it makes" if over.any() else ""
    return MethodError(
        f"coefficients: spectral radius {spectral_radius(a):.4f} is not below 1, the table is not productive{hint}."
    )


def ghosh_inverse(flows: np.ndarray, output: np.ndarray) -> np.ndarray:
    """G = (I − diag(x)⁻¹·Z)⁻¹: output of j that rests on one unit of primary input in i (Ghosh 1958).

    The supply side's counterpart of L, with diag(x)·G = L·diag(x). Read it as a measure of forward links; as a model
    of cause it says that supply makes its own demand. Errors as above.
    """
    flows, output = _checked(flows, output)
    return leontief_inverse(np.divide(flows, output[:, None], out=np.zeros_like(flows), where=output[:, None] > 0))


def multipliers(inverse: np.ndarray, satellite: np.ndarray, labels: Sequence[str] | None = None) -> pl.DataFrame:
    """Per sector: `effect` = s·L, the satellite (jobs, value added, tonnes) per unit of its final demand, and `type_i`.

    `satellite` (n,) is per unit of output. `type_i` = effect / s, total over own; null where the sector itself has
    none. Type II (consumption induced by pay) needs a table closed for households: pass that table's inverse.
    """
    inverse, satellite = _square_array(inverse, "inverse"), np.asarray(satellite, dtype=float)
    if satellite.shape != inverse.shape[:1] or not np.isfinite(satellite).all():
        raise MethodError("satellite: one known number per sector of the inverse is needed.")
    effect = satellite @ inverse
    ratio = np.divide(effect, satellite, out=np.full(effect.shape, np.nan), where=satellite != 0)
    columns = {"sector": _names(inverse, labels), "effect": effect, "type_i": ratio}
    return pl.DataFrame(columns).with_columns(pl.col("type_i").fill_nan(None))


def linkages(inverse: np.ndarray, ghosh: np.ndarray | None = None, labels: Sequence[str] | None = None) -> pl.DataFrame:
    """Per sector: `backward` (column sum of L), `forward` (row sum of G, of L without one), each also over its mean.

    `backward_normalised` above 1: demand for it moves more of the economy than the average's (Rasmussen 1956);
    `forward_normalised` with Ghosh's inverse: Beyers (1976), Jones (1976). `key`: both above 1.
    """
    inverse = _square_array(inverse, "inverse")
    backward = inverse.sum(axis=0)
    forward = (inverse if ghosh is None else _square_array(ghosh, "ghosh")).sum(axis=1)
    table = pl.DataFrame({"sector": _names(inverse, labels), "backward": backward, "forward": forward})
    return table.with_columns(
        (pl.col(side) / pl.col(side).mean()).alias(f"{side}_normalised") for side in ("backward", "forward")
    ).with_columns(((pl.col("backward_normalised") > 1) & (pl.col("forward_normalised") > 1)).alias("key"))


def _names(matrix: np.ndarray, labels: Sequence[str] | None) -> list[str]:
    return [str(label) for label in labels] if labels is not None else [str(at) for at in range(len(matrix))]
