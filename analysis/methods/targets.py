"""Is a quantified target on its way? Corridor, budget, trend and a status that can also say: not to be judged."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, tidy
from analysis.methods.trend import Trend, fit_trend

MINIMUM = 5  # observations below which no trend is drawn
STATUSES = ("reached", "on_track", "behind", "reversed", "not_assessable")
_SAME = 1e-9  # relative distance below which a value stands on the corridor, and a year on the target's


@dataclass(frozen=True)
class Point:
    """A value of one year; `series` names concept and method ("CO2, territorial"), and only equal names compare."""

    year: int
    value: float
    series: str = ""


@dataclass(frozen=True)
class TargetPath:
    """What `path` finds. Fields that need a comparable observation, a positive value or a trend are None without one.

    `code` is the reason as a word (CODES), `reason` as a sentence. `gap` is latest value less linear corridor of that
    year (positive: above). Rates are shares a year (−0.05 = −5 %), changes units a year, budgets units × years.
    """

    status: str
    code: str
    reason: str
    corridor: pl.DataFrame
    planned_annual_rate: float | None = None
    budget_total: float | None = None
    latest_year: int | None = None
    latest_value: float | None = None
    gap: float | None = None
    required_annual_rate: float | None = None
    required_annual_change: float | None = None
    budget_used: float | None = None
    budget_remaining: float | None = None
    trend: Trend | None = None


CODES = {
    "target_met": "the latest value, {latest:,.6g} in {year}, is at the target of {target:,.6g} or beyond",
    "deadline_passed": "the target year {due} is over and the latest value, {latest:,.6g}, misses {target:,.6g}",
    "moving_away": "the trend since {since} leads away from the target",
    "off_corridor": "the latest value misses the corridor of {year} by {gap:,.6g}",
    "trend_too_slow": "the latest value keeps the corridor, but the trend since {since} does not arrive by {due}",
    "off_corridor_and_trend_too_slow": (
        "the latest value misses the corridor of {year} by {gap:,.6g} and the trend does not arrive by {due}"
    ),
    "on_corridor_and_in_time": "the latest value keeps the corridor of {year} and the trend arrives by {due}",
    "other_series": 'baseline and target speak of different series, "{baseline_series}" and "{series}"',
    "no_direction": "target and baseline are the same value: there is no way to go",
    "no_observation": 'no comparable observation of "{series}" after {base}',
    "too_few_observations": "{count} comparable observations; a trend needs {minimum}",
}


def path(
    baseline: Point,
    target: Point,
    observations: pl.DataFrame,
    *,
    level: float = 0.9,
    trend_years: int = 10,
) -> TargetPath:
    """Where a quantity stands between its baseline and its target.

    `observations`: year, value[, series], in the unit of both points. Only rows with the target's `series` and a value
    count; a method change is another series. The linear corridor is the straight line from baseline to target, the
    constant-rate corridor the curve of equal percentage steps (null unless both ends are positive). Budgets are areas
    by trapezoids: of the linear corridor in total, of baseline and observations up to the target year as used; the rest
    remains. The trend is the least-squares line through the observations of the `trend_years` before and at the latest
    one, or the latest five if these are fewer; none below five.

    `reached`: the latest value is at the target or beyond. `on_track`: it is on the right side of the linear corridor
    (the rule of the EEA's progress reports) and the trend meets the target by its year; one alone is `behind`.
    `reversed`: the trend's slope points away from the target, with its whole interval. `not_assessable`: other series,
    no observation after the baseline, fewer than five. A target year gone by without success is `behind`.
    Raises MethodError for a target year not after the baseline's, repeated years, numbers that are not finite, and an
    observation of the baseline year that contradicts the baseline by more than half a percent.
    """
    _check(baseline, target, level, trend_years)
    seen = _comparable(observations, target.series)
    facts = _Facts(baseline, target, seen, _trend(seen, baseline, target, level, trend_years))
    code, status = _verdict(facts)
    if code == "other_series":
        return TargetPath(status, code, _sentence(code, facts), _corridor(baseline, target).clear())
    return TargetPath(
        status,
        code,
        _sentence(code, facts),
        _corridor(baseline, target),
        _rate(baseline.value, target.value, target.year - baseline.year),
        (baseline.value + target.value) / 2 * (target.year - baseline.year),
        **_measures(facts),
        trend=facts.trend,
    )


def _check(baseline: Point, target: Point, level: float, trend_years: int) -> None:
    if target.year <= baseline.year:
        raise MethodError(f"target year {target.year} is not after the baseline's, {baseline.year}.")
    if not (math.isfinite(baseline.value) and math.isfinite(target.value)):
        raise MethodError("baseline and target need a known, finite value.")
    if not 0 < level < 1 or trend_years < MINIMUM:
        raise MethodError(f"level must lie between 0 and 1, trend_years be {MINIMUM} or more.")


def _comparable(observations: pl.DataFrame, series: str) -> pl.DataFrame:
    """Known observations of the target's series: year, value, by year."""
    if "series" not in observations.columns:
        observations = observations.with_columns(pl.lit("").alias("series"))
    if observations.is_empty():
        return pl.DataFrame(schema={"year": pl.Int64, "value": pl.Float64})
    cells = tidy(observations, keys=("series", "year"), nonnegative=False, name="observations")
    cells = cells.filter((pl.col("series") == series) & pl.col("value").is_not_null())
    return cells.select("year", "value").sort("year")


@dataclass(frozen=True)
class _Facts:
    """All that the verdict and the measures rest on; `seen` are the comparable observations."""

    baseline: Point
    target: Point
    seen: pl.DataFrame
    trend: Trend | None

    @property
    def latest(self) -> Point | None:
        """The newest comparable observation after the baseline year."""
        if self.seen.is_empty() or self.seen["year"][-1] <= self.baseline.year:
            return None
        return Point(self.seen["year"][-1], self.seen["value"][-1])

    @property
    def direction(self) -> int:
        """−1 for a target below the baseline, 1 for one above, 0 for none."""
        return int(np.sign(self.target.value - self.baseline.value))

    def line(self, year: int) -> float:
        """The linear corridor; from the target year on, the target."""
        passed = min((year - self.baseline.year) / (self.target.year - self.baseline.year), 1.0)
        return self.baseline.value + passed * (self.target.value - self.baseline.value)

    def beyond(self, value: float, limit: float) -> bool:
        """Whether a value is at the limit or farther in the target's direction."""
        return self.direction * (value - limit) >= -_SAME * max(abs(limit), abs(self.baseline.value))


def _verdict(facts: _Facts) -> tuple[str, str]:
    """Code and status; the order of the questions is the order of their weight."""
    latest, trend = facts.latest, facts.trend
    if facts.baseline.series != facts.target.series:
        return "other_series", "not_assessable"
    if latest is None:
        return "no_observation", "not_assessable"
    if facts.direction == 0:
        return "no_direction", "not_assessable"
    if facts.beyond(latest.value, facts.target.value):
        return "target_met", "reached"
    if latest.year >= facts.target.year:
        return "deadline_passed", "behind"
    if trend is None:
        return "too_few_observations", "not_assessable"
    return _on_the_way(facts, latest, trend)


def _on_the_way(facts: _Facts, latest: Point, trend: Trend) -> tuple[str, str]:
    """The verdict before the target year, with a trend."""
    nearest_to_target = trend.slope_low if facts.direction < 0 else trend.slope_high
    if facts.direction * nearest_to_target < 0:
        return "moving_away", "reversed"
    kept = facts.beyond(latest.value, facts.line(latest.year))
    in_time = trend.arrival_year is not None and trend.arrival_year <= facts.target.year * (1 + _SAME)
    codes = {
        (True, True): ("on_corridor_and_in_time", "on_track"),
        (True, False): ("trend_too_slow", "behind"),
        (False, True): ("off_corridor", "behind"),
        (False, False): ("off_corridor_and_trend_too_slow", "behind"),
    }
    return codes[kept, in_time]


def _sentence(code: str, facts: _Facts) -> str:
    latest = facts.latest
    words = {
        "latest": latest.value if latest else math.nan,
        "year": latest.year if latest else None,
        "gap": abs(latest.value - facts.line(latest.year)) if latest else math.nan,
        "target": facts.target.value,
        "due": facts.target.year,
        "base": facts.baseline.year,
        "since": facts.trend.first_year if facts.trend else None,
        "series": facts.target.series,
        "baseline_series": facts.baseline.series,
        "count": facts.seen.height,
        "minimum": MINIMUM,
    }
    return CODES[code].format(**words)


def _corridor(baseline: Point, target: Point) -> pl.DataFrame:
    """year, linear, constant_rate: one row per year from baseline to target."""
    years = np.arange(baseline.year, target.year + 1)
    passed = (years - baseline.year) / (target.year - baseline.year)
    linear = baseline.value + passed * (target.value - baseline.value)
    constant = None
    if baseline.value > 0 and target.value > 0:
        constant = baseline.value * (target.value / baseline.value) ** passed
    return pl.DataFrame(
        {"year": years, "linear": linear, "constant_rate": constant},
        schema={"year": pl.Int64, "linear": pl.Float64, "constant_rate": pl.Float64},
    )


def _rate(start: float, end: float, years: int) -> float | None:
    """Constant yearly rate from start to end; None where no such rate exists."""
    return (end / start) ** (1 / years) - 1 if start > 0 and end > 0 and years > 0 else None


def _measures(facts: _Facts) -> dict[str, float | int | None]:
    """The fields of TargetPath that need a latest value."""
    latest, target = facts.latest, facts.target
    if latest is None:
        return {}
    ahead = target.year - latest.year
    total = (facts.baseline.value + target.value) / 2 * (target.year - facts.baseline.year)
    used = _used(facts)
    return {
        "latest_year": latest.year,
        "latest_value": latest.value,
        "gap": latest.value - facts.line(latest.year),
        "required_annual_rate": _rate(latest.value, target.value, ahead),
        "required_annual_change": (target.value - latest.value) / ahead if ahead > 0 else None,
        "budget_used": used,
        "budget_remaining": total - used,
    }


def _used(facts: _Facts) -> float:
    """Area under baseline and observations to the latest one or the target year, straight over years without one."""
    at_base = facts.seen.filter(pl.col("year") == facts.baseline.year)["value"]
    if at_base.len() and abs(at_base[0] - facts.baseline.value) > 0.005 * abs(facts.baseline.value):
        raise MethodError(
            f"baseline {facts.baseline.value:,.6g} contradicts the observation {at_base[0]:,.6g} "
            f"of the same year, {facts.baseline.year}; a revised series needs its own baseline."
        )
    later = facts.seen.filter(pl.col("year") > facts.baseline.year)
    years = np.array([facts.baseline.year, *later["year"]])
    values = np.array([facts.baseline.value, *later["value"]])
    # The budget ends with the target year: what was seen after it is not charged to it.
    horizon = min(years[-1], facts.target.year)
    counted = np.append(years[years < horizon], horizon)
    return float(np.trapezoid(np.interp(counted, years, values), counted))


def _trend(seen: pl.DataFrame, baseline: Point, target: Point, level: float, trend_years: int) -> Trend | None:
    """The line through the recent observations; None below five."""
    if seen.height < MINIMUM:
        return None
    recent = seen.filter(pl.col("year") > seen["year"][-1] - trend_years)
    recent = recent if recent.height >= MINIMUM else seen.tail(MINIMUM)
    direction = float(np.sign(target.value - baseline.value))
    return fit_trend(recent["year"].to_numpy(), recent["value"].to_numpy(), target.value, direction, level)
