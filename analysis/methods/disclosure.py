"""Do our own figures betray a secret cell? What is printed, as linear statements, and the audit of all of them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, tidy
from analysis.methods.polytope import NOISE, Block, blocks, cell_ranges, inward
from analysis.methods.statements import cell_table, keys_of, margins_of, stated


def printed_sum(statement: str, members: pl.DataFrame, value: float, step: float = 0.0) -> pl.DataFrame:
    """A printed sum as rows for `disclosure_audit`: Σ coefficient · cell lies within half a `step` of the value.

    `members`: region, branch[, year][, coefficient], one row per cell; a difference has −1, a change over time cells of
    both years. `step` is the unit of rounding, 100 for "12,300", 0 if printed exactly.
    """
    if step < 0:
        raise MethodError(f"statement '{statement}': step {step:g} is negative; it is the unit of rounding.")
    return _rows(statement, members, value - step / 2, value + step / 2)


def printed_ratio(
    statement: str, numerator: pl.DataFrame, denominator: pl.DataFrame | float, value: float, step: float = 0.0
) -> pl.DataFrame:
    """A printed share, rate or quotient as rows for `disclosure_audit`: "97.0 %" is value 0.97 with step 0.001.

    `numerator` and `denominator` are members as in `printed_sum`; a denominator known to all is a number. With the
    rounding interval [a, b] the ratio says numerator − a · denominator ≥ 0 and numerator − b · denominator ≤ 0, two
    statements named "…, at least" and "…, at most". Denominators are positive (MethodError if the number is not).
    """
    if not isinstance(denominator, pl.DataFrame):
        if not denominator > 0:
            raise MethodError(f"statement '{statement}': the denominator {denominator:g} is not positive.")
        return printed_sum(statement, numerator, value * denominator, step * denominator)
    low, high = value - step / 2, value + step / 2
    return pl.concat(
        [
            _rows(f"{statement}, at least", _less(numerator, denominator, low), 0.0, None),
            _rows(f"{statement}, at most", _less(numerator, denominator, high), None, 0.0),
        ]
    )


def _less(numerator: pl.DataFrame, denominator: pl.DataFrame, factor: float) -> pl.DataFrame:
    """Members of numerator − factor · denominator."""
    keys = keys_of(numerator)
    if keys != keys_of(denominator):
        raise MethodError(
            "printed_ratio: either both numerator and denominator have the column 'year', or neither has."
        )
    weighted = _weighted(denominator).with_columns(pl.col("coefficient") * -factor)
    return pl.concat([_weighted(numerator), weighted]).group_by(keys).agg(pl.col("coefficient").sum()).sort(keys)


def _weighted(members: pl.DataFrame) -> pl.DataFrame:
    if "coefficient" not in members.columns:
        members = members.with_columns(coefficient=pl.lit(1.0))
    found = tidy(members, numbers=("coefficient",), nonnegative=False, name="members")
    return found.select(*keys_of(found), "coefficient")


def _rows(statement: str, members: pl.DataFrame, low: float | None, high: float | None) -> pl.DataFrame:
    limits = (pl.lit(limit, pl.Float64).alias(side) for side, limit in (("low", low), ("high", high)))
    return _weighted(members).select(pl.lit(statement).alias("statement"), pl.all(), *limits)


def disclosure_audit(
    released: pl.DataFrame,
    cells: pl.DataFrame,
    margins: pl.DataFrame,
    *,
    percent: float = 10.0,
    integer: bool = True,
) -> pl.DataFrame:
    """The secret cells that our figures narrow too far: no row means that nothing is betrayed.

    `cells` and `margins` are the official tables as in `suppression_bounds`. `released` is everything printed,
    in tables, prose, charts, downloads and earlier editions, each with its rounding, as rows `statement, region,
    branch[, year][, coefficient], value | low, high` (`printed_sum` and `printed_ratio` write them).

    A cell's interval is taken once from the official margins alone and once from margins and statements together. Its
    width is measured against the largest value that the official margins allow (without one: that the statements
    allow). A cell fails if its width falls below `percent` and was not below it before. What the official tables
    already give away is no failure of ours, and repeating them is none. With `integer` (counts; the default) widths
    are between the whole numbers of the interval, so that an interval with a single whole number is a point.

    One row per failing cell: `region, branch[, year]`; `official`, its width before as a class; `released`, "a point"
    or "below 10 %"; `statements`, a smallest set that does it, found by leaving out one after another: mend these and
    audit again. No interval is given, so that the report can be kept. Raises MethodError as `suppression_bounds`, also
    where statements contradict the official tables.
    """
    if not 0 < percent < 100:
        raise MethodError(f"percent {percent:g} is not between 0 and 100.")
    table = cell_table(cells, integer=integer)
    official = margins_of(margins, table)
    everything = blocks(table, official + stated(released, table, "statement"))
    failing = [row for block in everything for row in _failing(block, len(official.names), percent, integer)]
    schema = {"at": pl.UInt32, "official": pl.String, "released": pl.String, "statements": pl.String}
    found = pl.DataFrame(failing, schema=schema, orient="row").join(table, on="at").sort("at")
    return found.select(*keys_of(cells), *list(schema)[1:])


@dataclass(frozen=True)
class _Watched:
    """One cell of a block, with the largest value that the official margins allow it."""

    unit: np.ndarray
    largest: float
    noise: float
    percent: float
    integer: bool

    def width(self, limits: tuple[float, float]) -> float:
        low, high = inward(*limits) if self.integer else limits
        return 0.0 if high - low <= self.noise else float(high - low)

    def narrow(self, limits: tuple[float, float]) -> bool:
        largest = self.largest if np.isfinite(self.largest) else limits[1]
        width = self.width(limits)
        return width == 0 or width < self.percent / 100 * largest

    def betrayed(self, block: Block, statements: np.ndarray) -> bool:
        """Is the cell too narrow under these of the block's statements?"""
        return self.narrow(block.keeping(statements).range(self.unit))

    def before(self, limits: tuple[float, float]) -> str:
        width, half = self.width(limits), max(self.percent, 50.0)
        if np.isinf(width):
            return "no upper limit"
        return f"above {half:g} %" if width >= half / 100 * self.largest else f"{self.percent:g} to {half:g} %"

    def after(self, limits: tuple[float, float]) -> str:
        return f"below {self.percent:g} %" if self.width(limits) else "a point"


def _failing(block: Block, first: int, percent: float, integer: bool) -> list[tuple[int, str, str, str]]:
    """Place, widths and culprits of the failing cells of a block; statements from row `first` on are ours."""
    ours, theirs = np.flatnonzero(block.rows >= first), np.flatnonzero(block.rows < first)
    if not ours.size:
        return []
    found = []
    before = cell_ranges(block.keeping(theirs))
    for place, unit, *official in zip(block.cells, np.eye(len(block.cells)), *before, strict=True):
        watched = _Watched(unit, official[1], NOISE * block.scale, percent, integer)
        if watched.narrow(official) or not watched.narrow(limits := block.range(unit)):
            continue
        culprits = "; ".join(block.names[at] for at in _culprits(block, watched, theirs, ours))
        found.append((place, watched.before(official), watched.after(limits), culprits))
    return found


def _culprits(block: Block, watched: _Watched, theirs: np.ndarray, ours: np.ndarray) -> np.ndarray:
    """Statements of ours that betray the cell and of which none can be left out."""
    # Only those that hold the limits where they are can be to blame: few of the many in a report.
    holding = np.concatenate([block.least(watched.unit)[1], block.least(-watched.unit)[1]])
    suspects = np.intersect1d(ours, holding)
    for suspect in suspects.tolist():
        rest = suspects[suspects != suspect]
        if watched.betrayed(block, np.concatenate([theirs, rest])):
            suspects = rest
    return suspects
