"""A specification reduced to what its figure shows: no column that nothing reads, no place finer than a hundredth."""

import re
from collections.abc import Iterator
from typing import Any

PARTS = ("layer", "hconcat", "vconcat", "concat")  # keys under which a view holds further views
SHAPES = ("type", "geometry")  # what an outline on a map is drawn from
# Places on the axis are figures, not pixels; the configuration is the theme's.
_FIGURES = ("data", "domain", "values", "config")
_NAMING = ("field", "fields", "groupby")
_EXPRESSION = re.compile(r"""datum(?:\.(\w+)|\[\s*['"]([^'"]+)['"]\s*\])""")


def trimmed(view: dict) -> dict:
    """The specification with the columns its marks, tooltips and conditions read, and layout to a hundredth of a pixel.

    The rows given are left as they are: layers share them.
    """
    kept = {key: _parts(key, value) for key, value in view.items()}
    rows = inline_rows(view)
    if rows:
        read, places = read_columns(view), placed_columns(view)
        kept["data"] = view["data"] | {"values": [_row(row, read, places) for row in rows]}
    return kept


def _parts(key: str, value: Any) -> Any:
    if key in PARTS:
        return [trimmed(part) for part in value]
    if key == "spec":
        return trimmed(value)
    return value if key in _FIGURES else _hundredths(value)


def inline_rows(view: dict) -> list[dict]:
    """The rows a view brings itself; none where it takes its parent's."""
    data = view.get("data")
    values = data.get("values") if isinstance(data, dict) else None
    return values if isinstance(values, list) and all(isinstance(row, dict) for row in values) else []


def read_columns(view: dict) -> set[str] | None:
    """The columns that a view or one of its parts reads; None where a tooltip shows whole rows."""
    found: set[str] = set()
    for key, value in _entries(view):
        if key in _NAMING:
            found.update([value] if isinstance(value, str) else [one for one in value if isinstance(one, str)])
        elif isinstance(value, str):
            found.update(dotted or quoted for dotted, quoted in _EXPRESSION.findall(value))
        if (key, value) == ("content", "data"):
            return None
        if "geoshape" in (value, value.get("type") if isinstance(value, dict) else None) and key == "mark":
            found.update(SHAPES)
    return found


def placed_columns(view: dict) -> set[str]:
    """The columns that hold pixels, areas and colours rather than figures: they are drawn without a scale."""
    channels = [one for _, value in _entries(view) for one in (value if isinstance(value, list) else [value])]
    found = [one for one in channels if isinstance(one, dict) and isinstance(one.get("field"), str)]
    return {one["field"] for one in found if one.get("scale", True) is None}


def _entries(content: Any) -> Iterator[tuple[str, Any]]:
    """Every key of a specification with its value; rows of data are none of its keys."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key != "data":
                yield key, value
                yield from _entries(value)
    elif isinstance(content, list):
        for one in content:
            yield from _entries(one)


def _row(row: dict, read: set[str] | None, places: set[str]) -> dict:
    return {
        key: _hundredths(value) if key in places else value for key, value in row.items() if read is None or key in read
    }


def _hundredths(content: Any) -> Any:
    if isinstance(content, float):
        return round(content, 2)
    if isinstance(content, dict):
        return {key: value if key in _FIGURES else _hundredths(value) for key, value in content.items()}
    return [_hundredths(one) for one in content] if isinstance(content, list) else content
