"""Real districts with secret cells: what their chapters release betrays nothing, and lineage says what facts say."""

from collections.abc import Callable

import polars as pl
import pytest

from analysis import catalogue
from analysis.chapters import branch_mix, employment, network, network_figures, network_text, shift_share, structure
from analysis.facts import Fact
from analysis.plan import RAW
from analysis.publishing.secrecy import official, rows
from analysis.publishing.secrecy.accounting import Accounts
from analysis.publishing.secrecy.lineage import Lineage
from analysis.publishing.secrecy.official import Cell, Official
from analysis.publishing.secrecy.places import Places
from analysis.publishing.secrecy.public import Public
from analysis.publishing.secrecy.quotients import ONE
from analysis.publishing.secrecy.released import of_facts, of_observations
from analysis.publishing.secrecy.verdict import judge
from analysis.study import Study

CHAPTERS = ("employment", "network", "structure")
# Agriculture and construction secret in both; in one in two years only, in the other in all.
SECRET = ("01001", "16055")
UNDETERMINED = {"herfindahl", "krugman", "network_variance_share", "network_calibration"}


@pytest.fixture(scope="module")
def table() -> Official:
    return official.read(RAW)


def employed(study: Study) -> None:
    employment.levels(study)
    employment.changes(study)
    shares = employment.place(study)
    for draw in (employment.strip_figure, employment.map_figure):
        draw(study, shares)
    for draw in (employment.index_figure, employment.branch_table):
        draw(study)


def networked(study: Study) -> None:
    weights = network.delivery_shares(study)
    network.enter(study, weights)
    network.enter_published(study, weights)
    network_text.sentences(study)
    for draw in (network_figures.bars, network_figures.split, network_figures.table):
        draw(study, weights)


def structured(study: Study) -> None:
    structure.quotients(study)
    branch_mix.specialisations(study)
    shift_share.decompositions(study)
    for draw in (structure.quotient_figure, structure.quotient_table, branch_mix.change_figure):
        draw(study)
    for draw in (shift_share.figure, shift_share.table):
        draw(study)


RUN = dict(zip(CHAPTERS, (employed, networked, structured), strict=True))


@pytest.fixture(scope="module")
def made(study: Callable) -> Callable[[str], list[Study]]:
    """The chapters on employees of a region, saved as a run saves them, once per region."""
    done: dict[str, list[Study]] = {}

    def of(region: str) -> list[Study]:
        if region not in done:
            done[region] = [study(region, chapter) for chapter in CHAPTERS]
            for chapter in done[region]:
                RUN[chapter.out.name](chapter)
                chapter.save()
        return done[region]

    return of


def facts_of(chapters: list[Study]) -> dict[str, Fact]:
    return {ident: fact for chapter in chapters for ident, fact in chapter.facts.items()}


@pytest.mark.parametrize("region", SECRET)
def test_a_district_with_secret_cells_betrays_none(made: Callable, table: Official, region: str) -> None:
    chapters = made(region)
    inputs, known = chapters[0].inputs, facts_of(chapters)
    lineage, members = Lineage(known, table, catalogue.indicators()), {region: (region,)}
    found = of_facts(lineage, members)
    found.add(of_observations(lineage, inputs.figures, members, "observations"))
    names = dict(inputs.table("districts").select("district", "name").unique().iter_rows())
    accounts = Accounts(
        Places.of(table, [chapters[0].region], names),
        Public(table, list(known.values()), catalogue.indicators()),
        chapters[0].region,
    )
    for chapter in chapters:
        found.objections += accounts.objections(rows.of_chapter(chapter.out, chapter.out.name))
    verdict = judge(found, table)
    verdict.require()
    # What is printed is the range of the network over two secret cells; single cells stay without any.
    assert verdict.statements > 0
    assert all(statement.interval and len(statement.quotient.cells) == 2 for statement in found.statements)


@pytest.mark.parametrize("region", ["duesseldorf", "rheinisches-revier", *SECRET])
def test_lineage_says_what_facts_say(made: Callable, table: Official, region: str) -> None:
    """Were all districts secret: every quotient gives its fact, and only indices and places have none."""
    districts = frozenset(cell for cell in table.values if len(cell[0]) == 5)
    lineage = Lineage(facts_of(made(region)), table, catalogue.indicators(), secret=districts)
    compared = 0
    for ident, fact in lineage.facts.items():
        if fact.value is None or not lineage.touched(ident) or fact.indicator.startswith("industry_share_"):
            continue
        quotient = lineage.quotient(ident)
        if quotient is None:
            assert fact.indicator in UNDETERMINED, ident
            continue
        cells = quotient.cells
        if not cells & table.secret:
            compared += 1
            assert fact.value == pytest.approx(_sum(quotient.above, table) / _sum(quotient.below, table)), ident
    assert compared > 40


def _sum(form: dict[Cell, float], table: Official) -> float:
    return sum(weight * (1.0 if cell == ONE else table.values[cell]) for cell, weight in form.items())


@pytest.mark.parametrize(
    ("elsewhere", "printed"), [((), True), (("F",), False), (("A", "F"), True)], ids=["one", "two differ", "two alike"]
)
def test_a_range_needs_branches_that_are_secret_in_the_same_districts(
    study: Callable, altered: Callable, elsewhere: tuple[str, ...], printed: bool
) -> None:
    """Construction secret in both districts may be known as a sum: then the range would be that of agriculture."""
    hidden = pl.DataFrame(
        [("05111", branch) for branch in ("A", "F")]
        + [("ihk-duesseldorf", branch) for branch in ("A", "F")]
        + [("05158", branch) for branch in elsewhere],
        schema=["region", "branch"],
        orient="row",
    ).with_columns(measure=pl.lit("employees"), year=2020, hidden=True)
    figures = study("ihk-duesseldorf", "network").inputs.figures
    hit = figures.join(hidden, on=["region", "branch", "measure", "year"], how="left")["hidden"].fill_null(False)
    secret = figures.with_columns(
        value=pl.when(~hit).then(pl.col("value")), status=pl.when(hit).then(pl.lit("suppressed")).otherwise("status")
    )
    found = altered("ihk-duesseldorf", "network", figures=secret)
    network.enter(found, network.delivery_shares(found))
    jobs = found.get("network_jobs", "ihk-duesseldorf", "2020", variant=network.HEADLINE)
    assert not jobs.known
    assert (jobs.low is not None) == printed
