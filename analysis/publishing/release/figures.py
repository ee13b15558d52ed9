"""A figure's data: the file one may download against the table that the page prints."""

import csv
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO

from analysis.publishing.release.objections import Objection, shortened

NUMBER = re.compile(r"[-−+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
PRINTED = re.compile(r"(?:rund )?[−+-]?\d{1,3}(?:\.?\d{3})*(?:,(\d+))?")
FORMULA = re.compile(r"^\s*[=@\t\r]|^[+-](?![\d.])")
HEAD, BODY = re.compile(r"<thead>(.*?)</thead>", re.DOTALL), re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)
ROW, CELL = re.compile(r"<tr\b.*?</tr>", re.DOTALL), re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
UNIT, TAG = re.compile(r'<span class="unit">(.*?)</span>', re.DOTALL), re.compile(r"<[^>]+>")
TOTAL = re.compile(r"Alle ([\d.]+) Zeilen|All ([\d,]+) rows")


@dataclass(frozen=True)
class Data:
    """The file of a figure's data: heads and rows of texts."""

    heads: list[str]
    rows: list[list[str]]

    @classmethod
    def read(cls, text: str) -> "Data":
        """Heads and rows of a CSV text."""
        heads, *rows = csv.reader(StringIO(text))
        return cls(heads, rows)

    def column(self, place: int) -> list[str]:
        """The cells of a column; none for a row that is too short."""
        return [row[place] for row in self.rows if place < len(row)]

    @cached_property
    def decimals(self) -> int:
        """The most digits behind the point of any number."""
        return max((digits(cell) for row in self.rows for cell in row), default=0)

    @cached_property
    def numbers(self) -> list[float]:
        """All numbers, years among them."""
        return [float(cell) for row in self.rows for cell in row if NUMBER.fullmatch(cell)]


def digits(cell: str) -> int:
    """Digits behind the point of a cell that is a number, whole numbers written as 94800.0 have none."""
    if not NUMBER.fullmatch(cell) or cell.endswith(".0"):
        return 0
    mantissa, _, exponent = cell.lower().partition("e")
    return max(0, len(mantissa.partition(".")[2]) - int(exponent or 0))


@dataclass
class PrintedTable:
    """A figure's table as the page prints it: column heads, the heads' units, digits by column, rows."""

    heads: list[str]
    units: set[str]
    cells: list[list[str]]
    total: int | None = None
    decimals: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, figure: str) -> "PrintedTable | None":
        """The table of a figure's HTML; None where it has none."""
        head, body = HEAD.search(figure), BODY.search(figure)
        if not (head and body):
            return None
        raw = CELL.findall(head[1])
        units = [UNIT.search(cell) for cell in raw]
        heads = [plain(UNIT.sub("", cell)) for cell in raw]
        cells = [[plain(cell) for cell in CELL.findall(row)] for row in ROW.findall(body[1])]
        stated = TOTAL.search(figure, body.end())
        total = int(re.sub(r"[.,]", "", stated[1] or stated[2])) if stated else None
        table = cls(heads, {plain(unit[1]) for unit in units if unit}, cells, total)
        for place, (name, unit) in enumerate(zip(heads, units, strict=True)):
            told = [PRINTED.fullmatch(row[place]) for row in cells if place < len(row)]
            most = max((len(number[1] or "") for number in told if number), default=0)
            name = plain(unit[1]) if unit else name
            table.decimals[name] = max(most, table.decimals.get(name, 0))
        return table

    @property
    def rows(self) -> int:
        """How many rows of data the table stands for: as stated below an excerpt, or one per figure of a grid."""
        return self.total if self.total is not None else len(self.cells) * (self.series or 1)

    @property
    def series(self) -> int:
        """Columns that stand side by side under one unit; none in a plain list."""
        return len(self.heads) - 1 if self.units else 0


def plain(cell: str) -> str:
    """The words of a cell."""
    return " ".join(html.unescape(TAG.sub(" ", cell)).split())


def formulas(data: Data, file: str) -> Iterator[Objection]:
    """Cells that a spreadsheet would run."""
    for line, row in enumerate([data.heads, *data.rows], 1):
        for cell in row:
            if FORMULA.search(cell):
                yield Objection(
                    file, f"line {line}", f"the cell '{shortened(cell)}' is a formula for a spreadsheet",
                    "Let the text begin with a letter.",
                )  # fmt: skip


def against_print(data: Data, table: PrintedTable, file: str) -> Iterator[Objection]:
    """Columns, digits and rows of a figure's file that its printed table does not have."""
    for place, head in enumerate(data.heads):
        name = " ".join(head.split())
        names_series = bool(table.series) and set(data.column(place)) <= set(table.heads)
        if name not in table.heads and name not in table.units and not names_series:
            yield Objection(
                file, f"column '{head}'", "the column is not in the figure's printed table",
                "Name it in the figure's caption or leave it out of its frame.",
            )  # fmt: skip
            continue
        limit = table.decimals.get(name, 0)
        for line, cell in enumerate(data.column(place), 2):
            if digits(cell) > limit:
                yield Objection(
                    file, f"line {line}, column '{head}'", f"{cell} has more than the {limit} printed decimals",
                    "Give the caption the digits of this column.",
                )  # fmt: skip
                break
    if len(data.rows) != table.rows:
        yield Objection(
            file, "rows", f"the file has {len(data.rows)} rows, the printed table stands for {table.rows}",
            "Give the figure the rows it prints, or state below the table how many there are.",
        )  # fmt: skip
