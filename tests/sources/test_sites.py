"""Installations of the emissions trading system: classes, aircraft operators, and the district they stand in."""

import polars as pl
import pytest
import shapely

from analysis.errors import StudyError
from analysis.sources import eutl, placement
from analysis.sources.originals import Original

INSTALLATIONS = """id,name,addressmain,postalcode,city,country_id,latitudegoogle,longitudegoogle
DE_1095,Heizkraftwerk Lausward,Auf der Lausward 75,40221,Düsseldorf,DE,51.22,6.73
DE_204322,CO-Anlage Dormagen,Kreuzung K18,41540,Dormagen,DE,,
DE_200022,,-,-,-,DE,,
DE_9,Nie gemeldet,Weg 1,1067,Dresden,DE,51.0,13.7
AT_1,Werk,Gasse 1,1120,Wien,AT,48.1,16.3
"""
COMPLIANCE = """installation_id,year,free,emission
DE_1095,2018,0,847421
DE_1095,2019,0,0
DE_204322,2018,100,5418
DE_204322,2019,100,-1
DE_200022,2018,5,4350902
AT_1,2018,5,10
"""
CLASSES = "id,nace15,nace20,nace\nDE_1095,40.30,35.30,35.30\nDE_1095,40.30,35.30,35.30\n"


def files(**changes: str) -> list[Original]:
    texts = {"installation": INSTALLATIONS, "compliance": COMPLIANCE, "nace_leakage": CLASSES} | changes
    return [Original(f"{name}.csv", text.encode()) for name, text in texts.items()]


def test_only_stationary_german_installations_that_reported_are_sites() -> None:
    tables = eutl.sites_and_emissions(files(), "eutl").tables
    assert tables["sites"]["site_id"].to_list() == ["DE_1095", "DE_204322"]
    assert tables["sites"]["class"].to_list() == ["energy", "unclassified"]
    emissions = tables["site_emissions"].select("site_id", "year", "emissions_t_co2e", "status").rows()
    assert emissions == [
        ("DE_1095", 2018, 847421.0, "ok"),
        ("DE_1095", 2019, 0.0, "zero"),
        ("DE_204322", 2018, 5418.0, "ok"),
        ("DE_204322", 2019, None, "not_available"),
    ]
    assert tables["site_emissions"]["cell"][0].endswith(":L2C4")


@pytest.mark.parametrize(
    ("nace", "expected"),
    [
        ("05.20", "industry"),
        ("33.16", "industry"),
        ("24", "industry"),
        ("35.1", "energy"),
        ("38.21", "other"),
        ("04.0", "other"),
        ("", "unclassified"),
        (None, "unclassified"),
    ],
)
def test_the_class_follows_the_division(nace: str | None, expected: str) -> None:
    assert eutl.site_class(nace) == expected


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"nace_leakage": CLASSES + "DE_1095,27.10,24.10,24.10\n"}, "two NACE classes"),
        ({"compliance": COMPLIANCE + "DE_1095,2018,0,5\n"}, "reports 2018 twice"),
        ({"compliance": COMPLIANCE + "DE_1095,2020,0,-7\n"}, "negative"),
        ({"installation": INSTALLATIONS + "DE_7,,Weg 1,1067,Dresden,DE,,\n"}, "name or a city"),
        ({"installation": INSTALLATIONS + INSTALLATIONS.splitlines()[1] + "\n"}, "stands twice"),
    ],
)
def test_contradictions_stop(changes: dict[str, str], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        eutl.sites_and_emissions(files(**changes), "eutl")


def test_a_missing_list_is_named() -> None:
    with pytest.raises(StudyError, match=r"nace_leakage\.csv"):
        eutl.sites_and_emissions(files()[:2], "eutl")


BOUNDARIES = pl.DataFrame(
    {
        "ags": ["05111", "05162"],
        "geometry": [shapely.to_wkb(shapely.box(6, 51, 7, 52)), shapely.to_wkb(shapely.box(5, 51, 6, 52))],
    }
)
SITES = pl.DataFrame(
    {
        "site_id": ["DE_1095", "DE_204322"],
        "city": ["Düsseldorf", "Dormagen"],
        "lat": [51.22, None],
        "lon": [6.73, None],
    }
)


def exceptions(*rows: tuple[str, str, str]) -> pl.DataFrame:
    records = [(*row, "Ohne Koordinaten.", "Anschrift") for row in rows]
    return pl.DataFrame(
        records,
        schema=dict.fromkeys(["site_id", "district", "coordinates", "reason", "source"], pl.String),
        orient="row",
    )


def test_polygon_first_then_exceptions() -> None:
    placed = placement.place_sites(SITES, BOUNDARIES, exceptions(("DE_204322", "05162", "kept")))
    assert placed.select("district", "placed_by").rows() == [("05111", "polygon"), ("05162", "exception")]


def test_wrong_coordinates_are_taken_off_the_map() -> None:
    rows = (("DE_1095", "05162", "wrong"), ("DE_204322", "05162", "kept"))
    assert placement.place_sites(SITES, BOUNDARIES, exceptions(*rows))["lat"].to_list() == [None, None]


def test_a_site_outside_all_districts_or_a_stranger_among_the_exceptions_stops() -> None:
    with pytest.raises(StudyError, match="DE_204322 Dormagen"):
        placement.place_sites(SITES, BOUNDARIES, exceptions())
    with pytest.raises(StudyError, match="DE_0"):
        placement.place_sites(SITES, BOUNDARIES, exceptions(("DE_0", "05162", "kept")))
    with pytest.raises(StudyError, match="05999"):
        placement.place_sites(SITES, BOUNDARIES, exceptions(("DE_204322", "05999", "kept")))
