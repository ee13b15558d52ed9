"""Ways to betray a secret cell, and honest counterparts: each plants something in an edition."""

from collections.abc import Callable

import polars as pl

from analysis import wording
from analysis.facts import Fact
from analysis.publishing.secrecy.official import SOURCE, Cell
from tests.publishing.secret_edition import (
    COESFELD,
    DIRECT,
    DISJOINT,
    DUISBURG,
    REGIONS,
    YEAR,
    Edition,
    bar,
    earlier_sum,
    effect,
    growth_levels,
    industry,
    network,
    page,
    quotient,
    share,
    true_jobs,
    true_quotient,
    write_workbook,
)

Plant = Callable[[Edition], object]
LEAKS: dict[str, tuple[Plant, Cell]] = {}


def leak(region: str, branch: str) -> Callable[[Plant], Plant]:
    """Register a way to betray a cell of the newest year."""

    def registered(plant: Plant) -> Plant:
        LEAKS[plant.__name__] = plant, (region, branch, YEAR)
        return plant

    return registered


@leak(DUISBURG, "B-E")
def share_in_a_sentence_with_one_decimal(edition: Edition) -> None:
    fact = share(edition, round(industry(edition), 1))
    edition.quote(f"In Duisburg arbeiten {wording.ref(fact)} in der Industrie.", DUISBURG)


@leak(COESFELD, "F")
def share_typed_into_a_sentence(edition: Edition) -> None:
    edition.quote("Im Baugewerbe arbeiten 17,3 % der Beschäftigten.")


@leak(COESFELD, "F")
def percentage_change(edition: Edition) -> None:
    before, now = edition.level("F", year=2019), edition.level("F")
    change = (edition.known(COESFELD, "F") / before.value - 1) * 100
    edition.enter("employees_change", change, branch="F", period="2019-2020", method="change in per cent",
                  inputs=(before, now))  # fmt: skip


@leak(DUISBURG, "F")
def two_shares_that_together_give_a_cell(edition: Edition) -> None:
    for region in ("zwei", "drei"):
        quotient(edition, region, "F", true_quotient(edition, region, "F"))


@leak(COESFELD, "F")
def finely_printed_part_of_the_network(edition: Edition) -> None:
    linked = DIRECT["F"] / 100 * edition.known(COESFELD, "F")
    edition.enter("network_services", linked, COESFELD, branch="F", variant="direct", method="network estimate",
                  inputs=(_weight(edition), *edition.cells(COESFELD, "F")))  # fmt: skip


@leak(COESFELD, "F")
def sum_over_one_secret_and_one_public_cell(edition: Edition) -> None:
    cells = (*edition.cells(COESFELD, "F"), *edition.cells("05111", "F"))
    value = edition.known(COESFELD, "F") + edition.known("05111", "F")
    edition.enter("employees", value, "zwei", branch="F", method="sum over districts", inputs=cells)


@leak(DUISBURG, "B-E")
def rounded_sum(edition: Edition) -> None:
    # Industry counts whole: hundreds are fine enough for a cell of many thousands.
    network(edition, DUISBURG, value=float(round(true_jobs(edition, DUISBURG), -2)))


@leak(DUISBURG, "F")
def region_sum_beside_the_sum_of_its_other_districts(edition: Edition) -> None:
    for region in ("zwei", "drei"):
        edition.level("F", region, value=edition.known(region, "F"))


@leak(COESFELD, "F")
def total_in_another_unit(edition: Edition) -> None:
    thousands = wording.number(edition.known(COESFELD, "F") / 1000, 2)
    edition.tabulate(COESFELD, ["Branche (WZ 2008)", "Beschäftigte 2020 in Tausend"], ["Baugewerbe (F)", thousands])


@leak(COESFELD, "F")
def location_quotient_with_many_digits(edition: Edition) -> None:
    quotient(edition, COESFELD, "F", true_quotient(edition, COESFELD, "F"))


@leak(COESFELD, "F")
def unrounded_value_of_a_chart(edition: Edition) -> None:
    edition.figure(COESFELD, [bar("F", edition.known(COESFELD, "F") / 7)], subtitle="Beschäftigte nach Branchen")


@leak(DUISBURG, "B-E")
def filtered_row_in_the_data_of_a_chart(edition: Edition) -> None:
    rows = [{"name": "Duisburg", "value": round(industry(edition), 1)}, {"name": "Düsseldorf", "value": 9.2}]
    hidden = {"mark": "circle", "transform": [{"filter": "datum.name != 'Duisburg'"}]}
    edition.figure("paar", rows, subtitle="Anteil der Industrie (B–E) 2020", layer=hidden)


@leak(DUISBURG, "B-E")
def class_of_a_map(edition: Edition) -> None:
    rows = [{"name": "Duisburg", "value": None, "class": 3}]
    edition.figure("paar", rows, subtitle="Anteil der Industrie (B–E) 2020")


@leak(COESFELD, "F")
def tooltip(edition: Edition) -> None:
    rows = [bar("F", None, tip=f"Baugewerbe (F): {wording.number(edition.known(COESFELD, 'F'))} Beschäftigte")]
    edition.figure(COESFELD, rows, subtitle="Beschäftigte nach Branchen")


@leak(COESFELD, "F")
def length_of_a_bar_without_a_name(edition: Edition) -> None:
    rows = [{"text": "Baugewerbe (F)", "y": 9}, {"end": edition.known(COESFELD, "F"), "y": 9}]
    placed = {"mark": "bar", "encoding": {"y": {"field": "y", "scale": None}, "x": {"field": "end"}}}
    edition.figure(COESFELD, rows, subtitle="Beschäftigte 2020", layer=placed)


@leak(COESFELD, "F")
def stacked_bar_that_begins_at_nought(edition: Edition) -> None:
    size = edition.known(COESFELD, "F")
    rows = [bar("F", 0, end=size, size=size)]
    edition.figure(COESFELD, rows, subtitle="Veränderung der Beschäftigten nach Branchen")


@leak(COESFELD, "F")
def column_of_a_download(edition: Edition) -> None:
    edition.observe(COESFELD, "F", edition.known(COESFELD, "F"))


@leak(COESFELD, "F")
def row_of_a_download_without_its_cells(edition: Edition) -> None:
    edition.observe(COESFELD, "F", edition.known(COESFELD, "F"), cells=[])


@leak(DUISBURG, "B-E")
def index_value(edition: Edition) -> None:
    levels = {year: edition.known(DUISBURG, "B-E", year) for year in (2015, 2019, 2020)}
    rows = [{"label": "Duisburg", "year": year, "index": round(level / levels[2015] * 100, 1)}
            for year, level in levels.items()]  # fmt: skip
    edition.figure(DUISBURG, rows, subtitle="Beschäftigte in der Industrie (B–E), Index 2015 = 100")


@leak(COESFELD, "F")
def cell_of_an_earlier_edition(edition: Edition) -> None:
    edition.level("F", value=edition.known(COESFELD, "F"))
    edition.publish("2019")


@leak(COESFELD, "F")
def observation_of_an_earlier_edition_from_another_file(edition: Edition) -> None:
    edition.observe(COESFELD, "F", edition.known(COESFELD, "F"), cells=["another@0123456789ab:L1C1"])
    edition.publish("2019")


@leak(DUISBURG, "F")
def two_editions_that_differ_by_one_district(edition: Edition) -> None:
    earlier_sum(edition)
    edition.level("F", "drei", value=edition.known("drei", "F"))


@leak(DUISBURG, "F")
def interval_of_a_single_secret_cell(edition: Edition) -> None:
    edition.enter("employees", None, DUISBURG, branch="F", method="official figure", low=0.0, high=13_000.0,
                  inputs=edition.cells(DUISBURG, "F"))  # fmt: skip


@leak(DUISBURG, "F")
def interval_that_moves_with_one_secret_cell_alone(edition: Edition) -> None:
    # The pair's sum follows from the Land: what is left open is construction in Duisburg.
    cells = [*edition.cells("paar", "F"), *edition.cells(DUISBURG, "F")]
    edition.enter("employees", None, "drei", branch="F", method="sum over districts", low=0.0, high=30_000.0,
                  inputs=cells)  # fmt: skip


@leak(DUISBURG, "B-E")
def rank_of_a_secret_share(edition: Edition) -> None:
    shares = [official_share(edition, key) for key, year in edition.table.members if year == YEAR]
    rank = sum(other > industry(edition) for other in shares if other is not None) + 1
    fact = share(edition, None)
    edition.enter("industry_share_rank", rank, DUISBURG, inputs=(fact, f"{SOURCE}: alle Kreise"))


def official_share(edition: Edition, key: str) -> float | None:
    part, whole = (edition.table.level([key], branch, YEAR) for branch in ("B-E", "total"))
    return None if part is None or not whole else part / whole * 100


@leak(DUISBURG, "B-E")
def average_per_job(edition: Edition) -> None:
    jobs = edition.level("B-E", DUISBURG)
    emissions = edition.enter("ets_emissions", 1.5e7, DUISBURG)
    edition.enter("ets_per_job", 1.5e7 / edition.known(DUISBURG, "B-E"), DUISBURG, method="sums divided",
                  inputs=(emissions, jobs))  # fmt: skip


@leak(DUISBURG, "B-E")
def average_per_establishment(edition: Edition) -> None:
    edition.tabulate(DUISBURG, ["Branche", "Beschäftigte je Betrieb"], ["Industrie (B–E)", "84,6"])


@leak(COESFELD, "F")
def rest_in_no_branch(edition: Edition) -> None:
    edition.tabulate(COESFELD, ["", "Beschäftigte 2020"], ["keiner Branche zugeordnet", "4"])


@leak(COESFELD, "F")
def share_of_the_network_without_rounding(edition: Edition) -> None:
    jobs = network(edition, COESFELD)
    value = true_jobs(edition, COESFELD) / edition.known(COESFELD, "total") * 100
    edition.enter("network_share", value, COESFELD, variant="direct", method="network estimate",
                  inputs=(jobs, *edition.cells(COESFELD, "total")))  # fmt: skip


@leak(COESFELD, "A")
def narrow_range_of_the_network(edition: Edition) -> None:
    jobs = true_jobs(edition, COESFELD)
    network(edition, COESFELD, low=jobs - 20, high=jobs + 20)


@leak(COESFELD, "F")
def alt_text(edition: Edition) -> None:
    told = f"Balken je Branche: Baugewerbe (F) {wording.number(edition.known(COESFELD, 'F'))}."
    edition.figure(COESFELD, [bar("F", None)], subtitle="Beschäftigte 2020", alt=told)


@leak(COESFELD, "F")
def sheet_of_a_workbook(edition: Edition) -> None:
    write_workbook(edition, COESFELD, (COESFELD, "F", YEAR, edition.known(COESFELD, "F")))


@leak(COESFELD, "F")
def output_of_a_notebook(edition: Edition) -> None:
    edition.notebook(COESFELD, page((COESFELD, "F", YEAR, edition.known(COESFELD, "F"))))


@leak(COESFELD, "F")
def index_of_shares_over_a_secret_cell(edition: Edition) -> None:
    parts = [edition.level(branch) for branch in DISJOINT]
    edition.enter("herfindahl", 0.1834, method="index of shares", inputs=parts)


@leak(COESFELD, "F")
def fact_that_does_not_name_its_cell(edition: Edition) -> None:
    edition.enter("employees", edition.known(COESFELD, "F"), branch="F", method="official figure",
                  inputs=edition.cells("05111", "F"))  # fmt: skip


@leak(COESFELD, "F")
def effect_of_the_shift_share_analysis(edition: Edition) -> None:
    parts = growth_levels(edition)
    regional = edition.known(COESFELD, "F") - parts[0].value * parts[3].value / parts[2].value
    effect(edition, "regional", regional, parts)


# -- honest counterparts --------------------------------------------------------------------------------------------

HONEST: dict[str, Plant] = {}


def honest(plant: Plant) -> Plant:
    """Register what may be printed."""
    HONEST[plant.__name__] = plant
    return plant


@honest
def nothing_but_public_figures(edition: Edition) -> None:
    for region in REGIONS:
        for branch in ("G-I", "K", None):
            edition.level(branch, region)
            edition.observe(region, branch or "total", edition.known(region, branch or "total"))


@honest
def secret_levels_without_a_value(edition: Edition) -> None:
    fact = edition.level("F")
    edition.observe(COESFELD, "F", None)
    edition.quote(f"Im Baugewerbe arbeiten {wording.ref(fact)} Personen.")


@honest
def share_of_a_public_branch(edition: Edition) -> None:
    fact = share(edition, industry(edition, COESFELD), COESFELD)
    edition.quote(f"In der Industrie arbeiten {wording.ref(fact)} der Beschäftigten.")


@honest
def change_between_public_years(edition: Edition) -> None:
    before, now = (edition.level("F", year=year) for year in (2018, 2019))
    edition.enter("employees_change", (now.value / before.value - 1) * 100, branch="F", period="2018-2019",
                  method="change in per cent", inputs=(before, now))  # fmt: skip


@honest
def one_share_over_three_secret_cells(edition: Edition) -> None:
    quotient(edition, "drei", "F", true_quotient(edition, "drei", "F"))


@honest
def one_share_over_two_secret_cells(edition: Edition) -> None:
    quotient(edition, "zwei", "F", true_quotient(edition, "zwei", "F"))


@honest
def sum_over_a_pair(edition: Edition) -> None:
    edition.level("F", "paar", value=edition.known("paar", "F"))


@honest
def sum_over_secret_cells_of_two_pairs(edition: Edition) -> None:
    edition.level("F", "zwei", value=edition.known("zwei", "F"))


@honest
def coarsely_rounded_part_of_the_network(edition: Edition) -> None:
    # In hundreds, and construction counts for a twentieth: the cell stays wide open.
    linked = float(round(DIRECT["F"] / 100 * edition.known(COESFELD, "F"), -2))
    edition.enter("network_services", linked, COESFELD, branch="F", variant="direct", method="network estimate",
                  inputs=(_weight(edition), *edition.cells(COESFELD, "F")))  # fmt: skip


def _weight(edition: Edition) -> Fact:
    return edition.enter("delivery_share", DIRECT["F"], "germany", branch="F", variant="direct", period="2014")


@honest
def quotient_of_a_public_branch_with_many_digits(edition: Edition) -> None:
    quotient(edition, COESFELD, "K", true_quotient(edition, COESFELD, "K"))


@honest
def chart_with_a_gap_at_the_secret_cell(edition: Edition) -> None:
    rows = [bar("F", None), bar("K", edition.known(COESFELD, "K")), bar("F", edition.known(COESFELD, "F", 2019))]
    rows[-1]["year"] = 2019
    edition.figure(COESFELD, rows, subtitle="Beschäftigte nach Branchen", alt="Balken je Branche.")


@honest
def map_without_the_secret_district(edition: Edition) -> None:
    shown = round(official_share(edition, "05111"), 1)
    rows = [{"name": "Duisburg", "value": None, "class": None}, {"name": "Düsseldorf", "value": shown, "class": 1}]
    edition.figure("paar", rows, subtitle="Anteil der Industrie (B–E) 2020")


@honest
def stacked_bar_of_public_parts(edition: Edition) -> None:
    parts = growth_levels(edition)
    national = parts[0].value * (parts[5].value / parts[4].value - 1)
    mix = parts[0].value * (parts[3].value / parts[2].value - parts[5].value / parts[4].value)
    for kind, value in (("national", national), ("mix", mix)):
        effect(edition, kind, value, parts)
    first, second = round(national), round(mix)
    rows = [bar("F", 0, end=first, size=first), bar("F", first, end=first + second, size=second)]
    edition.figure(COESFELD, rows, subtitle="Veränderung der Beschäftigten 2019 bis 2020 nach Branchen")


@honest
def index_with_a_gap(edition: Edition) -> None:
    levels = {year: edition.known(DUISBURG, "B-E", year) for year in (2015, 2019)} | {2020: None}
    rows = [{"label": "Duisburg", "year": year, "index": level and round(level / levels[2015] * 100, 1)}
            for year, level in levels.items()]  # fmt: skip
    edition.figure(DUISBURG, rows, subtitle="Beschäftigte in der Industrie (B–E), Index 2015 = 100")


@honest
def table_with_signs(edition: Edition) -> None:
    heads = ["Branche (WZ 2008)", "Beschäftigte 2020", "Anteil in Prozent"]
    known = edition.known(COESFELD, "K")
    percent = wording.number(known / edition.known(COESFELD, "total") * 100, 1)
    edition.tabulate(COESFELD, heads, ["Baugewerbe (F)", "k. A.", "k. A."],
                     ["Finanzen und Versicherungen (K)", wording.number(known), percent])  # fmt: skip


@honest
def earlier_edition_with_the_same_region(edition: Edition) -> None:
    earlier_sum(edition)
    edition.level("F", "zwei", value=edition.known("zwei", "F"))


@honest
def earlier_edition_about_public_cells(edition: Edition) -> None:
    edition.level("K", value=edition.known(COESFELD, "K") + 3)  # a figure that has been revised since
    edition.observe(COESFELD, "K", edition.known(COESFELD, "K") + 3)
    edition.publish("2019")
    edition.level("K")


@honest
def wide_range_of_the_network_over_two_cells(edition: Edition) -> None:
    jobs = true_jobs(edition, COESFELD)
    network(edition, COESFELD, low=0.8 * jobs, high=1.4 * jobs)


@honest
def rank_among_the_public_shares(edition: Edition) -> None:
    shares = {key: official_share(edition, key) for key, year in edition.table.members if year == YEAR}
    known = sorted(value for value in shares.values() if value is not None)
    everyone = (f"{SOURCE}: alle Kreise",)
    own = share(edition, shares[COESFELD], COESFELD)
    rank = sum(value > own.value for value in known) + 1
    edition.enter("industry_share_rank", rank, inputs=(own, *everyone))
    edition.enter("industry_share_districts", len(known), method="count", inputs=(own, *everyone))
    edition.enter("industry_share_missing", len(shares) - len(known), method="count", inputs=everyone)
    edition.enter("industry_share_highest", known[-1], method="extreme of districts", inputs=everyone)
    edition.enter("industry_share_median", pl.Series(known).median(), method="median of districts", inputs=everyone)


@honest
def average_per_job_of_a_public_branch(edition: Edition) -> None:
    jobs = edition.level("B-E")
    emissions = edition.enter("ets_emissions", 1.5e5)
    edition.enter("ets_per_job", 1.5e5 / jobs.value, method="sums divided", inputs=(emissions, jobs))


@honest
def workbook_and_notebook_about_public_cells(edition: Edition) -> None:
    told = [(COESFELD, "F", YEAR, ""), (COESFELD, "K", YEAR, edition.known(COESFELD, "K"))]
    write_workbook(edition, COESFELD, *told)
    edition.notebook(COESFELD, page(*told))


@honest
def alt_text_with_figures_of_facts(edition: Edition) -> None:
    known = edition.level("K")
    told = f"Balken je Branche: Finanzen und Versicherungen (K) {wording.number(known.value)}, Baugewerbe (F) k. A."
    edition.figure(COESFELD, [bar("F", None)], subtitle="Beschäftigte 2020", alt=told)


@honest
def effect_that_rests_on_the_first_year(edition: Edition) -> None:
    parts = growth_levels(edition)
    effect(edition, "national", parts[0].value * (parts[5].value / parts[4].value - 1), parts)
