"""Between arrays and tidy frames: results as rows, and figures by region in a panel's order."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed
from analysis.methods.panel import Panel, panel


def rows(axes: Mapping[str, Sequence], columns: Mapping[str, np.ndarray]) -> pl.DataFrame:
    """One row per combination of the axes' names, with arrays of that shape as columns; NaN becomes null.

    The axis `year` of a panel without years, (None,), has no column.
    """
    shape = tuple(len(names) for names in axes.values())
    places = np.unravel_index(np.arange(np.prod(shape)), shape)
    keys = {
        axis: pl.Series(axis, names).gather(place)
        for (axis, names), place in zip(axes.items(), places, strict=True)
        if tuple(names) != (None,)
    }
    flat = {column: array.ravel() for column, array in columns.items()}
    return pl.DataFrame({**keys, **flat}).with_columns(pl.col(pl.Float64).fill_nan(None))


def by_region(frame: pl.DataFrame, data: Panel, name: str, *, wider: bool = False) -> np.ndarray:
    """[region, year] of a frame `region, value[, year]`, in the panel's order; one without `year` serves every year.

    Regions that the panel lacks are an error or, with `wider`, follow behind the panel's. Raises MethodError for
    regions and years that the frame lacks, and as `panel.panel` does.
    """
    timed = "year" in frame.columns and data.years != (None,)
    own = panel(frame.drop([] if timed else "year", strict=False).with_columns(branch=pl.lit(name)), name=name)
    if missing := sorted(set(data.regions) - set(own.regions)):
        raise MethodError(f"{name}: no row for region {listed(missing)}; every region of the cells needs one.")
    more = sorted(set(own.regions) - set(data.regions))
    if more and not wider:
        raise MethodError(f"{name}: region {listed(more)} has no cells.")
    if timed and (gaps := sorted(set(data.years) - set(own.years))):
        raise MethodError(f"{name}: no row for the year {listed(gaps)}.")
    regions = [own.regions.index(region) for region in (*data.regions, *more)]
    years = [own.years.index(year) if timed else 0 for year in data.years]
    return own.totals[np.ix_(regions, years)]


def padded(cells: np.ndarray, regions: int) -> np.ndarray:
    """Cells [region, ...] with zeros for further regions behind."""
    return np.concatenate([cells, np.zeros((regions - len(cells), *cells.shape[1:]))])
