"""Errors of weights between 0 and 1, and what they make of a weighted sum."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from analysis.methods.frames import MethodError

_BLOCK = 250  # cells at a time: draws × cells of the whole country would not fit into memory


@dataclass(frozen=True)
class TruncatedErrors:
    """Weights that err like normal variables around `mean` [branch], truncated at 0 and 1.

    `cv` is the coefficient of variation before truncation, `draws` (a power of two) and `seed` belong to the scrambled
    Sobol sequence that independent errors are drawn from: the same seed gives the same draws. A weight whose deviation
    is below 1e-9 is certain. Raises MethodError for a cv outside [0, 1) and for draws that are no power of two.
    """

    mean: np.ndarray
    cv: float
    draws: int
    seed: int

    def __post_init__(self) -> None:
        if not 0 <= self.cv < 1:
            raise MethodError(f"cv {self.cv} does not lie between 0 and 1.")
        if self.draws < 2 or self.draws & (self.draws - 1):
            raise MethodError(f"draws {self.draws} is no power of two; a Sobol sequence is balanced only then.")

    def _normal(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Which weights are certain, and standard deviation and limits of the others' normal variable."""
        certain = self.mean * self.cv < 1e-9
        spread = np.where(certain, 1.0, self.mean * self.cv)
        return certain, spread, (0 - self.mean) / spread, (1 - self.mean) / spread

    def quantile(self, probability: np.ndarray | float) -> np.ndarray:
        """Each weight at a probability: [branch]; for an array [..., branch] of probabilities one weight each."""
        certain, spread, below, above = self._normal()
        drawn = stats.truncnorm.ppf(probability, below, above, loc=self.mean, scale=spread)
        return np.where(certain, self.mean, drawn)

    def deviation(self) -> np.ndarray:
        """Standard deviation of each weight after truncation: [branch]."""
        certain, spread, below, above = self._normal()
        return np.where(certain, 0.0, stats.truncnorm.std(below, above, scale=spread))

    def sample(self) -> np.ndarray:
        """Independent weights [draw, branch]."""
        sequence = stats.qmc.Sobol(len(self.mean), rng=self.seed)
        return self.quantile(sequence.random_base2(self.draws.bit_length() - 1))

    def sum_quantiles(self, cells: np.ndarray, probabilities: tuple[float, ...]) -> np.ndarray:
        """Quantiles of Σ_branch weight·cell under independent errors: cells [..., branch] → [probability, ...].

        A sum with a NaN cell is NaN.
        """
        flat = cells.reshape(-1, cells.shape[-1])
        sample = np.ascontiguousarray(self.sample().T)
        blocks = [
            np.quantile(flat[at : at + _BLOCK] @ sample, probabilities, axis=1) for at in range(0, len(flat), _BLOCK)
        ]
        return np.concatenate(blocks, axis=1).reshape(len(probabilities), *cells.shape[:-1])
