"""Shift-share with a neighbourhood, or a Land, between the nation and the region."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed, tidy
from analysis.methods.shift_share_steps import Effects, Step, compared, ends, rates, rows, steps, summed


def spatial_shift_share(
    values: pl.DataFrame,
    start: int,
    end: int,
    reference: str | pl.DataFrame | None,
    neighbours: pl.DataFrame | Mapping[str, str],
    dynamic: bool = False,
    by_branch: bool = False,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """One row per region: `change` and its parts `national`, `mix`, `neighbourhood`, `regional`, which add up to it.

    After Nazara & Hewings (2004). With e0, e1 of the region, G and g_j the reference's growth rates in total and in
    branch j, and v_j the neighbours', v_j = Σ_s w_s·e1_sj / Σ_s w_s·e0_sj − 1 (their spatially modified rate):
    national Σe0·G, mix Σe0·(g_j−G), neighbourhood Σe0·(v_j−g_j), regional Σ(e1 − e0·(1+v_j)). Of their taxonomy this is
    the path nation, nation's branch, neighbours' branch, region's branch. Their basic spatial form G + (v_j−G) +
    (e1/e0−1−v_j) has mix + neighbourhood as its one middle term; neighbourhood + regional is Dunn's regional effect.

    `neighbours` is one of two things. A frame `region, neighbour[, weight]`: weights from 0, without a column 1 each;
    only their proportions within a region matter. Or a mapping from region to group, such as its Land: where a group's
    name is a region of the frame, that row is the neighbourhood, else the sum of its members, the region among them
    (as it is in the nation). The reference, and rows that serve as groups, need no neighbours and get no row.

    A null in a neighbour of positive weight makes the branch's neighbourhood and regional effect null, and no other. A
    branch without a base in the neighbourhood (or with a residual below zero) is held against g_j, one without a base
    in the reference against G. `dynamic`, `by_branch`, published totals and errors as in shift_share; MethodError also
    for a region without neighbours (none, or weights all zero), unknown neighbours, repeated pairs and null weights.
    """
    data, outer = compared(values, start, end, reference, dynamic, absent)
    weights = _weights(neighbours, data.regions, outer.region)
    around = _weighted(weights, data.values)
    parts = [
        summed(_effects(step, around[:, at], around[:, at + 1]), step, by_branch)
        for at, step in enumerate(steps(data, outer))
    ]
    effects = {name: np.sum([part[name] for part in parts], axis=0) for name in parts[0]}
    first, last = ends(data, by_branch)
    table = rows(data, {"change": last - first, **effects}, by_branch)
    alone = [region for region, own in zip(data.regions, weights, strict=True) if not own.any()]
    return table.filter(~pl.col("region").is_in(alone))


def _effects(step: Step, base: np.ndarray, later: np.ndarray) -> Effects:
    """Effects of one step [region, branch]; `base` and `later` are the neighbours' cells."""
    near = rates(base, later, step.growth_by_branch)
    return {
        "national": step.e0 * step.growth,
        "mix": step.e0 * (step.growth_by_branch - step.growth),
        "neighbourhood": step.e0 * (near - step.growth_by_branch),
        "regional": step.e1 - step.e0 * (1 + near),
    }


def _weighted(weights: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Σ_s w_rs·cells_s [region, year, branch]; NaN only where a neighbour of positive weight is NaN."""
    unknown = np.isnan(cells)
    total = np.tensordot(weights, np.where(unknown, 0.0, cells), axes=1)
    if unknown.any():
        total[np.tensordot((weights > 0).astype(float), unknown.astype(float), axes=1) > 0] = np.nan
    return total


def _weights(
    neighbours: pl.DataFrame | Mapping[str, str], regions: tuple[str, ...], reference: str | None
) -> np.ndarray:
    """weights[region, neighbour]; only the reference and rows that are groups may have none."""
    grouped = isinstance(neighbours, Mapping)
    pairs = _pairs(_members(neighbours, regions) if grouped else neighbours)
    exempt = {reference, *(neighbours.values() if grouped else ())}
    place = {region: at for at, region in enumerate(regions)}
    if unknown := sorted(({*pairs["region"], *pairs["neighbour"]}) - place.keys()):
        raise MethodError(f"neighbours: {listed(unknown)} not among the regions of the values.")
    weights = np.zeros((len(regions), len(regions)))
    of, to = ([place[name] for name in pairs[column]] for column in ("region", "neighbour"))
    weights[of, to] = pairs["weight"].to_numpy()
    if alone := [regions[at] for at in np.flatnonzero(~weights.any(axis=1)) if regions[at] not in exempt]:
        raise MethodError(f"neighbours: {listed(alone)} without neighbours; every region needs at least one.")
    return weights


def _pairs(neighbours: pl.DataFrame) -> pl.DataFrame:
    """region, neighbour, weight, checked."""
    if not isinstance(neighbours, pl.DataFrame):
        raise MethodError("neighbours: give a frame region, neighbour[, weight] or a mapping from region to group.")
    if "weight" not in neighbours.columns:
        neighbours = neighbours.with_columns(weight=pl.lit(1.0))
    keys = ["region", "neighbour"]
    columns = [column for column in (*keys, "weight") if column in neighbours.columns]
    pairs = tidy(neighbours.select(columns), keys=keys, numbers=("weight",), name="neighbours")
    if (unknown := pairs.filter(pl.col("weight").is_null()).sort(keys)).height:
        cells = [f"({region}, {neighbour})" for region, neighbour, _ in unknown.iter_rows()]
        raise MethodError(f"neighbours: {listed(cells)} without a weight; a neighbour that does not count has 0.")
    return pairs


def _members(groups: Mapping[str, str], regions: tuple[str, ...]) -> pl.DataFrame:
    """region, neighbour: the group's own row where the frame has one, else all members of the group."""
    if wrong := sorted(str(region) for region, group in groups.items() if not isinstance(group, str)):
        raise MethodError(
            f"neighbours: the group of {listed(wrong)} is no text; a mapping gives each region one group."
        )
    table = pl.DataFrame(
        {"region": list(groups), "group": list(groups.values())}, schema=dict.fromkeys(("region", "group"), pl.String)
    )
    own = table.filter(pl.col("group").is_in(list(regions))).rename({"group": "neighbour"})
    others = table.filter(~pl.col("group").is_in(list(regions)))
    members = others.join(others.rename({"region": "neighbour"}), on="group").select("region", "neighbour")
    return pl.concat([own, members])
