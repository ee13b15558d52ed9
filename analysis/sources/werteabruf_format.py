"""GENESIS "Werteabruf" CSV of any table: the table as a person sees it on the page, cut into fields.

`GENESIS-Tabelle: <code>`, title lines, header rows with empty leading names, data, a line of underscores, footnotes, ©,
`Stand: dd.mm.yyyy / hh:mm:ss`; Latin-1 or cp1252, semicolons. Tested with two tables of both publishers and with
fixtures of the layouts of others (years side by side, names of Länder, blanks as thousands separators).
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.containers import decoded
from analysis.sources.cross_table import CrossTable, observed
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original, date_stated
from analysis.sources.periods import PERIOD, reference_days
from analysis.sources.recognition import Head
from analysis.sources.stacked_header import columns, content

NAME = "GENESIS Werteabruf CSV"
_FIRST = re.compile(r'\ufeff?"?(?:GENESIS-)?(Tabelle|Table): *([\w-]+)[";\s]*')
_AGAIN = "Download the table again as CSV."


def recognises(head: Head) -> bool:
    """By its first line."""
    return bool(head.lines) and bool(_FIRST.fullmatch(head.lines[0]))


def read(original: Original) -> OfficialTable:
    """All cells of a Werteabruf, whatever its table. Raises StudyError for a cut file and rows that do not fit."""
    text = decoded(original)
    parts = _parts(text.text, original.name)
    table = _cross_table(parts, original.name)
    found = observed(table, original)
    days = reference_days(found.times)
    title = " ".join(parts.titles)
    unsaid = [day for day in days if day not in title]
    title += f" ({', '.join(unsaid)})" if 0 < len(unsaid) < 5 else ""
    return OfficialTable(
        format=NAME,
        table=parts.code,
        title=title,
        rows=table.rows.height,
        cells=found.cells,
        stated=date_stated(parts.notes),
        encoding=text.encoding,
        branches=found.branches,
        sums=found.sums,
        problems=found.problems,
    )


@dataclass(frozen=True)
class _Parts:
    """A Werteabruf taken apart: title texts, header rows, data rows with their lines, all after the underscores."""

    code: str
    decimal: str
    titles: list[str]
    headers: list[tuple[int, list[str]]]
    rows: list[tuple[int, list[str]]]
    notes: str


def _parts(text: str, file: str) -> _Parts:
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if line.strip('"; ').startswith("_____")), None)
    if end is None:
        raise StudyError(
            f"The line of underscores that ends the data is missing; the last line is {len(lines)}: {lines[-1][:40]!r}",
            where=file,
            next_step=f"The file was cut off. {_AGAIN}",
        )
    cells = [(number, row) for number, row in enumerate(csv.reader(lines[1:end], delimiter=";"), start=2) if any(row)]
    first = next((place for place, (_, row) in enumerate(cells) if _is_header(row)), None)
    if first is None:
        raise StudyError("No header row with empty leading names stands above the data", where=file, next_step=_AGAIN)
    titles = [" ".join(filter(None, row)).strip() for _, row in cells[:first]]
    after = next((place for place in range(first, len(cells)) if not _is_header(cells[place][1])), len(cells))
    word, code = _FIRST.fullmatch(lines[0]).groups()
    return _Parts(
        code, "," if word == "Tabelle" else ".", titles, cells[first:after], cells[after:], "\n".join(lines[end:])
    )


def _is_header(row: Sequence[str]) -> bool:
    return len(row) > 1 and not row[0].strip() and any(row[1:])


def _cross_table(parts: _Parts, file: str) -> CrossTable:
    """Raises StudyError for rows of another width than the first header row, and a table without data."""
    headers = [row for _, row in parts.headers]
    width = len(headers[0])
    keys = min(next(place for place, text in enumerate(row) if text.strip()) for row in headers)
    for number, row in [*parts.headers, *parts.rows]:
        if len(row) != width and not _is_separator(row):
            raise StudyError(
                f"Line {number} has {len(row)} fields, the header {width}",
                where=file,
                next_step=f"The file is damaged. {_AGAIN}",
            )
    records = _records(parts.rows, file)
    schema = {"line": pl.Int64, "period": pl.String, **{f"c{place}": pl.String for place in range(width)}}
    known = content(parts.titles)
    texts = "\n".join([*parts.titles, *(text for row in headers for text in row), parts.notes])
    places = [("L", f"C{place}") for place in range(keys + 1, width + 1)]
    above = columns([row[keys:] for row in headers], known)
    return CrossTable(
        parts.code, texts, parts.decimal, known, keys, above, pl.DataFrame(records, schema, orient="row"), places
    )


def _is_separator(row: Sequence[str]) -> bool:
    """A year or date alone, which belongs to the rows below."""
    return not any(row[1:]) and bool(PERIOD.fullmatch(row[0].strip()))


def _records(rows: Sequence[tuple[int, list[str]]], file: str) -> list[tuple[int | str, ...]]:
    """Line, period of the separator above, and cells. Raises StudyError for a header among the data, and for none."""
    records: list[tuple[int | str, ...]] = []
    period = ""
    for number, row in rows:
        if _is_separator(row):
            period = row[0].strip()
        elif _is_header(row):
            raise StudyError(
                f"Line {number} is a header among the data: the header is repeated or a key is empty",
                where=file,
                next_step=f"Two files were put together, or the file is damaged. {_AGAIN}",
            )
        else:
            records.append((number, period, *row))
    if not records:
        raise StudyError("No data stand below the header", where=file, next_step=_AGAIN)
    return records
