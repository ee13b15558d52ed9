"""Concentration of branches over regions: known results, the whole and its rest, bounds, invariances, edges."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.specialisation import concentration, specialisation

from .figures import SHARED, panels, persons_employed, with_totals
from .test_specialisation import INDICES, needs_peers, polygon, states_2015

SWAPPED = {"region": "branch", "branch": "region"}


def spread(branch: list[float], whole: list[float]) -> dict[str, float | None]:
    """The indices of one branch over regions that have `whole` of everything."""
    names = [f"r{at}" for at in range(len(branch))]
    reference = pl.DataFrame({"region": names, "value": whole})
    cells = pl.DataFrame({"region": names, "branch": "x", "value": branch})
    return concentration(cells, reference).drop("branch").row(0, named=True)


def grid(rows: dict[str, list[float | None]], branches: str = "xyz") -> pl.DataFrame:
    """region, branch, value from one list of values a region."""
    names = [*branches, "total"]
    return pl.DataFrame(
        [
            {"region": region, "branch": names[at], "value": value}
            for region, values in rows.items()
            for at, value in enumerate(values)
        ]
    )


def row(frame: pl.DataFrame, branch: str) -> dict[str, float | None]:
    return frame.filter(branch=branch).select(INDICES).row(0, named=True)


def alike(one: pl.DataFrame, other: pl.DataFrame) -> bool:
    """Whether two tables have the same keys and nulls and, but for rounding, the same indices."""
    indices = (table.select(INDICES).fill_null(np.nan).to_numpy() for table in (one, other))
    same_keys = one.drop(INDICES).equals(other.drop(INDICES))
    return same_keys and np.allclose(*indices, rtol=1e-9, atol=1e-12, equal_nan=True)


def test_example_of_farhauer_and_kroell():
    # Employment of an industry in five regions, and of all industries there.
    found = spread([500, 500, 1000, 7000, 1000], [20000, 15000, 20000, 40000, 5000])
    assert found["gini"] == pytest.approx(0.4068966, abs=5e-8)


def test_hand_calculated_indices():
    found = spread([3, 1], [10, 10])
    assert (found["krugman"], found["hoover"], found["herfindahl"]) == pytest.approx((0.5, 0.25, 0.625))
    assert (found["gini"], found["locational_gini"]) == pytest.approx((0.25, 0.125))
    assert found["theil_t"] == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))
    assert found["mean_log_deviation"] == pytest.approx(0.5 * math.log(1 / 1.5) + 0.5 * math.log(2))
    assert found["entropy"] == pytest.approx(-(0.75 * math.log(0.75) + 0.25 * math.log(0.25)))
    assert found["hachman"] == pytest.approx(1 / (0.75 * 1.5 + 0.25 * 0.5))


def test_a_branch_in_the_region_with_30_percent_of_the_people():
    # The area between curve and diagonal is half of Hoover's Gini, here 0.7.
    found = spread([0, 0, 0, 0, 1], [10, 15, 20, 25, 30])
    assert found["locational_gini"] == pytest.approx(0.35)
    assert spread([10, 15, 20, 25, 30], [10, 15, 20, 25, 30])["locational_gini"] == pytest.approx(0, abs=1e-15)


@needs_peers
def test_seventeen_sections_over_the_laender_against_the_formulas():
    cells, matrix = states_2015()
    s, p = (matrix / matrix.sum(axis=0)).T, matrix.sum(axis=1) / matrix.sum()
    table = concentration(cells)
    quotient = s / p
    pairs = np.abs(quotient[:, :, None] - quotient[:, None, :]).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = {
            "krugman": np.abs(s - p).sum(axis=1),
            "herfindahl": (s**2).sum(axis=1),
            "hoover": np.abs(s - p).sum(axis=1) / 2,
            "gini": pairs / (2 * 16**2 * quotient.mean(axis=1)),
            "theil_t": np.nansum(s * np.log(s / p), axis=1),
            "entropy": -np.nansum(s * np.log(s), axis=1),
            "hachman": 1 / (s * s / p).sum(axis=1),
        }
    for name, values in expected.items():
        np.testing.assert_allclose(table[name], values, rtol=1e-10, err_msg=name)
    lorenz = [polygon(p[np.argsort(line / p)], line[np.argsort(line / p)]) for line in s]
    np.testing.assert_allclose(table["locational_gini"], lorenz, rtol=1e-10)
    assert table.filter(pl.col("mean_log_deviation").is_null())["branch"].to_list() == ["WZ08-B"]


@needs_peers
def test_germany_s_own_row_is_the_whole_and_no_region():
    cells = pl.read_csv(SHARED / "peers/inputs/german_states_employment_2008_2014.csv")
    cells = cells.select("region", "year", branch=pl.col("industry").replace("Insgesamt", "total"), value="emp")
    states = cells.filter(pl.col("region") != "Insgesamt")
    alone = concentration(states)
    assert alone.height == 11 * 7
    against_germany = concentration(cells, "Insgesamt")
    assert alike(against_germany, alone)  # The states add up to Germany, in every branch and year.
    finance = states.filter(pl.col("branch").str.contains("Finanz"), year=2014)["value"].to_numpy()
    everything = states.filter(branch="total", year=2014)["value"].to_numpy()
    quotient = np.sort(finance / everything)
    gini = 2 * (np.arange(1, 17) * (quotient - quotient.mean())).sum() / (16**2 * quotient.mean())
    found = alone.filter(pl.col("branch").str.contains("Finanz"), year=2014)["gini"].item()
    assert found == pytest.approx(gini, rel=1e-9)


@given(panels())
def test_concentration_is_specialisation_with_the_keys_exchanged(cells: pl.DataFrame):
    exchanged = specialisation(cells.rename(SWAPPED)).rename({"region": "branch"})
    found = concentration(cells)
    assert found.columns == ["branch", "year", *INDICES]
    assert alike(found, exchanged)


def test_what_the_regions_leave_of_the_whole_is_one_more_region():
    cells = persons_employed()
    names = ["duesseldorf", "hamburg", "rheinisches-revier"]
    inside = pl.col("value").filter(pl.col("region").is_in(names)).sum()
    rest = cells.group_by("branch", "year").agg(value=pl.col("value").filter(region="germany").sum() - inside)
    parts = pl.concat(
        [cells.filter(pl.col("region") != "germany"), rest.with_columns(region=pl.lit("rest"))], how="diagonal"
    )
    expected = concentration(parts)
    assert alike(concentration(cells, "germany"), expected)
    frame = cells.filter(region="germany").drop("region")
    assert alike(concentration(cells.filter(pl.col("region") != "germany"), frame), expected)


def test_regions_that_exceed_the_whole():
    cells = grid({"a": [6, 3], "b": [5, 3], "de": [10, 90]}, "xy")
    with pytest.raises(MethodError, match="regions together exceed the reference 'de' in branch x"):
        concentration(cells, "de")
    whole = pl.DataFrame({"branch": ["x", "y", "total"], "value": [20, 30, 15]})
    with pytest.raises(MethodError, match="exceed the reference frame in the total"):
        concentration(grid({"a": [6, 3, 9], "b": [5, 3, 8]}, "xy"), whole)


def test_a_published_total_gives_the_regions_weights():
    cells = grid({"a": [6, 3, 20], "b": [2, 3, 30]}, "xy")
    assert row(concentration(cells), "x")["krugman"] == pytest.approx(abs(6 / 8 - 20 / 50) + abs(2 / 8 - 30 / 50))
    assert concentration(cells)["branch"].to_list() == ["x", "y"]
    plain = concentration(cells.filter(pl.col("branch") != "total"))
    assert row(plain, "x")["krugman"] == pytest.approx(abs(6 / 8 - 9 / 14) + abs(2 / 8 - 5 / 14))


def test_codes_may_overlap_beside_a_total():
    cells = with_totals().filter(year=2017).drop("year")
    nested = cells.filter(branch="B-E").with_columns(branch=pl.lit("C"), value=pl.col("value") // 2)
    both = concentration(pl.concat([cells, nested]), "germany")
    assert both.filter(pl.col("branch") != "C").equals(concentration(cells, "germany"))
    with pytest.raises(MethodError, match="B-E and C overlap"):
        concentration(pl.concat([cells.filter(pl.col("branch") != "total"), nested]))


def test_a_null_cell_with_a_total_hides_its_branch_only():
    table = concentration(grid({"a": [None, 3, 20], "b": [2, 3, 30]}, "xy"))
    assert set(row(table, "x").values()) == {None}
    assert None not in row(table, "y").values()


def test_a_null_cell_without_a_total_leaves_what_needs_no_weights():
    table = concentration(grid({"a": [None, 3], "b": [2, 3]}, "xy"))
    assert set(row(table, "x").values()) == {None}
    known = {name for name, value in row(table, "y").items() if value is not None}
    assert known == {"herfindahl", "entropy"}


def test_a_null_in_the_whole_hides_its_branch():
    cells = grid({"a": [6, 3, 20], "b": [2, 3, 30], "de": [None, 10, 100]}, "xy")
    table = concentration(cells, "de")
    assert set(row(table, "x").values()) == {None}
    assert None not in row(table, "y").values()


def test_a_single_region_and_a_single_branch():
    alone = {"krugman": 0, "herfindahl": 1, "hoover": 0, "gini": 0, "locational_gini": 0}
    alone |= {"theil_t": 0, "mean_log_deviation": 0, "entropy": 0, "hachman": 1}
    for branch in "xy":
        assert row(concentration(grid({"a": [6, 3]}, "xy")), branch) == pytest.approx(alone)
    one_branch = row(concentration(grid({"a": [6], "b": [2]}, "x")), "x")
    assert (one_branch["krugman"], one_branch["herfindahl"], one_branch["hachman"]) == pytest.approx((0, 0.625, 1))


def test_an_empty_region_counts_for_nothing_and_an_empty_branch_is_null():
    cells = grid({"a": [6, 3], "b": [2, 3]}, "xy")
    empty = pl.concat([cells, grid({"nowhere": [0, 0]}, "xy")])
    assert row(concentration(empty), "x") == pytest.approx(row(concentration(cells), "x"))
    table = concentration(grid({"a": [6, 0], "b": [2, 0]}, "xy"))
    assert set(row(table, "y").values()) == {None}
    assert None not in row(table, "x").values()


def test_regions_that_one_side_lacks():
    here = spread([4, 0], [1, 1])
    assert here["mean_log_deviation"] is None
    assert (here["gini"], here["locational_gini"], here["hachman"]) == pytest.approx((0.5, 0.25, 0.5))
    uninhabited = spread([2, 2], [1, 0])
    assert (uninhabited["gini"], uninhabited["theil_t"], uninhabited["hachman"]) == (None, None, 0)
    assert (uninhabited["krugman"], uninhabited["locational_gini"]) == pytest.approx((1, 0.25))


def test_weights_of_another_kind():
    cells = persons_employed().filter(pl.col("region") != "germany")
    area = pl.DataFrame({"region": ["duesseldorf", "hamburg", "rheinisches-revier"], "value": [217, 755, 4977]})
    farming = concentration(cells, area).filter(branch="A", year=2017)["hoover"].item()
    shares = [820 / 14300 - 217 / 5949, 2270 / 14300 - 755 / 5949, 11210 / 14300 - 4977 / 5949]
    assert farming == pytest.approx(sum(abs(share) for share in shares) / 2)
    by_year = pl.concat([area.with_columns(year=pl.lit(year)) for year in (2008, 2012, 2017)])
    assert concentration(cells, by_year).equals(concentration(cells, area))
    with pytest.raises(MethodError, match="reference: no row for the year 2008"):
        concentration(cells, by_year.filter(pl.col("year") > 2008))
    with pytest.raises(MethodError, match="reference: no row for region hamburg"):
        concentration(cells, area.filter(pl.col("region") != "hamburg"))


def test_weights_of_regions_without_cells():
    cells = grid({"a": [6, 3], "b": [2, 3]}, "xy")
    people = pl.DataFrame({"region": ["a", "b", "c"], "value": [10, 10, 20]})
    with pytest.raises(MethodError, match="reference: region c has no cells"):
        concentration(cells, people)
    filled = pl.concat([cells, grid({"c": [0, 0]}, "xy")])
    assert concentration(cells, people, absent="zero").equals(concentration(filled, people))


def test_missing_rows_and_unknown_names():
    cells = grid({"a": [6, 3], "b": [2, 3]}, "xy")
    with pytest.raises(MethodError, match=r"no row for \(b, y\)"):
        concentration(cells.head(3))
    assert row(concentration(cells.head(3), absent="zero"), "y")["herfindahl"] == 1
    with pytest.raises(MethodError, match="'bund' is no region"):
        concentration(cells, "bund")
    with pytest.raises(MethodError, match="column region missing"):
        concentration(cells, pl.DataFrame({"value": [1]}))


def test_large_counts_in_small_integers_do_not_overflow():
    cells = persons_employed().with_columns((pl.col("value") * 50).cast(pl.UInt32))
    assert alike(concentration(cells, "germany"), concentration(persons_employed(), "germany"))


@given(panels())
def test_indices_within_their_bounds(cells: pl.DataFrame):
    table = concentration(cells)
    regions = cells["region"].n_unique()
    bounds = {
        "krugman": (0, 2),
        "herfindahl": (1 / regions, 1),
        "hoover": (0, 1),
        "gini": (0, 1 - 1 / regions),
        "locational_gini": (0, 0.5),
        "theil_t": (0, math.inf),
        "mean_log_deviation": (0, math.inf),
        "entropy": (0, math.log(regions)),
        "hachman": (0, 1),
    }
    for name, (low, high) in bounds.items():
        known = table[name].drop_nulls()
        assert known.is_between(low - 1e-9, high + 1e-9).all(), name
        assert known.is_finite().all(), name


@given(panels(), st.integers(2, 1000))
def test_unit_and_row_order_do_not_matter(cells: pl.DataFrame, factor: int):
    plain = concentration(cells)
    assert concentration(cells.reverse()).equals(plain)
    assert alike(concentration(cells.with_columns(pl.col("value") * factor)), plain)
