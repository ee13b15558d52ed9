"""Header rows stacked above the values of a cross table: what each column measures, of what, when, in what unit.

A row holds units, dates, attributes, or the name of the variable whose attributes stand in the next row. The total of
a variable ("Insgesamt") is left out; what is measured stands in the titles ("Beschäftigte (Anzahl)"), or else in the
first row.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sources.periods import PERIOD, iso_date
from analysis.sources.wz_labels import TOTALS, branch_of

UNSTATED = "not stated"
_SCALE = r"(?:(?:Tsd|Mill|Mio|Mrd)\.? ?|1000 ?|100 ?)?"
_PLAIN_UNITS = (
    r"EUR(?: ?/ ?\w+| je \w+)?|Euro|DM|Anzahl|Personen|ha|qkm|km2|km²|qm|m²|cbm|m³|t|kg|dt|dt/ha|Tonnen|t CO2|TJ|GJ|PJ|"
    r"kW|MW|kWh|MWh|GWh|Stunden|Std\.|Jahre|Prozent|%|Index|number|Number|persons"
)
_UNIT = re.compile(rf"{_SCALE}(?:{_PLAIN_UNITS})|1000|Tsd\.|jew\. ME")


@dataclass(frozen=True)
class Column:
    """One column of values; branch "total" and an empty period where the header does not say."""

    measure: str
    unit: str
    branch: str = "total"
    period: str = ""
    label: str = ""


@dataclass(frozen=True)
class Content:
    """What the titles say: the subject of all columns and its unit, the period; each empty if they do not."""

    subject: str = ""
    unit: str = ""
    period: str = ""


def is_unit(text: str) -> bool:
    """Whether a text is a unit of measurement."""
    return bool(_UNIT.fullmatch(text.strip()))


def content(titles: Sequence[str]) -> Content:
    """Subject and unit from "Luftemissionen (t)", the period from "Stichtag: 30.06.2020" or a bare year."""
    subject, unit, period = "", "", ""
    for title in titles:
        text = title.strip()
        if (found := re.fullmatch(r"(.+?) ?\(([^()]+)\)", text)) and is_unit(found[2]):
            subject, unit = found[1], found[2]
        if found := re.fullmatch(
            rf"(?:[\w ]*(?:[Jj]ahr|Stichtag|[Zz]eitraum|Monat|Zeit)\w*:? )?({PERIOD.pattern})", text
        ):
            period = iso_date(found[1])
    return Content(subject, unit, period)


def columns(rows: Sequence[Sequence[str]], known: Content) -> list[Column]:
    """One `Column` for each position of the header rows, which are equally long and filled ("" for nothing)."""
    units = [row for row in rows if any(row) and all(is_unit(text) for text in row if text)]
    dates = [row for row in rows if any(row) and all(PERIOD.fullmatch(text.strip()) for text in row if text)]
    labels = [row for row in rows if row not in units and row not in dates and any(row)]
    names = [_is_name(labels, number, bool(known.subject)) for number in range(len(labels))]
    return [
        _column(
            [row[place].strip() for row in labels],
            names,
            known,
            unit=next((row[place] for row in units if row[place]), ""),
            period=next((iso_date(row[place]) for row in dates if row[place]), ""),
        )
        for place in range(len(rows[0]))
    ]


def filled(rows: Sequence[Sequence[str | None]]) -> list[list[str]]:
    """Rows of a workbook with the text of merged cells repeated to the right, as far as what stands above reaches."""
    complete: list[list[str]] = []
    for row in rows:
        now: list[str] = []
        for place, text in enumerate(row):
            same = place > 0 and all(above[place] == above[place - 1] for above in complete)
            now.append(text or (now[-1] if same and now[-1] else ""))
        complete.append(now)
    return complete


def _is_name(labels: Sequence[Sequence[str]], number: int, has_subject: bool) -> bool:
    """Whether a row names a variable: one text all over, above a row with several texts or totals only."""
    if number + 1 == len(labels) or (number == 0 and not has_subject):
        return False
    texts, below = ({text.strip() for text in row if text} for row in labels[number : number + 2])
    return len(texts) == 1 and not texts & set(TOTALS) and (len(below) > 1 or below <= set(TOTALS))


def _column(texts: list[str], names: list[bool], known: Content, *, unit: str, period: str) -> Column:
    parts, branch, label, name = [], "total", "", ""
    for text, is_name in zip(texts, names, strict=True):
        if is_name:
            name = f"{text}="
            continue
        plain, in_brackets = split_unit(text)
        unit = unit or in_brackets
        if code := branch_of(plain):
            branch, label = code, plain
        elif plain and plain not in TOTALS:
            parts.append(name + plain)
        name = ""
    subject = [known.subject] if known.subject else []
    measure = "|".join(dict.fromkeys([*subject, *parts])) or next((text for text in texts if text), "value")
    return Column(measure, unit or known.unit or UNSTATED, branch, period, label)


def split_unit(text: str) -> tuple[str, str]:
    """ "Bruttoinlandsprodukt(Tsd. EUR)" -> the label and its unit, which may be empty."""
    found = re.fullmatch(r"(.+?)\s*\(\s*([^()]+?)\s*\)", text.strip(), re.DOTALL)
    return (found[1], found[2]) if found and is_unit(found[2]) else (text.strip(), "")


def flattened(rows: Sequence[Sequence[str | None]], known: Content, units: Sequence[str]) -> list[Column]:
    """Columns of a header that someone flattened: labels in the last row, their groups in the row before, if any.

    "X-männlich" is an attribute of X where there is also "X-Insgesamt". A group is the subject unless the titles name
    it; `units` are those that stand elsewhere, "" for none.
    """
    labels = [(text or "").strip() for text in rows[-1]]
    groups = filled(rows[-2:-1])[0] if len(rows) > 1 else [""] * len(labels)
    stems = {label.removesuffix("-Insgesamt") for label in labels if label.endswith("-Insgesamt")}
    return [
        _flat_column(label, group, stems, known, unit) for label, group, unit in zip(labels, groups, units, strict=True)
    ]


def _flat_column(label: str, group: str, stems: set[str], known: Content, unit: str) -> Column:
    plain, in_brackets = split_unit(label)
    subject = known.subject or split_unit(group.split("---")[0])[0] or plain
    stem = next((stem for stem in stems if plain.startswith(f"{stem}-")), "")
    parts = [stem, plain.removeprefix(f"{stem}-")] if stem else [plain]
    branch = branch_of(plain)
    named = [] if branch else [part for part in parts if part not in TOTALS]
    measure = "|".join(dict.fromkeys([subject, *named]))
    return Column(
        measure, in_brackets or unit or known.unit or UNSTATED, branch or "total", "", plain if branch else ""
    )
