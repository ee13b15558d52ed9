"""Which addresses are asked, where redirects may lead, and that an account stays with its host."""

import pytest

from analysis.errors import StudyError
from analysis.fetching import addresses
from analysis.fetching.sinks import Memory
from analysis.fetching.transport import Request, bring
from tests.fetching.server import Server, redirect, send
from tests.fetching.test_transport import BODY, SECRET, fetched, network


def test_a_redirect_is_followed_to_another_host(server: Server) -> None:
    server.plan(send(BODY), path="/moved")
    assert fetched(server.plan(redirect(server.url("/moved", host="localhost")))) == BODY


def test_a_redirect_may_be_relative(server: Server) -> None:
    server.plan(send(BODY), path="/moved")
    assert fetched(server.plan(redirect("moved"))) == BODY


def test_redirects_end(server: Server) -> None:
    with pytest.raises(StudyError, match="redirected without end"):
        fetched(server.plan(redirect("/table")))
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://example.org/table", "only https is used, not http"),
        ("ftp://example.org/table", "not ftp"),
        ("file:///etc/passwd", "not file"),
        ("https://user:word@example.org/table", "must not hold an account"),
        ("https://[table", "the address is none"),
        ("https://example.org:port/", "the address is none"),
    ],
)
def test_a_redirect_to_an_address_that_is_not_used_is_refused(server: Server, location: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        fetched(server.plan(redirect(location)))


def test_a_redirect_from_https_does_not_lead_to_this_computer() -> None:
    with pytest.raises(StudyError, match="not http"):
        addresses.redirected("https://example.org/table", "http://127.0.0.1/table", "Table 1")


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_an_account_goes_to_no_other_host(server: Server, code: int) -> None:
    server.plan(send(BODY), path="/moved")
    url = server.plan(redirect(server.url("/moved", host="localhost"), code))
    for form in ({"name": "1"}, None):
        with pytest.raises(StudyError, match="another page, which is not given the account"):
            bring(Request(url, "Table 1", form, SECRET), Memory(), network())
    assert {asked.path for asked in server.asked} == {"/table"}


def test_a_form_is_sent_on_within_its_host_but_never_to_a_page(server: Server) -> None:
    server.plan(send(BODY), path="/moved")
    memory = Memory()
    bring(Request(server.plan(redirect("/moved", 308)), "Table 1", {"name": "1"}, SECRET), memory, network())
    assert memory.content == BODY and server.asked[-1].form == {"name": "1"}
    with pytest.raises(StudyError, match="another page"):
        bring(Request(server.plan(redirect("/login", 302)), "Table 1", {"name": "1"}, SECRET), Memory(), network())
    assert "/login" not in {asked.path for asked in server.asked}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://example.org/table", "only https"),
        ("https://me:word@example.org/", "account"),
        ("//me:word@example.org", "half an address"),
    ],
)
def test_an_address_that_is_not_used_is_refused_before_it_is_asked(url: str, said: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        fetched(url)
    assert "word" not in str(caught.value)
