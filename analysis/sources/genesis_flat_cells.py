"""Cells of a flat GENESIS CSV as a lazy frame: nothing is loaded before it is asked for, whatever the file's size.

Which column of a row is the region, which the branch and which another attribute is said by the variables' codes in
that row, since they change from row to row (DINSG, DLAND, REGBEZ, KREISE in one column).
"""

import io
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import polars as pl

from analysis.errors import StudyError
from analysis.sources.containers import decoded, unpacked
from analysis.sources.genesis_flat_header import Layout, ValueColumn, split, understood
from analysis.sources.genesis_flat_roles import Variable, branch, classification, measure, region, variable
from analysis.sources.originals import Original
from analysis.sources.signs import decimal_mark, sign_expressions

HELD_BYTES = 64_000_000  # up to here a file is decoded as a whole, above it is streamed from its path
PEEK_ROWS = 20_000
_CHUNK = 16_000_000
_GERMAN = ("Jahr", "Stichtag", "Monat", "Quartal", "Halbjahr", "Semester", "Schuljahr", "Tag")
_ENGLISH = ("Year", "Reference date", "Month", "Quarter", "Half-year", "School year", "Day")
_AGAIN = "Download it again."


@dataclass(frozen=True)
class Flat:
    """A flat CSV opened: its name, where its rows are read from, its encoding and its header understood.

    What is rare is found by the survey, which then goes on with a file that is told of it (`whole`,
    `without_blank_lines`).
    """

    name: str
    data: Path | bytes
    encoding: str
    layout: Layout
    seen_whole: bool = False
    has_blank_lines: bool = False

    @cached_property
    def peek(self) -> pl.DataFrame:
        """The first rows, all columns as text."""
        return self.rows().head(PEEK_ROWS).collect(engine="streaming")

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """The columns of variables, sorted by the codes in the first rows or, if `seen_whole`, in all of them."""
        pairs = [(one.code, one.attribute) for one in self.layout.dimensions]
        rows = self.rows() if self.seen_whole else self.peek.lazy()
        found = pl.collect_all(
            [rows.select(pair).filter(pl.col(pair[0]).is_not_null()).unique() for pair in pairs], engine="streaming"
        )
        return tuple(variable(*pair, some.sort(pair).iter_rows()) for pair, some in zip(pairs, found, strict=True))

    def whole(self) -> "Flat":
        """The same file with the codes of all its rows, for one whose first rows do not show every variable."""
        return replace(self, seen_whole=True)

    def without_blank_lines(self) -> "Flat":
        """The same file, its blank lines passed over."""
        return replace(self, has_blank_lines=True)

    @cached_property
    def decimal(self) -> str:
        """The decimal mark of the labels' language; where that is unknown, of the first number that has one."""
        labels = self.peek[self.layout.fixed[3]]
        for language, mark in ((_GERMAN, ","), (_ENGLISH, ".")):
            if labels.is_in(language).any():
                return mark
        return decimal_mark(pl.concat([self.peek[column.name] for column in self.layout.values]))

    def rows(self) -> pl.LazyFrame:
        """All rows with their `line` in the file; short rows filled with nulls, blank lines left out if there are any.

        To look for them costs a column more, which every pass over millions of rows would pay for.
        """
        source = self.data if isinstance(self.data, Path) else io.BytesIO(self.data)
        names = self.layout.names
        frame = pl.scan_csv(
            source,
            separator=";",
            has_header=False,
            skip_lines=1,
            schema=dict.fromkeys(names, pl.String),
            row_index_name="line",
            row_index_offset=2,
            extra_columns="raise",
        )
        if not self.has_blank_lines:
            return frame
        present = [self.layout.fixed[0], self.layout.time, *(column.name for column in self.layout.values)]
        return frame.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in present))

    def cells(self, *columns: str) -> pl.LazyFrame:
        """line, place, time, region, variable, measure, branch, classification, unit, text, flag, new; or some of them.

        `region` as coded ("" where a row names none), `new` where a variable's code is not among those known.
        """
        return pl.concat([self._cells_of(column).select(columns or pl.all()) for column in self.layout.values])

    def signed(self, cells: pl.LazyFrame) -> pl.LazyFrame:
        """Add value and status, which is null for a text that is neither number nor sign."""
        return cells.with_columns(sign_expressions(pl.col("text"), self.decimal).alias("_cell")).unnest("_cell")

    def _cells_of(self, column: ValueColumn) -> pl.LazyFrame:
        return self.rows().select(
            "line",
            pl.lit(f"C{column.place}").alias("place"),
            pl.col(self.layout.time).alias("time"),
            region(self.variables).alias("region"),
            column.measure.alias("variable"),
            measure(self.variables, column.measure).alias("measure"),
            branch(self.variables).alias("branch"),
            classification(self.variables).alias("classification"),
            column.unit.alias("unit"),
            pl.col(column.name).alias("text"),
            (pl.lit(None, dtype=pl.String) if column.quality is None else pl.col(column.quality)).alias("flag"),
            pl.any_horizontal(pl.lit(False), *(~pl.col(one.code).is_in(one.known) for one in self.variables)).alias(
                "new"
            ),
        )

    def line(self, number: int) -> list[str]:
        """The fields of one line, counted from 1."""
        with self._opened() as file:
            return split(next(islice(file, number - 1, None), b"").decode(errors="replace"))

    def overlong(self) -> tuple[int, list[str]] | None:
        """The first line with more fields than the header, and its fields."""
        width = len(self.layout.names)
        with self._opened() as file:
            for number, line in enumerate(file, start=1):
                if line.count(b";") >= width and len(fields := split(line.decode(errors="replace"))) > width:
                    return number, fields
        return None

    def end(self, count: int = 100_000) -> bytes:
        """The last bytes."""
        with self._opened() as file:
            file.seek(max(0, file.seek(0, io.SEEK_END) - count))
            return file.read()

    def _opened(self) -> io.BufferedIOBase:
        return self.data.open("rb") if isinstance(self.data, Path) else io.BytesIO(self.data)


def opened(original: Original) -> Flat:
    """Open a flat CSV, plain or zipped. Raises StudyError for bytes that are no text and a header that is none."""
    plain = unpacked(original)
    is_large = plain.path is not None and plain.size > HELD_BYTES
    data, encoding = _streamed(plain) if is_large and _is_utf_8(plain.head(_CHUNK)) else _held(plain)
    head = plain.head(64_000).decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    return Flat(plain.name, data, encoding, understood(head.split("\n", 1)[0], plain.name))


def _held(original: Original) -> tuple[bytes, str]:
    text = decoded(original)
    return (original.content if text.encoding == "utf-8" else text.text.encode()), text.encoding


def _is_utf_8(start: bytes) -> bool:
    """Whether the first bytes are UTF-8; the last letter may be cut."""
    try:
        start[:-4].decode()
    except UnicodeDecodeError as error:
        return error.start > len(start) - 8
    return True


def _streamed(original: Original) -> tuple[Path, str]:
    """The path, once every byte was seen to be text."""
    with original.path.open("rb") as file:
        for number, chunk in enumerate(iter(lambda: file.read(_CHUNK), b"")):
            if (position := chunk.find(0)) >= 0:
                raise StudyError(
                    f"Byte {number * _CHUNK + position} is zero, which no text has",
                    where=original.name,
                    next_step=f"The file is damaged. {_AGAIN}",
                )
    return original.path, "utf-8"
