"""The same table in another layout gives the same observations; another table, measure or branch is refused."""

from pathlib import Path

import polars as pl
import pytest

from analysis.errors import StudyError
from analysis.sources import extracts, importing, translation
from analysis.sources.observations import KEY
from analysis.sources.originals import Original
from analysis.sources.registry import find_source

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"
BY_BRANCH = "regionalstatistik-13111-07-05-4"
TOTALS = "regionalstatistik-13111-01-03-4"
beside = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files do not stand beside the project")

HEADER = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
    "2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label"
)


def flat(*rows: tuple[str, str, str, str], variable: str = "ERW032") -> str:
    """A flat CSV of employees on 30 June 2021: region key, branch code, branch label, value as printed."""
    levels = {2: ("DLAND", "Bundesländer"), 5: ("KREISE", "Kreise und kreisfreie Städte")}
    lines = [
        f"13111;Statistik der sozialversicherungspflichtig Beschäftigten;STAG;Stichtag;2021-06-30;"
        f"{';'.join(levels[len(geo)])};{geo};Name;WZ08X1;WZ2008;{code};{label};{value};Anzahl;{variable};"
        f"Sozialversicherungspfl. Beschäftigte (Arbeitsort)"
        for geo, code, label, value in rows
    ]
    return "\n".join([HEADER, *lines]) + "\n"


INDUSTRY = ("WZ08-B-05", "Produzierendes Gewerbe ohne Baugewerbe (B-E)")


def file(folder: Path, text: str, name: str = "13111-07-05-4_de_flat.csv") -> Path:
    path = folder / name
    path.write_text("\ufeff" + text, "utf-8")
    return path


def test_next_years_flat_file_continues_the_series_of_the_older_layout(tmp_path: Path) -> None:
    rows = [("02", *INDUSTRY, "120512"), ("05111", *INDUSTRY, "."), ("05111", "", "Insgesamt", "431876")]
    report = importing.import_file([file(tmp_path, flat(*rows))], BY_BRANCH, tmp_path / "raw")
    frame = extracts.read_extract(tmp_path / "raw", BY_BRANCH)
    told = frame.select("measure", "geo", "branch", "period", "value", "unit", "status").sort("geo", "branch").rows()
    assert told == [
        ("employees", "02", "B-E", "2021", 120512.0, "persons", "ok"),
        ("employees", "05111", "B-E", "2021", None, "persons", "suppressed"),
        ("employees", "05111", "total", "2021", 431876.0, "persons", "ok"),
    ]
    assert report.statuses == {"ok": 2, "suppressed": 1}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("52411-02-01-4_flat.csv", flat(("02", *INDUSTRY, "1")), "52411|without a code|13111"),
        ("13111-07-05-4.csv", flat(("02", *INDUSTRY, "1"), variable="ERW099"), "does not print employees"),
        ("13111-07-05-4.csv", flat(("02", "XX-1", "Etwas ganz Neues", "1")), "no place in the study|XX-1"),
    ],
)
def test_another_table_measure_or_branch_is_refused_by_name(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        importing.import_file([file(tmp_path, text, name)], BY_BRANCH, tmp_path / "raw")
    assert not (tmp_path / "raw").exists(), "nothing is written"


def test_a_damaged_file_of_the_adapters_own_layout_is_refused_by_the_adapter(tmp_path: Path) -> None:
    path = tmp_path / "cut.csv"
    path.write_bytes("GENESIS-Tabelle: 13111-07-05-4\nStichtag: 30.06.2021;;;;\n".encode("cp1252"))
    with pytest.raises(StudyError, match="cut off"):
        importing.import_file([path], BY_BRANCH, tmp_path / "raw")


@beside
@pytest.mark.parametrize(
    ("source", "path"),
    [(BY_BRANCH, "01_*/13111-07-05-4_2020.csv"), (TOTALS, "02_*/13111-01-03-4.xlsx")],
)
def test_translating_the_adapters_own_files_gives_what_the_adapter_gives(source: str, path: str) -> None:
    known = find_source(source)
    originals = [Original(one.name, path=one) for one in SHARED.glob(path)]
    own = known.adapter(originals, source).tables["extract"].filter(pl.col("geo_level") != "municipality")
    other = translation.translated(originals, source, known.selection).tables["extract"]
    joined = own.join(other, on=list(KEY), how="full", suffix="_other")
    assert joined.height == own.height == other.height
    assert joined.filter(~pl.col("value").eq_missing(pl.col("value_other"))).is_empty()
    odd = joined.filter(pl.col("status") != pl.col("status_other"))
    assert odd.is_empty(), odd.select(*KEY, "status", "status_other").head(3)
