"""Will the target be met: what was observed, the corridor to the target, the trend with its interval."""

from collections.abc import Mapping
from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import BASELINE, INK, LABEL, LINE, MUTED, SMALL, number_text, style_of, text_width, tint

from .labels import spread, tick_format, ticks, wrap, year_ticks
from .lines import Breaks, break_layers, to_px
from .page import COLOUR, TEXT, Y_PX, About, Page, data, released

KINDS = ("observed", "observed_new", "corridor_linear", "corridor_rate", "planned", "target")
KIND_LABELS = {
    "observed": "Beobachtet",
    "observed_new": "Beobachtet (neue Methode)",
    "corridor_linear": "Pfad, gleiche Mengen",
    "corridor_rate": "Pfad, gleiche Rate",
    "planned": "Planwert",
    "target": "Ziel",
    "trend": "Trend",
}
HEIGHT = 300
DASHES = {"corridor_linear": [6, 4], "corridor_rate": [2, 3], "observed": [1, 0]}
SHAPES = {"target": "diamond", "planned": "square", "trend": "square", "observed_new": "circle"}


def target_corridor(
    frame: pl.DataFrame,
    *,
    labels: Mapping[str, str] = KIND_LABELS,
    trend: pl.DataFrame | None = None,
    region_id: str = "",
    breaks: Breaks = (),
    **about: Unpack[About],
) -> alt.LayerChart:
    """Observations, corridor and target on an axis from nought; frame `year, value, kind`, trend `year, low, high`.

    kind: observed, observed_new (another method, never joined to the first), corridor_linear, corridor_rate,
    planned, target.
    """
    page = Page(**about)
    words = {**KIND_LABELS, **labels}
    shown = (
        released(frame, ["year", "kind"], ["value"], page.decimals)
        .filter(pl.col("value").is_not_null())
        .sort("kind", "year")
    )
    band = (
        None if trend is None else released(trend, ["year"], ["low", "high"], page.decimals).drop_nulls().sort("year")
    )
    years = [*shown["year"], *(band["year"] if band is not None else [])]
    tall = [*shown["value"], *(band["high"] if band is not None else [])]
    marks = ticks(min(0.0, *tall), max(tall), 5)
    left = (
        max(text_width(Page(decimals=int(tick_format(marks)[2]), language=page.language).text(m), SMALL) for m in marks)
        + 8
    )
    names = _end_names(shown, band, words, marks, page, style_of(region_id or "industry").text)
    beside = 0 if page.narrow else max(text_width(line) for name in names for line in name["lines"]) + 20
    right = page.inner - beside - 4
    x, y = _axes(years, marks, left, right)
    accent = style_of(region_id or "industry").colour
    chart = alt.layer(
        *_band(band, x, y, accent),
        *break_layers(breaks),
        *_corridor(shown, x, y, page, words),
        *_observed(shown, x, y, accent, page, words),
        *_target(shown, x, y, page, words),
        *_names(names, 0 if page.narrow else right, page.narrow),
    )
    return page.finish(chart.properties(width=page.inner, height=HEIGHT))


def _axes(years: list[int], marks: list[float], left: float, right: float) -> tuple[alt.X, alt.Y]:
    first, last = min(years), max(years)
    pad = (last - first) * 0.02 or 0.5
    axis = alt.Axis(
        values=year_ticks(first, last, right - left),
        format="d",
        grid=False,
        domain=True,
        domainColor=BASELINE,
        labelOverlap=False,
    )
    scale = alt.Scale(domain=[first - pad, last + pad], range=[round(left, 1), round(right, 1)], nice=False, zero=False)
    guide = alt.Axis(values=marks, format=tick_format(marks), offset=-round(left, 1), gridColor="#ECECEC")
    return alt.X("year:Q", axis=axis, scale=scale), alt.Y(
        "value:Q", axis=guide, scale=alt.Scale(domain=[marks[0], marks[-1]], nice=False)
    )


def _kind(shown: pl.DataFrame, kind: str) -> list[dict]:
    return shown.filter(pl.col("kind") == kind).select("year", "value").to_dicts()


def _tooltip(page: Page) -> list:
    return page.tooltip(word=page.word("kind"), year=page.word("year"), value_q=page.axis_title)


def _band(band: pl.DataFrame | None, x: alt.X, y: alt.Y, accent: str) -> list[alt.Chart]:
    """The trend's interval as an area. It has no tooltip: an area is one mark and would name its first year only."""
    if band is None or band.is_empty():
        return []
    rows = band.select("year", "high", value="low").to_dicts()
    area = alt.Chart(data(rows)).mark_area(
        color=tint(accent, 0.22), line={"color": tint(accent, 0.5), "strokeWidth": 0.75}
    )
    return [area.encode(x=x, y=y, y2=alt.Y2("high:Q"))]


def _corridor(shown: pl.DataFrame, x: alt.X, y: alt.Y, page: Page, words: Mapping[str, str]) -> list[alt.Chart]:
    layers = []
    for kind, dash in (("corridor_linear", [6, 4]), ("corridor_rate", [2, 3])):
        rows = [{**row, "word": words[kind]} for row in _kind(shown, kind)]
        if rows:
            line = alt.Chart(data(rows)).mark_line(color=MUTED, strokeDash=dash, strokeWidth=1.5)
            layers.append(line.encode(x=x, y=y, tooltip=_tooltip(page)))
    planned = [{**row, "word": words["planned"]} for row in _kind(shown, "planned")]
    if planned:
        ring = alt.Chart(data(planned)).mark_point(
            shape="square", size=60, stroke=INK, fill="white", strokeWidth=1.5, opacity=1
        )
        layers.append(ring.encode(x=x, y=y, tooltip=_tooltip(page)))
    return layers


def _observed(
    shown: pl.DataFrame, x: alt.X, y: alt.Y, accent: str, page: Page, words: Mapping[str, str]
) -> list[alt.Chart]:
    """Lines where years follow one another; a gap of years is bridged by nothing but the points themselves."""
    layers = []
    for kind, fill in (("observed", accent), ("observed_new", "white")):
        rows, run = [], 0
        for row in _kind(shown, kind):
            run += bool(rows) and row["year"] - rows[-1]["year"] > 1
            rows.append({**row, "run": int(run), "word": words[kind]})
        if rows:
            base = alt.Chart(data(rows)).encode(x=x, y=y)
            layers.append(base.mark_line(color=accent, strokeWidth=2.25).encode(detail=alt.Detail("run:N")))
            dots = base.mark_point(size=36, stroke=accent, fill=fill, strokeWidth=1.75, opacity=1)
            layers.append(dots.encode(tooltip=_tooltip(page)))
    return layers


def _target(shown: pl.DataFrame, x: alt.X, y: alt.Y, page: Page, words: Mapping[str, str]) -> list[alt.Chart]:
    rows = [{**row, "word": words["target"]} for row in _kind(shown, "target")]
    if not rows:
        return []
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    return [
        base.mark_point(shape="diamond", filled=True, size=190, color=INK, stroke="white", opacity=1).encode(
            tooltip=_tooltip(page)
        )
    ]


def _end_names(
    shown: pl.DataFrame,
    band: pl.DataFrame | None,
    words: Mapping[str, str],
    marks: list[float],
    page: Page,
    accent: str,
) -> list[dict]:
    """One name per kind, by the height of its last value; targets and observations with figure and year."""
    limit = page.inner - 24 if page.narrow else 190
    names = []
    for kind in KINDS:
        rows = _kind(shown, kind)
        if rows and not kind.startswith("corridor"):
            last = rows[-1]
            text = f"{words[kind]} {last['year']}: {page.text(last['value'])}"
            names.append(_name(text, last["value"], accent if kind.startswith("observed") else INK, marks, limit, kind))
    ends = [(kind, _kind(shown, kind)) for kind in ("corridor_linear", "corridor_rate")]
    for kind, rows in ends:
        if rows:
            names.append(_name(words[kind], rows[-1]["value"], MUTED, marks, limit, kind))
    if band is not None and not band.is_empty():
        last = band.row(-1, named=True)
        low = number_text(last["low"], page.decimals, "", page.language)
        text = f"{words['trend']} {last['year']}: {low}–{page.text(last['high'])}"
        names.append(_name(text, (last["low"] + last["high"]) / 2, accent, marks, limit, "trend"))
    return names


def _name(text: str, value: float, colour: str, marks: list[float], limit: float, kind: str) -> dict:
    return {"lines": wrap(text, limit), "y": to_px(value, marks, HEIGHT), "colour": colour, "kind": kind}


def _names(names: list[dict], left: float, below: bool) -> list[alt.Chart]:
    """Names with a sample of the mark each stands for: kept apart at the right edge, or as a list below the axis."""
    sizes = [LINE * len(name["lines"]) + 4 for name in names]
    if below:
        places = [HEIGHT + 36 + sum(sizes[:number]) + size / 2 for number, size in enumerate(sizes)]
    else:
        places = spread([name["y"] for name in names], sizes, 8, HEIGHT - 4)
    texts = [
        {"y": round(place + LINE * (i - (len(name["lines"]) - 1) / 2), 1), "text": line, "colour": name["colour"]}
        for name, place in zip(names, places, strict=True)
        for i, line in enumerate(name["lines"])
    ]
    words = alt.Chart(data(texts)).mark_text(align="left", baseline="middle", fontSize=LABEL)
    layers = [words.encode(x=alt.XValue(left + 20), y=Y_PX, text=TEXT, color=COLOUR)]
    for name, place, size in zip(names, places, sizes, strict=True):
        if name["kind"] != "target" or below or abs(place - name["y"]) > LINE / 2:
            layers.append(_sample(name, place - size / 2 + 10, left))
    return layers


def _sample(name: dict, y: float, left: float) -> alt.Chart:
    base = alt.Chart(data([{"y": round(y, 1)}])).encode(y=Y_PX)
    kind, colour = name["kind"], name["colour"]
    if kind in DASHES:
        line = base.mark_rule(color=colour, strokeDash=DASHES[kind], strokeWidth=2)
        return line.encode(x=alt.XValue(left + 2), x2=alt.X2Value(left + 16))
    fill = {"trend": tint(colour, 0.3), "planned": "white", "observed_new": "white"}.get(kind, colour)
    point = base.mark_point(
        shape=SHAPES[kind], size=80, fill=fill, stroke=colour if fill == "white" else fill, opacity=1
    )
    return point.encode(x=alt.XValue(left + 9))
