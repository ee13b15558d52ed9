"""The reader of goals.toml: typed entries, links that hold, and what counts as told by a cut-off."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import goals
from analysis.errors import UsageError

KNOWN = goals.load()
TEXT = goals.GOALS.read_text("utf-8")


def goal(ident: str) -> goals.Goal:
    """A goal of the catalogue."""
    return next(item for item in KNOWN.goals if item.id == ident)


def test_all_goals_of_five_frameworks_are_read_in_order():
    assert len(KNOWN.goals) == 79
    assert [len(KNOWN.goals_of([framework])) for framework in KNOWN.frameworks] == [21, 8, 9, 14, 27]
    assert KNOWN.goals_of(KNOWN.frameworks) == KNOWN.goals


def test_frameworks_belong_to_the_regions_the_catalogue_names():
    assert [item.id for item in KNOWN.frameworks_of("duesseldorf")] == [
        "masterplan-duesseldorf",
        "netzwerk-industrie",
        "klimapakt",
    ]
    assert [item.id for item in KNOWN.frameworks_of("hamburg")] == ["buendnis-hamburg"]
    assert KNOWN.frameworks_of("05158") == ()


def test_targets_are_typed():
    per_head, industry = goal("DUS-KP-2").target, goal("HH-BU-G3").target
    assert (per_head.value, per_head.year, per_head.base_year, per_head.branch) == (2.0, 2035, None, None)
    assert (industry.change_percent, industry.base_year, industry.year, industry.branch) == (
        -45.0,
        1990,
        2030,
        "industry",
    )
    assert goal("DUS-MI-E3").target is None


@pytest.mark.parametrize(
    ("date", "cutoff", "told"),
    [
        ("2025-07-03", "2025-07-03", True),
        ("2025-07-03", "2025-07-02", False),
        ("2025-07", "2025-07-30", False),
        ("2025-07", "2025-07-31", True),
        ("2025-07", "2025-08-01", True),
        ("2022", "2022-12-30", False),
        ("2022", "2022-12-31", True),
        ("2022", "2026-11-23", True),
        ("", "2026-11-23", False),
    ],
)
def test_an_event_is_told_once_it_has_surely_happened(date, cutoff, told):
    assert replace(goal("DUS-KP-7"), evidence_date=date).told_by(cutoff) is told


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('theme = "skills_jobs"', 'theme = "weather"', "weather"),
        ('framework = "revierknoten"', 'framework = "revier"', "revier"),
        ('status = "reached"', 'status = "late"', "late"),
        ('evidence_source = ["duesseldorf-2015"]', 'evidence_source = ["hearsay"]', "source"),
        ('id = "RR-S2"', 'id = "RR-S1"', "RR-S1"),
        ('direction = "hold"', 'way = "hold"', "way"),
        ('seen = "text"', 'colour = "red"', "colour"),
        ("base_year = 1990, ", "", "HH-BU-G3"),
        ('status = "assessed"', 'status = "not_assessable"', "target"),
    ],
)
def test_a_broken_entry_is_refused_by_name(tmp_path, old, new, named):
    assert old in TEXT
    broken = tmp_path / "goals.toml"
    broken.write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(UsageError, match=named) as refusal:
        goals.load(broken)
    assert "goals.toml" in str(refusal.value)


def test_the_catalogue_imports_nothing_of_ours_but_errors():
    tree = ast.parse(Path(goals.__file__).read_text("utf-8"))
    modules = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert [name for name in modules if name.startswith("analysis")] == ["analysis.errors"]
