"""A small report of its own, with names that would be code if anything read them as code."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.publishing import embedded

FIXTURE = Path(__file__).parent / "fixture"


class Report:
    """A private copy of the fixture that a test may damage."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(FIXTURE, folder, dirs_exist_ok=True)
        self.folder = folder
        self.text = folder / "report.qmd"
        self.sidecar = folder / "study.json"

    @property
    def facts(self) -> dict:
        return self.content["facts"]

    @property
    def content(self) -> dict:
        return json.loads(self.sidecar.read_text("utf-8"))

    def write(self, body: str) -> None:
        """Replace the text; front matter and register come with it."""
        frame = '---\ntitle: "Probe"\nlang: de-DE\n---\n\n# Kapitel {#sec-one}\n\n'
        self.text.write_text(f"{frame}{body}\n\n# Register {{#sec-register}}\n\n::: {{.register}}\n:::\n", "utf-8")

    def change(self, edit: Callable[[dict], object]) -> None:
        """Edit the sidecar."""
        content = self.content
        edit(content)
        self.sidecar.write_text(json.dumps(content, ensure_ascii=False), "utf-8")

    def html(self) -> Path:
        out = self.folder / "out.html"
        embedded.render_html(self.text, self.sidecar, out)
        return out

    def pdf(self, timestamp: int = 1_600_000_000) -> Path:
        out = self.folder / "out.pdf"
        embedded.render_pdf(self.text, self.sidecar, out, timestamp=timestamp)
        return out


@pytest.fixture
def report(tmp_path: Path) -> Report:
    return Report(tmp_path / "report")


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The undamaged fixture, rendered once in both formats."""
    made = Report(tmp_path_factory.mktemp("rendered"))
    made.html()
    made.pdf()
    return made
