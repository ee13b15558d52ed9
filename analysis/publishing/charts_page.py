"""The charts of a page: drawings inline as SVG, specifications as JSON, Vega once, everything offline."""

import base64
import gzip
import hashlib
import html
import json
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from analysis.errors import StudyError
from analysis.publishing.drawings import inline_svg
from analysis.publishing.kept import kept

THEME = Path(__file__).resolve().parents[2] / "reports" / "theme"
NARROW = "-narrow"
SAVE_AS = {"de": "Als Bild:", "en": "Save as"}
LOCALES = {"de": "de-DE", "en": "en-GB"}
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
MEDIA_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


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
    # Two regions' charts of one name meet in the comparison; their folders tell them apart.
    key = "-".join(Path(source).with_suffix("").parts[1:]) or path.stem
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
    """Vega, Vega-Lite and vega-embed with the study's small script, as one script (0.9 MB)."""
    libraries = kept(f"vega-{version('vl-convert-python')}.js", _libraries)
    return libraries + "\n" + (THEME / "charts.js").read_text("utf-8")


def _libraries() -> str:
    """Two seconds of work."""
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed=vegaEmbed;")


def chart_scripts(specs: dict[str, Path], language: str) -> tuple[str, list[str]]:
    """Script elements for a page's charts, and the CSP hashes of those that may run; nothing where no chart has a spec.

    Vega and the specifications are packed, a third of their size; the loader unpacks them when a chart comes into
    view. Vega may run since its own hash is named.
    """
    if not specs:
        return "", []
    code, loader = vega_bundle(), (THEME / "loader.js").read_text("utf-8")
    read = {key: json.loads(path.read_text("utf-8")) for key, path in sorted(specs.items())}
    data = [
        _packed("chart-code", code),
        _packed("chart-specs", _compact(read)),
        _plain("chart-settings", _settings(language)),
    ]
    return "\n".join([*data, f"<script>{loader}</script>"]), [script_hash(loader), script_hash(code)]


def _settings(language: str) -> str:
    """Words and number formats of a language; kept, because starting the converter takes longer than the rest."""
    locale = LOCALES.get(language[:2], LOCALES["en"])

    def made() -> str:
        import vl_convert

        formats = {
            "format": vl_convert.get_format_locale(locale),
            "time": vl_convert.get_time_format_locale(locale),
        }
        return _compact({"save": SAVE_AS.get(language[:2], SAVE_AS["en"]), **formats})

    return kept(f"settings-{locale}-{version('vl-convert-python')}.json", made)


def _compact(content: dict) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _packed(name: str, text: str) -> str:
    """Text as gzip in base64; the same text gives the same bytes."""
    packed = base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode()
    return f'<script type="application/gzip" id="{name}">{packed}</script>'


def _plain(name: str, text: str) -> str:
    harmless = text.replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{harmless}</script>'


def script_hash(code: str) -> str:
    """The CSP source expression for an inline script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode('utf-8')).digest()).decode()}'"
