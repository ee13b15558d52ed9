"""What a newer file of a source changes, cell by cell, and what of the older one stays."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from analysis.sources.observations import KEY

CELL = [name for name in KEY if name != "source"]
KINDS = ("revised", "newly secret", "newly known", "status changed", "appeared", "gone")
_SHOWN = 10


@dataclass(frozen=True)
class Revisions:
    """`cells`, a row each: measure, geo, branch, period, before, after, status_before, status_after, kind."""

    cells: pl.DataFrame

    def __bool__(self) -> bool:
        return self.cells.height > 0

    @property
    def counts(self) -> dict[str, int]:
        """Changed cells by kind, in the order of KINDS."""
        found = dict(self.cells["kind"].value_counts().rows())
        return {kind: found[kind] for kind in KINDS if kind in found}

    def lines(self) -> Iterator[str]:
        """For the terminal: counts, the periods that came and went, and the largest revisions."""
        yield "; ".join(f"{count} cells {kind}" for kind, count in self.counts.items())
        for kind in ("appeared", "gone"):
            periods = self.cells.filter(kind=kind)["period"].unique().sort().to_list()
            if periods:
                span = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
                yield f"  {kind}: {span}"
        told = self.cells.filter(~pl.col("kind").is_in(["appeared", "gone"]))
        moved = ((pl.col("after") - pl.col("before")) / pl.col("before")).abs()
        for row in told.sort(moved, descending=True, nulls_last=True).head(_SHOWN).iter_rows(named=True):
            yield f"  {_cell(row)}: {_said(row, 'before')} → {_said(row, 'after')}{_share(row)}"
        if told.height > _SHOWN:
            yield f"  and {told.height - _SHOWN} more"


def _cell(row: dict) -> str:
    return f"{row['measure']} {row['geo']} {row['branch']} {row['period']}"


def _said(row: dict, when: str) -> str:
    return row[f"status_{when}"] if row[when] is None else f"{row[when]:,.10g}"


def _share(row: dict) -> str:
    if row["before"] is None or row["after"] is None or row["before"] == 0:
        return ""
    return f" ({(row['after'] / row['before'] - 1) * 100:+.2f} %)"


def compare(before: pl.DataFrame, after: pl.DataFrame) -> Revisions:
    """The changed cells between two extracts of one source; a cell that only moved within its file did not change."""
    joined = (
        before.select(*CELL, before="value", status_before="status")
        .join(after.select(*CELL, after="value", status_after="status"), on=CELL, how="full", coalesce=True)
        .filter(
            ~pl.col("before").eq_missing(pl.col("after")) | ~pl.col("status_before").eq_missing(pl.col("status_after"))
        )
    )
    kind = (
        pl.when(pl.col("status_before").is_null())
        .then(pl.lit("appeared"))
        .when(pl.col("status_after").is_null())
        .then(pl.lit("gone"))
        .when(pl.col("status_after") == "suppressed")
        .then(pl.lit("newly secret"))
        .when(pl.col("before").is_null() & pl.col("after").is_not_null())
        .then(pl.lit("newly known"))
        .when(~pl.col("before").eq_missing(pl.col("after")))
        .then(pl.lit("revised"))
        .otherwise(pl.lit("status changed"))
    )
    return Revisions(joined.with_columns(kind=kind).sort(CELL))


def with_former_periods(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The newer cells, and of the older ones those whose measure and period the newer file does not print at all.

    For tables that come in a file a period. Where a publisher revises a whole series, periods of two vintages must
    not stand in one extract: such a source is replaced whole.
    """
    kept = before.join(after.select("measure", "period").unique(), on=["measure", "period"], how="anti")
    return pl.concat([kept, after]).sort("period", maintain_order=True)
