"""The only module that opens DuckDB: builds the warehouse from the extracts, and cuts the slices notebooks read."""

from pathlib import Path

import duckdb
import polars as pl

from analysis import catalogue, classifications, corrections, territory
from analysis.errors import StudyError
from analysis.regions import GERMANY, LAENDER, Region, reference
from analysis.sources import extracts

SQL = Path(__file__).with_name("sql")
STAGING = (
    "employees_by_branch",
    "employees_total",
    "national_accounts",
    "persons_employed",
    "population",
    "area",
    "industrial_land",
    "city_co2",
    "deflator",
    "inkar",
    "io_flows",
    "io_output",
    "districts",
    "sites",
    "site_emissions",
    "published_figures",
)
MARTS = ("site_emissions", "ets_by_district", "area_figures", "district_figures", "region_figures")


def build(path: Path, raw: Path, regions: list[Region]) -> None:
    """Build the warehouse of `raw` for `regions` at `path`, replacing it only when all of it has succeeded.

    Raises StudyError on a missing or altered extract, a correction that no longer holds, an unknown classification or
    branch, and an area key that the territory table does not know.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with duckdb.connect(unfinished) as connection:
        _load(connection, raw)
        connection.execute("set enable_external_access = false")
        # Threads add up floating-point numbers in another order each time: one thread gives the same sums each time.
        connection.execute("set threads = 1")
        _register(connection, regions)
        connection.execute((SQL / "macros.sql").read_text("utf-8"))
        for name in STAGING:
            connection.execute((SQL / "staging" / f"{name}.sql").read_text("utf-8"))
        require_known_areas(connection)
        for name in MARTS:
            connection.execute((SQL / "marts" / f"{name}.sql").read_text("utf-8"))
    unfinished.replace(path)


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """The finished warehouse, read-only and locked: many may read at once, none can reach out of it."""
    if not path.exists():
        raise StudyError(
            "There is no warehouse yet", where=str(path), next_step="Run `python pipeline.py run` to build it."
        )
    locked = {"enable_external_access": False, "lock_configuration": True}
    return duckdb.connect(path, read_only=True, config=locked)


def _load(connection: duckdb.DuckDBPyConnection, raw: Path) -> None:
    """Observations of all sources in one table; each reference table as `raw_<name>` with the cell of each row."""
    observations = []
    for source in extracts.list_sources(raw):
        if source.kind == "observations":
            observations.append(extracts.read_extract(raw, source.id))
        else:
            for one in source.extracts:
                table = with_cells(extracts.read_extract(raw, source.id, one.name), source)
                _create(connection, f"raw_{one.name}", table)
    corrected = corrections.apply(pl.concat(observations), corrections.load(raw))
    classifications.require_known(corrected.select("classification", "branch").unique().sort(pl.all()).rows())
    _create(connection, "observations", corrected)
    _create(connection, "stg_territory", territory.load(raw))


def with_cells(table: pl.DataFrame, source: extracts.SourceMeta) -> pl.DataFrame:
    """A reference table with `cell`, the name of the cell each row came from, where it has none of its own."""
    if "cell" in table.columns or "row" not in table.columns:
        return table
    return table.with_columns(cell=pl.lit(f"{source.id}@{source.originals[0].sha256[:12]}:") + pl.col("row"))


def _register(connection: duckdb.DuckDBPyConnection, regions: list[Region]) -> None:
    """The regions of this run, their districts, the references, and each measure's declared aggregation."""
    members = [(region.id, ags) for region in regions for ags in region.districts]
    _create(connection, "region_districts", _rows(members, ("region", "district")))
    areas = [("DG", GERMANY), *((key, reference(key).id) for key in LAENDER)]
    _create(connection, "reference_areas", _rows(areas, ("area_key", "region")))
    indicators = catalogue.indicators().values()
    measures = {item.measure: item.aggregation for item in indicators if item.measure}
    measures |= dict.fromkeys(_other_measures(connection) - set(measures), "not_aggregable")
    measures |= {change.becomes: measures[change.measure] for change in classifications.BREAKS}
    _create(connection, "measures", _rows(sorted(measures.items()), ("measure", "aggregation")))
    ratios = {(_measure(item.numerator), _measure(item.denominator)) for item in indicators if item.denominator}
    _create(connection, "ratios", _rows(sorted(ratios), ("numerator", "denominator")))
    _register_classifications(connection)


def _measure(part: str) -> str:
    """The measure of "measure.branch"."""
    return part.partition(".")[0]


def _register_classifications(connection: duckdb.DuckDBPyConnection) -> None:
    """What each classification is comparable to, and the declared breaks."""
    known = list(classifications.COMPARABLE_AS.items())
    _create(connection, "classifications", _rows(known, ("classification", "comparable_as")))
    breaks = [(change.measure, change.classification, change.becomes) for change in classifications.BREAKS]
    _create(connection, "classification_breaks", _rows(breaks, ("measure", "classification", "becomes")))


def _other_measures(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Measures no indicator declares as its own: they never add up to a region."""
    return {row[0] for row in connection.execute("select distinct measure from observations").fetchall()}


def _rows(rows: list[tuple], columns: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _create(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    connection.register("incoming", frame.to_arrow())
    connection.execute(f'create or replace table "{name}" as select * from incoming')
    connection.unregister("incoming")


def require_known_areas(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise StudyError where a figure stands under a district key that the territory table does not place that year."""
    unknown = connection.execute((SQL / "unknown_areas.sql").read_text("utf-8")).fetchall()
    if unknown:
        named = "; ".join(f"{key} in {table}, {first} to {last}" for table, key, first, last in unknown[:5])
        raise StudyError(
            f"{len(unknown)} district keys carry figures but have no place on the territory of 2023: {named}",
            where="data/raw/territory.csv",
            next_step="Add the reform that created or ended them, with its date.",
        )


# -- slices -------------------------------------------------------------------------------------------------------


def slice_figures(connection: duckdb.DuckDBPyConnection, ids: list[str], ags: list[str], year: int) -> pl.DataFrame:
    """Figures of regions (by id) and districts (by AGS) up to `year`; one row per region, measure, branch, year."""
    return _query(connection, "slice_figures", {"ids": ids, "ags": ags, "year": year})


def slice_districts(connection: duckdb.DuckDBPyConnection, year: int, *, wide: bool) -> pl.DataFrame:
    """All districts' figures that places and maps need: employment of industry; with `wide` the comparison's too."""
    return _query(connection, "slice_districts", {"year": year, "wide": wide})


def slice_sites(connection: duckdb.DuckDBPyConnection, ags: list[str], year: int) -> pl.DataFrame:
    """Installations of the districts with their emissions by year."""
    return _query(connection, "slice_sites", {"ags": ags, "year": year})


def _query(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, object]) -> pl.DataFrame:
    return connection.sql((SQL / f"{name}.sql").read_text("utf-8"), params=values).pl()


def table(connection: duckdb.DuckDBPyConnection, name: str) -> pl.DataFrame:
    """A whole table of the warehouse, ordered by all its columns so that equal content gives equal files."""
    return connection.sql(f'select * from "{name}" order by all').pl()
