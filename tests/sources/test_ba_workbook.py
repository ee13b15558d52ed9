"""Workbooks of the Bundesagentur für Arbeit, in fixtures of the published layout.

The totals of both sexes are those of 30 June 2020 in North Rhine-Westphalia, all other figures are made up.
"""

import io

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import ba_workbook, checking, recognition
from analysis.sources.observations import SCHEMA, cell_status
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

Rows = list[list[object]]
TITLES: Rows = [
    ["Beschäftigungsstatistik"],
    [None],
    ["Sozialversicherungspflichtig Beschäftigte (SVB) nach Wirtschaftszweigen (WZ 2008)"],
    ["Nordrhein-Westfalen (Gebietsstand Juni 2020)"],
    ["Stichtag: 30. Juni 2020"],
    [None],
]
HEADER: Rows = [
    ["Wirtschafts-\nzweig", "Ins-\ngesamt", "davon", None, "darunter", None],
    [None, None, "Männer", "Frauen", "Aus-\nländer", "Teil-\nzeit-\nbeschäftigte"],
    [None, 1, 2, 3, 4, 5],
]
DATA: Rows = [
    ["Insgesamt", 6974006, 3807213, 3166793, 850232, 1955600],
    ["davon:"],
    ["A Land- und Forst-\nwirtschaft, Fischerei", 32004, 22000, 10004, 9000, 7000],
    ["01 Landwirtschaft, Jagd und damit verbundene Tätigkeiten", 31000, 21000, 10000, "*", 6900],
    ["012 Anbau mehrjähriger Pflanzen", 900, "*", "*", "-", 200],
    ["0130 Betrieb von Baumschulen", 400, 250, 150, 20, 90],
    ["B-F Produzierendes Gewerbe", 1800000, 1400000, 400000, 240000, 200000],
    ["Keine Angabe", 12, "*", "*", "-", "*"],
    [None],
    ["* Zahlenwerte kleiner 3 werden anonymisiert."],
    ["Erstellungsdatum: 15.01.2021, Statistik-Service"],
]


def book(sheets: dict[str, Rows]) -> Original:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as file:
        file.add_worksheet("Impressum").write(0, 0, "© Statistik der Bundesagentur für Arbeit")
        for name, rows in sheets.items():
            page = file.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return Original("wz-heft-05-0-202006-xlsx.xlsx", content.getvalue())


def read(data: Rows = DATA, titles: Rows = TITLES, header: Rows = HEADER) -> OfficialTable:
    return recognition.read(book({"SVB - Tabelle II": [*titles, *header, *data]}))


def cells(table: OfficialTable, *columns: str) -> list[tuple[object, ...]]:
    return table.cells.select(columns).rows()


def test_each_branch_with_its_attributes() -> None:
    table = read()
    assert (table.format, table.rows, table.stated) == (ba_workbook.NAME, 7, "2021-01-15")
    assert cells(table, "measure", "geo", "branch", "period", "value", "status", "row")[10:20] == [
        ("SVB", "05", "01", "2020-06-30", 31000.0, "ok", "SVB - Tabelle II!B13"),
        ("SVB|davon|Männer", "05", "01", "2020-06-30", 21000.0, "ok", "SVB - Tabelle II!C13"),
        ("SVB|davon|Frauen", "05", "01", "2020-06-30", 10000.0, "ok", "SVB - Tabelle II!D13"),
        ("SVB|darunter|Ausländer", "05", "01", "2020-06-30", None, "suppressed", "SVB - Tabelle II!E13"),
        ("SVB|darunter|Teilzeitbeschäftigte", "05", "01", "2020-06-30", 6900.0, "ok", "SVB - Tabelle II!F13"),
        ("SVB", "05", "012", "2020-06-30", 900.0, "ok", "SVB - Tabelle II!B14"),
        ("SVB|davon|Männer", "05", "012", "2020-06-30", None, "suppressed", "SVB - Tabelle II!C14"),
        ("SVB|davon|Frauen", "05", "012", "2020-06-30", None, "suppressed", "SVB - Tabelle II!D14"),
        ("SVB|darunter|Ausländer", "05", "012", "2020-06-30", 0.0, "zero", "SVB - Tabelle II!E14"),
        ("SVB|darunter|Teilzeitbeschäftigte", "05", "012", "2020-06-30", 200.0, "ok", "SVB - Tabelle II!F14"),
    ]
    assert list(table.cells["branch"].unique(maintain_order=True)) == [
        *("total", "A", "01", "012", "0130", "B-F", "Keine Angabe"),
    ]
    assert table.branches["A"] == "A Land- und Forstwirtschaft, Fischerei"
    assert table.cells.schema == SCHEMA and set(table.cells["classification"]) == {"WZ 2008"}
    assert dict(checking.check(table, "x").statuses) == {"ok": 27, "zero": 2, "suppressed": 6}


def test_both_sheets_are_read() -> None:
    sheet = [*TITLES, *HEADER, *DATA]
    table = recognition.read(book({"SVB - Tabelle II": sheet, "GB - Tabelle II": sheet}))
    assert table.rows == 14 and {measure.split("|")[0] for (measure,) in cells(table, "measure")} == {"SVB", "GB"}


@pytest.mark.parametrize(
    ("title", "geo"),
    [
        ("Deutschland", "DG"),
        ("Region: Hamburg", "02"),
        ("05111 Düsseldorf, Stadt", "05111"),
        ("Düsseldorf (05111)", "05111"),
    ],
)
def test_the_region_stands_in_a_title(title: str, geo: str) -> None:
    table = read(titles=[*TITLES[:3], [title], *TITLES[4:]])
    assert set(table.cells["geo"]) == {geo}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"titles": [*TITLES[:3], ["Düsseldorf, Stadt"], *TITLES[4:]]}, "No title names Germany"),
        ({"titles": TITLES[:4]}, "No title states the Stichtag"),
        ({"data": [*DATA[:2], ["Bergbau", 1, 2, 3, 4, 5]]}, "Tabelle II!A12 holds 'Bergbau'"),
        ({"data": [*DATA[:2], ["02 Forstwirtschaft", 1, 2, None, 4, 5]]}, "Tabelle II!D12 is empty"),
        ({"data": [*DATA[:2], ["02 Forstwirtschaft", 1, 2, "k.A.", 4, 5]]}, "Tabelle II!D12 holds 'k.A.'"),
        ({"header": [[None, "Insgesamt", "Männer", "Männer", "Frauen", "Frauen"]]}, "columns twice: SVB.Frauen"),
        ({"header": []}, "The header names no columns"),
        ({"data": [["Hinweis", "ohne Werte"]]}, "No row is the total"),
    ],
)
def test_what_is_damaged_is_refused_with_its_place(arguments: dict[str, Rows], words: str) -> None:
    with pytest.raises(StudyError, match=words) as refusal:
        read(**arguments)
    assert refusal.value.where.startswith("wz-heft") and refusal.value.next_step


def test_a_broken_archive_is_refused() -> None:
    whole = book({"SVB - Tabelle II": [*TITLES, *HEADER, *DATA]})
    with pytest.raises(StudyError, match="broken"):
        recognition.read(Original(whole.name, whole.held[:-200]))


def test_another_workbook_is_not_recognised() -> None:
    assert not ba_workbook.recognises(recognition.Head(book({"Tabelle II": DATA})))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(
    st.lists(st.sampled_from(["01", "011", "0111", "C", "G-U", "Keine Angabe"]), min_size=1, unique=True),
    st.data(),
)
def test_what_is_written_is_read_back(branches: list[str], data: st.DataObject) -> None:
    value = st.one_of(st.integers(0, 10**7), st.sampled_from(["*", "-"]))
    rows = [["Insgesamt", 5, 5, 5, 5, 5]]
    rows += [
        [code if code == "Keine Angabe" else f"{code} Name", *(data.draw(value) for _ in range(5))] for code in branches
    ]
    expected = [
        (branch, *cell_status(str(text), decimal="."))
        for branch, row in zip(["total", *branches], rows, strict=True)
        for text in row[1:]
    ]
    assert cells(read(rows), "branch", "value", "status") == expected
