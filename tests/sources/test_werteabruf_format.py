"""Werteabruf CSV of any table: keys, header rows and titles in the shapes that occur, read back, and damaged.

Figures are the published ones of 13111-07-05-4 and 82111-01-05-4; signs were put in, and other tables are made up.
"""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import recognition
from analysis.sources import werteabruf_format as werteabruf
from analysis.sources.observations import SCHEMA, cell_status
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

END = """__________
Klassifikation der Wirtschaftszweige, Ausgabe 2008 (WZ 2008)
"© Statistische Ämter des Bundes und der Länder, Deutschland, 2021."
Stand: 17.08.2021 / 20:24:09
"""
EMPLOYEES = """GENESIS-Tabelle: 13111-07-05-4
Beschäftigte nach;;;;
Wirtschaftszweigen;;;;
Sozialversicherungspfl. Beschäftigte (Arbeitsort) (Anzahl);;;;
Stichtag: 30.06.2020;;;;
;;;Geschlecht;Geschlecht
;;;Insgesamt;männlich
DG;Deutschland;Produzierendes Gewerbe ohne Baugewerbe (B-E);7431788;5568255
DG;Deutschland;Insgesamt;33322952;17894118
05;  Nordrhein-Westfalen;Insgesamt;6974006;3807213
05111;      Düsseldorf, kreisfreie Stadt;Produzierendes Gewerbe ohne Baugewerbe (B-E);39667;.
05111;      Düsseldorf, kreisfreie Stadt;Insgesamt;429514;228900
05354;      Aachen, Kreis;Insgesamt;-;-
"""
EMISSIONS = """GENESIS-Tabelle: 85111-0001
Luftemissionen: Deutschland, Jahre (bis 2019),;;;;
Luftemissionsart, Produktionsbereiche;;;;
Deutschland;;;;
Luftemissionen (t);;;;
;;;1995;1996
Kohlendioxid (CO2);CPA08-02;Forstwirtschaftl. Erzeugnisse und Dienstleistungen;484259;462774
Kohlendioxid (CO2);CPA08-05;Kohle;...;53113
"""
LAENDER = """GENESIS-Tabelle: 21821-0002
Ausgaben, Personal;;;
Forschung und Entwicklung;;;
2019;;;
;Interne Ausgaben;Interne Ausgaben;Personal
;Insgesamt;Wirtschaft;Insgesamt
;Mill. EUR;Mill. EUR;Anzahl
Hamburg;2 683;- 21,0;17 953
Nordrhein-Westfalen;( 1 003 );/;-
Insgesamt;110 025;x;0
"""
BY_YEAR = """GENESIS-Tabelle: 82111-01-05-4
Bruttoinlandsprodukt;;;;
;;Bruttoinlandsprodukt;BWS;BWS
;;;WZ 2008-Abschnitte;WZ 2008-Abschnitte
;;;Insgesamt;Baugewerbe (F)
;;Tsd. EUR;Tsd. EUR;Tsd. EUR
2017;;;;
DG;Deutschland;3277340000;2954696000;144300000
05111;Düsseldorf;48701240;43906753;.
2016;;;;
DG;Deutschland;3159750000;2847740000;133905000
05111;Düsseldorf;47727665;43014789;-
"""


def read(text: str, name: str = "table.csv", encoding: str = "cp1252") -> OfficialTable:
    return recognition.read(Original(name, (text + END).encode(encoding)))


def rows(table: OfficialTable, *columns: str) -> list[tuple[object, ...]]:
    return table.cells.select(columns).rows()


def test_keys_attributes_and_branches() -> None:
    table = read(EMPLOYEES)
    assert (table.format, table.table, table.rows, table.stated) == (werteabruf.NAME, "13111-07-05-4", 6, "2021-08-17")
    assert table.encoding == "cp1252" and table.branches == {"B-E": "Produzierendes Gewerbe ohne Baugewerbe (B-E)"}
    subject = "Sozialversicherungspfl. Beschäftigte (Arbeitsort)"
    assert rows(table, "measure", "geo", "branch", "classification", "period", "unit", "value", "row")[:4] == [
        (subject, "DG", "B-E", "WZ 2008", "2020", "Anzahl", 7431788.0, "L8C4"),
        (f"{subject}|Geschlecht=männlich", "DG", "B-E", "WZ 2008", "2020", "Anzahl", 5568255.0, "L8C5"),
        (subject, "DG", "total", "WZ 2008", "2020", "Anzahl", 33322952.0, "L9C4"),
        (f"{subject}|Geschlecht=männlich", "DG", "total", "WZ 2008", "2020", "Anzahl", 17894118.0, "L9C5"),
    ]
    assert rows(table, "geo", "status")[-5:] == [
        ("05111", "suppressed"),
        ("05111", "ok"),
        ("05111", "ok"),
        ("05354", "not_applicable"),
        ("05354", "not_applicable"),
    ]
    assert table.cells.schema == SCHEMA


def test_years_side_by_side_in_a_national_table() -> None:
    table = read(EMISSIONS)
    assert rows(table, "measure", "geo", "branch", "classification", "period", "value", "unit", "status") == [
        ("Luftemissionen|Kohlendioxid (CO2)", "DG", "CPA08-02", "CPA 2008", "1995", 484259.0, "t", "ok"),
        ("Luftemissionen|Kohlendioxid (CO2)", "DG", "CPA08-02", "CPA 2008", "1996", 462774.0, "t", "ok"),
        ("Luftemissionen|Kohlendioxid (CO2)", "DG", "CPA08-05", "CPA 2008", "1995", None, "t", "not_available"),
        ("Luftemissionen|Kohlendioxid (CO2)", "DG", "CPA08-05", "CPA 2008", "1996", 53113.0, "t", "ok"),
    ]


def test_names_of_laender_blanks_in_numbers_and_units_by_column() -> None:
    table = read(LAENDER)
    assert rows(table, "measure", "geo", "geo_level", "value", "unit", "status") == [
        ("Interne Ausgaben", "02", "land", 2683.0, "Mill. EUR", "ok"),
        ("Interne Ausgaben|Wirtschaft", "02", "land", -21.0, "Mill. EUR", "ok"),
        ("Personal", "02", "land", 17953.0, "Anzahl", "ok"),
        ("Interne Ausgaben", "05", "land", 1003.0, "Mill. EUR", "unreliable"),
        ("Interne Ausgaben|Wirtschaft", "05", "land", None, "Mill. EUR", "unreliable"),
        ("Personal", "05", "land", 0.0, "Anzahl", "zero"),
        ("Interne Ausgaben", "DG", "country", 110025.0, "Mill. EUR", "ok"),
        ("Interne Ausgaben|Wirtschaft", "DG", "country", None, "Mill. EUR", "not_applicable"),
        ("Personal", "DG", "country", 0.0, "Anzahl", "ok"),
    ]
    assert set(table.cells["period"]) == {"2019"} and set(table.cells["classification"]) == {"none"}


def test_a_year_alone_belongs_to_the_rows_below() -> None:
    table = read(BY_YEAR)
    assert rows(table, "measure", "geo", "branch", "period", "status", "row")[3:6] == [
        ("Bruttoinlandsprodukt", "05111", "total", "2017", "ok", "L9C3"),
        ("BWS", "05111", "total", "2017", "ok", "L9C4"),
        ("BWS", "05111", "F", "2017", "suppressed", "L9C5"),
    ]
    assert rows(table, "period", "status", "value")[-1] == ("2016", "zero", 0.0)


def test_districts_that_were_not_loaded() -> None:
    text = EMPLOYEES.replace(";39667;.", ";-;-").replace(";429514;228900", ";-;-")
    statuses = dict(read(text).cells.filter(branch="total").select("geo", "status").iter_rows())
    assert statuses["05111"] == statuses["05354"] == "not_available"


def test_utf_8_and_windows_line_ends() -> None:
    text = EMPLOYEES.replace("\n", "\r\n")
    expected = read(EMPLOYEES).cells.drop("file_sha256")
    assert read(text, encoding="utf-8-sig").cells.drop("file_sha256").equals(expected)


def test_a_table_without_region_or_unit_says_so() -> None:
    text = LAENDER.replace("Hamburg", "Bergbau (B)").replace("Nordrhein-Westfalen", "Baugewerbe (F)")
    text = text.replace(";Mill. EUR;Mill. EUR;Anzahl\n", "")
    end = END.replace("Deutschland, ", "")
    table = recognition.read(Original("a.csv", (text + end).encode("cp1252")))
    assert {problem.kind for problem in table.problems} == {"no region", "no unit"}
    assert set(table.cells["branch"]) == {"B", "F", "total"} and set(table.cells["geo"]) == {"DG"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (EMPLOYEES.replace("05111;", "5111;"), "region key '5111' is none .*table.csv, L11C4"),
        (EMPLOYEES.replace("DG;", "05112;").replace("\n05", "\n5"), "region key '5"),
        (EMPLOYEES.replace("39667;.", "39667"), "Line 11 has 4 fields, the header 5"),
        (EMPLOYEES.replace(";;;Insgesamt;männlich", ";;;Insgesamt"), "Line 7 has 4 fields, the header 5"),
        (EMPLOYEES.replace("05354;", ";;;Geschlecht;Geschlecht\n05354;"), "Line 13 is a header among the data"),
        (EMPLOYEES.replace("39667", "39.667"), "Line 11, column 4 holds '39.667' with the mark"),
        (EMPLOYEES.replace("39667", "geheim"), "Line 11, column 4 holds 'geheim'"),
        (EMPLOYEES.replace("39667", ""), "Line 11, column 4 is empty"),
        (EMPLOYEES.replace("Stichtag: 30.06.2020", "Stand"), "states no period"),
        (EMPLOYEES[: EMPLOYEES.index("DG;")], "No data stand below the header"),
        (EMPLOYEES[: EMPLOYEES.index(";;;Gesch")], "No header row"),
        (EMPLOYEES.replace("männlich", "männ\0lich"), "Line 7 holds the byte 0x00"),
    ],
)
def test_what_is_damaged_is_refused_with_its_place(text: str, words: str) -> None:
    with pytest.raises(StudyError, match=words) as refusal:
        read(text)
    assert refusal.value.where.startswith("table.csv") and refusal.value.next_step


def test_a_file_without_its_end_was_cut() -> None:
    with pytest.raises(StudyError, match="underscores that ends the data is missing; the last line is 14"):
        recognition.read(Original("table.csv", EMPLOYEES.encode("cp1252")))


NAMES = {"DG": "Deutschland", "05": "Nordrhein-Westfalen", "05111": "Düsseldorf", "05334002": "Aachen"}
LABELS = {
    "total": "Insgesamt",
    "C": "Verarbeitendes Gewerbe (C)",
    "M-N": "Freiberufl,wissenschaftl. techn. Dienstl.,sonst.DL",
}
CELLS = st.one_of(
    st.integers(-(10**6), 10**9).map(lambda x: f"{x:,}".replace(",", " ").replace("-", "- ")),
    st.sampled_from([".", "...", "/", "x", "(7,5)", "0", "12,25"]),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(NAMES)), st.sampled_from(sorted(LABELS))), min_size=1, unique=True),
    st.lists(st.sampled_from(["männlich", "weiblich", "Insgesamt"]), min_size=2, max_size=3, unique=True),
    st.data(),
)
def test_what_is_written_is_read_back(keys: list[tuple[str, str]], sexes: list[str], data: st.DataObject) -> None:
    keys = [("DG", "total"), ("DG", "C"), *(key for key in keys if key not in (("DG", "total"), ("DG", "C")))]
    printed = [[data.draw(CELLS) for _ in sexes] for _ in keys]
    lines = ["GENESIS-Tabelle: 13111-07-05-4", "Beschäftigte (Anzahl)", "2020"]
    lines += [";;;" + ";".join(["Geschlecht"] * len(sexes)), ";;;" + ";".join(sexes)]
    for (geo, branch), cells in zip(keys, printed, strict=True):
        lines.append(";".join([geo, f"  {NAMES[geo]}", LABELS[branch], *cells]))
    table = read("\n".join([*lines, ""]))
    measures = ["Beschäftigte" if sex == "Insgesamt" else f"Beschäftigte|Geschlecht={sex}" for sex in sexes]
    expected = [
        (measure, geo, branch, *cell_status(text))
        for (geo, branch), cells in zip(keys, printed, strict=True)
        for measure, text in zip(measures, cells, strict=True)
    ]
    assert rows(table, "measure", "geo", "branch", "value", "status") == expected
    assert table.cells["value"].dtype == pl.Float64
