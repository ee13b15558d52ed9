"""The figures one notebook may use: a frozen slice of the warehouse, as Parquet files beside its results.

A notebook reads nothing else, so what it depends on is exactly what its slice holds: a slice that did not change
means a notebook that need not run again.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from analysis.errors import StudyError


@dataclass(frozen=True)
class Figure:
    """One figure of the warehouse with its status and the cells of official files it came from."""

    value: float | None
    status: str
    flag: str
    cells: tuple[str, ...]


ABSENT = Figure(None, "not_available", "", ())


@dataclass(frozen=True)
class Inputs:
    """The slice of one region and edition.

    figures: region, measure, branch, year, value, status, flag, cells — the region, its districts (by AGS) and its
    references. districts: district, name, measure, branch, year, value, status — all districts, where a place among
    them is reported. sites: installations of the region by year. io_flows, io_output: the domestic table.
    """

    folder: Path

    def table(self, name: str) -> pl.DataFrame:
        """One table of the slice. Raises StudyError if the slice lacks it."""
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            raise StudyError(
                f"The slice of the warehouse has no table '{name}'",
                where=str(path),
                next_step="Run `python pipeline.py run` so that it is made again.",
            )
        return pl.read_parquet(path)

    @cached_property
    def figures(self) -> pl.DataFrame:
        """All figures of the slice."""
        return self.table("figures")

    @cached_property
    def _index(self) -> dict[tuple[str, str, str, int], Figure]:
        rows = self.figures.select("region", "measure", "branch", "year", "value", "status", "flag", "cells")
        return {
            (region, measure, branch, year): Figure(value, status, flag or "", tuple(cells))
            for region, measure, branch, year, value, status, flag, cells in rows.iter_rows()
        }

    def figure(self, measure: str, region: str, branch: str, year: int) -> Figure:
        """One figure; a row that does not exist is `not_available`, never zero."""
        return self._index.get((region, measure, branch, year), ABSENT)

    def years(self, measure: str, region: str, branch: str = "total", *, known: bool = True) -> list[int]:
        """The years of a series in order; with `known` only those with a value."""
        rows = self.figures.filter(region=region, measure=measure, branch=branch)
        if known:
            rows = rows.filter(pl.col("value").is_not_null())
        return rows["year"].sort().to_list()

    def series(self, measure: str, regions: list[str], branches: list[str] | None = None) -> pl.DataFrame:
        """Tidy frame region, branch, year, value of one measure, nulls kept; sorted."""
        rows = self.figures.filter(pl.col("measure") == measure, pl.col("region").is_in(regions))
        if branches is not None:
            rows = rows.filter(pl.col("branch").is_in(branches))
        return rows.select("region", "branch", "year", "value").sort("region", "branch", "year")
