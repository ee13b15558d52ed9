"""What "-" means in a flat CSV of any size, found with sums over groups: the rules of `dashes`, never the whole table.

One pass counts cells and dashes by time and region and finds what is no cell. Another, if any district shows "-", finds
the groups of which a Land has a value and no district one.
"""

import re
from dataclasses import dataclass

import polars as pl

from analysis.errors import StudyError
from analysis.sources.genesis_flat_cells import Flat
from analysis.sources.genesis_flat_faults import refuse_bad, refuse_cut_end, unreadable
from analysis.sources.german_keys import level_expression, level_of
from analysis.sources.periods import period_expression, periods

_DASH = pl.col("status") == "zero"
_LAND = pl.col("region").str.slice(0, 2)
_GROUP = ["time", "land", "measure", "branch"]
_QUALITY = r"^(?:[eprs|]*|\.{1,3}|[/x0-])$"  # letters say how final a value is; signs repeat the cell's


@dataclass(frozen=True)
class Survey:
    """What is known of a file before its cells are read.

    `regions`: time, region (as in the file) with period, geo, geo_level, cells, and `gone` for a region all of whose
    cells of that time show "-". `unloaded`: time, land, measure, branch of which no district is loaded. `unoffered`:
    measures of a national table without a single figure, though their variable has some. `flat` is the file with all
    its variables known.
    """

    flat: Flat
    regions: pl.DataFrame
    unloaded: pl.DataFrame
    unoffered: pl.DataFrame

    @property
    def cells(self) -> int:
        """Number of cells."""
        return int(self.regions["cells"].sum())


def survey(flat: Flat) -> Survey:
    """Pass over the file. Raises StudyError with line and column for the first cell that cannot be read."""
    counted = _counted(flat)
    if (bad := counted["bad"].min()) is not None and not any(flat.line(bad)):
        flat = flat.without_blank_lines()
        counted = _counted(flat)
    if counted["new"].any():
        flat = flat.whole()
        counted = _counted(flat)
    refuse_bad(flat, counted["bad"].min())
    refuse_cut_end(flat)
    years = _periods(counted, flat)
    regions = counted.with_columns(period=pl.col("time").replace_strict(years)).join(_keys(counted, flat), on="region")
    gone = (pl.col("cells") == pl.col("dashes")) & (pl.col("geo_level") != "country")
    regions = regions.with_columns(gone=gone).sort("time", "region")
    return Survey(flat, regions, _unloaded(flat, regions), _unoffered(flat, regions))


def _counted(flat: Flat) -> pl.DataFrame:
    """Cells, dashes, the first line and the first bad line by time and region."""
    bad = pl.any_horizontal(pl.col(name).is_null() for name in ("status", "time", "variable", "unit"))
    if any(column.quality for column in flat.layout.values):
        bad |= ~pl.col("flag").str.replace_all(r"[() ]", "").str.contains(_QUALITY).fill_null(True)
    try:
        if flat.peek.is_empty():
            raise StudyError("The table has a header and no rows", where=flat.name, next_step="Download it again.")
        cells = flat.signed(flat.cells("line", "time", "region", "variable", "unit", "text", "flag", "new"))
        grouped = cells.group_by("time", "region").agg(
            cells=pl.len(),
            dashes=_DASH.sum(),
            line=pl.col("line").min(),
            bad=pl.col("line").filter(bad).min(),
            new=pl.col("new").any(),
        )
        return grouped.collect(engine="streaming")
    except pl.exceptions.ComputeError as error:
        raise unreadable(flat, error) from error


def _unloaded(flat: Flat, regions: pl.DataFrame) -> pl.DataFrame:
    """Groups whose Land has a positive value while every one of its districts shows "-".

    A reading of its own, and none where no district shows any: together with the counting, both would hold the file.
    """
    if not regions.filter((pl.col("geo_level") == "district") & (pl.col("dashes") > 0)).height:
        return pl.DataFrame(schema=dict.fromkeys(_GROUP, pl.String))
    digits, text = pl.col("region").str.len_bytes(), pl.col("text")
    is_district = digits == 5
    # What the survey has read as cells: a dash is one of two signs, a positive figure has a digit and no minus.
    is_dash = text.str.strip_chars().is_in(["-", "–"])
    is_positive = text.str.contains("[1-9]") & ~text.str.contains(r"^[\s(]*[-−]")
    return (
        flat.cells("time", "region", "measure", "branch", "text")
        .filter((is_district | (digits == 2)) & (pl.col("region") != "DG"))
        .with_columns(land=_LAND)
        .group_by(_GROUP)
        .agg(
            positive=(~is_district & is_positive).any(),
            has_districts=is_district.any(),
            none_loaded=(~is_district | is_dash).all(),
        )
        .filter("positive", "has_districts", "none_loaded")
        .select(_GROUP)
        .collect(engine="streaming")
    )


def _periods(counted: pl.DataFrame, flat: Flat) -> dict[str, str]:
    """Time as printed -> period: the year where it has one date only, else the date or month as ISO."""
    firsts = counted.sort("line").select("time", "line")
    for time, line in firsts.iter_rows():
        if not re.search(r"(19|20)\d{2}", time):
            raise StudyError(
                f"Line {line} has no year in {flat.layout.time!r} but {time!r}",
                where=flat.name,
                next_step="Look at the time column; download the table again.",
            )
    return periods(firsts["time"].unique())


def _keys(counted: pl.DataFrame, flat: Flat) -> pl.DataFrame:
    """region as in the file -> canonical geo and its level."""
    records = []
    for region, line in counted.group_by("region").agg(pl.col("line").min()).sort("line").iter_rows():
        geo = region or "DG"
        try:
            records.append((region, geo, level_of(geo)))
        except StudyError as error:
            raise StudyError(f"Line {line}: {error.what}", where=flat.name, next_step=error.next_step) from error
    return pl.DataFrame(records, schema=["region", "geo", "geo_level"], orient="row")


def _unoffered(flat: Flat, regions: pl.DataFrame) -> pl.DataFrame:
    """Measures of a national table that show "-" everywhere beside a sister with figures: they are not computed."""
    if set(regions["geo_level"]) != {"country"} or not regions["dashes"].sum():
        return pl.DataFrame(schema={"measure": pl.String})
    cells = flat.signed(flat.cells("variable", "measure", "text"))
    empty = cells.group_by("variable", "measure").agg(empty=_DASH.all()).collect(engine="streaming")
    sisters = empty.filter(~pl.col("empty").all().over("variable"))
    return sisters.filter("empty").select("measure")


def resolved(known: Survey) -> pl.LazyFrame:
    """All cells with canonical keys and the meaning of every dash; value null where the dash was no zero.

    What does not occur in the file is not looked for in its rows: on millions of them that halves the time.
    """
    flat = known.flat
    times = dict(known.regions.select("time", "period").unique().iter_rows())
    cells = flat.signed(flat.cells()).with_columns(
        period=period_expression(pl.col("time"), times),
        geo=pl.when(pl.col("region") == "").then(pl.lit("DG")).otherwise("region"),
    )
    cells = cells.with_columns(geo_level=level_expression(pl.col("geo")))
    if any(column.quality for column in flat.layout.values):
        limited = pl.col("flag").str.contains("(", literal=True).fill_null(False) & (pl.col("status") == "ok")
        cells = cells.with_columns(status=pl.when(limited).then(pl.lit("unreliable")).otherwise("status"))
    below_land = pl.col("geo_level").is_in(["district", "municipality"])
    gone = known.regions.filter("gone").select("time", "region")
    cells = _dashes_among(cells.with_columns(land=_LAND), known.unloaded, "not_available", below_land)
    cells = _dashes_among(cells, gone, "not_applicable")
    return _dashes_among(cells, known.unoffered, "not_applicable")


def _dashes_among(cells: pl.LazyFrame, keys: pl.DataFrame, status: str, where: pl.Expr | None = None) -> pl.LazyFrame:
    """Give dashes in rows whose keys are among `keys` another status, and no value."""
    if keys.is_empty():
        return cells
    marks = keys.lazy().with_columns(_marked=pl.lit(True))
    joined = cells.join(marks, on=keys.columns, how="left", maintain_order="left")
    meant = pl.col("_marked").is_not_null() & _DASH
    return (
        joined.with_columns(_meant=meant if where is None else meant & where)
        .with_columns(
            status=pl.when("_meant").then(pl.lit(status)).otherwise("status"),
            value=pl.when(~pl.col("_meant")).then("value"),
        )
        .drop("_marked", "_meant")
    )
