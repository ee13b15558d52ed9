"""The path to a quantified target in words and as a figure."""

import polars as pl

from analysis import charts, wording
from analysis.chapters import targets
from analysis.chapters.targets import CO2, CO2E, Case
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study
from analysis.theme import NothingToDraw

STATUS_WORDS = {
    "reached": "erreicht",
    "on_track": "auf Kurs",
    "behind": "hinter dem Pfad",
    "reversed": "gegenläufig",
    "not_assessable": "nicht beurteilbar",
}
AXIS = "CO₂-Emissionen in Millionen Tonnen"
KINDS = {
    "observed": "Beobachtet (CO₂)",
    "observed_new": "Neue Methode (CO₂e)",
    "corridor_linear": "Gerader Pfad",
    "planned": "Planwert der Stadt",
    "target": "Ziel (CO₂)",
    "trend": "Spanne des Trends",
}


def finding(study: Study, case: Case) -> str:
    """The verdict in words with gap, rates and arrival, or why there is none."""
    basis = case.goal.target.basis_de
    if case.status == "not_assessable":
        return f"Stand {study.region.in_}: nicht beurteilbar, weil {case.reason} ({basis})."
    own = study.region.id
    latest = targets.observed_fact(study, case, case.path.latest_year)
    corridor, gap = (study.find(name, own)[-1] for name in ("target_corridor", "target_gap"))
    value = study.find("target_value", own)[-1]
    where = wording.compared(latest, corridor, ("über", "unter", "gleich"))
    sentences = [
        f"Stand {study.region.in_}: {STATUS_WORDS[case.status]}. Der letzte Wert, {wording.ref(latest)} im Jahr "
        f"{latest.period} ({basis}), liegt {wording.ref(gap, 'magnitude')} {where} dem geraden Pfad "
        f"({wording.ref(corridor)}); der Pfad beginnt {case.base.year} und endet {value.period} bei "
        f"{wording.ref(value)}.",
        *_conversion(study, case, value),
        *_speed(study, case),
        *_other_bases(study, case),
    ]
    return " ".join(sentences)


def _conversion(study: Study, case: Case, value: Fact) -> list[str]:
    """How the target came to be a total, and what the city itself plans."""
    per_head = study.find("target_per_head", study.region.id)
    plan = study.find("target_value", study.region.id, variant="planned")
    told = []
    if case.population_year is not None:
        told.append(
            f"Dem Zielwert liegen {wording.ref(per_head[-1])} und die Bevölkerung von {case.population_year} zugrunde."
        )
    if plan:
        told.append(f"Der Planwert der Stadt für {value.period} beträgt {wording.ref(plan[-1])}.")
    return told


def _speed(study: Study, case: Case) -> list[str]:
    own = study.region.id
    needed, trend, arrival = (study.find(n, own)[-1] for n in ("target_rate", "target_trend_rate", "target_arrival"))
    if not (needed.known and trend.known):
        return []
    first, last = trend.period.split("-")
    told = [
        f"Bis zum Ziel nötig wären {wording.ref(needed)}; im Trend von {first} bis {last} waren es "
        f"{wording.ref(trend)}."
    ]
    if arrival.known:
        between = f", nach der Unsicherheit des Trends {wording.ref(arrival, 'interval')}" if arrival.low else ""
        told.append(f"Hielte dieser Trend an, wäre der Zielwert {wording.ref(arrival)} erreicht{between}.")
        if arrival.low is not None and arrival.low <= case.target.year <= arrival.high:
            told.append("Diese Spanne schließt das Zieljahr ein; eine Vorhersage ist der Trend nicht.")
    else:
        told.append("Dieser Trend führt nicht zum Zielwert.")
    return told


def _other_bases(study: Study, case: Case) -> list[str]:
    if case.goal.target.base_year is not None:
        return []
    low, high = (study.find("target_gap", study.region.id, variant=name)[-1] for name in ("lowest", "highest"))
    same = {found.status for found in targets.other_bases(case).values()} == {case.status}
    verdict = "der Stand bleibt dabei derselbe" if same else "auch der Stand hängt davon ab"
    return [
        "Ein Bezugsjahr nennt das Ziel nicht: Je nach Jahr der Reihe reicht der Abstand zum Pfad von "
        f"{wording.ref(low)} bis {wording.ref(high)}; {verdict}."
    ]


# -- figure ---------------------------------------------------------------------------------------------------------


def figure(study: Study, case: Case | None, reason: str) -> pl.DataFrame | str:
    """Observations, straight path, trend and target; without a case or its path, `reason` takes the figure's place."""
    if case is None or case.path is None or case.path.latest_value is None:
        return _refused(study, reason)
    frame, band = points(study, case), targets.trend_band(case)
    labels = KINDS | ({"planned": "Ziel der Stadt (CO₂e)"} if _has_newer(case) else {})
    title = _title(study, case)
    first, last = case.base.year, case.target.year
    text = Caption(
        title=title,
        subtitle=f"CO₂-Emissionen in Millionen Tonnen, {first} bis {last}; {case.goal.target.basis_de}",
        alt=f"Beobachtete Werte, gerader Pfad bis {last} und Trend mit seiner Spanne. {study.plain(title)}.",
        columns={"word": "Reihe", "year": "Jahr", "value": "Millionen Tonnen"},
        decimals={"value": 2},
        note=_note(case),
        sources=_sources(study, case),
    )
    return study.draw(
        "target_corridor",
        charts.target_corridor,
        frame.with_columns(word=pl.col("kind").replace_strict(labels)),
        text,
        labels=labels,
        trend=band,
        region_id=study.region.id,
        breaks=_breaks(case),
        axis_title=AXIS,
        decimals=2,
    )


def _title(study: Study, case: Case) -> str:
    gap, corridor = (study.find(name, study.region.id)[-1] for name in ("target_gap", "target_corridor"))
    latest = targets.observed_fact(study, case, case.path.latest_year)
    who = "der Industrie " if case.branch == "industry" else ""
    where = wording.compared(latest, corridor, ("über", "unter", "gleich"))
    return (
        f"Der CO₂-Ausstoß {who}{study.region.in_} lag {latest.period} um {wording.ref(gap, 'magnitude')} {where} dem "
        "geraden Pfad zum Ziel"
    )


def _refused(study: Study, reason: str) -> str:
    def refuse(*_frames: object, **_options: object) -> None:
        raise NothingToDraw(reason)

    text = Caption(
        title=f"Ein Zielpfad liegt {study.region.in_} nicht vor",
        subtitle=AXIS,
        alt=reason,
        columns={},
    )
    return study.draw("target_corridor", refuse, pl.DataFrame(), text)


def points(study: Study, case: Case) -> pl.DataFrame:
    """year, value (million tonnes), kind: what the figure marks. The path is straight, so its ends carry it."""
    rows = [(year, value, "observed") for year, value, series in case.observed.iter_rows() if series == CO2]
    rows += [(year, value, "observed_new") for year, value, series in case.observed.iter_rows() if series == CO2E]
    rows += [(point.year, point.value, "corridor_linear") for point in (case.base, case.target)]
    rows.append((case.target.year, case.target.value, "target"))
    rows += [(year, value, "planned") for year, value in _announced(study, case)]
    frame = pl.DataFrame(rows, schema={"year": pl.Int64, "value": pl.Float64, "kind": pl.String}, orient="row")
    return frame.with_columns(pl.col("value") / 1000)


def _announced(study: Study, case: Case) -> list[tuple[int, float]]:
    """What the city itself states for the target year, in kt: its plan of the sector, or its total in CO2e."""
    plan = study.find("target_value", study.region.id, variant="planned")
    total = study.find("published_emissions", study.region.id, variant="target") if _has_newer(case) else []
    return [(fact.last_year, fact.value) for fact in plan] + [(fact.last_year, fact.value / 1000) for fact in total]


def _has_newer(case: Case) -> bool:
    return CO2E in set(case.observed["series"])


def _breaks(case: Case) -> list[tuple[float, str]]:
    """The break lies between the last year of the older series and the first of the newer one."""
    if not _has_newer(case):
        return []
    older, newer = (case.observed.filter(series=name)["year"] for name in (CO2, CO2E))
    return [((older[-1] + newer[0]) / 2, "neue Methode")]


def _note(case: Case) -> str:
    notes = ["Der Pfad verbindet Bezugsjahr und Ziel geradlinig."]
    if case.goal.target.base_year is None:
        notes.append("Das Ziel nennt kein Bezugsjahr; der Pfad beginnt mit der Reihe.")
    if case.population_year is not None:
        notes.append(f"Zielwert je Kopf, umgerechnet mit der Bevölkerung von {case.population_year}.")
    if _has_newer(case):
        notes.append("CO₂ und CO₂-Äquivalente (CO₂e) sind zwei Reihen; sie werden nicht verkettet.")
    if case.goal.target.change_percent is not None:
        notes.append("Gemessen wird am älteren Klimaplan; das Ziel wurde seither verschärft.")
    return " ".join(notes)


def _sources(study: Study, case: Case) -> tuple[str, ...]:
    converted = ("target_per_head", "population") if case.population_year else ()
    used: list[Fact] = [
        *study.find("city_co2", study.region.id),
        *study.find("city_co2", study.region.id, branch=case.branch),
        *(fact for name in converted for fact in study.find(name, study.region.id)),
    ]
    return tuple(dict.fromkeys(source for fact in used for source in fact.sources if fact.known))
