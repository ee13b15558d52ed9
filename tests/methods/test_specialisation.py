"""Location quotients and indices of specialisation: known results, bounds, invariances, edges."""

import math

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.specialisation import location_quotient, specialisation

from .figures import DUESSELDORF_2019, panels, persons_employed, with_totals

INDICES = (
    "krugman",
    "herfindahl",
    "hoover",
    "gini",
    "locational_gini",
    "theil_t",
    "mean_log_deviation",
    "entropy",
    "hachman",
)


def one(frame: pl.DataFrame, region: str, column: str, **filters: object) -> float | None:
    return frame.filter(region=region, **filters)[column].item()


def test_industry_in_2017_against_germany():
    quotients = location_quotient(persons_employed(), "germany").filter(branch="B-E", year=2017)
    found = {row["region"]: round(row["lq"], 2) for row in quotients.iter_rows(named=True)}
    assert found == {"duesseldorf": 0.43, "hamburg": 0.50, "rheinisches-revier": 0.87, "germany": 1.0}


def test_the_frame_keeps_its_rows_columns_and_types():
    cells = persons_employed().with_columns(pl.lit("x").alias("note")).reverse()
    quotients = location_quotient(cells, "germany")
    assert quotients.drop("lq").equals(cells)


def test_a_published_total_is_the_denominator_and_lets_codes_overlap():
    cells = pl.DataFrame(
        {
            "region": ["r", "r", "r", "de", "de", "de"],
            "branch": ["B-E", "C", "total"] * 2,
            "value": [None, 34_588, 424_470, 7_558_544, 7_002_381, 33_407_262],
        }
    )
    quotients = location_quotient(cells, "de")
    assert one(quotients, "r", "lq", branch="B-E") is None
    assert one(quotients, "r", "lq", branch="C") == pytest.approx(34_588 / 424_470 / (7_002_381 / 33_407_262))
    assert one(quotients, "r", "lq", branch="total") == 1
    with pytest.raises(MethodError, match="B-E and C overlap"):
        location_quotient(cells.filter(pl.col("branch") != "total"), "de")
    with pytest.raises(MethodError, match="B-E and C overlap"):
        specialisation(cells, "de")


def test_a_null_cell_without_a_total_leaves_the_region_unknown_and_only_it():
    cells = persons_employed().filter(year=2017)
    secret = pl.when((pl.col("region") == "hamburg") & (pl.col("branch") == "A")).then(None)
    cells = cells.with_columns(secret.otherwise(pl.col("value")).alias("value"))
    quotients = location_quotient(cells, "germany")
    assert quotients.filter(region="hamburg")["lq"].null_count() == 6
    assert quotients.filter(pl.col("region") != "hamburg")["lq"].null_count() == 0
    indices = specialisation(cells, "germany")
    assert all(one(indices, "hamburg", name) is None for name in INDICES)
    assert indices.filter(pl.col("region") != "hamburg").null_count().sum_horizontal().item() == 0


def test_difference_and_standardised_forms():
    cells = persons_employed().filter(year=2017)
    difference = location_quotient(cells, "germany", "difference")
    assert difference.filter(region="hamburg")["lq"].sum() == pytest.approx(0)
    ratios = location_quotient(cells, "germany").filter((pl.col("branch") == "B-E") & (pl.col("region") != "germany"))
    z = location_quotient(cells, "germany", "standardised").filter(branch="B-E")
    mean, deviation = ratios["lq"].mean(), ratios["lq"].std()
    assert one(z, "hamburg", "lq") == pytest.approx((0.50241 - mean) / deviation, rel=1e-4)
    assert one(z, "germany", "lq") == pytest.approx((1 - mean) / deviation)
    assert z.filter(pl.col("region") != "germany")["lq"].sum() == pytest.approx(0)
    logs = location_quotient(cells, "germany", "log_standardised").filter(branch="B-E")
    assert one(logs, "hamburg", "lq") == pytest.approx(
        (math.log(0.50241) - ratios["lq"].log().mean()) / ratios["lq"].log().std(), rel=1e-4
    )


def test_z_is_null_where_all_are_alike_and_the_log_of_zero_too():
    same = pl.DataFrame({"region": ["a", "a", "b", "b"], "branch": ["x", "y"] * 2, "value": [1, 2, 10, 20]})
    assert location_quotient(same, form="standardised")["lq"].null_count() == 4
    none = pl.DataFrame(
        {"region": ["a", "a", "b", "b", "c", "c"], "branch": ["x", "y"] * 3, "value": [0, 2, 10, 20, 5, 1]}
    )
    logs = location_quotient(none, form="log_standardised")
    assert one(logs, "a", "lq", branch="x") is None
    assert one(logs, "b", "lq", branch="x") is not None


def test_unknown_form_and_reference():
    with pytest.raises(MethodError, match="form 'og' is unknown"):
        location_quotient(persons_employed(), form="og")
    with pytest.raises(MethodError, match="'bund' is no region"):
        specialisation(persons_employed(), "bund")


def test_large_counts_in_small_integers_do_not_overflow():
    cells = persons_employed().with_columns((pl.col("value") * 50).cast(pl.UInt32))
    exact = location_quotient(persons_employed(), "germany")["lq"]
    assert location_quotient(cells, "germany")["lq"].to_list() == pytest.approx(exact.to_list())


def test_hand_calculated_indices():
    cells = pl.DataFrame({"region": "r", "branch": ["x", "y"], "value": [3, 1]})
    row = specialisation(cells, pl.DataFrame({"branch": ["x", "y"], "value": [1, 1]})).row(0, named=True)
    assert row["krugman"] == pytest.approx(0.5)
    assert row["hoover"] == pytest.approx(0.25)
    assert row["herfindahl"] == pytest.approx(0.625)
    # LQs 0.5 and 1.5: mean absolute difference 0.5 over twice the mean.
    assert row["gini"] == pytest.approx(0.25)
    # Lorenz curve through (0.5, 0.25): area 0.5 − 0.375.
    assert row["locational_gini"] == pytest.approx(0.125)
    assert row["theil_t"] == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))
    assert row["mean_log_deviation"] == pytest.approx(0.5 * math.log(1 / 1.5) + 0.5 * math.log(2))
    assert row["entropy"] == pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25)))
    assert row["hachman"] == pytest.approx(1 / (0.75 * 1.5 + 0.25 * 0.5))


def test_branches_that_one_side_lacks():
    lacks = pl.DataFrame({"region": "r", "branch": ["x", "y"], "value": [4, 0]})
    even = pl.DataFrame({"branch": ["x", "y"], "value": [1, 1]})
    row = specialisation(lacks, even).row(0, named=True)
    assert row["mean_log_deviation"] is None
    assert (row["gini"], row["locational_gini"], row["hachman"]) == pytest.approx((0.5, 0.25, 0.5))
    foreign = pl.DataFrame({"region": "r", "branch": ["x", "y"], "value": [2, 2]})
    row = specialisation(foreign, pl.DataFrame({"branch": ["x", "y"], "value": [1, 0]})).row(0, named=True)
    assert (row["gini"], row["theil_t"], row["hachman"]) == (None, None, 0)
    assert row["krugman"] == pytest.approx(1)
    assert row["locational_gini"] == pytest.approx(0.25)


def test_one_region_one_branch_and_an_empty_region():
    single = specialisation(pl.DataFrame({"region": ["r"], "branch": ["x"], "value": [7]})).row(0, named=True)
    assert (single["krugman"], single["herfindahl"], single["gini"], single["hachman"]) == (0, 1, 0, 1)
    empty = pl.DataFrame({"region": ["a", "a", "b", "b"], "branch": ["x", "y"] * 2, "value": [0, 0, 1, 2]})
    assert location_quotient(empty).filter(region="a")["lq"].null_count() == 2
    assert one(specialisation(empty), "a", "krugman") is None


def test_a_total_above_the_sum_adds_a_residual_branch():
    values = [*DUESSELDORF_2019.values(), 450_000]
    cells = pl.DataFrame({"region": "r", "branch": [*DUESSELDORF_2019, "total"], "value": values})
    plain = specialisation(cells.filter(pl.col("branch") != "total"))["herfindahl"].item()
    wide = specialisation(cells)["herfindahl"].item()
    assert wide == pytest.approx((plain * 424_470**2 + (450_000 - 424_470) ** 2) / 450_000**2)


def test_branches_above_their_total_have_no_shares():
    # Rounding of the source: Düsseldorf's six branches of 2008 sum to 488,290, the published total is 488,270.
    with pytest.raises(MethodError, match=r"branches of duesseldorf exceed its published total"):
        specialisation(with_totals(), "germany")


@given(panels())
def test_indices_within_their_bounds(cells: pl.DataFrame):
    table = specialisation(cells)
    branches = cells["branch"].n_unique()
    bounds = {
        "krugman": (0, 2),
        "herfindahl": (1 / branches, 1),
        "hoover": (0, 1),
        "gini": (0, 1 - 1 / branches),
        "locational_gini": (0, 0.5),
        "theil_t": (0, math.inf),
        "mean_log_deviation": (0, math.inf),
        "entropy": (0, math.log(branches)),
        "hachman": (0, 1),
    }
    for name, (low, high) in bounds.items():
        known = table[name].drop_nulls()
        assert known.is_between(low - 1e-9, high + 1e-9).all(), name
        assert known.is_finite().all(), name
    assert table.columns == ["region", "year", *INDICES]


@given(panels(least=1), st.sampled_from(["ratio", "difference"]), st.integers(2, 1000))
def test_scale_and_row_order_do_not_matter(cells: pl.DataFrame, form: str, factor: int):
    keys = ["region", "branch", "year"]
    plain = location_quotient(cells, form=form).sort(keys)
    scaled = location_quotient(cells.with_columns(pl.col("value") * factor).reverse(), form=form).sort(keys)
    assert scaled["lq"].to_list() == pytest.approx(plain["lq"].to_list())
    assert specialisation(cells.reverse()).equals(specialisation(cells))


@given(panels())
def test_shares_in_the_reference_average_the_quotients_to_one(cells: pl.DataFrame):
    first = cells.filter(year=2010)
    assume(first.group_by("region").agg(pl.col("value").sum())["value"].min() > 0)
    quotients = location_quotient(first)
    weights = quotients.with_columns(share=pl.col("value").sum().over("branch") / pl.col("value").sum())
    means = weights.group_by("region").agg(mean=(pl.col("lq") * pl.col("share")).sum())
    assert means["mean"].to_list() == pytest.approx([1.0] * means.height)


@given(panels(least=1))
def test_results_do_not_depend_on_which_other_regions_are_there(cells: pl.DataFrame):
    reference = pl.DataFrame({"branch": sorted(cells["branch"].unique()), "value": 100})
    alone = specialisation(cells.filter(region="r0"), reference)
    assert alone.equals(specialisation(cells, reference).filter(region="r0"))
