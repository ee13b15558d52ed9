"""Verified emissions, installations and intensities on the bundled figures."""

from collections.abc import Callable

import polars as pl
import pytest

from analysis import maps
from analysis.chapters import emissions, intensities, sites
from analysis.study import Study
from analysis.theme import NothingToDraw
from tests.chapters.claims import assert_claims

STATEMENTS = {
    "ets_finding",
    "summary_emissions",
    "ets_industry",
    "ets_vs_last_year",
    "ets_unclassified",
    "ets_scope",
    "ets_largest",
    "ets_intensity",
}
FIGURES = {"emissions_stack", "industry_emissions", "emissions_compared", "site_map"}
REGIONS = ["duesseldorf", "hamburg", "rheinisches-revier", "ihk-duesseldorf", "05158", "01001", "03103", "16055"]
NO_SITES = "16055"

# Industry and energy 2018 in Mt. Hamburg's energy is 7.84, not the 7.86 of a sum by address: one heating plant with an
# address in Hamburg (DE_1570, 14,816 t) stands in the neighbouring district by its coordinates.
KNOWN_2018 = {"duesseldorf": (0.29, 1.57), "hamburg": (1.94, 7.84), "rheinisches-revier": (6.39, 81.38)}


def enter(study: Study) -> Study:
    """Everything of the chapter that enters facts and sentences."""
    emissions.levels(study)
    emissions.changes(study)
    sites.sites(study)
    intensities.intensities(study)
    return study


def draw(study: Study) -> Study:
    """Figures and tables of the chapter."""
    emissions.stack_figure(study)
    emissions.industry_figure(study)
    intensities.compared_figure(study)
    sites.map_figure(study)
    sites.table(study)
    return study


@pytest.mark.parametrize("region", KNOWN_2018)
def test_known_results(study: Callable[..., Study], region: str) -> None:
    found = enter(study(region, "emissions"))
    mt = [round(found.get("ets_emissions", region, "2018", branch=b).value / 1e6, 2) for b in ("industry", "energy")]
    assert tuple(mt) == KNOWN_2018[region]


@pytest.mark.parametrize("region", REGIONS)
def test_classes_and_sites_add_up(study: Callable[..., Study], region: str) -> None:
    found = enter(study(region, "emissions"))
    for year in (2013, 2020):
        classes = [found.get("ets_emissions", region, str(year), branch=name).value for name in emissions.CLASSES]
        total = found.get("ets_emissions", region, str(year)).value
        assert (
            sum(classes) == pytest.approx(total) == pytest.approx(sites.active(found, year)["emissions_t_co2e"].sum())
        )
    counts = [found.get("ets_sites", region, "2020", branch=name).value for name in (None, *emissions.CLASSES)]
    assert counts[0] == sum(counts[1:])


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_says_and_shows_the_same_things(study: Callable[..., Study], region: str) -> None:
    found = draw(enter(study(region, "emissions")))
    assert set(found.statements) == STATEMENTS
    assert set(found.figures) == FIGURES
    assert set(found.tables) == {"sites"}
    assert all(fact.inputs for fact in found.facts.values())
    for key, text in found.statements.items():
        assert found.plain(text).endswith(".") or key == "ets_vs_last_year", key
    titles = [figure["title"] for figure in found.figures.values()]
    assert_claims(found, [*found.statements.values(), *titles])


def test_intensities_are_quotients_of_printed_facts(study: Callable[..., Study]) -> None:
    found = enter(study("hamburg", "emissions"))
    for place in ("hamburg", "germany"):
        total, people = (found.get(name, place, "2020").value for name in ("ets_emissions", "population"))
        assert found.get("ets_per_head", place, "2020").value == pytest.approx(total / people)
        total = found.get("ets_emissions", place, "2017").value
        value_added = found.get("gva", place, "2017", branch="B-E").value
        nominal = found.get("ets_intensity_gva", place, "2017").value
        assert nominal == pytest.approx(total / value_added * 1000)
        # 2,977.318 bn euro at current prices, 3,179.459 in prices of 2020.
        real = found.get("ets_intensity_real", place, "2017").value
        assert real == pytest.approx(nominal * 2977.318 / 3179.459)


def test_secret_denominator_leaves_the_intensity_empty(study: Callable[..., Study]) -> None:
    found = enter(study("03103", "emissions"))
    per_job = found.get("ets_per_job", "03103", "2020")
    assert (per_job.value, per_job.status) == (None, "suppressed")
    assert "keine Angabe möglich" in found.statements["ets_intensity"]


def test_region_without_installations(study: Callable[..., Study]) -> None:
    found = draw(enter(study(NO_SITES, "emissions")))
    total = found.get("ets_emissions", NO_SITES, "2020")
    assert (total.value, total.status, total.method) == (0.0, "zero", "no installation")
    assert total.inputs == ("germany.ets_emissions.2020",)
    assert found.get("ets_change", NO_SITES, "2013-2020").status == "not_applicable"
    assert found.get("ets_largest_site_share", NO_SITES, "2020").status == "not_applicable"
    assert found.statements["ets_largest"] == "Anlagen mit Emissionen im Emissionshandel gibt es in Weimar nicht."
    assert found.figures["emissions_stack"]["absent"]
    assert [row[0] for row in found.tables["sites"]["rows"]] == ["zusammen"]


def test_map_shows_the_active_installations(study: Callable[..., Study], monkeypatch: pytest.MonkeyPatch) -> None:
    """The map gets one row an installation, German words for its class, and the outlines of the region only."""
    seen = {}

    def site_map(geojson: dict, frame: pl.DataFrame, **options: object) -> None:
        seen.update(geojson=geojson, frame=frame, options=options)
        raise NothingToDraw("seen")

    monkeypatch.setattr(maps, "site_map", site_map, raising=False)
    found = enter(study("rheinisches-revier", "emissions"))
    sites.map_figure(found)
    assert seen["frame"].height == sites.active(found, 2020)["lon"].count()
    assert set(seen["frame"]["class"]) == {"Industrie", "Energie", "ohne Zuordnung"}
    assert {item["properties"]["ags"] for item in seen["geojson"]["features"]} == set(found.region.districts)


def test_site_table_sums_what_it_does_not_list(study: Callable[..., Study]) -> None:
    found = draw(enter(study("rheinisches-revier", "emissions")))
    rows = found.tables["sites"]["rows"]
    assert len(rows) == sites.ROWS_AT_MOST + 1
    assert rows[0][0] == "Kraftwerk Neurath"
    tonnes = [int(row[4].replace(".", "")) for row in rows]
    assert sum(tonnes[:-1]) == tonnes[-1]


def test_energy_is_named_with_its_industrial_power_stations(study: Callable[..., Study]) -> None:
    found = enter(study("duesseldorf", "emissions"))
    for key in ("ets_finding", "ets_industry", "ets_scope"):
        assert "NACE 35" in found.statements[key]
        assert "Industriebetriebe" in found.statements[key]


def test_names_with_digits_or_markdown_are_marked() -> None:
    assert sites.printed_name("Kraftwerk Neurath") == "Kraftwerk Neurath"
    assert sites.printed_name("Heizwerk 3") == "[Heizwerk 3]{.site}"
    assert sites.printed_name("A*B [C]") == r"A\*B \[C\]"
