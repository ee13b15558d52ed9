"""What the formats of Eurostat share, whatever the file: dimensions, areas, flags, and what these say of a value.

All of them carry the same cube. A dimension is the area, the time, the branch (`nace_r2`), the variable (`na_item`,
`indic_sb`, …) or a further attribute; the frequency is left out, since the period shows it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.observations import SCHEMA
from analysis.sources.official import Problem
from analysis.sources.originals import Original

FLAGS = "bcdefnprsuz"
NONE = "none"  # the geo of a cube without areas, such as exchange rates; the period of one without time
_AREAS, _TIMES = ("geo", "ref_area"), ("time_period", "time", "year")
_BRANCHES = {
    "nace_r1": "NACE Rev. 1.1",
    "nace_r2": "NACE Rev. 2",
    "nace_r21": "NACE Rev. 2.1",
    "nace_r2_1": "NACE Rev. 2.1",
}
_VARIABLE = re.compile(r"na_item|indic(_.*|ator)?")
# Letters in the third place belong to five countries; elsewhere EEA or EFTA would pass for an Estonian region.
_PARTS = (
    "DE[1-9A-GZ]|FR[0-9A-MYZ]|IT[0-9C-IZ]|UK[0-9C-NZ]|TR[0-9A-CZ]|"
    "(?:AL|AT|BE|BG|CH|CY|CZ|DK|EE|EL|ES|FI|GR|HR|HU|IE|IS|LI|LT|LU|LV|ME|MK|MT|NL|NO|PL|PT|RO|RS|SE|SI|SK|XK)[0-9Z]"
)
_NUTS = rf"^(?:(?:{_PARTS})[0-9A-Z]{{0,2}}|[A-Z]{{2}})$"
_UNIONS = ("EU", "EA")


@dataclass(frozen=True)
class Cube:
    """Which dimension plays which part; None where there is none."""

    geo: str | None
    time: str | None
    branch: str | None
    variable: str | None
    unit: str | None
    attributes: tuple[str, ...]

    @property
    def classification(self) -> str:
        """The branches' classification, "none" without branches."""
        return _BRANCHES[self.branch.lower()] if self.branch else "none"


def cube(
    dimensions: Sequence[str], *, geo: str | None = None, time: str | None = None, variable: str | None = None
) -> Cube:
    """Find the parts by the dimensions' names; `geo`, `time`, `variable` where the file itself says which they are."""

    def first(names: Sequence[str]) -> str | None:
        return next((name for name in dimensions if name.lower() in names), None)

    geo, time, branch = geo or first(_AREAS), time or first(_TIMES), first(tuple(_BRANCHES))
    variable = variable or next((name for name in dimensions if _VARIABLE.fullmatch(name.lower())), None)
    placed = {geo, time, branch, variable}
    rest = tuple(name for name in dimensions if name not in placed and name.lower() != "freq")
    return Cube(geo, time, branch, variable, first(("unit", "unit_measure")), rest)


def measure(parts: Cube, lead: str | pl.Expr = "OBS_VALUE") -> pl.Expr:
    """The code of the variable (`lead` where no dimension says it), then the attributes: "B1GQ|unit=MIO_EUR"."""
    start = pl.col(parts.variable) if parts.variable else lead if isinstance(lead, pl.Expr) else pl.lit(lead)
    return pl.concat_str(start, *(pl.format(f"|{name}={{}}", pl.col(name)) for name in parts.attributes))


def geo_level(geo: pl.Expr) -> pl.Expr:
    """nuts0 (a country) to nuts3 by the code's shape; unions, cities, metropolitan regions are `other`."""
    nuts = geo.str.contains(_NUTS) & ~geo.is_in(_UNIONS)
    return pl.when(nuts).then(pl.format("nuts{}", geo.str.len_chars() - 2)).otherwise(pl.lit("other"))


def cells(
    frame: pl.DataFrame, parts: Cube, original: Original, *, table: str | pl.Expr, unit: pl.Expr | None = None
) -> tuple[pl.DataFrame, tuple[Problem, ...]]:
    """Observations of a frame with the dimensions and `period, value, flag, meaning, measure, row`.

    `flag` is the provider's sign verbatim, `meaning` the same in Eurostat's letters. A confidential or inapplicable
    value that is printed nevertheless becomes null, which the problems say.
    """
    _refuse_contradictions(frame, original.name)
    status, withheld = _status()
    hidden = frame.filter(withheld)
    geo = pl.col(parts.geo) if parts.geo else pl.lit(NONE)
    own_unit = pl.col(parts.unit) if parts.unit else pl.lit("")
    found = frame.select(
        source=pl.lit(""),
        table=table if isinstance(table, pl.Expr) else pl.lit(table),
        measure="measure",
        geo=geo,
        geo_level=geo_level(geo),
        branch=pl.col(parts.branch) if parts.branch else pl.lit("total"),
        classification=pl.lit(parts.classification),
        period="period",
        value=pl.when(~withheld).then("value"),
        unit=own_unit if unit is None else unit,
        status=status,
        flag=pl.when(pl.col("flag") != "").then("flag"),
        file_sha256=pl.lit(original.sha256),
        row="row",
    )
    found = found.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    return found, (*_without(parts), *_withheld(hidden))


def _status() -> tuple[pl.Expr, pl.Expr]:
    """Status of a cell, and whether its printed value is not to be used."""
    has = {letter: pl.col("meaning").str.contains(letter, literal=True) for letter in "czu"}
    known = pl.col("value").is_not_null()
    status = (
        pl.when(has["c"])
        .then(pl.lit("suppressed"))
        .when(has["z"])
        .then(pl.lit("not_applicable"))
        .when(has["u"])
        .then(pl.lit("unreliable"))
        .when(known)
        .then(pl.lit("ok"))
        .otherwise(pl.lit("not_available"))
    )
    return status, known & (has["c"] | has["z"])


def _refuse_contradictions(frame: pl.DataFrame, name: str) -> None:
    odd = frame.filter(pl.col("meaning").str.contains("z", literal=True), pl.col("value") != 0)
    if odd.height:
        first = odd.row(0, named=True)
        raise StudyError(
            f"The value {first['value']:g} has the flag {first['flag']!r} (not applicable): one of them is wrong",
            where=f"{name}, {first['row']}",
            next_step="Compare the cell with Eurostat's data browser.",
        )


def _without(parts: Cube) -> Iterator[Problem]:
    """What a cube lacks to be a statistic by area and period."""
    for word, found, names in (("area", parts.geo, _AREAS), ("period", parts.time, _TIMES)):
        if not found:
            what = f"No dimension holds {word}s ({', '.join(names)}); every cell has the {word} {NONE!r}"
            cure = "If a column was renamed, give the file as it was downloaded."
            yield Problem(f"no {word}", what, "header", cure)


def _withheld(hidden: pl.DataFrame) -> tuple[Problem, ...]:
    if hidden.is_empty():
        return ()
    what = f"{hidden.height} values are flagged as confidential or not applicable and are not used"
    return (Problem("value withheld", what, hidden["row"][0], "Ask Eurostat whether the flag or the value is right."),)
