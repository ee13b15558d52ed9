"""Regionalstatistik tables as XLSX: one sheet of data, the year or date alone in a row above its block.

The sheet is called after the table. Above the first block stand the header rows, stacked as on the page, or flattened
to one row of labels ("Ausländer(innen)-männlich", "Insgesamt(Tsd. EUR)") with its groups in the row before. Titles,
units and footnotes may stand on other sheets. Tested with five tables flattened by the same person and with fixtures
of stacked headers.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from analysis.errors import StudyError
from analysis.sources.cross_table import CrossTable, observed
from analysis.sources.german_keys import KEY
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original, date_stated
from analysis.sources.periods import PERIOD
from analysis.sources.recognition import Head
from analysis.sources.regionalstatistik_xlsx import column_letter, read_sheets
from analysis.sources.signs import is_cell
from analysis.sources.stacked_header import columns, content, filled, flattened, is_unit
from analysis.sources.table_codes import CODE

NAME = "Regionalstatistik XLSX"
Row = tuple[str | None, ...]
_AGAIN = "Download the table again as XLSX."
_LOOKED_AT = 5  # rows of data that tell keys from values


def recognises(head: Head) -> bool:
    """By a sheet called after its table that has a year or date alone above a row with a region's key."""
    return any(re.fullmatch(CODE, name) and _first_block(rows) is not None for name, rows in head.sheets.items())


def read(original: Original) -> OfficialTable:
    """All cells of the sheet of data. Raises StudyError with sheet and cell for what does not fit."""
    sheets = read_sheets(original)
    name = next(name for name, rows in sheets.items() if re.fullmatch(CODE, name) and _first_block(rows) is not None)
    others = [rows for sheet, rows in sheets.items() if sheet != name]
    sheet = _sheet(name, sheets[name], others)
    table = _cross_table(sheet, original.name)
    found = observed(table, original)
    return OfficialTable(
        format=NAME,
        table=name,
        title=" ".join(" ".join(sheet.titles).split()),
        rows=table.rows.height,
        cells=found.cells,
        stated=date_stated(sheet.texts),
        encoding="utf-8",
        branches=found.branches,
        sums=found.sums,
        problems=found.problems,
    )


@dataclass(frozen=True)
class _Sheet:
    """A sheet taken apart: title texts, header rows and data rows with row numbers, all texts of the workbook."""

    name: str
    titles: list[str]
    headers: list[Row]
    rows: list[tuple[int, Row]]
    texts: str
    others: list[list[Row]]


def _first_block(rows: Sequence[Row]) -> int | None:
    """Position of the first separator row that has a row with a region's key below."""
    for place, (row, below) in enumerate(pairwise(rows)):
        if _separator(row) and any(KEY.fullmatch((text or "").strip()) for text in below[:2]) and any(below[2:]):
            return place
    return None


def _separator(row: Row) -> str:
    """The period that stands alone in a row, or nothing."""
    text = (row[0] or "").strip()
    return text if not any(row[1:]) and PERIOD.fullmatch(text) else ""


def _sheet(name: str, rows: Sequence[Row], others: list[list[Row]]) -> _Sheet:
    start = _first_block(rows) or 0
    end = next((place for place, row in enumerate(rows) if (row[0] or "").startswith("_____")), len(rows))
    notes = [text for sheet in [*others, rows[end:]] for row in sheet for text in row if text]
    alone = [row[0] for row in rows[:start] if row[0] and not any(row[1:])]
    elsewhere = [row[0] for sheet in others for row in sheet if row[0] and not any(row[1:])]
    titles = [*alone, *elsewhere[: next((i for i, text in enumerate(elsewhere) if _is_note(text)), None)]]
    headers = [row for row in rows[:start] if any(row[1:])]
    data = [(number, row) for number, row in enumerate(rows[start:end], start=start + 1) if any(row)]
    texts = "\n".join([*titles, *notes, *(text for row in headers for text in row if text)])
    return _Sheet(name, list(dict.fromkeys(titles)), headers, data, texts, others)


def _is_note(text: str) -> bool:
    return text.startswith(("_____", 'zu "', "©"))


def _cross_table(sheet: _Sheet, file: str) -> CrossTable:
    records = _records(sheet, file)
    if not sheet.headers:
        raise StudyError("No header row stands above the first block", where=f"{file}, {sheet.name}", next_step=_AGAIN)
    keys = _count_keys([row for _, _, *row in records[:_LOOKED_AT]])
    width = max((place + 1 for row in sheet.headers for place, text in enumerate(row) if text), default=0)
    if width <= keys:
        raise StudyError("The header names no column of values", where=f"{file}, {sheet.name}", next_step=_AGAIN)
    if extra := next(((n, place) for n, _, *row in records for place in range(width, len(row)) if row[place]), None):
        raise StudyError(
            f"Cell {sheet.name}!{column_letter(extra[1])}{extra[0]} has no header", where=file, next_step=_AGAIN
        )
    known = content(sheet.titles)
    above = [row[keys:width] for row in sheet.headers]
    is_flat = bool(sheet.headers[-1][0])
    described = flattened(above, known, _units(sheet, keys, width)) if is_flat else columns(filled(above), known)
    schema = {"line": pl.Int64, "period": pl.String, **{f"c{place}": pl.String for place in range(width)}}
    frame = pl.DataFrame([record[: width + 2] for record in records], schema, orient="row")
    frame = frame.with_columns(pl.col(f"c{place}").fill_null("") for place in range(keys))
    places = [(f"{sheet.name}!{column_letter(place)}", "") for place in range(keys, width)]
    return CrossTable(sheet.name, sheet.texts, ".", known, keys, described, frame, places)


def _records(sheet: _Sheet, file: str) -> list[tuple[int | str | None, ...]]:
    """Row number, period of the separator above and cells. Raises StudyError for a row that is neither."""
    records: list[tuple[int | str | None, ...]] = []
    period = ""
    heads = {row for row in sheet.headers}
    for number, row in sheet.rows:
        if stated := _separator(row):
            period = stated
        elif row in heads:
            raise StudyError(
                f"Row {number} repeats the header among the data",
                where=f"{file}, {sheet.name}",
                next_step=f"Two tables were put together. {_AGAIN}",
            )
        elif not row[0] or not any(row[1:]):
            raise StudyError(
                f"Row {number} is neither a period nor a region with values: {[text for text in row if text][:3]}",
                where=f"{file}, {sheet.name}",
                next_step=_AGAIN,
            )
        else:
            records.append((number, period, *row))
    return records


def _count_keys(rows: Sequence[Sequence[str | None]]) -> int:
    """Leading columns of keys: a region's key in the first, or after a period, and whatever holds no value."""
    columns = [[(row[place] or "").strip() for row in rows] for place in range(len(rows[0]))]
    dated = all(PERIOD.fullmatch(text) for text in columns[0])
    for place, texts in enumerate(columns):
        is_key = place == dated and any(KEY.fullmatch(text) for text in texts)
        if not is_key and not (dated and not place) and any(is_cell(text) for text in texts):
            return place
    return len(columns)


def _units(sheet: _Sheet, keys: int, width: int) -> list[str]:
    """The units that stand on another sheet, column by column; empty if none does."""
    for rows in sheet.others:
        for row in rows:
            texts = [text or "" for text in row[keys:width]]
            if len(row) >= width and all(is_unit(text) for text in texts):
                return texts
    return [""] * (width - keys)
