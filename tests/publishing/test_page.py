"""Parts of the page: drawings, fonts, scripts, and notebooks as pages."""

import json
import re
import xml.etree.ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from analysis import fonts
from analysis.errors import StudyError
from analysis.publishing import charts_page, drawings, kept, page
from analysis.publishing.notebook import clean_html, notebook_html

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="50">'
    '<defs><clipPath id="clip0"><rect width="9" height="9"/></clipPath></defs>'
    '<g clip-path="url(#clip0)" aria-label="Wert: 48213.4567891" role="graphics-symbol">'
    '<use xlink:href="#clip0"/></g></svg>'
)
SHELL = "<html><head></head><body><main>{}</main></body></html>"


def test_two_drawings_on_a_page_share_no_id():
    first, second = (drawings.inline_svg(DRAWING, prefix, "Linien") for prefix in ("a-", "b-"))
    assert 'id="a-clip0"' in first and "url(#a-clip0)" in first and 'href="#a-clip0"' in first
    assert "#clip0" not in second and 'id="b-clip0"' in second


def test_a_drawing_is_one_image_and_tells_no_unrounded_value():
    root = ET.fromstring(drawings.inline_svg(DRAWING, "a-", 'Anteil "hoch" & <mehr>'))
    assert root.get("role") == "img" and root.get("aria-label") == 'Anteil "hoch" & <mehr>'
    assert root.get("viewBox") == "0 0 100 50"
    assert "48213" not in ET.tostring(root, encoding="unicode")


@given(st.text(min_size=1).filter(lambda text: text.isprintable()))
def test_any_alternative_text_survives(alt):
    drawing = drawings.inline_svg(DRAWING, "a-", alt)
    assert ET.fromstring(drawing).get("aria-label") == alt


def test_a_drawing_leaves_its_typeface_and_what_nobody_sees():
    face = "<style>@font-face{font-family:plex-1;src:url(data:font/woff2;base64,AAAA)}</style>"
    parts = "".join(f'<path d="M{x},0A1,1,0,1,1,0,0" fill="#BDBDBD" opacity="1"/>' for x in range(3))
    drawing = f'<svg xmlns="{drawings.SVG}" class="plex-1" width="9" height="9">{face}<g><path d=""/>{parts}</g></svg>'
    root = ET.fromstring(drawings.inline_svg(drawing, "a-", "Punkte"))
    assert "font-face" not in ET.tostring(root, encoding="unicode") and root.get("class") == "chart"
    group = root[0]
    assert group.get("fill") == "#BDBDBD" and len(group) == 3
    assert all(set(part.attrib) == {"d"} for part in group)


def points(path: str) -> list[tuple[float, float]]:
    """The corners of an outline of relative steps, as a browser walks them."""
    found, x, y, start = [], 0.0, 0.0, (0.0, 0.0)
    for command, rest in re.findall(r"([mlz])([^mlz]*)", path):
        if command == "z":
            x, y = start
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        for index in range(0, len(numbers), 2):
            x, y = x + numbers[index], y + numbers[index + 1]
            start = (x, y) if command == "m" and index == 0 else start
            found.append((x, y))
    return found


corners = st.tuples(*[st.integers(-9999, 9999).map(lambda tenths: tenths / 10)] * 2)


@given(st.lists(st.lists(corners, min_size=1, max_size=6), min_size=1, max_size=4))
def test_a_relative_outline_has_the_same_corners(rings):
    path = "".join("M" + "L".join(f"{x},{y}" for x, y in ring) + "Z" for ring in rings)
    assert drawings.OUTLINE.fullmatch(path)
    told = points(drawings.relative_outline(path))
    assert told == [pytest.approx(corner, abs=0.01) for ring in rings for corner in ring]


def test_what_is_kept_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "page")
    made = []
    texts = [kept.kept("a-1.js", lambda: made.append(1) or "größer\r\n") for _ in range(2)]
    assert texts[0] == texts[1] and len(made) == 1
    assert [path.name for path in (tmp_path / "page").iterdir()] == ["a-1.js"]


def test_images_of_other_hosts_and_unknown_types_are_refused(tmp_path):
    with pytest.raises(StudyError, match="another host"):
        page.finish(SHELL.format('<img src="https://example.org/a.svg" alt="x">'), tmp_path)
    (tmp_path / "a.bmp").write_bytes(b"x")
    with pytest.raises(StudyError, match="unknown type"):
        page.finish(SHELL.format('<img src="a.bmp" alt="x">'), tmp_path)


def test_scripts_and_styles_of_the_engine_are_dropped(tmp_path):
    head = "<link href='x.css' rel='stylesheet'><script src='x.js'></script>"
    bare = f"<html><head>{head}</head><body><p>x</p></body></html>"
    finished = page.finish(bare, tmp_path)
    assert "x.js" not in finished and "x.css" not in finished
    assert "script-src 'none'" in finished and "<script" not in finished


def test_the_vega_bundle_cannot_end_its_own_script():
    assert "</script" not in charts_page.vega_bundle()


def test_specifications_cannot_end_their_script(tmp_path):
    (tmp_path / "a.vl.json").write_text(json.dumps({"title": "</script><script>alert(1)</script>"}), "utf-8")
    scripts, hashes = charts_page.chart_scripts({"a": tmp_path / "a.vl.json"}, "de")
    assert scripts.count("</script>") == 4 and "alert(1)" not in scripts and len(hashes) == 2
    assert '"thousands":"."' in scripts and "Januar" in scripts


def test_the_fonts_cover_what_the_study_prints():
    from fontTools.ttLib import TTFont

    letters = set("ÄÖÜäöüß–—„“‚‘…·−±≈≤≥→₂²³€§×½ \u00a0\u202f")
    for cut in fonts.CUTS:
        known = set(map(chr, TTFont(fonts.font_folder() / f"{cut.name}.ttf").getBestCmap()))
        assert letters <= known, f"{cut.name} lacks {letters - known}"


def test_the_page_carries_three_cuts_as_woff2():
    css = fonts.font_css()
    assert css.count("@font-face") == 3 and "url(data:font/woff2;base64," in css
    assert len(css) < 160_000


def write_notebook(folder, cells) -> None:
    content = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "n.ipynb").write_text(json.dumps(content), "utf-8")


def code(source: str, *data: dict) -> dict:
    outputs = [{"output_type": "display_data", "data": item, "metadata": {}} for item in data]
    return {"id": "c", "cell_type": "code", "source": source, "metadata": {}, "execution_count": 1, "outputs": outputs}


def text(source: str) -> dict:
    return {"id": "t", "cell_type": "markdown", "source": source, "metadata": {}}


SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "description": "Balken nach Kreis",
    "data": {"values": [{"Kreis": "Düsseldorf", "Personen": 429514}]},
    "mark": "bar",
    "encoding": {"x": {"field": "Kreis", "type": "nominal"}, "y": {"field": "Personen", "type": "quantitative"}},
}


def test_a_notebook_becomes_a_page_that_works_offline(tmp_path):
    frame = '<div><style>.x{}</style><table border="1" class="dataframe"><tr><td>429514</td></tr></table></div>'
    foreign = {"text/html": '<script src="https://cdn.example.org/x.js"></script>', "text/plain": "Chart"}
    cells = [
        text("# Arbeitsplätze\n\nWie viele?"),
        code("frame", {"text/html": frame, "text/plain": "429514"}),
        code("chart", {"application/vnd.vegalite.v6+json": SPEC, "text/html": "<script>1</script>"}),
        code("other", foreign),
        text("## Ergebnis"),
    ]
    write_notebook(tmp_path, cells)
    notebook_html(tmp_path / "n.ipynb", tmp_path / "n.html")
    written = (tmp_path / "n.html").read_text("utf-8")
    soup = BeautifulSoup(written, "html.parser")
    assert soup.h1.get_text() == "Arbeitsplätze" and soup.h2.get_text() == "Ergebnis"
    assert soup.select_one(".table-scroll td").get_text() == "429514"
    assert soup.find("svg")["aria-label"] == "Balken nach Kreis" and "400.000" in soup.find("svg").get_text()
    assert not soup.find("script") and "cdn.example.org" not in written
    assert "study-drawing" not in written and "Chart" in soup.main.get_text()
    notebook_html(tmp_path / "n.ipynb", tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text("utf-8") == written


def test_a_notebook_with_an_error_is_never_published(tmp_path):
    cell = code("1/0") | {
        "outputs": [
            {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
        ]
    }
    write_notebook(tmp_path, [cell])
    with pytest.raises(StudyError, match=r"Cell 1 of 'n\.ipynb' failed: division by zero"):
        notebook_html(tmp_path / "n.ipynb", tmp_path / "n.html")


@given(st.text(alphabet="abc<>/&\"'= "))
def test_cleaned_html_holds_no_script_and_no_handler(content):
    cleaned = clean_html(f'{content}<p onclick="x()">a</p><script>x()</script><a href="javascript:x">b</a>')
    assert not BeautifulSoup(cleaned, "html.parser").find_all(["script", "a"])
    assert not BeautifulSoup(cleaned, "html.parser").find_all(onclick=True)
