"""INKAR's wide export: one row an area, one column an indicator and year, the years in a second header row.

`Kennziffer;Raumeinheit;Aggregat;Arbeitslosenquote;…` over `;;;2017;…`, as CSV (BOM, semicolons) or as workbook (sheet
"Daten", with the edition on "Quellangabe"). The CSV writes thousands points and decimal commas into one file: "2.022"
is 2022 EUR and "6,8" a percentage. What a point means is decided column by column, and said. Cells that are numbers in
the workbook have no marks to decide on.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

import fastexcel
import polars as pl

from analysis.errors import StudyError
from analysis.sources.containers import decoded, is_workbook
from analysis.sources.inkar_cells import inkar_cells
from analysis.sources.official import OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.regionalstatistik_xlsx import column_letter, read_sheets

_START = ("Kennziffer", "Raumeinheit", "Aggregat")
_NUMBER = r"^-?\d+(?:\.\d+)?$"
_GERMAN = r"^-?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?$"
# What the export calls an area in its third column -> kind of area, by the number's length.
_KINDS = {2: "Bundesländer", 3: "Regierungsbezirke", 5: "Kreise"}

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class _Sheet:
    """The rows of a file, and which columns of a workbook hold nothing but numbers."""

    rows: Rows
    title: str
    encoding: str
    workbook: str = ""
    numeric: frozenset[int] = frozenset()

    def place(self, row: int, column: int) -> str:
        """Both counted from 0."""
        return f"{self.workbook}!{column_letter(column)}{row + 1}" if self.workbook else f"L{row + 1}C{column + 1}"


def is_header(names: Sequence[str | None]) -> bool:
    """Whether a row begins as the export's header."""
    return tuple(names[:3]) == _START


def read(original: Original, name: str) -> OfficialTable:
    """All cells. The measure is the column's label. Raises StudyError for ragged rows, unknown areas or numbers."""
    sheet = _workbook(original) if is_workbook(original) else _csv(original)
    labels, years = _headers(sheet, original.name)
    data = [(number, row) for number, row in enumerate(sheet.rows) if number > 1 and any(row)]
    columns = range(len(_START), len(labels))
    texts = {column: pl.Series([(row[column] or "").strip() for _, row in data], dtype=pl.String) for column in columns}
    written = [text for column, text in texts.items() if column not in sheet.numeric]
    frames, problems = [], []
    for column, text in texts.items():
        places = [sheet.place(number, column) for number, _ in data]
        points = "decimal" if column in sheet.numeric else _points(text, written)
        value = _values(text, labels[column], points, places, original.name)
        problems += _decided(text, value, labels[column], points, places, column in sheet.numeric)
        areas = _areas(data, places, original.name)
        frames.append(areas.with_columns(value, measure=pl.lit(labels[column]), period=pl.lit(years[column])))
    edition = re.search(r"Ausgabe (\d{4})", sheet.title)
    table = f"INKAR {edition[1]}" if edition else "INKAR"
    return OfficialTable(
        format=name,
        table=table,
        title=f"INKAR: {', '.join(labels[len(_START) :])}",
        rows=len(data),
        cells=inkar_cells(pl.concat(frames), original, table=table, units={}),
        encoding=sheet.encoding,
        problems=tuple(problems),
    )


def _csv(original: Original) -> _Sheet:
    text = decoded(original)
    rows = list(csv.reader(io.StringIO(text.text, newline=""), delimiter=";"))
    return _Sheet(rows, "", text.encoding)


def _workbook(original: Original) -> _Sheet:
    sheets = read_sheets(original)
    name = next(name for name, rows in sheets.items() if rows and is_header(rows[0]))
    cited = " ".join(text for other, rows in sheets.items() if other != name for row in rows for text in row if text)
    below = fastexcel.read_excel(original.content).load_sheet(name, header_row=None, skip_rows=2).to_polars()
    numeric = frozenset(column for column, kind in enumerate(below.dtypes) if kind.is_numeric())
    return _Sheet(sheets[name], cited, "", name, numeric)


def _headers(sheet: _Sheet, name: str) -> tuple[list[str], list[str]]:
    """Labels and years. Raises StudyError for a missing year, a doubled column and rows of another length."""
    labels = [(text or "").strip() for text in sheet.rows[0]]
    for number, row in enumerate(sheet.rows):
        if row and len(row) != len(labels):
            raise StudyError(
                f"Row {number + 1} has {len(row)} fields, the header {len(labels)}: the file is cut off or was edited",
                where=f"{name}, {sheet.place(number, len(row) - 1)}",
                next_step="Download it again.",
            )
        if number and is_header(row):
            raise StudyError(
                f"The header stands again in row {number + 1}: several files were joined",
                where=f"{name}, {sheet.place(number, 0)}",
                next_step="Give the files one by one.",
            )
    years = [(text or "").strip() for text in sheet.rows[1]] if len(sheet.rows) > 2 else []
    columns = list(zip(labels, years, strict=False))[3:]
    for column, (label, year) in enumerate(columns, start=3):
        if not label or not re.fullmatch(r"\d{4}(?:\.0)?", year) or columns.count((label, year)) > 1:
            raise StudyError(
                f"The column {label!r} has the year {year!r}, which is none, or stands twice",
                where=f"{name}, {sheet.place(1, column)}",
                next_step="The second row of the export holds the years; give the file as it was downloaded.",
            )
    if not columns:
        raise StudyError("The file ends after its header", where=name, next_step="Download it again.")
    return labels, [year[:4] for year in years]


def _areas(data: list[tuple[int, Sequence[str | None]]], places: list[str], name: str) -> pl.DataFrame:
    """The areas of all rows, each with its place in one column."""
    keys = [(row[0] or "").strip() for _, row in data]
    kinds = [_kind(key, f"{name}, {place}") for key, place in zip(keys, places, strict=True)]
    return pl.DataFrame({"kind": kinds, "key": keys, "row": places}, schema_overrides={"key": pl.String})


def _kind(key: str, where: str) -> str:
    """By the number's length; eight digits ending in 000 are a district, as the export writes it."""
    if key.isdecimal() and len(key) == 8 and key.endswith("000"):
        return "Kreise"
    if key.isdecimal() and len(key) in _KINDS:
        return _KINDS[len(key)]
    raise StudyError(
        f"The Kennziffer {key!r} is no key of a Land, Regierungsbezirk or district",
        where=where,
        next_step="Leading zeros are lost when a spreadsheet saves the file: give it as it was downloaded.",
    )


def _points(texts: pl.Series, written: Sequence[pl.Series]) -> str:
    """What points mean in a column: "thousands" or "decimal".

    With decimal commas in the column they group thousands. Without, they do where all stand before three digits, unless
    the file has no comma at all and elsewhere points that cannot group.
    """
    if texts.str.contains(",", literal=True).any():
        return "thousands"
    comma = any(column.str.contains(",", literal=True).any() for column in written)
    english = not comma and any(_other_points(column) for column in written)
    return "decimal" if english or _other_points(texts) else "thousands"


def _other_points(texts: pl.Series) -> bool:
    """Whether a column has points that group no thousands."""
    return bool((texts.str.contains(".", literal=True) & ~texts.str.contains(_GERMAN)).any())


def _values(texts: pl.Series, label: str, points: str, places: list[str], name: str) -> pl.Series:
    """The column as numbers, null where empty. Raises StudyError for one that is written otherwise."""
    wrong = (texts != "") & ~texts.str.contains(_GERMAN if points == "thousands" else _NUMBER)
    if wrong.any():
        place = wrong.arg_max()
        raise StudyError(
            f"{texts[place]!r} in the column {label!r} is no number written as the others of the column",
            where=f"{name}, {places[place]}",
            next_step="The export changes its decimal mark between columns only: compare the cell with INKAR.",
        )
    if points == "thousands":
        texts = texts.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return texts.cast(pl.Float64, strict=False).alias("value")


def _decided(
    texts: pl.Series, value: pl.Series, label: str, points: str, places: list[str], numeric: bool
) -> list[Problem]:
    """Say how a column's points were read, where they could be read otherwise."""
    found = texts.str.contains(".", literal=True)
    if numeric or not found.any() or (points == "decimal" and _other_points(texts)):
        return []
    place = found.arg_max()
    word = "group thousands" if points == "thousands" else "are decimal marks, as in other columns"
    what = f"In {label!r} points {word}: {texts[place]!r} is read as {value[place]:.10g}"
    return [Problem("points", what, places[place], "If that cannot be, compare with INKAR.")]
