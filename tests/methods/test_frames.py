"""What a frame must be, and that every fault is named."""

import polars as pl
import pytest

from analysis.methods.frames import MethodError, check_disjoint, tidy
from analysis.methods.panel import measured, panel, with_residual


def frame(**columns: list) -> pl.DataFrame:
    return pl.DataFrame({"region": ["a", "a"], "branch": ["x", "y"], "value": [1, 2], **columns})


def test_integers_become_floats_and_null_stays_null():
    cells = tidy(frame(value=[None, 2_000_000_000]).cast({"value": pl.Int32}))
    assert cells["value"].to_list() == [None, 2e9]


def test_years_may_be_text():
    assert tidy(frame(year=["2019", "2020"]))["year"].to_list() == [2019, 2020]


@pytest.mark.parametrize(
    ("faulty", "words"),
    [
        (frame().drop("value"), "value missing"),
        (frame().clear(), "no rows"),
        (frame(region=[1, 2]), "'region' is Int64"),
        (frame(region=["a", None]), "1 rows have an empty"),
        (frame(branch=["x", "x"]), r"\(a, x\) stand there more than once"),
        (frame(value=[1.0, float("nan")]), r"\(a, y\) is NaN or infinite"),
        (frame(value=[1.0, float("-inf")]), r"\(a, y\) is NaN or infinite"),
        (frame(value=[1, -3]), r"\(a, y, -3.0\) is negative"),
        (frame(value=["1", "2"]), "'value' is String"),
        (frame(year=["2019", "2019a"]), "2019a is not a year"),
        (frame(year=[2019.0, 2020.0]), "'year' is Float64"),
    ],
)
def test_faults_are_named(faulty: pl.DataFrame, words: str):
    with pytest.raises(MethodError, match=words):
        tidy(faulty)
    with pytest.raises(ValueError, match=words):
        panel(faulty)


def test_only_the_first_five_cells_are_listed():
    many = pl.DataFrame({"region": ["a"] * 9, "branch": [f"b{n}" for n in range(9)], "value": [-1] * 9})
    with pytest.raises(MethodError, match=r"\(a, b4, -1.0\) and 4 more is negative"):
        tidy(many)


def test_a_missing_row_is_an_error_or_zero():
    gap = pl.DataFrame({"region": ["a", "a", "b"], "branch": ["x", "y", "x"], "value": [1, 2, 3]})
    with pytest.raises(MethodError, match=r"no row for \(b, y\).*absent=\"zero\""):
        panel(gap)
    assert panel(gap, absent="zero").values[1, 0].tolist() == [3, 0]
    with pytest.raises(MethodError, match='not "skip"'):
        panel(gap, absent="skip")


def test_a_missing_published_total_is_never_zero():
    gap = pl.DataFrame({"region": ["a", "a", "b"], "branch": ["x", "total", "x"], "value": [1, 2, 3]})
    with pytest.raises(MethodError, match=r"no row for \(b, total\)"):
        panel(gap, absent="zero")


def test_total_and_sum_are_both_kept():
    # Göttingen 2017: the branches sum to 67,283, the published total is 69,403.
    cells = pl.DataFrame({"region": "goe", "branch": ["x", "y", "total"], "value": [60_000, 7_283, 69_403]})
    data, _ = with_residual(*measured(cells, None))
    assert data.branches == ("x", "y", "residual")
    assert data.values[0, 0].tolist() == [60_000, 7_283, 2_120]
    assert data.totals[0, 0] == 69_403


def test_no_gap_no_residual():
    cells = pl.DataFrame({"region": "r", "branch": ["x", "y", "total"], "value": [0.1, 0.2, 0.1 + 0.2]})
    assert with_residual(*measured(cells, None))[0].branches == ("x", "y")


def test_a_total_alone_is_no_frame_of_branches():
    with pytest.raises(MethodError, match="only the branch 'total'"):
        panel(pl.DataFrame({"region": ["a"], "branch": ["total"], "value": [1]}))


@pytest.mark.parametrize("codes", [("B-E", "C"), ("B-F", "F"), ("A-R", "A"), ("G-U", "G-I")])
def test_nested_branches_are_refused(codes: tuple[str, str]):
    with pytest.raises(MethodError, match="overlap"):
        check_disjoint(codes)


def test_the_ten_branches_and_foreign_names_are_disjoint():
    check_disjoint(["A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U"])
    check_disjoint(["BDE", "C", "Handel", "62", "62.01"])


def test_references_must_fit():
    cells = frame()
    with pytest.raises(MethodError, match="'b' is no region of the frame"):
        measured(cells, "b")
    with pytest.raises(MethodError, match=r"reference: no row for \(reference, y\)"):
        measured(cells, pl.DataFrame({"branch": ["x"], "value": [1]}))
    with pytest.raises(MethodError, match=r"no row for \(a, z\)"):
        measured(cells, pl.DataFrame({"branch": ["x", "y", "z"], "value": [1, 1, 1]}))
    data, outer = measured(cells, pl.DataFrame({"branch": ["x", "z"], "value": [5, 7]}), absent="zero")
    assert data.branches == ("x", "y", "z")
    assert data.values[0, 0].tolist() == [1, 2, 0]
    assert outer.values[0].tolist() == [5, 0, 7]
    timed = frame(year=[2019, 2019])
    with pytest.raises(MethodError, match="reference: no row for the year 2019"):
        measured(timed, pl.DataFrame({"branch": ["x", "y"], "value": [1, 1], "year": [2018, 2018]}))
    with pytest.raises(MethodError, match="column value missing"):
        measured(timed, pl.DataFrame({"branch": ["x", "y"]}))
