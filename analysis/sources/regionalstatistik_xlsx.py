"""Regionalstatistik tables as workbooks: one sheet of data, the year alone in a row above its block.

Headers stand in row 2, notes on the sheet "footnote"; "-" marks a district that does not exist in that year.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import fastexcel
import polars as pl

from analysis.errors import StudyError
from analysis.sources import dashes
from analysis.sources.observations import cell_status, geo_level, observations
from analysis.sources.originals import Original, Reading, date_stated, only

_TSD = "(Tsd. EUR)"


@dataclass(frozen=True)
class Column:
    """One column of a sheet: what it measures, in which branch, in which unit."""

    measure: str
    unit: str
    branch: str = "total"


@dataclass(frozen=True)
class Layout:
    """A table: its code, the columns to take by header text, the column that says whether a region exists.

    `ignored` columns are known and not taken; any other header is an error. `first_year` drops older blocks,
    `municipalities` keeps eight-digit keys.
    """

    table: str
    columns: Mapping[str, Column]
    existence: str
    classification: str
    ignored: frozenset[str] = frozenset()
    tree: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_year: int = 0
    municipalities: bool = False


def _gva(branch: str) -> Column:
    return Column("gva_thousand_eur", "thousand EUR", branch)


VALUE_ADDED = Layout(
    table="82111-01-05-4",
    existence="Bruttoinlandsprodukt(Tsd. EUR)",
    classification="WZ 2008",
    tree=dashes.WZ_VALUE_ADDED,
    columns={
        "Bruttoinlandsprodukt(Tsd. EUR)": Column("gdp_thousand_eur", "thousand EUR"),
        "Bruttoinlandsprodukt je Erwerbstätigen( EUR)": Column("gdp_per_person_employed_eur", "EUR"),
        "Bruttoinlandsprodukt je Einwohner(EUR)": Column("gdp_per_inhabitant_eur", "EUR"),
        f"Insgesamt{_TSD}": _gva("total"),
        f"Land- und Forstwirtschaft, Fischerei (A){_TSD}": _gva("A"),
        f"Produzierendes Gewerbe ohne Baugewerbe (B-E){_TSD}": _gva("B-E"),
        f"Verarbeitendes Gewerbe (C){_TSD}": _gva("C"),
        f"Baugewerbe (F){_TSD}": _gva("F"),
        f"Handel,Verkehr,Gastgewerbe,Informa-/Kommunikation{_TSD}": _gva("G-J"),
        f"Fin-,Vers.-,Unt.-dienstl.,Grundst.-/Wohnungswesen{_TSD}": _gva("K-N"),
        f"öffentl. u. sonst. Dienstl.,Erziehung, Gesundheit{_TSD}": _gva("O-T"),
    },
)
# The city of Aachen (05334002) is kept: with the district 05354 it makes the Städteregion before 2010.
EMPLOYEES_TOTAL = Layout(
    table="13111-01-03-4",
    existence="Insgesamt",
    classification="none",
    columns={"Insgesamt": Column("employees_total", "persons")},
    ignored=frozenset(
        ["männlich", "weiblich", *(f"Ausländer(innen)-{word}" for word in ("Insgesamt", "männlich", "weiblich"))]
    ),
    municipalities=True,
)
# 31.12. of 1996, 2000 and 2004 carry old and new districts side by side, 2009 both forms of Aachen: from 2010 on
# every hectare stands once.
LAND_USE = Layout(
    table="33111-01-01-4",
    existence="Bodenfläche",
    classification="none",
    columns={"Gebäude- und Freifläche-Gewerbe, Industrie": Column("industrial_land_ha", "ha")},
    ignored=frozenset(
        [
            "Bodenfläche",
            "Siedlungs- und Verkehrsfläche",
            "Gebäude- und Freifläche-Insgesamt",
            "Gebäude- und Freifläche-Wohnen",
            "Betriebsfläche (ohne Abbauland)",
            "Erholungsfläche-Insgesamt",
            "Erholungsfläche-Grünanlage",
            "Erholungsfläche-Friedhofsfläche",
            "Verkehrsfläche-Insgesamt",
            "Verkehrsfläche-Straße, Weg, Platz",
            "Landwirtschaftsfläche-Insgesamt",
            "Landwirtschaftsfläche-Moor",
            "Landwirtschaftsfläche-Heide",
            "Waldfläche",
            "Wasserfläche",
            "Abbauland",
            "Flächen anderer Nutzung (ohne Friedhofsfläche)-Insgesamt",
            "Flächen anderer Nutzung (ohne Friedhofsfläche)-Unland",
        ]
    ),
    first_year=2010,
)


def read_layout(originals: Sequence[Original], source: str, layout: Layout) -> Reading:
    """Read a workbook of this layout into observations. Raises StudyError for another table or unknown headers."""
    original = only(originals, source)
    sheets = read_sheets(original)
    if layout.table not in sheets:
        raise StudyError(
            f"The workbook has the sheets {', '.join(sheets)}, none is {layout.table}", where=original.name
        )
    frame = _observed(sheets[layout.table], layout, original.name).with_columns(
        source=pl.lit(source),
        table=pl.lit(layout.table),
        classification=pl.lit(layout.classification),
        flag=pl.lit(None, dtype=pl.String),
        file_sha256=pl.lit(original.sha256),
        geo_level=pl.col("geo").map_elements(geo_level, return_dtype=pl.String),
    )
    resolved = dashes.resolve(frame, tree=layout.tree, absent="absent")
    notes = "\n".join(text for row in sheets.get("footnote", []) for text in row if text)
    return Reading({"extract": observations(resolved)}, date_stated(notes))


def read_sheets(original: Original) -> dict[str, list[tuple[str | None, ...]]]:
    """All sheets as rows of texts, from the first row on, so that row i is the sheet's row i + 1."""
    try:
        workbook = fastexcel.read_excel(original.content)
    except fastexcel.FastExcelError as error:
        raise StudyError(f"The file is not a readable workbook: {error}", where=original.name) from error
    return {
        name: workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars().rows()
        for name in workbook.sheet_names
    }


def column_letter(index: int) -> str:
    """Letters of a spreadsheet column, counted from 0: A, B, … Z, AA, …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _observed(rows: list[tuple[str | None, ...]], layout: Layout, name: str) -> pl.DataFrame:
    """One row per taken cell: geo, period, measure, branch, unit, value, status, row, and whether the region is."""
    header = _checked_header(rows[1], layout, name)
    existence = header.index(layout.existence)
    records = []
    for number, year, row in _blocks(rows, layout, name):
        absent = row[existence] == "-"
        for index, label in enumerate(header):
            column = layout.columns.get(label)
            if column is not None:
                cell = cell_status(row[index] or "...", decimal=".")
                place = f"{layout.table}!{column_letter(index)}{number}"
                records.append((row[0], year, column.measure, column.branch, column.unit, *cell, place, absent))
    schema = ["geo", "period", "measure", "branch", "unit", "value", "status", "row", "absent"]
    return pl.DataFrame(records, schema=schema, orient="row", infer_schema_length=None)


def _checked_header(row: tuple[str | None, ...], layout: Layout, name: str) -> list[str]:
    header = [text or "" for text in row]
    doubled = {label for label in header if header.count(label) > 1}
    unknown = set(header) - {"id", "name"} - set(layout.columns) - layout.ignored
    missing = set(layout.columns) - set(header)
    for problem, labels in (("stand twice", doubled), ("are unknown", unknown), ("are missing", missing)):
        if labels:
            raise StudyError(f"In row 2 these column labels {problem}: {', '.join(sorted(labels))}", where=name)
    return header


def _blocks(
    rows: list[tuple[str | None, ...]], layout: Layout, name: str
) -> Iterator[tuple[int, str, tuple[str | None, ...]]]:
    """Data rows with their row number and the year of the block they stand in."""
    year = ""
    for number, row in enumerate(rows[2:], start=3):
        key = (row[0] or "").strip()
        if not any(row):
            continue
        if not any(row[1:]):
            found = re.fullmatch(r"(?:\d{2}\.\d{2}\.)?(\d{4})", key)
            if not found:
                raise StudyError(f"Row {number} holds only {key!r}, which is no year", where=name)
            year = found[1]
        elif not year:
            raise StudyError(f"Row {number} stands above the first year", where=name)
        elif int(year) >= layout.first_year and (layout.municipalities or geo_level(key) != "municipality"):
            yield number, year, (key, *row[1:])


def value_added(originals: Sequence[Original], source: str) -> Reading:
    """82111-01-05-4: GDP and gross value added by branch, thousand euros at current prices, by year."""
    return read_layout(originals, source, VALUE_ADDED)


def employees_total(originals: Sequence[Original], source: str) -> Reading:
    """13111-01-03-4: all employees subject to social insurance (persons, 30.06.), no branches."""
    return read_layout(originals, source, EMPLOYEES_TOTAL)


def industrial_land(originals: Sequence[Original], source: str) -> Reading:
    """33111-01-01-4: land under buildings of industry and commerce (hectares, 31.12.), 2010 to 2015."""
    return read_layout(originals, source, LAND_USE)
