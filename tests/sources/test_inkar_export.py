"""INKAR's exports, written by hand with the headers and marks of the real ones."""

import io

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import inkar_export, recognition
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

LONG = "Bereich;ID;Kuerzel;Indikator;Raumbezug;Kennziffer;Name;Zeitbezug;Wert\n"
COLUMNS = ["measure", "geo", "geo_level", "period", "value", "status"]


def read(content: str | bytes) -> OfficialTable:
    held = content if isinstance(content, bytes) else ("\ufeff" + content).encode()
    original = Original("inkar.csv", held)
    assert inkar_export.recognises(recognition.Head(original))
    return inkar_export.read(original)


def row(kind: str, key: str, value: str, *, theme: str = "Wirtschaft", code: str = "q_bip_et", year: int = 2020) -> str:
    return f"{theme};64;{code};BIP je Erwerbstätigen;{kind};{key};Ort;{year};{value}\n"


def test_areas_of_the_long_export() -> None:
    kinds = [
        ("Bund", "111", "DG", "country"),
        ("Bundesländer", "02", "02", "land"),
        ("Regierungsbezirke", "051", "051", "regierungsbezirk"),
        ("Kreise", "05111000", "05111", "district"),
        ("Gemeinden", "05111000", "05111000", "municipality"),
        ("IHK-Bezirke", "02", "IHK-Bezirke:02", "other"),
    ]
    table = read(LONG + "".join(row(kind, key, "81,5") for kind, key, *_ in kinds))
    assert table.cells.select("geo", "geo_level").rows() == [
        wanted for *_, geo, level in kinds for wanted in [(geo, level)]
    ]
    assert table.cells.select("value", "unit", "row").row(0) == (81.5, "thousand EUR per person employed", "L2C9")


@settings(deadline=None)  # the first example imports the parser
@given(
    rows=st.dictionaries(
        st.tuples(st.sampled_from(["q_bip_et", "m_ek"]), st.sampled_from(["05111", "02000"]), st.integers(1995, 2022)),
        st.one_of(st.none(), st.integers(-(10**6), 10**6).map(lambda number: number / 100)),
        min_size=1,
    )
)
def test_a_long_export_is_read_back(rows: dict) -> None:
    text = LONG
    for (code, key, year), value in rows.items():
        printed = "" if value is None else f"{value:.2f}".replace(".", ",")
        text += row("Kreise", f"{key}000", printed, code=code, year=year)
    wanted = [
        (code, key, "district", str(year), value, "not_available" if value is None else "ok")
        for (code, key, year), value in rows.items()
    ]
    assert read(text).cells.select(COLUMNS).rows() == wanted


def test_an_indicator_of_two_themes_counts_once() -> None:
    same = row("Kreise", "05111000", "81,5")
    table = read(LONG + same + row("Kreise", "05111000", "81,5", theme="SDG"))
    assert table.rows == 2 and table.cells.height == 1
    assert [problem.kind for problem in table.problems] == ["repeated rows"]
    differing = read(LONG + same + row("Kreise", "05111000", "81,6", theme="SDG"))
    assert differing.cells.height == 2 and not differing.problems


WIDE = "Kennziffer;Raumeinheit;Aggregat;"


def wide(columns: dict[str, list[str]], keys: tuple[str, ...] = ("05111", "02000"), year: str = "2017") -> str:
    lines = [WIDE + ";".join(columns), ";;;" + ";".join([year] * len(columns))]
    for number, key in enumerate(keys):
        cells = ";".join(f'"{values[number]}"' for values in columns.values())
        lines.append(f'"{key}";"Ort";"krsfr. Stadt";{cells}')
    return "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize(
    ("column", "beside", "values", "said"),
    [
        (["2.022", "3.882"], ["6,8", "7,1"], [2022, 3882], "group thousands: '2.022' is read as 2022"),
        (["2.022", "3.882"], ["1", "2"], [2022, 3882], "group thousands"),
        (["2.022", "3.882"], ["6.8", "7.1"], [2.022, 3.882], "are decimal marks, as in other columns"),
        (["1.036,5", "434,2"], ["6", "7"], [1036.5, 434.2], "group thousands: '1.036,5' is read as 1036.5"),
        (["6,8", ""], ["6", "7"], [6.8, None], None),
        (["8.9", "10.25"], ["6", "7"], [8.9, 10.25], None),
        (["1.234.567", "12"], ["6", "7"], [1234567, 12], "group thousands"),
        (["-1.234", "-2,5"], ["6", "7"], [-1234, -2.5], "group thousands"),
    ],
)
def test_points_are_decided_by_column(column: list, beside: list, values: list, said: str | None) -> None:
    table = read(wide({"Einkommen": column, "Quote": beside}))
    assert table.cells.filter(measure="Einkommen")["value"].to_list() == values
    told = [problem.what for problem in table.problems if "'Einkommen'" in problem.what]
    assert (said is None and not told) or said in told[0]


@settings(deadline=None)  # the first example imports the parser
@given(
    table=st.lists(
        st.tuples(st.booleans(), st.lists(st.integers(-(10**7), 10**7), min_size=2, max_size=2)), min_size=1, max_size=4
    )
)
def test_a_wide_export_is_read_back(table: list) -> None:
    """German numbers: whole ones with thousands points, others with a decimal comma too."""
    columns, wanted = {"Anteil": ["0,5", "0,5"]}, [0.5, 0.5]
    for number, (whole, values) in enumerate(table):
        printed = [f"{value:,}".replace(",", ".") + ("" if whole else ",5") for value in values]
        columns[f"Spalte {number}"] = printed
        wanted += [float(value) if whole else float(f"{value}.5") for value in values]
    cells = read(wide(columns)).cells
    assert cells["value"].to_list() == wanted
    assert cells["measure"].unique(maintain_order=True).to_list() == list(columns)
    assert cells["geo"].to_list() == ["05111", "02000"] * len(columns)


def test_numbers_of_a_workbook_have_no_marks() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Daten")
        sheet.write_row(0, 0, [*WIDE.split(";")[:3], "Dichte", "Einkommen"])
        sheet.write_row(1, 3, [2017, 2017])
        for number, key in enumerate(["05111", "02000"], start=2):
            sheet.write_row(number, 0, [key, "Ort", "krsfr. Stadt"])
            sheet.write_row(number, 3, [[1.598, 2.986][number - 2], ["1.598", "2.986"][number - 2]])
        book.add_worksheet("Quellangabe").write(0, 0, "INKAR. Ausgabe 2020. Hrsg.: BBSR")
    table = read(held.getvalue())
    assert table.cells["value"].to_list() == [1.598, 2.986, 1598, 2986]
    assert table.table == "INKAR 2020" and table.cells["row"][1] == "Daten!D4"
    assert [problem.where for problem in table.problems] == ["Daten!E3"]


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        (wide({"Quote": ["8.9", "6,8"]}), "'8.9' in the column 'Quote' is no number", "L3C4"),
        (wide({"Quote": ["k. A.", "6,8"]}), "'k. A.' in the column 'Quote'", "L3C4"),
        (wide({"Quote": ["1", "2"]}, keys=("5111", "02000")), "Kennziffer '5111'", "L3C4"),
        (wide({"Quote": ["1", "2"]}, year="Jahr"), "year 'Jahr'", "L2C4"),
        (wide({"Quote": ["1", "2"]}) + '"05162";"Neuss"\r\n', "Row 5 has 2 fields, the header 4", "L5C2"),
        (wide({"Quote": ["1", "2"]}) + WIDE + "Quote\r\n", "header stands again in row 5", "L5C1"),
        (LONG + row("Kreise", "5111000", "1,5"), "'5111000' is no key of Kreise", "L2C9"),
        (LONG + row("Kreise", "05111000", "1.5"), "'1.5' in the column Wert", "line 2, column 9"),
        (LONG + row("Kreise", "05111000", "1,5") + "Wirtschaft;64;q", "is cut off", "line 3"),
        (LONG.replace("Wert", "Value") + row("Kreise", "05111000", "1,5"), "columns Wert are missing", "line 1"),
        (LONG + row("Kreise", "05111000", "1,5") + LONG, "header stands again", "line 3"),
    ],
)
def test_a_damaged_export_is_refused_with_its_place(text: str, said: str, where: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(text)
    assert where in caught.value.where


def parquet(**columns: list) -> bytes:
    held = io.BytesIO()
    pl.DataFrame(columns).write_parquet(held)
    return held.getvalue()


def test_a_wide_parquet_keeps_single_gaps_and_leaves_out_what_is_not_published() -> None:
    areas = {
        "raumbezug": ["Kreise", "Kreise", "Bund"],
        "kennziffer": ["05111000", "02000000", "111"],
        "name": ["", "", ""],
    }
    table = read(parquet(**areas, zeitbezug=["2020"] * 3, q_bip_et=[81.5, float("nan"), None], m_ek=[None, None, 3.0]))
    assert table.cells.select(COLUMNS).rows() == [
        ("q_bip_et", "05111", "district", "2020", 81.5, "ok"),
        ("q_bip_et", "02000", "district", "2020", None, "not_available"),
        ("m_ek", "DG", "country", "2020", 3.0, "ok"),
    ]
    assert table.cells["row"].to_list() == ["R1:q_bip_et", "R2:q_bip_et", "R3:m_ek"]
    assert [problem.what[:7] for problem in table.problems] == ["3 cells"]


def test_a_parquet_of_texts_or_cut_off_is_refused() -> None:
    areas = {"raumbezug": ["Kreise"], "kennziffer": ["05111000"], "name": [""], "zeitbezug": ["2020"]}
    with pytest.raises(StudyError, match="'q_bip_et' holds String"):
        read(parquet(**areas, q_bip_et=["81,5"]))
    whole = parquet(**areas, q_bip_et=[81.5])
    with pytest.raises(StudyError, match="cut off"):
        inkar_export.read(Original("w.parquet", whole[: len(whole) // 2]))
