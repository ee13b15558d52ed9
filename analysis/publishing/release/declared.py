"""Reads the declaration of what an edition consists of."""

import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

DECLARATION = Path(__file__).with_name("declared.toml")
SECRET = ("suppressed", "not_available", "not_applicable")  # statuses of a row that never has a value


@dataclass(frozen=True)
class Table:
    """A released table: its columns with their types, which of them hold numbers, and which says if they are known.

    secret: the statuses of a row without numbers. decimals: the most a number may have; None where what was computed
    is released.
    """

    columns: dict[str, str]
    status: str
    numbers: tuple[str, ...]
    secret: tuple[str, ...]
    decimals: int | None = None


@dataclass(frozen=True)
class Declaration:
    """Kinds of files by pattern, tables and workbooks by name, the manifest's keys."""

    files: dict[str, str]
    tables: dict[str, Table]
    workbooks: dict[str, dict[str, list[str]]]
    manifest: list[str]

    def kind(self, name: str) -> str | None:
        """The kind of a file of the edition, None where nothing declares it. A pattern's * stays within a folder."""
        parts = name.split("/")
        for pattern, kind in self.files.items():
            expected = pattern.split("/")
            if len(expected) == len(parts) and all(map(fnmatchcase, parts, expected)):
                return kind
        return None


@cache
def declaration() -> Declaration:
    """The declaration in force."""
    with DECLARATION.open("rb") as file:
        content = tomllib.load(file)
    tables = {
        name: Table(
            entry["columns"],
            entry["status"],
            tuple(entry["numbers"]),
            (*SECRET, *entry.get("also_secret", ())),
            entry.get("decimals"),
        )
        for name, entry in content["tables"].items()
    }
    return Declaration(content["files"], tables, content["workbooks"], content["manifest"]["keys"])
