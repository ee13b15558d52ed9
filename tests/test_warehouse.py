"""The warehouse on real figures: known totals, territory, gaps that stay gaps."""

import json
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest

from analysis import regions, warehouse
from analysis.errors import StudyError
from tests.conftest import RAW


@pytest.fixture(scope="module")
def connection(warehouse_file: Path):
    with warehouse.connect(warehouse_file) as found:
        yield found


def value(connection: duckdb.DuckDBPyConnection, region: str, measure: str, branch: str, year: int) -> float | None:
    query = "select value from mart_region_figures where region = ? and measure = ? and branch = ? and year = ?"
    rows = connection.execute(query, [region, measure, branch, year]).fetchall()
    assert len(rows) == 1
    return rows[0][0]


@pytest.mark.parametrize(
    ("region", "measure", "branch", "year", "expected"),
    [
        ("duesseldorf", "employees", "total", 2020, 429_514),
        ("duesseldorf", "employees", "B-E", 2020, 39_667),
        ("hamburg", "employees", "total", 2020, 997_534),
        ("hamburg", "employees", "B-E", 2020, 121_297),
        ("rheinisches-revier", "employees", "total", 2020, 832_016),
        ("germany", "employees", "total", 2020, 33_322_952),
        ("germany", "employees", "B-E", 2020, 7_431_788),
        ("duesseldorf", "gva_thousand_eur", "B-E", 2017, 5_167_893),
        ("hamburg", "gva_thousand_eur", "B-E", 2017, 15_999_350),
        ("germany", "gva_thousand_eur", "B-E", 2017, 772_523_000),
        ("duesseldorf", "industrial_land_ha", "total", 2015, 1_029),
        ("rheinisches-revier", "industrial_land_ha", "total", 2015, 457 + 1351 + 1071 + 698 + 1519 + 557 + 730),
    ],
)
def test_known_figures(connection, region: str, measure: str, branch: str, year: int, expected: float) -> None:
    assert value(connection, region, measure, branch, year) == expected


def test_a_region_is_the_sum_of_its_districts_in_every_additive_measure(connection) -> None:
    broken = connection.execute(
        """
        select region, measure, branch, year, sum(d.value) as parts, any_value(r.value) as total
        from mart_region_figures r join region_districts m using (region)
        join mart_district_figures d using (district, measure, branch, year)
        join measures using (measure)
        where aggregation = 'additive' and r.value is not null
        group by all having count(d.value) <> count(*) or abs(sum(d.value) - any_value(r.value)) > 0.5
        """
    ).fetchall()
    assert broken == []


def test_a_secret_district_leaves_the_region_empty(connection) -> None:
    """The employees of some districts are secret in a branch: no sum stands over them, and none is zero."""
    query = "select count(*), count(value) from mart_district_figures where status = 'suppressed'"
    secret, known = connection.execute(query).fetchone()
    assert secret > 300 and known == 0


@pytest.mark.parametrize(
    ("district", "measure", "year", "parts"),
    [
        ("02000", "employees", 2020, ["02"]),
        ("05334", "employees_total", 2009, ["05334002", "05354"]),
        ("05334", "employees_total", 2010, ["05334"]),
        ("03159", "employees_total", 2012, ["03152", "03156"]),
        ("16063", "employees", 2019, ["16056", "16063"]),
    ],
)
def test_territory_of_2023(connection, district: str, measure: str, year: int, parts: list[str]) -> None:
    """Hamburg, Aachen before 2010, Göttingen and Eisenach: the sum of the keys the year's table prints."""
    found = connection.execute(
        "select value, len(cells) from mart_district_figures "
        "where district = ? and measure = ? and branch = 'total' and year = ?",
        [district, measure, year],
    ).fetchone()
    expected = connection.execute(
        "select sum(value), count(*) from mart_area_figures "
        "where list_contains(?, area_key) and measure = ? and branch = 'total' and year = ?",
        [parts, measure, year],
    ).fetchone()
    assert found == expected and found[1] == len(parts)


def test_four_hundred_districts_have_employees_each_year(connection) -> None:
    rows = connection.execute(
        "select year, count(distinct district) from mart_district_figures "
        "where measure = 'employees' and branch = 'total' and value is not null group by year order by year"
    ).fetchall()
    assert rows == [(year, 400) for year in range(2015, 2021)]


def test_the_warehouse_is_locked(connection) -> None:
    with pytest.raises(duckdb.Error):
        connection.execute("select * from read_csv('pyproject.toml')")
    with pytest.raises(duckdb.Error):
        connection.execute("create table t as select 1")


def copy_of_raw(folder: Path) -> Path:
    """A copy of the bundled figures to spoil."""
    return Path(shutil.copytree(RAW, folder / "raw"))


def test_an_altered_extract_is_refused_and_the_old_warehouse_stays(tmp_path: Path) -> None:
    raw, target = copy_of_raw(tmp_path), tmp_path / "warehouse.duckdb"
    target.write_text("the last good one")
    extract = raw / "destatis-kreise" / "extract.csv"
    extract.write_text(extract.read_text("utf-8").replace("217.41", "317.41"), "utf-8")
    with pytest.raises(StudyError, match=r"destatis-kreise.*altered"):
        warehouse.build(target, raw, list(regions.load().values()))
    assert target.read_text() == "the last good one"


def test_a_missing_extract_is_named(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    (raw / "eutl" / "sites.parquet").unlink()
    with pytest.raises(StudyError, match=r"sites\.parquet"):
        warehouse.build(tmp_path / "w.duckdb", raw, list(regions.load().values()))


def spoil(raw: Path, source: str, change) -> None:
    """Change an extract and let source.toml agree, as a faulty import would."""
    import hashlib
    import tomllib

    folder = raw / source
    meta = tomllib.loads((folder / "source.toml").read_text("utf-8"))
    path = folder / meta["extract"]
    change(pl.read_parquet(path)).write_parquet(path)
    text = (folder / "source.toml").read_text("utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "source.toml").write_text(text.replace(meta["extract_sha256"], digest), "utf-8")


def test_an_unknown_district_key_stops_the_run_and_is_named(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    key = pl.when(pl.col("geo") == "05111").then(pl.lit("05999")).otherwise(pl.col("geo")).alias("geo")
    spoil(raw, "regionalstatistik-13111-07-05-4", lambda table: table.with_columns(key))
    with pytest.raises(StudyError, match="05999"):
        warehouse.build(tmp_path / "w.duckdb", raw, list(regions.load().values()))


def test_json_of_checks_is_written_for_people(warehouse_file: Path) -> None:
    from analysis import expectations

    results = expectations.run(warehouse_file)
    assert all(result.passed for result in results if result.severity == "critical")
    written = json.loads(expectations.to_json(results))
    assert {entry["table"] for entry in written} >= {"stg_population", "mart_region_figures"}
    secret = next(entry for entry in written if entry["rule"] == "few_secret")
    assert secret["violations"] > 0 and secret["samples"], "a warning is shown, not hidden"


def test_the_same_figures_give_the_same_sums_to_the_last_digit(warehouse_file: Path, tmp_path: Path) -> None:
    """Sums of fractions depend on their order: what is rebuilt must not differ, or everything would run again."""
    again = tmp_path / "again.duckdb"
    warehouse.build(again, RAW, list(regions.load().values()))
    with warehouse.connect(warehouse_file) as one, warehouse.connect(again) as two:
        for name in ("mart_region_figures", "mart_district_figures", "mart_ets_by_district"):
            assert warehouse.table(one, name).equals(warehouse.table(two, name))


# -- districts that were given twice, or not whole ------------------------------------------------------------------

LAND = "regionalstatistik-33111-01-01-4"
EMPLOYEES = "regionalstatistik-13111-07-05-4"
TOTALS = "regionalstatistik-13111-01-03-4"


def planted(table: pl.DataFrame, like: str, geo: str, year: str, value: float) -> pl.DataFrame:
    """The table with a copy of the row of `like` under another key."""
    row = table.filter(pl.col("geo") == like, pl.col("period") == year, pl.col("branch") == "total")
    level = "district" if len(geo) == 5 else "municipality"
    others = {"geo": pl.lit(geo), "geo_level": pl.lit(level), "value": pl.lit(value), "status": pl.lit("ok")}
    return pl.concat([table, row.with_columns(**others, row=pl.lit("planted"))])


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory):
    """A warehouse of files in which districts are given twice, or lack a part."""
    folder = tmp_path_factory.mktemp("odd")
    raw = copy_of_raw(folder)
    spoil(raw, LAND, lambda table: planted(table, "13051", "13072", "2010", 7.0))
    spoil(raw, EMPLOYEES, lambda table: planted(table, "02", "02000", "2020", 997_534.0))
    lost = pl.col("geo").is_in(["13057", "05334002"]) & pl.col("period").is_in(["2008", "2009"])
    lost |= (pl.col("geo") == "16063") & (pl.col("period") == "2012")
    spoil(raw, TOTALS, lambda table: planted(table.filter(~lost), "05354", "05313", "2009", 109_867.0))
    target = folder / "w.duckdb"
    warehouse.build(target, raw, list(regions.load().values()))
    with warehouse.connect(target) as found:
        yield found


def district(connection: duckdb.DuckDBPyConnection, key: str, measure: str, year: int) -> tuple:
    query = "select value, status, len(cells) from mart_district_figures where branch = 'total'"
    query += " and district = ? and measure = ? and year = ?"
    (row,) = connection.execute(query, [key, measure, year]).fetchall()
    return row


@pytest.mark.parametrize(
    ("key", "measure", "year", "expected"),
    [
        ("13072", "industrial_land_ha", 2010, (7.0, "ok", 1)),
        ("02000", "employees", 2020, (997_534.0, "ok", 1)),
        ("05334", "employees_total", 2009, (71_291.0 + 109_867.0, "ok", 2)),
    ],
)
def test_a_district_given_twice_is_counted_once(odd, key: str, measure: str, year: int, expected: tuple) -> None:
    """Calculated back beside its former parts, as Land and as district, and a part under its second key."""
    assert district(odd, key, measure, year) == expected


@pytest.mark.parametrize(("key", "year"), [("13073", 2009), ("05334", 2008), ("16063", 2012)])
def test_a_district_without_one_of_its_parts_is_unknown(odd, key: str, year: int) -> None:
    value, status, _ = district(odd, key, "employees_total", year)
    assert value is None and status == "not_available"
