"""Official signs and the shape of observations."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources.observations import SCHEMA, cell_status, geo_level, observations


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("429514", 429514.0, "ok"),
        (" 2852,146 ", 2852.146, "ok"),
        ("17 953", 17953.0, "ok"),
        ("- 21,0", -21.0, "ok"),
        ("−30 073", -30073.0, "ok"),
        ("0", 0.0, "ok"),
        ("-", 0.0, "zero"),
        (".", None, "suppressed"),
        ("•", None, "suppressed"),
        ("*", None, "suppressed"),
        ("...", None, "not_available"),
        ("/", None, "unreliable"),
        ("x", None, "not_applicable"),
        ("(12)", 12.0, "unreliable"),
        ("( 1 003 )", 1003.0, "unreliable"),
        ("( )", None, "unreliable"),
    ],
)
def test_each_sign_has_its_value_and_status(text: str, value: float | None, status: str) -> None:
    assert cell_status(text) == (value, status)


@pytest.mark.parametrize("text", ["1.953", "12,5,1", "n.a.", "", "1 23", "--"])
def test_an_ambiguous_or_unknown_cell_stops(text: str) -> None:
    with pytest.raises(StudyError, match="neither a number"):
        cell_status(text)


def test_the_decimal_mark_belongs_to_the_file() -> None:
    assert cell_status("118.65", decimal=".").value == 118.65
    with pytest.raises(StudyError):
        cell_status("118,65", decimal=".")


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_grouped_integers_come_back(number: int) -> None:
    assert cell_status(f"{number:,}".replace(",", " ")) == (float(number), "ok")


def test_levels_of_keys() -> None:
    keys = ["DG", "02", "051", "05111", "05334002"]
    assert [geo_level(key) for key in keys] == ["country", "land", "regierungsbezirk", "district", "municipality"]
    with pytest.raises(StudyError, match="5111"):
        geo_level("5111")


def cell(**changes: object) -> pl.DataFrame:
    row = {
        "source": "s",
        "table": "13111-07-05-4",
        "measure": "employees",
        "geo": "05111",
        "geo_level": "district",
        "branch": "B-E",
        "classification": "WZ 2008",
        "period": "2020",
        "value": 39667.0,
        "unit": "persons",
        "status": "ok",
        "flag": None,
        "file_sha256": "0" * 64,
        "row": "L1207C4",
    }
    return pl.DataFrame([row | changes], schema=SCHEMA)


def test_a_valid_cell_passes_unchanged() -> None:
    assert observations(cell()).equals(cell())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "geheim"}, "Unknown status 'geheim'"),
        ({"geo_level": "kreis"}, "Unknown geo_level 'kreis'"),
        ({"value": None}, "contradict"),
        ({"value": float("nan")}, "contradict"),
        ({"status": "zero"}, "contradict"),
        ({"status": "suppressed"}, "contradict"),
        ({"row": None}, "empty cells"),
    ],
)
def test_what_cannot_be_stops(changes: dict[str, object], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        observations(cell(**changes))


def test_unknown_columns_and_doubled_cells_stop() -> None:
    with pytest.raises(StudyError, match="kommentar"):
        observations(cell().with_columns(kommentar=pl.lit("")))
    with pytest.raises(StudyError, match="stands 2 times"):
        observations(pl.concat([cell(), cell(row="L9C4")]))
