"""Where a branch clusters: plants against chance, jobs against area and people, specialisation against growth."""

from bisect import bisect

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed, tidy, typed, years_of
from analysis.methods.indices import ratio, shares
from analysis.methods.layout import by_region, padded, rows
from analysis.methods.panel import TOTAL, Panel, measured, panel

# Quotients that differ from 1, and variances that differ from 0, by less than this do so by rounding only.
_NOISE = 1e-12


def ellison_glaeser(plants: pl.DataFrame, reference: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per branch[, year]: is it more concentrated than plants thrown at the map like darts would be?

    `plants`: branch, region, value[, plant][, year], one row a plant, `value` its size (jobs). With z_k a plant's
    share in its branch, s_r a region's share in the branch and x_r its share in all jobs:
    `g` Σ_r (s_r − x_r)², 0..2; `herfindahl` H = Σ_k z_k², over the `plants` with jobs;
    `gamma` (g − (1−Σx²)·H) / ((1−Σx²)·(1−H)): 0 for chance, above for clustering, below for dispersion;
    `z` (g − (1−Σx²)·H) / sd(g), with the standard deviation that chance gives.

    The x_r come from `reference`, a frame `region, value[, year]` of all jobs, which may hold regions without plants;
    one without `year` serves every year. Without it they come from rows with the branch `total`, one a region, if the
    frame has them, else from the sum of all plants: the frame must then hold the plants of all branches.

    A null size makes its branch null, and all branches if x rests on it. `gamma` and `z` are null where nothing can
    be told apart (a single region; for `gamma` a single plant; for `z` a spread of zero), everything but `plants` for
    a branch without jobs. Raises MethodError (see panel.panel), for a plant listed twice and for regions or years
    that the reference lacks.

    Ellison & Glaeser (1997).
    """
    sizes = _sizes(plants)
    data = panel(sizes.with_columns(pl.col("value").fill_nan(None)), absent="zero", overlap=True, name="plants")
    totals = data.totals if reference is None else by_region(reference, data, "reference", wider=True)
    x = ratio(totals, totals.sum(axis=0))[:, :, None]
    jobs = data.values.sum(axis=0)
    g = ((ratio(padded(data.values, len(x)), jobs) - x) ** 2).sum(axis=0)
    powers = {power: ratio(_summed(sizes, data, f"power_{power}"), jobs**power) for power in (2, 4)}
    table = _against_chance(g, x, powers[2], powers[4]) | {"plants": _summed(sizes, data, "plants")}
    result = rows({"branch": data.branches, "year": data.years}, {name: array.T for name, array in table.items()})
    return result.with_columns(pl.col("plants").cast(pl.Int64))


def _sizes(plants: pl.DataFrame) -> pl.DataFrame:
    """One row per region and branch[, year]: jobs, powers of the plants' sizes and how many there are; NaN for null."""
    keys = ["region", "branch", *(["year"] if "year" in plants.columns else [])]
    sizes = typed(plants, keys, ("value",), True, "plants")
    if "plant" in plants.columns:  # The total of a region is no plant and needs no name.
        tidy(sizes.filter(pl.col("branch") != TOTAL), keys=[*keys, "plant"], name="plants")
    size = pl.col("value").fill_null(np.nan)
    powers = {f"power_{power}": (size**power).sum() for power in (2, 4)}
    return sizes.group_by(keys).agg(
        value=size.sum(), plants=(pl.col("value") > 0).cast(pl.Float64).fill_null(np.nan).sum(), **powers
    )


def _summed(sizes: pl.DataFrame, data: Panel, column: str) -> np.ndarray:
    """[year, branch] of a column of the panel's own frame, summed over regions."""
    grid = np.zeros((len(data.regions), len(data.years), len(data.branches) + data.published))
    grid.ravel()[data.rows] = sizes[column].to_numpy()
    sums = grid.sum(axis=0)
    return np.delete(sums, bisect(data.branches, TOTAL), axis=1) if data.published else sums


def _against_chance(g: np.ndarray, x: np.ndarray, herfindahl: np.ndarray, fourth: np.ndarray) -> dict[str, np.ndarray]:
    """What g says beyond the mean and deviation it has if each plant lands in region r with probability x_r."""
    second, third = (x**2).sum(axis=0), (x**3).sum(axis=0)
    beyond = g - (1 - second) * herfindahl
    pairs = herfindahl**2 * (second - 2 * third + second**2)
    variance = 2 * (pairs - fourth * (second - 4 * third + 3 * second**2))
    variance = np.where(variance <= _NOISE * herfindahl**2, 0.0, variance)
    return {
        "gamma": ratio(beyond, (1 - second) * (1 - herfindahl)),
        "g": g,
        "herfindahl": herfindahl,
        "z": ratio(beyond, np.sqrt(variance)),
    }


def litzenberger_sternberg(
    values: pl.DataFrame,
    area: pl.DataFrame,
    population: pl.DataFrame,
    plants: pl.DataFrame,
    reference: str | None = None,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """One row per region and branch[, year] with the cluster index and the parts it is made of.

    `values` (jobs) and `plants` (their number): region, branch, value[, year]; `area` and `population`: region,
    value[, year], each in a unit of its own. With e jobs, b plants, a area, p inhabitants of the region and capitals
    for the whole, each part relative to the whole:
    `density` (e/a) / (E/A), `stock` (e/p) / (E/P), `plant_size` (e/b) / (E/B),
    `cluster_index` density · stock / plant_size = e·b / (a·p) over E·B / (A·P), from 0; 1 = as in the whole.
    Many jobs on little ground, for few people, in many plants: a cluster; one large plant makes none.

    The whole is the sum of the regions, or the region `reference` (the country's row in all four frames). A frame
    without `year` serves every year. Null where a part is; where the branch is absent the index is 0 and only
    `plant_size` is null; jobs without a plant have no index. Raises MethodError (see panel.panel) and where the
    frames do not hold the same regions, years and (unless `absent="zero"`) branches.

    Litzenberger & Sternberg (2006).
    """
    jobs, sites = _jobs_and_plants(values, plants, absent)
    a, p = by_region(area, jobs, "area")[..., None], by_region(population, jobs, "population")[..., None]
    e, b = jobs.values, sites.values
    whole_e, whole_b, whole_a, whole_p = (_whole(array, jobs, reference) for array in (e, b, a, p))
    index = ratio(e * b * whole_a * whole_p, a * p * whole_e * whole_b)
    parts = {
        "density": ratio(e * whole_a, a * whole_e),
        "stock": ratio(e * whole_p, p * whole_e),
        "plant_size": ratio(e * whole_b, b * whole_e),
        "cluster_index": np.where((b == 0) & (e > 0), np.nan, index),
    }
    axes = {"region": jobs.regions, "branch": jobs.branches, "year": jobs.years}
    return rows(axes, {name: array.transpose(0, 2, 1) for name, array in parts.items()})


def _jobs_and_plants(values: pl.DataFrame, plants: pl.DataFrame, absent: str) -> tuple[Panel, Panel]:
    """Both panels with the same regions, years and branches."""
    sites = panel(plants, absent=absent, overlap=True, name="plants")
    jobs = panel(values, absent=absent, overlap=True, more=sites.branches)
    if jobs.branches != sites.branches:
        sites = panel(plants, absent=absent, overlap=True, more=jobs.branches, name="plants")
    if odd := sorted(set(jobs.regions) ^ set(sites.regions)):
        raise MethodError(f"plants: region {listed(odd)} is in one of the two frames, values and plants, only.")
    if sites.years not in (jobs.years, (None,)):
        raise MethodError(f"plants: years {listed(sites.years)}, but values have {listed(jobs.years)}.")
    return jobs, sites


def _whole(array: np.ndarray, data: Panel, reference: str | None) -> np.ndarray:
    """The reference's row of an array [region, ...], or the sum of all rows."""
    if reference is None:
        return array.sum(axis=0)
    if reference not in data.regions:
        raise MethodError(f"reference '{reference}' is no region of the frame; it has {listed(data.regions)}.")
    return array[data.regions.index(reference)]


def portfolio(
    values: pl.DataFrame,
    start: int,
    end: int,
    reference: str | pl.DataFrame | None = None,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """One row per region and branch: specialisation against growth, and the field of four that the two put it in.

    `values`: region, branch, value, year. `lq` is the location quotient at `end`, `lq_start` at `start` (see
    `location_quotient`, also for `reference` and the published `total`); `growth` (e1 − e0) / e0 of the region's
    branch, `reference_growth` that of the reference's. `field`:
    `specialised_growing` lq > 1 and e1 > e0, `specialised_not_growing`, `unspecialised_growing` and
    `unspecialised_not_growing`. Ties, lq = 1 within rounding or e1 = e0, go to the fields with un- and not_.

    `presence` is `both, appeared, disappeared, absent, unknown` at start and end. A branch that appears grows, but
    without a rate: `growth` is null. One that disappears has lq 0 and growth −1. One that is absent in both years,
    and one with a null cell or no lq, has no field. Raises MethodError (see panel.panel), for years that are missing
    and for a reference frame without years.

    Henderson (1973) for the matrix; Howard (2007) for regions.
    """
    data, outer = measured(_two_years(values, start, end, reference), reference, absent=absent, overlap=True)
    quotient = ratio(shares(data.values, data.totals), shares(outer.values, outer.totals))
    first, last = data.values[:, 0], data.values[:, 1]
    outer_growth = ratio(outer.values[1] - outer.values[0], outer.values[0])
    presence = _presence(first, last)
    table = {
        "lq_start": quotient[:, 0],
        "lq": quotient[:, 1],
        "growth": ratio(last - first, first),
        "reference_growth": np.broadcast_to(outer_growth, first.shape),
        "field": _field(quotient[:, 1], last > first, presence),
        "presence": presence,
    }
    result = rows({"region": data.regions, "branch": data.branches}, table)
    return result.with_columns(pl.col("field").replace("", None))


def _two_years(values: pl.DataFrame, start: int, end: int, reference: object) -> pl.DataFrame:
    """The rows of the two years."""
    if start >= end:
        raise MethodError(f"start {start} is not before end {end}.")
    years = years_of(values)
    if missing := [year for year in (start, end) if year not in set(years)]:
        raise MethodError(
            f"values: no rows for {listed(missing)}; it has {listed(sorted(years.drop_nulls().unique()))}."
        )
    if isinstance(reference, pl.DataFrame):
        years_of(reference, "reference")
    return values.filter(years.is_in([start, end]))


def _presence(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Whether a branch is there at the start and at the end."""
    states = {
        "unknown": np.isnan(first) | np.isnan(last),
        "both": (first > 0) & (last > 0),
        "appeared": last > 0,
        "disappeared": first > 0,
    }
    return np.select(list(states.values()), list(states), default="absent")


def _field(quotient: np.ndarray, growing: np.ndarray, presence: np.ndarray) -> np.ndarray:
    """The names of the fields, empty where there is none."""
    special = np.where(quotient > 1 + _NOISE, "specialised", "unspecialised")
    names = np.strings.add(special, np.where(growing, "_growing", "_not_growing"))
    nowhere = np.isnan(quotient) | (presence == "absent") | (presence == "unknown")
    return np.where(nowhere, "", names)
