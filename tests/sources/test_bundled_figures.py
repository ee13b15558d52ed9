"""The bundled extracts against figures that were read from the publishers' tables by other means."""

from functools import cache
from pathlib import Path

import polars as pl
import pytest

from analysis.sources import extracts, placement
from analysis.sources.observations import observations
from analysis.sources.registry import SOURCES

RAW = Path(__file__).resolve().parents[2] / "data/raw"
BUNDLE_LIMIT = 8_000_000
EMPLOYEES, VALUE_ADDED = "regionalstatistik-13111-07-05-4", "regionalstatistik-82111-01-05-4"
REVIER = ["05116", "05162", "05334", "05358", "05362", "05366", "05370"]


@cache
def extract(source: str, table: str | None = None) -> pl.DataFrame:
    return extracts.read_extract(RAW, source, table)


def value(source: str, measure: str, geo: str, period: str, branch: str = "total") -> float:
    found = extract(source).filter(measure=measure, geo=geo, period=period, branch=branch)
    return found["value"].item()


def test_every_source_is_bundled_small_and_valid() -> None:
    bundled = extracts.list_sources(RAW)
    assert {one.id for one in bundled} == set(SOURCES)
    assert sum(file.stat().st_size for file in RAW.rglob("*") if file.is_file()) < BUNDLE_LIMIT
    for one in bundled:
        assert one.attribution and one.licence_url.startswith("https://") and one.note_de
        for table in one.extracts:
            assert extract(one.id, table.name).height == table.rows
        if one.kind == "observations":
            observations(extract(one.id))


@pytest.mark.parametrize(
    ("geo", "total", "industry"),
    [
        ("05111", 429_514, 39_667),
        ("02", 997_534, 121_297),
        ("05162", 150_186, 34_453),
        ("DG", 33_322_952, 7_431_788),
    ],
)
def test_employees_2020(geo: str, total: int, industry: int) -> None:
    assert value(EMPLOYEES, "employees", geo, "2020") == total
    assert value(EMPLOYEES, "employees", geo, "2020", "B-E") == industry


def test_branches_add_up_to_the_total_where_none_is_secret() -> None:
    wide = extract(EMPLOYEES).filter(status="ok").pivot("branch", index=["geo", "period"], values="value")
    complete = wide.drop_nulls(["total", "A", "B-F", "G-U"]).with_columns(
        gap=(pl.col("total") - pl.sum_horizontal("A", "B-F", "G-U")).abs() / pl.col("total")
    )
    assert complete.height > 2000
    assert complete["gap"].max() < 0.04
    assert (wide["B-E"] + wide["F"] - wide["B-F"]).abs().max() == 0


def test_live_districts_by_year() -> None:
    live = extract(EMPLOYEES).filter(branch="total", geo_level="district", status="ok")["period"].value_counts()
    counts = {year: count + 2 for year, count in live.rows()}  # Hamburg and Berlin stand as Länder
    assert counts == {"2015": 402, "2016": 402, "2017": 401, "2018": 401, "2019": 401, "2020": 401}


def test_the_only_true_zero_among_employees_stays_one() -> None:
    zeros = extract(EMPLOYEES).filter(status="zero").select("geo", "branch", "period", "value").rows()
    assert zeros == [("09662", "A", "2020", 0.0)]


@pytest.mark.parametrize(("geo", "expected"), [("05111", 5_167_893), ("02", 15_999_350), ("DG", 772_523_000)])
def test_value_added_of_industry_2017(geo: str, expected: int) -> None:
    assert value(VALUE_ADDED, "gva_thousand_eur", geo, "2017", "B-E") == expected


def test_persons_employed_agree_with_gdp_over_productivity_within_one_percent() -> None:
    gdp = value(VALUE_ADDED, "gdp_thousand_eur", "05111", "2017")
    derived = gdp * 1000 / value(VALUE_ADDED, "gdp_per_person_employed_eur", "05111", "2017")
    assert derived == pytest.approx(value("eurostat-nama-10r-3empers", "persons_employed", "05111", "2017"), rel=0.01)


@pytest.mark.parametrize(
    ("source", "geo", "year", "sector", "expected"),
    [
        ("duesseldorf", "05111", "1987", "total", 7869),
        ("duesseldorf", "05111", "1987", "households", 1953),
        ("duesseldorf", "05111", "2016", "total", 4215),
        ("duesseldorf", "05111", "2016", "business-and-industry", 1731),
        ("hamburg", "02000", "1990", "total", 20705),
        ("hamburg", "02000", "2017", "total", 16398),
        ("hamburg", "02000", "2017", "industry", 4589),
    ],
)
def test_city_balances(source: str, geo: str, year: str, sector: str, expected: int) -> None:
    assert value(f"klimawatch-{source}", "city_co2_kt", geo, year, sector) == expected


def test_sectors_of_a_city_add_up() -> None:
    for source in ("klimawatch-duesseldorf", "klimawatch-hamburg"):
        wide = extract(source).filter(measure="city_co2_kt").pivot("branch", index="period", values="value")
        sectors = [name for name in wide.columns if name not in ("period", "total")]
        assert (wide["total"] - wide.select(sectors).sum_horizontal()).abs().max() <= 2
    assert value("klimawatch-hamburg", "city_co2_planned_kt", "02000", "2030", "industry") == 2991


def test_industrial_land_2015() -> None:
    land = dict(extract("regionalstatistik-33111-01-01-4").filter(period="2015").select("geo", "value").iter_rows())
    assert (land["05111"], land["02"]) == (1029, 4501)
    assert [land[key] for key in REVIER] == [457, 1351, 1071, 698, 1519, 557, 730]


def test_deflator() -> None:
    wide = extract("destatis-81000-0001").pivot("measure", index="period", values="value")
    deflator = dict(
        wide.select(
            "period", (100 * pl.col("gva_current_bn_eur") / pl.col("gva_chain_2020_bn_eur")).round(1)
        ).iter_rows()
    )
    assert (deflator["2016"], deflator["2020"], deflator["2024"]) == (92.3, 100.0, 120.3)


def test_population_is_plausible_and_both_series_meet() -> None:
    official = extract("destatis-12411-0018")
    totals = dict(official.group_by("period").agg(pl.col("value").sum()).iter_rows())
    assert totals["2020"] == 83_155_031
    older = extract("demandregio-population")
    both = older.filter(period="2015").join(official.filter(period="2015"), on="geo")
    assert both.height == 400 and (both["value"] == both["value_right"]).all()
    assert older.filter(geo="03159", period="2015")["value"].item() == 255_653 + 73_885


def test_population_from_2011_rests_on_the_census_of_2011() -> None:
    totals = dict(extract("demandregio-population").group_by("period").agg(pl.col("value").sum()).iter_rows())
    assert [totals[year] for year in ("2011", "2012", "2013", "2014")] == [80327900, 80523746, 80767463, 81197537]
    hamburg = dict(extract("demandregio-population").filter(geo="02000").select("period", "value").iter_rows())
    assert hamburg["2011"] / hamburg["2010"] - 1 == pytest.approx(-0.038, abs=0.001)


def test_area() -> None:
    assert value("destatis-kreise", "area_km2", "05111", "2018") == 217.41
    assert extract("destatis-kreise")["value"].sum() == pytest.approx(357_574.84, abs=0.1)


@pytest.mark.parametrize(
    ("geo", "year", "expected"),
    [
        ("rheinisches-revier", "2008", 72.35),
        ("rheinisches-revier", "2015", 86.93),
        ("rheinisches-revier", "2021", 100.7),
        ("DG", "2008", 66.26),
        ("DG", "2021", 89.97),
        ("05111", "2017", 108.21),
    ],
)
def test_inkar_productivity(geo: str, year: str, expected: float) -> None:
    assert value("inkar-2024", "inkar_q_bws_2sektor", geo, year) == expected


def test_delivery_shares_to_industry_2014() -> None:
    flows, output = extract("wiod-niot-2016", "io_flows"), extract("wiod-niot-2016", "io_output")
    industry = pl.col("receiver").str.contains("^[BCDE]")
    delivered = flows.filter(industry).group_by("deliverer").agg(pl.col("value_musd").sum())
    joined = output.join(delivered, left_on="branch", right_on="deliverer")
    groups = {"G-I": "^[GHI]", "J": "^J", "K": "^K", "L": "^L", "M-N": "^[MN]", "O-Q": "^[OPQ]", "F": "^F"}
    shares = {}
    for name, pattern in groups.items():
        part = joined.filter(pl.col("branch").str.contains(pattern))
        shares[name] = round(100 * part["value_musd"].sum() / part["output_musd"].sum(), 1)
    assert shares == {"G-I": 18.3, "J": 7.5, "K": 8.5, "L": 6.3, "M-N": 22.7, "O-Q": 3.0, "F": 5.7}


def test_boundaries_hold_the_nine_districts_and_neuwerk_is_hamburg() -> None:
    boundaries = extract("bkg-vg5000-2023")
    assert {"05111", "02000", *REVIER} <= set(boundaries["ags"])
    assert placement.district_of_points([8.5], [53.92], boundaries) == ["02000"]


def test_sites_stand_where_boundaries_and_exceptions_put_them() -> None:
    sites = extract("eutl", "sites")
    exceptions = placement.load_exceptions(RAW / "eutl" / placement.EXCEPTIONS)
    again = placement.place_sites(sites.drop("district", "placed_by"), extract("bkg-vg5000-2023"), exceptions)
    assert again.select(sites.columns).equals(sites)
    assert sites.filter(placed_by="exception").height == exceptions.height


def test_emissions_2018_by_region_and_class() -> None:
    emitted = extract("eutl", "site_emissions").filter(year=2018).join(extract("eutl", "sites"), on="site_id")
    regions = {"duesseldorf": ["05111"], "hamburg": ["02000"], "revier": REVIER}
    found = {
        (region, name): round(
            emitted.filter(pl.col("district").is_in(keys), pl.col("class") == name)["emissions_t_co2e"].sum()
        )
        for region, keys in regions.items()
        for name in ("industry", "energy", "unclassified")
    }
    assert found == {
        ("duesseldorf", "industry"): 287_754,
        ("duesseldorf", "energy"): 1_574_250,
        ("duesseldorf", "unclassified"): 0,
        ("hamburg", "industry"): 1_936_219,
        ("hamburg", "energy"): 7_843_682,
        ("hamburg", "unclassified"): 0,
        ("revier", "industry"): 6_390_105,
        ("revier", "energy"): 81_380_378,
        ("revier", "unclassified"): 145_797,
    }
