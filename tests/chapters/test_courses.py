"""How figures moved, said in one sentence: who moved alike stands together, and no word without its facts."""

from analysis import catalogue, wording
from analysis.chapters.courses import Course, courses
from analysis.facts import Fact

INDICATORS = catalogue.indicators()


def moved(place: str, region: str, now: float | None, before: float | None) -> Course:
    """A course of employees from 2015 to 2020."""
    ends = [
        Fact(region, "employees", year, value, "persons", status="ok" if value is not None else "suppressed")
        for year, value in (("2020", now), ("2015", before))
    ]
    change = (now / before - 1) * 100 if now is not None and before else None
    status = "ok" if change is not None else "suppressed"
    return Course(place, *ends, Fact(region, "employees_change", "2015-2020", change, "percent", status=status))


def said(*found: Course) -> str:
    """The sentence as it prints."""
    text = courses(list(found), "Die Beschäftigung", "sie", "seit 2015")
    known = {fact.id: fact for one in found for fact in (one.now, one.before, one.change)}
    return wording.plain(text, known, INDICATORS).replace(wording.NARROW_SPACE, " ")


A, B, C = moved("in A", "a", 110.0, 100.0), moved("im B-Land", "b", 105.0, 100.0), moved("in C", "c", 90.0, 100.0)
STILL, SECRET = moved("in D", "d", 100.1, 100.0), moved("in E", "e", None, 100.0)


def test_two_that_rose_share_the_verb() -> None:
    assert said(A, B) == "Die Beschäftigung stieg seit 2015 in A um 10,0 % und im B-Land um 5,0 %"


def test_who_moved_otherwise_gets_a_clause() -> None:
    assert said(C, A, B) == (
        "Die Beschäftigung sank seit 2015 in C um 10,0 %; in A stieg sie um 10,0 % und im B-Land um 5,0 %"
    )


def test_small_moves_and_gaps_are_named() -> None:
    assert said(STILL, C, SECRET) == (
        "Die Beschäftigung blieb seit 2015 in D nahezu unverändert; in C sank sie um 10,0 %; "
        "in E ist sie nicht bestimmbar"
    )
