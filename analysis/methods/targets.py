"""Is a quantified target on its way? Corridor, budget, trend and a status that can also say: not to be judged."""

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from analysis.methods.frames import MethodError, tidy

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
class Trend:
    """Least-squares line through recent observations, and the year in which it meets the target.

    `slope` in units a year with the interval of probability `level`. `arrival_year` None: the line does not lead to
    the target. `arrival_low`, `arrival_high`: years in which the confidence band of the line crosses the target
    (Fieller 1954); None at the far end: it may never.
    """

    first_year: int
    last_year: int
    observations: int
    level: float
    slope: float
    slope_low: float
    slope_high: float
    arrival_year: float | None
    arrival_low: float | None
    arrival_high: float | None


@dataclass(frozen=True)
class TargetPath:
    """What `path` finds; fields that need an observation or a trend are None without one."""

    status: str
    reason: str
    corridor: pl.DataFrame
    planned_annual_rate: float | None
    budget_total: float
    latest_year: int | None = None
    latest_value: float | None = None
    gap: float | None = None
    required_annual_rate: float | None = None
    required_annual_change: float | None = None
    budget_used: float | None = None
    budget_remaining: float | None = None
    trend: Trend | None = None
