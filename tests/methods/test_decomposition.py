"""Structural decomposition: the formulas written out, sums that close, and years that cannot be compared."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.methods.decomposition import DEMANDS, FORMS
from analysis.methods.frames import MethodError
from analysis.methods.input_output import Snapshot, leontief_inverse, structural_decomposition

# Three sectors in two years, deliveries and output as in Miller & Blair (2009), 13.1; the jobs are invented.
FLOWS = (
    np.array([[10, 20, 25], [15, 5, 30], [30, 40, 5]]),
    np.array([[12, 15, 35], [24, 11, 30], [36, 50, 8]]),
)
OUTPUT = np.array([100, 80, 100]), np.array([112, 100, 120])
JOBS = np.array([50, 16, 30]), np.array([49, 18, 27])
START, END = (Snapshot.of_table(*year) for year in zip(FLOWS, OUTPUT, JOBS, strict=True))


def written_out(form: str) -> list[float]:
    """The effects of three factors term by term, with 0 and 1 for the years."""
    (q0, a0, f0), (q1, a1, f1) = START, END
    l0, l1 = np.linalg.inv(np.eye(3) - a0), np.linalg.inv(np.eye(3) - a1)
    dq, dl, df = q1 - q0, l1 - l0, f1 - f0
    if form == "polar":
        return [
            (dq @ l0 @ f0 + dq @ l1 @ f1) / 2,
            (q1 @ dl @ f0 + q0 @ dl @ f1) / 2,
            (q1 @ l1 @ df + q0 @ l0 @ df) / 2,
        ]
    return [
        dq @ (2 * l0 @ f0 + l0 @ f1 + l1 @ f0 + 2 * l1 @ f1) / 6,
        (2 * q0 @ dl @ f0 + q0 @ dl @ f1 + q1 @ dl @ f0 + 2 * q1 @ dl @ f1) / 6,
        (2 * q0 @ l0 + q0 @ l1 + q1 @ l0 + 2 * q1 @ l1) @ df / 6,
    ]


@pytest.mark.parametrize("form", FORMS)
def test_three_factors_as_written_out(form: str):
    table = structural_decomposition(START, END, form)
    assert table["factor"].to_list() == ["intensity", "coefficients", "final_demand"]
    assert table["effect"].to_list() == pytest.approx(written_out(form), rel=1e-12)
    assert table["effect"].sum() == pytest.approx(94 - 96)


def test_output_alone_has_two_factors():
    """With one unit per unit of output the change of output itself is split; both forms agree."""
    ones = [Snapshot(np.ones(3), year.coefficients, year.final_demand) for year in (START, END)]
    for form in FORMS:
        table = structural_decomposition(*ones, form, by_sector=True, labels=["a", "b", "c"])
        effects = table.pivot("factor", index="sector", values="effect")
        assert effects["intensity"].to_list() == [0, 0, 0]
        assert effects["coefficients"].round(4).to_list() == [0.8415, 9.1413, 9.4869]
        assert effects["final_demand"].round(4).to_list() == [11.1585, 10.8587, 10.5131]


def test_level_and_mix_of_four_factors():
    """All 24 orders, each walked by hand."""
    parts = []
    for intensity, coefficients, final in (START, END):
        parts.append((intensity, np.linalg.inv(np.eye(3) - coefficients), final.sum(), final / final.sum()))
    effects = np.zeros(4)
    for order in permutations(range(4)):
        now = list(parts[0])
        for factor in order:
            before = now[0] @ now[1] @ (now[2] * now[3])
            now[factor] = parts[1][factor]
            effects[factor] += (now[0] @ now[1] @ (now[2] * now[3]) - before) / 24
    table = structural_decomposition(START, END, form="shapley", demand="level_mix")
    assert table["factor"].to_list() == ["intensity", "coefficients", "demand_level", "demand_mix"]
    assert table["effect"].to_list() == pytest.approx(effects, rel=1e-10)
    # In the polar form level and mix share what demand has as one factor.
    whole = structural_decomposition(START, END)["effect"]
    split = structural_decomposition(START, END, demand="level_mix")["effect"]
    assert split[2:].sum() == pytest.approx(whole[2], rel=1e-12)


@st.composite
def years(draw: st.DrawFn) -> tuple[Snapshot, Snapshot]:
    size = draw(st.integers(1, 5))

    def numbers(low: int, high: int, shape: tuple[int, ...]) -> np.ndarray:
        count = int(np.prod(shape))
        return np.array(draw(st.lists(st.integers(low, high), min_size=count, max_size=count)), float).reshape(shape)

    def year() -> Snapshot:
        # Final demand may be negative where stocks shrink, as long as all of it is above zero.
        final = numbers(-50, 1000, (size,))
        final[0] += 50 * size + 1
        return Snapshot(numbers(0, 100, (size,)), numbers(0, 100, (size, size)) / (101 * size), final)

    return year(), year()


CHOICES = st.sampled_from([(form, demand) for form in FORMS for demand in DEMANDS])


@given(years(), CHOICES)
def test_effects_add_up_to_the_change_in_every_sector(pair: tuple[Snapshot, Snapshot], choice: tuple[str, str]):
    start, end = pair
    made = [year.intensity * (leontief_inverse(year.coefficients) @ year.final_demand) for year in pair]
    table = structural_decomposition(start, end, *choice, by_sector=True)
    scale = max(np.abs(made).max(), 1.0)
    sums = table.group_by("sector", maintain_order=True).agg(pl.col("effect").sum())["effect"]
    assert sums.to_list() == pytest.approx(made[1] - made[0], abs=1e-11 * scale)
    total = structural_decomposition(start, end, *choice)
    for factor, effect in total.iter_rows():
        assert table.filter(factor=factor)["effect"].sum() == pytest.approx(effect, abs=1e-11 * scale)


@given(years(), CHOICES)
def test_back_in_time_every_effect_turns_its_sign(pair: tuple[Snapshot, Snapshot], choice: tuple[str, str]):
    forth, back = structural_decomposition(*pair, *choice), structural_decomposition(*pair[::-1], *choice)
    scale = max(forth["effect"].abs().max(), 1.0)
    assert forth["effect"].to_list() == pytest.approx((-back["effect"]).to_list(), abs=1e-9 * scale)


@given(years(), CHOICES, st.randoms(use_true_random=False))
def test_the_order_of_sectors_does_not_matter(pair: tuple[Snapshot, Snapshot], choice: tuple[str, str], dice):
    order = list(range(len(pair[0].intensity)))
    dice.shuffle(order)
    mixed = [Snapshot(q[order], a[np.ix_(order, order)], f[order]) for q, a, f in pair]
    plain = structural_decomposition(*pair, *choice)["effect"]
    assert structural_decomposition(*mixed, *choice)["effect"].to_list() == pytest.approx(plain.to_list(), abs=1e-7)


@pytest.mark.parametrize("form", FORMS)
def test_only_what_changed_has_an_effect(form: str):
    doubled = START._replace(final_demand=START.final_demand * 2)
    table = structural_decomposition(START, doubled, form, demand="level_mix")
    assert dict(table.iter_rows()) == pytest.approx(
        {"intensity": 0, "coefficients": 0, "demand_level": 96, "demand_mix": 0}, abs=1e-12
    )


def test_a_sector_that_appears_or_stands_still():
    idle = Snapshot.of_table([[20, 0], [0, 0]], [100, 0], [5, 0])
    busy = Snapshot.of_table([[20, 30], [10, 0]], [110, 60], [5, 6])
    assert idle.intensity.tolist() == [0.05, 0]
    table = structural_decomposition(idle, busy, by_sector=True, labels=["old", "new"])
    assert table.filter(sector="new")["effect"].sum() == pytest.approx(6)
    assert table["effect"].is_finite().all()


def test_one_sector_and_plain_triples():
    table = structural_decomposition(([2], [[0.5]], [10]), ([1], [[0.5]], [30]))
    # 2·2·10 = 40 becomes 1·2·30 = 60.
    assert table["effect"].to_list() == pytest.approx([-40, 0, 60])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": "additive"}, "form 'additive' is unknown; there are polar, shapley"),
        ({"demand": "mix"}, "demand 'mix' is unknown"),
        ({"end": Snapshot([1], [[0.1]], [1])}, "start has 3 sectors, end 1"),
        ({"end": END._replace(intensity=[1, None, 1])}, "end: intensity of sector 1 is unknown"),
        ({"start": START._replace(final_demand=[1, 2])}, r"start: final_demand has shape \(2,\)"),
        ({"start": START._replace(coefficients=np.full((3, 3), np.nan))}, r"start: coefficients: \(0, 0\)"),
        ({"start": START._replace(coefficients=np.eye(3))}, "not productive"),
        ({"end": END._replace(final_demand=[1, -1, 0]), "demand": "level_mix"}, "end: final demand sums to 0"),
        ({"labels": ["a"]}, "1 names for 3 sectors"),
    ],
)
def test_years_that_cannot_be_compared(change: dict, words: str):
    options = {"start": START, "end": END, **change}
    with pytest.raises(MethodError, match=words):
        structural_decomposition(**options)


def test_jobs_without_output_have_no_intensity():
    with pytest.raises(MethodError, match="sector 1 has jobs or emissions but no output"):
        Snapshot.of_table([[20, 0], [0, 0]], [100, 0], [5, 3])
    with pytest.raises(MethodError, match="satellite has shape"):
        Snapshot.of_table([[20, 0], [0, 0]], [100, 0], [5])
