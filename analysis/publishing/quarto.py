"""The engine for those who have Quarto: the same texts, filters and templates, rendered by `quarto render`."""

import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from analysis.errors import StudyError, UsageError
from analysis.fonts import font_folder
from analysis.publishing import page
from analysis.publishing.dialect import expand_includes
from analysis.publishing.embedded import REPORTS, document_time

OLDEST = (1, 9)
# Quarto applies the project's settings only to texts that `render:` in _quarto.yml lists.
TEXTS = "de"
PROJECT_PARTS = ("_quarto.yml", "_brand.yml", "filters", "theme")


@cache
def available() -> str | None:
    """Quarto's version, or None where it is not on PATH or does not answer."""
    if not shutil.which("quarto"):
        return None
    done = subprocess.run(["quarto", "--version"], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else None


def usable(version: str | None) -> bool:
    """Whether a version is there and new enough."""
    return version is not None and tuple(int(part) for part in version.split(".")[:2]) >= OLDEST


def require() -> None:
    """Raise UsageError where Quarto is absent or older than 1.9."""
    version = available()
    if usable(version):
        return
    found = f"Quarto {version} is too old" if version else "Quarto is not on PATH"
    raise UsageError(
        f"{found}; version {'.'.join(map(str, OLDEST))} or newer is needed",
        next_step="Install it, or use --engine embedded, which needs nothing else.",
    )


def render_html(source: Path, sidecar: Path, out: Path, *, timestamp: int | None = None) -> None:
    """As `embedded.render_html`, with Quarto numbering figures and resolving references."""
    bare = _rendered(source, sidecar, "html", document_time(timestamp)).decode("utf-8")
    language = json.loads(sidecar.read_text("utf-8")).get("language", "de")
    out.write_text(page.finish(bare, sidecar.parent, language=language), "utf-8")


def render_pdf(source: Path, sidecar: Path, out: Path, *, timestamp: int | None = None) -> None:
    """As `embedded.render_pdf`, with Quarto's typst."""
    out.write_bytes(_rendered(source, sidecar, "typst", document_time(timestamp)))


def _rendered(source: Path, sidecar: Path, target: str, timestamp: int) -> bytes:
    """Render in a private copy of the project: Quarto writes beside its sources, and two runs must not meet there."""
    require()
    expand_includes(source)
    with tempfile.TemporaryDirectory(prefix="industriemonitor-") as name:
        folder = Path(name)
        _copy_project(source, sidecar, folder)
        text = folder / TEXTS / source.name
        command = ["quarto", "render", str(text), "--to", target, "--no-clean"]
        command += ["--metadata", f"study:{text.with_name('study.json')}"]
        environment = os.environ | {"SOURCE_DATE_EPOCH": str(timestamp)}
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", env=environment)
        made = text.with_suffix(".html" if target == "html" else ".pdf")
        if done.returncode or not made.is_file():
            raise StudyError(f"Quarto could not render '{source.name}': {_reason(done.stderr)}")
        return made.read_bytes()


def _copy_project(source: Path, sidecar: Path, folder: Path) -> None:
    for part in PROJECT_PARTS:
        origin = REPORTS / part
        copy = shutil.copytree if origin.is_dir() else shutil.copyfile
        copy(origin, folder / part)
    shutil.copytree(font_folder(), folder / "theme" / "fonts", dirs_exist_ok=True)
    texts = folder / TEXTS
    texts.mkdir()
    for path in source.parent.glob("*.qmd"):
        shutil.copyfile(path, texts / path.name)
    shutil.copyfile(sidecar, texts / "study.json")
    if (sidecar.parent / "charts").is_dir():
        shutil.copytree(sidecar.parent / "charts", texts / "charts")


def _reason(stderr: str) -> str:
    """What went wrong, without progress lines and traces."""
    lines = [line.strip() for line in stderr.splitlines()]
    telling = [line for line in lines if "key '" in line or "error" in line.casefold() or "Unknown" in line]
    return " ".join(telling[:3] or lines[-3:]) or "it gave no reason"
