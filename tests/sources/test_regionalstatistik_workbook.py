"""Workbooks of Regionalstatistik: stacked and flattened headers, separator rows, notes elsewhere, and damaged ones.

Figures are the published ones of 13111-01-03-4, 82111-01-05-4 and 33111-01-01-4; signs were put in.
"""

import io

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import recognition
from analysis.sources import regionalstatistik_workbook as workbook
from analysis.sources.observations import SCHEMA, cell_status
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

Rows = list[list[object]]
NOTES: Rows = [
    ["______________"],
    ['zu "gesamte Tabelle":'],
    ["alle Länder: Auswertungsstand (Anzahl)"],
    ["© Statistische Ämter des Bundes und der Länder, Deutschland, 2020. | Stand: 13.12.2020 / 23:22:46"],
]
FLAT_TITLES: Rows = [["Beschäftigte am Arbeitsort"], ["Sozialversicherungspfl. Beschäftigte (Arbeitsort) (Anzahl)"]]
FLAT: Rows = [
    [None, None, "Nationalität"],
    ["id", "name", "Insgesamt", "männlich", "Ausländer(innen)-Insgesamt", "Ausländer(innen)-männlich"],
    ["30.06.2010"],
    ["DG", "Deutschland", 27966601, 15149301, 1878869, 1162081],
    ["05334", "      Städteregion Aachen (einschl. Stadt Aachen)", 183788, 101252, ".", "."],
    ["05354", "      Aachen, Kreis", "-", "-", "-", "-"],
    ["30.06.2009"],
    ["05334", "      Städteregion Aachen (einschl. Stadt Aachen)", "-", "-", "-", "-"],
    ["05354", "      Aachen, Kreis", 71291, 41404, "-", 4116],
    [None],
]
STACKED: Rows = [
    ["Bruttoinlandsprodukt/Bruttowertschöpfung nach Wirtschaftsbereichen - Jahressumme"],
    ["VGR der Länder: Entstehungsrechnung"],
    ["Jahr\nKreise", None, "Bruttoinlandsprodukt", "BWS in jeweiligen Preisen", None, None],
    [None, None, None, "WZ 2008-Abschnitte", None, None],
    [None, None, None, "Insgesamt", "Baugewerbe (F)", "öffentl. u. sonst. Dienstl.,Erziehung, Gesundheit"],
    [None, None, "Tsd. EUR", "Tsd. EUR", "Tsd. EUR", "Tsd. EUR"],
    ["2017"],
    ["DG", "Deutschland", 3277340000, 2954696000, 144300000, 647906000],
    ["05111", "  Düsseldorf", 48701240, 43906753, "-", "."],
    ["2016"],
    ["05111", "  Düsseldorf", 47727665, 43014789, "(12)", "x"],
    ["__________"],
    ["© Statistische Ämter, Deutschland | Stand: 12.12.2020 / 03:54:23"],
]


def book(sheets: dict[str, Rows]) -> Original:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as file:
        for name, rows in sheets.items():
            page = file.add_worksheet(name)
            for number, row in enumerate(rows):
                page.write_row(number, 0, row)
    return Original("table.xlsx", content.getvalue())


def flat(rows: Rows = FLAT) -> OfficialTable:
    return recognition.read(book({"13111-01-03-4": rows, "metadata": FLAT_TITLES, "footnote": NOTES}))


def stacked(rows: Rows = STACKED) -> OfficialTable:
    return recognition.read(book({"82111-01-05-4": rows}))


def cells(table: OfficialTable, *columns: str) -> list[tuple[object, ...]]:
    return table.cells.select(columns).rows()


def test_a_flattened_header_with_titles_on_another_sheet() -> None:
    table = flat()
    assert (table.format, table.table, table.rows, table.stated) == (workbook.NAME, "13111-01-03-4", 5, "2020-12-13")
    subject = "Sozialversicherungspfl. Beschäftigte (Arbeitsort)"
    assert cells(table, "measure", "geo", "period", "value", "unit", "row")[:4] == [
        (subject, "DG", "2010", 27966601.0, "Anzahl", "13111-01-03-4!C4"),
        (f"{subject}|männlich", "DG", "2010", 15149301.0, "Anzahl", "13111-01-03-4!D4"),
        (f"{subject}|Ausländer(innen)", "DG", "2010", 1878869.0, "Anzahl", "13111-01-03-4!E4"),
        (f"{subject}|Ausländer(innen)|männlich", "DG", "2010", 1162081.0, "Anzahl", "13111-01-03-4!F4"),
    ]
    assert [status for (status,) in cells(table, "status")][4:] == [
        *("ok", "ok", "suppressed", "suppressed"),
        *["not_applicable"] * 8,
        *("ok", "ok", "zero", "ok"),
    ]
    assert table.cells.schema == SCHEMA


def test_a_stacked_header_with_its_notes_below() -> None:
    table = stacked()
    assert table.branches == {"F": "Baugewerbe (F)", "O-T": "öffentl. u. sonst. Dienstl.,Erziehung, Gesundheit"}
    assert table.title.startswith("Bruttoinlandsprodukt/") and table.stated == "2020-12-12"
    assert cells(table, "measure", "geo", "branch", "period", "value", "unit", "status", "row")[4:] == [
        ("Bruttoinlandsprodukt", "05111", "total", "2017", 48701240.0, "Tsd. EUR", "ok", "82111-01-05-4!C9"),
        ("BWS in jeweiligen Preisen", "05111", "total", "2017", 43906753.0, "Tsd. EUR", "ok", "82111-01-05-4!D9"),
        ("BWS in jeweiligen Preisen", "05111", "F", "2017", 0.0, "Tsd. EUR", "zero", "82111-01-05-4!E9"),
        ("BWS in jeweiligen Preisen", "05111", "O-T", "2017", None, "Tsd. EUR", "suppressed", "82111-01-05-4!F9"),
        ("Bruttoinlandsprodukt", "05111", "total", "2016", 47727665.0, "Tsd. EUR", "ok", "82111-01-05-4!C11"),
        ("BWS in jeweiligen Preisen", "05111", "total", "2016", 43014789.0, "Tsd. EUR", "ok", "82111-01-05-4!D11"),
        ("BWS in jeweiligen Preisen", "05111", "F", "2016", 12.0, "Tsd. EUR", "unreliable", "82111-01-05-4!E11"),
        ("BWS in jeweiligen Preisen", "05111", "O-T", "2016", None, "Tsd. EUR", "not_applicable", "82111-01-05-4!F11"),
    ]
    assert set(table.cells["classification"]) == {"WZ 2008"}


def test_groups_above_the_labels_are_not_needed() -> None:
    assert flat([[None], *FLAT[1:]]).cells["measure"].equals(flat().cells["measure"])


def test_units_that_stand_on_another_sheet() -> None:
    rows: Rows = [
        [None, None, "Bodenfläche"],
        [
            "id",
            "name",
            "Bodenfläche",
            "Gebäude- und Freifläche-Insgesamt",
            "Gebäude- und Freifläche-Gewerbe, Industrie",
        ],
        ["31.12.2015"],
        ["05111", "Düsseldorf", 21741, 7180, 1029],
    ]
    notes: Rows = [["Bodenfläche nach Art der tatsächlichen Nutzung"], [None, None, "ha", "ha", "ha"]]
    table = recognition.read(book({"33111-01-01-4": rows, "metadata": notes}))
    assert cells(table, "measure", "unit", "period", "value") == [
        ("Bodenfläche", "ha", "2015", 21741.0),
        ("Bodenfläche|Gebäude- und Freifläche", "ha", "2015", 7180.0),
        ("Bodenfläche|Gebäude- und Freifläche|Gewerbe, Industrie", "ha", "2015", 1029.0),
    ]


@pytest.mark.parametrize(
    "sheets",
    [
        {"Kreise": FLAT},
        {"13111-01-03-4": FLAT[:2]},
        {"13111-01-03-4": [["2020"], ["Düsseldorf", 5]]},
        {"SVB - Tabelle II": FLAT},
    ],
)
def test_other_workbooks_are_not_recognised(sheets: dict[str, Rows]) -> None:
    assert not workbook.recognises(recognition.Head(book(sheets)))


@pytest.mark.parametrize(
    ("place", "row", "words"),
    [
        (4, ["05334", "Städteregion Aachen", 183788, None, 1, 2], "Cell 13111-01-03-4!D5 is empty"),
        (4, ["05334", "Städteregion Aachen", "keine", 1, 1, 2], "Cell 13111-01-03-4!C5 holds 'keine'"),
        (4, ["05334", "Städteregion Aachen", "1,5", 1, 1, 2], "Cell 13111-01-03-4!C5 holds '1,5' with the mark ','"),
        (4, ["5334", "Städteregion Aachen", 1, 1, 1, 2], "region key '5334'"),
        (4, ["05334", "Städteregion Aachen", 1, 1, 1, 2, 7], "Cell 13111-01-03-4!G5 has no header"),
        (4, [None, "Städteregion Aachen", 1, 1, 1, 2], "Row 5 is neither a period nor a region"),
        (4, ["Summe"], "Row 5 is neither a period nor a region"),
        (4, FLAT[1], "Row 5 repeats the header"),
        (1, [None], "header"),
    ],
)
def test_what_is_damaged_is_refused_with_its_place(place: int, row: list[object], words: str) -> None:
    rows = [*FLAT[:place], row, *FLAT[place + 1 :]]
    with pytest.raises(StudyError, match=words) as refusal:
        flat(rows)
    assert refusal.value.where.startswith("table.xlsx") and refusal.value.next_step


def test_a_broken_workbook_is_refused() -> None:
    whole = book({"13111-01-03-4": FLAT})
    with pytest.raises(StudyError, match="archive is broken"):
        recognition.read(Original("table.xlsx", whole.held[: len(whole.held) // 2]))


CELLS = st.one_of(st.integers(-(10**6), 10**9), st.sampled_from([".", "...", "/", "x", "(7)", "0", 12.25]))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=30)
@given(
    st.lists(st.sampled_from(["05", "05111", "05112", "05334002"]), min_size=1, unique=True),
    st.lists(st.integers(2000, 2020).map(str), min_size=1, max_size=3, unique=True),
    st.data(),
)
def test_what_is_written_is_read_back(geos: list[str], years: list[str], data: st.DataObject) -> None:
    keys = [(year, geo) for year in years for geo in ("DG", "01001", *geos)]
    printed = {key: [data.draw(CELLS) for _ in range(2)] for key in keys}
    rows: Rows = [
        [None, None, "Bruttoinlandsprodukt", "BWS"],
        ["id", "name", "BIP(Tsd. EUR)", "Baugewerbe (F)(Tsd. EUR)"],
    ]
    for year in years:
        rows += [[year], *([geo, f"Name {geo}", *printed[year, geo]] for geo in ("DG", "01001", *geos))]
    table = recognition.read(book({"82111-01-05-4": rows}))
    expected = [
        (geo, branch, year, *cell_status(str(value), decimal="."))
        for year, geo in keys
        for branch, value in zip(("total", "F"), printed[year, geo], strict=True)
    ]
    assert cells(table, "geo", "branch", "period", "value", "status") == expected
