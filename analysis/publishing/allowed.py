"""The digits and words a report may carry without being a fact: one list, each entry with its reason."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Form:
    """A form of text the proofreader lets pass, and why."""

    pattern: re.Pattern[str]
    reason: str


def _form(pattern: str, reason: str) -> Form:
    return Form(re.compile(pattern), reason)


MONTHS = (
    "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
    "|January|February|March|May|June|July|October|December"
)
UNITS = (
    "Personen|Beschäftigten?|Erwerbstätigen?|Einwohner|Arbeitsplätzen?|Stellen|Jobs|Betrieben?|Anlagen|Kreisen?|Prozent"
    "|Prozentpunkten?|Euro|Millionen|Milliarden|Tonnen|Hektar|Quadratkilometern?|Mio|Mrd|kt|t|ha|km|EUR|persons"
    "|employees|jobs|percent|tonnes|sites"
)
YEAR = r"(?<![\d.,])(?:19\d\d|20\d\d|2100)(?![\d.,]*\d)"

# Order counts: longer names before the bare year that may stand in them.
FORMS = (
    _form(r"\b\d{5}-\d{2}-\d{2}-\d(?:-B)?\b", "table codes of the regional database, such as 13111-07-05-4"),
    _form(r"\b\d{5}-\d{4}\b", "table codes of GENESIS, such as 12411-0018"),
    _form(r"\b(?:WZ|NACE(?: Rev\.)?|ISIC)\s?(?:20)?\d{1,2}\b", "classifications of branches, such as WZ 2008"),
    _form(r"\bNACE Rev\. ?\d(?:\.\d)?", "classifications of branches"),
    _form(r"\bNUTS[ -\u00a0\u202f]?[123](?: \(?20\d\d\)?)?", "the territorial levels of the EU"),
    _form(r"\b(?:ESVG|VGR|ESA|SNA|SGB|KldB) ?(?:19|20)\d\d\b|\bSGB [IVX]+\b", "accounts and codes named by year"),
    _form(r"\b(?:PDF/UA-1|PDF/A-\d\w?|WCAG 2\.\d(?: AA)?|EN 301 549|ISO \d+(?:-\d+)?)", "names of standards"),
    _form(r"\b(?:dl-de/(?:by|zero)-2[-.]0|CC[ -]BY(?:-SA)?[ -]4\.0|CC0(?: 1\.0)?|OFL 1\.1)", "names of licences"),
    _form(r"\bDatenlizenz Deutschland\W+Namensnennung\W+(?:Version )?2\.0", "name of a licence"),
    _form(r"§+ ?\d+\w?(?: ?(?:Abs\.|Absatz|Satz|Nr\.) ?\d+)*(?: [A-ZÄÖÜ]\w+G\b)?", "places in laws"),
    _form(
        r"\b(?:Richtlinie|Verordnung|Directive|Regulation)(?: \((?:EU|EG|EC)\))?(?: Nr\.)? \d+/\d+(?:/E[GUC])?",
        "EU law",
    ),
    _form(r"\bCO\s?(?:2|₂)(?:-?e\b|-\w+)?|\bH2\b|\bH₂|\bN₂O|\bSF₆|[mk]m[²³]", "chemical formulas and units"),
    _form(r"\bScope [123]\b", "scopes of the Greenhouse Gas Protocol"),
    _form(rf"\b\d{{1,2}}\.[ \u00a0\u202f](?:{MONTHS})\b", "days, such as 30. Juni"),
    _form(r"\b\d{1,2}\.\d{1,2}\.(?:(?:19|20)\d\d)?", "days in figures, such as 31.12."),
    _form(rf"\b(?:{MONTHS}) \d{{1,2}}\b|\b\d{{1,2}} (?:{MONTHS})\b", "days in English"),
    _form(
        r"\b(?:Abbildung|Tabelle|Kapitel|Abschnitt|Figure|Table|Section|Seite|page)[ \u00a0]\d+(?:\.\d+)*",
        "numbered parts",
    ),
    _form(r"\bKreis(?:schlüssel)? \d{5}\b|\bAGS \d{2,8}\b", "keys of districts"),
    _form(rf"{YEAR}\s?[–/-]\s?(?:{YEAR}|\d\d\b)", "spans of years"),
    _form(rf"{YEAR}(?!\s?(?:%|€|(?:{UNITS})\b))", "years 1900 to 2100, unless a unit follows"),
)

# What tells of a fault in the making, wherever it stands in visible text.
LEFTOVERS = {
    r"\b(?:nan|NaN|NAN|undefined|Infinity)\b": "a value that is no number",
    r"\bNone\b": "a missing value of Python",
    r"^(?:null|none|<NA>)$": "a missing value",
    r"\?meta:|\{\{<|>\}\}": "an unfilled shortcode",
    r"@(?:fig|tbl|sec)-\w": "an unresolved reference",
    r"\?\?|\?@": "an unresolved reference",
    r"\{\.(?:fact|statement|region|claim)\b": "an unfilled span",
    # Tables of Eurostat are named so too: nama_10r_3empers.
    r"\b(?!(?:nama|naio|demo|nrg|lfst)_)[a-z]+_[a-z_0-9]+\b": "the name of a column or key",
}

# English words that are no German ones: column names and default labels of tools.
ENGLISH_WORDS = (
    "the", "and", "of", "with", "from", "employees", "employee", "jobs", "share", "shares", "year", "years", "value",
    "values", "total", "change", "population", "emissions", "sites", "growth", "industry", "services", "target",
    "observed", "branch", "district", "districts", "period", "unit", "count", "true", "false", "figure", "table",
    "section", "page", "chart", "key", "level", "average", "mean", "rate", "label", "show", "export", "save",
)  # fmt: skip
