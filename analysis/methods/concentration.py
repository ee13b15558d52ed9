"""How far a branch's spread over regions departs from that of all branches."""

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError
from analysis.methods.indices import indices, shares
from analysis.methods.layout import by_region, padded, rows
from analysis.methods.panel import Panel, Reference, measured


def concentration(
    values: pl.DataFrame, reference: str | pl.DataFrame | None = None, *, absent: str = "error"
) -> pl.DataFrame:
    """One row per branch[, year] with the nine indices of its regional shares s against the shares p of all branches.

    `values`: region, branch, value[, year], counts or money, one unit. With e = value, r = region, j = branch:
    s_r = e_rj / Σ_r e_rj and p_r = e_r / Σ_r e_r, where e_r is the published `total` if the frame holds that branch
    (codes may then overlap), else the sum of the branches. Columns, formulas and ranges are those of `specialisation`,
    with regions in place of branches: `krugman` 0..2, `herfindahl` 1/n..1, `hoover` 0..1, `gini` of the quotients s/p
    0..1−1/n, `locational_gini` 0..0.5, `theil_t` and `mean_log_deviation` from 0, `entropy` 0..ln n, `hachman` 0..1.

    `reference` is the whole that the regions are parts of: a region of the frame, which is then no region among the
    others, or a frame `branch, value[, year]`. What the regions leave of it is one more region, so that shares are
    shares of the whole. A frame `region, value[, year]` gives p instead: population, area (Hoover 1936). Without it
    the regions are all there is.

    A null cell makes its branch's row null; without a published total it hides its region's p too, and of the other
    branches only herfindahl and entropy stay. A region with nothing at all counts for nothing; a branch with nothing
    is null. Regions where p lacks what the branch has make `gini` and `theil_t` null and `hachman` 0; regions that
    the branch lacks make `mean_log_deviation` null. A single region gives s = p = 1: herfindahl 1, hachman 1, else 0.
    Raises MethodError (see panel.panel), and where the regions exceed the reference.

    Krugman (1991); Hoover (1936); Farhauer & Kröll (2014); Brülhart & Traeger (2005).
    """
    weighted = isinstance(reference, pl.DataFrame) and "branch" not in reference.columns
    data, whole = measured(values, None if weighted else reference, absent=absent, overlap=True)
    if weighted:
        totals = by_region(reference, data, "reference", wider=absent == "zero")
        cells = padded(data.values, len(totals))
    elif reference is None:
        cells, totals = data.values, data.totals
    else:
        cells, totals = _with_rest(data, whole)
    s = shares(np.ascontiguousarray(cells.transpose(2, 1, 0)), cells.sum(axis=0).T)
    p = shares(np.ascontiguousarray(totals.T), totals.sum(axis=0))
    return rows({"branch": data.branches, "year": data.years}, indices(s, p))


def _with_rest(data: Panel, whole: Reference) -> tuple[np.ndarray, np.ndarray]:
    """Cells and totals of the regions proper, and last those of the rest of the whole."""
    inside = [region != whole.region for region in data.regions]
    cells, totals = data.values[inside], data.totals[inside]
    # Without published totals the whole is measured like the regions: by the branches that are there.
    total = whole.totals if data.published else whole.values.sum(axis=-1)
    rest = _rest(whole.values, cells), _rest(total, totals)
    if (rest[0] < 0).any():
        _, branch = np.argwhere(rest[0] < 0)[0]
        _exceeded(f"branch {data.branches[branch]}", whole)
    if (rest[1] < 0).any():
        _exceeded("the total", whole)
    return np.concatenate([cells, rest[0][None]]), np.concatenate([totals, rest[1][None]])


def _rest(whole: np.ndarray, parts: np.ndarray) -> np.ndarray:
    """Whole less parts; what is only the noise of adding decimals is zero."""
    rest = whole - parts.sum(axis=0)
    return np.where(np.abs(rest) <= 1e-9 * np.abs(whole), 0.0, rest)


def _exceeded(what: str, whole: Reference) -> None:
    name = f"'{whole.region}'" if whole.region else "frame"
    raise MethodError(
        f"values: the regions together exceed the reference {name} in {what}; it must be the whole that they are "
        "parts of. Leave its rows out to measure the regions against their own sum."
    )
