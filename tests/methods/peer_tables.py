"""Tables that the field's packages are tested with; tests that read them skip where they are not at hand."""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from .figures import SHARED

PEERS = SHARED / "peers"
peers = pytest.mark.skipif(not PEERS.exists(), reason="the packages' tables stand beside the checkout only")


@cache
def rows_of(name: str) -> dict[str, dict[str, float]]:
    """Row name → column name → number, of a file with names in its first column; what is no number is left out."""
    with Path(PEERS / name).open(encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    numbers = {
        row[0]: {column: float(cell) for column, cell in zip(header[1:], row[1:], strict=True) if _number(cell)}
        for row in rows
    }
    assert len(numbers) == len(rows), "row names repeat"
    return numbers


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def columns_of(name: str, *columns: str) -> list[np.ndarray]:
    """Whole columns of such a file, in the order of its rows."""
    rows = rows_of(name).values()
    return [np.array([row[column] for row in rows]) for column in columns]


def block_of(name: str, rows: int, columns: int) -> tuple[list[str], np.ndarray]:
    """The names of the first rows and their first cells."""
    table = rows_of(name)
    labels = list(table)[:rows]
    return labels, np.array([list(table[label].values())[:columns] for label in labels])


def square_of(name: str, sectors: int) -> tuple[list[str], np.ndarray]:
    """The same for deliverers and receivers in one order."""
    return block_of(name, sectors, sectors)


def row_of(name: str, label: str, sectors: int) -> np.ndarray:
    """The first numbers of one row."""
    return np.array(list(rows_of(name)[label].values())[:sectors])
