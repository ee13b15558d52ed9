"""A page as text: its words, attributes, comments and hidden parts, and what it would load from elsewhere."""

import html
import re
from collections.abc import Iterator

from analysis.publishing.release.drawings import INVISIBLE
from analysis.publishing.release.figures import Data
from analysis.publishing.release.numbers import Finding, Released
from analysis.publishing.release.objections import Objection, shortened
from analysis.publishing.release.traces import traces

CODE = re.compile(r"<(script|style)\b[^>]*>.*?</\1>", re.DOTALL | re.IGNORECASE)
STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
PACKED = re.compile(r"\bdata:([\w/+.-]+)?(;[^,\"']*)?,([^\"'\s>)]*)")
DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
FACT = re.compile(r'<a\b[^>]*\bdata-fact="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
ENTRY = re.compile(r'id="reg-([^"]+)" class="register-entry">.{0,400}?<strong>(.*?)</strong>', re.DOTALL)
TAG, QUOTED = re.compile(r"<[^>]*>"), re.compile(r'"[^"]*"|\'[^\']*\'')
HEADING = re.compile(r"<h[1-4]\b[^>]*>(.*?)</h[1-4]>", re.DOTALL)
SUSPECT = re.compile(r"<(\w+)\b[^>]*?\s(?:hidden\b|type=[\"']?hidden|style=\"([^\"]*)\")[^>]*>")
UNREAD = ("template", "noscript", "object", "embed", "iframe")
LOADED = re.compile(
    r"<(?:img|script|link|source|iframe|object|embed|video|audio|track|image|use|base|form|input)\b[^>]*?"
    r"\b(?:src|srcset|href|data|poster|action|formaction)=[\"']?\s*((?:[a-z]+:)?//[^\s\"'>]+)", re.IGNORECASE
)  # fmt: skip
CSS_LOADED = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"]?)((?:[a-z]+:)?//[^)'\"\s;]+)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"[^\"]*|'[^']*)\Z")
LAYOUT = {"style", "href", "width", "height"}  # attributes whose numbers tell no figure


class Page:
    """An HTML file of an edition. `figures` are the edition's data of figures by region/key; `exact` lets facts stand
    as they were computed, as in notebooks. Parts that are blanked out keep their length, so that places stay places."""

    def __init__(self, name: str, text: str, released: Released, figures: dict[str, Data], *, exact: bool) -> None:
        self.name, self.whole, self.released, self.figures, self.exact = name, text, released, figures, exact
        self.region = name.rpartition("/")[2].removesuffix(".html")
        self.language = "en" if re.search(r'<html[^>]*\blang="en', text) else "de"
        self.bare = CODE.sub(_blank, text)
        self.drawn = PACKED.sub(_blank, self.bare)
        self.text = DRAWING.sub(_blank, self.drawn)

    def objections(self) -> Iterator[Objection]:
        """What the page's own text holds beyond what was released."""
        yield from self._numbers()
        yield from self._facts()
        yield from self._out_of_sight()
        yield from self._remote()
        yield from traces(self.text, self.name)

    def line(self, at: int) -> int:
        """The line of a place."""
        return self.whole.count("\n", 0, at) + 1

    def _objection(self, at: int, where: str, what: str, cure: str) -> Objection:
        headings = [match[1] for match in HEADING.finditer(self.text, 0, at)]
        under = f", under '{shortened(words(headings[-1]), 40)}'" if headings else ""
        return Objection(self.name, f"{where} in line {self.line(at)}{under}", what, cure)

    def _fine(self, text: str, decimals: int | None = None) -> Iterator[Finding]:
        return self.released.too_fine(text, decimals, language=self.language, exact=self.exact)

    def _numbers(self) -> Iterator[Objection]:
        """Numbers in text and attributes; drawings, which have coordinates, are read on their own."""
        for found in self._fine(self.text):
            where = self._where(found.start)
            if where:
                what = f"'{found.text}': {found.reason}"
                yield self._objection(found.start, where, what, "Print the released digits.")

    def _where(self, at: int) -> str:
        """What a place in the page is: text, an attribute, or nothing that tells a figure."""
        opened = self.text.rfind("<", 0, at)
        if opened < 0 or self.text.rfind(">", 0, at) > opened:
            return "text"
        found = ATTRIBUTE.search(self.text[opened:at])
        return f"attribute {found[1]}" if found and found[1] not in LAYOUT else ""

    def _facts(self) -> Iterator[Objection]:
        """Facts in sentences and in the register, each with its own digits."""
        for match in [*FACT.finditer(self.text), *ENTRY.finditer(self.text)]:
            ident = html.unescape(match[1])
            decimals = self.released.decimals.get(ident)
            if decimals is None:
                what = f"the fact {ident} is not among the released ones"
                yield self._objection(match.start(), "text", what, "Publish the page with its own edition.")
                continue
            for found in self._fine(words(match[2]), decimals):
                what = f"{ident} reads '{found.text}': {found.reason}"
                yield self._objection(match.start(), "text", what, "Print the released digits.")

    def _out_of_sight(self) -> Iterator[Objection]:
        """Comments, and elements that no reader sees."""
        for comment in COMMENT.finditer(self.text):
            what = f"'{shortened(comment[1])}' is not seen"
            yield self._objection(comment.start(), "comment", what, "Pages have no comments.")
        for match in SUSPECT.finditer(self.text):
            bare = QUOTED.sub("", match.group())
            if re.search(r"\shidden\b", bare) or 'type="hidden"' in match.group() or INVISIBLE.search(match[2] or ""):
                what = f"'{shortened(match.group())}' is not seen"
                yield self._objection(match.start(), f"hidden <{match[1]}>", what, "Remove it.")
        for name in UNREAD:
            at = self.text.find(f"<{name}")
            if at >= 0:
                yield self._objection(at, f"<{name}>", "what it holds is not seen", "Remove it.")

    def _remote(self) -> Iterator[Objection]:
        """What the page would load from elsewhere."""
        styles = "\n".join(STYLE.findall(self.whole))
        for match in [*LOADED.finditer(self.drawn), *CSS_LOADED.finditer(self.drawn), *CSS_LOADED.finditer(styles)]:
            what = f"it would load {shortened(match[1])}"
            yield Objection(self.name, "resources", what, "Put the file into the page; it must work offline.")


def words(markup: str) -> str:
    """The words of a piece of a page."""
    return " ".join(html.unescape(TAG.sub("", markup)).split())


def _blank(match: re.Match[str]) -> str:
    """As long as what it stands for, lines included."""
    return "\n".join(" " * len(line) for line in match.group().split("\n"))
