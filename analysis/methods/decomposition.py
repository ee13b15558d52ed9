"""Why jobs or emissions changed between two years: structural decomposition of q·L·f."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import permutations
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from analysis.methods.frames import MethodError
from analysis.methods.leontief import (
    leontief_inverse,
    sector_names,
    sector_vector,
    square_array,
    technical_coefficients,
    where,
)

FORMS = ("polar", "shapley")
DEMANDS = ("total", "level_mix")


class Snapshot(NamedTuple):
    """One year of an economy of n sectors: `intensity` q (n,), `coefficients` A (n, n), `final_demand` f (n,).

    q is jobs or tonnes per unit of output. The year's total is q·(I − A)⁻¹·f. Between two years, money is in the
    same prices, and A and f are both domestic or both with imports.
    """

    intensity: ArrayLike
    coefficients: ArrayLike
    final_demand: ArrayLike

    @classmethod
    def of_table(cls, flows: ArrayLike, output: ArrayLike, satellite: ArrayLike) -> "Snapshot":
        """From deliveries Z, output x and jobs or tonnes per sector: q = satellite / x, A = Z·diag(x)⁻¹, f = x − Z·1.

        Raises MethodError as technical_coefficients does, and for a satellite of a sector without output.
        """
        coefficients = technical_coefficients(flows, output)
        size = len(coefficients)
        flows, output = square_array(flows, "flows"), sector_vector(output, size, "output")
        amount = sector_vector(satellite, size, "satellite")
        if (idle := (output == 0) & (amount != 0)).any():
            raise MethodError(f"satellite: sector {where(idle)} has jobs or emissions but no output to relate them to.")
        intensity = np.divide(amount, output, out=np.zeros(size), where=output > 0)
        return cls(intensity, coefficients, output - flows.sum(axis=1))


def structural_decomposition(
    start: Snapshot,
    end: Snapshot,
    form: str = "polar",
    demand: str = "total",
    by_sector: bool = False,
    labels: Sequence[str] | None = None,
) -> pl.DataFrame:
    """Rows `factor, effect`: how much of the change of q·L·f each factor brought about, the others held.

    Factors: `intensity` (Δq), `coefficients` (ΔL, the technology) and `final_demand` (Δf), or with
    `demand="level_mix"` `demand_level` (its sum) and `demand_mix` (its shares) instead. The effects add up to the
    change. Factors change one after another, and an effect depends on which of them changed before. `polar` takes the
    mean of two orders, the one above and its reverse; `shapley` the mean of all orders, 6 or 24. For two orders and
    all orders alike see Dietzenbacher & Los (1998); the latter is the Shapley value.

    `by_sector` gives `sector, factor, effect`, one row per sector where the jobs or emissions are; the sectors add up
    to the rows without. `start` and `end` are Snapshots or triples in their order, of the same sectors. Raises
    MethodError for shapes that do not match, unknown cells, tables that are not productive and, for the mix, final
    demand that does not sum to more than zero.
    """
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    if demand not in DEMANDS:
        raise MethodError(f"demand '{demand}' is unknown; there are {', '.join(DEMANDS)}.")
    years = [_factors(snapshot, name, demand) for snapshot, name in ((start, "start"), (end, "end"))]
    factors = list(years[0])
    size = len(years[0]["intensity"])
    if len(years[1]["intensity"]) != size:
        raise MethodError(f"start has {size} sectors, end {len(years[1]['intensity'])}; both need the same.")
    orders = list(permutations(factors)) if form == "shapley" else [factors, factors[::-1]]
    effects = _mean_effects(years, orders, size)
    names = sector_names(size, labels)
    if by_sector:
        flat = np.array([effects[factor] for factor in factors]).T.ravel()
        keys = {"sector": np.repeat(names, len(factors)), "factor": factors * size}
        return pl.DataFrame({**keys, "effect": flat})
    return pl.DataFrame({"factor": factors, "effect": [effects[factor].sum() for factor in factors]})


def _factors(snapshot: Snapshot, name: str, demand: str) -> dict[str, np.ndarray | float]:
    """What is multiplied: intensity, Leontief inverse, and final demand or its level and mix."""
    intensity, coefficients, final = snapshot
    inverse = leontief_inverse(square_array(coefficients, f"{name}: coefficients"))
    final = sector_vector(final, len(inverse), f"{name}: final_demand")
    parts = {"intensity": sector_vector(intensity, len(inverse), f"{name}: intensity"), "coefficients": inverse}
    if demand == "total":
        return parts | {"final_demand": final}
    if not (level := final.sum()) > 0:
        raise MethodError(f"{name}: final demand sums to {level:g}; a mix needs a sum above zero.")
    return parts | {"demand_level": level, "demand_mix": final / level}


def _mean_effects(
    years: Sequence[dict[str, np.ndarray | float]], orders: Sequence[Sequence[str]], size: int
) -> dict[str, np.ndarray]:
    """By factor and sector: the step when the factor passes from start to end, mean over the orders."""
    value = _values(years)
    effects = {factor: np.zeros(size) for factor in years[0]}
    for order in orders:
        changed: frozenset[str] = frozenset()
        for factor in order:
            after = changed | {factor}
            effects[factor] += (value(after) - value(changed)) / len(orders)
            changed = after
    return effects


def _values(years: Sequence[dict[str, np.ndarray | float]]) -> Callable[[frozenset[str]], np.ndarray]:
    """q ∘ (L·f) with the named factors at the end and the others at the start; each product is made once."""

    @cache
    def value(changed: frozenset[str]) -> np.ndarray:
        now = {factor: years[factor in changed][factor] for factor in years[0]}
        final = now["final_demand"] if "final_demand" in now else now["demand_level"] * now["demand_mix"]
        return now["intensity"] * (now["coefficients"] @ final)

    return value
