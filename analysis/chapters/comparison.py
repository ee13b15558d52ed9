"""The regions side by side: what each chapter found, in one sentence, one table and one figure a question."""

from collections.abc import Iterable

import polars as pl

from analysis import wording
from analysis.chapters.courses import course, courses
from analysis.chapters.employment import district_shares
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.plan import CHAPTERS
from analysis.regions import GERMANY
from analysis.study import Study

LARGE_CITY = 500_000
CITY_KINDS = ("Kreisfreie Stadt", "Stadtkreis")

# indicator, branch, variant, period ("" = newest with a value), noun in the singular nominative
QUESTIONS = {
    "cmp_industry_share": ("industry_share", None, None, "der Anteil der Industrie an den Beschäftigten"),
    "cmp_network_share": ("network_share", None, "direct", "der Anteil des Netzwerks Industrie (Variante direct)"),
    "cmp_gva_share": ("gva_share", "B-E", None, "der Anteil der Industrie an der Bruttowertschöpfung"),
    "cmp_productivity": ("productivity", "B-E", None, "die Bruttowertschöpfung der Industrie je Erwerbstätigen"),
    "cmp_lq": ("location_quotient", "B-E", "employees", "der Standortquotient der Industrie"),
    "cmp_ets_per_head": ("ets_per_head", None, None, "der auf die Bevölkerung bezogene Ausstoß"),
    "cmp_ets_intensity": ("ets_intensity_gva", None, None, "der auf die Wertschöpfung der Industrie bezogene Ausstoß"),
}

# The rows of the table of key figures: what it is called there, indicator, branch, variant.
KEY_FIGURES = (
    ("Beschäftigte", "employees", None, None),
    ("Beschäftigte in der Industrie", "employees", "B-E", None),
    ("Veränderung der Beschäftigten in der Industrie", "employees_change", "B-E", None),
    ("Anteil der Industrie an den Beschäftigten", "industry_share", None, None),
    ("Netzwerk Industrie (Variante direct)", "network_jobs", None, "direct"),
    ("Anteil des Netzwerks an den Beschäftigten", "network_share", None, "direct"),
    ("Bruttowertschöpfung der Industrie", "gva", "B-E", None),
    ("Anteil der Industrie an der Bruttowertschöpfung", "gva_share", "B-E", None),
    ("Bruttowertschöpfung der Industrie je Erwerbstätigen", "productivity", "B-E", None),
    ("Standortquotient der Industrie", "location_quotient", "B-E", "employees"),
    ("Abstand zur deutschen Branchenstruktur (Krugman-Index)", "krugman", None, None),
    ("Standorteffekt", "shift_share_regional", None, "employees"),
    ("Emissionen im Emissionshandel", "ets_emissions", None, None),
    ("darunter: Industrie", "ets_emissions", "industry", None),
    ("Veränderung der Emissionen im Emissionshandel", "ets_change", None, None),
    ("Emissionen je Kopf", "ets_per_head", None, None),
    ("Emissionen je Wertschöpfung der Industrie", "ets_intensity_gva", None, None),
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
        missing = f"Für einen Vergleich fehlen Angaben: {noun}."
        study.say(key, wording.ranked(found, noun, found[0][0].period) if found else missing)
    study.say("cmp_jobs", f"{moved(study, 'employees', 'B-E', 'Die Industriebeschäftigung', 'sie')}.")
    study.say("cmp_all_jobs", f"{moved(study, 'employees', None, 'Die Zahl aller Beschäftigten', 'sie')}.")
    study.say("cmp_lead", _lead(study))
    study.say("cmp_emissions", _emitted(study))
    texts = [{"Schlüssel": key, "Satz": study.plain(text)} for key, text in study.statements.items()]
    return pl.DataFrame(texts)


def moved(study: Study, indicator: str, branch: str | None, subject: str, pronoun: str) -> str:
    """How a figure moved in each region and in Germany over its longest span, without full stop."""
    change = {"employees": "employees_change", "ets_emissions": "ets_change"}[indicator]
    members = [*study.compared, study.references[-1]]
    period = newest(study, GERMANY, change, branch, None).period
    found = [course(study, (item.id, item.in_), (indicator, change), period, branch) for item in members]
    return courses(found, subject, pronoun, f"von {period.replace('-', ' bis ')}")


def _lead(study: Study) -> str:
    parts = []
    for region in study.compared:
        jobs = newest(study, region.id, "employees", "B-E", None)
        share = newest(study, region.id, "industry_share", None, None)
        parts.append(f"{region.in_} {wording.ref(jobs)} ({wording.ref(share)})")
    year = newest(study, study.compared[0].id, "employees", "B-E", None).period
    return (
        f"In der Industrie arbeiteten im Juni {year} von den sozialversicherungspflichtig Beschäftigten "
        f"{wording.listing(parts)}."
    )


def _emitted(study: Study) -> str:
    """Verified emissions, region by region."""
    totals = [(newest(study, region.id, "ets_emissions", None, None), region) for region in study.compared]
    listed = wording.listing([f"{region.in_} {wording.ref(total)}" for total, region in totals])
    return f"Die Anlagen im Emissionshandel stießen {totals[0][0].period} {listed} aus."


def beside_germany(study: Study, key: str, lead: str, target: str) -> str:
    """ "Der Anteil liegt in A und in B unter dem deutschen Wert (22,3 %), in C darüber", without full stop.

    `key` names the question; compared is the period that the regions share, with Germany's figure of that period.
    """
    indicator, branch, variant, _ = QUESTIONS[key]
    found = same_period(study, indicator, branch, variant)
    if not found:
        return f"{lead}: Für einen Vergleich fehlen Angaben"
    other = study.get(indicator, GERMANY, found[0][0].period, branch=branch, variant=variant)
    return against(found, other, lead, target)


def against(found: list[tuple[Fact, str]], other: Fact, lead: str, target: str) -> str:
    """The places above, below and at `other`, those of the first kind first; without full stop."""
    groups: dict[str, list[tuple[Fact, str]]] = {}
    for fact, place in found:
        groups.setdefault(wording.relation(fact, other) or "unknown", []).append((fact, place))
    words = {"higher": ("über", "darüber"), "lower": ("unter", "darunter"), "equal": ("gleich", "gleichauf")}
    parts = []
    for kind, members in groups.items():
        places = wording.listing([place for _, place in members])
        if kind == "unknown":
            parts.append(f"{places} fehlt die Angabe")
            continue
        word = wording.claim(words[kind][bool(parts)], kind, members[0][0], other)
        parts.append(f"{places} {word}" if parts else f"liegt {places} {word} {target} ({wording.ref(other)})")
    return f"{lead} {', '.join(parts)}"


def key_figures(study: Study) -> pl.DataFrame:
    """The table of key figures: one row an indicator with its unit, one column a region, Germany last."""
    columns = [*study.compared, study.references[-1]]
    rows = []
    for label, indicator, branch, variant in KEY_FIGURES:
        found = {item.id: newest(study, item.id, indicator, branch, variant) for item in columns}
        unit = wording.UNITS[study.indicators[indicator].unit]
        cells = {item.id: _cell(study, found[item.id]) for item in columns}
        rows.append({"label": label, "unit": unit.suffix or unit.name, "period": _periods(found.values()), **cells})
    text = Caption(
        title="Kennzahlen der Regionen im Vergleich",
        columns={"label": "Kennzahl", "unit": "Einheit", "period": "Jahr", **{item.id: item.name for item in columns}},
        note="Ein Strich: für diesen Raum nicht berechnet. Netzwerk Industrie: gerundete Schätzung.",
        sources=(
            "regionalstatistik-13111-07-05-4",
            "wiod-niot-2016",
            "regionalstatistik-82111-01-05-4",
            "eurostat-nama-10r-3empers",
            "eutl",
            "destatis-12411-0018",
        ),
    )
    return study.tabulate("cmp_key_figures", pl.DataFrame(rows), text)


def _cell(study: Study, fact: Fact | None) -> str:
    """The number without its unit, which stands in a column of its own; the sign of the status where it is unknown."""
    if fact is None:
        return "–"
    indicator = study.indicators[fact.indicator]
    return wording.figure(fact.value, indicator) if fact.known else wording.printed(fact, indicator)


def _periods(found: Iterable[Fact | None]) -> str:
    return ", ".join(dict.fromkeys(fact.period.replace("-", "–") for fact in found if fact))


def districts(study: Study) -> pl.DataFrame:
    """district, name, value, highlight: the share of industry of all districts; the districts compared are marked."""
    return district_shares(study).with_columns(highlight=pl.lit(""))


def large_cities(study: Study) -> pl.DataFrame:
    """label, value, highlight: the share of industry of the cities above 500,000 inhabitants that are a district."""
    people = study.inputs.table("districts").filter(measure="population", branch="total")
    large = people.filter(pl.col("value") > LARGE_CITY).select("district")
    cities = study.inputs.table("boundaries").filter(pl.col("kind").is_in(CITY_KINDS)).select(district="ags")
    marks = {region.districts[0]: region.id for region in study.compared if len(region.districts) == 1}
    return (
        districts(study)
        .join(large, on="district", how="semi")
        .join(cities, on="district", how="semi")
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
        known = f"auf Rang {wording.ref(rank)} von {wording.ref(count)}" if rank.known else "auf keinen Rang"
        parts.append(f"{region.nominative} {known}")
    median = newest(study, study.compared[0].id, "industry_share_median", None, None)
    study.say(
        "cmp_place",
        f"Nach dem Industrieanteil kommt unter den Kreisen mit Angabe {wording.listing(parts)}; eine Region aus "
        f"mehreren Kreisen zählt dabei wie ein Kreis. Der Median liegt bei {wording.ref(median)}.",
    )
    return study.show(study.find("industry_share", GERMANY)[-1:])
