"""Traces of the machine a file was made on: paths, accounts, clock times, errors. No output has any."""

import re
from collections.abc import Iterator

from analysis.publishing.release.objections import Objection, shortened

PATH, ERROR, CLOCK, MACHINE = "a path of a machine", "a stored error", "a clock time", "the name of a machine"
# Something rare to look for first, the pattern it must be part of, and what that would be.
_FOLDERS = ("/home/", "/Users/", "/root/", "/tmp/", "/private/", "/var/", "/opt/", "/mnt/", "/srv/")
TRACES = [
    *((folder, re.compile(rf"(?<![\w.:/-]){folder}[\w.@~-]+"), PATH) for folder in _FOLDERS),
    (":\\", re.compile(r"\b[A-Z]:\\{1,2}\w"), PATH),
    ("file://", re.compile(r"\bfile://"), PATH),
    ("site-packages", re.compile(r"site-packages"), PATH),
    ("__pycache__", re.compile(r"__pycache__"), PATH),
    ("Traceback (most", re.compile(r"Traceback \(most recent call last\)"), ERROR),
    ("D:20", re.compile(r"\bD:20\d{6}(?!000000)\d{6}"), CLOCK),
    ("localhost", re.compile(r"\blocalhost\b"), MACHINE),
    (".local", re.compile(r"[\w+-]\.local\b(?![./])"), MACHINE),
]
TIME = re.compile(r":\d\d:\d\d")
DATED = re.compile(r"20\d\d-\d\d-\d\d[T ](?!00:00:00)\d\d:\d\d:\d\d")


def traces(text: str, file: str, place: str = "") -> Iterator[Objection]:
    """Traces in a text, each kind once, with the line where `place` does not say it."""
    seen: set[str] = set()
    for start, meaning in _found(text):
        if meaning not in seen:
            seen.add(meaning)
            line = f"line {text.count(chr(10), 0, start) + 1}"
            what = f"'{shortened(text[start : start + 50])}' is {meaning}"
            yield Objection(file, place or line, what, "Leave it out where the file is written.")


def _found(text: str) -> Iterator[tuple[int, str]]:
    for rare, pattern, meaning in TRACES:
        if rare in text:
            match = pattern.search(text)
            if match:
                yield match.start(), meaning
    for time in TIME.finditer(text):
        dated = DATED.match(text, max(0, time.start() - 13))
        if dated:
            yield dated.start(), CLOCK
