"""Tables of the GENESIS interface (Destatis, Regionaldatenbank): asked for by POST, and ordered where they are large.

Follows the interface as its publishers describe it for July 2025 and later, and exchanges with it recorded in March
2026: the account in the header, a ZIP with one flat CSV as the answer, a message as JSON with status 200 in place of
it. Code 98 (more than 40,000 values) asks for an order: `job=true` gives the order's name, `catalogue/results` lists it
when it is ready, `data/resultfile` hands it over. Orders need user and password; a token cannot place them. None of
this was tried against the publishers' servers.
"""

import json
import re
from urllib.parse import urljoin

from analysis.errors import StudyError
from analysis.fetching import answers, transport
from analysis.fetching.accounts import Account, variables
from analysis.fetching.plans import Plan
from analysis.fetching.sinks import Memory, PartialFile
from analysis.fetching.transport import InterruptedDownloadError, Network, Request

POLL_S, READY_WITHIN_S = 20, 1800


def table(plan: Plan, account: Account, part: PartialFile, network: Network) -> None:
    """Bring the table into `part`, or what the interface says in place of it."""
    fields = {**plan.publisher.fields, "name": plan.code}
    transport.bring(_request(plan, account, "data/tablefile", fields | {"job": "false"}), part, network)
    message = answers.message_in(part.path.read_bytes(), account) if part.size < answers.LOOKED_AT else None
    if message is None or message.code != answers.TOO_LARGE:
        return
    order = _order(plan, account, fields, network)
    _wait_for(order, plan, account, network)
    wanted = {name: fields[name] for name in ("area", "compress", "format", "language") if name in fields}
    transport.bring(_request(plan, account, "data/resultfile", wanted | {"name": order}), part, network)


def _request(plan: Plan, account: Account, service: str, fields: dict[str, str]) -> Request:
    user, password = variables(plan.publisher)
    return Request(
        urljoin(plan.publisher.address, service),
        plan.what,
        form=fields,
        secret=account.headers(),
        denied=f"Check {user} and {password}.",
    )


def _order(plan: Plan, account: Account, fields: dict[str, str], network: Network) -> str:
    """Place an order for a table that is too large to be sent at once; the name it gets."""
    message = answers.message_in(_asked(plan, account, "data/tablefile", fields | {"job": "true"}, network), account)
    if message is None:
        raise StudyError(f"{plan.what}: the interface answers an order with no message", where=plan.id)
    named = re.search(rf"{re.escape(plan.code)}_\d+", message.text)
    if message.code != answers.ORDERED or named is None:
        raise answers.refusal(message, plan)
    return named[0]


def _wait_for(order: str, plan: Plan, account: Account, network: Network) -> None:
    """Until the order is listed among the account's results. Raises InterruptedDownloadError when it takes too long."""
    fields = {"selection": order, "area": "user", "pagelength": "1", "language": "de"}
    ends = network.clock() + READY_WITHIN_S
    while network.clock() < ends:
        content = _asked(plan, account, "catalogue/results", fields, network)
        message = answers.message_in(content, account)
        if message is None or message.code not in (0, answers.NOTHING_FOUND):
            raise answers.refusal(message or answers.Message(-1, "no message"), plan)
        if message.code == 0 and json.loads(content).get("List"):
            return
        network.sleep(POLL_S)
    raise InterruptedDownloadError(
        f"{plan.what}: the table is still being prepared after {READY_WITHIN_S // 60} minutes",
        where=order,
        next_step=f"Download the result {order} from your account's pages later, and import it.",
    )


def _asked(plan: Plan, account: Account, service: str, fields: dict[str, str], network: Network) -> bytes:
    memory = Memory()
    transport.bring(_request(plan, account, service, fields), memory, network)
    return memory.content
