"""What the city's own CO2 balance says, what was published beside it, and what can be read into a vague promise."""

import re
from itertools import pairwise

import polars as pl

from analysis import wording
from analysis.facts import Fact
from analysis.goals import Goal
from analysis.inputs import Figure
from analysis.study import Study

MEASURE, ETS = "city_co2_kt", "ets_emissions_t_co2e"
SECTORS = {
    "business-and-industry": "Der Ausstoß von Gewerbe, Handel, Dienstleistung und Industrie",
    "industry": "Der Ausstoß der Industrie",
}
CENSUS = 2011  # the population before the census of 2011 is another series
ETS_PHASE = 2013  # from this year on the emissions trading system has one scope

# Readings of "specific emissions": variant -> (numerator, its branch, denominator, its branch, first year, words)
READINGS = {
    "per_job": (ETS, "industry", "employees", "B-E", ETS_PHASE, "je Beschäftigten der Industrie"),
    "per_gva": (ETS, "industry", "gva_thousand_eur", "B-E", ETS_PHASE, "je Euro nominaler Wertschöpfung der Industrie"),
    "per_head": (MEASURE, "business-and-industry", "population", "total", CENSUS, "nach der Bilanz der Stadt je Kopf"),
}  # fmt: skip


def balance(study: Study) -> pl.DataFrame:
    """Enter the city's balance: total and industry's sector of all years, their change, and the total per head."""
    sectors = [None, *(name for name in SECTORS if study.inputs.years(MEASURE, study.region.id, name))]
    if not study.inputs.years(MEASURE, study.region.id):
        study.fact("city_co2", study.edition.year, None, method="city balance")
        study.say("city_co2_finding", f"Eine eigene Bilanz der CO₂-Emissionen {study.region.genitive} liegt nicht vor.")
        return study.show(study.find("city_co2", study.region.id))
    for sector in sectors:
        years = study.inputs.years(MEASURE, study.region.id, sector or "total")
        found = [_observed(study, sector, year) for year in years]
        _change(study, found[-1], found[0])
    _per_head(study)
    study.say("city_co2_finding", _finding(study, sectors))
    return study.show([*study.find("city_co2", study.region.id), *study.find("city_co2_per_head", study.region.id)])


def _observed(study: Study, sector: str | None, year: int) -> Fact:
    found = study.inputs.figure(MEASURE, study.region.id, sector or "total", year)
    return study.fact(
        "city_co2",
        year,
        found.value,
        branch=sector,
        status=found.status,
        method="city balance",
        inputs=found.cells,
        sources=sources_of(found.cells),
    )


def _change(study: Study, now: Fact, before: Fact) -> Fact:
    return study.fact(
        "city_co2_change",
        f"{before.period}-{now.period}",
        (now.value / before.value - 1) * 100,
        branch=now.branch,
        method="change in per cent",
        inputs=(before, now),
        sources=now.sources,
    )


def _per_head(study: Study) -> None:
    """The total over the population at the end of the same year."""
    for year in study.inputs.years(MEASURE, study.region.id):
        population = study.inputs.figure("population", study.region.id, "total", year)
        total = study.get("city_co2", study.region.id, str(year))
        if year < CENSUS or not population.value:
            continue
        study.fact(
            "city_co2_per_head",
            year,
            total.value * 1000 / population.value,
            method="sums divided",
            inputs=(total, *population.cells),
            sources=(*total.sources, *sources_of(population.cells)),
        )


def _finding(study: Study, sectors: list[str | None]) -> str:
    sentences = []
    for sector in sectors:
        series = study.find("city_co2", study.region.id, branch=sector)
        change = study.find("city_co2_change", study.region.id, branch=sector)[-1]
        subject = SECTORS[sector] if sector else f"Der CO₂-Ausstoß {study.region.genitive} nach der Bilanz der Stadt"
        told = _each(study) if sector is None else ""
        sentences.append(f"{subject} {wording.development(series[-1], series[0], change)}{told}.")
    return " ".join(sentences)


def _each(study: Study) -> str:
    """The total of the newest year per head, behind the total itself; nothing where there is no population."""
    per_head = study.find("city_co2_per_head", study.region.id)
    return f"; das sind {wording.ref(per_head[-1])} ({per_head[-1].period})" if per_head else ""


def sources_of(cells: tuple[str, ...]) -> tuple[str, ...]:
    """The sources that cells belong to, once each."""
    return tuple(dict.fromkeys(cell.partition("@")[0] for cell in cells))


# -- what the city published beside its older series ----------------------------------------------------------------


def published(study: Study) -> pl.DataFrame:
    """Enter the published totals in CO2 equivalents, the older CO2 figure, and the reduction they amount to."""
    now = _quote(study, "co2e", "published_emissions", "bisko")
    target = _quote(study, "target_co2e", "published_emissions", "target")
    older = _quote(study, "co2", "published_co2")
    _quote(study, "co2e_per_head", "published_per_head")
    if not (now and target):
        study.say("target_contradiction", _nothing_published(study))
        return study.show([])
    computed = study.fact(
        "published_reduction",
        f"{now.period}-{target.period}",
        (target.value / now.value - 1) * 100,
        variant="computed",
        method="change in per cent",
        inputs=(now, target),
    )
    stated = _stated(study, target)
    study.say("target_contradiction", _contradiction(now, target, computed, stated, older))
    return study.show([now, target, computed, stated, *([older] if older else [])])


def row(study: Study, indicator: str, region: str | None = None) -> dict | None:
    """The newest published figure of the region under that name, with `year`; None if there is none."""
    rows = study.inputs.table("published").filter(pl.col("value").is_not_null(), region=region or study.region.id)
    rows = rows.filter(indicator=indicator).with_columns(year=pl.col("ref_year").str.extract(r"(\d{4})").cast(pl.Int64))
    return rows.sort("year").row(-1, named=True) if rows.height else None


def _quote(study: Study, name: str, indicator: str, variant: str | None = None) -> Fact | None:
    found = row(study, name)
    if found is None:
        return None
    return study.fact(
        indicator, found["year"], found["value"], variant=variant, method="published figure", inputs=(found["cell"],)
    )


def _stated(study: Study, target: Fact) -> Fact:
    """The reduction the same page claims, as the note of the published target quotes it."""
    found = row(study, "target_co2e")
    claimed = re.search(r"Quelle nennt (\d+) Prozent", found["note_de"])
    return study.fact(
        "published_reduction_stated",
        target.period,
        -float(claimed[1]) if claimed else None,
        method="published figure",
        inputs=(found["cell"],),
    )


def _contradiction(now: Fact, target: Fact, computed: Fact, stated: Fact, older: Fact | None) -> str:
    sentences = [
        f"Die Stadt veröffentlichte {wording.ref(now)} für {now.period} und {wording.ref(target)} als Ziel für "
        f"{target.period}, beides nach der Systematik BISKO. Gerechnet ist das eine Veränderung um "
        f"{wording.ref(computed)}."
    ]
    if stated.known and round(stated.value) != round(computed.value):
        sentences.append(f"Dieselbe Seite nennt {wording.ref(stated)}; der Widerspruch lässt sich hier nicht auflösen.")
    sentences.append("Das Ziel je Kopf spricht von CO₂, diese Zahlen von CO₂-Äquivalenten (CO₂e).")
    if older:
        sentences.append(
            f"Die ältere Zahl für {older.period} ({wording.ref(older)}) ist reines CO₂ nach der früheren Methode; sie "
            "wird mit den neueren nicht verkettet."
        )
    return " ".join(sentences)


def _nothing_published(study: Study) -> str:
    return (
        f"Eine veröffentlichte Summe der Emissionen {study.region.genitive} mit Zielwert, die sich nachrechnen ließe, "
        "ist nicht bekannt."
    )


# -- specific emissions: several readings, no verdict ---------------------------------------------------------------


def specific(study: Study, goal: Goal | None) -> pl.DataFrame:
    """Enter what the promise of lower specific emissions can mean, each reading with its own span; no verdict.

    `goal`: the promise, if a framework of the region makes it.
    """
    if goal is None:
        known = "Ein Ziel für spezifische, also auf die Leistung bezogene Emissionen kennt kein Rahmen dieser Region."
        study.say("target_specific", known)
        return study.show([])
    found = [(fact, words) for name, (*_, words) in READINGS.items() if (fact := _reading(study, name)) is not None]
    listed = [f"{wording.ref(fact)} {words} ({fact.period.replace('-', '–')})" for fact, words in found]
    readings = f" Mögliche Lesarten sind: {wording.listing(listed)}." if listed else ""
    study.say(
        "target_specific",
        f"Das Ziel des Masterplans, den spezifischen CO₂-Ausstoß bis {goal.horizon} um ein Viertel zu vermindern, ist "
        f"nicht beurteilbar, weil weder Bezugsjahr noch Nenner genannt sind.{readings} Ein Urteil über das Ziel ist "
        "daraus nicht abzuleiten.",
    )
    return study.show([fact for fact, _ in found])


def _reading(study: Study, name: str) -> Fact | None:
    """The change of a ratio between the first and the newest year in which both parts are known."""
    top, top_branch, bottom, bottom_branch, first, _ = READINGS[name]
    region = study.region.id
    common = set(study.inputs.years(top, region, top_branch)) & set(study.inputs.years(bottom, region, bottom_branch))
    years = sorted(year for year in common if year >= first)
    if len(years) < 2:
        return None
    ends = (years[0], years[-1])
    parts = [
        study.inputs.figure(measure, region, branch, year)
        for year in ends
        for measure, branch in ((top, top_branch), (bottom, bottom_branch))
    ]
    before, now = (_divided(*pair) for pair in list(pairwise(parts))[::2])
    if not (before and now is not None):
        return None
    cells = tuple(cell for part in parts for cell in part.cells)
    return study.fact(
        "specific_change",
        f"{ends[0]}-{ends[1]}",
        (now / before - 1) * 100,
        variant=name,
        method="change in per cent",
        inputs=cells,
        sources=sources_of(cells),
    )


def _divided(top: Figure, bottom: Figure) -> float | None:
    return top.value / bottom.value if top.value is not None and bottom.value else None
