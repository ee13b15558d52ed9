"""An executed notebook as a page that stands alone: prose, code, tables and charts, without a CDN."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pypandoc
import vl_convert
from bs4 import BeautifulSoup

from analysis.errors import StudyError
from analysis.publishing import page
from analysis.publishing.charts_page import LOCALES, THEME
from analysis.publishing.drawings import inline_svg

VEGA = re.compile(r"application/vnd\.vega(?P<lite>lite)?\.v\d+\+json")
# What a table's HTML may consist of; everything else an output brings (scripts, styles, links) is dropped.
KEPT_TAGS = {"table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "div", "p", "small", "em", "strong", "b",
             "i", "span", "br", "ul", "ol", "li", "code", "pre", "sub", "sup", "h2", "h3", "h4"}  # fmt: skip
KEPT_ATTRIBUTES = {"colspan", "rowspan", "scope"}


def notebook_html(ipynb: Path, out: Path, *, title: str | None = None, lang: str = "de") -> None:
    """Write an executed notebook as one HTML file that works offline; the same notebook gives the same bytes.

    Charts become drawings, tables of data frames stay tables, scripts of any kind are dropped. `title` stands above;
    without it the notebook's first heading does. Raises StudyError for a notebook with a stored error.
    """
    notebook = json.loads(ipynb.read_text("utf-8"))
    cells = notebook["cells"]
    title = title or _first_heading(cells) or ipynb.stem
    drawings: list[str] = []
    for number, cell in enumerate(cells, 1):
        cell["outputs"] = [_output(output, ipynb.name, number, lang, drawings) for output in cell.get("outputs", [])]
        if cell["cell_type"] != "code":
            del cell["outputs"]
    body = _converted(notebook, title, lang)
    for number, drawing in enumerate(drawings):
        body = body.replace(f"<p>{_mark(number)}</p>", drawing).replace(_mark(number), drawing)
    out.write_text(page.finish(body, ipynb.parent, language=lang, live_charts=False), "utf-8")


def _first_heading(cells: list[dict]) -> str | None:
    for cell in cells:
        found = (
            re.search(r"^# +(.+)$", "".join(cell["source"]), re.MULTILINE) if cell["cell_type"] == "markdown" else None
        )
        if found:
            cell["source"] = "".join(cell["source"]).replace(found.group(), "", 1)
            return found.group(1).strip()
    return None


def _mark(number: int) -> str:
    return f"study-drawing-{number}-end"


def _output(output: dict[str, Any], name: str, number: int, lang: str, drawings: list[str]) -> dict[str, Any]:
    """An output with one harmless representation: a mark for a drawing, cleaned HTML, an image, or text."""
    if output["output_type"] == "error":
        raise StudyError(f"Cell {number} of '{name}' failed: {output.get('evalue', '')}", next_step="Run it again.")
    data = output.get("data")
    if data is None:
        return output
    chart = next((kind for kind in data if VEGA.fullmatch(kind)), None)
    if chart:
        drawings.append(_drawn(chart, data[chart], len(drawings), lang))
        return output | {"data": {"text/html": _mark(len(drawings) - 1)}}
    if "image/svg+xml" in data:
        alt = "".join(data.get("text/plain", "")) or "Diagramm"
        drawings.append(_placed("".join(data["image/svg+xml"]), len(drawings), alt))
        return output | {"data": {"text/html": _mark(len(drawings) - 1)}}
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            return output | {"data": {kind: data[kind]}}
    if "text/html" in data:
        cleaned = clean_html("".join(data["text/html"]))
        if cleaned.strip():
            return output | {"data": {"text/html": cleaned}}
    return output | {"data": {"text/plain": data.get("text/plain", "")}}


def _drawn(kind: str, spec: dict, number: int, lang: str) -> str:
    convert = vl_convert.vegalite_to_svg if VEGA.fullmatch(kind)["lite"] else vl_convert.vega_to_svg
    locale = LOCALES.get(lang[:2], LOCALES["en"])
    drawing = convert(spec, format_locale=locale, time_format_locale=locale)
    alt = spec.get("description") or _title_of(spec) or "Diagramm"
    return _placed(drawing, number, str(alt))


def _placed(drawing: str, number: int, alt: str) -> str:
    return f'<div class="chart-area">{inline_svg(drawing, f"n{number}-", alt)}</div>'


def _title_of(spec: dict) -> str:
    title = spec.get("title", "")
    return str(title.get("text", "")) if isinstance(title, dict) else str(title)


def clean_html(text: str) -> str:
    """HTML of an output reduced to tables and text: no scripts, styles, links, handlers or classes."""
    soup = BeautifulSoup(text, "html.parser")
    for tag in soup(["script", "style", "link", "iframe", "object", "embed", "noscript", "button", "form"]):
        tag.decompose()
    for tag in soup.find_all(True):
        if tag.name not in KEPT_TAGS:
            tag.unwrap()
            continue
        tag.attrs = {name: value for name, value in tag.attrs.items() if name in KEPT_ATTRIBUTES}
    for table in soup.find_all("table"):
        scroll = soup.new_tag("div", attrs={"class": "table-scroll", "tabindex": "0", "role": "region"})
        scroll["aria-label"] = "Tabelle"
        table.wrap(scroll)
    return str(soup)


def _shift(notebook: dict) -> int:
    """The page's title is its h1: chapters move down a level if the notebook still has first-level headings."""
    texts = ("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
    return 1 if any(re.search(r"^# ", text, re.MULTILINE) for text in texts) else 0


def _converted(notebook: dict, title: str, lang: str) -> str:
    command = [pypandoc.get_pandoc_path(), "--from=ipynb", "--to=html5", "--standalone", "--wrap=none", "--toc"]
    command += ["--toc-depth=3", f"--shift-heading-level-by={_shift(notebook)}"]
    command += [f"--template={THEME / 'page.html'}", f"--metadata=lang:{lang}", f"--metadata=title:{title}"]
    command += ["--variable=body-class:notebook", "--syntax-highlighting=none", "--mathml"]
    done = subprocess.run(command, input=json.dumps(notebook), capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise StudyError(f"The notebook '{title}' could not be rendered: {done.stderr.strip()}")
    return done.stdout
