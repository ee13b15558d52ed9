"""Numbers as they are shown, in German or plain style, with the rounding that their digits tell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.wording import MINUS

NUMBER = re.compile(rf"[{MINUS}+-]?\d(?:[\d.,]*\d)?")
GERMAN = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
PLAIN = re.compile(r"\d+\.\d+")
YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d)")
# Ids of facts, names of cells, codes of tables, colours, keys of districts.
IDENT = re.compile(
    r"[\w-]+\.[a-z]\w*[\w.-]*|@[0-9a-f]+:\w+|\b\d{5}-[\d-]*\d|#[0-9A-Fa-f]{6}\b|(?<![\d.,])\d{5}(?![\d.,]*\d)"
)


@dataclass(frozen=True)
class Number:
    """A number as shown, in each way it can be read ("12.345"): value and unit of rounding; `head` of its column."""

    readings: tuple[tuple[float, float], ...]
    head: str = ""


def numbers(content: object, head: str) -> Iterator[Number]:
    """The numbers of a table's cell: the cell itself, or those in its words."""
    if isinstance(content, str):
        yield from in_text(content, head)
    elif isinstance(content, int | float) and not isinstance(content, bool):
        yield Number(((float(content), _unit(repr(content), ".")),), head)


def in_text(text: str, head: str = "") -> Iterator[Number]:
    """The numbers in words, without years and keys."""
    for found in NUMBER.findall(YEAR.sub(" ", IDENT.sub(" ", text))):
        digits, sign = found.lstrip(f"{MINUS}+-"), -1.0 if found[0] in f"{MINUS}-" else 1.0
        readings = []
        if GERMAN.fullmatch(digits):
            readings.append((sign * float(digits.replace(".", "").replace(",", ".")), _unit(digits, ",")))
        if PLAIN.fullmatch(digits):
            readings.append((sign * float(digits), _unit(digits, ".")))
        if readings:
            yield Number(tuple(readings), head)


def _unit(digits: str, mark: str) -> float:
    """How finely a number is written: its last decimal, or the last place that is no nought."""
    if "e" in digits:
        return 0.0
    whole, _, decimals = digits.partition(mark)
    if decimals and (mark == "," or decimals.strip("0")):
        return 10.0 ** -len(decimals)
    whole = whole.replace(".", "").lstrip("-")
    return 10.0 ** min(len(whole) - len(whole.rstrip("0")), len(whole) - 1)
