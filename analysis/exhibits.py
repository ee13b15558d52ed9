"""Figures and tables as a chapter enters them: drawn, captioned, with the data as it is printed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from analysis import charts, wording
from analysis.errors import StudyError
from analysis.theme import NothingToDraw

UNKNOWN = "k. A."


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
        "table": _content(frame, text),
        "absent": None,
    }
    try:
        charts.draw(form, folder / "charts", key, frame, language="de", **options)
    except NothingToDraw as reason:
        return described | {"absent": reason.what, "table": {"columns": [], "rows": []}}
    files = {"file": f"charts/{key}.svg", "spec": f"charts/{key}.vl.json", "csv": f"charts/{key}.csv"}
    narrow = folder / "charts" / f"{key}-narrow.svg"
    if narrow.exists():
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


def _content(frame: pl.DataFrame, text: Caption) -> dict:
    missing = [name for name in text.columns if name not in frame.columns]
    if missing:
        raise StudyError(f"A caption names columns the frame lacks: {', '.join(missing)}")
    numeric = {name: frame[name].dtype.is_numeric() for name in text.columns}
    columns = [{"label": head, "align": "right" if numeric[name] else "left"} for name, head in text.columns.items()]
    rows = [
        [_cell(row[name], text.decimals.get(name, 0), year=name in text.years) for name in text.columns]
        for row in frame.iter_rows(named=True)
    ]
    return {"columns": columns, "rows": rows}


def _cell(value: object, decimals: int, *, year: bool) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, int | float) and not isinstance(value, bool):
        return wording.number(value, 0 if year else decimals, grouped=not year)
    return str(value)
