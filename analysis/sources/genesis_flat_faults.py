"""What is wrong with a flat CSV that cannot be read: said with its line and column, and how it is cured."""

import polars as pl

from analysis.errors import StudyError
from analysis.sources.genesis_flat_cells import Flat
from analysis.sources.signs import refused


def unreadable(flat: Flat, error: Exception) -> StudyError:
    """What polars stumbled over, with its line."""
    if found := flat.overlong():
        number, fields = found
        what = f"Line {number} has {len(fields)} fields, the header {len(flat.layout.names)}"
    else:
        what = f"The rows cannot be read: {str(error).splitlines()[0]}"
    return StudyError(what, where=flat.name, next_step="The file is damaged or edited. Download it again.")


def refuse_bad(flat: Flat, number: int | None) -> None:
    """Say what is wrong with the first line that has a fault, if there is one."""
    if number is None:
        return
    fields, names = flat.line(number), flat.layout.names
    if [field.strip() for field in fields[: len(names)]] == list(names):
        raise StudyError(
            f"Line {number} repeats the header among the rows",
            where=flat.name,
            next_step="Two files were put together: give each of them alone.",
        )
    row = dict(zip(names, [field.strip() for field in fields], strict=False))
    lacking = [name for name in _needed(flat) if not row.get(name)]
    if lacking:
        short = f": it has {len(fields)} of {len(names)} fields" if len(fields) < len(names) else ""
        raise StudyError(
            f"Line {number} has nothing in column {names.index(lacking[0]) + 1}, {lacking[0]!r}{short}",
            where=flat.name,
            next_step="The file was cut off or edited. Download it again.",
        )
    raise _bad_cell(flat, number, row)


def _needed(flat: Flat) -> list[str]:
    """Columns that every row fills."""
    roots = [name for column in flat.layout.values for name in (column.measure + column.unit).meta.root_names()]
    return [flat.layout.time, *(column.name for column in flat.layout.values), *dict.fromkeys(roots)]


def _bad_cell(flat: Flat, number: int, row: dict[str, str]) -> StudyError:
    read = flat.signed(flat.cells()).filter(pl.col("line") == number).collect()
    for text, place, status in read.select("text", "place", "status").iter_rows():
        if status is None:
            return refused(text, flat.decimal, file=flat.name, place=f"Line {number}, column {place[1:]}")
    signs = {column.quality: row.get(column.quality) for column in flat.layout.values if column.quality}
    return StudyError(
        f"Line {number} has an unknown quality sign: {signs}",
        where=flat.name,
        next_step="Known are e, p, r, s, | and ( ): compare with the table's explanation of signs.",
    )


def refuse_cut_end(flat: Flat) -> None:
    """A last line without its end, whose last text is the beginning of the one in other rows, was cut."""
    end = flat.end()
    if end.endswith(b"\n"):
        return
    lines = [line.split(";") for line in end.decode(errors="replace").splitlines()[1:]]
    last = lines[-1] if lines else []
    others = {line[-1] for line in lines[:-1] if len(line) == len(last) and line[-2:-1] == last[-2:-1]}
    if last and any(text != last[-1] and text.startswith(last[-1]) for text in others) and last[-1] not in others:
        raise StudyError(
            f"The last line ends in the middle of a word: {last[-1]!r}",
            where=flat.name,
            next_step="The file was cut off. Download it again.",
        )
