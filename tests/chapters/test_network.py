"""The industry network on the bundled figures: known results, secret cells, and the figure others published."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.chapters import network, network_figures, network_text
from analysis.chapters.network import HEADLINE, INDUSTRY, LINKED
from analysis.lineage import Cells
from analysis.plan import RAW
from analysis.study import Study

REGIONS = ["duesseldorf", "hamburg", "rheinisches-revier", "ihk-duesseldorf", "05158", "01001", "03103"]
STATEMENTS = {
    "network_finding",
    "summary_jobs",
    "network_vs_last_year",
    "network_chain",
    "network_compared",
    "network_published",
    "network_development",
    "network_common",
    "network_branches",
    "network_limits",
}
FRAGMENTS = {"network_vs_last_year"}
# Computed elsewhere from the same tables.
JOBS_2019 = {"duesseldorf": 92_587, "hamburg": 235_808, "rheinisches-revier": 248_146}
SHARES = {"G-I": 18.3, "J": 7.5, "K": 8.5, "L": 6.3, "M-N": 22.7, "O-Q": 3.0, "R-U": 3.6, "F": 5.7, "A": 55.6}


def entered(study: Study) -> Study:
    """Facts and sentences of the chapter, without its figures."""
    weights = network.delivery_shares(study)
    network.enter(study, weights)
    network.enter_published(study, weights)
    network_text.sentences(study)
    return study


@pytest.fixture(scope="module")
def chapter(study: Callable) -> Callable[[str], Study]:
    """The chapter of a region with everything drawn, once per region."""
    done: dict[str, Study] = {}

    def of(region: str) -> Study:
        if region not in done:
            done[region] = entered(study(region, "network"))
            weights = network.delivery_shares(done[region])
            for draw in (network_figures.bars, network_figures.split, network_figures.table):
                draw(done[region], weights)
            network_figures.shares(done[region])
        return done[region]

    return of


@pytest.mark.parametrize("region", JOBS_2019)
def test_jobs_are_the_known_ones(chapter: Callable, region: str) -> None:
    jobs = chapter(region).get("network_jobs", region, "2019", variant=HEADLINE)
    assert jobs.value == pytest.approx(JOBS_2019[region], abs=0.5)
    assert jobs.low < jobs.value < jobs.high


def test_duesseldorf_in_full(chapter: Callable) -> None:
    found = chapter("duesseldorf")
    jobs = found.get("network_jobs", "duesseldorf", "2019", variant=HEADLINE)
    common = found.get("network_jobs_common", "duesseldorf", "2019", variant=HEADLINE)
    assert found.get("network_share", "duesseldorf", "2019", variant=HEADLINE).value == pytest.approx(21.8, abs=0.05)
    assert found.get("network_jobs", "duesseldorf", "2019", variant="chain").value == pytest.approx(119_003, abs=0.5)
    assert (jobs.low, jobs.high) == pytest.approx((77_300, 107_800), rel=0.005)
    assert (common.low, common.high) == pytest.approx((67_100, 117_900), rel=0.005)
    assert found.plain(found.statements["network_finding"]).startswith("In Düsseldorf gehörten 2020 rund 92.400")


@pytest.mark.parametrize(("branch", "share"), SHARES.items())
def test_delivery_shares_are_the_known_ones(chapter: Callable, branch: str, share: float) -> None:
    fact = chapter("hamburg").get("delivery_share", "germany", "2014", branch=branch, variant=HEADLINE)
    assert fact.value == pytest.approx(share, abs=0.05)


def test_a_share_can_be_recomputed_from_its_inputs(chapter: Callable) -> None:
    """Deliveries of construction over its output, added up from nothing but the cells the fact names."""
    fact = chapter("hamburg").get("delivery_share", "germany", "2014", branch="F", variant=HEADLINE)
    *deliveries, output = [Cells(RAW).find(cell) for cell in fact.inputs]
    assert sum(cell.value for cell in deliveries) / output.value * 100 == pytest.approx(fact.value)


def test_every_input_is_a_fact_or_a_cell(chapter: Callable) -> None:
    found, cells = chapter("duesseldorf"), Cells(RAW)
    inputs = {part for fact in found.facts.values() for part in fact.inputs if part not in found.facts}
    for part in inputs:
        cells.find(part)


def test_the_chain_holds_the_direct_deliveries(chapter: Callable) -> None:
    found = chapter("rheinisches-revier")
    for branch in LINKED:
        direct, chain = (
            found.get("delivery_share", "germany", "2014", branch=branch, variant=variant)
            for variant in network.VARIANTS
        )
        assert direct.value <= chain.value <= 100
        assert direct.id in chain.inputs


def test_a_region_is_the_sum_of_its_districts(chapter: Callable) -> None:
    found = chapter("rheinisches-revier")
    weights = network.delivery_shares(found)
    parts = [network.estimate(found, ags, weights).jobs for ags in found.region.districts]
    total = pl.concat(parts).filter(variant=HEADLINE).group_by("year").agg(pl.col("jobs").sum())
    for year, jobs in total.iter_rows():
        own = found.get("network_jobs", found.region.id, str(year), variant=HEADLINE)
        assert own.value == pytest.approx(jobs)


def test_references_are_the_same_in_every_region(chapter: Callable) -> None:
    national = [
        {ident: fact for ident, fact in chapter(region).facts.items() if fact.region == "germany"}
        for region in ("duesseldorf", "hamburg", "01001")
    ]
    assert national[0] == national[1] == national[2]


@pytest.mark.parametrize("region", REGIONS)
def test_sentences_and_figures_are_the_same_everywhere_and_sound(
    chapter: Callable, objections: Callable, region: str
) -> None:
    found = chapter(region)
    assert set(found.statements) == STATEMENTS
    assert set(found.figures) == {"network_bars", "delivery_shares", "network_split"}
    assert set(found.tables) == {"network_table"}
    assert not objections(found)
    for key in STATEMENTS - FRAGMENTS:
        assert found.statements[key].endswith("."), key
        assert found.statements[key][0].isupper() or found.statements[key].startswith("["), key


@pytest.mark.parametrize("region", ["01001", "03103"])
def test_a_secret_branch_leaves_no_number(chapter: Callable, region: str) -> None:
    found = chapter(region)
    jobs = found.get("network_jobs", region, "2020", variant=HEADLINE)
    assert (jobs.value, jobs.status) == (None, "suppressed")
    assert "geheim" in found.statements["network_finding"]
    assert "fehlt die Zahl ebenfalls" in found.statements["network_chain"]
    printed = found.tables["network_table"]["rows"]
    assert any("k. A." in row for row in printed)
    assert not any(cell.lower() == "nan" for row in printed for cell in row)


def test_a_range_is_left_where_small_branches_are_secret(chapter: Callable) -> None:
    """Farming and construction are secret, industry is known: whatever they hold, the network lies in the range."""
    found = chapter("01001")
    jobs = found.get("network_jobs", "01001", "2020", variant=HEADLINE)
    industry = found.inputs.figure("employees", "01001", INDUSTRY, 2020).value
    assert industry < jobs.low < jobs.high < found.inputs.figure("employees", "01001", "total", 2020).value
    assert "interval" in found.statements["network_finding"]


def test_no_range_where_industry_itself_is_secret(chapter: Callable) -> None:
    found = chapter("03103")
    jobs = found.get("network_jobs", "03103", "2020", variant=HEADLINE)
    assert (jobs.low, jobs.high) == (None, None)
    assert "interval" not in found.statements["network_finding"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hidden=st.sets(st.sampled_from(LINKED), min_size=2, max_size=4))
def test_bounds_hold_what_was_hidden(study: Callable, hidden: set[str]) -> None:
    whole = network.employment(study("duesseldorf", "network"), "duesseldorf").filter(year=2019)
    secret = whole.with_columns(value=pl.when(~pl.col("branch").is_in(hidden)).then(pl.col("value")))
    bounds = network.secret_bounds(secret)
    assert set(bounds["branch"]) == hidden
    joined = bounds.join(whole, on=["region", "branch", "year"])
    assert joined.select((pl.col("low") <= pl.col("value")) & (pl.col("value") <= pl.col("high"))).to_series().all()


@pytest.mark.parametrize("branch", ["A", "F", "M-N"])
def test_a_single_secret_branch_has_no_interval_anywhere(
    study: Callable, altered: Callable, objections: Callable, branch: str
) -> None:
    """Total less the known branches is the one secret branch: no interval that it went into may be printed."""
    figures = study("duesseldorf", "network").inputs.figures
    hit = (pl.col("region") == "duesseldorf") & (pl.col("measure") == "employees") & (pl.col("branch") == branch)
    secret = figures.with_columns(
        value=pl.when(~hit).then(pl.col("value")), status=pl.when(hit).then(pl.lit("suppressed")).otherwise("status")
    )
    found = entered(altered("duesseldorf", "network", figures=secret))
    employees = network.employment(found, "duesseldorf")
    assert network.secret_bounds(employees) is None
    made = [fact for fact in found.facts.values() if fact.region == "duesseldorf" and "network" in fact.indicator]
    bounded = [fact.id for fact in made if fact.low is not None or fact.high is not None]
    assert not bounded
    whole = ("network_jobs", "network_jobs_common", "network_share", "network_services", "network_calibration")
    for fact in made:
        if fact.indicator in whole and (fact.branch is None or fact.branch == branch):
            assert not fact.known, fact.id
    network_figures.bars(found, network.delivery_shares(found))
    network_figures.table(found, network.delivery_shares(found))
    drawn = found.figures["network_bars"]["table"]["rows"]
    assert drawn[0][1] == "k. A." and not drawn[0][2]
    assert "zwischen" not in found.plain(found.statements["network_finding"])
    assert not objections(found)


def test_known_cells_need_no_bounds(study: Callable) -> None:
    assert network.secret_bounds(network.employment(study("hamburg", "network"), "hamburg")) is None


def test_the_published_figure_stands_beside_the_estimate_of_its_year(chapter: Callable) -> None:
    found = chapter("duesseldorf")
    text = found.plain(found.statements["network_published"])
    assert "94.800" in text
    assert "rund 92.600" in text
    assert "liegt in ihrem Bereich" in text
    assert found.get("network_calibration", "duesseldorf", "2019", variant=HEADLINE).value == pytest.approx(
        1.042, abs=0.001
    )
    heads = [column["label"] for column in found.figures["network_bars"]["table"]["columns"]]
    assert "Arbeitsplätze 2019" in heads


def test_without_a_published_figure_the_newest_year_is_shown(chapter: Callable) -> None:
    found = chapter("hamburg")
    assert not found.find("published_network_jobs", "hamburg")
    assert "nicht bekannt" in found.statements["network_published"]
    assert "Arbeitsplätze 2020" in [one["label"] for one in found.figures["network_bars"]["table"]["columns"]]


@pytest.mark.parametrize(
    ("value", "words"), [(200_000.0, "nicht in ihrem Bereich"), (10_000.0, "Mit keinem gemeinsamen")]
)
def test_a_published_figure_out_of_range(
    study: Callable, altered: Callable, objections: Callable, value: float, words: str
) -> None:
    quoted = study("duesseldorf", "network").inputs.table("published")
    hit = (pl.col("region") == "duesseldorf") & (pl.col("indicator") == "network_jobs")
    changed = quoted.with_columns(value=pl.when(hit).then(value).otherwise(pl.col("value")))
    found = entered(altered("duesseldorf", "network", published=changed))
    assert words in found.statements["network_published"]
    assert not objections(found)


def test_an_unknown_total_leaves_the_share_unknown(study: Callable, altered: Callable, objections: Callable) -> None:
    figures = study("hamburg", "network").inputs.figures
    hit = (pl.col("region") == "hamburg") & (pl.col("measure") == "employees") & (pl.col("branch") == "total")
    changed = figures.with_columns(
        value=pl.when(~hit).then(pl.col("value")), status=pl.when(hit).then(pl.lit("suppressed")).otherwise("status")
    )
    found = entered(altered("hamburg", "network", figures=changed))
    share = found.get("network_share", "hamburg", "2020", variant=HEADLINE)
    assert (share.value, share.status, share.low) == (None, "suppressed", None)
    assert found.get("network_jobs", "hamburg", "2020", variant=HEADLINE).known
    assert not objections(found)


def test_what_is_handed_out_is_rounded(chapter: Callable) -> None:
    found = chapter("duesseldorf")
    table = pl.read_csv(found.out / "charts" / "network_bars.csv")
    assert all(value % 100 == 0 for value in table["Arbeitsplätze 2019"])
    spec = (found.out / "charts" / "network_bars.vl.json").read_text("utf-8")
    assert "92587" not in spec


def test_rounding_loses_no_branch(chapter: Callable) -> None:
    table = chapter("01001").tables["network_table"]["rows"]
    assert [row[-1] for row in table if row[0].startswith("Grundstücks")] == ["30"]
    assert network_figures._rounded(149.0) == 100
    assert network_figures._rounded(26.0) == 30
    assert network_figures._rounded(3.4) == 3
    assert network_figures._rounded(float("nan")) is None


def test_industry_counts_whole(chapter: Callable) -> None:
    found = chapter("05158")
    jobs = found.get("network_jobs", "05158", "2020", variant=HEADLINE).value
    linked = found.get("network_services", "05158", "2020", variant=HEADLINE).value
    assert jobs - linked == found.inputs.figure("employees", "05158", INDUSTRY, 2020).value
