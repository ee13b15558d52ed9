"""GENESIS "flat" CSV as the interfaces deliver it today: one value per row, variables as numbered columns.

UTF-8 with BOM, semicolons, rows long and unordered, plain or as the only member of a ZIP. An empty attribute code
means the total; units differ between rows; rows may be shorter than the header.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import cell_status, observations
from analysis.sources.originals import Original, Reading, only

GROSS_VALUE_ADDED = "BWS001"
# Attribute of the price basis -> (measure, words its label must hold). The label carries the unit.
PRICE_BASES = {
    "VGRJPM": ("gva_current_bn_eur", "in jeweiligen Preisen (Mrd. EUR)"),
    "VGRPVK": ("gva_chain_2020_bn_eur", "verkettete Volumenang. (Mrd. EUR)"),
}
_FIXED = ("statistics_code", "time", "value", "value_unit", "value_variable_code")


@dataclass(frozen=True)
class FlatRow:
    """One row: line in the CSV, its fields by header name, and the position of the value (counted from 1)."""

    line: int
    fields: dict[str, str]
    value_column: int

    def attribute(self, variable: str) -> str:
        """Code of the attribute of a variable, empty for the total. Raises StudyError for an unknown variable."""
        for name, code in self.fields.items():
            if code == variable and re.fullmatch(r"\d+_variable_code", name):
                return self.fields[name.replace("_code", "_attribute_code")]
        raise StudyError(f"Line {self.line} has no variable {variable!r}")

    def label(self, variable: str) -> str:
        """Label of the attribute of a variable."""
        for name, code in self.fields.items():
            if code == variable and re.fullmatch(r"\d+_variable_code", name):
                return self.fields[name.replace("_code", "_attribute_label")]
        raise StudyError(f"Line {self.line} has no variable {variable!r}")


def read_flat(original: Original) -> list[FlatRow]:
    """Rows of a flat CSV. Raises StudyError for an answer that is no table: JSON, a page, or another layout."""
    text = _csv_text(original)
    header, *lines = text.splitlines()
    names = [name.strip() for name in header.split(";")]
    missing = [name for name in _FIXED if name not in names]
    if missing:
        raise StudyError(
            f"The file is no flat GENESIS table: the columns {', '.join(missing)} are missing",
            where=original.name,
            next_step="A refused request answers with a message instead of a table; look at its first line.",
        )
    position = names.index("value") + 1
    return [
        FlatRow(number, _fields(names, line, number, original.name), position)
        for number, line in enumerate(lines, start=2)
        if line.strip()
    ]


def _fields(names: list[str], line: str, number: int, name: str) -> dict[str, str]:
    """Fields by header name; a short row misses quality marks at its end, a long one is an error."""
    cells = [cell.strip().strip('"') for cell in line.split(";")]
    if len(cells) > len(names):
        raise StudyError(f"Line {number} has {len(cells)} fields, the header {len(names)}", where=name)
    return dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=True))


def _csv_text(original: Original) -> str:
    content = original.content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.namelist()
            if len(members) != 1:
                raise StudyError(f"The ZIP holds {len(members)} files instead of one table", where=original.name)
            content = archive.read(members[0])
    return content.decode("utf-8-sig")


def deflator(originals: Sequence[Original], source: str) -> Reading:
    """81000-0001: German gross value added by year, at current prices and in chained volumes of 2020 (billion EUR)."""
    original = only(originals, source)
    records = []
    for row in read_flat(original):
        if row.fields["statistics_code"] != "81000":
            raise StudyError(f"Line {row.line} belongs to statistic {row.fields['statistics_code']}, not 81000")
        basis = row.attribute("VGRPB5")
        if row.fields["value_variable_code"] != GROSS_VALUE_ADDED or basis not in PRICE_BASES:
            continue
        measure, words = PRICE_BASES[basis]
        if words not in row.label("VGRPB5"):
            raise StudyError(f"Line {row.line} prints {basis} as {row.label('VGRPB5')!r} instead of {words!r}")
        cell = cell_status(row.fields["value"])
        records.append((measure, row.fields["time"], *cell, f"L{row.line}C{row.value_column}"))
    frame = pl.DataFrame(records, schema=["measure", "period", "value", "status", "row"], orient="row")
    described = frame.sort("measure", "period").with_columns(
        source=pl.lit(source),
        table=pl.lit("81000-0001"),
        geo=pl.lit("DG"),
        geo_level=pl.lit("country"),
        branch=pl.lit("total"),
        classification=pl.lit("none"),
        unit=pl.lit("bn EUR"),
        flag=pl.lit(None, dtype=pl.String),
        file_sha256=pl.lit(original.sha256),
    )
    return Reading({"extract": observations(described)})
