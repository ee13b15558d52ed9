"""What a page carries packed inside it: scripts, charts' specifications, files of data, drawings."""

import base64
import gzip
import hashlib
import html
import json
import re
from collections.abc import Iterator
from functools import cache

from analysis.publishing.charts_page import THEME, vega_bundle
from analysis.publishing.release.drawings import Drawing
from analysis.publishing.release.figures import Data, PrintedTable, against_print
from analysis.publishing.release.objections import Objection
from analysis.publishing.release.pages import DRAWING, PACKED, Page
from analysis.publishing.release.specifications import Specification

SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
IDENT = re.compile(r'\bid="([^"]*)"')
FIGURE = re.compile(r"<figure\b[^>]*>.*?</figure>", re.DOTALL)
CHART = re.compile(r'data-chart="([^"]+)"')
DOWNLOAD = re.compile(r'<a href="data:text/csv;base64,([A-Za-z0-9+/=]*)" download="([^"]+)"')
KINDS = {"text/csv"}  # of files inside a page; typefaces stand in its style
SETTINGS = {"save", "format", "time"}
NEAR = 60_000  # signs before a drawing in which its chart is named


def carried(page: Page) -> Iterator[Objection]:
    """What the page carries beyond what it shows."""
    for attributes, content in SCRIPT.findall(page.whole):
        name = (IDENT.search(attributes) or {1: ""})[1]
        try:
            yield from _script(page, name, content)
        except (ValueError, KeyError, AttributeError, OSError, EOFError) as error:
            what = f"it cannot be unpacked ({type(error).__name__}: {error})"
            yield Objection(page.name, f"script '{name}'", what, "Render the page again.")
    for kind in sorted({match[1] or "" for match in PACKED.finditer(page.bare)} - KINDS):
        yield Objection(page.name, "a file in the page", f"its kind is '{kind}'", "Put no such file into a page.")
    yield from _figures(page)
    yield from _drawings(page)


def _script(page: Page, name: str, content: str) -> Iterator[Objection]:
    """Scripts that run are the study's own; those that carry data are unpacked."""
    place = f"script '{name}'"
    if name == "chart-specs":
        for key, spec in json.loads(_unpacked(content)).items():
            yield from Specification(key, spec, page.name, page.released, chart_data(page, key)).objections()
    elif name == "chart-settings":
        further = sorted(set(json.loads(content)) - SETTINGS)
        if further:
            yield Objection(page.name, place, f"it carries {', '.join(further)}", "Keep to words and number formats.")
    elif _digest(_unpacked(content) if name == "chart-code" else content) not in _own_scripts():
        yield Objection(page.name, place, "it is none of the study's own", "Render the page again.")


def chart_data(page: Page, key: str) -> Data | None:
    """The data of a page's chart: its report's, or another region's, whose id stands before the key."""
    own = page.figures.get(f"{page.region}/{key}")
    if own is not None:
        return own
    named = (name for name in page.figures if name.replace("/", "-") == key)
    return page.figures.get(next(named, ""))


def _figures(page: Page) -> Iterator[Objection]:
    """Each figure's file is one of the edition's, and tells what its printed table tells."""
    for match in FIGURE.finditer(page.bare):
        offered = DOWNLOAD.search(match.group())
        if not offered:
            continue
        key = html.unescape(offered[2]).removesuffix(".csv")
        place = f"{page.name}, data of the figure '{key}'"
        data = Data.read(base64.b64decode(offered[1]).decode("utf-8"))
        if not any(name.endswith(f"/{key}") and one == data for name, one in page.figures.items()):
            yield Objection(place, "file", "the edition's data/charts has no such file", "Assemble the edition again.")
        table = PrintedTable.read(match.group())
        if table is None:
            yield Objection(place, "file", "its figure prints no table", "Print the figure's table.")
        else:
            yield from against_print(data, table, place)


def _drawings(page: Page) -> Iterator[Objection]:
    """Drawings, with the digits of the chart they stand for."""
    for match in DRAWING.finditer(page.drawn):
        charts = CHART.findall(page.drawn, max(0, match.start() - NEAR), match.start())
        data = chart_data(page, html.unescape(charts[-1])) if charts else None
        decimals = page.released.ceiling if data is None else data.decimals
        place = f"drawing in line {page.line(match.start())}"
        yield from Drawing(match.group(), page.name, place, decimals, page.released).objections()


def _unpacked(content: str) -> str:
    return gzip.decompress(base64.b64decode(content)).decode("utf-8")


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode("utf-8")).hexdigest()


@cache
def _own_scripts() -> frozenset[str]:
    """Digests of the scripts that pages may have."""
    return frozenset(map(_digest, (vega_bundle(), (THEME / "loader.js").read_text("utf-8"))))
