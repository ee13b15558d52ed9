"""Boundaries that fit together, classes that hold every value, names that do not collide."""

import json
import math
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from analysis import charts, maps
from analysis.charts.geometry import Box, Paper, hatch, lambert, mainland, place_beside, shapes_of
from analysis.errors import StudyError
from analysis.theme import NothingToDraw

BOUNDARIES = Path(__file__).resolve().parents[2] / "data/raw/bkg-vg5000-2023/boundaries.parquet"


def squares() -> pl.DataFrame:
    """Three districts side by side near the middle of Germany; the middle one has a dent in its border."""
    west = shapely.Polygon([(9, 51), (10, 51), (10.05, 51.5), (10, 52), (9, 52)])
    middle = shapely.Polygon([(10, 51), (11, 51), (11, 52), (10, 52), (10.05, 51.5)])
    east = shapely.MultiPolygon([shapely.box(11, 51, 12, 52), shapely.box(14, 54, 14.02, 54.02)])
    names = ["Westkreis", "Mitte", "Ostkreis"]
    return pl.DataFrame(
        {
            "ags": ["01001", "01002", "01003"],
            "name": names,
            "geometry": [shapely.to_wkb(g) for g in (west, middle, east)],
        }
    )


VALUES = pl.DataFrame(
    {"ags": ["01001", "01002", "01003"], "name": ["Westkreis", "Mitte", "Ostkreis"], "value": [3.14159, None, 9.0]}
)


def test_neighbours_keep_their_common_edge():
    shapes = shapes_of(maps.simplify(squares(), 0.2))
    assert shapes["01001"].intersection(shapes["01002"]).area == pytest.approx(0, abs=1e-9)
    assert shapely.union_all(list(shapes.values())).area == pytest.approx(
        sum(s.area for s in shapes.values()), abs=1e-9
    )


def test_outer_rings_run_clockwise_with_three_decimals():
    geojson = maps.simplify(squares(), 0.01)
    for item in geojson["features"]:
        shape = shapely.geometry.shape(item["geometry"])
        for part in getattr(shape, "geoms", [shape]):
            assert not part.exterior.is_ccw
    digits = [len(text.split(".")[-1]) for text in json.dumps(geojson).replace("]", ",").split(",") if "." in text]
    assert max(digits) <= 3


def test_germany_fits_a_page():
    geojson = maps.simplify(pl.read_parquet(BOUNDARIES))
    assert len(geojson["features"]) == 400
    assert len(json.dumps(geojson, separators=(",", ":"))) < 200_000


def test_cone_is_conformal_and_upright():
    centre, east, north = lambert(np.array([[10.5, 51.0], [10.51, 51.0], [10.5, 51.01]]))
    assert centre[0] == pytest.approx(0) and east[0] > 0 and north[1] < centre[1]
    across = (east[0] - centre[0]) / math.cos(math.radians(51))
    assert across == pytest.approx(centre[1] - north[1], rel=1e-3)


def test_missing_boundary_is_named():
    geojson = maps.simplify(squares())
    assert [f["properties"]["name"] for f in maps.subset(geojson, ["01003"])["features"]] == ["Ostkreis"]
    with pytest.raises(StudyError, match="09999"):
        maps.subset(geojson, ["01001", "09999"])
    with pytest.raises(StudyError, match="geometry"):
        maps.simplify(squares().drop("geometry"))


@given(
    st.lists(st.floats(-1000, 1000), min_size=1, max_size=80), st.integers(2, 7), st.sampled_from(["quantile", "jenks"])
)
def test_every_value_has_a_class(values, k, method):
    breaks = maps.class_breaks(values, k, method)
    assert breaks == sorted(set(breaks)) and 2 <= len(breaks) <= k + 1
    placed = maps.classify(pl.DataFrame({"value": values}), breaks)
    for value, number in placed.select("value", "class").iter_rows():
        assert breaks[number] - 1e-9 <= round(value, 1) <= breaks[number + 1] + 1e-9


def test_quantiles_and_natural_breaks():
    values = [1, 2, 3, 4, 100, 101, 102, 103]
    assert maps.class_breaks(values, 2, "jenks", 0) == [1, 100, 103]
    assert maps.class_breaks(values, 4, "quantile", 0)[0] == 1
    with pytest.raises(StudyError, match="sturges"):
        maps.class_breaks(values, 4, "sturges")


def test_class_follows_the_printed_value():
    frame = pl.DataFrame({"value": [15.46, 15.44]})
    assert maps.classify(frame, [10.0, 15.5, 20.0])["class"].to_list() == [1, 0]


def test_null_has_no_class_and_outliers_are_refused():
    assert maps.classify(VALUES, [0.0, 5.0, 10.0])["class"].to_list() == [0, None, 1]
    with pytest.raises(StudyError, match="outside"):
        maps.classify(VALUES, [0.0, 5.0])
    with pytest.raises(NothingToDraw):
        maps.class_breaks([None, None])


def build_map(**more):
    frame = maps.classify(VALUES, [0.0, 5.0, 10.0])
    outlines = {"hamburg": ("Hamburg", ["01001"]), "05158": ("Mettmann", ["01002", "01003"])}
    options = {"breaks": [0.0, 5.0, 10.0], "outlines": outlines, "axis_title": "Anteil, Prozent", "decimals": 1} | more
    return maps.district_map(maps.simplify(squares()), frame, **options)


def test_unknown_districts_are_hatched_not_lowest():
    spec = charts.specification(build_map())
    features = [
        row for layer in spec["layer"] for row in layer["data"].get("values", []) if "geometry" in row and "name" in row
    ]
    known = {row["name"]: row for row in features if "class" in row}
    assert set(known) == {"Westkreis", "Ostkreis"} and known["Westkreis"]["value"] == 3.1
    assert [row["value"] for row in features if row["name"] == "Mitte"] == ["keine Angabe"]
    picture = charts.svg(build_map())
    assert ">keine Angabe<" in picture and ">0,0 bis unter 5,0<" in picture and ">5,0 bis 10,0<" in picture
    assert "3.14159" not in json.dumps(spec) and "#BF4F00" in picture


def test_map_of_the_telephone_is_narrow():
    assert 'width="3' in charts.svg(build_map(width=360))[:200]


def test_island_does_not_shrink_the_frame():
    east = shapes_of(maps.simplify(squares()))["01003"]
    assert mainland(east).bounds[2] == pytest.approx(12)


def test_hatching_stays_inside():
    box = shapely.box(10, 10, 60, 40)
    assert hatch(box, 5).within(box.buffer(0.2)) and hatch(box, 5).length > 200


SITES = pl.DataFrame(
    {
        "name": [
            "Raffinerie Nord",
            "Kraftwerk West mit einem sehr langen Namen",
            "Ziegelei",
            "Ohne Ort",
            "Stillgelegt",
        ],
        "lon": [9.5, 9.52, 11.2, None, 10.0],
        "lat": [51.5, 51.51, 51.2, 51.0, 51.0],
        "emissions_t": [4_000_000.4, 1_000_000.0, 40_000.0, 5.0, 0.0],
        "class": ["Industrie", "Energie", "ohne Zuordnung", "Industrie", "Industrie"],
    }
)


def test_area_of_marks_is_in_proportion_to_tonnes():
    chart = maps.site_map(maps.simplify(squares()), SITES, axis_title="Emissionen, t")
    rows = [
        r
        for layer in charts.specification(chart)["layer"]
        for r in layer["data"].get("values", [])
        if "emissions_t" in r
    ]
    assert [row["name"] for row in rows] == [
        "Raffinerie Nord",
        "Kraftwerk West mit einem sehr langen Namen",
        "Ziegelei",
    ]
    circle, square = rows[0], rows[1]
    assert (circle["shape"], square["shape"]) == ("circle", "square")
    area = {"circle": math.pi / 4 * circle["size"], "square": square["size"]}
    assert area["circle"] / area["square"] == pytest.approx(4, rel=1e-3)
    assert circle["emissions_t"] == 4_000_000


def test_region_without_sites_says_so():
    for sites in (SITES.clear(), SITES.filter(pl.col("emissions_t") < 10)):
        with pytest.raises(NothingToDraw):
            maps.site_map(maps.simplify(squares()), sites, axis_title="x")


def test_names_of_sites_find_free_places():
    taken, frame = [], Box(0, 0, 600, 400)
    for x, y in ((300, 200), (305, 204), (310, 198), (296, 207)):
        box = place_beside(x, y, 5, (120, 14), taken, frame)
        assert sum(box.overlap(other) for other in taken) == 0
        assert box.overlap(frame) == pytest.approx(120 * 14)
        taken.append(box)


def test_paper_places_points_inside():
    land = list(shapes_of(maps.simplify(squares())).values())[:2]
    paper = Paper.around(land, 500, 300, left=20)
    west, north, east, south = shapely.total_bounds([paper.draw(shape) for shape in land])
    assert west == pytest.approx(20, abs=0.2) and north == pytest.approx(0, abs=0.2)
    assert east <= 520.2 and south <= 300.2


def test_forms_of_maps_can_be_drawn_with_bound_boundaries(tmp_path):
    form = partial(maps.site_map, maps.simplify(squares()))
    assert len(charts.specify(form, tmp_path, "sites", SITES, axis_title="Emissionen, t")) == 2
