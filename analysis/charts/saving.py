"""Write a figure: an SVG that says only what was meant to be said, and a specification a page can run offline."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import vl_convert
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from analysis.fonts import REGULAR, font_folder, saved
from analysis.theme import FONT, NARROW, WIDE, register_fonts

# Vega writes these in English, with unrounded numbers; the figure carries one description instead.
_VEGA_ARIA = re.compile(r' (?:aria-label|aria-roledescription|role)="[^"]*"')
_TAG = re.compile(r"<[a-z][^>]*>")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def specification(chart: Any) -> dict:
    """The chart as a Vega-Lite dict with its configuration; no address of another host in it.

    vega-embed takes a specification without `$schema` for Vega-Lite when it has a mark, layers or panels.
    """
    spec = chart.to_dict(validate=False)  # every part was checked as it was made
    spec.pop("$schema", None)
    return spec


def svg(chart: Any, language: str = "de") -> str:
    """The chart as SVG text: one role, one description, coordinates to a hundredth, its typeface inside."""
    return _picture(specification(chart), language)


def _picture(spec: dict, language: str) -> str:
    register_fonts()
    picture = vl_convert.vegalite_to_svg(spec)
    picture = _TAG.sub(lambda tag: _LONG_NUMBER.sub(_hundredth, tag[0]), picture)
    head, body = _VEGA_ARIA.sub("", picture).split(">", 1)
    label = escape(spec.get("description", ""), quote=True)
    name, style = _own_font(body)
    head = head.replace('class="marks"', f'class="marks {name}"'.replace(' "', '"'))
    return f'{head} role="img" lang="{language}" aria-label="{label}">{style}{body}'


def _hundredth(match: re.Match) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _own_font(body: str) -> tuple[str, str]:
    """Name and style element of the few glyphs the picture uses: an SVG shown as an image cannot reach other fonts.

    The family has a name of its own, tied to a class on the root, lest an SVG set into a page replace the page's.
    """
    signs = "".join(sorted(set(unescape("".join(re.findall(r">([^<>]+)</t(?:ext|span)>", body))))))
    if not signs:
        return "", ""
    font = _subset(signs)
    name = f"plex-{hashlib.sha256(font).hexdigest()[:8]}"
    source = f"url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2')"
    face = f"@font-face{{font-family:{name};src:{source}}}"
    return name, f"<style>{face}.{name} text{{font-family:{name},'{FONT}',sans-serif}}</style>"


@cache
def _subset(signs: str) -> bytes:
    """WOFF2 of the upright regular cut with no more than `signs`; the same bytes every time."""
    font = TTFont(BytesIO(_regular()), recalcTimestamp=False)
    _keep(font, signs)
    font.flavor = "woff2"
    return saved(font)


@cache
def _regular() -> bytes:
    """The regular cut without kerning: the labels were placed by plain advance widths."""
    font = TTFont(font_folder() / f"{REGULAR.name}.ttf", recalcTimestamp=False)
    for layout in {"GSUB", "GPOS", "GDEF"} & set(font.keys()):
        del font[layout]
    return saved(font)


def _keep(font: TTFont, signs: str) -> None:
    subsetter = Subsetter(Options(layout_features=[], hinting=False, name_IDs=[1, 2]))
    subsetter.populate(text=signs)
    subsetter.subset(font)


def save(chart: Any, folder: Path, key: str, language: str = "de", *, png: bool = False) -> dict[str, int]:
    """Write <key>.svg and <key>.vl.json (and <key>.png at double scale) into `folder`; gives bytes by kind."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    spec = specification(chart)
    picture = _picture(spec, language)
    text = json.dumps(spec, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    written = {
        "svg": _write(folder / f"{key}.svg", picture.encode()),
        "spec": _write(folder / f"{key}.vl.json", text.encode()),
    }
    if png:
        written["png"] = _write(folder / f"{key}.png", vl_convert.svg_to_png(picture, scale=2))
    return written


def draw(form: Callable, folder: Path, key: str, *frames: Any, language: str = "de", **options: Any) -> dict[str, int]:
    """Draw a form twice, for paper and screen and for a telephone (<key>-narrow.svg), and save both."""
    wide = form(*frames, language=language, width=WIDE, **options)
    narrow = form(*frames, language=language, width=NARROW, **options)
    sizes = save(wide, folder, key, language)
    return sizes | {"narrow": _write(Path(folder) / f"{key}-narrow.svg", svg(narrow, language).encode())}


def _write(path: Path, content: bytes) -> int:
    path.write_bytes(content)
    return len(content)
