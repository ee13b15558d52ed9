"""All districts in one picture: a swarm of dots, ours named, the median marked."""

from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import BASELINE, LABEL, LINE, MUTED, SMALL, style_of, text_width

from .labels import tick_format, ticks
from .page import COLOUR, SHAPE, TEXT, X_PX, Y_PX, About, Page, data, released

RADIUS = 3.2  # px


def swarm(positions: list[float], radius: float) -> list[float]:
    """Heights (px from the axis) at which dots at `positions` do not overlap: each takes the nearest free place."""
    placed: list[tuple[float, float]] = []
    heights = [0.0] * len(positions)
    for index in sorted(range(len(positions)), key=lambda i: (positions[i], i)):
        x = positions[index]
        near = [(px, py) for px, py in placed[-60:] if x - px < 2 * radius]
        steps = [0.0, *(sign * k * radius / 2 for k in range(1, 200) for sign in (1, -1))]
        heights[index] = next(
            y for y in steps if all((x - px) ** 2 + (y - py) ** 2 >= (2 * radius) ** 2 - 1e-9 for px, py in near)
        )
        placed.append((x, heights[index]))
    return heights


def flags(wanted: list[tuple[float, float]], width: float) -> list[tuple[float, int]]:
    """Left edge and storey (0 nearest the dots) of labels of (px of the dot, px of the words), like flags on poles.

    Words stand right of their pole, so that a label further left hangs above those to its right and no pole
    crosses a word; where the right edge is too near they stand left of it. No two labels overlap.
    """
    found: dict[int, tuple[float, int]] = {}
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    right = [i for i in order if wanted[i][0] + 4 + wanted[i][1] <= width]
    for index in [*right[::-1], *(i for i in order if i not in right)]:
        pole, size = wanted[index]
        left = pole + 4 if index in right else max(pole - 4 - size, 0.0)
        hit = [
            s
            for j, (x, s) in found.items()
            if (x - 8 < left + size and left - 8 < x + wanted[j][1]) or left <= wanted[j][0] <= left + size + 8
        ]
        found[index] = (round(left, 1), max(hit, default=-1) + 1)
    return [found[index] for index in range(len(wanted))]


def distribution_strip(
    frame: pl.DataFrame, *, median: float | None = None, median_label: str = "Median", **about: Unpack[About]
) -> alt.LayerChart:
    """Every district with a value as a dot, ours named; frame `district, name, value, highlight` (a region's id)."""
    page = Page(**({"decimals": 1} | about))
    shown = released(frame, ["district", "name", "highlight"], ["value"], page.decimals).filter(
        pl.col("value").is_not_null()
    )
    marks = ticks(min(0.0, shown["value"].min()), shown["value"].max(), 4 if page.narrow else 7)
    left, right = 10.0, page.inner - 10.0
    rows = shown.with_columns(pl.col("highlight").fill_null("")).sort("value", "district").to_dicts()
    for row in rows:
        row["px"] = left + (row["value"] - marks[0]) / (marks[-1] - marks[0]) * (right - left)
    for row, height in zip(rows, swarm([row["px"] for row in rows], RADIUS), strict=True):
        row["height"] = height
    named = [row for row in rows if row["highlight"]]
    words = [f"{row['name']} {page.text(row['value'])}" for row in named]
    places = flags([(row["px"], text_width(word)) for row, word in zip(named, words, strict=True)], page.inner)
    top = (max((storey for _, storey in places), default=-1) + 1) * (LINE + 3) + 12
    reach = max(abs(row["height"]) for row in rows) + RADIUS + 4
    axis = top + reach
    for row in rows:
        row["y"] = round(axis + row.pop("height"), 1)
    x = alt.X(
        "value:Q",
        scale=alt.Scale(domain=[marks[0], marks[-1]], range=[left, right], nice=False),
        axis=alt.Axis(
            values=marks,
            format=tick_format(marks),
            domain=True,
            domainColor=BASELINE,
            grid=False,
            ticks=True,
            tickColor=BASELINE,
            tickSize=4,
        ),
    )
    chart = alt.layer(
        *_median(median, median_label, x, top - 6, axis + reach, page),
        *_leaders(named, places, top),
        *_dots(rows, x, page),
        *_names(named, words, places, top),
    )
    room = 22 if median is not None else 4
    return page.finish(chart.properties(width=page.inner, height=round(axis + reach + room)))


def _dots(rows: list[dict], x: alt.X, page: Page) -> list[alt.Chart]:
    tooltip = page.tooltip(name=page.word("district"), value_q=page.axis_title)
    keys = ("name", "value", "y")
    others = [{key: row[key] for key in keys} for row in rows if not row["highlight"]]
    ours = [
        {key: row[key] for key in keys}
        | {"colour": style_of(row["highlight"]).colour, "shape": style_of(row["highlight"]).shape}
        for row in rows
        if row["highlight"]
    ]
    layers = []
    if others:
        grey = alt.Chart(data(others)).mark_circle(color="#BDBDBD", size=(2 * RADIUS) ** 2 * 0.8, opacity=1)
        layers.append(grey.encode(x=x, y=Y_PX, tooltip=tooltip))
    if ours:
        dots = alt.Chart(data(ours)).mark_point(filled=True, size=95, opacity=1, stroke="white", strokeWidth=1)
        layers.append(dots.encode(x=x, y=Y_PX, color=COLOUR, shape=SHAPE, tooltip=tooltip))
    return layers


def _names(named: list[dict], words: list[str], places: list[tuple[float, int]], top: float) -> list[alt.Chart]:
    if not named:
        return []
    rows = [
        {
            "text": word,
            "x": left,
            "y": round(top - 14 - (LINE + 3) * storey, 1),
            "colour": style_of(row["highlight"]).text,
        }
        for row, word, (left, storey) in zip(named, words, places, strict=True)
    ]
    text = alt.Chart(data(rows)).mark_text(align="left", baseline="middle", fontSize=LABEL)
    return [text.encode(x=X_PX, y=Y_PX, text=TEXT, color=COLOUR)]


def _leaders(named: list[dict], places: list[tuple[float, int]], top: float) -> list[alt.Chart]:
    """A thin line from each label's underside to its dot."""
    if not named:
        return []
    rows = [
        {
            "x": round(row["px"], 1),
            "y": row["y"],
            "to": round(top - 20 - (LINE + 3) * storey, 1),
            "colour": style_of(row["highlight"]).colour,
        }
        for row, (_, storey) in zip(named, places, strict=True)
    ]
    rule = alt.Chart(data(rows)).mark_rule(strokeWidth=1, opacity=0.75)
    return [rule.encode(x=X_PX, y=Y_PX, y2=alt.Y2("to:Q"), color=COLOUR)]


def _median(value: float | None, word: str, x: alt.X, top: float, bottom: float, page: Page) -> list[alt.Chart]:
    """A dashed line through the swarm with its words below, which stay inside the plot at either end."""
    if value is None:
        return []
    rounded = round(value, page.decimals)
    text = f"{word} {page.text(rounded)}"
    domain, span = x["scale"]["domain"], x["scale"]["range"]
    px = span[0] + (rounded - domain[0]) / (domain[1] - domain[0]) * (span[1] - span[0])
    half = text_width(text, SMALL) / 2
    centre = round(min(max(px, half), page.inner - half), 1)
    rule = alt.Chart(data([{"value": rounded}])).mark_rule(color=MUTED, strokeWidth=1.5, strokeDash=[4, 3])
    words = alt.Chart(data([{"text": text}])).mark_text(color=MUTED, fontSize=SMALL, baseline="top")
    return [
        rule.encode(x=x, y=alt.YValue(top), y2=alt.Y2Value(bottom + 6)),
        words.encode(x=alt.XValue(centre), y=alt.YValue(bottom + 8), text=TEXT),
    ]
