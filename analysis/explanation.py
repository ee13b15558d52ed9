"""An explanation as people and machines read it."""

import json
from dataclasses import asdict

from analysis import catalogue, wording
from analysis.lineage import Cell, Step

INDENT = "   "


def as_text(steps: list[Step]) -> str:
    """One line a step, indented by depth; cells that share a file stand under each other."""
    indicators = catalogue.indicators()
    lines = []
    for step in steps:
        margin = INDENT * step.depth
        if step.remark:
            lines.append(margin + step.remark)
            continue
        if step.cell:
            lines.append(margin + _cell_line(step.cell))
            continue
        fact, indicator = step.fact, indicators[step.fact.indicator]
        method = wording.METHODS.get(fact.method, fact.method)
        lines.append(f"{margin}{fact.id} = {wording.printed(fact, indicator)}  [{method}]")
        if not step.depth:
            lines += _heading(step, wording.interval(fact, indicator), indicator.definition_de)
    return "\n".join(lines)


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
