"""Places among all districts: counts, medians, extremes and ranks of the share of industry."""

import statistics
from collections.abc import Iterable

from analysis.facts import Fact
from analysis.publishing.secrecy.findings import Findings, Objection
from analysis.publishing.secrecy.lineage import INDUSTRY, TOTAL, Lineage
from analysis.publishing.secrecy.official import SOURCE, Cell, Official
from analysis.publishing.secrecy.quotients import NOISE, Statement

EVERYONE = f"{SOURCE}: "  # how an input in words begins: all districts of the table
UNEQUAL = "is not what the districts with a public share give"


def of_fact(lineage: Lineage, fact: Fact, districts: Iterable[str], where: str) -> Findings:
    """Such a fact says nothing of secret cells if the public shares alone give it.

    But a rank given to a region whose own share is secret says that it lies between its neighbours.
    """
    official, own = lineage.official, tuple(districts)
    year = int(fact.period) if fact.period.isdigit() else 0
    shares = {district: _share(official, (district,), year) for district, when in official.members if when == year}
    others = sorted((share for key, share in shares.items() if share is not None and key not in own), reverse=True)
    mine = _share(official, own, year) if own else None
    if fact.indicator == "industry_share_rank" and mine is None and fact.value is not None:
        return _placed(lineage, own, others, fact, where)
    expected = _expected(fact.indicator, [*shares.values()], others, mine)
    if expected is not None and fact.value is not None and abs(fact.value - expected) <= NOISE * max(1, abs(expected)):
        return Findings()
    return Findings(objections=[Objection(where, _secret_shares(lineage, year), UNEQUAL)])


def _share(official: Official, districts: Iterable[str], year: int) -> float | None:
    part, whole = (official.level(districts, branch, year) for branch in (INDUSTRY, TOTAL))
    return None if part is None or not whole else part / whole * 100


def _expected(indicator: str, shares: list[float | None], others: list[float], mine: float | None) -> float | None:
    """What the public shares give; None for a standing that is not known here."""
    known = [share for share in shares if share is not None]
    match indicator.removeprefix("industry_share_"):
        case "rank":
            return None if mine is None else sum(share > mine for share in others) + 1
        case "districts":
            return len(others) + (mine is not None)
        case "missing":
            return len(shares) - len(known)
        case "median":
            return statistics.median(known) if known else None
        case "lowest" | "highest" as end if known:
            return min(known) if end == "lowest" else max(known)
        case _:
            return None


def _placed(lineage: Lineage, own: tuple[str, ...], others: list[float], rank: Fact, where: str) -> Findings:
    """The rank as a statement: below the share of the place before, above that of the place after."""
    cells, year, at = lineage.official.cells_of, int(rank.period), int(rank.value)
    above, below = (lineage.of_cells(list(cells(own, branch, year))) for branch in (INDUSTRY, TOTAL))
    share = above.by(below) if above and below else None
    if share is None:
        return Findings(objections=[Objection(where, _secret_shares(lineage, year), UNEQUAL)])
    high = others[at - 2] if 2 <= at <= len(others) + 1 else 100.0
    low = others[at - 1] if at <= len(others) else 0.0
    return Findings(statements=[Statement(where, share.times(100.0), low, high)])


def _secret_shares(lineage: Lineage, year: int) -> frozenset[Cell]:
    return frozenset(cell for cell in lineage.secret if cell[1:] == (INDUSTRY, year))
