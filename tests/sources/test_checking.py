"""What is odd about a file is said with its kind, its place and a cure; what is in order is not."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from analysis import territory
from analysis.sources import checking
from analysis.sources.observations import SCHEMA
from analysis.sources.official import OfficialTable
from tests.conftest import RAW

TODAY = date(2026, 11, 27)
BRANCHES = ("A", "B-F", "G-U")


def cell(geo: str, value: float | None, branch: str = "total", status: str = "", period: str = "2020") -> dict:
    level = {2: "land", 5: "district"}[len(geo)]
    status = status or ("suppressed" if value is None else "ok")
    fixed = {"source": "", "table": "t", "measure": "employees", "classification": "WZ 2008", "unit": "persons"}
    place = f"{geo}/{branch}/{period}"
    return fixed | {"geo": geo, "geo_level": level, "branch": branch, "period": period, "value": value} | {
        "status": status, "flag": None, "file_sha256": "0" * 64, "row": place}  # fmt: skip


def table(*cells: dict) -> OfficialTable:
    frame = pl.DataFrame(cells, schema=SCHEMA)
    return OfficialTable("made here", "t", "a table", len(cells), frame, sums={"total": BRANCHES})


def kinds(*cells: dict, keys: pl.DataFrame | None = None) -> dict[str, str]:
    report = checking.check(table(*cells), "t.csv", keys=keys, today=TODAY)
    return {problem.kind: problem.severity for problem in report.problems}


def test_a_good_file_is_usable_and_counted() -> None:
    rows = [cell("02", 997_534), cell("02000", 997_534), cell("02000", None, "J"), cell("02000", 0, "A", "zero")]
    report = checking.check(table(*rows), "t.csv", keys=territory.load(RAW), today=TODAY)
    assert report.verdict == "usable" and report.regions == {"district": 1, "land": 1}
    assert report.statuses == {"ok": 2, "zero": 1, "suppressed": 1} and report.years == ("2020",)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ([cell("05111", 429_514), cell("05111", 429_514)], {"duplicate": "fault"}),
        ([cell("05111", 429_514, period="2027")], {"future year": "fault"}),
        ([cell("05111", -3)], {"negative count": "fault"}),
        (
            [cell("05", 7_000_000), cell("05111", None, status="not_available")],
            {"districts not loaded": "fault"},
        ),
        (
            [cell("05", 7_000_000), cell("05111", None, status="not_available"), cell("02", 9), cell("02000", 9)],
            {"districts partly not loaded": "warning"},
        ),
        (
            [cell("05111", 100), *(cell("05111", 40, branch) for branch in BRANCHES)],
            {"total below its parts": "fault"},
        ),
        ([cell("05111", 130), *(cell("05111", 40, branch) for branch in BRANCHES)], {"gap to the total": "warning"}),
        ([cell("02", 900_000), cell("02000", 997_534)], {"total below its parts": "fault"}),
        ([cell("02", 1_100_000), cell("02000", 997_534)], {"gap to the total": "warning"}),
    ],
)
def test_each_oddity_has_its_kind_and_weight(cells: list[dict], found: dict[str, str]) -> None:
    assert kinds(*cells) == found


@pytest.mark.parametrize(
    "cells",
    [
        [cell("05111", 121), *(cell("05111", 40, branch) for branch in BRANCHES)],
        [cell("05111", 100), cell("05111", 40, "A"), cell("05111", None, "B-F"), cell("05111", 40, "G-U")],
        [cell("05", 7_000_000), cell("05111", None)],
        [cell("05111", None, status="not_available", period="2027")],
        [cell("03152", None, status="not_applicable")],
    ],
)
def test_rounding_secrecy_and_what_is_still_to_come_are_no_faults(cells: list[dict]) -> None:
    assert kinds(*cells, keys=territory.load(RAW)) == {}


def test_old_and_new_districts_side_by_side_are_counted_once() -> None:
    rows = [cell("14", 9_000, period="2004"), cell("14521", 9_000, period="2004"), cell("14171", 6_000, period="2004")]
    keys = territory.load(RAW)
    successor = keys.filter(source_key="14171")["district_2023"].item()
    rows[1] = cell(successor, 9_000, period="2004")
    assert kinds(*rows, keys=keys) == {"old and new districts": "warning"}
    assert kinds(*rows) == {"total below its parts": "fault"}


def test_a_key_that_was_dissolved_is_unknown_in_later_years() -> None:
    keys = territory.load(RAW)
    assert kinds(cell("03152", 60_000, period="2015"), keys=keys) == {}
    assert kinds(cell("03152", 60_000), keys=keys) == {"unknown region": "fault"}
    assert kinds(cell("05999", 60_000), keys=keys) == {"unknown region": "fault"}


def test_every_problem_says_where_and_how_it_is_cured() -> None:
    report = checking.check(table(cell("05111", -3), cell("05111", -3)), "t.csv", today=TODAY)
    assert report.verdict == "not usable" and report.problems
    for problem in report.problems:
        assert "05111/total/2020" in problem.where and problem.cure
    assert "fault: " in report.as_text() and report.as_dict()["verdict"] == "not usable"


@pytest.mark.parametrize("content", [b"", b"<html><title>Wartung</title>", b"PK\x03\x04broken", b"a;b\n1;2\n"])
def test_a_file_that_is_no_table_has_a_report_too(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "download.csv"
    path.write_bytes(content)
    report = checking.check_file(path, RAW)
    assert report.verdict == "not usable" and report.problems[0].cure and "download.csv" in report.problems[0].where
