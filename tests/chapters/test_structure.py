"""Location quotients, branch mix and shift-share on the bundled figures."""

from collections.abc import Callable

import polars as pl
import pytest

from analysis.chapters import branch_mix, shift_share, structure
from analysis.study import Study
from tests.chapters.claims import assert_claims

STATEMENTS = {
    "lq_finding",
    "lq_strongest",
    "lq_persons",
    "specialisation_finding",
    "shift_share_finding",
    "summary_structure",
    "shift_share_industry",
    "shift_share_long",
}
FIGURES = {"lq_dots", "structure_change", "shift_share", "shift_share_long"}
REGIONS = ["duesseldorf", "hamburg", "rheinisches-revier", "ihk-duesseldorf", "05158", "01001", "03103", "16055"]

# national, mix and regional effect of persons employed 2008 to 2017, and the LQ of industry 2017: computed elsewhere.
PUBLISHED = {
    "duesseldorf": (40_773, 7_593, -3_465, 0.43),
    "hamburg": (93_088, 12_672, 34_290, 0.50),
    "rheinisches-revier": (88_380, 1_532, 9_268, 0.87),
}


def enter(study: Study) -> Study:
    """Everything of the chapter that enters facts and sentences, without the figures."""
    structure.quotients(study)
    branch_mix.specialisations(study)
    shift_share.decompositions(study)
    return study


def draw(study: Study) -> Study:
    """Figures and tables of the chapter."""
    structure.quotient_figure(study)
    structure.quotient_table(study)
    branch_mix.change_figure(study)
    shift_share.figure(study)
    shift_share.long_figure(study)
    shift_share.table(study)
    return study


@pytest.mark.parametrize("region", PUBLISHED)
def test_known_results(study: Callable[..., Study], region: str) -> None:
    found = enter(study(region, "structure"))
    *effects, lq = PUBLISHED[region]
    names = ("national", "mix", "regional")
    facts = [found.get(f"shift_share_{name}", region, "2008-2017", variant="persons_employed").value for name in names]
    assert [round(value) for value in facts] == effects
    industry = found.get("location_quotient", region, "2017", branch="B-E", variant="persons_employed")
    assert round(industry.value, 2) == lq


@pytest.mark.parametrize("region", PUBLISHED)
def test_effects_add_up_to_the_published_change(study: Callable[..., Study], region: str) -> None:
    found = enter(study(region, "structure"))
    parts = [
        found.get(f"shift_share_{name}", region, "2015-2020", variant="employees").value for name in shift_share.PARTS
    ]
    first, last = (found.get("employees", region, year).value for year in ("2015", "2020"))
    assert parts[0] == pytest.approx(sum(parts[1:])) == pytest.approx(last - first)


def test_shares_weighted_quotient_is_one(study: Callable[..., Study]) -> None:
    """The quotients, weighted with Germany's shares, add up to what is in a branch in the region."""
    found = enter(study("hamburg", "structure"))
    total = 0.0
    for branch in structure.EMPLOYEES.branches:
        lq = found.get("location_quotient", "hamburg", "2020", branch=branch, variant="employees").value
        german = found.get("employees", "germany", "2020", branch=branch).value
        total += lq * german / found.get("employees", "germany", "2020").value
    assert total == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_says_and_shows_the_same_things(study: Callable[..., Study], region: str) -> None:
    found = draw(enter(study(region, "structure")))
    assert set(found.statements) == STATEMENTS
    assert set(found.figures) == FIGURES
    assert set(found.tables) == {"lq_table", "shift_share_table"}
    assert all(fact.inputs for fact in found.facts.values() if fact.known)
    for key, text in found.statements.items():
        plain = found.plain(text)
        assert plain.endswith("."), key
        assert "None" not in plain and "nan" not in plain.split()


@pytest.mark.parametrize("region", REGIONS)
def test_every_claim_holds(study: Callable[..., Study], region: str) -> None:
    found = draw(enter(study(region, "structure")))
    texts = [*found.statements.values(), *(figure["title"] for figure in found.figures.values())]
    assert_claims(found, texts)


def test_district_without_persons_employed(study: Callable[..., Study]) -> None:
    found = draw(enter(study("05158", "structure")))
    effect = found.get("shift_share_mix", "05158", "2008-2017", variant="persons_employed")
    assert (effect.value, effect.status) == (None, "not_available")
    assert "liegt für diese Region nicht vor" in found.statements["lq_persons"]
    assert found.figures["shift_share_long"]["absent"]


def test_secret_branches_stay_empty(study: Callable[..., Study]) -> None:
    """Weimar: farming and construction are secret. Change and national effect stand, the rest does not."""
    found = draw(enter(study("16055", "structure")))
    farming = found.get("location_quotient", "16055", "2020", branch="A", variant="employees")
    assert (farming.value, farming.status) == (None, "suppressed")
    effects = shift_share.effects(found, structure.EMPLOYEES)
    assert effects["change"].value == 555
    assert effects["mix"].value is None and effects["mix"].status == "suppressed"
    assert not found.find("krugman", "16055")[-1].known
    rows = {row[0]: row[1:] for row in found.tables["shift_share_table"]["rows"]}
    assert rows[shift_share.UNASSIGNED] == ["k. A."] * 4
    assert "Ohne Angabe" in found.statements["lq_strongest"]


def test_secret_industry_has_no_quotient(study: Callable[..., Study]) -> None:
    found = enter(study("03103", "structure"))
    assert not structure.quotient(found, structure.EMPLOYEES, "B-E").known
    assert "lässt sich für 2020 nicht angeben" in found.statements["lq_finding"]


def test_a_cell_that_turns_secret_takes_its_quotient_along(
    study: Callable[..., Study], altered: Callable[..., Study]
) -> None:
    """Injected fault: Hamburg's finance is secret in 2020."""
    hit = (pl.col("measure") == "employees") & (pl.col("branch") == "K") & (pl.col("year") == 2020)
    hit &= pl.col("region") == "hamburg"
    secret = study("hamburg", "structure").inputs.figures.with_columns(
        value=pl.when(hit).then(None).otherwise("value"),
        status=pl.when(hit).then(pl.lit("suppressed")).otherwise("status"),
    )
    found = draw(enter(altered("hamburg", "structure", figures=secret)))
    assert structure.quotient(found, structure.EMPLOYEES, "K").status == "suppressed"
    # What is in no branch would be the one secret branch: it is not printed either.
    rows = {row[0]: row[1:] for row in found.tables["shift_share_table"]["rows"]}
    assert rows[shift_share.UNASSIGNED][0] == rows[shift_share.UNASSIGNED][3] == "k. A."
    assert not [fact for fact in found.find("herfindahl", "hamburg") if fact.period == "2020" and fact.known]
    assert not [fact for fact in found.find("krugman", "hamburg") if fact.period == "2020" and fact.known]
    assert structure.quotient(found, structure.EMPLOYEES, "L").known
    assert not shift_share.effects(found, structure.EMPLOYEES)["regional"].known


def test_words_do_not_contradict_rounded_figures(study: Callable[..., Study]) -> None:
    """Düsseldorf's index fell by more than half a per cent and prints the same both years: no word says it fell."""
    found = enter(study("duesseldorf", "structure"))
    before, now = found.find("krugman", "duesseldorf")
    assert now.value < before.value * 0.995
    assert "lag 2015 wie 2020 bei" in found.statements["specialisation_finding"]
