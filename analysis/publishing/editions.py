"""What a published edition says of itself."""

import json
from pathlib import Path

from analysis.errors import StudyError


def previous_reports(target: Path) -> list[str]:
    """The reports an edition in place already holds, so that a run adds to it and takes nothing away."""
    path = target / "manifest.json"
    if not path.exists():
        return []
    try:
        return [name for name in json.loads(path.read_text("utf-8"))["reports"] if name != "comparison"]
    except (json.JSONDecodeError, KeyError) as error:
        raise StudyError(
            "The manifest of the published edition cannot be read",
            where=str(path),
            next_step="Remove the edition's folder and run again.",
        ) from error
