"""Chooses the engine for a report: Quarto where it is installed, else the embedded one. The words are the same."""

import json
from pathlib import Path
from typing import Literal

from analysis.errors import StudyError, UsageError
from analysis.publishing import embedded, quarto

Engine = Literal["auto", "quarto", "embedded"]
ENGINES = ("auto", "quarto", "embedded")
FORMATS = ("html", "pdf")


def resolve_engine(engine: str) -> str:
    """quarto or embedded. Raises UsageError for an unknown engine, and for Quarto where it is absent or too old."""
    if engine not in ENGINES:
        raise UsageError(f"Unknown engine '{engine}'", next_step=f"Use one of {', '.join(ENGINES)}.")
    if engine == "quarto":
        quarto.require()
    if engine == "auto":
        return "quarto" if quarto.usable(quarto.available()) else "embedded"
    return engine


def render(
    source: Path, sidecar: Path, out: Path, *, fmt: str, engine: str = "auto", timestamp: int | None = None
) -> str:
    """Render one report in one format to `out`; returns the engine used.

    `source` is the .qmd, `sidecar` the JSON file with all it prints, its charts beside it. The same inputs and
    `timestamp` (seconds since 1970) give the same bytes. Raises UsageError for markup outside the dialect,
    StudyError for an unknown key or a chart that is missing.
    """
    if fmt not in FORMATS:
        raise UsageError(f"Unknown format '{fmt}'", next_step=f"Use one of {', '.join(FORMATS)}.")
    _require_sidecar(sidecar)
    chosen = resolve_engine(engine)
    module = quarto if chosen == "quarto" else embedded
    make = module.render_html if fmt == "html" else module.render_pdf
    out.parent.mkdir(parents=True, exist_ok=True)
    make(source, sidecar, out, timestamp=timestamp)
    return chosen


def _require_sidecar(sidecar: Path) -> None:
    try:
        json.loads(sidecar.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise StudyError(f"The figures of the report cannot be read: {error}", where=sidecar.name,
                         next_step="Run the study for this region first.") from error  # fmt: skip
