"""The charts of a page: drawings inline as SVG, specifications as JSON, Vega once, everything offline."""

import base64
import hashlib
import html
import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import vl_convert
from bs4 import BeautifulSoup, Tag

from analysis.errors import StudyError

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
THEME = Path(__file__).resolve().parents[2] / "reports" / "theme"
NARROW = "-narrow"
# A drawing grows with its column, but no further than its letters stay in proportion to the text.
LARGEST_SCALE = 1.15
SAVE_AS = {"de": "Als Bild:", "en": "Save as"}
LOCALES = {"de": "de-DE", "en": "en-GB"}
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}

ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)


def inline_svg(text: str, prefix: str, alt: str, extra_class: str = "") -> str:
    """An SVG document as an element of the page.

    Its ids carry `prefix`, so that two charts never share a clip path; its own labels and roles go, since the whole
    drawing is one image with the alternative text `alt` (Vega labels each mark in English and unrounded).
    """
    root = ET.fromstring(text)
    for element in root.iter():
        for name in [key for key in element.attrib if key.startswith("aria-") or key == "role"]:
            del element.attrib[name]
        _rename_ids(element, prefix)
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {root.get('width', '640')} {root.get('height', '400')}")
    width = float(re.match(r"[\d.]+", root.get("width", "640")).group())
    root.set("style", f"max-width:{width * LARGEST_SCALE:.0f}px")
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("class", f"chart {extra_class}".strip())
    return ET.tostring(root, encoding="unicode")


def _rename_ids(element: ET.Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, prefix + value)
        elif "url(#" in value:
            element.set(name, value.replace("url(#", f"url(#{prefix}"))
        elif name in ("href", f"{{{XLINK}}}href") and value.startswith("#"):
            element.set(name, f"#{prefix}{value[1:]}")


def embed_images(page: str, assets: Path) -> tuple[str, dict[str, Path]]:
    """The page with its images inside it, and the specifications found (key -> file).

    Raises StudyError for a missing file, naming it, and for an image on another host.
    """
    specs: dict[str, Path] = {}
    count = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        tag = BeautifulSoup(match.group(), "html.parser").img
        return _embedded(tag, assets, f"c{count}-", specs)

    return IMAGE.sub(replaced, page), specs


def _embedded(tag: Tag, assets: Path, prefix: str, specs: dict[str, Path]) -> str:
    source, alt = str(tag.get("src", "")), str(tag.get("alt", ""))
    if source.startswith("data:"):
        return str(tag)
    path = _existing(source, assets)
    if path.suffix.lower() != ".svg":
        kind = MEDIA_TYPES.get(path.suffix.lower())
        if kind is None:
            raise StudyError(f"Image '{source}' has an unknown type.", next_step="Use SVG, PNG, JPEG or WebP.")
        tag["src"] = f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
        return str(tag)
    drawing = _drawings(path, prefix, alt)
    if not tag.get("data-spec"):
        return drawing
    key = path.stem
    specs[key] = _existing(str(tag["data-spec"]), assets)
    return (
        f'<span class="chart-place" data-chart="{html.escape(key)}"><span class="chart-still">{drawing}</span></span>'
    )


def _drawings(path: Path, prefix: str, alt: str) -> str:
    """The chart, and its narrow variant for phones where one lies beside it; the theme shows one of the two."""
    narrow = path.with_name(f"{path.stem}{NARROW}{path.suffix}")
    wide = inline_svg(path.read_text("utf-8"), prefix, alt, "is-wide" if narrow.exists() else "")
    if not narrow.exists():
        return wide
    return wide + inline_svg(narrow.read_text("utf-8"), f"{prefix}n-", alt, "is-narrow")


def _existing(source: str, assets: Path) -> Path:
    if re.match(r"(?:[a-z]+:)?//", source):
        raise StudyError(f"'{source}' lies on another host.", next_step="Copy the file beside the report's figures.")
    path = assets / source
    if not path.is_file():
        raise StudyError(f"The file '{source}' of the report is missing.", next_step="Run the notebook that draws it.")
    return path


@cache
def vega_bundle() -> str:
    """Vega, Vega-Lite and vega-embed with the study's small script, as one script (0.9 MB; two seconds to make)."""
    libraries = vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")
    return (libraries + "\n" + (THEME / "charts.js").read_text("utf-8")).replace("</script", "<\\/script")


def chart_scripts(specs: dict[str, Path], language: str) -> tuple[str, list[str]]:
    """Script elements for a page's charts, and the CSP hashes of those that run; nothing where no chart has a spec."""
    if not specs:
        return "", []
    locale = LOCALES.get(language[:2], LOCALES["en"])
    settings = {
        "save": SAVE_AS.get(language[:2], SAVE_AS["en"]),
        "format": vl_convert.get_format_locale(locale),
        "time": vl_convert.get_time_format_locale(locale),
    }
    data = [_data_script("chart-settings", settings)]
    data += [_data_script(f"spec-{key}", json.loads(path.read_text("utf-8"))) for key, path in sorted(specs.items())]
    code = vega_bundle()
    return "\n".join([*data, f"<script>{code}</script>"]), [script_hash(code)]


def _data_script(name: str, content: dict) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).replace("<", "\\u003c")
    return f'<script type="application/json" id="{html.escape(name)}">{text}</script>'


def script_hash(code: str) -> str:
    """The CSP source expression for an inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode('utf-8')).digest()).decode()}'"
