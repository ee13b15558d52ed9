"""Numbers as they were released, and numbers in a text that tell more than those."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from analysis import wording
from analysis.catalogue import Indicator
from analysis.facts import Fact

TICK = 3  # digits of a number that any axis may have
TELLING = 5  # significant digits from which a number is recognised as a fact told too finely, not a coincidence
FURTHER = 6  # digits beyond the released ones that are recognised
YEAR = re.compile(r"(?:19|20)\d\d")
# Decimals behind a comma or a point, and the figures before it; neither is part of a longer name or list.
MARKS = {",": re.compile(r",(\d+)(?!\d|[.,]\d)"), ".": re.compile(r"\.(\d+)(?:[eE]([-+]?\d+))?(?![\w,]|\.\d)")}
BEFORE = {",": re.compile(r"(?<![\w.,])\d[\d.]*\Z"), ".": re.compile(r"(?<![\w.,])\d[\d,]*\Z")}
LONGEST = 24  # signs looked at before a mark
PRINTED_MARK = {"de": ",", "en": "."}


@dataclass(frozen=True)
class Finding:
    """A number that tells too much: the text as found, its place in the text, and the reason."""

    text: str
    start: int
    reason: str


@dataclass
class Released:
    """What an edition released in numbers.

    decimals: fact id -> digits as printed. ceiling: the most digits anything printed has. numbers: every printed
    number, absolute. finer: numbers that tell a fact with more digits than released -> its id.
    """

    decimals: dict[str, int] = field(default_factory=dict)
    ceiling: int = 0
    numbers: set[float] = field(default_factory=set)
    finer: dict[str, str] = field(default_factory=dict)

    def add_facts(self, facts: Iterable[Fact], indicators: dict[str, Indicator]) -> None:
        """Let out the facts as printed, and remember how they would look with more digits."""
        for fact in facts:
            indicator = indicators.get(fact.indicator)
            if indicator is None:
                continue  # nothing says how it is printed; pages that print it are objected to
            self.decimals[fact.id] = indicator.decimals
            self.ceiling = max(self.ceiling, indicator.decimals)
            for value in (fact.value, fact.low, fact.high):
                if value is not None:
                    self._add(fact.id, value, indicator)

    def _add(self, ident: str, value: float, indicator: Indicator) -> None:
        scale = wording.UNITS[indicator.unit].scale
        self.numbers.add(abs(rounded(printed_value(value, indicator) * scale, indicator.decimals)))
        for told in {abs(value), abs(value * scale)}:
            for digits in range(indicator.decimals + 1, indicator.decimals + FURTHER + 1):
                for text in (f"{told:.{digits}f}", _cut(told, digits)):
                    text = text.rstrip("0").rstrip(".")
                    if len(text.partition(".")[2]) > indicator.decimals:
                        self.finer.setdefault(text, ident)

    def add_numbers(self, numbers: Iterable[float]) -> None:
        """Let out the numbers of a figure's table."""
        self.numbers.update(map(abs, numbers))

    def too_fine(
        self, text: str, decimals: int | None = None, *, language: str = "de", exact: bool = False, drawn: bool = False
    ) -> Iterator[Finding]:
        """Numbers of a printed text with more than `decimals` digits (default: the most that anything has), or that
        tell a fact more finely than it was released. `exact` lets a fact pass as it was computed, `drawn` the round
        numbers of axes."""
        limit = self.ceiling if decimals is None else decimals
        for number in _numbers(text, PRINTED_MARK[language]):
            fact = self.finer.get(number.plain)
            passes = (exact and fact) or (drawn and is_short(number.text))
            reason = "" if passes else self._reason(number, fact, limit)
            if reason:
                yield Finding(number.text, number.start, reason)

    def _reason(self, number: "Number", fact: str | None, limit: int) -> str:
        """Why a number tells too much; empty if it does not. Noughts at the end are digits that are shown too."""
        telling = fact and len(number.plain.replace(".", "").lstrip("0")) >= TELLING
        if telling and float(number.plain) not in self.numbers:
            return f"it tells {fact} with more than its {self.decimals[fact]} decimals"
        if number.printed:
            return f"{number.decimals} decimals where {limit} are released" if number.decimals > limit else ""
        ungrouped = number.decimals == 3 and number.whole > 3
        return "a decimal as a machine writes it" if number.decimals > max(limit, 3) or ungrouped else ""


@dataclass(frozen=True)
class Number:
    """A decimal in a text. plain: as facts are remembered, with a point and no noughts at its end. whole and decimals:
    digits before and behind the mark. printed: whether the mark is the language's own."""

    text: str
    start: int
    plain: str
    whole: int
    decimals: int
    printed: bool


def _numbers(text: str, printed_mark: str) -> Iterator[Number]:
    """The decimals of a text; grouped thousands, pairs of years and codes with a year are none."""
    for mark in {printed_mark, "."}:
        printed = mark == printed_mark
        for match in MARKS[mark].finditer(text):
            before = BEFORE[mark].search(text, max(0, match.start() - LONGEST), match.start())
            if not before:
                continue
            whole, digits = re.sub(r"[.,]", "", before[0]), match[1]
            exponent = match[2] if mark == "." else None
            if exponent is None and _is_no_decimal(whole, digits, mark, printed):
                continue
            plain = _plain(whole, digits, exponent)
            if exponent:
                whole, _, digits = plain.partition(".")
            found = text[before.start() : match.end()]
            yield Number(found, before.start(), plain, len(whole), len(digits), printed)


def _cut(value: float, digits: int) -> str:
    """A number with what follows a digit left out, as in a column too narrow for it."""
    whole, _, behind = f"{value:.12f}".partition(".")
    return f"{whole}.{behind[:digits]}"


def _plain(whole: str, digits: str, exponent: str | None) -> str:
    """A number in the form in which facts are remembered: a decimal point, no noughts at its end, no power of ten."""
    if exponent:
        return f"{Decimal(f'{whole}.{digits}E{exponent}'):f}".rstrip("0").rstrip(".")
    return f"{int(whole)}.{digits}".rstrip("0").rstrip(".")


def _is_no_decimal(whole: str, digits: str, mark: str, printed: bool) -> bool:
    """Whether figures around a mark are something else: two years, a code or month and its year, grouped thousands."""
    if YEAR.fullmatch(digits):
        return bool(YEAR.fullmatch(whole)) or (mark == "." and (not printed or len(whole) <= 2))
    return not printed and len(whole) <= 3 and len(digits) == 3


def is_short(written: str) -> bool:
    """Three digits that count or fewer, as the ticks of an axis have them (0,25; 7,5): too few to tell a figure that
    was not released."""
    return len("".join(filter(str.isdigit, written)).lstrip("0")) <= TICK


def printed_value(value: float, indicator: Indicator) -> float:
    """A value with the digits of its print, in the unit it is stored in.

    Where print uses a larger unit (thousand euros as billions), whole units remain: they are the official figures'.
    """
    if indicator.round_to:
        value = round(value / indicator.round_to) * indicator.round_to
    scaled = wording.UNITS[indicator.unit].scale != 1.0
    return rounded(value, 0 if scaled else indicator.decimals)


def rounded(value: float, decimals: int) -> float:
    """Rounded as `wording.number` prints it: half away from zero on the decimal digits."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)) + 0.0


def decimals_of(number: float) -> int:
    """How many decimals a number needs to be written in full; -1.5 has one, 1e-7 has seven."""
    exponent = Decimal(repr(float(number))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
