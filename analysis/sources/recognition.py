"""Which format a file has, found by looking into it: its name says nothing."""

import importlib
import io
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import polars as pl

from analysis.errors import StudyError
from analysis.sources.containers import decoded, is_workbook, unpacked
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

# Modules with NAME, recognises(head) and read(original); the narrower layout before the wider one. Imported when
# needed: a reader of workbooks is nothing a CSV has to wait for.
FORMATS = (
    "genesis_flat_format",
    "werteabruf_format",
    "regionalstatistik_workbook",
    "ba_workbook",
    "eurostat_tsv",
    "sdmx_csv",
    "union_registry",
    "eutl_extract",
    "eprtr",
    "inkar_export",
    "wiod_table",
    "jsonstat",
)
HEAD_LINES, HEAD_BYTES = 40, 64_000


@dataclass(frozen=True)
class Head:
    """The beginning of a file, in the shape its kind has; what the kind does not have is empty.

    `lines` of a text (without line ends), `sheets` of a workbook as rows of cells (None where empty), `columns` of a
    Parquet file.
    """

    original: Original

    @cached_property
    def kind(self) -> str:
        """`workbook`, `parquet` or `text`."""
        if is_workbook(self.original):
            return "workbook"
        return "parquet" if self.original.head(4) == b"PAR1" else "text"

    @cached_property
    def lines(self) -> list[str]:
        """The first lines of a text, in whatever encoding: enough to know a layout by."""
        if self.kind != "text":
            return []
        start = self.original.head(HEAD_BYTES)
        try:
            text = start.decode("utf-8-sig")
        except UnicodeDecodeError:
            utf16 = start[:2] in (b"\xff\xfe", b"\xfe\xff")
            text = start.decode("utf-16" if utf16 else "cp1252", errors="replace")
        return text.splitlines()[:HEAD_LINES]

    @cached_property
    def sheets(self) -> dict[str, list[tuple[str | None, ...]]]:
        """The first rows of every sheet."""
        if self.kind != "workbook":
            return {}
        from analysis.sources.regionalstatistik_xlsx import read_sheets

        return {name: rows[:HEAD_LINES] for name, rows in read_sheets(self.original).items()}

    @cached_property
    def columns(self) -> list[str]:
        """The columns of a Parquet file."""
        return list(pl.read_parquet_schema(io.BytesIO(self.original.content))) if self.kind == "parquet" else []


def recognise(original: Original) -> ModuleType:
    """The module that reads this (unpacked) file. Raises StudyError that shows the file's beginning if none does."""
    head = Head(original)
    for name in FORMATS:
        module = importlib.import_module(f"analysis.sources.{name}")
        if module.recognises(head):
            return module
    if head.kind == "text":
        decoded(original)  # says more precisely what is no table at all
    seen = head.lines[0][:80] if head.lines else ", ".join([*head.sheets, *head.columns][:5])
    raise StudyError(
        f"The file has no layout that is known; it begins with {seen!r}",
        where=original.name,
        next_step="docs/how-to/next-edition.md lists the layouts and where to download them.",
    )


def read(original: Original) -> OfficialTable:
    """Unpack, recognise and read any official file. Raises StudyError when it is none or is damaged."""
    plain = unpacked(original)
    return recognise(plain).read(plain)
