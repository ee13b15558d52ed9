"""Comparing words: each asserts one relation, and the relation is checked on numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import lexicon

NUMBERS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_word_asserts_two_relations(language):
    table = lexicon.GERMAN if language == "de" else lexicon.ENGLISH
    forms = [form.casefold() for words in table.values() for form in set(lexicon._spelled(words))]
    assert len(forms) == len(set(forms))
    assert set(table) == set(lexicon.RELATIONS)


@pytest.mark.parametrize(
    ("word", "relation"),
    [("höher", "higher"), ("Höhere", "higher"), ("niedriger als", "lower"), ("gestiegen", "rose"), ("sank", "fell"),
     ("nahezu unverändert", "unchanged"), ("am stärksten", "most"), ("mehr als", "higher"), ("schön", None)],
)  # fmt: skip
def test_words_and_their_relations(word, relation):
    assert lexicon.relation_of(word) == relation


@pytest.mark.parametrize("language", ["de", "en"])
def test_ambiguous_words_are_words_of_the_lexicon(language):
    known = {word.casefold() for word in lexicon.LEXICON[language]}
    assert {word.casefold() for word in lexicon.AMBIGUOUS[language]} <= known
    assert not set(lexicon.telling_words(language)) & lexicon.AMBIGUOUS[language]


@pytest.mark.parametrize(
    ("relation", "left", "right", "true"),
    [("rose", 100.6, [100.0], True), ("rose", 100.4, [100.0], False), ("unchanged", 100.4, [100.0], True),
     ("unchanged", 99.4, [100.0], False), ("fell", 99.4, [100.0], True), ("most", 3, [1, 2], True),
     ("least", 3, [1, 2], False), ("equal", 2, [2], True)],
)  # fmt: skip
def test_known_verdicts(relation, left, right, true):
    assert lexicon.holds(relation, left, right).holds is true


@given(NUMBERS, NUMBERS)
def test_exactly_one_movement_holds(left, right):
    assert sum(lexicon.holds(relation, left, [right]).holds for relation in ("rose", "fell", "unchanged")) == 1
    assert sum(lexicon.holds(relation, left, [right]).holds for relation in ("higher", "lower", "equal")) == 1


def test_a_multiple_is_checked_as_one():
    word = "mehr als doppelt so hoch wie"
    assert lexicon.factor_of(word) == 2 and lexicon.factor_of("höher als") == 1
    assert lexicon.holds("higher", 4.1, [2], 2).holds
    assert not lexicon.holds("higher", 3.9, [2], 2).holds


def test_unknown_values_and_relations():
    assert not lexicon.holds("higher", None, [1]).holds
    with pytest.raises(ValueError, match="bigger"):
        lexicon.holds("bigger", 1, [1])
    with pytest.raises(ValueError, match="compares with 2"):
        lexicon.holds("higher", 1, [1, 2])
