"""Jobs in the industry network: the study's real table, a table by hand, errors of weights, secret cells."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.input_output import square
from analysis.methods.network import (
    HEADCOUNTS,
    VARIANTS,
    calibrate,
    employment_branch,
    network_headcount,
    network_jobs,
    network_weights,
)
from analysis.methods.uncertainty import TruncatedErrors
from analysis.sources.extracts import read_extract

from .figures import DUESSELDORF_2019, RAW, direct_weights, duesseldorf_2019

BRANCHES = list(DUESSELDORF_2019)
REGIONS = {
    "05111": "duesseldorf",
    "02": "hamburg",
    **dict.fromkeys(["05116", "05162", "05334", "05358", "05362", "05366", "05370"], "rheinisches-revier"),
}


@pytest.fixture(scope="module")
def weights() -> pl.DataFrame:
    """All variants from the bundled table of 2014."""
    output = read_extract(RAW, "wiod-niot-2016", "io_output")
    codes = output["branch"].to_list()
    flows = square(read_extract(RAW, "wiod-niot-2016", "io_flows").rename({"value_musd": "value"}), codes)
    final = read_extract(RAW, "wiod-niot-2016", "io_final_use").group_by("deliverer").agg(pl.col("value_musd").sum())
    demand = output.join(final, left_on="branch", right_on="deliverer", maintain_order="left")["value_musd"]
    branches = [employment_branch(code) for code in codes]
    return pl.concat(
        network_weights(flows, output["output_musd"], branches, variant=variant, final_demand=demand)
        for variant in VARIANTS
    )


@pytest.fixture(scope="module")
def employees() -> pl.DataFrame:
    """The three regions in 2019, from the bundled table."""
    table = read_extract(RAW, "regionalstatistik-13111-07-05-4")
    kept = table.filter((pl.col("period") == "2019") & pl.col("geo").is_in(list(REGIONS)))
    kept = kept.filter(pl.col("branch").is_in([*BRANCHES, "total"]))
    return (
        kept.with_columns(pl.col("geo").replace_strict(REGIONS).alias("region"))
        .group_by("region", "branch", pl.col("period").alias("year"))
        .agg(pl.col("value").sum())
    )


def test_direct_weights_of_2014(weights: pl.DataFrame):
    direct = dict(weights.filter(variant="direct").select("branch", pl.col("weight").round(3)).iter_rows())
    assert direct == {
        **{"A": 0.556, "F": 0.057, "G-I": 0.183, "J": 0.075, "K": 0.085},
        **{"L": 0.063, "M-N": 0.227, "O-Q": 0.030, "R-U": 0.036},
    }


@pytest.mark.parametrize(
    ("region", "variant", "jobs"),
    [
        ("duesseldorf", "direct", 92_587),
        ("duesseldorf", "chain", 119_003),
        ("duesseldorf", "final_demand", 110_947),
        ("hamburg", "direct", 235_808),
        ("rheinisches-revier", "direct", 248_146),
    ],
)
def test_jobs_of_2019(weights: pl.DataFrame, employees: pl.DataFrame, region: str, variant: str, jobs: int):
    result = network_jobs(employees, weights).jobs
    assert round(result.filter(region=region, variant=variant)["jobs"].item()) == jobs


def test_the_share_and_the_intervals_of_duesseldorf(weights: pl.DataFrame, employees: pl.DataFrame):
    result = network_jobs(employees, weights.filter(variant="direct"))
    row = result.jobs.filter(region="duesseldorf").row(0, named=True)
    assert row["jobs"] / 424_470 == pytest.approx(0.218, abs=5e-4)
    assert row["industry"] == 40_517
    # Tried before with a plain random sample: 77,300 to 107,800 and 67,100 to 117,900.
    assert (row["low"], row["high"]) == pytest.approx((77_300, 107_800), rel=0.005)
    assert (row["low_common"], row["high_common"]) == pytest.approx((67_100, 117_900), rel=0.005)
    parts = result.contributions.filter(region="duesseldorf")
    assert parts["jobs"].sum() == pytest.approx(row["jobs"])
    assert parts.sort("variance_share")["branch"].to_list()[-2:] == ["G-I", "M-N"]


def test_the_published_number_and_its_factor(weights: pl.DataFrame):
    fit = calibrate(duesseldorf_2019(), weights.filter(variant="direct"), 94_800)
    assert fit.factor == pytest.approx(1.0425, abs=1e-4)
    assert fit.inside
    again = weights.filter(variant="direct").with_columns(pl.col("weight") * fit.factor)
    assert network_jobs(duesseldorf_2019(), again).jobs["jobs"].item() == pytest.approx(94_800)


# Industry i, its supplier s, the supplier's supplier t; money.
FLOWS = np.array([[0.0, 10.0, 0.0], [20.0, 0.0, 0.0], [0.0, 20.0, 0.0]])
OUTPUT = np.array([100.0, 40.0, 50.0])
NAMES = ["B-E", "s", "t"]


def test_variants_by_hand():
    direct = network_weights(FLOWS, OUTPUT, NAMES)
    assert dict(direct.select("branch", "weight").iter_rows()) == {"s": 0.5, "t": 0}
    # s delivers 20 of its 40 to industry; t delivers 20 to s, half of it for those 20.
    chain = network_weights(FLOWS, OUTPUT, NAMES, variant="chain")
    assert dict(chain.select("branch", "weight").iter_rows()) == {"s": 0.5, "t": 0.2}
    # Final demand of 90 for industry: x_i = 90 / (1 − 0.2 · 0.25).
    final = network_weights(FLOWS, OUTPUT, NAMES, variant="final_demand", final_demand=np.array([90.0, 20.0, 30.0]))
    made = 90 / (1 - 0.2 * 0.25)
    assert final["weight"].to_list() == pytest.approx([0.2 * made / 40, 0.1 * made / 50])


def test_weights_are_averaged_by_output_and_survive_idle_sectors():
    flows = np.zeros((4, 4))
    flows[1, 0], flows[2, 0] = 10, 90
    weights = network_weights(flows, np.array([500, 100, 900, 0]), ["B-E", "s", "s", "u"])
    assert weights.filter(branch="s")["weight"].item() == pytest.approx(0.1)
    assert weights.filter(branch="u")["weight"].item() is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"variant": "total"}, "variant 'total' is unknown"),
        ({"industry": "C"}, "some of them 'C'"),
        ({"branches": ["B-E", "s"]}, "one per sector"),
        ({"variant": "final_demand"}, "one known number per sector"),
        ({"flows": FLOWS * [[1], [3], [1]]}, "the weight of s does not lie between 0 and 1"),
    ],
)
def test_faulty_tables(change: dict, words: str):
    options = {"flows": FLOWS, "output": OUTPUT, "branches": NAMES, **change}
    with pytest.raises(MethodError, match=words):
        network_weights(**options)


@pytest.mark.parametrize(
    ("code", "branch"),
    [("A01", "A"), ("C10-C12", "B-E"), ("E37-E39", "B-E"), ("J59_J60", "J"), ("R_S", "R-U"), ("M74_M75", "M-N")],
)
def test_codes_find_their_branch(code: str, branch: str):
    assert employment_branch(code) == branch


def test_codes_of_final_use_are_no_branches():
    with pytest.raises(MethodError, match="'VA' is no code"):
        employment_branch("VA")


def test_branches_must_match_the_weights():
    with pytest.raises(MethodError, match="branch X is neither industry nor has a weight"):
        network_jobs(
            pl.concat([duesseldorf_2019(), pl.DataFrame({"region": "05111", "branch": "X", "value": 1})]),
            direct_weights(),
        )
    with pytest.raises(MethodError, match=r"no row for \(05111, L\)"):
        network_jobs(duesseldorf_2019().filter(pl.col("branch") != "L"), direct_weights())
    with pytest.raises(MethodError, match="branches B-E and C overlap"):
        network_jobs(
            pl.concat([duesseldorf_2019(), pl.DataFrame({"region": "05111", "branch": "C", "value": 1})]),
            direct_weights(),
        )
    with pytest.raises(MethodError, match="weight of J is unknown or above 1"):
        broken = pl.when(pl.col("branch") == "J").then(1.5).otherwise(pl.col("weight")).alias("weight")
        network_jobs(duesseldorf_2019(), direct_weights().with_columns(broken))
    with pytest.raises(MethodError, match="variant half lacks a branch"):
        half = direct_weights().head(3).with_columns(variant=pl.lit("half"))
        network_jobs(duesseldorf_2019(), pl.concat([direct_weights(), half]))


@pytest.mark.parametrize("options", [{"cv": 1.2}, {"cv": -0.1}, {"draws": 1000}, {"level": 1.0}])
def test_options_outside_their_range(options: dict):
    with pytest.raises(MethodError, match=next(iter(options))):
        network_jobs(duesseldorf_2019(), direct_weights(), **options)


def test_no_error_no_interval():
    row = network_jobs(duesseldorf_2019(), direct_weights(), cv=0).jobs.row(0, named=True)
    assert [row[name] for name in ("low", "high", "low_common", "high_common")] == pytest.approx([row["jobs"]] * 4)


def test_the_same_seed_gives_the_same_interval_whatever_else_is_in_the_frame():
    alone = network_jobs(duesseldorf_2019(), direct_weights()).jobs
    other = duesseldorf_2019().with_columns(pl.lit("02").alias("region"), pl.col("value") * 2)
    both = network_jobs(pl.concat([other, duesseldorf_2019()]).reverse(), direct_weights().reverse()).jobs
    found = both.filter(region="05111").drop("region", "variant").row(0)
    assert found == pytest.approx(alone.drop("region", "variant").row(0), rel=1e-12)
    assert network_jobs(duesseldorf_2019(), direct_weights(), seed=1).jobs["low"].item() != alone["low"].item()


def hide(branch: str) -> pl.DataFrame:
    hidden = pl.when(pl.col("branch") == branch).then(None).otherwise(pl.col("value")).alias("value")
    return duesseldorf_2019().with_columns(hidden)


@pytest.mark.parametrize("branch", ["B-E", "J"])
def test_a_secret_cell_is_null_and_with_bounds_an_interval(branch: str):
    plain = network_jobs(hide(branch), direct_weights())
    row = plain.jobs.row(0, named=True)
    assert [row[name] for name in ("jobs", "low", "high", "low_common", "high_common")] == [None] * 5
    assert (row["industry"] is None) == (branch == "B-E")
    assert plain.contributions["variance_share"].null_count() >= (0 if branch == "B-E" else 10)
    bounds = pl.DataFrame({"region": "05111", "branch": branch, "low": 20_000, "high": 45_000})
    bounded = network_jobs(hide(branch), direct_weights(), bounds=bounds)
    row = bounded.jobs.row(0, named=True)
    known = network_jobs(duesseldorf_2019(), direct_weights()).jobs.row(0, named=True)
    assert row["jobs"] is None
    assert row["low"] < known["low"] < known["high"] < row["high"]
    # The bounds of the cell itself are nowhere in the table by branch.
    assert bounded.contributions.equals(plain.contributions)


def test_bounds_must_fit():
    with pytest.raises(MethodError, match="low exceeds high in 05111 J"):
        network_jobs(
            hide("J"), direct_weights(), bounds=pl.DataFrame({"region": "05111", "branch": "J", "low": 2, "high": 1})
        )
    with pytest.raises(MethodError, match=r"\(05999, J, None\) is no cell"):
        network_jobs(
            hide("J"), direct_weights(), bounds=pl.DataFrame({"region": "05999", "branch": "J", "low": 1, "high": 2})
        )
    known = pl.DataFrame({"region": "05111", "branch": "K", "low": 0, "high": 1})
    plain = network_jobs(duesseldorf_2019(), direct_weights()).jobs
    assert network_jobs(duesseldorf_2019(), direct_weights(), bounds=known).jobs.equals(plain)


def test_persons_outside_the_branches_have_no_jobs_in_the_network():
    total = pl.DataFrame({"region": "05111", "branch": "total", "value": 430_000})
    jobs = network_jobs(pl.concat([duesseldorf_2019(), total]), direct_weights()).jobs
    assert jobs.equals(network_jobs(duesseldorf_2019(), direct_weights()).jobs)


@pytest.mark.parametrize("published", [40_000, 500_000])
def test_numbers_out_of_reach_have_no_factor(published: int):
    with pytest.raises(MethodError, match="lies outside 40,517 to 424,470"):
        calibrate(duesseldorf_2019(), direct_weights(), published)


def test_calibration_needs_one_known_row():
    with pytest.raises(MethodError, match="one region, one year and one variant"):
        calibrate(hide("J"), direct_weights(), 94_800)


@given(st.lists(st.floats(0, 1), min_size=9, max_size=9), st.floats(0, 0.9))
def test_intervals_hold_each_other_and_stay_within_what_is_possible(weight: list[float], cv: float):
    table = direct_weights().with_columns(pl.Series("weight", weight))
    row = network_jobs(duesseldorf_2019(), table, cv=cv, draws=256).jobs.row(0, named=True)
    assert 40_517 - 1e-6 <= row["low_common"] <= row["low"] + 2_000
    assert row["low"] <= row["high"]
    assert row["high"] - 2_000 <= row["high_common"] <= 424_470 + 1e-6


def test_drawn_weights_have_the_mean_and_deviation_asked_for():
    errors = TruncatedErrors(np.array([0.2, 0.9, 0.0]), 0.1, 4096, 7)
    sample = errors.sample()
    assert sample.min() >= 0
    assert sample.max() <= 1
    assert sample.std(axis=0) == pytest.approx(errors.deviation(), rel=0.01)
    assert sample[:, 0].mean() == pytest.approx(0.2, rel=1e-3)
    assert sample[:, 2].tolist() == [0] * 4096
    assert errors.deviation()[0] == pytest.approx(0.02)
    assert errors.quantile(0.5)[0] == pytest.approx(0.2)


DIVISIONS = [f"{number:02d}" for number in range(1, 100)]


def by_division(**changed: int | None) -> pl.DataFrame:
    """100 employees in every division of two regions, but for the changed ones of region b ('d10=None')."""
    values = [changed.get(f"d{division}", 100) for division in DIVISIONS]
    frames = [pl.DataFrame({"region": "a", "branch": DIVISIONS, "value": 100})]
    frames.append(pl.DataFrame({"region": "b", "branch": DIVISIONS, "value": values}, schema_overrides={"value": int}))
    return pl.concat(frames, how="vertical_relaxed")


@pytest.mark.parametrize(("variant", "services"), [("headcount_narrow", 7), ("headcount_wide", 20)])
def test_headcounts_take_whole_divisions(variant: str, services: int):
    rows = network_headcount(by_division(d10=250, d49=0, d47=9_999), variant)
    assert rows.columns == ["region", "variant", "industry", "services", "jobs"]
    assert rows.row(0) == ("a", variant, 2_400, services * 100, 2_400 + services * 100)
    # Retail trade (47) belongs to neither.
    assert rows.row(1) == ("b", variant, 2_550, (services - 1) * 100, 2_450 + services * 100)


def test_the_wide_headcount_holds_the_narrow_one():
    assert set(HEADCOUNTS["headcount_narrow"]) < set(HEADCOUNTS["headcount_wide"])
    assert not set(HEADCOUNTS["headcount_wide"]) & {str(number) for number in range(10, 34)}
    assert len(set(HEADCOUNTS["headcount_wide"])) == len(HEADCOUNTS["headcount_wide"]) == 20


def test_an_unknown_division_makes_its_part_unknown():
    rows = network_headcount(by_division(d10=None), "headcount_narrow").filter(region="b")
    assert rows.select("industry", "services", "jobs").row(0) == (None, 700, None)
    rows = network_headcount(by_division(d46=None), "headcount_wide").filter(region="b")
    assert rows.select("industry", "services", "jobs").row(0) == (2_400, None, None)
    # Wholesale is not in the narrow variant, and what is not counted may be secret.
    assert network_headcount(by_division(d46=None), "headcount_narrow")["jobs"].null_count() == 0


def test_headcounts_by_year_whatever_the_order_of_rows():
    frame = pl.concat([by_division().with_columns(year=year, value=pl.col("value") * year) for year in (1, 2)])
    rows = network_headcount(frame.sample(fraction=1, shuffle=True, seed=3), "headcount_narrow")
    assert rows.select("region", "year", "jobs").rows() == [
        ("a", 1, 3_100),
        ("a", 2, 6_200),
        ("b", 1, 3_100),
        ("b", 2, 6_200),
    ]


def test_headcounts_refuse_branches_that_hold_several_divisions():
    with pytest.raises(MethodError, match=r"branch A, B-E, F, G-I, J and 5 more .* needs two-digit employment"):
        network_headcount(duesseldorf_2019(), "headcount_narrow")
    with pytest.raises(MethodError, match="branch 101 is no two-digit division"):
        network_headcount(by_division().with_columns(pl.col("branch").replace("10", "101")), "headcount_wide")
    with pytest.raises(MethodError, match="column 'branch' is Int64"):
        network_headcount(by_division().with_columns(pl.col("branch").cast(pl.Int64)), "headcount_wide")


def test_headcounts_need_every_division_that_counts():
    sparse = by_division().filter(pl.col("branch") != "72")
    with pytest.raises(MethodError, match=r"no row for \(a, 72\), \(b, 72\)"):
        network_headcount(sparse, "headcount_narrow")
    assert network_headcount(sparse, "headcount_narrow", absent="zero")["services"].to_list() == [600, 600]
    total = pl.DataFrame({"region": ["a", "b"], "branch": "total", "value": [99_999, None]})
    with_total = network_headcount(pl.concat([by_division(), total]), "headcount_narrow")
    assert with_total.equals(network_headcount(by_division(), "headcount_narrow"))


def test_the_two_kinds_of_variants_point_to_each_other():
    with pytest.raises(MethodError, match="variant 'direct' is unknown; there are headcount_narrow, headcount_wide"):
        network_headcount(by_division(), "direct")
    with pytest.raises(MethodError, match="counts two-digit divisions, see network_headcount"):
        network_weights(FLOWS, OUTPUT, NAMES, variant="headcount_wide")
