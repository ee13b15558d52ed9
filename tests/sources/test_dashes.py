"""A dash is zero, no such district, or not loaded: the parents decide."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources import dashes
from analysis.sources.observations import cell_status, geo_level


def table(rows: list[tuple[str, str, str]]) -> pl.DataFrame:
    records = [("employees", geo, geo_level(geo), branch, "2020", *cell_status(text)) for geo, branch, text in rows]
    schema = ["measure", "geo", "geo_level", "branch", "period", "value", "status"]
    return pl.DataFrame(records, schema=schema, orient="row", infer_schema_length=None)


def statuses(frame: pl.DataFrame) -> dict[tuple[str, str], str]:
    return {(geo, branch): status for geo, branch, status in frame.select("geo", "branch", "status").iter_rows()}


LIVE = [("09", "total", "5663000"), ("09", "A", "28000"), ("09662", "total", "29000"), ("09662", "A", "-")]
GONE = [("09999", "total", "-"), ("09999", "A", "-")]


def test_zero_in_a_living_district_stays_zero_and_a_dissolved_one_is_not_applicable() -> None:
    resolved = dashes.resolve(table(LIVE + GONE))
    found = statuses(resolved)
    assert found["09662", "A"] == "not_available", "every district of the Land shows a dash in A"
    more = statuses(dashes.resolve(table([*LIVE, *GONE, ("09663", "total", "80000"), ("09663", "A", "60")])))
    assert more["09662", "A"] == "zero"
    assert more["09999", "total"] == more["09999", "A"] == "not_applicable"
    assert resolved.filter(pl.col("status").is_in(["not_available", "not_applicable"]))["value"].null_count() == 3


def test_districts_that_were_not_loaded_are_not_available() -> None:
    found = statuses(dashes.resolve(table([("02", "total", "1084974"), ("02000", "total", "-"), ("01", "total", "-")])))
    assert found["02000", "total"] == "not_available"
    assert found["01", "total"] == "not_applicable"


def test_a_branch_with_a_value_whose_parts_are_all_dashes_is_not_loaded() -> None:
    rows = [("05", "total", "7000000"), ("05", "B-F", "1"), ("05111", "total", "429514"), ("05111", "B-F", "39667")]
    parts = [("05111", "B-E", "-"), ("05111", "F", "-"), ("05111", "C", "-")]
    found = statuses(dashes.resolve(table(rows + parts), tree=dashes.WZ_EMPLOYEES))
    assert found["05111", "B-E"] == found["05111", "F"] == "not_available"
    assert found["05111", "C"] == "zero", "C alone is not the whole of B-E"


@given(st.permutations(LIVE + GONE), st.sampled_from(["-", "12", "."]))
def test_row_order_does_not_matter_and_known_cells_never_change(rows: list[tuple[str, str, str]], other: str) -> None:
    frame = table([*rows, ("09663", "total", "80000"), ("09663", "A", other)])
    resolved = dashes.resolve(frame)
    assert statuses(resolved) == statuses(dashes.resolve(frame.sort("geo", "branch")))
    known = frame["status"] != "zero"
    assert resolved.filter(known).equals(frame.filter(known))
