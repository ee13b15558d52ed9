"""What the installations of the region emit under emissions trading, by class, and how that compares."""

from collections.abc import Sequence

import polars as pl

from analysis import charts, wording
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study

MEASURE = "ets_emissions_t_co2e"
SOURCE = "eutl"
CLASSES = ("industry", "energy", "other", "unclassified")
FOLLOWED = (None, "industry", "energy")
LABELS = {
    "industry": "Industrie",
    "energy": "Energie (NACE 35)",
    "other": "andere Branchen",
    "unclassified": "ohne Zuordnung",
}
ENERGY_NOTE = "Zur Energie (NACE 35) zählen auch Kraftwerke, die Industriebetriebe versorgen."
TONNES = {1e6: "Mio. t CO₂e", 1e3: "Tausend t CO₂e"}
LEAST_IN_MILLIONS = 5e5


def years(study: Study) -> list[int]:
    """The years of regional totals: from the third trading period on, as Germany has them."""
    return study.inputs.years(MEASURE, study.references[-1].id)


def levels(study: Study) -> pl.DataFrame:
    """Enter emissions: of the region every class and year, of the references total, industry and energy first and last.

    Germany's totals come first: where a region has no installation, they are what its nought was found in.
    """
    every = years(study)
    ends = (every[0], every[-1])
    for reference in reversed(study.references):
        for year in ends:
            for branch in FOLLOWED:
                level(study, year, reference.id, branch)
    for year in every:
        for branch in (None, *CLASSES):
            level(study, year, study.region.id, branch)
    for branch in CLASSES:
        _share(study, every[-1], branch)
    return study.show(study.find("ets_emissions", study.region.id))


def level(study: Study, year: int, region: str, branch: str | None = None) -> Fact:
    """Emissions of a region, year and class as a fact.

    A class without installations is a nought found among the region's installations of that year, and a region without
    any is one found among Germany's: those are then its inputs.
    """
    found = study.inputs.figure(MEASURE, region, branch or "total", year)
    cells = found.cells or study.inputs.figure(MEASURE, region, "total", year).cells
    germany = study.references[-1].id
    inputs = cells or (study.get("ets_emissions", germany, str(years(study)[-1])),)
    return study.fact(
        "ets_emissions", year, found.value, region=region, branch=branch, status=found.status, flag=found.flag,
        method="sum over installations" if found.cells else "no installation", inputs=inputs,
    )  # fmt: skip


def _share(study: Study, year: int, branch: str) -> Fact:
    whole, part = (study.get("ets_emissions", study.region.id, str(year), branch=name) for name in (None, branch))
    known = whole.known and part.known and whole.value
    value = part.value / whole.value * 100 if known else None
    status = None if known else next((fact.status for fact in (whole, part) if not fact.known), "not_applicable")
    return study.fact(
        "ets_share", year, value, branch=branch, status=status, method="sums divided", inputs=(part, whole)
    )


def own(study: Study, branch: str | None = None) -> list[Fact]:
    """The region's emissions by year, entered before."""
    return study.find("ets_emissions", study.region.id, branch=branch)


def changes(study: Study) -> pl.DataFrame:
    """Enter changes since the first year, for the region also against the year before, and say them."""
    entered = []
    for region in study.everyone:
        for branch in FOLLOWED:
            series = study.find("ets_emissions", region, branch=branch)
            bases = [series[0], series[-2]] if region == study.region.id else [series[0]]
            entered += [study.change("ets_change", series[-1], before) for before in bases]
    study.say("ets_finding", _finding(study))
    study.say("summary_emissions", _summary(study))
    study.say("ets_industry", _industry(study))
    study.say("ets_vs_last_year", _against_last_year(study))
    study.say("ets_unclassified", _unclassified(study))
    study.say("ets_scope", _scope(study))
    return study.show(entered)


def long_change(study: Study, branch: str | None = None) -> Fact:
    """The region's change from the first to the newest year."""
    series = own(study, branch)
    return study.get("ets_change", study.region.id, f"{series[0].period}-{series[-1].period}", branch=branch)


def _against_last_year(study: Study) -> str:
    """A fragment for the key figure's card."""
    before, now = own(study)[-2:]
    change = study.get("ets_change", study.region.id, f"{before.period}-{now.period}")
    return wording.against_last_year(now, before, change)


def developed(study: Study, branch: str | None = None) -> str:
    """ "sank von 2013 bis 2020 um 3,1 % auf 1,98 Mio. t"; without a base only the newest level."""
    series, change = own(study, branch), long_change(study, branch)
    if not change.known:
        return (
            f"lag {series[-1].period} bei {amount(study, series[-1])}; eine Veränderung seit {series[0].period} lässt "
            "sich nicht angeben, weil es damals keine Emissionen gab"
        )
    return wording.development(series[-1], series[0], change)


def amount(study: Study, fact: Fact) -> str:
    """The figure; "gerundet 0,00 Mio. t" where there is something that prints as nought."""
    printed = wording.figure(fact.value, study.indicators[fact.indicator]) if fact.known else ""
    vanishes = fact.known and fact.value > 0 and not any(digit in printed for digit in "123456789")
    return f"gerundet {wording.ref(fact)}" if vanishes else wording.ref(fact)


def _finding(study: Study) -> str:
    series = own(study)
    now, energy = series[-1], study.get("ets_share", study.region.id, series[-1].period, branch="energy")
    if not now.value:
        return (
            f"Ortsfeste Anlagen mit Emissionen im Europäischen Emissionshandel gab es {study.region.in_} im Jahr "
            f"{now.period} nicht."
        )
    text = f"Der Ausstoß der Anlagen im Emissionshandel {study.region.in_} {developed(study)}."
    peak = max(series, key=lambda fact: fact.value)
    if peak not in (series[0], now):
        others = [fact for fact in series if fact is not peak]
        text += f" {wording.extreme('Am höchsten', 'most', peak, others)} war er {peak.period} mit {wording.ref(peak)}."
    return f"{text} {_energy(energy)}"


def _summary(study: Study) -> str:
    """Level, change and the part of energy in one sentence, for the report's first page."""
    now = own(study)[-1]
    if not now.value:
        return _finding(study)
    share = study.get("ets_share", study.region.id, now.period, branch="energy")
    tail = f"; {wording.ref(share)} davon stammten aus der Energie" if share.value else ""
    return f"Der Ausstoß der Anlagen im Emissionshandel {study.region.in_} {developed(study)}{tail}."


def _energy(share: Fact) -> str:
    if not share.value:
        return "Anlagen der Energie (NACE 35) mit Emissionen sind nicht darunter."
    return (
        f"Von den Emissionen des Jahres {share.period} stammten {wording.ref(share)} aus der Energieversorgung (NACE "
        "35), darin auch Kraftwerke für Industriebetriebe."
    )


def _industry(study: Study) -> str:
    series = own(study, "industry")
    now = series[-1]
    if not now.value:
        return (
            f"Anlagen der Industrie mit Emissionen gab es {study.region.in_} im Jahr {now.period} nicht. {ENERGY_NOTE}"
        )
    share = study.get("ets_share", study.region.id, now.period, branch="industry")
    return (
        f"Der Ausstoß der Industrie (Bergbau und Verarbeitendes Gewerbe) {study.region.in_} "
        f"{developed(study, 'industry')}; das sind {wording.ref(share)} des Ausstoßes aller Anlagen. Kraftwerke, die "
        "Industriebetriebe versorgen, sind hier nicht dabei, sie zählen zur Energie (NACE 35)."
    )


def _unclassified(study: Study) -> str:
    rest = [(own(study, branch)[-1], branch) for branch in ("unclassified", "other")]
    year = rest[0][0].period
    if not own(study)[-1].value:
        return f"Ohne Anlagen ist im Jahr {year} auch nichts ohne Zuordnung."
    parts = []
    for (fact, branch), noun in zip(rest, ("ohne NACE-Zuordnung", "anderer Branchen"), strict=True):
        if fact.value:
            share = study.get("ets_share", study.region.id, year, branch=branch)
            parts.append(f"Anlagen {noun} mit {amount(study, fact)} ({wording.ref(share)})")
    if not parts:
        return f"Alle Anlagen mit Emissionen {study.region.in_} sind {year} der Industrie oder der Energie zugeordnet."
    return f"Weder zur Industrie noch zur Energie zählten {year}: {wording.listing(parts)}."


def _scope(study: Study) -> str:
    return (
        "Enthalten sind die direkten, geprüften Emissionen ortsfester Anlagen im Europäischen Emissionshandel, nach "
        f"der Lage der Anlage. {ENERGY_NOTE} Anlagen ohne NACE-Zuordnung und anderer Branchen stehen für sich. "
        "Nicht enthalten sind Verkehr, Haushalte, kleine Feuerungen und die Abfallverbrennung; Strom und Wärme zählen "
        f"dort, wo sie erzeugt werden. Die Summen beginnen {years(study)[0]} mit der dritten Handelsperiode, die "
        "weitere Anlagen einbezog; von den Jahren davor sind nur Anlagen bekannt, die danach noch berichteten. Die "
        "CO₂-Bilanz einer Stadt ist anders abgegrenzt; keine der beiden Größen lässt sich von der anderen abziehen."
    )


def stack_figure(study: Study) -> pl.DataFrame | str:
    """Emissions by year and class, stacked; classes that never occur are left out."""
    series, change = own(study), long_change(study)
    title = f"{study.region.name}: keine Anlagen mit Emissionen im Emissionshandel"
    if series[-1].value:
        share = study.get("ets_share", study.region.id, series[-1].period, branch="energy")
        title = f"Der Ausstoß der Anlagen {study.region.in_} {_moved(series, change)}"
        title += f"; {wording.ref(share)} davon stammten zuletzt aus der Energie" if share.value else ""
    text = {"note": ENERGY_NOTE, "alt": "Gestapelte Säulen je Jahr"}
    return _columns(study, "emissions_stack", CLASSES, title, "nach Klassen", text)


def industry_figure(study: Study) -> pl.DataFrame | str:
    """Emissions of industry alone, on an axis of their own: energy would dwarf them."""
    series = own(study, "industry")
    title = f"{study.region.name}: keine Anlagen der Industrie mit Emissionen"
    if series[-1].value:
        title = f"Der Ausstoß der Industrie {study.region.in_} {_moved(series, long_change(study, 'industry'))}"
    note = f"Ausschnitt der vorigen Abbildung mit eigener Achse. {ENERGY_NOTE}"
    return _columns(
        study, "industry_emissions", ("industry",), title, "der Industrie", {"note": note, "alt": "Säulen je Jahr"}
    )


def _moved(series: Sequence[Fact], change: Fact) -> str:
    now, before = series[-1], series[0]
    movement, span = wording.movement(now, before), f"von {before.period} bis {now.period}"
    if movement == "undetermined":
        return f"betrug {now.period} {wording.ref(now)}"
    if movement == "unchanged":
        return f"blieb {span} {wording.claim('nahezu unverändert', movement, now, before)}"
    verb = wording.claim("stieg" if movement == "rose" else "sank", movement, now, before)
    return f"{verb} {span} um {wording.magnitude(change)}"


def _columns(
    study: Study, key: str, classes: Sequence[str], title: str, what: str, words: dict[str, str]
) -> pl.DataFrame | str:
    """Columns of the classes that occur, in the unit that suits the region's size."""
    facts = {part: own(study, part) for part in classes}
    shown = [part for part in classes if any(fact.value for fact in facts[part])]
    unit = 1e6 if max((fact.value or 0 for fact in own(study)), default=0) >= LEAST_IN_MILLIONS else 1e3
    digits = 2 if unit == 1e6 else 1
    rows = [
        (fact.last_year, part, LABELS[part], None if fact.value is None else fact.value / unit)
        for part in shown
        for fact in facts[part]
    ]
    schema = {"year": pl.Int64, "part": pl.String, "part_label": pl.String, "value": pl.Float64}
    first, last = years(study)[0], years(study)[-1]
    text = Caption(
        title=title,
        subtitle=f"Geprüfte Emissionen {what} in {TONNES[unit]}, {first} bis {last}",
        alt=f"{words['alt']} von {first} bis {last}: {study.plain(title)}.",
        columns={"year": "Jahr", "part_label": "Klasse", "value": TONNES[unit]},
        decimals={"value": digits},
        note=words["note"],
        sources=(SOURCE,),
    )
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    axis = f"Geprüfte Emissionen in {TONNES[unit]}"
    return study.draw(key, charts.level_stack, frame, text, region_id=study.region.id, axis_title=axis, decimals=digits)
