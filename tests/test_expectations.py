"""The data checks: real figures pass, planted faults are caught, and a check that breaks is no pass."""

import json
from pathlib import Path

import polars as pl
import pytest

from analysis import expectations, regions, rules, warehouse
from analysis.errors import DataCheckError
from analysis.expectations import CheckResult
from tests.test_warehouse import copy_of_raw, spoil

EMPLOYEES = "regionalstatistik-13111-07-05-4"


def checked(raw: Path, folder: Path) -> list[CheckResult]:
    warehouse.build(folder / "w.duckdb", raw, list(regions.load().values()))
    return expectations.run(folder / "w.duckdb")


def changed(table: pl.DataFrame, geo: str, branch: str, factor: float) -> pl.DataFrame:
    hit = (pl.col("geo") == geo) & (pl.col("branch") == branch) & (pl.col("period") == "2019")
    return table.with_columns(value=pl.when(hit).then(pl.col("value") * factor).otherwise(pl.col("value")))


def test_a_branch_beyond_its_total_stops_the_run_and_names_table_rule_and_row(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    spoil(raw, EMPLOYEES, lambda table: changed(table, "05111", "G-U", 3.0))
    with pytest.raises(DataCheckError, match=r"stg_employees_by_branch.*branches_sum_to_total.*05111") as caught:
        expectations.require(checked(raw, tmp_path))
    assert caught.value.exit_status == 3


def test_a_doubled_cell_is_caught(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    spoil(raw, EMPLOYEES, lambda table: pl.concat([table, table.head(1)]))
    broken = [result for result in checked(raw, tmp_path) if not result.passed and result.severity == "critical"]
    assert ("stg_employees_by_branch", "key_unique") in {(result.table, result.rule) for result in broken}


def test_a_lost_district_is_caught_as_shrinking_coverage(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    lost = (pl.col("period") == "2020") & pl.col("geo").str.starts_with("09") & (pl.col("geo_level") == "district")
    spoil(raw, EMPLOYEES, lambda table: table.filter(~lost))
    found = {(result.rule, result.passed) for result in checked(raw, tmp_path)}
    assert ("coverage_does_not_shrink", False) in found


def test_a_check_that_raises_is_its_own_kind_of_failure(warehouse_file: Path, monkeypatch) -> None:
    broken = rules.Rule("stg_area", "faulty", "warning", "Fehlerhafte Regel", "select no_such_column from stg_area")
    monkeypatch.setattr(expectations, "rules", lambda: [broken])
    (result,) = expectations.run(warehouse_file)
    assert not result.passed and result.violations == 0 and "no_such_column" in result.raised
    with pytest.raises(DataCheckError, match="could not be made"):
        expectations.require([result])


def test_a_broken_warning_is_published_and_does_not_stop(warehouse_file: Path) -> None:
    results = expectations.run(warehouse_file)
    warnings = [result for result in results if not result.passed]
    assert warnings and {result.severity for result in warnings} == {"warning"}
    expectations.require(results)
    assert json.loads(expectations.to_json(warnings))[0]["samples"]


def test_every_staging_table_and_mart_has_a_suite(warehouse_file: Path) -> None:
    with warehouse.connect(warehouse_file) as connection:
        tables = {row[0] for row in connection.execute("show tables").fetchall()}
    guarded = {rule.table for rule in rules.rules()}
    unguarded = {name for name in tables if name.startswith(("stg_", "mart_"))} - guarded
    assert not unguarded, f"Give these tables rules: {sorted(unguarded)}"
