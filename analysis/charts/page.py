"""The sheet a figure is drawn on: its unit line, number format, width and language; and the frame it accepts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import altair as alt
import polars as pl

from analysis.errors import StudyError
from analysis.theme import NARROW, SMALL, WIDE, WORDS, NothingToDraw, config, number_text, register_fonts

from .labels import wrap

MARGIN = 10  # px: left and right padding of the view together

# Channels whose field already holds what is drawn: a colour, a symbol, an area or a place in px.
COLOUR = alt.Color("colour:N", scale=None, legend=None)
FILL = alt.Fill("fill:N", scale=None, legend=None)
STROKE = alt.Stroke("colour:N", scale=None, legend=None)
SHAPE = alt.Shape("shape:N", scale=None, legend=None)
SIZE = alt.Size("size:Q", scale=None, legend=None)
X_PX = alt.X("x:Q", scale=None, axis=None)
Y_PX = alt.Y("y:Q", scale=None)
TEXT = alt.Text("text:N")


class About(TypedDict, total=False):
    """Keyword arguments every form takes.

    axis_title: what is measured and its unit, in the language of the report; the small line above the plot.
    decimals: digits kept; values are rounded to them before they enter the specification.
    unit: sign set behind a printed value, as in "%".
    description: what a screen reader says; the finding of the figure.
    width: px of the whole picture, WIDE or NARROW.
    language: de or en.
    """

    axis_title: str
    decimals: int
    unit: str
    description: str
    width: int
    language: str


@dataclass(frozen=True)
class Page:
    """About, filled with defaults, and what follows from it."""

    axis_title: str = ""
    decimals: int = 0
    unit: str = ""
    description: str = ""
    width: int = WIDE
    language: str = "de"

    @property
    def narrow(self) -> bool:
        return self.width < (NARROW + WIDE) / 2

    @property
    def inner(self) -> int:
        """Width of the view in px."""
        return self.width - MARGIN

    @property
    def d3_format(self) -> str:
        return f",.{self.decimals}f"

    def word(self, key: str) -> str:
        return WORDS[self.language][key]

    def text(self, value: float, signed: bool = False) -> str:
        return number_text(value, self.decimals, self.unit, self.language, signed)

    def tooltip(self, **titles: str) -> list[alt.Tooltip]:
        """Tooltips `field="Titel"`: a field ending in _q is a number in the figure's format, others are text."""
        return [
            alt.Tooltip(field.removesuffix("_q"), type="quantitative", title=title, format=self.d3_format)
            if field.endswith("_q")
            else alt.Tooltip(field, type="nominal", title=title)
            for field, title in titles.items()
        ]

    def finish(self, chart: Any, *, fit: bool = False, kind: str = "") -> Any:
        """Put the unit line, description and configuration on a finished chart; `fit` makes its whole width ours."""
        properties: dict[str, Any] = {
            "description": self.description or ": ".join(filter(None, (kind, self.axis_title)))
        }
        if self.axis_title:
            properties["title"] = alt.TitleParams(wrap(self.axis_title, self.inner, SMALL))
        if fit:
            properties |= {"width": self.width, "autosize": alt.AutoSizeParams(type="fit-x", contains="padding")}
        register_fonts()
        return chart.properties(**properties).configure(**config(self.language))


def released(
    frame: pl.DataFrame, text: Sequence[str], numbers: Sequence[str], decimals: int, optional: Sequence[str] = ()
) -> pl.DataFrame:
    """Only the columns a figure shows, its `numbers` rounded; NaN counts as missing.

    Raises StudyError for a missing column, NothingToDraw if no row has a value in any of `numbers`.
    """
    wanted = [*text, *numbers]
    absent = sorted(set(wanted) - set(frame.columns) - set(optional))
    if absent:
        raise StudyError(
            f"The figure's frame lacks the columns {', '.join(absent)}", next_step="Add them where the frame is made."
        )
    present = [name for name in wanted if name in frame.columns]
    shown = frame.select(present).with_columns(
        pl.col(name).cast(pl.Float64).fill_nan(None).round(decimals) for name in numbers if name in present
    )
    values = [name for name in numbers if name in present and name not in optional]
    if shown.is_empty() or all(shown[name].null_count() == shown.height for name in values):
        raise NothingToDraw(
            "Für diese Abbildung liegt kein darstellbarer Wert vor"
            if shown.height
            else "Für diese Abbildung liegen keine Daten vor"
        )
    return shown


class Records(alt.Data):
    """Inline data handed through: Altair would walk over and copy each value several times, once for every step that
    makes a chart from another, which takes longer than drawing."""

    def __init__(self, records: list[dict]) -> None:
        object.__setattr__(self, "records", records)  # Altair's own assignment makes a property of the chart
        super().__init__(values=[])

    def __deepcopy__(self, _memo: dict) -> "Records":
        """Itself: rows are never changed once they are drawn."""
        return self

    def to_dict(self, *_arguments: Any, **_options: Any) -> dict:
        """The rows as they were given."""
        return {"values": self.records}


def data(rows: pl.DataFrame | Sequence[dict]) -> Records:
    """Rows as inline data; a value that rounds to minus nought is nought, a whole number has no decimal point."""
    records = rows.to_dicts() if isinstance(rows, pl.DataFrame) else rows
    return Records([{key: _plain(value) for key, value in record.items()} for record in records])


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value
