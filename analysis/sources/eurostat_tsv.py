r"""Eurostat's tab-separated bulk files, old and new.

The first column holds the dimensions with commas between, its header names them and the periods' dimension behind a
backslash; one column a period follows. Old: `unit,geo\time`, newest year first. New: `freq,unit,geo\TIME_PERIOD`, CRLF.
Header names and cells are padded; a cell is a number or ":", then flags: `123.4 p`, `:`, `: c`, `:u`. The table's code
stands nowhere but in the file's name. Tested with files of both layouts.
"""

import re

import polars as pl

from analysis.errors import StudyError
from analysis.sources import eurostat_signs as signs
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original, publishers_name
from analysis.sources.recognition import Head
from analysis.sources.strict_csv import LINE, Texts, read_texts

NAME = "Eurostat TSV"
_KEY = re.compile(r"((?:\w+,)*\w+)\\(?:time|TIME_PERIOD)\s*")
_PERIOD = re.compile(r"\d{4}(?:-?[MQSWAD]?\d{1,3}(?:-\d{2})?)?")
_CELL = rf"^\s*(:|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([{signs.FLAGS}]*)\s*$"


def recognises(head: Head) -> bool:
    """By the header of the first column."""
    return bool(head.lines) and _KEY.fullmatch(head.lines[0].split("\t")[0]) is not None


def read(original: Original) -> OfficialTable:
    """All cells. `row` is line and column; period as the header has it."""
    texts = read_texts(original, "\t", quoted=False)
    key, *periods = texts.header
    dimensions = _KEY.fullmatch(key)[1].split(",")
    if wrong := [period for period in periods if not _PERIOD.fullmatch(period)]:
        raise StudyError(
            f"The column {wrong[0]!r} is no period",
            where=f"{original.name}, line 1, column {texts.header.index(wrong[0]) + 1}",
            next_step="Give the file as Eurostat delivers it.",
        )
    parts = signs.cube(dimensions, time="period")
    series = _series(texts, key, dimensions).with_columns(measure=signs.measure(parts))
    long = _read_cells(_long(series, periods), texts)
    table = publishers_name(original.name).split(".")[0].removeprefix("estat_")
    cells, problems = signs.cells(long, parts, original, table=table)
    return OfficialTable(
        format=NAME,
        table=table,
        title=f"{table}: {', '.join(dimensions)} by period",
        rows=series.height,
        cells=cells,
        encoding=texts.encoding,
        problems=(*texts.problems, *problems),
    )


def _series(texts: Texts, key: str, dimensions: list[str]) -> pl.DataFrame:
    """One column a dimension in place of the first."""
    split = texts.frame[key].str.strip_chars().str.split(",")
    wrong = split.list.len() != len(dimensions)
    if wrong.any():
        first = texts.frame.filter(wrong).row(0, named=True)
        raise StudyError(
            f"{first[key]!r} has another number of codes than the header's {', '.join(dimensions)}",
            where=f"{texts.name}, line {first[LINE]}, column 1",
            next_step="Download it again.",
        )
    columns = [split.list.get(number).alias(name) for number, name in enumerate(dimensions)]
    return texts.frame.drop(key).with_columns(columns)


def _long(series: pl.DataFrame, periods: list[str]) -> pl.DataFrame:
    index = [name for name in series.columns if name not in periods]
    return series.unpivot(periods, index=index, variable_name="period", value_name="cell")


def _read_cells(long: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """Split cells into value and flags. Raises StudyError for an unknown sign."""
    number = {name: str(place) for place, name in enumerate(texts.header, start=1)}
    read = long.with_columns(
        pl.col("cell").str.extract(_CELL, 1).alias("printed"), pl.col("cell").str.extract(_CELL, 2).alias("flag")
    )
    unknown = read.filter(pl.col("printed").is_null())
    if unknown.height:
        first = unknown.row(0, named=True)
        raise StudyError(
            f"The cell {first['cell']!r} is neither a number nor ':' with flags of {signs.FLAGS}",
            where=f"{texts.name}, line {first[LINE]}, column {number[first['period']]} ({first['period']})",
            next_step="If Eurostat has a new flag, add it to the reader with its meaning.",
        )
    return read.with_columns(
        value=pl.when(pl.col("printed") != ":").then("printed").cast(pl.Float64),
        meaning=pl.col("flag"),
        row=pl.format("L{}C{}", LINE, pl.col("period").replace_strict(number)),
    ).drop("cell", "printed")
