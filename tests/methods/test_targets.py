"""Paths to targets: real city balances, each status, and what may not be judged."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis.methods.frames import MethodError
from analysis.methods.targets import CODES, STATUSES, Point, path
from analysis.methods.trend import fit_trend

# kt CO2, Hamburg, by consumer: 1990 and 2003 to 2017.
HAMBURG_INDUSTRY = [5473, 7023, 6726, 6325, 5472, 5951, 5747, 5401, 5939, 5809, 5912, 5310, 5460, 5226, 4749, 4589]
HAMBURG_TRAFFIC = [5872, 4794, 4694, 4600, 4700, 4477, 4227, 4168, 4246, 4286, 4264, 4342, 4423, 4466, 4565, 4641]
DUESSELDORF = {
    **{1987: 7869, 1997: 7335, 2001: 6384, 2005: 5761, 2007: 5606},
    **{2010: 4880, 2012: 4841, 2014: 4641, 2016: 4215},
}


def series(years: list[int], values: list[float]) -> pl.DataFrame:
    return pl.DataFrame({"year": years, "value": values})


def line(first: int, last: int, start: float, slope: float) -> pl.DataFrame:
    years = list(range(first, last + 1))
    return series(years, [start + slope * (year - first) for year in years])


def test_hamburgs_industry_is_behind():
    seen = series([1990, *range(2003, 2018)], HAMBURG_INDUSTRY)
    found = path(Point(1990, 5473), Point(2030, 0.55 * 5473), seen)
    assert (found.status, found.code) == ("behind", "off_corridor_and_trend_too_slow")
    assert found.gap == pytest.approx(4589 - (5473 - 0.45 * 5473 * 27 / 40))
    assert found.required_annual_rate == pytest.approx((0.55 * 5473 / 4589) ** (1 / 13) - 1)
    assert found.required_annual_change == pytest.approx((0.55 * 5473 - 4589) / 13)
    assert found.trend.observations == 10
    assert (found.trend.first_year, found.trend.last_year) == (2008, 2017)
    assert found.trend.slope == pytest.approx(-122.4, abs=0.1)
    assert found.trend.arrival_low < 2030 < found.trend.arrival_year < found.trend.arrival_high


def test_hamburgs_traffic_goes_the_other_way():
    found = path(Point(1990, 5872), Point(2030, 3251), series([1990, *range(2003, 2018)], HAMBURG_TRAFFIC))
    assert (found.status, found.code) == ("reversed", "moving_away")
    assert (found.trend.arrival_year, found.trend.arrival_low, found.trend.arrival_high) == (None, None, None)


def test_irregular_years_make_a_trend_of_their_latest_ten_years():
    found = path(Point(1987, 7869), Point(2035, 1387), series(list(DUESSELDORF), list(DUESSELDORF.values())))
    assert (found.trend.first_year, found.trend.observations) == (2007, 5)
    assert found.status == "behind"
    assert found.gap == pytest.approx(4215 - (7869 - 6482 * 29 / 48))
    sparse = path(
        Point(1987, 7869), Point(2035, 1387), series(list(DUESSELDORF), list(DUESSELDORF.values())), trend_years=5
    )
    assert sparse.trend.observations == 5


def test_another_concept_is_not_compared():
    seen = series(list(DUESSELDORF), list(DUESSELDORF.values())).with_columns(pl.lit("CO2").alias("series"))
    crossed = path(Point(1987, 7869, "CO2"), Point(2035, 1387, "CO2e"), seen)
    assert (crossed.status, crossed.code) == ("not_assessable", "other_series")
    assert crossed.reason == 'baseline and target speak of different series, "CO2" and "CO2e"'
    assert crossed.corridor.is_empty()
    newer = path(
        Point(2018, 4500, "CO2e"),
        Point(2035, 1387, "CO2e"),
        pl.concat([seen, pl.DataFrame({"year": [2020], "value": [4292], "series": ["CO2e"]})]),
    )
    assert (newer.status, newer.code) == ("not_assessable", "too_few_observations")
    assert newer.reason == "1 comparable observations; a trend needs 5"
    assert newer.latest_value == 4292
    assert newer.gap is not None
    assert newer.trend is None


def test_one_on_the_corridor_is_on_track_to_the_last_digit():
    found = path(Point(2010, 100), Point(2030, 20), line(2010, 2018, 100, -4))
    assert (found.status, found.code) == ("on_track", "on_corridor_and_in_time")
    assert found.gap == pytest.approx(0)
    assert found.trend.arrival_year == pytest.approx(2030)
    assert found.trend.arrival_high == pytest.approx(found.trend.arrival_low)
    assert found.planned_annual_rate == pytest.approx(0.2 ** (1 / 20) - 1)
    assert found.budget_total == 1200
    assert found.budget_used == pytest.approx((100 + 68) / 2 * 8)
    assert found.budget_remaining == pytest.approx((68 + 20) / 2 * 12)


def test_on_track_needs_both_position_and_pace():
    early = series([2010, 2012, 2014, 2016, 2017, 2018], [100.0, 60.0, 59.0, 58.5, 58.0, 57.5])
    slow = path(Point(2010, 100), Point(2030, 20), early, trend_years=5)
    assert (slow.status, slow.code) == ("behind", "trend_too_slow")
    assert slow.gap < 0
    late = series([2010, 2014, 2015, 2016, 2017, 2018], [100, 100, 94, 88, 82, 76])
    fast = path(Point(2010, 100), Point(2030, 20), late, trend_years=5)
    assert (fast.status, fast.code) == ("behind", "off_corridor")
    assert fast.trend.arrival_year < 2030


def test_reached_needs_no_trend():
    found = path(Point(2010, 100), Point(2030, 60), series([2018], [60]))
    assert (found.status, found.code) == ("reached", "target_met")
    assert found.trend is None


def test_a_deadline_gone_by():
    found = path(Point(1990, 100), Point(2000, 50), series([2000, 2001], [51, 52]))
    assert (found.status, found.code) == ("behind", "deadline_passed")
    assert (found.required_annual_rate, found.required_annual_change) == (None, None)
    assert found.gap == 2


def test_four_observations_are_no_trend():
    assert path(Point(2010, 100), Point(2030, 20), line(2010, 2013, 100, -4)).code == "too_few_observations"
    assert path(Point(2010, 100), Point(2030, 20), line(2010, 2014, 100, -4)).status == "on_track"
    with_null = pl.concat(
        [
            line(2010, 2013, 100, -4),
            pl.DataFrame({"year": [2014], "value": [None]}, schema={"year": pl.Int64, "value": pl.Int64}),
        ]
    )
    assert path(Point(2010, 100), Point(2030, 20), with_null).code == "too_few_observations"


@pytest.mark.parametrize("seen", [line(2000, 2010, 100, -4), series([], [])])
def test_nothing_after_the_baseline(seen: pl.DataFrame):
    found = path(Point(2010, 60), Point(2030, 20), seen)
    assert (found.status, found.code) == ("not_assessable", "no_observation")
    assert found.latest_year is None
    assert found.corridor.height == 21


def test_no_direction_and_a_flat_series():
    assert path(Point(2010, 60), Point(2030, 60), line(2010, 2018, 60, 0)).code == "no_direction"
    flat = path(Point(2010, 60), Point(2030, 20), line(2010, 2018, 60, 0))
    assert (flat.status, flat.trend.arrival_year, flat.trend.arrival_high) == ("behind", None, None)


def test_scatter_without_slope_is_behind_and_open_ended():
    noisy = series(list(range(2010, 2020)), [100, 104, 97, 103, 99, 102, 98, 101, 100, 99])
    found = path(Point(2010, 100), Point(2030, 60), noisy)
    assert found.status == "behind"
    assert found.trend.slope_low < 0 < found.trend.slope_high
    assert found.trend.arrival_high is None
    assert found.trend.arrival_low > 2030


def test_targets_above_the_baseline():
    rising = path(Point(2010, 20), Point(2030, 60), line(2010, 2018, 20, 2.5))
    assert rising.status == "on_track"
    assert path(Point(2010, 20), Point(2030, 60), line(2010, 2018, 20, -1)).status == "reversed"
    assert path(Point(2010, 20), Point(2030, 60), line(2010, 2018, 20, 6)).status == "reached"


def test_zero_as_target_has_no_constant_rate():
    found = path(Point(2010, 100), Point(2050, 0), line(2010, 2018, 100, -3))
    assert found.planned_annual_rate is None
    assert found.required_annual_rate is None
    assert found.corridor["constant_rate"].null_count() == 41
    assert found.status == "on_track"


@pytest.mark.parametrize(
    ("baseline", "target", "options", "words"),
    [
        (Point(2010, 100), Point(2010, 20), {}, "not after the baseline's"),
        (Point(2010, float("nan")), Point(2030, 20), {}, "known, finite value"),
        (Point(2010, 90), Point(2030, 20), {}, "baseline 90 contradicts the observation 100"),
        (Point(2010, 100), Point(2030, 20), {"level": 1}, "level must lie"),
        (Point(2010, 100), Point(2030, 20), {"trend_years": 3}, "trend_years be 5 or more"),
    ],
)
def test_wrong_use(baseline: Point, target: Point, options: dict, words: str):
    with pytest.raises(MethodError, match=words):
        path(baseline, target, line(2010, 2018, 100, -4), **options)


def test_a_repeated_year_is_an_error():
    with pytest.raises(MethodError, match="more than once"):
        path(Point(2010, 100), Point(2030, 20), pl.concat([line(2010, 2018, 100, -4)] * 2))


values = st.lists(st.floats(1, 1000), min_size=1, max_size=15)


@given(values, st.floats(1, 1000), st.floats(1, 1000), st.randoms())
def test_every_outcome_is_a_status_with_a_sentence(numbers: list[float], base: float, goal: float, chance):
    seen = series([2011 + n for n in range(len(numbers))], numbers)
    found = path(Point(2010, base), Point(2030, goal), seen)
    assert found.status in STATUSES
    assert found.code in CODES
    assert "{" not in found.reason
    assert (
        path(
            Point(2010, base), Point(2030, goal), seen.sample(fraction=1, shuffle=True, seed=chance.randint(0, 99))
        ).reason
        == found.reason
    )
    if found.trend and found.trend.arrival_year:
        assert found.trend.arrival_low <= found.trend.arrival_year + 1e-6
        assert found.trend.arrival_high is None or found.trend.arrival_year <= found.trend.arrival_high + 1e-6


@given(values, st.floats(1, 1000), st.floats(1, 1000), st.floats(0.001, 1000))
def test_the_unit_does_not_matter(numbers: list[float], base: float, goal: float, factor: float):
    if abs(base - goal) < 1e-3:
        return
    seen = series([2011 + n for n in range(len(numbers))], numbers)
    scaled = path(Point(2010, base * factor), Point(2030, goal * factor), seen.with_columns(pl.col("value") * factor))
    plain = path(Point(2010, base), Point(2030, goal), seen)
    assert scaled.gap == pytest.approx(plain.gap * factor, rel=1e-6, abs=1e-6)
    assert scaled.required_annual_rate == pytest.approx(plain.required_annual_rate, rel=1e-6, abs=1e-9)


@given(st.floats(10, 1000), st.floats(1, 9), st.integers(5, 15))
def test_budgets_add_up_and_corridors_end_where_they_must(base: float, goal: float, years: int):
    found = path(Point(2010, base), Point(2030, goal), line(2010, 2010 + years, base, -1))
    assert found.budget_used + found.budget_remaining == pytest.approx(found.budget_total)
    for column in ("linear", "constant_rate"):
        assert (found.corridor[column][0], found.corridor[column][-1]) == pytest.approx((base, goal))
    assert (found.corridor["constant_rate"] <= found.corridor["linear"] + 1e-9).all()


def test_the_target_year_itself_is_the_deadline():
    found = path(Point(1990, 100), Point(2000, 50), line(1990, 2000, 100, -4.9))
    assert (found.status, found.code) == ("behind", "deadline_passed")


def test_a_line_past_the_target_arrives_now_and_not_before():
    # The line through the years is below 50 from 2015 on; the last value jumped back above it.
    jumped = series([2010, 2011, 2012, 2013, 2014, 2015, 2016, 2017], [100.0, 90.0, 80.0, 70.0, 55.0, 45.0, 35.0, 51.0])
    trend = path(Point(2010, 100), Point(2030, 50), jumped).trend
    assert (trend.arrival_year, trend.arrival_low) == (2017, 2017)


def test_the_budget_ends_with_the_target_year():
    # Between 2015 and 2025 the line passes 65 in 2020; what came after is not charged to the budget until 2020.
    seen = series([2015, 2025], [80.0, 50.0])
    found = path(Point(2010, 100), Point(2020, 50), seen)
    assert found.budget_total == 750
    assert found.budget_used == pytest.approx((100 + 80) / 2 * 5 + (80 + 65) / 2 * 5)
    assert found.budget_remaining == pytest.approx(750 - found.budget_used)
    assert path(Point(2010, 100), Point(2020, 50), line(2010, 2030, 100, -5)).budget_remaining == pytest.approx(0)


def test_the_trend_is_the_textbooks_least_squares_line():
    years, numbers = np.arange(2008, 2018), np.array(HAMBURG_INDUSTRY[-10:])
    found, line = fit_trend(years, numbers, 3010, -1, 0.95), stats.linregress(years, numbers)
    assert found.slope == pytest.approx(line.slope)
    assert found.slope_high - found.slope == pytest.approx(stats.t.ppf(0.975, 8) * line.stderr)
    assert found.arrival_year == pytest.approx((3010 - line.intercept) / line.slope)
    assert fit_trend(years[::-1], numbers[::-1], 3010, -1, 0.95) == found


@pytest.mark.parametrize(
    ("values", "target", "direction"),
    [
        # The band holds 101 now, leaves it behind on one side and falls back to it in 2038.
        ([103, 101, 103, 98, 100, 99], 101, -1),
        # The whole band lies past 2 now, wide as it is, and falls back to it later.
        ([1, 1, 267, 306, 140], 2, 1),
    ],
)
def test_a_line_that_may_be_flat_and_is_past_the_target_arrives_now(values: list[int], target: int, direction: int):
    found = fit_trend(np.arange(2016 - len(values), 2016), np.array(values), target, direction, 0.9)
    assert found.slope_low < 0 < found.slope_high
    assert (found.arrival_year, found.arrival_low, found.arrival_high) == (2015, 2015, None)


@given(
    st.lists(st.integers(97, 103), min_size=5, max_size=10),
    st.integers(95, 105),
    st.sampled_from([-1.0, 1.0]),
    st.sampled_from([0.5, 0.9, 0.99]),
)
def test_the_arrival_interval_is_where_the_edges_of_the_band_arrive(
    numbers: list[int], target: int, direction: float, level: float
):
    years, values = np.arange(2000, 2000 + len(numbers)), np.array(numbers)
    found = fit_trend(years, values, target, direction, level)
    half, latest = (found.slope_high - found.slope_low) / 2, float(years[-1])
    u = years - years.mean()

    def past(year: np.ndarray | float, edge: int) -> np.ndarray:
        """How far the better (1) or worse (−1) edge of the band lies past the target."""
        distance = np.asarray(year) - years.mean()
        band = half * np.sqrt((u @ u) / len(u) + distance**2)
        return direction * (values.mean() + found.slope * distance - target) + edge * band

    if found.slope * direction < -half:
        assert (found.arrival_low, found.arrival_high) == (None, None)
        return
    ahead = np.arange(latest, latest + 900, 0.25)
    for end, edge in ((found.arrival_low, 1), (found.arrival_high, -1)):
        if end is None:
            assert edge == -1 or (past(ahead, edge) < 1e-6).all()
            continue
        assert (past(ahead[ahead < end], edge) < 1e-6).all()
        assert past(end, edge) > -1e-6 * (1 + half * (end - years.mean()))
    assert (found.arrival_high is None) or found.slope * direction > half - 1e-9


@pytest.mark.parametrize("years", [[2010, 2011], [2010, 2010, 2011], []])
def test_a_trend_needs_three_years(years: list[int]):
    with pytest.raises(MethodError, match="a trend with an interval needs three"):
        fit_trend(np.array(years), np.ones(len(years)), 5.0, -1, 0.9)
