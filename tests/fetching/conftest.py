"""A misbehaving server, a fetch from it, and an environment without accounts and proxies."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fetching.desk import PASSWORD, USER, Desk
from tests.fetching.server import Server, running


@pytest.fixture
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "INDUSTRIEMONITOR_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for account in ("GENESIS", "REGIONALSTATISTIK"):
        monkeypatch.delenv(f"INDUSTRIEMONITOR_{account}_USER", raising=False)
        monkeypatch.delenv(f"INDUSTRIEMONITOR_{account}_PASSWORD", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    return Desk(server, tmp_path / "downloads")


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GENESIS", "REGIONALSTATISTIK"):
        monkeypatch.setenv(f"INDUSTRIEMONITOR_{name}_USER", USER)
        monkeypatch.setenv(f"INDUSTRIEMONITOR_{name}_PASSWORD", PASSWORD)
