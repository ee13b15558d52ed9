"""Input-output algebra: identities, the UK's published tables, and tables that are none."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods import input_output
from analysis.methods.frames import MethodError
from analysis.methods.input_output import (
    closed_for_households,
    ghosh_inverse,
    leontief_inverse,
    linkages,
    multipliers,
    spectral_radius,
    square,
    technical_coefficients,
)
from benchmarks.leontief import measure

from .peer_tables import PEERS, block_of, columns_of, peers, row_of, square_of

COEFFICIENTS = "published/uk_2010_ons_coefficients_pxp.csv"
DOMESTIC = "inputs/io_uk_2010_domestic_pxp.csv"
UK = 127


@pytest.mark.parametrize("name", input_output.__all__)
def test_everything_of_the_section_has_one_door(name: str):
    assert callable(getattr(input_output, name))


@peers
def test_the_inverse_of_the_uk_2010():
    _, coefficients = square_of(COEFFICIENTS, UK)
    _, flows = square_of(DOMESTIC, UK)
    _, expected = square_of("published/uk_2010_ons_leontief_inverse_pxp.csv", UK)
    assert np.abs(technical_coefficients(flows, row_of(DOMESTIC, "Total output", UK)) - coefficients).max() < 1e-12
    assert np.abs(leontief_inverse(coefficients) - expected).max() < 1e-6


@peers
def test_the_multipliers_of_the_uk_2010():
    sectors, coefficients = square_of(COEFFICIENTS, UK)
    names = ("Taxes less subsidies on production", "Compensation of employees", "Gross Operating Surplus")
    taxes, pay, surplus = (row_of(COEFFICIENTS, name, UK) for name in names)
    inverse = leontief_inverse(coefficients)
    value_added, earned = multipliers(inverse, taxes + pay + surplus), multipliers(inverse, pay)
    # Labels repeat in the published file, so it is read by row.
    with Path(PEERS / "published/uk_2010_ons_published_multipliers.csv").open(encoding="utf-8") as file:
        published = list(csv.DictReader(file))
    for found, title in (
        (linkages(inverse, labels=sectors)["backward"], "Output multiplier"),
        (value_added["effect"], "GVA effects"),
        (value_added["type_i"], "GVA multiplier"),
        (earned["effect"], "Employment cost effects"),
        # A sector that employs nobody has no ratio; the office prints 0.
        (earned["type_i"].fill_null(0), "Employment cost multiplier"),
    ):
        assert found.to_list() == pytest.approx([float(row[title]) for row in published], abs=1e-6)
    assert earned["type_i"].null_count() == 1


GERMANY, NETHERLANDS = "inputs/io_germany_1995_siot_wide.csv", "inputs/io_netherlands_2000_siot.csv"
CHILE, CHILE_ROWS = "inputs/io_chile_Z.csv", "inputs/io_chile_wage_demand_employees.csv"


@peers
def test_germany_1995_as_in_the_manual_of_eurostat():
    """Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 15: figures as printed there."""
    _, flows = square_of(GERMANY, 6)
    output, added, jobs = (row_of(GERMANY, name, 6) for name in ("output", "gva", "employment_domestic_total"))
    inverse = leontief_inverse(technical_coefficients(flows, output))
    supply = ghosh_inverse(flows, output)
    table = linkages(inverse, supply)
    assert table["backward"].round(4).to_list() == [1.7048, 1.8413, 1.8136, 1.6035, 1.5951, 1.3782]
    assert supply[:, 0].round(4).tolist() == [1.0339, 0.0118, 0.0037, 0.0103, 0.0117, 0.0043]
    # A package's copy of the manual has 1.6691 for industry; the table gives 1.6910 by any route.
    assert table["forward"].to_list() == pytest.approx([2.1126, 1.6910, 1.3558, 1.5848, 2.1037, 1.2106], abs=1e-4)
    assert table["key"].to_list() == [True, True, False, False, False, False]
    assert multipliers(inverse, added / output)["effect"].round(4).to_list() == [
        *(0.8450, 0.7647, 0.8615, 0.9019, 0.9393, 0.9199)
    ]
    assert multipliers(inverse, jobs / output)["effect"].round(4).to_list() == [
        *(0.0326, 0.0162, 0.0207, 0.0237, 0.0112, 0.0242)
    ]


@peers
def test_the_netherlands_2000_as_published():
    _, flows = square_of(NETHERLANDS, 6)
    output, pay = row_of(NETHERLANDS, "output_bp", 6), row_of(NETHERLANDS, "compensation_employees", 6)
    table = multipliers(leontief_inverse(technical_coefficients(flows, output)), pay / output)
    assert table["effect"].round(3).to_list() == [0.263, 0.099, 0.306, 0.212, 0.465, 0.493]
    assert table["type_i"].round(3).to_list() == [2.466, 2.333, 1.840, 2.372, 1.953, 1.417]


@peers
def test_chile_2013_against_sums_of_rounds():
    """The inverse as Σ Aᵏ, without any solver; employees are heads, money is thousand million pesos."""
    _, flows = square_of(CHILE, 12)
    output, wages, heads, bought = columns_of(
        CHILE_ROWS, "final_total_demand", "wage", "employees", "household_consumption"
    )
    a = technical_coefficients(flows, output)
    rounds, power = np.eye(12), np.eye(12)
    while power.max() > 1e-18:
        power = power @ a
        rounds += power
    inverse = leontief_inverse(a)
    assert inverse == pytest.approx(rounds, rel=1e-12)
    employed = multipliers(inverse, heads / output)
    assert employed["effect"].to_list() == pytest.approx(heads / output @ rounds, rel=1e-9)
    assert employed["effect"][0] == pytest.approx(94.2927, abs=5e-5)
    assert employed["type_i"][3] == pytest.approx(2.953568, abs=5e-7)
    # Each round of spent wages pays the same share of wages again: induced income is one factor for all sectors.
    closed = leontief_inverse(closed_for_households(a, wages / output, bought / bought.sum()))
    income = multipliers(inverse, wages / output, closed=closed)
    respent = wages / output @ rounds @ (bought / bought.sum())
    assert (income["effect_ii"] / income["effect"]).to_list() == pytest.approx([1 / (1 - respent)] * 12, rel=1e-9)


@peers
def test_a_table_of_six_regions():
    sectors, flows = square_of("inputs/mrio_test_Z.csv", 48)
    _, demand = block_of("inputs/mrio_test_Y.csv", 48, 42)
    emitted = row_of("inputs/mrio_test_F_emissions.csv", "emission_type1|air", 48)
    output = flows.sum(axis=1) + demand.sum(axis=1)
    inverse = leontief_inverse(technical_coefficients(flows, output), labels=sectors)
    table = multipliers(inverse, emitted / output, sectors)
    # What all regions' final demand calls for is what all sectors emit.
    assert table["effect"].to_numpy() @ demand.sum(axis=1) == pytest.approx(emitted.sum(), rel=1e-12)
    by_hand = np.linalg.solve((np.eye(48) - flows / output).T, emitted / output)
    assert table["effect"].to_list() == pytest.approx(by_hand, rel=1e-9)
    assert table.filter(sector="reg1|food")["type_i"].item() == pytest.approx(1.405999, abs=5e-7)


@peers
def test_a_made_table_of_two_regions():
    """The random table of an R package; it does not balance, so only the algebra is compared."""
    sectors, flows = square_of("inputs/io_toy_Z.csv", 10)
    (output,) = columns_of("inputs/io_toy_X.csv", "X")
    table = linkages(
        leontief_inverse(technical_coefficients(flows, output)), ghosh_inverse(flows, output), labels=sectors
    )
    backward = np.linalg.solve((np.eye(10) - flows / output).T, np.ones(10))
    forward = np.linalg.solve(np.eye(10) - flows / output[:, None], np.ones(10))
    assert table["backward"].to_list() == pytest.approx(backward, rel=1e-9)
    assert table["forward"].to_list() == pytest.approx(forward, rel=1e-9)
    assert table.filter("key")["sector"].to_list() == ["Hogwarts|Minions", "Narnia|Pizza", "Narnia|Spaceships"]


FLOWS = np.array([[20.0, 45.0, 0.0], [30.0, 15.0, 0.0], [0.0, 0.0, 0.0]])
OUTPUT = np.array([100.0, 150.0, 0.0])


def test_a_table_by_hand():
    a = technical_coefficients(FLOWS, OUTPUT)
    assert a.tolist() == pytest.approx(np.array([[0.2, 0.3, 0], [0.3, 0.1, 0], [0, 0, 0]]))
    determinant = 0.8 * 0.9 - 0.3 * 0.3
    expected = np.array([[0.9, 0.3, 0], [0.3, 0.8, 0], [0, 0, determinant]]) / determinant
    assert leontief_inverse(a) == pytest.approx(expected)


def test_zero_output_is_a_zero_column_but_not_with_inputs():
    assert technical_coefficients(FLOWS, OUTPUT)[:, 2].tolist() == [0, 0, 0]
    assert ghosh_inverse(FLOWS, OUTPUT)[2].tolist() == [0, 0, 1]
    bought, sold = FLOWS.copy(), FLOWS.copy()
    bought[0, 2] = sold[2, 0] = 5
    with pytest.raises(MethodError, match="sector 2 has inputs but no output"):
        technical_coefficients(bought, OUTPUT)
    with pytest.raises(MethodError, match="sector 2 delivers but has no output"):
        ghosh_inverse(sold, OUTPUT)


def test_one_sector():
    assert technical_coefficients([[25]], [100]).tolist() == [[0.25]]
    assert leontief_inverse([[0.25]]) == pytest.approx(np.array([[4 / 3]]))
    table = linkages(ghosh_inverse([[25]], [100]), labels=["all"])
    assert table.row(0)[1:5] == pytest.approx((4 / 3, 4 / 3, 1, 1))
    # What is average is no key sector.
    assert table["key"].to_list() == [False]
    assert leontief_inverse(np.zeros((0, 0))).shape == (0, 0)


@pytest.mark.parametrize(
    ("flows", "output", "words"),
    [
        (FLOWS[:2], OUTPUT, "must be square"),
        (FLOWS, OUTPUT[:2], "one output per sector"),
        (FLOWS, [100, -150, 0], "sector 1 is unknown or negative"),
        (FLOWS, [100, np.nan, 0], "sector 1 is unknown or negative"),
        (FLOWS, [100, None, 0], "sector 1 is unknown or negative"),
        (FLOWS, [100, np.inf, 0], "sector 1 is unknown or negative"),
        (FLOWS, ["100", "many", "0"], "output: an array of numbers is needed"),
        ([[1, 2], [3]], [1, 2], "flows: an array of numbers is needed"),
        (np.where(FLOWS == 45, np.nan, FLOWS), OUTPUT, r"\(0, 1\) unknown or infinite"),
    ],
)
def test_faulty_tables(flows: np.ndarray, output: np.ndarray, words: str):
    with pytest.raises(MethodError, match=words):
        technical_coefficients(flows, output)
    with pytest.raises(MethodError, match=words):
        ghosh_inverse(flows, output)


@pytest.mark.parametrize(
    "coefficients",
    [
        [[1.2]],
        [[1.0]],
        [[0.5, 0.6], [0.9, 0.5]],
        [[0.5, 0.5], [0.5, 0.5]],
        # A block that eats itself beside one that is sound; the inverse exists.
        [[1.5, 0.0], [0.0, 0.1]],
        # Negative entries hide the sign: the inverse is positive here though the radius is 1.5.
        [[-1.5, 0.0], [0.0, 0.2]],
    ],
)
def test_what_cannot_produce_is_an_error(coefficients: list):
    with pytest.raises(MethodError, match=r"spectral radius .* is not below 1"):
        leontief_inverse(np.array(coefficients))


def test_the_error_names_the_sectors():
    with pytest.raises(MethodError, match=r"spectral radius 1\.2[0-9]+ .* sector steel uses more"):
        leontief_inverse(np.array([[0.2, 0.4], [0.2, 1.2]]), labels=["coal", "steel"])
    # The supply side shares the radius; the sector that uses too much is the same.
    with pytest.raises(MethodError, match=r"spectral radius 1\.2[0-9]+ .* sector 1 uses more"):
        ghosh_inverse(np.array([[20, 40], [20, 120]]), np.array([100, 100]))


def test_the_table_that_was_given_stays_as_it_was():
    a = np.array([[0.2, 0.3], [0.3, 0.1]])
    for given_table in (a, np.asfortranarray(a), a.T):
        kept = given_table.copy()
        inverse = leontief_inverse(given_table)
        assert (given_table == kept).all()
        assert (np.eye(2) - kept) @ inverse == pytest.approx(np.eye(2))


def test_the_benchmark_measures_both_ways_to_the_inverse():
    assert set(measure(sectors=5, repeats=1)) == {"leontief_inverse", "numpy_inverse"}


def test_integer_flows_do_not_overflow():
    flows = (FLOWS * 10_000_000).astype(np.int32)
    assert technical_coefficients(flows, (OUTPUT * 10_000_000).astype(np.int64)) == pytest.approx(
        technical_coefficients(FLOWS, OUTPUT)
    )


@st.composite
def productive(draw: st.DrawFn) -> np.ndarray:
    """Coefficients whose columns sum to less than 1."""
    size = draw(st.integers(1, 6))
    shares = draw(st.lists(st.integers(0, 100), min_size=size * (size + 1), max_size=size * (size + 1)))
    columns = np.array(shares, dtype=float).reshape(size + 1, size)
    columns[-1] += 5
    return columns[:-1] / columns.sum(axis=0)


@given(productive())
def test_the_inverse_inverts_and_sums_the_rounds(a: np.ndarray):
    inverse = leontief_inverse(a)
    unit = np.eye(len(a))
    assert (unit - a) @ inverse == pytest.approx(unit, abs=1e-9)
    assert inverse.min() >= -1e-9
    assert inverse.diagonal().min() >= 1 - 1e-9
    rounds = sum((np.linalg.matrix_power(a, k) for k in range(1, 6)), unit)
    assert (inverse - rounds).min() >= -1e-9


@given(productive(), st.floats(0.1, 10), st.randoms(use_true_random=False))
def test_sign_and_radius_agree(a: np.ndarray, factor: float, signs):
    flipped = np.array([[signs.choice((-1, 1)) for _ in row] for row in a])
    for scaled in (a * factor, a * factor * flipped):
        radius = spectral_radius(scaled)
        if abs(radius - 1) < 1e-3:
            continue
        if radius < 1:
            assert (np.eye(len(a)) - scaled) @ leontief_inverse(scaled) == pytest.approx(np.eye(len(a)), abs=1e-6)
        else:
            with pytest.raises(MethodError):
                leontief_inverse(scaled)


@given(productive(), st.data())
def test_ghosh_is_the_leontief_inverse_seen_from_supply(a: np.ndarray, data: st.DataObject):
    demand = np.array(data.draw(st.lists(st.integers(1, 1000), min_size=len(a), max_size=len(a))), dtype=float)
    output = leontief_inverse(a) @ demand
    flows = a * output
    assert output[:, None] * ghosh_inverse(flows, output) == pytest.approx(leontief_inverse(a) * output, rel=1e-7)


@given(productive())
def test_multipliers_and_linkages(a: np.ndarray):
    inverse = leontief_inverse(a)
    # With value added as satellite, one unit of final demand is one unit of value added.
    effects = multipliers(inverse, 1 - a.sum(axis=0))
    assert effects["effect"].to_list() == pytest.approx([1.0] * len(a))
    table = linkages(inverse)
    assert table["backward_normalised"].mean() == pytest.approx(1)
    assert table["forward_normalised"].mean() == pytest.approx(1)


@given(productive(), st.data())
def test_type_two_is_at_least_type_one_is_at_least_one(a: np.ndarray, data: st.DataObject):
    size = len(a)
    jobs = np.array(data.draw(st.lists(st.integers(0, 50), min_size=size, max_size=size)), dtype=float)
    basket = np.array(data.draw(st.lists(st.integers(0, 50), min_size=size, max_size=size)), dtype=float)
    # Two thirds of value added are paid out, and of that up to nine tenths are spent at home.
    pay, consumption = (1 - a.sum(axis=0)) * 2 / 3, 0.9 * basket / max(basket.sum(), 1)
    inverse = leontief_inverse(a)
    closed = leontief_inverse(closed_for_households(a, pay, consumption))
    table = multipliers(inverse, jobs, closed=closed)
    assert table["type_i"].is_null().to_list() == (jobs == 0).tolist()
    assert table["type_ii"].is_null().to_list() == (jobs == 0).tolist()
    assert table.filter(pl.col("type_i") < 1 - 1e-9).is_empty()
    assert (table["effect_ii"] - table["effect"]).min() >= -1e-9
    # Round by round: pay earned on the way is spent, which earns pay again.
    respent = pay @ inverse @ consumption
    induced = (jobs @ inverse @ consumption) * (pay @ inverse) / (1 - respent)
    assert (table["effect_ii"] - table["effect"]).to_list() == pytest.approx(induced, abs=1e-7)


def test_type_two_of_a_textbook():
    """Two sectors and households, as in Miller & Blair (2009), 2.5; four decimals of the closed inverse."""
    a, pay, consumption = np.array([[0.15, 0.25], [0.2, 0.05]]), [0.3, 0.25], [0.05, 0.4]
    closed = leontief_inverse(closed_for_households(a, pay, consumption, own=0.05))
    assert closed.round(4).tolist() == [
        [1.3651, 0.4253, 0.2509],
        [0.5273, 1.3481, 0.5954],
        [0.5698, 0.4890, 1.2885],
    ]
    table = multipliers(leontief_inverse(a), np.ones(2), ["x", "y"], closed=closed)
    assert table.columns == ["sector", "effect", "type_i", "effect_ii", "type_ii"]
    # Households' own row of the closed inverse, 0.57 and 0.49, is pay and no output: it is left out.
    assert table["effect_ii"].to_list() == pytest.approx([1.3651 + 0.5273, 0.4253 + 1.3481], abs=2e-4)
    # Income of type II, by contrast, can be read off that row once the corner is taken out.
    income = multipliers(leontief_inverse(a), pay, closed=closed)["effect_ii"]
    assert income.to_list() == pytest.approx(closed[2, :2] * (1 - 0.05), rel=1e-9)


def test_households_that_spend_more_than_they_earn_are_not_productive():
    closed = closed_for_households([[0.2]], [0.8], [1.1])
    with pytest.raises(MethodError, match="not productive"):
        leontief_inverse(closed)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pay": [0.3]}, r"pay has shape \(1,\); one known number per sector is needed, 2 in all"),
        ({"pay": [0.3, None]}, "pay of sector 1 is unknown"),
        ({"pay": [-0.1, 0.3]}, "pay of sector 0 is negative"),
        ({"consumption": [[0.1, 0.2]]}, "consumption has shape"),
        ({"consumption": [0.1, -0.2]}, "consumption of sector 1 is negative"),
        ({"A": [[0.1, 0.2]]}, "A has shape"),
        ({"own": 1.0}, "own 1.0"),
        ({"own": np.nan}, "own nan"),
    ],
)
def test_faulty_households(change: dict, words: str):
    options = {"A": [[0.15, 0.25], [0.2, 0.05]], "pay": [0.3, 0.25], "consumption": [0.05, 0.4], **change}
    with pytest.raises(MethodError, match=words):
        closed_for_households(**options)


def test_the_closed_inverse_must_be_of_the_same_table():
    a = np.array([[0.15, 0.25], [0.2, 0.05]])
    inverse, table = leontief_inverse(a), closed_for_households(a, [0.3, 0.25], [0.05, 0.4])
    for wrong, words in (
        (inverse, "with households beside 2 sectors it needs 3"),
        (table, "not the inverse of the same table"),
        (leontief_inverse(closed_for_households(a / 2, [0.3, 0.25], [0.05, 0.4])), "not the inverse of the same table"),
        (np.full((3, 3), np.nan), "unknown or infinite"),
    ):
        with pytest.raises(MethodError, match=words):
            multipliers(inverse, np.ones(2), closed=wrong)


def test_a_sector_without_satellite_has_no_type_one():
    table = multipliers(np.array([[1.2, 0.4], [0.1, 1.3]]), np.array([0, 2]), labels=["a", "b"])
    assert table["effect"].to_list() == pytest.approx([0.2, 2.6])
    assert table["type_i"].to_list() == [None, pytest.approx(1.3)]


@pytest.mark.parametrize(
    ("satellite", "words"),
    [
        ([1, np.nan], "one known number per sector"),
        ([1, None], "satellite of sector 1 is unknown"),
        ([1], r"satellite has shape \(1,\)"),
        ([[1, 2]], r"satellite has shape \(1, 2\)"),
    ],
)
def test_faulty_satellites(satellite: list, words: str):
    with pytest.raises(MethodError, match=words):
        multipliers(np.eye(2), satellite)


def test_key_sectors_with_a_supply_side():
    a = technical_coefficients(FLOWS, OUTPUT)
    table = linkages(leontief_inverse(a), ghosh_inverse(FLOWS, OUTPUT), labels=["x", "y", "z"])
    assert table.filter("key")["sector"].to_list() == ["x", "y"]
    with pytest.raises(MethodError, match="both are of one table"):
        linkages(leontief_inverse(a), np.eye(2))
    with pytest.raises(MethodError, match="2 names for 3 sectors"):
        linkages(leontief_inverse(a), labels=["x", "y"])


def test_tidy_flows_become_a_square():
    flows = pl.DataFrame({"deliverer": ["b", "a", "a", "b"], "receiver": ["b", "a", "b", "a"], "value": [4, 1, 2, 3]})
    assert square(flows, ["a", "b"]).tolist() == [[1, 2], [3, 4]]
    assert square(flows, ["b"]).tolist() == [[4]]
    with pytest.raises(MethodError, match=r"\(a, c\), \(b, c\), \(c, a\)"):
        square(flows, ["a", "b", "c"])
    assert square(flows, ["a", "c"], absent="zero").tolist() == [[1, 0], [0, 0]]
    with pytest.raises(MethodError, match="years 2013, 2014"):
        square(flows.with_columns(year=pl.Series([2013, 2014, 2014, 2014])), ["a", "b"])
    with pytest.raises(MethodError, match=r"\(a, a\), .* stand there more than once"):
        square(pl.concat([flows, flows]), ["a", "b"])
