"""Regional coefficients by location quotients: by hand, on the packages' tables, and where they end."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.input_output import leontief_inverse, location_quotient_regionalisation
from analysis.methods.regionalisation import FORMS

from .peer_tables import columns_of, peers, square_of

A = np.array([[0.10, 0.20, 0.30], [0.25, 0.15, 0.05], [0.05, 0.10, 0.20]])
# Shares 0.2, 0.5, 0.3 of the region against 0.4, 0.4, 0.2: the quotients are 0.5, 1.25 and 1.5; a tenth of the nation.
REGIONAL, NATIONAL = np.array([20, 50, 30]), np.array([400, 400, 200])


def test_the_three_forms_by_hand():
    slq = location_quotient_regionalisation(A, REGIONAL, NATIONAL, form="slq")
    assert slq == pytest.approx(A * [[0.5], [1], [1]])
    cilq = location_quotient_regionalisation(A, REGIONAL, NATIONAL, form="cilq")
    cross = np.array([[0.5, 0.4, 1 / 3], [1, 1, 1.25 / 1.5], [1, 1, 1]])
    assert cilq == pytest.approx(A * cross)
    size = math.log2(1.1) ** 0.3
    flq = location_quotient_regionalisation(A, REGIONAL, NATIONAL)
    uncapped = np.array([[0.5, 0.4, 1 / 3], [2.5, 1.25, 1.25 / 1.5], [3, 1.2, 1.5]]) * size
    assert flq == pytest.approx(A * np.minimum(uncapped, 1))
    # One number for all sectors: a λ by sector would bend the columns against each other.
    assert flq[0] / cilq[0] == pytest.approx([size] * 3)


def by_loops(a: np.ndarray, regional: np.ndarray, national: np.ndarray, form: str, delta: float) -> list[list[float]]:
    """The formula cell by cell, without arrays."""
    here, there = math.fsum(regional), math.fsum(national)
    slq = [(e / here) / (n / there) for e, n in zip(regional, national, strict=True)]
    size = math.log(1 + here / there, 2) ** delta if form == "flq" else 1.0
    return [
        [cell * min(1, size * (slq[i] if form == "slq" or i == j else slq[i] / slq[j])) for j, cell in enumerate(row)]
        for i, row in enumerate(a.tolist())
    ]


@peers
@pytest.mark.parametrize("form", FORMS)
def test_the_packages_tables(form: str):
    _, a = square_of("inputs/flq_national_A.csv", 6)
    regional, national = columns_of("inputs/flq_utilmio_vectors.csv", "regional_va", "national_va")
    found = location_quotient_regionalisation(a, regional, national, form)
    assert found == pytest.approx(np.array(by_loops(a, regional, national, form, 0.3)), abs=1e-12)
    first = {"slq": [0.0325936444, 0.1159670109], "cilq": [0.0325936444, 0.0776086326]}
    assert found[0, :2] == pytest.approx(first.get(form, [0.0095213662, 0.0226712976]), abs=1e-10)


@peers
@pytest.mark.parametrize("form", FORMS)
def test_a_made_region_of_chile(form: str):
    _, flows = square_of("inputs/io_chile_Z.csv", 12)
    national, regional = columns_of("inputs/flq_chile_region.csv", "national_output", "regional_output")
    found = location_quotient_regionalisation(flows / national, regional, national, form, delta=0.2)
    assert found == pytest.approx(np.array(by_loops(flows / national, regional, national, form, 0.2)), abs=1e-12)


@st.composite
def regions(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coefficients with columns below 1, a nation, and a part of it in which no sector is empty."""
    size = draw(st.integers(1, 6))
    cells = draw(st.lists(st.integers(0, 100), min_size=size * size, max_size=size * size))
    national = np.array(draw(st.lists(st.integers(1, 1_000_000), min_size=size, max_size=size)), dtype=float)
    share = np.array(draw(st.lists(st.floats(0.001, 1), min_size=size, max_size=size)))
    return np.array(cells).reshape(size, size) / (100 * size + 1), national * share, national


@given(regions(), st.sampled_from(FORMS), st.floats(0, 1))
def test_no_region_buys_more_at_home_than_the_nation(region: tuple, form: str, delta: float):
    a, regional, national = region
    found = location_quotient_regionalisation(a, regional, national, form, delta)
    assert found.min() >= 0
    assert (found - a).max() <= 1e-12
    assert leontief_inverse(found).min() >= -1e-12
    order = np.arange(len(a))[::-1]
    turned = location_quotient_regionalisation(a[np.ix_(order, order)], regional[order], national[order], form, delta)
    assert turned[np.ix_(order, order)] == pytest.approx(found, abs=1e-15)


@given(regions(), st.floats(0.01, 1), st.floats(0, 1))
def test_a_nation_in_small_keeps_its_coefficients_but_for_its_size(region: tuple, part: float, delta: float):
    a, _, national = region
    for form in ("slq", "cilq"):
        assert location_quotient_regionalisation(a, national * part, national, form) == pytest.approx(a)
    size = math.log2(1 + part) ** delta
    assert location_quotient_regionalisation(a, national * part, national, "flq", delta) == pytest.approx(a * size)


@given(regions(), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_delta_leaves_less(region: tuple, one: float, other: float):
    less, more = (location_quotient_regionalisation(*region, delta=delta) for delta in sorted((one, other)))
    assert (more - less).max() <= 1e-12
    without = location_quotient_regionalisation(*region, delta=0)
    assert without == pytest.approx(location_quotient_regionalisation(*region, form="cilq"))


@pytest.mark.parametrize("form", FORMS)
def test_a_sector_nobody_has_here_neither_delivers_nor_buys(form: str):
    found = location_quotient_regionalisation(A, [20, 0, 30], NATIONAL, form)
    assert found[1].tolist() == found[:, 1].tolist() == [0, 0, 0]
    assert found[0, 0] > 0
    # One that the nation has not either is the same case.
    assert location_quotient_regionalisation(A, [20, 0, 30], [400, 0, 200], form)[1].tolist() == [0, 0, 0]


def test_one_sector():
    # Its quotient is 1 by definition; only its size is left.
    assert location_quotient_regionalisation([[0.4]], [10], [1000], "cilq").tolist() == [[0.4]]
    assert location_quotient_regionalisation([[0.4]], [10], [1000])[0, 0] == pytest.approx(0.4 * math.log2(1.01) ** 0.3)


def test_integers_are_widened_and_shares_serve_forms_that_compare_shares():
    large = np.array([2_000_000_000] * 3, dtype=np.int32)
    assert location_quotient_regionalisation(A, large, large, "flq", delta=0.5) == pytest.approx(A)
    shares = location_quotient_regionalisation(A, REGIONAL / 100, NATIONAL / 1000, "slq")
    assert shares == pytest.approx(location_quotient_regionalisation(A, REGIONAL, NATIONAL, "slq"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": "aflq"}, "form 'aflq' is unknown; there are slq, cilq, flq"),
        ({"delta": -0.1}, "delta -0.1"),
        ({"delta": np.nan}, "delta nan"),
        ({"regional": [20, None, 30]}, "regional of sector 1 is unknown"),
        ({"regional": [20, -1, 30]}, "regional of sector 1 is negative"),
        ({"regional": [20, 50]}, r"regional has shape \(2,\); one known number per sector is needed, 3 in all"),
        ({"regional": [0, 0, 0]}, "an empty region"),
        ({"national": [400, np.inf, 200]}, "national of sector 1 is unknown"),
        ({"national": [400, 0, 200]}, "national: sector 1 is zero, but the region has it"),
        ({"regional": [20, 401, 30]}, "regional: sector 1 exceeds the nation's"),
        ({"A": A[:2]}, "A has shape"),
        ({"A": np.where(A == 0.15, np.nan, A)}, r"A: \(1, 1\) unknown"),
    ],
)
def test_faulty_input(change: dict, words: str):
    options = {"A": A, "regional": REGIONAL, "national": NATIONAL, **change}
    with pytest.raises(MethodError, match=words):
        location_quotient_regionalisation(**options)
