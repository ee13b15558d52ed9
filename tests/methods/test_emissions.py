"""Intensities: like with like, and null where a denominator says nothing."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods import emissions as methods
from analysis.methods.emissions import intensities
from analysis.methods.frames import MethodError

# Düsseldorf's city balance (kt CO2) and its inhabitants as the balance states them for 2016.
EMISSIONS = pl.DataFrame({"region": "duesseldorf", "year": [2014, 2016], "value": [4641, 4215]})
PEOPLE = pl.DataFrame({"region": "duesseldorf", "year": [2014, 2016], "value": [604_527, 635_704]})


def test_all_methods_on_emissions_stand_in_one_module():
    names = ["chained_lmdi", "decoupling", "intensities", "lmdi", "logarithmic_mean", "regional_lmdi"]
    assert methods.__all__ == names
    assert all(getattr(methods, name).__name__ == name for name in names)


def test_tonnes_a_head():
    table = intensities(EMISSIONS.with_columns(pl.col("value") * 1000), {"population": PEOPLE})
    assert table.columns == ["region", "year", "by", "numerator", "denominator", "intensity", "real", "reason"]
    assert table["intensity"].round(2).to_list() == [7.68, 6.63]
    assert table["real"].null_count() == 2
    assert table["reason"].null_count() == 2


def test_null_and_zero_give_null_with_a_reason():
    emissions = pl.DataFrame({"region": ["a", "b", "c", "d"], "year": 2018, "value": [None, 5.0, 5.0, 0.0]})
    jobs = pl.DataFrame({"region": ["a", "b", "c", "d"], "year": 2018, "value": [7, None, 0, 4]})
    table = intensities(emissions, jobs)
    assert table["by"].unique().to_list() == ["denominator"]
    assert table["intensity"].to_list() == [None, None, None, 0]
    assert table["reason"].to_list() == ["numerator unknown", "denominator unknown", "denominator zero", None]


def test_another_year_is_no_denominator():
    with pytest.raises(MethodError, match=r"population: no row for \(duesseldorf, 2016\).*same period"):
        intensities(EMISSIONS, {"population": PEOPLE.filter(year=2014)})


def test_branches_against_the_whole_and_against_themselves():
    by_branch = pl.DataFrame({"region": "r", "year": 2018, "branch": ["C", "D"], "value": [10, 40]})
    value_added = pl.DataFrame({"region": "r", "year": 2018, "branch": ["C", "D"], "value": [5, 8]})
    table = intensities(
        by_branch, {"people": pl.DataFrame({"region": "r", "year": 2018, "value": [100]}), "gva": value_added}
    )
    assert table.select("branch", "by", "intensity").rows() == [
        ("C", "gva", 2.0),
        ("C", "people", 0.1),
        ("D", "gva", 5.0),
        ("D", "people", 0.4),
    ]
    with pytest.raises(MethodError, match="the emissions have none"):
        intensities(by_branch.drop("branch").unique("region"), {"gva": value_added})
    with pytest.raises(MethodError, match=r"gva: no row for \(r, 2018, D\)"):
        intensities(by_branch, {"gva": value_added.filter(branch="C")})


def test_real_intensity_where_the_deflator_reaches():
    gva = PEOPLE.with_columns(pl.Series("value", [50.0, 52.0]))
    table = intensities(
        EMISSIONS, {"gva": gva}, deflators={"gva": pl.DataFrame({"year": [2016, 2020], "value": [92.3, 100.0]})}
    )
    assert table["real"].to_list() == [None, pytest.approx(4215 / (52 / 0.923))]


@pytest.mark.parametrize(
    ("by", "deflators", "words"),
    [
        ({}, None, "no denominator"),
        ({"p": PEOPLE}, {"gva": PEOPLE}, "gva is no denominator; there are p"),
        ({"p": PEOPLE}, {"p": pl.DataFrame({"year": [2016], "value": [0.0]})}, "an index of zero"),
        ({"p": PEOPLE.drop("year")}, None, "p: column 'year' is missing"),
        ({"p": pl.concat([PEOPLE, PEOPLE])}, None, r"\(duesseldorf, 2014\), .* more than once"),
    ],
)
def test_wrong_use(by: dict, deflators: dict | None, words: str):
    with pytest.raises(MethodError, match=words):
        intensities(EMISSIONS, by, deflators=deflators)


@given(st.permutations(list(range(6))), st.integers(1, 10**6))
def test_order_and_unit(order: list[int], factor: int):
    cells = pl.DataFrame({"region": [f"r{n}" for n in range(6)], "year": 2018, "value": [3, 0, 12, 7, 1, 5]})
    people = cells.with_columns(pl.col("value") + 1)
    plain = intensities(cells, people)
    assert intensities(cells[order], people).equals(plain)
    scaled = intensities(cells.with_columns(pl.col("value") * factor), people)
    assert scaled["intensity"].to_list() == pytest.approx([value * factor for value in plain["intensity"]])
