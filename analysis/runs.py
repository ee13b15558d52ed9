"""One run at a time, and a quick answer where there is nothing to do: the task graph alone takes a second to start."""

import hashlib
import json
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.errors import LockedError
from analysis.files import write_if_changed
from analysis.plan import NOTEBOOKS, Plan, beside, code_fingerprint, fingerprint, reports_fingerprint


def run(plan: Plan) -> list[str]:
    """Bring the edition up to date; names of the stages that ran, none if nothing had changed.

    Only one run at a time: a second one raises LockedError at once. A failed stage raises its StudyError.
    """
    plan.processed.mkdir(parents=True, exist_ok=True)
    lock = FileLock(plan.processed / "run.lock")
    try:
        with lock.acquire(blocking=False):
            return _run(plan)
    except Timeout as busy:
        raise LockedError(
            "Another run is at work on the same data",
            where=str(plan.processed),
            next_step="Wait until it has ended, then run again.",
        ) from busy


def _run(plan: Plan) -> list[str]:
    stamp = plan.home / "stamp.json"
    before = state(plan)
    if stamp.exists() and json.loads(stamp.read_text("utf-8")) == before:
        return []
    from analysis import tasks

    made = tasks.execute(plan)
    write_if_changed(stamp, json.dumps(state(plan)).encode())
    return made


def state(plan: Plan) -> dict[str, object]:
    """What the edition was made from, by content, and every published file by size and time of change."""
    raw = [path for path in plan.raw.rglob("*") if path.is_file()]
    told = [
        repr(plan),
        beside(plan),
        code_fingerprint(),
        reports_fingerprint(),
        fingerprint([*raw, *NOTEBOOKS.glob("*.ipynb")]),
    ]
    return {"from": hashlib.sha256("\n".join(told).encode()).hexdigest(), "published": _files(plan.target)}


def _files(folder: Path) -> dict[str, list[int]]:
    """Path -> size and time of change; the edition is a link, so its target's name counts too."""
    found = {str(folder.resolve()): [0, 0]}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            facts = path.stat()
            found[path.relative_to(folder).as_posix()] = [facts.st_size, facts.st_mtime_ns]
    return found
