"""From whatever layout a chamber downloaded to the observations of a source the study knows.

A source's own adapter reads the layout the bundled figures came in. The same table comes in other layouts too; their
readers speak the publisher's words, and a source's `selection` (sources.toml) says which of them it means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources import recognition
from analysis.sources.containers import unpacked
from analysis.sources.observations import observations
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original, Reading


@dataclass(frozen=True)
class Selection:
    """What a source takes from a table: its code, `measures` (the study's name -> the publisher's names, code or
    label), their `units` as the study names them, and the `layout` that the source's own adapter reads."""

    table: str
    layout: str
    measures: Mapping[str, Sequence[str]]
    units: Mapping[str, str]


def foreign(originals: Sequence[Original], selection: Selection) -> bool:
    """Whether the files are official tables in another layout than the adapter's; damaged files are not."""
    try:
        return all(selection.layout != recognition.recognise(unpacked(one)).NAME for one in originals)
    except StudyError:
        return False


def translated(originals: Sequence[Original], source: str, selection: Selection) -> Reading:
    """The source's observations from files of any layout. Raises StudyError for another table, a file that lacks a
    measure, and a branch that has no place in the study."""
    tables = [recognition.read(one) for one in originals]
    for original, table in zip(originals, tables, strict=True):
        if table.table != selection.table:
            raise StudyError(
                f"The file is the table {table.table or 'without a code'}, the source needs {selection.table}",
                where=original.name,
                next_step="Download the table named in the source's source.toml.",
            )
    parts = [
        _selected(table, original.name, source, selection) for original, table in zip(originals, tables, strict=True)
    ]
    return Reading({"extract": observations(pl.concat(parts))}, max(table.stated for table in tables))


def _selected(table: OfficialTable, name: str, source: str, selection: Selection) -> pl.DataFrame:
    """The measures asked for, under the study's names; municipalities repeat what their district counts."""
    names = {printed: measure for measure, all_names in selection.measures.items() for printed in all_names}
    cells = table.cells.filter(pl.col("measure").is_in(list(names)), pl.col("geo_level") != "municipality")
    found = cells.with_columns(measure=pl.col("measure").replace_strict(names, default=None))
    lacking = sorted(set(selection.measures) - set(found["measure"]))
    if lacking:
        raise StudyError(
            f"The file does not print {', '.join(lacking)}",
            where=name,
            next_step=f"It measures: {', '.join(table.cells['measure'].unique().sort().head(5))}.",
        )
    return found.with_columns(
        source=pl.lit(source),
        table=pl.lit(selection.table),
        branch=pl.col("branch").replace_strict(_branches(table, name), default=pl.col("branch")),
        unit=pl.col("measure").replace_strict(dict(selection.units), return_dtype=pl.String),
    )


def _branches(table: OfficialTable, name: str) -> dict[str, str]:
    """The publisher's code -> the study's branch, by the label where codes differ between layouts."""
    from analysis.sources.wz_labels import branch_of

    found = {code: code if code == "total" else branch_of(label) for code, label in table.branches.items()}
    if unknown := [f"{code} ({table.branches[code]})" for code, branch in found.items() if not branch]:
        raise StudyError(
            f"The branch {unknown[0]} has no place in the study",
            where=name,
            next_step="Download the table with the branches of the bundled years.",
        )
    return found
