"""GENESIS and Regionalstatistik "flat" CSV of any table, as the interfaces deliver it: one observation per row.

The current layout and the old one (`genesis_flat_header`), plain or as the only member of a ZIP, German or English
(decimal comma or point). Rows are long and unordered, units differ between them, an empty attribute code means the
total, and rows may be shorter than the header. The current layout is tested with files of both publishers, the old
one with fixtures written from the published layout.

`read` answers with the whole table. A file of millions of rows is taken with `scan` or `sink`, which stream it.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis.sources.containers import unpacked
from analysis.sources.genesis_flat_cells import Flat, opened
from analysis.sources.genesis_flat_dashes import Survey, resolved, survey
from analysis.sources.genesis_flat_header import looks_flat
from analysis.sources.observations import SCHEMA
from analysis.sources.official import OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.periods import reference_days
from analysis.sources.recognition import Head
from analysis.sources.table_codes import code_in_name

NAME = "GENESIS flat CSV"


def recognises(head: Head) -> bool:
    """By the columns of the first line, even if some are missing: `read` says which."""
    return bool(head.lines) and looks_flat(head.lines[0])


def read(original: Original) -> OfficialTable:
    """All observations of a flat CSV in the order of the file."""
    surveyed = _surveyed(original)
    flat = surveyed.flat
    return OfficialTable(
        format=NAME,
        table=_table(flat),
        title=_title(surveyed),
        rows=surveyed.known.cells // len(flat.layout.values),
        cells=surveyed.observations().collect(engine="streaming"),
        encoding=flat.encoding,
        branches=_branches(flat),
        problems=tuple(_problems(surveyed)),
    )


def scan(original: Original) -> pl.LazyFrame:
    """Observations (`observations.SCHEMA`) as a lazy frame that reads the file when it is collected.

    The file is passed over once or twice before, so that every error is raised here and every dash has its meaning.
    """
    return _surveyed(original).observations()


def sink(original: Original, target: Path) -> None:
    """Write the observations of a flat CSV of any size to Parquet; `target` appears when it is complete."""
    unfinished = target.with_name(f".{target.name}.unfinished")
    try:
        scan(original).sink_parquet(unfinished, compression="lz4", engine="streaming")
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


@dataclass(frozen=True)
class _Surveyed:
    known: Survey
    sha256: str

    @property
    def flat(self) -> Flat:
        """The file."""
        return self.known.flat

    def observations(self) -> pl.LazyFrame:
        """All cells as observations, not yet read."""
        described = resolved(self.known).with_columns(
            source=pl.lit(""),
            table=pl.lit(_table(self.flat)),
            file_sha256=pl.lit(self.sha256),
            row=pl.concat_str(pl.lit("L"), "line", "place"),
        )
        return described.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _surveyed(original: Original) -> _Surveyed:
    """Open and survey; the hash, which keeps one core busy, is taken meanwhile."""
    plain = unpacked(original)
    flat = opened(plain)
    with ThreadPoolExecutor(1) as beside:
        sha256 = beside.submit(lambda: plain.sha256)
        return _Surveyed(survey(flat), sha256.result())


def _table(flat: Flat) -> str:
    """The table's code, which only the file's name holds, if it belongs to the statistic; else the statistic's code."""
    statistic = flat.peek[flat.layout.fixed[0]].drop_nulls().first() or ""
    return code_in_name(flat.name, statistic) or statistic


def _title(surveyed: _Surveyed) -> str:
    """Statistic, variables, and the reference dates behind the years."""
    flat = surveyed.flat
    labels = [
        flat.peek.select(column.label.alias("label"))["label"].unique(maintain_order=True)
        for column in flat.layout.values
    ]
    named = ", ".join(dict.fromkeys(label for some in labels for label in some if label))
    statistic = flat.peek[flat.layout.fixed[1]].drop_nulls().first()
    days = reference_days(surveyed.known.regions["time"].unique())
    reference = f" ({flat.peek[flat.layout.fixed[3]].first()} {', '.join(days)})" if 0 < len(days) < 5 else ""
    return f"{statistic}: {named}{reference}"


def _branches(flat: Flat) -> dict[str, str]:
    """Branch code -> label."""
    labels = {one.attribute: one.label for one in flat.layout.dimensions}
    parts = [
        flat.rows()
        .filter(pl.col(one.code).is_in(list(one.branches)))
        .select(code=pl.col(one.attribute).fill_null("total"), label=pl.col(labels[one.attribute]))
        .unique()
        for one in flat.variables
        if one.branches
    ]
    found = [
        pair for part in pl.collect_all(parts, engine="streaming") for pair in part.sort("code", "label").iter_rows()
    ]
    return dict(sorted(found))


def _problems(surveyed: _Surveyed) -> Iterable[Problem]:
    if "" in surveyed.known.regions["region"]:
        yield Problem(
            "no region",
            "Rows name no region; they are taken for Germany",
            f"line {surveyed.known.regions.filter(region='')['line'].min()}",
            "If the publisher is the office of one Land, the figures are of that Land.",
        )
    if statistics := surveyed.flat.peek[surveyed.flat.layout.fixed[0]].drop_nulls().unique().sort().to_list()[1:]:
        yield Problem("several statistics", f"The file holds rows of {', '.join(statistics)} too", cure="Split it.")
