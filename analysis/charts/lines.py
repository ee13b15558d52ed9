"""Figures over time: index lines and panels of lines on one scale."""

from collections.abc import Sequence
from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import BASELINE, INK, LABEL, LINE, MUTED, SMALL, scale_of, style_of

from .labels import spread, tick_format, ticks, wrap, year_ticks
from .page import COLOUR, TEXT, Y_PX, About, Page, data, released

Breaks = Sequence[tuple[float, str]]
FROM_PX = alt.Y("from:Q", scale=None)
POINT = 26  # px²


def runs(frame: pl.DataFrame, value: str, breaks: Breaks = ()) -> pl.DataFrame:
    """Rows with a value, numbered by unbroken `run`: a missing year, a null and a break each end a run."""
    cuts = [position for position, _ in breaks]
    rows, number, last = [], 0, None
    for row in frame.filter(pl.col(value).is_not_null()).sort("series_id", "year").iter_rows(named=True):
        joined = last and last["series_id"] == row["series_id"] and row["year"] - last["year"] == 1
        crossed = last and any(last["year"] < cut <= row["year"] for cut in cuts)
        number += 0 if joined and not crossed else 1
        rows.append({**row, "run": number})
        last = row
    return pl.DataFrame(rows, schema={**frame.schema, "run": pl.Int64})


def year_axis(years: Sequence[int], width: float) -> alt.X:
    """A quantitative axis of whole years, padded by a quarter of a year where there is but one."""
    first, last = min(years), max(years)
    pad = 0.5 if first == last else 0
    axis = alt.Axis(
        values=year_ticks(first, last, width),
        format="d",
        grid=False,
        domain=True,
        domainColor=BASELINE,
        labelOverlap=False,
        labelFlush=False,
        ticks=True,
        tickColor=BASELINE,
        tickSize=4,
    )
    return alt.X("year:Q", axis=axis, scale=alt.Scale(domain=[first - pad, last + pad], nice=False, zero=False))


def value_axis(field: str, values: Sequence[float], height: float, **axis: object) -> tuple[alt.Y, list[float]]:
    """A horizontal grid at round numbers that enclose `values`; gives the encoding and its ticks."""
    marks = ticks(min(values), max(values), max(3, round(height / 60)))
    scale = alt.Scale(domain=[marks[0], marks[-1]], nice=False, zero=False)
    return alt.Y(f"{field}:Q", axis=alt.Axis(values=marks, format=tick_format(marks), **axis), scale=scale), marks


def to_px(value: float, marks: Sequence[float], height: float) -> float:
    """Distance from the top in px of a value on an axis whose first and last marks are its domain."""
    return round((marks[-1] - value) / (marks[-1] - marks[0]) * height, 1)


def break_layers(breaks: Breaks) -> list[alt.Chart]:
    """A rule and its words where the series change their meaning."""
    if not breaks:
        return []
    rows = [{"year": year, "word": word} for year, word in breaks]
    base = alt.Chart(data(rows)).encode(x=alt.X("year:Q"))
    rule = base.mark_rule(color=MUTED, strokeDash=[3, 3], strokeWidth=1)
    words = base.mark_text(align="right", dx=-5, dy=6, color=MUTED, fontSize=SMALL).encode(
        y=alt.YValue(0), text=alt.Text("word:N")
    )
    return [rule, words]


def end_labels(rows: list[dict], height: float) -> list[alt.Chart]:
    """Words at the right edge: rows of `lines`, `y` (px) and `colour`, kept apart, each with a line to its series."""
    sizes = [LINE * len(row["lines"]) for row in rows]
    places = spread([row["y"] for row in rows], sizes, sizes[0] / 2 - LINE / 2, height + LINE / 2)
    texts, leaders = [], []
    for row, place, size in zip(rows, places, sizes, strict=True):
        first = place - size / 2 + LINE / 2
        texts += [
            {"text": line, "y": round(first + LINE * i, 1), "colour": row["colour"]}
            for i, line in enumerate(row["lines"])
        ]
        leaders.append({"from": row["y"], "to": round(place, 1), "colour": row["colour"]})
    start, end, beside = (alt.expr(f"width + {px}") for px in (4, 14, 18))
    moved = alt.Chart(data(leaders)).mark_rule(strokeWidth=1, opacity=0.7)
    words = alt.Chart(data(texts)).mark_text(align="left", baseline="middle", fontSize=LABEL)
    return [
        moved.encode(x=alt.XValue(start), x2=alt.X2Value(end), y=FROM_PX, y2=alt.Y2("to:Q"), color=COLOUR),
        words.encode(x=alt.XValue(beside), y=Y_PX, text=TEXT, color=COLOUR),
    ]


def _last_rows(rows: pl.DataFrame) -> list[dict]:
    return rows.sort("year").group_by("series_id", maintain_order=True).last().to_dicts()


def series_layers(
    rows: pl.DataFrame, value: str, axes: tuple[alt.X, alt.Y], tooltip: list, ids: Sequence[str]
) -> list[alt.Chart]:
    """Lines with their dash and a point for every observation, so that a lone year is seen too.

    ids: every series of the figure, since panels share one scale and its domain.
    """
    x, y = axes
    colour = alt.Color("series_id:N", scale=alt.Scale(**scale_of(ids, "colour")), legend=None)
    dash = alt.StrokeDash("series_id:N", scale=alt.Scale(**scale_of(ids, "dash")), legend=None)
    base = alt.Chart(data(rows)).encode(x=x, y=y, color=colour)
    line = base.mark_line(strokeWidth=2.25, strokeJoin="round").encode(strokeDash=dash, detail=alt.Detail("run:N"))
    return [line, base.mark_point(filled=True, size=POINT, opacity=1).encode(tooltip=tooltip)]


def index_lines(frame: pl.DataFrame, *, base_year: int, breaks: Breaks = (), **about: Unpack[About]) -> alt.LayerChart:
    """Index lines from a base year; frame `series_id, label, year, index`, names and last values at the line ends."""
    page = Page(**({"decimals": 1} | about))
    shown = released(frame, ["series_id", "label", "year"], ["index"], page.decimals)
    rows = runs(shown, "index", breaks)
    height = 300
    y, marks = value_axis("index", [*rows["index"], 100.0], height)
    room = 96 if page.narrow else 240
    newest = shown["year"].max()
    ends = [
        {
            "lines": wrap(_end_words(row, newest, page), room),
            "y": to_px(row["index"], marks, height),
            "colour": style_of(row["series_id"]).text,
        }
        for row in _last_rows(rows)
    ]
    x = year_axis([*shown["year"], base_year], page.inner - 200)
    ids = shown["series_id"].unique(maintain_order=True).to_list()
    base = alt.Chart(data([{"index": 100}])).mark_rule(color=BASELINE, strokeWidth=1.25).encode(y=alt.Y("index:Q"))
    tooltip = page.tooltip(label=page.word("region"), year=page.word("year"), index_q=page.axis_title)
    layers = [
        base,
        *break_layers(breaks),
        *series_layers(rows, "index", (x, y), tooltip, ids),
        *end_labels(ends, height),
    ]
    return page.finish(alt.layer(*layers).properties(height=height), fit=True)


def _end_words(row: dict, newest: int, page: Page) -> str:
    """Name and last value of a series; with its year where it ends before the others."""
    year = "" if row["year"] == newest else f" ({row['year']})"
    return f"{row['label']} {page.text(row['index'])}{year}"


def line_panels(
    frame: pl.DataFrame, *, breaks: Breaks = (), from_zero: bool = True, **about: Unpack[About]
) -> alt.HConcatChart:
    """Small multiples on one scale; frame `panel_label, series_id, label, year, value`, panels in frame order."""
    page = Page(**about)
    shown = released(frame, ["panel_label", "series_id", "label", "year"], ["value"], page.decimals)
    panels = shown["panel_label"].unique(maintain_order=True).to_list()
    ids = shown["series_id"].unique(maintain_order=True).to_list()
    height = 170 if page.narrow else 220
    values = [v for v in shown["value"] if v is not None] + ([0.0] if from_zero else [])
    y, marks = value_axis("value", values, height)
    across = 1 if page.narrow else len(panels)
    gap = 18
    axis_room = 12 + max(len(page.text(mark)) for mark in marks) * 7
    width = (page.inner - 10 - axis_room - gap * (across - 1)) / across
    charts = []
    for number, panel in enumerate(panels):
        part = shown.filter(pl.col("panel_label") == panel).drop("panel_label")
        y, _ = value_axis("value", values, height, labels=page.narrow or number == 0)
        x = year_axis(shown["year"].to_list(), width)
        charts.append(_panel(part, panel, (x, y, marks, ids), (round(width), height), breaks, page))
    joined = alt.vconcat(*charts, spacing=gap) if page.narrow else alt.hconcat(*charts, spacing=gap)
    return page.finish(joined)


def heading(text: str, width: float) -> alt.Chart:
    """The name of a panel above its plot, at the same height in every panel."""
    lines = wrap(text, width)
    rows = [{"text": line, "y": -14 - LINE * (len(lines) - 1 - i)} for i, line in enumerate(lines)]
    words = alt.Chart(data(rows)).mark_text(align="left", color=INK)
    return words.encode(x=alt.XValue(0), y=Y_PX, text=TEXT)


def _panel(
    part: pl.DataFrame, panel: str, axes: tuple, size: tuple[int, int], breaks: Breaks, page: Page
) -> alt.LayerChart:
    x, y, marks, ids = axes
    width, height = size
    rows = runs(part, "value", breaks)
    tooltip = page.tooltip(label=page.word("part"), year=page.word("year"), value_q=page.axis_title)
    layers = [
        *break_layers(breaks),
        *series_layers(rows, "value", (x, y), tooltip, ids),
        *_inside_labels(rows, marks, size, page),
    ]
    return alt.layer(heading(panel, width), *layers).properties(width=width, height=height)


def _rises(rows: pl.DataFrame, last: dict) -> bool:
    """Whether the series ends no lower than it was a third of its length before."""
    values = rows.filter(pl.col("series_id") == last["series_id"]).sort("year")["value"]
    return last["value"] >= values[-max(2, len(values) // 3) if len(values) > 1 else -1]


def _inside_labels(rows: pl.DataFrame, marks: Sequence[float], size: tuple[int, int], page: Page) -> list[alt.Chart]:
    """Name and last value at each line's end, inside the panel: above a line that rises, below one that falls."""
    width, height = size
    last = _last_rows(rows)
    if not last:
        nothing = alt.Chart(data([{"text": page.word("missing")}])).mark_text(color=MUTED, fontSize=SMALL)
        return [nothing.encode(x=alt.XValue(width / 2), y=alt.YValue(height / 2), text=TEXT)]
    last.sort(key=lambda row: -row["value"])
    wanted = [to_px(row["value"], marks, height) + (-14 if _rises(rows, row) else 14) for row in last]
    places = spread(wanted, [LINE + 2] * len(last), 0, height - LINE / 2)
    words = [
        {"text": f"{row['label']} {page.text(row['value'])}", "y": place, "colour": style_of(row["series_id"]).text}
        for row, place in zip(last, places, strict=True)
    ]
    text = alt.Chart(data(words)).mark_text(align="right", baseline="middle", fontSize=SMALL, stroke=None)
    return [text.encode(x=alt.XValue(width), y=Y_PX, text=TEXT, color=COLOUR)]
