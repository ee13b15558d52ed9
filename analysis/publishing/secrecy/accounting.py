"""Which numbers shown at a secret cell are accounted for: by a fact, or by public figures alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.publishing.secrecy.findings import Objection
from analysis.publishing.secrecy.numbers import NUMBER, Number
from analysis.publishing.secrecy.official import Cell
from analysis.publishing.secrecy.places import CODES, Places
from analysis.publishing.secrecy.public import Figures, Public
from analysis.publishing.secrecy.rows import EXHIBIT, TEXT, WORKING, Row
from analysis.regions import Region

UNACCOUNTED = "shows a number at a secret cell that neither a fact nor public figures account for"
EMPLOYEES = re.compile(r"Beschäftigt|employees", re.IGNORECASE)
RATE = re.compile(r"Prozent|Anteil|anteil|Index|quotient|Veränderung|share|%")
CLASS = "class"  # of a map: it says between which limits a value lies


@dataclass(frozen=True)
class Accounts:
    """Goes through the rows of a region's report."""

    places: Places
    public: Public
    region: Region

    def objections(self, rows: Iterable[Row]) -> Iterator[Objection]:
        """The rows with a number that nothing accounts for."""
        own = self.places.risky(self.region.districts)
        for row in rows:
            places = self.places.named(row.words)
            if row.kind == WORKING and places is None and not EMPLOYEES.search(row.context):
                continue
            if own and (places is None or row.kind == TEXT):
                places = (places or frozenset()) | frozenset(self.region.districts)
            if places and self.places.risky(places) and row.numbers and (cells := self._betrayed(row, places)):
                yield Objection(f"{row.where}, «{_shortened(row)}»", cells, UNACCOUNTED)

    def _betrayed(self, row: Row, places: frozenset[str]) -> frozenset[Cell]:
        """The secret cells that unaccounted numbers of the row stand at."""
        branches = self.places.branches(row)
        if not branches and row.kind == WORKING:
            return frozenset()
        stated = self.public.stated(branches if branches and row.kind == EXHIBIT else None)
        branches = branches or CODES
        explained, open_to = [], []
        for number in row.numbers:
            named = self.places.named_years(row, number)
            hidden = self.public.official.hidden(places, branches, named or self.places.years_around(row))
            derived = self.public.derived(places, branches, named or self.public.official.years) if hidden else None
            if not hidden or _accounted(row, number, (stated, derived)):
                explained.append(number.readings[0][0])
            else:
                open_to.append((number, hidden))
        return frozenset().union(*(hidden for number, hidden in open_to if not _is_sum(number, explained)))


def _accounted(row: Row, number: Number, figures: Iterable[Figures]) -> bool:
    """Whether a number, in one of its readings, is one of these figures rounded. Whole numbers are counts unless the
    words say otherwise."""
    if number.head == CLASS:
        return False
    rate = RATE.search(
        f"{' '.join(row.words)} {row.context if number.head.islower() or not number.head else number.head}"
    )
    return any(
        _among(part, value, unit)
        for value, unit in number.readings
        for figure in figures
        for part in ((figure.counts, figure.rates) if rate or unit < 1 else (figure.counts,))
    )


def _among(figures: np.ndarray, value: float, unit: float) -> bool:
    return bool(np.any(np.abs(figures - value) <= unit / 2 + 1e-9 * max(1.0, abs(value))))


def _is_sum(number: Number, explained: Iterable[float]) -> bool:
    """Where a stacked bar ends: where it begins plus its size, both in the same row and accounted for."""
    return any(first + second == number.readings[0][0] for first, second in combinations(explained, 2))


def _shortened(row: Row) -> str:
    """The row's words without its numbers: a figure that betrays a cell is not repeated."""
    words = [NUMBER.sub("…", word) for word in dict.fromkeys(row.words)]
    text = " | ".join(word for word in words if word.strip("… "))
    return f"{text[:57]}…" if len(text) > 58 else text
