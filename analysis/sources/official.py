"""What the reader of an official format answers, whatever the table: observations, and what is wrong with the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

FAULT, WARNING = "fault", "warning"


@dataclass(frozen=True)
class Problem:
    """Something a reader noticed: its kind in a word, where (line, row, column), what, and how it is cured.

    A `fault` makes the file unusable, a `warning` is to be known.
    """

    kind: str
    what: str
    where: str = ""
    cure: str = ""
    severity: str = WARNING

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        return f"{self.what}{place}. {self.cure}".strip()


@dataclass(frozen=True)
class OfficialTable:
    """A file read in its format.

    format: the format's name. table: the publisher's code of the table or dataflow. title: what it says of itself.
    stated: its own date (ISO), if it prints one. encoding: as found. rows: data rows of the file. cells: observations
    (`observations.SCHEMA` with an empty `source`; `measure` is the variable's code, further attributes behind it as
    "ERW032|NAT=NATA|GES=GESM", a total's empty attribute left out; `geo` as the file codes it, canonical for German
    keys). tables: reference tables by name, for formats that hold no observations. branches: code -> label as printed.
    sums: parent branch -> its complete parts, where the layout is known to split so.
    """

    format: str
    table: str
    title: str
    rows: int
    cells: pl.DataFrame
    stated: str = ""
    encoding: str = ""
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    branches: Mapping[str, str] = field(default_factory=dict)
    sums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
