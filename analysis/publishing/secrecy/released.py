"""What facts and downloads state of secret cells."""

from collections.abc import Collection, Iterator, Mapping

import polars as pl

from analysis.catalogue import Indicator
from analysis.facts import Fact
from analysis.publishing.secrecy import standings
from analysis.publishing.secrecy.findings import Findings, Objection
from analysis.publishing.secrecy.lineage import Lineage
from analysis.publishing.secrecy.numbers import YEAR
from analysis.publishing.secrecy.official import MEASURE, SOURCE, Cell
from analysis.publishing.secrecy.places import CODES
from analysis.publishing.secrecy.quotients import NOISE, Quotient, Statement, grid, step_of

Members = Mapping[str, tuple[str, ...]]
UNKNOWN = "touches a secret cell, and its lineage does not determine what it says of it"
UNNAMED = "is about a secret cell that its inputs do not name"
UNEQUAL = "is not what the public cells among its inputs give"


def of_facts(
    lineage: Lineage, members: Members, name: str = "fact", *, only: Collection[str] | None = None, today: bool = True
) -> Findings:
    """Facts with a value or an interval, all or those named. `members` are the districts of each region; `today` says
    that public cells have the values the facts were made from."""
    chosen = [lineage.facts[ident] for ident in only] if only is not None else [*lineage.facts.values()]
    found = Findings(audited=len(chosen))
    for fact in chosen:
        if fact.value is None and fact.low is None and fact.high is None:
            continue
        where = f"{name} {fact.id}"
        if any(part.startswith(standings.EVERYONE) for part in fact.inputs):
            found.add(standings.of_fact(lineage, fact, members.get(fact.region, ()), where) if today else Findings())
        elif lineage.touched(fact.id):
            found.add(_of_touched(lineage, fact, where, today))
        elif cells := _about(lineage, fact, members):
            found.objections.append(Objection(where, cells, UNNAMED))
    return found


def _of_touched(lineage: Lineage, fact: Fact, where: str, today: bool) -> Findings:
    quotient = lineage.quotient(fact.id)
    if quotient is None:
        return Findings(objections=[Objection(where, lineage.touched(fact.id), UNKNOWN)])
    if quotient.cells:
        return Findings(statements=list(_statements(lineage, fact, where, quotient)))
    known = quotient.number
    if today and (known is None or fact.value is None or not _same(fact.value, known, lineage.indicators, fact)):
        return Findings(objections=[Objection(where, lineage.touched(fact.id), UNEQUAL)])
    return Findings()


def _statements(lineage: Lineage, fact: Fact, where: str, quotient: Quotient) -> Iterator[Statement]:
    """Its value with its rounding, and its interval."""
    if fact.value is not None:
        step = step_of(fact.value, _grid(lineage.indicators, fact))
        yield Statement.rounded(where, quotient, fact.value, step)
    if fact.low is not None and fact.high is not None:
        yield Statement(f"interval of {where}", quotient, fact.low, fact.high, interval=True)


def _grid(indicators: Mapping[str, Indicator], fact: Fact) -> float:
    """An indicator no longer in the catalogue counts as never rounded."""
    return grid(indicators[fact.indicator]) if fact.indicator in indicators else NOISE


def _same(value: float, known: float, indicators: Mapping[str, Indicator], fact: Fact) -> bool:
    return abs(value - known) <= max(step_of(value, _grid(indicators, fact)) / 2, 1e-6 * abs(known))


def _about(lineage: Lineage, fact: Fact, members: Members) -> frozenset[Cell]:
    """The secret cells that a fact of employees is about by its name, whatever its inputs say."""
    item = lineage.indicators.get(fact.indicator)
    measure, _, branch = (item.numerator if item and item.numerator else MEASURE).partition(".")
    branch = fact.branch or branch
    if SOURCE not in fact.sources or measure != MEASURE or branch not in CODES or fact.region not in members:
        return frozenset()
    return lineage.official.hidden(members[fact.region], [branch], map(int, YEAR.findall(fact.period)))


def of_observations(lineage: Lineage, table: pl.DataFrame, members: Members, name: str) -> Findings:
    """Rows `region, measure, branch, year, value[, cells]` of a download: each value is the sum of its cells."""
    rows = table.filter(pl.col("value").is_not_null(), measure=MEASURE)
    found = Findings(audited=rows.height)
    cells = rows["cells"].to_list() if "cells" in rows.columns else [()] * rows.height
    keys = rows.select("region", "branch", "year", "value").iter_rows()
    for (region, branch, year, value), inputs in zip(keys, cells, strict=True):
        about = lineage.official.cells_of(members.get(region, (region,)), branch, year)
        whole = _whole(lineage, inputs, about)
        if lineage.secret.isdisjoint(whole):
            continue
        where = f"{name}, {branch} of {region} in {year}"
        found.statements.append(Statement.rounded(where, lineage.of_cells(whole), value, step_of(value, 1.0)))
    return found


def _whole(lineage: Lineage, inputs: Collection[str], about: Collection[Cell]) -> list[Cell]:
    """The cells a row is the sum of: those it names, if it names all and is not about a secret one it leaves out."""
    named = [lineage.official.names[part] for part in inputs if part in lineage.official.names]
    hidden = lineage.secret.intersection(about)
    return named if named and len(named) == len(inputs) and hidden <= set(named) else list(about)
