"""Which addresses are used: https, no account in them, and plain http on this computer only."""

from urllib.parse import SplitResult, urljoin, urlsplit

from analysis.errors import StudyError

LOOPBACK = ("127.0.0.1", "::1", "localhost")
CORRECT_IT = "Correct it in analysis/fetching/publishers.toml."


def host(url: str) -> str:
    """The host's name, for messages."""
    return urlsplit(url).hostname or ""


def origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port: what an account belongs to."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


def check(url: str, what: str, *, loopback: bool = True) -> None:
    """Raise StudyError for an address that is not used; `loopback` allows plain http on this computer."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise StudyError(f"{what}: the address is none ({error})", next_step=CORRECT_IT) from None
    if parts.scheme != "https" and not (loopback and _plain_loopback(parts)):
        raise StudyError(
            f"{what}: only https is used, not {parts.scheme or 'half an address'}",
            where=parts.hostname or "",
            next_step=CORRECT_IT,
        )
    if parts.username is not None or parts.password is not None:
        raise StudyError(f"{what}: an address must not hold an account", where=parts.hostname or "")


def redirected(url: str, location: str, what: str) -> str:
    """The address a redirect leads to, which must be as safe as the one it comes from."""
    try:
        target = urljoin(url, location)
    except ValueError:
        target = location
    check(target, f"{what} is redirected", loopback=_plain_loopback(urlsplit(url)))
    return target


def _plain_loopback(parts: SplitResult) -> bool:
    return parts.scheme == "http" and parts.hostname in LOOPBACK
