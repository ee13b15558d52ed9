"""Convergence: figures of the German districts, a known process, and panels with gaps."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.growth import Convergence, convergence

from .figures import SHARED

COUNTIES = SHARED / "peers/inputs/german_counties_gdp_1992_2014.csv"
needs_counties = pytest.mark.skipif(not COUNTIES.exists(), reason="the packages' data sets are not here")


def counties() -> pl.DataFrame:
    """GDP per head of 402 districts, with a dummy for the West."""
    wide = pl.read_csv(
        COUNTIES, null_values="NA", schema_overrides={"region_code": pl.String}, infer_schema_length=None
    )
    long = wide.unpivot([name for name in wide.columns if name.startswith("gdppc")], index=["region_code", "regional"])
    year = pl.col("variable").str.strip_prefix("gdppc").cast(pl.Int64)
    return long.select("value", region="region_code", year=year, west=(pl.col("regional") == "West").cast(pl.Int8))


def panel(values: dict[str, list], years: tuple[int, ...] = (2000, 2010)) -> pl.DataFrame:
    rows = [(name, year, value) for name, series in values.items() for year, value in zip(years, series, strict=True)]
    return pl.DataFrame(rows, schema={"region": pl.String, "year": pl.Int64, "value": pl.Float64}, orient="row")


@needs_counties
@pytest.mark.parametrize(
    ("years", "alpha", "beta", "error", "r_squared", "speed"),
    [
        ((2010, 2011), 0.1324534601433, -0.0080705329806, 0.0044901364179, 0.0080118325200, 0.0081032760201),
        # For more than a year REAT's speed is −ln(1+β)/T, here 0.0052 instead of 0.0105.
        ((2010, 2012), 0.1407533190001, -0.0104234603092, 0.0028245306300, 0.0329254133668, 0.0105336428351),
        ((2000, 2014), 0.0954563781470, -0.0071322648536, 0.0009884787507, 0.1151654783230, 0.0075139828776),
    ],
)
def test_german_districts(years: tuple, alpha: float, beta: float, error: float, r_squared: float, speed: float):
    found = convergence(counties().filter(pl.col("year").is_in(years))).beta.row(0, named=True)
    assert (found["model"], found["start"], found["end"], found["regions"]) == ("absolute", *years, 402)
    names = ("alpha", "beta", "standard_error", "r_squared", "lambda")
    assert [found[name] for name in names] == pytest.approx([alpha, beta, error, r_squared, speed], abs=1e-11)
    assert found["half_life"] == pytest.approx(math.log(2) / speed)


@needs_counties
def test_german_districts_east_and_west_apart():
    table = convergence(counties().filter(pl.col("year").is_in([2000, 2014])), "west").beta
    assert table["model"].to_list() == ["absolute", "conditional"]
    assert table["coefficient_west"][0] is None
    found = table.filter(model="conditional").row(0, named=True)
    names = ("alpha", "beta", "standard_error", "coefficient_west", "standard_error_west", "r_squared")
    expected = [0.0754412166375, -0.0047020092806, 0.0010517249804, -0.0053559272514, 0.0009745028166, 0.1774383246824]
    assert [found[name] for name in names] == pytest.approx(expected, abs=1e-11)


@needs_counties
def test_the_spread_of_german_districts_and_its_trend():
    found = convergence(counties().filter(pl.col("year") >= 2010))
    assert found.sigma["year"].to_list() == [2010, 2011, 2012, 2013, 2014]
    sd_log = [0.34977739559, 0.34837347435, 0.34475801679, 0.34206991998, 0.34337769652]
    assert found.sigma["sd_log"].to_list() == pytest.approx(sd_log, abs=1e-10)
    cv = [0.43114986544, 0.43776478216, 0.43701498469, 0.43849461126, 0.43716681069]
    assert found.sigma["cv"].to_list() == pytest.approx(cv, abs=1e-10)
    trend = found.trend.select("measure", "slope", "standard_error", "r_squared").rows()
    assert [name for name, *_ in trend] == ["sd_log", "cv"]
    assert trend[0][1:] == pytest.approx((-0.0019102952501, 0.0004737836684, 0.8442126193548), abs=1e-11)
    assert trend[1][1:] == pytest.approx((0.0012763719604, 0.0007843350316, 0.4688576235570), abs=1e-11)


@needs_counties
def test_districts_with_gaps_are_refused_or_left_out_and_counted():
    with pytest.raises(MethodError, match=r"\(03101, 1992\), .* and 407 more without a value above zero"):
        convergence(counties())
    found = convergence(counties(), gaps="exclude")
    assert found.beta.select("start", "end", "regions", "excluded").row(0) == (1992, 2014, 328, 74)
    assert found.sigma["regions"].unique().to_list() == [328]
    assert found.excluded[:2] == ("03101", "03102")


def test_t_and_p_against_the_library_s_regression():
    from scipy import stats

    cells = panel({"a": [10, 13], "b": [14, 17], "c": [20, 22], "d": [31, 37], "e": [40, 44]})
    found = convergence(cells).beta.row(0, named=True)
    wide = cells.pivot("year", index="region", values="value")
    start = np.log(wide["2000"].to_numpy())
    expected = stats.linregress(start, (np.log(wide["2010"].to_numpy()) - start) / 10)
    assert (found["beta"], found["alpha"]) == pytest.approx((expected.slope, expected.intercept))
    assert (found["standard_error"], found["p_value"]) == pytest.approx((expected.stderr, expected.pvalue))
    assert found["t_value"] == pytest.approx(expected.slope / expected.stderr)
    inside = 1 + 10 * expected.slope
    assert found["lambda_standard_error"] == pytest.approx(expected.stderr / inside)


@given(st.floats(0.005, 0.3), st.integers(1, 40), st.lists(st.floats(1, 1e6), min_size=3, max_size=8, unique=True))
def test_regions_on_the_way_to_one_level_show_their_speed(speed: float, span: int, start: list[float]):
    assume(max(start) / min(start) > 1.1)
    # ln y moves to its goal by the share 1 − e^(−λT): the process λ is defined by.
    end = [math.exp(8 + (math.log(value) - 8) * math.exp(-speed * span)) for value in start]
    assume(speed * span < 12)
    cells = panel({f"r{at}": list(pair) for at, pair in enumerate(zip(start, end, strict=True))}, (2000, 2000 + span))
    found = convergence(cells)
    assert found.beta["lambda"].item() == pytest.approx(speed, rel=1e-4)
    assert found.beta["half_life"].item() == pytest.approx(math.log(2) / speed, rel=1e-4)
    assert found.sigma["sd_log"][1] == pytest.approx(found.sigma["sd_log"][0] * math.exp(-speed * span), rel=1e-4)


def test_regions_that_drift_apart_have_a_negative_speed_and_no_half_life():
    found = convergence(panel({"a": [10, 10], "b": [20, 25], "c": [40, 60]})).beta.row(0, named=True)
    assert found["beta"] > 0
    assert found["lambda"] < 0
    assert found["half_life"] is None


def test_regions_that_change_places_have_no_speed():
    found = convergence(panel({"a": [10, 40], "b": [20, 21], "c": [40, 10]})).beta.row(0, named=True)
    assert found["beta"] * 10 < -1
    assert [found[name] for name in ("lambda", "lambda_standard_error", "half_life")] == [None, None, None]


def test_a_perfect_fit_and_two_years_leave_nothing_to_test():
    found = convergence(panel({"a": [1, 2], "b": [4, 4], "c": [16, 8]}))
    beta = found.beta.row(0, named=True)
    assert (beta["standard_error"], beta["t_value"], beta["p_value"]) == (0, None, None)
    assert beta["r_squared"] == pytest.approx(1)
    assert found.trend["slope"].to_list()[0] == pytest.approx(-math.log(2) * math.sqrt(2 / 3) / 10)
    assert found.trend.select("standard_error", "t_value", "p_value").rows() == [(None, None, None)] * 2


@pytest.mark.parametrize("gap", [None, 0.0])
def test_a_null_and_a_zero_are_gaps(gap: float | None):
    cells = panel({"a": [1, 2], "b": [4, 5], "c": [16, 17], "d": [3, gap]})
    with pytest.raises(MethodError, match=r'panel: \(d, 2010\) without a value above zero; gaps="exclude"'):
        convergence(cells)
    found = convergence(cells, gaps="exclude")
    assert found.excluded == ("d",)
    complete = convergence(cells.filter(pl.col("region") != "d"))
    assert found.beta.drop("excluded").equals(complete.beta.drop("excluded"))
    missing_row = cells.filter((pl.col("region") != "d") | (pl.col("year") == 2000))
    assert convergence(missing_row, gaps="exclude").excluded == ("d",)


def test_wrong_panels():
    three = {"a": [1, 2], "b": [4, 5], "c": [16, 17]}
    cells = panel(three).with_columns(east=pl.lit(1), half=pl.col("value") * 0.5, name=pl.lit("x"))

    def fails(words: str, frame: pl.DataFrame, *conditions: str, **options: str) -> None:
        with pytest.raises(MethodError, match=words):
            convergence(frame, conditions, **options)

    fails("only the year 2000; convergence needs two", cells.filter(year=2000))
    fails("1 regions for 2 coefficients", cells.filter(region="a"))
    fails("first year's values the same in all regions", panel({"a": [3, 2], "b": [3, 5], "c": [3, 17]}))
    fails("every region has a gap", panel({"a": [3, None], "b": [0, 5]}), gaps="exclude")
    fails('gaps is "error" or "exclude", not "drop"', cells, gaps="drop")
    fails("conditions: name, south no number column", cells, "name", "south")
    fails("east the same in all regions", cells, "east")
    twice = cells.with_columns(start=pl.col("value").log(), d=pl.lit(0))
    fails("3 regions for 4 coefficients", twice, "start", "half")
    fails("is determined by the others", twice, "start")
    fails(r"\(a, 2000\) stand there more than once", pl.concat([cells, cells.head(1)]))
    fails(r"\(a, 2000, -1.0\) is negative", panel({**three, "a": [-1, 2]}))
    hole = cells.with_columns(east=pl.when(pl.col("region") == "b").then(None).otherwise(pl.col("value")))
    fails("conditions: b without a number in 2000", hole, "east")


@given(st.lists(st.tuples(*[st.integers(1, 10**6)] * 3), min_size=4, max_size=12, unique_by=lambda row: row[0]))
def test_order_unit_and_type_of_the_numbers_do_not_matter(rows: list[tuple]):
    cells = panel({f"r{at}": list(row) for at, row in enumerate(rows)}, (2000, 2001, 2004))
    found = convergence(cells)
    assert isinstance(found, Convergence)
    turned = convergence(cells.reverse().with_columns(pl.col("year").cast(pl.String), pl.col("value").cast(pl.Int32)))
    for name in ("beta", "sigma", "trend"):
        assert getattr(turned, name).equals(getattr(found, name))
    scaled = convergence(cells.with_columns(pl.col("value") * 8))
    assert scaled.sigma["cv"].to_list() == pytest.approx(found.sigma["cv"].to_list())
    assert scaled.sigma["sd_log"].to_list() == pytest.approx(found.sigma["sd_log"].to_list(), abs=1e-12)
    assert scaled.beta["beta"].item() == pytest.approx(found.beta["beta"].item(), rel=1e-6, abs=1e-12)
