"""The core of input-output analysis on square arrays (rows deliver, columns receive): coefficients and inverses."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg.lapack import dgesv

from analysis.methods.frames import MethodError, listed

# An entry this far below zero, relative to the largest, is rounding and no sign of a table that cannot produce.
_NEGATIVE_NOISE = 1e-9
# Next to singular, rounding decides about signs: such an inverse would multiply every error anyway.
_NEXT_TO_SINGULAR = 1e12


def technical_coefficients(flows: ArrayLike, output: ArrayLike) -> np.ndarray:
    """A = Z·diag(x)⁻¹: what sector j buys from i for one unit of its output (Leontief 1936).

    `flows` (n, n) and `output` (n,) in the same money. A sector without output has a zero column; inputs without
    output are an error, as are negative output and unknown cells (MethodError).
    """
    flows, output = _checked(flows, output)
    return np.divide(flows, output, out=np.zeros_like(flows), where=output > 0)


def _checked(flows: ArrayLike, output: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    flows, output = square_array(flows, "flows"), numbers(output, "output")
    if output.shape != flows.shape[:1]:
        raise MethodError(f"output has shape {output.shape}, flows {flows.shape}; one output per sector is needed.")
    if not np.isfinite(output).all() or (output < 0).any():
        raise MethodError(f"output of sector {where(~(np.isfinite(output) & (output >= 0)))} is unknown or negative.")
    if (idle := (output == 0) & (flows != 0).any(axis=0)).any():
        raise MethodError(f"sector {where(idle)} has inputs but no output; its coefficients do not exist.")
    return flows, output


def numbers(values: ArrayLike, name: str) -> np.ndarray:
    """An array of floats, None as NaN; MethodError for text and for rows of different length."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise MethodError(f"{name}: an array of numbers is needed.") from None


def square_array(matrix: ArrayLike, name: str) -> np.ndarray:
    """A square array of floats, every cell known; MethodError names the shape or the cells."""
    matrix = numbers(matrix, name)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise MethodError(f"{name} has shape {matrix.shape}; it must be square.")
    if not np.isfinite(matrix).all():
        places = [f"({i}, {j})" for i, j in np.argwhere(~np.isfinite(matrix))]
        raise MethodError(f"{name}: {listed(places)} unknown or infinite; the algebra needs every cell.")
    return matrix


def sector_vector(values: ArrayLike, size: int, name: str, *, nonnegative: bool = False) -> np.ndarray:
    """One known number per sector as floats; MethodError names the shape or the sectors."""
    vector = numbers(values, name)
    if vector.shape != (size,):
        raise MethodError(f"{name} has shape {vector.shape}; one known number per sector is needed, {size} in all.")
    if (unknown := ~np.isfinite(vector)).any():
        raise MethodError(
            f"{name} of sector {where(unknown)} is unknown or infinite; one known number per sector is needed."
        )
    if nonnegative and (negative := vector < 0).any():
        raise MethodError(f"{name} of sector {where(negative)} is negative; it must be zero or more.")
    return vector


def where(chosen: np.ndarray, labels: Sequence[str] | None = None) -> str:
    """The chosen sectors by name, or by place (from 0) without labels."""
    return listed([labels[at] if labels is not None else at for at in np.flatnonzero(chosen)])


def sector_names(size: int, labels: Sequence[str] | None) -> list[str]:
    """The labels as text, or each sector's place (from 0) without; MethodError where their number differs."""
    names = [str(label) for label in labels] if labels is not None else [str(at) for at in range(size)]
    if len(names) != size:
        raise MethodError(f"labels: {len(names)} names for {size} sectors; one per sector is needed.")
    return names


def spectral_radius(coefficients: ArrayLike) -> float:
    """The largest absolute eigenvalue of a square array; below 1 for a table that can produce more than it uses."""
    return float(np.abs(np.linalg.eigvals(square_array(coefficients, "coefficients"))).max(initial=0.0))


def leontief_inverse(coefficients: ArrayLike, labels: Sequence[str] | None = None) -> np.ndarray:
    """L = (I − A)⁻¹: output of i that one unit of final demand for j calls for, all rounds of supply included.

    Raises MethodError if A is not productive (spectral radius 1 or more). For A ≥ 0 that shows in the inverse itself:
    it exists and has no negative entry exactly if A is productive (Hawkins & Simon 1949). An A with negative entries
    is productive if the absolute entries of each column, or of each row, sum to less than 1; else its eigenvalues
    decide. `labels` name the sectors in the error.
    """
    a = square_array(coefficients, "coefficients")
    inverse = _productive_inverse(a)
    if inverse is None:
        raise _unproductive(a, labels)
    return inverse


def _productive_inverse(a: np.ndarray) -> np.ndarray | None:
    """(I − A)⁻¹, or None if A is not productive."""
    if not a.size:
        return np.zeros_like(a)
    rest = np.negative(a, order="C")
    rest[np.diag_indices_from(rest)] += 1
    # LAPACK reads columns where numpy writes rows: transposed, both work on the same memory and nothing is copied.
    _, _, solution, singular = dgesv(rest.T, np.eye(len(a), order="F"), overwrite_a=True, overwrite_b=True)
    inverse = solution.T
    return None if singular or not _productive(a, inverse) else inverse


def _productive(a: np.ndarray, inverse: np.ndarray) -> bool:
    """Whether the spectral radius of A is below 1; see leontief_inverse."""
    if a.min() < 0:
        size = np.abs(a)
        return bool(size.sum(axis=0).max() < 1 or size.sum(axis=1).max() < 1 or spectral_radius(a) < 1)
    largest = inverse.max()
    return bool(inverse.min() >= -_NEGATIVE_NOISE * max(largest, 1.0) and largest < _NEXT_TO_SINGULAR)


def _unproductive(a: np.ndarray, labels: Sequence[str] | None = None) -> MethodError:
    over = a.sum(axis=0) >= 1
    hint = f"; sector {where(over, labels)} uses more than it makes" if over.any() else ""
    return MethodError(
        f"coefficients: spectral radius {spectral_radius(a):.4f} is not below 1, the table is not productive{hint}."
    )


def ghosh_inverse(flows: ArrayLike, output: ArrayLike) -> np.ndarray:
    """G = (I − diag(x)⁻¹·Z)⁻¹: output of j that rests on one unit of primary input in i (Ghosh 1958).

    The supply side's counterpart of L, with diag(x)·G = L·diag(x). Read it as a measure of forward links; as a model
    of cause it says that supply makes its own demand. Errors as above, and for deliveries of a sector without output.
    """
    flows, output = _checked(flows, output)
    if (idle := (output == 0) & (flows != 0).any(axis=1)).any():
        raise MethodError(f"sector {where(idle)} delivers but has no output; its allocation does not exist.")
    inverse = _productive_inverse(_shares_of_rows(flows, output))
    if inverse is None:
        raise _unproductive(technical_coefficients(flows, output))
    return inverse


def _shares_of_rows(flows: np.ndarray, output: np.ndarray) -> np.ndarray:
    return np.divide(flows, output[:, None], out=np.zeros_like(flows), where=output[:, None] > 0)
