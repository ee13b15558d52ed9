"""Figures printed elsewhere, gathered by hand in one CSV: for comparison, never as a result of the study."""

from collections.abc import Sequence

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import cell_status
from analysis.sources.originals import Original, Reading, only
from analysis.sources.plain_csv import read_rows

COLUMNS = ("id", "region", "indicator", "value", "value_text", "unit", "ref_year", "source", "note_de")


def figures(originals: Sequence[Original], source: str) -> Reading:
    """Reference table `published` with the columns of the file and `row`; value may be empty, value_text may not.

    Raises StudyError for a doubled id or a row without text, region, unit or source.
    """
    original = only(originals, source)
    records = []
    for row in read_rows(original, COLUMNS):
        empty = [name for name in ("id", "region", "value_text", "unit", "source") if not row[name].strip()]
        if empty:
            raise StudyError(f"Line {row.line} leaves {', '.join(empty)} empty", where=original.name)
        value = cell_status(row["value"], decimal=".").value if row["value"].strip() else None
        fields = [value if name == "value" else row[name].strip() for name in COLUMNS]
        records.append((*fields, row.place("value")))
    schema = {name: pl.Float64 if name == "value" else pl.String for name in (*COLUMNS, "row")}
    frame = pl.DataFrame(records, schema=schema, orient="row")
    if frame["id"].n_unique() != frame.height:
        raise StudyError("An id stands twice among the published figures", where=original.name)
    return Reading({"published": frame})
