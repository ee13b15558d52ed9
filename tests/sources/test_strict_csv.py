"""CSV files as texts: what polars would pass over in silence is refused here."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources.originals import Original
from analysis.sources.strict_csv import LINE, decimal_mark, numbers, read_texts

FIELDS = st.text(st.sampled_from('abcäß€ ",;\n0123456789.-'), max_size=6)


def texts(content: str | bytes, separator: str = ";", **options):
    held = content if isinstance(content, bytes) else content.encode()
    return read_texts(Original("figures.csv", held), separator, **options)


@settings(deadline=None)  # the first example imports the parser
@given(rows=st.lists(st.tuples(FIELDS, FIELDS, FIELDS), max_size=8), crlf=st.booleans())
def test_what_a_csv_writer_writes_is_read_back_with_its_lines(rows: list[tuple], crlf: bool) -> None:
    rows = [row for row in rows if any(row)]
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n" if crlf else "\n")
    writer.writerow(["one", "two", "three"])
    lines = []
    for row in rows:
        writer.writerow(row)
        lines.append(written.getvalue().count("\n"))
    found = texts(written.getvalue())
    assert found.frame.select("one", "two", "three").rows() == rows
    assert found.frame[LINE].to_list() == lines


def test_encodings_and_empty_lines() -> None:
    assert texts("\ufeffort;wert\nKöln;1\n\nDüren;2\n").frame.rows() == [("Köln", "1", 2), ("Düren", "2", 4)]
    found = texts("ort;wert\nKöln;1 €\n".encode("cp1252"))
    assert (found.frame["wert"].item(), found.encoding) == ("1 €", "cp1252")
    assert texts("ort;wert\r\nKöln;1\r\n".encode("utf-16")).frame["ort"].item() == "Köln"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a;b\n1;2\n3\n", "Line 3 is cut off: 1 columns instead of 2"),
        ("a;b\n1;2;3\n", "Line 2 is too long"),
        ('a;b\n1;2\n3;"4', "Line 3|line 3 is not closed"),
        ("a;b\n1;2\na;b\n3;4\n", "header stands again in line 3"),
        ("a;a\n1;2\n", "'a' stand twice"),
        ("a;b", "ends after its header"),
        ("b;c\n1;2\n", "columns a are missing"),
        ("a;b\n1;\x002\n", "0x00"),
    ],
)
def test_damage_is_refused_with_its_place(content: str, said: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        texts(content, needed=["a"])
    assert "figures.csv" in caught.value.where


def test_a_last_line_without_end_is_told() -> None:
    assert [problem.kind for problem in texts("a;b\n1;2").problems] == ["unfinished line"]
    assert not texts("a;b\n1;2\n").problems


def test_numbers_and_their_marks() -> None:
    found = texts("a;b\n17 953;1,5\n-3;\n;-2\n")
    assert numbers(found, "a").to_list() == [17953, -3, None]
    assert numbers(found, "b", decimal_mark(found, "b")).to_list() == [1.5, None, -2]
    with pytest.raises(StudyError, match="'1,5' in the column b is no number") as caught:
        numbers(found, "b")
    assert caught.value.where == "figures.csv, line 2, column 2"
    mixed = texts("a;b\n1;1,5\n1;2.5\n1;3,5\n")
    with pytest.raises(StudyError, match=r"'2\.5' in the column b is written with another decimal mark") as caught:
        decimal_mark(mixed, "b")
    assert "line 3" in caught.value.where
    for sign in ("inf", "NaN", "1e999", "x"):
        with pytest.raises(StudyError, match="no number"):
            numbers(texts(f"a;b\n{sign};1\n"), "a")


def test_the_frame_is_text_throughout() -> None:
    assert set(texts("a;b\nNA;007\n").frame.drop(LINE).dtypes) == {pl.String}
