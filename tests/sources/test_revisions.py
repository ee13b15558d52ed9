"""A newer file: what it changes is said cell by cell, the older extract stays, and no period is lost."""

from pathlib import Path

import polars as pl
import pytest

from analysis.sources import extracts, importing, revisions
from tests.sources.test_werteabruf import HEAD, ROWS, TAIL

SOURCE = "regionalstatistik-13111-07-05-4"


def employees_file(folder: Path, year: int, total: str = "429514") -> Path:
    """The small table of 2020 under another year; `total` is what it prints for Düsseldorf."""
    path = folder / f"13111-07-05-4_{year}.csv"
    text = (HEAD + ROWS + TAIL).replace("30.06.2020", f"30.06.{year}").replace("429514", total)
    path.write_bytes(text.encode("latin-1"))
    return path


def cells(**values: float | None) -> pl.DataFrame:
    rows = [
        {"measure": "employees", "geo": "05111", "branch": "J", "period": period[1:], "value": value}
        | {"status": "ok" if value is not None else "suppressed"}
        for period, value in values.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"value": pl.Float64})


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ({"y2018": 23_000, "y2019": 23_513}, {"y2018": 23_000, "y2019": 23_520}, {"revised": 1}),
        ({"y2019": 23_513}, {"y2019": None}, {"newly secret": 1}),
        ({"y2019": None}, {"y2019": 23_513}, {"newly known": 1}),
        ({"y2018": 1, "y2019": 2}, {"y2019": 2, "y2020": 3}, {"appeared": 1, "gone": 1}),
        ({"y2019": 0}, {"y2019": 0}, {}),
        ({"y2019": None}, {"y2019": None}, {}),
    ],
)
def test_each_change_has_its_kind(before: dict, after: dict, kinds: dict) -> None:
    found = revisions.compare(cells(**before), cells(**after))
    assert found.counts == kinds and bool(found) == bool(kinds)


def test_the_summary_names_the_cell_and_its_size() -> None:
    lines = list(revisions.compare(cells(y2019=23_513), cells(y2019=24_000)).lines())
    assert lines == ["1 cells revised", "  employees 05111 J 2019: 23,513 → 24,000 (+2.07 %)"]


def test_the_value_of_a_cell_that_became_secret_is_said_before_and_not_after() -> None:
    assert list(revisions.compare(cells(y2019=23_513), cells(y2019=None)).lines())[1].endswith("→ suppressed")


def test_next_years_file_joins_the_others_and_the_former_extract_stays(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for year in (2018, 2019):
        report = importing.import_file([employees_file(tmp_path, year)], SOURCE, raw)
    assert extracts.read_extract(raw, SOURCE)["period"].unique().sort().to_list() == ["2018", "2019"]
    assert [one.name for one in report.meta.originals] == ["13111-07-05-4_2018.csv", "13111-07-05-4_2019.csv"]
    assert report.revised.counts.keys() == {"appeared"}
    kept = extracts.read_extract(raw / SOURCE / importing.FORMER, report.former.name)
    assert kept["period"].unique().to_list() == ["2018"]
    assert [meta.id for meta in extracts.list_sources(raw)] == [SOURCE], "what is kept aside is no source of its own"


def test_a_revised_year_replaces_that_year_only(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    importing.import_file([employees_file(tmp_path, 2018), employees_file(tmp_path, 2019)], SOURCE, raw)
    revised = employees_file(tmp_path, 2019, total="424999")
    report = importing.import_file([revised], SOURCE, raw)
    assert report.revised.counts == {"revised": 1}
    frame = extracts.read_extract(raw, SOURCE)
    assert frame.filter(geo="05111", branch="total", period="2019")["value"].item() == 424_999
    assert frame["file_sha256"].n_unique() == 2 == len(report.meta.originals)


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    raw, file = tmp_path / "raw", employees_file(tmp_path, 2018)
    importing.import_file([file], SOURCE, raw)
    report = importing.import_file([file], SOURCE, raw)
    assert not report.changed and report.former is None and not report.revised
