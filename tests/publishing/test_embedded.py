"""The embedded engine: pages that stand alone, PDFs that are tagged, the same bytes twice."""

import base64
import gzip
import itertools
import json
import re

import pypdf
import pytest
from bs4 import BeautifulSoup

from analysis.errors import StudyError, UsageError
from analysis.publishing import render
from analysis.publishing.dialect import expand_includes


@pytest.fixture(scope="module")
def page(rendered) -> str:
    return (rendered.folder / "out.html").read_text("utf-8")


def unpacked(page: str, name: str) -> str:
    packed = re.search(rf'<script type="application/gzip" id="{name}">([^<]+)</script>', page)[1]
    return gzip.decompress(base64.b64decode(packed)).decode("utf-8")


@pytest.fixture(scope="module")
def pdf(rendered) -> pypdf.PdfReader:
    return pypdf.PdfReader(rendered.folder / "out.pdf")


def test_the_same_inputs_give_the_same_bytes(rendered, report):
    assert report.html().read_bytes() == (rendered.folder / "out.html").read_bytes()
    assert report.pdf().read_bytes() == (rendered.folder / "out.pdf").read_bytes()


def test_the_page_asks_no_other_host(page):
    without_scripts = re.sub(r"<script\b.*?</script>", "", page, flags=re.S)
    assert not re.search(r"""(?:src|href|data)\s*=\s*["'](?:https?:)?//""", without_scripts)
    assert not re.search(r"url\((?!#|data:)|@import\s", without_scripts)
    assert "<link" not in page


def test_the_page_says_what_it_is(page):
    soup = BeautifulSoup(re.sub(r"<script\b.*?</script>", "", page, flags=re.S), "html.parser")
    assert soup.html["lang"] == "de-DE"
    assert len(soup.find_all("h1")) == 1
    assert soup.select_one("a.skip")["href"] == "#main"
    assert soup.find("main") and soup.find("nav") and soup.find("footer")
    levels = [int(heading.name[1]) for heading in soup.find_all(re.compile(r"^h\d$"))]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for scroll in soup.select(".table-scroll"):
        assert scroll["tabindex"] == "0" and scroll["role"] == "region" and scroll["aria-label"]
    assert {head["scope"] for head in soup.find_all("th") if head.has_attr("scope")} == {"col", "row"}


def test_only_our_script_may_run(page):
    from analysis.publishing.charts_page import script_hash

    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    code = re.findall(r"<script>(.*?)</script>", page, flags=re.S)
    assert len(code) == 1
    assert policy.count("sha256-") == 2
    assert script_hash(code[0]) in policy and script_hash(unpacked(page, "chart-code")) in policy
    assert "unsafe-eval" not in policy and "default-src 'none'" in policy


def test_chart_ids_never_meet_and_specifications_are_data(page):
    soup = BeautifulSoup(re.sub(r"<script>.*?</script>", "", page, flags=re.S), "html.parser")
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert {tag["id"] for tag in soup.select("script")} == {"chart-settings", "chart-code", "chart-specs"}
    specs = json.loads(unpacked(page, "chart-specs"))
    assert set(specs) == {place["data-chart"] for place in soup.select("[data-chart]")}
    assert set(specs) == {"employment_index", "branches"}
    assert all(svg["aria-label"] for svg in soup.find_all("svg"))
    assert not soup.select("svg [aria-label], svg [role]")


def test_data_beside_a_figure_can_be_taken_along(page):
    soup = BeautifulSoup(re.sub(r"<script>.*?</script>", "", page, flags=re.S), "html.parser")
    link = soup.select_one("a.download")
    assert link["download"] == "branches.csv" and link["href"].startswith("data:text/csv;base64,")


def test_the_pdf_is_tagged_and_declares_pdf_ua(pdf):
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "de-DE"
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in catalogue["/Metadata"].get_data()
    assert "alert(1)" in pdf.metadata.title


def test_the_pdf_has_alternative_texts_header_cells_and_bookmarks(pdf):
    tags, alts = set(), []

    def visit(node):
        if isinstance(node, pypdf.generic.IndirectObject):
            node = node.get_object()
        if isinstance(node, list):
            for child in node:
                visit(child)
        elif isinstance(node, dict):
            tags.add(str(node.get("/S", "")))
            if "/Alt" in node:
                alts.append(str(node["/Alt"]))
            if "/K" in node:
                visit(node["/K"])

    visit(pdf.trailer["/Root"]["/StructTreeRoot"]["/K"])
    assert {"/Table", "/TH", "/TD", "/Figure", "/H1", "/H2", "/Link", "/Caption"} <= tags
    assert any(alt.startswith("Zwei Linien von 2015 bis 2020") for alt in alts)
    titles = str([entry.title for entry in pdf.outline if not isinstance(entry, list)])
    assert "Wie haben sich die Arbeitsplätze entwickelt?" in titles


def test_the_pdf_is_set_in_one_face(pdf):
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in pdf.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts and all("IBMPlexSans" in name or "Mono" in name for name in fonts)


def test_annex_entries_are_reached_by_links(pdf):
    texts = "\n".join(page.extract_text() for page in pdf.pages)
    assert "Daten: Seite" in texts.replace("\u00a0", " ")
    assert "Kennung: duesseldorf.industry_share.total.2020" in " ".join(texts.split())
    links = [note for page in pdf.pages for note in page.get("/Annots", []) if note.get_object()["/Subtype"] == "/Link"]
    assert len(links) > 20


def test_the_timestamp_is_the_document_s_date(report):
    reader = pypdf.PdfReader(report.pdf(timestamp=1_600_000_000))
    assert reader.metadata.creation_date.year == 2020


def test_a_skipped_heading_level_is_refused(report):
    report.write("### Zu tief\n\n[employees]{.fact}")
    with pytest.raises(StudyError, match="typst refused"):
        report.pdf()


def test_a_missing_chart_is_named(report):
    (report.folder / "charts" / "branches.svg").unlink()
    with pytest.raises(StudyError, match=r"charts/branches\.svg"):
        report.html()


def test_includes_in_a_circle_and_missing_ones_are_refused(report):
    (report.folder / "_chapter.qmd").write_text("{{< include report.qmd >}}\n", "utf-8")
    with pytest.raises(UsageError, match="includes itself"):
        expand_includes(report.text)
    (report.folder / "_chapter.qmd").unlink()
    with pytest.raises(UsageError, match=r"_chapter\.qmd' is missing"):
        expand_includes(report.text)


def test_unknown_engines_and_formats_are_refused(report):
    with pytest.raises(UsageError, match="latex"):
        render.render(report.text, report.sidecar, report.folder / "o", fmt="html", engine="latex")
    with pytest.raises(UsageError, match="docx"):
        render.render(report.text, report.sidecar, report.folder / "o", fmt="docx", engine="embedded")
    with pytest.raises(StudyError, match=r"none\.json"):
        render.render(report.text, report.folder / "none.json", report.folder / "o", fmt="html", engine="embedded")
