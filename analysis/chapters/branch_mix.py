"""How far the mix of branches departs from Germany's, and how the shares of the branches have changed."""

import polars as pl

from analysis import charts, wording
from analysis.chapters.structure import EMPLOYEES, percent, status_of
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.methods import specialisation
from analysis.study import Study


def specialisations(study: Study) -> pl.DataFrame:
    """Enter the indices of Krugman and Herfindahl for the first and the newest year, and say their change."""
    germany, years = study.references[-1].id, EMPLOYEES.span(study)
    values = EMPLOYEES.values(study, study.everyone, EMPLOYEES.branches, years)
    entered = []
    for row in specialisation.specialisation(values, reference=germany).iter_rows(named=True):
        own, outer = (
            [EMPLOYEES.level(study, region, branch, row["year"]) for branch in EMPLOYEES.branches]
            for region in (row["region"], germany)
        )
        indices = {"herfindahl": own} | ({"krugman": [*own, *outer]} if row["region"] != germany else {})
        for name, parts in indices.items():
            value = row[name]
            entered.append(
                study.fact(
                    name, row["year"], value, region=row["region"], status=status_of(parts, value),
                    method="index of shares", inputs=parts,
                )
            )  # fmt: skip
    study.say("specialisation_finding", _specialised(study))
    return study.show(entered)


def _specialised(study: Study) -> str:
    before, now = study.find("krugman", study.region.id)
    mixed = study.find("herfindahl", study.region.id)[-1]
    german = study.find("herfindahl", study.references[-1].id)[-1]
    if not (now.known and before.known):
        return (
            f"Wie weit sich die Branchenstruktur {study.region.genitive} von der deutschen entfernt, ist nicht "
            "bestimmbar, weil einzelne Branchen geheim oder unbekannt sind."
        )
    return (
        f"Der Krugman-Index, die Summe der Abstände zu den deutschen Branchenanteilen, {moved(study, now, before)}; "
        f"bei gleicher Struktur wäre er null. Der Herfindahl-Index, die Summe der quadrierten Branchenanteile, lag "
        f"{mixed.period} bei {wording.ref(mixed)}, in Deutschland bei {wording.ref(german)}."
    )


def moved(study: Study, now: Fact, before: Fact) -> str:
    """ "sank von 2015 bis 2020 von 0,44 auf 0,42"; where both print the same, no word says otherwise."""
    span, movement = f"von {before.period} bis {now.period}", wording.movement(now, before)
    if movement == "undetermined":
        return f"ist {span} nicht bestimmbar"
    texts = [wording.printed(fact, study.indicators[fact.indicator]) for fact in (before, now)]
    if texts[0] == texts[1]:
        return f"lag {before.period} wie {now.period} bei {wording.ref(now)}"
    if movement == "unchanged":
        word = wording.claim("nahezu unverändert", movement, now, before)
        return f"blieb {span} {word} ({wording.ref(before)} und {wording.ref(now)})"
    verb = wording.claim("stieg" if movement == "rose" else "sank", movement, now, before)
    return f"{verb} {span} von {wording.ref(before)} auf {wording.ref(now)}"


def change_figure(study: Study) -> pl.DataFrame | str:
    """Each branch's share in employment, first and newest year."""
    first, last = EMPLOYEES.span(study)
    before, now = (study.ratio("industry_share", year) for year in (first, last))
    figure, own = study.inputs.figure, study.region.id
    rows = []
    for branch in EMPLOYEES.branches:
        shares = [
            percent(*(figure("employees", own, part, year).value for part in (branch, "total")))
            for year in (first, last)
        ]
        rows.append((wording.BRANCHES[branch], *shares, first, last, own))
    schema = {"label": pl.String, "start": pl.Float64, "end": pl.Float64}
    schema |= {"start_year": pl.Int64, "end_year": pl.Int64, "region_id": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row").sort("end", descending=True, nulls_last=True)
    title = f"Der Anteil der Industrie (B–E) {study.region.in_} {moved(study, now, before)}"
    text = Caption(
        title=title,
        subtitle=f"Anteil der Branchen an den Beschäftigten in Prozent, Juni {first} und Juni {last}",
        alt=f"Je Branche zwei Punkte für {first} und {last}: {study.plain(title)}.",
        columns={
            "label": "Branche (WZ 2008)",
            "start": f"Anteil {first} in Prozent",
            "end": f"Anteil {last} in Prozent",
        },
        decimals={"start": 1, "end": 1},
        sources=(EMPLOYEES.source,),
    )
    axis = "Anteil an den Beschäftigten in Prozent"
    return study.draw("structure_change", charts.dumbbell, frame, text, axis_title=axis, unit="%", decimals=1)
