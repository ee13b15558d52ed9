"""Population of the districts 1997 to 2015 from the DemandRegio project: id_region is the AGS as a number plus 000."""

from collections.abc import Sequence

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import cell_status, geo_level, observations
from analysis.sources.originals import Original, Reading, only
from analysis.sources.plain_csv import described, read_rows

DISTRICT = "4"


def population(originals: Sequence[Original], source: str) -> Reading:
    """Population of the districts on 31.12., persons. The count changes its basis with the census of 2011."""
    original = only(originals, source)
    records = []
    for row in read_rows(original, ("id_region_type", "id_region", "year", "value")):
        key = row["id_region"].zfill(8)
        if row["id_region_type"] != DISTRICT or not key.endswith("000"):
            raise StudyError(f"Line {row.line} is no district: id_region {row['id_region']!r}", where=original.name)
        cell = cell_status(row["value"] or "...", decimal=".")
        records.append((key[:5], geo_level(key[:5]), row["year"], *cell, row.place("value")))
    schema = ["geo", "geo_level", "period", "value", "status", "row"]
    frame = described(
        pl.DataFrame(records, schema=schema, orient="row", infer_schema_length=None),
        original,
        source,
        table="demandregio_spatial",
        measure="population",
        branch="total",
        classification="none",
        unit="persons",
    )
    return Reading({"extract": observations(frame)})
