"""A number as the study states it: with unit, period, status, method and what it was made from."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path

import polars as pl

STATUSES = ("ok", "zero", "suppressed", "unreliable", "not_available", "not_applicable")

SCHEMA = {
    "id": pl.String,
    "region": pl.String,
    "indicator": pl.String,
    "branch": pl.String,
    "variant": pl.String,
    "period": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "status": pl.String,
    "flag": pl.String,
    "method": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "sources": pl.List(pl.String),
    "inputs": pl.List(pl.String),
}


@dataclass(frozen=True)
class Fact:
    """One statement of the study in numbers.

    `value` is None unless known; `status` says why. `period` is a year ("2019") or a span ("2015-2020").
    `inputs` are ids of other facts or cells of official files (`source@hash:row`); `low` and `high` bound an
    estimate (90 %). The id is `region.indicator[.branch][.variant].period`.
    """

    region: str
    indicator: str
    period: str
    value: float | None
    unit: str
    branch: str | None = None
    variant: str | None = None
    status: str = "ok"
    flag: str = ""
    method: str = ""
    low: float | None = None
    high: float | None = None
    sources: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError where value and status contradict each other or a part would break the id."""
        if self.status not in STATUSES:
            raise ValueError(f"Fact {self.id}: unknown status '{self.status}'; known are {', '.join(STATUSES)}.")
        if (self.value is None) == (self.status in ("ok", "zero")):
            raise ValueError(f"Fact {self.id}: value {self.value} does not go with status '{self.status}'.")
        if self.value is not None and self.value != self.value:
            raise ValueError(f"Fact {self.id}: the value is not a number; leave it None and give the status.")
        if "." in "".join(filter(None, (self.region, self.indicator, self.branch, self.variant, self.period))):
            raise ValueError(f"Fact {self.id}: no part of an id may hold a dot.")

    @property
    def id(self) -> str:
        """`region.indicator[.branch][.variant].period`."""
        return ".".join(filter(None, (self.region, self.indicator, self.branch, self.variant, self.period)))

    @property
    def known(self) -> bool:
        """Whether there is a value to print."""
        return self.value is not None

    @property
    def last_year(self) -> int:
        """The year, or the last one of a span."""
        return int(self.period.split("-")[-1])


def frame(facts: list[Fact]) -> pl.DataFrame:
    """One row per fact, sorted by id; columns as in `SCHEMA`."""
    rows = [{"id": fact.id, **asdict(fact)} for fact in facts]
    return pl.DataFrame(rows, schema=SCHEMA).sort("id")


def from_frame(table: pl.DataFrame) -> list[Fact]:
    """The facts of a frame written by `frame`."""
    names = {field.name for field in fields(Fact)}
    return [
        Fact(
            **{
                name: tuple(value or ()) if name in ("sources", "inputs") else value
                for name, value in row.items()
                if name in names
            }
        )
        for row in table.iter_rows(named=True)
    ]


def write(facts: list[Fact], path: Path) -> None:
    """Write facts as Parquet (the same facts give the same bytes)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame(facts).write_parquet(path, compression="zstd", statistics=False)


def read(path: Path) -> list[Fact]:
    """Read facts written by `write`."""
    return from_frame(pl.read_parquet(path))


def short_keys(facts: list[Fact], region: str, headline: dict[str, str]) -> dict[str, str]:
    """Short key -> id, for a report on `region`: `network_jobs` means its own region, the headline variant
    (`headline`: indicator -> variant) and the newest period. A key may name region, branch, variant and period,
    and leave out any of region, variant (if headline) and period (if newest)."""
    keys = {fact.id: fact.id for fact in facts}
    newest: dict[tuple, Fact] = {}
    for fact in facts:
        series = (fact.region, fact.indicator, fact.branch, fact.variant)
        if series not in newest or _recency(fact) > _recency(newest[series]):
            newest[series] = fact
    for fact in facts:
        is_newest = newest[(fact.region, fact.indicator, fact.branch, fact.variant)] is fact
        for parts in _abbreviations(fact, region, headline.get(fact.indicator), is_newest):
            keys.setdefault(".".join(filter(None, parts)), fact.id)
    return keys


def _recency(fact: Fact) -> tuple:
    """Newer last year first, then the longer span; a known value beats an unknown one of the same year."""
    first = int(fact.period.split("-")[0])
    return fact.known, fact.last_year, -first


def _abbreviations(fact: Fact, region: str, headline: str | None, is_newest: bool) -> list[tuple]:
    regions = (fact.region, None) if fact.region == region else (fact.region,)
    variants = (fact.variant, None) if fact.variant and fact.variant == headline else (fact.variant,)
    periods = (fact.period, None) if is_newest else (fact.period,)
    return [(r, fact.indicator, fact.branch, v, p) for r in regions for v in variants for p in periods]
