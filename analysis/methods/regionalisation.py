"""Regional input coefficients from national ones, where no regional table was surveyed: location quotients."""

import numpy as np
from numpy.typing import ArrayLike

from analysis.methods.frames import MethodError
from analysis.methods.leontief import sector_vector, square_array, where

FORMS = ("slq", "cilq", "flq")


def location_quotient_regionalisation(
    A: ArrayLike,  # noqa: N803 — the symbol of every textbook, and part of the interface
    regional: ArrayLike,
    national: ArrayLike,
    form: str = "flq",
    delta: float = 0.3,
) -> np.ndarray:
    """Regional coefficients r_ij = a_ij · min(1, q_ij): what sector j of the region buys from i in the region itself.

    `A` (n, n) national coefficients, domestic deliveries; `regional` and `national` (n,) employment or output of the
    sectors in A's order, one concept. With SLQ_i = (e_i/e_r) / (E_i/E_n) of the deliverer i and the receiver j:
    `slq` q_ij = SLQ_i. `cilq` q_ij = SLQ_i / SLQ_j, on the diagonal SLQ_i, since the plain quotient is 1 there in
    every region (Smith & Morrison 1974). `flq` q_ij = cilq_ij · λ, the diagonal too, with the one number
    λ = [log₂(1 + e_r/E_n)]^δ: the smaller the region, the more comes from outside (Flegg & Webber 1997). δ lies
    between 0 (no allowance for size) and 1; 0.3 is what tests on surveyed tables found.

    A sector without anyone in the region neither delivers nor buys: row and column are zero, as for one that the
    nation has not either. Raises MethodError for unknown or negative numbers, shapes that do not match, an empty
    region, a regional sector that the nation lacks and, for `flq`, one that is larger than the nation's (the other
    forms compare shares only).
    """
    a = square_array(A, "A")
    here = sector_vector(regional, len(a), "regional", nonnegative=True)
    there = sector_vector(national, len(a), "national", nonnegative=True)
    _check(here, there, form, delta)
    expected = there * (here.sum() / there.sum())
    slq = np.divide(here, expected, out=np.zeros_like(here), where=expected > 0)
    quotient = np.repeat(slq[:, None], len(a), axis=1)
    if form != "slq":
        quotient = np.divide(quotient, slq, out=np.zeros_like(a), where=slq > 0)
        np.fill_diagonal(quotient, slq)
    if form == "flq":
        quotient *= np.log2(1 + here.sum() / there.sum()) ** delta
    return np.where(slq > 0, a * np.minimum(1.0, quotient), 0.0)


def _check(here: np.ndarray, there: np.ndarray, form: str, delta: float) -> None:
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    if not 0 <= delta <= 1:
        raise MethodError(f"delta {delta} does not lie between 0 and 1.")
    if not here.any():
        raise MethodError("regional: every sector is zero; an empty region has no coefficients.")
    if (foreign := (here > 0) & (there == 0)).any():
        raise MethodError(f"national: sector {where(foreign)} is zero, but the region has it; a region is a part.")
    if form == "flq" and (larger := here > there * (1 + 1e-9)).any():
        raise MethodError(f"regional: sector {where(larger)} exceeds the nation's; a region is a part of it.")
