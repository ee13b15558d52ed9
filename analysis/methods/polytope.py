"""How far linear statements leave unknown cells open: linear programmes, one per block of connected cells (HiGHS)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from scipy import sparse

from analysis.methods.frames import MethodError, listed
from analysis.methods.statements import Statements

# Relative to the largest number of a block. The solver's own tolerance lies below, the noise of adding far below.
NOISE = 1e-9
_SOLVER = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
_ROUNDING = 1e-13
_WHOLE = 1e-6


@dataclass(frozen=True)
class Block:
    """Unknown cells that statements connect: low ≤ matrix·x ≤ high and floor ≤ x ≤ ceiling.

    `cells` are the columns' places in the table, `rows` the statements' places among all; known cells are already
    subtracted from the limits.
    """

    cells: np.ndarray
    rows: np.ndarray
    names: tuple[str, ...]
    matrix: sparse.csr_array
    low: np.ndarray
    high: np.ndarray
    floor: np.ndarray
    ceiling: np.ndarray

    def keeping(self, chosen: np.ndarray) -> "Block":
        """The same cells under the chosen statements only, given by their places within the block."""
        names = tuple(self.names[at] for at in chosen)
        limits = self.low[chosen], self.high[chosen], self.floor, self.ceiling
        return Block(self.cells, self.rows[chosen], names, self.matrix[chosen], *limits)

    @cached_property
    def scale(self) -> float:
        numbers = np.concatenate([self.low, self.high, self.floor, self.ceiling])
        return float(np.abs(numbers[np.isfinite(numbers)]).max(initial=1.0))

    @cached_property
    def _sides(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows that are equations, those with an upper and those with a lower limit."""
        equal = self.low == self.high
        return (
            np.flatnonzero(equal),
            np.flatnonzero(~equal & np.isfinite(self.high)),
            np.flatnonzero(~equal & np.isfinite(self.low)),
        )

    @cached_property
    def _programme(self) -> dict:
        equal, upper, lower = self._sides
        return {
            "A_eq": self.matrix[equal],
            "b_eq": self.low[equal] / self.scale,
            "A_ub": sparse.vstack([self.matrix[upper], -self.matrix[lower]], format="csr"),
            "b_ub": np.concatenate([self.high[upper], -self.low[lower]]) / self.scale,
            "bounds": np.column_stack([self.floor, self.ceiling]) / self.scale,
        }

    def least(self, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """The smallest weights·x (minus infinity: none), and the places of the statements that hold it there.

        By duality these alone give the same result. Raises MethodError where no table meets all statements.
        """
        from scipy.optimize import linprog

        found = linprog(weights, **self._programme, method="highs", options=_SOLVER)
        if found.status == 4:  # Presolve may leave open whether a programme is infeasible or unbounded.
            found = linprog(weights, **self._programme, method="highs", options={**_SOLVER, "presolve": False})
        if found.status == 2:
            raise MethodError(_contradiction(self))
        if found.status == 3:
            return -np.inf, np.array([], dtype=int)
        if found.status:
            raise MethodError(f"The solver found no limits for {len(self.cells)} connected cells: {found.message}")
        equal, upper, lower = self._sides
        duals = np.concatenate([found.eqlin.marginals, found.ineqlin.marginals])
        binding = np.concatenate([equal, upper, lower])[np.abs(duals) > NOISE]
        return self._rounded(found.fun * self.scale), np.unique(binding)

    def _rounded(self, value: float) -> float:
        """The value without the noise of arithmetic beside a whole number."""
        whole = float(np.round(value))
        return whole if abs(value - whole) <= max(_ROUNDING * self.scale, 1e-10) else value

    def range(self, weights: np.ndarray) -> tuple[float, float]:
        """The smallest and the largest weights·x, infinity where there is none."""
        return self.least(weights)[0], -self.least(-weights)[0]


def blocks(table: pl.DataFrame, statements: Statements) -> list[Block]:
    """The unknown cells of a table, divided into blocks that no statement connects.

    Raises MethodError for statements about known cells only that these contradict.
    """
    unknown = table["value"].is_null().to_numpy()
    known = table["value"].fill_null(0.0).to_numpy()
    shift = statements.matrix @ known
    matrix = sparse.csr_array(statements.matrix[:, np.flatnonzero(unknown)])
    matrix.eliminate_zeros()
    _check_known(statements, shift, matrix)
    low, high = statements.low - shift, statements.high - shift
    floor, ceiling = (table[side].to_numpy()[unknown] for side in ("low", "high"))
    places = np.flatnonzero(unknown)
    return [
        Block(
            places[cells],
            rows,
            tuple(statements.names[row] for row in rows),
            matrix[rows][:, cells],
            low[rows],
            high[rows],
            floor[cells],
            ceiling[cells],
        )
        for cells, rows in _components(matrix)
    ]


def _components(matrix: sparse.csr_array) -> list[tuple[np.ndarray, np.ndarray]]:
    """Columns and rows of the parts that hang together."""
    rows, columns = matrix.shape
    if not columns:
        return []
    graph = sparse.block_array([[None, matrix.T], [matrix, None]]) if rows else sparse.csr_array((columns, columns))
    number, part = sparse.csgraph.connected_components(graph, directed=False)
    members = [np.flatnonzero(part == at) for at in range(number)]
    divided = ((nodes[nodes < columns], nodes[nodes >= columns] - columns) for nodes in members)
    return [(cells, found) for cells, found in divided if cells.size]


def cell_ranges(block: Block) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest value of every cell of the block."""
    found = [block.range(unit) for unit in np.eye(len(block.cells))]
    low, high = np.array(found).T
    return low, high


def inward(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The limits rounded to the whole numbers between them; the lower is above the upper where there is none."""
    return np.ceil(low - _WHOLE), np.floor(high + _WHOLE)


def _check_known(statements: Statements, sums: np.ndarray, matrix: sparse.csr_array) -> None:
    """A statement without an unknown cell is right or wrong."""
    noise = NOISE * np.maximum(np.abs(sums), 1.0)
    wrong = (sums < statements.low - noise) | (sums > statements.high + noise)
    wrong &= np.diff(matrix.indptr) == 0
    if wrong.any():
        names = [f"'{statements.names[at]}'" for at in np.flatnonzero(wrong)]
        raise MethodError(f"margins or statements that their cells, all known, contradict: {listed(names)}.")


def _contradiction(block: Block) -> str:
    """Which statements would have to give way, and by how much, for a table to exist: the least change in all."""
    from scipy.optimize import linprog

    rows, columns = block.matrix.shape
    spare = sparse.eye_array(rows)
    wide = sparse.hstack([block.matrix, spare, -spare], format="csr")
    upper, lower = np.isfinite(block.high), np.isfinite(block.low)
    found = linprog(
        np.concatenate([np.zeros(columns), np.ones(2 * rows)]),
        A_ub=sparse.vstack([wide[upper], -wide[lower]]),
        b_ub=np.concatenate([block.high[upper], -block.low[lower]]) / block.scale,
        bounds=[*zip(block.floor / block.scale, block.ceiling / block.scale, strict=True), *[(0, None)] * (2 * rows)],
        method="highs",
    )
    change = (found.x[columns + rows :] - found.x[columns : columns + rows]) * block.scale
    moved = np.flatnonzero(np.abs(change) > NOISE * block.scale)
    named = [f"'{block.names[at]}' by {abs(change[at]):.6g} {'up' if change[at] > 0 else 'down'}" for at in moved]
    return f"margins or statements: no table meets them all; at least it would take {listed(named)}."
