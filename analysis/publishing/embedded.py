"""The engine that is always there: pandoc and typst from their wheels, with the filters and templates Quarto uses."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pypandoc
import typst

from analysis.errors import StudyError
from analysis.fonts import font_folder
from analysis.publishing import page
from analysis.publishing.dialect import check_dialect, expand_includes

__all__ = ["check_dialect", "expand_includes", "render_html", "render_pdf"]

REPORTS = Path(__file__).resolve().parents[2] / "reports"
FILTERS = (REPORTS / "filters" / "study.lua", REPORTS / "filters" / "crossref.lua")
THEME = REPORTS / "theme"
READER = "markdown-smart"
# PDF needs a date that is not the clock's; without an edition's date this one says that none was given.
NO_DATE = 946684800


def render_html(source: Path, sidecar: Path, out: Path, *, timestamp: int | None = None) -> None:
    """Render a report to one HTML file that stands alone; the same inputs give the same bytes.

    `sidecar` is the JSON file of the report; charts are looked up beside it. `timestamp` is for the PDF's sake
    and has no effect here. Raises UsageError for markup outside the dialect, StudyError for an unknown key.
    """
    bare = _pandoc(source, sidecar, "html5", ["--shift-heading-level-by=1", "--template", str(THEME / "page.html")])
    language = json.loads(sidecar.read_text("utf-8")).get("language", "de")
    out.write_text(page.finish(bare, sidecar.parent, language=language), "utf-8")


def render_pdf(source: Path, sidecar: Path, out: Path, *, timestamp: int | None = None) -> None:
    """Render a report to a tagged PDF (PDF/UA-1); the same inputs and timestamp give the same bytes.

    `timestamp` is the document's date in seconds since 1970, else SOURCE_DATE_EPOCH, else 1 January 2000.
    """
    text = _pandoc(source, sidecar, "typst", ["--template", str(THEME / "report.typ")])
    out.write_bytes(typeset(text, sidecar.parent, document_time(timestamp)))


def document_time(timestamp: int | None) -> int:
    """The date a document carries, in seconds since 1970."""
    return timestamp if timestamp is not None else int(os.environ.get("SOURCE_DATE_EPOCH", NO_DATE))


def typeset(text: str, assets: Path, timestamp: int) -> bytes:
    """A typst document as PDF/UA-1, with the study's fonts only and the charts of `assets`.

    Raises StudyError with typst's own reason and hints, such as a skipped heading level.
    """
    with tempfile.TemporaryDirectory(prefix="industriemonitor-") as name:
        folder = Path(name)
        (folder / "main.typ").write_text(text, "utf-8")
        if (assets / "charts").is_dir():
            shutil.copytree(assets / "charts", folder / "charts")
        try:
            content, warnings = typst.compile_with_warnings(
                folder / "main.typ",
                root=folder,
                font_paths=[font_folder()],
                ignore_system_fonts=True,
                format="pdf",
                pdf_standards=["ua-1"],
                timestamp=timestamp,
            )
        except typst.TypstError as error:
            reason = "; ".join([error.message, *error.hints])
            raise StudyError(f"typst refused the report: {reason}", next_step="Correct the report's text.") from error
    _refuse_missing_fonts([str(warning) for warning in warnings])
    return content


def _refuse_missing_fonts(warnings: list[str]) -> None:
    """typst falls back to another face in silence; a report in a strange face is not ours."""
    missing = [warning for warning in warnings if "font" in warning]
    if missing:
        raise StudyError(f"typst misses a font: {missing[0]}", next_step="Install fontpkg-ibm-plex-sans.")


def _pandoc(source: Path, sidecar: Path, writer: str, options: list[str]) -> str:
    """The report's text through pandoc and both filters."""
    command = [pypandoc.get_pandoc_path(), f"--from={READER}", f"--to={writer}", "--standalone", "--wrap=none"]
    command += [f"--metadata=study:{sidecar.resolve()}", "--toc", "--toc-depth=3"]
    command += [f"--lua-filter={path}" for path in FILTERS] + options
    done = subprocess.run(command, input=expand_includes(source), capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise StudyError(f"The report '{source.name}' could not be rendered: {_reason(done.stderr)}")
    return done.stdout


def _reason(stderr: str) -> str:
    """What pandoc's filters said, without the trace of the interpreter."""
    lines = [line.strip() for line in stderr.splitlines()]
    said = [line for line in lines if line and not line.startswith(("Error running filter", "stack traceback", "["))]
    return " ".join(said[:3]) or "pandoc gave no reason"
