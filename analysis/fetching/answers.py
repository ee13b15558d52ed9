"""What publishers send in place of a table, in words that say what to do."""

import json
import re
from dataclasses import dataclass

from analysis.errors import StudyError
from analysis.fetching.accounts import Account, variables
from analysis.fetching.plans import Plan
from analysis.sources.containers import unpacked
from analysis.sources.originals import Original
from analysis.sources.recognition import recognise

NO_TABLE, TOO_LARGE, ORDERED, NOTHING_FOUND = 90, 98, 99, 104
LOOKED_AT = 100_000
LATER = "Fetch it again in some minutes."
CORRECT_IT = "Look it up in the database's own pages and correct analysis/fetching/publishers.toml."
SAID = {
    NO_TABLE: ("there is no table of this code", CORRECT_IT),
    TOO_LARGE: ("the table is too large to be sent at once", "Narrow `fields` in analysis/fetching/publishers.toml."),
    ORDERED: ("the table is not sent but prepared in the background", LATER),
    NOTHING_FOUND: ("there is no table of this code, or no figures for the years asked for", CORRECT_IT),
}
ACCOUNT_WORDS = re.compile(r"nutzername|benutzer|passwor[dt]|anmeld|log ?in|user ?name|token", re.IGNORECASE)


@dataclass(frozen=True)
class Message:
    """The status of a GENESIS interface: its code and its words, without the account."""

    code: int
    text: str


def message_in(content: bytes, account: Account) -> Message | None:
    """The GENESIS message this content is; None for anything else, such as a table."""
    if not content[:100].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
        return None
    try:
        status = json.loads(content)["Status"]
        said = (-1, status) if isinstance(status, str) else (int(status["Code"]), status.get("Content"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return Message(said[0], account.hide(" ".join(str(said[1] or "no reason given").split())))


def refuse_other_than_table(original: Original, plan: Plan, account: Account) -> None:
    """Raise StudyError if these bytes are a message, a page, a login form, broken, or no layout that is known."""
    start = original.head(LOOKED_AT)
    if message := message_in(start, account):
        raise refusal(message, plan)
    if envelope := _eurostat(start, plan):
        raise envelope
    refused = None
    try:
        recognise(unpacked(original))
    except StudyError as error:
        refused = error
    if refused is None:
        return
    if account.shown_in(start):  # a quotation that was cut may hold half a password, which no replacement finds
        raise StudyError(f"{plan.what} sent no table, but words that repeat the account", where=plan.id)
    raise StudyError(f"{plan.what} sent no table. {refused.what}", where=plan.id, next_step=refused.next_step)


def refusal(message: Message, plan: Plan) -> StudyError:
    """The error that a message of a GENESIS interface amounts to."""
    sentence, cure = SAID.get(message.code, ("the interface refuses", ""))
    if message.code not in SAID and plan.publisher.account and ACCOUNT_WORDS.search(message.text):
        user, password = variables(plan.publisher)
        sentence, cure = "the account is not accepted", f"Check {user} and {password}."
    words = message.text[:300].rstrip(".")
    return StudyError(f"{plan.what}: {sentence} (code {message.code}: {words})", where=plan.id, next_step=cure)


def _eurostat(start: bytes, plan: Plan) -> StudyError | None:
    """Eurostat answers a large request with an XML envelope: queued, or too large."""
    if not start.lstrip().startswith(b"<"):
        return None
    text = start.decode("utf-8", errors="replace")
    if re.search(r">\s*(SUBMITTED|PROCESSING)\s*<", text):
        return StudyError(f"{plan.what}: the table is prepared in the background", where=plan.id, next_step=LATER)
    if fault := re.search(r"<faultstring>\s*(.{1,300}?)\s*</faultstring>", text, re.DOTALL):
        return StudyError(f"{plan.what}: the interface refuses ({fault[1].rstrip('.')})", where=plan.id)
    return None
