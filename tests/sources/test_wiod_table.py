"""The layout of WIOD's national tables, with a made-up economy of two branches that balances."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import recognition, wiod_table
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

USES = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN", "EXP")
RECEIVERS = ("A01", "B", *USES, "GO")
START = "\ufeffYear;Code;Description;Origin;" + ";".join(RECEIVERS) + "\n"
SECOND = ';;;;"Crop; animal production";Mining' + ";" * 7 + "\n"


def line(year: int, code: str, origin: str, values: list[int]) -> str:
    printed = ";".join(f"{value:,}".replace(",", " ") for value in values)
    return f'{year};{code};"Label; of {code}";{origin};{printed}\n'


def table_text(years: tuple[int, ...] = (2013, 2014), output: int = 17953) -> str:
    rows = []
    for year in years:
        rows += [
            line(year, "A01", "Domestic", [1181, 12, output - 1181 - 12 + 478, 0, 0, 0, -478, 0, output]),
            line(year, "B", "Domestic", [0, 5, 995, 0, 0, 0, 0, 0, 1000]),
            line(year, "A01", "Imports", [3, 0, 7, 0, 0, 0, 0, 0, 10]),
            line(year, "B", "Imports", [1, 0, 0, 0, 0, 0, -1, 0, 0]),
            line(year, "VA", "TOT", [output - 1185, 983, 0, 0, 0, 0, 0, 0, 0]),
            line(year, "GO", "TOT", [output, 1000, 0, 0, 0, 0, 0, 0, 0]),
        ]
    return START + SECOND + "".join(rows)


def read(text: str) -> OfficialTable:
    original = Original("niot.csv", text.encode())
    assert wiod_table.recognises(recognition.Head(original))
    return wiod_table.read(original)


def test_a_table_of_two_branches() -> None:
    table = read(table_text())
    assert not table.problems and table.rows == 12
    assert {name: found.height for name, found in table.tables.items()} == {
        "io_flows": 2 * 4 * 2,
        "io_final_use": 2 * 4 * 6,
        "io_totals": 2 * (4 + 2 * 9),
        "io_labels": 10,
    }
    stocks = table.tables["io_final_use"].filter(receiver="INVEN", deliverer="A01", origin="Domestic", year=2014)
    assert stocks.select("value_musd", "row").row(0) == (-478.0, "L9C11")
    labels = dict(table.tables["io_labels"].iter_rows())
    assert (labels["A01"], labels["VA"]) == ("Crop; animal production", "Label; of VA")


@settings(deadline=None)  # the first example imports the parser
@given(output=st.integers(2000, 10**9))
def test_thousands_are_grouped_by_blanks(output: int) -> None:
    totals = read(table_text(output=output)).tables["io_totals"]
    assert totals.filter(deliverer="A01", receiver="GO", origin="Domestic")["value_musd"].to_list() == [output] * 2


def test_what_does_not_balance_or_is_incomplete_is_a_fault() -> None:
    changed = read(
        table_text().replace('2014;B;"Label; of B";Domestic;0;5;995', '2014;B;"Label; of B";Domestic;0;5;895')
    )
    assert [(problem.kind, problem.severity) for problem in changed.problems] == [("unbalanced", "fault")]
    assert "B in 2014: it delivers 900, its output is 1,000" in changed.problems[0].what
    cut = read("".join(table_text().splitlines(keepends=True)[:-1]))
    assert [problem.kind for problem in cut.problems] == ["unbalanced", "incomplete year"]
    twice = read(table_text() + table_text().splitlines(keepends=True)[-1])
    assert "duplicate" in [problem.kind for problem in twice.problems]


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        (table_text()[:-30], "is cut off", "line 14"),
        (table_text() + START.lstrip("\ufeff"), "header stands again", "line 15"),
        (table_text().replace("17 953;1 000;", "17,953;1 000;"), "no number", "line 8, column 5"),
        (table_text().replace("17 953;1 000;", ";1 000;"), "empty", "line 8, column 5"),
        (table_text().replace("Imports", "Import"), "no origin", "line 5, column 4"),
        (table_text().replace("INVEN", "STOCKS"), "columns INVEN are missing", "line 1"),
        (START + table_text()[len(START + SECOND) :], "second row does not describe", "line 2"),
    ],
)
def test_a_damaged_table_is_refused_with_its_place(text: str, said: str, where: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(text)
    assert where in caught.value.where


def test_flows_have_their_schema() -> None:
    tables = read(table_text()).tables
    assert all(tables[name].schema == wiod_table.FLOWS for name in ("io_flows", "io_final_use", "io_totals"))
    assert tables["io_flows"]["value_musd"].dtype == pl.Float64
