"""From a fact's lineage to the quotient it states: what each method of the study makes of its inputs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analysis.catalogue import Indicator
from analysis.facts import Fact
from analysis.publishing.secrecy.official import Cell, Official
from analysis.publishing.secrecy.quotients import Quotient, constant, weighted
from analysis.publishing.secrecy.shift_share import effect

INDUSTRY = "B-E"
TOTAL = "total"


@dataclass
class Lineage:
    """The facts of an edition over the cells of the official table.

    `secret` are the cells that stay unknown, those of the table and any named beside them; all else is a public
    number. `quotient` is None where lineage and method do not determine what a fact says: such a fact may not touch a
    secret cell.
    """

    facts: Mapping[str, Fact]
    official: Official
    indicators: Mapping[str, Indicator]
    secret: frozenset[Cell] = frozenset()
    _touched: dict[str, frozenset[Cell]] = field(default_factory=dict)
    _quotients: dict[str, Quotient | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The table's secret cells are never public."""
        self.secret = self.secret | self.official.secret

    def touched(self, ident: str) -> frozenset[Cell]:
        """The secret cells that a fact or cell rests on, through all its inputs."""
        if ident not in self._touched:
            self._touched[ident] = frozenset()  # an input that leads back to itself adds nothing
            fact = self.facts.get(ident)
            cell = self.official.names.get(ident)
            parts = [self.touched(part) for part in fact.inputs] if fact else []
            self._touched[ident] = frozenset().union(*parts) if fact else frozenset({cell} & self.secret)
        return self._touched[ident]

    def quotient(self, ident: str) -> Quotient | None:
        """What a fact, or a cell, says of the secret cells."""
        if ident not in self._quotients:
            self._quotients[ident] = None  # likewise: what rests on itself is not determined
            self._quotients[ident] = self._made(ident)
        return self._quotients[ident]

    def _made(self, ident: str) -> Quotient | None:
        fact = self.facts.get(ident)
        if fact is None:
            cell = self.official.names.get(ident)
            return None if cell is None else self.of_cells([cell])
        if not self.touched(ident):
            return None if fact.value is None else Quotient.of(fact.value)
        rule = RULES.get(fact.method)
        return rule(self, fact) if rule else None

    def of_cells(self, cells: list[Cell]) -> Quotient | None:
        """The sum of official cells; None without any, and where one is not in the table."""
        if not cells or any(cell not in self.official.values for cell in cells):
            return None
        values, secret = self.official.values, self.secret
        return Quotient.of(
            weighted(*((1.0, {cell: 1.0} if cell in secret else constant(values[cell])) for cell in cells))
        )

    def cells(self, fact: Fact, *branches: str) -> list[Cell]:
        """The official cells among a fact's inputs, of these branches if any are named."""
        found = [self.official.names[part] for part in fact.inputs if part in self.official.names]
        return [cell for cell in found if not branches or cell[1] in branches]

    def parts(self, fact: Fact) -> list[Fact]:
        """The facts among a fact's inputs."""
        return [self.facts[part] for part in fact.inputs if part in self.facts]


def _sum(lineage: Lineage, fact: Fact) -> Quotient | None:
    """A level: the sum of its cells, all of them in the table."""
    cells = lineage.cells(fact)
    return lineage.of_cells(cells) if len(cells) == len(fact.inputs) else None


def _division(lineage: Lineage, fact: Fact) -> Quotient | None:
    """Sums divided: of two facts, or of the cells of numerator and denominator."""
    item, parts = lineage.indicators.get(fact.indicator), lineage.parts(fact)
    if item is None:
        return None
    if len(parts) == len(fact.inputs) == 2:
        above, below = (lineage.quotient(part.id) for part in parts)
    elif item.numerator and item.denominator and not parts:
        branches = [fact.branch or item.numerator.partition(".")[2], item.denominator.partition(".")[2]]
        above, below = (lineage.of_cells(lineage.cells(fact, branch)) for branch in branches)
    else:
        return None
    found = above.by(below) if above and below else None
    return found.times(item.scale) if found else None


def _change(lineage: Lineage, fact: Fact) -> Quotient | None:
    """A change in per cent: 100 · (now − before) / before."""
    now, before = _ends(lineage, fact)
    difference = now.less(before) if now and before else None
    found = difference.by(before) if difference else None
    if found is None and now and before and (ratio := now.by(before)):
        found = ratio.less(Quotient.of(1.0))
    return found.times(100.0) if found else None


def _difference(lineage: Lineage, fact: Fact) -> Quotient | None:
    now, before = _ends(lineage, fact)
    return now.less(before) if now and before else None


def _ends(lineage: Lineage, fact: Fact) -> tuple[Quotient | None, Quotient | None]:
    """Now and before of a change, whose inputs are before and now."""
    parts = lineage.parts(fact)
    if len(parts) != 2 or len(fact.inputs) != 2:
        return None, None
    before, now = (lineage.quotient(part.id) for part in parts)
    return now, before


def _location_quotient(lineage: Lineage, fact: Fact) -> Quotient | None:
    """Share of the branch here by its share there; inputs are branch and total here, then there."""
    parts = [lineage.quotient(part) for part in fact.inputs]
    if len(parts) != 4 or None in parts:
        return None
    own, outer = parts[0].by(parts[1]), parts[2].by(parts[3])
    return own.by(outer) if own and outer else None


def _network(lineage: Lineage, fact: Fact) -> Quotient | None:
    """Σ delivery share · employees, with industry counted whole; as a share, by all employees."""
    if fact.indicator == "network_share":
        jobs = next((part for part in lineage.parts(fact) if part.indicator == "network_jobs"), None)
        above = lineage.quotient(jobs.id) if jobs else None
        below = lineage.of_cells(lineage.cells(fact, TOTAL))
        found = above.by(below) if above and below else None
        return found.times(100.0) if found else None
    if fact.indicator not in ("network_jobs", "network_jobs_common", "network_services"):
        return None
    shares = (part for part in lineage.parts(fact) if part.indicator == "delivery_share" and part.known)
    weights = {part.branch: part.value / 100 for part in shares}
    weights |= {INDUSTRY: 0.0 if fact.indicator == "network_services" else 1.0}
    cells = lineage.cells(fact)
    if not cells or any(cell[1] not in weights for cell in cells):
        return None
    sums = [(weights[cell[1]], lineage.of_cells([cell]).above) for cell in cells]
    return Quotient.of(weighted(*sums))


def _shift_share(lineage: Lineage, fact: Fact) -> Quotient | None:
    return effect(fact, lineage.parts(fact), lambda part: lineage.quotient(part.id))


RULES: dict[str, Callable[[Lineage, Fact], Quotient | None]] = {
    "official figure": _sum,
    "sum over districts": _sum,
    "sums divided": _division,
    "change in per cent": _change,
    "difference in points": _difference,
    "location quotient": _location_quotient,
    "network estimate": _network,
    "shift-share": _shift_share,
}
