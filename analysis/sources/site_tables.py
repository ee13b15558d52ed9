"""Tables of sites: figures of single plants, which stand at no region until `placement` finds one."""

import polars as pl

from analysis.sources.observations import SCHEMA
from analysis.sources.official import FAULT, Problem

# One row a site, year and measure. flag: the provider's own sign or reason verbatim.
SITE_FIGURES = pl.Schema(
    {
        "site": pl.String,
        "year": pl.Int64,
        "measure": pl.String,
        "value": pl.Float64,
        "unit": pl.String,
        "status": pl.String,
        "flag": pl.String,
        "row": pl.String,
    }
)
NO_CELLS = pl.DataFrame(schema=SCHEMA)
# What the trading system prints where a site reported nothing: "Excluded" for a year in which it was outside of it.
MISSING = ("", "-1", "-1.0", "Excluded")
KEY = ("site", "year", "measure")


def figures(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of `SITE_FIGURES` in order and type; a frame without `flag` gets an empty one."""
    whole = frame if "flag" in frame.columns else frame.with_columns(flag=pl.lit(None, dtype=pl.String))
    return whole.select(pl.col(name).cast(kind) for name, kind in SITE_FIGURES.items())


def reported(value: pl.Expr) -> pl.Expr:
    """Status of a figure a site reports itself: 0 is zero, nothing is not available."""
    return (
        pl.when(value.is_null())
        .then(pl.lit("not_available"))
        .when(value == 0)
        .then(pl.lit("zero"))
        .otherwise(pl.lit("ok"))
    )


def odd_figures(frame: pl.DataFrame) -> tuple[Problem, ...]:
    """Sites that state one figure twice, and figures below zero."""
    found = []
    doubled = frame.filter(pl.struct(KEY).is_duplicated()).sort(KEY)
    if doubled.height:
        first = doubled.row(0, named=True)
        what = f"{doubled.height} figures stand there more than once, first {_named(first)}"
        found.append(Problem("duplicate", what, first["row"], "Keep one of the rows; ask the publisher which.", FAULT))
    negative = frame.filter(pl.col("value") < 0)
    if negative.height:
        first = negative.row(0, named=True)
        what = f"{negative.height} figures are below zero, first {_named(first)} = {first['value']:g}"
        found.append(
            Problem("negative figure", what, first["row"], "Nothing is emitted below zero; ask the publisher.", FAULT)
        )
    return tuple(found)


def _named(row: dict) -> str:
    return f"{row['measure']} of {row['site']} in {row['year']}"
