"""District keys through time: the table, and what it makes of the bundled figures and of the publishers' own files."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import territory
from analysis.errors import StudyError
from analysis.sources import extracts

RAW = Path(__file__).resolve().parents[1] / "data/raw"
TABLE = territory.load(RAW)
SHARED = RAW.parents[1] / "../shared/data"
WITHOUT_A_FIGURE = ("-", "")
needs_files = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files do not stand beside the project")


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
        gone = TABLE.filter(pl.col("kind").is_in(["merged", "reorganised"]))
        for key, first, last, successor in gone.select(
            "source_key", "valid_from", "valid_to", "district_2023"
        ).iter_rows():
            both = [
                year for geo, year in present if geo == key and first <= year <= last and (successor, year) in present
            ]
            assert not both, (source, key, both)


REFORMS = {
    "15": ("2007-07-01", {"15001", "15002", "15003", *(f"150{number}" for number in range(81, 92))}),
    "14": ("2008-08-01", {"14511", "14612", "14713", "14729", "14730"} | {f"1452{n}" for n in range(1, 5)}
           | {f"1462{n}" for n in range(5, 9)}),
    "05": ("2009-10-21", {"05334"}),
    "13": ("2011-09-04", {f"1307{number}" for number in range(1, 7)}),
    "03": ("2016-11-01", {"03159"}),
    "16": ("2021-07-01", {"16063"}),
}  # fmt: skip


def test_every_reform_since_2007_is_dated_and_names_its_successors() -> None:
    ended = TABLE.filter(pl.col("kind").is_in(territory.ENDED))
    assert set(ended["source_key"].str.slice(0, 2)) == set(REFORMS)
    for land, (day, successors) in REFORMS.items():
        own = ended.filter(pl.col("source_key").str.starts_with(land))
        assert own["change_date"].unique().to_list() == [day]
        assert set(own["district_2023"].drop_nulls()) <= successors
        assert own["valid_to"].unique().to_list() == [int(day[:4])]
    split = set(ended.filter(kind="split")["source_key"])
    assert {"15151", "15352", "13052"} <= split, "Anhalt-Zerbst, Aschersleben-Staßfurt and Demmin were divided"


@given(st.sampled_from(TABLE["source_key"].to_list()), st.integers(1975, 2030))
def test_resolving_is_idempotent_and_no_key_means_two_things(key: str, year: int) -> None:
    valid = TABLE.filter(pl.col("source_key") == key, pl.lit(year).is_between("valid_from", "valid_to"))
    assert valid.height <= 1
    successors = valid["district_2023"].drop_nulls()
    again = territory.resolve(pl.DataFrame({"source_key": successors, "year": [year] * len(successors)},
                                           schema={"source_key": pl.String, "year": pl.Int64}), TABLE)  # fmt: skip
    assert again["district_2023"].equals(successors.rename("district_2023"))
    assert set(again["kind"]) <= {"identity"}


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
        ("16056,1975,2021,16063,2021-07-01,joined", "16056,1975,2021,16063,2021-07-01,vereint", "unknown kind"),
        ("16056,1975,2021,16063,2021-07-01", "16056,1975,2021,16063,", "without its date"),
        ("03156,1975,2016,03159,2016-11-01", "03156,1975,2016,03159,2017-11-01", "without its date"),
        ("03156,1975,2016,03159,2016-11-01", "03156,1975,2015,03159,2015-11-01", "another end"),
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


# -- the publishers' own files --------------------------------------------------------------------------------------


def workbook(pattern: str, column: int) -> Iterator[tuple[str, int, str]]:
    """Key, year and text of a workbook whose year stands alone above its block."""
    year = 0
    sheet = fastexcel.read_excel(next(SHARED.glob(pattern))).load_sheet(0, header_row=None, dtypes="string")
    for row in sheet.to_polars().iter_rows():
        first = (row[0] or "").strip()
        stated = re.fullmatch(r"(?:\d\d\.\d\d\.)?((?:19|20)\d\d)", first)
        if stated:
            year = int(stated[1])
        elif re.fullmatch(r"DG|\d{2,8}", first):
            yield first, year, (row[column] or "").strip()


def employees_by_branch() -> Iterator[tuple[str, int, str]]:
    for file in sorted(SHARED.glob("01_*/*.csv")):
        for row in csv.reader(io.StringIO(file.read_text("latin-1")), delimiter=";"):
            if len(row) == 9 and row[2].strip() == "Insgesamt":
                yield row[0].strip(), int(file.stem[-4:]), row[3]


def population() -> Iterator[tuple[str, int, str]]:
    for row in csv.reader(io.StringIO(next(SHARED.glob("08_*/12411*")).read_text("latin-1")), delimiter=";"):
        if row and re.fullmatch(r"\d\d\.\d\d\.\d{4}", row[0]):
            known = [int(text) for text in row[3:] if text.isdecimal()]
            yield row[1].strip(), int(row[0][-4:]), str(sum(known)) if known else "-"


def lists() -> Iterator[tuple[str, int, str]]:
    """The files that give one year, or one row per key, without a block for each year."""
    for feature in json.loads(next(SHARED.glob("07_*/*.geojson")).read_text("utf-8"))["features"]:
        yield feature["properties"]["AGS"], 2023, feature["properties"]["NUTS"]
    for row in csv.DictReader(io.StringIO(next(SHARED.glob("08_*/districts.csv")).read_text("utf-8")), delimiter=";"):
        yield row["AGS"], 2018, row["NUTS3"]
    for row in csv.reader(io.StringIO(next(SHARED.glob("21_*/*.csv")).read_text("utf-8-sig")), delimiter=";"):
        if row[0].isdecimal():
            yield row[0], 2017, row[3]
    flat = next(SHARED.glob("25_*/*flat.csv")).read_text("utf-8-sig")
    for row in csv.DictReader(io.StringIO(flat), delimiter=";"):
        if row["2_variable_attribute_label"] == "Insgesamt" and row["value_variable_code"] == "ISV006":
            yield row["1_variable_attribute_code"], int(row["time"]), row["value"]


def inkar() -> Iterator[tuple[str, int, str]]:
    table = pl.read_parquet(
        next(SHARED.glob("13_*/wirtschaft.parquet")), columns=["raumbezug", "kennziffer", "zeitbezug"]
    )
    for key, time in table.filter(raumbezug="Kreise").select("kennziffer", "zeitbezug").unique().iter_rows():
        yield key[:5], int(time[:4]), "given"


FILES = {
    "01 employees by branch": employees_by_branch,
    "02 employees": lambda: workbook("02_*/13111-01-03-4.xlsx", 2),
    "02 gdp": lambda: workbook("02_*/82111-01-05-4.xlsx", 2),
    "02 value added": lambda: workbook("02_*/82111-01-05-4.xlsx", 5),
    "08 population": population,
    "13 inkar": inkar,
    "20 employees at home": lambda: workbook("20_*/13111-02-02-4.xlsx", 2),
    "20 area to 2015": lambda: workbook("20_*/33111-01-01-4.xlsx", 2),
    "20 area from 2016": lambda: workbook("20_*/33111-01-02-4.xlsx", 2),
    "20 income": lambda: workbook("20_*/82411-01-03-4.xlsx", 2),
    "07, 08, 21, 25": lists,
}
CITY_STATES = ("02", "11")


def figures(name: str) -> pl.DataFrame:
    """source_key, year and value (null where none is printed) of Germany and all districts with a figure."""
    rows = pl.DataFrame(
        list(FILES[name]()), schema={"source_key": pl.String, "year": pl.Int64, "text": pl.String}, orient="row"
    )
    key = pl.col("source_key")
    is_district = key.str.len_chars().is_in([5, 8]) | key.is_in(["DG", *CITY_STATES])
    return rows.filter(is_district, ~pl.col("text").is_in(WITHOUT_A_FIGURE)).select(
        "source_key", "year", value=pl.col("text").cast(pl.Float64, strict=False)
    )


@needs_files
@pytest.mark.parametrize("name", FILES)
def test_every_district_key_of_an_official_file_has_its_place(name: str) -> None:
    keys = {key for key, _, _ in FILES[name]() if re.fullmatch(r"\d{5}", key)}
    assert keys <= set(TABLE["source_key"])
    found = figures(name).filter(pl.col("source_key") != "DG")
    moved = territory.resolve(found, TABLE)
    assert moved.height == found.height
    divided = (pl.col("kind") == "split") & pl.col("source_key").str.starts_with("13")
    reached = moved.group_by("year").agg(pl.col("district_2023").drop_nulls().n_unique(), divided.any())
    for year, districts, two_are_missing in reached.iter_rows():
        assert districts == (398 if two_are_missing else 400), year


ADDITIVE = ("01 employees by branch", "02 employees", "02 gdp", "02 value added", "20 employees at home",
            "20 area to 2015", "20 area from 2016", "20 income")  # fmt: skip
# Of 1996, 2000 and 2004 the file gives the old and the new districts of Saxony and Saxony-Anhalt, what was split too;
# of 2014 the other one repeats the Germany of 2013.
NOT_TO_BE_ADDED = {
    ("20 area to 2015", 1996),
    ("20 area to 2015", 2000),
    ("20 area to 2015", 2004),
    ("20 employees at home", 2014),
}


@needs_files
@pytest.mark.parametrize("name", ADDITIVE)
def test_moving_keeps_the_total_of_germany(name: str) -> None:
    """What is moved and what is split add up to the file's own Germany; where nothing is split, the moved alone do."""
    found = figures(name)
    germany = dict(found.filter(source_key="DG").select("year", "value").iter_rows())
    moved = territory.resolve(found.filter(pl.col("source_key") != "DG"), TABLE)
    years = [year for year in germany if (name, year) not in NOT_TO_BE_ADDED]
    assert len(years) >= 3
    for year in years:
        own = moved.filter(pl.col("kind") != "municipality", year=year)
        itself = own.filter(kind="identity").select("district_2023")
        given_twice = own.filter(pl.col("kind").is_in(["merged", "reorganised"])).join(itself, on="district_2023")
        assert set(given_twice["source_key"]) <= {"03152", "03156", "05334002"}
        own = own.join(given_twice, on="source_key", how="anti")
        total = own.drop_nulls("district_2023")["value"].sum()
        assert total + own.filter(kind="split")["value"].sum() == pytest.approx(germany[year], rel=3e-4), year
        if "split" not in own["kind"]:
            assert total == pytest.approx(germany[year], rel=3e-4), year
            assert own["district_2023"].n_unique() == 400


@needs_files
def test_the_error_that_is_left_out_above_is_still_in_the_file() -> None:
    germany = dict(figures("20 employees at home").filter(source_key="DG").select("year", "value").iter_rows())
    assert germany[2014] == germany[2013], "Delete the exception in NOT_TO_BE_ADDED."


def areas() -> dict[tuple[str, int], float]:
    return {(key, year): value for key, year, value in figures("20 area to 2015").iter_rows() if value is not None}


@needs_files
def test_what_is_moved_whole_has_the_area_of_its_successor() -> None:
    """Hectares of the last year before each reform, against the new district calculated back or in its first year."""
    area = areas()
    parts = (
        TABLE.filter(pl.col("kind").is_in(["merged", "reorganised"]))
        .group_by("district_2023")
        .agg("source_key", "valid_to")
    )
    before_and_after = {2007: (2004, 2004), 2008: (2004, 2004), 2009: (2008, 2009), 2011: (2010, 2011)}
    compared = 0
    for successor, keys, ends in parts.iter_rows():
        if ends[0] not in before_and_after:
            continue
        before, after = before_and_after[ends[0]]
        assert sum(area[key, before] for key in keys) == pytest.approx(area[successor, after], abs=200), successor
        compared += 1
    assert compared == 26


@needs_files
def test_what_is_split_was_divided_among_the_successors_without_a_district_of_their_own() -> None:
    area = areas()
    rest = {"15001": ["15101"], "15082": ["15154", "15159"], "15086": ["15358"], "15091": ["15171"]}
    gained = sum(area[new, 2004] - sum(area[old, 2004] for old in parts) for new, parts in rest.items())
    assert gained == area["15151", 2004], "Anhalt-Zerbst went to four districts, to the hectare"
    harz = area["15085", 2004] - sum(area[key, 2004] for key in ("15357", "15364", "15369"))
    salzland = area["15089", 2004] - area["15153", 2004] - area["15367", 2004]
    assert harz + salzland == area["15352", 2004] and harz > 0 and salzland > 0
    greifswald = area["13075", 2011] - sum(area[key, 2010] for key in ("13001", "13059", "13062"))
    assert 0 < greifswald < area["13052", 2010], "a part of Demmin"
