"""The quick answer of a run with nothing to do, and what it must not overlook."""

import os
from pathlib import Path

from pytask_parallel import execute

from analysis import catalogue, regions, runs
from analysis.plan import Plan
from tests.conftest import RAW


def plan(folder: Path, **changes) -> Plan:
    found = regions.load()
    wanted = {"regions": (found["hamburg"],), "formats": ("html",), "engine": "embedded"} | changes
    return Plan(edition=catalogue.edition(RAW, "2020"), raw=RAW, processed=folder / "p", out=folder / "o", **wanted)


def published(folder: Path) -> Path:
    page = folder / "o" / "2020" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("a whole page", "utf-8")
    return page


def test_the_same_edition_has_the_same_state(tmp_path: Path) -> None:
    published(tmp_path)
    assert runs.state(plan(tmp_path)) == runs.state(plan(tmp_path))


def test_a_truncated_or_touched_page_is_noticed(tmp_path: Path) -> None:
    page = published(tmp_path)
    before = runs.state(plan(tmp_path))
    page.write_text("a whol", "utf-8")
    assert runs.state(plan(tmp_path)) != before
    page.write_text("a whole page", "utf-8")
    os.utime(page, (1, 1))
    assert runs.state(plan(tmp_path)) != before
    page.unlink()
    assert runs.state(plan(tmp_path)) != before


def test_another_wish_is_noticed(tmp_path: Path) -> None:
    published(tmp_path)
    before = runs.state(plan(tmp_path))["from"]
    assert runs.state(plan(tmp_path, formats=("html", "pdf")))["from"] != before
    assert runs.state(plan(tmp_path, regions=(regions.load()["duesseldorf"],)))["from"] != before


def test_the_task_runner_still_looks_too_seldom_by_itself() -> None:
    assert max(execute._Sleeper().timings) >= 0.5, "pytask-parallel looks often now: delete _look_often in tasks.py"
