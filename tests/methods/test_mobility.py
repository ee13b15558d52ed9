"""Mobility: chains worked by hand, and chains whose end depends on the start or is not known."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.growth import mobility
from analysis.methods.mobility import stationary

BREAKS = (0.75, 1.25)


def panel(*series: list, first: int = 2000, stride: int = 1) -> pl.DataFrame:
    """Regions r0, r1, … with one value a year."""
    rows = [(f"r{at}", first + stride * t, value) for at, values in enumerate(series) for t, value in enumerate(values)]
    return pl.DataFrame(rows, schema={"region": pl.String, "year": pl.Int64, "value": pl.Float64}, orient="row")


# Low 5, middle 10, high 15: the mean of every year is 10.
MOVING = panel([5, 5, 10, 5], [15, 15, 15, 10], [10, 10, 5, 15])


def test_a_chain_by_hand():
    found = mobility(MOVING, BREAKS)
    counts = found.transitions["count"].to_numpy().reshape(3, 3)
    assert counts.tolist() == [[1, 1, 1], [2, 1, 0], [0, 1, 2]]
    assert found.matrix == pytest.approx(counts / 3)
    # π = πP: 3a = a + 2b, 3b = a + b + c, 3c = a + 2c; hence a = b = c.
    assert found.classes["ergodic"].to_list() == pytest.approx([1 / 3] * 3)
    assert found.shorrocks == pytest.approx((3 - 4 / 3) / 2)
    assert found.reason == ""
    assert found.classes.select("class", "lower", "upper", "first", "last").rows() == [
        (1, None, 0.75, 1 / 3, 1 / 3),
        (2, 0.75, 1.25, 1 / 3, 1 / 3),
        (3, 1.25, None, 1 / 3, 1 / 3),
    ]


def test_the_unit_and_a_common_growth_do_not_move_anyone():
    grown = MOVING.with_columns(pl.col("value") * (1 + pl.col("year") - 2000) * 64)
    assert mobility(grown, BREAKS).transitions.equals(mobility(MOVING, BREAKS).transitions)


def test_a_value_at_a_break_belongs_below_it():
    found = mobility(panel([7.5, 7.5], [12.5, 12.5], [10, 10]), BREAKS)
    assert found.classes["first"].to_list() == pytest.approx([1 / 3, 2 / 3, 0])


def test_a_number_of_classes_cuts_at_the_quantiles_of_all_years_together():
    cells = panel([1, 2], [2, 1], [3, 4], [4, 3])
    found = mobility(cells, 2)
    assert found.classes["upper"].to_list() == [1.0, None]
    assert found.matrix.tolist() == [[1, 0], [0, 1]]
    assert mobility(cells, 4).matrix.tolist() == [[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]


def test_several_closed_sets_have_no_single_end():
    found = mobility(panel([1, 2], [2, 1], [3, 4], [4, 3]), 4)
    assert found.classes["ergodic"].to_list() == [None] * 4
    assert found.reason.startswith("not unique: once in {1, 2} and {3, 4}")
    assert found.shorrocks == pytest.approx(4 / 3)


def test_one_absorbing_class_takes_all():
    found = mobility(panel([10, 2, 2], [10, 18, 10], [10, 10, 18]), (0.5, 1.5))
    assert found.matrix.round(6).tolist() == [[1, 0, 0], [0.25, 0.25, 0.5], [0, 1, 0]]
    assert found.classes["ergodic"].to_list() == pytest.approx([1, 0, 0])
    assert found.reason == ""


def test_two_absorbing_classes_are_not_unique():
    found = mobility(panel([10, 2, 2], [10, 18, 18], [10, 10, 10]), (0.5, 1.5))
    assert found.classes["ergodic"].to_list() == [None, None, None]
    assert found.reason.startswith("not unique: once in {1} and {3}")


def test_a_class_nobody_was_in_is_null_in_its_row_and_no_part_of_the_chain():
    found = mobility(MOVING, (*BREAKS, 9))
    assert found.transitions.filter(origin=4)["probability"].to_list() == [None] * 4
    assert found.transitions.filter(origin=4)["count"].to_list() == [0] * 4
    assert np.isnan(found.matrix[3]).all()
    assert found.classes["ergodic"].to_list() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0])
    assert found.shorrocks == pytest.approx(mobility(MOVING, BREAKS).shorrocks)


def test_a_class_entered_in_the_last_year_only_leaves_the_end_unknown():
    found = mobility(panel([5, 5], [10, 10], [15, 10], [10, 30]), (0.75, 1.9))
    assert found.transitions.filter(origin=3)["probability"].to_list() == [None] * 3
    assert found.classes["ergodic"].to_list() == [None] * 3
    assert found.shorrocks is None
    assert found.reason == "class 3 was entered but no region was seen leaving or staying in it"


def test_one_region_is_always_at_its_own_mean():
    found = mobility(panel([3, 4, 5]), BREAKS)
    assert found.classes["ergodic"].to_list() == [0, 1, 0]
    assert found.shorrocks is None
    assert found.reason == "all regions stayed in class 2: no mobility between classes to measure"


def test_transitions_join_years_that_are_a_step_apart():
    cells = panel([5, 5, 10], [15, 10, 15], [10, 15, 5], stride=2)
    with pytest.raises(MethodError, match="no two years 1 apart among 2000, 2002, 2004"):
        mobility(cells, BREAKS)
    assert mobility(cells, BREAKS, step=2).transitions["count"].sum() == 6
    assert mobility(cells, BREAKS, step=4).transitions["count"].sum() == 3
    with pytest.raises(MethodError, match="no two years 0 apart"):
        mobility(cells, BREAKS, step=0)
    with_a_hole = pl.concat([cells, panel([5], [10], [15], first=2005)])
    assert mobility(with_a_hole, BREAKS).transitions["count"].sum() == 3


def test_a_null_is_a_gap_and_a_zero_is_not():
    cells = panel([5, None, 5], [15, 15, 15], [10, 10, 10], [0, 0, 0])
    with pytest.raises(MethodError, match=r'\(r0, 2001\) without a value; gaps="exclude"'):
        mobility(cells, BREAKS)
    found = mobility(cells, BREAKS, gaps="exclude")
    assert found.excluded == ("r0",)
    assert found.transitions["count"].sum() == 6
    assert found.classes["first"].to_list() == pytest.approx([1 / 3, 1 / 3, 1 / 3])


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        (1, "classes: 1; mobility needs at least two"),
        ((), "a list of at least one break point"),
        ((1.25, 0.75), "break points 1.25, 0.75 do not rise"),
        ((1.0, float("nan")), "do not rise"),
        ([[0.5], [1.0]], "a list of at least one break point"),
    ],
)
def test_wrong_classes(classes: object, words: str):
    with pytest.raises(MethodError, match=words):
        mobility(MOVING, classes)


def test_wrong_panels():
    with pytest.raises(MethodError, match="many regions share a value, give break points"):
        mobility(panel([1, 1], [1, 1], [1, 1]), 3)
    with pytest.raises(MethodError, match="all regions are zero in 2001"):
        mobility(panel([1, 0], [2, 0]), BREAKS)
    with pytest.raises(MethodError, match=r"\(r0, 2000\) stand there more than once"):
        mobility(pl.concat([MOVING, MOVING.head(1)]), BREAKS)


PANELS = st.integers(2, 5).flatmap(
    lambda years: st.lists(st.lists(st.integers(1, 100), min_size=years, max_size=years), min_size=1, max_size=8)
)


@given(PANELS, st.lists(st.floats(0.2, 2.5), min_size=1, max_size=4, unique=True).map(sorted))
def test_probabilities_and_the_stationary_distribution(series: list[list[int]], breaks: list[float]):
    found = mobility(panel(*series), breaks)
    left = found.transitions.group_by("origin", maintain_order=True).agg(pl.col("count").sum())["count"].to_numpy()
    assert left.sum() == len(series) * (len(series[0]) - 1)
    assert np.isnan(found.matrix).any(axis=1).tolist() == (left == 0).tolist()
    assert found.matrix[left > 0].sum(axis=1) == pytest.approx(1)
    ergodic = found.classes["ergodic"].fill_null(np.nan).to_numpy()
    if np.isnan(ergodic).any():
        assert np.isnan(ergodic).all()
        assert found.reason
    else:
        assert ergodic @ np.nan_to_num(found.matrix) == pytest.approx(ergodic, abs=1e-9)
        assert ergodic.sum() == pytest.approx(1)
        assert (ergodic >= -1e-12).all()
    if found.shorrocks is None:
        assert found.reason
    else:
        assert 0 <= found.shorrocks <= 2


@given(PANELS)
def test_the_order_of_rows_does_not_matter(series: list[list[int]]):
    cells = panel(*series)
    found, turned = mobility(cells, BREAKS), mobility(cells.reverse(), BREAKS)
    assert turned.transitions.equals(found.transitions)
    assert turned.classes.equals(found.classes)


@given(st.integers(2, 6), st.integers(0, 2**32 - 1))
def test_the_stationary_distribution_is_where_the_chain_goes(size: int, seed: int):
    random = np.random.default_rng(seed)
    matrix = random.random((size, size)) + 0.01
    matrix /= matrix.sum(axis=1, keepdims=True)
    assert stationary(matrix) == pytest.approx(np.linalg.matrix_power(matrix, 10_000)[0], abs=1e-9)
