"""Decompositions of a change: no residual, the limits at zero, real plants, the field's own example, edges."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.emissions import chained_lmdi, lmdi, logarithmic_mean, regional_lmdi
from analysis.methods.frames import MethodError

from .figures import SHARED

INPUTS = SHARED / "peers/inputs"
peers = pytest.mark.skipif(not INPUTS.exists(), reason="the packages' data sets are not here")

FACTORS = ["jobs", "share", "per_job"]
# Verified emissions of installations (t CO2e) and persons employed (C, and B-E less C), industry and energy.
PLANTS = {
    ("hamburg", 2013): ((99_900, 12_860), (2_194_626, 1_935_226)),
    ("hamburg", 2017): ((102_490, 13_990), (2_119_150, 7_781_706)),
    ("duesseldorf", 2017): ((36_750, 5_860), (291_403, 1_513_686)),
}


def plants(region: str, year: int) -> pl.DataFrame:
    """sector, jobs in all, the sector's share of them, tonnes per job."""
    jobs, tonnes = (pl.Series(numbers) for numbers in PLANTS[region, year])
    per_job = {"jobs": jobs.sum(), "share": jobs / jobs.sum(), "per_job": tonnes / jobs}
    return pl.DataFrame({"sector": ["industry", "energy"]}).with_columns(**per_job)


def wide(**sectors: list[float | None]) -> pl.DataFrame:
    """sector, x, y[, z]."""
    names = ["x", "y", "z"][: len(next(iter(sectors.values())))]
    rows = [(sector, *values) for sector, values in sectors.items()]
    schema = {"sector": pl.String, **dict.fromkeys(names, pl.Float64)}
    return pl.DataFrame(rows, schema=schema, orient="row")


def effects(table: pl.DataFrame, **filters: str) -> dict[str, float | None]:
    return dict(table.filter(**filters).select("factor", pl.last()).rows())


def aggregate(frame: pl.DataFrame, factors: list[str]) -> float:
    return float(frame.select(pl.reduce(lambda a, b: a * b, pl.col(factors)).sum()).item())


def file(name: str) -> pl.DataFrame:
    return pl.read_csv(INPUTS / name)


# -- known results --------------------------------------------------------------------------------------------------


def test_hamburgs_plants_emit_more_because_of_the_energy_per_job():
    found = effects(lmdi(plants("hamburg", 2013), plants("hamburg", 2017), FACTORS))
    assert {name: round(value, -3) for name, value in found.items()} == {
        "jobs": 206_000,
        "share": 203_000,
        "per_job": 5_362_000,
    }
    assert sum(found.values()) == pytest.approx(9_900_856 - 4_129_852, rel=1e-12)
    by_sector = lmdi(plants("hamburg", 2013), plants("hamburg", 2017), FACTORS, by_sector=True)
    assert by_sector.columns == ["sector", "factor", "effect"]
    assert by_sector["sector"].to_list() == ["energy"] * 3 + ["industry"] * 3
    assert sum(effects(by_sector, sector="energy").values()) == pytest.approx(7_781_706 - 1_935_226, rel=1e-12)
    assert effects(by_sector, sector="industry")["per_job"] < 0
    ratios = lmdi(plants("hamburg", 2013), plants("hamburg", 2017), FACTORS, "multiplicative", by_sector=True)
    assert ratios["ratio"].product() == pytest.approx(9_900_856 / 4_129_852, rel=1e-12)


def test_hamburg_against_duesseldorf():
    a, b = (plants(region, 2017).with_columns(region=pl.lit(region)) for region in ("hamburg", "duesseldorf"))
    found = effects(regional_lmdi(a, b, FACTORS))
    assert sum(found.values()) == pytest.approx(9_900_856 - 1_805_089, rel=1e-12)
    assert (found["jobs"] > 0, found["share"] < 0, found["per_job"] > 0) == (True, True, True)
    ratios = effects(regional_lmdi(a, b, FACTORS, form="multiplicative"))
    assert math.prod(ratios.values()) == pytest.approx(9_900_856 / 1_805_089, rel=1e-12)


def test_one_row_needs_no_name_of_a_sector():
    # Hamburg's balance by consumer (kt), 2008 and 2017: persons employed times emissions per person.
    start = pl.DataFrame({"jobs": [1_114_830], "per_job": [18_324 / 1_114_830]})
    end = pl.DataFrame({"jobs": [1_254_870], "per_job": [16_398 / 1_254_870]})
    mean = (16_398 - 18_324) / math.log(16_398 / 18_324)
    found = effects(lmdi(start, end, ["jobs", "per_job"], by_sector=True))
    assert found["jobs"] == pytest.approx(mean * math.log(1_254_870 / 1_114_830), rel=1e-12)
    assert sum(found.values()) == pytest.approx(16_398 - 18_324)


SIMPLE = {
    (1971, 1972): ((69.79006598, -9.455125793, 39.66505981), (1.761117821, 0.926191306, 1.379410116)),
    (1972, 1973): ((42.96021467, -34.31902656, 50.3588119), (1.229284572, 0.847970248, 1.273773912)),
    (1973, 1974): ((54.01064234, -9.021284671, 54.01064234), (1.208140223, 0.968911503, 1.208140223)),
}


@peers
@pytest.mark.parametrize("years", SIMPLE)
def test_the_example_of_lmdir(years: tuple[int, int]):
    table = file("lmdi_simple_AB.csv").pivot("factor", index=["year", "subcat"], values="value")
    start, end = (table.filter(year=year) for year in years)
    names = ["factor 1", "factor 2", "factor 3"]
    additive, multiplicative = SIMPLE[years]
    assert list(effects(lmdi(start, end, names)).values()) == pytest.approx(additive, rel=1e-9)
    assert list(effects(lmdi(start, end, names, "multiplicative")).values()) == pytest.approx(multiplicative, rel=1e-8)


def by_definition(start: pl.DataFrame, end: pl.DataFrame, factors: list[str], sector: str) -> dict[str, float]:
    """Σ L(v1, v0)·ln(x1/x0), term by term, for numbers above zero."""
    found = dict.fromkeys(factors, 0.0)
    for left in start.iter_rows(named=True):
        right = end.row(by_predicate=pl.col(sector) == left[sector], named=True)
        v0, v1 = (math.prod(row[factor] for factor in factors) for row in (left, right))
        mean = v0 if v0 == v1 else (v1 - v0) / (math.log(v1) - math.log(v0))
        for factor in factors:
            found[factor] += mean * (math.log(right[factor]) - math.log(left[factor]))
    return found


@peers
def test_useful_energy_in_ghana_and_a_panel_of_sectors():
    ghana = file("lmdi_ghana_useful_energy.csv").pivot("factor", index=["year", "subcat"], values="value")
    names = ["EXp.ktoe", "phi_i", "phi_ij", "eta_ij"]
    start, end = ghana.filter(year=2005), ghana.filter(year=2010)
    expected = by_definition(start, end, names, "subcat")
    assert effects(lmdi(start, end.reverse(), names)) == pytest.approx(expected, rel=1e-9)
    panel = file("lmdi_sector_panel.csv").with_columns(
        total=pl.col("activity").sum().over("year"),
        structure=pl.col("activity") / pl.col("activity").sum().over("year"),
        intensity=pl.col("emissions") / pl.col("activity"),
    )
    names = ["total", "structure", "intensity"]
    chain = chained_lmdi(panel, names)
    assert chain.select("start", "end").unique().sort("start").rows() == [(2010, 2015), (2015, 2020)]
    for start, end in ((2010, 2015), (2015, 2020)):
        expected = by_definition(panel.filter(year=start), panel.filter(year=end), names, "sector")
        step = chain.filter(start=start, end=end).drop("start", "end")
        assert effects(step) == pytest.approx(expected, rel=1e-9)


@peers
def test_small_numbers_for_a_missing_row_tend_to_the_limit_and_have_not_arrived():
    ghana = file("lmdi_ghana_useful_energy.csv").pivot("factor", index=["year", "subcat"], values="value")
    names = ["EXp.ktoe", "phi_i", "phi_ij", "eta_ij"]
    start, end = ghana.filter(year=2010), ghana.filter(year=2013)
    with pytest.raises(MethodError, match=r"start has no row for HTH\.600\.C - Electric heaters; a missing row"):
        lmdi(start, end, names)
    limit = lmdi(start, end, names, absent="zero")["effect"].to_numpy()
    gone = end.filter(pl.col("subcat") == "HTH.600.C - Electric heaters")
    distances = []
    for small in (1e-10, 1e-30, 1e-70):
        filled = pl.concat(
            [start, gone.with_columns(pl.lit(2010).cast(pl.Int64).alias("year"), pl.col(names) * 0 + small)]
        )
        distances.append(np.abs(lmdi(filled, end, names)["effect"].to_numpy() - limit).max())
    assert distances[0] > 2 * distances[1] > 4 * distances[2] > 0


# -- the logarithmic mean -------------------------------------------------------------------------------------------


def test_limits_of_the_logarithmic_mean():
    assert logarithmic_mean(np.array([5.0, 5, 0, 0, np.nan]), np.array([5.0, 0, 5, 0, 1]))[:4].tolist() == [5, 0, 0, 0]
    assert math.isnan(logarithmic_mean(np.nan, 1.0))
    assert logarithmic_mean(math.e, 1.0) == pytest.approx(math.e - 1, rel=1e-15)
    # Next to each other the mean is (a + b)/2 to the last digits, where a − b over ln a − ln b has lost most of them.
    for distance in (1e-6, 1e-9, 1e-12, 1e-15):
        assert logarithmic_mean(1e6 * (1 + distance), 1e6) == pytest.approx(1e6 * (1 + distance / 2), rel=1e-12)


@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300))
def test_the_mean_lies_between_the_geometric_and_the_arithmetic(a: float, b: float):
    found = float(logarithmic_mean(a, b))
    assert found == float(logarithmic_mean(b, a))
    assert math.sqrt(a) * math.sqrt(b) * (1 - 1e-12) <= found <= (a / 2 + b / 2) * (1 + 1e-12)


# -- zeros ----------------------------------------------------------------------------------------------------------

# The eight cases of Ang & Liu (2007): first factor at both ends, second factor at both ends, their effects.
CASES = [
    ((0, 3), (5, 5), (15, 0)),
    ((3, 0), (5, 5), (-15, 0)),
    ((3, 4), (0, 5), (0, 20)),
    ((3, 4), (5, 0), (0, -15)),
    ((3, 4), (0, 0), (0, 0)),
    ((0, 0), (5, 6), (0, 0)),
    ((3, 0), (0, 5), (0, 0)),
    ((0, 3), (5, 0), (0, 0)),
]


@pytest.mark.parametrize(("x", "y", "expected"), CASES)
def test_the_cases_with_a_zero(x: tuple, y: tuple, expected: tuple):
    found = lmdi(wide(a=[x[0], y[0]], b=[2, 3]), wide(a=[x[1], y[1]], b=[2, 3]), ["x", "y"])
    assert list(effects(found).values()) == list(expected)


def test_a_sector_that_comes_or_goes_belongs_to_what_was_zero():
    without, present = wide(old=[10, 0, 4], rest=[10, 1, 2]), wide(old=[12, 0.25, 4], rest=[12, 0.75, 2])
    came = lmdi(without, present, ["x", "y", "z"], by_sector=True)
    assert effects(came, sector="old") == {"x": 0, "y": 12, "z": 0}
    went = lmdi(present, without, ["x", "y", "z"], by_sector=True)
    assert effects(went, sector="old") == {"x": 0, "y": -12, "z": 0}
    # In the ratio it is its limit as well: exp(v / L(V1, V0)).
    ratio = effects(lmdi(without, present, ["x", "y", "z"], "multiplicative", by_sector=True), sector="old")
    assert ratio["y"] == pytest.approx(math.exp(12 / ((30 - 20) / math.log(30 / 20))))


def test_several_zeros_share_in_equal_parts():
    found = lmdi(wide(a=[0, 0, 7], b=[1, 1, 1]), wide(a=[3, 4, 7], b=[1, 1, 1]), ["x", "y", "z"])
    assert effects(found) == {"x": 42, "y": 42, "z": 0}


def test_a_missing_row_is_an_error_or_a_zero():
    start, end = wide(steel=[2, 3], glass=[1, 1]), wide(glass=[1, 2], paper=[4, 5])
    with pytest.raises(MethodError, match="start has no row for paper; end has no row for steel; a missing row"):
        lmdi(start, end, ["x", "y"])
    with pytest.raises(MethodError, match="b has no row for paper; a has no row for steel"):
        regional_lmdi(end, start, ["x", "y"])
    found = lmdi(start, end, ["x", "y"], by_sector=True, absent="zero")
    assert effects(found, sector="steel") == {"x": -3, "y": -3}
    assert effects(found, sector="paper") == {"x": 10, "y": 10}


def test_ratios_of_an_aggregate_that_is_zero_are_null():
    something, nothing = wide(a=[2, 3]), wide(a=[0, 3])
    for start, end in ((something, nothing), (nothing, something), (nothing, nothing)):
        assert lmdi(start, end, ["x", "y"], "multiplicative")["ratio"].to_list() == [None, None]
        assert lmdi(start, end, ["x", "y"], "multiplicative", by_sector=True)["ratio"].to_list() == [None, None]
    assert effects(lmdi(something, nothing, ["x", "y"])) == {"x": -6, "y": 0}


# -- nulls, types, names --------------------------------------------------------------------------------------------


def test_a_null_leaves_its_sector_and_the_sums_unknown():
    start, end = wide(a=[2, None], b=[1, 3]), wide(a=[2, 5], b=[2, 3])
    assert lmdi(start, end, ["x", "y"])["effect"].to_list() == [None, None]
    by_sector = lmdi(start, end, ["x", "y"], by_sector=True)
    assert list(effects(by_sector, sector="a").values()) == [None, None]
    assert effects(by_sector, sector="b") == {"x": pytest.approx(3), "y": 0}
    assert lmdi(start, end, ["x", "y"], "multiplicative", by_sector=True)["ratio"].null_count() == 4
    # Whether the sector that came had an intensity of zero before is unknown, and with it the division.
    assert effects(lmdi(wide(a=[0, None]), wide(a=[2, 5]), ["x", "y"])) == {"x": None, "y": None}


def test_a_null_does_not_matter_where_a_sector_is_zero_at_both_ends():
    start, end = wide(none=[0, None], b=[1, 3]), wide(none=[0, None], b=[2, 3])
    assert effects(lmdi(start, end, ["x", "y"])) == {"x": pytest.approx(3), "y": 0}
    assert effects(lmdi(start, end, ["x", "y"], "multiplicative")) == {"x": pytest.approx(2), "y": 1}


def test_large_counts_in_small_integers_do_not_overflow():
    start = pl.DataFrame({"branch": ["C", "D"], "x": [2_000_000_000, 1], "y": [2_000_000_000, 3]})
    end = start.with_columns(pl.col("x", "y") + 7)
    exact = lmdi(start.cast({"x": pl.Float64, "y": pl.Float64}), end, ["x", "y"], by_sector=True)
    small = start.cast({"x": pl.Int32, "y": pl.UInt32}), end.cast({"x": pl.Int32, "y": pl.UInt32})
    assert lmdi(*small, ["x", "y"], by_sector=True).equals(exact)
    assert exact.columns == ["branch", "factor", "effect"]


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum(["a", "b"])])
def test_the_only_column_of_text_names_the_sectors(dtype: pl.DataType):
    start, end = (
        wide(a=[1, 2], b=[x, 3]).rename({"sector": "fuel"}).cast({"fuel": dtype}).with_columns(year=pl.lit(2000 + x))
        for x in (4, 5)
    )
    table = lmdi(start, end, ["x", "y"], by_sector=True)
    assert table["fuel"].to_list() == ["a", "a", "b", "b"]
    with pytest.raises(MethodError, match="no column 'sector' names the sectors"):
        lmdi(start.with_columns(note=pl.lit("x")), end, ["x", "y"])


def test_equal_ends_have_no_effects():
    same = plants("hamburg", 2017)
    assert lmdi(same, same.reverse(), FACTORS)["effect"].to_list() == [0, 0, 0]
    assert lmdi(same, same, FACTORS, "multiplicative")["ratio"].to_list() == [1, 1, 1]


def test_one_factor_is_the_change_itself():
    start, end = wide(a=[2.0], b=[7.5]), wide(a=[3.0], b=[0.0])
    assert effects(lmdi(start, end, ["x"])) == {"x": -6.5}
    assert effects(lmdi(start, end, ["x"], "multiplicative")) == {"x": pytest.approx(3 / 9.5)}


def test_regions_can_be_the_sectors_of_a_change():
    start = pl.DataFrame({"region": ["r", "s"], "year": 2010, "x": [1, 2], "y": [3, 4]})
    end = start.with_columns(pl.lit(2020).alias("year"), pl.col("x") * 2)
    assert lmdi(start, end, ["x", "y"], by_sector=True)["region"].to_list() == ["r", "r", "s", "s"]


@pytest.mark.parametrize(
    ("start", "factors", "options", "words"),
    [
        (wide(a=[-1, 2], b=[1, 1]), ["x", "y"], {}, r"start: \(a, x, -1\) is negative; a logarithm"),
        (wide(a=[math.nan, 2], b=[1, 1]), ["x", "y"], {}, r"start: \(a\) is NaN"),
        (wide(a=[1, 2], b=[1, 1]), ["x", "w"], {}, "column w missing"),
        (wide(a=[1, 2], b=[1, 1]), [], {}, "factors: none"),
        (wide(a=[1, 2], b=[1, 1]), ["x", "x"], {}, "factors: x, x; name each column of the product once"),
        (wide(a=[1, 2], b=[1, 1]), ["x", "y"], {"form": "laspeyres"}, "form 'laspeyres' is unknown"),
        (wide(a=[1, 2], b=[1, 1]), ["x", "y"], {"absent": "skip"}, 'not "skip"'),
        (pl.concat([wide(a=[1, 2])] * 2), ["x", "y"], {}, r"start: \(a\) stand there more than once"),
        (wide(a=[1, 2], b=[1, 1]).drop("sector"), ["x", "y"], {}, "start: no column 'sector' names the sectors"),
        (
            wide(a=[1, 2], b=[1, 1]).rename({"sector": "branch"}),
            ["x", "y"],
            {},
            "start and end name their sectors in different columns: branch, sector",
        ),
        (wide(a=[1e200, 1e200], b=[1, 1]), ["x", "y"], {}, "product in a is beyond the range"),
        (wide(a=[1e-200, 1e-200], b=[1, 1]), ["x", "y"], {}, "product in a is beyond the range"),
        (wide(a=[1e200, 1e200, 0], b=[1, 1, 1]), ["x", "y", "z"], {}, "product in a is beyond the range"),
        (wide(a=[1, 2], b=[1, 1]).with_columns(pl.col("x").cast(pl.String)), ["x", "y"], {}, "column 'x' is String"),
        (wide(a=[1, 2]).clear(), ["x", "y"], {}, "start: no rows"),
    ],
)
def test_wrong_use(start: pl.DataFrame, factors: list[str], options: dict, words: str):
    with pytest.raises(MethodError, match=words):
        lmdi(start, wide(a=[1, 2, 3], b=[1, 1, 1]), factors, **options)


def test_a_chain_needs_years_and_its_steps_add_up():
    years = pl.concat([wide(a=[y, 2 + y], b=[3, 1]).with_columns(year=pl.lit(2000 + y * y)) for y in (0, 1, 2)])
    chain = chained_lmdi(years, ["x", "y"])
    assert chain.columns == ["start", "end", "factor", "effect"]
    assert chain["start"].to_list() == [2000, 2000, 2001, 2001]
    assert chain["effect"].sum() == pytest.approx(8)
    ratios = chained_lmdi(years.reverse(), ["x", "y"], "multiplicative")
    assert ratios["ratio"].product() == pytest.approx(11 / 3)
    with pytest.raises(MethodError, match="years 2001; a change needs two"):
        chained_lmdi(years.filter(year=2001), ["x", "y"])
    with pytest.raises(MethodError, match=r"years None, 2000, 2001, 2004; .* every row its year"):
        chained_lmdi(pl.concat([years, wide(c=[1, 1]).with_columns(year=pl.lit(None, pl.Int32))]), ["x", "y"])


# -- identities -----------------------------------------------------------------------------------------------------

number = st.one_of(st.just(0.0), st.floats(1e-4, 1e6), st.integers(1, 10**9).map(float))
positive = st.floats(1e-4, 1e6)


@st.composite
def ends(draw: st.DrawFn, values: st.SearchStrategy[float] = number) -> tuple[pl.DataFrame, pl.DataFrame, list[str]]:
    """Two frames of the same sectors and factors."""
    sectors, names = draw(st.integers(1, 6)), ["f0", "f1", "f2", "f3"][: draw(st.integers(1, 4))]
    column = st.lists(values, min_size=sectors, max_size=sectors)
    frames = [
        pl.DataFrame({"sector": [f"s{n}" for n in range(sectors)], **{name: draw(column) for name in names}})
        for _ in range(2)
    ]
    return *frames, names


@given(ends())
def test_no_residual(case: tuple):
    start, end, names = case
    v0, v1 = aggregate(start, names), aggregate(end, names)
    table = lmdi(start, end, names)
    assert table["factor"].to_list() == names
    assert table["effect"].sum() == pytest.approx(v1 - v0, abs=1e-10 * max(v0, v1, table["effect"].abs().max()))
    by_sector = lmdi(start, end, names, by_sector=True).group_by("factor").agg(pl.col("effect").sum()).sort("factor")
    assert by_sector["effect"].to_list() == pytest.approx(table["effect"].to_list(), rel=1e-9, abs=1e-9 * max(v0, v1))


@given(ends(), ends(positive))
def test_ratios_agree_with_effects(case: tuple, solid: tuple):
    for start, end, names in (case, solid):
        v0, v1 = aggregate(start, names), aggregate(end, names)
        ratios = lmdi(start, end, names, "multiplicative")["ratio"]
        if v0 == 0 or v1 == 0:
            assert ratios.null_count() == len(names)
            continue
        mean = float(logarithmic_mean(v1, v0))
        assert np.log(ratios.to_numpy()) * mean == pytest.approx(
            lmdi(start, end, names)["effect"].to_numpy(), rel=1e-9, abs=1e-12 * mean
        )
        assert math.log(v1) - math.log(v0) == pytest.approx(ratios.log().sum(), rel=1e-10, abs=1e-10)


@given(ends())
def test_there_and_back_again(case: tuple):
    start, end, names = case
    assert lmdi(end, start, names)["effect"].to_list() == [-effect for effect in lmdi(start, end, names)["effect"]]
    assert regional_lmdi(end, start, names).equals(lmdi(start, end, names))
    assert regional_lmdi(end, start, names, by_sector=True).equals(lmdi(start, end, names, by_sector=True))


@given(ends(), st.randoms())
def test_the_order_of_rows_and_factors_does_not_matter(case: tuple, chance):
    start, end, names = case
    order = chance.sample(range(start.height), start.height)
    table = lmdi(start, end, names)
    assert lmdi(start[order], end.reverse(), names).equals(table)
    turned = effects(lmdi(start, end, names[::-1]))
    v = max(aggregate(start, names), aggregate(end, names))
    assert [turned[name] for name in names] == pytest.approx(table["effect"].to_list(), rel=1e-9, abs=1e-12 * v)


@given(ends(positive), st.floats(1e-3, 1e3))
def test_effects_scale_with_the_unit_and_ratios_do_not(case: tuple, unit: float):
    start, end, names = case
    scaled = [frame.with_columns(pl.col(names[0]) * unit) for frame in (start, end)]
    v = max(aggregate(start, names), aggregate(end, names))
    plain = [effect * unit for effect in lmdi(start, end, names)["effect"]]
    assert lmdi(*scaled, names)["effect"].to_list() == pytest.approx(plain, rel=1e-9, abs=1e-10 * v * unit)
    ratios = lmdi(start, end, names, "multiplicative")["ratio"].to_list()
    assert lmdi(*scaled, names, "multiplicative")["ratio"].to_list() == pytest.approx(ratios, rel=1e-9)


@given(ends())
def test_groups_of_sectors_add_up_to_the_whole(case: tuple):
    start, end, names = case
    first = pl.col("sector") == "s0"
    parts = [lmdi(start.filter(first), end.filter(first), names)]
    if start.height > 1:
        parts.append(lmdi(start.filter(~first), end.filter(~first), names))
    sums = pl.concat(parts).group_by("factor", maintain_order=True).agg(pl.col("effect").sum())["effect"].to_list()
    v = max(aggregate(start, names), aggregate(end, names))
    assert sums == pytest.approx(lmdi(start, end, names)["effect"].to_list(), rel=1e-9, abs=1e-12 * v)


@given(ends(positive), st.integers(0, 3), st.integers(0, 5))
def test_a_zero_is_the_limit_of_small_numbers(case: tuple, at: int, sector: int):
    start, end, names = case
    name, row = names[at % len(names)], f"s{sector % start.height}"
    here = pl.col("sector") == row

    def starting_at(value: float) -> np.ndarray:
        return lmdi(start.with_columns(pl.when(here).then(value).otherwise(name).alias(name)), end, names)[
            "effect"
        ].to_numpy()

    limit = starting_at(0.0)
    near, nearer = (np.abs(starting_at(small) - limit).max() for small in (1e-100, 1e-200))
    # The distance falls with the logarithm of the small number: half of it at its square.
    assert nearer <= 0.75 * near + 1e-9 * np.abs(limit).max()
