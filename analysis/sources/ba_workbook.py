"""Workbooks of the Bundesagentur für Arbeit, employees by branch of the WZ 2008 ("wz-heft"): one region, one date.

The sheets "SVB - Tabelle II" (subject to social insurance) and "GB - Tabelle II" (marginal employment) have titles with
region and Stichtag, header rows near 8 to 10 with merged and hyphenated labels, then one row a branch, whose label
begins with its code; "Keine Angabe" stands last. "*" is secret, "-" is zero. Tested with fixtures written from the
published layout.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.german_keys import KEY, NAMES, level_of
from analysis.sources.observations import SCHEMA
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original
from analysis.sources.periods import iso_date
from analysis.sources.recognition import Head
from analysis.sources.regionalstatistik_xlsx import column_letter, read_sheets
from analysis.sources.signs import is_cell, refused, sign_expressions
from analysis.sources.stacked_header import filled
from analysis.sources.wz_labels import TOTALS

NAME = "BA employees by branch XLSX"
SHEETS = {"SVB - Tabelle II": "SVB", "GB - Tabelle II": "GB", "aGB - Tabelle II": "aGB"}
UNASSIGNED = ("Keine Angabe", "Sonstige / Keine Angabe", "Keine Zuordnung möglich", "Ohne Angabe")
_MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November")
_MONTHS += ("Dezember",)
_DAY = re.compile(rf"(\d{{1,2}})\. ?({'|'.join(_MONTHS)}) ((?:19|20)\d{{2}})|(\d{{2}}\.\d{{2}}\.(?:19|20)\d{{2}})")
_BRANCH = re.compile(r"(\d{2,4}|[A-U](?:-[A-U])?)\s+\S")
_AGAIN = "Download the workbook again."
Row = tuple[str | None, ...]


def recognises(head: Head) -> bool:
    """By the name of a sheet."""
    return any(name in SHEETS for name in head.sheets)


def read(original: Original) -> OfficialTable:
    """Employees by branch and attribute of every Tabelle II. Raises StudyError with sheet and cell."""
    sheets = read_sheets(original)
    parts = [_Part(name, rows, original.name) for name, rows in sheets.items() if name in SHEETS]
    cells = pl.concat([_cells(part) for part in parts]).with_columns(
        source=pl.lit(""),
        table=pl.lit("wz-heft"),
        classification=pl.lit("WZ 2008"),
        unit=pl.lit("persons"),
        flag=pl.lit(None, dtype=pl.String),
        file_sha256=pl.lit(original.sha256),
    )
    labels = {branch: label for part in parts for branch, label, _, _ in part.rows() if branch != "total"}
    texts = "\n".join(text for rows in sheets.values() for row in rows for text in row if text)
    created = re.search(r"(?:Erstellungsdatum|Stand):? ?(\d{2}\.\d{2}\.\d{4})", texts)
    return OfficialTable(
        format=NAME,
        table="wz-heft",
        title=" ".join(dict.fromkeys(text for part in parts for text in part.titles)),
        rows=sum(len(list(part.rows())) for part in parts),
        cells=cells.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()),
        stated=iso_date(created[1]) if created else "",
        encoding="utf-8",
        branches=labels,
    )


@dataclass(frozen=True)
class _Part:
    """One Tabelle II."""

    sheet: str
    content: Sequence[Row]
    file: str

    @property
    def where(self) -> str:
        """File and sheet."""
        return f"{self.file}, {self.sheet}"

    @property
    def start(self) -> int:
        """Position of the first row of data: the total, or a branch with values."""
        for place, row in enumerate(self.content):
            label = _plain(row[0])
            if (label in TOTALS or _BRANCH.match(label)) and any(is_cell(text) for text in row[1:] if text):
                return place
        raise StudyError("No row is the total or a branch with values", where=self.where, next_step=_AGAIN)

    @property
    def header(self) -> list[Row]:
        """The header rows: those that touch the data and fill more than one column, without the columns' numbers."""
        above = [row for row in self.content[: self.start] if sum(map(bool, row)) > 1]
        return [row for row in above if not all(text.isdecimal() for text in row[1:] if text)]

    @property
    def titles(self) -> list[str]:
        """Texts that stand alone in a row above the data."""
        alone = (row for row in self.content[: self.start] if sum(map(bool, row)) == 1)
        return [_plain(next(filter(None, row))) for row in alone]

    def rows(self) -> Iterator[tuple[str, str, int, Row]]:
        """Branch, label, row number and cells. Raises StudyError for a row of values that is no branch."""
        for number, row in enumerate(self.content[self.start :], start=self.start + 1):
            label = _plain(row[0])
            if not any(row[1:]):
                continue  # a heading ("davon"), a blank row or a note below the table
            found = _BRANCH.match(label)
            if label in TOTALS:
                yield "total", label, number, row
            elif found or label in UNASSIGNED:
                yield found[1] if found else label, label, number, row
            else:
                raise StudyError(
                    f"Cell {self.sheet}!A{number} holds {label!r}, which begins with no code of a branch",
                    where=self.file,
                    next_step=f"Known without a code are: {', '.join([*TOTALS, *UNASSIGNED])}.",
                )


def _plain(text: str | None) -> str:
    """A label in one line: hyphens that only break a word are taken out ("Teil-\\nzeit", "Aus-länder")."""
    joined = re.sub(r"(?<=[a-zäöüß])-\s*(?!und\b|oder\b|bis\b)(?=[a-zäöüß])", "", (text or "").strip())
    return " ".join(joined.split())


def _cells(part: _Part) -> pl.DataFrame:
    geo, period = _region(part), _period(part)
    names = _columns(part)
    records = [
        (measure, branch, row[place], f"{part.sheet}!{column_letter(place)}{number}")
        for branch, _, number, row in part.rows()
        for place, measure in names.items()
    ]
    frame = pl.DataFrame(records, schema=dict.fromkeys(("measure", "branch", "text", "row"), pl.String), orient="row")
    frame = frame.with_columns(sign_expressions(pl.col("text"), ".").alias("cell")).unnest("cell")
    for text, row in frame.filter(pl.col("status").is_null()).select("text", "row").head(1).iter_rows():
        raise refused(text, ".", file=part.file, place=f"Cell {row}")
    return frame.with_columns(geo=pl.lit(geo), geo_level=pl.lit(level_of(geo)), period=pl.lit(period))


def _columns(part: _Part) -> dict[int, str]:
    """Position of a column -> "SVB", "SVB|Männer", "SVB|darunter|Auszubildende"."""
    rows = [[_plain(text) for text in row[1:]] for row in filled(part.header)]
    measures = {}
    for place in range(len(rows[0]) if rows else 0):
        texts = [row[place] for row in rows if row[place]]
        parts = [text.rstrip(":") for text in dict.fromkeys(texts) if text not in TOTALS]
        if texts:
            measures[place + 1] = "|".join([SHEETS[part.sheet], *parts])
    if not measures or len(set(measures.values())) < len(measures):
        doubled = sorted({one for one in measures.values() if list(measures.values()).count(one) > 1})
        raise StudyError(
            f"The header names {'no columns' if not measures else 'columns twice: ' + ', '.join(doubled)}",
            where=part.where,
            next_step=_AGAIN,
        )
    return measures


def _region(part: _Part) -> str:
    """The key of the region in the titles: Germany, a Land, or a key in digits."""
    for title in part.titles:
        for text in (title, *re.split(r"[,(:;]\s*|\s{2,}", title)):
            name = text.strip(") ")
            if name in NAMES:
                return NAMES[name]
            if (key := name.split(" ")[0]) != "" and len(key) in (2, 5) and KEY.fullmatch(key):
                return key
    raise StudyError(
        f"No title names Germany, a Land or a region's key: {part.titles[:5]}",
        where=part.where,
        next_step="Take the workbook of Germany or a Land, or write the district's key into the title row.",
    )


def _period(part: _Part) -> str:
    """The reference date in the titles as ISO; there are four a year."""
    for title in part.titles:
        if found := _DAY.search(title):
            return (
                iso_date(found[4]) if found[4] else f"{found[3]}-{_MONTHS.index(found[2]) + 1:02d}-{int(found[1]):02d}"
            )
    raise StudyError(f"No title states the Stichtag: {part.titles[:5]}", where=part.where, next_step=_AGAIN)
