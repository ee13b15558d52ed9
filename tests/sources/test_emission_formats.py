"""Sites: the Union Registry's workbook, extracts of the transaction log, E-PRTR. All files here are written by hand."""

import io
from typing import NamedTuple

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import eprtr, eutl_extract, recognition, union_registry
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

COLUMNS = ["site", "year", "measure", "value", "status", "flag"]
IDENTITY = [
    "REGISTRY_CODE",
    "IDENTIFIER_IN_REG",
    "INSTALLATION_NAME",
    "INSTALLATION_IDENTIFIER",
    "PERMIT_IDENTIFIER",
    "MAIN_ACTIVITY_TYPE_CODE",
]


def workbook(rows: list[list[object]], header: list[str], *, above: int = 21, sheet: str = "data") -> bytes:
    """Remarks, a header in row `above` + 1, rows; and a sheet of activity codes."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        data, codes = book.add_worksheet(sheet), book.add_worksheet("activity codes")
        if above > 1:
            data.write(1, 0, "-1 is a blank; figures as of 1 April")
        for number, row in enumerate([header, *rows], start=above):
            data.write_row(number, 0, row)
        codes.write_row(0, 0, ["code", "value"])
        codes.write_row(1, 0, [20, "Combustion of fuels"])
    return held.getvalue()


def read(module: object, content: str | bytes, name: str = "file") -> OfficialTable:
    original = Original(name, content.encode() if isinstance(content, str) else content)
    head = recognition.Head(original)
    assert [one.NAME for one in (union_registry, eutl_extract, eprtr) if one.recognises(head)] == [module.NAME]
    return module.read(original)


def plant(number: int = 1095, activity: object = 20, *yearly: object) -> list[object]:
    return ["DE", "Stadtwerke", "Heizkraftwerk Lausward", number, "14310-0850", activity, *yearly]


class Yearly(NamedTuple):
    """A cell of the registry and what it says."""

    printed: object
    value: float | None
    status: str
    flag: str | None


cells = st.one_of(
    st.integers(1, 10**8).map(lambda number: Yearly(number, float(number), "ok", None)),
    st.sampled_from(
        [
            Yearly(0, 0.0, "zero", None),
            Yearly(-1, None, "not_available", "-1"),
            Yearly("Excluded", None, "not_available", "Excluded"),
            Yearly("", None, "not_available", None),
        ]
    ),
)
YEARLY = ["ALLOCATION2008", "VERIFIED_EMISSIONS_2008", "CH_ALLOCATION_2020", "CH_VERIFIED_EMISSIONS_2020"]
MEASURES = [
    ("allocation", 2008),
    ("verified_emissions", 2008),
    ("ch_allocation", 2020),
    ("ch_verified_emissions", 2020),
]


@settings(deadline=None)  # the first example imports the parser
@given(rows=st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=5), above=st.sampled_from([2, 21]))
def test_a_registry_is_read_back(rows: list[tuple[Yearly, ...]], above: int) -> None:
    written = [plant(number, 20, *(one.printed for one in row)) for number, row in enumerate(rows)]
    table = read(union_registry, workbook(written, [*IDENTITY, *YEARLY], above=above))
    wanted = [
        (f"DE_{number}", year, measure, *one[1:])
        for number, row in enumerate(rows)
        for (measure, year), one in zip(MEASURES, row, strict=True)
    ]
    frame = pl.DataFrame(wanted, schema=table.tables["site_emissions"].select(COLUMNS).schema, orient="row")
    assert table.tables["site_emissions"].select(COLUMNS).sort(COLUMNS[:3]).equals(frame.sort(COLUMNS[:3]))
    assert table.rows == len(rows) and table.cells.is_empty()


def test_places_and_sites_of_a_registry() -> None:
    table = read(union_registry, workbook([plant(1095, 20, 847421, 1)], [*IDENTITY, *YEARLY[:2]]))
    assert table.tables["site_emissions"]["row"].to_list() == ["data!G23", "data!H23"]
    assert table.tables["site_emissions"]["unit"].to_list() == ["allowances", "t CO2e"]
    site = table.tables["sites"].row(0, named=True)
    assert (site["site"], site["country"], site["row"]) == ("DE_1095", "DE", "data!A23")


def test_aircraft_ships_and_fuel_suppliers_are_left_out_and_counted() -> None:
    rows = [plant(1, 20, 5), plant(2, 10, 6), plant(3, 10, 7), plant(4, 50, 8), plant(5, 60, 9)]
    table = read(union_registry, workbook(rows, [*IDENTITY, "VERIFIED_EMISSIONS_2025"], above=2))
    assert table.rows == 5 and table.tables["sites"]["site"].to_list() == ["DE_1"]
    assert [problem.what[:6] for problem in table.problems] == ["2 rows", "1 rows", "1 rows"]
    assert table.problems[0].where == "data!A5"


def test_a_second_list_of_the_registry_is_left_out_and_said() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name, columns in (("data", IDENTITY), ("Operators administered by CH", ["REGISTRY_CODE", "CRCO"])):
            sheet = book.add_worksheet(name)
            sheet.write_row(2, 0, [*columns, "VERIFIED_EMISSIONS_2025"])
            sheet.write_row(3, 0, plant(1, 20, 5) if name == "data" else ["CH", 1776, 5])
    table = read(union_registry, held.getvalue())
    assert table.rows == 1 and table.tables["site_emissions"]["value"].to_list() == [5.0]
    assert [(problem.kind, problem.where) for problem in table.problems] == [
        ("left out", "Operators administered by CH!A3")
    ]


@pytest.mark.parametrize(
    ("rows", "header", "said", "where"),
    [
        ([plant(1, 77, 5)], [*IDENTITY, "VERIFIED_EMISSIONS_2025"], "unknown activity '77'", "row 23"),
        ([plant(1, 20, "k. A.")], [*IDENTITY, "VERIFIED_EMISSIONS_2025"], "'k. A.' is neither", "data!G23"),
        ([plant(1, 20, 5)], [*IDENTITY[:5], "ACTIVITY", "VERIFIED_EMISSIONS_2025"], "are missing", "row 22"),
        ([plant(1, 20, 5, 6)], [*IDENTITY, *["VERIFIED_EMISSIONS_2025"] * 2], "stand twice", "row 22"),
        ([plant(1, 20, 5, 6)], [*IDENTITY, "VERIFIED_EMISSIONS_2025", "SURRENDERED_2025"], "is unknown", "sheet data"),
        ([IDENTITY], [*IDENTITY, "VERIFIED_EMISSIONS_2025"], "header stands again in row 23", "row 23"),
        ([["DE", "", "", None, "", 20, 5]], [*IDENTITY, "VERIFIED_EMISSIONS_2025"], "has no number", "row 23"),
    ],
)
def test_a_damaged_registry_is_refused_with_its_place(rows: list, header: list, said: str, where: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(union_registry, workbook(rows, header))
    assert where in caught.value.where


def test_doubled_and_negative_figures_are_faults() -> None:
    rows = [plant(1, 20, 5), plant(1, 20, 6), plant(2, 20, -7)]
    table = read(union_registry, workbook(rows, [*IDENTITY, "VERIFIED_EMISSIONS_2025"]))
    assert [(problem.kind, problem.severity) for problem in table.problems] == [
        ("duplicate", "fault"),
        ("negative figure", "fault"),
    ]


SITES = st.text("0123456789", min_size=1, max_size=5).map("DE_".__add__)
FIGURES = st.one_of(st.integers(0, 10**7), st.sampled_from(["", "-1", "Excluded"]))


@settings(deadline=None)  # the first example imports the parser
@given(rows=st.dictionaries(st.tuples(SITES, st.integers(2005, 2020)), st.tuples(FIGURES, FIGURES), min_size=1))
def test_a_compliance_list_is_read_back(rows: dict) -> None:
    lines = [f"{site},{year},{free},{emission}" for (site, year), (free, emission) in rows.items()]
    table = read(eutl_extract, "installation_id,year,free,emission\n" + "\n".join(lines) + "\n")
    wanted = []
    for (site, year), pair in rows.items():
        for measure, printed in zip(("free_allocation", "verified_emissions"), pair, strict=True):
            known = isinstance(printed, int)
            status = ("ok" if printed else "zero") if known else "not_available"
            flag = None if known else printed or None
            wanted.append((site, year, measure, float(printed) if known else None, status, flag))
    found = table.tables["site_emissions"].select(COLUMNS).sort(COLUMNS[:3])
    assert found.equals(pl.DataFrame(wanted, schema=found.schema, orient="row").sort(COLUMNS[:3]))
    assert table.rows == len(rows)


def test_classes_that_contradict_each_other_are_a_fault() -> None:
    head = "id,nace15,nace20,nace\n"
    table = read(eutl_extract, head + "AT_1,23.5,23.5,23.5\nAT_1,23.5,23.5,23.5\nAT_2,,35.1,35.1\nAT_2,,35.3,35.3\n")
    assert [(problem.kind, problem.where) for problem in table.problems] == [
        ("repeated rows", "L2C4"),
        ("contradiction", "L4C4"),
    ]
    assert table.tables["site_classes"].height == 3


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        ("installation_id,year,free,emission\nDE_1,2013,1,2\nDE_1,2014,1", "is cut off", "line 3"),
        ("installation_id,year,free,emission\nDE_1,2013,1,x\n", "'x' in the column emission", "line 2, column 4"),
        ("installation_id,year,free,emission\nDE_1,13,1,2\n", "'13' in the column year is no year", "line 2, column 2"),
        ("installation_id,year,free,emissions\nDE_1,2013,1,2\n", "columns emission are missing", "line 1"),
        ("account_id,year,tonnes_co2\n1,2013,5\naccount_id,year,tonnes_co2\n", "header stands again", "line 3"),
    ],
)
def test_a_damaged_extract_is_refused_with_its_place(text: str, said: str, where: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(eutl_extract, text, "compliance.csv")
    assert where in caught.value.where


HEADER = (
    "PublicationDate,countryName,reportingYear,EPRTR_SectorCode,EPRTR_SectorName,EPRTRAnnexIMainActivity,"
    "FacilityInspireId,facilityName,city,Longitude,Latitude,addressConfidentialityReason,TargetRelease,Pollutant,"
    "Releases,confidentialityReason\n"
)


def release(
    pollutant: str,
    amount: object,
    *,
    reason: str = "",
    year: int = 2022,
    target: str = "AIR",
    site: str = "DE.CAED/1.F",
) -> str:
    return (
        f'2024/12/19,Germany,{year},1,Energy sector,1(c),{site},"Kraftwerk, Block 1",Niederaußem,6.669,50.992,,'
        f"{target},{pollutant},{amount},{reason}\n"
    )


CO2, FOSSIL = "Carbon dioxide (CO2)", "Carbon dioxide (CO2) excluding biomass"


def test_releases_to_air() -> None:
    secret = release("CONFIDENTIAL", "", reason="Article4(2)(d)")
    table = read(eprtr, HEADER + release(CO2, 1.52e10) + release(FOSSIL, 15100000000) + secret + secret)
    found = table.tables["site_releases"]
    assert found.select("measure", "value", "unit", "status", "flag", "row").rows() == [
        (CO2, 1.52e10, "kg", "ok", None, "L2C15"),
        (FOSSIL, 1.51e10, "kg", "ok", None, "L3C15"),
        ("CONFIDENTIAL", None, "kg", "suppressed", "Article4(2)(d)", "L4C15"),
        ("CONFIDENTIAL", None, "kg", "suppressed", "Article4(2)(d)", "L5C15"),
    ]
    assert table.stated == "2024-12-19" and table.tables["sites"]["name"].to_list() == ["Kraftwerk, Block 1"]
    assert [problem.kind for problem in table.problems] == ["threshold", "secret releases"]


amounts = st.one_of(st.none(), st.integers(0, 10**9))


@settings(deadline=None)  # the first example imports the parser
@given(
    rows=st.dictionaries(
        st.tuples(st.sampled_from([CO2, FOSSIL, "Ammonia (NH3)"]), st.integers(2007, 2023)), amounts, min_size=1
    )
)
def test_releases_are_read_back(rows: dict) -> None:
    lines = [release(what, "" if amount is None else amount, year=year) for (what, year), amount in rows.items()]
    found = read(eprtr, HEADER + "".join(lines)).tables["site_releases"].select("measure", "year", "value", "status")
    status = {None: "not_available", 0: "zero"}
    assert found.rows() == [(*key, amount, status.get(amount, "ok")) for key, amount in rows.items()]


def test_a_hidden_amount_of_a_named_pollutant_is_secret_too() -> None:
    found = read(eprtr, HEADER + release(CO2, "", reason="Article4(2)(e)")).tables["site_releases"]
    assert found.select("measure", "value", "status").row(0) == (CO2, None, "suppressed")


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        (HEADER + release(CO2, 5, target="WATER"), "not AIR", "line 2, column 13"),
        (HEADER + release(CO2, "5 t"), "'5 t' in the column Releases", "line 2, column 15"),
        (HEADER.replace("Releases", "Release") + release(CO2, 5), "columns Releases are missing", "line 1"),
        (HEADER + release(CO2, 5) + release(CO2, 5)[:80], "is cut off|cannot be told apart", "releases.csv"),
        (HEADER + release(CO2, 5) + HEADER, "header stands again", "line 3"),
        (HEADER + release("", 5), "no pollutant", "line 2, column 14"),
    ],
)
def test_a_damaged_list_of_releases_is_refused_with_its_place(text: str, said: str, where: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(eprtr, text, "releases.csv")
    assert where in caught.value.where
