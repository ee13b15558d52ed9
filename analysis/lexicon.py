"""Words that compare, and the relation each one asserts between two figures.

`wording` writes `[höher]{.claim relation=higher left=<id> right=<id>}`; the proofreader looks the word up here and
re-evaluates the relation from the facts. For `rose`, `fell` and `unchanged` the left fact is the newer one.
For `most` and `least` the right side is a list of facts, separated by blanks.
"""

from dataclasses import dataclass
from itertools import chain

UNCHANGED_BELOW_PERCENT = 0.5

RELATIONS = ("higher", "lower", "equal", "rose", "fell", "unchanged", "most", "least")

# relation -> words; an ending "~" stands for the adjective endings e, en, er, es, em.
GERMAN: dict[str, tuple[str, ...]] = {
    "higher": (
        "höher~", "höher als", "größer~", "größer als", "stärker~", "stärker als", "mehr", "mehr als", "über",
        "darüber", "oberhalb", "häufiger", "häufiger als", "länger", "schneller", "schneller als", "übertrifft",
        "übertraf", "überschreitet", "überschritt", "übersteigt", "überstieg", "dichter", "dichter als",
        "mehr als doppelt so hoch", "mehr als doppelt so hoch wie", "mehr als doppelt so viel",
        "mehr als doppelt so viele",
    ),
    "lower": (
        "niedriger~", "niedriger als", "kleiner~", "kleiner als", "schwächer~", "schwächer als", "weniger",
        "weniger als", "geringer~", "geringer als", "unter", "darunter", "unterhalb", "seltener", "seltener als",
        "langsamer", "langsamer als", "unterschreitet", "unterschritt",
        "weniger als halb so hoch",
        "weniger als halb so hoch wie", "weniger als halb so viel", "weniger als halb so viele",
    ),
    "equal": ("gleich", "gleich hoch", "gleichauf", "ebenso hoch", "ebenso hoch wie", "genauso hoch", "so hoch wie",
              "ebenso viel wie"),
    "rose": (
        "stieg", "stiegen", "steigt", "steigen", "gestiegen", "wuchs", "wuchsen", "wächst", "gewachsen", "nahm zu",
        "nahmen zu", "zugenommen", "zunahm", "Zunahme", "Anstieg", "Zuwachs", "Wachstum", "erhöhte sich", "gewann",
        "Plus", "legte zu", "zugelegt",
    ),
    "fell": (
        "sank", "sanken", "sinkt", "sinken", "gesunken", "fiel", "fielen", "fällt", "gefallen", "schrumpfte",
        "schrumpften", "geschrumpft", "nahm ab", "nahmen ab", "abgenommen", "abnahm", "Abnahme", "Rückgang",
        "zurückgegangen", "ging zurück", "gingen zurück", "verringerte sich", "verlor", "Minus", "Verlust",
    ),
    "unchanged": ("nahezu unverändert", "unverändert", "stabil", "gleich geblieben", "stagnierte"),
    "most": (
        "am stärksten", "am höchsten", "am größten", "am meisten", "die meisten", "meisten", "höchste~", "größte~",
        "stärkste~",
    ),
    "least": (
        "am schwächsten", "am niedrigsten", "am kleinsten", "am wenigsten", "die wenigsten", "niedrigste~",
        "kleinste~", "geringste~", "schwächste~",
    ),
}  # fmt: skip

ENGLISH: dict[str, tuple[str, ...]] = {
    "higher": ("higher", "higher than", "larger", "larger than", "greater", "greater than", "more",
               "more than", "above", "exceeds", "exceeded", "stronger", "stronger than", "more than twice as high as"),
    "lower": ("lower", "lower than", "smaller", "smaller than", "less", "less than", "fewer", "fewer than", "below",
              "weaker", "weaker than", "less than half as high as"),
    "equal": ("equal", "equal to", "as high as", "the same as"),
    "rose": ("rose", "risen", "rises", "grew", "grown", "increased", "gained", "increase", "growth"),
    "fell": ("fell", "fallen", "falls", "shrank", "shrunk", "decreased", "declined", "lost", "decrease", "decline"),
    "unchanged": ("nearly unchanged", "almost unchanged", "unchanged", "stable"),
    "most": ("highest", "largest", "strongest", "the most", "most strongly"),
    "least": ("lowest", "smallest", "weakest", "the least", "the fewest"),
}  # fmt: skip

# Words that promise a multiple: the left figure must lie beyond this factor of the right one.
FACTORS = {"mehr als doppelt": 2.0, "weniger als halb": 0.5, "more than twice": 2.0, "less than half": 0.5}

ENDINGS = ("", "e", "en", "er", "es", "em")

# Words with a second, harmless meaning ("über die Methode", "nicht mehr", "Wachstum" as a subject): they may stand in
# a claim, but alone in prose they are no evidence of a comparison.
AMBIGUOUS = {
    "de": {
        "mehr", "weniger", "über", "unter", "darüber", "darunter", "unterhalb", "oberhalb", "gleich", "länger",
        "gewann", "verlor", "gefallen", "fällt", "fiel", "fielen", "Zunahme", "Anstieg", "Zuwachs", "Wachstum",
        "Abnahme", "Rückgang", "Verlust", "Plus", "Minus", "stabil", "unverändert", "so hoch wie", "dichter",
        "steigen", "sinken", "häufiger",
        "seltener", "wächst", "steigt", "sinkt",
    },
    "en": {"more", "less", "above", "below", "equal", "lost", "gained", "increase", "decrease", "growth", "decline",
           "stable", "unchanged", "the most", "the least", "the same as", "falls", "rises"},
}  # fmt: skip


def _spelled(words: tuple[str, ...]) -> list[str]:
    return [form for word in words for form in ([word[:-1] + end for end in ENDINGS] if word.endswith("~") else [word])]


LEXICON: dict[str, dict[str, str]] = {
    language: {form: relation for relation, words in table.items() for form in _spelled(words)}
    for language, table in (("de", GERMAN), ("en", ENGLISH))
}

_CASEFOLDED = {
    language: {word.casefold(): relation for word, relation in words.items()} for language, words in LEXICON.items()
}


@dataclass(frozen=True)
class Verdict:
    """Whether a claim holds, and the reason in words if it does not."""

    holds: bool
    reason: str = ""


def relation_of(word: str, language: str = "de") -> str | None:
    """The relation a word asserts; None for a word that is not in the lexicon. Case does not matter."""
    return _CASEFOLDED[language[:2]].get(" ".join(word.split()).casefold())


def factor_of(word: str) -> float:
    """The multiple a word promises (2 for "mehr als doppelt so hoch"), else 1."""
    found = [factor for start, factor in FACTORS.items() if word.casefold().startswith(start)]
    return found[0] if found else 1.0


def telling_words(language: str = "de") -> list[str]:
    """The words that compare wherever they stand, longest first."""
    harmless = AMBIGUOUS[language[:2]]
    return sorted((word for word in LEXICON[language[:2]] if word not in harmless), key=lambda w: (-len(w), w))


def holds(relation: str, left: float | None, right: list[float | None], factor: float = 1.0) -> Verdict:
    """Whether `left relation factor x right` is true; `right` has one value except for `most` and `least`.

    An unknown value supports no claim. Raises ValueError for an unknown relation or a missing right side.
    """
    if relation not in RELATIONS:
        raise ValueError(f"Unknown relation '{relation}'; known are {', '.join(RELATIONS)}.")
    if not right or (len(right) > 1 and relation not in ("most", "least")):
        raise ValueError(f"'{relation}' compares with {len(right)} figures; give one (more only for most and least).")
    if any(value is None for value in chain([left], right)):
        return Verdict(False, "one of the figures is unknown")
    true = _true(relation, left, [factor * value for value in right])
    shown = ", ".join(f"{value:g}" for value in right)
    return Verdict(true, "" if true else f"{left:g} is not '{relation}' against {shown}")


def _true(relation: str, left: float, right: list[float]) -> bool:
    first = right[0]
    small = abs(left - first) * 100 < UNCHANGED_BELOW_PERCENT * abs(first)
    tests = {
        "higher": left > first,
        "lower": left < first,
        "equal": left == first,
        "rose": left > first and not small,
        "fell": left < first and not small,
        "unchanged": small or left == first,
        "most": all(left >= value for value in right),
        "least": all(left <= value for value in right),
    }
    return tests[relation]
