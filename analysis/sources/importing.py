"""Takes a publisher's file into data/raw: read by its adapter, written as an extract, the former one kept aside."""

import hashlib
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from analysis.files import write_if_changed
from analysis.sources import placement, revisions, translation
from analysis.sources.extracts import Extract, OriginalFile, SourceMeta, read_extract, read_source, to_toml
from analysis.sources.originals import Original, Reading, read_originals
from analysis.sources.registry import BOUNDARIES, Source, find_source

PARQUET_ABOVE_BYTES = 200_000
CHANGES = "own selection and reshaping"
FORMER = "former"


@dataclass(frozen=True)
class ImportReport:
    """What an import did: the source as it stands now, the files written, whether any byte changed, which cells did,
    and where the former extract is kept (None if there was none)."""

    meta: SourceMeta
    folder: Path
    changed: bool
    statuses: Mapping[str, int]
    revised: revisions.Revisions | None = None
    former: Path | None = None


def import_file(files: Sequence[Path], source: str, raw: Path) -> ImportReport:
    """Read a publisher's file or files and write `raw/<source>/`. Same files, same bytes; the extract a newer file
    replaces is kept in `former/`, and of a table with one file a period only the periods given are replaced.

    Raises StudyError when the layout is another one, UsageError for an unknown source. Tables are written before
    `source.toml`, each under a temporary name first: an import that was cut short fails its hash when read.
    """
    described = find_source(source)
    originals = read_originals(files)
    if described.selection and translation.foreign(originals, described.selection):
        reading = translation.translated(originals, source, described.selection)
    else:
        reading = described.adapter(originals, source)
    if described.placed:
        reading = _placed(reading, raw, source)
    folder = raw / source
    standing = _standing(raw, source)
    if standing is not None and described.one_file_a_period:
        reading = _with_former_periods(reading, standing[1])
    contents = {name: _table_bytes(frame) for name, frame in reading.tables.items()}
    extracts = tuple(
        Extract(name, f"{name}.{ending}", hashlib.sha256(content).hexdigest(), reading.tables[name].height)
        for name, (ending, content) in contents.items()
    )
    meta = _meta(described, reading, extracts, _files_used(originals, reading, standing))
    former = _set_aside(folder, standing[0], meta) if standing else None
    written = {one.file: contents[one.name][1] for one in extracts}
    written["source.toml"] = to_toml(meta).encode()
    changed = [write_if_changed(folder / name, content) for name, content in written.items()]
    _remove_former_form(folder, set(written))
    revised = revisions.compare(standing[1], next(iter(reading.tables.values()))) if former and standing else None
    return ImportReport(meta, folder, any(changed), _statuses(reading), revised, former)


def _standing(raw: Path, source: str) -> tuple[SourceMeta, pl.DataFrame] | None:
    """The observations as they stand before an import; None for a first import and for reference tables."""
    if not (raw / source / "source.toml").is_file():
        return None
    meta = read_source(raw, source)
    frame = read_extract(raw, source)
    return (meta, frame) if set(revisions.CELL) <= set(frame.columns) else None


def _with_former_periods(reading: Reading, before: pl.DataFrame) -> Reading:
    name, after = next(iter(reading.tables.items()))
    return replace(reading, tables={**reading.tables, name: revisions.with_former_periods(before, after)})


def _files_used(
    originals: Sequence[Original], reading: Reading, standing: tuple[SourceMeta, pl.DataFrame] | None
) -> tuple[OriginalFile, ...]:
    """The files the extract's rows stand in: those just read, and former ones of periods that stay."""
    given = [OriginalFile(one.name, one.sha256, one.size) for one in originals]
    frame = next(iter(reading.tables.values()))
    if standing is None or "file_sha256" not in frame.columns:
        return tuple(given)
    used, known = set(frame["file_sha256"]), {one.sha256 for one in given}
    kept = [one for one in standing[0].originals if one.sha256 in used and one.sha256 not in known]
    return tuple(sorted([*kept, *given], key=lambda one: one.name))


def _set_aside(folder: Path, before: SourceMeta, after: SourceMeta) -> Path | None:
    """Keep the extract that is about to be replaced, with its source.toml, in a folder named by its hash."""
    if [one.sha256 for one in before.extracts] == [one.sha256 for one in after.extracts]:
        return None
    kept = folder / FORMER / before.extract_sha256[:12]
    kept.mkdir(parents=True, exist_ok=True)
    for name in (*(one.file for one in before.extracts), "source.toml"):
        shutil.copyfile(folder / name, kept / name)
    return kept


def _placed(reading: Reading, raw: Path, source: str) -> Reading:
    """Put sites into districts with the imported boundaries and the source's own table of exceptions."""
    exceptions = placement.load_exceptions(raw / source / placement.EXCEPTIONS)
    return placement.complete(reading, read_extract(raw, BOUNDARIES), exceptions)


def _meta(
    source: Source, reading: Reading, extracts: tuple[Extract, ...], originals: tuple[OriginalFile, ...]
) -> SourceMeta:
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
        originals=originals,
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


def _remove_former_form(folder: Path, kept: set[str]) -> None:
    """A table that grew from CSV to Parquet leaves no second copy behind."""
    for file in folder.glob("*.*"):
        other = {".csv": ".parquet", ".parquet": ".csv"}.get(file.suffix)
        if other and file.name not in kept and f"{file.stem}{other}" in kept:
            file.unlink()
