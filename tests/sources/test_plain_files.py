"""The plain CSV sources, INKAR's Parquet and the input-output table, each with its trap."""

import io

import polars as pl
import pytest

from analysis.errors import StudyError
from analysis.sources import demandregio, eurostat_tidy, inkar, klimawatch, published_figures, wiod
from analysis.sources.originals import Original

CITY = """year,category,type,co2,note
1987,Private Haushalte,real,1.953,
1987,Gesamt,real,7869,
2016,Einwohner,Einwohner,635704,
"""


def source(text: str, name: str = "file.csv") -> list[Original]:
    return [Original(name, text.encode())]


def test_a_point_before_three_digits_groups_thousands_in_a_city_balance() -> None:
    frame = klimawatch.city_co2(source(CITY), "klimawatch-duesseldorf").tables["extract"]
    assert frame.select("branch", "value", "row").rows() == [("households", 1953.0, "L2C4"), ("total", 7869.0, "L3C4")]
    assert frame["geo"].unique().item() == "05111"


def test_planned_values_are_a_measure_of_their_own_and_new_types_stop() -> None:
    text = "year,category,type,co2,note\n2030,Industrie,geplant,2991,\n2017,Industrie,real,4589,\n"
    frame = klimawatch.city_co2(source(text), "klimawatch-hamburg").tables["extract"]
    assert dict(frame.select("measure", "value").iter_rows()) == {
        "city_co2_planned_kt": 2991.0,
        "city_co2_kt": 4589.0,
    }
    with pytest.raises(StudyError, match="geschätzt"):
        klimawatch.city_co2(source(text.replace("geplant", "geschätzt")), "klimawatch-hamburg")


def test_nuts_areas_become_official_keys() -> None:
    text = "geo,year,nace_r2,wstatus,unit,value_persons\n"
    text += "DEA11,2008,B-E,EMP,PERSONS,47270\nDE600,2017,TOTAL,EMP,PERSONS,1\n"
    frame = eurostat_tidy.persons_employed(source(text), "s").tables["extract"]
    assert frame.select("geo", "branch", "value").rows() == [("05111", "B-E", 47270.0), ("02000", "total", 1.0)]
    with pytest.raises(StudyError, match="DEA12"):
        eurostat_tidy.persons_employed(source(text.replace("DEA11", "DEA12")), "s")
    with pytest.raises(StudyError, match="THS"):
        eurostat_tidy.persons_employed(source(text.replace("EMP,PERSONS,47270", "EMP,THS,47")), "s")


def test_numeric_region_ids_get_their_leading_zero_back() -> None:
    text = "idx,id_spatial,id_region_type,id_region,year,internal_id,value\n0,1,4,5111000,2015,,612178.0\n"
    frame = demandregio.population(source(text), "s").tables["extract"]
    assert frame.select("geo", "period", "value", "row").row(0) == ("05111", "2015", 612178.0, "L2C7")
    with pytest.raises(StudyError, match="no district"):
        demandregio.population(source(text.replace("5111000", "5111004")), "s")


def test_a_ragged_row_or_a_missing_column_stops() -> None:
    with pytest.raises(StudyError, match="4 fields, the header 5"):
        klimawatch.city_co2(source(CITY + "2016,Gesamt,real,4215\n"), "klimawatch-duesseldorf")
    with pytest.raises(StudyError, match="co2"):
        klimawatch.city_co2(source(CITY.replace("co2", "ghg")), "klimawatch-duesseldorf")


def test_published_figures_need_text_and_source() -> None:
    header = ",".join(published_figures.COLUMNS)
    rows = "PF01,duesseldorf,network_jobs,94800,94.800,Personen,2019,IHK,\n"
    rows += "PF02,duesseldorf,share,,fast ein Viertel,Anteil,2019,IHK,\n"
    frame = published_figures.figures(source(f"{header}\n{rows}"), "s").tables["published"]
    assert frame["value"].to_list() == [94800.0, None]
    with pytest.raises(StudyError, match="value_text"):
        published_figures.figures(source(f"{header}\n{rows.replace('fast ein Viertel', '')}"), "s")
    with pytest.raises(StudyError, match="twice"):
        published_figures.figures(source(f"{header}\n{rows.replace('PF02', 'PF01')}"), "s")


def inkar_file(**changes: object) -> list[Original]:
    rows = [
        ("Kreise", "05111000", "Düsseldorf"),
        ("Kreise", "02000000", "Hamburg"),
        ("Bundesländer", "02", "Hamburg"),
        ("Bundesländer", "05", "Nordrhein-Westfalen"),
        ("Bund", "111", "Bundesrepublik Deutschland"),
        ("Braunkohlereviere (auch nicht förderfähige)", "4", "Rheinisches Revier"),
        ("Braunkohlereviere (auch nicht förderfähige)", "1", "Mitteldeutsches Revier"),
    ]
    frame = pl.DataFrame(rows, schema=["raumbezug", "kennziffer", "name"], orient="row").with_columns(
        zeitbezug=pl.lit("2015"), **{name: pl.lit(86.93) for name in inkar.MEASURES}
    )
    content = io.BytesIO()
    frame.with_columns(**{"q_iinvest": pl.Series([float("nan")] * 7), **changes}).write_parquet(content)
    return [Original("wirtschaft.parquet", content.getvalue())]


def test_inkar_takes_each_area_once_and_leaves_out_years_without_any_value() -> None:
    frame = inkar.selection(inkar_file(), "s").tables["extract"]
    assert sorted(frame["geo"].unique()) == ["02000", "05", "05111", "DG", "rheinisches-revier"]
    assert "inkar_q_iinvest" not in frame["measure"]
    revier = frame.filter(geo="rheinisches-revier", measure="inkar_q_bws_2sektor").row(0, named=True)
    assert (revier["value"], revier["geo_level"], revier["row"]) == (86.93, "region", "R6:q_bws_2sektor")


def test_one_missing_value_in_inkar_is_not_available() -> None:
    frame = inkar.selection(inkar_file(q_iumsatz=pl.Series([None, *[1.0] * 6])), "s").tables["extract"]
    assert frame.filter(geo="05111", measure="inkar_q_iumsatz")["status"].item() == "not_available"


def io_table(output_of_first: str = "17 953") -> list[Original]:
    """56 branches that each deliver only to exports, the first one also to itself."""
    codes = [f"X{number:02d}" for number in range(56)]
    header = ["Year", "Code", "Description", "Origin", *codes, *wiod.FINAL_USES, "GO"]
    lines = [";".join(header), ";" * (len(header) - 1)]
    for number, code in enumerate(codes):
        inside, output = ("7 953", output_of_first) if number == 0 else ("0", "10 000")
        flows = [inside if to == code else "0" for to in codes]
        lines.append(";".join(["2014", code, f'"{code}; a branch"', "Domestic", *flows, *["0"] * 5, "10 000", output]))
    lines.append(";".join(["2014", "X00", "imported", "Imports", "5", *["0"] * 61, "0"]))
    lines.append(";".join(["2014", "VA", "Value added", "TOT", *["4 000"] * 56, *["0"] * 7]))
    lines.append(";".join(["2014", "GO", "Output", "TOT", output_of_first, *["10 000"] * 55, *["0"] * 7]))
    return [Original("niot.csv", "\n".join(lines).encode("utf-8-sig"))]


def test_the_input_output_table_is_taken_apart_and_balances() -> None:
    tables = wiod.tables(io_table(), "s").tables
    assert [tables[name].height for name in ("io_flows", "io_final_use", "io_output")] == [3136, 336, 56]
    first = tables["io_output"].row(0, named=True)
    assert (first["output_musd"], first["value_added_musd"], first["imports_musd"]) == (17953.0, 4000.0, 5.0)
    assert tables["io_flows"].row(0) == ("X00", "X00", 2014, 7953.0, "L3C5")


def test_a_table_that_does_not_balance_stops() -> None:
    with pytest.raises(StudyError, match="X00 delivers 17,953 but its output is 1,795"):
        wiod.tables(io_table("1 795"), "s")
