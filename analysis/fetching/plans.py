"""What can be asked for, and of whom: the table of publishers, read and type-checked."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import UsageError
from analysis.sources.registry import SOURCES


@dataclass(frozen=True)
class Publisher:
    """A publisher's interface as publishers.toml describes it.

    `kind` is genesis, address or page; `account` names the environment variables of the account, and is empty where
    none is needed; `tokens` says that a token may stand for user and password; `known` is the month in which the
    address was last seen in use.
    """

    id: str
    name: str
    kind: str
    address: str
    licence: str
    known: str
    tables: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    account: str = ""
    tokens: bool = False
    register: str = ""
    link: str = ""
    ending: str = "csv"


@dataclass(frozen=True)
class Plan:
    """One table of one publisher. `id` is the source's id in the study, `code` the publisher's name of the table."""

    publisher: Publisher
    code: str

    @property
    def id(self) -> str:
        return f"{self.publisher.id}-{self.code.lower().replace('_', '-')}"

    @property
    def what(self) -> str:
        """How a message names it."""
        return f"{self.publisher.name}, {self.code}"


def load() -> list[Plan]:
    """All plans in the order of publishers.toml."""
    described = tomllib.loads(Path(__file__).with_name("publishers.toml").read_text(encoding="utf-8"))
    return [Plan(publisher, code) for publisher in map(_publisher, described.items()) for code in publisher.tables]


def _publisher(entry: tuple[str, dict]) -> Publisher:
    id_, texts = entry
    account = {"account": texts.get("account", id_)} if texts["kind"] == "genesis" else {}
    return Publisher(id=id_, **texts | account | {"tables": tuple(texts["tables"])})


def chosen(names: Sequence[str], known: Sequence[Plan]) -> list[Plan]:
    """The plans of these names (ids or codes of tables), without names those of the study's own sources.

    Raises UsageError that lists what is known for a name that is not.
    """
    if not names:
        return [plan for plan in known if plan.id in SOURCES]
    by_name = {plan.code: plan for plan in known} | {plan.id: plan for plan in known}
    if wrong := [name for name in names if name not in by_name]:
        raise UsageError(
            f"Nothing is known to fetch under the name {wrong[0]!r}",
            next_step=f"Known are: {', '.join(plan.id for plan in known)}.",
        )
    return list({by_name[name].id: by_name[name] for name in names}.values())
