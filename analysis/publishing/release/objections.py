"""What is wrong with a released file, where it stands, and how it is cured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Objection:
    """One thing a file holds that was not meant to leave. `place` is as near as the kind of file allows."""

    file: str
    place: str
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.file}, {self.place}: {self.what}. {self.cure}"


def shortened(text: str, most: int = 90) -> str:
    """A text in one line, cut to a length that fits an error."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
