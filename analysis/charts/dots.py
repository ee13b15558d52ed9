"""Dots on a line: specialisation on a log axis, two years side by side, panels per head, per job, per euro."""

import math
from collections.abc import Sequence
from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import BASELINE, GRID, INK, LABEL, LAND_STYLE, LINE, MUTED, SMALL, style_of, text_width

from .labels import wrap
from .page import COLOUR, FILL, MARGIN, SHAPE, STROKE, TEXT, X_PX, Y_PX, About, Page, data, released
from .rows import Rows, Swatch, lay_rows, measure, missing_words, row_lines, swatch_row

RATIO_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
DOT = 110  # px²
TOUCH, STEP = 10, 8  # px: marks nearer than this stand apart by that much


def styled(rows: Sequence[dict]) -> list[dict]:
    """Rows with the colour and shape of their `region_id` in its place: panels then need no scale in common."""
    looks = ((row, style_of(row["region_id"])) for row in rows)
    return [
        {key: value for key, value in row.items() if key != "region_id"} | {"colour": look.colour, "shape": look.shape}
        for row, look in looks
    ]


def region_marks(base: alt.Chart, size: int = DOT) -> alt.Chart:
    """Points in the colour and shape of their region, with a white edge where they touch."""
    points = base.mark_point(filled=True, size=size, opacity=1, stroke="white", strokeWidth=0.8)
    return points.encode(color=COLOUR, shape=SHAPE)


def region_key(shown: pl.DataFrame, page: Page) -> list[alt.Chart]:
    """Shape, colour and name of each region above the plot."""
    named = shown.select("region_id", "label").unique(maintain_order=True).rows()
    return swatch_row(
        [Swatch(label, style_of(item).colour, style_of(item).shape) for item, label in named], page.inner
    )[0]


def lq_dots(frame: pl.DataFrame, **about: Unpack[About]) -> alt.LayerChart:
    """Location quotients on a log axis with a line at 1; frame `branch_label, region_id, label, lq`.

    A quotient of nought has no place on a log axis: it is printed as "0" at the left edge.
    """
    page = Page(**({"decimals": 2} | about))
    shown = released(frame, ["branch_label", "region_id", "label"], ["lq"], page.decimals)
    rows = lay_rows(shown["branch_label"].unique(maintain_order=True).to_list(), page, thickness=16, gap=12)
    positive = [value for value in shown["lq"] if value]
    low, high = _ratio_limits(positive or [1.0])
    axis = alt.Axis(values=[t for t in RATIO_TICKS if low <= t <= high], format="~g", grid=True, offset=6)
    x = alt.X(
        "lq:Q",
        axis=axis,
        scale=alt.Scale(type="log", domain=[low, high], range=[rows.left + 14, page.inner - 14], nice=False),
    )
    known = _apart([row for row in shown.to_dicts() if row["lq"]], rows, (low, high), page)
    tooltip = page.tooltip(label=page.word("region"), branch_label=page.word("branch"), lq_q=page.axis_title)
    one = alt.Chart(data([{"lq": 1}])).mark_rule(color=MUTED, strokeWidth=1.5)
    empty = shown.group_by("branch_label", maintain_order=True).agg(pl.col("lq").count()).filter(pl.col("lq") == 0)
    chart = alt.layer(
        row_lines(rows, page),
        one.encode(x=x, y=alt.YValue(-2), y2=alt.Y2Value(rows.height + 6)),
        *([rows.name_layer(halo=True)] if page.narrow else []),
        region_marks(alt.Chart(data(styled(known)))).encode(x=x, y=Y_PX, tooltip=tooltip),
        *_noughts(shown, rows),
        *missing_words(empty["branch_label"].to_list(), rows, page),
        rows.name_layer(),
        *region_key(shown, page),
    )
    return page.finish(chart.properties(width=page.inner, height=rows.height + 6))


def _ratio_limits(values: list[float]) -> tuple[float, float]:
    """Ends of the log axis at ticks, a factor of two at least to either side of 1."""
    low = max([t for t in RATIO_TICKS if t <= min(values)], default=10 ** math.floor(math.log10(min(values))))
    high = min([t for t in RATIO_TICKS if t >= max(values)], default=10 ** math.ceil(math.log10(max(values))))
    return min(low, 0.5), max(high, 2)


def _apart(known: list[dict], rows: Rows, limits: tuple[float, float], page: Page) -> list[dict]:
    """Quotients with their height in the row: those that would lie on one another stand side by side across it.

    References come first, so that no mark covers the region's own.
    """
    low, high = (math.log(limit) for limit in limits)
    across = (page.inner - rows.left - 28) / (high - low)
    placed = []
    for branch, centre in rows.centres.items():
        own = sorted((row for row in known if row["branch_label"] == branch), key=lambda row: row["lq"])
        clusters: list[list[dict]] = []
        for row in own:
            near = clusters and math.log(row["lq"] / clusters[-1][-1]["lq"]) * across < TOUCH
            clusters[-1].append(row) if near else clusters.append([row])
        for cluster in clusters:
            for number, row in enumerate(cluster):
                placed.append({**row, "y": round(centre + STEP * (number - (len(cluster) - 1) / 2), 1)})
    return sorted(placed, key=lambda row: style_of(row["region_id"]) is not LAND_STYLE)


def _noughts(shown: pl.DataFrame, rows: Rows) -> list[alt.Chart]:
    zeros = [
        {
            "text": "0",
            "y": rows.centres[row["branch_label"]],
            "x": rows.left + 4 + 9 * place,
            "colour": style_of(row["region_id"]).text,
        }
        for place, row in enumerate(row for row in shown.to_dicts() if row["lq"] == 0)
    ]
    if not zeros:
        return []
    text = alt.Chart(data(zeros)).mark_text(baseline="middle", fontSize=SMALL)
    return [text.encode(x=X_PX, y=Y_PX, text=TEXT, color=COLOUR)]


def dumbbell(frame: pl.DataFrame, **about: Unpack[About]) -> alt.LayerChart:
    """Two years joined by a line, both values printed; frame `label, start, end, start_year, end_year, [region_id]`.

    The ring is the earlier year, the full dot the later; years differ between rows only if the rows say so.
    """
    page = Page(**about)
    shown = released(
        frame, ["label", "start_year", "end_year", "region_id"], ["start", "end"], page.decimals, optional=["region_id"]
    )
    rows = lay_rows(shown["label"].to_list(), page, thickness=16, gap=14)
    whole = shown.filter(pl.col("start").is_not_null() | pl.col("end").is_not_null())
    dots = [dot for row in whole.to_dicts() for dot in _two_dots(row, rows, page)]
    values = [dot["value"] for dot in dots]
    room = max(text_width(dot["text"]) for dot in dots) + 14
    x, _, _ = measure("value", min(values), max(values), rows, page, room=room, room_left=room)
    joined = [
        {"value": row["start"], "end": row["end"], "y": rows.centres[row["label"]], "colour": _colour(row)}
        for row in whole.to_dicts()
        if row["start"] is not None and row["end"] is not None
    ]
    bar = alt.Chart(data(joined)).mark_rule(strokeWidth=3, opacity=0.45) if joined else None
    chart = alt.layer(
        *([bar.encode(x=x, x2=alt.X2("end:Q"), y=Y_PX, color=COLOUR)] if bar else []),
        *_dot_layers(dots, x, page),
        *missing_words(
            shown.filter(pl.col("start").is_null() & pl.col("end").is_null())["label"].to_list(), rows, page
        ),
        rows.name_layer(),
        *_year_key(shown, page),
    )
    return page.finish(chart.properties(width=page.inner, height=rows.height))


def _colour(row: dict) -> str:
    return style_of(row.get("region_id") or "").colour if row.get("region_id") else INK


def _two_dots(row: dict, rows: Rows, page: Page) -> list[dict]:
    other = {"start": "end", "end": "start"}
    dots = []
    for moment in ("start", "end"):
        value = row[moment]
        if value is None:
            continue
        beyond = row[other[moment]]
        right = value > beyond if beyond is not None and beyond != value else moment == "end"
        dots.append(
            {
                "label": row["label"],
                "year": row[f"{moment}_year"],
                "value": value,
                "y": rows.centres[row["label"]],
                "text": page.text(value),
                "side": "right" if right else "left",
                "fill": _colour(row) if moment == "end" else "white",
                "colour": _colour(row),
            }
        )
    return dots


def _dot_layers(dots: list[dict], x: alt.X, page: Page) -> list[alt.Chart]:
    keys = ("label", "year", "value", "y", "fill", "colour")
    stroke, fill = STROKE, FILL
    points = alt.Chart(data([{key: dot[key] for key in keys} for dot in dots])).mark_point(
        size=100, strokeWidth=2, opacity=1
    )
    tooltip = page.tooltip(label=page.word("region"), year=page.word("year"), value_q=page.axis_title)
    layers = [points.encode(x=x, y=Y_PX, stroke=stroke, fill=fill, tooltip=tooltip)]
    for side, sign, align in (("right", 1, "left"), ("left", -1, "right")):
        words = [{key: dot[key] for key in ("value", "y", "text")} for dot in dots if dot["side"] == side]
        if words:
            text = alt.Chart(data(words)).mark_text(align=align, baseline="middle", dx=10 * sign, color=INK)
            layers.append(text.encode(x=x, y=Y_PX, text=TEXT))
    return layers


def _year_key(shown: pl.DataFrame, page: Page) -> list[alt.Chart]:
    """A ring with the earlier year, a full dot with the later one; all pairs of years if rows differ."""
    pairs = sorted(set(shown.select("start_year", "end_year").rows()))
    early = ", ".join(dict.fromkeys(str(pair[0]) for pair in pairs))
    late = ", ".join(dict.fromkeys(str(pair[1]) for pair in pairs))
    words = [{"x": 6, "text": early, "fill": "white"}, {"x": 6 + text_width(early) + 34, "text": late, "fill": MUTED}]
    base = alt.Chart(data(words)).encode(x=X_PX, y=alt.YValue(-14))
    points = base.mark_point(size=80, strokeWidth=2, stroke=MUTED, opacity=1).encode(fill=FILL)
    return [points, base.mark_text(align="left", baseline="middle", dx=11, fontSize=SMALL).encode(text=TEXT)]


def small_multiples_dots(frame: pl.DataFrame, **about: Unpack[About]) -> alt.HConcatChart:
    """A panel per measure with its own scale from nought; frame `panel_label, label, region_id, value, [decimals]`."""
    page = Page(**about)
    digits = max(frame["decimals"]) if "decimals" in frame.columns and frame.height else page.decimals
    shown = released(frame, ["panel_label", "label", "region_id"], ["value"], digits)
    places = dict(frame.select("panel_label", "decimals").iter_rows()) if "decimals" in frame.columns else {}
    panels = shown["panel_label"].unique(maintain_order=True).to_list()
    labels = shown["label"].unique(maintain_order=True).to_list()
    names = 0 if page.narrow else max(text_width(line) for label in labels for line in wrap(label, 150)) + 14
    gap = 26
    across = page.inner if page.narrow else (page.inner - names - gap * (len(panels) - 1)) / len(panels)
    charts = []
    for number, panel in enumerate(panels):
        part = shown.filter(pl.col("panel_label") == panel).drop("panel_label")
        named = page.narrow or number == 0
        width = across + (names if named and not page.narrow else 0)
        own = Page(panel, places.get(panel, page.decimals), page.unit, "", round(width) + MARGIN, page.language)
        charts.append(_dot_panel(part, labels, own, names if named and not page.narrow else 0, page.narrow))
    joined = alt.vconcat(*charts, spacing=gap) if page.narrow else alt.hconcat(*charts, spacing=gap)
    return page.finish(joined)


def _dot_panel(part: pl.DataFrame, labels: list[str], page: Page, names: float, narrow: bool) -> alt.LayerChart:
    """One measure: dots joined to nought by a thin line, values printed, names where `names` gives them room."""
    left = 118.0 if narrow else names
    deepest = max(len(wrap(label, 150 if not narrow else 110)) for label in labels)
    step = max(30, LINE * deepest + 8)
    centres = {label: step * (i + 0.5) for i, label in enumerate(labels)}
    known = [
        {
            **row,
            "value": round(row["value"], page.decimals),
            "y": centres[row["label"]],
            "text": page.text(row["value"]),
        }
        for row in part.to_dicts()
        if row["value"] is not None
    ]
    height = step * len(labels)
    printed = [
        {"text": line, "y": centres[label] + LINE * (i - (len(lines) - 1) / 2)}
        for label in labels
        for lines in [wrap(label, 150 if not narrow else 110)]
        for i, line in enumerate(lines)
    ]
    rows = Rows(left, height, 14, centres, printed, "right")
    absent = [label for label in labels if label not in {row["label"] for row in known}]
    layers = [*_dots_from_nought(known, rows, page), *missing_words(absent, rows, page), *_panel_head(page, left)]
    if left:
        layers.append(rows.name_layer())
    return alt.layer(*layers).properties(width=page.inner, height=height)


def _dots_from_nought(known: list[dict], rows: Rows, page: Page) -> list[alt.Chart]:
    if not known:
        return []
    room = max(text_width(row["text"]) for row in known) + 14
    values = [row["value"] for row in known]
    x, _, _ = measure("value", min(0.0, *values), max(0.0, *values), rows, page, room=room, room_left=2)
    marks = styled([{k: v for k, v in row.items() if k != "text"} for row in known])
    base = alt.Chart(data(marks)).encode(x=x, y=Y_PX)
    words = alt.Chart(data([{k: row[k] for k in ("value", "y", "text")} for row in known]))
    tooltip = page.tooltip(label=page.word("region"), value_q=page.axis_title)
    axis = (
        alt.Chart(data([{"value": 0}]))
        .mark_rule(color=BASELINE)
        .encode(x=x, y=alt.YValue(0), y2=alt.Y2Value(rows.height))
    )
    return [
        axis,
        base.mark_rule(color=GRID, strokeWidth=2).encode(x2=alt.X2Datum(0)),
        region_marks(base).encode(tooltip=tooltip),
        words.mark_text(align="left", baseline="middle", dx=10, fontSize=LABEL).encode(x=x, y=Y_PX, text=TEXT),
    ]


def _panel_head(page: Page, left: float) -> list[alt.Chart]:
    lines = wrap(page.axis_title, page.inner - left, SMALL)
    rows = [{"text": line, "y": -12 - LINE * (len(lines) - 1 - i)} for i, line in enumerate(lines)]
    text = alt.Chart(data(rows)).mark_text(align="left", baseline="middle", fontSize=SMALL, color=MUTED)
    return [text.encode(x=alt.XValue(left), y=Y_PX, text=TEXT)]
