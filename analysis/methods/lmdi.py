"""What a change is made of: a product of factors, summed over sectors, divided among the factors (LMDI-I)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.methods.frames import MethodError, listed, tidy, years_of

FORMS = ("additive", "multiplicative")
SECTOR, BRANCH, REGION = "sector", "branch", "region"


def lmdi(
    start: pl.DataFrame,
    end: pl.DataFrame,
    factors: Sequence[str],
    form: str = "additive",
    by_sector: bool = False,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """One row per factor: its part in the change of the aggregate V = Σ_i Π_k x_ik from start to end, no residual.

    `start`, `end`: wide frames, one row per sector, one column per factor; `factors` names the columns whose product is
    a sector's share v_i of V (activity, structure, intensity). The sector's name stands in `sector`, else `branch`,
    else `region`, else in the only text column; a frame of one row needs none. With L(a, b) = (a − b)/ln(a/b):
    `additive`: `effect` = Σ_i L(v_i1, v_i0)·ln(x_ik1/x_ik0), in units of V; the effects add up to V1 − V0.
    `multiplicative`: `ratio` = exp(effect / L(V1, V0)); the ratios multiply to V1/V0. Ang (2004, 2015).
    `by_sector` gives one row per sector (sorted) and factor: its summands of the effect, or divisors of the ratio.

    Zeros are met by their limits, not by a small number (Ang & Liu 2007): L(x, x) = x; a sector that comes or goes
    gives its whole v to the factor that was or became zero, in equal parts if there are several (the limit where they
    vanish at the same rate; no other is defined), and nothing to the rest; one that is zero at both ends gives nothing.
    Ratios are null where the aggregate itself is zero at an end. A null cell makes its sector's effects null, and so
    the sums over all sectors and every ratio; it does not matter in a sector that is zero at both ends.
    `absent="zero"` takes a sector without a row as zero in all its factors. Raises MethodError for other sectors at the
    two ends, negative values (no logarithm; the cells are named), a product beyond the range of numbers, and what
    frames.tidy names.
    """
    return _decomposed({"start": start, "end": end}, factors, form, by_sector, absent, (SECTOR, BRANCH, REGION))


def regional_lmdi(
    a: pl.DataFrame,
    b: pl.DataFrame,
    factors: Sequence[str],
    form: str = "additive",
    by_sector: bool = False,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """Why region a emits more than region b: one row per factor with its part in V_a − V_b (or the ratio V_a/V_b).

    The algebra of `lmdi` between two regions of one period: positive effects say that the factor makes a larger than b.
    Frames, forms, zeros, nulls and errors as there; a column `region` is no sector here. Direct comparisons do not form
    a chain: a − b and b − c do not add up to a − c, factor by factor. For more than two regions compare each with one
    reference, such as their mean, and take differences of these effects (Ang, Xu & Su 2015).
    """
    return _decomposed({"b": b, "a": a}, factors, form, by_sector, absent, (SECTOR, BRANCH))


def chained_lmdi(
    values: pl.DataFrame,
    factors: Sequence[str],
    form: str = "additive",
    by_sector: bool = False,
    *,
    absent: str = "error",
) -> pl.DataFrame:
    """`lmdi` between each two neighbouring years of one frame with a column `year`: its rows after `start` and `end`.

    Effects of the steps add up (ratios multiply) to the whole change. Factor by factor the chain differs from the
    direct comparison of the two ends, since it follows the path between them.
    """
    column = years_of(values)
    years = column.unique().sort().to_list()
    if None in years or len(years) < 2:
        raise MethodError(f"values: years {listed(years)}; a change needs two, and every row its year.")
    frames = [values.filter(column == year) for year in years]
    steps = [
        lmdi(frames[at], frames[at + 1], factors, form, by_sector, absent=absent).select(
            pl.lit(years[at]).alias("start"), pl.lit(years[at + 1]).alias("end"), pl.all()
        )
        for at in range(len(years) - 1)
    ]
    return pl.concat(steps)


def logarithmic_mean(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """L(a, b) = (a − b)/ln(a/b) of numbers from zero on, with its limits L(x, x) = x and L(x, 0) = 0 (Carlson 1972)."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    ratio = _log_ratio(a, b)
    return np.divide(a - b, ratio, out=np.where(a == b, a, 0.0 * a + 0.0 * b), where=ratio != 0)


def _log_ratio(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """ln(a/b), to the last digits also where a is next to b, and 0 where it does not exist."""
    known = (a > 0) & (b > 0)
    low, high = (np.where(known, end, 1.0) for end in (np.minimum(a, b), np.maximum(a, b)))
    near = high / 2 < low
    step = np.divide(high - low, low, out=np.zeros_like(low), where=near)
    return np.copysign(np.where(near, np.log1p(step), np.log(high) - np.log(low)), a - b)


def _decomposed(
    frames: dict[str, pl.DataFrame],
    factors: Sequence[str],
    form: str,
    by_sector: bool,
    absent: str,
    sector_columns: Sequence[str],
) -> pl.DataFrame:
    """The rows of the decomposition from the first of two named frames to the second."""
    if form not in FORMS:
        raise MethodError(f"form '{form}' is unknown; there are {', '.join(FORMS)}.")
    both = _aligned(frames, list(factors), absent, sector_columns)
    effects = _effects(both)
    result = effects if by_sector else effects.sum(axis=0)
    if form == "multiplicative":
        result = _ratios(both, result)
    names = {"factor": np.tile(both.factors, result.size // len(both.factors))}
    if by_sector and both.column:
        names = {both.column: np.repeat(both.sectors, len(both.factors)), **names}
    value = "ratio" if form == "multiplicative" else "effect"
    return pl.DataFrame({**names, value: result.ravel()}).with_columns(pl.col(value).fill_nan(None))


@dataclass(frozen=True)
class _Both:
    """Two states as arrays [sector, factor], sectors sorted; NaN stands for null. `column` None: one nameless row."""

    column: str | None
    sectors: list[str]
    factors: list[str]
    x0: np.ndarray
    x1: np.ndarray

    @property
    def products(self) -> tuple[np.ndarray, np.ndarray]:
        """v0 and v1 per sector; zero where a sector is zero at both ends, whatever its other factors are."""
        idle = (self.x0 == 0).any(axis=1) & (self.x1 == 0).any(axis=1)
        return tuple(np.where(idle, 0.0, self._product(x)) for x in (self.x0, self.x1))

    def _product(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            v = x.prod(axis=1)
        lost = ~np.isfinite(v) & np.isfinite(x).all(axis=1) | (v == 0) & (x > 0).all(axis=1)
        if lost.any():
            names = [self.sectors[at] for at in np.flatnonzero(lost)]
            raise MethodError(f"factors: their product in {listed(names)} is beyond the range of numbers.")
        return v


def _effects(both: _Both) -> np.ndarray:
    """effect[sector, factor]: the regular summands, and the limits where a sector comes or goes."""
    v0, v1 = both.products
    regular = logarithmic_mean(v1, v0)[:, None] * _log_ratio(both.x1, both.x0)
    came, went = v1[:, None] * _equal_parts(both.x0 == 0), v0[:, None] * _equal_parts(both.x1 == 0)
    return regular + came - went


def _equal_parts(zero: np.ndarray) -> np.ndarray:
    """Per sector, one divided among the factors that are zero; the product at the other end is then theirs."""
    return zero / np.maximum(zero.sum(axis=1, keepdims=True), 1)


def _ratios(both: _Both, effects: np.ndarray) -> np.ndarray:
    """exp(effect / L(V1, V0)); NaN where V is zero at an end, for then there is no ratio or no way from it."""
    mean = logarithmic_mean(*(v.sum() for v in reversed(both.products)))
    return np.exp(effects / mean) if mean > 0 else np.full_like(effects, np.nan)


def _aligned(frames: dict[str, pl.DataFrame], factors: list[str], absent: str, sector_columns: Sequence[str]) -> _Both:
    """Both frames checked, with the same sectors in the same order."""
    if absent not in ("error", "zero"):
        raise MethodError(f'absent is "error" or "zero", not "{absent}".')
    if not factors or len(set(factors)) < len(factors):
        raise MethodError(f"factors: {listed(factors) or 'none'}; name each column of the product once.")
    columns = {_sector_column(frame, factors, sector_columns, name) for name, frame in frames.items()}
    if len(columns) > 1:
        found = listed(sorted(map(str, columns)))
        raise MethodError(f"{' and '.join(frames)} name their sectors in different columns: {found}.")
    column = columns.pop()
    cells = {name: _cells(frame, column, factors, name) for name, frame in frames.items()}
    sectors = sorted({sector for names, _ in cells.values() for sector in names})
    if absent == "error":
        _check_sectors({name: names for name, (names, _) in cells.items()}, sectors)
    return _Both(column, sectors, factors, *(_laid_out(names, numbers, sectors) for names, numbers in cells.values()))


def _laid_out(names: list[str], numbers: np.ndarray, sectors: list[str]) -> np.ndarray:
    """The rows in the order of the sectors; zeros for a sector without one."""
    place = {sector: at for at, sector in enumerate(sectors)}
    grid = np.zeros((len(sectors), numbers.shape[1]))
    grid[[place[name] for name in names]] = numbers
    return grid


def _sector_column(frame: pl.DataFrame, factors: list[str], sector_columns: Sequence[str], name: str) -> str | None:
    """The column that says which sector a row is; None for a single row without one."""
    if named := [column for column in sector_columns if column in frame.columns and column not in factors]:
        return named[0]
    taken = {*factors, REGION}
    texts = [text for text in frame.select(pl.col(pl.String, pl.Categorical, pl.Enum)).columns if text not in taken]
    if len(texts) == 1:
        return texts[0]
    if frame.height > 1:
        raise MethodError(f"{name}: no column '{SECTOR}' names the sectors; rows are not matched by position.")
    return None


def _cells(frame: pl.DataFrame, column: str | None, factors: list[str], name: str) -> tuple[list[str], np.ndarray]:
    """The checked rows: sectors, and [sector, factor] with NaN for null."""
    if column is None:
        column, frame = SECTOR, frame.with_columns(pl.lit("the only row").alias(SECTOR))
    rows = tidy(frame.drop("year", strict=False), keys=(column,), numbers=factors, nonnegative=False, name=name)
    sectors, numbers = rows[column].to_list(), rows.select(factors).to_numpy()
    if negative := [f"({sectors[i]}, {factors[k]}, {numbers[i, k]:g})" for i, k in np.argwhere(numbers < 0)]:
        raise MethodError(f"{name}: {listed(sorted(negative))} is negative; a logarithm needs numbers from zero on.")
    return sectors, numbers


def _check_sectors(found: dict[str, list[str]], sectors: list[str]) -> None:
    """The same sectors in both frames."""
    lacking = {name: sorted({*sectors} - {*names}) for name, names in found.items()}
    if parts := [f"{name} has no row for {listed(missing)}" for name, missing in lacking.items() if missing]:
        raise MethodError(f'{"; ".join(parts)}; a missing row is an error unless absent="zero".')
