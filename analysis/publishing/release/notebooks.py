"""An executed notebook: the study's working, what is printed and, of facts, what was computed; no trace of the run."""

import html
import json
import re
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from analysis.publishing.release.declared import SECRET
from analysis.publishing.release.drawings import Drawing
from analysis.publishing.release.numbers import Released
from analysis.publishing.release.objections import Objection, shortened
from analysis.publishing.release.traces import traces

METADATA = {"kernelspec", "language_info"}
LANGUAGE = {"name", "version", "file_extension", "mimetype", "codemirror_mode", "nbconvert_exporter", "pygments_lexer"}
KINDS = {"text/plain", "text/html", "image/svg+xml"}
KEYS = {"cell_type", "execution_count", "id", "metadata", "outputs", "source"}
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
ROW, CELL = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
STYLE, TAG = re.compile(r"<style\b.*?</style>", re.DOTALL), re.compile(r"<[^>]*>")
SHOWN = 3  # numbers named for an output
FIGURE = re.compile(r"[-−+]?\d[\d.,]*(?:e[-+]?\d+)?")
NO_VALUE = {"printed", "low", "high", "fact", "id", "region", "indicator", "branch", "variant", "period", "year",
            "district", "status", "flag", "method", "unit", "inputs", "sources", "cells", "measure"}  # fmt: skip


class Notebook:
    """An .ipynb file; `drawn` are the edition's drawings, which are looked into on their own."""

    def __init__(self, name: str, text: str, released: Released, drawn: Collection[str]) -> None:
        self.name, self.text, self.released, self.drawn = name, text, released, drawn
        self.content = json.loads(text)

    def _objection(self, place: str, what: str, cure: str) -> Objection:
        return Objection(self.name, place, what, cure)

    def objections(self) -> Iterator[Objection]:
        """What the notebook holds beyond the study's working."""
        metadata = self.content.get("metadata", {})
        for key in sorted(set(metadata) - METADATA) + sorted(set(metadata.get("language_info", {})) - LANGUAGE):
            yield self._objection(f"metadata '{key}'", "it is not declared", "Keep the kernel's name alone.")
        for number, cell in enumerate(self.content["cells"], 1):
            yield from self._cell(f"cell {number}", cell)
        yield from traces(self.text, self.name)

    def _cell(self, place: str, cell: dict[str, Any]) -> Iterator[Objection]:
        further = sorted(set(cell) - KEYS) + sorted(set(cell["metadata"]) - {"tags"})
        if further:
            yield self._objection(place, f"it carries {', '.join(further)}", "Keep source, outputs and tags.")
        for output in cell.get("outputs", []):
            if output["output_type"] == "error":
                yield self._objection(place, f"a stored error: {output.get('evalue', '')}", "Run the notebook again.")
            elif output["output_type"] == "stream":
                yield from self._text(place, "".join(output["text"]))
            else:
                yield from self._output(place, output)

    def _output(self, place: str, output: dict[str, Any]) -> Iterator[Objection]:
        for kind, value in output.get("data", {}).items():
            text = "".join(value) if isinstance(value, list | str) else json.dumps(value)
            if kind not in KINDS:
                yield self._objection(place, f"an output of the kind {kind}", "Show a table, a text or a drawing.")
            elif kind == "image/svg+xml":
                yield from self._drawing(place, text)
            elif kind == "text/html":
                yield from self._text(place, html.unescape(TAG.sub("\n", STYLE.sub("", text))))
                yield from secret_rows(text, self.name, place)
            else:
                yield from self._text(place, text)

    def _drawing(self, place: str, text: str) -> Iterator[Objection]:
        """A picture that is one of the edition's was looked at there."""
        if text not in self.drawn:
            yield from Drawing(text, self.name, place, self.released.ceiling, self.released).objections()

    def _text(self, place: str, text: str) -> Iterator[Objection]:
        for found in islice(self.released.too_fine(text, exact=True), SHOWN):
            what = f"'{found.text}': {found.reason}"
            yield self._objection(place, what, "Show what is printed (study.show), or round it in the cell.")


def secret_rows(markup: str, file: str, place: str) -> Iterator[Objection]:
    """Rows of tables whose status says that there is no value, and which show one."""
    for table in TABLE.findall(markup):
        heads, *rows = [[_plain(cell) for cell in CELL.findall(row)] for row in ROW.findall(table)] or [[]]
        if "status" not in heads:
            continue
        for row in rows:
            told = dict(zip(heads, row, strict=False))
            shown = [name for name, cell in told.items() if name not in NO_VALUE and FIGURE.fullmatch(cell)]
            if told.get("status") in SECRET and (shown or FIGURE.match(told.get("printed", ""))):
                what = f"a row that is '{told['status']}' shows a value ({shortened(' | '.join(row))})"
                yield Objection(file, place, what, "Make it null where the frame is made.")


def _plain(cell: str) -> str:
    return html.unescape(TAG.sub("", cell)).strip().strip('"')
