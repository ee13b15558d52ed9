"""The Leontief inverse of 3,000 sectors, check of productivity included, against numpy's plain inverse."""

import statistics
import time
from collections.abc import Callable

import numpy as np

from analysis.methods.input_output import leontief_inverse

SECTORS, REPEATS = 3000, 7


def table(sectors: int) -> np.ndarray:
    """Made coefficients of a productive table, the same each time: every sector buys 0.55 per unit of output."""
    flows = np.random.default_rng(1).random((sectors, sectors))
    return 0.55 * flows / flows.sum(axis=0)


def measure(sectors: int = SECTORS, repeats: int = REPEATS) -> dict[str, float]:
    """Median seconds by name. The two take turns, so that a busy moment of the machine meets both."""
    coefficients = table(sectors)
    actions = {
        "leontief_inverse": lambda: leontief_inverse(coefficients),
        "numpy_inverse": lambda: np.linalg.inv(np.eye(sectors) - coefficients),
    }
    seconds: dict[str, list[float]] = {name: [] for name in actions}
    for turn in range(repeats + 1):
        for name, action in actions.items():
            took = _seconds(action)
            if turn:  # The first turn wakes threads and memory and does not count.
                seconds[name].append(took)
    return {name: statistics.median(values) for name, values in seconds.items()}


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def main() -> None:
    """Print one line a measurement, and the ratio."""
    measured = measure()
    for name, seconds in measured.items():
        print(f"{name:36s} {seconds * 1000:8.0f} ms")
    print(f"{'ratio':36s} {measured['leontief_inverse'] / measured['numpy_inverse']:8.2f}")


if __name__ == "__main__":
    main()
