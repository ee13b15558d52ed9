"""Medians of the methods on a made panel of 400 regions, 88 branches and 10 years, of an inverse, and of `status`."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from analysis.methods.growth import shift_share
from analysis.methods.specialisation import concentration, location_quotient, specialisation
from analysis.plan import ROOT
from benchmarks import leontief

REPEATS = 5
REGIONS, BRANCHES, YEARS = 400, 88, 10


def panel() -> pl.DataFrame:
    """region, branch, year, value: made numbers, the same each time."""
    random = np.random.default_rng(1)
    size = REGIONS * BRANCHES
    first = random.integers(50, 20_000, size)
    growth = random.normal(1.01, 0.02, (YEARS, size)).cumprod(axis=0)
    keys = [(f"r{region:03d}", f"b{branch:02d}") for region in range(REGIONS) for branch in range(BRANCHES)]
    frames = [
        pl.DataFrame(keys, schema=["region", "branch"], orient="row").with_columns(
            year=pl.lit(2010 + step), value=pl.Series((first * growth[step]).round())
        )
        for step in range(YEARS)
    ]
    return pl.concat(frames)


def median_seconds(action: Callable[[], object]) -> float:
    """Median of five timings after one that does not count."""
    action()
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def main() -> None:
    """Print one line a measurement."""
    values = panel()
    measured = {
        "location_quotient, all years": lambda: location_quotient(values),
        "18 indices, all years": lambda: (specialisation(values), concentration(values)),
        "shift_share dynamic, all regions": lambda: shift_share(values, 2010, 2019, dynamic=True),
        "pipeline.py status": lambda: subprocess.run(
            [sys.executable, "pipeline.py", "status"], cwd=ROOT, check=True, capture_output=True
        ),
    }
    for name, action in measured.items():
        print(f"{name:36s} {median_seconds(action) * 1000:8.0f} ms", flush=True)
    for name, seconds in leontief.measure().items():
        print(f"{name + ', 3000 sectors':36s} {seconds * 1000:8.0f} ms")


main()
