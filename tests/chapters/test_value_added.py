"""Value added, productivity and the check against INKAR on the bundled figures."""

from collections.abc import Callable

import polars as pl
import pytest

from analysis.chapters import productivity, value_added
from analysis.errors import StudyError
from analysis.lineage import Cells
from analysis.plan import RAW
from analysis.study import Study

REGIONS = ["duesseldorf", "hamburg", "rheinisches-revier", "ihk-duesseldorf", "05158", "01001", "03103"]
STATEMENTS = {
    "gva_finding",
    "gva_vs_last_year",
    "gva_compared",
    "gva_real",
    "productivity_finding",
    "productivity_vs_last_year",
    "gdp_finding",
    "inkar_check",
    "inkar_productivity",
}
FRAGMENTS = {"gva_vs_last_year", "productivity_vs_last_year"}
# As printed in the official table, thousand euros of 2017.
GVA_2017 = {"duesseldorf": 5_167_893, "hamburg": 15_999_350, "germany": 772_523_000}


def entered(study: Study) -> Study:
    """Facts and sentences of the chapter, without its figures."""
    value_added.levels(study)
    value_added.changes(study)
    value_added.sentences(study)
    productivity.levels(study)
    productivity.check(study)
    productivity.sentences(study)
    return study


@pytest.fixture(scope="module")
def chapter(study: Callable) -> Callable[[str], Study]:
    """The chapter of a region with everything drawn, once per region."""
    done: dict[str, Study] = {}

    def of(region: str) -> Study:
        if region not in done:
            done[region] = entered(study(region, "value_added"))
            forms = (value_added.composition, value_added.index_figure, value_added.table, productivity.dumbbell)
            for draw in forms:
                draw(done[region])
        return done[region]

    return of


@pytest.mark.parametrize("region", GVA_2017)
def test_value_added_is_the_official_one(chapter: Callable, region: str) -> None:
    found = chapter("hamburg" if region == "hamburg" else "duesseldorf")
    assert found.get("gva", region, "2017", branch="B-E").value == GVA_2017[region]


def test_shares_of_the_branches_add_up(chapter: Callable) -> None:
    found = chapter("rheinisches-revier")
    shares = [found.get("gva_share", found.region.id, "2017", branch=branch).value for branch in value_added.DISJOINT]
    assert sum(shares) == pytest.approx(100, abs=0.01)


def test_productivity_of_a_region_is_a_ratio_of_sums(chapter: Callable) -> None:
    found = chapter("rheinisches-revier")
    figure = found.inputs.figure
    parts = [
        (figure("gva_thousand_eur", ags, "B-E", 2017).value, figure("persons_employed", ags, "B-E", 2017).value)
        for ags in found.region.districts
    ]
    ratio = sum(gva for gva, _ in parts) / sum(persons for _, persons in parts) * 1000
    own = found.get("productivity", found.region.id, "2017", branch="B-E").value
    mean = sum(gva / persons for gva, persons in parts) / len(parts) * 1000
    assert own == pytest.approx(ratio)
    assert abs(own - mean) > 1000


@pytest.mark.parametrize("region", ["duesseldorf", "hamburg", "05158"])
def test_gdp_per_person_is_the_published_one_in_a_single_district(chapter: Callable, region: str) -> None:
    found = chapter(region)
    official = found.inputs.figure("gdp_per_person_employed_eur", region, "total", 2017).value
    assert found.get("gdp_per_person_employed", region, "2017").value == pytest.approx(official, abs=0.5)


def test_inkar_is_in_thousands_of_euros(chapter: Callable) -> None:
    found = chapter("duesseldorf")
    assert found.get("inkar_gdp_per_person_employed", "duesseldorf", "2017").value == pytest.approx(91_250)
    assert found.get("inkar_productivity", "duesseldorf", "2020").value == pytest.approx(106_920)


@pytest.mark.parametrize("period", ["2008", "2017"])
def test_the_revier_agrees_with_inkar(chapter: Callable, period: str) -> None:
    found = chapter("rheinisches-revier")
    assert abs(found.get("inkar_deviation", "rheinisches-revier", period).value) < 2.5
    theirs = found.get("inkar_gdp_per_person_employed", "rheinisches-revier", period).value
    assert theirs == pytest.approx({"2008": 62_310, "2017": 72_520}[period])
    assert "Ausgabe 2024" in found.statements["inkar_check"]
    assert "Berechnungsstand August 2018" in found.statements["inkar_check"]


def test_several_districts_have_no_mean_of_inkar(chapter: Callable) -> None:
    found = chapter("ihk-duesseldorf")
    fact = found.get("inkar_gdp_per_person_employed", "ihk-duesseldorf", "2017")
    assert (fact.value, fact.status) == (None, "not_available")
    assert found.get("gdp_per_person_employed", "ihk-duesseldorf", "2017").known
    assert "entfällt die Gegenprobe" in found.statements["inkar_check"]


def test_without_persons_employed_productivity_is_unknown_and_said_so(chapter: Callable) -> None:
    found = chapter("05158")
    own = found.get("productivity", "05158", "2017", branch="B-E")
    assert (own.value, own.status) == (None, "not_available")
    assert "liegt im Kreis Mettmann nicht vor" in found.statements["productivity_finding"]
    assert "94.498" in found.plain(found.statements["productivity_finding"])
    rows = found.figures["productivity_dumbbell"]["table"]["rows"]
    assert ["Kreis Mettmann", "k. A.", "k. A."] in rows


def test_real_change_takes_national_prices_off(chapter: Callable) -> None:
    found = chapter("hamburg")
    nominal = found.get("gva_change", "hamburg", "2016-2017", branch="B-E").value
    real = found.get("gva_real_change", "hamburg", "2016-2017", branch="B-E").value
    prices = (2977.318 / 3179.459) / (2852.146 / 3089.867)
    assert 1 + real / 100 == pytest.approx((1 + nominal / 100) / prices)


def test_without_a_deflator_the_real_change_is_unknown(
    study: Callable, altered: Callable, objections: Callable
) -> None:
    empty = study("hamburg", "value_added").inputs.table("deflator").clear()
    found = entered(altered("hamburg", "value_added", deflator=empty))
    real = found.find("gva_real_change", "hamburg", branch="B-E")[-1]
    assert (real.value, real.status) == (None, "not_available")
    assert "nicht angeben" in found.statements["gva_real"]
    assert not objections(found)


@pytest.mark.parametrize("region", REGIONS)
def test_sentences_and_figures_are_the_same_everywhere_and_sound(
    chapter: Callable, objections: Callable, region: str
) -> None:
    found = chapter(region)
    assert set(found.statements) == STATEMENTS
    assert set(found.figures) == {"gva_composition", "gva_index", "productivity_dumbbell"}
    assert set(found.tables) == {"gva_table"}
    assert not objections(found)
    for key in STATEMENTS - FRAGMENTS:
        assert found.statements[key].endswith("."), key


def test_secret_value_added_is_said_and_never_zero(study: Callable, altered: Callable, objections: Callable) -> None:
    figures = study("duesseldorf", "value_added").inputs.figures
    hit = (pl.col("region") == "duesseldorf") & (pl.col("measure") == "gva_thousand_eur") & (pl.col("branch") == "B-E")
    changed = figures.with_columns(
        value=pl.when(~hit).then(pl.col("value")), status=pl.when(hit).then(pl.lit("suppressed")).otherwise("status")
    )
    found = entered(altered("duesseldorf", "value_added", figures=changed))
    value_added.composition(found)
    value_added.index_figure(found)
    productivity.dumbbell(found)
    assert found.get("productivity", "duesseldorf", "2017", branch="B-E").status == "suppressed"
    assert "nicht bekannt" in found.statements["gva_finding"]
    assert not objections(found)


def test_every_input_is_a_fact_or_a_cell(chapter: Callable) -> None:
    cells = Cells(RAW)
    for region in ("rheinisches-revier", "ihk-duesseldorf"):
        found = chapter(region)
        for part in {part for fact in found.facts.values() for part in fact.inputs if part not in found.facts}:
            cells.find(part)


def test_a_source_without_its_vintage_is_named(study: Callable) -> None:
    with pytest.raises(StudyError, match="inkar-2024 names no 'Berechnungsstand'"):
        value_added.vintage(study("hamburg", "value_added"), "inkar-2024", "Berechnungsstand")
