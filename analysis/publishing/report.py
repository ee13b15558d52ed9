"""Makes one report: gathers what it prints, renders it with the chosen engine, and proofreads the page."""

import json
from datetime import UTC, datetime
from pathlib import Path

from analysis.plan import REPORTS, Plan
from analysis.publishing import proofread, render, sidecar
from analysis.regions import COMPARISON, Region


def make(plan: Plan, region: Region, fmt: str) -> None:
    """Render one report in one format into the edition's site. Raises StudyError if the proofreader objects."""
    working = plan.home / "reports" / f"{region.id}.{fmt}"
    content = sidecar.write(plan, region, working)
    target = plan.site / plan.language / f"{region.id}.{fmt}"
    target.parent.mkdir(parents=True, exist_ok=True)
    unchecked = working / target.name
    render.render(
        source(plan.language, region), content, unchecked, fmt=fmt, engine=plan.engine, timestamp=timestamp(plan)
    )
    if fmt == "html":
        proofread.ensure(unchecked, json.loads(content.read_text("utf-8"))["facts"])
    unchecked.replace(target)


def source(language: str, region: Region) -> Path:
    """The text of a report: the comparison has its own, every region the same."""
    name = "comparison" if region.id == COMPARISON else "region"
    return REPORTS / language / f"{name}.qmd"


def timestamp(plan: Plan) -> int:
    """Seconds since 1970 at which the edition counts as made: its publication date, not the clock."""
    return int(datetime.fromisoformat(plan.edition.published).replace(tzinfo=UTC).timestamp())
