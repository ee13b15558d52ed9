"""Signs of a whole column: the same answer as for one cell, whatever the text."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources.observations import cell_status
from analysis.sources.signs import CELL, decimal_mark, is_cell, refused, sign_expressions

MARKS = st.sampled_from(",.")
PRINTED = st.text(alphabet="0123456789 .,-–−+•*…/()xX\u00a0\u202f\t\x1c\x85", max_size=10)


def read(texts: list[str | None], decimal: str = ",") -> list[tuple[float | None, str | None]]:
    frame = pl.LazyFrame({"text": texts}, schema={"text": pl.String})
    cells = frame.select(sign_expressions(pl.col("text"), decimal).alias("cell")).unnest("cell")
    return cells.collect(engine="streaming").rows()


def one_by_one(texts: list[str], decimal: str) -> list[tuple[float | None, str | None]]:
    answers: list[tuple[float | None, str | None]] = []
    for text in texts:
        try:
            answers.append(tuple(cell_status(text, decimal=decimal)))
        except StudyError:
            answers.append((None, None))
    return answers


@given(st.lists(st.one_of(PRINTED, st.text(max_size=6)), max_size=20), MARKS)
def test_a_column_is_read_as_its_cells_are(texts: list[str], decimal: str) -> None:
    assert read(texts, decimal) == one_by_one(texts, decimal)


@given(st.lists(st.floats(min_value=-1e9, max_value=1e9).map(lambda x: round(x, 3)), min_size=1), MARKS)
def test_numbers_come_back_to_the_last_digit(numbers: list[float], decimal: str) -> None:
    texts = [f"{number:.3f}".replace(".", decimal) for number in numbers]
    assert read(texts, decimal) == [(number, "ok") for number in numbers]


def test_a_null_has_neither_value_nor_status() -> None:
    assert read([None, "5"]) == [(None, None), (5.0, "ok")]
    assert read([]) == []


def test_the_type_is_declared_as_it_comes() -> None:
    frame = pl.LazyFrame({"text": ["1"]}).select(sign_expressions(pl.col("text"), ",").alias("cell"))
    assert frame.collect_schema()["cell"] == frame.collect().schema["cell"] == CELL


@pytest.mark.parametrize(
    ("texts", "mark"),
    [(["-", "429514", "12,5", "1.5"], ","), (["- 21.0"], "."), (["(118.65)"], "."), (["17 953"], "?"), ([None], "?")],
)
def test_the_first_decimals_tell_the_mark(texts: list[str | None], mark: str) -> None:
    assert decimal_mark(pl.Series(texts, dtype=pl.String), "?") == mark


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "is empty"),
        ("  ", "is empty"),
        ("1.953", "the mark '.'"),
        ("geheim", "neither a number"),
        ("1.9,5", "neither"),
    ],
)
def test_the_error_says_place_and_cause(text: str | None, words: str) -> None:
    error = refused(text, ",", file="a.csv", place="Line 7, column 4")
    assert "Line 7, column 4" in str(error) and words in str(error) and error.where == "a.csv" and error.next_step


def test_keys_and_names_are_no_cells() -> None:
    assert is_cell("12,5") and is_cell("12.5") and is_cell("-") and not is_cell("Düsseldorf") and not is_cell("")
