"""Branches of the WZ as tables print them: with the letters in brackets, or abbreviated without any."""

import re
from collections.abc import Collection, Mapping

from analysis.sources import dashes
from analysis.sources.regionalstatistik_werteabruf import EMPLOYEES_BRANCHES
from analysis.sources.regionalstatistik_xlsx import VALUE_ADDED

TOTALS = ("Insgesamt", "insgesamt", "Total", "Zusammen")
_LETTERS = re.compile(r"\(([A-V](?:-[A-V])?)\)")
_CODES = re.compile(r"(?:WZ|CPA)\d\d(?:-[0-9A-Z]+)+")
_UNIT = "(Tsd. EUR)"
_ABBREVIATED = {label: code for label, code in EMPLOYEES_BRANCHES.items() if code != "total"} | {
    label.removesuffix(_UNIT): column.branch
    for label, column in VALUE_ADDED.columns.items()
    if column.branch != "total"
}
_TREES = (dashes.WZ_EMPLOYEES, dashes.WZ_VALUE_ADDED)


def branch_of(label: str) -> str:
    """The branch's code, as "B-E" or "CPA08-19"; empty for a label that is no branch (and for the total)."""
    plain = label.strip()
    if plain in _ABBREVIATED:
        return _ABBREVIATED[plain]
    found = _LETTERS.search(plain)
    return found[1] if found else plain if _CODES.fullmatch(plain) else ""


def classification(texts: str, branches: Collection[str]) -> str:
    """The classification that a table's titles and notes name, else what its sections tell; "none" without branches.

    Sections up to U are those of the WZ 2008, V came with the WZ 2025; before, there were A to Q.
    """
    coded = next((branch for branch in branches if _CODES.fullmatch(branch)), "")
    if coded:
        name, year = re.match(r"(WZ|CPA)(\d\d)", coded).groups()
        return f"{name} {'19' if year == '93' else '20'}{year}".replace("1993", "93")
    if not set(branches) - {"total"}:
        return "none"
    named = re.findall(r"WZ\s?(93|2003|2008|2025)", texts)
    if named:
        return f"WZ {named[0]}"
    letters = set("".join(branches)) & set("RSTUV")
    return "WZ 2025" if "V" in letters else "WZ 2008" if letters else "WZ"


def known_sums(branches: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Parent -> its complete parts, for the splits of which all branches are there."""
    for tree in _TREES:
        if {"total", *tree["total"]} <= set(branches):
            return {parent: parts for parent, parts in tree.items() if {parent, *parts} <= set(branches)}
    return {}
