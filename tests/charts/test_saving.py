"""Files of a figure: the same bytes each time, one description, the typeface inside, nothing from elsewhere."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import polars as pl

from analysis import charts
from analysis.charts import pictures
from analysis.charts.trimming import trimmed

FRAME = pl.DataFrame({"label": ["Köln", "Hamburg"], "value": [48213.4567, 1.0], "highlight": ["", "hamburg"]})


def test_a_specification_and_two_pictures(tmp_path):
    folder = tmp_path / "charts"
    charts.specify(charts.ranked_bars, folder, "cities", FRAME, axis_title="Personen", description="Köln führt.")
    drawn = pictures.render(folder)
    assert [path.name for path in drawn] == ["cities-narrow.svg", "cities.svg"]
    assert sorted(path.name for path in folder.iterdir()) == ["cities-narrow.svg", "cities.svg", "cities.vl.json"]
    spec = json.loads((folder / "cities.vl.json").read_text("utf-8"))
    assert spec["description"] == "Köln führt." and "$schema" not in spec and "layer" in spec
    assert spec["config"]["locale"]["number"]["decimal"] == ","


def test_pictures_are_well_formed_and_carry_one_description():
    chart = charts.ranked_bars(FRAME, axis_title="A & B", description='Sie sagt "mehr" & zeigt < 5')
    root = ET.fromstring(charts.svg(chart))
    assert root.get("role") == "img" and root.get("lang") == "de"
    assert root.get("aria-label") == 'Sie sagt "mehr" & zeigt < 5'
    assert not [e for e in root.iter() if e is not root and any(name.startswith("aria-label") for name in e.attrib)]
    families = {e.get("font-family") for e in root.iter() if e.get("font-family")}
    assert families == {"IBM Plex Sans"}


def test_typeface_of_the_picture_cannot_replace_that_of_a_page():
    text = charts.svg(charts.ranked_bars(FRAME, axis_title="x"))
    name = re.search(r"@font-face\{font-family:(plex-[0-9a-f]{8});src:url\(data:font/woff2;base64,", text)[1]
    assert f'class="marks {name}"' in text


def test_words_survive_the_shortening_of_coordinates():
    picture = charts.svg(charts.ranked_bars(FRAME.with_columns(value=pl.lit(165390.0)), axis_title="x"))
    assert ">165.390<" in picture
    assert not re.search(r'transform="[^"]*\d\.\d{3,}', picture)


def test_same_bytes_in_another_process(tmp_path):
    code = (
        "import sys, polars as pl; from pathlib import Path; from analysis import charts;"
        "from analysis.charts import pictures; folder = Path(sys.argv[1]);"
        "f = pl.DataFrame({'label': ['Köln', 'Hamburg'], 'value': [48213.4567, 1.0], 'highlight': ['', 'hamburg']});"
        "charts.specify(charts.ranked_bars, folder, 'k', f, axis_title='Personen'); pictures.render(folder)"
    )
    for folder in ("one", "two"):
        subprocess.run([sys.executable, "-c", code, str(tmp_path / folder)], check=True, timeout=300)
    for file in ("k.svg", "k.vl.json", "k-narrow.svg"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_specification_keeps_what_it_shows_and_nothing_else():
    frame = pl.DataFrame({"series_id": ["hamburg"] * 2, "label": ["Hamburg"] * 2, "year": [2015, 2016]})
    spec = charts.specification(charts.index_lines(frame.with_columns(index=pl.Series([100.0, 97.3])), base_year=2015))
    views = [view for view in spec["layer"] if view["mark"]["type"] in ("line", "point")]
    assert [sorted(view["data"]["values"][0]) for view in views] == [
        ["index", "run", "series_id", "year"],  # the line: one run a stretch without a gap
        ["index", "label", "series_id", "year"],  # its points: the label stands in the tooltip
    ]


def test_trimming_keeps_conditions_shapes_and_parents_columns():
    rows = [{"a": 1, "b": 2, "c": 3, "d": 4, "x": 1.23456, "unread": 48213.4567891}]
    view = {
        "data": {"values": rows},
        "layer": [
            {"mark": "bar", "encoding": {"y": {"field": "a"}, "x": {"field": "x", "scale": None}}},
            {"mark": "text", "encoding": {"color": {"condition": {"test": "datum.b > datum['c']", "value": 1.23456}}}},
            {"mark": "point", "transform": [{"aggregate": [], "groupby": ["d"]}]},
        ],
    }
    kept = trimmed(view)
    assert kept["data"]["values"] == [{"a": 1, "b": 2, "c": 3, "d": 4, "x": 1.23}]
    assert kept["layer"][1]["encoding"]["color"]["condition"]["value"] == 1.23
    assert rows[0]["unread"] == 48213.4567891, "the frame's rows are shared and stay"
    outline = {"type": "Feature", "geometry": {"coordinates": [1.5, 2.5]}, "name": "Köln"}
    assert trimmed({"data": {"values": [outline]}, "mark": {"type": "geoshape"}})["data"]["values"] == [
        {"type": "Feature", "geometry": {"coordinates": [1.5, 2.5]}}
    ]
    shown_whole = {"data": {"values": rows}, "mark": {"type": "bar", "tooltip": {"content": "data"}}}
    assert trimmed(shown_whole)["data"]["values"] == rows
