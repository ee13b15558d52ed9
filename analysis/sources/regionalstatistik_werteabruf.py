"""GENESIS "Werteabruf" CSV: title lines, stacked headers, data, a line of underscores, footnotes, date.

Latin-1, semicolons, one number column per combination of the header rows. Two tables are read here:
13111-07-05-4 (employees at the workplace by branch, one file a year) and 12411-0018 (population by sex and age).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources import dashes
from analysis.sources.observations import Cell, cell_status, geo_level, observations
from analysis.sources.originals import Original, Reading, date_stated, only

EMPLOYEES_BRANCHES = {
    "Land- und Forstwirtschaft, Fischerei (A)": "A",
    "Produzierendes Gewerbe (B-F)": "B-F",
    "Produzierendes Gewerbe ohne Baugewerbe (B-E)": "B-E",
    "Verarbeitendes Gewerbe (C)": "C",
    "Baugewerbe (F)": "F",
    "Dienstleistungsbereiche (G-U)": "G-U",
    "Handel, Gastgewerbe, Verkehr (G-I)": "G-I",
    "Information und Kommunikation (J)": "J",
    "Erbringung von Finanz- und Vers.leistungen (K)": "K",
    "Grundstücks- und Wohnungswesen (L)": "L",
    "Freiberufl,wissenschaftl. techn. Dienstl.,sonst.DL": "M-N",
    "Öff.Verw.,Verteidig.,Sozialvers.,Erz.-u.Unterricht": "O-Q",
    "Kunst, Unterhaltung, Erholung, Priv. Haush.,usw.": "R-U",
    "Insgesamt": "total",
}
_EMPLOYEES_HEADERS = (("Nationalität", "Insgesamt"), ("Geschlecht", "Insgesamt"))
_AGE_GROUPS, _SEXES = 17, ("männlich", "weiblich")


@dataclass(frozen=True)
class Table:
    """A Werteabruf taken apart: code, title lines, header rows and data rows with their line numbers."""

    code: str
    titles: list[str]
    headers: list[list[str]]
    rows: list[tuple[int, list[str]]]
    stated: str


def read_table(original: Original, code: str) -> Table:
    """Take a Werteabruf apart. Raises StudyError when it is another table, has no end mark or ragged rows."""
    lines = original.content.decode("cp1252").replace("\r\n", "\n").split("\n")
    found = re.fullmatch(r"GENESIS-Tabelle: (\S+?);*", lines[0].strip())
    if not found or found[1] != code:
        raise StudyError(
            f"The file begins with {lines[0][:60]!r} and is not the table {code}",
            where=original.name,
            next_step="Download the table as CSV (Werteabruf), not as a page or a picture.",
        )
    ends = [number for number, line in enumerate(lines) if line.startswith("_____")]
    if not ends:
        raise StudyError("The line of underscores after the data is missing; the file was cut off", where=original.name)
    cells = [(number, line.split(";")) for number, line in enumerate(lines[1 : ends[0]], start=2)]
    headers = [row for _, row in cells if len(row) > 3 and row[:2] == ["", ""]]
    rows = [(number, row) for number, row in cells if len(row) > 3 and row[0] and row[-1]]
    ragged = [number for number, row in rows if len(row) != len(headers[0])] if headers else [0]
    if not rows or ragged:
        raise StudyError(f"The rows do not have the columns of the header (line {ragged[:1]})", where=original.name)
    titles = [row[0] for _, row in cells if row[0] and not any(row[1:])]
    return Table(code, titles, headers, rows, date_stated("\n".join(lines[ends[0] :])))


def employees(originals: Sequence[Original], source: str) -> Reading:
    """13111-07-05-4: employees subject to social insurance (persons, 30.06.), all nationalities and both sexes.

    One file per year; region levels DG, Land, Regierungsbezirk and district. Municipalities and Berlin's boroughs
    are left out: they repeat what their district counts.
    """
    parts, stated = [], []
    for original in originals:
        table = read_table(original, "13111-07-05-4")
        stated.append(table.stated)
        parts.append(_employees_of_year(original, table, source))
    frame = pl.concat(parts)
    if frame["period"].n_unique() < len(originals):
        raise StudyError("Two of the files state the same year", where=", ".join(one.name for one in originals))
    return Reading({"extract": observations(dashes.resolve(frame, tree=dashes.WZ_EMPLOYEES))}, max(stated))


def _employees_of_year(original: Original, table: Table, source: str) -> pl.DataFrame:
    heads = [row[3] for row in table.headers]
    if heads != [word for pair in _EMPLOYEES_HEADERS for word in pair]:
        raise StudyError(f"Column 4 is not the total of nationality and sex but {heads}", where=original.name)
    year = _year_of_titles(table.titles, original.name)
    seen: set[tuple[str, str]] = set()
    records = []
    for line, row in table.rows:
        geo, label = row[0].strip(), row[2].strip()
        if label not in EMPLOYEES_BRANCHES or (geo, label) in seen:
            state = "twice" if (geo, label) in seen else "unknown"
            raise StudyError(f"The branch {label!r} of {geo} is {state}", where=f"{original.name}, line {line}")
        seen.add((geo, label))
        if geo_level(geo) != "municipality":
            records.append((geo, EMPLOYEES_BRANCHES[label], *cell_status(row[3]), f"L{line}C4"))
    schema = ["geo", "branch", "value", "status", "row"]
    return _described(
        pl.DataFrame(records, schema=schema, orient="row", infer_schema_length=None), original, source, year=year
    ).with_columns(measure=pl.lit("employees"), table=pl.lit(table.code), classification=pl.lit("WZ 2008"))


def _year_of_titles(titles: list[str], name: str) -> str:
    """The year in the title line "Stichtag: 30.06.2015"."""
    for title in titles:
        found = re.fullmatch(r"Stichtag: 30\.06\.(\d{4})", title.strip())
        if found:
            return found[1]
    raise StudyError("The title lines do not state a reference date (Stichtag: 30.06.YYYY)", where=name)


def _described(frame: pl.DataFrame, original: Original, source: str, *, year: str | None = None) -> pl.DataFrame:
    """Add the columns that hold for a whole file."""
    added = frame.with_columns(
        source=pl.lit(source),
        unit=pl.lit("persons"),
        flag=pl.lit(None, dtype=pl.String),
        file_sha256=pl.lit(original.sha256),
        geo_level=pl.col("geo").map_elements(geo_level, return_dtype=pl.String),
    )
    return added if year is None else added.with_columns(period=pl.lit(year))


def population(originals: Sequence[Original], source: str) -> Reading:
    """12411-0018: population of the districts on 31.12., the sum of two sexes by 17 age groups.

    If one of the 34 cells is not a known number the sum is null and carries that cell's status. `row` names the
    first and the last cell that were summed.
    """
    original = only(originals, source)
    table = read_table(original, "12411-0018")
    _check_age_columns(table, original.name)
    records = []
    for line, row in table.rows:
        cell = sum_of_cells([cell_status(text) for text in row[3:]])
        records.append((row[1].strip(), row[0][-4:], *cell, f"L{line}C4:C{len(row)}"))
    frame = pl.DataFrame(
        records, schema=["geo", "period", "value", "status", "row"], orient="row", infer_schema_length=None
    )
    described = _described(frame, original, source).with_columns(
        measure=pl.lit("population"), branch=pl.lit("total"), table=pl.lit(table.code), classification=pl.lit("none")
    )
    return Reading({"extract": observations(dashes.resolve(described))}, table.stated)


def _check_age_columns(table: Table, name: str) -> None:
    """The sum is the population only if the columns are each age group once for each sex."""
    sexes, ages = (row[3:] for row in table.headers[-2:])
    expected = [sex for sex in _SEXES for _ in range(_AGE_GROUPS)]
    if sexes != expected or ages[:_AGE_GROUPS] != ages[_AGE_GROUPS:] or len(set(ages)) != _AGE_GROUPS:
        raise StudyError("The columns are not 17 age groups for each of two sexes", where=name)
    if any(not row[0].startswith("31.12.") for _, row in table.rows):
        raise StudyError("A row does not state 31.12. as its reference date", where=name)


def sum_of_cells(cells: Sequence[Cell]) -> Cell:
    """Sum of parts: null with the worst part's status unless all are known; zero only when all are zero."""
    unknown = [cell.status for cell in cells if cell.status not in ("ok", "zero")]
    if unknown:
        order = ("suppressed", "unreliable", "not_available", "not_applicable")
        return Cell(None, min(unknown, key=order.index))
    status = "zero" if all(cell.status == "zero" for cell in cells) else "ok"
    return Cell(sum(cell.value or 0.0 for cell in cells), status)
