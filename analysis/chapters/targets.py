"""Will a quantified target be met: the observed series, the straight path to the target, the trend, and a verdict."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.chapters import balances
from analysis.facts import Fact
from analysis.goals import Goal
from analysis.methods.targets import Point, TargetPath, path
from analysis.study import Study

MEASURE, PLANNED = balances.MEASURE, "city_co2_planned_kt"
CO2, CO2E = "CO2, balance of the city", "CO2e, BISKO"
# Why a path gives no verdict: code of analysis.methods.targets, or one of ours, in German.
REASONS = {
    "no_series": "für die Region keine Bilanz der CO₂-Emissionen vorliegt",
    "no_baseline": "der Wert des Bezugsjahrs in der Reihe fehlt",
    "no_population": "die Bevölkerung für die Umrechnung des Zielwerts fehlt",
    "other_series": "Bezugswert und Ziel aus verschiedenen Reihen stammen",
    "no_observation": "nach dem Bezugsjahr keine vergleichbare Beobachtung vorliegt",
    "no_direction": "Bezugswert und Zielwert gleich sind",
    "too_few_observations": "für einen Trend keine fünf vergleichbaren Beobachtungen vorliegen",
}


@dataclass(frozen=True)
class Case:
    """A goal with a target set against its series, in kt CO2.

    `observed`: year, value, series (CO2 or CO2E, which never compare); `base` and `target` None where a part is
    missing. `population_year` names the population that turned a target per head into a total.
    """

    goal: Goal
    branch: str
    observed: pl.DataFrame
    code: str
    status: str = "not_assessable"
    base: Point | None = None
    target: Point | None = None
    path: TargetPath | None = None
    population_year: int | None = None

    @property
    def reason(self) -> str:
        """Why there is no verdict, as a clause after "weil"; empty if there is one."""
        return REASONS[self.code] if self.status == "not_assessable" else ""


def assess(study: Study, goal: Goal, region: str) -> Case:
    """The goal's target against the region's series; enters nothing, so that the comparison can ask it as well."""
    branch = goal.target.branch or "total"
    observed = _observations(study, region, branch)
    older = observed.filter(series=CO2)
    if older.is_empty():
        return Case(goal, branch, observed, "no_series")
    base_year = goal.target.base_year or older["year"][0]
    base = _point(older, base_year)
    if base is None:
        return Case(goal, branch, observed, "no_baseline")
    year = newest_population(study, region)
    value = _target_value(study, goal, region, base, year)
    if value is None:
        return Case(goal, branch, observed, "no_population", base=base)
    target = Point(goal.target.year, value, CO2)
    found = path(base, target, observed)
    used = None if goal.target.change_percent is not None else year
    return Case(goal, branch, observed, found.code, found.status, base, target, found, used)


def _observations(study: Study, region: str, branch: str) -> pl.DataFrame:
    """year, value, series: the older balance, and the published total of the newer method as a series of its own."""
    rows = study.inputs.series(MEASURE, [region], [branch]).drop_nulls("value")
    older = rows.select(pl.col("year").cast(pl.Int64), "value", series=pl.lit(CO2)).sort("year")
    found = balances.row(study, "co2e", region) if branch == "total" else None
    if found is None:
        return older
    newer = {"year": [found["year"]], "value": [found["value"] / 1000], "series": [CO2E]}
    return pl.concat([older, pl.DataFrame(newer, schema=older.schema)])


def _point(series: pl.DataFrame, year: int) -> Point | None:
    values = series.filter(year=year)["value"]
    return Point(year, values[0], CO2) if values.len() else None


def newest_population(study: Study, region: str) -> int | None:
    """The newest year with a population."""
    years = study.inputs.years("population", region)
    return years[-1] if years else None


def _target_value(study: Study, goal: Goal, region: str, base: Point, year: int | None) -> float | None:
    """The target in kt: a change against the base year, or a value per head times the newest population."""
    if goal.target.change_percent is not None:
        return base.value * (1 + goal.target.change_percent / 100)
    if year is None:
        return None
    return goal.target.value * study.inputs.figure("population", region, "total", year).value / 1000


# -- facts ----------------------------------------------------------------------------------------------------------


def enter(study: Study, case: Case) -> pl.DataFrame:
    """Enter target, path, gap, rates and arrival of one case; `balances.balance` must have run before."""
    if case.path is None:
        return absent(study)
    value = _enter_target(study, case)
    base, latest = (observed_fact(study, case, year) for year in (case.base.year, case.path.latest_year))
    if latest is None:
        return absent(study, value)
    on_path = case.path.latest_value - case.path.gap
    common = {"inputs": (base, value), "sources": base.sources}
    corridor = study.fact("target_corridor", latest.period, on_path, method="straight path", **common)
    gap = {"method": "change in per cent", "inputs": (latest, corridor), "sources": base.sources}
    entered = [value, corridor, study.fact("target_gap", latest.period, case.path.gap / on_path * 100, **gap)]
    if case.goal.target.base_year is None:
        entered += _gaps_of_other_bases(study, case, latest, value)
    return study.show([*entered, *_enter_rates(study, case, latest, value)])


def absent(study: Study, *entered: Fact) -> pl.DataFrame:
    """Enter that there is no path: the same indicators everywhere, unknown."""
    indicators = ("target_gap", "target_rate", "target_trend_rate", "target_arrival")
    names = (*indicators, "target_corridor", *(() if entered else ("target_value",)))
    missing = [study.fact(name, study.edition.year, None, method="no target path") for name in names]
    return study.show([*entered, *missing])


def observed_fact(study: Study, case: Case, year: int | None) -> Fact | None:
    branch = None if case.branch == "total" else case.branch
    return study.get("city_co2", study.region.id, str(year), branch=branch) if year else None


def _enter_target(study: Study, case: Case) -> Fact:
    year = case.target.year
    base = observed_fact(study, case, case.base.year)
    plan = study.inputs.figure(PLANNED, study.region.id, case.branch, year)
    if plan.value is not None:
        told = {"method": "plan of the city", "inputs": plan.cells, "sources": balances.sources_of(plan.cells)}
        study.fact("target_value", year, plan.value, variant="planned", **told)
    if case.population_year is None:
        how = {"method": "change against the base year", "inputs": (base,), "sources": base.sources}
        return study.fact("target_value", year, case.target.value, **how)
    people = study.level("population", case.population_year)
    quoted = balances.row(study, "target_per_head")
    cells = (quoted["cell"],) if quoted else ()
    per_head = study.fact("target_per_head", year, case.goal.target.value, method="published figure", inputs=cells)
    how = {"method": "target per head times population", "inputs": (per_head, people)}
    return study.fact("target_value", year, case.target.value, **how)


def _gaps_of_other_bases(study: Study, case: Case, latest: Fact, value: Fact) -> list[Fact]:
    """Smallest and largest gap over all base years the series has: the target itself names none."""
    gaps = {base: found.gap / (found.latest_value - found.gap) * 100 for base, found in other_bases(case).items()}
    ends = {"lowest": min(gaps, key=gaps.get), "highest": max(gaps, key=gaps.get)}
    return [
        study.fact(
            "target_gap",
            latest.period,
            gaps[base],
            variant=variant,
            method="straight path",
            inputs=(latest, value, observed_fact(study, case, base)),
            sources=latest.sources,
        )
        for variant, base in ends.items()
    ]


def other_bases(case: Case) -> dict[int, TargetPath]:
    """The path from every year of the older series that could have been the base year."""
    older = case.observed.filter(series=CO2)
    return {year: path(Point(year, value, CO2), case.target, older) for year, value, _ in older.head(-1).iter_rows()}


def _enter_rates(study: Study, case: Case, latest: Fact, value: Fact) -> list[Fact]:
    found, trend = case.path, case.path.trend
    both, sources = {"inputs": (latest, value), "sources": latest.sources}, {"sources": latest.sources}
    span = f"{latest.period}-{case.target.year}"
    needed = _percent(found.required_annual_rate)
    entered = [study.fact("target_rate", span, needed, method="constant rate", **both)]
    if trend is None:
        missing = [study.fact(name, latest.period, None) for name in ("target_trend_rate", "target_arrival")]
        return [*entered, *missing]
    seen = trend_years(case)
    cells = [observed_fact(study, case, year) for year in seen["year"]]
    span = f"{trend.first_year}-{trend.last_year}"
    rate = _percent(log_rate(seen))
    entered.append(study.fact("target_trend_rate", span, rate, method="log trend", inputs=cells, **sources))
    years = [_whole(year) for year in (trend.arrival_year, trend.arrival_low, trend.arrival_high)]
    low, high = years[1:] if None not in years[1:] else (None, None)
    arrival = {"low": low, "high": high} if years[0] is not None else {}
    how = {"method": "straight trend", "inputs": (*cells, value), **sources, **arrival}
    return [*entered, study.fact("target_arrival", latest.period, years[0], **how)]


def _percent(share: float | None) -> float | None:
    return None if share is None else share * 100


def _whole(year: float | None) -> int | None:
    """The first whole year at or after a point in time."""
    return None if year is None else math.ceil(round(year, 6))


def trend_years(case: Case) -> pl.DataFrame:
    """year, value: the observations the trend rests on."""
    trend = case.path.trend
    older = case.observed.filter(series=CO2)
    return older.filter(pl.col("year").is_between(trend.first_year, trend.last_year)).select("year", "value")


def log_rate(seen: pl.DataFrame) -> float | None:
    """Yearly rate of the least-squares line through the logarithms; None where a value is not above zero."""
    if (seen["value"] <= 0).any():
        return None
    slope = np.polyfit(seen["year"].to_numpy(), np.log(seen["value"].to_numpy()), 1)[0]
    return float(np.exp(slope) - 1)


def trend_band(case: Case) -> pl.DataFrame | None:
    """year, low, high in million tonnes: the confidence band of the trend line from its last year to the target's.

    The band of a least-squares line at a distance d from the middle of its n years: half interval of the slope times
    the root of (sum of squared distances / n + d²). None without a trend; emissions are never below zero.
    """
    trend = case.path.trend
    if trend is None:
        return None
    seen = trend_years(case)
    years = seen["year"].to_numpy().astype(float)
    spread = float(np.square(years - years.mean()).mean())
    ahead = np.arange(trend.last_year, case.target.year + 1)
    distance = ahead - years.mean()
    line = seen["value"].mean() + trend.slope * distance
    half = (trend.slope_high - trend.slope_low) / 2 * np.sqrt(spread + distance**2)
    band = {"year": ahead, "low": np.maximum(line - half, 0) / 1000, "high": np.maximum(line + half, 0) / 1000}
    return pl.DataFrame(band, schema={"year": pl.Int64, "low": pl.Float64, "high": pl.Float64})
