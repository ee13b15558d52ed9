"""The figures a report may show beside secret cells: its own facts, and what follows from public cells alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis.catalogue import Indicator
from analysis.facts import Fact
from analysis.publishing.secrecy.official import GERMANY, Official
from analysis.regions import LAENDER
from analysis.wording import UNITS

TOTAL = "total"
RATES = ("percent", "percentage_points", "percent_per_year", "lq", "index_points", "factor")


@dataclass(frozen=True)
class Figures:
    """Numbers that count something, and shares, changes, indices and quotients: a count does not explain a share."""

    counts: np.ndarray
    rates: np.ndarray

    @classmethod
    def of(cls, found: Iterable[tuple[bool, float]]) -> "Figures":
        """From pairs: is it a rate, and the number."""
        pairs = list(found)
        return cls(*(np.array([number for rate, number in pairs if rate is kind]) for kind in (False, True)))


@dataclass
class Public:
    """What a report may show, by branch and place; each answer is made once."""

    official: Official
    facts: Iterable[Fact]
    indicators: Mapping[str, Indicator]
    _stated: dict[frozenset[str] | None, Figures] = field(default_factory=dict)
    _derived: dict[tuple, Figures] = field(default_factory=dict)

    def stated(self, branches: frozenset[str] | None) -> Figures:
        """Values and limits of the report's facts, stored and as printed: of all, or of these branches and of none."""
        if branches not in self._stated:
            told = (fact for fact in self.facts if branches is None or fact.branch is None or fact.branch in branches)
            self._stated[branches] = Figures.of(number for fact in told for number in self._ends(fact))
        return self._stated[branches]

    def _ends(self, fact: Fact) -> Iterator[tuple[bool, float]]:
        """With and without sign, since "stieg um" is followed by none."""
        unit = self.indicators[fact.indicator].unit
        for end in (fact.value, fact.low, fact.high):
            if end is not None:
                for number in {end, end * UNITS[unit].scale}:
                    yield from ((unit in RATES, number), (unit in RATES, -number))

    def derived(self, places: frozenset[str], branches: frozenset[str], years: tuple[int, ...]) -> Figures:
        """What public cells give of these places, each and together, and of the Land and Germany beside them."""
        key = (places, branches, years)
        if key not in self._derived:
            areas = [[place] for place in places] + [list(places)]
            areas += [[land] for land in {place[:2] for place in places} & LAENDER.keys()] + [[GERMANY]]
            found = (number for area in areas for branch in branches for number in self._series(area, branch, years))
            self._derived[key] = Figures.of([(False, 0.0), (True, 0.0), (True, 100.0), *found])
        return self._derived[key]

    def _series(self, area: list[str], branch: str, years: tuple[int, ...]) -> Iterator[tuple[bool, float]]:
        levels = {year: self.official.level(area, branch, year) for year in years}
        known = {year: level for year, level in levels.items() if level is not None}
        for year, level in known.items():
            yield False, level
            yield from ((True, share) for share in self._shares(area, branch, year, level))
            for before, base in known.items():
                if base and before != year:
                    yield from ((True, level / base * 100), (True, (level / base - 1) * 100), (False, level - base))

    def _shares(self, area: list[str], branch: str, year: int, level: float) -> Iterator[float]:
        """The share in all employees, and the location quotient."""
        total = self.official.level(area, TOTAL, year)
        outer, everyone = (self.official.level([GERMANY], part, year) for part in (branch, TOTAL))
        if total:
            yield level / total * 100
            if outer and everyone:
                yield level / total / (outer / everyone)
