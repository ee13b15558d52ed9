"""Any number with the released decimals passes, wherever it stands; one with two more digits is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import catalogue, wording
from analysis.publishing.release.drawings import Drawing
from analysis.publishing.release.figures import Data, PrintedTable, against_print
from analysis.publishing.release.numbers import Released, decimals_of, printed_value, rounded
from analysis.publishing.release.specifications import Specification
from tests.publishing.edition import FACTS, SHARE, SVG


@st.composite
def told(draw: st.DrawFn) -> tuple[float, float, int]:
    """A number with its released decimals, the same with two more (four digits or longer), and the decimals."""
    decimals = draw(st.integers(0, 3))
    whole = draw(st.integers(100, 10**7)) * draw(st.sampled_from((-1, 1)))
    further = draw(st.integers(1, 99).filter(lambda last: last % 10 != 0))
    finer = (abs(whole) * 100 + further) / 10 ** (decimals + 2) * (-1 if whole < 0 else 1)
    return whole / 10**decimals, finer, decimals


@given(told())
def test_a_printed_number(case: tuple[float, float, int]) -> None:
    number, finer, decimals = case
    check = Released(ceiling=decimals)
    assert not list(check.too_fine(f"Der Wert beträgt {wording.number(number, decimals)} %, 2020.", decimals))
    (found,) = check.too_fine(f"Der Wert beträgt {wording.number(finer, decimals + 2)} %, 2020.", decimals)
    assert found.text == wording.number(abs(finer), decimals + 2)


@pytest.mark.parametrize("tick", ["0,25", "0,50", "7,5", "1,00"])
def test_a_round_number_of_an_axis_passes(tick: str) -> None:
    assert not list(Released(ceiling=0).too_fine(f"Achse bis {tick}", 0, drawn=True))


@given(told())
def test_a_cell_of_a_figures_file(case: tuple[float, float, int]) -> None:
    number, finer, decimals = case
    printed = wording.number(number, decimals)
    table = PrintedTable.read(f"<thead><tr><th>A</th></tr></thead><tbody><tr><td>{printed}</td></tr></tbody>")
    assert not list(against_print(Data(["A"], [[str(number)]]), table, "a.csv"))
    (found,) = against_print(Data(["A"], [[f"{finer:.{decimals + 2}f}"]]), table, "a.csv")
    assert found.place == "line 2, column 'A'"


@given(told())
def test_a_value_of_a_chart(case: tuple[float, float, int]) -> None:
    number, finer, decimals = case
    figure = Data(["A"], [[f"{number:.{decimals}f}"], ["0." + "1" * decimals]] if decimals else [[f"{number:.0f}"]])

    def objections(value: float) -> list:
        rows = {"values": [{"a": value}]}
        spec = {"data": rows, "mark": "bar", "encoding": {"tooltip": {"field": "a", "type": "quantitative"}}}
        return list(Specification("k", spec, "p.html", Released(), figure).objections())

    assert not objections(number)
    (found,) = objections(finer)
    assert "column 'a'" in found.place


@given(told())
def test_a_label_of_a_drawing(case: tuple[float, float, int]) -> None:
    number, finer, decimals = case

    def objections(value: float, digits: int) -> list:
        text = SVG.replace(">9,2 %<", f">{wording.number(value, digits)}<")
        return list(Drawing(text, "a.svg", "", decimals, Released(ceiling=decimals + 3)).objections())

    assert not objections(number, decimals)
    assert [one.place for one in objections(finer, decimals + 2)] == ["<text>"]


@given(told())
def test_digits_are_counted_as_they_are_written(case: tuple[float, float, int]) -> None:
    number, finer, decimals = case
    assert decimals_of(number) <= decimals < decimals_of(finer)
    assert rounded(finer, decimals) == float(wording.number(finer, decimals).replace(".", "").replace(",", ".")
                                             .replace(wording.MINUS, "-"))  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["2015,2020 und 1990", "am 31.12.2020", "NACE 17.12", "Stand 12.2022", "Kennung a.b.1095.2020", "94.800 Stellen",
     "regionalstatistik@af3f:L1C1", "1.387,5 Mio. €", "Version 3.11.7", "0,185", "+12,3 %", "in 2.1, 2.2 und 3.4"],
)  # fmt: skip
def test_what_only_looks_like_a_decimal_passes(text: str) -> None:
    assert not list(Released(ceiling=3).too_fine(text))


@pytest.mark.parametrize(
    "text", ["48213.4567", "4.8213456e4", "Value: 0.123456;", "-12.34567", "48213.457", "1,2345", "1,1990"]
)
def test_a_decimal_as_a_machine_writes_it_does_not(text: str) -> None:
    assert list(Released(ceiling=3).too_fine(text))


def test_english_pages_have_a_decimal_point() -> None:
    check = Released(ceiling=1)
    assert not list(check.too_fine("429,514 people, 9.2 %", language="en"))
    assert [found.text for found in check.too_fine("429,514 people, 9.235 %", language="en")] == ["9.235"]


def test_a_fact_is_recognised_in_any_unit_and_not_by_chance() -> None:
    check = Released()
    check.add_facts(FACTS, catalogue.indicators())
    assert check.ceiling == 1 and 9.2 in check.numbers and 92600.0 in check.numbers
    check.ceiling = 3
    assert [found.reason for found in check.too_fine("9,2353")] and not list(check.too_fine("9,24"))
    assert list(check.too_fine("92.587,34")) and not list(check.too_fine("92.600"))
    assert not list(check.too_fine("9.235322", exact=True)), "notebooks may show facts as computed"


def test_values_are_rounded_as_they_are_printed() -> None:
    indicators = catalogue.indicators()
    assert printed_value(SHARE, indicators["industry_share"]) == 9.2
    assert printed_value(92587.3391, indicators["network_jobs"]) == 92600
    assert printed_value(37554583.4, indicators["gdp"]) == 37554583, "whole thousands: the official figure's digits"
    assert printed_value(-0.04, indicators["employees_change"]) == 0
