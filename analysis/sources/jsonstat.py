"""JSON-stat: the cube as JSON, version 2.0 and its forerunners.

2.0: `id`, `size`, `dimension.<id>.category.index`, and `value` and `status` by flat row-major position, as a list or as
an object that names only some positions. In 1.x and in Eurostat's older answers (`wsVersion`) the cube lies one level
deeper under a name, with `id` and `size` inside `dimension`; a collection holds several. A cube without index for a
dimension of one category is allowed. Tested with samples of the standard's makers and one old answer of Eurostat.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from analysis.errors import StudyError
from analysis.sources import eurostat_signs as signs
from analysis.sources.jsonstat_cube import Dataset, datasets
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original
from analysis.sources.recognition import Head

NAME = "JSON-stat"
_MARK = re.compile(r'"class"\s*:\s*"(?:dataset|collection)"|"wsVersion"\s*:|"dataset"\s*:\s*\{|"dimension"\s*:\s*\{')
_SIGN = rf"^(:?)\s*([{signs.FLAGS}]*)$"
_NORMAL = ("a", "A")  # SDMX's "normal value", which some publishers write out


def recognises(head: Head) -> bool:
    """By what only a cube in JSON has near its beginning."""
    start = "\n".join(head.lines).lstrip()
    return start.startswith("{") and _MARK.search(start) is not None


def read(original: Original) -> OfficialTable:
    """All positions of all cubes in the file, also those without value. `row` is the flat position, "value[12]"."""
    found = datasets(_answer(original), original.name)
    read_cubes = [_cells(dataset, original) for dataset in found]
    branches: dict[str, str] = {}
    for dataset in found:
        for dimension in dataset.dimensions:
            if dimension.name == signs.cube([d.name for d in dataset.dimensions]).branch:
                branches |= dict(zip(dimension.codes, dimension.labels, strict=True))
    return OfficialTable(
        format=NAME,
        table=", ".join(dataset.table for dataset in found),
        title="; ".join(dataset.title for dataset in found),
        rows=sum(dataset.positions for dataset in found),
        cells=pl.concat([cells for cells, _ in read_cubes]),
        stated=max(dataset.updated for dataset in found),
        encoding="utf-8",
        branches=branches,
        problems=tuple(problem for _, problems in read_cubes for problem in problems),
    )


def _answer(original: Original) -> Any:
    try:
        return json.loads(original.content.decode("utf-8-sig"), parse_constant=lambda _: None)
    except ValueError as error:
        raise StudyError(
            f"The JSON is cut off or damaged: {error}", where=original.name, next_step="Download it again."
        ) from error


def _cells(dataset: Dataset, original: Original) -> tuple[pl.DataFrame, tuple]:
    parts = signs.cube(
        [dimension.name for dimension in dataset.dimensions],
        geo=dataset.role("geo"),
        time=dataset.role("time"),
        variable=dataset.role("metric"),
    )
    frame = _crossed(dataset).with_columns(
        value=_by_position(dataset, "value", pl.Float64),
        flag=_by_position(dataset, "status", pl.String).fill_null(""),
        row=pl.format("value[{}]", pl.int_range(pl.len())),
        period=pl.col(parts.time) if parts.time else pl.lit(signs.NONE),
        measure=signs.measure(parts),
    )
    units = next((one.units for one in dataset.dimensions if one.name == parts.variable), {})
    unit = pl.col(parts.variable).replace_strict(units, default="") if units else None
    return signs.cells(_with_signs(frame, original.name), parts, original, table=dataset.table, unit=unit)


def _crossed(dataset: Dataset) -> pl.DataFrame:
    """All combinations of the categories, the last dimension running fastest."""
    inner, columns = dataset.positions, []
    for dimension in dataset.dimensions:
        inner //= len(dimension.codes)
        codes = pl.Series(dimension.name, dimension.codes, dtype=pl.String)
        position = pl.int_range(dataset.positions, eager=True) // inner % len(codes)
        columns.append(codes.gather(position))
    return pl.DataFrame(columns)


def _by_position(dataset: Dataset, name: str, kind: type[pl.DataType]) -> pl.Series:
    """`value` or `status`: a list of all positions, an object of some, one sign for all, or nothing."""
    given, count = dataset.content.get(name), dataset.positions
    if isinstance(given, Mapping) and isinstance(given.get("value"), list):
        given = given["value"]  # older answers put the signs' meaning beside them
    if isinstance(given, str):
        return pl.repeat(given, count, dtype=kind, eager=True)
    if isinstance(given, Mapping):
        return _sparse(given, count, kind, dataset)
    if not given:
        return pl.repeat(None, count, dtype=kind, eager=True)
    if len(given) == 1 and name == "status":
        given = given * count
    if len(given) != count:
        raise StudyError(
            f"{len(given)} entries in {name!r}, but the dimensions make {count:,} positions",
            where=dataset.where,
            next_step="The file is damaged or cut. Download it again.",
        )
    return _typed(given, kind, name, dataset)


def _sparse(given: Mapping[str, Any], count: int, kind: type[pl.DataType], dataset: Dataset) -> pl.Series:
    outside = [key for key in given if not (key.isdecimal() and int(key) < count)]
    if outside:
        raise StudyError(
            f"The position {outside[0]!r} does not exist; the dimensions make {count:,}",
            where=dataset.where,
            next_step="The file is damaged. Download it again.",
        )
    entry = _typed(list(given.values()), kind, "entries", dataset)
    entries = pl.DataFrame({"position": pl.Series([int(key) for key in given], dtype=pl.Int64), "entry": entry})
    positions = pl.select(position=pl.int_range(count))
    return positions.join(entries, on="position", how="left", maintain_order="left")["entry"]


def _typed(entries: list[Any], kind: type[pl.DataType], name: str, dataset: Dataset) -> pl.Series:
    try:
        return pl.Series(entries, dtype=kind, strict=True)
    except TypeError as error:
        wanted = str if kind == pl.String else int | float
        odd = [place for place, one in enumerate(entries) if not isinstance(one, wanted | None)]
        place, wrong = odd[0], entries[odd[0]]
        raise StudyError(
            f"{wrong!r} is no {'sign' if kind == pl.String else 'number'}",
            where=f"{dataset.where}, {name}[{place}]",
            next_step="Download it again.",
        ) from error


def _with_signs(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    flag = pl.col("flag").str.strip_chars()
    meaning = pl.when(flag.is_in(_NORMAL)).then(pl.lit("")).otherwise(flag.str.extract(_SIGN, 2))
    missing = flag.str.starts_with(":")
    read = frame.with_columns(flag=flag.str.strip_prefix(":").str.strip_chars(), meaning=meaning, missing=missing)
    odd = read.filter("missing", pl.col("value").is_not_null())
    if odd.height:
        first = odd.row(0, named=True)
        raise StudyError(
            f"The value {first['value']:g} has the status ':' (missing): one of them is wrong",
            where=f"{name}, {first['row']}",
            next_step="Compare the cell with the publisher's table.",
        )
    unknown = read.filter(pl.col("meaning").is_null())
    if unknown.height:
        first = unknown.row(0, named=True)
        raise StudyError(
            f"The status {first['flag']!r} is none of ':' and the flags {signs.FLAGS}",
            where=f"{name}, {first['row'].replace('value', 'status')}",
            next_step="Look the sign up with the publisher and add it to the reader with its meaning.",
        )
    return read
