"""The frame of every horizontal figure: named rows, one common measure, values printed beside the marks.

Positions are px, counted from the top left of the plot. On a telephone a row's name stands above it, else left of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import altair as alt

from analysis.theme import BASELINE, GRID, INK, LABEL, LINE, MUTED, SMALL, text_width

from .labels import tick_format, ticks, wrap
from .page import FILL, SHAPE, STROKE, TEXT, X_PX, Y_PX, Page, data

GAP = 8


@dataclass(frozen=True)
class Rows:
    """Where rows stand: `left` edge of the plot, `height`, `centres` of the bars by name, and the names as printed."""

    left: float
    height: float
    thickness: float
    centres: Mapping[str, float]
    names: Sequence[dict]
    align: str

    def name_layer(self, *, halo: bool = False) -> alt.Chart:
        """The names; as `halo` their white edge, to lie on grid lines and below the names themselves."""
        edge = {"stroke": "white", "strokeWidth": 4, "strokeJoin": "round"} if halo else {"color": INK}
        words = alt.Chart(data(self.names)).mark_text(align=self.align, baseline="middle", fontSize=LABEL, **edge)
        x = alt.XValue(0 if self.align == "left" else self.left - GAP)
        return words.encode(x=x, y=Y_PX, text=TEXT)


def lay_rows(
    names: Sequence[str],
    page: Page,
    *,
    thickness: float = 18,
    gap: float = 9,
    extra: Mapping[str, float] | None = None,
    words: Mapping[str, str] | None = None,
) -> Rows:
    """Give each name its place; `extra` adds px above single rows, `words` prints something else than the name."""
    limit = page.inner if page.narrow else page.inner * 0.36
    lines = {name: wrap((words or {}).get(name, name), limit) for name in names}
    left = 0 if page.narrow else max(text_width(line) for each in lines.values() for line in each) + GAP
    y, centres, printed = 0.0, {}, []
    for name in names:
        y += (extra or {}).get(name, 0)
        tall = len(lines[name]) * LINE
        room = tall + thickness + 2 if page.narrow else max(thickness, tall)
        centre = y + room - thickness / 2 if page.narrow else y + room / 2
        first = y + LINE / 2 if page.narrow else y + room / 2 - (tall - LINE) / 2
        printed += [{"text": line, "y": round(first + LINE * i, 1)} for i, line in enumerate(lines[name])]
        centres[name] = round(centre, 1)
        y += room + gap
    return Rows(round(left, 1), round(y - gap, 1), thickness, centres, printed, "left" if page.narrow else "right")


def measure(
    field: str,
    low: float,
    high: float,
    rows: Rows,
    page: Page,
    *,
    room: float = 0,
    room_left: float = 0,
    axis: bool = False,
) -> tuple[alt.X, float, float]:
    """The common measure: an encoding over low..high that leaves `room` px at either end for printed values.

    Gives also the px of `low` and `high`. Without `axis` the domain ends at the values, as nothing is read off.
    """
    left, right = rows.left + room_left, page.inner - room
    marks = ticks(low, high, 4 if page.narrow else 6)
    first, last = (marks[0], marks[-1]) if axis else (low, high if high > low else low + 1)
    scale = alt.Scale(domain=[first, last], range=[left, right], nice=False, zero=False)
    guide = alt.Axis(values=marks, format=tick_format(marks), grid=True, offset=6) if axis else None
    return alt.X(f"{field}:Q", scale=scale, axis=guide), left, right


def zero_line(rows: Rows, field: str, names: Sequence[str] = ()) -> alt.Chart:
    """The line bars start from; where names stand between the bars, in pieces (at the rows `names`, or at all)."""
    half = rows.thickness / 2 + 3
    whole = [{field: 0, "y": -4, "end": rows.height + 4}]
    pieces = [
        {field: 0, "y": y - half, "end": y + half} for name, y in rows.centres.items() if not names or name in names
    ]
    rule = alt.Chart(data(pieces if rows.align == "left" else whole)).mark_rule(color=BASELINE, strokeWidth=1)
    return rule.encode(x=alt.X(f"{field}:Q"), y=Y_PX, y2=alt.Y2("end:Q"))


def row_lines(rows: Rows, page: Page) -> alt.Chart:
    """A thin line through every row, for figures whose marks stand free."""
    lines = alt.Chart(data([{"y": y} for y in rows.centres.values()])).mark_rule(color=GRID, strokeWidth=1)
    return lines.encode(x=alt.XValue(rows.left), x2=alt.X2Value(page.inner), y=Y_PX)


def missing_words(names: Sequence[str], rows: Rows, page: Page) -> list[alt.Chart]:
    """The sign for a value that is not there, where the bar would begin."""
    if not names:
        return []
    words = [{"text": page.word("missing"), "y": rows.centres[name]} for name in names]
    text = alt.Chart(data(words)).mark_text(align="left", baseline="middle", color=MUTED, fontSize=SMALL)
    return [text.encode(x=alt.XValue(rows.left + 6), y=Y_PX, text=TEXT)]


@dataclass(frozen=True)
class Swatch:
    """One entry of a key: its word, and the mark the word stands for."""

    word: str
    colour: str
    shape: str = "square"
    hollow: bool = False


def swatch_row(entries: Sequence[Swatch], width: float, y: float = -14) -> tuple[list[alt.Chart], float]:
    """A key in as many lines as `width` px asks for, its last line at `y`; gives its layers and the px it takes."""
    placed, x, line = [], 0.0, 0
    for entry in entries:
        room = text_width(entry.word, SMALL) + 30
        if x and x + room - 14 > width:
            x, line = 0.0, line + 1
        placed.append((entry, round(x + 6, 1), line))
        x += room
    rows = [
        {
            "text": entry.word,
            "x": left,
            "y": y - LINE * (line - own),
            "shape": entry.shape,
            "colour": entry.colour,
            "fill": "white" if entry.hollow else entry.colour,
        }
        for entry, left, own in placed
    ]
    base = alt.Chart(data(rows)).encode(x=X_PX, y=Y_PX)
    marks = base.mark_point(size=80, opacity=1, strokeWidth=1.75).encode(
        shape=SHAPE,
        stroke=STROKE,
        fill=FILL,
    )
    words = base.mark_text(align="left", baseline="middle", dx=10, fontSize=SMALL, color=INK).encode(text=TEXT)
    return [marks, words], LINE * (line + 1) + 6
