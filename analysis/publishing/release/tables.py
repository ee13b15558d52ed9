"""Tables for machines: the facts and the figures behind them, as CSV and Parquet."""

import base64
import csv
from collections.abc import Iterator
from io import BytesIO, StringIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.publishing.release.declared import Table
from analysis.publishing.release.figures import Data, digits, formulas
from analysis.publishing.release.numbers import decimals_of
from analysis.publishing.release.objections import Objection, shortened
from analysis.publishing.release.traces import traces

SHOWN = 3  # rows named in one objection


def parquet(name: str, content: bytes, table: Table) -> Iterator[Objection]:
    """Columns, metadata, statistics and secret values of a Parquet file."""
    try:
        file = pq.ParquetFile(BytesIO(content))
        frame = pl.read_parquet(BytesIO(content))
    except (pa.ArrowInvalid, pl.exceptions.PolarsError, OSError) as error:
        yield Objection(name, "file", f"it cannot be read: {shortened(str(error))}", "Assemble the edition again.")
        return
    yield from _metadata(name, file, table)
    yield from _columns(name, {column: str(kind) for column, kind in frame.schema.items()}, table)
    yield from _secrets(name, frame, table)
    yield from _digits(name, frame, table)
    yield from _words(name, frame)


def _metadata(name: str, file: pq.ParquetFile, table: Table) -> Iterator[Objection]:
    """Keys beside the schema, statistics, and a copy of the schema that tells more."""
    metadata = dict(file.metadata.metadata or {})
    arrow = metadata.pop(b"ARROW:schema", None)
    for key in sorted(metadata):
        yield Objection(
            name, f"metadata '{key.decode('utf-8', 'replace')}'", shortened(metadata[key].decode("utf-8", "replace")),
            "Write the table with polars, without metadata.",
        )  # fmt: skip
    if arrow:
        schema = pa.ipc.read_schema(pa.BufferReader(base64.b64decode(arrow)))
        if schema.metadata or any(one.metadata for one in schema) or set(schema.names) - set(table.columns):
            yield Objection(name, "metadata 'ARROW:schema'", "it tells more than the columns", "Write it with polars.")
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    if any(group.column(place).is_stats_set for group in groups for place in range(group.num_columns)):
        yield Objection(name, "statistics", "extremes of columns stand in the file", "Write it with statistics=False.")


def _columns(name: str, found: dict[str, str], table: Table) -> Iterator[Objection]:
    for column in found:
        if column not in table.columns:
            yield Objection(
                name, f"column '{column}'", "the column is not declared",
                "Leave it out, or declare it in publishing/release/declared.toml.",
            )  # fmt: skip
        elif found[column] != table.columns[column]:
            yield Objection(
                name, f"column '{column}'", f"it is {found[column]}, declared is {table.columns[column]}", "Cast it."
            )  # fmt: skip
    missing = [column for column in table.columns if column not in found]
    if missing:
        yield Objection(name, "columns", f"{', '.join(missing)} are missing", "Assemble the edition again.")


def _secrets(name: str, frame: pl.DataFrame, table: Table) -> Iterator[Objection]:
    """Rows whose status says that there is no value, and which have one."""
    if table.status not in frame.columns:
        return
    numbers = [column for column in table.numbers if column in frame.columns]
    place = pl.int_range(1, pl.len() + 1).alias("row")
    for column in numbers:
        found = frame.with_columns(place).filter(
            pl.col(table.status).is_in(table.secret), pl.col(column).is_not_null() & pl.col(column).is_not_nan()
        )
        for row in found.head(SHOWN).iter_rows(named=True):
            yield Objection(
                name, f"row {row['row']}, column '{column}'",
                f"{_named(row)} is '{row[table.status]}' and has the value {row[column]!r}",
                "Make it null where the table is made.",
            )  # fmt: skip


def _named(row: dict) -> str:
    keys = ("id", "region", "measure", "branch", "year")
    return row["id"] if "id" in row else " ".join(str(row[key]) for key in keys if key in row)


def _digits(name: str, frame: pl.DataFrame, table: Table) -> Iterator[Objection]:
    if table.decimals is None:
        return
    for column in table.numbers:
        if column not in frame.columns:
            continue
        values = pl.col(column)
        fine = frame.with_row_index("row", 1).filter(values != values.round(table.decimals))
        kinds = [one for one in ("measure", "indicator") if one in frame.columns] or ["row"]
        for row in fine.unique(kinds, keep="first", maintain_order=True).iter_rows(named=True):
            if decimals_of(row[column]) > table.decimals:
                yield Objection(
                    name, f"row {row['row']}, column '{column}'",
                    f"{_named(row)} is {row[column]!r}, declared are {table.decimals} decimals", "Round it.",
                )  # fmt: skip


def _words(name: str, frame: pl.DataFrame) -> Iterator[Objection]:
    for column, kind in frame.schema.items():
        texts = frame[column].explode() if kind == pl.List(pl.String) else frame[column]
        if texts.dtype == pl.String:
            yield from traces("\n".join(texts.drop_nulls().unique(maintain_order=True)), name, f"column '{column}'")


def facts_csv(name: str, text: str, table: Table, facts: pl.DataFrame | None) -> Iterator[Objection]:
    """The facts for people: declared columns, no formula, nothing that the facts for machines do not have."""
    heads, *rows = csv.reader(StringIO(text))
    data = Data(heads, rows)
    yield from _columns(name, {head: table.columns.get(head, "") for head in heads}, table)
    yield from formulas(data, name)
    yield from traces(text, name)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(heads, pl.String), orient="row").with_columns(
        pl.col(column).replace("", None).cast(pl.Float64, strict=False) for column in table.numbers if column in heads
    )
    yield from _secrets(name, frame, table)
    if facts is not None and "id" in heads:
        yield from _beyond(name, frame, facts, table)


def _beyond(name: str, frame: pl.DataFrame, facts: pl.DataFrame, table: Table) -> Iterator[Objection]:
    """Rows and values that are not among the facts."""
    joined = frame.with_row_index("line", 2).join(facts, on="id", how="left", suffix="_fact", coalesce=True)
    unknown = joined.join(facts, on="id", how="anti")
    for row in unknown.head(SHOWN).iter_rows(named=True):
        yield Objection(name, f"line {row['line']}", f"{row['id']} is no fact of the edition", "Write the facts alone.")
    for column in table.numbers:
        if column in frame.columns and column in facts.columns:
            other = joined.filter(~pl.col(column).eq_missing(pl.col(f"{column}_fact"))).join(
                unknown, on="id", how="anti"
            )
            for row in other.head(SHOWN).iter_rows(named=True):
                yield Objection(
                    name, f"line {row['line']}, column '{column}'",
                    f"{row['id']} is {row[column]!r}, the fact is {row[f'{column}_fact']!r}", "Assemble it again.",
                )  # fmt: skip


def figure_csv(name: str, text: str) -> Iterator[Objection]:
    """A figure's file: no formula, no unrounded decimal. Its columns are held against the printed table by the page."""
    data = Data.read(text)
    yield from formulas(data, name)
    yield from traces(text, name)
    for line, row in enumerate(data.rows, 2):
        for head, cell in zip(data.heads, row, strict=False):
            if digits(cell) > 3:
                yield Objection(
                    name, f"line {line}, column '{head}'", f"{cell} is unrounded", "Round it in its caption."
                )
                return
