"""Where in the region: sites as marks whose area is their emissions, the largest named."""

import math
from collections.abc import Mapping, Sequence
from typing import Unpack

import altair as alt
import numpy as np
import polars as pl
import shapely

from analysis.theme import INK, LINE, MUTED, SMALL, NothingToDraw, number_text, style_of, text_width, tint

from .choropleth import shape_chart
from .geometry import Box, Paper, feature, mainland, place_beside, shapes_of
from .labels import wrap
from .page import COLOUR, SHAPE, SIZE, TEXT, X_PX, Y_PX, About, Page, data, released
from .rows import Swatch, swatch_row

LARGEST = 27.0  # px: radius of the largest circle
# Share of its bounding square each of Vega's symbols covers, so that equal tonnes have equal areas.
COVERS = {"circle": math.pi / 4, "square": 1.0, "triangle-up": math.sqrt(3) / 4, "diamond": 0.5}
SHAPES = ("circle", "square", "triangle-up", "diamond")
CLASSES = ("Industrie", "Energie", "andere Branche", "ohne Zuordnung")


def site_map(
    geojson: Mapping,
    frame: pl.DataFrame,
    *,
    classes: Sequence[str] = CLASSES,
    labelled: int = 10,
    region_id: str = "",
    value_label: str = "Emissionen in t",
    **about: Unpack[About],
) -> alt.LayerChart:
    """Sites over the region's districts; frame `name, lon, lat, emissions_t, class`, class as printed in `classes`.

    The boundaries should be those of `simplify(..., tolerance=0.002)`: the coarse ones move a border by kilometres.

    A site without emissions, without a figure or without a place is not drawn; the table beside the map has it.
    """
    page = Page(**about)
    shown = released(frame, ["name", "class"], ["emissions_t"], page.decimals).with_columns(frame["lon"], frame["lat"])
    shapes = shapes_of(geojson)
    wide, tall = page.inner, 340 if page.narrow else 470
    land = [mainland(shape) for shape in shapes.values()]
    margin = 0 if page.narrow else 60
    paper = Paper.around(land, wide - 2 * margin, tall, left=margin)
    paper = Paper.around(land, wide - 2 * margin, tall, left=round((wide - paper.width) / 2, 1))
    sites = _marks(shown, classes, region_id, paper)
    frame_box = Box(0, 0, wide, paper.height)
    names = _place_names(sites[: min(labelled, 6) if page.narrow else labelled], frame_box, 120 if page.narrow else 150)
    key, _ = swatch_row([s for s in _class_swatches(sites, classes, region_id)], page.inner)
    sizes, below = _size_key(sites, paper.height + 14, page)
    chart = alt.layer(
        *_land(shapes, land, paper),
        *_symbols(sites, value_label, page),
        *_named(names, sites),
        *key,
        *sizes,
    )
    return page.finish(chart.properties(width=page.inner, height=round(paper.height + below)))


def _colour(number: int, region_id: str) -> str:
    accent = style_of(region_id or "industry").colour
    return (accent, tint(accent, 0.45), "#7A7A7A", "#BDBDBD")[min(number, 3)]


def _marks(shown: pl.DataFrame, classes: Sequence[str], region_id: str, paper: Paper) -> list[dict]:
    """Sites with their place and size in px, the largest first so that small ones lie on top."""
    placed = pl.col("lon").is_not_null() & pl.col("lat").is_not_null()
    known = shown.filter((pl.col("emissions_t") > 0) & placed).sort(["emissions_t", "name"], descending=[True, False])
    if known.is_empty():
        raise NothingToDraw("Für keinen Standort der Region liegen Emissionen und Lage vor")
    largest = known["emissions_t"][0]
    marks = []
    for row in known.to_dicts():
        number = classes.index(row["class"]) if row["class"] in classes else len(classes) - 1
        x, y = paper.points(np.array([[row["lon"], row["lat"]]]))[0]
        radius = max(LARGEST * math.sqrt(row["emissions_t"] / largest), 2.2)
        shape = SHAPES[min(number, 3)]
        marks.append(
            {
                "name": row["name"],
                "class": row["class"],
                "emissions_t": row["emissions_t"],
                "x": float(x),
                "y": float(y),
                "radius": radius,
                "size": round(math.pi * radius**2 / COVERS[shape], 1),
                "shape": shape,
                "colour": _colour(number, region_id),
            }
        )
    return marks


def _land(shapes: Mapping, land: Sequence[shapely.Geometry], paper: Paper) -> list[alt.Chart]:
    """The districts; a part outside the frame (a far island) is left out."""
    near = shapely.union_all(list(land)).buffer(0.05).envelope
    parts = [paper.draw(shapely.intersection(shape, near)) for shape in shapes.values()]
    return [
        shape_chart([feature(part) for part in parts]).mark_geoshape(fill="#F1F1EE", stroke="#B4B4B4", strokeWidth=0.8)
    ]


def _symbols(sites: list[dict], value_label: str, page: Page) -> list[alt.Chart]:
    keys = ("name", "class", "emissions_t", "x", "y", "size", "shape", "colour")
    base = alt.Chart(data([{key: site[key] for key in keys} for site in sites]))
    tooltip = page.tooltip(name=page.word("site"), emissions_t_q=value_label, **{"class": page.word("class")})
    marks = base.mark_point(filled=True, opacity=0.85, stroke="white", strokeWidth=0.9).encode(
        x=X_PX,
        y=Y_PX,
        size=SIZE,
        shape=SHAPE,
        color=COLOUR,
        tooltip=tooltip,
    )
    return [marks]


def _place_names(sites: list[dict], frame: Box, limit: float) -> list[tuple[list[str], Box]]:
    """Lines and box of each name, none on another and none on a mark of another named site, where there is room."""
    taken = [Box(s["x"] - s["radius"], s["y"] - s["radius"], s["x"] + s["radius"], s["y"] + s["radius"]) for s in sites]
    placed = []
    for site in sites:
        lines = wrap(site["name"], limit, SMALL)
        size = (max(text_width(line, SMALL) for line in lines), LINE * len(lines) - 2)
        box = place_beside(site["x"], site["y"], site["radius"], size, taken, frame)
        taken.append(box)
        placed.append((lines, box))
    return placed


def _named(names: list[tuple[list[str], Box]], sites: list[dict]) -> list[alt.Chart]:
    """Names with a white edge, and a line to the site where the name had to move away."""
    texts, lines = [], []
    for (words, box), site in zip(names, sites, strict=False):
        middle = round((box.left + box.right) / 2, 1)
        texts += [{"text": word, "x": middle, "y": round(box.top + 7 + LINE * i, 1)} for i, word in enumerate(words)]
        x, y = min(max(site["x"], box.left), box.right), min(max(site["y"], box.top), box.bottom)
        if math.hypot(x - site["x"], y - site["y"]) > site["radius"] + 8:
            lines.append({"x": site["x"], "y": site["y"], "to": round(x, 1), "end": round(y, 1)})
    place = {"x": X_PX, "y": Y_PX}
    words = alt.Chart(data(texts)).encode(**place, text=TEXT)
    layers = [
        words.mark_text(
            align="center",
            baseline="middle",
            fontSize=SMALL,
            stroke="white",
            strokeWidth=3,
            strokeJoin="round",
            opacity=0.85,
        ),
        words.mark_text(align="center", baseline="middle", fontSize=SMALL, color=INK),
    ]
    if lines:
        rule = alt.Chart(data(lines)).mark_rule(color=MUTED, strokeWidth=0.9)
        layers.insert(0, rule.encode(**place, x2=alt.X2("to:Q"), y2=alt.Y2("end:Q")))
    return layers


def _class_swatches(sites: list[dict], classes: Sequence[str], region_id: str) -> list[Swatch]:
    present = {site["class"] for site in sites}
    return [Swatch(word, _colour(n, region_id), SHAPES[min(n, 3)]) for n, word in enumerate(classes) if word in present]


def tonnes_text(tonnes: float, language: str = "de") -> str:
    """A round amount in the words of the key: 5 Mio. t, 200.000 t."""
    if tonnes >= 1e6:
        text = number_text(tonnes / 1e6, 0 if tonnes % 1e6 == 0 else 1, "", language)
        return f"{text}\u00a0{'Mio.' if language == 'de' else 'm'}\u00a0t"
    return number_text(tonnes, 0, "t", language)


def _size_key(sites: list[dict], top: float, page: Page) -> tuple[list[alt.Chart], float]:
    """Three rings of round amounts below the map; and the px they take."""
    largest = sites[0]["emissions_t"]
    power = 10 ** math.floor(math.log10(largest))
    first = max(step * power for step in (1, 2, 5) if step * power <= largest)
    amounts = [
        first,
        first / 5 if str(first)[0] == "5" else first / 4 if str(first)[0] == "2" else first / 5,
        first / 50,
    ]
    rings, x = [], 4.0
    for amount in amounts:
        radius = LARGEST * math.sqrt(amount / largest)
        rings.append(
            {
                "x": round(x + radius, 1),
                "words": round(x + 2 * radius + 6, 1),
                "size": round(4 * radius**2, 1),
                "text": tonnes_text(amount, page.language),
            }
        )
        x += 2 * radius + text_width(rings[-1]["text"], SMALL) + 30
    y = alt.YValue(top + LARGEST)
    base = alt.Chart(data([{k: ring[k] for k in ("x", "size")} for ring in rings]))
    circles = base.mark_point(shape="circle", stroke=MUTED, strokeWidth=1, fill=None, opacity=1)
    text = alt.Chart(data([{"x": ring["words"], "text": ring["text"]} for ring in rings]))
    words = text.mark_text(align="left", baseline="middle", fontSize=SMALL, color=MUTED)
    across = X_PX
    return [
        circles.encode(x=across, y=y, size=SIZE),
        words.encode(x=across, y=y, text=TEXT),
    ], 14 + 2 * LARGEST + 4
