"""Extracts: an official file taken into data/raw as the study's own tidy table, with where it came from.

`data/raw/<source>/` holds one table (or several, for reference data) and `source.toml`. Writing the same file again
changes no byte. Reading verifies the hash, so that no figure can change unnoticed.
"""

import hashlib
import io
import json
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import StudyError
from analysis.sources import placement
from analysis.sources.originals import Original, Reading, read_originals
from analysis.sources.registry import BOUNDARIES, Source, find_source

PARQUET_ABOVE_BYTES = 200_000
CHANGES = "own selection and reshaping"
# Columns that hold numbers, in a CSV extract too; every other column is text, so that keys keep their zeros.
NUMBERS = {"value": pl.Float64, "year": pl.Int64, "value_musd": pl.Float64, "output_musd": pl.Float64}


@dataclass(frozen=True)
class Extract:
    """One table of a source as it lies in the folder."""

    name: str
    file: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class OriginalFile:
    """The publisher's file an extract was made from; it is not kept."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class SourceMeta:
    """What `source.toml` says; `extracts` has the main table first."""

    id: str
    publisher: str
    title: str
    table: str
    licence: str
    licence_url: str
    attribution: str
    territory: str
    reference_date: str
    period: str
    extracted: str
    note_de: str
    changes: str
    kind: str
    extracts: tuple[Extract, ...]
    originals: tuple[OriginalFile, ...]

    @property
    def extract(self) -> str:
        """File name of the main table."""
        return self.extracts[0].file

    @property
    def extract_sha256(self) -> str:
        """Hash of the main table's file."""
        return self.extracts[0].sha256

    @property
    def rows(self) -> int:
        """Rows of the main table."""
        return self.extracts[0].rows


@dataclass(frozen=True)
class ImportReport:
    """What an import did: the source as it stands now, the files written, and whether any byte changed."""

    meta: SourceMeta
    folder: Path
    changed: bool
    statuses: Mapping[str, int]


_TEXTS = [name for name in SourceMeta.__dataclass_fields__ if name not in ("extracts", "originals")]


def import_file(files: Sequence[Path], source: str, raw: Path) -> ImportReport:
    """Read a publisher's file or files and write `raw/<source>/`. Same files, same bytes.

    Raises StudyError when the layout is another one, UsageError for an unknown source. Tables are written before
    `source.toml`, each under a temporary name first: an import that was cut short fails its hash when read.
    """
    described = find_source(source)
    originals = read_originals(files)
    reading = described.adapter(originals, source)
    if described.placed:
        reading = _placed(reading, raw, source)
    folder = raw / source
    contents = {name: _table_bytes(frame) for name, frame in reading.tables.items()}
    extracts = tuple(
        Extract(name, f"{name}.{ending}", hashlib.sha256(content).hexdigest(), reading.tables[name].height)
        for name, (ending, content) in contents.items()
    )
    meta = _meta(described, reading, extracts, originals)
    written = {one.file: contents[one.name][1] for one in extracts}
    written["source.toml"] = to_toml(meta).encode()
    changed = [_write(folder / name, content) for name, content in written.items()]
    _remove_former_form(folder, set(written))
    return ImportReport(meta, folder, any(changed), _statuses(reading))


def _placed(reading: Reading, raw: Path, source: str) -> Reading:
    """Put sites into districts with the imported boundaries and the source's own table of exceptions."""
    exceptions = placement.load_exceptions(raw / source / placement.EXCEPTIONS)
    return placement.complete(reading, read_extract(raw, BOUNDARIES), exceptions)


def read_source(raw: Path, source: str) -> SourceMeta:
    """The source's `source.toml`, typed. Raises StudyError when it is missing or a key is missing or unknown."""
    file = raw / source / "source.toml"
    if not file.is_file():
        raise StudyError(f"The source {source} has no source.toml", where=str(file), next_step=_again(source))
    values = tomllib.loads(file.read_text(encoding="utf-8"))
    tables = values.pop("extracts", None) or [
        {"name": "extract", "file": values.pop("extract", ""), "sha256": values.pop("extract_sha256", "")}
        | {"rows": values.pop("rows", 0)}
    ]
    originals = values.pop("original", [])
    if set(values) != set(_TEXTS):
        wrong = ", ".join(sorted(set(values) ^ set(_TEXTS)))
        raise StudyError(f"These keys are missing or unknown: {wrong}", where=str(file), next_step=_again(source))
    return SourceMeta(
        **values,
        extracts=tuple(Extract(**table) for table in tables),
        originals=tuple(OriginalFile(**original) for original in originals),
    )


def read_extract(raw: Path, source: str, table: str | None = None) -> pl.DataFrame:
    """A table of the source, the main one unless named, after its hash was verified.

    Raises StudyError when the file is missing or altered, or the source has no such table.
    """
    meta = read_source(raw, source)
    extract = next((one for one in meta.extracts if table in (None, one.name)), None)
    if extract is None:
        known = ", ".join(one.name for one in meta.extracts)
        raise StudyError(f"The source {source} has no table {table!r}", next_step=f"It has: {known}.")
    file = raw / source / extract.file
    if not file.is_file():
        raise StudyError(
            f"The extract {extract.file} of {source} is missing", where=str(file), next_step=_again(source)
        )
    content = file.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != extract.sha256:
        raise StudyError(
            f"The extract {extract.file} of {source} was altered: sha256 expected {extract.sha256}, found {found}",
            where=str(file),
            next_step=_again(source),
        )
    return _frame(content, file.suffix)


def list_sources(raw: Path) -> list[SourceMeta]:
    """Every source that has a folder with a `source.toml`, in order of their ids."""
    return [read_source(raw, file.parent.name) for file in sorted(raw.glob("*/source.toml"))]


def to_toml(meta: SourceMeta) -> str:
    """`source.toml` as text: one table in the top level, several as [[extracts]]."""
    lines = [f"{name} = {_quoted(getattr(meta, name))}" for name in _TEXTS]
    if [one.name for one in meta.extracts] == ["extract"]:
        lines += [f"extract = {_quoted(meta.extract)}", f"extract_sha256 = {_quoted(meta.extract_sha256)}"]
        lines += [f"rows = {meta.rows}"]
    else:
        for one in meta.extracts:
            lines += ["", "[[extracts]]", f"name = {_quoted(one.name)}", f"file = {_quoted(one.file)}"]
            lines += [f"sha256 = {_quoted(one.sha256)}", f"rows = {one.rows}"]
    for original in meta.originals:
        lines += ["", "[[original]]", f"name = {_quoted(original.name)}", f"sha256 = {_quoted(original.sha256)}"]
        lines += [f"bytes = {original.bytes}"]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False)


def _again(source: str) -> str:
    return f"Import it again with: python pipeline.py import FILE --source {source}"


def _meta(source: Source, reading: Reading, extracts: tuple[Extract, ...], originals: list[Original]) -> SourceMeta:
    stated = reading.extracted or max((source.stated.get(one.sha256[:12], "") for one in originals), default="")
    return SourceMeta(
        id=source.id,
        publisher=source.publisher,
        title=source.title,
        table=source.table,
        licence=source.licence[0],
        licence_url=source.licence[1],
        attribution=source.attribution,
        territory=source.territory,
        reference_date=source.reference_date,
        period=_period(reading),
        extracted=stated or "nicht angegeben",
        note_de=source.note_de,
        changes=CHANGES,
        kind=source.kind,
        extracts=extracts,
        originals=tuple(OriginalFile(one.name, one.sha256, len(one.content)) for one in originals),
    )


def _period(reading: Reading) -> str:
    """First and last period or year over the tables; empty where there is none."""
    columns: list[Any] = [
        frame[name].cast(pl.String)
        for frame in reading.tables.values()
        for name in ("period", "year")
        if name in frame.columns and frame.height
    ]
    years = sorted({edge for column in columns for edge in (column.min(), column.max())})
    return "" if not years else years[0] if years[0] == years[-1] else f"{years[0]}–{years[-1]}"


def _statuses(reading: Reading) -> dict[str, int]:
    """Cells by status over all tables, in alphabetical order."""
    counts: dict[str, int] = {}
    for frame in reading.tables.values():
        if "status" in frame.columns:
            for status, count in frame["status"].value_counts().rows():
                counts[status] = counts.get(status, 0) + count
    return dict(sorted(counts.items()))


def _table_bytes(frame: pl.DataFrame) -> tuple[str, bytes]:
    """File ending and content: CSV while it is small enough to be read by eye, zstd Parquet above."""
    if pl.Binary not in frame.dtypes:
        text = frame.write_csv().encode()
        if len(text) <= PARQUET_ABOVE_BYTES:
            return "csv", text
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=19, statistics=False)
    return "parquet", buffer.getvalue()


def _frame(content: bytes, suffix: str) -> pl.DataFrame:
    """Table from bytes. In CSV only the columns that hold numbers become numbers: keys keep their zeros."""
    if suffix == ".parquet":
        return pl.read_parquet(io.BytesIO(content))
    texts = pl.read_csv(io.BytesIO(content), infer_schema=False)
    return texts.with_columns(pl.col(name).cast(dtype) for name, dtype in NUMBERS.items() if name in texts.columns)


def _write(file: Path, content: bytes) -> bool:
    """Write through a temporary name; True when the content is new."""
    if file.is_file() and file.read_bytes() == content:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(file)
    return True


def _remove_former_form(folder: Path, kept: set[str]) -> None:
    """A table that grew from CSV to Parquet leaves no second copy behind."""
    for file in folder.glob("*.*"):
        other = {".csv": ".parquet", ".parquet": ".csv"}.get(file.suffix)
        if other and file.name not in kept and f"{file.stem}{other}" in kept:
            file.unlink()
