"""The list of districts with area from the Gemeindeverzeichnis (04-kreise.xlsx, one sheet, headings between)."""

import re
from collections.abc import Sequence

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import cell_status, observations
from analysis.sources.originals import Original, Reading, only
from analysis.sources.plain_csv import described
from analysis.sources.regionalstatistik_xlsx import read_sheets

SHEET = "Kreisfreie Städte u. Landkreise"
_TOLERANCE_KM2 = 0.5


def area(originals: Sequence[Original], source: str) -> Reading:
    """Area of the districts in km²; period is the year of the list. Their sum must meet the printed total."""
    original = only(originals, source)
    rows = read_sheets(original).get(SHEET)
    if rows is None:
        raise StudyError(f"The workbook has no sheet {SHEET!r}", where=original.name)
    dated = re.fullmatch(r"Gebietsstand: \d{2}\.\d{2}\.(\d{4})", rows[1][0] or "")
    if not dated or "Fläche" not in (rows[3][4] or ""):
        raise StudyError("Row 2 states no Gebietsstand, or column E is not the area", where=original.name)
    records = [
        (row[0], *cell_status(row[4] or "...", decimal="."), f"{SHEET}!E{number}")
        for number, row in enumerate(rows, start=1)
        if re.fullmatch(r"\d{5}", row[0] or "")
    ]
    frame = pl.DataFrame(records, schema=["geo", "value", "status", "row"], orient="row")
    _meets_total(frame, rows, original.name)
    frame = described(
        frame,
        original,
        source,
        table="Gemeindeverzeichnis 04-kreise",
        measure="area_km2",
        geo_level="district",
        branch="total",
        classification="none",
        period=dated[1],
        unit="km2",
    )
    return Reading({"extract": observations(frame)})


def _meets_total(frame: pl.DataFrame, rows: list[tuple[str | None, ...]], name: str) -> None:
    """The districts' sum equals the row "Deutschland" to the rounding of hectares."""
    total = next((float(row[4]) for row in rows if row[1] == "Deutschland" and row[4]), 0.0)
    if abs(frame["value"].sum() - total) > _TOLERANCE_KM2:
        raise StudyError(f"The districts add up to {frame['value'].sum():.2f} km², printed is {total}", where=name)
