"""What an audit gathers: statements about secret cells, and figures of which nobody can say what they state."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from analysis.publishing.secrecy.official import Cell
from analysis.publishing.secrecy.quotients import Statement


@dataclass(frozen=True)
class Objection:
    """A figure that stops the edition by itself: where it stands, the secret cells it touches, what is wrong."""

    where: str
    cells: frozenset[Cell]
    what: str

    def __str__(self) -> str:
        return f"{self.where} {self.what} ({named(self.cells)})"


@dataclass
class Findings:
    """`audited` counts the figures looked at, also those that say nothing of a secret cell; `editions` are those in
    place beside this one."""

    statements: list[Statement] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    audited: int = 0
    editions: list[str] = field(default_factory=list)

    def add(self, other: "Findings") -> None:
        """Take in what another part of the edition releases."""
        self.statements += other.statements
        self.objections += other.objections
        self.audited += other.audited
        self.editions += other.editions


def named(cells: Iterable[Cell], most: int = 6) -> str:
    """ "A of 08416 in 2020, F of 08416 in 2020 and 2 more"."""
    texts = [f"{branch} of {region} in {year}" for region, branch, year in sorted(cells)]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
