"""Numbers and official signs of a whole column at once: what `observations.cell_status` says of one cell.

Plain numbers, nearly all of a table, are converted as a column. Every other text is asked of `cell_status`, once for
each different text, so that the two cannot disagree.
"""

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import Cell, cell_status

CELL = pl.Struct({"value": pl.Float64, "status": pl.String})
_PLAIN = {mark: rf"^[+-]?[0-9]+(?:[{mark}][0-9]+)?$" for mark in ",."}
_DECIMALS = r"^\s*\(?\s*[+-]?[0-9 ]*[0-9]([.,])[0-9]+\s*\)?\s*$"
_UNKNOWN = Cell(None, None)


def sign_expressions(column: pl.Expr, decimal: str) -> pl.Expr:
    """A struct of `value` and `status` for a text column; `unnest` it.

    Both are null where the text is no number with this decimal mark ("," or ".") and no sign, and for a null: the
    caller stops there with `refused`. Works row by row, so that it streams.
    """

    def read(texts: pl.Series) -> pl.Series:
        return _cells(texts, decimal)

    return column.map_batches(read, return_dtype=CELL, is_elementwise=True)


def _cells(texts: pl.Series, decimal: str) -> pl.Series:
    """Comparing with the few signs is cheaper than looking every row up; numbers that are not plain are looked up."""
    plain = texts.str.contains(_PLAIN[decimal]).fill_null(False)
    numbers = texts.str.replace(decimal, ".", literal=True) if decimal != "." else texts
    value, status = pl.lit(numbers.cast(pl.Float64, strict=False)), pl.lit(None, dtype=pl.String)
    others = {text: _cell(text, decimal) for text in texts.filter(~plain).drop_nulls().unique()}
    given = {text: cell.value for text, cell in others.items() if cell.value}
    value = pl.when(pl.lit(plain)).then(value)
    if given:
        value = value.otherwise(pl.lit(texts).replace_strict(given, default=None, return_dtype=pl.Float64))
    for name in {cell.status for cell in others.values()} - {None}:
        has = pl.lit(texts).is_in([text for text, cell in others.items() if cell.status == name])
        status = pl.when(has).then(pl.lit(name)).otherwise(status)
    zeros = [text for text, cell in others.items() if cell.value == 0]
    value = pl.when(pl.lit(texts).is_in(zeros)).then(0.0).otherwise(value) if zeros else value
    status = pl.when(pl.lit(plain)).then(pl.lit("ok")).otherwise(status)
    return pl.select(pl.struct(value=value, status=status)).to_series()


def _cell(text: str, decimal: str) -> Cell:
    try:
        return cell_status(text, decimal=decimal)
    except StudyError:
        return _UNKNOWN


def decimal_mark(texts: pl.Series, default: str = ",") -> str:
    """The mark of the first number with decimals, `default` where no number has any.

    A second mark in the same file is found later, as a cell that is no number.
    """
    marks = texts.str.extract(_DECIMALS, 1).drop_nulls()
    return marks[0] if marks.len() else default


def refused(text: str | None, decimal: str, *, file: str, place: str) -> StudyError:
    """The error for a cell without status, in words for the commonest causes."""
    if text is None or not text.strip():
        return StudyError(
            f"{place} is empty",
            where=file,
            next_step="An official table leaves no cell without a sign: the file was cut or edited. Download it again.",
        )
    other = "." if decimal == "," else ","
    if _cell(text, other) != _UNKNOWN:
        return StudyError(
            f"{place} holds {text!r} with the mark {other!r}, while decimals of this file have {decimal!r}",
            where=file,
            next_step="Marks are mixed, or group thousands: download the table again and do not save it in between.",
        )
    return StudyError(
        f"{place} holds {text!r}, neither a number with the decimal mark {decimal!r} nor an official sign",
        where=file,
        next_step="Compare it with the table's explanation of signs, or download the file again.",
    )


def is_cell(text: str) -> bool:
    """Whether a text is a number, with either decimal mark, or an official sign."""
    return any(_cell(text, decimal) != _UNKNOWN for decimal in ",.")
