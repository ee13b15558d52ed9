"""The publisher's file as it came: name, bytes and hash. And the shape in which adapters answer."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from analysis.errors import StudyError


@dataclass(frozen=True)
class Original:
    """One file of a publisher, unchanged: bytes in hand, or a path whose bytes are read when they are asked for."""

    name: str
    held: bytes | None = None
    path: Path | None = None

    @cached_property
    def content(self) -> bytes:
        """All bytes. Readers of large tables take `path` or `head` instead."""
        return self.held if self.held is not None else self.path.read_bytes()

    @property
    def size(self) -> int:
        """Length in bytes."""
        return len(self.held) if self.held is not None else self.path.stat().st_size

    def head(self, count: int) -> bytes:
        """The first bytes."""
        if self.held is not None:
            return self.held[:count]
        with self.path.open("rb") as file:
            return file.read(count)

    @cached_property
    def sha256(self) -> str:
        """Hash of the bytes, hexadecimal."""
        if self.held is not None:
            return hashlib.sha256(self.held).hexdigest()
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Reading:
    """What an adapter found: its tables by name (the main one first) and the file's own date, if it prints one."""

    tables: Mapping[str, pl.DataFrame]
    extracted: str = ""


Adapter = Callable[[Sequence[Original], str], Reading]


def publishers_name(name: str) -> str:
    """A file's name as the publisher gave it, without folder and without the day it was fetched."""
    return re.sub(r"^\d{4}-\d{2}-\d{2}-", "", name.rsplit("/", 1)[-1])


def read_originals(files: Sequence[Path]) -> list[Original]:
    """Read files in the order of their names. Raises StudyError when one is missing, empty or doubled."""
    originals = []
    for file in sorted(files, key=lambda path: path.name):
        if not file.is_file():
            raise StudyError(f"The file {file.name} does not exist", where=str(file))
        originals.append(Original(file.name, path=file))
        if not originals[-1].size:
            raise StudyError(f"The file {file.name} is empty", next_step="Download it again.")
    if len({original.sha256 for original in originals}) < len(originals):
        raise StudyError("The same file was given twice", where=", ".join(one.name for one in originals))
    return originals


def only(originals: Sequence[Original], source: str) -> Original:
    """The single file of a source that comes as one. Raises StudyError when there are more or none."""
    if len(originals) != 1:
        raise StudyError(f"The source {source} is one file, but {len(originals)} were given")
    return originals[0]


def named(originals: Sequence[Original], ending: str, source: str) -> Original:
    """The file whose name ends so, for sources of several files. Raises StudyError when it is not there once."""
    found = [original for original in originals if original.name.endswith(ending)]
    if len(found) != 1:
        raise StudyError(
            f"The source {source} needs exactly one file {ending}, but {len(found)} were given",
            next_step=f"Give it together with the others: {', '.join(one.name for one in originals)}.",
        )
    return found[0]


def date_stated(text: str) -> str:
    """The last "Stand: dd.mm.yyyy" in a text as ISO date, or an empty string."""
    dates = re.findall(r"Stand:\s*(\d{2})\.(\d{2})\.(\d{4})", text)
    return "-".join(reversed(dates[-1])) if dates else ""
