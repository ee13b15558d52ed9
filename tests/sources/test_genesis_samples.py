"""The publishers' files of GENESIS and Regionalstatistik: rows, statuses, years and regions, counted by other means.

The numbers of rows and signs were counted with grep and Python's csv; `not_applicable` is what a region has that shows
"-" in every cell of a period.
"""

from pathlib import Path

import polars as pl
import pytest

from analysis.sources import checking, recognition
from analysis.sources.official import FAULT
from analysis.sources.originals import Original

SHARED = Path(__file__).resolve().parents[2] / "../shared/data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files do not stand beside the project")

FLAT, WERTEABRUF, WORKBOOK = "genesis_flat_format", "werteabruf_format", "regionalstatistik_workbook"
MIXED = {"country": 1, "land": 16, "regierungsbezirk": 35, "district": 471, "municipality": 15}
GERMANY, DISTRICTS = {"country": 1}, {"district": 474, "municipality": 15}
# file: module, rows, statuses, first and last year, regions
SAMPLES: dict[str, tuple[str, int, dict[str, int], tuple[str, str], dict[str, int]]] = {
    "01b_*/*.zip": (
        FLAT,
        3300,
        {"ok": 330, "suppressed": 72, "not_available": 2862, "not_applicable": 36},
        ("2025", "2025"),
        {"country": 1, "land": 16, "regierungsbezirk": 44, "district": 474, "municipality": 15},
    ),
    "12_*/*.csv": (FLAT, 13377, {"ok": 9785, "zero": 3592}, ("2000", "2020"), GERMANY),
    "16_*/*.csv": (FLAT, 280, {"ok": 180, "not_applicable": 100}, ("2016", "2025"), GERMANY),
    "16_*/*.zip": (FLAT, 280, {"ok": 180, "not_applicable": 100}, ("2016", "2025"), GERMANY),
    "25_*/*.csv": (
        FLAT,
        2445,
        {"ok": 2051, "zero": 12, "suppressed": 12, "not_applicable": 370},
        ("2024", "2024"),
        DISTRICTS,
    ),
    "25_*/*.zip": (
        FLAT,
        2445,
        {"ok": 2051, "zero": 12, "suppressed": 12, "not_applicable": 370},
        ("2024", "2024"),
        DISTRICTS,
    ),
    "08_*/12411-0018.csv": (WERTEABRUF, 2407, {"ok": 81838}, ("2015", "2020"), {"district": 403}),
    "02_*/13111-01-03-4.xlsx": (
        WORKBOOK,
        6456,
        {"ok": 32546, "suppressed": 292, "not_applicable": 5898},
        ("2008", "2019"),
        MIXED,
    ),
    "02_*/82111-01-05-4.xlsx": (
        WORKBOOK,
        9684,
        {"ok": 88308, "suppressed": 924, "not_applicable": 17292},
        ("2000", "2017"),
        MIXED,
    ),
    "20_*/13111-02-02-4.xlsx": (
        WORKBOOK,
        6456,
        {"ok": 32550, "suppressed": 288, "not_applicable": 5898},
        ("2008", "2019"),
        MIXED,
    ),
    "20_*/33111-01-01-4.xlsx": (
        WORKBOOK,
        5918,
        {"ok": 97466, "zero": 174, "suppressed": 571, "not_applicable": 14231},
        ("1996", "2015"),
        MIXED,
    ),
    "20_*/33111-01-02-4.xlsx": (
        WORKBOOK,
        1614,
        {"ok": 19041, "zero": 3039, "not_applicable": 3744},
        ("2016", "2018"),
        MIXED,
    ),
    "20_*/82411-01-03-4.xlsx": (
        WORKBOOK,
        9684,
        {"ok": 16056, "suppressed": 136, "not_applicable": 3176},
        ("2000", "2017"),
        MIXED,
    ),
}
BY_BRANCH = {  # 13111-07-05-4: ok, zero, suppressed, not_applicable
    "2015": (35178, 278, 3268, 6468),
    "2016": (35177, 294, 3253, 6468),
    "2017": (35083, 258, 3299, 6552),
    "2018": (35114, 223, 3303, 6552),
    "2019": (35386, 195, 3059, 6552),
    "2020": (35364, 167, 3109, 6552),
}
for year, counts in BY_BRANCH.items():
    statuses = dict(zip(("ok", "zero", "suppressed", "not_applicable"), counts, strict=True))
    SAMPLES[f"01_*/*_{year}.csv"] = (WERTEABRUF, 7532, statuses, (year, year), MIXED)


def sample(pattern: str) -> Original:
    path = next(SHARED.glob(pattern))
    return Original(path.name, path=path)


def cell(cells: pl.DataFrame, **keys: str) -> tuple[float | None, str, str]:
    return cells.filter(**keys).select("value", "unit", "row").row(0)


@pytest.mark.parametrize("pattern", SAMPLES)
def test_each_file_is_known_by_its_reader_and_checked_to_the_last_cell(pattern: str) -> None:
    module, rows, statuses, (first, last), regions = SAMPLES[pattern]
    original = sample(pattern)
    plain = recognition.unpacked(original)
    assert recognition.recognise(plain).__name__ == f"analysis.sources.{module}"
    report = checking.check(recognition.read(original), original.name)
    assert (report.rows, dict(report.statuses), dict(report.regions)) == (rows, statuses, regions)
    assert report.cells == sum(statuses.values())
    assert (report.years[0], report.years[-1]) == (first, last)
    assert not [problem for problem in report.problems if problem.kind in ("duplicate", "no region", "no unit")]


def test_the_districts_of_2025_are_not_loaded_rather_than_zero() -> None:
    table = recognition.read(sample("01b_*/*.zip"))
    report = checking.check(table, "13111-01-03-4.zip")
    assert [(problem.kind, problem.severity) for problem in report.problems] == [("districts not loaded", FAULT)]
    assert report.verdict == "not usable"
    districts = table.cells.filter(pl.col("geo_level").is_in(["district", "municipality"]))
    assert set(districts["status"]) == {"not_available", "suppressed"} and not districts["value"].drop_nulls().len()
    assert table.cells.filter(status="suppressed")["geo"].str.starts_with("11").all()
    assert cell(table.cells, geo="02", measure="ERW032") == (1_084_974.0, "Anzahl", "L13C18")
    assert "30.06." in table.title and table.table == "13111-01-03-4"


def test_energy_by_product_and_carrier() -> None:
    table = recognition.read(sample("12_*/*.csv"))
    assert set(table.cells["classification"]) == {"CPA 2008"} and table.cells["branch"].n_unique() == 49
    assert table.branches["CPA08-19"] == "Kokerei- und Mineralölerzeugnisse" and table.branches["total"] == "Insgesamt"
    keys = {"measure": "ENR001|ENRG04=GAS-01", "branch": "CPA08-M", "period": "2008"}
    assert cell(table.cells, **keys) == (23162.0, "TJ", "L13378C18")


def test_units_differ_between_the_rows_of_one_table() -> None:
    table = recognition.read(sample("25_*/*.zip"))
    assert cell(table.cells, geo="05111", measure="ISV006")[:2] == (355.0, "Anzahl")
    assert cell(table.cells, geo="02000", measure="ISV006")[:2] == (849.0, "Anzahl")
    assert cell(table.cells, geo="07312", measure="FOR002")[:2] == (17816.0, "Tsd. EUR")
    assert set(table.cells.filter(geo="05354")["status"]) == {"not_applicable"}


def test_employees_by_branch_have_their_codes_and_add_up() -> None:
    table = recognition.read(sample("01_*/*_2020.csv"))
    measure = "Sozialversicherungspfl. Beschäftigte (Arbeitsort)"
    values = {
        (geo, branch): cell(table.cells, geo=geo, branch=branch, measure=measure)[0]
        for geo in ("05111", "02", "05162", "DG")
        for branch in ("total", "B-E")
    }
    assert list(values.values()) == [429514, 39667, 997534, 121297, 150186, 34453, 33322952, 7431788]
    assert set(table.cells["classification"]) == {"WZ 2008"} and table.stated == "2021-08-17"
    assert table.sums["B-F"] == ("B-E", "F") and table.branches["M-N"].startswith("Freiberufl")
    kinds = {problem.kind for problem in checking.check(table, "2020.csv").problems}
    assert kinds == {"gap to the total"}


def test_population_by_sex_and_age() -> None:
    table = recognition.read(sample("08_*/12411-0018.csv"))
    kiel = {"geo": "01002", "period": "2015", "measure": "Bevölkerungsstand|weiblich|75 Jahre und mehr"}
    assert cell(table.cells, **kiel) == (13952.0, "Anzahl", "L8C37")
    assert table.cells["measure"].n_unique() == 34 and "31.12." in table.title


@pytest.mark.parametrize(
    ("pattern", "keys", "expected"),
    [
        (
            "02_*/82111-01-05-4.xlsx",
            {"geo": "05111", "branch": "B-E", "period": "2017"},
            (5_167_893.0, "Tsd. EUR"),
        ),
        (
            "20_*/33111-01-01-4.xlsx",
            {"geo": "05111", "period": "2015", "measure": "Bodenfläche|Gebäude- und Freifläche|Gewerbe, Industrie"},
            (1029.0, "ha"),
        ),
        (
            "20_*/33111-01-02-4.xlsx",
            {"geo": "01004", "period": "2018", "measure": "Bodenfläche|Gewässer|Hafenbecken"},
            (0.0, "ha"),
        ),
        (
            "20_*/82411-01-03-4.xlsx",
            {"geo": "DG", "period": "2017", "measure": "verfüg. Einkommen der priv. Haushalte je Einwohner"},
            (22623.0, "EUR"),
        ),
        (
            "02_*/13111-01-03-4.xlsx",
            {
                "geo": "DG",
                "period": "2019",
                "measure": "Sozialversicherungspfl. Beschäftigte (Arbeitsort)|Ausländer(innen)|männlich",
            },
            (2_638_922.0, "Anzahl"),
        ),
    ],
)
def test_workbooks_by_known_figures(pattern: str, keys: dict[str, str], expected: tuple[float | None, str]) -> None:
    assert cell(recognition.read(sample(pattern)).cells, **keys)[:2] == expected
