"""The last step of both engines' HTML: one file that holds everything it needs and asks no other host for anything."""

import base64
import re
from pathlib import Path

from analysis.errors import StudyError
from analysis.fonts import font_css, font_files
from analysis.publishing.charts_page import THEME, chart_scripts, embed_images
from analysis.publishing.kept import kept

FOREIGN = re.compile(
    r"<script\b.*?</script>|<script\b[^>]*/>|<link\b[^>]*>|<style\b.*?</style>", re.DOTALL | re.IGNORECASE
)
DOWNLOAD = re.compile(r'<a href="(?P<file>[^"]+)"(?P<rest>[^>]*\bclass="download"[^>]*)>')
COLUMN_HEAD = re.compile(r"(<thead>.*?</thead>)", re.DOTALL)
ROW_HEAD = re.compile(r"(<tbody>.*?</tbody>)", re.DOTALL)


def finish(bare: str, assets: Path, *, language: str = "de", live_charts: bool = True) -> str:
    """A page as an engine wrote it, made to stand alone: style, fonts, images, charts and data inside it.

    Scripts and styles the engine added are dropped; ours are the only ones, named by hash in a
    Content-Security-Policy. Files are looked up in `assets`. Raises StudyError for a missing file.
    """
    page = FOREIGN.sub("", bare)
    page, specs = embed_images(page, assets)
    page = DOWNLOAD.sub(lambda match: _download(match, assets), page)
    page = COLUMN_HEAD.sub(
        lambda match: match.group().replace("<th ", '<th scope="col" ').replace("<th>", '<th scope="col">'), page
    )
    page = ROW_HEAD.sub(
        lambda match: match.group().replace("<th ", '<th scope="row" ').replace("<th>", '<th scope="row">'), page
    )
    scripts, hashes = chart_scripts(specs if live_charts else {}, language)
    head = f"{_policy(hashes)}\n<style>\n{_faces()}\n{(THEME / 'report.css').read_text('utf-8')}</style>\n"
    return _placed(_placed(page, "</head>", head), "</body>", scripts)


def _faces() -> str:
    """The page's fonts, packed once: the folder of the cuts is named by all they were made from."""
    return kept(f"faces-{font_files()[0].parent.name}.css", font_css)


def _placed(page: str, before: str, addition: str) -> str:
    start, found, end = page.rpartition(before)
    if not found:
        raise StudyError(f"The rendered page has no {before}.", next_step="Check reports/theme/page.html.")
    return f"{start}{addition}{before}{end}"


def _policy(hashes: list[str]) -> str:
    rules = {
        "default-src": "'none'",
        "img-src": "data: blob:",
        "font-src": "data:",
        "style-src": "'unsafe-inline'",
        "script-src": " ".join(hashes) or "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    content = "; ".join(f"{name} {value}" for name, value in rules.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _download(match: re.Match[str], assets: Path) -> str:
    """A link to a small data file becomes the file itself."""
    path = assets / match["file"]
    if not path.is_file():
        raise StudyError(f"The file '{match['file']}' of the report is missing.", next_step="Run its notebook again.")
    content = base64.b64encode(path.read_bytes()).decode()
    return f'<a href="data:text/csv;base64,{content}" download="{path.name}"{match["rest"]}>'
