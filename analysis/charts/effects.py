"""What a change is made of: shift-share effects with the net change as a mark, and a waterfall from start to end."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import BASELINE, GRID, INK, LABEL, MUTED, style_of, text_width, tint

from .bars import bar_layers, value_layers
from .page import COLOUR, TEXT, Y_PX, About, Page, data, released
from .rows import Rows, Swatch, lay_rows, measure, missing_words, swatch_row, zero_line

GROUPS_AT_MOST = 3
STRENGTH = (0.45, 0.7, 1.0, 0.25)  # tints of the effects: nation, structure, location, allocation


def shift_share_bars(
    frame: pl.DataFrame, *, net: Mapping[str, float], net_label: str = "Veränderung insgesamt", **about: Unpack[About]
) -> alt.LayerChart:
    """Diverging bars of the effects and the net change as a diamond; frame `region_id, label, effect_label, value`.

    Up to three labels (regions, or one) stand as groups with a bar for each effect; more labels (branches) have
    one bar each in which the effects are stacked to both sides of nought.
    """
    page = Page(**about)
    shown = released(frame, ["region_id", "label", "effect_label"], ["value"], page.decimals)
    labels = shown["label"].unique(maintain_order=True).to_list()
    rounded = {
        label: round(float(value), page.decimals)
        for label, value in net.items()
        if value is not None and label in labels
    }
    form = _grouped if len(labels) <= GROUPS_AT_MOST else _stacked
    return page.finish(form(shown, labels, rounded, net_label, page))


def _grouped(
    shown: pl.DataFrame, labels: list[str], net: Mapping[str, float], net_label: str, page: Page
) -> alt.LayerChart:
    keys, above, words = [], {}, {}
    for number, label in enumerate(labels):
        first = len(keys)
        effects = shown.filter(pl.col("label") == label)["effect_label"].to_list()
        keys += [(label, effect) for effect in [*effects, *([net_label] if label in net else [])]]
        above |= {keys[first]: (26.0 if len(labels) > 1 else 0.0) + (12.0 if number else 0.0)}
    words = {f"{label}\u200b{effect}": effect for label, effect in keys}
    rows = lay_rows(
        list(words),
        page,
        extra={f"{label}\u200b{effect}": room for (label, effect), room in above.items()},
        words=words,
    )
    effects = list(dict.fromkeys(shown["effect_label"]))
    records = [
        {
            **row,
            "y": rows.centres[f"{row['label']}\u200b{row['effect_label']}"],
            "text": page.text(row["value"], signed=True),
            "colour": tint(style_of(row["region_id"]).colour, STRENGTH[effects.index(row["effect_label"]) % 4]),
        }
        for row in shown.to_dicts()
        if row["value"] is not None
    ]
    marks = [
        {"value": value, "y": rows.centres[f"{label}\u200b{net_label}"], "text": page.text(value, signed=True)}
        for label, value in net.items()
    ]
    x = _signed_measure([*records, *marks], rows, page)
    absent = [f"{r['label']}\u200b{r['effect_label']}" for r in shown.to_dicts() if r["value"] is None]
    chart = alt.layer(
        *bar_layers(records, x, rows, page, {"label": page.word("region"), "effect_label": page.word("effect")}),
        *value_layers(records, x, 6),
        *_net_marks(marks, x, net_label, page),
        *value_layers(marks, x, 11),
        *missing_words(absent, rows, page),
        zero_line(rows, "value"),
        rows.name_layer(),
        *(_group_names(shown, rows, labels) if len(labels) > 1 else []),
    )
    return chart.properties(width=page.inner, height=rows.height)


def _signed_measure(records: list[dict], rows: Rows, page: Page) -> alt.X:
    values = [row["value"] for row in records]
    room = max(text_width(row["text"]) for row in records) + 14
    low, high = min(0.0, *values), max(0.0, *values)
    x, _, _ = measure("value", low, high, rows, page, room=room, room_left=room if low < 0 else 4)
    return x


def _group_names(shown: pl.DataFrame, rows: Rows, labels: list[str]) -> list[alt.Chart]:
    words = []
    for label in labels:
        first = shown.filter(pl.col("label") == label).row(0, named=True)
        y = rows.centres[f"{label}\u200b{first['effect_label']}"] - (44 if rows.align == "left" else 24)
        words.append({"text": label, "y": y, "colour": style_of(first["region_id"]).text})
    text = alt.Chart(data(words)).mark_text(align="left", baseline="middle", fontSize=LABEL + 1)
    return [text.encode(x=alt.XValue(0), y=Y_PX, text=TEXT, color=COLOUR)]


def _net_marks(marks: list[dict], x: alt.X, net_label: str, page: Page) -> list[alt.Chart]:
    if not marks:
        return []
    shown = [{"value": mark["value"], "y": mark["y"]} for mark in marks]
    diamond = alt.Chart(data(shown)).mark_point(
        shape="diamond", filled=True, size=130, color=INK, opacity=1, stroke="white", strokeWidth=1
    )
    return [diamond.encode(x=x, y=Y_PX, tooltip=page.tooltip(value_q=net_label))]


def _stacked(
    shown: pl.DataFrame, labels: list[str], net: Mapping[str, float], net_label: str, page: Page
) -> alt.LayerChart:
    effects = list(dict.fromkeys(shown["effect_label"]))
    colour = style_of(shown["region_id"][0]).colour
    colours = {effect: tint(colour, STRENGTH[number % 4]) for number, effect in enumerate(effects)}
    rows = lay_rows(labels, page)
    pieces, ends = _both_sides(shown, rows, colours)
    texts = [
        {"value": ends[label][1], "y": rows.centres[label], "text": page.text(value, signed=True)}
        for label, value in net.items()
    ]
    low, high = min(end[0] for end in ends.values()), max(end[1] for end in ends.values())
    room = max([text_width(text["text"]) for text in texts], default=0) + 16
    x, _, _ = measure("value", min(low, 0), max(high, 0), rows, page, room=room, room_left=4)
    key, _ = swatch_row(
        [*(Swatch(effect, colours[effect]) for effect in effects), Swatch(net_label, INK, "diamond")], page.inner
    )
    bars = alt.Chart(data(pieces)).mark_bar(height=rows.thickness, stroke="white", strokeWidth=1)
    tooltip = page.tooltip(label=page.word("branch"), effect_label=page.word("effect"), size_q=page.axis_title)
    incomplete = shown.filter(pl.col("value").is_null())["label"].unique(maintain_order=True).to_list()
    chart = alt.layer(
        bars.encode(x=x, x2=alt.X2("end:Q"), y=Y_PX, color=COLOUR, tooltip=tooltip),
        zero_line(rows, "value"),
        *_net_marks([{"value": value, "y": rows.centres[label]} for label, value in net.items()], x, net_label, page),
        *value_layers([text for text in texts if text["value"] >= 0], x, 12),
        *missing_words([label for label in incomplete if label not in net], rows, page),
        rows.name_layer(),
        *key,
    )
    return chart.properties(width=page.inner, height=rows.height)


def _both_sides(
    shown: pl.DataFrame, rows: Rows, colours: Mapping[str, str]
) -> tuple[list[dict], dict[str, tuple[float, float]]]:
    """Effects laid end to end from nought, gains to the right and losses to the left; a row with a gap shows none."""
    pieces, ends = [], {}
    for label, part in shown.group_by("label", maintain_order=True):
        low = high = 0.0
        for row in part.to_dicts() if not part["value"].null_count() else []:
            start = high if row["value"] >= 0 else low
            end = start + row["value"]
            low, high = min(low, end), max(high, end)
            pieces.append(
                {
                    "label": row["label"],
                    "effect_label": row["effect_label"],
                    "size": row["value"],
                    "value": round(start, 6),
                    "end": round(end, 6),
                    "y": rows.centres[row["label"]],
                    "colour": colours[row["effect_label"]],
                }
            )
        ends[label[0]] = (round(low, 6), round(high, 6))
    return pieces, ends


def waterfall(
    frame: pl.DataFrame,
    *,
    start: tuple[str, float],
    end: tuple[str, float],
    region_id: str = "",
    **about: Unpack[About],
) -> alt.LayerChart:
    """From a start to an end by way of effects; frame `factor_label, effect`, in the order to print."""
    page = Page(**about)
    shown = released(frame, ["factor_label"], ["effect"], page.decimals)
    accent = style_of(region_id or "industry").colour
    steps = _steps(shown, start, end, accent, page)
    rows = lay_rows([step["label"] for step in steps], page, thickness=20)
    for step in steps:
        step["y"] = rows.centres[step["label"]]
    known = [step for step in steps if step["text"]]
    limits = [edge for step in known for edge in (step["value"], step["stop"])]
    room = max(text_width(step["text"]) for step in known) + 10
    x, _, _ = measure("value", min(0.0, *limits), max(0.0, *limits), rows, page, room=room)
    bars = alt.Chart(data([{k: s[k] for k in ("label", "value", "stop", "size", "y", "colour")} for s in known]))
    tooltip = page.tooltip(label=page.word("effect"), size_q=page.axis_title)
    chart = alt.layer(
        *_connectors(known, x, rows),
        bars.mark_bar(height=20).encode(x=x, x2=alt.X2("stop:Q"), y=Y_PX, color=COLOUR, tooltip=tooltip),
        *value_layers([{"value": max(s["value"], s["stop"]), "y": s["y"], "text": s["text"]} for s in known], x, 6),
        *missing_words([step["label"] for step in steps if not step["text"]], rows, page),
        zero_line(rows, "value", [start[0], end[0]]),
        rows.name_layer(),
    )
    return page.finish(chart.properties(width=page.inner, height=rows.height))


def _steps(
    shown: pl.DataFrame, start: tuple[str, float], end: tuple[str, float], accent: str, page: Page
) -> list[dict]:
    """Start, every effect from where the one before it stopped, and end; an unknown effect moves nothing."""
    level = round(start[1], page.decimals)
    steps = [{"label": start[0], "value": 0, "stop": level, "size": level, "text": page.text(level), "colour": accent}]
    for name, effect in shown.iter_rows():
        reached = round(level + (effect or 0.0), page.decimals)
        text = "" if effect is None else page.text(effect, signed=True)
        colour = MUTED if (effect or 0) > 0 else tint(accent, 0.5)
        steps.append({"label": name, "value": level, "stop": reached, "size": effect, "text": text, "colour": colour})
        level = reached
    final = round(end[1], page.decimals)
    return [
        *steps,
        {"label": end[0], "value": 0, "stop": final, "size": final, "text": page.text(final), "colour": accent},
    ]


def _connectors(steps: list[dict], x: alt.X, rows: Rows) -> list[alt.Chart]:
    """Thin lines from where a step stops to the next row."""
    lines = [{"value": a["stop"], "y": a["y"], "to": b["y"]} for a, b in pairwise(steps)]
    rule = alt.Chart(data(lines)).mark_rule(color=BASELINE if rows.align == "right" else GRID, strokeWidth=1)
    return [rule.encode(x=x, y=Y_PX, y2=alt.Y2("to:Q"))]
