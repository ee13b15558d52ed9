"""A person's own file comes in as meant: keys keep their zeros, unknown stays unknown, and nothing is guessed."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import UsageError
from analysis.workbench import files as own


def written(folder: Path, text: str, name: str = "own.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode("utf-8"))
    return path


def test_a_district_key_keeps_its_zero_and_years_are_numbers(tmp_path: Path) -> None:
    table = own.read(written(tmp_path, "region,branch,year,value\n05111,01,2019,40517\n"))
    assert table.row(0) == ("05111", "01", 2019, 40517)


@pytest.mark.parametrize("sign", ["", ".", "•", "*", "/", "...", "x", "k. A."])
def test_unknown_values_are_null_and_never_zero(tmp_path: Path, sign: str) -> None:
    table = own.read(written(tmp_path, f"region,branch,value\n05111,J,{sign}\n02,J,0\n"))
    assert table["value"].to_list() == [None, 0]


def test_a_dash_is_refused_since_it_can_mean_nothing_or_no_such_district(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'-' in column 'value' is no number \(own\.csv, row 3\)"):
        own.read(written(tmp_path, "region,value\n02,7\n05111,-\n"))


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1.234,5", 1234.5), ("0,43", 0.43), ("429.514", 429514), ("-3,5", -3.5), ("\u22123,5", -3.5), ("1 003", 1003)],
)
def test_german_numbers_in_a_semicolon_file(tmp_path: Path, cell: str, number: float) -> None:
    table = own.read(written(tmp_path, f"\ufeffregion;value\n02;{cell}\n03;1\n"))
    assert table["value"][0] == number


def test_a_decimal_point_beside_decimal_commas_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"1\.5"):
        own.read(written(tmp_path, "region;value\n02;1.5\n03;2,25\n"))


def test_labels_stay_text(tmp_path: Path) -> None:
    table = own.read(written(tmp_path, "region,name,value\n02,Hamburg,1\n"))
    assert table.schema["name"] == pl.String


@pytest.mark.parametrize("ending", own.ENDINGS)
@settings(deadline=None)
@given(values=st.lists(st.none() | st.integers(0, 10**9), min_size=1, max_size=8))
def test_what_is_written_is_read_back(tmp_path_factory, ending: str, values: list[int | None]) -> None:
    keys = [f"0{number}" for number in range(len(values))]
    frame = pl.DataFrame({"region": keys, "value": values}, schema={"region": pl.String, "value": pl.Int64})
    (path,) = own.write({"result": frame}, tmp_path_factory.mktemp("own") / f"own{ending}")
    back = own.read(path)
    assert back["region"].to_list() == keys and back["value"].to_list() == values


def test_several_results_get_their_names(tmp_path: Path) -> None:
    frame = pl.DataFrame({"region": ["02"], "value": [1]})
    written_files = own.write({"jobs": frame, "contributions": frame}, tmp_path / "own.parquet")
    assert [path.name for path in written_files] == ["own-jobs.parquet", "own-contributions.parquet"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("own.txt", b"region\n", "of no known kind"),
        ("own.csv", b"", "could not be read"),
        ("own.csv", "region;value\nK\u00f6ln;1".encode("cp1252"), "could not be read"),
        ("own.xlsx", b"no spreadsheet", "could not be read"),
        ("own.parquet", b"PAR1", "could not be read"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=said):
        own.read(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No such file: .*absent\.csv"):
        own.read(tmp_path / "absent.csv")
