"""Flat GENESIS CSV, plain and zipped, with the figures of 2016 and 2020, and answers that are no table."""

import io
import zipfile

import pytest

from analysis.errors import StudyError
from analysis.sources import genesis_flat
from analysis.sources.originals import Original

HEADER = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
    "2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label"
)
CURRENT = "VGRJPM;in jeweiligen Preisen (Mrd. EUR)"
CHAINED = "VGRPVK;preisbereinigt, verkettete Volumenang. (Mrd. EUR)"


def line(year: int, basis: str, value: str, variable: str = "BWS001") -> str:
    return (
        f"81000;VGR des Bundes;JAHR;Jahr;{year};DINSG;Deutschland insgesamt;DG;Deutschland;VGRPB5;Preisbasis;{basis};"
        f"{value};jew. ME;{variable};Bruttowertschöpfung"
    )


LINES = [
    line(2020, CURRENT, "3100,097"),
    line(2016, CHAINED, "3089,867"),
    line(2016, "VGRPKM;preisbereinigt, Kettenindex (2020=100)", "99,670"),
    line(2016, CURRENT, "2852,146"),
    line(2016, CURRENT, "-", "STR020"),
]


def flat(*lines: str, header: str = HEADER) -> bytes:
    return ("\ufeff" + "\r\n".join([header, *lines])).encode()


def zipped(content: bytes, names: tuple[str, ...] = ("table.csv",)) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize("content", [flat(*LINES), zipped(flat(*LINES))])
def test_both_measures_with_their_places(content: bytes) -> None:
    frame = genesis_flat.deflator([Original("81000-0001", content)], "destatis-81000-0001").tables["extract"]
    rows = frame.select("measure", "period", "value", "row").rows()
    assert rows == [
        ("gva_chain_2020_bn_eur", "2016", 3089.867, "L3C14"),
        ("gva_current_bn_eur", "2016", 2852.146, "L5C14"),
        ("gva_current_bn_eur", "2020", 3100.097, "L2C14"),
    ]


def test_a_row_may_be_shorter_than_the_header_but_not_longer() -> None:
    rows = genesis_flat.read_flat(Original("t.csv", flat(LINES[0], header=HEADER + ";value_q")))
    assert rows[0].fields["value_q"] == ""
    with pytest.raises(StudyError, match="18 fields, the header 17"):
        genesis_flat.read_flat(Original("t.csv", flat(LINES[0] + ";e")))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"Code": 104, "Content": "Es gibt keine Objekte"}', "no flat GENESIS table"),
        (b"<!DOCTYPE html><html>", "no flat GENESIS table"),
        (zipped(flat(*LINES), ("a.csv", "b.csv")), "2 files"),
        (flat(LINES[0].replace("81000;", "82111;", 1)), "82111, not 81000"),
        (flat(LINES[0].replace("Mrd. EUR", "Mill. EUR")), "instead of"),
        (flat(LINES[0].replace("VGRPB5", "VGRPB9")), "no variable 'VGRPB5'"),
        (flat(LINES[0].replace("3100,097", "3100.097")), "neither a number"),
    ],
)
def test_what_is_no_such_table_stops(content: bytes, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        genesis_flat.deflator([Original("81000-0001", content)], "s")
