"""The regions side by side: what each chapter found, in one sentence, one table and one figure a question."""

from collections.abc import Iterable

import polars as pl

from analysis import wording
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.plan import CHAPTERS
from analysis.regions import GERMANY
from analysis.study import Study

LARGE_CITY = 500_000

# indicator, branch, variant, period ("" = newest with a value), noun in the singular nominative
QUESTIONS = {
    "cmp_industry_share": ("industry_share", None, None, "der Anteil der Industrie an den Beschäftigten"),
    "cmp_network_share": ("network_share", None, "direct", "der Anteil des Netzwerks Industrie (Variante direct)"),
    "cmp_gva_share": ("gva_share", "B-E", None, "der Anteil der Industrie an der Bruttowertschöpfung"),
    "cmp_productivity": ("productivity", "B-E", None, "die Bruttowertschöpfung je Erwerbstätigen der Industrie"),
    "cmp_lq": ("location_quotient", "B-E", "employees", "der Standortquotient der Industrie"),
    "cmp_ets_per_head": ("ets_per_head", None, None, "der Ausstoß im Emissionshandel je Kopf"),
    "cmp_ets_intensity": ("ets_intensity_gva", None, None, "der Ausstoß je Million Euro Wertschöpfung der Industrie"),
}

# The rows of the table of key figures: indicator, branch, variant.
KEY_FIGURES = (
    ("employees", None, None),
    ("employees", "B-E", None),
    ("industry_share", None, None),
    ("network_jobs", None, "direct"),
    ("network_share", None, "direct"),
    ("gva", "B-E", None),
    ("gva_share", "B-E", None),
    ("productivity", "B-E", None),
    ("location_quotient", "B-E", "employees"),
    ("krugman", None, None),
    ("shift_share_regional", None, "employees"),
    ("ets_emissions", None, None),
    ("ets_emissions", "industry", None),
    ("ets_per_head", None, None),
    ("ets_intensity_gva", None, None),
)


def borrow(study: Study) -> int:
    """Make what the regions' chapters found usable here; returns the number of facts."""
    return sum(study.borrow(chapter, region.id) for region in study.compared for chapter in CHAPTERS)


def newest(study: Study, region: str, indicator: str, branch: str | None, variant: str | None) -> Fact | None:
    """A region's newest fact of an indicator: known if there is one; the longest span where several end together."""
    found = study.find(indicator, region, branch=branch, variant=variant)
    known = [fact for fact in found if fact.known] or found
    return max(known, key=lambda fact: (fact.last_year, -int(fact.period[:4]))) if known else None


def same_period(study: Study, indicator: str, branch: str | None, variant: str | None) -> list[tuple[Fact, str]]:
    """Each region's fact of the newest period that all regions with any value share, with "in ..."."""
    by_region = [
        {fact.period: fact for fact in study.find(indicator, region.id, branch=branch, variant=variant) if fact.known}
        for region in study.compared
    ]
    shared = set.intersection(*(set(facts) for facts in by_region if facts)) if any(by_region) else set()
    if not shared:
        return []
    period = max(shared, key=lambda text: (text[-4:], text))
    pairs = zip(study.compared, by_region, strict=True)
    return [(facts[period], region.in_) for region, facts in pairs if period in facts]


def sentences(study: Study) -> pl.DataFrame:
    """One sentence a question: where it is highest, where lowest, of the same period."""
    for key, (indicator, branch, variant, noun) in QUESTIONS.items():
        found = same_period(study, indicator, branch, variant)
        if not found:
            study.say(key, f"Für einen Vergleich fehlen Angaben: {noun}.")
            continue
        study.say(key, f"{found[0][0].period.replace('-', '–')}: {wording.ranked(found, noun)}")
    _lead(study)
    texts = [{"Schlüssel": key, "Satz": study.plain(text)} for key, text in study.statements.items()]
    return pl.DataFrame(texts)


def _lead(study: Study) -> None:
    parts = []
    for region in study.compared:
        jobs = newest(study, region.id, "employees", "B-E", None)
        share = newest(study, region.id, "industry_share", None, None)
        parts.append(f"{region.in_} {wording.ref(jobs)} ({wording.ref(share)})")
    year = newest(study, study.compared[0].id, "employees", "B-E", None).period
    study.say(
        "cmp_lead",
        f"In der Industrie arbeiteten {year} {wording.listing(parts)} der sozialversicherungspflichtig Beschäftigten.",
    )


def emissions_sentence(study: Study) -> str:
    """Total and change of verified emissions, region by region."""
    parts = []
    for region in study.compared:
        total = newest(study, region.id, "ets_emissions", None, None)
        change = newest(study, region.id, "ets_change", None, None)
        parts.append(f"{region.in_} {wording.ref(total)} ({wording.ref(change)} seit {change.period[:4]})")
    year = newest(study, study.compared[0].id, "ets_emissions", None, None).period
    return study.say("cmp_emissions", f"Die Anlagen im Emissionshandel stießen {year} {wording.listing(parts)} aus.")


def key_figures(study: Study) -> pl.DataFrame:
    """The table of key figures: one row an indicator, one column a region, Germany last; each cell with its period."""
    columns = [*study.compared, study.references[-1]]
    rows = []
    for indicator, branch, variant in KEY_FIGURES:
        found = {item.id: newest(study, item.id, indicator, branch, variant) for item in columns}
        some = next(fact for fact in found.values() if fact)
        label = wording.fact_label(some, study.indicators[indicator])
        cells = {item.id: _cell(study, found[item.id]) for item in columns}
        rows.append({"label": label, "period": _periods(found.values()), **cells})
    text = Caption(
        title="Kennzahlen der Regionen im Vergleich",
        columns={"label": "Kennzahl", "period": "Jahr", **{item.id: item.name for item in columns}},
        note="Ein Strich: für diesen Raum nicht berechnet.",
        sources=(
            "regionalstatistik-13111-07-05-4",
            "regionalstatistik-82111-01-05-4",
            "eurostat-nama-10r-3empers",
            "eutl",
        ),
    )
    return study.tabulate("cmp_key_figures", pl.DataFrame(rows), text)


def _cell(study: Study, fact: Fact | None) -> str:
    return wording.printed(fact, study.indicators[fact.indicator]) if fact else "–"


def _periods(found: Iterable[Fact | None]) -> str:
    return ", ".join(dict.fromkeys(fact.period.replace("-", "–") for fact in found if fact))


def districts(study: Study) -> pl.DataFrame:
    """district, name, value, highlight: the share of industry of all districts; the districts compared are marked."""
    figures = study.inputs.table("districts").filter(measure="employees")
    wide = figures.pivot("branch", index=["district", "name"], values="value")
    return wide.select("district", "name", value=pl.col("B-E") / pl.col("total") * 100, highlight=pl.lit("")).sort(
        "district"
    )


def large_cities(study: Study) -> pl.DataFrame:
    """label, value, highlight: the share of industry of the districts above 500,000 inhabitants."""
    people = study.inputs.table("districts").filter(measure="population", branch="total")
    large = people.filter(pl.col("value") > LARGE_CITY).select("district")
    marks = {region.districts[0]: region.id for region in study.compared if len(region.districts) == 1}
    return (
        districts(study)
        .join(large, on="district", how="semi")
        .select(
            label="name",
            value="value",
            highlight=pl.col("district").replace_strict(marks, default="", return_dtype=pl.String),
        )
    )


def placed(study: Study) -> pl.DataFrame:
    """Say where each region stands among all districts, with rank, number and median."""
    parts = []
    for region in study.compared:
        rank, count = (
            newest(study, region.id, name, None, None) for name in ("industry_share_rank", "industry_share_districts")
        )
        parts.append(f"{region.name}: {wording.rank(rank, count)}")
    median = newest(study, study.compared[0].id, "industry_share_median", None, None)
    study.say(
        "cmp_place",
        f"Unter allen Kreisen Deutschlands: {'; '.join(parts)}. Der Median liegt bei {wording.ref(median)}.",
    )
    return study.show(study.find("industry_share", GERMANY)[-1:])
