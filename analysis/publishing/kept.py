"""What takes long to make and never changes: kept on disk beside the fonts, and made again when it is deleted."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from analysis.fonts import CACHE

FOLDER = CACHE.parent / "page"


def kept(name: str, make: Callable[[], str]) -> str:
    """The text kept under `name`, made on first use. The name carries the version of all it was made from."""
    path = FOLDER / name
    if not path.is_file():
        _place(path, make())
    return path.read_text("utf-8")


def _place(path: Path, text: str) -> None:
    """Write in one step, so that a second process never reads half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    Path(part).replace(path)
