"""Emissions against what they are measured by: people, jobs, value added; and what their change is made of."""

from collections.abc import Mapping, Sequence

import polars as pl

from analysis.methods.decoupling import decoupling
from analysis.methods.frames import MethodError, listed, tidy, years_of
from analysis.methods.lmdi import chained_lmdi, lmdi, logarithmic_mean, regional_lmdi

__all__ = ["chained_lmdi", "decoupling", "intensities", "lmdi", "logarithmic_mean", "regional_lmdi"]


def intensities(
    emissions: pl.DataFrame,
    by: pl.DataFrame | Mapping[str, pl.DataFrame],
    *,
    deflators: Mapping[str, pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Emissions per unit of each denominator, of the same region and year: numerator / denominator.

    `emissions`: region, year, value[, branch]. `by`: denominators by name, each region, year, value[, branch]; a single
    frame is called `denominator`. One without `branch` serves every branch of its region. Every cell of the emissions
    needs a row of the same year in each denominator: an average of other years is no denominator.
    `deflators`: price indices (year, value, 2020 = 100) for denominators in money, by the same names.

    Rows: region, year[, branch], by, numerator, denominator, intensity, real, reason. `intensity` is in unit of the
    emissions per unit of the denominator; `real` uses denominator / index · 100 and is null where no index reaches.
    Null and zero denominators give null; `reason` then says `numerator unknown`, `denominator unknown` or
    `denominator zero`. Raises MethodError (see frames.tidy), and for years, regions or branches without a denominator.
    """
    denominators = {"denominator": by} if isinstance(by, pl.DataFrame) else dict(by)
    deflators = dict(deflators or {})
    if not denominators:
        raise MethodError("by: no denominator was given.")
    if unknown := sorted(set(deflators) - set(denominators)):
        raise MethodError(f"deflators: {listed(unknown)} is no denominator; there are {listed(denominators)}.")
    above = _cells(emissions, "emissions").rename({"value": "numerator"})
    parts = [_against(above, frame, name, deflators.get(name)) for name, frame in denominators.items()]
    return pl.concat(parts).sort(*_keys(above), "by")


def _keys(frame: pl.DataFrame) -> list[str]:
    return [key for key in ("region", "year", "branch") if key in frame.columns]


def _cells(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The checked cells: region, year[, branch], value."""
    years_of(frame, name)
    keys = ("region", "branch") if "branch" in frame.columns else ("region",)
    checked = tidy(frame, keys=keys, name=name)
    return checked.select(*_keys(checked), "value")


def _against(above: pl.DataFrame, by: pl.DataFrame, name: str, deflator: pl.DataFrame | None) -> pl.DataFrame:
    below = _cells(by, name).rename({"value": "denominator"})
    keys = _keys(below)
    if "branch" in keys and "branch" not in above.columns:
        raise MethodError(f"{name}: it has branches and the emissions have none; sum it over branches first.")
    _check_periods(above, below, keys, name)
    rows = _with_index(above.join(below, on=keys, how="left"), deflator, name)
    ratio = pl.col("numerator") / pl.when(pl.col("denominator") != 0).then(pl.col("denominator"))
    return rows.select(
        *_keys(above),
        pl.lit(name).alias("by"),
        "numerator",
        "denominator",
        ratio.alias("intensity"),
        (ratio * pl.col("_index") / 100).alias("real"),
        pl.when(pl.col("numerator").is_null())
        .then(pl.lit("numerator unknown"))
        .when(pl.col("denominator").is_null())
        .then(pl.lit("denominator unknown"))
        .when(pl.col("denominator") == 0)
        .then(pl.lit("denominator zero"))
        .alias("reason"),
    )


def _check_periods(above: pl.DataFrame, below: pl.DataFrame, keys: Sequence[str], name: str) -> None:
    """A cell without a denominator of its own period is an error, not a null."""
    lacking = above.join(below, on=keys, how="anti").select(keys).unique().sort(keys)
    if lacking.height:
        cells = listed([f"({', '.join(map(str, row))})" for row in lacking.iter_rows()])
        raise MethodError(f"{name}: no row for {cells}; numerator and denominator must be of the same period.")


def _with_index(rows: pl.DataFrame, deflator: pl.DataFrame | None, name: str) -> pl.DataFrame:
    """The rows with the price index of their year as `_index`, null where there is none."""
    if deflator is None:
        return rows.with_columns(pl.lit(None, dtype=pl.Float64).alias("_index"))
    index = tidy(deflator, keys=("year",), name=f"deflator of {name}").select("year", _index="value")
    if index.filter(pl.col("_index") == 0).height:
        raise MethodError(f"deflator of {name}: an index of zero.")
    return rows.join(index, on="year", how="left")
