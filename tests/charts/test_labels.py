"""Words that do not touch, ticks at round numbers, numbers as the reports print them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts.labels import spread, tick_format, ticks, wrap, year_ticks
from analysis.charts.strip import flags, swarm
from analysis.theme import STYLES, number_text, style_of, text_width, tint

POSITIONS = st.lists(st.floats(0, 300, allow_nan=False), min_size=1, max_size=12)


@given(POSITIONS)
def test_labels_keep_their_distance(wanted):
    placed = spread(wanted, [16.0] * len(wanted), 8, 292)
    ordered = sorted(placed)
    assert all(b - a >= 15.8 for a, b in itertools.pairwise(ordered))
    assert placed[0] >= 7.9


@given(POSITIONS)
def test_labels_keep_their_order(wanted):
    placed = spread(wanted, [16.0] * len(wanted), 0, 400)
    pairs = sorted(zip(wanted, placed, strict=True))
    assert all(a[1] <= b[1] for a, b in itertools.pairwise(pairs) if a[0] < b[0])


def test_labels_that_are_apart_do_not_move():
    assert spread([20.0, 100.0, 250.0], [16.0] * 3, 0, 300) == [20.0, 100.0, 250.0]


def test_two_labels_on_one_spot_share_the_way():
    assert spread([100.0, 100.0], [16.0, 16.0], 0, 300) == [92.0, 108.0]


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_enclose_and_are_even(low, span, count):
    marks = ticks(low, low + span, count)
    step = marks[1] - marks[0]
    assert marks[0] <= low + step * 1e-6 and marks[-1] >= low + span - step * 1e-6
    assert 2 <= len(marks) <= 2 * count + 3
    assert all(abs((b - a) - step) < step * 1e-3 for a, b in itertools.pairwise(marks))


def test_ticks_of_one_value():
    assert ticks(5, 5)[0] < 5 < ticks(5, 5)[-1]
    assert ticks(0, 0)[-1] > 0


def test_tick_format_has_the_decimals_it_needs():
    assert tick_format([0, 20, 40]) == ",.0f"
    assert tick_format([0, 0.5, 1]) == ",.1f"


@given(st.integers(1980, 2010), st.integers(1, 40), st.integers(120, 600))
def test_years_hold_both_ends(first, span, width):
    years = year_ticks(first, first + span, width)
    assert years[0] == first and years[-1] == first + span
    assert years == sorted(set(years))


@given(st.lists(st.floats(0, 600), min_size=1, max_size=150))
def test_dots_do_not_overlap(positions):
    heights = swarm(positions, 3)
    points = list(zip(positions, heights, strict=True))
    for number, (x, y) in enumerate(points):
        for other in points[number + 1 :]:
            assert (x - other[0]) ** 2 + (y - other[1]) ** 2 >= 36 - 1e-6


@given(st.lists(st.tuples(st.floats(0, 600), st.floats(20, 180)), min_size=1, max_size=12))
def test_flags_do_not_overlap(wanted):
    placed = flags(wanted, 620)
    for number, (left, storey) in enumerate(placed):
        for other, (start, floor) in enumerate(placed[number + 1 :], number + 1):
            apart = left + wanted[number][1] <= start or start + wanted[other][1] <= left
            assert storey != floor or apart


def test_wrapping_keeps_every_word_and_the_unit_with_its_number():
    assert wrap("Landkreis Mecklenburgische Seenplatte", 120) == ["Landkreis", "Mecklenburgische", "Seenplatte"]
    assert wrap("Nordrhein-Westfalen", 90) == ["Nordrhein-", "Westfalen"]
    assert wrap("Ziel 1.387\u202fkt", 50) == ["Ziel", "1.387\u202fkt"]
    assert wrap("", 50) == [""]


@pytest.mark.parametrize(
    ("value", "decimals", "unit", "text"),
    [
        (94800, 0, "", "94.800"),
        (12.34, 1, "%", "12,3\u202f%"),
        (-0.04, 1, "", "0,0"),
        (-3465, 0, "", "−3.465"),
        (0, 0, "", "0"),
    ],
)
def test_numbers_as_printed(value, decimals, unit, text):
    assert number_text(value, decimals, unit) == text


def test_signed_numbers():
    assert number_text(7593, 0, signed=True) == "+7.593"
    assert number_text(0, 0, signed=True) == "0"


def test_styles_are_those_of_the_study():
    assert [STYLES[key].colour for key in ("duesseldorf", "hamburg", "rheinisches-revier", "germany")] == [
        "#00477A",
        "#BF4F00",
        "#1B9E77",
        "#404040",
    ]
    assert style_of("rheinisches-revier").text == "#007A5A"
    assert style_of("nordrhein-westfalen").colour == "#6E6E6E"
    assert style_of("05158") == style_of("koelner-bucht") and style_of("05158").colour == "#5B4B8A"
    assert len({style.shape for style in STYLES.values()} & {"circle", "square", "triangle-up", "diamond"}) == 4


@pytest.mark.parametrize("colour", [style.text for style in STYLES.values()] + ["#595959", "#5E5E5E", "#5B4B8A"])
def test_text_colours_reach_contrast(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_width_of_words_follows_the_typeface():
    assert text_width("iii") < text_width("mmm")
    assert text_width("Hamburg", 26) == pytest.approx(2 * text_width("Hamburg", 13))
    assert tint("#000000", 0) == "#FFFFFF" and tint("#00477A", 1) == "#00477A"
