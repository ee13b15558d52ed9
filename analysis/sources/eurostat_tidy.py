"""Persons employed by branch from Eurostat's nama_10r_3empers, as a transcribed tidy CSV (geo, year, nace_r2, …)."""

from collections.abc import Sequence

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import cell_status, geo_level, observations
from analysis.sources.originals import Original, Reading, only
from analysis.sources.plain_csv import described, read_rows

# NUTS 2016 -> official key. The subset holds these eleven areas.
AREAS = {
    "DE": "DG",
    "DEA": "05",
    "DEA11": "05111",
    "DE600": "02000",
    "DEA15": "05116",
    "DEA1D": "05162",
    "DEA2D": "05334",
    "DEA26": "05358",
    "DEA27": "05362",
    "DEA28": "05366",
    "DEA29": "05370",
}
BRANCHES = {name: name for name in ("A", "B-E", "C", "F", "G-J", "K-N", "O-U")} | {"TOTAL": "total"}


def persons_employed(originals: Sequence[Original], source: str) -> Reading:
    """Persons employed (Erwerbstätige), annual averages at the workplace, by NACE Rev. 2 aggregates."""
    original = only(originals, source)
    records = []
    for row in read_rows(original, ("geo", "year", "nace_r2", "wstatus", "unit", "value_persons")):
        if (row["wstatus"], row["unit"]) != ("EMP", "PERSONS"):
            raise StudyError(f"Line {row.line} counts {row['wstatus']} in {row['unit']}, not EMP in PERSONS")
        if row["geo"] not in AREAS or row["nace_r2"] not in BRANCHES:
            raise StudyError(f"Line {row.line} has the unknown area or branch {row['geo']!r}, {row['nace_r2']!r}")
        cell = cell_status(row["value_persons"] or "...", decimal=".")
        geo = AREAS[row["geo"]]
        where = row.place("value_persons")
        records.append((geo, geo_level(geo), BRANCHES[row["nace_r2"]], row["year"], *cell, where))
    schema = ["geo", "geo_level", "branch", "period", "value", "status", "row"]
    frame = described(
        pl.DataFrame(records, schema=schema, orient="row", infer_schema_length=None),
        original,
        source,
        table="nama_10r_3empers",
        measure="persons_employed",
        classification="NACE Rev. 2",
        unit="persons",
    )
    return Reading({"extract": observations(frame)})
