"""Flat GENESIS CSV of any table: written in its two layouts and read back, and everything that can be wrong with it.

Figures of employees are the published ones of 30 June 2020; signs were put in, other tables are made up.
"""

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import dashes, recognition
from analysis.sources import genesis_flat_format as flat
from analysis.sources.observations import SCHEMA, cell_status, geo_level
from analysis.sources.originals import Original

FIXED = "statistics_code;statistics_label;time_code;time_label;time"
VALUE = "value;value_unit;value_variable_code;value_variable_label"
PARTS = ("variable_code", "variable_label", "variable_attribute_code", "variable_attribute_label")
HEADER = ";".join([FIXED, *(f"{number}_{part}" for number in (1, 2, 3) for part in PARTS), VALUE])
EMPLOYEES = "Sozialversicherungspfl. Beschäftigte (Arbeitsort)"
LEVELS = {"DG": "DINSG", 2: "DLAND", 3: "REGBEZ", 5: "KREISE", 8: "GEMEIN"}


def row(
    geo: str, value: str, *, branch: str = "", sex: str = "", time: str = "2020-06-30", unit: str = "Anzahl"
) -> str:
    level = LEVELS.get(geo, LEVELS.get(len(geo), "KREISE"))
    return ";".join(
        [
            f"13111;Beschäftigte;STAG;Stichtag;{time};{level};Gebiet;{geo};Name von {geo}",
            f"WZ08X;WZ2008;{branch};Zweig {branch};GES;Geschlecht;{sex};Geschlecht {sex}",
            f"{value};{unit};ERW032;{EMPLOYEES}",
        ]
    )


def content(*rows: str, header: str = HEADER, end: str = "\n") -> bytes:
    return ("\ufeff" + "\n".join([header, *rows]) + end).encode()


def read(*rows: str, header: str = HEADER, name: str = "13111-07-05-4_flat.csv") -> pl.DataFrame:
    return recognition.read(Original(name, content(*rows, header=header))).cells


def cells(frame: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return frame.select(columns).rows()


ROWS = [
    row("DG", "33322952"),
    row("05", "6974006"),
    row("05111", "429514"),
    row("05111", "39667", branch="WZ08-B-18"),
    row("05111", ".", branch="WZ08-A", sex="GESW"),
    row("05334002", "136167"),
    row("05354", "-"),
]


def test_a_row_becomes_one_observation_with_its_place() -> None:
    table = recognition.read(Original("13111-07-05-4_1.csv", content(*ROWS)))
    assert table.format == flat.NAME and table.table == "13111-07-05-4" and table.rows == 7
    assert table.title == f"Beschäftigte: {EMPLOYEES} (Stichtag 30.06.)"
    assert table.branches == {"WZ08-A": "Zweig WZ08-A", "WZ08-B-18": "Zweig WZ08-B-18", "total": "Zweig "}
    assert cells(table.cells, "measure", "geo", "geo_level", "branch", "classification", "period", "row")[3:5] == [
        ("ERW032", "05111", "district", "WZ08-B-18", "WZ 2008", "2020", "L5C18"),
        ("ERW032|GES=GESW", "05111", "district", "WZ08-A", "WZ 2008", "2020", "L6C18"),
    ]
    assert cells(table.cells, "value", "status")[3:] == [
        (39667.0, "ok"),
        (None, "suppressed"),
        (136167.0, "ok"),
        (None, "not_applicable"),
    ]
    assert table.cells.schema == SCHEMA and set(table.cells["file_sha256"]) == {Original("", content(*ROWS)).sha256}


def test_a_zip_is_read_as_its_member() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("13111-01-03-4_de_flat.csv", content(*ROWS))
    original = Original("answer.zip", packed.getvalue())
    assert recognition.read(original).cells.equals(flat.read(original).cells)


def test_dashes_of_districts_that_were_not_loaded() -> None:
    frame = read(row("02", "1084974"), row("02000", "-"), row("11", "-"), row("11000", "-"), row("11001001", "."))
    assert cells(frame, "geo", "status")[1:] == [
        ("02000", "not_available"),
        ("11", "not_applicable"),
        ("11000", "not_applicable"),
        ("11001001", "suppressed"),
    ]
    assert frame["value"].to_list() == [1_084_974.0, None, None, None, None]


def test_a_secret_district_leaves_the_dashes_of_its_sisters_zero() -> None:
    rows = [row(geo, value, branch="WZ08-05") for geo, value in (("05", "900"), ("05111", "-"), ("05112", "."))]
    frame = read(*rows, row("05111", "429514"), row("05112", "170000"))
    assert frame["status"].to_list()[:3] == ["ok", "zero", "suppressed"]


def test_a_national_measure_that_is_never_computed_is_no_zero() -> None:
    rows = [
        row("DG", "5"),
        row("DG", "-", branch="WZ08-B"),
        row("DG", "-", sex="GESM"),
        row("DG", "1", time="2019-06-30"),
    ]
    assert read(*rows)["status"].to_list() == ["ok", "zero", "not_applicable", "ok"]


def test_several_dates_of_a_year_stay_dates() -> None:
    frame = read(row("DG", "1"), row("DG", "2", time="2020-12-31"), row("DG", "3", time="2021-06-30"))
    assert frame["period"].to_list() == ["2020-06-30", "2020-12-31", "2021"]


def test_blank_lines_are_passed_over_and_counted() -> None:
    assert read(ROWS[0], "", ROWS[2])["row"].to_list() == ["L2C18", "L4C18"]


def test_roles_change_from_row_to_row_beyond_the_first_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.sources.genesis_flat_cells.PEEK_ROWS", 1)
    late = row("05111", "7").replace("WZ08X;WZ2008;;Zweig ", "NAT;Nationalität;NATA;ausländisch")
    assert cells(read(*ROWS, late), "measure", "geo", "branch", "classification")[-1] == (
        "ERW032|NAT=NATA",
        "05111",
        "total",
        "none",
    )


def test_short_rows_and_quality_signs() -> None:
    header = HEADER + ";value_q"
    frame = read(row("05111", "5") + ";p", row("05112", "6"), row("05113", "7") + ";()", header=header)
    assert cells(frame, "value", "status", "flag") == [(5.0, "ok", "p"), (6.0, "ok", None), (7.0, "unreliable", "()")]


def test_an_english_file_has_a_point() -> None:
    english = row("DG", "1250").replace("STAG;Stichtag", "STAG;Reference date")
    assert read(english, english.replace("1250", "12.5").replace("2020", "2021"))["value"].to_list() == [1250.0, 12.5]


def test_rows_without_a_region_are_germany_and_said_to_be() -> None:
    header = ";".join([FIXED, *(f"1_{part}" for part in PARTS), VALUE])
    line = "43531;Energie;JAHR;Jahr;2020;GES;Geschlecht;;Insgesamt;7;TJ;ENE001;Energie"
    table = recognition.read(Original("a.csv", content(line, header=header)))
    assert cells(table.cells, "geo", "geo_level", "unit") == [("DG", "country", "TJ")]
    assert [problem.kind for problem in table.problems] == ["no region"]


@pytest.mark.parametrize(
    ("code", "attribute", "expected"),
    [
        ("WZ08X", "WZ08-C", ("WZ08-C", "WZ 2008")),
        ("WZ2025", "WZ25-C", ("WZ25-C", "WZ 2025")),
        ("WZ03A1", "WZ03-D", ("WZ03-D", "WZ 2003")),
        ("CP08U3", "CPA08-19", ("CPA08-19", "CPA 2008")),
        ("ZWEIG", "WZ08-C", ("WZ08-C", "WZ 2008")),
        ("WZ08X", "", ("total", "WZ 2008")),
        ("ISVAT3", "ISVART02", ("total", "none")),
    ],
)
def test_branches_keep_code_and_classification(code: str, attribute: str, expected: tuple[str, str]) -> None:
    line = row("DG", "1").replace("WZ08X;WZ2008;;", f"{code};Zweig;{attribute};")
    assert cells(read(line), "branch", "classification") == [expected]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (content(*ROWS, header=HEADER.replace("value_unit", "unit")), "lacks the column 'value_unit'.*'unit'"),
        (content(*ROWS, header=HEADER.replace("2_variable_attribute_code;", "")), "lacks the column '2_variable_attr"),
        (content(*ROWS, header=HEADER + ";time"), "names time more than once"),
        (content(*ROWS, header=HEADER + ";comment"), "unknown: comment"),
        (content(*ROWS, HEADER, *ROWS), "Line 9 repeats the header"),
        (content(ROWS[0], row("05", "geheim")), "Line 3, column 18 holds 'geheim'"),
        (content(row("DG", "1,5"), row("05", "2.5")), r"Line 3, column 18 holds '2\.5' with the mark '\.'"),
        (content(ROWS[0], row("05", "1.953")), "the mark '.'"),
        (content(ROWS[0], row("05", "")), "Line 3 has nothing in column 18, 'value'"),
        (content(ROWS[0], ROWS[1][:60]), "Line 3 has nothing in column 18, 'value': it has 9 of 21 fields"),
        (content(ROWS[0], row("05", "1", time="")), "Line 3 has nothing in column 5, 'time'"),
        (content(ROWS[0], row("05", "1", time="06")), "Line 3 has no year"),
        (content(*ROWS, end="")[:-9], "ends in the middle of a word"),
        (content(ROWS[0], ROWS[1] + ";p;e"), "Line 3 has 23 fields, the header 21"),
        (content(ROWS[0], row("5111", "1")), "Line 3: The region key '5111'"),
        (content(ROWS[0] + ";ü", header=HEADER + ";value_q"), "Line 2 has an unknown quality sign"),
        (content(ROWS[0], ROWS[1].replace("Gebiet", "Geb\0iet")), "Line 3 holds the byte 0x00"),
        (content(), "a header and no rows"),
    ],
)
def test_what_is_damaged_is_refused_with_its_place(bad: bytes, words: str) -> None:
    with pytest.raises(StudyError, match=words) as refusal:
        recognition.read(Original("13111.csv", bad))
    assert refusal.value.where.startswith("13111.csv") and refusal.value.next_step


def test_an_answer_that_is_no_table_is_not_recognised() -> None:
    for other in (b"a;b;c\n1;2;3\n", b"GENESIS-Tabelle: 1\n", b"freq,unit,geo\\TIME_PERIOD\n"):
        assert not flat.recognises(recognition.Head(Original("a.csv", other)))


OLD_HEADER = "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;1_Merkmal_Label;"
OLD_HEADER += "1_Auspraegung_Code ;1_Auspraegung_Label;2_Merkmal_Code;2_Merkmal_Label;2_Auspraegung_Code;"
OLD_HEADER += "2_Auspraegung_Label;BEVSTD__Bevoelkerungsstand__Anzahl;BEVSTD__Bevoelkerungsstand__q;FLC006__Flaeche__ha"


def old(geo: str, sex: str, *values: str, time: str = "31.12.2022") -> str:
    return (
        f"12411;Fortschreibung;STAG;Stichtag;{time};KREISE;Kreise;{geo};Name;GES;Geschlecht;{sex};x;{';'.join(values)}"
    )


def test_the_old_layout_has_a_column_for_each_value() -> None:
    rows = [
        old("05111", "", "629047", "e", "21741"),
        old("05111", "GESM", "304000", "p", "."),
        old("02000", "", "(7)", "", "-"),
    ]
    table = recognition.read(Original("12411.csv", "\r\n".join([OLD_HEADER, *rows, ""]).encode("cp1252")))
    assert table.rows == 3 and table.table == "12411"
    assert cells(table.cells, "measure", "geo", "period", "value", "unit", "status", "flag", "row") == [
        ("BEVSTD", "05111", "2022", 629047.0, "Anzahl", "ok", "e", "L2C14"),
        ("BEVSTD|GES=GESM", "05111", "2022", 304000.0, "Anzahl", "ok", "p", "L3C14"),
        ("BEVSTD", "02000", "2022", 7.0, "Anzahl", "unreliable", None, "L4C14"),
        ("FLC006", "05111", "2022", 21741.0, "ha", "ok", None, "L2C16"),
        ("FLC006|GES=GESM", "05111", "2022", None, "ha", "suppressed", None, "L3C16"),
        ("FLC006", "02000", "2022", 0.0, "ha", "zero", None, "L4C16"),
    ]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (OLD_HEADER.replace("Zeit;", "Datum;"), "lacks the column 'Zeit'"),
        (OLD_HEADER.replace("1_Auspraegung_Label", "1_Label"), "lacks the column '1_Auspraegung_Label'.*'1_Label'"),
        (OLD_HEADER.split(";BEVSTD")[0], "no column of values"),
        (OLD_HEADER.replace(";BEVSTD__Bevoelkerungsstand__Anzahl", ""), "signs without their values"),
    ],
)
def test_an_old_header_that_lacks_something_says_what(header: str, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        recognition.read(Original("12411.csv", f"{header}\n{old('05111', '', '1', 'e', '2')}\n".encode()))


# Anything the layout can say: written, read back, equal.
GEOS = st.sampled_from(["DG", "05", "051", "05111", "05112", "02", "02000", "05334002"])
VALUES = st.one_of(
    st.integers(0, 10**9).map(str),
    st.floats(-1e6, 1e6).map(lambda x: f"{x:.2f}".replace(".", ",")),
    st.sampled_from(["-", ".", "...", "/", "x", "(12)", "0"]),
)
RECORDS = st.lists(
    st.tuples(
        GEOS,
        st.sampled_from(["", "WZ08-C", "WZ08-F"]),
        st.sampled_from(["", "GESM"]),
        st.sampled_from(["2019", "2020"]),
        VALUES,
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda record: record[:4],
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(RECORDS)
def test_what_is_written_is_read_back(records: list[tuple[str, str, str, str, str]]) -> None:
    frame = read(*(row(geo, value, branch=branch, sex=sex, time=year) for geo, branch, sex, year, value in records))
    keys = [
        (geo, branch or "total", f"ERW032{'|GES=GESM' if sex else ''}", year) for geo, branch, sex, year, _ in records
    ]
    assert cells(frame, "geo", "branch", "measure", "period") == keys
    printed = [cell_status(record[4]) for record in records]
    for (value, status), sign in zip(cells(frame, "value", "status"), printed, strict=True):
        assert (value, status) == sign or (sign.status == "zero" and value is None and status.startswith("not_"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(RECORDS)
def test_dashes_mean_what_they_mean_to_the_whole_table(records: list[tuple[str, str, str, str, str]]) -> None:
    """The sums over groups against `dashes.resolve`, which holds the whole table; country and municipalities apart."""
    records = [record for record in records if record[0] not in ("DG", "05334002")]
    if not records:
        return
    frame = read(*(row(geo, value, branch=branch, sex=sex, time=year) for geo, branch, sex, year, value in records))
    plain = pl.DataFrame(
        [
            (geo, geo_level(geo), branch or "total", sex, year, *cell_status(value))
            for geo, branch, sex, year, value in records
        ],
        schema=["geo", "geo_level", "branch", "measure", "period", "value", "status"],
        orient="row",
    ).with_columns(pl.col("value").cast(pl.Float64), absent=(pl.col("status") == "zero").all().over("geo", "period"))
    assert cells(frame, "value", "status") == cells(dashes.resolve(plain, absent="absent"), "value", "status")


def test_a_file_is_streamed_to_parquet_as_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "13111-07-05-4_flat.csv"
    path.write_bytes(content(*ROWS))
    whole = flat.read(Original(path.name, path=path)).cells
    monkeypatch.setattr("analysis.sources.genesis_flat_cells.HELD_BYTES", 0)
    flat.sink(Original(path.name, path=path), tmp_path / "cells.parquet")
    assert pl.read_parquet(tmp_path / "cells.parquet").equals(whole)
    assert flat.scan(Original(path.name, path=path)).filter(geo="05111").collect().height == 3
    assert sorted(file.name for file in tmp_path.iterdir()) == ["13111-07-05-4_flat.csv", "cells.parquet"]


def test_a_large_file_in_another_encoding_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "13111-07-05-4_flat.csv"
    path.write_bytes(content(*ROWS).decode("utf-8-sig").encode("cp1252"))
    monkeypatch.setattr("analysis.sources.genesis_flat_cells.HELD_BYTES", 0)
    table = flat.read(Original(path.name, path=path))
    assert table.encoding == "cp1252" and EMPLOYEES in table.title


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (ROWS[0].replace("Gebiet", "Geb\0iet"), "is zero, which no text has"),
        (ROWS[0] + ";1;2", "fields"),
        (row("05", "?"), "'\\?'"),
    ],
)
def test_streaming_refuses_what_reading_does(
    bad: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content(*ROWS, bad))
    monkeypatch.setattr("analysis.sources.genesis_flat_cells.HELD_BYTES", 0)
    with pytest.raises(StudyError, match=words):
        flat.sink(Original(path.name, path=path), tmp_path / "cells.parquet")
    assert not (tmp_path / "cells.parquet").exists()


def test_the_benchmark_measures_both_and_their_memory() -> None:
    from benchmarks import flat_import

    measured = flat_import.measure(rows=3000, repeats=1)
    assert measured.rows == 3000 and measured.ratio > 0 and min(measured.peak_bytes.values()) > 10**7
