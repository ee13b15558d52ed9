"""Bounds of secret cells and of their sums: enumeration, identities, real secret cells, bad input."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.bounds import aggregate_bounds, suppression_bounds, table_margins
from analysis.methods.frames import MethodError

from .secret_tables import FOUR, WIDE, groups, hidden, rhineland_palatinate, suppressed, table, totals

SOLVED = settings(max_examples=25)


def intervals(frame: pl.DataFrame) -> dict[tuple[str, str], tuple[float, float | None]]:
    return {(row["region"], row["branch"]): (row["low"], row["high"]) for row in frame.iter_rows(named=True)}


def test_four_cells_with_all_margins_known():
    found = intervals(suppression_bounds(hidden(WIDE, FOUR), totals(WIDE)))
    assert found == {
        ("r0", "b0"): (40, 100),
        ("r0", "b1"): (0, 60),
        ("r1", "b0"): (0, 60),
        ("r1", "b1"): (0, 60),
    }


def test_one_hidden_cell_is_a_point():
    values = [[5, 7, 11], [13, 17, 19]]
    assert suppression_bounds(hidden(values, {(1, 2)}), totals(values)).rows() == [("r1", "b2", 19, 19)]


@SOLVED
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_two_cells_of_one_margin(first: int, second: int, limit: int):
    cells = table([[None, None]]).with_columns(high=pl.Series([None, float(second + limit)]))
    margin = pl.DataFrame({"region": ["r0"], "branch": ["total"], "value": [first + second]})
    found = intervals(suppression_bounds(cells, margin))
    sum_ = first + second
    assert found[("r0", "b0")] == (max(0, sum_ - (second + limit)), sum_)
    assert found[("r0", "b1")] == (0, min(sum_, second + limit))


def test_without_a_margin_a_cell_is_open_above():
    cells = table([[None, None, 4]])
    margin = pl.DataFrame({"region": ["total", "total"], "branch": ["b0", "b1"], "value": [None, 8]})
    found = suppression_bounds(cells, margin)
    assert intervals(found) == {("r0", "b0"): (0, None), ("r0", "b1"): (8, 8)}
    assert found.columns == ["region", "branch", "low", "high"]


def test_no_secret_cell_no_row():
    found = suppression_bounds(table([[1, 2]]), totals([[1, 2]]))
    assert (found.height, found.columns) == (0, ["region", "branch", "low", "high"])


def test_a_rounded_margin_and_rounding_to_whole_numbers():
    cells = table([[None, None, 100]]).with_columns(high=pl.Series([None, 7.5, None]))
    margin = pl.DataFrame({"region": ["r0"], "branch": ["total"], "low": [150], "high": [249.5]})
    assert intervals(suppression_bounds(cells, margin)) == {("r0", "b0"): (42.5, 149.5), ("r0", "b1"): (0, 7.5)}
    assert intervals(suppression_bounds(cells, margin, integer=True)) == {("r0", "b0"): (43, 149), ("r0", "b1"): (0, 7)}


def test_whole_numbers_are_asked_for_where_they_are_and_can_be():
    halves = table([[None, 1]]).with_columns(pl.col("value") * 0.5)
    with pytest.raises(MethodError, match=r"\(r0, b1\) is no whole number; say integer=False"):
        suppression_bounds(halves, totals([[1, 1]]), integer=True)
    between = pl.DataFrame({"region": ["r0"], "branch": ["total"], "low": [1.2], "high": [1.8]})
    with pytest.raises(MethodError, match=r"no whole number is left for \(r0, b0\)"):
        suppression_bounds(table([[None, 1]]), between, integer=True)


def test_nested_branches_of_a_table_that_holds_its_totals():
    cells = pl.DataFrame(
        {
            "region": "r",
            "branch": ["total", "A", "B-F", "B-E", "C", "F"],
            "value": [100, None, None, 40, None, None],
        }
    )
    tree = pl.DataFrame(
        {
            "whole": ["total", "total", "B-F", "B-F", "B-E"],
            "part": ["A", "B-F", "B-E", "F", "C"],
            "exhaustive": [True, True, True, True, False],
        }
    )
    found = intervals(suppression_bounds(cells, table_margins(cells, branches=tree)))
    assert found == {("r", "A"): (0, 60), ("r", "B-F"): (40, 100), ("r", "C"): (0, 40), ("r", "F"): (0, 60)}
    found = suppression_bounds(cells, table_margins(cells, branches=tree.with_columns(exhaustive=pl.lit(True))))
    assert intervals(found)[("r", "C")] == (40, 40)


def test_regions_within_regions():
    cells = pl.DataFrame({"region": ["05", "05111", "05112"], "branch": "J", "value": [30, None, 10]})
    tree = pl.DataFrame({"whole": ["05", "05"], "part": ["05111", "05112"]})
    assert suppression_bounds(cells, table_margins(cells, tree)).rows() == [("05111", "J", 20, 20)]
    with pytest.raises(MethodError, match="05113 is no region of the cells"):
        table_margins(cells, pl.DataFrame({"whole": ["05"], "part": ["05113"]}))
    with pytest.raises(MethodError, match="neither regions nor branches"):
        table_margins(cells)
    less = cells.filter(pl.col("region") != "05112")
    more = pl.concat([less, pl.DataFrame({"region": ["05112"], "branch": ["K"], "value": [1]})])
    with pytest.raises(MethodError, match=r"\(05112, J\) is no cell"):
        suppression_bounds(more, table_margins(more, tree))


def test_margins_by_their_members_with_coefficients():
    cells = table([[None, None], [None, 2]])
    members = pl.DataFrame(
        {
            "margin": ["sum", "sum", "sum", "difference", "difference"],
            "region": ["r0", "r0", "r1", "r0", "r0"],
            "branch": ["b0", "b1", "b1", "b0", "b1"],
            "coefficient": [1, 1, 3, 1, -1],
            "value": [16, 16, 16, 4, 4],
        }
    )
    found = intervals(suppression_bounds(cells, members))
    assert found == {("r0", "b0"): (7, 7), ("r0", "b1"): (3, 3), ("r1", "b0"): (0, None)}


def test_margins_that_contradict_are_named():
    # Branches b0 and b1 sum to 163, the regions to 160.
    wrong = totals(WIDE).with_columns(
        value=pl.when(pl.col("branch") == "b1").then(63).otherwise(pl.col("value")).cast(pl.Int64)
    )
    with pytest.raises(
        MethodError, match=r"no table meets them all; at least it would take '.*total.*' by 3 (up|down)"
    ):
        suppression_bounds(hidden(WIDE, FOUR), wrong)
    with pytest.raises(MethodError, match="their cells, all known, contradict: 'r0/total', 'total/b1'"):
        suppression_bounds(table([[1, 2], [None, 4]]), totals([[1, 3], [3, 4]]))
    with pytest.raises(MethodError, match="'r0/total' by 5 up"):
        suppression_bounds(table([[None, 9]]), pl.DataFrame({"region": ["r0"], "branch": ["total"], "value": [4]}))


@pytest.mark.parametrize(
    ("margins", "message"),
    [
        ({"region": ["r9"], "branch": ["total"], "value": [1]}, "r9/total has no cells"),
        ({"region": ["r0"], "branch": ["total"]}, "column 'value' is missing"),
        ({"region": ["r0"], "branch": ["total"], "value": [float("nan")]}, "NaN"),
        ({"region": ["r0"] * 2, "branch": ["total"] * 2, "value": [1, 2]}, "more than once"),
        ({"region": ["r0"], "branch": ["total"], "value": [1], "year": [2019]}, "column 'year'"),
        ({"region": ["r0"], "branch": ["total"], "low": [2], "high": [1]}, "lower limit above the upper"),
        ({"region": ["r0"], "branch": ["total"], "value": [2], "high": [3]}, "a value and limits"),
        ({"margin": ["m"], "region": ["r0"], "branch": ["total"], "value": [1]}, r"\(r0, total\) is no cell"),
        ({"margin": ["m"] * 2, "region": ["r0"] * 2, "branch": ["b0", "b1"], "value": [1, 2]}, "several numbers"),
        (
            {"margin": ["m"], "region": ["r0"], "branch": ["b0"], "value": [1], "coefficient": [None]},
            r"\(r0, b0\) has no coefficient",
        ),
    ],
)
def test_bad_margins_are_named(margins: dict, message: str):
    with pytest.raises(MethodError, match=message):
        suppression_bounds(table([[None, 1]]), pl.DataFrame(margins))


def test_bad_cells_are_named():
    margin = pl.DataFrame({"region": ["r0"], "branch": ["total"], "value": [4]})
    with pytest.raises(MethodError, match=r"\(r0, b1, -1.0\) is negative"):
        suppression_bounds(table([[None, -1]]), margin)
    with pytest.raises(MethodError, match=r"\(r0, b0\) has a lower limit above"):
        suppression_bounds(table([[None, 1]]).with_columns(low=pl.lit(3), high=pl.lit(2)), margin)
    with pytest.raises(MethodError, match="'total' is among them"):
        suppression_bounds(table([[None, 1]]).with_columns(branch=pl.Series(["b0", "total"])), margin)
    with pytest.raises(MethodError, match="B-E and C overlap"):
        suppression_bounds(table([[None, 1]]).with_columns(branch=pl.Series(["B-E", "C"])), margin)
    with pytest.raises(MethodError, match="more than once"):
        suppression_bounds(table([[None, 1]]).with_columns(branch=pl.lit("b0")), margin)


def test_years_are_blocks_of_their_own():
    cells = pl.concat([hidden(WIDE, FOUR).with_columns(year=year) for year in (2019, 2020)])
    margins = pl.concat([totals(WIDE).with_columns(year=year) for year in (2019, 2020)])
    found = suppression_bounds(cells, margins)
    assert found.columns == ["region", "branch", "year", "low", "high"]
    assert found.filter(year=2020).drop("year").equals(suppression_bounds(hidden(WIDE, FOUR), totals(WIDE)))


@SOLVED
@given(suppressed(largest=4))
def test_the_bounds_are_those_of_all_whole_tables(drawn: tuple):
    # Margins of a two-way table have whole corners, so that counting through all tables gives the same.
    values, secret = drawn
    array, places = np.array(values), sorted(secret)
    options = [range(min(array[r].sum(), array[:, b].sum()) + 1) for r, b in places]
    if np.prod([len(option) for option in options], dtype=float) > 20_000:
        return
    tables = np.array(list(product(*options)))
    fits = np.ones(len(tables), dtype=bool)
    for axis in (0, 1):
        for line in range(array.shape[axis]):
            own = [at for at, place in enumerate(places) if place[axis] == line]
            fits &= tables[:, own].sum(axis=1) == sum(array[places[at]] for at in own)
    found = intervals(suppression_bounds(hidden(values, secret), totals(values), integer=True))
    low, high = tables[fits].min(axis=0), tables[fits].max(axis=0)
    assert found == {(f"r{r}", f"b{b}"): (low[at], high[at]) for at, (r, b) in enumerate(places)}


@SOLVED
@given(suppressed(largest=2_000_000, most=5), st.randoms())
def test_the_truth_is_inside_and_margins_only_narrow(drawn: tuple, random):
    values, secret = drawn
    cells, margins = hidden(values, secret), totals(values)
    full = suppression_bounds(cells, margins)
    truth = full.join(table(values), on=["region", "branch"])
    assert truth.select(pl.col("value").is_between("low", "high").all()).item()
    fewer = margins.sample(fraction=0.6, seed=random.randint(0, 99), shuffle=True)
    some = suppression_bounds(cells.sample(fraction=1, shuffle=True, seed=1), fewer)
    assert some.select("region", "branch").equals(full.select("region", "branch"))
    assert (some["low"] <= full["low"]).all()
    assert (some["high"].fill_null(np.inf) >= full["high"]).all()
    shuffled = suppression_bounds(cells.reverse(), margins.reverse())
    assert shuffled.equals(full)


def test_aggregates_are_narrower_than_their_cells():
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    members = groups(("row", "r0", "b0"), ("row", "r0", "b1"), ("diagonal", "r0", "b0"), ("diagonal", "r1", "b1"))
    found = aggregate_bounds(cells, margins, members)
    # b0 of r0 rises with b1 of r1; what one cell of a row gains the other loses.
    assert found.rows() == [("diagonal", 40, 160, 2, None), ("row", 100, 100, 2, None)]


def test_the_interval_of_a_single_cell_is_withheld():
    values = [[50, 20, 30], [10, 40, 5], [7, 8, 9]]
    secret = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2)}
    cells, margins = hidden(values, secret), totals(values)
    members = groups(
        ("one", "r0", "b0"),
        ("one", "r0", "b2"),
        ("one and a settled one", "r0", "b0"),
        ("one and a settled one", "r2", "b2"),
        ("one and a settled pair", "r0", "b0"),
        ("one and a settled pair", "r0", "b1"),
        ("one and a settled pair", "r1", "b1"),
        ("known", "r2", "b0"),
        ("known", "r2", "b1"),
        ("diagonal", "r0", "b0"),
        ("diagonal", "r1", "b1"),
    )
    found = {row[0]: row[1:] for row in aggregate_bounds(cells, margins, members, integer=True).iter_rows()}
    assert found == {
        "one": (None, None, 1, "one secret cell"),
        "one and a settled one": (None, None, 2, "moves with one secret cell alone"),
        "one and a settled pair": (None, None, 3, "moves with one secret cell alone"),
        "known": (15, 15, 0, None),
        "diagonal": (10, 110, 2, None),
    }


def test_an_aggregate_may_be_open_above():
    cells = table([[None, None, 3]])
    nothing = pl.DataFrame({"region": ["r0"], "branch": ["total"], "value": [None]})
    members = groups(*(("all", "r0", f"b{at}") for at in range(3)))
    assert aggregate_bounds(cells, nothing, members).rows() == [("all", 3, None, 2, None)]
    difference = members.with_columns(coefficient=pl.Series([1, -1, 0]))
    assert aggregate_bounds(cells, nothing, difference).rows() == [("all", None, None, 2, None)]


def test_bad_groups_are_named():
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    with pytest.raises(MethodError, match=r"groups: \(r7, b0\) is no cell"):
        aggregate_bounds(cells, margins, groups(("x", "r7", "b0")))
    with pytest.raises(MethodError, match=r"\(x, r0, b0\) stand there more than once"):
        aggregate_bounds(cells, margins, groups(("x", "r0", "b0"), ("x", "r0", "b0")))


@SOLVED
@given(suppressed(largest=1000, most=4))
def test_an_aggregate_holds_the_truth_within_the_sum_of_its_cells(drawn: tuple):
    values, secret = drawn
    cells, margins = hidden(values, secret), totals(values)
    members = cells.select(group=pl.lit("square"), region="region", branch="branch").filter(
        pl.col("region").is_in(["r0", "r1"]) & pl.col("branch").is_in(["b0", "b1"])
    )
    row = aggregate_bounds(cells, margins, members).row(0, named=True)
    single = suppression_bounds(cells, margins).join(members, on=["region", "branch"], how="semi")
    assert row["secret"] == single.height
    if row["withheld"]:
        return
    truth = sum(values[r][b] for r in (0, 1) for b in (0, 1))
    known = cells.join(members, on=["region", "branch"], how="semi")["value"].sum()
    assert known + single["low"].sum() - 1e-6 <= row["low"] <= truth + 1e-6
    assert truth - 1e-6 <= row["high"] <= known + single["high"].sum() + 1e-6


def test_real_secret_cells_of_one_land():
    cells, margins = rhineland_palatinate()
    found = suppression_bounds(cells, margins, integer=True)
    assert found.height == cells["value"].null_count() == 26
    # Official suppression is sound: no cell follows from the margins, and each has room.
    assert (found["high"] - found["low"]).min() > 100
    # The two secret cells of K share what the Land's total leaves.
    pair = found.filter(branch="K")
    left = cells.filter(branch="K", region="07")["value"].item() - 35_532
    assert pair["high"].max() <= left == 897
    # Their sum is no secret of either: it is what is left.
    both = pair.select(group=pl.lit("K"), region="region", branch="branch")
    assert aggregate_bounds(cells, margins, both).rows() == [("K", 897, 897, 2, None)]


def test_known_cells_hidden_by_hand_lie_inside():
    cells, margins = rhineland_palatinate()
    secret = {("07137", "L"), ("07137", "A"), ("07138", "L"), ("07138", "A"), ("07", "L")}
    hides = pl.concat_list("region", "branch").map_elements(lambda key: tuple(key) in secret, pl.Boolean)
    masked = cells.with_columns(value=pl.when(~hides).then("value"))
    assert masked["value"].null_count() == cells["value"].null_count() + len(secret)
    found = suppression_bounds(masked, margins).join(cells, on=["region", "branch"]).drop_nulls("value")
    assert found.height == len(secret)
    assert found.select(pl.col("value").is_between("low", pl.col("high").fill_null(np.inf)).all()).item()
