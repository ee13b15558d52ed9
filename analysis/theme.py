"""One system of colour, type and number for every figure: what a region looks like here it looks like everywhere.

Colour never stands alone. A region has a dash and a shape beside its colour, and the lightness of the three accents
differs (about 29, 46 and 58), so a grey print keeps them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import fontpkg_ibm_plex_sans as plex
import vl_convert
from fontTools.ttLib import TTFont

from analysis.errors import StudyError

FONT = plex.FAMILY
FONT_FOLDER = plex.ROOT / "files"
UPRIGHT = FONT_FOLDER / "IBMPlexSans[wdth,wght].ttf"

WIDE, NARROW = 640, 360  # px: the text column and A4, a telephone
LABEL, SMALL = 13, 12  # px: direct labels, axes
LINE = 16  # px between two lines of a label

INK, MUTED, GRID, BASELINE = "#1F1F1F", "#595959", "#E3E3E3", "#8C8C8C"
OTHER, NO_DATA, HATCH = "#D0D0D0", "#FFFFFF", "#A6A6A6"
DEFAULT_ACCENT = "#5B4B8A"
THIN_SPACE, MINUS = "\u202f", "\u2212"

# One hue for shares and intensities on every map; the lowest class still differs from white paper.
SEQUENCE = ("#E4E7F1", "#C3CBE1", "#A0A8CF", "#8383B8", "#6B5E9E", "#533C80", "#38205C")
# Neighbours in a bar of 100 % differ in lightness; industry is the darkest of all.
BRANCH_COLOURS = ("#533C80", "#C9A86A", "#5F8A8B", "#B9D3CC", "#7E93AE", "#DDE1E6", "#A06F5B", "#D8C3B4")

LAENDER = frozenset(
    {
        "baden-wuerttemberg", "bayern", "berlin", "brandenburg", "bremen", "hessen", "mecklenburg-vorpommern",
        "niedersachsen", "nordrhein-westfalen", "rheinland-pfalz", "saarland", "sachsen", "sachsen-anhalt",
        "schleswig-holstein", "thueringen",
    }
)  # fmt: skip
WORDS = {
    "de": {"year": "Jahr", "name": "Bezeichnung", "region": "Region", "branch": "Wirtschaftszweig", "share": "Anteil",
           "part": "Bestandteil", "effect": "Komponente", "district": "Kreis", "site": "Anlage", "missing": "k. A.",
           "interval": "Spanne", "start": "Anfang", "end": "Ende", "count": "Anzahl", "theme": "Handlungsfeld",
           "framework": "Rahmenwerk", "class": "Art", "source": "Quelle", "kind": "Reihe"},
    "en": {"year": "Year", "name": "Name", "region": "Region", "branch": "Branch", "share": "Share", "part": "Part",
           "effect": "Component", "district": "District", "site": "Site", "missing": "n. a.", "interval": "Range",
           "start": "Start", "end": "End", "count": "Count", "theme": "Field", "framework": "Framework",
           "class": "Kind", "source": "Source", "kind": "Series"},
}  # fmt: skip


class NothingToDraw(StudyError):  # noqa: N818 - the report prints the reason, it is not a fault of the run
    """No value can be drawn; `what` says why and is printed in place of the figure."""


@dataclass(frozen=True)
class Style:
    """How a series looks: `colour` for marks, `text` for labels (4.5:1 on white), `dash` and `shape` beside them."""

    colour: str
    text: str
    dash: tuple[int, ...]
    shape: str


STYLES = {
    "duesseldorf": Style("#00477A", "#00477A", (1, 0), "circle"),
    "hamburg": Style("#BF4F00", "#BF4F00", (1, 0), "square"),
    "rheinisches-revier": Style("#1B9E77", "#007A5A", (1, 0), "triangle-up"),
    "germany": Style("#404040", "#404040", (7, 4), "diamond"),
    "industry": Style("#533C80", "#533C80", (1, 0), "circle"),
    "services": Style("#A07BB5", "#7A528F", (7, 3), "square"),
}
LAND_STYLE = Style("#6E6E6E", "#5E5E5E", (2, 3), "triangle-down")
DISTRICT_STYLE = Style(DEFAULT_ACCENT, DEFAULT_ACCENT, (1, 0), "cross")
NEUTRAL_STYLE = Style(BASELINE, MUTED, (1, 0), "circle")


def style_of(series_id: str) -> Style:
    """Style of a region, reference or part; an unknown id is another district or region, an empty one is neutral."""
    if series_id in LAENDER:
        return LAND_STYLE
    return STYLES.get(series_id, DISTRICT_STYLE if series_id else NEUTRAL_STYLE)


def tint(colour: str, share: float) -> str:
    """`colour` mixed with white; `share` 1 is the colour itself, 0 is white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * share):02X}" for part in parts)


@cache
def register_fonts() -> None:
    """Tell the SVG converter where the installed typeface is; once per process."""
    vl_convert.register_font_directory(str(FONT_FOLDER))


@cache
def _advances() -> tuple[dict[int, str], dict[str, int]]:
    font = TTFont(UPRIGHT, lazy=True)
    widths = {name: advance for name, (advance, _) in font["hmtx"].metrics.items()}
    return font.getBestCmap(), widths


def text_width(text: str, size: float = LABEL) -> float:
    """Width in px of `text` set in the house typeface at `size` px (1000 units per em, kerning left out)."""
    glyphs, widths = _advances()
    return sum(widths.get(glyphs.get(ord(sign), ""), 600) for sign in text) * size / 1000


def number_text(value: float, decimals: int, unit: str = "", language: str = "de", signed: bool = False) -> str:
    """A number as the reports print it: 94.800, 12,3 %, true minus, narrow no-break space before the unit."""
    text = f"{abs(value):,.{decimals}f}"
    if language == "de":
        text = text.translate(str.maketrans(",.", ".,"))
    nought = not any(sign in "123456789" for sign in text)
    sign = "" if nought else MINUS if value < 0 else "+" if signed else ""
    return f"{sign}{text}{THIN_SPACE}{unit.strip()}" if unit.strip() else f"{sign}{text}"


def _axis() -> dict:
    return {
        "labelColor": MUTED, "labelFontSize": SMALL, "labelPadding": 6, "title": None, "ticks": False, "domain": False,
        "gridColor": GRID, "gridWidth": 1, "labelOverlap": True, "labelLimit": 260, "labelFont": FONT,
    }  # fmt: skip


def config(language: str = "de") -> dict:
    """Vega-Lite configuration: the typeface, quiet axes, and the number format of the language.

    `aria` is off because Vega's own labels are English and print unrounded numbers; the figure carries one
    description instead, and its data table stands beside it.
    """
    separators = {"decimal": ",", "thousands": "."} if language == "de" else {"decimal": ".", "thousands": ","}
    return {
        "aria": False,
        "font": FONT,
        "background": "white",
        "padding": 4,
        "view": {"stroke": None},
        "axis": _axis(),
        "text": {"font": FONT, "fontSize": LABEL, "color": INK},
        "title": {"font": FONT, "fontSize": SMALL, "fontWeight": "normal", "color": MUTED, "anchor": "start",
                  "frame": "bounds", "offset": 10, "lineHeight": LINE},
        "header": {"labelFont": FONT, "labelFontSize": LABEL, "labelColor": INK},
        "locale": {"number": {**separators, "grouping": [3], "currency": ["", "\u00a0€"], "minus": MINUS}},
    }  # fmt: skip


def scale_of(ids: Sequence[str], attribute: str) -> dict:
    """Domain and range of one style attribute over ids, for an explicit scale."""
    return {"domain": list(ids), "range": [getattr(style_of(item), attribute) for item in ids]}
