"""INKAR's areas and cells: keys of Germany, Länder, districts, municipalities; other areas by kind and number."""

from collections.abc import Mapping

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import SCHEMA
from analysis.sources.originals import Original

# Kind of area -> level, and the form of its number. Numbers of other kinds ("IHK-Bezirke" 01) would pass for Länder.
_KEYED = {
    "Bund": ("country", r"^\d*$"),
    "Bundesländer": ("land", r"^\d{2}$"),
    "Länder": ("land", r"^\d{2}$"),
    "Regierungsbezirke": ("regierungsbezirk", r"^\d{3}$"),
    "Kreise": ("district", r"^\d{5}(?:000)?$"),
    "Gemeinden": ("municipality", r"^\d{8}$"),
}


def regions(kind: pl.Expr, key: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """`geo` and `geo_level`: DG, 05, 051, 05111, 05111000 (a municipality); else "Raumordnungsregionen:0501"."""
    level = kind.replace_strict({name: level for name, (level, _) in _KEYED.items()}, default="other")
    geo = (
        pl.when(level == "country")
        .then(pl.lit("DG"))
        .when(level == "district")
        .then(key.str.slice(0, 5))
        .when(level == "other")
        .then(pl.concat_str(kind, pl.lit(":"), key))
        .otherwise(key)
    )
    return geo.alias("geo"), level.alias("geo_level")


def inkar_cells(
    frame: pl.DataFrame | None, original: Original, *, table: str, units: Mapping[str, str]
) -> pl.DataFrame:
    """Observations of `kind, key, measure, period, value, row`; no cells without a frame.

    Raises StudyError for a key that has not the form of its kind, as when a spreadsheet dropped the leading zero.
    """
    if frame is None:
        return pl.DataFrame(schema=SCHEMA)
    for kind, (_, form) in _KEYED.items():
        wrong = frame.filter(pl.col("kind") == kind, ~pl.col("key").str.contains(form).fill_null(False))
        if wrong.height:
            first = wrong.row(0, named=True)
            raise StudyError(
                f"{first['key']!r} is no key of {kind}",
                where=f"{original.name}, {first['row']}",
                next_step="Leading zeros are lost when a spreadsheet saves the file: give it as it was downloaded.",
            )
    known = pl.col("value").is_not_null()
    found = frame.with_columns(
        *regions(pl.col("kind"), pl.col("key")),
        source=pl.lit(""),
        table=pl.lit(table),
        branch=pl.lit("total"),
        classification=pl.lit("none"),
        unit=pl.col("measure").replace_strict(units, default="") if units else pl.lit(""),
        status=pl.when(known).then(pl.lit("ok")).otherwise(pl.lit("not_available")),
        flag=pl.lit(None, dtype=pl.String),
        file_sha256=pl.lit(original.sha256),
    )
    return found.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
