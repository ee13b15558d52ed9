"""Reads and type-checks goals.toml: what five industrial-policy frameworks promised. Content, not code; imports nothing
of ours but the errors it raises."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from analysis.errors import UsageError

GOALS = Path(__file__).with_name("goals.toml")
STATUSES = ("reached", "assessed", "not_assessable")

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Theme:
    """A column of the matrix over all frameworks."""

    id: str
    de: str
    en: str


@dataclass(frozen=True)
class Source:
    """Where a goal or a milestone comes from; `seen` is "text" or "passage"; `date` ISO, as fine as known, or empty."""

    id: str
    publisher: str
    title: str
    date: str
    url: str
    seen: str


@dataclass(frozen=True)
class Framework:
    """One of the documents whose goals are monitored. `fields` are its fields of action, German -> English."""

    id: str
    regions: tuple[str, ...]
    title: str
    title_en: str
    short: str
    actors_de: str
    actors_en: str
    year: str
    document_de: str
    document_en: str
    source: str
    date_de: str
    date_en: str
    aim_de: str
    aim_en: str
    position_assessment: bool
    position_assessment_de: str
    position_assessment_en: str
    quoted: tuple[str, ...]
    fields: dict[str, str]


@dataclass(frozen=True)
class Target:
    """A quantified target: either a `value` in `unit`, or `change_percent` against `base_year`, to be met in `year`.

    `indicator` and `branch` name the observed series; `basis_de` says in words which balance it is.
    """

    indicator: str
    unit: str
    year: int
    basis_de: str
    basis_en: str
    value: float | None = None
    branch: str | None = None
    base_year: int | None = None
    change_percent: float | None = None


@dataclass(frozen=True)
class Goal:
    """One goal or measure. `status` is reached, assessed (computed, has a `target`) or not_assessable.

    `evidence` are keys of facts that may be shown beside it; they are no verdict. `evidence_text` tells documented
    events, the newest of `evidence_date`. `quoted` are the number strings of its texts, all of them quotations.
    """

    id: str
    framework: str
    field_de: str
    theme: str
    horizon: str
    kind: str
    direction: str
    text_de: str
    text_en: str
    indicator: str
    indicator_de: str
    evidence: tuple[str, ...]
    status: str
    reason_de: str
    reason_en: str
    needed_data_de: str
    needed_data_en: str
    quoted: tuple[str, ...]
    review: str
    evidence_text_de: str = ""
    evidence_text_en: str = ""
    evidence_source: tuple[str, ...] = ()
    evidence_date: str = ""
    target: Target | None = None

    def told_by(self, cutoff: str) -> bool:
        """Whether its events had surely happened by the cut-off (ISO date). An event known by its month only counts
        from the month's last day on, one known by its year from the year's."""
        end = {4: "-12-31", 7: "-31"}.get(len(self.evidence_date), "")
        return bool(self.evidence_date) and self.evidence_date + end <= cutoff


@dataclass(frozen=True)
class Goals:
    """The whole catalogue, in the order of the file."""

    themes: tuple[Theme, ...]
    frameworks: tuple[Framework, ...]
    sources: dict[str, Source]
    goals: tuple[Goal, ...]

    def frameworks_of(self, region: str) -> tuple[Framework, ...]:
        """The frameworks that cover a region; none for most."""
        return tuple(item for item in self.frameworks if region in item.regions)

    def goals_of(self, frameworks: Iterable[Framework]) -> tuple[Goal, ...]:
        """The goals of these frameworks, in order."""
        wanted = {item.id for item in frameworks}
        return tuple(goal for goal in self.goals if goal.framework in wanted)


def load(path: Path = GOALS) -> Goals:
    """The catalogue. Raises UsageError that names the entry and what is wrong with it."""
    with path.open("rb") as file:
        tree = tomllib.load(file)
    found = Goals(
        themes=tuple(_entry(Theme, ident, item, path) for ident, item in tree["themes"].items()),
        frameworks=tuple(_entry(Framework, ident, item, path) for ident, item in tree["frameworks"].items()),
        sources={ident: _entry(Source, ident, item, path) for ident, item in tree["sources"].items()},
        goals=tuple(_goal(item, path) for item in tree["goal"]),
    )
    _check(found, path)
    return found


def _goal(item: dict[str, Any], path: Path) -> Goal:
    ident = item.get("id", "without id")
    target = _entry(Target, None, item["target"], path, f"target of {ident}") if "target" in item else None
    return _entry(Goal, None, {**item, "target": target}, path, ident)


def _entry(kind: type[Entry], ident: str | None, item: dict[str, Any], path: Path, name: str = "") -> Entry:
    """One entry as a dataclass; lists become tuples."""
    content = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
    if ident is not None:
        content["id"] = ident
    unknown = set(content) - {field.name for field in fields(kind)}
    try:
        if unknown:
            raise TypeError(f"unknown fields {', '.join(sorted(unknown))}")
        return kind(**content)
    except TypeError as error:
        raise UsageError(
            f"The entry '{ident or name}' is not a {kind.__name__.lower()}: {error}",
            where=path.name,
            next_step="Compare it with its neighbours.",
        ) from error


def _check(found: Goals, path: Path) -> None:
    """What refers to something must find it, and a computed goal needs its target."""
    frameworks, themes = {item.id for item in found.frameworks}, {item.id for item in found.themes}
    seen: set[str] = set()
    for goal in found.goals:
        faults = {
            f"the framework '{goal.framework}' is unknown": goal.framework not in frameworks,
            f"the theme '{goal.theme}' is unknown": goal.theme not in themes,
            f"the status '{goal.status}' is unknown": goal.status not in STATUSES,
            "a source is unknown": not set(goal.evidence_source) <= set(found.sources),
            "it needs a target exactly if it is assessed": (goal.status == "assessed") != (goal.target is not None),
            "its target states neither value nor change": goal.target is not None and not _states_value(goal.target),
            "its id stands twice": goal.id in seen,
        }
        seen.add(goal.id)
        wrong = [fault for fault, holds in faults.items() if holds]
        if wrong:
            raise UsageError(f"Goal {goal.id}: {'; '.join(wrong)}", where=path.name, next_step="Correct the entry.")


def _states_value(target: Target) -> bool:
    by_change = target.change_percent is not None and target.base_year is not None
    return (target.value is None) == by_change
