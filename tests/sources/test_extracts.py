"""Extracts: written the same way twice, verified when read, complete or not there."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

from analysis.errors import StudyError, UsageError
from analysis.sources import extracts, importing

SOURCE = "klimawatch-duesseldorf"
TEXT = 'year,category,type,co2,note\n1987,Private Haushalte,real,1.953,\n1987,Gesamt,real,7869,"„alt“"\n'


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    file = tmp_path / "duesseldorf.csv"
    file.write_text(TEXT, encoding="utf-8")
    importing.import_file([file], SOURCE, tmp_path / "raw")
    return tmp_path / "raw"


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_importing_the_same_file_again_changes_no_byte(raw: Path) -> None:
    before = contents(raw / SOURCE)
    report = importing.import_file([raw.parent / "duesseldorf.csv"], SOURCE, raw)
    assert not report.changed
    assert contents(raw / SOURCE) == before
    assert report.statuses == {"ok": 2}


def test_source_toml_says_where_the_figures_come_from(raw: Path) -> None:
    values = tomllib.loads((raw / SOURCE / "source.toml").read_text("utf-8"))
    assert values["id"] == SOURCE and values["rows"] == 2 and values["extract"] == "extract.csv"
    assert values["changes"] == "own selection and reshaping"
    assert values["original"][0]["bytes"] == len(TEXT.encode())
    meta = extracts.read_source(raw, SOURCE)
    assert extracts.to_toml(meta) == (raw / SOURCE / "source.toml").read_text("utf-8")
    assert [one.id for one in extracts.list_sources(raw)] == [SOURCE]


def test_keys_keep_their_zeros_in_csv(raw: Path) -> None:
    frame = extracts.read_extract(raw, SOURCE)
    assert frame["geo"][0] == "05111" and frame["value"].dtype == pl.Float64 and frame["period"][0] == "1987"
    assert frame["flag"].null_count() == frame.height


def test_one_altered_digit_is_noticed(raw: Path) -> None:
    file = raw / SOURCE / "extract.csv"
    file.write_text(file.read_text("utf-8").replace("7869", "7868"), encoding="utf-8")
    with pytest.raises(StudyError, match=r"altered: sha256 expected [0-9a-f]{64}, found [0-9a-f]{64}.*Import it again"):
        extracts.read_extract(raw, SOURCE)


def test_missing_files_unknown_sources_and_tables_are_named(raw: Path) -> None:
    (raw / SOURCE / "extract.csv").unlink()
    with pytest.raises(StudyError, match="missing"):
        extracts.read_extract(raw, SOURCE)
    with pytest.raises(StudyError, match=r"no source\.toml"):
        extracts.read_extract(raw, "eutl")
    with pytest.raises(StudyError, match="no table 'sites'"):
        extracts.read_extract(raw, SOURCE, "sites")
    with pytest.raises(UsageError, match="Known are"):
        importing.import_file([raw.parent / "duesseldorf.csv"], "klimawatch", raw)


def test_a_key_too_many_in_source_toml_stops(raw: Path) -> None:
    file = raw / SOURCE / "source.toml"
    file.write_text('licenze = "?"\n' + file.read_text("utf-8"), encoding="utf-8")
    with pytest.raises(StudyError, match="licenze"):
        extracts.read_source(raw, SOURCE)


def test_a_refused_file_leaves_what_was_there(raw: Path) -> None:
    before = contents(raw / SOURCE)
    (raw.parent / "duesseldorf.csv").write_text(TEXT.replace("real", "wahr"), encoding="utf-8")
    with pytest.raises(StudyError, match="wahr"):
        importing.import_file([raw.parent / "duesseldorf.csv"], SOURCE, raw)
    assert contents(raw / SOURCE) == before


def test_missing_empty_and_doubled_files_stop(tmp_path: Path) -> None:
    (tmp_path / "leer.csv").touch()
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.csv").write_text(TEXT, encoding="utf-8")
    for names, words in ((["fehlt.csv"], "does not exist"), (["leer.csv"], "empty"), (["a.csv", "b.csv"], "twice")):
        with pytest.raises(StudyError, match=words):
            importing.import_file([tmp_path / name for name in names], SOURCE, tmp_path / "raw")
