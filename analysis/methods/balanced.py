"""A panel region, year, value with one number per region and year, as an array."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed, tidy

GAPS = ("error", "exclude")


@dataclass(frozen=True)
class Balanced:
    """`values[region, year]`, all known; `excluded` are the regions that were left out, names sorted."""

    regions: tuple[str, ...]
    years: tuple[int, ...]
    values: np.ndarray
    excluded: tuple[str, ...]


def balanced(panel: pl.DataFrame, gaps: str, positive: bool) -> Balanced:
    """The panel as an array; a cell that is null or without a row, or zero where `positive`, is a gap.

    `gaps="error"` refuses them by name, "exclude" leaves a region with a gap out of every year, so that each year
    speaks of the same regions. Raises MethodError for what `tidy` names and where no region is left.
    """
    if gaps not in GAPS:
        raise MethodError(f'gaps is "error" or "exclude", not "{gaps}".')
    cells = tidy(panel, keys=("region", "year"), name="panel")
    regions, years = (cells[key].unique().sort().to_list() for key in ("region", "year"))
    values = np.full((len(regions), len(years)), np.nan)
    values[_places(cells["region"]), _places(cells["year"])] = cells["value"].fill_null(np.nan).to_numpy()
    broken = ~(values > 0) if positive else np.isnan(values)
    if gaps == "error" and broken.any():
        raise MethodError(_refusal(broken, regions, years, positive))
    kept = ~broken.any(axis=1)
    if not kept.any():
        raise MethodError("panel: every region has a gap in some year; choose years in which regions have values.")
    names = np.array(regions, dtype=object)
    return Balanced(tuple(names[kept]), tuple(years), values[kept], tuple(names[~kept]))


def _places(keys: pl.Series) -> np.ndarray:
    return keys.rank("dense").to_numpy().astype(np.int64) - 1


def _refusal(broken: np.ndarray, regions: Sequence[str], years: Sequence[int], positive: bool) -> str:
    cells = [f"({regions[region]}, {years[year]})" for region, year in np.argwhere(broken)]
    rule = "without a value above zero" if positive else "without a value"
    return f'panel: {listed(cells)} {rule}; gaps="exclude" leaves such regions out of every year.'
