"""Files written in one step."""

import os
from pathlib import Path


def write_if_changed(path: Path, content: bytes) -> bool:
    """Write a file in one step, and only if its content is new, so that nothing downstream runs for nothing."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
    return True
