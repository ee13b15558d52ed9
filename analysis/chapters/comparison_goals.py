"""The comparison's goals: the five frameworks in one matrix by fields of action, and all goals in one table."""

import polars as pl

from analysis import charts, goals, wording
from analysis.chapters import goals as chapter
from analysis.exhibits import Caption
from analysis.goals import Framework
from analysis.study import Study

NUMBERS = ("null", "einem", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn")


def frameworks(study: Study) -> list[Framework]:
    """The frameworks of the regions compared, in their order, each once."""
    known = goals.load()
    found = {item.id: item for region in study.compared for item in known.frameworks_of(region.id)}
    return list(found.values())


def overview(study: Study) -> str:
    """How many goals there are, region by region, and how many of them cannot be assessed."""
    parts = []
    for region in study.compared:
        total = study.find("goals_total", region.id)[-1]
        open_ = study.find("goals_not_assessable", region.id)[-1]
        parts.append(f"{region.in_} {wording.ref(open_)} von {wording.ref(total)}")
    return study.say(
        "cmp_goals",
        f"Nicht beurteilbar sind von den Zielen und Maßnahmen {wording.listing(parts)}. Nicht beurteilbar heißt nicht "
        "verfehlt: Es fehlen Zielwert, Bezugsjahr oder Daten.",
    )


def matrix_figure(study: Study) -> pl.DataFrame | str:
    """Frameworks by fields of action: how many goals have which status, with sign and word."""
    known = frameworks(study)
    names = {region.id: region.name for region in study.compared}
    heads = {item.short: f"{item.short} ({names[item.regions[0]]})" for item in known}
    frame = chapter.framework_matrix(study, known).with_columns(pl.col("framework").replace_strict(heads))
    most = (
        frame.group_by("theme").agg(pl.col("framework").n_unique()).sort("framework", "theme", descending=[True, False])
    )
    shared = most.filter(pl.col("framework") == most["framework"].max())["theme"].to_list()
    reach = f"in {NUMBERS[most['framework'].max()]} von {NUMBERS[len(known)]} Rahmen"
    title = f"{wording.sentence_start(reach)} stehen Ziele zu {', '.join(shared[:-1])} sowie {shared[-1]}"
    if len(shared) < 2:
        title = f"{wording.sentence_start(reach)} stehen Ziele zu {shared[0]}"
    text = Caption(
        title=title,
        subtitle="Zahl der Ziele nach Rahmen, Handlungsfeld und Stand",
        alt=f"Tabelle der Handlungsfelder und Rahmen mit der Zahl der Ziele je Stand. {title}.",
        columns={"framework": "Rahmen", "theme": "Handlungsfeld", "status_label": "Stand", "count": "Ziele"},
        note="Eigene Zuordnung der Ziele zu Handlungsfeldern.",
    )
    return study.draw("cmp_matrix", charts.matrix, frame, text, signs=chapter.SIGNS, axis_title="Zahl der Ziele")


def table(study: Study) -> pl.DataFrame:
    """All goals of all frameworks: status, reason and evidence, and the data that would be needed."""
    rows = chapter.goals_rows(study, frameworks(study), study.known.values())
    text = Caption(
        title="Alle Ziele und Maßnahmen der Rahmen",
        columns=chapter.ROW,
        note="In eigenen Worten; Zahlen in den Zielen sind Angaben der Dokumente.",
    )
    return study.tabulate("cmp_goals", rows, text)
