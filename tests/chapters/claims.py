"""What every chapter's sentences must stand up to."""

from collections.abc import Iterable

from analysis import lexicon
from analysis.study import Study
from analysis.wording import SPAN


def assert_claims(study: Study, texts: Iterable[str]) -> int:
    """Every comparing word asserts its own relation and its facts bear it out; returns how many there were."""
    count = 0
    for match in (match for text in texts for match in SPAN.finditer(text) if match["kind"] == "claim"):
        options = dict(part.split("=", 1) for part in match["options"].split(maxsplit=2))
        left, *right = (study.known[ident] for ident in (options["left"], *options["right"].strip('"').split()))
        assert lexicon.relation_of(match["text"]) == options["relation"], match[0]
        assert lexicon.holds(options["relation"], left.value, [fact.value for fact in right]).holds, match[0]
        count += 1
    return count
