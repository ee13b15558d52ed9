"""Are secret cells betrayed? The disclosure audit over all statements, and the objections that need none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from analysis.errors import DataCheckError
from analysis.methods.bounds import aggregate_bounds, disclosure_audit
from analysis.methods.frames import MethodError
from analysis.publishing.secrecy.findings import Findings, Objection, named
from analysis.publishing.secrecy.official import Cell, Official
from analysis.publishing.secrecy.quotients import ONE, Statement, members

SINGLE = "can be calculated back to the interval of one secret cell"
CONTRADICTS = "contradicts the official tables together with what else is printed of these cells"
QUOTED = re.compile(r"'([^']+)'")
SIDES = re.compile(", at (?:least|most)$")
LISTED = 5


@dataclass(frozen=True)
class Verdict:
    """`betrayed`: region, branch, year, official, released, statements, as the disclosure audit gives them."""

    secret: int
    audited: int
    statements: int
    editions: tuple[str, ...]
    betrayed: tuple[dict, ...]
    objections: tuple[Objection, ...]

    def content(self) -> dict:
        """For the page on data quality: counts, and what stops the edition. No interval of a cell is in it."""
        return {
            "cells_secret": self.secret,
            "figures_audited": self.audited,
            "statements_on_secret_cells": self.statements,
            "editions_beside": list(self.editions),
            "cells_betrayed": len(self.betrayed),
            "betrayed": list(self.betrayed),
            "objections": [str(objection) for objection in self.objections],
        }

    def require(self) -> None:
        """Raise DataCheckError that names cells, statements and cure, if anything stops the edition."""
        faults = [*self._narrowed(), *map(str, self.objections)]
        if faults:
            more = [f"and {len(faults) - LISTED} more"] if len(faults) > LISTED else []
            listed = "\n".join(f"  - {fault}" for fault in [*faults[:LISTED], *more])
            raise DataCheckError(
                f"The edition would betray secret cells of the official table:\n{listed}",
                next_step="Nothing was published. Leave out what is named, round it more coarsely, or sum over more "
                "secret cells; a number nobody can account for needs a fact with its inputs. An edition in place that "
                "is named has to be withdrawn or re-issued.",
            )

    def _narrowed(self) -> Iterator[str]:
        """The betrayed cells by the statements that do it."""
        groups: dict[tuple[str, str], list[Cell]] = {}
        for row in self.betrayed:
            cell = row["region"], row["branch"], row["year"]
            groups.setdefault((row["statements"], row["released"]), []).append(cell)
        for (statements, released), cells in groups.items():
            yield f"{statements} narrows to {released}: {named(cells)}"


def judge(found: Findings, official: Official) -> Verdict:
    """The audit of all that was gathered."""
    statements = _once(found.statements)
    objections = [*found.objections, *_single(statements, official)]
    betrayed: list[dict] = []
    try:
        betrayed = _betrayed(statements, official)
    except MethodError as fault:
        objections += _contradicting(statements, fault)
    once = tuple({str(objection): objection for objection in objections}.values())
    return Verdict(len(official.secret), found.audited, len(statements), tuple(found.editions), tuple(betrayed), once)


def _once(statements: list[Statement]) -> list[Statement]:
    """Each name once: the same fact in two chapters is one statement."""
    found: dict[str, Statement] = {}
    for statement in statements:
        name, count = statement.name, 1
        while name in found and replace(found[name], name=statement.name) != statement:
            name, count = f"{statement.name} ({count})", count + 1
        found.setdefault(name, replace(statement, name=name))
    return list(found.values())


def _betrayed(statements: list[Statement], official: Official) -> list[dict]:
    if not statements:
        return []
    cells, margins = official.watched
    one = pl.DataFrame([(*ONE, 1.0)], schema=cells.schema, orient="row")
    released = pl.concat(statement.rows() for statement in statements)
    found = disclosure_audit(released, pl.concat([cells, one]), margins).to_dicts()
    return [row | {"statements": _named(row["statements"])} for row in found]


def _named(statements: str) -> str:
    """The statements' names, once each: a quotient makes two of them."""
    return "; ".join(dict.fromkeys(SIDES.sub("", name) for name in statements.split("; ")))


def _contradicting(statements: list[Statement], fault: MethodError) -> list[Objection]:
    """The statements a contradiction names; how far off they are stays unsaid."""
    quoted = {SIDES.sub("", name) for name in QUOTED.findall(str(fault))}
    blamed = [statement for statement in statements if statement.name in quoted] or statements[:1]
    return [Objection(statement.name, statement.quotient.cells, CONTRADICTS) for statement in blamed]


def _single(statements: list[Statement], official: Official) -> list[Objection]:
    """Printed intervals that move with one secret cell alone; one of those that rest on the same cells stands for
    all."""
    intervals = {statement.quotient.cells: statement for statement in statements if statement.interval}
    if not intervals:
        return []
    alone = [statement for cells, statement in intervals.items() if len(cells) == 1]
    linear = [one for one in intervals.values() if one not in alone and one.quotient.linear is not None]
    if linear:
        groups = pl.concat(
            members({cell: weight for cell, weight in one.quotient.linear.items() if cell != ONE}).with_columns(
                group=pl.lit(one.name)
            )
            for one in linear
        )
        withheld = set(aggregate_bounds(*official.watched, groups).drop_nulls("withheld")["group"])
        alone += [one for one in linear if one.name in withheld]
    return [Objection(one.name, one.quotient.cells, SINGLE) for one in alone]
