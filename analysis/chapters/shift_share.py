"""What the change of jobs is made of: Germany's growth, the mix of branches, and the rest that stays with the place."""

import polars as pl

from analysis import charts, wording
from analysis.chapters.structure import EMPLOYEES, INDUSTRY, PERSONS, Concept, own_regions, status_of
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.methods import growth
from analysis.methods.panel import RESIDUAL
from analysis.study import Study

EFFECTS = {"national": "Bundeseffekt", "mix": "Struktureffekt", "regional": "Standorteffekt"}
PARTS = ("change", *EFFECTS)
UNASSIGNED = "keiner Branche zugeordnet"


def decompositions(study: Study) -> pl.DataFrame:
    """Enter change and effects by employees and by persons employed, all branches and each; say them."""
    entered = _decompose(study, EMPLOYEES) + _decompose(study, PERSONS)
    study.say("shift_share_finding", _finding(study))
    study.say("summary_structure", _summary(study))
    study.say("shift_share_industry", _industry(study))
    study.say("shift_share_long", _long(study))
    return study.show(fact for fact in entered if fact.branch is None)


def _decompose(study: Study, concept: Concept) -> list[Fact]:
    """Facts of the region and its Land; branches only of the region."""
    germany, years = study.references[-1].id, concept.span(study)
    branches = [*concept.branches, "total"] if concept.total else list(concept.branches)
    values = concept.values(study, study.everyone, branches, years)
    entered = []
    for row in growth.shift_share(values, *years, reference=germany).iter_rows(named=True):
        if row["region"] in own_regions(study):
            parts = [concept.level(study, row["region"], branch, year) for branch in branches for year in years]
            outer = [concept.level(study, germany, branch, year) for branch in branches for year in years]
            entered += _enter(study, concept, row, [*parts, *outer])
    for row in _by_branch(study, concept).iter_rows(named=True):
        if row["branch"] != RESIDUAL:
            pairs = [(study.region.id, row["branch"]), (germany, row["branch"]), (germany, "total")]
            parts = [concept.level(study, *pair, year) for pair in pairs for year in years]
            entered += _enter(study, concept, row, parts)
    return entered


def _by_branch(study: Study, concept: Concept) -> pl.DataFrame:
    """region, branch, change, national, mix, regional, presence of the region; with the residual where there is one."""
    branches = [*concept.branches, "total"] if concept.total else list(concept.branches)
    years = concept.span(study)
    values = concept.values(study, [study.region.id, study.references[-1].id], branches, years)
    found = growth.shift_share(values, *years, reference=study.references[-1].id, by_branch=True)
    order = {branch: number for number, branch in enumerate(concept.branches)}
    place = pl.col("branch").replace_strict(order, default=len(order))
    return found.filter(region=study.region.id).sort(place)


def _enter(study: Study, concept: Concept, row: dict, parts: list[Fact]) -> list[Fact]:
    first, last = concept.span(study)
    return [
        study.fact(
            f"shift_share_{part}", f"{first}-{last}", row[part], region=row["region"], branch=row.get("branch"),
            variant=concept.variant, status=status_of(parts, row[part]), method="shift-share", inputs=parts,
            sources=(concept.source,),
        )
        for part in PARTS
    ]  # fmt: skip


def effects(study: Study, concept: Concept, branch: str | None = None) -> dict[str, Fact]:
    """Change and effects of the region, entered before, by name."""
    first, last = concept.span(study)
    where = {"branch": branch, "variant": concept.variant}
    return {part: study.get(f"shift_share_{part}", study.region.id, f"{first}-{last}", **where) for part in PARTS}


def _developed(study: Study, concept: Concept, branch: str | None, change: Fact) -> str:
    """ "stieg die Zahl der Beschäftigten in Düsseldorf um 40.791", the word bound to both years' figures."""
    first, last = (concept.level(study, study.region.id, branch or "total", year) for year in concept.span(study))
    movement = wording.movement(last, first)
    who = f"die Zahl der {concept.noun} {study.region.in_}"
    if movement == "unchanged":
        return f"blieb {who} {wording.claim('nahezu unverändert', movement, last, first)} ({wording.ref(change)})"
    verb = wording.claim("stieg" if movement == "rose" else "sank", movement, last, first)
    return f"{verb} {who} um {wording.magnitude(change)} auf {wording.ref(last)}"


def _finding(study: Study) -> str:
    found = effects(study, EMPLOYEES)
    change, national, mix, regional = (found[part] for part in PARTS)
    first, last = EMPLOYEES.span(study)
    if not change.known:
        return f"Die Veränderung der Beschäftigten {study.region.in_} von {first} bis {last} ist nicht bestimmbar."
    start = (
        f"Von {first} bis {last} {_developed(study, EMPLOYEES, None, change)}; bei einer Entwicklung wie in "
        f"Deutschland {wording.gained(national)} (Bundeseffekt)."
    )
    if not (mix.known and regional.known):
        return (
            f"{start} Struktur- und Standorteffekt lassen sich nicht trennen, weil einzelne Branchen geheim oder "
            "unbekannt sind."
        )
    return (
        f"{start} Der Struktureffekt, der rechnerisch auf die Branchenmischung entfällt, beträgt {wording.ref(mix)}. "
        f"Der Standorteffekt beträgt {wording.ref(regional)}: Um so viel entwickelten sich die Branchen hier anders "
        "als bundesweit."
    )


def _summary(study: Study) -> str:
    """Change and effects in one sentence, for the report's first page."""
    found = effects(study, EMPLOYEES)
    change, national, mix, regional = (found[part] for part in PARTS)
    first, last = EMPLOYEES.span(study)
    if not change.known:
        return f"Die Veränderung der Beschäftigten {study.region.in_} von {first} bis {last} ist nicht bestimmbar."
    start = f"Von {first} bis {last} {_developed(study, EMPLOYEES, None, change)}"
    if not (mix.known and regional.known):
        return f"{start}; Struktur- und Standorteffekt lassen sich nicht trennen, weil Angaben geheim sind oder fehlen."
    return (
        f"{start}, zerlegt in Bundeseffekt ({wording.ref(national)}), Struktureffekt ({wording.ref(mix)}) und "
        f"Standorteffekt ({wording.ref(regional)})."
    )


def _industry(study: Study) -> str:
    found = effects(study, EMPLOYEES, INDUSTRY)
    change, national, mix, regional = (found[part] for part in PARTS)
    if not change.known:
        return (
            f"Für die Industrie (B–E) {study.region.in_} ist keine Zerlegung möglich, weil die Zahl ihrer "
            "Beschäftigten geheim oder unbekannt ist."
        )
    return (
        f"In der Industrie (B–E) {_developed(study, EMPLOYEES, INDUSTRY, change)}. Der Bundeseffekt beträgt "
        f"{wording.ref(national)}, der Struktureffekt {wording.ref(mix)}, der Standorteffekt {wording.ref(regional)}."
    )


def _long(study: Study) -> str:
    found = effects(study, PERSONS)
    change, national, mix, regional = (found[part] for part in PARTS)
    first, last = PERSONS.span(study)
    if not change.known:
        return (
            f"Eine Zerlegung der Erwerbstätigen von {first} bis {last} liegt für diese Region nicht vor, weil der "
            "verwendete Auszug der Erwerbstätigen nur ausgewählte Kreise enthält."
        )
    return (
        f"Die längere Reihe zählt Erwerbstätige, einen anderen Begriff: Von {first} bis {last} "
        f"{_developed(study, PERSONS, None, change)}. Der Bundeseffekt beträgt {wording.ref(national)}, der "
        f"Struktureffekt {wording.ref(mix)}, der Standorteffekt {wording.ref(regional)}."
    )


def figure(study: Study) -> pl.DataFrame | str:
    """Effects by branch for employees, with each branch's net change."""
    return _figure(study, "shift_share", EMPLOYEES, "jeweils Ende Juni")


def long_figure(study: Study) -> pl.DataFrame | str:
    """The same for persons employed, over the longer span."""
    return _figure(study, "shift_share_long", PERSONS, "Jahresdurchschnitte")


def _figure(study: Study, key: str, concept: Concept, when: str) -> pl.DataFrame | str:
    first, last = concept.span(study)
    rows, net = [], {}
    for branch in concept.branches:
        found, label = effects(study, concept, branch), wording.BRANCHES[branch]
        net[label] = found["change"].value
        rows += [(study.region.id, label, name, found[part].value) for part, name in EFFECTS.items()]
    schema = {"region_id": pl.String, "label": pl.String, "effect_label": pl.String, "value": pl.Float64}
    whole = effects(study, concept)
    title = _title(study, concept, whole["change"], whole["national"])
    text = Caption(
        title=title,
        subtitle=f"Veränderung der {concept.noun} von {first} bis {last} nach Branchen und Effekten, {when}",
        alt=f"Gestapelte Balken je Branche mit der Veränderung als Marke: {study.plain(title)}.",
        columns={"label": "Branche (WZ 2008)", "effect_label": "Effekt", "value": "Personen"},
        note="Die Effekte zerlegen rechnerisch; der Standorteffekt ist ein Rest und keine Ursache.",
        sources=(concept.source,),
    )
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    axis = f"Veränderung der {concept.noun}, {first} bis {last}"
    return study.draw(key, charts.shift_share_bars, frame, text, net=net, axis_title=axis)


def _title(study: Study, concept: Concept, change: Fact, national: Fact) -> str:
    if not change.known:
        return f"Die Veränderung der {concept.noun} {study.region.in_} ist nicht bestimmbar"
    where = wording.compared(change, national, ("über", "unter", "gleich"))
    return (
        f"Die Veränderung der {concept.noun} {study.region.in_} liegt mit {wording.ref(change)} {where} dem "
        f"Bundeseffekt ({wording.ref(national)})"
    )


def table(study: Study) -> pl.DataFrame:
    """Branch, change and effects of employees; what is in no branch and the sum last."""
    first, last = EMPLOYEES.span(study)
    branches = _by_branch(study, EMPLOYEES).select("branch", *PARTS)
    labels = pl.col("branch").replace_strict(wording.BRANCHES | {RESIDUAL: UNASSIGNED})
    whole = effects(study, EMPLOYEES)
    total = pl.DataFrame(
        [{"branch": "insgesamt"} | {part: whole[part].value for part in PARTS}], schema=branches.schema
    )
    frame = pl.concat([branches.with_columns(branch=labels), total])
    text = Caption(
        title=f"Veränderung der Beschäftigten {study.region.in_} von {first} bis {last} und ihre Zerlegung",
        columns={"branch": "Branche (WZ 2008)", "change": "Veränderung", **EFFECTS},
        note="Shift-Share nach Dunn, Maßstab Deutschland. k. A.: Angabe geheim oder unbekannt. Gerundete Werte müssen "
        "sich nicht genau summieren.",
        sources=(EMPLOYEES.source,),
    )
    return study.tabulate("shift_share_table", frame, text)
