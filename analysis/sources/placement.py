"""Placing installations in districts: by the polygon that holds their point, exceptions by hand with a reason.

The polygons are BKG's in full resolution; coarser ones put power stations into the neighbouring district. Points at a
border follow the polygon although it is generalised (1 : 5 000 000): three carbon-black units in Kalscheuren (DE_2694,
DE_3397, DE_3398) have an address in Köln and stand in the Rhein-Erft-Kreis by this rule.
"""

from pathlib import Path

import polars as pl
import shapely

from analysis.errors import StudyError
from analysis.sources.originals import Reading

EXCEPTIONS = "placement_exceptions.csv"
_COLUMNS = ["site_id", "district", "coordinates", "reason", "source"]


def district_of_points(lon: list[float | None], lat: list[float | None], boundaries: pl.DataFrame) -> list[str | None]:
    """District of each point (WGS 84 degrees), null outside all polygons or without coordinates.

    `boundaries` has `ags` and `geometry` (WKB). Polygons do not overlap; a point on a common border goes to the first.
    """
    keys = boundaries["ags"].to_list()
    tree = shapely.STRtree(shapely.from_wkb(boundaries["geometry"].to_list()))
    found: list[str | None] = [None] * len(lon)
    placed = [number for number in range(len(lon)) if lon[number] is not None and lat[number] is not None]
    points = shapely.points([(lon[number], lat[number]) for number in placed])
    for point, polygon in zip(*tree.query(points, predicate="intersects"), strict=True):
        if found[placed[point]] is None:
            found[placed[point]] = keys[polygon]
    return found


def load_exceptions(file: Path) -> pl.DataFrame:
    """The table of exceptions: site_id, district, coordinates (kept or wrong), reason, source.

    Raises StudyError when the file or a column is missing, a reason is empty, or an installation stands twice.
    """
    if not file.is_file():
        raise StudyError("The table of placement exceptions is missing", where=str(file))
    frame = pl.read_csv(file, infer_schema=False)
    if frame.columns != _COLUMNS or frame.null_count().sum_horizontal()[0]:
        raise StudyError(f"The table needs the columns {', '.join(_COLUMNS)}, none of them empty", where=str(file))
    if frame["site_id"].n_unique() != frame.height or not set(frame["coordinates"]) <= {"kept", "wrong"}:
        raise StudyError("An installation stands twice, or coordinates is neither kept nor wrong", where=str(file))
    return frame


def place_sites(sites: pl.DataFrame, boundaries: pl.DataFrame, exceptions: pl.DataFrame) -> pl.DataFrame:
    """Add `district` (AGS of 2023, never null) and `placed_by` (polygon or exception); sorted by site_id.

    Coordinates that an exception calls wrong become null, so that no map shows them. Raises StudyError for an
    installation outside all polygons without an exception, and for exceptions that name no installation or district.
    """
    strangers = [id_ for id_ in exceptions["site_id"] if id_ not in set(sites["site_id"])]
    strangers += [key for key in exceptions["district"] if key not in set(boundaries["ags"])]
    if strangers:
        raise StudyError(f"The exceptions name what does not exist: {', '.join(strangers)}", where=EXCEPTIONS)
    by_polygon = district_of_points(sites["lon"].to_list(), sites["lat"].to_list(), boundaries)
    chosen = sites.with_columns(_polygon=pl.Series(by_polygon, dtype=pl.String)).join(
        exceptions.select("site_id", "district", "coordinates"), on="site_id", how="left"
    )
    wrong = pl.col("coordinates") == "wrong"
    placed = chosen.with_columns(
        pl.when(wrong.fill_null(False)).then(None).otherwise(pl.col(axis)).alias(axis) for axis in ("lat", "lon")
    ).with_columns(
        placed_by=pl.when(pl.col("district").is_null()).then(pl.lit("polygon")).otherwise(pl.lit("exception")),
        district=pl.coalesce("district", "_polygon"),
    )
    lost = placed.filter(pl.col("district").is_null())
    if lost.height:
        named = ", ".join(f"{row['site_id']} {row['city']}" for row in lost.head(5).iter_rows(named=True))
        raise StudyError(
            f"{lost.height} installations lie outside all districts: {named}",
            where=EXCEPTIONS,
            next_step="Add a line with the district, the reason and the source.",
        )
    return placed.drop("_polygon", "coordinates").sort("site_id")


def complete(reading: Reading, boundaries: pl.DataFrame, exceptions: pl.DataFrame) -> Reading:
    """The same reading with its sites placed."""
    tables = dict(reading.tables)
    tables["sites"] = place_sites(tables["sites"], boundaries, exceptions)
    return Reading(tables, reading.extracted)
