"""Jobs in the industry network: industry itself, and the share of every other branch that works for it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import optimize

from analysis.methods.frames import MethodError, listed, tidy
from analysis.methods.headcount import HEADCOUNTS, network_headcount
from analysis.methods.input_output import leontief_inverse, technical_coefficients
from analysis.methods.panel import Panel, panel
from analysis.methods.uncertainty import TruncatedErrors

__all__ = [
    "HEADCOUNTS",
    "VARIANTS",
    "Calibration",
    "NetworkJobs",
    "calibrate",
    "employment_branch",
    "network_headcount",
    "network_jobs",
    "network_weights",
]

VARIANTS = ("direct", "chain", "final_demand")

_SECTIONS = {"BCDE": "B-E", "GHI": "G-I", "MN": "M-N", "OPQ": "O-Q", "RSTU": "R-U"}
_LETTER = {letter: branch for letters, branch in _SECTIONS.items() for letter in letters}


def employment_branch(code: str) -> str:
    """The branch of the employment tables that holds a NACE or WIOD code: 'C10-C12' and 'D35' → 'B-E', 'J61' → 'J'."""
    if not code or not "A" <= code[0] <= "U":
        raise MethodError(f"'{code}' is no code of NACE Rev. 2: it does not begin with a letter from A to U.")
    return _LETTER.get(code[0], code[0])


def network_weights(
    flows: np.ndarray,
    output: np.ndarray,
    branches: Sequence[str],
    *,
    variant: str = "direct",
    industry: str = "B-E",
    final_demand: np.ndarray | None = None,
) -> pl.DataFrame:
    """`variant, branch, weight, output`: the share of each branch outside industry that works for industry.

    `flows` z (n, n) domestic deliveries, `output` x (n,), both in one money; `branches` the employment branch of each
    of the n sectors. With I the sectors of `industry` and S all others:
    `direct` w_s = Σ_{i∈I} z_si / x_s; `chain` w_S = [(I − A_SS)⁻¹ A_SI x_I] / x_S, deliveries to industry's suppliers
    among S included, industry counted once; `final_demand` w = [L f_I] / x, f_I the final demand for the goods of I
    (`final_demand` (n,), domestic, with exports) — what industry sells to other branches stays out of it.
    A branch's weight is the mean of its sectors', weighted by output, so x_s cancels and sectors without output do
    not matter. Null where the whole branch has no output. Raises MethodError for unknown names, negative deliveries
    to industry, and a table that is not productive.
    """
    if variant in HEADCOUNTS:
        raise MethodError(f"variant '{variant}' has no weights; it counts two-digit divisions, see network_headcount.")
    if variant not in VARIANTS:
        raise MethodError(f"variant '{variant}' is unknown; there are {', '.join(VARIANTS)}.")
    coefficients = technical_coefficients(flows, output)
    flows, output = np.asarray(flows, dtype=float), np.asarray(output, dtype=float)
    names = np.array([str(branch) for branch in branches])
    inside = names == industry
    if names.shape != output.shape or not inside.any() or inside.all():
        raise MethodError(f"branches: one per sector is needed, some of them '{industry}' and some not.")
    if variant == "direct":
        served = flows[:, inside].sum(axis=1)
    elif variant == "chain":
        served = _through_suppliers(coefficients, output, inside)
    else:
        served = _for_final_demand(coefficients, final_demand, inside)
    return _by_branch(names, served, output, variant).filter(pl.col("branch") != industry)


def _through_suppliers(coefficients: np.ndarray, output: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Output of S for industry's inputs, directly and through other sectors of S."""
    others = ~inside
    rounds = leontief_inverse(coefficients[np.ix_(others, others)])
    served = np.zeros_like(output)
    served[others] = rounds @ (coefficients[np.ix_(others, inside)] @ output[inside])
    return served


def _for_final_demand(coefficients: np.ndarray, final_demand: np.ndarray | None, inside: np.ndarray) -> np.ndarray:
    """Output of all sectors that final demand for industry's goods calls for."""
    demand = np.asarray(final_demand, dtype=float)
    if demand.shape != inside.shape or not np.isfinite(demand).all():
        raise MethodError("final_demand: one known number per sector is needed for the variant final_demand.")
    return leontief_inverse(coefficients) @ np.where(inside, demand, 0.0)


def _by_branch(names: np.ndarray, served: np.ndarray, output: np.ndarray, variant: str) -> pl.DataFrame:
    """Mean of the sectors' weights with their output as weight, which is served output over output."""
    sums = pl.DataFrame({"branch": names, "served": served, "output": output})
    sums = sums.group_by("branch").agg(pl.col("served", "output").sum()).sort("branch")
    weight = pl.when(pl.col("output") > 0).then(pl.col("served") / pl.col("output")).alias("weight")
    weights = sums.select(pl.lit(variant).alias("variant"), "branch", weight, "output")
    broken = weights.filter(~pl.col("weight").is_between(0, 1 + 1e-9))
    if broken.height:
        raise MethodError(f"flows: the weight of {listed(broken['branch'])} does not lie between 0 and 1.")
    return weights


@dataclass(frozen=True)
class NetworkJobs:
    """`jobs`: one row per region[, year] and variant; `contributions`: the same by branch. Columns: network_jobs."""

    jobs: pl.DataFrame
    contributions: pl.DataFrame


def network_jobs(
    employment: pl.DataFrame,
    weights: pl.DataFrame,
    *,
    industry: str = "B-E",
    cv: float = 0.3,
    level: float = 0.9,
    draws: int = 8192,
    seed: int = 2019,
    bounds: pl.DataFrame | None = None,
    absent: str = "error",
) -> NetworkJobs:
    """N_r = E_r,industry + Σ_s w_s·E_rs, with the interval that errors of the weights leave.

    `employment`: region, branch, value[, year] for `industry` and every branch of `weights` and no other (`total` may
    stand beside them); `weights`: variant, branch, weight as from `network_weights`, several variants at once.
    Jobs: `industry`, `services` (all linked branches), `jobs`, and two intervals of probability `level`. Each weight
    errs like a normal variable with coefficient of variation `cv`, truncated at 0 and 1: `low, high` if the branches
    err independently (seeded draws, a power of two, of a scrambled Sobol sequence); `low_common, high_common` if all
    err alike (exact). They say nothing of the model's own error: national deliveries applied to a region's jobs.
    Contributions: `branch, employees, weight, jobs, variance_share`, the last a branch's part in the variance of the
    independent case. What is employed outside the branches (`total` less their sum) has no weight and no jobs.

    A null cell makes `jobs` null. With `bounds` (region, branch, low, high[, year]) for every null cell of a region
    the intervals are from `low` to `high` of those cells; without, they are null. Contributions never show bounds. With
    a single unknown cell its bounds can be calculated back from the result: print such an interval for aggregates only.
    Nothing here is rounded. Raises MethodError (see panel.panel), for branches without weight and weights without
    branch.
    """
    variants = _checked_weights(weights)
    if not 0 < level < 1:
        raise MethodError(f"level {level} is no probability between 0 and 1.")
    branches = sorted(variants["branch"].unique())
    data = panel(employment, absent=absent, more=[industry, *branches], name="employment")
    if extra := sorted(set(data.branches) - {industry, *branches}):
        raise MethodError(f"employment: branch {listed(extra)} is neither industry nor has a weight.")
    cells = _Cells.of(data, industry, branches, bounds)
    jobs, contributions = [], []
    for variant in variants["variant"].unique().sort():
        weight = variants.filter(pl.col("variant") == variant).sort("branch")["weight"].to_numpy()
        errors = TruncatedErrors(weight, cv, draws, seed)
        jobs.append(data.frame(_jobs(cells, errors, level)).with_columns(pl.lit(variant).alias("variant")))
        contributions.append(_contributions(data, cells, errors, [industry, *branches], variant))
    order = [*_keys(data), "variant"]
    rows = pl.concat(jobs).select(*order, *_JOBS).sort(order)
    return NetworkJobs(rows, pl.concat(contributions).sort([*order, "branch"]))


_JOBS = ("industry", "services", "jobs", "low", "high", "low_common", "high_common")


def _keys(data: Panel) -> list[str]:
    return ["region", "year"] if data.years != (None,) else ["region"]


def _checked_weights(weights: pl.DataFrame) -> pl.DataFrame:
    """Variants with the same branches each, every weight known and between 0 and 1."""
    weights = tidy(weights, keys=("variant", "branch"), numbers=("weight",), name="weights")
    unknown = weights.filter(pl.col("weight").is_null() | (pl.col("weight") > 1 + 1e-9))
    if unknown.height:
        raise MethodError(f"weights: weight of {listed(unknown['branch'])} is unknown or above 1.")
    branches = weights["branch"].n_unique()
    uneven = weights.group_by("variant").len().filter(pl.col("len") != branches)
    if uneven.height:
        raise MethodError(f"weights: variant {listed(uneven['variant'])} lacks a branch that another one has.")
    return weights.with_columns(pl.col("weight").clip(0, 1))


@dataclass(frozen=True)
class _Cells:
    """Employees as arrays [region, year] (industry) and [region, year, branch]; `low`, `high` with bounds filled in."""

    industry: np.ndarray
    linked: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of(cls, data: Panel, industry: str, branches: list[str], bounds: pl.DataFrame | None) -> "_Cells":
        """Industry first, then the weighted branches, in `low` and `high` too."""
        order = [data.branches.index(branch) for branch in (industry, *branches)]
        known = data.values[:, :, order]
        low = high = known
        if bounds is not None:
            low, high = (_filled(data, bounds, side)[:, :, order] for side in ("low", "high"))
        return cls(known[:, :, 0], known[:, :, 1:], low, high)


def _filled(data: Panel, bounds: pl.DataFrame, side: str) -> np.ndarray:
    """The cells with one end of the bounds in place of the unknown ones that have bounds."""
    filled = data.values.copy()
    cells = tidy(bounds, numbers=("low", "high"), name="bounds")
    if (crossed := cells.filter(pl.col("low") > pl.col("high"))).height:
        raise MethodError(f"bounds: low exceeds high in {listed(crossed['region'] + ' ' + crossed['branch'])}.")
    years = cells["year"] if "year" in cells.columns else [None] * cells.height
    for region, branch, year, value in zip(cells["region"], cells["branch"], years, cells[side], strict=True):
        if region not in data.regions or branch not in data.branches or year not in data.years:
            raise MethodError(f"bounds: ({region}, {branch}, {year}) is no cell of employment.")
        place = data.regions.index(region), data.years.index(year), data.branches.index(branch)
        if np.isnan(filled[place]):
            filled[place] = np.nan if value is None else value
    return filled


def _jobs(cells: _Cells, errors: TruncatedErrors, level: float) -> dict[str, np.ndarray]:
    """The columns of NetworkJobs.jobs as arrays [region, year]."""
    services = cells.linked @ errors.mean
    tails = (1 - level) / 2, (1 + level) / 2
    sides = ((cells.low, tails[0]), (cells.high, tails[1]))
    if cells.low is cells.high:
        independent = errors.sum_quantiles(cells.low[:, :, 1:], tails)
    else:
        independent = [errors.sum_quantiles(side[:, :, 1:], (tail,))[0] for side, tail in sides]
    common = [side[:, :, 1:] @ errors.quantile(tail) for side, tail in sides]
    spread = [side[:, :, 0] + part for (side, _), part in zip(sides * 2, [*independent, *common], strict=True)]
    return dict(zip(_JOBS, (cells.industry, services, cells.industry + services, *spread), strict=True))


def _contributions(
    data: Panel, cells: _Cells, errors: TruncatedErrors, branches: list[str], variant: str
) -> pl.DataFrame:
    """One row per region[, year] and branch, industry with weight 1 and no part in the variance."""
    employees = np.concatenate([cells.industry[:, :, None], cells.linked], axis=2)
    weight = np.concatenate([[1.0], errors.mean])
    variance = (employees * np.concatenate([[0.0], errors.deviation()])) ** 2
    total = variance.sum(axis=2, keepdims=True)
    share = np.divide(variance, total, out=np.full(variance.shape, np.nan), where=total > 0)
    parts = [
        data.frame(
            {
                "employees": employees[:, :, at],
                "jobs": employees[:, :, at] * weight[at],
                "variance_share": share[:, :, at],
            }
        ).with_columns(
            pl.lit(variant).alias("variant"), pl.lit(branch).alias("branch"), pl.lit(weight[at]).alias("weight")
        )
        for at, branch in enumerate(branches)
    ]
    return pl.concat(parts).select(*_keys(data), "variant", "branch", "employees", "weight", "jobs", "variance_share")


@dataclass(frozen=True)
class Calibration:
    """The factor λ with which w' = min(1, λ·w) meets a published number: a fit to one number, not a validation."""

    factor: float
    published: float
    uncalibrated: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        """Whether the published number lies in the interval that the uncalibrated weights give (independent errors)."""
        return self.low <= self.published <= self.high


def calibrate(
    employment: pl.DataFrame, weights: pl.DataFrame, published: float, *, industry: str = "B-E", **options: float
) -> Calibration:
    """λ for one region, one year and one variant; `options` go to network_jobs (cv, level, draws, seed).

    Raises MethodError for more than one row of jobs, secret cells, and numbers no λ can reach: below industry's own
    jobs or above those of industry and every branch that has a weight.
    """
    result = network_jobs(employment, weights, industry=industry, **options)
    if result.jobs.height != 1 or result.jobs["jobs"].null_count():
        raise MethodError("employment: calibration takes one region, one year and one variant, all cells known.")
    row = result.jobs.row(0, named=True)
    linked = result.contributions.filter((pl.col("branch") != industry) & (pl.col("weight") > 0))
    weight, employees = linked["weight"].to_numpy(), linked["employees"].to_numpy()

    def missed(factor: float) -> float:
        return row["industry"] + np.minimum(1, factor * weight) @ employees - published

    limit = 1 / weight.min(initial=1.0)
    if missed(0) > 0 or missed(limit) < 0:
        most = row["industry"] + employees.sum()
        raise MethodError(f"published {published:,.0f} lies outside {row['industry']:,.0f} to {most:,.0f}.")
    factor = float(optimize.brentq(missed, 0, limit))
    return Calibration(factor, published, row["jobs"], row["low"], row["high"])
