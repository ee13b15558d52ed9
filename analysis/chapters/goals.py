"""What was promised and what came of it: the goals of the region's frameworks with status, evidence and reasons."""

from collections.abc import Iterable

import polars as pl

from analysis import catalogue, charts, facts, wording
from analysis.chapters import balances, corridor, targets
from analysis.chapters.standings import Standing, standings
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.goals import Framework, Goal, Goals, load
from analysis.plan import CHAPTERS
from analysis.study import Study
from analysis.theme import NothingToDraw

SPECIFIC = "DUS-MI-E3"  # the promise of lower specific emissions
SIGNS = {word: status for status, word in corridor.STATUS_WORDS.items()}
# What a computed verdict rests on, shown beside the goal's own evidence.
COMPUTED = ("target_value", "target_gap", "target_rate", "target_trend_rate", "target_arrival")
ROW = {
    "framework": "Rahmen",
    "field": "Handlungsfeld",
    "goal": "Ziel",
    "status": "Stand",
    "reason": "Begründung und Belege",
    "needed": "Nötige Daten",
}


def borrow(study: Study) -> int:
    """Make the facts of the chapters that have run usable as evidence; returns their number."""
    present = [name for name in CHAPTERS if name != "goals" and (study.out.parent / name / "facts.parquet").exists()]
    return sum(study.borrow(name) for name in present)


# -- rows and matrix, for one region or for all frameworks ----------------------------------------------------------


def goals_rows(study: Study, frameworks: Iterable[Framework], found: Iterable[Fact]) -> pl.DataFrame:
    """framework, field, goal, status, reason, needed: one row per goal, as printed.

    `found`: the facts that evidence keys may mean; a key that means none of them adds nothing.
    """
    known, frameworks, found = load(), list(frameworks), {fact.id: fact for fact in found}
    by_id = {framework.id: framework for framework in frameworks}
    headlines = catalogue.headlines(study.indicators)
    regions = {framework.regions[0] for framework in frameworks}
    keys = {region: facts.short_keys(list(found.values()), region, headlines) for region in regions}
    rows = []
    for entry in standings(study, frameworks, known):
        framework = by_id[entry.goal.framework]
        evidence = _figures(study, entry, keys[framework.regions[0]], found)
        rows.append(
            {
                "framework": framework.short,
                "field": entry.goal.field_de,
                "goal": entry.goal.text_de,
                "status": entry.word,
                "reason": " ".join(filter(None, (entry.reason, _events(study, entry.goal, known), evidence))),
                "needed": entry.goal.needed_data_de,
            }
        )
    return pl.DataFrame(rows, schema=dict.fromkeys(ROW, pl.String))


def _events(study: Study, goal: Goal, known: Goals) -> str:
    """The documented events with their sources; nothing that happened after the cut-off."""
    if not goal.told_by(study.edition.cutoff):
        return ""
    sources = "; ".join(_cited(known, ident) for ident in goal.evidence_source)
    return f"Beleg ({sources}): {goal.evidence_text_de}"


def _cited(known: Goals, ident: str) -> str:
    source = known.sources[ident]
    return f"{source.publisher}, {spoken(source.date)}" if source.date else f"{source.publisher}, ohne Datum"


def _figures(study: Study, entry: Standing, keys: dict[str, str], found: dict[str, Fact]) -> str:
    """The figures beside a goal: label, value and period of every evidence key that means a known or secret fact."""
    wanted = [*entry.goal.evidence, *(COMPUTED if entry.computed else ())]
    named = [found[keys[key]] for key in wanted if key in keys]
    shown = [fact for fact in named if fact.known or fact.status == "suppressed"]
    lines = [_line(fact, study) for fact in dict.fromkeys(shown)]
    return f"Zahlen: {'; '.join(lines)}." if lines else ""


def _line(fact: Fact, study: Study) -> str:
    indicator = study.indicators[fact.indicator]
    period = f"Stand {fact.period}" if indicator.unit == "year" else fact.period.replace("-", "–")
    return f"{wording.fact_label(fact, indicator)} {wording.printed(fact, indicator)} ({period})"


def framework_matrix(study: Study, frameworks: Iterable[Framework]) -> pl.DataFrame:
    """framework, theme, status_label, count: how many goals of a theme have which status; rows with a count only."""
    known, frameworks = load(), list(frameworks)
    short = {framework.id: framework.short for framework in frameworks}
    found = standings(study, frameworks, known)
    cells = [(short[entry.goal.framework], entry.goal.theme, entry.word) for entry in found]
    rows = [
        (framework.short, theme.de, word, count)
        for framework in frameworks
        for theme in known.themes
        for word in SIGNS
        if (count := cells.count((framework.short, theme.id, word)))
    ]
    schema = {"framework": pl.String, "theme": pl.String, "status_label": pl.String, "count": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def spoken(date: str) -> str:
    """An ISO date, as fine as it is known, in German: "18. November 2019", "Juli 2025", "2022"."""
    if len(date) == len("2025-07"):
        return wording.long_date(f"{date}-01").partition(". ")[2]
    return wording.long_date(date) if len(date) > len("2025") else date


# -- the region's chapter -------------------------------------------------------------------------------------------


def overview(study: Study) -> pl.DataFrame:
    """Enter how many goals there are and how they stand, and say it with milestones and position assessments."""
    known = load()
    frameworks = known.frameworks_of(study.region.id)
    found = standings(study, frameworks, known)
    counts = {
        "goals_frameworks": len(frameworks),
        "goals_total": len(found),
        "goals_reached": sum(entry.status == "reached" and not entry.computed for entry in found),
        "goals_assessed": sum(entry.computed for entry in found),
        "goals_not_assessable": sum(entry.status == "not_assessable" for entry in found),
    }
    inputs = tuple(f"goals.toml: {framework.id}" for framework in frameworks) or ("goals.toml",)
    entered = {
        name: study.fact(name, study.edition.year, count, method="count", inputs=inputs)
        for name, count in counts.items()
    }
    study.say("goals_overview", _overview(study, frameworks, found, entered))
    study.say("goals_milestones", _milestones(frameworks, found, study.edition.cutoff))
    study.say("goals_position", _position(frameworks))
    return study.show(entered.values())


def _overview(study: Study, frameworks: tuple[Framework, ...], found: list[Standing], counts: dict[str, Fact]) -> str:
    if not frameworks:
        return (
            f"Keiner der ausgewerteten industriepolitischen Rahmen gilt {study.region.in_}; Ziele, an denen sich die "
            "Zahlen messen ließen, sind deshalb nicht erfasst."
        )
    titles = wording.listing([framework.title for framework in frameworks])
    words = sorted({entry.word for entry in found if entry.computed})
    judged = f"aus Daten beurteilt {_number(counts['goals_assessed'])} ({wording.listing(words)}), " if words else ""
    return (
        f"Von {wording.ref(counts['goals_total'])} Zielen und Maßnahmen {study.region.in_} "
        f"{_number(counts['goals_reached'])} durch ein Ereignis als erreicht belegt, {judged}nicht beurteilbar "
        f"{_number(counts['goals_not_assessable'])}. Nicht beurteilbar heißt nicht verfehlt: Es fehlen Zielwert, "
        f"Bezugsjahr oder Daten. Ausgewertet {'sind' if len(frameworks) > 1 else 'ist'}: {titles}."
    )


def _number(count: Fact) -> str:
    """ "sind 35", "ist 1", "ist keines": the verb as the number asks for."""
    if not count.value:
        return "ist keines"
    return f"{'ist' if count.value == 1 else 'sind'} {wording.ref(count)}"


def _milestones(frameworks: tuple[Framework, ...], found: list[Standing], cutoff: str) -> str:
    reached = [entry.goal for entry in found if entry.status == "reached" and not entry.computed]
    short = {framework.id: framework.short for framework in frameworks}
    if not reached:
        known = f"Bis zum Redaktionsschluss am {spoken(cutoff)} ist kein Ereignis bekannt"
        return f"{known}, das ein Ziel als erreicht belegt."
    named = [f"„{goal.text_de}“ ({short[goal.framework]}, {spoken(goal.evidence_date)})" for goal in reached]
    return f"Als erreicht {'sind' if len(named) > 1 else 'ist'} belegt: {wording.listing(named)}."


def _position(frameworks: tuple[Framework, ...]) -> str:
    """What each document says about taking stock; the answer without its leading yes or no."""
    if not frameworks:
        return "Eine wiederkehrende Positionsbestimmung ist damit für diese Region von keinem Rahmen verlangt."
    parted = [(item.short, *item.position_assessment_de.split(": ", 1)) for item in frameworks]
    answers = ", ".join(f"{short} {answer.lower()}" for short, answer, _ in parted)
    return f"Wiederkehrende Positionsbestimmung verlangt: {answers}. {' '.join(why for *_, why in parted)}"


def target_path(study: Study) -> pl.DataFrame:
    """Enter the path to the region's quantified target and say where it stands; no figure yet."""
    case = quantified(study)
    shown = targets.enter(study, case) if case else targets.absent(study)
    study.say("target_finding", corridor.finding(study, case) if case else f"{_no_target(study)}.")
    return shown


def quantified(study: Study) -> targets.Case | None:
    """The case of the region's goal with a target; None if no framework of the region has one."""
    known = load()
    found = standings(study, known.frameworks_of(study.region.id), known)
    return next((entry.case for entry in found if entry.case), None)


def _no_target(study: Study) -> str:
    named = load().frameworks_of(study.region.id)
    why = "kein Rahmen einen bezifferten Zielwert für Emissionen nennt" if named else "kein Rahmen erfasst ist"
    return f"Ein Zielpfad ist {study.region.in_} nicht beurteilbar, weil {why}"


def target_figure(study: Study) -> pl.DataFrame | str:
    """The figure of the path, or the reason why there is none."""
    case = quantified(study)
    reason = f"Ein Zielpfad ist nicht beurteilbar, weil {case.reason}" if case and case.reason else _no_target(study)
    return corridor.figure(study, case, reason)


def specific(study: Study) -> pl.DataFrame:
    """The promise of lower specific emissions, where a framework of the region makes it."""
    known = load()
    goals = known.goals_of(known.frameworks_of(study.region.id))
    return balances.specific(study, next((goal for goal in goals if goal.id == SPECIFIC), None))


def status_figure(study: Study) -> pl.DataFrame | str:
    """How many goals of which field and framework have which status."""
    frameworks = load().frameworks_of(study.region.id)
    title = _status_title(study)
    text = Caption(
        title=title,
        subtitle="Zahl der Ziele und Maßnahmen nach Handlungsfeld, Rahmen und Stand",
        alt=f"Tabelle aus Handlungsfeldern und Rahmen mit der Zahl der Ziele je Stand. {study.plain(title)}.",
        columns={"theme": "Handlungsfeld", "framework": "Rahmen", "status_label": "Stand", "count": "Zahl"},
        note="Jedes Ziel steht in einem Handlungsfeld. Ein Ziel ohne Zahl bekommt nie einen Prozentsatz.",
    )
    frame = framework_matrix(study, frameworks)
    return study.draw("goals_status", charts.matrix if frameworks else _no_frameworks, frame, text, signs=SIGNS)


def _status_title(study: Study) -> str:
    total, reached, open_ = (
        study.find(name, study.region.id)[-1] for name in ("goals_total", "goals_reached", "goals_not_assessable")
    )
    if not total.value:
        return f"Ziele und Maßnahmen sind {study.region.in_} nicht erfasst"
    return (
        f"Von {wording.ref(total)} Zielen und Maßnahmen {study.region.in_} {_number(reached)} durch ein Ereignis als "
        f"erreicht belegt; nicht beurteilbar {_number(open_)}"
    )


def _no_frameworks(*_frames: object, **_options: object) -> None:
    raise NothingToDraw("Keiner der ausgewerteten industriepolitischen Rahmen umfasst diese Region")


def table(study: Study) -> pl.DataFrame:
    """All goals of the region's frameworks with status, reasons, evidence and the data that would be needed."""
    frameworks = load().frameworks_of(study.region.id)
    text = Caption(
        title=f"Ziele und Maßnahmen {study.region.in_}",
        columns=ROW,
        note="Ziele in eigenen Worten; Zahlen in den Texten der Ziele sind Zitate der Dokumente. Zahlen neben einem "
        "Ziel sind Belege, kein Urteil."
        if frameworks
        else "Keiner der ausgewerteten industriepolitischen Rahmen umfasst diese Region.",
    )
    return study.tabulate("goals", goals_rows(study, frameworks, study.known.values()), text)
