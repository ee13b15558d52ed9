"""Whether emissions part from what is produced: the elasticity of Tapio and its classes."""

import polars as pl

from analysis.methods.frames import MethodError, listed, tidy, years_of

# Tapio (2005): a fifth around 1 still counts as going together.
COUPLED_FROM, COUPLED_TO = 0.8, 1.2
CLASSES = (
    "strong_decoupling",
    "weak_decoupling",
    "expansive_coupling",
    "expansive_negative_decoupling",
    "strong_negative_decoupling",
    "weak_negative_decoupling",
    "recessive_coupling",
    "recessive_decoupling",
    "not_determinable",
)
_SAME = 1e-12  # relative distance below which an elasticity stands on a threshold
_KEYS = ("region", "branch")


def decoupling(
    emissions: pl.DataFrame,
    output: pl.DataFrame,
    start: int | None = None,
    end: int | None = None,
    *,
    dynamic: bool = False,
) -> pl.DataFrame:
    """One row per region: the elasticity of emissions to output from start to end, and its class (Tapio 2005).

    `emissions`, `output`: year, value[, region][, branch], the same regions and branches in both; output is value
    added, jobs, or what else the emissions serve. With growth g = (value_end − value_start)/value_start:
    `elasticity` = g_emissions / g_output. Without `start` or `end` a region's first or last year that both frames have
    is taken; `dynamic` gives one row per pair of neighbouring years among those.

    | output grows | output shrinks | elasticity |
    | --- | --- | --- |
    | `strong_decoupling` | `strong_negative_decoupling` | below 0 |
    | `weak_decoupling` | `weak_negative_decoupling` | 0 to below 0.8 |
    | `expansive_coupling` | `recessive_coupling` | 0.8 to 1.2 |
    | `expansive_negative_decoupling` | `recessive_decoupling` | above 1.2 |

    Rows: [region, branch,] start, end, emissions_growth, output_growth, elasticity, class, reason; growth in shares
    (0.05 = 5 %). Where there is no elasticity the class is `not_determinable` and `reason` says why: `emissions
    unknown`, `output unknown`, `emissions zero at start`, `output zero at start`, `output unchanged`.
    Raises MethodError (see frames.tidy), for regions that only one frame has, for years without a row in both, and for
    regions without two common years.
    """
    if start is not None and end is not None and start >= end:
        raise MethodError(f"start {start} is not before end {end}.")
    units, both = _joined(emissions, output)
    _check_years(both, units, start, end)
    year, keys = pl.col("year"), units.columns
    chosen = both.filter(year >= (start or year.min()), year <= (end or year.max()))
    if not dynamic:
        chosen = chosen.filter((year == year.min().over(keys)) | (year == year.max().over(keys)))
    steps = _steps(chosen, keys)
    if lonely := _names(units.join(steps, on=keys, how="anti")):
        raise MethodError(f"emissions and output: fewer than two common years for {lonely}; growth needs two.")
    named = [key for key in keys if key in emissions.columns]
    return _classified(steps).select(
        *named, "start", "end", "emissions_growth", "output_growth", "elasticity", "class", "reason"
    )


def _joined(emissions: pl.DataFrame, output: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The units, and the years that both frames have of them: region[, branch], year, emissions, output, sorted."""
    above, below = _series(emissions, "emissions"), _series(output, "output")
    for key in _KEYS:
        if (key in emissions.columns) != (key in output.columns):
            raise MethodError(f"emissions and output: only one of them has a column '{key}'.")
    keys = above.columns[:-2]
    for frame, other, name in ((above, below, "output"), (below, above, "emissions")):
        if lacking := _names(frame.join(other, on=keys, how="anti").select(keys)):
            raise MethodError(f"{name}: no row for {lacking}, which the other frame has.")
    joined = above.rename({"value": "emissions"}).join(below.rename({"value": "output"}), on=[*keys, "year"])
    return above.select(keys).unique(), joined.sort(*keys, "year")


def _series(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The checked cells: region[, branch], year, value; a frame without regions is one of them."""
    years_of(frame, name)
    if _KEYS[0] not in frame.columns:
        frame = frame.with_columns(pl.lit("all").alias(_KEYS[0]))
    keys = [key for key in _KEYS if key in frame.columns]
    return tidy(frame, keys=keys, name=name).select(*keys, "year", "value")


def _names(units: pl.DataFrame) -> str:
    """'duesseldorf, hamburg', or '(hamburg, C)' with branches; empty without rows."""
    found = units.unique().sort(units.columns).rows()
    return listed([row[0] if len(row) == 1 else f"({', '.join(row)})" for row in found])


def _check_years(both: pl.DataFrame, units: pl.DataFrame, *years: int | None) -> None:
    """A year that was asked for must be there for every unit, in both frames."""
    for year in (year for year in years if year is not None):
        there = both.filter(pl.col("year") == year)
        if lacking := _names(units.join(there, on=units.columns, how="anti")):
            raise MethodError(f"emissions and output: {lacking} has not both of {year}; growth needs the same years.")


def _steps(rows: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Each row beside the next of its unit: start, end, and both quantities with 0 for start and 1 for end."""
    following = [
        pl.col(name).shift(-1).over(keys).alias(alias)
        for name, alias in (("year", "end"), ("emissions", "emissions_1"), ("output", "output_1"))
    ]
    names = {"year": "start", "emissions": "emissions_0", "output": "output_0"}
    return rows.with_columns(*following).rename(names).filter(pl.col("end").is_not_null())


def _classified(steps: pl.DataFrame) -> pl.DataFrame:
    """The steps with growth, elasticity, class and reason."""
    growth = pl.col("output_growth")
    return (
        steps.with_columns(_growth("emissions"), _growth("output"), _reason().alias("reason"))
        .with_columns(
            pl.when(pl.col("reason").is_null()).then(pl.col("emissions_growth") / growth).alias("elasticity"),
        )
        .with_columns(
            pl.when(pl.col("reason").is_not_null())
            .then(pl.lit("not_determinable"))
            .when(growth > 0)
            .then(_class(CLASSES[:4]))
            .otherwise(_class(CLASSES[4:8]))
            .alias("class")
        )
    )


def _growth(name: str) -> pl.Expr:
    """(end − start)/start; null without a base."""
    first, last = pl.col(f"{name}_0"), pl.col(f"{name}_1")
    return ((last - first) / pl.when(first != 0).then(first)).alias(f"{name}_growth")


def _reason() -> pl.Expr:
    """Why there is no elasticity; null where there is one."""
    causes = {
        "emissions unknown": pl.any_horizontal(pl.col("emissions_0", "emissions_1").is_null()),
        "output unknown": pl.any_horizontal(pl.col("output_0", "output_1").is_null()),
        "emissions zero at start": pl.col("emissions_0") == 0,
        "output zero at start": pl.col("output_0") == 0,
        "output unchanged": pl.col("output_0") == pl.col("output_1"),
    }
    return pl.coalesce(pl.when(cause).then(pl.lit(words)) for words, cause in causes.items())


def _class(names: tuple[str, ...]) -> pl.Expr:
    """The class by the elasticity, from names in its order."""
    elasticity = pl.col("elasticity")
    return (
        pl.when(elasticity < 0)
        .then(pl.lit(names[0]))
        .when(elasticity < COUPLED_FROM - _SAME)
        .then(pl.lit(names[1]))
        .when(elasticity <= COUPLED_TO + _SAME)
        .then(pl.lit(names[2]))
        .otherwise(pl.lit(names[3]))
    )
