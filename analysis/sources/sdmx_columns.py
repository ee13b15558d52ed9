"""The columns of an SDMX-CSV file: which are dimensions, measures, attributes, and which only repeat or name others.

The file does not say it; its structure definition would. Columns before the first measure are dimensions, those behind
it attributes, as every delivery in the default order has them. Where the measures come first, names decide.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from analysis.errors import StudyError
from analysis.sources.official import Problem
from analysis.sources.strict_csv import LINE, Texts

_FIXED = ("DATAFLOW", "LAST UPDATE", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY")
_MEASURE = re.compile(r"OBS_VALUE\w*")
_FLAGS, _CONFIDENTIAL = ("OBS_FLAG", "OBS_STATUS"), "CONF_STATUS"
_UNITS = ("unit", "UNIT", "UNIT_MEASURE")
_ATTRIBUTE = re.compile(
    rf"{'|'.join(_FLAGS)}|{_CONFIDENTIAL}|ATTR\w*|UNIT\w*|DECIMALS|TITLE\w*|COMMENT\w*|NOTE\w*|UPDATED|EMBARGO\w*|.*\[.*\]"
)
_PERIOD = r"^\d{4}(?:-?[MQSWAD]?\d{1,3}(?:-\d{2})?)?$"
_LABELLED = re.compile(r"^([^:]+): ")


@dataclass(frozen=True)
class Columns:
    """The columns by their part, named without their labels; `texts` has the fields without labels too.

    labels: dimension -> code -> label.
    """

    texts: Texts
    structure: str
    action: str
    dimensions: tuple[str, ...]
    time: str
    measures: tuple[str, ...]
    flag: str
    confidential: str
    unit: str
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def columns_of(texts: Texts) -> Columns:
    """Sort the columns. Raises StudyError without a measure, a structure or a dimension of periods."""
    names, labels = _named_columns(texts)
    plain, more = _without_labels(texts, names)
    rest = [name for name in names.values() if name not in _FIXED]
    measures = tuple(name for name in rest if _MEASURE.fullmatch(name))
    structure = next((name for name in ("DATAFLOW", "STRUCTURE_ID") if name in names.values()), "")
    if not measures or not structure:
        raise StudyError(
            f"The columns {', '.join(names.values())[:200]} have no OBS_VALUE or no STRUCTURE_ID",
            where=f"{texts.name}, line 1",
            next_step="Give the file as it was downloaded.",
        )
    before = tuple(rest[: rest.index(measures[0])])
    dimensions = before or tuple(name for name in rest if name not in measures and not _ATTRIBUTE.fullmatch(name))

    def there(*wanted: str) -> str:
        return next((name for name in wanted if name in names.values()), "")

    return Columns(
        plain,
        structure,
        there("ACTION"),
        dimensions,
        _time(plain, dimensions),
        measures,
        there(*_FLAGS),
        there(_CONFIDENTIAL),
        there(*_UNITS),
        labels | more,
        () if before else (_by_name(dimensions),),
    )


def _named_columns(texts: Texts) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Column -> plain name, without the columns that only name others (STRUCTURE_NAME says there are such)."""
    header = list(texts.header)
    labels = {}
    if "STRUCTURE_NAME" in header:
        first = max(header.index(name) for name in _FIXED if name in header) + 1
        for code, label in zip(header[first::2], header[first + 1 :: 2], strict=False):
            pairs = texts.frame.select(code, label).unique(maintain_order=True)
            labels[code] = dict(pairs.filter(pl.col(label) != "").iter_rows())
        header = [*header[:first], *header[first::2]]
    names = {}
    for name in header:
        found = _LABELLED.match(name)
        plain = re.sub(r"^STRUCTURE\[.\]", "STRUCTURE", name)
        names[name] = found[1] if found else plain
    return names, labels


def _without_labels(texts: Texts, names: dict[str, str]) -> tuple[Texts, dict[str, dict[str, str]]]:
    """Fields "A: Value A" of labelled columns as "A", and the labels by code."""
    labels, columns = {}, []
    for name, plain in names.items():
        if not _LABELLED.match(name) or _MEASURE.fullmatch(plain):
            columns.append(pl.col(name).alias(plain))
            continue
        parts = texts.frame.select(pl.col(name).unique(maintain_order=True).str.splitn(": ", 2)).unnest(name)
        parts = parts.filter(pl.col("field_1").is_not_null())
        labels[plain] = dict(parts.iter_rows())
        columns.append(pl.col(name).str.extract(r"^(.*?)(?:: |$)", 1).alias(plain))
    header = tuple(names.get(name, name) for name in texts.header)
    return replace(texts, header=header, frame=texts.frame.select(*columns, LINE)), labels


def _time(texts: Texts, dimensions: tuple[str, ...]) -> str:
    """TIME_PERIOD; else the one dimension that holds nothing but periods."""
    named = [name for name in dimensions if name.upper() in ("TIME_PERIOD", "TIME")]
    periods = named or [name for name in dimensions if texts.frame[name].str.contains(_PERIOD).all()]
    if len(periods) != 1:
        raise StudyError(
            f"None of the columns {', '.join(dimensions)} is TIME_PERIOD",
            where=f"{texts.name}, line 1",
            next_step="Give the file as it was downloaded.",
        )
    return periods[0]


def _by_name(dimensions: tuple[str, ...]) -> Problem:
    return Problem(
        "columns told by name",
        f"No column stands before the value; {', '.join(dimensions) or 'none'} are taken for dimensions by their names",
        "line 1",
        "Compare with the structure definition; in the default order the dimensions come first.",
    )
