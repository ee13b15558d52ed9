"""City CO2 balances as collected by klimawatch: year, category, type, co2, note; kilotonnes.

One column mixes observed values, plans and populations, told apart by `type`. One file writes "1.953" for 1953.
"""

import re
from collections.abc import Sequence

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import Cell, cell_status, observations
from analysis.sources.originals import Original, Reading, only
from analysis.sources.plain_csv import described, read_rows

MEASURES = {"real": "city_co2_kt", "geplant": "city_co2_planned_kt"}
DROPPED = "Einwohner"
SECTORS = {
    "klimawatch-duesseldorf": {
        "Private Haushalte": "households",
        "Städtische Einrichtungen": "city",
        "Gewerbe / Handel / Dienstleistungen / Industrie / verarbeitendes Gewerbe": "business-and-industry",
        "Verkehr": "traffic",
        "Gesamt": "total",
    },
    "klimawatch-hamburg": {
        "PHH/GHD": "households-and-trade",
        "Industrie": "industry",
        "Verkehr": "traffic",
        "Gesamt": "total",
    },
}
CITIES = {"klimawatch-duesseldorf": "05111", "klimawatch-hamburg": "02000"}


def kilotonnes(text: str) -> Cell:
    """A value in kt: whole numbers, where a point before three digits groups thousands ("1.953" is 1953)."""
    if re.fullmatch(r"\d{1,3}(\.\d{3})+", text.strip()):
        return cell_status(text.replace(".", ""))
    return cell_status(text)


def city_co2(originals: Sequence[Original], source: str) -> Reading:
    """CO2 of one city by sector (`branch`), observed and planned as two measures. Populations are left out."""
    original = only(originals, source)
    sectors = SECTORS[source]
    records = []
    for row in read_rows(original, ("year", "category", "type", "co2", "note")):
        if row["type"] == DROPPED:
            continue
        if row["type"] not in MEASURES or row["category"] not in sectors:
            raise StudyError(f"Line {row.line} has the unknown type or sector {row['type']!r}, {row['category']!r}")
        cell = kilotonnes(row["co2"])
        records.append((MEASURES[row["type"]], sectors[row["category"]], row["year"], *cell, row.place("co2")))
    frame = pl.DataFrame(records, schema=["measure", "branch", "period", "value", "status", "row"], orient="row")
    return Reading(
        {
            "extract": observations(
                described(
                    frame,
                    original,
                    source,
                    table=original.name,
                    geo=CITIES[source],
                    geo_level="district",
                    classification="sectors of the city's balance",
                    unit="kt CO2",
                )
            )
        }
    )
