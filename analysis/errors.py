"""What a person reads when the study cannot go on, and the exit status that goes with it."""


class StudyError(Exception):
    """A stage failed: one sentence that says what, where, and what to do next. Exit status 1."""

    exit_status = 1

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what, self.where, self.next_step = what, where, next_step
        place = f" ({where})" if where else ""
        cure = f" {next_step}" if next_step else ""
        super().__init__(f"{what.rstrip('.')}{place}.{cure}")

    def __reduce__(self) -> tuple:
        """Errors travel between processes whole."""
        return _restored, (type(self), self.what, self.where, self.next_step)


def _restored(kind: type["StudyError"], what: str, where: str, next_step: str) -> "StudyError":
    return kind(what, where=where, next_step=next_step)


class UsageError(StudyError):
    """The command was used wrongly: an unknown region, edition or engine. Exit status 2."""

    exit_status = 2


class DataCheckError(StudyError):
    """The data failed a critical check; nothing is published. Exit status 3."""

    exit_status = 3


class LockedError(StudyError):
    """Another run holds the lock. Exit status 4."""

    exit_status = 4
