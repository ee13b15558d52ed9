"""Which branches stand together in regions: complexity of regions and branches, relatedness of branches, density."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed, tidy
from analysis.methods.panel import TOTAL, panel
from analysis.methods.specialisation import location_quotient

MEASURES = ("cosine", "jaccard", "association", "probability")
_ENOUGH_BRANCHES = 50
# Singular values and correlations closer than this are equal: they are of the order of 1 and exact to 1e-15.
_EQUAL = 1e-9


class FewBranches(UserWarning):
    """Complexity was asked of fewer than 50 branches."""


@dataclass(frozen=True)
class Complexity:
    """Two frames, `region[, year], eci` and `branch[, year], pci`; unpacks as `regions, branches = complexity(…)`.

    `caution` warns of a classification too coarse for the indices, `reason` says why a year has none; both are None
    where there is nothing to say.
    """

    regions: pl.DataFrame
    branches: pl.DataFrame
    caution: str | None = None
    reason: str | None = None

    def __iter__(self) -> Iterator[pl.DataFrame]:
        return iter((self.regions, self.branches))


@dataclass(frozen=True)
class _Network:
    """`present[year, region, branch]`: 1 where the LQ is 1 or more, 0 where it is less, NaN where it is unknown."""

    regions: tuple[str, ...]
    years: tuple[int | None, ...]
    branches: tuple[str, ...]
    present: np.ndarray

    def frame(self, axes: dict[str, tuple[str, ...]], column: str, values: np.ndarray) -> pl.DataFrame:
        """`values[year, *axes]` as rows of names, year and number, sorted; NaN becomes null."""
        rows = pl.DataFrame({"year": self.years}, schema={"year": pl.Int64})
        for axis, names in axes.items():
            rows = rows.join(pl.DataFrame({axis: names}), how="cross", maintain_order="left_right")
        keys = [*axes, *(["year"] if self.years != (None,) else [])]
        number = pl.Series(column, values.ravel()).fill_nan(None)
        return rows.select(keys).with_columns(number).sort(keys)


def _network(values: pl.DataFrame, reference: str | pl.DataFrame | None, absent: str) -> _Network:
    """Where branches stand out. A region that serves as reference is the yardstick and no member."""
    cells = location_quotient(values, reference, absent=absent).filter(pl.col("branch") != TOTAL)
    if isinstance(reference, str):
        cells = cells.filter(pl.col("region") != reference)
    data = panel(cells, absent=absent)
    quotient = panel(cells.with_columns(value=pl.col("lq")), absent=absent).values
    # A region or branch without anything has no LQ, yet its zeros are known not to stand out.
    present = np.where(np.isnan(quotient) & (data.values != 0), np.nan, quotient >= 1)
    return _Network(data.regions, data.years, data.branches, present.swapaxes(0, 1))


def complexity(
    values: pl.DataFrame, reference: str | pl.DataFrame | None = None, *, absent: str = "error"
) -> Complexity:
    """Economic complexity of regions (`eci`) and branches (`pci`), per year where there is one.

    `values`: region, branch, value[, year], counts or money of one unit, disjoint branches; `reference` and a published
    `total` as in `location_quotient`. With M = 1 where LQ ≥ 1, diversity k_r = Σ_b M_rb and ubiquity k_b = Σ_r M_rb,
    eci is the eigenvector of the second largest eigenvalue of Σ_b M_rb·M_sb/(k_r·k_b), pci that of
    Σ_r M_rb·M_rc/(k_b·k_r) (Hidalgo & Hausmann 2009; Hausmann et al. 2014).
    Sign: eci rises with diversity; where diversity leaves it open, pci falls with ubiquity. Scale: each has mean 0 and
    population deviation 1 over the regions or branches with a value, so it ranks within one frame and year only.

    Null: a region without a branch of LQ ≥ 1, a branch that is so nowhere. A year is null as a whole, with `reason`,
    where an LQ is unknown (every index depends on every cell: leave such regions out and give a published reference),
    where fewer than two regions or branches are linked, where the network falls into unconnected parts, where the
    second eigenvalue is zero or shared, or where nothing settles the sign. Below 50 branches the result carries a
    `caution` and FewBranches is warned. Raises MethodError (see panel.panel).
    """
    network = _network(values, reference, absent)
    eci, pci, reasons = zip(*(_indices(present) for present in network.present), strict=True)
    dated = zip(network.years, reasons, strict=True)
    said = [reason if year is None else f"{year}: {reason}" for year, reason in dated if reason]
    return Complexity(
        network.frame({"region": network.regions}, "eci", np.array(eci)),
        network.frame({"branch": network.branches}, "pci", np.array(pci)),
        _caution(len(network.branches)),
        "; ".join(said) or None,
    )


def _caution(branches: int) -> str | None:
    if branches >= _ENOUGH_BRANCHES:
        return None
    caution = f"{branches} branches: below {_ENOUGH_BRANCHES} branches complexity says little; read no ranking from it."
    warnings.warn(caution, FewBranches, stacklevel=3)
    return caution


def _indices(present: np.ndarray) -> tuple[np.ndarray, np.ndarray, str | None]:
    """eci [region], pci [branch] and, where both are NaN throughout, why."""
    eci, pci = (np.full(size, np.nan) for size in present.shape)
    if np.isnan(present).any():
        return eci, pci, f"{int(np.isnan(present).sum())} location quotients are unknown"
    rows, columns = present.any(axis=1), present.any(axis=0)
    if min(rows.sum(), columns.sum()) < 2:
        return eci, pci, "fewer than two regions or branches have a location quotient of 1 or more"
    linked = present[np.ix_(rows, columns)]
    diversity, ubiquity = linked.sum(axis=1), linked.sum(axis=0)
    # Its singular vectors are the eigenvectors of both projections times √k, its values the roots of theirs.
    left, strength, right = np.linalg.svd(linked / np.sqrt(np.outer(diversity, ubiquity)), full_matrices=False)
    regions, branches = left[:, 1] / np.sqrt(diversity), right[1] / np.sqrt(ubiquity)
    sign = _sign(regions, diversity) or -_sign(branches, ubiquity)
    reason = _undefined(strength) or (None if sign else "neither diversity nor ubiquity settles the sign")
    if reason is None:
        eci[rows], pci[columns] = _standardised(sign * regions), _standardised(sign * branches)
    return eci, pci, reason


def _undefined(strength: np.ndarray) -> str | None:
    """Why there is no second eigenvector to speak of."""
    if parts := int((strength[1:] > 1 - _EQUAL).sum()):
        return f"the network falls into {parts + 1} unconnected parts"
    if strength[1] < _EQUAL:
        return "all regions have the same branches"
    if len(strength) > 2 and strength[1] - strength[2] < _EQUAL:
        return "the second and third eigenvalue are equal"
    return None


def _sign(scores: np.ndarray, degree: np.ndarray) -> int:
    """Sign of the correlation of the two; 0 where there is none."""
    scores, degree = scores - scores.mean(), degree - degree.mean()
    length = float(np.linalg.norm(scores) * np.linalg.norm(degree))
    product = float(scores @ degree)
    return 0 if abs(product) <= _EQUAL * length else int(np.sign(product))


def _standardised(scores: np.ndarray) -> np.ndarray:
    return (scores - scores.mean()) / scores.std()


def relatedness(
    values: pl.DataFrame,
    measure: str = "cosine",
    reference: str | pl.DataFrame | None = None,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """One row per pair `branch, other[, year]` with `relatedness`: how often two branches stand out together.

    `values` and `reference` as in `complexity`. C_bc counts the regions in which both have LQ ≥ 1 (b ≠ c), S_b = Σ_c
    C_bc, T = Σ_b S_b. `cosine` C/√(S_b·S_c), 0..1; `jaccard` C/(S_b + S_c − C), 0..1; `association` T·C/(S_b·S_c), 1 =
    as often as by chance (van Eck & Waltman 2009); `probability` the same, but without a branch drawn twice:
    2C/(S_b·S_c·(1/(T−S_b) + 1/(T−S_c))) (Steijn 2021). All are symmetric. A branch is not related to itself: the
    diagonal is there, as 0. Branches that never meet are 0.

    An unknown LQ makes the year's rows null, since the sums S and T depend on every cell. Raises MethodError for an
    unknown measure and as panel.panel.
    """
    network = _network(values, reference, absent)
    related = _related(network.present, measure)
    return network.frame({"branch": network.branches, "other": network.branches}, "relatedness", related)


def _related(present: np.ndarray, measure: str) -> np.ndarray:
    """Relatedness [year, branch, branch]."""
    if measure not in MEASURES:
        raise MethodError(f"measure '{measure}' is unknown; there are {', '.join(MEASURES)}.")
    together = present.swapaxes(1, 2) @ present
    together *= 1 - np.eye(together.shape[-1])
    total = together.sum(axis=(1, 2))[:, None, None]
    one, other = together.sum(axis=2)[:, :, None], together.sum(axis=1)[:, None, :]
    # No S exceeds half of T, so T − S is zero only where nothing meets at all; the pair is then 0 like T.
    expected = {
        "cosine": lambda: np.sqrt(one * other),
        "jaccard": lambda: one + other - together,
        "association": lambda: one * other / np.where(total > 0, total, 1.0),
        "probability": lambda: (
            one * other / 2 * sum(1 / np.where(total > 0, total - side, 1.0) for side in (one, other))
        ),
    }[measure]()
    related = np.divide(together, expected, out=np.zeros_like(together), where=expected != 0)
    related[np.isnan(present).any(axis=(1, 2))] = np.nan
    return related


def density(
    values: pl.DataFrame,
    relatedness: str | pl.DataFrame = "cosine",
    reference: str | pl.DataFrame | None = None,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """One row per `region, branch[, year]` with `density`: the share, 0..1, of related branches that stand out.

    d_rb = Σ_c φ_bc·M_rc / Σ_c φ_bc with M = 1 where LQ ≥ 1 (Hidalgo et al. 2007; Boschma et al. 2015). `relatedness` is
    a measure, or a frame `branch, other, relatedness[, year]` such as `relatedness` gives, of all branches of `values`
    and no others; a pair of a branch with itself may be missing and is then 0.
    EconGeo's relatedness density is a hundred times this, rounded to two digits.

    Null where nothing is related to the branch, where φ is null and where a related branch's LQ is unknown. Raises
    MethodError for missing or unknown pairs and as panel.panel.
    """
    network = _network(values, reference, absent)
    given = isinstance(relatedness, pl.DataFrame)
    related = _pairs(relatedness, network) if given else _related(network.present, relatedness)
    unknown = np.isnan(network.present)
    near = np.nan_to_num(network.present) @ related.swapaxes(1, 2)
    near[unknown.astype(float) @ (np.nan_to_num(related) > 0).swapaxes(1, 2) > 0] = np.nan
    everything = np.broadcast_to(related.sum(axis=2)[:, None, :], near.shape)
    share = np.divide(near, everything, out=np.full(near.shape, np.nan), where=everything != 0)
    return network.frame({"region": network.regions, "branch": network.branches}, "density", share)


def _pairs(frame: pl.DataFrame, network: _Network) -> np.ndarray:
    """A frame of pairs as an array [year, branch, other]; one without years serves them all."""
    pairs = tidy(frame, keys=("branch", "other"), numbers=("relatedness",), name="relatedness")
    if foreign := sorted({*pairs["branch"], *pairs["other"]} - set(network.branches)):
        raise MethodError(f"relatedness: {listed(foreign)} is no branch of the values.")
    if "year" in pairs.columns:
        if network.years == (None,):
            raise MethodError("relatedness: has years, the values have none.")
        pairs = pairs.filter(pl.col("year").is_in(list(network.years)))
    else:
        pairs = pairs.join(pl.DataFrame({"year": network.years}, schema={"year": pl.Int64}), how="cross")
    size = len(network.branches)
    related = np.tile(np.where(np.eye(size, dtype=bool), 0.0, np.inf), (len(network.years), 1, 1))
    place = {name: at for names in (network.years, network.branches) for at, name in enumerate(names)}
    at = tuple([place[key] for key in pairs[axis]] for axis in ("year", "branch", "other"))
    related[at] = pairs["relatedness"].fill_null(np.nan)
    if (missing := np.argwhere(np.isinf(related))).size:
        names = [f"({network.branches[one]}, {network.branches[other]})" for _, one, other in missing]
        raise MethodError(f"relatedness: no row for {listed(names)}; every pair of branches is needed.")
    return related
