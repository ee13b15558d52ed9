"""Cross tables: keys in the leading columns, values in the others, header rows above. From their parts to observations.

What a key column holds is seen from its texts: dates, region keys or names, branches, attributes; a column of labels
that only names the codes beside it is no key of its own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from analysis.errors import StudyError
from analysis.sources import dashes
from analysis.sources.german_keys import KEY, LAENDER, NAMES, level_of
from analysis.sources.observations import SCHEMA
from analysis.sources.official import Problem
from analysis.sources.originals import Original
from analysis.sources.periods import PERIOD, periods
from analysis.sources.signs import refused, sign_expressions
from analysis.sources.stacked_header import UNSTATED, Column, Content
from analysis.sources.wz_labels import TOTALS, branch_of, classification, known_sums

_MOST = 0.8
_LOST_ZERO = (1, 4, 7)  # lengths of keys from which a spreadsheet took the leading zero
_CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")


@dataclass(frozen=True)
class CrossTable:
    """A table taken apart. `rows` has `line`, `period` (from a separator row, may be empty) and the cells c0, c1, …, of
    which the first `keys` are keys; `columns` describes the others. `places` are the texts before and after a line
    that make the place of a cell in each of these columns.
    """

    code: str
    texts: str
    decimal: str
    known: Content
    keys: int
    columns: Sequence[Column]
    rows: pl.DataFrame
    places: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Observed:
    """Observations of a table, branch labels, the splits it holds complete, the dates behind years, and problems."""

    cells: pl.DataFrame
    branches: Mapping[str, str]
    sums: Mapping[str, tuple[str, ...]]
    times: Sequence[str]
    problems: tuple[Problem, ...] = ()


@dataclass
class Keys:
    """Columns of keys by what they hold; `attributes` and the others are positions."""

    period: int | None = None
    region: int | None = None
    branch: int | None = None
    attributes: list[int] = field(default_factory=list)


def observed(table: CrossTable, original: Original) -> Observed:
    """The cells as observations, dashes resolved. Raises StudyError for cells, keys and periods that are unknown."""
    keys = sorted_keys(table.rows, table.keys)
    long = _signed(_melted(table, keys), table.decimal, original.name)
    times = long["time"].unique().sort().to_list()
    if lost := [time for time in times if not PERIOD.fullmatch(time)]:
        raise StudyError(
            f"The table states no period{f' but {lost[0]!r}' if lost[0] else ''}",
            where=original.name,
            next_step="Year or Stichtag stand in a title, the header or a column: download the table with them.",
        )
    branches = dict(long.select("branch", "label").unique().sort("branch", "label").iter_rows())
    sums = known_sums(branches)
    described = _described(long, times, original.name).with_columns(
        source=pl.lit(""),
        table=pl.lit(table.code),
        classification=pl.lit(classification(table.texts, branches)),
        flag=pl.lit(None, dtype=pl.String),
        file_sha256=pl.lit(original.sha256),
    )
    cells = dashes.resolve(described, tree=sums, absent="absent")
    cells = cells.sort("line", "position").select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    labels = {branch: label for branch, label in branches.items() if branch != "total"}
    return Observed(cells, labels, sums, times, tuple(_problems(table, keys)))


def sorted_keys(rows: pl.DataFrame, count: int) -> Keys:
    """Which key column holds what."""
    texts = [rows[f"c{position}"].str.strip_chars().unique().sort().to_list() for position in range(count)]
    keys = Keys()
    labels: set[int] = set()
    for position, found in enumerate(texts):
        if position in labels:
            continue
        if keys.period is None and all(PERIOD.fullmatch(text) for text in found):
            keys.period = position
        elif keys.region is None and _are_regions(rows, position, found, count):
            keys.region = position
        elif keys.branch is None and any(branch_of(text) for text in found):
            keys.branch = position
        else:
            keys.attributes.append(position)
        if position + 1 < count and _names(rows, position, found):
            labels.add(position + 1)
    return keys


def _are_regions(rows: pl.DataFrame, position: int, texts: list[str], count: int) -> bool:
    """Keys, if some have district length or the names beside them are of Länder; or names of Länder.

    A few that are none, or lost their zero, do not make the column another one: they are refused later.
    """
    if all(text in NAMES or text in TOTALS for text in texts):
        return any(text in NAMES for text in texts)
    if "DG" in texts:
        return True
    beside = set(rows[f"c{position + 1}"].str.strip_chars()) if position + 1 < count else set()
    like_keys = [text for text in texts if KEY.fullmatch("0" + text if len(text) in _LOST_ZERO else text)]
    long = any(len(text) > 3 for text in like_keys)
    return len(like_keys) >= _MOST * len(texts) and (long or bool(beside & set(LAENDER)))


def _names(rows: pl.DataFrame, position: int, texts: list[str]) -> bool:
    """Whether the next column only names the codes of this one: one label a code, none shared by all of several."""
    if not all(_CODE.fullmatch(text) for text in texts) or all(PERIOD.fullmatch(text) for text in texts):
        return False
    pairs = rows.select(f"c{position}", f"c{position + 1}").unique()
    return pairs.height == len(texts) and (len(texts) == 1 or pairs[f"c{position + 1}"].n_unique() > 1)


def _melted(table: CrossTable, keys: Keys) -> pl.DataFrame:
    """One row a cell: line, position, time, geo, branch, label, measure, unit, text, row."""
    columns = pl.DataFrame(
        [
            (f"c{table.keys + i}", i, *place, one.measure, one.unit, one.branch, one.period, one.label)
            for i, (one, place) in enumerate(zip(table.columns, table.places, strict=True))
        ],
        schema=["cell", "position", "before", "after", "subject", "unit", "over_branch", "over_period", "over_label"],
        orient="row",
    )
    names = [f"c{position}" for position in range(table.keys)]
    rows = table.rows.with_columns(pl.col(names).str.strip_chars())
    long = rows.unpivot(on=columns["cell"].to_list(), index=["line", "period", *names], variable_name="cell")
    over = pl.col("over_branch") != "total"
    label = pl.lit("") if keys.branch is None else pl.col(f"c{keys.branch}")
    return long.join(columns, on="cell", maintain_order="left").select(
        "line",
        "position",
        "unit",
        time=_time(table, keys),
        geo=_geo(keys),
        label=pl.when(over).then("over_label").otherwise(label),
        branch=pl.when(over).then("over_branch").otherwise(_branch(rows, keys)),
        measure=pl.concat_str("subject", *(_attribute(pl.col(f"c{position}")) for position in keys.attributes)),
        text=pl.col("value"),
        row=pl.concat_str("before", "line", "after"),
    )


def _time(table: CrossTable, keys: Keys) -> pl.Expr:
    """The period of a cell: of its row, else its column, the separator above it, the titles."""
    stated = [pl.col("over_period"), pl.col("period"), pl.lit(table.known.period)]
    if keys.period is not None:
        stated.insert(0, pl.col(f"c{keys.period}"))
    return pl.coalesce(*(pl.when(time != "").then(time) for time in stated), pl.lit(""))


def _geo(keys: Keys) -> pl.Expr:
    if keys.region is None:
        return pl.lit("DG")
    return pl.col(f"c{keys.region}").replace({**dict.fromkeys(TOTALS, "DG"), **NAMES})


def _branch(rows: pl.DataFrame, keys: Keys) -> pl.Expr:
    """The branch of a row: its code, "total", or the label where it has no code."""
    if keys.branch is None:
        return pl.lit("total")
    column = f"c{keys.branch}"
    codes = {text: "total" if text in TOTALS else branch_of(text) or text for text in rows[column].unique()}
    return pl.col(column).replace_strict(codes, return_dtype=pl.String)


def _attribute(text: pl.Expr) -> pl.Expr:
    return pl.when(text.is_in(TOTALS) | (text == "")).then(pl.lit("")).otherwise(pl.lit("|") + text)


def _signed(long: pl.DataFrame, decimal: str, file: str) -> pl.DataFrame:
    """Add value and status. Raises StudyError for the first cell that is neither number nor sign."""
    signed = long.with_columns(sign_expressions(pl.col("text"), decimal).alias("cell")).unnest("cell")
    bad = signed.filter(pl.col("status").is_null()).sort("line", "position")
    if bad.height:
        text, row = bad.select("text", "row").row(0)
        found = re.fullmatch(r"L(\d+)C(\d+)", row)
        place = f"Line {found[1]}, column {found[2]}" if found else f"Cell {row}"
        raise refused(text, decimal, file=file, place=place)
    return signed


def _described(long: pl.DataFrame, times: Sequence[str], file: str) -> pl.DataFrame:
    """Add period, geo_level and whether the region is absent in that period: all of its cells show "-"."""
    levels = {}
    for geo, row in long.unique("geo", keep="first", maintain_order=True).select("geo", "row").iter_rows():
        try:
            levels[geo] = level_of(geo)
        except StudyError as error:
            raise StudyError(error.what, where=f"{file}, {row}", next_step=error.next_step) from error
    return long.with_columns(
        period=pl.col("time").replace_strict(periods(times), return_dtype=pl.String),
        geo_level=pl.col("geo").replace_strict(levels, return_dtype=pl.String),
    ).with_columns(
        absent=((pl.col("status") == "zero").all().over("geo", "period")) & (pl.col("geo_level") != "country")
    )


def _problems(table: CrossTable, keys: Keys) -> Iterator[Problem]:
    if keys.region is None and not re.search("Deutschland|Bundesgebiet|Statistisches Bundesamt", table.texts):
        yield Problem(
            "no region",
            "The table names no region; its figures are taken for Germany",
            cure="If the publisher is the office of one Land, they are of that Land.",
        )
    for column in table.columns:
        if column.unit == UNSTATED:
            yield Problem("no unit", f"The unit of {column.measure!r} is not stated", cure="Look into the table.")
            return
