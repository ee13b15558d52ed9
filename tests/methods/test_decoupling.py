"""Decoupling: real balances, the eight classes and their borders, and what has no elasticity."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.decoupling import CLASSES
from analysis.methods.emissions import decoupling
from analysis.methods.frames import MethodError

# kt CO2 by the cities' own balances, persons employed, and gross value added in current prices (million euro).
CO2 = {
    "hamburg": {1990: 20_705, 2008: 18_324, 2010: 18_850, 2012: 18_578, 2014: 17_407, 2016: 16_743, 2017: 16_398},
    "duesseldorf": {2007: 5_606, 2010: 4_880, 2012: 4_841, 2014: 4_641, 2016: 4_215},
}
JOBS = {
    "hamburg": {
        **{2008: 1_114_830, 2010: 1_140_390, 2012: 1_178_110, 2014: 1_202_300},
        **{2016: 1_234_880, 2017: 1_254_870},
    },
    "duesseldorf": {2008: 488_270, 2010: 491_880, 2012: 501_190, 2014: 509_410, 2016: 526_890, 2017: 533_190},
}
TRAFFIC = {"hamburg": {2008: 4_227, 2017: 4_641}}
VALUE_ADDED = {"hamburg": {2008: 85_596.843, 2017: 104_922.865}}


def cells(figures: dict[str, dict[int, float | None]]) -> pl.DataFrame:
    rows = [(region, year, value) for region, values in figures.items() for year, value in values.items()]
    return pl.DataFrame(rows, schema={"region": pl.String, "year": pl.Int64, "value": pl.Float64}, orient="row")


def of(first: float | None, last: float | None) -> pl.DataFrame:
    """A series of two years, without a region."""
    return pl.DataFrame({"year": [2010, 2020], "value": pl.Series([first, last], dtype=pl.Float64)})


def test_both_cities_emit_less_with_more_jobs():
    table = decoupling(cells(CO2), cells(JOBS))
    assert table.columns == [
        *("region", "start", "end", "emissions_growth", "output_growth", "elasticity", "class", "reason")
    ]
    assert table.select("region", "start", "end", "class", "reason").rows() == [
        ("duesseldorf", 2010, 2016, "strong_decoupling", None),
        ("hamburg", 2008, 2017, "strong_decoupling", None),
    ]
    hamburg = table.row(1, named=True)
    assert hamburg["emissions_growth"] == pytest.approx(16_398 / 18_324 - 1)
    assert hamburg["elasticity"] == pytest.approx((16_398 / 18_324 - 1) / (1_254_870 / 1_114_830 - 1))


def test_hamburgs_traffic_grows_more_slowly_and_the_measure_of_output_matters():
    by_jobs = decoupling(cells(TRAFFIC), cells({"hamburg": JOBS["hamburg"]})).row(0, named=True)
    by_value = decoupling(cells(TRAFFIC), cells(VALUE_ADDED)).row(0, named=True)
    assert (by_jobs["class"], by_value["class"]) == ("weak_decoupling", "weak_decoupling")
    assert by_jobs["elasticity"] == pytest.approx(0.7797, abs=1e-4)
    assert by_value["elasticity"] == pytest.approx(0.4338, abs=1e-4)


def test_years_that_were_asked_for_and_neighbouring_ones():
    table = decoupling(cells(CO2), cells(JOBS), 2010, 2014)
    assert table.select("start", "end").unique().rows() == [(2010, 2014)]
    steps = decoupling(cells(CO2), cells(JOBS), start=2010, dynamic=True)
    assert steps.filter(region="hamburg").select("start", "end").rows() == [
        *((2010, 2012), (2012, 2014), (2014, 2016), (2016, 2017))
    ]
    assert steps.filter(region="duesseldorf", start=2012).equals(
        decoupling(cells(CO2), cells(JOBS), 2012, 2014).filter(region="duesseldorf")
    )


@pytest.mark.parametrize(
    ("emissions", "output", "elasticity", "name"),
    [
        ((100, 90), (100, 110), -1.0, "strong_decoupling"),
        ((100, 100), (100, 110), 0.0, "weak_decoupling"),
        ((100, 105), (100, 110), 0.5, "weak_decoupling"),
        ((1000, 1079), (100, 110), 0.79, "weak_decoupling"),
        ((100, 108), (100, 110), 0.8, "expansive_coupling"),
        ((100, 112), (100, 110), 1.2, "expansive_coupling"),
        ((50, 296), (10, 51), 1.2, "expansive_coupling"),
        ((1000, 1121), (100, 110), 1.21, "expansive_negative_decoupling"),
        ((100, 110), (100, 90), -1.0, "strong_negative_decoupling"),
        ((100, 100), (100, 90), 0.0, "weak_negative_decoupling"),
        ((100, 95), (100, 90), 0.5, "weak_negative_decoupling"),
        ((100, 92), (100, 90), 0.8, "recessive_coupling"),
        ((100, 88), (100, 90), 1.2, "recessive_coupling"),
        ((1000, 879), (100, 90), 1.21, "recessive_decoupling"),
        ((100, 0), (100, 50), 2.0, "recessive_decoupling"),
    ],
)
def test_the_eight_classes_and_their_borders(emissions: tuple, output: tuple, elasticity: float, name: str):
    found = decoupling(of(*emissions), of(*output)).row(0, named=True)
    assert found["elasticity"] == pytest.approx(elasticity)
    assert (found["class"], found["reason"]) == (name, None)


@pytest.mark.parametrize(
    ("emissions", "output", "reason"),
    [
        ((None, 5), (1, 2), "emissions unknown"),
        ((4, None), (None, 2), "emissions unknown"),
        ((4, 5), (1, None), "output unknown"),
        ((0, 5), (1, 2), "emissions zero at start"),
        ((0, 0), (0, 2), "emissions zero at start"),
        ((4, 5), (0, 2), "output zero at start"),
        ((4, 5), (2, 2), "output unchanged"),
    ],
)
def test_what_has_no_elasticity_says_why(emissions: tuple, output: tuple, reason: str):
    found = decoupling(of(*emissions), of(*output)).row(0, named=True)
    assert (found["elasticity"], found["class"], found["reason"]) == (None, "not_determinable", reason)
    for name, (first, last) in (("emissions", emissions), ("output", output)):
        assert (found[f"{name}_growth"] is None) == (first in (None, 0) or last is None)


def test_branches_are_units_of_their_own():
    emissions = pl.DataFrame({"branch": ["C", "C", "D", "D"], "year": [2010, 2020] * 2, "value": [10, 12, 8, 4]})
    output = emissions.with_columns(pl.Series("value", [100, 110, 100, 150]))
    table = decoupling(emissions, output)
    assert table.select("branch", "class").rows() == [
        ("C", "expansive_negative_decoupling"),
        ("D", "strong_decoupling"),
    ]
    assert "region" not in table.columns


HAMBURG = cells({"hamburg": CO2["hamburg"]})


@pytest.mark.parametrize(
    ("emissions", "output", "options", "words"),
    [
        (cells(CO2), cells(JOBS), {"start": 2014, "end": 2014}, "start 2014 is not before end 2014"),
        (cells(CO2), cells(JOBS), {"start": 2007}, "duesseldorf, hamburg has not both of 2007"),
        (cells(CO2), cells(JOBS), {"end": 2017}, "duesseldorf has not both of 2017"),
        (cells(CO2), cells(JOBS), {"start": 2016}, "fewer than two common years for duesseldorf"),
        (cells(CO2), cells({"hamburg": JOBS["hamburg"]}), {}, "output: no row for duesseldorf"),
        (HAMBURG, cells(JOBS), {}, "emissions: no row for duesseldorf"),
        (HAMBURG, cells({"hamburg": {2000: 1, 2001: 2}}), {}, "fewer than two common years for hamburg"),
        (HAMBURG, of(1, 2), {}, "only one of them has a column 'region'"),
        (of(1, 2), of(1, 2).with_columns(branch=pl.lit("C")), {}, "only one of them has a column 'branch'"),
        (of(1, 2).drop("year"), of(1, 2), {}, "emissions: column 'year' is missing"),
        (of(1, 2), of(-1, 2), {}, r"output: \(all, 2010, -1.0\) is negative"),
        (of(1, 2), of(1, float("nan")), {}, r"output: \(all, 2020\) is NaN"),
        (pl.concat([HAMBURG, HAMBURG]), HAMBURG, {}, "stand there more than once"),
    ],
)
def test_wrong_use(emissions: pl.DataFrame, output: pl.DataFrame, options: dict, words: str):
    with pytest.raises(MethodError, match=words):
        decoupling(emissions, output, **options)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Emissions and output of up to four regions in three years."""
    units = [(f"r{n}", year) for n in range(draw(st.integers(1, 4))) for year in (2010, 2013, 2020)]
    value = st.lists(st.one_of(st.none(), st.integers(0, 2_000_000_000)), min_size=len(units), max_size=len(units))
    schema = {"region": pl.String, "year": pl.Int64, "value": pl.UInt32}
    return tuple(
        pl.DataFrame([(*unit, x) for unit, x in zip(units, draw(value), strict=True)], schema=schema, orient="row")
        for _ in range(2)
    )


@given(pairs(), st.booleans(), st.integers(2, 1000))
def test_every_row_has_a_class_and_order_unit_and_neighbours_do_not_matter(case: tuple, dynamic: bool, unit: int):
    emissions, output = case
    table = decoupling(emissions, output, dynamic=dynamic)
    assert table.height == emissions["region"].n_unique() * (2 if dynamic else 1)
    assert table["class"].is_in(CLASSES).all()
    assert (table["elasticity"].is_null() == table["reason"].is_not_null()).all()
    assert table["elasticity"].drop_nulls().is_finite().all()
    assert decoupling(emissions.reverse(), output.reverse(), dynamic=dynamic).equals(table)
    alone = decoupling(*(frame.filter(region="r0") for frame in case), dynamic=dynamic)
    assert alone.equals(table.filter(region="r0"))
    scaled = decoupling(emissions.with_columns(pl.col("value").cast(pl.Float64) * unit), output, dynamic=dynamic)
    assert scaled["class"].to_list() == table["class"].to_list()


@given(pairs())
def test_emissions_that_follow_output_are_coupled(case: tuple):
    output = case[1]
    table = decoupling(output.with_columns(pl.col("value").cast(pl.Float64) * 3), output)
    named = table.filter(pl.col("elasticity").is_not_null())
    assert named["elasticity"].to_list() == pytest.approx([1.0] * named.height)
    assert named["class"].is_in(["expansive_coupling", "recessive_coupling"]).all()
