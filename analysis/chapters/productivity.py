"""What each person employed earns: industry by Eurostat's counts, the whole economy, and a check against INKAR."""

import polars as pl

from analysis import charts, wording
from analysis.chapters.courses import beside_germany, course, courses
from analysis.chapters.value_added import GERMANY, INDUSTRY, SOURCE, shown, vintage
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study
from analysis.wording import ref

PERSONS = "eurostat-nama-10r-3empers"
INKAR = "inkar-2024"
MEASURES = {"inkar_gdp_per_person_employed": "inkar_q_bip_et", "inkar_productivity": "inkar_q_bws_2sektor"}
THOUSAND = 1000
MISSING = "weil die Erwerbstätigen nach Branchen dort fehlen"


def years(study: Study) -> list[int]:
    """The years with both value added and persons employed by branch."""
    both = (study.inputs.years(name, GERMANY, INDUSTRY) for name in ("gva_thousand_eur", "persons_employed"))
    return sorted(set.intersection(*map(set, both)))


def levels(study: Study) -> pl.DataFrame:
    """Enter value added per person employed in industry, its changes, and domestic product per person employed."""
    known = years(study)
    for region in study.everyone:
        series = [study.ratio("productivity", year, region=region, branch=INDUSTRY) for year in known]
        for before in (series[0], series[-2]):
            study.change("productivity_change", series[-1], before)
        for year in (known[0], known[-1]):
            study.ratio("gdp_per_person_employed", year, region=region)
    if len(study.region.districts) > 1:
        for ags in study.region.districts:
            for year in (known[0], known[-1]):
                study.ratio("productivity", year, region=ags, branch=INDUSTRY)
    return study.show(study.find("productivity", study.region.id, branch=INDUSTRY))


def check(study: Study) -> pl.DataFrame:
    """Enter INKAR's own figures and how far ours are from them; INKAR is never averaged over districts."""
    known = years(study)
    entered = []
    for region in study.everyone:
        for year in (known[0], known[-1]):
            theirs = _inkar(study, "inkar_gdp_per_person_employed", region, year)
            entered += [theirs, _deviation(study, region, theirs)]
        for year in (known[0], study.newest(MEASURES["inkar_productivity"], region=GERMANY)):
            entered.append(_inkar(study, "inkar_productivity", region, year))
    return study.show(fact for fact in entered if fact.region == study.region.id)


def _inkar(study: Study, indicator: str, region: str, year: int) -> Fact:
    found = study.inputs.figure(MEASURES[indicator], region, "total", year)
    # Where INKAR has no figure for the region, the cells of its districts show that it has only those.
    parts = [study.inputs.figure(MEASURES[indicator], ags, "total", year).cells for ags in study.region.districts]
    return study.fact(
        indicator,
        year,
        None if found.value is None else found.value * THOUSAND,
        region=region,
        status=found.status,
        flag=found.flag,
        method="published figure",
        inputs=found.cells or sum(parts, ()),
    )


def _deviation(study: Study, region: str, theirs: Fact) -> Fact:
    own = study.get("gdp_per_person_employed", region, theirs.period)
    value = (own.value / theirs.value - 1) * 100 if own.known and theirs.known else None
    return study.fact(
        "inkar_deviation",
        theirs.period,
        value,
        region=region,
        status=None if value is not None else theirs.status if own.known else own.status,
        method="deviation in per cent",
        inputs=(own, theirs),
    )


def sentences(study: Study) -> pl.DataFrame:
    """Enter the sentences on productivity; the frame shows all sentences of the chapter as they print."""
    study.say("productivity_finding", _finding(study))
    study.say("productivity_vs_last_year", _against_last_year(study))
    study.say("gdp_finding", _gdp(study))
    study.say("inkar_check", _inkar_check(study))
    study.say("inkar_productivity", _inkar_newest(study))
    return shown(study)


def _beside(study: Study, indicator: str, period: str, branch: str | None = None) -> list[tuple[Fact, str]]:
    return [(study.get(indicator, item.id, period, branch=branch), item.in_) for item in study.references]


def _finding(study: Study) -> str:
    own = study.find("productivity", study.region.id, branch=INDUSTRY)[-1]
    others = _beside(study, "productivity", own.period, INDUSTRY)
    if not own.known:
        return (
            f"Die Bruttowertschöpfung je Erwerbstätigen der Industrie liegt {study.region.in_} nicht vor ({ref(own)}), "
            f"{MISSING}. Zum Vergleich: Sie betrug {own.period} {wording.placed(own, others)}."
        )
    before = study.find("productivity", study.region.id, branch=INDUSTRY)[0]
    period = f"{before.period}-{own.period}"
    found = [
        course(study, place, ("productivity", "productivity_change"), period, INDUSTRY)
        for place in beside_germany(study)
    ]
    told = wording.placed(own, others, ("mehr als", "weniger als", "ebenso viel wie"))
    return (
        f"Im Jahr {own.period} erwirtschaftete die Industrie {study.region.in_} {ref(own)} Bruttowertschöpfung je "
        f"Erwerbstätigen, {told}. {courses(found, 'Der Wert', 'er', f'seit {before.period}')}; die Preisentwicklung "
        "ist darin enthalten."
    )


def _against_last_year(study: Study) -> str:
    last, now = study.find("productivity", study.region.id, branch=INDUSTRY)[-2:]
    if not now.known:
        return "liegt für diese Region nicht vor"
    change = study.get("productivity_change", study.region.id, f"{last.period}-{now.period}", branch=INDUSTRY)
    return wording.against_last_year(now, last, change)


def _gdp(study: Study) -> str:
    own = study.find("gdp_per_person_employed", study.region.id)[-1]
    gdp = study.get("gdp", study.region.id, own.period)
    others = _beside(study, "gdp_per_person_employed", own.period)
    lead = f"Im Jahr {gdp.period} betrug das Bruttoinlandsprodukt {study.region.in_} {ref(gdp)}"
    if not own.known:
        return f"{lead}; je Erwerbstätigen ist es nicht bekannt ({ref(own)})."
    told = wording.placed(own, others, ("mehr als", "weniger als", "ebenso viel wie"))
    return f"{lead}. Je Erwerbstätigen sind das {ref(own)}, {told}."


def _inkar_check(study: Study) -> str:
    theirs = study.find("inkar_gdp_per_person_employed", study.region.id)
    first, last = study.find("inkar_deviation", study.region.id)
    own = study.get("gdp_per_person_employed", study.region.id, last.period)
    edition, calculated = vintage(study, INKAR, "Ausgabe"), vintage(study, SOURCE, "Berechnungsstand")
    if not last.known:
        return (
            f"{edition} nennt für diese Region keinen fertigen Wert des Bruttoinlandsprodukts je Erwerbstätigen; ein "
            "Mittel aus Werten der Kreise wäre keiner, deshalb entfällt die Gegenprobe."
        )
    earlier = f", für {first.period} {ref(first)}" if first.known else ""
    return (
        f"Zur Gegenprobe: Die Indikatorensammlung {edition} nennt für {last.period} ein Bruttoinlandsprodukt je "
        f"Erwerbstätigen von {ref(theirs[-1])}, die eigene Rechnung ({calculated}) ergibt {ref(own)}. Die Abweichung "
        f"beträgt {ref(last)}{earlier}. Beide Berechnungsstände stehen nebeneinander und werden nicht "
        "verkettet."
    )


def _inkar_newest(study: Study) -> str:
    own = study.find("inkar_productivity", study.region.id)[-1]
    others = _beside(study, "inkar_productivity", own.period)
    told = f"im Produzierenden Gewerbe mit Bau nach {vintage(study, INKAR, 'Ausgabe')}"
    if not own.known:
        return (
            f"Die Bruttowertschöpfung je Erwerbstätigen {told} liegt für diese Region nicht vor; {own.period} betrug "
            f"sie {wording.placed(own, others)}."
        )
    return (
        f"Die Bruttowertschöpfung je Erwerbstätigen {told} war {own.period} mit {ref(own)} "
        f"{wording.placed(own, others)}."
    )


def dumbbell(study: Study) -> pl.DataFrame | str:
    """Value added per person employed in industry, first and last year: region, districts if several, references."""
    first, last = years(study)[0], years(study)[-1]
    several = list(study.region.districts) if len(study.region.districts) > 1 else []
    places = [study.region.id, *(item.id for item in study.references), *several]
    rows = []
    for place in places:
        start, end = (study.get("productivity", place, str(year), branch=INDUSTRY).value for year in (first, last))
        rows.append({"label": study.name(place), "start": start, "end": end, "region_id": place})
    frame = pl.DataFrame(
        rows, schema={"label": pl.String, "start": pl.Float64, "end": pl.Float64, "region_id": pl.String}
    ).with_columns(start_year=first, end_year=last)
    text = Caption(
        title=_title(study, last),
        subtitle=f"Bruttowertschöpfung je Erwerbstätigen der Industrie (B–E), {first} und {last}, jeweilige Preise",
        alt=f"Je Gebiet zwei Punkte, {first} und {last}: {study.plain(_title(study, last))}.",
        columns={"label": "Gebiet", "start": f"Euro {first}", "end": f"Euro {last}"},
        note="Erwerbstätige im Jahresdurchschnitt; die Preisentwicklung ist enthalten. k. A.: liegt nicht vor.",
        sources=(SOURCE, PERSONS),
    )
    axis = "Euro je Erwerbstätigen"
    return study.draw("productivity_dumbbell", charts.dumbbell, frame, text, axis_title=axis, decimals=0)


def _title(study: Study, year: int) -> str:
    own, national = (study.get("productivity", item, str(year), branch=INDUSTRY) for item in (study.region.id, GERMANY))
    if not own.known:
        return f"Die Wertschöpfung je Erwerbstätigen der Industrie {study.region.in_} ist nicht bekannt"
    word = wording.compared(own, national, ("höher als", "niedriger als", "so hoch wie"))
    return (
        f"Die Wertschöpfung je Erwerbstätigen der Industrie {study.region.in_} ist mit {ref(own)} {word} in "
        f"Deutschland ({ref(national)})"
    )
