"""Numbers and comparing words: rounding, signs, ties, zero, missing and secret values."""

import pytest

from analysis import catalogue, wording
from analysis.facts import Fact

INDICATORS = catalogue.indicators()


def fact(value: float | None, period: str = "2020", indicator: str = "employees", **details) -> Fact:
    status = details.pop("status", "ok" if value is not None else "suppressed")
    unit = INDICATORS[indicator].unit
    return Fact(details.pop("region", "a"), indicator, period, value, unit, status=status, **details)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(94800, 0, "94.800"), (-1.25, 1, "−1,3"), (0.005, 2, "0,01"), (1234567.5, 0, "1.234.568"), (-0.04, 1, "0,0")],
)
def test_german_numbers(value: float, decimals: int, text: str) -> None:
    assert wording.number(value, decimals) == text


def test_a_value_that_rounds_to_zero_has_no_sign() -> None:
    assert wording.number(-0.004, 1) == "0,0"
    assert wording.number(0.004, 1, signed=True) == "0,0"


def test_scaled_units_and_narrow_spaces() -> None:
    gva = fact(5_167_893, "2017", "gva", branch="B-E")
    assert wording.printed(gva, INDICATORS["gva"]) == "5,17\u202fMrd. €"
    network = fact(92_587, "2019", "network_jobs", variant="direct", low=77_290, high=107_810)
    assert wording.printed(network, INDICATORS["network_jobs"]) == "rund 92.600"
    assert wording.interval(network, INDICATORS["network_jobs"]) == "zwischen 77.300 und 107.800"


def test_a_secret_value_is_said_and_never_zero() -> None:
    secret = fact(None)
    assert wording.printed(secret, INDICATORS["employees"]) == "k. A."
    assert "geheim" in wording.status_note(secret)


@pytest.mark.parametrize(
    ("now", "before", "moved"),
    [
        (101.0, 100.0, "rose"),
        (99.0, 100.0, "fell"),
        (100.4, 100.0, "unchanged"),
        (100.5, 100.0, "rose"),
        (5.0, 0.0, "undetermined"),
        (None, 100.0, "undetermined"),
        (100.0, None, "undetermined"),
    ],
)
def test_movement(now: float | None, before: float | None, moved: str) -> None:
    assert wording.movement(fact(now), fact(before, "2015")) == moved


@pytest.mark.parametrize(
    ("left", "right", "word"),
    [(2.0, 1.0, "höher als"), (1.0, 2.0, "niedriger als"), (1.0, 1.0, "gleich"), (None, 1.0, "nicht vergleichbar mit")],
)
def test_comparison(left: float | None, right: float | None, word: str) -> None:
    assert word in wording.compared(fact(left), fact(right, region="b"))


def test_the_words_follow_the_figures() -> None:
    change = fact(-3.6, "2015-2020", "employees_change")
    text = wording.development(fact(96.4), fact(100.0, "2015"), change)
    plain = wording.plain(text, {one.id: one for one in (fact(96.4), fact(100.0, "2015"), change)}, INDICATORS)
    assert plain == "sank von 2015 bis 2020 um 3,6\u202f% auf 96"


def test_superlatives_name_ties_and_gaps() -> None:
    pairs = [(fact(1.0), "in A"), (fact(1.0, region="b"), "in B"), (fact(None, region="c"), "in C")]
    said = wording.ranked(pairs, "der Anteil")
    assert "gleich" in said and "am höchsten" not in said.lower()
    assert "Ohne Angabe: in C" in said


def test_every_unit_of_an_indicator_is_known() -> None:
    assert {item.unit for item in INDICATORS.values()} <= set(wording.UNITS)


def test_a_word_is_said_once_for_neighbours_it_holds_for() -> None:
    own, lower, higher = fact(10.0), fact(5.0, region="b"), fact(20.0, region="c")
    known = {one.id: one for one in (own, lower, higher)}
    said = wording.plain(wording.placed(own, [(lower, "in B"), (lower, "in B")]), known, INDICATORS)
    assert said == "höher als in B (5) und in B (5)"
    said = wording.plain(wording.placed(own, [(lower, "in B"), (higher, "in C")]), known, INDICATORS)
    assert said == "höher als in B (5) und niedriger als in C (20)"
    assert wording.placed(own, [(fact(None, region="d"), "in D")]).startswith("nicht vergleichbar")


def test_numbers_take_the_noun_they_ask_for() -> None:
    assert wording.counted(fact(1.0), "Kreis", "Kreise").endswith(" Kreis")
    assert wording.counted(fact(5.0), "Kreis", "Kreise").endswith(" Kreise")


def test_an_effect_is_said_without_a_sign() -> None:
    for value, word in ((500.0, "500 hinzugekommen"), (-500.0, "500 weggefallen")):
        effect = fact(value, "2015-2020", "shift_share_national", variant="employees")
        assert wording.plain(wording.gained(effect), {effect.id: effect}, INDICATORS) == f"wären {word}"


def test_an_interval_reads_as_one_in_plain_words() -> None:
    jobs = fact(None, "2020", "network_jobs", variant="direct", low=77_290, high=107_810)
    said = wording.plain(wording.ref(jobs, "interval"), {jobs.id: jobs}, INDICATORS)
    assert said == "zwischen 77.300 und 107.800"
