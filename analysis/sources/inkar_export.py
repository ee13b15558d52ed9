"""INKAR, the indicators of the BBSR, in the forms in which they are exported or passed on.

Long CSV: `Bereich;ID;Kuerzel;Indikator;Raumbezug;Kennziffer;Name;Zeitbezug;Wert`, BOM, decimal comma; an indicator of
two themes (Bereich) stands there twice. Wide CSV and workbook: see `inkar_wide`. Wide Parquet: `raumbezug, kennziffer,
name, zeitbezug`, one column an indicator; its lists of regions and of indicators are reference tables. Districts carry
eight digits ending in 000 (05111000 is 05111). Tested with real files, the long CSV with fixtures of its header.
"""

import io

import polars as pl

from analysis.errors import StudyError
from analysis.sources import inkar_wide
from analysis.sources.inkar import MEASURES
from analysis.sources.inkar_cells import inkar_cells, regions
from analysis.sources.official import OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.recognition import Head
from analysis.sources.strict_csv import numbers, read_texts

NAME = "INKAR export"
_LONG = ("Bereich", "ID", "Kuerzel", "Indikator", "Raumbezug", "Kennziffer", "Name", "Zeitbezug", "Wert")
_AREA = ("raumbezug", "kennziffer", "name")
_LISTS = {"regions": _AREA, "indicators": ("m_id", "kuerzel", "kurzname", "algorithmus")}


def recognises(head: Head) -> bool:
    """By the first columns of each form."""
    if head.kind == "parquet":
        return set(head.columns) >= set(_AREA) or set(head.columns) >= set(_LISTS["indicators"])
    if head.kind == "workbook":
        return any(inkar_wide.is_header(rows[0]) for rows in head.sheets.values() if rows)
    names = [name.strip().strip('"') for name in head.lines[0].split(";")] if head.lines else []
    return tuple(names[:5]) == _LONG[:5] or inkar_wide.is_header(names)


def read(original: Original) -> OfficialTable:
    """All cells of the export, of every kind of area; the unit is known for the study's own indicators only."""
    if original.head(4) == b"PAR1":
        return _parquet(original)
    first = original.head(64).lstrip(b"\xef\xbb\xbf").lstrip(b'"')
    return _long_csv(original) if first.startswith(b"Bereich") else inkar_wide.read(original, NAME)


def _long_csv(original: Original) -> OfficialTable:
    texts = read_texts(original, ";", _LONG)
    frame = texts.frame.with_columns(numbers(texts, "Wert", ",").alias("value"), row=texts.place("Wert"))
    named = frame.rename({"Kuerzel": "measure", "Zeitbezug": "period", "Raumbezug": "kind", "Kennziffer": "key"})
    cells = inkar_cells(named, original, table="INKAR", units=MEASURES)
    once, problems = _cross_listed(cells)
    return OfficialTable(
        format=NAME,
        table="INKAR",
        title=_named(texts.frame["Indikator"].unique(maintain_order=True).to_list()),
        rows=texts.frame.height,
        cells=once,
        encoding=texts.encoding,
        problems=(*texts.problems, *problems),
    )


def _named(indicators: list[str]) -> str:
    more = f" and {len(indicators) - 3} more" if len(indicators) > 3 else ""
    return f"INKAR: {'; '.join(indicators[:3])}{more}"


def _cross_listed(cells: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Each cell once, where an indicator stands under two themes with the same value; other doubles stay."""
    same = ["measure", "geo", "period", "value", "status"]
    once = cells.unique(same, keep="first", maintain_order=True)
    if once.height == cells.height:
        return cells, ()
    place = cells.filter(pl.struct(same).is_duplicated())["row"][0]
    what = f"{cells.height - once.height} cells repeat another of the same value (an indicator under two themes)"
    return once, (Problem("repeated rows", what, place, "They are taken once."),)


def _parquet(original: Original) -> OfficialTable:
    try:
        wide = pl.read_parquet(io.BytesIO(original.content))
    except pl.exceptions.PolarsError as error:
        raise StudyError(
            f"The Parquet file is cut off or damaged: {error}", where=original.name, next_step="Download it again."
        ) from error
    if "zeitbezug" in wide.columns:
        return _wide_parquet(wide, original)
    name = next(name for name, columns in _LISTS.items() if set(wide.columns) >= set(columns))
    listed = wide.with_columns(*regions(pl.col("raumbezug"), pl.col("kennziffer"))) if name == "regions" else wide
    return OfficialTable(
        format=NAME,
        table="INKAR",
        title=f"INKAR: list of {name}",
        rows=wide.height,
        cells=inkar_cells(None, original, table="INKAR", units={}),
        tables={name: listed.with_columns(row=pl.format("R{}", pl.int_range(1, pl.len() + 1)))},
    )


def _wide_parquet(wide: pl.DataFrame, original: Original) -> OfficialTable:
    """An indicator has values for some years and kinds of areas only; combinations without any are no cells."""
    index = [*_AREA, "zeitbezug", "#row"]
    texts = [name for name, kind in wide.schema.items() if name not in index and not kind.is_numeric()]
    if texts:
        raise StudyError(
            f"The column {texts[0]!r} holds {wide.schema[texts[0]]} instead of numbers",
            where=original.name,
            next_step="Give the file as it was downloaded.",
        )
    long = wide.with_row_index("#row", offset=1).unpivot(index=index, variable_name="measure").fill_nan(None)
    printed = long.filter(pl.col("value").is_not_null().any().over("measure", "raumbezug", "zeitbezug"))
    empty = long.height - printed.height
    what = f"{empty} cells of indicators that have no value at all for a year and kind of area are left out"
    named = printed.rename({"raumbezug": "kind", "kennziffer": "key", "zeitbezug": "period"}).with_columns(
        row=pl.format("R{}:{}", "#row", "measure")
    )
    return OfficialTable(
        format=NAME,
        table="INKAR",
        title=_named([name for name in wide.columns if name not in index]),
        rows=wide.height,
        cells=inkar_cells(named, original, table="INKAR", units=MEASURES),
        problems=(Problem("no such cell", what),) if empty else (),
    )
