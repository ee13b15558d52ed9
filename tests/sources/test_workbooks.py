"""Workbooks with the year alone in a row: built here with real figures, read, and damaged."""

import io

import polars as pl
import pytest
import xlsxwriter

from analysis.errors import StudyError
from analysis.sources import destatis_kreise
from analysis.sources import regionalstatistik_xlsx as workbooks
from analysis.sources.originals import Original

EMPLOYEES_HEADER = ["id", "name", "Insgesamt", "männlich", "weiblich"]
EMPLOYEES_HEADER += [f"Ausländer(innen)-{word}" for word in ("Insgesamt", "männlich", "weiblich")]
EMPLOYEES = [
    [None, None, "Nationalität"],
    EMPLOYEES_HEADER,
    ["30.06.2010"],
    ["05334", "      Städteregion Aachen (einschl. Stadt Aachen)", 183788, 101252],
    ["05334002", "      Aachen, krfr. Stadt", 111925, 59736],
    ["05354", "      Aachen, Kreis", "-", "-"],
    ["30.06.2009"],
    ["05334", "      Städteregion Aachen (einschl. Stadt Aachen)", "-", "-"],
    ["05334002", "      Aachen, krfr. Stadt", 109867, 58678],
    ["05354", "      Aachen, Kreis", 71291, 41404],
    [None],
]
LAND_HEADER = ["id", "name", *sorted(workbooks.LAND_USE.ignored), *workbooks.LAND_USE.columns]
NOTE = "- Namensnennung - Version 2.0. | Stand: 13.12.2020 / 23:22:46"


def workbook(sheet: str, rows: list[list[object]]) -> Original:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        book.add_worksheet("footnote").write(0, 0, NOTE)
    return Original(f"{sheet}.xlsx", content.getvalue())


def employees(rows: list[list[object]]) -> pl.DataFrame:
    return workbooks.employees_total([workbook("13111-01-03-4", rows)], "s").tables["extract"]


def test_the_year_above_a_block_belongs_to_its_rows() -> None:
    frame = employees(EMPLOYEES)
    assert frame.filter(geo="05334", period="2010")["value"].item() == 183788
    assert frame.filter(geo="05354", period="2009")["value"].item() == 71291
    assert frame.filter(geo="05334", period="2009")["status"].item() == "not_applicable"
    assert frame.filter(geo="05354", period="2009")["row"].item() == "13111-01-03-4!C10"
    assert frame.filter(geo="05334002")["geo_level"].unique().item() == "municipality"
    assert frame.height == 6


def test_the_date_of_the_file_stands_in_the_footnotes() -> None:
    assert workbooks.employees_total([workbook("13111-01-03-4", EMPLOYEES)], "s").extracted == "2020-12-13"


@pytest.mark.parametrize(
    ("place", "row", "words"),
    [
        (1, [*EMPLOYEES_HEADER[:3], "divers"], "unknown: divers"),
        (1, [*EMPLOYEES_HEADER, "Insgesamt"], "stand twice: Insgesamt"),
        (1, ["id", "name", "männlich", "weiblich"], "missing: Insgesamt"),
        (2, ["Stand"], "no year"),
        (2, ["05111", "Düsseldorf", 429514], "above the first year"),
        (3, ["5334", "Städteregion Aachen", 183788], "region key '5334'"),
        (3, ["05334", "Städteregion Aachen", "keine"], "neither a number"),
    ],
)
def test_a_damaged_workbook_stops_with_the_reason(place: int, row: list[object], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        employees([*EMPLOYEES[:place], row, *EMPLOYEES[place + 1 :]])


def test_another_table_and_no_workbook_stop() -> None:
    with pytest.raises(StudyError, match="none is 82111-01-05-4"):
        workbooks.value_added([workbook("13111-01-03-4", EMPLOYEES)], "s")
    with pytest.raises(StudyError, match="not a readable workbook"):
        workbooks.value_added([Original("a.xlsx", b"<html>Wartungsarbeiten</html>")], "s")


def land_row(key: str, total: object, industry: object) -> list[object]:
    cells = {"id": key, "name": key, "Bodenfläche": total, "Gebäude- und Freifläche-Gewerbe, Industrie": industry}
    return [cells.get(label, 1) for label in LAND_HEADER]


def test_no_industrial_land_is_zero_but_no_district_is_not_applicable() -> None:
    rows = [[None, None, "Bodenfläche"], LAND_HEADER, ["31.12.2015"], land_row("05", 3411044, 48000)]
    rows += [land_row("05111", 21741, 1029), land_row("05112", 23280, "-"), ["31.12.2009"], land_row("05113", 5, 5)]
    rows[6:6] = [["05354", "Aachen, Kreis", *(["-"] * (len(LAND_HEADER) - 2))]]
    frame = workbooks.industrial_land([workbook("33111-01-01-4", rows)], "s").tables["extract"]
    statuses = dict(frame.select("geo", "status").iter_rows())
    assert statuses == {"05": "ok", "05111": "ok", "05112": "zero", "05354": "not_applicable"}


def test_column_letters() -> None:
    assert [workbooks.column_letter(index) for index in (0, 12, 25, 26, 701, 702)] == ["A", "M", "Z", "AA", "ZZ", "AAA"]


def test_areas_must_add_up_to_the_printed_total() -> None:
    head = [["Kreise"], ["Gebietsstand: 31.12.2018"], [None], ["Nr", "", "", "NUTS3", "Fläche \nin km2"]]
    rows = [
        *head,
        ["05111", "Kreisfreie Stadt", "Düsseldorf", "DEA11", 217.41],
        ["02000", "", "Hamburg", "DE600", 755.09],
    ]
    good = workbook(destatis_kreise.SHEET, [*rows, [None, "Deutschland", "Insgesamt", None, 972.5]])
    frame = destatis_kreise.area([good], "s").tables["extract"]
    assert frame.filter(geo="05111").select("value", "period", "row").row(0) == (
        217.41,
        "2018",
        f"{destatis_kreise.SHEET}!E5",
    )
    with pytest.raises(StudyError, match="add up"):
        destatis_kreise.area([workbook(destatis_kreise.SHEET, [*rows, [None, "Deutschland", "", None, 1972.5]])], "s")
