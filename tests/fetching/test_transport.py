"""A server that misbehaves in each way, and what is on disk and in the message afterwards."""

import email.utils
import gzip
import logging
import time
from pathlib import Path

import pytest

from analysis.errors import StudyError
from analysis.fetching.sinks import Memory, PartialFile
from analysis.fetching.transport import InterruptedDownloadError, Network, Request, bring
from tests.fetching import server as misbehaving
from tests.fetching.server import Clock, Server, continuing, cut, send, stalling, status, undeclared

BODY = b"geo;value\n" + b"05111;39667\n" * 3000
HALF = len(BODY) // 2
SECRET = {"username": b"rhein@example.org", "password": b"geheim-4711"}


def network(**changes) -> Network:
    clock = changes.pop("clock", Clock())
    return Network(**{"connect_s": 5, "read_s": 5, "clock": clock, "sleep": clock.sleep} | changes)


def fetched(url: str, part: PartialFile | Memory | None = None, **changes) -> bytes:
    sink = part or Memory()
    bring(Request(url, "Table 1"), sink, network(**changes))
    return sink.content if isinstance(sink, Memory) else sink.path.read_bytes()


@pytest.fixture
def part(tmp_path: Path) -> PartialFile:
    return PartialFile(tmp_path, "table")


@pytest.mark.parametrize("behaviour", [send(BODY), undeclared(BODY)])
def test_a_whole_body_arrives(server: Server, behaviour) -> None:
    assert fetched(server.plan(behaviour)) == BODY


def test_one_answer_takes_the_place_of_the_other(server: Server, part: PartialFile) -> None:
    url = server.plan(send(BODY), send(b"geo;value\n"))
    fetched(url, part)
    assert fetched(url, part) == b"geo;value\n"


def test_a_server_that_sends_no_headers_is_given_up_in_the_end(server: Server) -> None:
    clock = Clock()
    with pytest.raises(InterruptedDownloadError, match=r"silent for more than 0\.1 seconds \(asked 3 times"):
        fetched(server.plan(misbehaving.silent_before_headers), clock=clock, read_s=0.1, tries=3)
    assert clock.slept == [2, 4]


def test_a_body_that_stalls_is_continued_by_the_next_call(server: Server, part: PartialFile, tmp_path: Path) -> None:
    url = server.plan(stalling(BODY, HALF, ETag='"v1"'))
    with pytest.raises(InterruptedDownloadError, match=f"The {HALF:,} bytes that arrived are kept"):
        fetched(url, part, read_s=1, tries=1)
    server.plan(continuing(BODY, '"v1"'))
    later = PartialFile(tmp_path, "table")
    assert later.belongs_to(url) and not later.belongs_to(f"{url}?other")
    assert fetched(url, later) == BODY
    assert server.asked[-1].headers["Range"] == f"bytes={HALF}-"


def test_a_cut_connection_is_continued_where_it_broke_off(server: Server, part: PartialFile) -> None:
    assert fetched(server.plan(cut(BODY, HALF, ETag='"v1"'), continuing(BODY, '"v1"')), part) == BODY
    assert [asked.headers["Range"] for asked in server.asked] == [None, f"bytes={HALF}-"]
    assert server.asked[1].headers["If-Range"] == '"v1"'


def test_a_date_of_last_change_serves_where_there_is_no_strong_etag(server: Server, part: PartialFile) -> None:
    date = "Tue, 10 Mar 2026 20:37:10 GMT"
    fetched(server.plan(cut(BODY, HALF, ETag='W/"v1"', Last_Modified=date), send(BODY)), part)
    assert server.asked[1].headers["If-Range"] == date


def test_a_part_of_no_known_version_is_begun_anew(server: Server, part: PartialFile) -> None:
    assert fetched(server.plan(cut(BODY, HALF, ETag='W/"v1"'), send(BODY)), part) == BODY
    assert server.asked[1].headers["Range"] is None


def test_a_server_that_ignores_range_sends_it_all_again(server: Server, part: PartialFile) -> None:
    assert fetched(server.plan(cut(BODY, HALF, ETag='"v1"'), send(BODY, ETag='"v1"')), part) == BODY


NEWER = BODY.replace(b"39667", b"40001")


@pytest.mark.parametrize("newer", [continuing(NEWER, '"v2"'), continuing(NEWER, '"v2"', named='"v2"')])
def test_two_versions_are_never_put_together(server: Server, part: PartialFile, newer) -> None:
    assert fetched(server.plan(cut(BODY, HALF, ETag='"v1"'), newer), part) == NEWER


def test_a_part_from_elsewhere_in_the_file_is_not_appended(server: Server, part: PartialFile) -> None:
    wrong = send(BODY[HALF + 5 :], 206, ETag='"v1"', Content_Range=f"bytes {HALF + 5}-{len(BODY) - 1}/{len(BODY)}")
    assert fetched(server.plan(cut(BODY, HALF, ETag='"v1"'), wrong, send(BODY)), part) == BODY


def test_a_part_longer_than_the_file_is_begun_anew(server: Server, part: PartialFile) -> None:
    fetched(server.plan(send(BODY, ETag='"v1"')), part)
    assert fetched(server.plan(continuing(BODY, '"v1"')), part) == BODY


def test_a_length_that_is_too_great_is_a_cut_connection(server: Server) -> None:
    with pytest.raises(InterruptedDownloadError, match="was cut"):
        fetched(server.plan(cut(BODY, len(BODY), declared=len(BODY) + 1)))


def test_a_length_that_is_too_small_ends_there(server: Server) -> None:
    assert fetched(server.plan(cut(BODY, len(BODY), declared=HALF))) == BODY[:HALF]


def test_chunks_without_an_end_are_a_cut_connection(server: Server) -> None:
    with pytest.raises(InterruptedDownloadError, match="was cut"):
        fetched(server.plan(undeclared(BODY, whole=False)))


def test_a_busy_server_is_asked_again_when_it_says(server: Server) -> None:
    clock = Clock()
    assert fetched(server.plan(status(429, Retry_After=37), send(BODY)), clock=clock) == BODY
    assert clock.slept == [37]


def test_retry_after_may_be_a_date(server: Server) -> None:
    clock = Clock()
    date = email.utils.formatdate(time.time() + 300, usegmt=True)
    fetched(server.plan(status(503, Retry_After=date), send(BODY)), clock=clock)
    assert len(clock.slept) == 1 and 200 < clock.slept[0] <= 300


def test_retry_after_may_say_nothing(server: Server) -> None:
    clock = Clock()
    fetched(server.plan(status(503, Retry_After="soon"), send(BODY)), clock=clock)
    assert clock.slept == [2]


def test_a_wait_beyond_the_whole_time_is_told_instead(server: Server) -> None:
    clock = Clock()
    with pytest.raises(InterruptedDownloadError, match=r"asked once.*It asks to wait 7200 seconds"):
        fetched(server.plan(status(429, Retry_After=7200)), clock=clock, whole_s=3600)
    assert not clock.slept


def test_a_server_with_errors_is_asked_again_after_longer_and_longer(server: Server) -> None:
    clock = Clock()
    assert fetched(server.plan(status(500), status(500), send(BODY)), clock=clock) == BODY
    assert clock.slept == [2, 4]


def test_a_body_that_trickles_ends_with_the_whole_time(server: Server) -> None:
    with pytest.raises(InterruptedDownloadError, match="longer than 60 seconds"):
        fetched(server.plan(undeclared(BODY)), clock=Clock(tick=25), whole_s=60)


@pytest.mark.parametrize("code", [401, 403])
def test_a_refused_account_is_named_by_its_variables(server: Server, code: int) -> None:
    request = Request(
        server.plan(status(code)), "Table 1", {"name": "1"}, SECRET, denied="Check X_USER and X_PASSWORD."
    )
    with pytest.raises(StudyError, match=f"status {code}.*Check X_USER and X_PASSWORD") as caught:
        bring(request, Memory(), network())
    assert len(server.asked) == 1
    assert not isinstance(caught.value, InterruptedDownloadError)
    assert not shows_secret(str(caught.value))


@pytest.mark.parametrize(
    ("code", "said"),
    [(404, "nothing is there"), (410, "no longer"), (413, "too large"), (400, "refuses"), (304, "304")],
)
def test_a_refusal_is_not_repeated(server: Server, code: int, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        fetched(server.plan(status(code)))
    assert len(server.asked) == 1


@pytest.mark.parametrize("behaviour", [send(BODY), undeclared(BODY)])
def test_too_much_is_refused_declared_or_not(server: Server, behaviour) -> None:
    with pytest.raises(StudyError, match="larger than the limit of 20,000 bytes") as caught:
        fetched(server.plan(behaviour), limit_bytes=20_000)
    assert not isinstance(caught.value, InterruptedDownloadError)


def test_what_is_declared_too_large_is_not_even_begun(server: Server, part: PartialFile) -> None:
    with pytest.raises(StudyError, match="larger than the limit"):
        fetched(server.plan(stalling(BODY, HALF)), part, limit_bytes=20_000)
    assert part.size == 0


def test_the_parts_of_a_continued_file_count_together(server: Server, part: PartialFile) -> None:
    undeclared_rest = cut(BODY, HALF, ETag='"v1"')
    with pytest.raises(StudyError, match="larger than the limit"):
        fetched(server.plan(undeclared_rest, continuing(BODY, '"v1"')), part, limit_bytes=len(BODY) - 1)


def test_packed_for_the_way_it_is_continued_packed_and_unpacked_whole(server: Server, part: PartialFile) -> None:
    packed = gzip.compress(BODY, mtime=0)
    half = len(packed) // 2
    fetched(server.plan(cut(packed, half, ETag='"v1"', Content_Encoding="gzip"), continuing(packed, '"v1"')), part)
    part.unpack(10**6)
    assert part.path.read_bytes() == BODY
    assert server.asked[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("packed", "limit", "said"),
    [
        (gzip.compress(BODY)[:-9], 10**6, "broken"),
        (b"geo;value", 10**6, "broken"),
        (gzip.compress(BODY), 100, "more than"),
    ],
)
def test_packed_and_broken_or_too_large_is_refused(
    server: Server, part: PartialFile, packed: bytes, limit: int, said: str
) -> None:
    fetched(server.plan(send(packed, Content_Encoding="gzip")), part)
    with pytest.raises(StudyError, match=said):
        part.unpack(limit)
    assert sorted(path.name for path in part.path.parent.iterdir()) == [".table.part", ".table.part.json"]


def test_a_packing_that_was_not_asked_for_is_refused(server: Server) -> None:
    with pytest.raises(StudyError, match="'br'"):
        fetched(server.plan(send(BODY, Content_Encoding="br")))


def test_a_certificate_that_is_none_is_not_repeated(server: Server) -> None:
    clock = Clock()
    with pytest.raises(StudyError, match=r"certificate is not trusted.*REQUESTS_CA_BUNDLE"):
        fetched(server.url().replace("http:", "https:"), clock=clock)
    assert not clock.slept


def closed_port() -> int:
    with misbehaving.running() as stopped:
        return stopped.server_port


def test_no_server_is_said_plainly() -> None:
    with pytest.raises(InterruptedDownloadError, match="is this computer online"):
        fetched(f"http://127.0.0.1:{closed_port()}/table", tries=2)


def test_a_proxy_that_does_not_answer_is_named_without_its_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://agent:geheim-4711@127.0.0.1:{closed_port()}")
    with pytest.raises(InterruptedDownloadError, match="HTTPS_PROXY") as caught:
        fetched("https://publisher.invalid/table", tries=1)
    assert not shows_secret(str(caught.value))


def test_no_netrc_is_read(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login agent password geheim-4711\n")
    monkeypatch.setenv("NETRC", str(netrc))
    fetched(server.plan(send(BODY)))
    assert server.asked[0].headers["Authorization"] is None


def test_no_log_and_no_repr_holds_the_account(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    request = Request(server.plan(status(500), send(BODY)), "Table 1", {"name": "1"}, SECRET)
    bring(request, Memory(), network())
    assert server.asked[-1].headers["password"] == "geheim-4711"
    assert caplog.text and not shows_secret(caplog.text + repr(request))


def test_an_error_of_the_library_does_not_travel_with_ours(server: Server) -> None:
    request = Request(server.url(), "Table 1", {"name": "1"}, {"password": b"geheim-4711\nX-Other: 1"})
    with pytest.raises(StudyError, match="InvalidHeader") as caught:
        bring(request, Memory(), network())
    assert caught.value.__cause__ is None and caught.value.__context__ is None
    assert not shows_secret(str(caught.value))


def shows_secret(text: str) -> bool:
    return any(secret.decode() in text for secret in SECRET.values())
