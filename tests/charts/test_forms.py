"""Every form: it draws, keeps to its width, says only what was released, and gives its reason when there is nothing."""

import itertools
import json
import re

import polars as pl
import pytest

from analysis import charts
from analysis.errors import StudyError
from analysis.theme import NARROW, WIDE, NothingToDraw

REGIONS = [("duesseldorf", "Düsseldorf"), ("hamburg", "Hamburg"), ("rheinisches-revier", "Rheinisches Revier")]
LONG = "Landkreis Mecklenburgische Seenplatte"
SECRET = 48213.4567891  # printed to the figure's decimals everywhere, never in full


def _product(regions: list, names: list[str], columns: tuple[str, str], values: list) -> pl.DataFrame:
    pairs = itertools.product(regions, names)
    rows = [
        {"region_id": key, "label": label, columns[0]: name, columns[1]: value}
        for ((key, label), name), value in zip(pairs, values, strict=True)
    ]
    return pl.DataFrame(rows)


def frames() -> dict[str, tuple]:
    """Form -> (frame, options, value columns); one gap, one long name and one unrounded value in each."""
    lines = pl.DataFrame(
        {
            "series_id": ["duesseldorf"] * 3 + ["germany"] * 3,
            "label": ["Düsseldorf"] * 3 + [LONG] * 3,
            "year": [2015, 2016, 2017] * 2,
            "value": [100.0, None, SECRET, 100.0, 101.2, 103.4],
        }
    )
    emissions = pl.DataFrame(
        {
            "year": [2013, 2013, 2014, 2014],
            "part": ["industry", "energy"] * 2,
            "part_label": ["Industrie", "Energie"] * 2,
            "value": [1.0, 2.0, None, SECRET],
        }
    )
    network = pl.DataFrame(
        {
            "branch_label": ["Zusammen", "Industrie", LONG, "Baugewerbe"],
            "part": ["total", "industry", "services", "services"],
            "value": [92587.4, 39667.0, SECRET, None],
            "low": [77300.0, None, 9000.0, None],
            "high": [107800.0, None, 60000.0, None],
        }
    )
    ranked = pl.DataFrame(
        {"label": [LONG, "Köln", "Hamburg"], "value": [SECRET, None, 12.0], "highlight": ["", "", "hamburg"]}
    )
    strip = pl.DataFrame(
        {
            "district": [f"{n:05d}" for n in range(30)],
            "name": [f"Kreis {n}" for n in range(29)] + [LONG],
            "value": [float(n % 7) for n in range(28)] + [None, SECRET],
            "highlight": [""] * 29 + ["hamburg"],
        }
    )
    target = pl.DataFrame(
        {
            "year": [1990, 2000, 2010, 2030, 1990, 2030],
            "value": [SECRET, 50000.0, None, 30000.0, SECRET, 30000.0],
            "kind": ["observed"] * 3 + ["target", "corridor_linear", "corridor_linear"],
        }
    )
    shares = _product(
        REGIONS, ["Industrie", "Dienste"], ("branch_label", "share"), [30.04567, 69.9, 20.0, 80.0, None, 70.0]
    )
    effects = _product(
        REGIONS,
        ["Nationaler Effekt", "Standorteffekt"],
        ("effect_label", "value"),
        [SECRET, -3465.2, 9.0, None, 7.0, -1.0],
    )
    quotients = _product(REGIONS, [LONG, "Bergbau"], ("branch_label", "lq"), [0.4345678, 0.0, 1.2, None, 0.98, 2.3])
    ratios = _product(
        REGIONS, ["je Einwohner", "je Euro"], ("panel_label", "value"), [1.2345678, SECRET, 2.0, None, 900.0, 3.0]
    )
    dumbbell = pl.DataFrame(
        {
            "label": [LONG, "Hamburg"],
            "start": [86.123456, 90.0],
            "end": [None, 80.0],
            "start_year": [2008] * 2,
            "end_year": [2017] * 2,
        }
    )
    status = pl.DataFrame(
        {
            "source_label": [LONG, "ETS"],
            "first_year": [2015, 2005],
            "last_year": [2020, 2020],
            "used_year": [2020, None],
        }
    )
    signs = {"erreicht": "reached", "nicht beurteilbar": "not_assessable"}
    matrix = pl.DataFrame(
        {"framework": ["A", "B"], "theme": ["Klima", LONG], "status_label": list(signs), "count": [3, 1]}
    )
    factors = pl.DataFrame({"factor_label": [LONG, "b"], "effect": [SECRET, None]})
    net = {label: 10.0 for _, label in REGIONS}
    return {
        "index_lines": (lines.rename({"value": "index"}), {"base_year": 2015}, ["index"]),
        "line_panels": (lines.with_columns(panel_label=pl.lit("Hamburg")), {}, ["value"]),
        "level_stack": (emissions, {"breaks": [(2013.5, "Bruch")]}, ["value"]),
        "distribution_strip": (strip, {"median": 3.14159}, ["value"]),
        "dumbbell": (dumbbell, {"decimals": 1}, ["start", "end"]),
        "lq_dots": (quotients, {}, ["lq"]),
        "small_multiples_dots": (ratios, {"decimals": 1}, ["value"]),
        "branch_bars": (network, {"reference": ("IHK-Studie", 94800.0)}, ["value"]),
        "delivery_shares": (ranked.rename({"label": "branch_label", "value": "share"}), {}, ["share"]),
        "ranked_bars": (ranked, {}, ["value"]),
        "shift_share_bars": (effects, {"net": net}, ["value"]),
        "stacked_shares": (shares, {}, ["share"]),
        "waterfall": (factors, {"start": ("2013", 3.0), "end": ("2017", 9.0)}, ["effect"]),
        "target_corridor": (target, {}, ["value"]),
        "status_timeline": (status, {"edition_year": 2020}, ["first_year", "last_year", "used_year"]),
        "matrix": (matrix, {"signs": signs}, ["count"]),
        "sparkline": (lines.filter(pl.col("series_id") == "duesseldorf"), {}, ["value"]),
    }  # fmt: skip


FORMS = frames()


def build(name: str, **more: object):
    frame, options, _ = FORMS[name]
    return getattr(charts, name)(frame, axis_title="Beschäftigte, Personen", **{**options, **more})


def rows_of(spec: dict) -> list[dict]:
    """All data rows of a specification, wherever they stand."""
    found: list[dict] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("values"), list) and all(isinstance(row, dict) for row in node["values"]):
                found.extend(node["values"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(spec)
    for values in spec.get("datasets", {}).values():
        found.extend(values)
    return found


def fields_of(spec: dict) -> set[str]:
    return set(re.findall(r'"field": ?"(\w+)"', json.dumps(spec)))


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_picture_keeps_its_width_and_is_german(name, width):
    picture = re.sub(r"base64,[^)]*", "", charts.svg(build(name, width=width)))  # the typeface may spell any word
    drawn = float(re.search(r'width="([\d.]+)"', picture)[1])
    assert drawn <= width + 4, "wider than its place: something would be cut off"
    for word in ("aria-roledescription", "mark container", "X-axis", "axis titled", "undefined", "null", "NaN"):
        assert word not in picture
    assert "48213.4567" not in picture and "48213,4567" not in picture
    assert picture.count('role="') == 1 and 'aria-label="Beschäftigte, Personen"' in picture


@pytest.mark.parametrize("name", FORMS)
def test_specification_holds_only_what_is_drawn(name):
    spec = charts.specification(build(name))
    assert "http" not in json.dumps(spec)
    assert "48213.4567891" not in json.dumps(spec)
    assert spec["description"] == "Beschäftigte, Personen"
    used = fields_of(spec) | {"region_id"}
    for row in rows_of(spec):
        unused = set(row) - used - {"type", "geometry"}
        assert not unused, f"{name}: column {unused} is in the specification but not drawn"


@pytest.mark.parametrize("name", FORMS)
def test_extra_columns_never_leave(name):
    frame, options, _ = FORMS[name]
    marked = frame.with_columns(secret_note=pl.lit("vertraulich"))
    chart = getattr(charts, name)(marked, axis_title="x", **options)
    assert "vertraulich" not in json.dumps(charts.specification(chart))


@pytest.mark.parametrize("name", FORMS)
def test_nothing_to_draw_says_so(name):
    frame, options, values = FORMS[name]
    for poor in (frame.clear(), frame.with_columns(pl.lit(None, dtype=pl.Float64).alias(value) for value in values)):
        with pytest.raises(NothingToDraw) as reason:
            getattr(charts, name)(poor, axis_title="x", **options)
        assert reason.value.what.startswith("Für diese Abbildung")


@pytest.mark.parametrize("name", FORMS)
def test_missing_column_is_named(name):
    frame, options, values = FORMS[name]
    with pytest.raises(StudyError, match=values[0]):
        getattr(charts, name)(frame.drop(values[0]), axis_title="x", **options)


def test_gap_is_no_zero_and_ends_the_line():
    rows = [row for row in rows_of(charts.specification(build("index_lines"))) if "run" in row]
    ours = [row for row in rows if row["series_id"] == "duesseldorf"]
    assert {row["year"] for row in ours} == {2015, 2017}
    assert all(row["index"] not in (0, None) for row in ours)
    assert len({row["run"] for row in ours}) == 2


def test_a_break_ends_the_line():
    frame, options, _ = FORMS["index_lines"]
    chart = charts.index_lines(frame, **options, axis_title="x", breaks=[(2016.5, "Umstellung")])
    lines = [row for row in rows_of(charts.specification(chart)) if "run" in row]
    assert len({row["run"] for row in lines if row["series_id"] == "germany"}) == 2


@pytest.mark.parametrize("name", ["branch_bars", "delivery_shares", "ranked_bars", "shift_share_bars", "waterfall"])
def test_missing_bar_is_a_word(name):
    picture = charts.svg(build(name))
    assert ">k. A.</text>" in picture
    assert all(
        row.get("value") is not None
        for row in rows_of(charts.specification(build(name)))
        if "colour" in row and "y" in row and "value" in row
    )


@pytest.mark.parametrize("name", ["branch_bars", "delivery_shares", "ranked_bars", "shift_share_bars"])
def test_bars_start_at_zero(name):
    text = json.dumps(charts.specification(build(name)))
    assert '"x2": {"datum": 0}' in text
    domains = [json.loads(found) for found in re.findall(r'"domain": (\[[-\d., e]+\])', text)]
    assert domains and all(domain[0] <= 0 <= domain[-1] for domain in domains)


def test_columns_start_at_zero():
    text = json.dumps(charts.specification(build("level_stack")))
    y = re.search(r'"field": "value", "scale": {"domain": \[([\d.]+)', text)
    assert float(y[1]) == 0


def test_shares_are_laid_end_to_end():
    rows = [row for row in rows_of(charts.specification(build("stacked_shares"))) if "to" in row]
    ours = [row for row in rows if row["label"] == "Düsseldorf"]
    assert [(row["from"], row["to"]) for row in ours] == [(0, 30), (30, 99.9)]


def test_decimals_and_unit_are_those_asked_for():
    frame = pl.DataFrame({"label": ["Hamburg"], "value": [-12.3456], "highlight": ["hamburg"]})
    picture = charts.svg(charts.ranked_bars(frame, axis_title="Anteil, Prozent", decimals=1, unit="%"))
    assert "−12,3\u202f%" in picture
    english = charts.svg(
        charts.ranked_bars(frame.with_columns(value=pl.lit(94800.0)), axis_title="Share", language="en"), "en"
    )
    assert "94,800" in english and 'lang="en"' in english


def test_region_colours_are_the_same_on_every_form():
    text = json.dumps(charts.specification(build("ranked_bars")))
    assert "#BF4F00" in text
    lines = charts.specification(build("index_lines"))
    assert "#00477A" in json.dumps(lines) and "#404040" in json.dumps(lines) and "[7, 4]" in json.dumps(lines)


def test_zero_quotient_is_printed_not_dropped():
    picture = charts.svg(build("lq_dots"))
    assert re.search(r">0</text>", picture)


def test_one_bar_one_series_one_year():
    one = pl.DataFrame({"label": ["Hamburg"], "value": [9.2], "highlight": ["hamburg"]})
    assert "Hamburg" in charts.svg(charts.ranked_bars(one, axis_title="x"))
    year = pl.DataFrame({"series_id": ["hamburg"], "label": ["Hamburg"], "year": [2020], "index": [100.0]})
    assert "100,0" in charts.svg(charts.index_lines(year, base_year=2020, axis_title="x"))


def test_panels_without_values_say_so_and_leave_the_others_their_colour():
    frame = pl.DataFrame(
        {
            "panel_label": ["A", "A", "B", "B"],
            "series_id": ["industry"] * 4,
            "label": ["Industrie"] * 4,
            "year": [2018, 2019] * 2,
            "value": [None, None, 5.0, 6.0],
        }
    )
    picture = charts.svg(charts.line_panels(frame, axis_title="x"))
    assert ">k. A.</text>" in picture and 'stroke="#533C80"' in picture


def test_open_end_of_a_share_bar_says_so():
    assert ">k. A.</text>" in charts.svg(build("stacked_shares"))


def test_unknown_keyword_is_refused():
    with pytest.raises(TypeError, match="titel"):
        build("ranked_bars", titel="x")
