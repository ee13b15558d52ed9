"""Shift-share: published results, identities, and branches that come and go."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.growth import shift_share

from .figures import PERSONS_EMPLOYED, panels, persons_employed, with_totals


def row(table: pl.DataFrame, region: str, **filters: object) -> dict:
    return table.filter(region=region, **filters).row(0, named=True)


@pytest.mark.parametrize(
    ("region", "national", "mix", "regional"),
    [
        ("duesseldorf", 40_773, 7_593, -3_465),
        ("hamburg", 93_088, 12_672, 34_290),
        ("rheinisches-revier", 88_380, 1_532, 9_268),
    ],
)
def test_jobs_2008_to_2017(region: str, national: int, mix: int, regional: int):
    found = row(shift_share(persons_employed(), 2008, 2017, "germany"), region)
    assert [round(found[name]) for name in ("national", "mix", "regional")] == [national, mix, regional]
    assert found["change"] == sum(PERSONS_EMPLOYED[region, 2017]) - sum(PERSONS_EMPLOYED[region, 2008])


def test_the_reference_itself_has_no_mix_and_no_regional_effect():
    found = row(shift_share(persons_employed(), 2008, 2017, "germany"), "germany")
    assert (found["mix"], found["regional"]) == pytest.approx((0, 0), abs=1e-6)


def test_a_frame_as_reference_gives_the_same_as_the_region():
    germany = persons_employed().filter(region="germany").drop("region")
    regions = persons_employed().filter(pl.col("region") != "germany")
    expected = shift_share(persons_employed(), 2008, 2017, "germany").filter(pl.col("region") != "germany")
    assert shift_share(regions, 2008, 2017, germany).equals(expected)


def test_text_years_small_integers_and_row_order():
    cells = persons_employed().with_columns(pl.col("year").cast(pl.String), pl.col("value").cast(pl.Int32)).reverse()
    assert shift_share(cells, 2008, 2017, "germany").equals(shift_share(persons_employed(), 2008, 2017, "germany"))


def test_gerfin_against_its_definition():
    found = row(shift_share(persons_employed(), 2008, 2017, "germany", "gerfin"), "hamburg")
    e0, e1 = PERSONS_EMPLOYED["hamburg", 2008], PERSONS_EMPLOYED["hamburg", 2017]
    n0, n1 = PERSONS_EMPLOYED["germany", 2008], PERSONS_EMPLOYED["germany", 2017]
    expected = sum(e * b / a for e, a, b in zip(e0, n0, n1, strict=True))
    assert found["mix"] == pytest.approx(expected / sum(e0) / (sum(n1) / sum(n0)))
    assert found["regional"] == pytest.approx(sum(e1) / expected)


def test_esteban_marquillas_against_its_definition():
    found = row(shift_share(persons_employed(), 2008, 2017, "germany", "esteban_marquillas"), "hamburg")
    e0, e1 = PERSONS_EMPLOYED["hamburg", 2008], PERSONS_EMPLOYED["hamburg", 2017]
    n0, n1 = PERSONS_EMPLOYED["germany", 2008], PERSONS_EMPLOYED["germany", 2017]
    lead = [b / a - d / c for a, b, c, d in zip(e0, e1, n0, n1, strict=True)]
    alike = [sum(e0) * n / sum(n0) for n in n0]
    assert found["regional"] == pytest.approx(sum(h * d for h, d in zip(alike, lead, strict=True)))
    assert found["allocation"] == pytest.approx(sum((e - h) * d for e, h, d in zip(e0, alike, lead, strict=True)))


def test_published_totals_close_the_sum_with_a_residual():
    by_branch = shift_share(with_totals(), 2008, 2017, "germany", by_branch=True)
    assert row(by_branch, "duesseldorf", branch="residual")["change"] == 20
    found = row(shift_share(with_totals(), 2008, 2017, "germany"), "duesseldorf")
    assert found["change"] == 533_190 - 488_270
    assert found["national"] + found["mix"] + found["regional"] == pytest.approx(found["change"])
    assert by_branch.filter(region="duesseldorf")["change"].sum() == pytest.approx(found["change"])


COMING_AND_GOING = pl.DataFrame(
    {
        "region": ["r"] * 8 + ["de"] * 8,
        "branch": ["steady", "new", "gone", "never"] * 4,
        "year": ([2010] * 4 + [2020] * 4) * 2,
        "value": [100, 0, 40, 0, 110, 25, 0, 0, 1000, 10, 400, 50, 1200, 100, 100, 60],
    }
)


def test_branches_that_appear_and_vanish_are_finite_terms_of_their_own():
    table = shift_share(COMING_AND_GOING, 2010, 2020, "de", by_branch=True)
    assert dict(table.filter(region="r").select("branch", "presence").iter_rows()) == {
        "gone": "disappeared",
        "never": "absent",
        "new": "appeared",
        "steady": "both",
    }
    new, gone = row(table, "r", branch="new"), row(table, "r", branch="gone")
    assert (new["national"], new["mix"], new["regional"]) == (0, 0, 25)
    assert gone["regional"] == pytest.approx(-10)  # 40 would have become 10, as in the reference
    assert gone["national"] + gone["mix"] + gone["regional"] == pytest.approx(-40)


def test_a_branch_new_to_the_reference_is_held_against_its_total():
    cells = COMING_AND_GOING.with_columns(
        pl.when((pl.col("region") == "de") & (pl.col("branch") == "gone") & (pl.col("year") == 2010))
        .then(0)
        .otherwise(pl.col("value"))
        .alias("value")
    )
    gone = row(shift_share(cells, 2010, 2020, "de", by_branch=True), "r", branch="gone")
    assert gone["mix"] == pytest.approx(0)
    assert math.isfinite(gone["regional"])
    allocated = shift_share(COMING_AND_GOING, 2010, 2020, "de", "esteban_marquillas", by_branch=True)
    new = row(allocated, "r", branch="new")
    assert (new["regional"], new["allocation"]) == (25, 0)


def test_a_residual_below_zero_in_the_reference_has_no_growth_rate():
    cells = pl.DataFrame(
        {
            "region": ["r", "r", "de", "de"] * 2,
            "branch": ["x", "total"] * 4,
            "year": [2010] * 4 + [2020] * 4,
            "value": [90, 100, 999, 1000, 100, 110, 1210, 1200],
        }
    )
    residual = row(shift_share(cells, 2010, 2020, "de", by_branch=True), "r", branch="residual")
    assert residual["change"] == 0
    assert residual["national"] == pytest.approx(2)
    assert (residual["mix"], residual["regional"]) == pytest.approx((0, -2))


def test_a_branch_that_is_never_there_has_no_effect():
    never = row(shift_share(COMING_AND_GOING, 2010, 2020, "de", by_branch=True), "r", branch="never")
    assert [never[name] for name in ("change", "national", "mix", "regional", "presence")] == [0, 0, 0, 0, "absent"]
    allocated = shift_share(COMING_AND_GOING, 2010, 2020, "de", "esteban_marquillas", by_branch=True)
    assert row(allocated, "r", branch="never")["allocation"] == 0


@pytest.mark.parametrize("form", ["dunn", "esteban_marquillas"])
def test_an_empty_region_gains_and_loses_nothing(form: str):
    cells = COMING_AND_GOING.with_columns(pl.when(pl.col("region") == "r").then(0).otherwise("value").alias("value"))
    found = row(shift_share(cells, 2010, 2020, "de", form), "r")
    assert set(found.values()) == {"r", 0.0}
    factors = row(shift_share(cells, 2010, 2020, "de", "gerfin"), "r")
    assert [factors[name] for name in ("change", "mix", "regional")] == [None, None, None]


def test_one_region_is_its_own_reference():
    found = row(shift_share(persons_employed().filter(region="hamburg"), 2008, 2017), "hamburg")
    assert found["national"] == pytest.approx(found["change"])
    assert (found["mix"], found["regional"]) == pytest.approx((0, 0), abs=1e-9)


def test_one_branch_has_no_mix():
    found = row(shift_share(persons_employed().filter(branch="B-E"), 2008, 2017, "germany"), "hamburg")
    assert found["mix"] == 0
    assert found["regional"] == pytest.approx(116_480 - 114_640 * 8_175 / 8_023)


@pytest.mark.parametrize("kind", [pl.Int32, pl.UInt32, pl.Int64])
def test_large_counts_in_small_integers_do_not_overflow(kind: pl.DataType):
    branches = {"branch": ["x", "y"] * 4, "year": [2010, 2010, 2011, 2011] * 2, "region": ["r"] * 4 + ["de"] * 4}
    counts = [1_500_000_000, 1_600_000_000, 1_650_000_000, 1_600_000_000]
    cells = pl.DataFrame({**branches, "value": [*counts, *(count + 1 for count in counts)]})
    exact = row(shift_share(cells.with_columns(pl.col("value").cast(pl.Float64)), 2010, 2011, "de"), "r")
    found = row(shift_share(cells.with_columns(pl.col("value").cast(kind)), 2010, 2011, "de"), "r")
    assert found == exact
    assert found["change"] == 150_000_000


@pytest.mark.parametrize("form", ["dunn", "gerfin", "esteban_marquillas"])
def test_the_change_needs_nothing_of_the_years_between(form: str):
    cells = pl.DataFrame(
        {
            "region": ["r", "r", "de", "de"] * 3,
            "branch": ["x", "y"] * 6,
            "year": [2010] * 4 + [2011] * 4 + [2012] * 4,
            "value": [10, 20, 100, 200, None, 21, 110, 205, 12, 24, 120, 210],
        }
    )
    found = row(shift_share(cells, 2010, 2012, "de", form, dynamic=True), "r")
    assert found["change"] == (1.2 if form == "gerfin" else 6)
    assert (found["mix"], found["regional"]) == (None, None)


def test_factors_with_a_zero_base_are_null():
    new = row(shift_share(COMING_AND_GOING, 2010, 2020, "de", "gerfin", by_branch=True), "r", branch="new")
    assert (new["change"], new["regional"]) == (None, None)
    assert row(shift_share(COMING_AND_GOING, 2010, 2020, "de", "gerfin"), "r")["change"] == pytest.approx(135 / 140)


def secret(cells: pl.DataFrame, region: str, branch: str) -> pl.DataFrame:
    hidden = (pl.col("region") == region) & (pl.col("branch") == branch) & (pl.col("year") == 2017)
    return cells.with_columns(pl.when(hidden).then(None).otherwise(pl.col("value")).alias("value"))


def test_a_null_cell_makes_null_what_rests_on_it():
    table = shift_share(secret(persons_employed(), "hamburg", "A"), 2008, 2017, "germany")
    assert [row(table, "hamburg")[name] for name in ("change", "regional")] == [None, None]
    assert row(table, "hamburg")["national"] == pytest.approx(93_088, abs=1)
    assert table.filter(pl.col("region") != "hamburg").null_count().sum_horizontal().item() == 0
    by_branch = shift_share(secret(persons_employed(), "hamburg", "A"), 2008, 2017, "germany", by_branch=True)
    hamburg = by_branch.filter(region="hamburg")
    assert hamburg.filter(pl.col("regional").is_null())["branch"].to_list() == ["A"]
    assert row(by_branch, "hamburg", branch="A")["presence"] == "unknown"


def test_a_published_total_saves_the_change_of_a_region_with_a_secret_cell():
    found = row(shift_share(secret(with_totals(), "hamburg", "A"), 2008, 2017, "germany"), "hamburg")
    assert found["change"] == 1_254_870 - 1_114_830
    assert found["national"] == pytest.approx(1_114_830 * (44_248 / 40_838 - 1))
    assert found["regional"] is None


def test_a_null_in_the_reference_spares_what_does_not_need_it():
    table = shift_share(secret(with_totals(), "germany", "A"), 2008, 2017, "germany")
    assert row(table, "hamburg")["national"] is not None
    assert row(table, "hamburg")["mix"] is None
    for form in ("esteban_marquillas", "gerfin"):
        assert (
            row(shift_share(secret(with_totals(), "germany", "A"), 2008, 2017, "germany", form), "hamburg")["mix"]
            is None
        )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": 2008, "end": 2008}, "start 2008 is not before end 2008"),
        ({"start": 2017, "end": 2008}, "start 2017 is not before end 2008"),
        ({"start": 2008, "end": 2016}, "no rows for 2016; it has 2008, 2017"),
        ({"start": 2008, "end": 2017, "dynamic": True}, "no rows for 2009, 2010, 2011"),
        ({"start": 2008, "end": 2017, "form": "arcelus"}, "form 'arcelus' is unknown"),
    ],
)
def test_wrong_use(options: dict, words: str):
    with pytest.raises(MethodError, match=words):
        shift_share(persons_employed(), reference="germany", **options)


def test_an_unknown_reference_is_named():
    with pytest.raises(MethodError, match="reference 'france' is no region of the frame; it has duesseldorf, germany"):
        shift_share(persons_employed(), 2008, 2017, "france")


def test_a_row_without_a_year_is_not_dropped_in_silence():
    unnamed = persons_employed().tail(1).with_columns(year=pl.lit(None, dtype=pl.Int64))
    with pytest.raises(MethodError, match="1 rows have an empty year"):
        shift_share(pl.concat([persons_employed(), unnamed]), 2008, 2017, "germany")


def test_a_reference_without_years_or_without_a_base_is_refused():
    flat = persons_employed().filter(region="germany", year=2017).select("branch", "value")
    with pytest.raises(MethodError, match="reference: column 'year' is missing"):
        shift_share(persons_employed(), 2008, 2017, flat)
    with pytest.raises(MethodError, match="column 'year' is missing"):
        shift_share(persons_employed().drop("year"), 2008, 2017, "germany")
    empty = pl.DataFrame({"region": "r", "branch": "x", "year": [2010, 2011], "value": [0, 5]})
    with pytest.raises(MethodError, match="nothing there in 2010"):
        shift_share(empty, 2010, 2011)


def base_of(cells: pl.DataFrame, year: int) -> int:
    return cells.filter(year=year)["value"].sum()


FOUR_YEARS = panels(years=(2010, 2011, 2012, 2013))
OPTIONS = {"dynamic": st.booleans(), "by_branch": st.booleans()}


@given(FOUR_YEARS, st.sampled_from(["dunn", "esteban_marquillas"]), st.fixed_dictionaries(OPTIONS))
def test_effects_add_up_to_the_change(cells: pl.DataFrame, form: str, options: dict):
    assume(all(base_of(cells, year) for year in (2010, 2011, 2012)))
    table = shift_share(cells, 2010, 2013, form=form, **options)
    effects = table.select({"national", "mix", "regional", "allocation"} & set(table.columns))
    # Where a branch is rare here and common in the reference, two huge effects cancel to a small change.
    noise = 1e-12 * (1 + effects.select(pl.max_horizontal(pl.all().abs())).to_series().max())
    assert effects.sum_horizontal().to_list() == pytest.approx(table["change"].to_list(), rel=1e-9, abs=noise)
    assert table.select(pl.col(pl.Float64).is_finite().all()).to_numpy().all()


@given(panels(years=(2010, 2011, 2012, 2013), least=1), st.fixed_dictionaries(OPTIONS))
def test_factors_multiply_to_the_change(cells: pl.DataFrame, options: dict):
    table = shift_share(cells, 2010, 2013, form="gerfin", **options)
    product = (table["national"] * table["mix"] * table["regional"]).to_list()
    assert product == pytest.approx(table["change"].to_list())


@given(panels(years=(2010, 2011, 2012, 2013), least=1), st.sampled_from(["dunn", "gerfin", "esteban_marquillas"]))
def test_dynamic_and_static_explain_the_same_change(cells: pl.DataFrame, form: str):
    static = shift_share(cells, 2010, 2013, form=form)
    dynamic = shift_share(cells, 2010, 2013, form=form, dynamic=True)
    assert dynamic["change"].equals(static["change"])


@given(panels(years=(2010, 2011, 2012, 2013), least=1))
def test_the_dynamic_form_is_the_yearly_ones_chained(cells: pl.DataFrame):
    for form, combine in (("dunn", np.sum), ("gerfin", np.prod)):
        names = ["national", "mix", "regional"]
        yearly = [shift_share(cells, year, year + 1, form=form).select(names).to_numpy() for year in range(2010, 2013)]
        found = shift_share(cells, 2010, 2013, form=form, dynamic=True).select(names).to_numpy()
        assert found == pytest.approx(combine(yearly, axis=0))


@given(panels(least=1))
def test_rows_and_other_regions_do_not_matter(cells: pl.DataFrame):
    reference = cells.group_by("branch", "year").agg(pl.col("value").sum())
    table = shift_share(cells, 2010, 2015, reference)
    assert shift_share(cells.reverse(), 2010, 2015, reference).equals(table)
    alone = shift_share(cells.filter(region="r0"), 2010, 2015, reference)
    assert alone.equals(table.filter(region="r0"))


@given(panels(least=1), st.integers(2, 500))
def test_effects_scale_with_the_unit(cells: pl.DataFrame, factor: int):
    plain = shift_share(cells, 2010, 2015)
    scaled = shift_share(cells.with_columns(pl.col("value") * factor), 2010, 2015)
    for name in ("change", "national", "mix", "regional"):
        assert scaled[name].to_list() == pytest.approx([value * factor for value in plain[name]], rel=1e-9, abs=1e-3)


@given(panels(least=1))
def test_regional_effects_cancel_over_all_regions(cells: pl.DataFrame):
    table = shift_share(cells, 2010, 2015)
    assert table["mix"].sum() == pytest.approx(0, abs=1e-3)
    assert table["regional"].sum() == pytest.approx(0, abs=1e-3)
