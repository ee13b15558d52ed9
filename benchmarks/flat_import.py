"""A flat GENESIS CSV of ten million rows taken into observations, against DuckDB's bare read_csv of the same file.

    python -m benchmarks.flat_import [--rows 10000000] [--repeats 3]

The two take turns, each in a process of its own, so that a busy moment meets both and peak memory is each one's own.
Ours hashes the file, refuses bad cells, reads signs, resolves dashes and writes Parquet; theirs fills a table.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROWS, REPEATS = 10_000_000, 3
OURS, THEIRS = "genesis_flat_format.sink", "duckdb read_csv"
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in


@dataclass(frozen=True)
class Measurement:
    """Medians over the turns, and the largest peak of memory in bytes, by name."""

    rows: int
    file_bytes: int
    seconds: dict[str, float]
    peak_bytes: dict[str, int]

    @property
    def ratio(self) -> float:
        """Our rows per second against theirs; 0.5 is half as fast."""
        return self.seconds[THEIRS] / self.seconds[OURS]


def make(path: Path, rows: int) -> None:
    """Write a made table: Germany, Länder and districts, 90 branches, sexes, years; 5 % secret, 5 % dashes."""
    import polars as pl

    regions = ["DG", *(f"{land:02d}" for land in range(1, 17))]
    regions += [f"{land:02d}{district:03d}" for land in range(1, 17) for district in range(1, 26)]
    index = pl.int_range(rows, dtype=pl.Int64)
    count = len(regions)
    place, block = index % count, index // count
    branch, sex, year = block % 90, block // 90 % 3, 2000 + block // 270
    noise = (index * 2_654_435_761) % 1_000_003
    key = place.replace_strict(dict(enumerate(regions)), return_dtype=pl.String)
    texts = {
        "statistics_code": pl.lit("13111"),
        "statistics_label": pl.lit("Statistik der sozialversicherungspflichtig Beschäftigten"),
        "time_code": pl.lit("STAG"),
        "time_label": pl.lit("Stichtag"),
        "time": pl.format("{}-06-30", year),
        "1_variable_code": pl.when(place == 0)
        .then(pl.lit("DINSG"))
        .when(place < 17)
        .then(pl.lit("DLAND"))
        .otherwise(pl.lit("KREISE")),
        "1_variable_label": pl.lit("Kreise und kreisfreie Städte"),
        "1_variable_attribute_code": key,
        "1_variable_attribute_label": pl.format("Region {}, Landkreis", key),
        "2_variable_code": pl.lit("WZ08X"),
        "2_variable_label": pl.lit("WZ2008 (Abteilungen)"),
        "2_variable_attribute_code": pl.when(branch > 0).then(pl.format("WZ08-{}", branch)).otherwise(pl.lit("")),
        "2_variable_attribute_label": pl.format("Abteilung {}", branch),
        "3_variable_code": pl.lit("GES"),
        "3_variable_label": pl.lit("Geschlecht"),
        "3_variable_attribute_code": sex.replace_strict({0: "", 1: "GESM", 2: "GESW"}, return_dtype=pl.String),
        "3_variable_attribute_label": pl.lit("Geschlecht"),
        "value": pl.when(noise < 50_000)
        .then(pl.lit("."))
        .when(noise < 100_000)
        .then(pl.lit("-"))
        .otherwise(noise.cast(pl.String)),
        "value_unit": pl.lit("Anzahl"),
        "value_variable_code": pl.lit("ERW032"),
        "value_variable_label": pl.lit("Sozialversicherungspfl. Beschäftigte (Arbeitsort)"),
    }
    frame = pl.LazyFrame().select(**texts) if rows else pl.LazyFrame(schema=list(texts))
    frame.sink_csv(path, separator=";", include_bom=True, quote_style="never")


def take(name: str, path: Path) -> float:
    """Seconds of one import, without the time Python takes to load its modules."""
    if name == OURS:
        from analysis.sources.genesis_flat_format import sink
        from analysis.sources.originals import Original

        start = time.perf_counter()
        sink(Original(path.name, path=path), path.with_suffix(".parquet"))
    else:
        import duckdb

        start = time.perf_counter()
        with duckdb.connect() as connection:
            connection.execute("create table flat as select * from read_csv(?)", [str(path)])
    return time.perf_counter() - start


def measure(rows: int = ROWS, repeats: int = REPEATS) -> Measurement:
    """Make a file in a temporary folder and import it `repeats` times each way."""
    seconds: dict[str, list[float]] = {OURS: [], THEIRS: []}
    peaks: dict[str, int] = {OURS: 0, THEIRS: 0}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "13111-07-05-4_made_flat.csv"
        _process("make", str(path), str(rows))
        for _ in range(repeats):
            for name, taken in seconds.items():
                took, peak = _process("take", str(path), name)
                taken.append(took)
                peaks[name] = max(peaks[name], peak)
        size = path.stat().st_size
    return Measurement(rows, size, {name: statistics.median(taken) for name, taken in seconds.items()}, peaks)


def _process(*arguments: str) -> tuple[float, int]:
    """Run this module in a new process: the seconds it prints and its peak memory.

    This process stays small, since a child's peak begins with the memory of the process it was started from.
    """
    command = [sys.executable, "-m", "benchmarks.flat_import", *arguments]
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    printed = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return float(printed or 0), usage.ru_maxrss * _PEAK_UNIT


def main(arguments: Sequence[str] | None = None) -> None:
    """Print rows per second and peak memory of both, and the ratio."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments[:1] == ["make"]:
        make(Path(arguments[1]), int(arguments[2]))
        return
    if arguments[:1] == ["take"]:
        print(take(arguments[2], Path(arguments[1])))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    measured = measure(**vars(parser.parse_args(arguments)))
    print(f"{'file':28s} {measured.rows:14,d} rows {measured.file_bytes / 1e6:8,.0f} MB")
    for name, seconds in measured.seconds.items():
        print(
            f"{name:28s} {measured.rows / seconds:14,.0f} rows/s {measured.peak_bytes[name] / 1e6:6,.0f} MB at the peak"
        )
    print(f"{'ratio':28s} {measured.ratio:14.2f}")


if __name__ == "__main__":
    main()
