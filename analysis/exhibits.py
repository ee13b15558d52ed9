"""Figures and tables as a chapter enters them: drawn, captioned, with the data as it is printed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from analysis import charts, wording
from analysis.errors import StudyError
from analysis.theme import NothingToDraw

UNKNOWN = "k. A."
FIGURE = re.compile(rf"(?:rund )?[{wording.MINUS}+]?\d{{1,3}}(?:\.\d{{3}})*(?:,\d+)?")  # years are none
NO_FIGURE = {UNKNOWN, "–", *(sign for sign, _ in wording.STATUS_TEXT.values())}
LONGEST = 30  # rows of a figure's table that are printed whole
ENDS = 10  # rows shown from either end of a longer one
MOST_SERIES = 6  # series that fit side by side


@dataclass(frozen=True)
class Caption:
    """What stands around a figure or table.

    title: the finding (a figure) or what is listed (a table), Markdown of the dialect. subtitle: what is shown, unit,
    period. alt: the finding in words for readers who do not see it. columns: frame column -> printed head, in order.
    decimals: frame column -> digits (default none). years: frame columns printed without grouping.
    """

    title: str
    columns: Mapping[str, str]
    subtitle: str = ""
    alt: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()
    decimals: Mapping[str, int] = field(default_factory=dict)
    years: tuple[str, ...] = ("year",)


def figure(
    folder: Path, key: str, form: Callable, frame: pl.DataFrame, text: Caption, options: dict, source: str
) -> dict:
    """Draw a figure into `folder`/charts and describe it for the report; without data, the reason takes its place."""
    for name, content in (("title", text.title), ("subtitle", text.subtitle), ("alt", text.alt)):
        if not content:
            raise StudyError(f"The figure '{key}' has no {name}", next_step="Give the caption all three.")
    described = {
        "title": text.title,
        "subtitle": text.subtitle,
        "alt": text.alt,
        "note": text.note,
        "source": source,
        "table": _printed(frame, text, options),
        "absent": None,
    }
    try:
        charts.specify(form, folder / "charts", key, frame, language="de", **options)
    except NothingToDraw as reason:
        return described | {"absent": reason.what, "table": {"columns": [], "rows": []}}
    files = {"file": f"charts/{key}.svg", "spec": f"charts/{key}.vl.json", "csv": f"charts/{key}.csv"}
    files["narrow"] = f"charts/{key}-narrow.svg"
    _released(frame, text).write_csv(folder / "charts" / f"{key}.csv")
    return described | files


def table(frame: pl.DataFrame, text: Caption, source: str) -> dict:
    """Describe a table for the report."""
    return {"caption": text.title, "note": text.note, "source": source, **_content(frame, text)}


def shown(content: dict) -> pl.DataFrame:
    """A described table as a frame, for the notebook's reader."""
    heads = [column["label"] for column in content["columns"]]
    return pl.DataFrame(content["rows"], schema=dict.fromkeys(heads, pl.String), orient="row")


def _released(frame: pl.DataFrame, text: Caption) -> pl.DataFrame:
    """The printed columns with the printed digits: what a reader may download is what the report shows."""
    rounded = frame.select(list(text.columns)).with_columns(
        pl.col(name).round(text.decimals.get(name, 0)) for name in text.columns if frame[name].dtype.is_float()
    )
    return rounded.rename(dict(text.columns))


def _printed(frame: pl.DataFrame, text: Caption, options: Mapping) -> dict:
    """A figure's data as one reads them: series side by side, long lists as an excerpt. The CSV keeps every row."""
    pair = _series_and_rows(frame, text)
    if pair:
        return _side_by_side(frame, text, *pair)
    if frame.height <= LONGEST:
        return _content(frame, text)
    return _content(_excerpt(frame, text, options), text) | {"total": frame.height}


def _series_and_rows(frame: pl.DataFrame, text: Caption) -> tuple[str, str] | None:
    """The columns that name series and rows where two keys and one figure fill a grid without a gap, else None."""
    names = list(text.columns)
    if len(names) != 3 or not _is_figure(frame, text, names[2]) or any(_is_figure(frame, text, n) for n in names[:2]):
        return None
    sizes = {name: frame[name].n_unique() for name in names[:2] if name not in text.years}
    series = min(reversed(sizes), key=sizes.__getitem__, default=None)
    if series is None or sizes[series] > MOST_SERIES:
        return None
    rows = names[1] if series == names[0] else names[0]
    whole = frame.height == frame[series].n_unique() * frame[rows].n_unique() == frame.select(rows, series).n_unique()
    return (series, rows) if whole else None


def _is_figure(frame: pl.DataFrame, text: Caption, name: str) -> bool:
    return frame[name].dtype.is_numeric() and name not in text.years


def _side_by_side(frame: pl.DataFrame, text: Caption, series: str, rows: str) -> dict:
    """The grid with one column per series; the figure's own head stands below each series' name."""
    figure_name = list(text.columns)[2]
    heads = frame[series].unique(maintain_order=True).to_list()
    wide = frame.pivot(series, index=rows, values=figure_name, maintain_order=True)
    stub = Caption("", {rows: text.columns[rows]}, years=text.years)
    grid = Caption("", {head: head for head in heads}, decimals=dict.fromkeys(heads, text.decimals.get(figure_name, 0)))
    left, right = _content(wide.select(rows), stub), _content(wide.select(heads), grid)
    columns = left["columns"] + [column | {"unit": text.columns[figure_name]} for column in right["columns"]]
    return {"columns": columns, "rows": [a + b for a, b in zip(left["rows"], right["rows"], strict=True)]}


def _excerpt(frame: pl.DataFrame, text: Caption, options: Mapping) -> pl.DataFrame:
    """The highest and the lowest rows by the last figure, and the rows the figure stresses."""
    last = next((name for name in reversed(text.columns) if _is_figure(frame, text, name)), None)
    if last is None:
        return frame.head(2 * ENDS)
    ranked = frame.filter(pl.col(last).is_not_null()).sort(last, descending=True, maintain_order=True)
    own = {key for _, districts in options.get("outlines", {}).values() for key in districts}
    stressed = pl.Series([key in own for key in ranked[next(iter(text.columns))]], dtype=pl.Boolean)
    if "highlight" in ranked.columns:
        stressed = stressed | (ranked["highlight"].fill_null("") != "")
    place = pl.int_range(ranked.height, eager=True)
    return ranked.filter(stressed | (place < ENDS) | (place >= ranked.height - ENDS))


def _content(frame: pl.DataFrame, text: Caption) -> dict:
    missing = [name for name in text.columns if name not in frame.columns]
    if missing:
        raise StudyError(f"A caption names columns the frame lacks: {', '.join(missing)}")
    numeric = {name: frame[name].dtype.is_numeric() or _reads_as_figures(frame[name]) for name in text.columns}
    columns = [{"label": head, "align": "right" if numeric[name] else "left"} for name, head in text.columns.items()]
    rows = [
        [_cell(row[name], text.decimals.get(name, 0), year=name in text.years) for name in text.columns]
        for row in frame.iter_rows(named=True)
    ]
    return {"columns": columns, "rows": rows}


def _reads_as_figures(column: pl.Series) -> bool:
    """Whether a column of text holds printed figures only, as where each row has a unit of its own."""
    texts = [] if column.dtype != pl.String else column.drop_nulls().to_list()
    return any(FIGURE.fullmatch(text) for text in texts) and all(
        FIGURE.fullmatch(text) or text in NO_FIGURE for text in texts
    )


def _cell(value: object, decimals: int, *, year: bool) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, int | float) and not isinstance(value, bool):
        return wording.number(value, 0 if year else decimals, grouped=not year)
    return str(value)
