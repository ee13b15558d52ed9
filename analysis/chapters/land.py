"""How much land industry has: the survey to 2015, and where it ends."""

import polars as pl

from analysis import charts, wording
from analysis.chapters.courses import beside_germany, course, courses
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study

SOURCE = "regionalstatistik-33111-01-01-4"
MEASURE = "industrial_land_ha"
JUMP = 0.05  # a change from one year to the next beyond a twentieth says more about the survey than about plants


def levels(study: Study) -> pl.DataFrame:
    """Enter the land of trade and industry by year, for the region and its references, and the change in between."""
    years = study.inputs.years(MEASURE, study.references[-1].id)
    changes = []
    for region in study.everyone:
        found = [study.level("industrial_land", year, region=region) for year in years]
        changes.append(study.change("industrial_land_change", found[-1], found[0]))
    jumping = _jumping(study)
    found = study.inputs.series(MEASURE, jumping)
    cells = [study.inputs.figure(MEASURE, ags, "total", year).cells for ags, _, year, _ in found.iter_rows()]
    inputs = tuple(cell for part in cells for cell in part) or (changes[0],)
    jumps = study.fact("industrial_land_jumps", changes[0].period, len(jumping), method="count", inputs=inputs)
    study.say("land_finding", _finding(study, changes, jumps))
    return study.show([*study.find("industrial_land", study.region.id), *changes])


def _jumping(study: Study) -> list[str]:
    """The region's districts (AGS) whose land changes by more than `JUMP` from one year to the next."""
    rows = study.inputs.series(MEASURE, list(study.region.districts)).drop_nulls("value")
    step = (pl.col("value") / pl.col("value").shift().over("region") - 1).abs()
    return rows.filter(step > JUMP)["region"].unique().sort().to_list()


def _finding(study: Study, changes: list[Fact], jumps: Fact) -> str:
    series = study.find("industrial_land", study.region.id)
    period = changes[0].period
    others = [
        course(study, (item.id, item.in_), ("industrial_land", "industrial_land_change"), period)
        for item in study.references
    ]
    alone = len(study.region.districts) == 1
    told = courses(others, "Die Fläche", "sie", "im selben Zeitraum")
    own = (
        f"Die erfasste Gewerbe- und Industriefläche {study.region.genitive} "
        f"{wording.development(series[-1], series[0], changes[0])}"
        if changes[0].known
        else f"Die Veränderung der Gewerbe- und Industriefläche {study.region.genitive} ist nicht bekannt"
    )
    return (
        f"{own}. {told}.{_caution(jumps, alone)} Mit dem Jahr {series[-1].period} endet die Reihe: Die spätere "
        "Flächenerhebung gliedert die Nutzung anders und wird nicht angesetzt."
    )


def _caution(jumps: Fact, alone: bool) -> str:
    """What to think of districts whose land jumps; nothing where none does."""
    if not jumps.value:
        return ""
    where = "Die" if alone else f"In {wording.counted(jumps, 'Kreis', 'Kreisen')} der Region springt die"
    verb = " springt" if alone else ""
    return (
        f" {where} erfasste Fläche{verb} von einem Jahr zum nächsten um über fünf Prozent. Ob sich die Nutzung oder "
        "die Erfassung änderte, sagt die Statistik nicht; die Veränderung ist deshalb mit Vorsicht zu lesen."
    )


def figure(study: Study) -> pl.DataFrame | str:
    """Land of trade and industry since the first year, region and references, as index."""
    years = study.inputs.years(MEASURE, study.references[-1].id)
    first, last = years[0], years[-1]
    frame = study.index_series(MEASURE, study.everyone, first)
    found = [
        course(study, place, ("industrial_land", "industrial_land_change"), f"{first}-{last}")
        for place in beside_germany(study)
    ]
    title = courses(found, "Die Gewerbe- und Industriefläche", "sie", f"von {first} bis {last}")
    text = Caption(
        title=title,
        subtitle=f"Gebäude- und Freifläche Gewerbe und Industrie, Index {first} = 100, jeweils am Jahresende",
        alt=f"Linien von {first} bis {last}: {study.plain(title)}.",
        columns={"label": "Gebiet", "year": "Jahr", "index": f"Index ({first} = 100)"},
        decimals={"index": 1},
        note="Tatsächliche Nutzung, nicht das Planungsrecht. Sprünge einzelner Kreise können aus der Erfassung "
        "stammen. Danach wurde die Erhebung umgestellt; die Reihe endet.",
        sources=(SOURCE,),
    )
    return study.draw(
        "industrial_land", charts.index_lines, frame, text, base_year=first, axis_title=f"Index ({first} = 100)"
    )
