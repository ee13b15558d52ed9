"""CSV files with one header line, read with the place of every field, and the columns every file shares."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.originals import Original


@dataclass(frozen=True)
class CsvRow:
    """One row: the line it ends on, its fields by column name, the columns' order."""

    line: int
    fields: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.fields[column]

    def place(self, column: str) -> str:
        """Position of a field as L<line>C<column>, both counted from 1."""
        return f"L{self.line}C{list(self.fields).index(column) + 1}"


def read_rows(original: Original, columns: Sequence[str]) -> list[CsvRow]:
    """All rows after the header. Raises StudyError unless all `columns` are there and no row is ragged."""
    reader = csv.reader(io.StringIO(original.content.decode("utf-8-sig"), newline=""))
    header = next(reader)
    missing = [name for name in columns if name not in header]
    if missing:
        raise StudyError(f"The columns {', '.join(missing)} are missing", where=original.name)
    rows = []
    for fields in reader:
        if len(fields) != len(header):
            raise StudyError(
                f"Line {reader.line_num} has {len(fields)} fields, the header {len(header)}", where=original.name
            )
        rows.append(CsvRow(reader.line_num, dict(zip(header, fields, strict=True))))
    return rows


def described(frame: pl.DataFrame, original: Original, source: str, **columns: str) -> pl.DataFrame:
    """Add to a frame what holds for a whole file; `columns` are further constants."""
    return frame.with_columns(
        source=pl.lit(source),
        flag=pl.lit(None, dtype=pl.String),
        file_sha256=pl.lit(original.sha256),
        **{name: pl.lit(value) for name, value in columns.items()},
    )
