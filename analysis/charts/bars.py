"""Horizontal bars, always from zero: the network by branch, delivery shares, ranked values, 100 % bars."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import BRANCH_COLOURS, INK, LABEL, MUTED, OTHER, SMALL, style_of, text_width, tint

from .page import COLOUR, TEXT, Y_PX, About, Page, data, released
from .rows import Rows, Swatch, lay_rows, measure, missing_words, swatch_row, zero_line

NETWORK_PARTS = {"industry": "Industrie", "services": "Verbundene Dienste", "total": "Zusammen"}


def _simple_bars(frame: pl.DataFrame, page: Page, name_title: str, *, gap: float = 7) -> alt.LayerChart:
    """Sorted bars with their values; frame `label, value, colour`."""
    ordered = frame.sort(["value", "label"], descending=[True, False], nulls_last=True)
    rows = lay_rows(ordered["label"].to_list(), page, gap=gap)
    known = ordered.filter(pl.col("value").is_not_null())
    printed = [page.text(value) for value in known["value"]]
    room = max(text_width(text) for text in printed) + 8
    low = min(0.0, *known["value"])
    x, _, _ = measure("value", low, max(0.0, *known["value"]), rows, page, room=room, room_left=room if low < 0 else 0)
    records = [
        {**row, "y": rows.centres[row["label"]], "text": text}
        for row, text in zip(known.to_dicts(), printed, strict=True)
    ]
    return alt.layer(
        *bar_layers(records, x, rows, page, {"label": name_title}),
        *value_layers(records, x, 6),
        *missing_words(ordered.filter(pl.col("value").is_null())["label"].to_list(), rows, page),
        zero_line(rows, "value"),
        rows.name_layer(),
    ).properties(width=page.inner, height=rows.height)


def bar_layers(records: list[dict], x: alt.X, rows: Rows, page: Page, titles: Mapping[str, str]) -> list[alt.Chart]:
    """Bars from zero at their rows; records `value, y, colour`."""
    shown = [{key: row[key] for key in ("value", "y", "colour", *titles)} for row in records]
    bars = alt.Chart(data(shown)).mark_bar(height=rows.thickness, orient="horizontal")
    tooltip = page.tooltip(**titles, value_q=page.axis_title)
    return [bars.encode(x=x, x2=alt.X2Datum(0), y=Y_PX, color=COLOUR, tooltip=tooltip)]


def value_layers(records: list[dict], x: alt.X, distance: float) -> list[alt.Chart]:
    """Printed values beyond the end of each bar, left of those below zero."""
    layers = []
    for align, sign, part in (
        ("left", 1, [r for r in records if r["value"] >= 0]),
        ("right", -1, [r for r in records if r["value"] < 0]),
    ):
        if part:
            shown = [{key: row[key] for key in ("value", "y", "text")} for row in part]
            words = alt.Chart(data(shown)).mark_text(
                align=align, baseline="middle", dx=sign * distance, fontSize=LABEL, color=INK
            )
            layers.append(words.encode(x=x, y=Y_PX, text=TEXT))
    return layers


def delivery_shares(frame: pl.DataFrame, *, region_id: str = "", **about: Unpack[About]) -> alt.LayerChart:
    """Sorted bars of what each branch delivers; frame `branch_label, share`, shares in percent."""
    page = Page(**({"decimals": 1, "unit": "%"} | about))
    shown = released(frame, ["branch_label"], ["share"], page.decimals).rename(
        {"branch_label": "label", "share": "value"}
    )
    colour = style_of(region_id or "services").colour
    return page.finish(_simple_bars(shown.with_columns(colour=pl.lit(colour)), page, page.word("branch")))


def ranked_bars(frame: pl.DataFrame, **about: Unpack[About]) -> alt.LayerChart:
    """Sorted bars, our regions in their colours; frame `label, value, highlight` (a region's id or an empty text)."""
    page = Page(**about)
    shown = released(frame, ["label", "highlight"], ["value"], page.decimals)
    colours = [style_of(item).colour if item else OTHER for item in shown["highlight"]]
    return page.finish(
        _simple_bars(shown.drop("highlight").with_columns(colour=pl.Series(colours)), page, page.word("region"))
    )


def branch_bars(
    frame: pl.DataFrame,
    *,
    region_id: str = "",
    part_labels: Mapping[str, str] = NETWORK_PARTS,
    reference: tuple[str, float] | None = None,
    **about: Unpack[About],
) -> alt.LayerChart:
    """Bars of industry and linked services by branch, whiskers for intervals, a published figure marked on the total.

    frame `branch_label, part, value, [low, high]` with part industry, services or total, in the order to print.
    """
    page = Page(**about)
    shown = released(frame, ["branch_label", "part"], ["value", "low", "high"], page.decimals, optional=["low", "high"])
    names = shown["branch_label"].unique(maintain_order=True).to_list()
    after_total = [b for a, b in pairwise(names) if a in _totals(shown)]
    apart = 30.0 if reference and page.narrow else 14.0
    above = dict.fromkeys(after_total, apart) | ({names[0]: 24.0} if reference and not page.narrow else {})
    rows = lay_rows(names, page, extra=above)
    accent = style_of(region_id or "industry").colour
    colours = {"industry": accent, "services": tint(accent, 0.5), "total": INK}
    records = [
        {
            **row,
            "y": rows.centres[row["branch_label"]],
            "colour": colours[row["part"]],
            "text": page.text(row["value"]),
            "word": part_labels.get(row["part"], row["part"]),
        }
        for row in shown.to_dicts()
        if row["value"] is not None
    ]
    ends = [row.get("high") or row["value"] for row in records]
    room = max(text_width(row["text"]) for row in records) + 10
    x, _, _ = measure("value", 0.0, max(*ends, 0.0, reference[1] if reference else 0.0), rows, page, room=room)
    key = _part_key(records, page, colours, part_labels)
    chart = alt.layer(
        *bar_layers(records, x, rows, page, {"branch_label": page.word("branch"), "word": page.word("part")}),
        *_whiskers(records, x),
        *_reference_mark(reference, rows, names, x, page),
        *_values_after_whiskers(records, x),
        *missing_words([row["branch_label"] for row in shown.to_dicts() if row["value"] is None], rows, page),
        zero_line(rows, "value"),
        rows.name_layer(),
        *key,
    )
    return page.finish(chart.properties(width=page.inner, height=rows.height))


def _totals(frame: pl.DataFrame) -> set[str]:
    return set(frame.filter(pl.col("part") == "total")["branch_label"])


def _part_key(records: list[dict], page: Page, colours: Mapping[str, str], words: Mapping[str, str]) -> list[alt.Chart]:
    present = [part for part in ("industry", "services") if any(row["part"] == part for row in records)]
    if len(present) < 2:
        return []
    return swatch_row([Swatch(words.get(part, part), colours[part]) for part in present], page.inner)[0]


def _whiskers(records: list[dict], x: alt.X) -> list[alt.Chart]:
    """Intervals as a dark line with a white edge, so that it shows on the bar and beyond it."""
    known = [
        {"value": row["low"], "high": row["high"], "y": row["y"]}
        for row in records
        if row.get("low") is not None and row.get("high") is not None
    ]
    if not known:
        return []
    ends = [{"value": row[end], "y": row["y"]} for row in known for end in ("value", "high")]
    base = alt.Chart(data(known)).encode(x=x, x2=alt.X2("high:Q"), y=Y_PX)
    caps = (
        alt.Chart(data(ends))
        .mark_tick(orient="vertical", size=9, thickness=1.5)
        .encode(x=x, y=Y_PX, color=alt.ColorValue("#6B6B6B"))
    )
    return [base.mark_rule(strokeWidth=4, color="white"), base.mark_rule(strokeWidth=1.75, color="#6B6B6B"), caps]


def _values_after_whiskers(records: list[dict], x: alt.X) -> list[alt.Chart]:
    """Values beyond the whisker's end; the position is the whisker's, the text the value's."""
    moved = [{**row, "value": max(row.get("high") or row["value"], row["value"])} for row in records]
    return value_layers(moved, x, 8)


def _reference_mark(
    reference: tuple[str, float] | None, rows: Rows, names: list[str], x: alt.X, page: Page
) -> list[alt.Chart]:
    """A published figure as a rule across the first row, named above it (below it on a telephone)."""
    if reference is None:
        return []
    word, value = reference
    y = rows.centres[names[0]]
    half = rows.thickness / 2 + 5
    rows_of = data([{"value": value, "text": f"{word}: {page.text(value)}"}])
    base = alt.Chart(rows_of).encode(x=x)
    line = base.mark_rule(color=INK, strokeWidth=2).encode(y=alt.YValue(y - half), y2=alt.Y2Value(y + half))
    below = page.narrow
    named = base.mark_text(align="right", baseline="top" if below else "bottom", fontSize=SMALL, color=INK, dx=4)
    return [line, named.encode(y=alt.YValue(y + half + 3 if below else y - half - 2), text=TEXT)]


def stacked_shares(frame: pl.DataFrame, **about: Unpack[About]) -> alt.LayerChart:
    """100 % bars, branches in one order; frame `label, branch_label, share` in percent.

    A part that is null is left out, and the open end of its bar says so.
    """
    page = Page(**({"decimals": 1, "unit": "%"} | about))
    shown = released(frame, ["label", "branch_label"], ["share"], page.decimals)
    branches = shown["branch_label"].unique(maintain_order=True).to_list()
    colours = dict(zip(branches, BRANCH_COLOURS * (1 + len(branches) // len(BRANCH_COLOURS)), strict=False))
    rows = lay_rows(shown["label"].unique(maintain_order=True).to_list(), page, thickness=30, gap=10)
    x, left, right = measure("from", 0.0, 100.0, rows, page)
    pieces = _pieces(shown, (right - left) / 100, rows, page)
    key, _ = swatch_row([Swatch(branch, colours[branch]) for branch in branches], page.inner)
    bars = alt.Chart(data([{k: v for k, v in piece.items() if k not in ("text", "middle")} for piece in pieces]))
    colour = alt.Color(
        "branch_label:N", scale=alt.Scale(domain=branches, range=[colours[b] for b in branches]), legend=None
    )
    tooltip = page.tooltip(label=page.word("region"), branch_label=page.word("branch"), share_q=page.axis_title)
    chart = alt.layer(
        bars.mark_bar(height=30, stroke="white", strokeWidth=1.5).encode(
            x=x, x2=alt.X2("to:Q"), y=Y_PX, color=colour, tooltip=tooltip
        ),
        *_piece_words(pieces, x, colours),
        *_open_ends(shown, pieces, x, page),
        rows.name_layer(),
        *key,
    )
    return page.finish(chart.properties(width=page.inner, height=rows.height))


def _pieces(shown: pl.DataFrame, px: float, rows: Rows, page: Page) -> list[dict]:
    """Pieces of each bar with their ends in percent, and a text where it fits."""
    pieces, reached = [], dict.fromkeys(rows.centres, 0.0)
    for row in shown.to_dicts():
        if row["share"] is None:
            continue
        start = reached[row["label"]]
        reached[row["label"]] = round(start + row["share"], page.decimals)
        text = page.text(row["share"])
        short = text.split("\u202f")[0]
        fits = next((t for t in (text, short) if text_width(t, SMALL) + 8 <= row["share"] * px), "")
        pieces.append(
            {
                **row,
                "from": start,
                "to": reached[row["label"]],
                "y": rows.centres[row["label"]],
                "middle": round(start + row["share"] / 2, 2),
                "text": fits,
            }
        )
    return pieces


def _piece_words(pieces: list[dict], x: alt.X, colours: Mapping[str, str]) -> list[alt.Chart]:
    words = [
        {"from": p["middle"], "y": p["y"], "text": p["text"], "colour": readable_on(colours[p["branch_label"]])}
        for p in pieces
        if p["text"]
    ]
    if not words:
        return []
    text = alt.Chart(data(words)).mark_text(baseline="middle", fontSize=SMALL)
    return [text.encode(x=x, y=Y_PX, text=TEXT, color=COLOUR)]


def _open_ends(shown: pl.DataFrame, pieces: list[dict], x: alt.X, page: Page) -> list[alt.Chart]:
    """The sign for missing behind the known parts of a bar that lacks one."""
    incomplete = set(shown.filter(pl.col("share").is_null())["label"])
    ends = {piece["label"]: piece for piece in pieces if piece["label"] in incomplete}
    words = [{"from": end["to"], "y": end["y"], "text": page.word("missing")} for end in ends.values()]
    if not words:
        return []
    text = alt.Chart(data(words)).mark_text(align="left", baseline="middle", dx=6, fontSize=SMALL, color=MUTED)
    return [text.encode(x=x, y=Y_PX, text=TEXT)]


def readable_on(colour: str) -> str:
    """White or ink, whichever has the higher contrast on `colour` (relative luminance of WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "white" if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.0635 else INK
