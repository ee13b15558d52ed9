"""Everything a chapter shows besides its facts, as rows of words and numbers: charts, tables, texts, notebooks."""

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from analysis.publishing import allowed
from analysis.publishing.secrecy.numbers import Number, in_text, numbers
from analysis.publishing.secrecy.official import TABLE
from analysis.wording import SPAN

TAGS = re.compile(r"<[^>]+>")
# Keys of a chart's rows that hold a year, and those that number rows and are no figures.
YEARS = ("year", "jahr", "start_year", "end_year", "first_year", "last_year", "used_year")
COUNTERS = ("run", "decimals")
EXHIBIT, TEXT, WORKING = "exhibit", "text", "working"


@dataclass(frozen=True)
class Row:
    """One row of a chart, a table or a notebook, or one text: its words, its numbers, and the words around it.

    `kind`: an `exhibit` rests on the table of employees, a `text` may, and so may a `working`: what a notebook puts
    out, or a file nobody described.
    """

    where: str
    cells: tuple[tuple[str, object], ...]
    context: str = ""
    kind: str = EXHIBIT

    @cached_property
    def words(self) -> tuple[str, ...]:
        """What it says in words, and the years it names."""
        shown = (content for head, content in self.cells if isinstance(content, str) or head.lower() in YEARS)
        return tuple(map(str, shown))

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """Its figures: no years, no keys, no counters of rows, and in texts nothing a report may say in digits."""
        if self.kind == TEXT:
            return tuple(in_text(_without_forms(self.words[0])))
        told = ((head, content) for head, content in self.cells if head.lower() not in (*YEARS, *COUNTERS))
        return tuple(number for head, content in told for number in numbers(content, head))


def of_chapter(folder: Path, name: str) -> Iterator[Row]:
    """All rows of a chapter's folder that may speak of employees; `name` stands before the place of each."""
    texts = json.loads((folder / "texts.json").read_text("utf-8"))
    yield from _texts(texts, name)
    figures = {key: _context(entry) for key, entry in texts["figures"].items() if _rests_on_table(entry)}
    others = set(texts["figures"]) - set(figures)
    for path in sorted((folder / "charts").glob("*")) if (folder / "charts").is_dir() else ():
        key = path.name.partition(".")[0].removesuffix("-narrow")
        if key not in others:
            yield from of_file(path, f"{name}, chart {path.name}", figures.get(key, ""))
    for path in sorted(folder.glob("*")):
        if path.suffix in (".xlsx", ".csv", ".ipynb"):
            yield from of_file(path, f"{name}, {path.name}", "")


def of_file(path: Path, where: str, context: str) -> Iterator[Row]:
    """The rows of one file by its ending; none of files that hold no rows."""
    if path.name.endswith(".vl.json"):
        yield from _specification(json.loads(path.read_text("utf-8")), where, context)
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = [*csv.reader(file)] or [[]]
        yield from (_cells(where, head, row, context) for row in rows)
    elif path.suffix == ".xlsx":
        for sheet, table in pl.read_excel(path, sheet_id=0, infer_schema_length=None).items():
            yield from (_cells(f"{where}, sheet {sheet}", table.columns, row, context) for row in table.rows())
    elif path.suffix == ".ipynb":
        yield from _notebook(json.loads(path.read_text("utf-8")), where)


def _rests_on_table(entry: Mapping) -> bool:
    return TABLE in entry.get("source", "")


def _context(entry: Mapping) -> str:
    return " ".join(SPAN.sub(" ", entry.get(key) or "") for key in ("title", "subtitle", "caption"))


def _texts(texts: Mapping, name: str) -> Iterator[Row]:
    """Sentences, the words around figures and tables, and the tables themselves."""
    for key, text in texts["statements"].items():
        yield _sentence(f"{name}, sentence {key}", text)
    for kind in ("figures", "tables"):
        for key, entry in texts[kind].items():
            if not _rests_on_table(entry):
                continue
            where, table = f"{name}, {kind[:-1]} {key}", entry.get("table", entry)
            for part in ("title", "subtitle", "alt", "note", "caption"):
                yield _sentence(f"{where}, {part}", entry.get(part) or "")
            head = [" ".join(filter(None, (one["label"], one.get("unit")))) for one in table["columns"]]
            yield from (_cells(where, head, row, _context(entry)) for row in table["rows"])


def _sentence(where: str, text: str) -> Row:
    """A text with its bound figures taken out: these are facts, and audited as such."""
    return Row(where, (("", SPAN.sub(" ", text)),), kind=TEXT)


def _without_forms(text: str) -> str:
    for form in allowed.FORMS:
        text = form.pattern.sub(" ", text)
    return text


def _cells(where: str, head: Iterable[str], row: Iterable[object], context: str, kind: str = EXHIBIT) -> Row:
    """A table's row under its heads, which belong to the words around it."""
    names = tuple(head)
    return Row(where, tuple(zip(names, row, strict=False)), f"{' '.join(names)} {context}", kind)


def _specification(spec: Mapping, where: str, context: str) -> Iterator[Row]:
    """The rows a chart carries, drawn or not, without the fields that only place marks in px."""
    records = [(row, frozenset()) for rows in spec.get("datasets", {}).values() for row in rows]
    records += _records(spec, {})
    names: dict[object, set[str]] = {}
    for row, placing in records:
        if "y" in placing:
            names.setdefault(row.get("y"), set()).update(_names(row))
    for row, placing in records:
        shown = {key: value for key, value in row.items() if key not in placing}
        beside = names.get(row.get("y"), set()) if "y" in placing else set()
        yield _cells(where, [*shown, *("" for _ in beside)], [*shown.values(), *sorted(beside)], context)


def _names(row: Mapping) -> set[str]:
    """The words of a row that name it: those at its height name a mark that has none of its own."""
    texts = [value for value in row.values() if isinstance(value, str) and not value.startswith("#")]
    return {text for text in texts if not re.search(r"\d", text)}


def _records(part: Mapping, outer: Mapping) -> Iterator[tuple[Mapping, frozenset[str]]]:
    """Each row of each layer, with the fields that only place its mark."""
    encoding = {**outer, **part.get("encoding", {})}
    placing = frozenset(_placing(encoding))
    data = part.get("data", {}).get("values", ()) if isinstance(part.get("data"), Mapping) else ()
    yield from ((row, placing) for row in data if isinstance(row, Mapping))
    for kind in ("layer", "hconcat", "vconcat", "concat"):
        for inner in part.get(kind, ()):
            yield from _records(inner, encoding)


def _placing(encoding: Mapping) -> Iterator[str]:
    """Fields that hold px: those of a channel without a scale, and of the second channel that shares it."""
    for name, channel in encoding.items():
        shared = encoding.get(name.removesuffix("2"), channel)
        if isinstance(channel, Mapping) and "field" in channel and "scale" in shared and shared["scale"] is None:
            yield channel["field"]


def _notebook(notebook: Mapping, where: str) -> Iterator[Row]:
    """What the cells of an executed notebook put out: tables by row, other text by line."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            content = output.get("data", {})
            if "text/html" in content:
                yield from _html_table("".join(content["text/html"]), where)
            else:
                for line in "".join(content.get("text/plain", output.get("text", ""))).splitlines():
                    yield _cells(where, ("",), (line,), "", WORKING)


def _html_table(page: str, where: str) -> Iterator[Row]:
    head: list[str] = []
    for line in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
        cells = [
            html.unescape(TAGS.sub("", cell)).strip('"') for cell in re.findall(r"<t[dh].*?</t[dh]>", line, re.DOTALL)
        ]
        if "<th" in line:
            head = head or cells
        else:
            yield _cells(where, head or [""] * len(cells), cells, "", WORKING)
