"""An explanation as people and machines read it."""

import json
from dataclasses import asdict
from itertools import groupby

from analysis import catalogue, wording
from analysis.catalogue import Indicator
from analysis.lineage import Cell, Step

INDENT = "   "
FEW_CELLS, SHOWN_CELLS = 12, 4


def as_text(steps: list[Step]) -> str:
    """One line a step, indented by depth. Of many cells under one figure the first are shown and the rest counted."""
    indicators = catalogue.indicators()
    lines = []
    for is_cell, group in groupby(steps, key=lambda step: (step.cell is not None, step.depth if step.cell else None)):
        found = list(group)
        lines += _cell_lines(found) if is_cell[0] else [line for step in found for line in _lines(step, indicators)]
    return "\n".join(lines)


def _lines(step: Step, indicators: dict[str, Indicator]) -> list[str]:
    margin = INDENT * step.depth
    if step.fact is None:
        return [margin + step.remark]
    fact, indicator = step.fact, indicators[step.fact.indicator]
    method = wording.METHODS.get(fact.method, fact.method)
    first = f"{margin}{fact.id} = {wording.printed(fact, indicator)}  [{method}]"
    return (
        [first] if step.depth else [first, *_heading(step, wording.interval(fact, indicator), indicator.definition_de)]
    )


def _cell_lines(steps: list[Step]) -> list[str]:
    margin = INDENT * steps[0].depth
    count = len(steps) if len(steps) <= FEW_CELLS else SHOWN_CELLS
    shown = [margin + _cell_line(step.cell) for step in steps[:count]]
    rest = [step.cell for step in steps[count:]]
    if not rest:
        return shown
    files = ", ".join(dict.fromkeys(cell.file for cell in rest))
    return [*shown, f"{margin}… and {len(rest)} more cells of {files} (all of them with --json)"]


def _heading(step: Step, interval: str | None, definition: str) -> list[str]:
    fact = step.fact
    stored = "unknown" if fact.value is None else f"{fact.value:.6f}".rstrip("0").rstrip(".")
    lines = [f"  unrounded {stored} {fact.unit}, {fact.period}, status {fact.status}", f"  {definition}"]
    return [*lines, f"  90 % interval: {interval}"] if interval else lines


def _cell_line(cell: Cell) -> str:
    value = "no value" if cell.value is None else wording.number(cell.value, 0 if cell.value == int(cell.value) else 3)
    return f"{cell.file} {cell.place}: {cell.what} = {value} ({cell.status}), {cell.publisher}"


def as_json(steps: list[Step]) -> str:
    """The same for machines: one object a step, with `depth` and `fact`, `cell` or `remark`."""
    rows = [
        {
            "depth": step.depth,
            "fact": asdict(step.fact) | {"id": step.fact.id} if step.fact else None,
            "cell": asdict(step.cell) if step.cell else None,
            "remark": step.remark or None,
        }
        for step in steps
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1)
