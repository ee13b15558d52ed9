"""What published margins tell about secret cells: for an audit within the house, and as intervals of aggregates."""

import numpy as np
import polars as pl

from analysis.methods.disclosure import disclosure_audit, printed_ratio, printed_sum
from analysis.methods.frames import MethodError, tidy
from analysis.methods.polytope import NOISE, Block, blocks, cell_ranges, inward
from analysis.methods.statements import cell_names, cell_table, keys_of, margins_of, placed, table_margins

__all__ = [
    "aggregate_bounds",
    "disclosure_audit",
    "printed_ratio",
    "printed_sum",
    "suppression_bounds",
    "table_margins",
]

SINGLE = "one secret cell"
ALONE = "moves with one secret cell alone"
_AGGREGATE = {"group": pl.String, "low": pl.Float64, "high": pl.Float64, "secret": pl.Int64, "withheld": pl.String}


def suppression_bounds(cells: pl.DataFrame, margins: pl.DataFrame, *, integer: bool = False) -> pl.DataFrame:
    """One row per secret cell, `region, branch[, year], low, high`: the interval that the margins leave it.

    For audit within the house only. The interval of a single secret cell goes into no fact, chart, download or log:
    print `aggregate_bounds`.

    `cells`: region, branch, value[, year], null = secret; optional `low` and `high` are limits known beforehand, else
    zero and none. `margins`, in one of two notations:
    `region, branch, value[, year]`, where `total` stands for all regions or all branches of the cells; or by members,
    `margin, region, branch[, year][, coefficient], value`, one row per member with the margin's value repeated: the
    sum of coefficient · cell is the value (`table_margins` writes these for nested tables). A rounded margin has `low`
    and `high` in place of `value`; null states nothing.

    low and high are min and max x_j subject to the margins and to every cell's limits: two linear programmes per cell
    (Dantzig 1963; for suppressed tables Fischetti & Salazar-González 2001), in blocks of cells that margins connect. A
    cell without an upper limit has `high` null. `integer=True` rounds inwards to whole numbers: right for
    counts, though with odd coefficients not always as narrow as can be. Exact to about 1e-9 of the block's numbers.
    Raises MethodError as `tidy`, for margins of cells that are not there, and for margins that no table meets, naming
    those that would have to give way.
    """
    table = cell_table(cells, integer=integer)
    low, high = (np.full(table.height, np.nan) for _ in range(2))
    for block in blocks(table, margins_of(margins, table)):
        low[block.cells], high[block.cells] = cell_ranges(block)
    if integer:
        low, high = inward(low, high)
        _check_whole(table.filter(pl.Series(low > high)))
    found = table.with_columns(low=pl.Series(low), high=pl.Series(high)).filter(pl.col("value").is_null())
    return found.select(*keys_of(cells), "low", pl.when(pl.col("high").is_finite()).then("high").alias("high"))


def _check_whole(empty: pl.DataFrame) -> None:
    if empty.height:
        raise MethodError(f"cells: no whole number is left for {cell_names(empty)}; are the cells counts?")


def aggregate_bounds(
    cells: pl.DataFrame, margins: pl.DataFrame, groups: pl.DataFrame, *, integer: bool = False
) -> pl.DataFrame:
    """One row per group, `group, low, high, secret, withheld`: the interval of a sum over known and secret cells.

    `groups`: group, region, branch[, year][, coefficient], one row per member; cells and margins as in
    `suppression_bounds`. `secret` counts the group's secret cells. The interval is that of the sum itself, by linear
    programmes of its own: cells that share a margin move against each other, so it is never wider than the sum of the
    single intervals and often a point.

    Null and a reason in `withheld`: a group with exactly one secret cell, and one in which all but one secret cell are
    settled by the margins, so that its interval would be that cell's. A limit alone is null where there is none.
    Without a secret cell both limits are the sum. `integer=True` rounds inwards where all coefficients are whole.
    Raises MethodError as `suppression_bounds`, for the blocks that the groups touch.
    """
    table = cell_table(cells, integer=integer)
    numbers = ["coefficient"] if "coefficient" in groups.columns else []
    members = tidy(groups, keys=("group", *keys_of(table)), numbers=numbers, nonnegative=False, name="groups")
    members = placed(members, table, "groups")
    found = blocks(table, margins_of(margins, table))
    rows = [_aggregate(part, table, found, integer) for part in members.sort("group").partition_by("group")]
    return pl.DataFrame(rows, schema=_AGGREGATE, orient="row")


def _aggregate(members: pl.DataFrame, table: pl.DataFrame, found: list[Block], integer: bool) -> tuple:
    group, weights = members["group"][0], np.zeros(table.height)
    weights[members["at"].to_numpy()] = members["coefficient"].to_numpy()
    known = float(weights @ table["value"].fill_null(0.0).to_numpy())
    secret = int(np.count_nonzero(weights[table["value"].is_null().to_numpy()]))
    parts = [(block, weights[block.cells]) for block in found if weights[block.cells].any()]
    if secret == 1:
        return group, None, None, secret, SINGLE
    ranges = [block.range(own) for block, own in parts]
    if _moves_alone(parts, ranges):
        return group, None, None, secret, ALONE
    low, high = known + sum(low for low, _ in ranges), known + sum(high for _, high in ranges)
    if integer and not (weights % 1).any():
        low, high = (float(limit) for limit in inward(low, high))
    return group, *(limit if np.isfinite(limit) else None for limit in (low, high)), secret, None


def _moves_alone(parts: list[tuple[Block, np.ndarray]], ranges: list[tuple[float, float]]) -> bool:
    """Is the sum a single open cell, but for a constant?"""
    moving = [part for part, limits in zip(parts, ranges, strict=True) if not _settled(part[0], limits)]
    if len(moving) != 1:
        return False
    block, weights = moving[0]
    rests = (np.where(np.arange(len(weights)) == cell, 0.0, weights) for cell in np.flatnonzero(weights))
    return any(not rest.any() or _settled(block, block.range(rest)) for rest in rests)


def _settled(block: Block, limits: tuple[float, float]) -> bool:
    return limits[1] - limits[0] <= NOISE * block.scale
