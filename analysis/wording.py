"""From facts to words and figures: number style, comparisons, ranks, intervals. Pure; German first, English figures.

What these functions return is Markdown of the report's dialect: a figure is `[id]{.fact}`, a comparing word is
`[höher]{.claim relation=higher left=<id> right=<id>}`. The proofreader re-evaluates every claim from its facts.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from analysis.catalogue import Indicator
from analysis.facts import Fact
from analysis.lexicon import holds

NARROW_SPACE = "\u202f"
MINUS = "\u2212"


STATUS_TEXT = {
    "suppressed": ("k. A.", "geheim oder unbekannt"),
    "not_available": ("n. v.", "nicht verfügbar"),
    "not_applicable": ("×", "nicht sinnvoll"),
    "unreliable": ("/", "nicht sicher genug"),
}


@dataclass(frozen=True)
class Unit:
    """`scale` multiplies the stored value for print; `suffix` follows the number; `name` stands in the register."""

    name: str
    suffix: str = ""
    scale: float = 1.0
    grouped: bool = True


UNITS = {
    "persons": Unit("Personen"),
    "jobs": Unit("Arbeitsplätze"),
    "percent": Unit("Prozent", "%"),
    "percentage_points": Unit("Prozentpunkte", "Prozentpunkte"),
    "percent_per_year": Unit("Prozent je Jahr", "% je Jahr"),
    "thousand_eur": Unit("Milliarden Euro", "Mrd. €", 1e-6),
    "eur": Unit("Euro", "€"),
    "t_co2e": Unit("Millionen Tonnen CO₂-Äquivalent", "Mio. t CO₂e", 1e-6),
    "t_co2": Unit("Millionen Tonnen CO₂", "Mio. t CO₂", 1e-6),
    "kt_co2": Unit("Millionen Tonnen CO₂", "Mio. t CO₂", 1e-3),
    "t_co2_per_head": Unit("Tonnen CO₂ je Kopf", "t CO₂ je Kopf"),
    "t_co2e_per_head": Unit("Tonnen CO₂-Äquivalent je Kopf", "t CO₂e je Kopf"),
    "t_co2e_per_job": Unit("Tonnen CO₂-Äquivalent je Beschäftigten", "t CO₂e je Beschäftigten"),
    "t_co2e_per_million_eur": Unit("Tonnen CO₂-Äquivalent je Million Euro", "t CO₂e je Mio. €"),
    "lq": Unit("Verhältnis (Deutschland = 1)"),
    "index_points": Unit("Index"),
    "factor": Unit("Faktor"),
    "hectares": Unit("Hektar", "ha"),
    "km2": Unit("Quadratkilometer", "km²"),
    "sites": Unit("Anlagen"),
    "goals": Unit("Ziele und Maßnahmen"),
    "frameworks": Unit("Rahmen"),
    "districts": Unit("Kreise"),
    "rank": Unit("Rang"),
    "year": Unit("Jahr", grouped=False),
}


def number(value: float, decimals: int = 0, *, grouped: bool = True, signed: bool = False) -> str:
    """German number: 94.800, 12,3, true minus; rounds half away from zero on the decimal digits.

    >>> number(94800), number(-1.25, 1), number(2035, grouped=False)
    ('94.800', '−1,3', '2035')
    """
    step = Decimal(1).scaleb(-decimals)
    rounded = Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP)
    pattern = ("#,##0" if grouped else "0") + ("." + "0" * decimals if decimals else "")
    text = format_decimal(abs(rounded), format=pattern, locale="de_DE")
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + text


def figure(value: float, indicator: Indicator) -> str:
    """The number of an indicator as printed, without its unit: scaled, rounded, with the indicator's decimals."""
    unit = UNITS[indicator.unit]
    if indicator.round_to:
        value = round(value / indicator.round_to) * indicator.round_to
    return number(value * unit.scale, indicator.decimals, grouped=unit.grouped, signed=indicator.signed)


def with_unit(text: str, indicator: Indicator) -> str:
    """The number followed by its unit's sign, joined by a narrow no-break space."""
    suffix = UNITS[indicator.unit].suffix
    return f"{text}{NARROW_SPACE}{suffix}" if suffix else text


def printed(fact: Fact, indicator: Indicator) -> str:
    """What stands in the text for a fact: its figure, or the sign of its status ("k. A.")."""
    if not fact.known:
        return STATUS_TEXT[fact.status][0]
    text = with_unit(figure(fact.value, indicator), indicator)
    return f"rund {text}" if indicator.round_to else text


def interval(fact: Fact, indicator: Indicator) -> str | None:
    """ "zwischen 77.300 und 107.800", or None where the fact has no bounds."""
    if fact.low is None or fact.high is None:
        return None
    low, high = figure(fact.low, indicator), with_unit(figure(fact.high, indicator), indicator)
    return f"zwischen {low} und {high}"


def status_note(fact: Fact) -> str:
    """What is to be said of a figure's quality, empty if it is final and known."""
    notes = [] if fact.known else [STATUS_TEXT[fact.status][1]]
    if fact.flag:
        notes.append({"p": "vorläufig", "e": "geschätzt", "r": "berichtigt"}.get(fact.flag, fact.flag))
    if fact.low is not None:
        notes.append("Schätzung")
    if fact.status == "unreliable" and fact.known:
        notes.append("eingeschränkt aussagefähig")
    return ", ".join(notes)


def ref(fact: Fact, show: str | None = None) -> str:
    """A fact's place in a sentence: `[id]{.fact}`."""
    return f"[{fact.id}]{{.fact show={show}}}" if show else f"[{fact.id}]{{.fact}}"


def claim(word: str, relation: str, left: Fact, right: Fact) -> str:
    """A comparing word bound to the two facts it compares."""
    return f"[{word}]{{.claim relation={relation} left={left.id} right={right.id}}}"


def relation(left: Fact, right: Fact) -> str | None:
    """higher, lower or equal; None where one of the two is unknown."""
    if not (left.known and right.known):
        return None
    return "equal" if left.value == right.value else "higher" if left.value > right.value else "lower"


def compared(left: Fact, right: Fact, words: tuple[str, str, str] = ("höher als", "niedriger als", "gleich")) -> str:
    """The word for `left` against `right`; "nicht vergleichbar mit" where one is unknown."""
    found = relation(left, right)
    if found is None:
        return "nicht vergleichbar mit"
    return claim(words[("higher", "lower", "equal").index(found)], found, left, right)


def extreme(word: str, relation: str, best: Fact, others: list[Fact]) -> str:
    """A superlative bound to the fact it singles out and to those it is measured against."""
    right = " ".join(fact.id for fact in others)
    return f'[{word}]{{.claim relation={relation} left={best.id} right="{right}"}}'


def ranked(found: list[tuple[Fact, str]], noun: str, year: str = "") -> str:
    """ "Am höchsten war 2020 X im Rheinischen Revier (16,9 %), am niedrigsten in Düsseldorf (9,2 %)." Pairs of fact
    and "in ..."; unknown ones are named as missing. Ties are said as such. `year` follows the verb."""
    known = [pair for pair in found if pair[0].known]
    missing = [place for fact, place in found if not fact.known]
    tail = f" Ohne Angabe: {listing(missing)}." if missing else ""
    if len(known) < 2:
        return f"Für einen Vergleich fehlen Angaben: {noun}.{tail}"
    facts = [fact for fact, _ in known]
    top, bottom = max(known, key=lambda pair: pair[0].value), min(known, key=lambda pair: pair[0].value)
    if top[0].value == bottom[0].value:
        when = f" {year}" if year else ""
        return f"Für {noun} sind die Werte{when} {claim('gleich', 'equal', top[0], facts[-1])} ({ref(top[0])}).{tail}"
    high = extreme("Am höchsten", "most", top[0], facts)
    low = extreme("am niedrigsten", "least", bottom[0], facts)
    middle = [f"{place} ({ref(fact)})" for fact, place in known if fact not in (top[0], bottom[0])]
    between = f"; dazwischen liegt der Wert {listing(middle)}" if middle else ""
    verb = f"war {year}" if year else "ist"
    return f"{high} {verb} {noun} {top[1]} ({ref(top[0])}), {low} {bottom[1]} ({ref(bottom[0])}){between}.{tail}"


def movement(now: Fact, before: Fact) -> str:
    """rose, fell or unchanged (|change| < 0.5 %); undetermined where a value is missing or the base is zero."""
    if not (now.known and before.known) or before.value == 0:
        return "undetermined"
    if holds("unchanged", now.value, [before.value]).holds:
        return "unchanged"
    return "rose" if now.value > before.value else "fell"


def development(now: Fact, before: Fact, change: Fact) -> str:
    """ "stieg von 2015 bis 2020 um 4,1 % auf 429.514" with every figure bound to its fact."""
    span = f"von {before.period} bis {now.period}"
    moved = movement(now, before)
    if moved == "undetermined":
        return f"ist {span} nicht bestimmbar ({ref(change)})"
    if moved == "unchanged":
        return f"blieb {span} {claim('nahezu unverändert', moved, now, before)} und lag zuletzt bei {ref(now)}"
    verb = claim("stieg" if moved == "rose" else "sank", moved, now, before)
    return f"{verb} {span} um {magnitude(change)} auf {ref(now)}"


def magnitude(change: Fact) -> str:
    """A change without its sign, for use after "stieg um"."""
    return ref(change, "magnitude")


def moved_by(now: Fact, before: Fact, change: Fact, inserted: str = "") -> str:
    """ "stieg um 4,1 %", "blieb nahezu unverändert"; `inserted` follows the verb ("stieg seit 2015 um 4,1 %")."""
    moved, between = movement(now, before), f" {inserted}" if inserted else ""
    if moved == "undetermined":
        return f"ist{between} nicht bestimmbar ({ref(change)})"
    if moved == "unchanged":
        return f"blieb{between} {claim('nahezu unverändert', moved, now, before)}"
    verb = claim("stieg" if moved == "rose" else "sank", moved, now, before)
    return f"{verb}{between} um {magnitude(change)}"


def alike(first: tuple[Fact, Fact, Fact], second: tuple[Fact, Fact, Fact], subject: str) -> str:
    """The second clause of two movements (now, before, change): "die Zahl um 9,8 %", or with its own verb where it
    moved otherwise: "die Zahl sank um 2,0 %"."""
    moved = movement(*second[:2])
    if moved in ("rose", "fell") and moved == movement(*first[:2]):
        return f"{subject} um {magnitude(second[2])}"
    return f"{subject} {moved_by(*second)}"


def gained(fact: Fact) -> str:
    """ "wären 32.234 hinzugekommen": what an effect alone would have brought, without a sign."""
    if not fact.known:
        return f"ist die Zahl nicht bestimmbar ({ref(fact)})"
    return f"wären {magnitude(fact)} {'weggefallen' if fact.value < 0 else 'hinzugekommen'}"


def placed(own: Fact, others: list[tuple[Fact, str]], words: tuple[str, str, str] | None = None) -> str:
    """ "höher als in Nordrhein-Westfalen (…) und in Deutschland (…)", for pairs of fact and "in ...".

    The word is said once for neighbours it holds for. The others' values alone if ours is unknown; references
    without a value are left out.
    """
    known = [(other, place) for other, place in others if other.known]
    if not known:
        return "nicht vergleichbar, weil Vergleichswerte fehlen"
    if not own.known:
        return listing([f"{place} {ref(other)}" for other, place in known])
    parts, last = [], None
    for other, place in known:
        found = relation(own, other)
        word = "" if found == last else f"{compared(own, other, words or ('höher als', 'niedriger als', 'gleich'))} "
        parts.append(f"{word}{place} ({ref(other)})")
        last = found
    return listing(parts)


def sentence_start(text: str) -> str:
    """The text with a capital letter, whatever stands behind it."""
    return text[0].upper() + text[1:]


def counted(fact: Fact, singular: str, plural: str) -> str:
    """ "1 Kreis", "5 Kreise": a number with the noun it asks for."""
    return f"{ref(fact)} {singular if fact.value == 1 else plural}"


def against_last_year(now: Fact, before: Fact, change: Fact) -> str:
    """The short line of a key figure: "+0,3 % gegen 2019"."""
    if not change.known:
        return f"gegen {before.period} nicht bestimmbar"
    return f"{ref(change)} gegen {before.period}"


def rank(position: Fact, of: Fact) -> str:
    """ "Rang 12 von 396 Kreisen mit Angabe"."""
    if not position.known:
        return "ohne Rang, weil die Angabe fehlt"
    return f"Rang {ref(position)} von {ref(of)} Kreisen mit Angabe"


def listing(words: list[str]) -> str:
    """ "A, B und C"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} und {words[-1]}"


BRANCHES = {
    "total": "insgesamt",
    "A": "Land- und Forstwirtschaft (A)",
    "B-F": "Produzierendes Gewerbe (B–F)",
    "B-E": "Industrie (B–E)",
    "C": "Verarbeitendes Gewerbe (C)",
    "F": "Baugewerbe (F)",
    "G-U": "Dienstleistungen (G–U)",
    "G-I": "Handel, Verkehr, Gastgewerbe (G–I)",
    "G-J": "Handel, Verkehr, Gastgewerbe, Information (G–J)",
    "J": "Information und Kommunikation (J)",
    "K": "Finanzen und Versicherungen (K)",
    "L": "Grundstücks- und Wohnungswesen (L)",
    "M-N": "Unternehmensdienste (M–N)",
    "K-N": "Finanz- und Unternehmensdienste (K–N)",
    "O-Q": "Öffentliche Dienste, Bildung, Gesundheit (O–Q)",
    "O-T": "Öffentliche und sonstige Dienste (O–T)",
    "O-U": "Öffentliche und sonstige Dienste (O–U)",
    "R-U": "Kultur und sonstige Dienste (R–U)",
    "industry": "Industrie",
    "energy": "Energie",
    "other": "andere Branchen",
    "unclassified": "ohne Zuordnung",
    "business-and-industry": "Gewerbe, Handel, Dienstleistung und Industrie",
}

VARIANTS = {
    "direct": "Variante direct",
    "chain": "Variante chain",
    "employees": "Beschäftigte",
    "persons_employed": "Erwerbstätige",
    "bisko": "Variante bisko",
    "target": "Zielwert",
    "co2": "Variante co2",
    "computed": "gerechnet",
    "stated": "behauptet",
    "planned": "Planwert der Stadt",
    "lowest": "Bezugsjahr mit dem niedrigsten Wert",
    "highest": "Bezugsjahr mit dem höchsten Wert",
    "per_job": "je Beschäftigten der Industrie",
    "per_gva": "je Euro Wertschöpfung der Industrie, nominal",
    "per_head": "Gewerbe und Industrie je Kopf, Bilanz der Stadt",
}

METHODS = {
    "official figure": "amtlicher Wert",
    "sum over districts": "Summe der Kreise",
    "sums divided": "Summen geteilt",
    "change in per cent": "Veränderung in Prozent",
    "difference in points": "Differenz in Prozentpunkten",
    "published figure": "veröffentlichte Zahl",
    "count": "Zählung",
    "median of districts": "Median der Kreise",
    "extreme of districts": "Extremwert der Kreise",
    "city balance": "Bilanz der Stadt",
    "plan of the city": "Planwert der Stadt",
    "straight path": "gerader Pfad vom Bezugsjahr zum Ziel",
    "no target path": "kein Zielpfad",
    "change against the base year": "Minderung gegenüber dem Bezugsjahr",
    "target per head times population": "Zielwert je Kopf mal Bevölkerung",
    "constant rate": "gleichbleibende Rate vom letzten Wert zum Ziel",
    "log trend": "Trendgerade durch die Logarithmen",
    "straight trend": "Trendgerade, kleinste Quadrate",
    "location quotient": "Anteil durch Anteil in Deutschland",
    "index of shares": "Index aus Branchenanteilen",
    "shift-share": "Shift-Share nach Dunn, Maßstab Deutschland",
    "sum over installations": "Summe der Anlagen",
    "no installation": "keine Anlage mit Emissionen",
    "deflated": "Summen geteilt, Wertschöpfung mit dem nationalen Deflator in Preisen von 2020",
    "input-output table": "Lieferungen durch Produktion",
    "network estimate": "Beschäftigte mal Lieferanteil",
    "fit to one figure": "Anpassung an eine veröffentlichte Zahl",
    "deflated change": "Veränderung nach Abzug der Preisentwicklung",
    "deviation in per cent": "Abweichung in Prozent",
}


def fact_label(fact: Fact, indicator: Indicator) -> str:
    """The indicator's label with branch and variant, as the register prints it."""
    parts = [indicator.label_de]
    if fact.branch:
        parts.append(BRANCHES.get(fact.branch, fact.branch))
    if fact.variant:
        parts.append(VARIANTS.get(fact.variant, fact.variant))
    return ", ".join(parts)


def magnitude_text(fact: Fact, indicator: Indicator) -> str:
    """A change without its sign: "4,1 %"."""
    if not fact.known:
        return STATUS_TEXT[fact.status][0]
    return with_unit(figure(abs(fact.value), indicator).lstrip("+"), indicator)


def long_date(iso: str) -> str:
    """ "2026-11-23" as "23. November 2026"."""
    return format_date(date.fromisoformat(iso), format="long", locale="de_DE")


SPAN = re.compile(r"\[(?P<text>[^\]]*)\]\{\.(?P<kind>fact|claim)(?P<options>[^}]*)\}")


def plain(text: str, known: dict[str, Fact], indicators: dict[str, Indicator]) -> str:
    """A sentence of the dialect with every span replaced by what it prints."""

    def shown(match: re.Match[str]) -> str:
        if match["kind"] == "claim":
            return match["text"]
        fact = known[match["text"]]
        indicator = indicators[fact.indicator]
        if "interval" in match["options"]:
            return interval(fact, indicator) or printed(fact, indicator)
        return magnitude_text(fact, indicator) if "magnitude" in match["options"] else printed(fact, indicator)

    return SPAN.sub(shown, text)
