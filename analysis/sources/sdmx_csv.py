"""SDMX-CSV, as Eurostat and other makers of SDMX deliver it, in its versions 1.0 and 2.0.

1.0: `DATAFLOW,LAST UPDATE,<dimensions>,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG[,CONF_STATUS]`. 2.0:
`STRUCTURE,STRUCTURE_ID[,STRUCTURE_NAME][,ACTION],…`, where `STRUCTURE[;]` names the sign between parts of a field;
comma or semicolon between fields; codes alone, "A: Value A" under "DIM_1: Dimension 1", or (with STRUCTURE_NAME) each
code followed by a column with its name; decimal comma in French; several measures. The geo `NA` is Namibia. Version
2.0 is tested with the examples of the standard's makers, version 1.0 with fixtures written from Eurostat's layout.
"""

import re
from dataclasses import dataclass, replace

import polars as pl

from analysis.errors import StudyError
from analysis.sources import eurostat_signs as signs
from analysis.sources.official import OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.recognition import Head
from analysis.sources.sdmx_columns import Columns, columns_of
from analysis.sources.strict_csv import LINE, Texts, decimal_mark, no_number, numbers, read_texts

NAME = "SDMX-CSV"
_START = re.compile(
    r'"?(?:DATAFLOW(?:: [^,;|\t"]*)?"?(?P<one>[,;|\t])|STRUCTURE(?:\[.\])?"?(?P<two>[,;|\t])"?STRUCTURE_ID\b)'
)
_STRUCTURE = re.compile(r"(?:[\w.\-]+:)?([\w@.\-]+)(?:\([\w.+*\-]*\))?")
# Information, append, replace, merge: all of them state figures. A deletion states none.
_STATING, _DELETION = ("", "I", "A", "R", "M"), "D"
_MISSING = ("", "NaN", ":")
# SDMX's own one-letter status (CL_OBS_STATUS) in the letters of Eurostat that mean the same for the value.
_OBS_STATUS = dict.fromkeys("ABDEFGHIJKLNOPSVW", "") | {"": "", "Q": "c", "M": "z", "U": "u"}
_FREE = ("", "F")


def recognises(head: Head) -> bool:
    """By the names of the first columns."""
    return bool(head.lines) and _START.match(head.lines[0]) is not None


@dataclass(frozen=True)
class _Stated:
    """The rows that state figures, the columns' parts, and what the other rows were."""

    texts: Texts
    columns: Columns
    problems: tuple[Problem, ...]


def read(original: Original) -> OfficialTable:
    """All observations; rows of deletion are counted among the problems. With several measures, each is a cell.

    Areas are taken as coded; a cube without an area has the geo "none". `row` is line and column of the value.
    """
    stated = _stated(original)
    texts, columns = stated.texts, stated.columns
    parts = signs.cube(columns.dimensions, time=columns.time)
    long = pl.concat([_observed(texts, columns, parts, measure) for measure in columns.measures])
    unit = pl.col(columns.unit) if columns.unit and not parts.unit else None
    cells, problems = signs.cells(long, parts, original, table=pl.col("table"), unit=unit)
    structures = texts.frame[columns.structure].unique(maintain_order=True)
    return OfficialTable(
        format=NAME,
        table=", ".join(dict.fromkeys(_codes(structures, texts))),
        title=", ".join(structures.head(5)),
        rows=texts.frame.height,
        cells=cells,
        stated=_last_update(texts),
        encoding=texts.encoding,
        branches=columns.labels.get(parts.branch or "", {}),
        problems=(*texts.problems, *stated.problems, *problems),
    )


def _stated(original: Original) -> _Stated:
    start = _START.match(original.head(2000).decode("utf-8-sig", errors="replace"))
    columns = columns_of(read_texts(original, start["one"] or start["two"]))
    texts = columns.texts
    if not columns.action:
        return _Stated(texts, columns, columns.problems)
    frame = texts.frame
    unknown = ~frame[columns.action].is_in([*_STATING, _DELETION])
    if unknown.any():
        raise no_number(texts, columns.action, unknown, "no action of I, A, R, M, D")
    deleted = frame.filter(pl.col(columns.action) == _DELETION)
    problems = columns.problems
    if deleted.height:
        what = f"{deleted.height} rows delete earlier figures (ACTION D) and state none"
        cure = "If the rows before them are in use elsewhere, take these out there."
        problems += (Problem("deletion", what, f"line {deleted[LINE][0]}", cure),)
    kept = frame.filter(pl.col(columns.action) != _DELETION)
    return _Stated(replace(texts, frame=kept), columns, problems)


def _observed(texts: Texts, columns: Columns, parts: signs.Cube, measure: str) -> pl.DataFrame:
    """One row an observation of one measure."""
    flag, meaning = _flags(texts, columns)
    structures = texts.frame[columns.structure].unique()
    return texts.frame.with_columns(
        numbers(texts, measure, decimal_mark(texts, measure), missing=_MISSING).alias("value"),
        flag.alias("flag"),
        meaning.alias("meaning"),
        table=pl.col(columns.structure).replace_strict(dict(zip(structures, _codes(structures, texts), strict=True))),
        period=pl.col(columns.time),
        measure=signs.measure(parts, measure),
        row=texts.place(measure),
    )


def _codes(structures: pl.Series, texts: Texts) -> list[str]:
    """The tables' codes: "ESTAT:NAMA_10R_3GDP(1.0)" is NAMA_10R_3GDP."""
    codes = []
    for structure in structures:
        found = _STRUCTURE.fullmatch(structure.split(": ")[0])
        if not found:
            raise StudyError(
                f"{structure!r} is no identifier of a structure",
                where=f"{texts.name}, column {texts.header[0]}",
                next_step="Give the file as it was downloaded.",
            )
        codes.append(found[1])
    return codes


def _flags(texts: Texts, columns: Columns) -> tuple[pl.Series, pl.Series]:
    """The sign of every row verbatim, and in Eurostat's letters. Raises StudyError for an unknown one."""
    frame = texts.frame
    flag = frame[columns.flag] if columns.flag else pl.repeat("", frame.height, dtype=pl.String, eager=True)
    if columns.flag and columns.flag.startswith("OBS_STATUS"):
        unknown = ~flag.is_in(list(_OBS_STATUS))
        meaning = flag.replace_strict(_OBS_STATUS, default="")
    else:
        unknown = ~flag.str.contains(f"^[{signs.FLAGS}]*$")
        meaning = flag
    if unknown.any():
        raise no_number(texts, columns.flag, unknown, "no known flag")
    if columns.confidential:
        kept = frame[columns.confidential]
        secret = ~kept.is_in(_FREE)
        meaning = meaning.zip_with(~secret, pl.repeat("c", frame.height, dtype=pl.String, eager=True))
        flag = flag.zip_with((flag != "") | ~secret, kept)
    return flag, meaning


def _last_update(texts: Texts) -> str:
    """The newest LAST UPDATE as ISO date; printed "22/05/26 11:00:00" or as ISO."""
    if "LAST UPDATE" not in texts.header:
        return ""
    dates = []
    for text in texts.frame["LAST UPDATE"].unique():
        day = re.match(r"(\d{2})/(\d{2})/(?:20)?(\d{2})\b", text)
        iso = re.match(r"\d{4}-\d{2}-\d{2}", text)
        dates.append(f"20{day[3]}-{day[2]}-{day[1]}" if day else iso[0] if iso else "")
    return max(dates, default="")
