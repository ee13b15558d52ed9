"""Input-output algebra: identities, the UK's published tables, and tables that are none."""

import csv
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.input_output import (
    ghosh_inverse,
    leontief_inverse,
    linkages,
    multipliers,
    spectral_radius,
    square,
    technical_coefficients,
)

from .figures import SHARED

PUBLISHED = SHARED / "peers/published"
uk = pytest.mark.skipif(not PUBLISHED.exists(), reason="the UK's published tables stand beside the checkout only")


def published(name: str) -> tuple[list[str], np.ndarray]:
    """The 127 sectors and their square of a published table; totals and primary inputs are left out."""
    with Path(PUBLISHED / name).open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    sectors = header[1:128]
    numbers = np.array([[float(cell) for cell in row[1:128]] for row in rows[:127]])
    assert len({row[0] for row in rows[:127]}) == 127
    return sectors, numbers


@uk
def test_the_inverse_of_the_uk_2010():
    _, coefficients = published("uk_2010_ons_coefficients_pxp.csv")
    _, expected = published("uk_2010_ons_leontief_inverse_pxp.csv")
    assert np.abs(leontief_inverse(coefficients) - expected).max() < 1e-6


@uk
def test_the_multipliers_of_the_uk_2010():
    sectors, coefficients = published("uk_2010_ons_coefficients_pxp.csv")
    with Path(PUBLISHED / "uk_2010_ons_coefficients_pxp.csv").open(encoding="utf-8") as file:
        inputs = {row[0]: np.array(row[1:128]) for row in csv.reader(file)}
    names = ("Taxes less subsidies on production", "Compensation of employees", "Gross Operating Surplus")
    value_added = sum(inputs[name].astype(float) for name in names)
    inverse = leontief_inverse(coefficients)
    table = multipliers(inverse, value_added).with_columns(linkages(inverse, labels=sectors)["backward"])
    with Path(PUBLISHED / "uk_2010_ons_published_multipliers.csv").open(encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    for column, title in (("backward", "Output multiplier"), ("effect", "GVA effects"), ("type_i", "GVA multiplier")):
        assert table[column].to_list() == pytest.approx([float(row[title]) for row in expected], abs=1e-6)


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
    odd = FLOWS.copy()
    odd[0, 2] = 5
    with pytest.raises(MethodError, match="sector 2 has inputs but no output"):
        technical_coefficients(odd, OUTPUT)


@pytest.mark.parametrize(
    ("flows", "output", "words"),
    [
        (FLOWS[:2], OUTPUT, "must be square"),
        (FLOWS, OUTPUT[:2], "one output per sector"),
        (FLOWS, [100, -150, 0], "sector 1 is unknown or negative"),
        (FLOWS, [100, np.nan, 0], "sector 1 is unknown or negative"),
        (np.where(FLOWS == 45, np.nan, FLOWS), OUTPUT, r"\(0, 1\) unknown or infinite"),
    ],
)
def test_faulty_tables(flows: np.ndarray, output: np.ndarray, words: str):
    with pytest.raises(MethodError, match=words):
        technical_coefficients(flows, output)


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


@given(productive(), st.floats(0.1, 10))
def test_sign_and_radius_agree(a: np.ndarray, factor: float):
    scaled = a * factor
    radius = spectral_radius(scaled)
    if abs(radius - 1) < 1e-3:
        return
    if radius < 1:
        leontief_inverse(scaled)
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


def test_a_sector_without_satellite_has_no_type_one():
    table = multipliers(np.array([[1.2, 0.4], [0.1, 1.3]]), np.array([0, 2]), labels=["a", "b"])
    assert table["effect"].to_list() == pytest.approx([0.2, 2.6])
    assert table["type_i"].to_list() == [None, pytest.approx(1.3)]
    with pytest.raises(MethodError, match="one known number per sector"):
        multipliers(np.eye(2), np.array([1, np.nan]))


def test_key_sectors_with_a_supply_side():
    a = technical_coefficients(FLOWS, OUTPUT)
    table = linkages(leontief_inverse(a), ghosh_inverse(FLOWS, OUTPUT), labels=["x", "y", "z"])
    assert table.filter("key")["sector"].to_list() == ["x", "y"]


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
