"""National input-output table of the World Input-Output Database, release 2016: one file, all years.

UTF-8 with BOM, semicolons, quoted descriptions, blanks between thousands. Rows deliver, columns receive; the domestic
rows of a year come first, then the imported ones, then value added and output.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import cell_status
from analysis.sources.originals import Original, Reading, only

YEAR = 2014
FINAL_USES = ("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN", "EXP")
OUTPUT = "GO"
_BRANCHES = 56
# The table prints whole millions: 62 rounded cells of a row may miss the output by about this much.
_ROUNDING_MUSD = 40.0


@dataclass(frozen=True)
class _Row:
    line: int
    code: str
    origin: str
    values: dict[str, float]


def tables(originals: Sequence[Original], source: str) -> Reading:
    """Reference tables of 2014, million US dollars at basic prices.

    io_flows: deliverer, receiver, year, value_musd — the domestic block (56 by 56). io_final_use: deliverer, use, year,
    value_musd — domestic products by the six final uses; inventories may be negative. io_output: branch, label, year,
    output_musd, value_added_musd, imports_musd (imported intermediates). `row` names line and column of the file.
    Raises StudyError when rows and columns do not balance to the rounding of the table.
    """
    original = only(originals, source)
    names, rows, labels = _rows_of_year(original)
    domestic = {row.code: row for row in rows if row.origin == "Domestic"}
    branches = list(domestic)
    if len(branches) != _BRANCHES or not set(branches) < set(names):
        raise StudyError(f"{YEAR} has {len(branches)} domestic branches instead of {_BRANCHES}", where=original.name)
    totals = {row.code: row for row in rows if row.origin == "TOT"}
    imports = [row for row in rows if row.origin == "Imports"]
    _check_balance(domestic, totals, original.name)
    return Reading(
        {
            "io_flows": _cells(domestic, branches, "receiver", names),
            "io_final_use": _cells(domestic, FINAL_USES, "use", names),
            "io_output": pl.DataFrame(
                {
                    "branch": branches,
                    "label": [labels[code] for code in branches],
                    "year": [YEAR] * len(branches),
                    "output_musd": [domestic[code].values[OUTPUT] for code in branches],
                    "value_added_musd": [totals["VA"].values[code] for code in branches],
                    "imports_musd": [sum(row.values[code] for row in imports) for code in branches],
                    "row": [f"L{domestic[code].line}C{names.index(OUTPUT) + 1}" for code in branches],
                }
            ),
        }
    )


def _rows_of_year(original: Original) -> tuple[list[str], list[_Row], dict[str, str]]:
    """Header names, the rows of the year, and descriptions by code. Raises StudyError for another layout."""
    reader = csv.reader(io.StringIO(original.content.decode("utf-8-sig"), newline=""), delimiter=";")
    names = next(reader)
    if names[:4] != ["Year", "Code", "Description", "Origin"] or names[-1] != OUTPUT:
        raise StudyError("The header is not Year;Code;Description;Origin;…;GO", where=original.name)
    rows, labels = [], {}
    for fields in reader:
        if fields[0] != str(YEAR):
            continue
        values = {name: cell_status(text).value for name, text in zip(names[4:], fields[4:], strict=True)}
        rows.append(_Row(reader.line_num, fields[1], fields[3], values))
        labels[fields[1]] = fields[2].strip()
    if not rows:
        raise StudyError(f"The file has no rows of {YEAR}", where=original.name)
    return names, rows, labels


def _check_balance(domestic: dict[str, _Row], totals: dict[str, _Row], name: str) -> None:
    """What a branch delivers, at home and to final users, is its output; and the column total says the same."""
    for code, row in domestic.items():
        delivered = sum(value for use, value in row.values.items() if use != OUTPUT)
        column = totals[OUTPUT].values[code]
        if abs(delivered - row.values[OUTPUT]) > _ROUNDING_MUSD or abs(column - row.values[OUTPUT]) > _ROUNDING_MUSD:
            raise StudyError(
                f"Branch {code} delivers {delivered:,.0f} but its output is {row.values[OUTPUT]:,.0f} (million US$)",
                where=name,
            )


def _cells(domestic: dict[str, _Row], columns: Sequence[str], column: str, names: list[str]) -> pl.DataFrame:
    """Long table of the domestic rows over some columns."""
    records = [
        (code, to, YEAR, row.values[to], f"L{row.line}C{names.index(to) + 1}")
        for code, row in domestic.items()
        for to in columns
    ]
    return pl.DataFrame(records, schema=["deliverer", column, "year", "value_musd", "row"], orient="row")
