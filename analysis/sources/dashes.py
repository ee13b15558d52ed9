"""What "-" means in a table by region and branch: zero, no such district that year, or not loaded.

Official tables print "-" for "exactly nothing". Regional tables print it too for a district that does not exist
in that year, and interfaces print it for figures that were not loaded yet. The parents tell them apart.
"""

from collections.abc import Mapping

import polars as pl

# Complete splits only: "C" is not the whole of "B-E", so a dash in C says nothing about B-E.
WZ_EMPLOYEES: Mapping[str, tuple[str, ...]] = {
    "total": ("A", "B-F", "G-U"),
    "B-F": ("B-E", "F"),
    "G-U": ("G-I", "J", "K", "L", "M-N", "O-Q", "R-U"),
}
WZ_VALUE_ADDED: Mapping[str, tuple[str, ...]] = {"total": ("A", "B-E", "F", "G-J", "K-N", "O-T")}
_CELL = ["measure", "geo", "period"]


def resolve(
    frame: pl.DataFrame, *, tree: Mapping[str, tuple[str, ...]] | None = None, absent: str | None = None
) -> pl.DataFrame:
    """Give every "zero" that came from a dash its meaning; values become null where it was no zero.

    In this order: all districts of a Land with a value show "-": not_available (not loaded). All parts of a
    positive branch show "-" (`tree`: branch -> its complete parts): not_available. A region's own total shows "-":
    not_applicable for all its branches of that year. Otherwise the dash stays zero. `absent` names a true/false
    column that says so where the region's total is not among the measures; it is dropped.
    """
    own_total = ((pl.col("branch") == "total") & (pl.col("status") == "zero")).any().over(_CELL)
    return (
        frame.with_columns(
            _dash=pl.col("status") == "zero",
            _not_loaded=pl.lit(False),
            _gone=own_total if absent is None else pl.col(absent),
        )
        .pipe(_mark_unloaded_districts)
        .pipe(_mark_unloaded_branches, tree or {})
        .with_columns(
            status=pl.when(pl.col("_dash") & pl.col("_not_loaded"))
            .then(pl.lit("not_available"))
            .when(pl.col("_dash") & pl.col("_gone"))
            .then(pl.lit("not_applicable"))
            .otherwise(pl.col("status"))
        )
        .with_columns(value=pl.when(pl.col("status").is_in(["ok", "zero", "unreliable"])).then(pl.col("value")))
        .select(pl.all().exclude("_dash", "_not_loaded", "_gone", absent or "_gone"))
    )


def _mark_unloaded_districts(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark districts whose Land has a positive value while every one of its districts shows "-"."""
    same = ["measure", "branch", "period", "_land"]
    marked = frame.with_columns(_land=pl.col("geo").str.slice(0, 2))
    is_district = pl.col("geo_level") == "district"
    land_positive = ((pl.col("geo_level") == "land") & (pl.col("value") > 0)).any().over(same)
    none_loaded = (~is_district | pl.col("_dash")).all().over(same)
    return marked.with_columns(_not_loaded=is_district & land_positive & none_loaded).drop("_land")


def _mark_unloaded_branches(frame: pl.DataFrame, tree: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """Mark the parts of a positive branch when all of them show "-"."""
    for parent, parts in tree.items():
        part = pl.col("branch").is_in(parts)
        parent_positive = ((pl.col("branch") == parent) & (pl.col("value") > 0)).any().over(_CELL)
        all_dashes = (~part | pl.col("_dash")).all().over(_CELL)
        frame = frame.with_columns(_not_loaded=pl.col("_not_loaded") | (part & parent_positive & all_dashes))
    return frame
