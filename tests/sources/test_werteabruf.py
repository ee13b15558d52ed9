"""Werteabruf CSV: a small file with real figures of Düsseldorf, Hamburg and a dissolved district, and its faults."""

import polars as pl
import pytest

from analysis.errors import StudyError
from analysis.sources import regionalstatistik_werteabruf as werteabruf
from analysis.sources.observations import Cell
from analysis.sources.originals import Original

HEAD = """GENESIS-Tabelle: 13111-07-05-4
Sozialversicherungspflichtig Beschäftigte am Arbeitsort nach;;;;;
Stichtag: 30.06.2020;;;;;
;;;Nationalität;Nationalität;Nationalität
;;;Insgesamt;Insgesamt;Insgesamt
;;;Geschlecht;Geschlecht;Geschlecht
;;;Insgesamt;männlich;weiblich
"""
ROWS = """DG;Deutschland;Produzierendes Gewerbe ohne Baugewerbe (B-E);7431788;5517366;1914422
DG;Deutschland;Insgesamt;33322952;17913264;15409688
02;  Hamburg;Produzierendes Gewerbe ohne Baugewerbe (B-E);121297;95000;26297
02;  Hamburg;Insgesamt;997534;530000;467534
05111;      Düsseldorf, kreisfreie Stadt;Produzierendes Gewerbe ohne Baugewerbe (B-E);39667;.;.
05111;      Düsseldorf, kreisfreie Stadt;Land- und Forstwirtschaft, Fischerei (A);.;.;.
05111;      Düsseldorf, kreisfreie Stadt;Insgesamt;429514;226000;203514
05334002;      Aachen, krfr. Stadt;Insgesamt;136167;72974;63193
05354;      Aachen, Kreis;Produzierendes Gewerbe ohne Baugewerbe (B-E);-;-;-
05354;      Aachen, Kreis;Insgesamt;-;-;-
"""
TAIL = """__________
"© Statistische Ämter des Bundes und der Länder, Deutschland, 2021."
Stand: 17.08.2021 / 20:24:09"""


def original(text: str = HEAD + ROWS + TAIL, name: str = "2020.csv") -> Original:
    return Original(name, text.encode("latin-1"))


def read(text: str = HEAD + ROWS + TAIL) -> pl.DataFrame:
    return werteabruf.employees([original(text)], "regionalstatistik-13111-07-05-4").tables["extract"]


def test_values_places_and_statuses() -> None:
    frame = read()
    duesseldorf = frame.filter(geo="05111", branch="B-E").row(0, named=True)
    assert (duesseldorf["value"], duesseldorf["period"], duesseldorf["row"]) == (39667.0, "2020", "L12C4")
    assert frame.filter(geo="05111", branch="A")["status"].item() == "suppressed"
    assert frame.filter(geo="05354")["status"].to_list() == ["not_applicable"] * 2
    assert frame.filter(geo="02")["geo_level"].unique().item() == "land"
    assert "05334002" not in frame["geo"]


def test_the_files_own_date_is_found() -> None:
    assert werteabruf.employees([original()], "s").extracted == "2021-08-17"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + ROWS, "cut off"),
        (HEAD.replace("13111-07-05-4", "12411-0018") + ROWS + TAIL, "not the table"),
        ('{"Status": {"Code": 104}}', "not the table"),
        (HEAD + ROWS.replace("(B-E);39667", "(B-D);39667") + TAIL, r"B-D.*unknown"),
        (HEAD + ROWS + ROWS.splitlines()[6] + "\n" + TAIL, "Insgesamt.*twice"),
        (HEAD.replace("Stichtag: 30.06.2020", "Stichtag: 2020") + ROWS + TAIL, "reference date"),
        (
            HEAD.replace(";;;Insgesamt;männlich;weiblich", ";;;männlich;weiblich;weiblich") + ROWS + TAIL,
            "not the total",
        ),
        (HEAD + ROWS.replace("02;  Hamburg", "2;  Hamburg") + TAIL, "region key '2'"),
        (HEAD + ROWS.replace("39667;.;.", "39667;.") + TAIL, "columns of the header"),
    ],
)
def test_a_damaged_file_stops_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        read(text)


def test_two_files_of_one_year_stop() -> None:
    twice = [original(), original(HEAD + ROWS + TAIL + " ", "copy.csv")]
    with pytest.raises(StudyError):
        werteabruf.employees(twice, "s")


def test_a_sum_is_known_only_if_every_part_is() -> None:
    assert werteabruf.sum_of_cells([Cell(1143.0, "ok"), Cell(0.0, "zero")]) == (1143.0, "ok")
    assert werteabruf.sum_of_cells([Cell(0.0, "zero")] * 34) == (0.0, "zero")
    assert werteabruf.sum_of_cells([Cell(5.0, "ok"), Cell(None, "not_available"), Cell(None, "suppressed")]) == (
        None,
        "suppressed",
    )
    assert werteabruf.sum_of_cells([Cell(5.0, "ok"), Cell(7.0, "unreliable")]).value is None
