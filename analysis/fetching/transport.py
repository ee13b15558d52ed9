"""One request until its answer is whole: https only, with time-outs, repeated, continued where it broke off.

Nothing is believed of what a server declares. An error here quotes neither headers nor the words of the library's own
error, and is not raised out of it: that one holds the request, and with it the account.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
import urllib3

from analysis.errors import StudyError
from analysis.fetching import addresses
from analysis.fetching.sinks import Sink

REDIRECTS, MOST_REDIRECTS = (301, 302, 303, 307, 308), 5
BUSY = (408, 425, 429, 500, 502, 503, 504)
CHUNK = 1 << 16
MOVED = "It was probably moved: correct its address in analysis/fetching/publishers.toml."


@dataclass(frozen=True)
class Request:
    """What is asked: GET, or POST where there is a form. `what` names it in messages, `denied` is said on 401 and 403.

    `secret` headers go to this host only.
    """

    url: str
    what: str
    form: Mapping[str, str] | None = None
    secret: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    denied: str = "The publisher may have changed who can use it."


@dataclass(frozen=True)
class Network:
    """How patient to be, in seconds, how much to take, and the clock: tests bring their own.

    `read_s` is the longest silence, which a GENESIS interface needs to compute a table; `whole_s` limits one answer
    with all its repetitions and waits, but not headers that trickle in more often than `read_s`.
    """

    connect_s: float = 15
    read_s: float = 300
    whole_s: float = 3600
    tries: int = 5
    pause_s: float = 2
    limit_bytes: int = 1_000_000_000
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class InterruptedDownloadError(StudyError):
    """It did not arrive this time; what has arrived may be continued. Every other error is final."""


@dataclass(frozen=True)
class Setback:
    """Why an attempt failed, how long the server asks to wait, and whether another attempt can help."""

    what: str
    wait_s: float | None = None
    hopeless: bool = False


class _Session(requests.Session):
    """Proxies and certificates as the environment says; redirects and accounts are handled here, by stricter rules."""

    def __init__(self) -> None:
        super().__init__()
        self.auth = lambda prepared: prepared  # or a .netrc would be read
        self.headers.update({"User-Agent": "Industriemonitor", "Accept-Encoding": "identity", "Connection": "close"})

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: nothing is followed unasked, and the body of a redirect is not read."""


def bring(request: Request, sink: Sink, network: Network) -> None:
    """Ask until the whole answer is in the sink.

    Raises InterruptedDownloadError when time or tries run out, StudyError when the answer is a refusal or too large.
    """
    addresses.check(request.url, request.what)
    ends = network.clock() + network.whole_s
    with _Session() as session:
        for tried in range(1, network.tries + 1):
            setback = _attempt(session, request, sink, ends, network)
            if setback is None:
                return
            wait = network.pause_s * 2 ** (tried - 1) if setback.wait_s is None else setback.wait_s
            if setback.hopeless or tried == network.tries or network.clock() + wait >= ends:
                break
            network.sleep(wait)
    raise _given_up(request, setback, tried, sink)


def _given_up(request: Request, setback: Setback, tries: int, sink: Sink) -> StudyError:
    where = addresses.host(request.url)
    if setback.hopeless:
        return StudyError(f"{request.what} was not fetched: {setback.what}", where=where)
    often = "once" if tries == 1 else f"{tries} times"
    asked = f" It asks to wait {setback.wait_s:.0f} seconds." if setback.wait_s else ""
    kept = f" The {sink.size:,} bytes that arrived are kept and continued." if sink.size and sink.validator else ""
    return InterruptedDownloadError(
        f"{request.what} was not fetched: {setback.what} (asked {often})",
        where=where,
        next_step=f"Try again later, or download the table by hand and import it.{asked}{kept}",
    )


def _attempt(session: requests.Session, request: Request, sink: Sink, ends: float, network: Network) -> Setback | None:
    """One attempt: None when the answer is whole."""
    try:
        with _answer(session, request, sink, network) as answer:
            return _setback_of_status(answer, request, sink) or _receive(answer, request, sink, ends, network)
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        return _setback_of_error(error, network)


def _answer(session: requests.Session, request: Request, sink: Sink, network: Network) -> requests.Response:
    """The answer behind all redirects, its body not yet read."""
    headers: dict[str, str | bytes] = dict(request.secret)
    if sink.size and sink.validator and request.form is None:
        headers |= {"Range": f"bytes={sink.size}-", "If-Range": sink.validator}
    method = "GET" if request.form is None else "POST"
    url = request.url
    for _ in range(MOST_REDIRECTS + 1):
        timeout = (network.connect_s, network.read_s)
        answer = session.request(method, url, data=request.form, headers=headers, stream=True, timeout=timeout)
        if answer.status_code not in REDIRECTS:
            return answer
        answer.close()
        url = _redirected(request, url, answer)
    raise StudyError(f"{request.what} is redirected without end", where=addresses.host(url), next_step=MOVED)


def _redirected(request: Request, url: str, answer: requests.Response) -> str:
    """Where to go on. A form or an account goes to no other host, and a form does not turn into a page."""
    target = addresses.redirected(url, answer.headers.get("Location", ""), request.what)
    away = addresses.origin(target) != addresses.origin(request.url)
    if (request.form is not None or request.secret) and (away or answer.status_code not in (307, 308)):
        raise StudyError(
            f"{request.what}: the interface sends the request on to another page, which is not given the account",
            where=addresses.host(target),
            next_step=MOVED,
        )
    return target


def _setback_of_status(answer: requests.Response, request: Request, sink: Sink) -> Setback | None:
    """None if the body is to be received, at the end of what is there or from the beginning."""
    status = answer.status_code
    if status == 206 and sink.size and _continues(answer, sink):
        return None
    if status in (206, 416) and sink.size:
        sink.restart(request.url, {})
        return Setback("the server does not continue the version that was begun", wait_s=0)
    if status in BUSY:
        return Setback(f"the server answers {status}", wait_s=_wait_asked(answer))
    if status != 200:
        raise _refused(status, request)
    encoding = answer.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise StudyError(f"{request.what} comes packed as {encoding!r}, which was not asked for")
    sink.restart(request.url, answer.headers)
    return None


def _continues(answer: requests.Response, sink: Sink) -> bool:
    """Whether this part is of the same version and begins where ours ends."""
    begins = answer.headers.get("Content-Range", "").startswith(f"bytes {sink.size}-")
    named = {answer.headers.get("ETag"), answer.headers.get("Last-Modified")} - {None}
    return begins and (not named or sink.validator in named)


def _wait_asked(answer: requests.Response) -> float | None:
    """Retry-After in seconds, given as a number or a date; None if it is not there or says nothing."""
    try:
        return urllib3.Retry().get_retry_after(answer.raw)
    except urllib3.exceptions.InvalidHeader:
        return None


def _refused(status: int, request: Request) -> StudyError:
    """What a status means that repeating does not change."""
    said = {
        401: ("the publisher does not accept the account", request.denied),
        403: ("the publisher does not allow it", request.denied),
        404: ("nothing is there", MOVED),
        410: ("it is no longer there", MOVED),
        413: ("the publisher finds it too large for one request", "Download a selection by hand and import it."),
    }
    what, cure = said.get(status, ("the publisher refuses it", "Look whether the interface has changed."))
    where = addresses.host(request.url)
    return StudyError(f"{request.what} was not fetched: {what} (status {status})", where=where, next_step=cure)


def _receive(answer: requests.Response, request: Request, sink: Sink, ends: float, network: Network) -> Setback | None:
    """Take the body as it is sent, still packed if it is, so that it can be continued. Refuse what is too large."""
    declared = answer.headers.get("Content-Length", "")
    size = sink.size
    if declared.isdecimal() and size + int(declared) > network.limit_bytes:
        raise _too_large(request, network)
    with sink.opened() as file:
        while chunk := answer.raw.read1(CHUNK, decode_content=False):
            file.write(chunk)
            size += len(chunk)
            if size > network.limit_bytes:
                raise _too_large(request, network)
            if network.clock() >= ends:
                return Setback(f"it takes longer than {network.whole_s:g} seconds")
    return None


def _too_large(request: Request, network: Network) -> StudyError:
    return StudyError(
        f"{request.what} is larger than the limit of {network.limit_bytes:,} bytes",
        where=addresses.host(request.url),
        next_step="No official table is so large; look at the address.",
    )


def _setback_of_error(error: Exception, network: Network) -> Setback:
    """The library's errors in our words, since theirs may quote what was sent."""
    if isinstance(error, requests.exceptions.SSLError):
        return Setback("its certificate is not trusted; behind a proxy, set REQUESTS_CA_BUNDLE", hopeless=True)
    if isinstance(error, requests.exceptions.ProxyError):
        return Setback("the proxy set in HTTPS_PROXY does not answer or refuses")
    if isinstance(error, requests.ConnectTimeout):
        return Setback(f"no connection within {network.connect_s:g} seconds")
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return Setback(f"the server is silent for more than {network.read_s:g} seconds")
    if isinstance(error, requests.ConnectionError | urllib3.exceptions.ProtocolError):
        return Setback("the connection cannot be made or was cut; is this computer online?")
    return Setback(f"the request cannot be made ({type(error).__name__})", hopeless=True)
