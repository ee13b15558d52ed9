"""How a figure moved in several places, in one sentence: who moved alike stands together."""

from dataclasses import dataclass

from analysis.facts import Fact
from analysis.study import Study
from analysis.wording import claim, listing, magnitude, movement


@dataclass(frozen=True)
class Course:
    """How one figure moved, and where: `place` is "in Düsseldorf"."""

    place: str
    now: Fact
    before: Fact
    change: Fact

    @property
    def movement(self) -> str:
        """rose, fell, unchanged or undetermined."""
        return movement(self.now, self.before)


def course(
    study: Study,
    place: tuple[str, str],
    indicators: tuple[str, str],
    period: str,
    branch: str | None = None,
    variant: str | None = None,
) -> Course:
    """The course entered before: `place` is a region's id and its "in ...", `indicators` the level and its change."""
    (region, where), (level, change), ends = place, indicators, period.split("-")
    before, now = (study.get(level, region, year, branch=branch, variant=variant) for year in ends)
    return Course(where, now, before, study.get(change, region, period, branch=branch, variant=variant))


def beside_germany(study: Study) -> list[tuple[str, str]]:
    """Id and "in ..." of the region and of Germany."""
    return [(item.id, item.in_) for item in (study.region, study.references[-1])]


def courses(found: list[Course], subject: str, pronoun: str, since: str) -> str:
    """ "Die Beschäftigung stieg seit 2015 in A um 5,3 % und in B um 3,2 %; in C sank sie um 3,6 %", without full stop.

    Places that moved alike stand together, in the order of their first; `pronoun` stands for `subject` after that.
    """
    groups: dict[str, list[Course]] = {}
    for course in found:
        groups.setdefault(course.movement, []).append(course)
    clauses = []
    for moved, members in groups.items():
        if clauses:
            clauses.append(_later_clause(moved, members, pronoun))
        else:
            clauses.append(_first_clause(moved, members, subject, since))
    return "; ".join(clauses)


def _first_clause(moved: str, members: list[Course], subject: str, since: str) -> str:
    places = listing([member.place for member in members])
    verb, still = _verbs(moved, members[0])
    if still:
        return f"{subject} {verb} {since} {places} {still}"
    return f"{subject} {verb} {since} {listing([f'{one.place} um {magnitude(one.change)}' for one in members])}"


def _later_clause(moved: str, members: list[Course], pronoun: str) -> str:
    verb, still = _verbs(moved, members[0])
    if still:
        return f"{listing([member.place for member in members])} {verb} {pronoun} {still}"
    parts = [f"um {magnitude(members[0].change)}", *(f"{one.place} um {magnitude(one.change)}" for one in members[1:])]
    return f"{members[0].place} {verb} {pronoun} {listing(parts)}"


def _verbs(moved: str, course: Course) -> tuple[str, str]:
    """The verb of a clause, and what ends it where nothing moved or nothing is known."""
    if moved == "undetermined":
        return "ist", "nicht bestimmbar"
    if moved == "unchanged":
        return "blieb", claim("nahezu unverändert", moved, course.now, course.before)
    return claim("stieg" if moved == "rose" else "sank", moved, course.now, course.before), ""
