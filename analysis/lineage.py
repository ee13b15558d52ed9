"""Walks back from a printed figure to the facts it was made from, and on to file, line and publisher."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis import facts, warehouse
from analysis.errors import UsageError
from analysis.facts import Fact
from analysis.sources import extracts

VALUES = ("value", "emissions_t_co2e", "value_musd", "output_musd")


@dataclass(frozen=True)
class Cell:
    """A cell of an official file: where it stands, what it says, who published it."""

    name: str
    file: str
    place: str
    value: float | None
    status: str
    what: str
    publisher: str
    attribution: str


@dataclass(frozen=True)
class Step:
    """One step of an explanation, `depth` facts below the figure asked for: a fact, a cell, or in words what else
    went in ("alle Kreise")."""

    depth: int
    fact: Fact | None
    cell: Cell | None
    remark: str = ""


def explain(ident: str, path: Path, raw: Path) -> list[Step]:
    """All steps from the fact `ident` (of those in `path`) down to the cells. UsageError if there is no such fact."""
    known = {fact.id: fact for fact in facts.read(path)}
    if ident not in known:
        near = [name for name in known if ident.split(".")[-1] in name and ident.split(".")[0] in name][:5]
        raise UsageError(
            f"There is no fact '{ident}' in this edition",
            where="explain",
            next_step=f"Near it: {', '.join(near)}." if near else "See `pipeline.py list facts`.",
        )
    return list(_walk(ident, known, Cells(raw), 0, set()))


def _walk(ident: str, known: dict[str, Fact], cells: "Cells", depth: int, seen: set[str]) -> Iterator[Step]:
    if ident in seen:
        return
    seen.add(ident)
    if ident not in known:
        yield Step(depth, None, cells.find(ident)) if "@" in ident else Step(depth, None, None, ident)
        return
    yield Step(depth, known[ident], None)
    for part in known[ident].inputs:
        yield from _walk(part, known, cells, depth + 1, seen)


class Cells:
    """Looks up cells (`source@hash:row`) in the extracts, reading each extract once."""

    def __init__(self, raw: Path) -> None:
        self.raw = raw
        self._tables: dict[str, dict[str, dict]] = {}
        self._metas: dict[str, extracts.SourceMeta] = {}

    def find(self, name: str) -> Cell:
        """The cell of that name. UsageError if the source no longer holds it."""
        source, _, rest = name.partition("@")
        digest, _, place = rest.partition(":")
        row = self._rows(source).get(name)
        if row is None:
            raise UsageError(
                f"The cell {name} is not in data/raw",
                where=source,
                next_step="The edition was made from another file; run it again or restore the extract.",
            )
        meta = self._metas[source]
        file = next((one.name for one in meta.originals if one.sha256.startswith(digest)), meta.extract)
        return Cell(
            name=name,
            file=file,
            place=place,
            value=row.get("value"),
            status=row.get("status") or "ok",
            what=" ".join(str(row[key]) for key in ("measure", "geo", "branch", "period") if row.get(key)),
            publisher=meta.publisher,
            attribution=meta.attribution,
        )

    def _rows(self, source: str) -> dict[str, dict]:
        if source not in self._tables:
            meta = self._metas[source] = extracts.read_source(self.raw, source)
            self._tables[source] = {
                row["cell"]: row
                for one in meta.extracts
                for row in _described(warehouse.with_cells(extracts.read_extract(self.raw, source, one.name), meta))
            }
        return self._tables[source]


def _described(table: pl.DataFrame) -> Iterator[dict]:
    """Rows by cell, with what they say. A reference table says it in columns of its own."""
    if "file_sha256" in table.columns:
        for row in table.iter_rows(named=True):
            yield row | {"cell": f"{row['source']}@{row['file_sha256'][:12]}:{row['row']}"}
        return
    if "cell" not in table.columns:
        return
    value = next((name for name in VALUES if name in table.columns), None)
    told = [name for name in table.columns if name not in (value, "cell", "row", "geometry", *VALUES)]
    for row in table.iter_rows(named=True):
        words = ", ".join(f"{name} {row[name]}" for name in told if row[name] not in (None, ""))
        yield {"cell": row["cell"], "measure": words, "value": float(row[value]) if value and row[value] else None}
