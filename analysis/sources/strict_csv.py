"""A CSV file as a frame of texts: every row as long as the header, every row with its line, nothing guessed.

Parsed by pyarrow, which refuses what is ragged; polars fills a row that was cut off with nulls.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.containers import decoded
from analysis.sources.official import Problem
from analysis.sources.originals import Original

LINE = "#line"
_DOWNLOAD = "Download it again."


@dataclass(frozen=True)
class Texts:
    """The rows of a file as texts, empty where a field is empty; `LINE` is the line a row ends on, counted from 1."""

    name: str
    header: tuple[str, ...]
    frame: pl.DataFrame
    encoding: str
    problems: tuple[Problem, ...]

    def place(self, column: str) -> pl.Expr:
        """Position of a column's fields as L<line>C<column>, both counted from 1."""
        return pl.format("L{}C{}", LINE, pl.lit(self.header.index(column) + 1))


def read_texts(original: Original, separator: str, needed: Sequence[str] = (), *, quoted: bool = True) -> Texts:
    """Read a file with one header line, whose names are stripped. Empty lines are passed over.

    Raises StudyError for a missing or doubled column, a row longer or shorter than the header, an open quotation mark
    and a header that stands again among the data.
    """
    text = decoded(original)
    content = original.content if text.encoding == "utf-8" else text.text.encode()
    header = _header(text.text, separator, original.name, quoted)
    if missing := [name for name in needed if name not in header]:
        raise StudyError(
            f"The columns {', '.join(missing)} are missing; the header has {', '.join(header)[:200]}",
            where=f"{original.name}, line 1",
            next_step="Give the file as it was downloaded, with its own header.",
        )
    frame = _parsed(content, header, separator, original.name, quoted)
    frame = _numbered(frame, content)
    _refuse_second_header(frame, header, original.name)
    return Texts(original.name, tuple(header), frame, text.encoding, _ending(content, quoted, original.name))


def _header(text: str, separator: str, name: str, quoted: bool) -> list[str]:
    first = text[: text.find("\n")] if "\n" in text else text
    fields = next(csv.reader([first], delimiter=separator), []) if quoted else first.split(separator)
    header = [field.strip() for field in fields]
    if doubled := sorted({field for field in header if header.count(field) > 1}):
        raise StudyError(
            f"The columns {', '.join(map(repr, doubled))} stand twice",
            where=f"{name}, line 1",
            next_step="Give the file as it was downloaded.",
        )
    if "\n" not in text:
        raise StudyError("The file ends after its header", where=f"{name}, line 1", next_step=_DOWNLOAD)
    return header


def _parsed(content: bytes, header: list[str], separator: str, name: str, quoted: bool) -> pl.DataFrame:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    wrong = []

    def parse(**options: bool) -> pa.Table:
        return arrow_csv.read_csv(
            pa.BufferReader(content),
            arrow_csv.ReadOptions(column_names=header, skip_rows=1, block_size=1 << 24, **options),
            arrow_csv.ParseOptions(
                delimiter=separator,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted and b'"' in content,
                ignore_empty_lines=False,
                invalid_row_handler=lambda row: wrong.append(row) or "error",
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
        )

    try:
        return pl.from_arrow(parse())
    except pa.ArrowInvalid:
        wrong.clear()
    try:  # once more on one core, where rows have numbers
        return pl.from_arrow(parse(use_threads=False))
    except pa.ArrowInvalid as error:
        raise _ragged(wrong, error, name) from error


def _ragged(wrong: list, error: Exception, name: str) -> StudyError:
    if not wrong:
        return StudyError(f"The rows cannot be told apart: {error}", where=name, next_step=_DOWNLOAD)
    row = wrong[0]
    what = "is cut off" if row.actual_columns < row.expected_columns else "is too long"
    return StudyError(
        f"Line {row.number} {what}: {row.actual_columns} columns instead of {row.expected_columns} ({row.text[:60]!r})",
        where=f"{name}, line {row.number}",
        next_step=f"{_DOWNLOAD} If it was edited, a separator may stand inside a field without quotation marks.",
    )


def _numbered(frame: pl.DataFrame, content: bytes) -> pl.DataFrame:
    """Add the lines, and drop the rows of empty lines."""
    line = pl.int_range(2, pl.len() + 2, dtype=pl.Int64)
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    if lines != frame.height + 1:  # fields that hold line ends
        line = line + pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True)).cum_sum()
    frame = frame.with_columns(line.alias(LINE))
    if (frame.to_series(0) == "").any():
        frame = frame.filter(~pl.all_horizontal(pl.exclude(LINE) == ""))
    return frame


def _refuse_second_header(frame: pl.DataFrame, header: list[str], name: str) -> None:
    likely = frame.filter(pl.col(header[0]).str.contains(header[0], literal=True))
    again = likely.filter(*(pl.col(column).str.strip_chars() == column for column in header[:2]))
    if again.height:
        line = again[LINE][0]
        raise StudyError(
            f"The header stands again in line {line}: several files were joined",
            where=f"{name}, line {line}",
            next_step="Give the files one by one.",
        )


def _ending(content: bytes, quoted: bool, name: str) -> tuple[Problem, ...]:
    last = content[content.rstrip(b"\r\n").rfind(b"\n") + 1 :]
    line = content.count(b"\n") + (not content.endswith(b"\n"))
    if quoted and last.count(b'"') % 2 and content.count(b'"') % 2:
        raise StudyError(
            f"A quotation mark in line {line} is not closed: the file is cut off",
            where=f"{name}, line {line}",
            next_step=_DOWNLOAD,
        )
    if content.endswith(b"\n"):
        return ()
    what = "The last line does not end, as if the file were cut off in it"
    return (Problem("unfinished line", what, f"line {line}", "Compare its last figures with the publisher's table."),)


def numbers(texts: Texts, column: str, decimal: str = ".", *, missing: Sequence[str] = ("",)) -> pl.Series:
    """A column as Float64, null where a field is one of `missing`. Blanks may group thousands ("17 953").

    Raises StudyError that names line, column and text of the first field that is no number with this decimal mark.
    """
    text = texts.frame[column].str.replace_all(r"[ \u00a0\u202f]", "")
    if decimal == ",":
        text = pl.select(
            pl.when(text.str.contains(".", literal=True)).then(pl.lit("?")).otherwise(text.str.replace(",", "."))
        ).to_series()
    value = text.cast(pl.Float64, strict=False)
    given = ~texts.frame[column].str.strip_chars().is_in(missing)
    wrong = given & ~value.is_finite().fill_null(False)
    if wrong.any():
        raise no_number(texts, column, wrong, f"no number with the decimal mark {decimal!r}")
    return pl.select(pl.when(given).then(value)).to_series().alias(column)


def no_number(texts: Texts, column: str, wrong: pl.Series, what: str) -> StudyError:
    """The error for the first field of a column where `wrong` is true."""
    row = texts.frame.filter(wrong).row(0, named=True)
    number = texts.header.index(column) + 1
    return StudyError(
        f"{row[column]!r} in the column {column} is {what}",
        where=f"{texts.name}, line {row[LINE]}, column {number}",
        next_step="Compare the field with the publisher's table of signs; spreadsheets change numbers when they save.",
    )


def decimal_mark(texts: Texts, column: str) -> str:
    """The decimal mark of a column: "," if fields have commas, else ".". Raises StudyError when both occur."""
    text = texts.frame[column]
    commas, points = (text.str.contains(mark, literal=True) for mark in (",", "."))
    if commas.any() and points.any():
        rarer = points if points.sum() <= commas.sum() else commas
        raise no_number(texts, column, rarer, "written with another decimal mark than other fields of the column")
    return "," if commas.any() else "."
