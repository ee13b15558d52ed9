"""Classifications of branches: what their codes hold, and that two of them never meet in one series."""

import csv
from pathlib import Path

import polars as pl
import pytest

from analysis import classifications, expectations, regions, warehouse
from analysis.errors import DataCheckError, StudyError
from analysis.sources import extracts
from tests.conftest import RAW
from tests.test_warehouse import copy_of_raw, spoil

EMPLOYEES = "regionalstatistik-13111-07-05-4"
ACCOUNTS = "regionalstatistik-82111-01-05-4"
SHARED = RAW.parents[1] / "../shared/data"


@pytest.mark.parametrize(
    ("classification", "number_of_sections", "number_of_divisions"),
    [("WZ 2003", 17, 60), ("WZ 2008", 21, 88), ("NACE Rev. 2", 21, 88), ("WZ 2025", 22, 87), ("NACE Rev. 2.1", 22, 87)],
)
def test_each_classification_is_whole(classification: str, number_of_sections: int, number_of_divisions: int) -> None:
    divisions = classifications.divisions(classification, "total")
    assert len(classifications.sections(classification)) == number_of_sections
    assert len(divisions) == len(set(divisions)) == number_of_divisions
    assert list(divisions) == sorted(divisions)


@pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files do not stand beside the project")
def test_the_divisions_are_those_of_the_official_list() -> None:
    with (SHARED / "wz2008_divisions.csv").open(encoding="utf-8") as file:
        listed = [(row["section"], row["code"]) for row in csv.DictReader(file)]
    ours = [(letter, code) for letter, held in classifications.sections("WZ 2008").items() for code in held]
    assert ours == listed


@pytest.mark.parametrize(
    ("branch", "first", "last", "count"),
    [
        ("C", "10", "33", 24),
        ("B-E", "05", "39", 34),
        ("B-F", "05", "43", 37),
        ("G-U", "45", "99", 48),
        ("M-N", "69", "82", 13),
        ("24", "24", "24", 1),
        ("C24", "24", "24", 1),
        ("10-12", "10", "12", 3),
        ("C10-C12", "10", "12", 3),
    ],
)
def test_what_a_branch_holds(branch: str, first: str, last: str, count: int) -> None:
    held = classifications.divisions("WZ 2008", branch)
    assert (held[0], held[-1], len(held)) == (first, last, count)


def test_the_same_letter_holds_other_branches_in_another_classification() -> None:
    held = [set(classifications.divisions(name, "J")) for name in ("WZ 2003", "WZ 2008", "WZ 2025")]
    assert held[0] == {"65", "66", "67"}
    assert held[1] > held[2] and "62" in held[1] - held[2]
    assert "45" not in classifications.divisions("WZ 2025", "G")


@pytest.mark.parametrize("branch", ["V", "04", "34", "A24", "E-B", "B-E-F", "", "-C", "C-", "10.1", "Industrie", "c"])
def test_an_unknown_branch_stops(branch: str) -> None:
    with pytest.raises(StudyError, match="none of WZ 2008"):
        classifications.divisions("WZ 2008", branch)


def test_every_bundled_branch_is_known() -> None:
    for meta in extracts.list_sources(RAW):
        if meta.kind == "observations":
            pairs = extracts.read_extract(RAW, meta.id).select("classification", "branch").unique()
            classifications.require_known(pairs.rows())


@pytest.mark.parametrize(
    ("pair", "words"),
    [(("WZ 2009", "C"), "Unknown classification 'WZ 2009'"), (("none", "C"), "without a classification")],
)
def test_an_unknown_classification_stops(pair: tuple[str, str], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        classifications.require_known([pair])


def series(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Employees of one district: branch, period, classification."""
    frame = pl.DataFrame(rows, schema=["branch", "period", "classification"], orient="row")
    return frame.with_columns(measure=pl.lit("employees"), geo=pl.lit("05111"))


def test_one_series_one_classification() -> None:
    good = series(("C", "2023", "WZ 2008"), ("C", "2024", "NACE Rev. 2"), ("J", "2025", "WZ 2025"))
    assert classifications.require_one(good, "13111").equals(good)
    mixed = series(("C", "2024", "WZ 2008"), ("C", "2025", "WZ 2025"))
    with pytest.raises(StudyError, match=r"A series .* WZ 2008 and WZ 2025: employees, 05111, C, 2024 \(13111\)"):
        classifications.require_one(mixed, "13111")
    with pytest.raises(StudyError, match="WZ 2008 and WZ 2025"):
        classifications.require_one(mixed.with_columns(period=pl.lit("2025")), "two in one year")


def test_a_total_is_not_comparable_either() -> None:
    """What a table's total covers may be cut by the classification too, as in those of manufacturing."""
    with pytest.raises(StudyError, match="WZ 2003 and WZ 2008"):
        classifications.require_one(series(("total", "2007", "WZ 2003"), ("total", "2008", "WZ 2008")), "42111")


def test_a_join_may_not_mix_two() -> None:
    accounts = series(("C", "2025", "WZ 2008"))
    same = accounts.join(series(("C", "2025", "NACE Rev. 2")), on=["geo", "branch", "period"])
    classifications.require_one(same, "value added per person")
    other = accounts.join(series(("C", "2025", "WZ 2025")), on=["geo", "branch", "period"])
    with pytest.raises(StudyError, match=r"A join .* WZ 2008 and WZ 2025"):
        classifications.require_one(other, "value added per person")


def test_comparable_are_the_years_that_follow_the_newest_classification() -> None:
    rows = series(
        ("C", "2007", "WZ 2003"), ("C", "2008", "WZ 2008"), ("C", "2020", "NACE Rev. 2"), ("D", "2007", "WZ 2003")
    )
    assert classifications.comparable(rows)["comparable"].to_list() == [False, True, True, True]


# -- in the run -----------------------------------------------------------------------------------------------------


def changed(source: str, year: str, raw: Path) -> None:
    """One branch of one district in one year follows the classification of 2025."""
    hit = (pl.col("geo") == "05111") & (pl.col("branch") == "B-E") & (pl.col("period") == year)
    new = pl.when(hit).then(pl.lit("WZ 2025")).otherwise("classification").alias("classification")
    spoil(raw, source, lambda table: table.with_columns(new))


def checked(raw: Path, folder: Path) -> list[expectations.CheckResult]:
    warehouse.build(folder / "w.duckdb", raw, list(regions.load().values()))
    return expectations.run(folder / "w.duckdb")


def broken(results: list[expectations.CheckResult]) -> dict[tuple[str, str], tuple[str, ...]]:
    return {(one.table, one.rule): one.samples for one in results if not one.passed and one.severity == "critical"}


def test_a_row_of_another_classification_stops_the_run_and_is_named(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    changed(EMPLOYEES, "2020", raw)
    results = checked(raw, tmp_path)
    row = "05111, employees, B-E, 2020, WZ 2025"
    with pytest.raises(DataCheckError, match=rf"mart_area_figures.*one_classification.*1 rows.*{row}") as caught:
        expectations.require(results)
    assert caught.value.exit_status == 3
    assert set(broken(results)) == {("mart_area_figures", "one_classification")}


def test_a_declared_break_makes_two_series_and_a_quotient_across_it_still_stops(tmp_path: Path, monkeypatch) -> None:
    declared = classifications.Break("gva_thousand_eur", "WZ 2025", "gva_wz2025_thousand_eur", "a new vintage")
    monkeypatch.setattr(classifications, "BREAKS", (declared,))
    raw = copy_of_raw(tmp_path)
    changed(ACCOUNTS, "2017", raw)
    assert not broken(checked(raw, tmp_path))
    with warehouse.connect(tmp_path / "w.duckdb") as connection:
        found = connection.execute(
            "select measure, max(year) from mart_region_figures "
            "where region = 'duesseldorf' and branch = 'B-E' and measure like 'gva%' group by all order by all"
        ).fetchall()
    assert found == [("gva_thousand_eur", 2016), ("gva_wz2025_thousand_eur", 2017)]


def test_a_quotient_of_two_classifications_stops(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    newer = (
        pl.when(pl.col("geo") == "05111").then(pl.lit("WZ 2025")).otherwise("classification").alias("classification")
    )
    spoil(raw, ACCOUNTS, lambda table: table.with_columns(newer))
    found = broken(checked(raw, tmp_path))
    assert set(found) == {("mart_area_figures", "ratios_in_one_classification")}
    assert all(
        "WZ 2025" in row and "NACE Rev. 2" in row for row in found["mart_area_figures", "ratios_in_one_classification"]
    )
