"""Columns over years: emissions of industry and energy stacked, with the break drawn where the scope changed."""

from collections.abc import Sequence
from typing import Any, Unpack

import altair as alt
import polars as pl

from analysis.theme import BASELINE, INK, LABEL, LINE, MUTED, SMALL, style_of, text_width, tint

from .labels import spread, tick_format, ticks, wrap, year_ticks
from .lines import Breaks, to_px
from .page import COLOUR, TEXT, Y_PX, About, Page, data, released
from .rows import Swatch, swatch_row

WIDEST = 56  # px of one column
PARTS = ("industry", "energy", "services", "other", "unclassified")  # from the axis upwards
GREYS = {"other": "#7A7A7A", "unclassified": "#BDBDBD"}  # apart in lightness, also in print


def part_colour(part: str, region_id: str) -> str:
    """Industry in the region's colour, energy and services in a tint of it, the others in greys of their own."""
    accent = style_of(region_id or "industry").colour
    tints = {"industry": accent, "energy": tint(accent, 0.45), "services": tint(accent, 0.45)}
    return (tints | GREYS).get(part, GREYS["unclassified"])


def level_stack(frame: pl.DataFrame, *, region_id: str = "", breaks: Breaks = (), **about: Unpack[About]) -> Any:
    """Stacked columns; frame `year, part, part_label, value, [panel_label, region_id]`; a panel each with its own axis.

    A year in which a part is unknown shows the parts that are known and the sign for missing above them.
    """
    page = Page(**about)
    keys = ["year", "part", "part_label", "panel_label", "region_id"]
    shown = released(frame, keys, ["value"], page.decimals, optional=["panel_label", "region_id"])
    if "panel_label" not in shown.columns:
        years = (int(shown["year"].min()), int(shown["year"].max()))
        return page.finish(_columns(shown, region_id, breaks, (page.inner, 280), page, years))
    panels = shown["panel_label"].unique(maintain_order=True).to_list()
    gap = 24
    across = 1 if page.narrow else min(len(panels), 3)
    width = (page.inner - 8 - gap * (across - 1)) / across
    years = (int(shown["year"].min()), int(shown["year"].max()))
    piles = [_pile(shown.filter(pl.col("panel_label") == panel), "")[0] for panel in panels]
    keys = [dict.fromkeys(piece["part_label"] for piece in pile) for pile in piles]
    above = max(swatch_row([Swatch(word, INK) for word in key], round(width))[1] for key in keys)
    charts = []
    for panel in panels:
        part = shown.filter(pl.col("panel_label") == panel)
        own = part["region_id"][0] if "region_id" in part.columns else region_id
        charts.append(_columns(part, own, breaks, (round(width), 190), page, years, (panel, above)))
    joined = alt.vconcat(*charts, spacing=gap) if page.narrow else alt.hconcat(*charts, spacing=gap)
    return page.finish(joined)


def _columns(
    shown: pl.DataFrame,
    region_id: str,
    breaks: Breaks,
    size: tuple[int, int],
    page: Page,
    years: tuple[int, int],
    panel: tuple[str, float] = ("", 0),
) -> alt.LayerChart:
    """One plot of `size` px: grid, columns, names of the parts at the right edge, the break."""
    width, height = size
    pieces, tops, gaps = _pile(shown, region_id)
    marks = ticks(0.0, max([*tops.values(), 0.0]), max(2, height // 60))
    left = max(text_width(page_tick(mark, marks, page), SMALL) for mark in marks) + 8
    names = [] if panel[0] else _part_names(pieces, marks, height, page)
    right = width - (max((text_width(line) for row in names for line in row["lines"]), default=-8) + 18 if names else 0)
    first, last = years
    step = (right - left) / (last - first + 1)
    x = alt.X(
        "year:Q",
        axis=alt.Axis(values=year_ticks(first, last, right - left), format="d", grid=False, labelOverlap=False),
        scale=alt.Scale(
            domain=[first - 0.5, last + 0.5], range=[round(left, 1), round(right, 1)], nice=False, zero=False
        ),
    )
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[marks[0], marks[-1]], nice=False))
    tooltip = page.tooltip(year=page.word("year"), part_label=page.word("part"), size_q=page.axis_title)
    bars = alt.Chart(
        data([{key: value for key, value in piece.items() if key != "part"} for piece in pieces])
    ).mark_bar(width=max(2, round(min(step * 0.72, WIDEST), 1)), stroke="white", strokeWidth=0.75)
    return alt.layer(
        *_grid(marks, left, right, page),
        bars.encode(x=x, y=y, y2=alt.Y2("end:Q"), color=COLOUR, tooltip=tooltip),
        *_break_rules(breaks, x, height),
        *_gap_words(gaps, tops, x, page),
        *_names_at_edge(names, right, height),
        *_panel_words(panel, pieces, width),
    ).properties(width=width, height=height)


def page_tick(mark: float, marks: Sequence[float], page: Page) -> str:
    """A tick as the axis prints it."""
    decimals = int(tick_format(marks)[2])
    return Page(decimals=decimals, language=page.language).text(mark)


def _pile(shown: pl.DataFrame, region_id: str) -> tuple[list[dict], dict[int, float], list[int]]:
    """Pieces from the axis upwards in the order of PARTS, the top of each year, and the years with a gap."""
    rank = {part: number for number, part in enumerate(PARTS)}
    tops: dict[int, float] = {}
    pieces, gaps = [], []
    for row in sorted(shown.to_dicts(), key=lambda row: (row["year"], rank.get(row["part"], len(PARTS)))):
        if row["value"] is None:
            gaps.append(row["year"])
            continue
        start = tops.get(row["year"], 0.0)
        tops[row["year"]] = round(start + row["value"], 6)
        pieces.append(
            {
                "year": row["year"],
                "part": row["part"],
                "part_label": row["part_label"],
                "size": row["value"],
                "value": start,
                "end": tops[row["year"]],
                "colour": part_colour(row["part"], region_id),
            }
        )
    return pieces, tops, sorted(set(gaps))


def _grid(marks: Sequence[float], left: float, right: float, page: Page) -> list[alt.Chart]:
    rows = [
        {"value": mark, "text": page_tick(mark, marks, page), "colour": BASELINE if mark == 0 else "#E3E3E3"}
        for mark in marks
    ]
    base = alt.Chart(data(rows)).encode(y=alt.Y("value:Q"))
    rule = base.mark_rule(strokeWidth=1).encode(x=alt.XValue(left), x2=alt.X2Value(right), color=COLOUR)
    words = base.mark_text(align="right", baseline="middle", fontSize=SMALL, color=MUTED)
    return [rule, words.encode(x=alt.XValue(left - 6), text=TEXT)]


def _break_rules(breaks: Breaks, x: alt.X, height: int) -> list[alt.Chart]:
    if not breaks:
        return []
    base = alt.Chart(data([{"year": year, "word": word} for year, word in breaks])).encode(x=x)
    top = alt.YValue(-8)
    rule = base.mark_rule(color=INK, strokeDash=[3, 3], strokeWidth=1.25).encode(y=top, y2=alt.Y2Value(height))
    words = base.mark_text(align="left", dx=4, color=MUTED, fontSize=SMALL).encode(y=top, text=alt.Text("word:N"))
    return [rule, words]


def _gap_words(gaps: list[int], tops: dict[int, float], x: alt.X, page: Page) -> list[alt.Chart]:
    """The sign for missing above what is known of a year."""
    if not gaps:
        return []
    rows = [{"year": year, "value": tops.get(year, 0.0), "word": page.word("missing")} for year in gaps]
    words = alt.Chart(data(rows)).mark_text(baseline="bottom", dy=-3, fontSize=SMALL - 1, color=MUTED)
    return [words.encode(x=x, y=alt.Y("value:Q"), text=alt.Text("word:N"))]


def _part_names(pieces: list[dict], marks: Sequence[float], height: int, page: Page) -> list[dict]:
    """Each part's name beside its piece in the last year that has it."""
    last = {piece["part"]: piece for piece in pieces}
    limit = 92 if page.narrow else 150
    return [
        {
            "lines": wrap(piece["part_label"], limit),
            "y": to_px((piece["value"] + piece["end"]) / 2, marks, height),
            "colour": piece["colour"],
        }
        for piece in last.values()
    ]


def _names_at_edge(names: list[dict], right: float, height: int) -> list[alt.Chart]:
    """Swatch and name: the words are in ink, as a tint is too pale to read."""
    if not names:
        return []
    sizes = [LINE * len(row["lines"]) + 2 for row in names]
    places = spread([row["y"] for row in names], sizes, LINE / 2, height - LINE / 2)
    swatches = [{"y": place, "colour": row["colour"]} for row, place in zip(names, places, strict=True)]
    texts = [
        {"y": round(place + LINE * (i - (len(row["lines"]) - 1) / 2), 1), "text": line}
        for row, place in zip(names, places, strict=True)
        for i, line in enumerate(row["lines"])
    ]
    square = alt.Chart(data(swatches)).mark_point(shape="square", filled=True, size=90, opacity=1)
    words = alt.Chart(data(texts)).mark_text(align="left", baseline="middle", fontSize=LABEL, color=INK)
    return [
        square.encode(x=alt.XValue(right + 9), y=Y_PX, color=COLOUR),
        words.encode(x=alt.XValue(right + 18), y=Y_PX, text=TEXT),
    ]


def _panel_words(panel: tuple[str, float], pieces: list[dict], width: int) -> list[alt.Chart]:
    """A panel's name, `above` px over the plot in every panel, and below it the key: each has colours of its own."""
    word, above = panel
    if not word:
        return []
    parts = {piece["part_label"]: piece["colour"] for piece in pieces}
    key, _ = swatch_row([Swatch(name, colour) for name, colour in parts.items()], width, y=-20)
    name = alt.Chart(data([{"text": word}])).mark_text(align="left", baseline="middle", fontSize=LABEL, color=INK)
    return [name.encode(x=alt.XValue(0), y=alt.YValue(-20 - above), text=TEXT), *key]
