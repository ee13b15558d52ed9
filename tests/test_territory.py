"""District keys through time: the table, and what it makes of the bundled figures."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import territory
from analysis.errors import StudyError
from analysis.sources import extracts

RAW = Path(__file__).resolve().parents[1] / "data/raw"
TABLE = territory.load(RAW)


def districts(source: str, measure: str, year: str, branch: str = "total") -> dict[str, float]:
    """Value by district of 2023: the parts with a figure, added up."""
    rows = (
        extracts.read_extract(RAW, source)
        .filter(pl.col("status") != "not_applicable", measure=measure, period=year, branch=branch)
        .filter(pl.col("geo_level").is_in(["district", "municipality"]) | pl.col("geo").is_in(["02", "11"]))
        .select("value", source_key="geo", year=pl.col("period").cast(pl.Int64))
    )
    moved = territory.resolve(rows, TABLE).drop_nulls("district_2023")
    return dict(moved.group_by("district_2023").agg(pl.col("value").sum()).iter_rows())


def test_all_400_districts_are_themselves() -> None:
    boundaries = extracts.read_extract(RAW, "bkg-vg5000-2023")
    assert set(TABLE.filter(kind="identity")["source_key"]) == set(boundaries["ags"])


def test_hamburg_is_land_and_district() -> None:
    found = districts("regionalstatistik-13111-07-05-4", "employees", "2020")
    assert found["02000"] == 997_534
    assert len(found) == 400


def test_aachen_before_2010_is_its_two_parts_and_from_2010_itself() -> None:
    source, measure = "regionalstatistik-13111-01-03-4", "employees_total"
    assert districts(source, measure, "2008")["05334"] == 71_131 + 110_954
    assert districts(source, measure, "2009")["05334"] == 71_291 + 109_867
    assert districts(source, measure, "2010")["05334"] == 183_788


def test_goettingen_before_the_merger_is_goettingen_and_osterode() -> None:
    source = "regionalstatistik-13111-07-05-4"
    rows = extracts.read_extract(RAW, source).filter(branch="total", period="2015")
    parts = dict(rows.filter(pl.col("geo").is_in(["03152", "03156"])).select("geo", "value").iter_rows())
    assert parts["03152"] == 99_252
    assert districts(source, "employees", "2015")["03159"] == sum(parts.values())
    assert districts("destatis-12411-0018", "population", "2015")["03159"] == 329_538


def test_eisenach_joins_the_wartburgkreis() -> None:
    rows = extracts.read_extract(RAW, "regionalstatistik-13111-07-05-4").filter(branch="total", period="2015")
    parts = dict(rows.filter(pl.col("geo").is_in(["16056", "16063"])).select("geo", "value").iter_rows())
    found = districts("regionalstatistik-13111-07-05-4", "employees", "2015")
    assert parts["16056"] == 23_938
    assert found["16063"] == sum(parts.values())
    assert "16056" not in found


def test_mecklenburg_before_2011_has_four_districts_that_can_be_moved_and_two_that_cannot() -> None:
    found = districts("regionalstatistik-13111-01-03-4", "employees_total", "2010")
    assert {"13072", "13073", "13074", "13076"} <= set(found)
    assert not {"13071", "13075"} & set(found)
    assert len(found) == 398


@pytest.mark.parametrize(
    ("source", "measure", "years"),
    [
        ("regionalstatistik-13111-07-05-4", "employees", range(2015, 2021)),
        ("regionalstatistik-13111-01-03-4", "employees_total", range(2012, 2020)),
        ("regionalstatistik-82111-01-05-4", "gdp_thousand_eur", range(2000, 2018)),
    ],
)
def test_the_districts_of_2023_add_up_to_germany(source: str, measure: str, years: range) -> None:
    whole = extracts.read_extract(RAW, source).filter(measure=measure, branch="total", geo="DG")
    germany = dict(whole.select("period", "value").iter_rows())
    for year in years:
        found = districts(source, measure, str(year))
        assert len(found) == 400
        assert sum(found.values()) == pytest.approx(germany[str(year)], rel=3e-4)


def test_outside_its_years_a_dissolved_key_carries_only_not_applicable() -> None:
    for meta in extracts.list_sources(RAW):
        if meta.kind != "observations":
            continue
        figures = extracts.read_extract(RAW, meta.id).filter(
            (pl.col("status") != "not_applicable") & pl.col("geo_level").is_in(["district", "municipality"])
        )
        keys = figures.select(source_key="geo", year=pl.col("period").str.slice(0, 4).cast(pl.Int64))
        assert territory.resolve(keys, TABLE).height == keys.height, meta.id


def test_a_district_and_its_successor_never_carry_the_same_year() -> None:
    for source in ("regionalstatistik-13111-01-03-4", "regionalstatistik-33111-01-01-4", "destatis-12411-0018"):
        figures = extracts.read_extract(RAW, source).filter(pl.col("status") != "not_applicable")
        present = {(geo, int(year)) for geo, year in figures.select("geo", "period").iter_rows()}
        gone = TABLE.filter(pl.col("kind").is_in(["merged", "reorganised"]), pl.col("source_key") != "16056")
        for key, first, last, successor in gone.select(
            "source_key", "valid_from", "valid_to", "district_2023"
        ).iter_rows():
            both = [
                year for geo, year in present if geo == key and first <= year <= last and (successor, year) in present
            ]
            assert not both, (source, key, both)


@given(st.lists(st.tuples(st.sampled_from(TABLE["source_key"].to_list()), st.integers(1990, 2007)), max_size=30))
def test_rows_are_never_lost_nor_doubled(rows: list[tuple[str, int]]) -> None:
    keys = pl.DataFrame(rows, schema={"source_key": pl.String, "year": pl.Int64}, orient="row")
    known = keys.filter(pl.col("source_key") != "05334004")
    assert territory.resolve(known, TABLE).select("source_key", "year").equals(known)


def test_unknown_keys_and_years_are_named() -> None:
    keys = pl.DataFrame({"source_key": ["05111", "05999", "05354"], "year": [2020, 2020, 2015]})
    with pytest.raises(StudyError, match=r"2 rows.*05354 in 2015, 05999 in 2020"):
        territory.resolve(keys, TABLE)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("05111,1975,9999,05111", "05111,1975,9999,05112", "identity that is another district"),
        ("16056,1975,2021,16063", "16056,1975,2021,16064x", "no district of 2023"),
        ("16056,1975,2021,16063,2021-07-01,merged", "16056,1975,2021,16063,2021-07-01,vereint", "unknown kind"),
        ("05334002,2010,9999", "05334002,2009,9999", "overlap"),
        ("13052,1975,2011,,", "13052,1975,2011,13071,", "a district where there is none"),
        ("16056,1975,2021", "16056,2022,2021", "wrong order"),
    ],
)
def test_a_damaged_table_stops(old: str, new: str, words: str, tmp_path: Path) -> None:
    text = (RAW / territory.FILE).read_text("utf-8")
    assert old in text
    (tmp_path / territory.FILE).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(StudyError, match=words):
        territory.load(tmp_path)
