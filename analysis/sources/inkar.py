"""INKAR (BBSR) as wide Parquet: one row per area and year, one column per indicator. A small selection is taken."""

import io
from collections.abc import Sequence

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import observations
from analysis.sources.originals import Original, Reading, only
from analysis.sources.plain_csv import described

MEASURES = {
    "q_bip_et": "thousand EUR per person employed",
    "q_bws_2sektor": "thousand EUR per person employed",
    "a_bws_2sektor": "percent",
    "q_iumsatz": "thousand EUR per person working",
    "q_iinvest": "thousand EUR per person working",
    "q_iumsatz_ausl": "thousand EUR per person working",
}
REVIER = ("Braunkohlereviere (auch nicht förderfähige)", "4", "Rheinisches Revier")
REVIER_KEY = "rheinisches-revier"
FIRST_YEAR = 2000
# Hamburg and Berlin stand in the file as a Land and as a district; the district is kept, so that each counts once.
CITY_STATES = ("02", "11")


def selection(originals: Sequence[Original], source: str) -> Reading:
    """Measures inkar_* of districts, Länder, Germany and BBSR's own aggregate of the Rheinisches Revier.

    A year in which an indicator has no value at all is left out; a single missing value is not_available.
    `row` names row and column of the Parquet file, counted from 1.
    """
    original = only(originals, source)
    wide = pl.read_parquet(io.BytesIO(original.content)).with_row_index("_row", offset=1)
    missing = sorted(set(MEASURES) - set(wide.columns))
    if missing:
        raise StudyError(f"The indicators {', '.join(missing)} are missing", where=original.name)
    long = (
        _areas(wide)
        .filter(pl.col("zeitbezug").cast(pl.Int64) >= FIRST_YEAR)
        .unpivot(MEASURES, index=["_row", "geo", "geo_level", "zeitbezug"], variable_name="_column")
        .with_columns(value=pl.col("value").fill_nan(None))
        .filter(pl.col("value").is_not_null().any().over("_column", "zeitbezug"))
        .with_columns(
            measure="inkar_" + pl.col("_column"),
            unit=pl.col("_column").replace_strict(MEASURES),
            status=pl.when(pl.col("value").is_null()).then(pl.lit("not_available")).otherwise(pl.lit("ok")),
            row=pl.format("R{}:{}", "_row", "_column"),
        )
        .rename({"zeitbezug": "period"})
        .drop("_row", "_column")
        .sort("measure", "geo", "period")
    )
    named = described(long, original, source, table="INKAR 2024", branch="total", classification="none")
    return Reading({"extract": observations(named)})


def _areas(wide: pl.DataFrame) -> pl.DataFrame:
    """Keep the four area kinds and give them canonical keys; raises StudyError when one of them is empty."""
    kind, key = pl.col("raumbezug"), pl.col("kennziffer")
    parts = [
        wide.filter(kind == "Kreise").with_columns(geo=key.str.slice(0, 5), geo_level=pl.lit("district")),
        wide.filter(kind == "Bundesländer", ~key.is_in(CITY_STATES)).with_columns(geo=key, geo_level=pl.lit("land")),
        wide.filter(kind == "Bund").with_columns(geo=pl.lit("DG"), geo_level=pl.lit("country")),
        wide.filter(kind == REVIER[0], key == REVIER[1], pl.col("name") == REVIER[2]).with_columns(
            geo=pl.lit(REVIER_KEY), geo_level=pl.lit("region")
        ),
    ]
    if any(part.is_empty() for part in parts):
        raise StudyError("Districts, Länder, Bund or the Rheinisches Revier are missing in the file")
    return pl.concat(parts)
