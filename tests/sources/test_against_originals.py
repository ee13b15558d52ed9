"""The publishers' files, where they stand beside the project: the bundle is what importing them gives."""

from pathlib import Path

import polars as pl
import pytest

from analysis.sources import extracts, genesis_flat, importing, placement
from analysis.sources.observations import cell_status, geo_level
from analysis.sources.originals import read_originals

HERE = Path(__file__).resolve()
RAW = HERE.parents[2] / "data/raw"
SHARED = HERE.parents[2] / "../shared/data"
pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files do not stand beside the project")

FILES = {
    "bkg-vg5000-2023": "07_*/*.geojson",
    "demandregio-population": "08_*/openffe_*.csv",
    "destatis-12411-0018": "08_*/12411-0018.csv",
    "destatis-81000-0001": "16_*/*.zip",
    "destatis-kreise": "08_*/04-kreise.xlsx",
    "eurostat-nama-10r-3empers": "04_*/*.csv",
    "eutl": "09_*/[cin]*.csv",
    "inkar-2024": "13_*/wirtschaft.parquet",
    "klimawatch-duesseldorf": "18_*/duesseldorf.csv",
    "klimawatch-hamburg": "18_*/hamburg.csv",
    "regionalstatistik-13111-01-03-4": "02_*/13111-01-03-4.xlsx",
    "regionalstatistik-13111-07-05-4": "01_*/*.csv",
    "regionalstatistik-33111-01-01-4": "20_*/33111-01-01-4.xlsx",
    "regionalstatistik-82111-01-05-4": "02_*/82111-01-05-4.xlsx",
    "wiod-niot-2016": "11_*/*.csv",
}
NUTS_3 = {
    "DEA11": "05111",
    "DE600": "02000",
    "DEA15": "05116",
    "DEA1D": "05162",
    "DEA2D": "05334",
    "DEA26": "05358",
    "DEA27": "05362",
    "DEA28": "05366",
    "DEA29": "05370",
}


@pytest.mark.parametrize("source", FILES)
def test_importing_the_originals_gives_the_bundle(source: str, tmp_path: Path) -> None:
    for needed in (
        "bkg-vg5000-2023/boundaries.parquet",
        "bkg-vg5000-2023/source.toml",
        "eutl/placement_exceptions.csv",
    ):
        (tmp_path / needed).parent.mkdir(exist_ok=True)
        (tmp_path / needed).write_bytes((RAW / needed).read_bytes())
    report = importing.import_file(sorted(SHARED.glob(FILES[source])), source, tmp_path)
    for file in report.folder.iterdir():
        assert file.read_bytes() == (RAW / source / file.name).read_bytes(), file.name


def test_sites_differ_from_the_derived_table_in_four_units_and_no_more() -> None:
    derived = pl.read_csv(next(SHARED.glob("09_*/DERIVED_*.csv")), infer_schema=False)
    theirs = derived.unique("installation_id").select(
        site_id="installation_id", theirs=pl.col("nuts3").replace_strict(NUTS_3)
    )
    ours = extracts.read_extract(RAW, "eutl", "sites").select("site_id", "district")
    both = ours.join(theirs, on="site_id", how="full", coalesce=True)
    studied = pl.col("district").is_in(list(NUTS_3.values())) | pl.col("theirs").is_not_null()
    different = both.filter(studied, pl.col("district").ne_missing(pl.col("theirs")))
    assert sorted(different.rows()) == [
        ("DE_1570", "01062", "02000"),  # Stapelfeld: Hamburg in its address only, the site stands in Stormarn
        ("DE_2694", "05362", None),  # carbon black in Kalscheuren: address in Köln, polygon of Rhein-Erft
        ("DE_3397", "05362", None),
        ("DE_3398", "05362", None),
    ]


def test_the_sample_totals_of_2018_follow_when_the_four_units_are_moved_back() -> None:
    emitted = extracts.read_extract(RAW, "eutl", "site_emissions").filter(year=2018)
    of = dict(emitted.select("site_id", "emissions_t_co2e").iter_rows())
    kalscheuren = of["DE_2694"] + of["DE_3397"] + of["DE_3398"]
    assert round(kalscheuren / 1e6, 3) == 0.317
    # The sample counts the unclassified (145,797 t) with the industry of the Revier.
    assert round((6_390_105 + 145_797 - kalscheuren) / 1e6, 2) == 6.22
    assert round((7_843_682 + of["DE_1570"]) / 1e6, 2) == 7.86


def test_emissions_equal_the_derived_table_from_2013_on() -> None:
    derived = pl.read_csv(next(SHARED.glob("09_*/DERIVED_*.csv")), infer_schema=False).select(
        site_id="installation_id", year=pl.col("year").cast(pl.Int64), theirs=pl.col("emission_t").cast(pl.Float64)
    )
    ours = extracts.read_extract(RAW, "eutl", "site_emissions")
    both = derived.filter(pl.col("year") >= 2013).join(ours, on=["site_id", "year"], how="left")
    assert both.height > 1100 and (both["theirs"] == both["emissions_t_co2e"]).all()


def test_table_13111_01_03_4_of_2025_is_not_loaded_rather_than_zero() -> None:
    from analysis.sources import dashes

    original = read_originals([next(SHARED.glob("01b_*/*.zip"))])[0]
    records = []
    for row in genesis_flat.read_flat(original):
        geo = row.fields["1_variable_attribute_code"]
        attributes = [row.fields[f"{number}_variable_attribute_code"] for number in (2, 3)]
        if not any(attributes):
            records.append((geo, geo_level(geo), *cell_status(row.fields["value"])))
    frame = pl.DataFrame(records, schema=["geo", "geo_level", "value", "status"], orient="row").with_columns(
        measure=pl.lit("employees_total"), branch=pl.lit("total"), period=pl.lit("2025")
    )
    resolved = dashes.resolve(frame)
    assert resolved.filter(geo="02")["value"].item() == 1_084_974
    assert resolved.filter(geo="02000")["status"].item() == "not_available"
    assert resolved.filter(geo="05111")["status"].item() == "not_available"
    assert not resolved.filter(geo_level="district", status="zero").height


def test_exceptions_name_municipalities_of_their_district() -> None:
    import fastexcel

    workbook = fastexcel.read_excel(next(SHARED.glob("19_*/*.xlsx")))
    rows = workbook.load_sheet(1, header_row=None, skip_rows=0, dtypes="string").to_polars().rows()
    towns = {(row[7].split(",")[0], "".join(row[2:5])) for row in rows if row[0] == "60"}
    sites = extracts.read_extract(RAW, "eutl", "sites")
    exceptions = placement.load_exceptions(RAW / "eutl" / placement.EXCEPTIONS)
    for city, district in sites.join(exceptions, on="site_id").select("city", "district").iter_rows():
        assert (city, district) in towns
