"""Where in Germany: districts in classes, our regions outlined, hatching where nothing is known."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Unpack

import altair as alt
import polars as pl
import shapely

from analysis.theme import HATCH, INK, LABEL, MUTED, SEQUENCE, SMALL, number_text, style_of, text_width

from .geometry import Paper, feature, hatch, mainland, shapes_of
from .labels import spread, wrap
from .page import COLOUR, TEXT, X_PX, Y_PX, About, Page, data, released
from .rows import Swatch, swatch_row

SWATCH = 16  # px
Outlines = Mapping[str, tuple[str, Sequence[str]]]


def district_map(
    geojson: Mapping,
    frame: pl.DataFrame,
    *,
    breaks: Sequence[float],
    outlines: Outlines | None = None,
    value_label: str = "",
    missing_label: str = "keine Angabe",
    **about: Unpack[About],
) -> alt.LayerChart:
    """Districts in five to seven classes; frame `ags, name, value, class` (0 the lowest; null where the value is).

    breaks: the classes' limits, one more than classes. outlines: region id -> (printed name, district keys).
    A district of the map that the frame does not have counts as one without a value.
    """
    page = Page(**({"decimals": 1} | about))
    shown = released(frame, ["ags", "name", "class"], ["value"], page.decimals)
    shapes = shapes_of(geojson)
    wide = not page.narrow
    names = (
        max((text_width(label) for label, _ in (outlines or {}).values()), default=0) + 16 if wide and outlines else 0
    )
    legend = max(text_width(text, SMALL) for text in _class_words(breaks, page)) + SWATCH + 30 if wide else 0
    paper = Paper.around(list(shapes.values()), page.inner - names - legend, 520 if wide else 440, left=names)
    drawn = {ags: paper.draw(shape) for ags, shape in shapes.items()}
    key, height = _legend(breaks, value_label, missing_label, paper, page, names + paper.width + 18 if wide else None)
    chart = alt.layer(
        *_districts(drawn, shown, len(breaks) - 1, value_label or page.axis_title, missing_label, page),
        *_outlines(shapes, outlines or {}, paper),
        *(_pointers(shapes, outlines or {}, paper) if wide else _outline_key(outlines or {}, height, page)),
        *key,
    )
    lines = 26 if not wide and outlines else 0
    return page.finish(chart.properties(width=page.inner, height=round(max(height, paper.height)) + lines))


def shape_chart(features: Sequence[dict]) -> alt.Chart:
    # Coordinates are px already: the projection does nothing, and is told so, lest it fit the shapes to the view.
    return alt.Chart(data(features)).project(type="identity", scale=1, translate=[0, 0])


def _districts(
    drawn: Mapping, shown: pl.DataFrame, classes: int, word: str, missing: str, page: Page
) -> list[alt.Chart]:
    rows = {row["ags"]: row for row in shown.to_dicts()}
    known, unknown = [], []
    for ags, geometry in sorted(drawn.items()):
        row = rows.get(ags)
        if row and row["value"] is not None and row["class"] is not None:
            known.append(feature(geometry, name=row["name"], value=row["value"], **{"class": row["class"]}))
        else:
            unknown.append((geometry, row["name"] if row else ""))
    colour = alt.Color("class:O", scale=alt.Scale(domain=list(range(classes)), range=ramp(classes)), legend=None)
    layers = [
        shape_chart(known)
        .mark_geoshape(stroke="white", strokeWidth=0.5)
        .encode(color=colour, tooltip=page.tooltip(name=page.word("district"), value_q=word))
    ]
    if unknown:
        blank = [feature(geometry, name=name, value=missing) for geometry, name in unknown]
        tooltip = page.tooltip(name=page.word("district"), value=word)
        layers.append(
            shape_chart(blank).mark_geoshape(fill="white", stroke=HATCH, strokeWidth=0.5).encode(tooltip=tooltip)
        )
        lines = [feature(hatch(geometry, 4)) for geometry, _ in unknown]
        layers.append(shape_chart(lines).mark_geoshape(filled=False, stroke=HATCH, strokeWidth=0.8))
    return layers


def ramp(classes: int) -> list[str]:
    """As many steps of the sequential hue as there are classes, the palest and the darkest always among them."""
    return [SEQUENCE[round(step * (len(SEQUENCE) - 1) / max(classes - 1, 1))] for step in range(classes)]


def _union(shapes: Mapping, districts: Sequence[str]) -> shapely.Geometry:
    # Rounded edges may leave hairline gaps between neighbours: close them before the outline is taken.
    return shapely.union_all([shapes[ags] for ags in districts if ags in shapes]).buffer(0.003).buffer(-0.003)


def _outlines(shapes: Mapping, outlines: Outlines, paper: Paper) -> list[alt.Chart]:
    layers = []
    for region, (_, districts) in outlines.items():
        border = paper.draw(_union(shapes, districts))
        if not border.is_empty:
            shape = shape_chart([feature(border)])
            layers.append(shape.mark_geoshape(filled=False, stroke="white", strokeWidth=4.5))
            layers.append(shape.mark_geoshape(filled=False, stroke=style_of(region).colour, strokeWidth=2.25))
    return layers


def _pointers(shapes: Mapping, outlines: Outlines, paper: Paper) -> list[alt.Chart]:
    """Names at the left edge with a line to each region, in the order of their latitude."""
    anchors = []
    for region, (label, districts) in outlines.items():
        border = paper.draw(mainland(_union(shapes, districts)))
        if not border.is_empty:
            x, y = border.representative_point().coords[0]
            anchors.append(
                (label, round(border.bounds[0], 1) if border.area > 200 else round(x, 1), round(y, 1), style_of(region))
            )
    if not anchors:
        return []
    edge = max(text_width(label) for label, *_ in anchors) + 4
    places = spread([y for _, _, y, _ in anchors], [18] * len(anchors), 8, paper.height - 8)
    words = [
        {"text": label, "y": place, "colour": style.text}
        for (label, _, _, style), place in zip(anchors, places, strict=True)
    ]
    lines = [
        {"x": edge, "to": x, "y": place, "end": y, "colour": style.colour}
        for (_, x, y, style), place in zip(anchors, places, strict=True)
    ]
    text = alt.Chart(data(words)).mark_text(align="right", baseline="middle", fontSize=LABEL)
    rule = alt.Chart(data(lines)).encode(x=X_PX, x2=alt.X2("to:Q"), y=Y_PX, y2=alt.Y2("end:Q"))
    return [
        rule.mark_rule(strokeWidth=3.5, stroke="white", opacity=0.8),
        rule.mark_rule(strokeWidth=1.25).encode(color=COLOUR),
        text.encode(x=alt.XValue(edge - 4), y=Y_PX, text=TEXT, color=COLOUR),
    ]


def _outline_key(outlines: Outlines, top: float, page: Page) -> list[alt.Chart]:
    if not outlines:
        return []
    entries = [Swatch(label, style_of(region).colour, "square", hollow=True) for region, (label, _) in outlines.items()]
    return swatch_row(entries, page.inner, y=top + 14)[0]


def _class_words(breaks: Sequence[float], page: Page) -> list[str]:
    """Classes in words: lower limit included, upper not, save the last."""
    figures = [number_text(limit, page.decimals, "", page.language) for limit in breaks]
    below = "bis unter" if page.language == "de" else "to under"
    upto = "bis" if page.language == "de" else "to"
    pairs = list(pairwise(figures))
    return [f"{low} {upto if number == len(pairs) - 1 else below} {high}" for number, (low, high) in enumerate(pairs)]


def _legend(
    breaks: Sequence[float], title: str, missing: str, paper: Paper, page: Page, beside: float | None
) -> tuple[list[alt.Chart], float]:
    """Classes from high to low with the hatching last, beside the map or below it; and the height down to its end."""
    words = [*_class_words(breaks, page)[::-1], missing]
    colours = [*ramp(len(breaks) - 1)[::-1], "white"]
    lines = wrap(title, page.inner - beside, SMALL) if beside is not None else wrap(title, page.inner, SMALL)
    head = SWATCH * len(lines) + 4 if title else 0
    columns = 1 if beside is not None else 2
    left, top = (beside, paper.height * 0.3) if beside is not None else (0.0, paper.height + 14)
    deep = -(-len(words) // columns)
    entries = []
    for number, (word, colour) in enumerate(zip(words, colours, strict=True)):
        column, line = divmod(number, deep)
        entries.append(
            {"x": left + column * page.inner / 2, "y": top + head + 20 * line, "text": word, "colour": colour}
        )
    heads = [{"text": line, "y": top + SWATCH * i} for i, line in enumerate(lines)] if title else []
    return _legend_layers(entries, heads, left), top + head + 20 * deep


def _legend_layers(entries: list[dict], heads: list[dict], left: float) -> list[alt.Chart]:
    rows = [
        {
            **{k: round(v, 1) if isinstance(v, float) else v for k, v in e.items()},
            "edge": HATCH if e["colour"] == "white" else e["colour"],
        }
        for e in entries
    ]
    base = alt.Chart(data(rows)).encode(x=X_PX, y=Y_PX)
    box = shapely.box(
        entries[-1]["x"],
        entries[-1]["y"] - SWATCH / 2 + 1,
        entries[-1]["x"] + SWATCH + 4,
        entries[-1]["y"] + SWATCH / 2 - 1,
    )
    boxes = [
        feature(
            shapely.box(e["x"], e["y"] - SWATCH / 2 + 1, e["x"] + SWATCH + 4, e["y"] + SWATCH / 2 - 1),
            colour=e["colour"],
            edge=e["edge"],
        )
        for e in rows
    ]
    paint, edge = alt.Fill("colour:N", scale=None, legend=None), alt.Stroke("edge:N", scale=None, legend=None)
    layers = [
        shape_chart(boxes).mark_geoshape(strokeWidth=0.75).encode(fill=paint, stroke=edge),
        shape_chart([feature(hatch(box, 4))]).mark_geoshape(filled=False, stroke=HATCH, strokeWidth=0.8),
        base.mark_text(align="left", baseline="middle", dx=SWATCH + 10, fontSize=SMALL, color=INK).encode(text=TEXT),
    ]
    if heads:
        words = alt.Chart(data(heads)).mark_text(align="left", baseline="middle", fontSize=SMALL, color=MUTED)
        layers.append(words.encode(x=alt.XValue(left), y=Y_PX, text=TEXT))
    return layers
