"""Goals beside figures: real targets with known verdicts, and the ways in which a verdict must be refused."""

import re
from collections import Counter
from dataclasses import replace

import polars as pl
import pytest

from analysis import goals as catalogue
from analysis.chapters import balances, corridor, goals, land, targets
from analysis.chapters.standings import NOT_TOLD, standing
from analysis.lexicon import holds, telling_words
from analysis.publishing import allowed
from analysis.study import Study

REGIONS = ("duesseldorf", "hamburg", "rheinisches-revier", "05158", "16055", "ihk-duesseldorf")
STATEMENTS = {
    "city_co2_finding",
    "goals_milestones",
    "goals_overview",
    "goals_position",
    "land_finding",
    "target_contradiction",
    "target_finding",
    "target_specific",
}
KNOWN = catalogue.load()
CLAIM = re.compile(r"\[[^\]]*\]\{\.claim relation=(\w+) left=(\S+) right=(\S+)\}")
FACT = re.compile(r"\[([^\]]*)\]\{\.fact[^}]*\}")


def told(study: Study) -> Study:
    """The whole chapter, as the notebook calls it, without figures."""
    balances.balance(study)
    balances.published(study)
    goals.target_path(study)
    goals.specific(study)
    land.levels(study)
    goals.overview(study)
    goals.table(study)
    return study


@pytest.fixture(scope="module")
def chapter(study):
    """`chapter(region)`: the told chapter, once a region."""
    done: dict[str, Study] = {}

    def opened(region: str) -> Study:
        if region not in done:
            done[region] = told(study(region, "goals"))
        return done[region]

    return opened


def value(study: Study, ident: str) -> float | None:
    """The value of a fact of the study's region."""
    return study.facts[f"{study.region.id}.{ident}"].value


def goal(ident: str) -> catalogue.Goal:
    """A goal of the catalogue."""
    return next(item for item in KNOWN.goals if item.id == ident)


def without(study: Study, *conditions: pl.Expr) -> pl.DataFrame:
    """The study's figures with the rows that meet all conditions left unknown."""
    met = pl.all_horizontal(*conditions)
    return study.inputs.figures.with_columns(
        value=pl.when(met).then(None).otherwise(pl.col("value")),
        status=pl.when(met).then(pl.lit("not_available")).otherwise(pl.col("status")),
    )


# -- real figures ---------------------------------------------------------------------------------------------------


def test_duesseldorf_is_behind_its_path_to_two_tonnes_per_head(chapter):
    study = chapter("duesseldorf")
    assert value(study, "city_co2.1987") == 7869
    assert value(study, "city_co2.2016") == 4215
    assert value(study, "city_co2.business-and-industry.2016") == 1731
    assert value(study, "city_co2_change.1987-2016") == pytest.approx(-46.4, abs=0.05)
    assert value(study, "city_co2_per_head.2016") == pytest.approx(4215 / 613.230, rel=1e-9)
    assert value(study, "target_per_head.2035") == 2.0
    assert value(study, "target_value.2035") == pytest.approx(2 * 620.523)
    assert value(study, "target_corridor.2016") == pytest.approx(7869 - 29 / 48 * (7869 - 1241.046))
    assert value(study, "target_gap.2016") == pytest.approx(9.07, abs=0.01)
    assert value(study, "target_rate.2016-2035") == pytest.approx(((1241.046 / 4215) ** (1 / 19) - 1) * 100)
    assert value(study, "target_arrival.2016") == 2038
    assert study.statements["target_finding"].startswith("Stand in Düsseldorf: hinter dem Pfad.")
    assert "der Stand bleibt dabei derselbe" in study.statements["target_finding"]


def test_hamburgs_industry_is_behind_its_path_to_minus_45_percent(chapter):
    study = chapter("hamburg")
    assert value(study, "city_co2.1990") == 20705
    assert value(study, "city_co2.industry.1990") == 5473
    assert value(study, "city_co2.industry.2017") == 4589
    assert value(study, "target_value.2030") == pytest.approx(0.55 * 5473)
    assert value(study, "target_gap.2017") == pytest.approx(20.43, abs=0.01)
    arrival = study.facts["hamburg.target_arrival.2017"]
    assert (arrival.low, arrival.value, arrival.high) == (2026, 2033, 2053)
    assert study.statements["target_finding"].startswith("Stand in Hamburg: hinter dem Pfad.")
    assert "Bezugsjahr nennt das Ziel nicht" not in study.statements["target_finding"]


def test_published_reduction_contradicts_itself(chapter):
    study = chapter("duesseldorf")
    assert value(study, "published_emissions.bisko.2020") == 4_292_000
    assert value(study, "published_emissions.target.2035") == 1_387_000
    assert round(value(study, "published_reduction.computed.2020-2035"), 1) == -67.7
    assert value(study, "published_reduction_stated.2035") == -78
    assert study.facts["duesseldorf.published_co2.2018"].unit == "t_co2"
    assert "Widerspruch" in study.statements["target_contradiction"]
    assert "Widerspruch" not in chapter("hamburg").statements["target_contradiction"]


def test_target_per_head_is_the_published_one(chapter):
    quoted = balances.row(chapter("duesseldorf"), "target_per_head")
    assert (quoted["value"], quoted["year"]) == (goal("DUS-KP-2").target.value, goal("DUS-KP-2").target.year)


def test_specific_emissions_get_readings_and_no_verdict(chapter):
    study = chapter("duesseldorf")
    readings = [fact for fact in study.facts.values() if fact.indicator == "specific_change"]
    assert {fact.variant for fact in readings} == {"per_job", "per_gva", "per_head"}
    assert all(len(fact.inputs) >= 4 for fact in readings)
    assert "nicht beurteilbar" in study.statements["target_specific"]


def test_land_of_industry_and_its_jumps(chapter):
    assert value(chapter("duesseldorf"), "industrial_land.2015") == 1029
    assert value(chapter("hamburg"), "industrial_land.2015") == 4501
    revier = chapter("rheinisches-revier")
    assert value(revier, "industrial_land.2015") == 457 + 1351 + 1071 + 698 + 1519 + 557 + 730
    assert value(revier, "industrial_land_jumps.2010-2015") == 5
    assert "mit Vorsicht" in revier.statements["land_finding"]
    assert value(chapter("duesseldorf"), "industrial_land_jumps.2010-2015") == 0
    # 4,099 ha in 2014, 4,501 ha in 2015: an honest sentence says so.
    assert value(chapter("hamburg"), "industrial_land_jumps.2010-2015") == 1
    assert "springt" in chapter("hamburg").statements["land_finding"]


# -- all goals ------------------------------------------------------------------------------------------------------


def test_all_79_goals_stand_in_the_tables_of_the_three_regions(chapter):
    rows = [row for region in REGIONS[:3] for row in chapter(region).tables["goals"]["rows"]]
    assert [row[2] for row in rows] == [item.text_de for item in KNOWN.goals]
    assert Counter(row[3] for row in rows) == {"nicht beurteilbar": 73, "erreicht": 4, "hinter dem Pfad": 2}


def test_counts_add_up(chapter):
    for region, total in (("duesseldorf", 38), ("hamburg", 14), ("rheinisches-revier", 27), ("05158", 0)):
        study = chapter(region)
        parts = [value(study, f"goals_{name}.2020") for name in ("reached", "assessed", "not_assessable")]
        assert value(study, "goals_total.2020") == sum(parts) == total
        frameworks = KNOWN.frameworks_of(region)
        assert goals.framework_matrix(study, frameworks)["count"].sum() == total


def test_evidence_is_shown_where_a_fact_is_known_and_left_out_where_not(chapter):
    study = chapter("duesseldorf")
    alone = goals.goals_rows(study, KNOWN.frameworks_of("duesseldorf"), [])
    assert not any("Zahlen:" in reason for reason in alone["reason"])
    row = goals.goals_rows(study, KNOWN.frameworks_of("duesseldorf"), study.facts.values()).row(
        by_predicate=pl.col("goal") == goal("DUS-MI-F3").text_de, named=True
    )
    assert "1.029" in row["reason"] and "Rheinische Post, 19. September 2018" in row["reason"]


def test_a_qualitative_goal_never_gets_a_computed_verdict(chapter):
    study = chapter("duesseldorf")
    for framework in KNOWN.frameworks_of("duesseldorf"):
        for item in KNOWN.goals_of([framework]):
            assert not standing(study, item, "duesseldorf").computed or item.kind == "quantitative"


def test_events_after_the_cutoff_are_hidden_and_what_rests_on_them_falls(study):
    early = study("duesseldorf", "goals")
    early.edition = replace(early.edition, cutoff="2021-06-30")
    told(early)
    assert value(early, "goals_reached.2020") == 0
    assert standing(early, goal("DUS-KP-7"), "duesseldorf").reason == NOT_TOLD
    reasons = " ".join(row[4] for row in early.tables["goals"]["rows"])
    assert "achte Treffen" not in reasons and "Steuerungskreises" not in reasons
    assert "19. September 2018" in reasons
    assert "kein Ereignis bekannt" in early.statements["goals_milestones"]


# -- refused verdicts -----------------------------------------------------------------------------------------------


def test_a_missing_base_year_is_not_assessable(study, altered):
    figures = without(study("hamburg", "goals"), pl.col("branch") == "industry", pl.col("year") == 1990)
    changed = told(altered("hamburg", "goals", figures=figures))
    assert "nicht beurteilbar, weil der Wert des Bezugsjahrs" in changed.statements["target_finding"]
    assert value(changed, "target_gap.2020") is None
    assert value(changed, "goals_assessed.2020") == 0
    assert value(changed, "goals_not_assessable.2020") == 12


def test_too_few_comparable_years_are_not_assessable(study, altered):
    figures = without(study("duesseldorf", "goals"), pl.col("measure") == balances.MEASURE, pl.col("year") < 2010)
    changed = told(altered("duesseldorf", "goals", figures=figures))
    assert "keine fünf vergleichbaren Beobachtungen" in changed.statements["target_finding"]
    case = targets.assess(changed, goal("DUS-KP-2"), "duesseldorf")
    assert (case.status, case.code, case.path.trend) == ("not_assessable", "too_few_observations", None)


def test_the_newer_method_is_never_chained_to_the_older(study, altered):
    before = targets.assess(study("duesseldorf", "goals"), goal("DUS-KP-2"), "duesseldorf")
    published = study("duesseldorf", "goals").inputs.table("published")
    lower = published.with_columns(value=pl.when(pl.col("indicator") == "co2e").then(1.0).otherwise(pl.col("value")))
    after = targets.assess(altered("duesseldorf", "goals", published=lower), goal("DUS-KP-2"), "duesseldorf")
    assert before.observed.filter(series=targets.CO2E)["value"].to_list() == [4292.0]
    assert after.observed.filter(series=targets.CO2E)["value"].to_list() == [0.001]
    assert (after.status, after.path.trend, after.path.gap) == (before.status, before.path.trend, before.path.gap)
    assert before.path.latest_year == 2016


def test_only_observations_of_the_newer_method_are_not_assessable(study, altered):
    older = [pl.col("measure") == balances.MEASURE, pl.col("year") > 1987]
    changed = altered("duesseldorf", "goals", figures=without(study("duesseldorf", "goals"), *older))
    case = targets.assess(changed, goal("DUS-KP-2"), "duesseldorf")
    assert (case.status, case.code) == ("not_assessable", "no_observation")


def test_the_plan_of_the_city_is_shown_where_the_slice_holds_it(study, altered):
    figures = study("hamburg", "goals").inputs.figures
    plan = {
        "region": "hamburg",
        "measure": targets.PLANNED,
        "branch": "industry",
        "year": 2030,
        "value": 2991.0,
        "status": "ok",
        "flag": "",
        "cells": ["klimawatch-hamburg@2aea9b83c543:L35C4"],
    }
    rest = figures.filter(pl.col("measure") != targets.PLANNED)
    changed = altered("hamburg", "goals", figures=pl.concat([rest, pl.DataFrame([plan], schema=figures.schema)]))
    told(changed)
    assert value(changed, "target_value.planned.2030") == 2991
    assert "Planwert der Stadt" in changed.statements["target_finding"]
    kinds = set(corridor.points(changed, goals.quantified(changed))["kind"])
    assert kinds == {"observed", "corridor_linear", "target", "planned"}


# -- every region ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_has_the_same_keys_and_says_why(chapter, region):
    study = chapter(region)
    assert set(study.statements) == STATEMENTS
    assert set(study.tables) == {"goals"}
    assert all(text.endswith(".") and text[0].isupper() for text in study.statements.values())
    if not KNOWN.frameworks_of(region):
        assert study.tables["goals"]["rows"] == []
        assert "Keiner der ausgewerteten" in study.statements["goals_overview"]
    if region not in ("duesseldorf", "hamburg"):
        assert "nicht beurteilbar, weil" in study.statements["target_finding"]


@pytest.mark.parametrize("region", REGIONS)
def test_every_figure_is_a_fact_with_inputs_and_every_claim_holds(chapter, region):
    study = chapter(region)
    assert all(fact.inputs for fact in study.facts.values() if fact.known)
    for text in study.statements.values():
        assert set(FACT.findall(text)) <= set(study.facts)
        for relation, left, right in CLAIM.findall(text):
            assert holds(relation, study.facts[left].value, [study.facts[right].value]).holds
        rest = CLAIM.sub("", FACT.sub("", text))
        assert not [word for word in telling_words() if re.search(rf"\b{word}\b", rest)]
        for form in allowed.FORMS:
            rest = form.pattern.sub(" ", rest)
        assert not re.search(r"\d", rest), rest


@pytest.mark.parametrize("region", ["duesseldorf", "hamburg", "rheinisches-revier", "05158"])
def test_figures_are_drawn_or_say_why_not(chapter, region):
    study = chapter(region)
    goals.target_figure(study)
    goals.status_figure(study)
    land.figure(study)
    assert set(study.figures) == {"target_corridor", "goals_status", "industrial_land"}
    for entry in study.figures.values():
        assert entry["absent"] or (study.out / entry["spec"]).exists()
    assert bool(study.figures["target_corridor"]["absent"]) == (region not in ("duesseldorf", "hamburg"))
    assert bool(study.figures["goals_status"]["absent"]) == (region == "05158")


def test_the_band_of_the_trend_meets_the_target_where_the_arrival_says(chapter):
    case = goals.quantified(chapter("hamburg"))
    band = targets.trend_band(case)
    assert band["year"].to_list() == list(range(2017, 2031))
    target = case.target.value / 1000
    first = band.filter(pl.col("low") <= target)["year"][0]
    assert first == chapter("hamburg").facts["hamburg.target_arrival.2017"].low
    assert band["high"][-1] > target
