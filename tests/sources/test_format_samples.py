"""Files as their publishers deliver them: each is known by one format only, and read whole.

The numbers were counted without the readers: lines and cells with Python's csv, json and pyarrow, areas by length.
"""

import importlib
from pathlib import Path

import pytest

from analysis.sources import (
    containers,
    eprtr,
    eurostat_tsv,
    eutl_extract,
    inkar_export,
    jsonstat,
    recognition,
    sdmx_csv,
    union_registry,
    wiod_table,
)
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files do not stand beside the project")

OWN = (eurostat_tsv, sdmx_csv, jsonstat, union_registry, eutl_extract, eprtr, inkar_export, wiod_table)
# file, format, rows, statuses, first and last year, areas by level, sum of all values
CELLS = [
    (
        "03_*/nama_10r_3gdp.tsv.gz",
        eurostat_tsv,
        10808,
        {"ok": 150760, "not_available": 11360},
        ("2000", "2014"),
        {"nuts0": 30, "nuts1": 116, "nuts2": 299, "nuts3": 1384, "other": 1},
        2946468235.0,
    ),
    (
        "03_*/nama_10r_3popgdp.tsv.gz",
        eurostat_tsv,
        1817,
        {"ok": 25209, "not_available": 2046},
        ("2000", "2014"),
        {"nuts0": 30, "nuts1": 112, "nuts2": 297, "nuts3": 1377, "other": 1},
        36967300.0,
    ),
    (
        "22_*/bd_size_r3_AT_first400.tsv",
        eurostat_tsv,
        399,
        {"ok": 5172, "not_available": 15},
        ("2008", "2020"),
        {"nuts0": 1, "nuts1": 3, "nuts2": 9, "nuts3": 35},
        63005837.0,
    ),
    (
        "22_*/estat_demo_r_pjangrp3_DE_TOTAL.tsv",
        eurostat_tsv,
        1368,
        {"ok": 12312},
        ("2014", "2022"),
        {"nuts0": 1, "nuts1": 16, "nuts2": 38, "nuts3": 401},
        5936262136.0,
    ),
    ("22_*/nrg_chdd_a.tsv", eurostat_tsv, 58, {"ok": 2668}, ("1979", "2024"), {"nuts0": 28, "other": 1}, 4179654.17),
    ("23_*/example-01.csv", sdmx_csv, 2, {"ok": 2}, ("2014-01", "2014-02"), {"other": 1}, 23.2),
    ("23_*/example-02.csv", sdmx_csv, 2, {"ok": 4}, ("2014-01", "2014-02"), {"other": 1}, 46.6),
    ("23_*/example-04.csv", sdmx_csv, 2, {"ok": 2}, ("2014-01", "2014-02"), {"other": 1}, 23.2),
    ("23_*/example-05.csv", sdmx_csv, 2, {"ok": 2}, ("2014-01-01", "2014-02-01"), {"other": 1}, 23.2),
    ("23_*/example-06.csv", sdmx_csv, 2, {"ok": 2}, ("2014-01", "2014-02"), {"other": 1}, 23.2),
    ("23_*/example-09A.csv", sdmx_csv, 3, {"ok": 3}, ("2014-01", "2014-03"), {"other": 1}, 34.4),
    ("23_*/example-10.csv", sdmx_csv, 2, {"ok": 2}, ("2014-01", "2014-02"), {"other": 1}, 23.2),
    ("24_*/canada.json", jsonstat, 120, {"ok": 120}, ("2012", "2012"), {"nuts0": 1}, 140121.4),
    (
        "24_*/eurostat_pre_*.json",
        jsonstat,
        69,
        {"ok": 24, "not_available": 45},
        ("1946", "2014"),
        {"nuts0": 1},
        515300.0,
    ),
    ("24_*/galicia.json", jsonstat, 3960, {"ok": 3956, "not_available": 4}, ("2001", "2011"), {"other": 5}, 87493659.0),
    ("24_*/hierarchy.json", jsonstat, 132, {"not_available": 132}, ("none", "none"), {"other": 1}, 0.0),
    ("24_*/oecd.json", jsonstat, 432, {"ok": 432}, ("2003", "2014"), {"nuts0": 34, "other": 2}, 3323.825332),
    ("21_*/inkar.csv", inkar_export, 401, {"ok": 4409, "not_available": 2}, ("2016", "2017"), {"district": 401}, None),
    ("21_*/inkar.xls", inkar_export, 401, {"ok": 6013, "not_available": 2}, ("2016", "2017"), {"district": 401}, None),
    (
        "13_*/wirtschaft.parquet",
        inkar_export,
        212865,
        {"ok": 988706, "not_available": 122100},
        ("1995", "2022"),
        {"country": 1, "land": 16, "regierungsbezirk": 31, "district": 400, "municipality": 10786, "other": 6375},
        None,
    ),
    (
        "13_*/siedlungsstruktur.parquet",
        inkar_export,
        323508,
        {"ok": 839904, "not_available": 6465},
        ("1996", "2022"),
        {"country": 1, "land": 16, "regierungsbezirk": 31, "district": 400, "municipality": 10990, "other": 6579},
        None,
    ),
]
# file, format, rows of the file, rows of its tables
TABLES = [
    ("09_*/installation.csv", eutl_extract, 17644, {"sites": 17644}),
    ("09_*/compliance.csv", eutl_extract, 89831, {"site_emissions": 2 * 89831}),
    ("09_*/nace_leakage.csv", eutl_extract, 15084, {"site_classes": 15076}),
    ("09_*/verified_emissions_*.csv", eutl_extract, 167700, {"account_emissions": 167700}),
    ("09_*/DERIVED_*.csv", eutl_extract, 1829, {"sites": 155, "site_emissions": 2 * 1829}),
    (
        "11_*/*.csv",
        wiod_table,
        1800,
        {"io_flows": 15 * 112 * 56, "io_final_use": 15 * 112 * 6, "io_totals": 15 * (112 + 8 * 63), "io_labels": 70},
    ),
    ("13_*/_regionen.parquet", inkar_export, 29379, {"regions": 29379}),
    ("13_*/_indikatoren.parquet", inkar_export, 644, {"indicators": 644}),
]


def sample(pattern: str) -> Original:
    (path,) = SHARED.glob(pattern)
    return containers.unpacked(Original(path.name, path=path))


def claims(original: Original, modules: tuple = OWN) -> list[str]:
    head = recognition.Head(original)
    return [module.NAME for module in modules if module.recognises(head)]


@pytest.mark.parametrize(("pattern", "module"), [(one[0], one[1]) for one in (*CELLS, *TABLES)])
def test_a_sample_is_known_by_its_format_alone(pattern: str, module: object) -> None:
    assert claims(sample(pattern)) == [module.NAME]


def test_no_sample_is_claimed_by_a_second_format() -> None:
    everyone = tuple(importlib.import_module(f"analysis.sources.{name}") for name in recognition.FORMATS)
    for pattern, module, *_ in (*CELLS, *TABLES):
        assert claims(sample(pattern), everyone) == [module.NAME]


@pytest.mark.parametrize(("pattern", "module", "rows", "statuses", "years", "areas", "total"), CELLS)
def test_a_sample_is_read_whole(
    pattern: str, module: object, rows: int, statuses: dict, years: tuple, areas: dict, total: float | None
) -> None:
    table = module.read(sample(pattern))
    cells = table.cells
    assert table.rows == rows
    assert dict(cells["status"].value_counts().rows()) == statuses
    assert (cells["period"].min(), cells["period"].max()) == years
    assert dict(cells.unique("geo")["geo_level"].value_counts().rows()) == areas
    assert not cells.select("measure", "geo", "branch", "period", "table").is_duplicated().any()
    if total is not None:
        assert cells["value"].sum() == pytest.approx(total, rel=1e-9)


@pytest.mark.parametrize(("pattern", "module", "rows", "heights"), TABLES)
def test_a_sample_of_reference_tables_is_read_whole(pattern: str, module: object, rows: int, heights: dict) -> None:
    table = module.read(sample(pattern))
    assert table.rows == rows and table.cells.is_empty()
    assert {name: found.height for name, found in table.tables.items()} == heights


def test_no_other_file_is_claimed() -> None:
    known = {path for one in (*CELLS, *TABLES) for path in SHARED.glob(one[0])}
    others = [path for path in SHARED.rglob("*") if path.is_file() and path not in known]
    assert len(others) > 60
    claimed = {path.name: claims(containers.unpacked(Original(path.name, path=path))) for path in others}
    assert not {name: found for name, found in claimed.items() if found}


def read(pattern: str, module: object) -> OfficialTable:
    return module.read(sample(pattern))


def test_single_figures_of_eurostat() -> None:
    gdp = read("03_*/nama_10r_3gdp.tsv.gz", eurostat_tsv).cells.filter(measure="OBS_VALUE|unit=EUR_HAB", geo="AT")
    assert gdp.filter(period="2014").select("value", "row", "unit").row(0) == (38500.0, "L2C2", "EUR_HAB")
    people = read("22_*/estat_demo_*.tsv", eurostat_tsv).cells.filter(geo="DEA11", period="2022")
    women = people.filter(measure="OBS_VALUE|sex=F|unit=NR|age=TOTAL")
    assert women.select("value", "geo_level").row(0) == (319894.0, "nuts3")
    births = read("22_*/bd_size_r3_AT_first400.tsv", eurostat_tsv).cells.filter(geo="AT", period="2020")
    active = births.filter(measure="V11910|sizeclas=0", branch="B-S_X_K642")
    assert active.select("value", "flag", "classification").row(0) == (344016.0, "p", "NACE Rev. 2")
    italy = read("24_*/eurostat_pre_*.json", jsonstat)
    assert italy.cells.filter(period="2013").select("measure", "value", "row").row(0) == (
        "B1GM|unit=EUR_HAB",
        25600.0,
        "value[67]",
    )
    assert (italy.table, italy.stated) == ("nama_gdp_c", "2015-11-05")


def test_points_of_the_wide_inkar_export_are_decided_by_column_and_said() -> None:
    table = read("21_*/inkar.csv", inkar_export)
    incomes = table.cells.filter(measure="Medianeinkommen", period="2017")
    wanted = {"05111": 3882.0, "02000": 3619.0, "05162": 3446.0, "05358": 3236.0, "05362": 3188.0}
    assert {geo: incomes.filter(geo=geo)["value"].item() for geo in wanted} == wanted
    assert table.cells.filter(measure="Arbeitslosenquote", geo="01001")["value"].item() == 8.9
    assert [problem.what.split("'")[1] for problem in table.problems] == [
        "Haushaltseinkommen",
        "Medianeinkommen",
        "Einwohner je Arzt",
        "Einwohnerdichte",
    ]
    workbook = read("21_*/inkar.xls", inkar_export)
    assert workbook.table == "INKAR 2020" and not workbook.problems
    assert workbook.cells.filter(measure="Medianeinkommen", geo="05111").select("value", "row").row(0) == (
        3882.0,
        "Daten!O66",
    )


def test_the_revier_of_inkar_is_an_area_of_its_own_kind() -> None:
    cells = read("13_*/wirtschaft.parquet", inkar_export).cells.filter(measure="q_bws_2sektor")
    revier = cells.filter(geo="Braunkohlereviere (auch nicht förderfähige):4", period="2021")
    assert revier.select(cells["value"].name, "geo_level").row(0) == (100.7, "other")
    assert cells.filter(geo="DG", period="2021")["value"].item() == 89.97
    assert cells.filter(geo="02", period="2021").height == cells.filter(geo="02000", period="2021").height == 1


def test_statuses_of_sites() -> None:
    yearly = read("09_*/compliance.csv", eutl_extract).tables["site_emissions"]
    counts = {row[:2]: row[2] for row in yearly.group_by("measure", "status").len().rows()}
    assert counts == {
        ("verified_emissions", "ok"): 85877,
        ("verified_emissions", "zero"): 3954,
        ("free_allocation", "ok"): 77383,
        ("free_allocation", "zero"): 12448,
    }
    assert yearly.filter(measure="verified_emissions")["value"].sum() == 14049860074.0
    accounts = read("09_*/verified_*.csv", eutl_extract).tables["account_emissions"]
    excluded = accounts.filter(flag="Excluded")
    assert excluded.height == 3486 and excluded["status"].unique().to_list() == ["not_available"]
    assert accounts["value"].sum() == 29521200566.0
    derived = read("09_*/DERIVED_*.csv", eutl_extract).tables["site_emissions"]
    assert dict(derived["flag"].value_counts().rows()) == {"compliance.csv": 2 * 1139, "account-match": 2 * 690}
    assert dict(derived["status"].value_counts().rows()) == {"ok": 1811 + 1075, "zero": 18 + 64, "not_available": 690}
    assert [problem.kind for problem in read("09_*/nace_*.csv", eutl_extract).problems] == ["repeated rows"]


def test_flows_equal_those_of_the_adapter() -> None:
    from analysis.sources import wiod
    from analysis.sources.originals import read_originals

    found = read("11_*/*.csv", wiod_table)
    assert not found.problems
    theirs = wiod.tables(read_originals(list(SHARED.glob("11_*/*.csv"))), "wiod-niot-2016").tables
    ours = found.tables["io_flows"].filter(year=2014, origin="Domestic")
    columns = ["deliverer", "receiver", "value_musd", "row"]
    assert ours.select(columns).sort(columns).equals(theirs["io_flows"].select(columns).sort(columns))
    assert sum(table["value_musd"].sum() for name, table in found.tables.items() if name != "io_labels") == 395743156.0
    stocks = found.tables["io_final_use"].filter(receiver="INVEN")
    assert (
        stocks["value_musd"].min() < 0
        and stocks.filter(year=2000, deliverer="A02", origin="Domestic")["value_musd"].item() == -478.0
    )
