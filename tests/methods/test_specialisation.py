"""Location quotients and indices of specialisation: known results, bounds, invariances, edges."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.specialisation import location_quotient, specialisation

from .figures import DUESSELDORF_2019, SHARED, panels, persons_employed, with_totals

PEERS = SHARED / "peers/inputs"
needs_peers = pytest.mark.skipif(not PEERS.exists(), reason="the packages' data sets are not here")
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


def against(region: list[float], whole: list[float]) -> dict[str, float | None]:
    """The indices of one region against a reference, branches in the given order."""
    names = [f"b{at:02d}" for at in range(len(region))]
    reference = pl.DataFrame({"branch": names, "value": whole})
    cells = pl.DataFrame({"region": "r", "branch": names, "value": region})
    return specialisation(cells, reference).drop("region").row(0, named=True)


def goettingen() -> pl.DataFrame:
    """Employees in Göttingen and Germany, 2008 to 2017, with the published totals."""
    table = pl.read_csv(PEERS / "goettingen_brd_2008_2017.csv").rename({"employment": "value"})
    return table.with_columns(pl.col("branch").replace("A-R", "total"))


def states_2015() -> tuple[pl.DataFrame, np.ndarray]:
    """Employees of the 16 Länder in 17 sections, 2015: tidy, and as the matrix whose rows and columns are sorted."""
    wide = pl.read_csv(PEERS / "states_by_industry_matrix_2015.csv").sort("region")
    wide = wide.select("region", *sorted(wide.columns[1:]))
    return wide.unpivot(index="region", variable_name="branch"), wide.drop("region").to_numpy().astype(float)


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


def test_a_total_that_is_not_known_has_no_quotient():
    cells = pl.DataFrame(
        {
            "region": ["r", "r", "q", "q", "de", "de"],
            "branch": ["J", "total"] * 3,
            "value": [4, None, 0, 0, 40, 400],
        }
    )
    for form, neutral in {"ratio": 1.0, "difference": 0.0, "standardised": None}.items():
        quotients = location_quotient(cells, "de", form)
        assert quotients.filter(region="r")["lq"].to_list() == [None, None]
        assert quotients.filter(region="q")["lq"].to_list() == [None, None]
        assert one(quotients, "de", "lq", branch="total") == neutral


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


def test_a_reference_above_its_total_has_no_shares_either():
    reference = pl.DataFrame({"branch": ["x", "y", "total"], "value": [60, 50, 100]})
    cells = pl.DataFrame({"region": "r", "branch": ["x", "y", "total"], "value": [3, 1, 5]})
    with pytest.raises(MethodError, match="branches of the reference exceed its published total"):
        specialisation(cells, reference)


def test_a_null_branch_hides_the_region_even_where_the_reference_has_none_of_it():
    cells = pl.DataFrame({"region": "r", "branch": ["x", "y", "z", "total"], "value": [3, None, 1, 9]})
    reference = pl.DataFrame({"branch": ["x", "y", "z", "total"], "value": [1, 0, 0, 1]})
    assert specialisation(cells, reference).select(INDICES).null_count().sum_horizontal().item() == len(INDICES)


def test_examples_of_farhauer_and_kroell():
    manufacturing = pl.DataFrame(
        {"region": ["r", "r", "at", "at"], "branch": ["x", "total"] * 2, "value": [1714, 79006, 879213, 15593224]}
    )
    assert one(location_quotient(manufacturing, "at"), "r", "lq", branch="x") == pytest.approx(0.3847623, abs=5e-8)
    unlike = against([20, 10, 70, 0, 0], [0, 0, 0, 60, 40])
    assert (unlike["krugman"], unlike["hoover"], unlike["hachman"]) == pytest.approx((2, 1, 0))
    assert (unlike["gini"], unlike["theil_t"], unlike["mean_log_deviation"]) == (None, None, None)
    special = against([700, 600, 500, 10000, 40000], [30000, 15000, 10000, 60000, 50000])
    assert special["gini"] == pytest.approx(0.6222222, abs=5e-8)


def test_herfindahl_of_four_car_makers():
    # Dörsam (2004): turnovers 20, 50, 20, 10.
    assert against([20, 50, 20, 10], [1, 1, 1, 1])["herfindahl"] == pytest.approx(0.34)


@needs_peers
def test_freiburg_and_goettingen_as_published_with_the_package_reat():
    freiburg = pl.read_csv(PEERS / "freiburg_germany_2008_2014.csv")
    found = against(freiburg["freiburg_2014"].to_list(), freiburg["germany_2014"].to_list())
    assert found["gini"] == pytest.approx(0.2089009, abs=5e-8)
    branches = goettingen().filter(pl.col("branch") != "total", year=2017)
    found = specialisation(branches, "BRD").filter(region="Goettingen").row(0, named=True)
    assert found["gini"] == pytest.approx(0.359852, abs=5e-7)
    assert found["krugman"] == pytest.approx(0.4508469, abs=5e-8)


@needs_peers
def test_goettingen_total_is_above_the_sum_of_its_branches():
    cells = goettingen().filter(year=2017)
    branches = cells.filter(pl.col("branch") != "total")
    assert branches.filter(region="Goettingen")["value"].sum() == 67_283
    assert one(location_quotient(cells, "BRD"), "Goettingen", "lq", branch="C") == pytest.approx(
        (7_874 / 69_403) / (6_797_172 / 32_164_973)
    )
    s = [*branches.filter(region="Goettingen")["value"], 69_403 - 67_283]
    p = [*branches.filter(region="BRD")["value"]]
    p = [*p, 32_164_973 - sum(p)]
    expected = sum(abs(a / 69_403 - b / 32_164_973) for a, b in zip(s, p, strict=True))
    assert one(specialisation(cells, "BRD"), "Goettingen", "krugman") == pytest.approx(expected, rel=1e-12)


@needs_peers
def test_sixteen_laender_against_the_formulas():
    cells, matrix = states_2015()
    s, p = matrix / matrix.sum(axis=1, keepdims=True), matrix.sum(axis=0) / matrix.sum()
    quotients = location_quotient(cells).sort("region", "branch")["lq"].to_numpy().reshape(matrix.shape)
    np.testing.assert_allclose(quotients, s / p, rtol=1e-12)
    table = specialisation(cells)
    rising = np.sort(s / p, axis=1)
    pairs = np.abs((s / p)[:, :, None] - (s / p)[:, None, :]).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = {
            "krugman": np.abs(s - p).sum(axis=1),
            "herfindahl": (matrix**2).sum(axis=1) / matrix.sum(axis=1) ** 2,
            "hoover": np.abs(s - p).sum(axis=1) / 2,
            "gini": pairs / (2 * 17**2 * rising.mean(axis=1)),
            "entropy": -np.nansum(s * np.log2(s), axis=1) * math.log(2),
            "theil_t": np.nansum(s * np.log(s / p), axis=1),
            "hachman": 1 / (s * s / p).sum(axis=1),
        }
    for name, values in expected.items():
        np.testing.assert_allclose(table[name], values, rtol=1e-10, err_msg=name)
    lorenz = [polygon(p[np.argsort(row / p)], row[np.argsort(row / p)]) for row in s]
    np.testing.assert_allclose(table["locational_gini"], lorenz, rtol=1e-10)
    # Bremen has nobody in mining, where Germany has some.
    assert table.filter(pl.col("mean_log_deviation").is_null())["region"].to_list() == ["HB"]


def polygon(p: np.ndarray, s: np.ndarray) -> float:
    """Area between the diagonal and the Lorenz curve, by the corners of the polygon they enclose."""
    x, y = np.concatenate([[0], np.cumsum(p)]), np.concatenate([[0], np.cumsum(s)])
    return float(sum(x[at + 1] * y[at] - x[at] * y[at + 1] for at in range(len(p))) / -2)


@needs_peers
def test_the_laender_above_one_are_those_of_the_package_econgeo():
    cells, _ = states_2015()
    binary = pl.read_csv(PEERS / "states_by_industry_lq_binary_2015.csv").unpivot(
        index="region", variable_name="branch"
    )
    both = location_quotient(cells).join(binary, on=["region", "branch"], suffix="_binary")
    assert both.height == 16 * 17
    assert both.filter((pl.col("lq") > 1) != (pl.col("value_binary") == 1)).is_empty()


@needs_peers
def test_standardised_quotients_use_the_branch_s_own_mean():
    cells, matrix = states_2015()
    quotients = matrix / matrix.sum(axis=1, keepdims=True) / (matrix.sum(axis=0) / matrix.sum())
    expected = (quotients - quotients.mean(axis=0)) / quotients.std(axis=0, ddof=1)
    found = location_quotient(cells, form="standardised").sort("region", "branch")["lq"].to_numpy()
    np.testing.assert_allclose(found.reshape(matrix.shape), expected, rtol=1e-9, atol=1e-12)


@needs_peers
def test_mean_log_deviation_against_an_even_spread_is_theils_measure():
    turnover = pl.read_csv(PEERS / "automotive_top20.csv", null_values="NA")["Turnover2013"].drop_nulls().to_list()
    mean = sum(turnover) / len(turnover)
    expected = sum(math.log(mean / value) for value in turnover) / len(turnover)
    assert against(turnover, [1.0] * len(turnover))["mean_log_deviation"] == pytest.approx(expected, rel=1e-12)


@given(panels(least=1), st.integers(2, 1000))
def test_indices_do_not_depend_on_the_unit(cells: pl.DataFrame, factor: int):
    plain, scaled = (specialisation(cells.with_columns(pl.col("value") * f)).select(INDICES) for f in (1, factor))
    assert np.allclose(plain.to_numpy(), scaled.to_numpy(), rtol=1e-9, atol=1e-12)


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
