"""What is known and when: the data status by source, and a small trend beside a key figure."""

from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import INK, MUTED, OTHER, SMALL, style_of

from .labels import year_ticks
from .lines import runs
from .page import TEXT, Y_PX, About, Page, data, released
from .rows import lay_rows


def status_timeline(frame: pl.DataFrame, *, edition_year: int, **about: Unpack[About]) -> alt.LayerChart:
    """Which figure belongs to which year: a bar from first to last year, a dot at the year used; one row a source.

    frame `source_label, first_year, last_year, used_year`; a source without a used year has only its bar.
    """
    page = Page(**about)
    shown = released(frame, ["source_label"], ["first_year", "last_year", "used_year"], 0, optional=["used_year"])
    rows = lay_rows(shown["source_label"].to_list(), page, thickness=10, gap=10)
    known = [
        {**row, "y": rows.centres[row["source_label"]]} for row in shown.to_dicts() if row["first_year"] is not None
    ]
    years = [
        int(v) for row in known for v in (row["first_year"], row["last_year"], row["used_year"]) if v is not None
    ] + [edition_year]
    left, right = rows.left + 6, page.inner - 40
    scale = alt.Scale(domain=[min(years), max(years)], range=[left, right], nice=False, zero=False)
    axis = alt.Axis(
        values=year_ticks(min(years), max(years), right - left), format="d", grid=False, offset=4, labelOverlap=False
    )
    x = alt.X("first_year:Q", scale=scale, axis=axis)
    span = alt.Chart(data([{k: row[k] for k in ("source_label", "first_year", "last_year", "y")} for row in known]))
    titles = [
        alt.Tooltip("source_label:N", title=page.word("source")),
        alt.Tooltip("first_year:Q", title=page.word("start"), format="d"),
        alt.Tooltip("last_year:Q", title=page.word("end"), format="d"),
    ]
    whole = [{"first_year": edition_year, "y": -4, "end": rows.height + 4}]
    pieces = [{"first_year": edition_year, "y": y - 6, "end": y + 6} for y in rows.centres.values()]
    edition = alt.Chart(data(pieces if page.narrow else whole)).mark_rule(color=MUTED, strokeDash=[3, 3])
    used = [
        {"first_year": row["used_year"], "y": row["y"], "text": f"{row['used_year']:.0f}"}
        for row in known
        if row["used_year"] is not None
    ]
    dots = alt.Chart(data(used)).encode(x=x, y=Y_PX)
    last = alt.X2("last_year:Q")
    chart = alt.layer(
        edition.encode(x=x, y=Y_PX, y2=alt.Y2("end:Q")),
        span.mark_bar(height=8, color=OTHER, cornerRadius=4).encode(x=x, x2=last, y=Y_PX, tooltip=titles),
        dots.mark_point(filled=True, size=110, color=INK, stroke="white", opacity=1),
        dots.mark_text(align="left", dx=9, baseline="middle", fontSize=SMALL, stroke="white", strokeWidth=3).encode(
            text=TEXT
        ),
        dots.mark_text(align="left", dx=9, baseline="middle", fontSize=SMALL, color=INK).encode(text=TEXT),
        rows.name_layer(),
    )
    return page.finish(chart.properties(width=page.inner, height=rows.height))


def sparkline(frame: pl.DataFrame, *, region_id: str = "", **about: Unpack[About]) -> alt.LayerChart:
    """A trend beside a key figure: 96 by 24 px, no axes, the last value as a dot; frame `year, value`."""
    page = Page(**about)
    shown = released(frame, ["year"], ["value"], page.decimals).with_columns(series_id=pl.lit(region_id))
    rows = runs(shown, "value").drop("series_id")
    low, high = rows["value"].min(), rows["value"].max()
    pad = (high - low) * 0.1 or 1.0
    x = alt.X(
        "year:Q",
        axis=None,
        scale=alt.Scale(domain=[shown["year"].min(), shown["year"].max()], nice=False, zero=False, padding=4),
    )
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(domain=[low - pad, high + pad], nice=False, zero=False))
    accent = style_of(region_id).colour
    line = alt.Chart(data(rows)).mark_line(color=accent, strokeWidth=1.75).encode(x=x, y=y, detail=alt.Detail("run:N"))
    dot = alt.Chart(data(rows.sort("year").tail(1))).mark_circle(color=accent, size=34, opacity=1).encode(x=x, y=y)
    bare = Page("", page.decimals, page.unit, page.description or page.axis_title, 96, page.language)
    return bare.finish(alt.layer(line, dot).properties(width=96, height=24))
