"""Extracts: an official file taken into data/raw as the study's own tidy table, with where it came from.

`data/raw/<source>/` holds one table (or several, for reference data) and `source.toml`. Writing the same file again
changes no byte. Reading verifies the hash, so that no figure can change unnoticed.
"""

import hashlib
import io
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis.errors import StudyError

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


_TEXTS = [name for name in SourceMeta.__dataclass_fields__ if name not in ("extracts", "originals")]


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


def _frame(content: bytes, suffix: str) -> pl.DataFrame:
    """Table from bytes. In CSV only the columns that hold numbers become numbers: keys keep their zeros."""
    if suffix == ".parquet":
        return pl.read_parquet(io.BytesIO(content))
    texts = pl.read_csv(io.BytesIO(content), infer_schema=False)
    return texts.with_columns(pl.col(name).cast(dtype) for name, dtype in NUMBERS.items() if name in texts.columns)
