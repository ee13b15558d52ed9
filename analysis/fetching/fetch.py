"""`fetch`: ask publishers for tables, one after the other, and lay down what really is one.

Addresses are those of publishers.toml, last seen in use in the month named there; no publisher's server was asked
while this was written. Eurostat: bulk TSV of the SDMX 2.1 interface. Union Registry: the newest workbook its page
links to, since the address of the file changes every year. GENESIS: see genesis.py.
"""

import datetime
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from filelock import FileLock, Timeout

from analysis.errors import LockedError, StudyError, UsageError
from analysis.fetching import answers, genesis, plans, transport
from analysis.fetching.accounts import NOBODY, Account, find_account
from analysis.fetching.plans import Plan
from analysis.fetching.sinks import Memory, PartialFile
from analysis.fetching.transport import InterruptedDownloadError, Network, Request
from analysis.sources.containers import is_workbook
from analysis.sources.originals import Original

DOWNLOADS = "downloads"
OFFLINE = "INDUSTRIEMONITOR_OFFLINE"


@dataclass(frozen=True)
class Outcome:
    """What came of one plan: a file, or the reason there is none."""

    plan: Plan
    path: Path | None = None
    error: StudyError | None = None

    def __str__(self) -> str:
        if self.error is not None:
            return f"{self.plan.id}: not fetched. {self.error}"
        return f"{self.plan.id}: {self.path.stat().st_size:,} bytes in {self.path}"


def fetch(
    names: Sequence[str],
    downloads: Path,
    *,
    told: Callable[[Outcome], None] = lambda outcome: None,
    network: Network | None = None,
    known: Sequence[Plan] | None = None,
    today: datetime.date | None = None,
) -> list[Outcome]:
    """Ask for the named tables, without names for those of the study's sources, and put each into
    `downloads/<source>/<date>-<name>`. A file is there whole or not at all.

    `told` hears of each as it ends, but not of a failure that stands alone; one that fails does not stop the others
    and is among the outcomes. Raises UsageError for an unknown name and when the study was told to stay offline,
    LockedError beside another fetch.
    """
    asked = plans.chosen(names, plans.load() if known is None else known)
    _refuse_offline()
    _make_folder(downloads)
    day = (today or datetime.date.today()).isoformat()
    outcomes = []
    try:
        with FileLock(downloads / ".lock").acquire(blocking=False):
            for plan in asked:
                outcomes.append(_outcome(plan, downloads / plan.id, day, network or Network()))
                if outcomes[-1].error is None or len(asked) > 1:  # a single failure is raised in full
                    told(outcomes[-1])
    except Timeout as busy:
        raise LockedError(
            "Another fetch is at work", where=str(downloads), next_step="Wait until it has ended, then fetch again."
        ) from busy
    return outcomes


def raise_failures(outcomes: Sequence[Outcome]) -> None:
    """Raise what stands for all failures: UsageError if only accounts are missing, StudyError otherwise."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if len(failed) == 1 and len(outcomes) == 1:
        raise failed[0].error
    if failed:
        kind = UsageError if all(isinstance(one.error, UsageError) for one in failed) else StudyError
        raise kind(
            f"{len(failed)} of {len(outcomes)} sources were not fetched: {', '.join(one.plan.id for one in failed)}",
            next_step="The reasons stand above.",
        )


def _refuse_offline() -> None:
    if os.environ.get(OFFLINE, "0") not in ("", "0"):
        raise UsageError(
            f"{OFFLINE} is set, so nothing is asked of the network",
            where="fetch",
            next_step="Unset it, or download the files by hand and import them.",
        )


def _make_folder(downloads: Path) -> None:
    """A folder that keeps itself out of git: downloads are taken in by `import`, not by a commit."""
    downloads.mkdir(parents=True, exist_ok=True)
    (downloads / ".gitignore").write_text("*\n", encoding="utf-8")


def _outcome(plan: Plan, folder: Path, day: str, network: Network) -> Outcome:
    """The file of one plan. No error that leaves here holds the account, nor one it was raised from."""
    account = NOBODY
    try:
        account = find_account(plan.publisher)
        return Outcome(plan, path=_fetched(plan, account, folder, day, network))
    except StudyError as error:
        return Outcome(plan, error=account.hidden(error))
    except OSError as error:
        return Outcome(plan, error=StudyError(f"{plan.id} cannot be written: {error.strerror}", where=str(folder)))


def _fetched(plan: Plan, account: Account, folder: Path, day: str, network: Network) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    part = PartialFile(folder, plan.code)
    try:
        _bring(plan, account, part, network)
        part.unpack(network.limit_bytes)
        original = Original(plan.code, path=part.path)
        answers.refuse_other_than_table(original, plan, account)
    except InterruptedDownloadError:
        if plan.publisher.kind == "genesis" or not part.validator:
            part.remove()
        raise
    except StudyError:
        part.remove()
        raise
    target = folder / f"{day}-{plan.code}.{_ending(original, plan)}"
    part.path.replace(target)
    part.remove()
    return target


def _bring(plan: Plan, account: Account, part: PartialFile, network: Network) -> None:
    if plan.publisher.kind == "genesis":
        genesis.table(plan, account, part, network)
        return
    url = plan.publisher.address.format(table=plan.code)
    if plan.publisher.kind == "page":
        url = _newest_link(url, plan, network)
    if part.size and not part.belongs_to(url):
        part.remove()
    transport.bring(Request(url, plan.what), part, network)


def _newest_link(url: str, plan: Plan, network: Network) -> str:
    """The file of the latest year that the page links to."""
    page = Memory()
    transport.bring(Request(url, plan.what), page, network)
    found = {}
    for link in BeautifulSoup(page.content, "html.parser").find_all("a", href=True):
        if match := re.search(plan.publisher.link, link["href"]):
            found[match[1]] = urljoin(url, link["href"])
    if not found:
        raise StudyError(
            f"{plan.what}: the page links to no file of the expected name",
            where=url,
            next_step="Download it by hand and import it; correct analysis/fetching/publishers.toml.",
        )
    return found[max(found)]


def _ending(original: Original, plan: Plan) -> str:
    """By content, since the same interface sends packed and plain files."""
    if is_workbook(original):
        return "xlsx"
    start = original.head(2)
    if start == b"PK":
        return "zip"
    return f"{plan.publisher.ending}.gz" if start == b"\x1f\x8b" else plan.publisher.ending
