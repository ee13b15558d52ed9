"""Where each goal stands in an edition: by a documented event, by figures, or not to be judged."""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.chapters import targets
from analysis.chapters.corridor import STATUS_WORDS
from analysis.goals import Framework, Goal, Goals
from analysis.study import Study

NOT_TOLD = "Nicht beurteilbar, weil bis zum Redaktionsschluss der Ausgabe kein Ereignis belegt ist."


@dataclass(frozen=True)
class Standing:
    """Where a goal stands in an edition: `status` (a key of STATUS_WORDS), the reason as a sentence, and the
    computed case if it has a target. `computed` tells a verdict from figures from one by a documented event."""

    goal: Goal
    status: str
    reason: str
    case: targets.Case | None = None

    @property
    def word(self) -> str:
        """The status in German."""
        return STATUS_WORDS[self.status]

    @property
    def computed(self) -> bool:
        """Whether figures gave the verdict."""
        return self.case is not None and self.status != "not_assessable"


def standing(study: Study, goal: Goal, region: str) -> Standing:
    """The goal's status as of the edition's cut-off; a computed one from the region's series. Enters nothing."""
    if goal.status == "assessed":
        case = targets.assess(study, goal, region)
        reason = f"Nicht beurteilbar, weil {case.reason}." if case.reason else goal.reason_de
        return Standing(goal, case.status, reason, case)
    if goal.status == "reached" and not goal.told_by(study.edition.cutoff):
        return Standing(goal, "not_assessable", NOT_TOLD)
    return Standing(goal, goal.status, goal.reason_de)


def standings(study: Study, frameworks: Iterable[Framework], known: Goals) -> list[Standing]:
    """One for each goal of the frameworks, each for the region its framework belongs to."""
    return [
        standing(study, goal, framework.regions[0]) for framework in frameworks for goal in known.goals_of([framework])
    ]
