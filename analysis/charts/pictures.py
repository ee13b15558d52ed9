"""Pictures from specifications: SVG that says only what was meant to be said, with its typeface inside."""

import base64
import hashlib
import json
import re
from functools import cache
from html import escape, unescape
from io import BytesIO
from pathlib import Path

import vl_convert
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from analysis.charts.saving import ENDING, SLIM
from analysis.fonts import REGULAR, font_folder, saved
from analysis.theme import FONT, register_fonts

# Vega writes these in English, with unrounded numbers; the figure carries one description instead.
_VEGA_ARIA = re.compile(r' (?:aria-label|aria-roledescription|role)="[^"]*"')
_TAG = re.compile(r"<[a-z][^>]*>")
_LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")


def render(folder: Path, language: str = "de") -> list[Path]:
    """Draw every specification of `folder` as <key>.svg beside it; the specification for telephones, of which only
    the picture is needed, goes. Returns the pictures."""
    drawn = []
    for path in sorted(folder.glob(f"*{ENDING}")):
        target = path.with_name(path.name.removesuffix(ENDING) + ".svg")
        target.write_text(picture(json.loads(path.read_text("utf-8")), language), "utf-8")
        drawn.append(target)
        if target.stem.endswith(SLIM):
            path.unlink()
    return drawn


def picture(spec: dict, language: str = "de") -> str:
    """The picture of a specification: one role, one description, coordinates to a hundredth, its typeface inside."""
    register_fonts()
    drawn = vl_convert.vegalite_to_svg(spec)
    drawn = _TAG.sub(lambda tag: _LONG_NUMBER.sub(_hundredth, tag[0]), drawn)
    head, body = _VEGA_ARIA.sub("", drawn).split(">", 1)
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
