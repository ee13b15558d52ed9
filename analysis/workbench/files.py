"""A person's own figures as the methods take them: CSV, Parquet or XLSX in, frames out, and results back into files."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from analysis.errors import UsageError

ENDINGS = (".csv", ".parquet", ".xlsx")
# Columns that hold names: a district key keeps its leading zero.
NAMES = frozenset(
    {"region", "branch", "other", "sector", "deliverer", "receiver", "neighbour", "group"}
    | {"variant", "margin", "statement", "series", "factor", "plant", "product"}
)
# How German statistics write a value that exists and is not known, or not there yet (never zero).
UNKNOWN = frozenset(("", ".", "•", "*", "/", "...", "…", "x", "X", "k. A.", "k.A.", "NA", "null", "None", "nan", "NaN"))
_BLANKS = "[ \u00a0\u202f]"
_GROUPED = rf"^[-+]?\d{{1,3}}(?:{_BLANKS}\d{{3}})+(?:[.,]\d+)?$"
_COMMA = r"^[-+]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?$"
_POINTS = r"^$|^[^0-9]*$|^[-+]?\d+$|^[-+]?\d{1,3}(?:\.\d{3})+$"


def read(path: Path, where: str = "FRAME") -> pl.DataFrame:
    """The file's table: names as text, all else as numbers; the signs for unknown values become null, never zero.

    CSV may be separated by comma or semicolon (then with decimal comma), in UTF-8 with or without a byte order mark.
    Raises UsageError for another kind of file, an unreadable one, and a cell that is neither number nor known sign.
    """
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"'{path.name}' is of no known kind", where=where, next_step=f"Give a file {', '.join(ENDINGS)}."
        )
    if not path.is_file():
        raise UsageError(f"No such file: {path}", where=where, next_step="Check the path.")
    try:
        table, comma = _table(path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError, ValueError) as error:
        raise UsageError(
            f"{path.name} could not be read: {error}", where=where, next_step="Save it again as UTF-8 CSV or XLSX."
        ) from error
    return table.with_columns(
        table[name] if _is_name(name, table) else _numbers(table[name], comma, path.name) for name in table.columns
    )


def _table(path: Path) -> tuple[pl.DataFrame, bool]:
    """The cells as they stand, and whether numbers are written with a decimal comma."""
    if path.suffix.lower() == ".parquet":
        return pl.read_parquet(path), False
    if path.suffix.lower() == ".xlsx":
        table = _first_sheet(path)
        return table.with_columns(_whole(table[name]) for name in table.columns), False
    text = path.read_text("utf-8-sig")
    semicolon = ";" in text.split("\n", 1)[0]
    table = pl.read_csv(text.encode(), separator=";" if semicolon else ",", infer_schema=False, null_values=[])
    return table, semicolon


def _first_sheet(path: Path) -> pl.DataFrame:
    from fastexcel import FastExcelError

    try:
        return pl.read_excel(path, infer_schema_length=None)
    except FastExcelError as error:
        raise ValueError(str(error).split("\n", 1)[0]) from error


def _whole(column: pl.Series) -> pl.Series:
    """Names that a spreadsheet holds as numbers, as text without a decimal point."""
    if column.name not in NAMES or column.dtype == pl.String:
        return column
    return column.cast(pl.Int64, strict=False).cast(pl.String) if column.dtype.is_float() else column.cast(pl.String)


def _is_name(name: str, table: pl.DataFrame) -> bool:
    return name in NAMES or table.schema[name].is_numeric() or table.schema[name] == pl.Boolean


def _numbers(column: pl.Series, comma: bool, file: str) -> pl.Series:
    """Text as numbers; a column of which no cell is a number stays text (labels, notes)."""
    column = column.cast(pl.String).str.strip_chars()
    known = column.is_not_null() & ~column.is_in(list(UNKNOWN))
    plain = _plain(column, comma)
    found = plain.cast(pl.Float64, strict=False)
    wrong = known & found.is_null()
    if wrong.any() and not (found.is_not_null() & known).any() and column.name != "value":
        return column
    if wrong.any():
        row = int(wrong.arg_true()[0])
        raise UsageError(
            f"'{column[row]}' in column '{column.name}' is no number",
            where=f"{file}, row {row + 2}",
            next_step="Leave a cell empty where the value is unknown, and write 0 where there is nothing.",
        )
    found = pl.select(pl.when(known).then(found)).to_series().alias(column.name)
    whole = found.drop_nulls()
    return found.cast(pl.Int64) if whole.len() and (whole == whole.round()).all() and _small(whole) else found


def _plain(column: pl.Series, comma: bool) -> pl.Series:
    """Numbers as a computer writes them: no blanks between thousands, a decimal point, an ASCII minus.

    With decimal commas a point groups thousands; a cell that does neither keeps its sign and is no number then.
    """
    column = column.str.replace("\u2212", "-")
    grouped = column.str.contains(_GROUPED)
    column = pl.select(pl.when(grouped).then(column.str.replace_all(_BLANKS, "")).otherwise(column)).to_series()
    if not comma or not (column.str.contains(",", literal=True).any() or column.str.contains(_POINTS).all()):
        return column
    german = column.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return pl.select(pl.when(column.str.contains(_COMMA)).then(german).otherwise(pl.lit("?"))).to_series()


def _small(whole: pl.Series) -> bool:
    return bool(whole.abs().max() < 2**53)


def write(results: Mapping[str, pl.DataFrame], out: Path) -> list[Path]:
    """Each result as a file of the kind `out` names; several get their names behind a hyphen. Returns the files."""
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(f"'{out.name}' is of no known kind", where="--out", next_step=f"End it {', '.join(ENDINGS)}.")
    written = []
    for name, frame in results.items():
        path = out if len(results) == 1 else out.with_name(f"{out.stem}-{name}{out.suffix}")
        writer = {".csv": frame.write_csv, ".parquet": frame.write_parquet, ".xlsx": frame.write_excel}
        writer[out.suffix.lower()](path)
        written.append(path)
    return written
