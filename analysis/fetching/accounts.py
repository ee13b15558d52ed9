"""Who asks: the account at a publisher, from the environment or the system's keyring, and never shown again."""

import importlib.util
import os
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote, quote_plus

from analysis.errors import StudyError, UsageError
from analysis.fetching.plans import Publisher

HIDDEN = "[account]"


@dataclass(frozen=True)
class Account:
    """User and password, or a token and an empty password. Neither is in its repr."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    def headers(self) -> dict[str, bytes]:
        """As the GENESIS interfaces want it since July 2025: in the header, where no log keeps it."""
        return {"username": self.user.encode(), "password": self.password.encode()}

    def hide(self, text: str) -> str:
        """The text without user and password, for what a publisher sends back."""
        for written in self._written():
            text = text.replace(written, HIDDEN)
        return text

    def shown_in(self, content: bytes) -> bool:
        """Whether user or password stand in these bytes."""
        return any(written.encode() in content for written in self._written())

    def _written(self) -> list[str]:
        """Both as a page or an address would write them, the longer before the shorter."""
        forms = [form(text) for text in (self.user, self.password) if text for form in (str, escape, quote, quote_plus)]
        return sorted(set(forms), key=len, reverse=True)

    def hidden(self, error: StudyError) -> StudyError:
        """The same error without user and password."""
        return type(error)(self.hide(error.what), where=self.hide(error.where), next_step=self.hide(error.next_step))


NOBODY = Account("", "")


def variables(publisher: Publisher) -> tuple[str, str]:
    """Names of the environment variables that hold user and password."""
    stem = f"INDUSTRIEMONITOR_{publisher.account.upper()}"
    return f"{stem}_USER", f"{stem}_PASSWORD"


def find_account(publisher: Publisher) -> Account:
    """The account at this publisher; NOBODY where none is needed.

    Raises UsageError that names the variables, not what they hold, when it is missing or no header can carry it.
    """
    if not publisher.account:
        return NOBODY
    account = _from_environment(publisher) or _from_keyring(publisher)
    user, password = variables(publisher)
    if account is None:
        token = f" {publisher.name} also takes a token as {user} alone." if publisher.tokens else ""
        raise UsageError(
            f"{publisher.name} asks for an account and none is set",
            where="fetch",
            next_step=f"Register at {publisher.register} and set {user} and {password}.{token}",
        )
    for name, text in ((user, account.user), (password, account.password)):
        if text != text.strip() or not text.isprintable():
            raise UsageError(
                f"{name} begins or ends with a blank, or holds a line break",
                where="fetch",
                next_step="Set it again without.",
            )
    return account


def _from_environment(publisher: Publisher) -> Account | None:
    user, password = (os.environ.get(name, "") for name in variables(publisher))
    return Account(user, password) if user and (password or publisher.tokens) else None


def _from_keyring(publisher: Publisher) -> Account | None:
    """From the keyring, where that package is installed: service `industriemonitor-<account>`, in lower case."""
    if importlib.util.find_spec("keyring") is None:
        return None
    import keyring

    found = keyring.get_credential(f"industriemonitor-{publisher.account}", None)
    return Account(found.username, found.password) if found else None
