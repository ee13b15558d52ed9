"""Periods as tables print them: years, German dates and months, ISO dates."""

import re
from collections.abc import Iterable

import polars as pl

PERIOD = re.compile(r"(?:\d{2}\.)?(?:\d{2}[./])?(?:19|20)\d{2}|(?:19|20)\d{2}-\d{2}(?:-\d{2})?")
_GERMAN = re.compile(r"(?:(\d{2})\.)?(\d{2})[./]((?:19|20)\d{2})")
_DATE_LENGTH = 10


def iso_date(text: str) -> str:
    """ "31.12.2022" as "2022-12-31", "04/1991" as "1991-04"; anything else stays."""
    found = _GERMAN.fullmatch(text.strip())
    return "-".join(part for part in (found[3], found[2], found[1]) if part) if found else text.strip()


def periods(texts: Iterable[str]) -> dict[str, str]:
    """Text -> period: the year of a date if it is the year's only one, else the date."""
    dated = {text: iso_date(text) for text in texts}
    years = [date[:4] for date in set(dated.values())]
    return {
        text: date[:4] if len(date) == _DATE_LENGTH and years.count(date[:4]) == 1 else date
        for text, date in dated.items()
    }


def reference_days(texts: Iterable[str]) -> list[str]:
    """The days ("30.06.") of the full dates among the texts, sorted by month."""
    dates = {iso_date(text)[5:] for text in texts if len(iso_date(text)) == _DATE_LENGTH}
    return [f"{day[3:]}.{day[:2]}." for day in sorted(dates)]


def period_expression(time: pl.Expr, known: dict[str, str]) -> pl.Expr:
    """`periods` for a column whose texts are the keys of `known`; streams, unlike a look-up."""
    if all(text[:4] == period for text, period in known.items()):
        return time.str.slice(0, 4)
    plain = time.str.strip_chars()
    dated = plain.str.replace(r"^(\d{2})\.(\d{2})\.(\d{4})$", "$3-$2-$1").str.replace(r"^(\d{2})[./](\d{4})$", "$2-$1")
    whole = sorted({period[:4] for period in known.values() if len(period) == _DATE_LENGTH})
    is_year = (dated.str.len_chars() == _DATE_LENGTH) & ~dated.str.slice(0, 4).is_in(whole)
    return pl.when(is_year).then(dated.str.slice(0, 4)).otherwise(dated)
