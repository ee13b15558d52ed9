"""One study, made once by the command line as a user makes it, without a network; the tests look at what came out."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import RAW, ROOT


@dataclass(frozen=True)
class Run:
    """Where a run put its results, and how to run again."""

    folder: Path
    raw: Path = RAW

    @property
    def edition(self) -> Path:
        """The published edition."""
        return self.folder / "published" / "2020"

    def command(self, *arguments: str, raw: Path | None = None) -> subprocess.CompletedProcess[str]:
        """`python pipeline.py ...` on this run's folders."""
        places = ["--raw", str(raw or self.raw)]
        if arguments[0] in ("run", "status", "explain", "list"):
            places += ["--out", str(self.folder / "published")]
        if arguments[0] in ("run", "status"):
            places += ["--processed", str(self.folder / "processed"), "--engine", "embedded"]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "tests" / "study" / "offline"), "NO_COLOR": "1"}
        return subprocess.run(
            [sys.executable, "pipeline.py", *arguments, *places],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
        )


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The bundled study, made in a folder of its own."""
    made = Run(tmp_path_factory.mktemp("study"))
    done = made.command("run")
    assert done.returncode == 0, done.stderr
    return made
