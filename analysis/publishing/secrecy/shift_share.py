"""What an effect of the shift-share analysis says of the region's cells: sums, since Germany's growth is public."""

from collections.abc import Callable, Sequence

from analysis.facts import Fact
from analysis.publishing.secrecy.quotients import Quotient, Sum, weighted

Reader = Callable[[Fact], Quotient | None]


def effect(fact: Fact, parts: Sequence[Fact], read: Reader) -> Quotient | None:
    """A fact `shift_share_<effect>` from the levels it names: the region's own, and the reference's in both years.

    Dunn's effects as analysis.methods.growth has them; None where a level or a public growth rate is missing.
    """
    first, last = fact.period.split("-") if "-" in fact.period else (fact.period, fact.period)
    own, outer = _levels(fact, parts, read, own=True), _levels(fact, parts, read, own=False)
    kind = fact.indicator.removeprefix("shift_share_")
    cells = _Ends(own, outer, first, last)
    if kind == "change":
        return _as_quotient(cells.change(fact.branch))
    growth = cells.growth(None)
    if growth is None:
        return None
    if kind == "national":
        return _as_quotient(cells.grown(fact.branch, growth))
    mix = cells.mix(fact.branch, growth)
    if kind == "mix" or mix is None:
        return _as_quotient(mix)
    change, national = cells.change(fact.branch), cells.grown(fact.branch, growth)
    if kind != "regional" or change is None or national is None:
        return None
    return _as_quotient(weighted((1.0, change), (-1.0, national), (-1.0, mix)))


def _as_quotient(form: Sum | None) -> Quotient | None:
    return None if form is None else Quotient.of(form)


Levels = dict[tuple[str | None, str], Sum]


def _levels(fact: Fact, parts: Sequence[Fact], read: Reader, *, own: bool) -> Levels:
    """(branch, year) -> level of the region, or of the reference; what is not determined is left out."""
    found = {}
    for part in parts:
        if (part.region == fact.region) == own and (quotient := read(part)) and quotient.linear is not None:
            found[part.branch, part.period] = quotient.linear
    return found


class _Ends:
    """First and last year of the region and of its reference."""

    def __init__(self, own: Levels, outer: Levels, first: str, last: str) -> None:
        self.own, self.outer, self.first, self.last = own, outer, first, last

    @property
    def branches(self) -> list[str]:
        return sorted({branch for branch, _ in self.outer if branch})

    def change(self, branch: str | None) -> Sum | None:
        first, last = (self._level(self.own, branch, year) for year in (self.first, self.last))
        return None if first is None or last is None else weighted((1.0, last), (-1.0, first))

    def grown(self, branch: str | None, rate: float) -> Sum | None:
        """The first year's level times a rate."""
        first = self._level(self.own, branch, self.first)
        return None if first is None else weighted((rate, first))

    def growth(self, branch: str | None) -> float | None:
        """The reference's growth; None where it is not public."""
        ends = [self._number(branch, year) for year in (self.first, self.last)]
        return None if None in ends or not ends[0] else ends[1] / ends[0] - 1

    def mix(self, branch: str | None, growth: float) -> Sum | None:
        """First year's level times what the branch grew beyond the whole; all branches with what is in none."""
        if branch is not None:
            rate = self.growth(branch)
            return None if rate is None else self.grown(branch, rate - growth)
        parts = [self.mix(name, growth) for name in self.branches]
        if None in parts or not parts:
            return None
        rest = self._rest(self.own, self.first)
        if rest is None:
            return None
        return weighted(*((1.0, part) for part in parts), (self._rest_growth(growth) - growth, rest))

    def _rest_growth(self, growth: float) -> float:
        """Growth of what is in no branch; where that is none or less, the whole stands for it."""
        ends = [self._rest(self.outer, year) for year in (self.first, self.last)]
        base, later = (0.0 if end is None else sum(end.values()) for end in ends)
        return later / base - 1 if base > 0 and later >= 0 else growth

    def _level(self, levels: Levels, branch: str | None, year: str) -> Sum | None:
        """A branch's level, or that of all: the total, or without one the branches' sum."""
        if branch is not None or (None, year) in levels:
            return levels.get((branch, year))
        parts = [levels.get((name, year)) for name in self.branches]
        return None if None in parts else weighted(*((1.0, part) for part in parts))

    def _rest(self, levels: Levels, year: str) -> Sum | None:
        whole, parts = self._level(levels, None, year), [levels.get((name, year)) for name in self.branches]
        return None if whole is None or None in parts else weighted((1.0, whole), *((-1.0, part) for part in parts))

    def _number(self, branch: str | None, year: str) -> float | None:
        form = self._level(self.outer, branch, year)
        return None if form is None or len(form) > 1 else next(iter(form.values()), 0.0)
