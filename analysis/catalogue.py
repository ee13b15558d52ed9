"""Reads and type-checks what is reported: indicators and editions. Content, not code; imports nothing of ours
but the errors it raises."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.errors import UsageError

INDICATORS = Path(__file__).with_name("indicators.toml")
AGGREGATIONS = ("additive", "ratio", "median", "not_aggregable")


@dataclass(frozen=True)
class Indicator:
    """What a fact is about. `unit` is a key of `wording.UNITS`; `decimals` and `round_to` are what is printed;
    `aggregation` says how a region is made from its districts; `measure` names the warehouse's measure, if any."""

    id: str
    label_de: str
    label_en: str
    unit: str
    aggregation: str
    sources: tuple[str, ...]
    definition_de: str
    decimals: int = 0
    round_to: int = 0
    measure: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    scale: float = 1.0
    headline: str | None = None
    signed: bool = False
    higher_is: str = ""


@dataclass(frozen=True)
class Edition:
    """An edition: every source at its newest period not after `year`, as known on `cutoff` (ISO date)."""

    id: str
    year: int
    title: str
    cutoff: str
    publisher: str
    published: str
    imprint: str = ""
    contact: str = ""


def indicators(path: Path = INDICATORS) -> dict[str, Indicator]:
    """All indicators by id. Raises UsageError that names the indicator and the field."""
    with path.open("rb") as file:
        entries = tomllib.load(file)
    return {ident: _indicator(ident, entry, path.name) for ident, entry in entries.items()}


def _indicator(ident: str, entry: dict[str, Any], file: str) -> Indicator:
    entry = {**entry, "sources": tuple(entry.get("sources", ()))}
    try:
        indicator = Indicator(id=ident, **entry)
    except TypeError as error:
        raise UsageError(
            f"Indicator '{ident}' is incomplete or has an unknown field: {error}",
            where=file,
            next_step="Compare it with its neighbours.",
        ) from error
    if indicator.aggregation not in AGGREGATIONS:
        raise UsageError(
            f"Indicator '{ident}' has the unknown aggregation '{indicator.aggregation}'",
            where=file,
            next_step=f"Choose one of {', '.join(AGGREGATIONS)}.",
        )
    return indicator


def headlines(catalogue: dict[str, Indicator]) -> dict[str, str]:
    """Indicator -> the variant a short key means."""
    return {ident: item.headline for ident, item in catalogue.items() if item.headline}


def editions(raw: Path) -> dict[str, Edition]:
    """The editions of `data/raw/editions.toml` by id."""
    path = raw / "editions.toml"
    if not path.exists():
        raise UsageError(
            "The list of editions is missing", where=str(path), next_step="Restore data/raw/editions.toml."
        )
    with path.open("rb") as file:
        entries = tomllib.load(file)
    return {ident: Edition(id=ident, **entry) for ident, entry in entries.items()}


def edition(raw: Path, wanted: str) -> Edition:
    """One edition by id; UsageError with the known ones otherwise."""
    known = editions(raw)
    if wanted not in known:
        raise UsageError(
            f"Edition '{wanted}' is unknown",
            where="--edition",
            next_step=f"Known are {', '.join(known)}; a new one is an entry in data/raw/editions.toml.",
        )
    return known[wanted]
