"""Looks into every file of an assembled edition before it leaves the house, for more than was meant to be released."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import polars as pl

from analysis import catalogue, facts
from analysis.errors import StudyError
from analysis.facts import Fact
from analysis.publishing.release import tables
from analysis.publishing.release.carried import carried
from analysis.publishing.release.declared import declaration
from analysis.publishing.release.documents import Document
from analysis.publishing.release.drawings import Drawing
from analysis.publishing.release.figures import Data
from analysis.publishing.release.notebooks import Notebook, secret_rows
from analysis.publishing.release.numbers import Released
from analysis.publishing.release.objections import Objection
from analysis.publishing.release.pages import Page
from analysis.publishing.release.traces import traces
from analysis.publishing.release.workbooks import Workbook

__all__ = ["Objection", "ensure", "inspect"]

FACTS, OBSERVATIONS, INDEX, MANIFEST = "data/facts.parquet", "data/observations.parquet", "index.html", "manifest.json"
PUBLISHER = re.compile(r'<meta name="author" content="([^"]*)"')
ALIKE = 3  # objections of one kind to one file that an error lists
ONE_OFF = re.compile(r"'[^']*'|[\d.,]+")
DECLARE = "Leave it out, or name it in publishing/release/declared.toml."
AGAIN = "Assemble the edition again."
# What a file that is not what its name says may raise while it is unpacked.
UNREADABLE = (ValueError, KeyError, IndexError, TypeError, OSError, EOFError, pl.exceptions.PolarsError)


def inspect(folder: Path) -> list[Objection]:
    """All objections to an assembled edition, file by file.

    Released are the facts of `data/facts.parquet` as printed, the official figures of `data/observations.parquet`, and
    each figure's table as printed. A file of an unknown kind, or one that the manifest does not name, is an objection.
    """
    return list(Edition(folder).objections())


def ensure(folder: Path) -> None:
    """Raise StudyError with the objections, if there are any; of those alike in one file, the first three."""
    found = inspect(folder)
    if not found:
        return
    alike: Counter[tuple[str, str]] = Counter()
    listed = []
    for objection in found:
        kind = (objection.file, ONE_OFF.sub("", objection.what))
        alike[kind] += 1
        if alike[kind] <= ALIKE:
            listed.append(f"  - {objection}")
    more = f"\n  and {len(found) - len(listed)} like these" if len(found) > len(listed) else ""
    raise StudyError(
        f"The edition holds what was not meant to be released, {len(found)} times:\n" + "\n".join(listed) + more,
        next_step="Nothing was published. What may leave is declared in analysis/publishing/release/declared.toml.",
    )


class Edition:
    """The files of an assembled edition, and what it released."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir())

    def objections(self) -> Iterator[Objection]:
        """Objections to the folder as a whole, then to its files. What facts say of secret cells, `secrecy` asks."""
        yield from self._against_manifest()
        for name in self.files:
            kind = declaration().kind(name)
            if kind is None or (self.folder / name).is_symlink():
                yield Objection(name, "file", "nothing declares this file", DECLARE)
                continue
            try:
                yield from self._looks[kind](name)
            except UNREADABLE as error:
                yield Objection(name, "file", f"it cannot be read ({type(error).__name__}: {error})", AGAIN)

    @cached_property
    def _looks(self) -> dict[str, Callable[[str], Iterator[Objection]]]:
        """How each kind of file is looked into."""
        return {
            "page": self._page,
            "notebook page": self._notebook_page,
            "notebook": lambda name: Notebook(name, self._text(name), self.released, self.drawn).objections(),
            "document": lambda name: Document(name, self._bytes(name), self.released, self.publisher).objections(),
            "workbook": self._workbook,
            "parquet": lambda name: tables.parquet(name, self._bytes(name), declaration().tables[name]),
            "facts table": self._facts_table,
            "figure table": lambda name: tables.figure_csv(name, self._text(name)),
            "drawing": self._drawing,
            "manifest": lambda name: traces(self._text(name), name),
        }

    def _text(self, name: str) -> str:
        return self._bytes(name).decode("utf-8")

    def _bytes(self, name: str) -> bytes:
        return (self.folder / name).read_bytes()

    def _page(self, name: str, exact: bool = False) -> Iterator[Objection]:
        page = Page(name, self._text(name), self.released, self.figures, exact=exact)
        yield from page.objections()
        yield from carried(page)

    def _notebook_page(self, name: str) -> Iterator[Objection]:
        yield from self._page(name, exact=True)
        yield from secret_rows(self._text(name), name, "table")

    def _workbook(self, name: str) -> Iterator[Objection]:
        sheets = declaration().workbooks[name]
        return Workbook(name, self._bytes(name), self.released, self.publisher, sheets).objections()

    def _facts_table(self, name: str) -> Iterator[Objection]:
        return tables.facts_csv(name, self._text(name), declaration().tables[name], self._facts)

    def _drawing(self, name: str) -> Iterator[Objection]:
        data = self.figures.get(_figure(name))
        if data is None:
            yield Objection(name, "file", "no file of its data lies beside it", "Write the figure's data too.")
        decimals = self.released.ceiling if data is None else data.decimals
        yield from Drawing(self._text(name), name, "", decimals, self.released).objections()

    def _against_manifest(self) -> Iterator[Objection]:
        """Files that the manifest does not name or names with another hash, and named files that are not there."""
        try:
            manifest = json.loads(self._text(MANIFEST))
            listed = dict(manifest["files"])
        except UNREADABLE as error:
            yield Objection(MANIFEST, "file", f"it cannot be read ({type(error).__name__}: {error})", AGAIN)
            return
        for key in sorted(set(manifest) - set(declaration().manifest)):
            yield Objection(MANIFEST, f"key '{key}'", "it is not declared", DECLARE)
        for name in self.files:
            if name not in listed and name != MANIFEST:
                yield Objection(name, "file", "the manifest does not name it", "Write the manifest last.")
            elif name != MANIFEST and hashlib.sha256(self._bytes(name)).hexdigest() != listed[name]:
                yield Objection(name, "file", "it is not the one that the manifest names", "Write the manifest last.")
        for name in sorted(set(listed) - set(self.files)):
            yield Objection(MANIFEST, f"'{name}'", "it is named but not there", "Write the manifest last.")

    @cached_property
    def _facts(self) -> pl.DataFrame | None:
        return self._table(FACTS)

    @cached_property
    def _observations(self) -> pl.DataFrame | None:
        return self._table(OBSERVATIONS)

    def _table(self, name: str) -> pl.DataFrame | None:
        """A table to hold others against; None where it is missing or unreadable, which is said at the file itself."""
        try:
            table = pl.read_parquet(self.folder / name)
        except UNREADABLE:
            return None
        return table if set(declaration().tables[name].columns) <= set(table.columns) else None

    @cached_property
    def publisher(self) -> str:
        """Who publishes the edition, as its first page says."""
        found = PUBLISHER.search(self._text(INDEX)) if INDEX in self.files else None
        return found[1] if found else ""

    @cached_property
    def figures(self) -> dict[str, Data]:
        """The data of every figure by region/key."""
        names = [name for name in self.files if declaration().kind(name) == "figure table"]
        return {_figure(name): Data.read(self._text(name)) for name in names}

    @cached_property
    def drawn(self) -> frozenset[str]:
        """The drawings of the edition; notebooks show the same ones."""
        return frozenset(self._text(name) for name in self.files if declaration().kind(name) == "drawing")

    @cached_property
    def released(self) -> Released:
        """What the edition released in numbers."""
        released = Released()
        if self._facts is not None:
            rows = self._facts.select(name for name in facts.SCHEMA if name != "id").iter_rows(named=True)
            found = [fact for row in rows if (fact := _fact(row)) is not None]
            released.add_facts(found, catalogue.indicators())
        for data in self.figures.values():
            released.add_numbers(data.numbers)
        return released


def _fact(row: dict) -> Fact | None:
    """The fact of a row; None where its parts contradict each other, which is said at the file itself."""
    try:
        return Fact(**row)
    except (ValueError, TypeError):
        return None


def _figure(name: str) -> str:
    """region/key of a file of a figure."""
    return name.removeprefix("data/charts/").rpartition(".")[0]
