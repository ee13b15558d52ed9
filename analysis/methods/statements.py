"""What is known of a table's cells: numbers, limits, and linear statements such as margins, as frames and as arrays."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from scipy import sparse

from analysis.methods.frames import MethodError, check_disjoint, listed, tidy
from analysis.methods.panel import TOTAL

LIMITS = ("value", "low", "high")


def keys_of(cells: pl.DataFrame) -> list[str]:
    return ["region", "branch", *(["year"] if "year" in cells.columns else [])]


def cell_table(cells: pl.DataFrame, *, integer: bool = False) -> pl.DataFrame:
    """The cells sorted, with `at`, their place, and the limits `low`, `high` that they have by themselves.

    A known cell's limits are its value; the others have those given, else zero and infinity. Raises MethodError as
    `tidy`, for limits that cross and, with `integer`, for known cells that are no whole numbers.
    """
    numbers = ["value", *(side for side in ("low", "high") if side in cells.columns)]
    table = tidy(cells, numbers=numbers, name="cells").select(*keys_of(cells), *numbers)
    table = _limited(table, 0.0).sort(keys_of(cells)).with_row_index("at")
    if (crossed := table.filter(pl.col("low") > pl.col("high"))).height:
        raise MethodError(f"cells: {cell_names(crossed)} has a lower limit above the upper one.")
    if integer and (broken := table.filter(pl.col("value") % 1 != 0)).height:
        raise MethodError(f"cells: {cell_names(broken)} is no whole number; say integer=False.")
    return table


def _limited(frame: pl.DataFrame, least: float) -> pl.DataFrame:
    """The frame with all of `value, low, high`: both limits are the value, else what is given, else open."""
    absent = [pl.lit(None, pl.Float64).alias(column) for column in LIMITS if column not in frame.columns]
    limits = {"low": least, "high": np.inf}
    return frame.with_columns(absent).with_columns(
        pl.coalesce("value", side, pl.lit(end)).alias(side) for side, end in limits.items()
    )


def cell_names(rows: pl.DataFrame) -> str:
    """'(05111, J, 2019), (02, K, 2019) and 3 more'."""
    return listed(f"({', '.join(map(str, row))})" for row in rows.select(keys_of(rows)).unique().sort(pl.all()).rows())


@dataclass(frozen=True)
class Statements:
    """low ≤ matrix·cells ≤ high, one row per name; infinity where a side is open."""

    names: tuple[str, ...]
    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray

    def __add__(self, other: Self) -> "Statements":
        return Statements(
            self.names + other.names,
            sparse.vstack([self.matrix, other.matrix], format="csr"),
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
        )


def stated(rows: pl.DataFrame, table: pl.DataFrame, label: str) -> Statements:
    """Tidy rows `<label>, region, branch[, year][, coefficient], value | low, high`, one per member, as arrays.

    The numbers of a label stand in each of its rows: `value` if exact, `low` and `high` if rounded; null is open, and
    what is open on both sides states nothing. Raises MethodError as `tidy`, for cells that the table lacks and for
    labels with several numbers, with value and limits at once, or with limits that cross.
    """
    numbers = [column for column in (*LIMITS, "coefficient") if column in rows.columns]
    if not set(LIMITS) & set(numbers):
        raise MethodError(f"{label}s: column 'value' is missing, or 'low' and 'high'.")
    found = tidy(rows, keys=(label, *keys_of(table)), numbers=numbers, nonnegative=False, name=f"{label}s")
    absent = [pl.lit(None, pl.Float64).alias(column) for column in LIMITS if column not in numbers]
    each = found.with_columns(absent).group_by(label).agg(pl.col(LIMITS).first(), said=pl.struct(LIMITS).n_unique())
    _check_limits(each, label)
    each = _limited(each, -np.inf).filter(pl.any_horizontal(pl.col("low", "high").is_finite()))
    each = each.sort(label).with_row_index("row")
    members = placed(found, table, f"{label}s").join(each.select(label, "row"), on=label)
    entries = members["coefficient"].to_numpy(), (members["row"].to_numpy(), members["at"].to_numpy())
    matrix = sparse.csr_array(entries, shape=(each.height, table.height))
    return Statements(tuple(each[label]), matrix, each["low"].to_numpy(), each["high"].to_numpy())


def _check_limits(each: pl.DataFrame, label: str) -> None:
    limited = pl.any_horizontal(pl.col("low", "high").is_not_null())
    for wrong, what in (
        (pl.col("said") > 1, f"has several numbers; a {label} is one name and one number"),
        (pl.col("value").is_not_null() & limited, "has a value and limits; what is rounded has limits only"),
        (pl.col("low") > pl.col("high"), "has a lower limit above the upper one"),
    ):
        if names := each.filter(wrong)[label].sort().to_list():
            raise MethodError(f"{label}s: {listed(names)} {what}.")


def placed(rows: pl.DataFrame, table: pl.DataFrame, name: str) -> pl.DataFrame:
    """The rows with `at`, the place of their cell in the table, and a `coefficient`, 1 without such a column."""
    keys = keys_of(table)
    if keys_of(rows) != keys:
        raise MethodError(f"{name}: either both the cells and the {name} have the column 'year', or neither has.")
    if "coefficient" not in rows.columns:
        rows = rows.with_columns(coefficient=pl.lit(1.0))
    found = rows.join(table.select("at", *keys), on=keys, how="left")
    if (foreign := found.filter(pl.col("at").is_null())).height:
        raise MethodError(f"{name}: {cell_names(foreign)} is no cell of the frame.")
    if (empty := found.filter(pl.col("coefficient").is_null())).height:
        raise MethodError(f"{name}: {cell_names(empty)} has no coefficient; without the column all are 1.")
    return found


def margins_of(rows: pl.DataFrame, table: pl.DataFrame) -> Statements:
    """Margins in either notation: by members (`margin, region, branch, …`), or `region, branch, …` with `total`."""
    return stated(rows if "margin" in rows.columns else _two_way(rows, table), table, "margin")


def _two_way(rows: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Published totals by their members: `total` stands for all regions or all branches of the cells."""
    keys, numbers = keys_of(table), [column for column in LIMITS if column in rows.columns]
    found = tidy(rows, keys=keys, numbers=numbers, nonnegative=False, name="margins")
    if TOTAL in {*table["region"], *table["branch"]}:
        raise MethodError("cells: 'total' is among them; give it as a margin, or make the margins by table_margins.")
    if TOTAL in found["branch"].to_list():
        check_disjoint(table["branch"].unique(), "cells")
    found = found.with_columns(margin=pl.concat_str(keys, separator="/"))
    spreads = ((), ("region",), ("branch",), ("region", "branch"))
    members = pl.concat([_spread(found, table.select(keys), spread) for spread in spreads], how="diagonal")
    if empty := sorted(set(found["margin"]) - set(members["margin"])):
        raise MethodError(f"margins: {listed(empty)} has no cells in the frame.")
    return members


def _spread(found: pl.DataFrame, cells: pl.DataFrame, spread: tuple[str, ...]) -> pl.DataFrame:
    """The members of those margins that are `total` along exactly these keys."""
    along = ((pl.col(key) == TOTAL) == (key in spread) for key in ("region", "branch"))
    chosen, on = found.filter(*along).drop(spread), [key for key in cells.columns if key not in spread]
    return chosen.join(cells, on=on) if on else chosen.join(cells, how="cross")


def table_margins(
    cells: pl.DataFrame, regions: pl.DataFrame | None = None, branches: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Margins of a table that holds its totals as cells, known or secret: each whole is the sum of its parts.

    `regions` and `branches` are frames `whole, part[, exhaustive]`; where `exhaustive` is false (C within B–E), the
    parts leave a rest and only sum to at most the whole. Gives rows `margin, region, branch[, year], coefficient, low,
    high` for `suppression_bounds`, one margin per whole along every other key of the cells. Raises MethodError for a
    whole or part that the cells do not name.
    """
    keys = keys_of(cells)
    cells = tidy(cells, numbers=(), name="cells")
    trees = {"region": regions, "branch": branches}
    found = [_nested(cells, key, keys, tree) for key, tree in trees.items() if tree is not None]
    if not found:
        raise MethodError("table_margins: neither regions nor branches say what is part of what.")
    return pl.concat(found)


def _nested(cells: pl.DataFrame, key: str, keys: list[str], tree: pl.DataFrame) -> pl.DataFrame:
    name = {"region": "regions", "branch": "branches"}[key]
    tree = tidy(tree, keys=("whole", "part"), numbers=(), name=name)
    if foreign := sorted({*tree["whole"], *tree["part"]} - set(cells[key])):
        raise MethodError(f"{name}: {listed(foreign)} is no {key} of the cells.")
    if "exhaustive" not in tree.columns:
        tree = tree.with_columns(exhaustive=pl.lit(True))
    wholes = cells.select(keys).rename({key: "whole"}).join(tree, on="whole")
    names = [pl.col("whole" if column == key else column) for column in keys]
    wholes = wholes.with_columns(
        margin=pl.concat_str(*names, separator="/") + f" by {name}",
        low=pl.when("exhaustive").then(0.0),
        high=pl.lit(0.0),
    )
    parts = wholes.rename({"part": key}).with_columns(coefficient=pl.lit(1.0))
    sums = wholes.rename({"whole": key}).with_columns(coefficient=pl.lit(-1.0))
    columns = ["margin", *keys, "coefficient", "low", "high"]
    return pl.concat([parts.select(columns), sums.select(columns).unique()])
