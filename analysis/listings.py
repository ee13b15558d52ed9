"""What `pipeline.py list` shows."""

import tomllib
from collections.abc import Callable
from pathlib import Path

from analysis import catalogue, regions
from analysis.errors import UsageError

GOALS = Path(__file__).with_name("goals.toml")


def rows(what: str, raw: Path, published: Path) -> list[dict[str, str]]:
    """The rows of one listing, all cells as text."""
    listing: dict[str, Callable[[], list[dict[str, str]]]] = {
        "regions": _regions,
        "indicators": _indicators,
        "sources": lambda: _sources(raw),
        "goals": _goals,
        "facts": lambda: _facts(published),
        "methods": _methods,
    }
    return listing[what]()


def as_text(found: list[dict[str, str]]) -> str:
    """A table as wide as its content; the last column is not padded."""
    if not found:
        return "Nothing to list."
    heads = list(found[0])
    widths = {head: max(len(head), *(len(row[head]) for row in found)) for head in heads[:-1]}
    lines = [heads_line := "  ".join(head.ljust(widths.get(head, 0)) for head in heads), "-" * len(heads_line)]
    lines += ["  ".join(row[head].ljust(widths.get(head, 0)) for head in heads) for row in found]
    return "\n".join(line.rstrip() for line in lines)


def _regions() -> list[dict[str, str]]:
    found = [
        {
            "id": item.id,
            "bundled": "yes" if item.bundled else "no",
            "name": item.name,
            "districts": " ".join(item.districts),
        }
        for item in regions.load().values()
    ]
    return [
        *found,
        {"id": "AGS", "bundled": "no", "name": "any district", "districts": "a five-digit key such as 05158"},
    ]


def _indicators() -> list[dict[str, str]]:
    return [
        {"id": item.id, "unit": item.unit, "aggregation": item.aggregation, "label": item.label_de}
        for item in catalogue.indicators().values()
    ]


def _sources(raw: Path) -> list[dict[str, str]]:
    from analysis.sources import extracts

    return [
        {"id": meta.id, "table": meta.table, "period": meta.period, "publisher": meta.publisher, "title": meta.title}
        for meta in extracts.list_sources(raw)
    ]


def _goals() -> list[dict[str, str]]:
    with GOALS.open("rb") as file:
        goals = tomllib.load(file)["goal"]
    return [
        {"id": goal["id"], "framework": goal["framework"], "status": goal["status"], "goal": goal["text_de"]}
        for goal in goals
    ]


def _facts(published: Path) -> list[dict[str, str]]:
    from analysis import facts, wording

    path = published / "data" / "facts.parquet"
    if not path.exists():
        raise UsageError(
            "The edition is not published", where=str(path), next_step="Run `python pipeline.py run` first."
        )
    indicators = catalogue.indicators()
    return [
        {
            "id": fact.id,
            "printed": wording.printed(fact, indicators[fact.indicator]),
            "label": wording.fact_label(fact, indicators[fact.indicator]),
        }
        for fact in facts.read(path)
    ]


def _methods() -> list[dict[str, str]]:
    from analysis.workbench.methods import METHODS

    return [
        {"method": item.name, "module": item.module, "takes": " ".join(item.files), "gives": item.promise}
        for item in METHODS.values()
    ]
