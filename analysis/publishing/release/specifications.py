"""A chart's specification inside a page: only columns it reads, rows it draws, digits its figure has."""

import re
from collections.abc import Iterator
from typing import Any

from analysis.charts.trimming import PARTS, inline_rows, placed_columns, read_columns
from analysis.publishing.release.figures import Data
from analysis.publishing.release.numbers import Released, decimals_of, is_short
from analysis.publishing.release.objections import Objection, shortened

REMOTE = re.compile(r"(?:https?:)?//[\w.-]+\.\w{2,}")
PIXEL = 2  # decimals of a place on paper: what an SVG's coordinates have
ROUND_TICKS = 4  # decimals of ticks and ends of axes, which are no figures of the data
YEARS = range(1900, 2101)


class Specification:
    """One chart of a page; `figure` is the data its page lets one download, None where there is none."""

    def __init__(self, key: str, content: dict, file: str, released: Released, figure: Data | None) -> None:
        self.key, self.content, self.file, self.released = key, content, file, released
        self.limit = released.ceiling if figure is None else figure.decimals
        self.known = {abs(number) for number in figure.numbers} | released.numbers if figure else None

    def objections(self) -> Iterator[Objection]:
        """What the chart holds beyond what it shows."""
        yield from self._hidden(self.content)
        yield from self._layout(self.content, "")
        for number, view in enumerate(_views(self.content), 1):
            yield from self._rows(view, f"view {number}")
        text = "\n".join(one for one in _texts(self.content))
        yield from self._words(text)

    def _objection(self, place: str, what: str, cure: str) -> Objection:
        return Objection(self.file, f"chart '{self.key}', {place}", what, cure)

    def _hidden(self, content: Any) -> Iterator[Objection]:
        """Filters and stores of data that keep more than is drawn."""
        for key, value in _entries(content):
            if key == "filter":
                yield self._objection(
                    "transform", f"a filter hides rows ({shortened(str(value))})", "Filter the frame itself."
                )  # fmt: skip
            elif key in ("datasets", "usermeta"):
                yield self._objection(key, "it may hold more than is drawn", "Give each view its own rows.")
            elif isinstance(value, str) and REMOTE.search(value):
                yield self._objection(key, f"it points to another host ({shortened(value)})", "Put the data inline.")

    def _layout(self, content: Any, key: str) -> Iterator[Objection]:
        """Lengths and ends of axes with so many digits that they tell a figure."""
        if isinstance(content, dict):
            for name, value in content.items():
                if name not in ("data", "config"):
                    yield from self._layout(value, name)
        elif isinstance(content, list):
            for value in content:
                yield from self._layout(value, key)
        elif isinstance(content, float):
            most = max(self.limit, ROUND_TICKS if key in ("domain", "values") else PIXEL)
            if decimals_of(content) > most:
                yield self._objection(key, f"{content!r} is unrounded", "Round it where the figure is laid out.")

    def _rows(self, view: dict, place: str) -> Iterator[Objection]:
        rows, read = inline_rows(view), read_columns(view)
        columns = dict.fromkeys(name for row in rows for name in row)
        unread = [name for name in columns if read is not None and name not in read]
        if unread:
            yield self._objection(
                place, f"nothing reads the columns {', '.join(unread)}", "Draw it with analysis.charts.specify."
            )  # fmt: skip
        places, told = placed_columns(view), _told(view)
        for name in columns:
            limit = PIXEL if name in places else self.limit if name in told else self.limit + 1
            yield from self._column(rows, name, limit, name in told, place)

    def _column(self, rows: list[dict], name: str, limit: int, told: bool, place: str) -> Iterator[Objection]:
        """The first number of a column with too many digits, and the first that a tooltip tells and no table prints."""
        numbers = [row[name] for row in rows if type(row.get(name)) in (int, float)]
        fine = next((one for one in numbers if decimals_of(one) > limit and not is_short(repr(one))), None)
        if fine is not None:
            yield self._objection(
                f"{place}, column '{name}'", f"{fine!r} has more than {limit} decimals", "Round before drawing."
            )  # fmt: skip
        elif told and self.known is not None:
            unknown = [one for one in numbers if abs(one) not in self.known and one not in YEARS and one]
            if unknown:
                yield self._objection(
                    f"{place}, column '{name}'",
                    f"the tooltip tells {unknown[0]!r}, which the figure's table does not have",
                    "Give the table this row, or the view no tooltip.",
                )

    def _words(self, text: str) -> Iterator[Objection]:
        for found in self.released.too_fine(text, self.limit, drawn=True):
            yield self._objection("text", f"'{found.text}': {found.reason}", "Print it with the figure's decimals.")


def _views(content: dict) -> Iterator[dict]:
    """The specification and every view in it."""
    yield content
    for key in PARTS:
        for part in content.get(key, ()):
            yield from _views(part)
    if isinstance(content.get("spec"), dict):
        yield from _views(content["spec"])


def _told(view: dict) -> set[str]:
    """Columns that a tooltip says in full, as quantities."""
    tooltips = [value for key, value in _entries(view) if key == "tooltip"]
    channels = [one for value in tooltips for one in (value if isinstance(value, list) else [value])]
    told = [one for one in channels if isinstance(one, dict) and one.get("type") == "quantitative"]
    return {one["field"] for one in told if "field" in one}


def _entries(content: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield key, value
            if key != "values" or not isinstance(value, list):
                yield from _entries(value)
    elif isinstance(content, list):
        for one in content:
            yield from _entries(one)


def _texts(content: Any) -> Iterator[str]:
    """Every text of a specification, its rows' among them; expressions, formats and colours tell no figures."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for key, value in content.items():
            if key not in ("config", "geometry"):
                yield from _texts(value)
    elif isinstance(content, list):
        for one in content:
            yield from _texts(one)
