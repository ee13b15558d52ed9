"""Reads a rendered page as a strict editor would: figures typed by hand, false comparisons, leftovers, dead links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag

from analysis import lexicon
from analysis.errors import StudyError
from analysis.publishing import allowed

Facts = dict[str, dict[str, Any]]

FIELD_OF = {"value": "value_with_unit", "status": "status_text"}
BLOCKS = ("p", "li", "h1", "h2", "h3", "h4", "figcaption", "summary", "dt", "dd", "div", "section", "main", "figure")
HEADINGS = ("h1", "h2", "h3", "h4")
# Written by the program, not by hand: figures here come from facts and tables already.
GENERATED = (
    "table, svg, script, style, .register, .figure-data, .quarto-xref, .footnote-ref, .footnotes, .subtitle, .source, "
    ".note, .header-section-number, .region, .site, .chart-downloads, .chart-live, .contents, .download"
)
UNJUDGED = ".background, .general, .claim"
HIDDEN_CODE = re.compile(r"(<(script|style)\b[^>]*>).*?(</\2>)", re.DOTALL | re.IGNORECASE)
RESOURCES = {"img": "src", "script": "src", "link": "href", "source": "src", "iframe": "src", "object": "data",
             "use": "href", "image": "href", "video": "src", "audio": "src", "embed": "src"}  # fmt: skip
OTHER_HOST = re.compile(r"^\s*(?:[a-z]+:)?//", re.IGNORECASE)
CSS_URL = re.compile(r"url\(\s*['\"]?(?!data:|#)([^)'\"]+)|@import\s+['\"]?([^'\";]+)", re.IGNORECASE)
DIGIT = re.compile(r"[0-9\u00b2\u00b3\u00b9\u2070-\u2089]")


@dataclass(frozen=True)
class Problem:
    """One objection: what is wrong, at which heading, in which words, and how it is cured."""

    kind: str
    place: str
    excerpt: str
    cure: str

    def __str__(self) -> str:
        return f"{self.kind} under '{self.place}': «{self.excerpt}». {self.cure}"


class Page:
    """A rendered page, parsed once; `facts` are the sidecar's."""

    def __init__(self, path: Path, facts: Facts) -> None:
        self.text = path.read_text("utf-8")
        self.facts = facts
        self.soup = BeautifulSoup(HIDDEN_CODE.sub(r"\1\3", self.text), "html.parser")
        self.language = str((self.soup.html or {}).get("lang", "de"))[:2]

    @cached_property
    def main(self) -> Tag:
        """The text of the report; the whole body where a page has no main part."""
        return self.soup.find("main") or self.soup.body or self.soup

    def problem(self, kind: str, element: Tag, excerpt: str, cure: str) -> Problem:
        """A problem at an element, placed under the heading before it."""
        heading = element if element.name in HEADINGS else element.find_previous(HEADINGS)
        place = " ".join(heading.get_text().split()) if heading else "page"
        return Problem(kind, place, _shortened(excerpt), cure)

    def prose(self, without: str) -> Iterator[tuple[Tag, str]]:
        """Blocks of hand-written text: the innermost block and its own words, facts and claims left out."""
        skipped = self._generated | {id(tag) for tag in self.main.select(without)}
        pieces: dict[int, tuple[Tag, list[str]]] = {}
        for string, block, parents in self._written:
            hidden = not skipped.isdisjoint(parents)
            pieces.setdefault(id(block), (block, []))[1].append(" ◊ " if hidden else str(string))
        for block, words in pieces.values():
            yield block, " ".join("".join(words).split())

    @cached_property
    def _generated(self) -> set[int]:
        """What no hand wrote."""
        return {id(tag) for tag in self.main.select(f"{GENERATED}, a.fact")}

    @cached_property
    def _written(self) -> list[tuple[NavigableString, Tag, set[int]]]:
        """Each text of the main part with its innermost block and the elements it lies in."""
        found = []
        for string in self.main.find_all(string=True):
            if type(string) is NavigableString:
                parents = list(string.parents)
                block = next((parent for parent in parents if parent.name in BLOCKS), self.main)
                found.append((string, block, {id(parent) for parent in parents}))
        return found


def proofread_html(path: Path, facts: Facts) -> list[Problem]:
    """All objections to a rendered page. `facts` is the sidecar's: id -> text, value, unit, period and so on."""
    page = Page(path, facts)
    checks = (typed_digits, printed_facts, claims, loose_comparisons, leftovers, resources, images, links)
    return [problem for check in checks for problem in check(page)]


def ensure(path: Path, facts: Facts) -> None:
    """Raise StudyError with every objection, if there are any."""
    problems = proofread_html(path, facts)
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise StudyError(f"The proofreader objects {len(problems)} times to {path.name}:\n{listed}\n")


def typed_digits(page: Page) -> Iterator[Problem]:
    """Digits in prose that are neither a fact nor an allowed form."""
    for block, text in page.prose(without=".none"):
        rest = text
        for form in allowed.FORMS:
            rest = form.pattern.sub(" ", rest)
        found = DIGIT.search(rest)
        if found:
            yield page.problem("typed figure", block, _around(rest, found.start()),
                               "Use [key]{.fact}; if it is a name, add its form to publishing/allowed.py.")  # fmt: skip


def printed_facts(page: Page) -> Iterator[Problem]:
    """Facts whose printed text differs from the sidecar, or which lack unit or period."""
    for link in page.soup.select("a.fact"):
        ident, show = str(link.get("data-fact", "")), str(link.get("data-show", "value"))
        fact = page.facts.get(ident)
        if fact is None:
            yield page.problem("unknown fact", link, ident, "Render the page again with its own sidecar.")
            continue
        expected = str(fact.get(FIELD_OF.get(show, show)) or "")
        if _plain(link.get_text()) != _plain(expected):
            yield page.problem("changed fact", link, link.get_text(), f"Fact {ident} reads '{expected}': render again.")
    for ident in sorted({str(link.get("data-fact")) for link in page.soup.select("a.fact")} & set(page.facts)):
        for field in ("unit", "period"):
            if not page.facts[ident].get(field):
                yield Problem(f"fact without {field}", "register", ident, f"Give the indicator's {field}.")


def claims(page: Page) -> Iterator[Problem]:
    """Comparing words that are unknown or untrue."""
    for span in page.soup.select(".claim"):
        word = " ".join(span.get_text().split())
        reason = _objection(page, span, word)
        if reason:
            yield page.problem("false comparison", span, f"{word} ({span.parent.get_text()})", reason)


def _objection(page: Page, span: Tag, word: str) -> str:
    """Why a claim does not stand; empty if it does."""
    relation = str(span.get("data-relation", ""))
    asserted = lexicon.relation_of(word, page.language)
    if asserted is None:
        return "The word is not in analysis/lexicon.py: use one that is, or add it with its relation."
    if asserted != relation:
        return f"The word asserts '{asserted}', the claim '{relation}': let wording choose the word."
    left, right = str(span.get("data-left", "")), str(span.get("data-right", "")).split()
    unknown = [ident for ident in (left, *right) if ident not in page.facts]
    if unknown or not right:
        return f"It compares unknown facts: {', '.join(unknown) or 'none given'}."
    values = [page.facts[ident].get("value") for ident in (left, *right)]
    verdict = lexicon.holds(relation, values[0], values[1:], lexicon.factor_of(word))
    return "" if verdict.holds else f"{left} against {', '.join(right)}: {verdict.reason}."


def loose_comparisons(page: Page) -> Iterator[Problem]:
    """Comparing words in prose that no pair of facts supports. Definitions (.background) and .general are exempt."""
    words = "|".join(re.escape(word) for word in lexicon.telling_words(page.language))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for block, text in page.prose(without=UNJUDGED):
        for found in pattern.finditer(text):
            yield page.problem("comparison without facts", block, _around(text, found.start()),
                               "Let wording write it as a claim, or mark it [word]{.general}.")  # fmt: skip


def leftovers(page: Page) -> Iterator[Problem]:
    """Traces of missing values, unfilled spans, column names and foreign words in anything a reader sees."""
    foreign = re.compile(rf"\b(?:{'|'.join(allowed.ENGLISH_WORDS)})\b") if page.language == "de" else None
    exempt = {
        id(tag) for tag in page.soup.select(".register, script, style, title, code, pre, cite, [lang=en], .region")
    }
    for string in page.soup.find_all(string=True):
        text = " ".join(str(string).split())
        if not text or type(string) is not NavigableString or any(id(parent) in exempt for parent in string.parents):
            continue
        for pattern, meaning in allowed.LEFTOVERS.items():
            if re.search(pattern, text):
                yield page.problem("leftover", string.parent, text, f"This looks like {meaning}: mend its source.")
        if foreign and foreign.search(text) and not _is_title(string, text):
            yield page.problem("English word", string.parent, text, "Give the German label in catalogue or chart.")


def _is_title(string: NavigableString, text: str) -> bool:
    """Foreign titles of sources are quoted in source lines and in tables, where labels have four words at most."""
    in_table = string.find_parent("table") is not None and len(text.split()) > 4
    return in_table or string.find_parent(class_="source") is not None


def resources(page: Page) -> Iterator[Problem]:
    """Anything the page would load from another host."""
    for name, attribute in RESOURCES.items():
        for tag in page.soup.find_all(name):
            source = str(tag.get(attribute) or tag.get(f"xlink:{attribute}") or "")
            if OTHER_HOST.match(source):
                yield page.problem("other host", tag, source, "Put the file into the page; it must work offline.")
    for style in re.findall(r"<style\b[^>]*>(.*?)</style>", _without_scripts(page), re.DOTALL):
        for found in CSS_URL.finditer(style):
            yield Problem("other host", "style", _shortened(found.group()), "Embed it as a data URI.")


def _without_scripts(page: Page) -> str:
    """The page's source with its scripts removed; their strings load nothing."""
    return re.sub(r"<script\b.*?</script>", "", page.text, flags=re.DOTALL)


def images(page: Page) -> Iterator[Problem]:
    """Images that say nothing to those who cannot see them."""
    for tag in page.soup.find_all("img"):
        if not str(tag.get("alt") or "").strip():
            yield page.problem("image without text", tag, str(tag.get("src", ""))[:60], "Give the figure an alt text.")
    for tag in page.soup.find_all("svg"):
        named = tag.get("role") == "img" and str(tag.get("aria-label") or "").strip()
        if not named and tag.get("aria-hidden") != "true" and not tag.find_parent("svg"):
            yield page.problem("image without text", tag, "svg", "Give the figure an alt text.")


def links(page: Page) -> Iterator[Problem]:
    """Links inside the page that lead nowhere, and ids given twice."""
    ids = [str(tag["id"]) for tag in page.soup.find_all(id=True)]
    for ident in sorted({ident for ident in ids if ids.count(ident) > 1}):
        yield Problem("id given twice", "page", ident, "Give each element an id of its own.")
    known = set(ids)
    for link in page.soup.find_all("a", href=re.compile(r"^#.")):
        if str(link["href"])[1:] not in known:
            yield page.problem("dead link", link, f"{link.get_text()} → {link['href']}", "Add its target or remove it.")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\u00a0\u202f]", " ", text).split())


def _around(text: str, at: int) -> str:
    start = max(0, at - 40)
    return ("…" if start else "") + text[start : at + 40]


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 120 else f"{text[:117]}…"
