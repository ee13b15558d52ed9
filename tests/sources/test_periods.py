"""Periods as printed, alone and as a column."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sources.periods import iso_date, period_expression, periods, reference_days

PRINTED = st.one_of(
    st.integers(1991, 2025).map(str),
    st.dates().map(lambda day: f"{day.day:02d}.{day.month:02d}.{1990 + day.year % 30}"),
    st.dates().map(lambda day: f"{1990 + day.year % 30}-{day.month:02d}-{day.day:02d}"),
    st.dates().map(lambda day: f"{day.month:02d}/{1990 + day.year % 30}"),
    st.just("WS 2019/20"),
)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("31.12.2022", "2022-12-31"),
        ("04/1991", "1991-04"),
        ("2020", "2020"),
        ("2020-06-30", "2020-06-30"),
        (" 2019 ", "2019"),
    ],
)
def test_dates_become_iso(text: str, iso: str) -> None:
    assert iso_date(text) == iso


def test_a_year_is_enough_where_it_has_one_date() -> None:
    found = periods(["30.06.2019", "30.06.2020", "31.12.2020", "2021"])
    assert list(found.values()) == ["2019", "2020-06-30", "2020-12-31", "2021"]
    assert reference_days(found) == ["30.06.", "31.12."]


@given(st.lists(PRINTED, min_size=1, max_size=12))
def test_a_column_says_what_its_texts_say(texts: list[str]) -> None:
    known = periods(texts)
    column = pl.DataFrame({"time": texts}).select(period_expression(pl.col("time"), known))["time"]
    assert column.to_list() == [known[text] for text in texts]
