"""Both engines print the same words. Without Quarto only the refusal is tested."""

import difflib
import re

import pypdf
import pytest
from bs4 import BeautifulSoup

from analysis.errors import StudyError, UsageError
from analysis.publishing import quarto, render

needs_quarto = pytest.mark.skipif(not quarto.usable(quarto.available()), reason="Quarto 1.9 or newer is not on PATH")


def words(path) -> list[str]:
    if path.suffix == ".pdf":
        return " ".join(page.extract_text() for page in pypdf.PdfReader(path).pages).split()
    text = re.sub(r"<(script|style)\b.*?</\1>", "", path.read_text("utf-8"), flags=re.S)
    return BeautifulSoup(text, "html.parser").get_text(" ").split()


@needs_quarto
@pytest.mark.parametrize("fmt", ["html", "pdf"])
def test_both_engines_print_the_same_words(rendered, tmp_path, fmt):
    out = tmp_path / f"quarto.{fmt}"
    used = render.render(rendered.text, rendered.sidecar, out, fmt=fmt, engine="quarto", timestamp=1_600_000_000)
    assert used == "quarto"
    ours, theirs = words(rendered.folder / f"out.{fmt}"), words(out)
    assert not [line for line in difflib.unified_diff(ours, theirs, lineterm="")]


@needs_quarto
def test_quarto_stops_on_an_unknown_key_too(report):
    report.write("[network_job]{.fact}")
    with pytest.raises(StudyError, match="network_job'"):
        quarto.render_html(report.text, report.sidecar, report.folder / "out.html")


def test_an_old_or_absent_quarto_is_refused_with_a_cure(monkeypatch):
    for version in (None, "1.8.25"):
        monkeypatch.setattr(quarto, "available", lambda version=version: version)
        with pytest.raises(UsageError, match="--engine embedded"):
            render.resolve_engine("quarto")
        assert render.resolve_engine("auto") == "embedded"
    assert quarto.usable("1.10.18") and quarto.usable("2.0.1") and not quarto.usable("1.8.0")
