"""Tables as they are read: series side by side, long lists as excerpts, columns as wide as their content needs."""

import json
import subprocess
from pathlib import Path

import polars as pl
import pypandoc
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import exhibits
from analysis.exhibits import Caption

WIDTHS = Path(__file__).resolve().parents[2] / "reports" / "filters" / "widths.lua"
INDEX = Caption("", {"label": "Gebiet", "year": "Jahr", "index": "Index (2015 = 100)"}, decimals={"index": 1})
DISTRICTS = Caption("", {"district": "Schlüssel", "name": "Kreis", "value": "Anteil in Prozent"}, decimals={"value": 1})


def index_frame() -> pl.DataFrame:
    rows = [
        {"label": label, "year": year, "index": 100.0 + step}
        for label in ("Düsseldorf", "Deutschland")
        for step, year in enumerate(range(2015, 2021))
    ]
    return pl.DataFrame(rows)


def test_series_stand_side_by_side():
    table = exhibits._printed(index_frame(), INDEX, {})
    assert [column["label"] for column in table["columns"]] == ["Jahr", "Düsseldorf", "Deutschland"]
    assert [column.get("unit") for column in table["columns"]] == [None, "Index (2015 = 100)", "Index (2015 = 100)"]
    assert table["rows"][0] == ["2015", "100,0", "100,0"] and table["rows"][-1] == ["2020", "105,0", "105,0"]


def test_a_grid_with_a_gap_stays_a_list():
    gap = index_frame().head(11)
    assert len(exhibits._printed(gap, INDEX, {})["rows"]) == 11
    twice = pl.concat([index_frame().head(11), index_frame().head(1)])
    assert len(exhibits._printed(twice, INDEX, {})["rows"]) == 12


def test_an_unknown_value_stays_unknown_in_the_grid():
    frame = index_frame().with_columns(index=pl.when(pl.col("year") > 2015).then("index"))
    assert exhibits._printed(frame, INDEX, {})["rows"][0] == ["2015", "k. A.", "k. A."]


def districts(count: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "district": [f"{number:05}" for number in range(count)],
            "name": [f"Kreis {number}" for number in range(count)],
            "value": [float(number) for number in range(count)],
        }
    )


def test_a_long_list_shows_both_ends_and_the_region():
    table = exhibits._printed(districts(400), DISTRICTS, {"outlines": {"duesseldorf": ("Düsseldorf", ["00123"])}})
    keys = [row[0] for row in table["rows"]]
    assert table["total"] == 400 and len(keys) == 21
    assert keys[0] == "00399" and keys[-1] == "00000" and keys[10] == "00123"


def test_rows_a_strip_stresses_are_in_the_excerpt():
    frame = districts(100).with_columns(highlight=pl.when(pl.col("value") == 50).then(pl.lit("hamburg")))
    assert "00050" in [row[0] for row in exhibits._printed(frame, DISTRICTS, {})["rows"]]


def test_thirty_rows_are_printed_whole():
    table = exhibits._printed(districts(30), DISTRICTS, {})
    assert len(table["rows"]) == 30 and "total" not in table


@pytest.mark.parametrize(
    ("texts", "align"),
    [
        (["2,01", "−3.412", "+8.386", "rund 92.400", "–", "k. A."], "right"),
        (["2015", "2020"], "left"),
        (["05111", "11000"], "left"),
        (["–", "k. A."], "left"),
        (["12,5 im Jahr 2020"], "left"),
    ],
)
def test_printed_figures_stand_right(texts, align):
    content = exhibits.table(pl.DataFrame({"a": texts}), Caption("", {"a": "Wert"}), "")
    assert content["columns"][0]["align"] == align


def planned(tables: list[dict], room: float) -> list[tuple[float, list[float] | None]]:
    """What the filter's own code plans for tables: type size and widths."""
    script = (
        f"local m = dofile({json.dumps(str(WIDTHS))})\n"
        "local all = pandoc.json.decode(io.read('a'), false)\nlocal out = {}\n"
        f"for i, t in ipairs(all) do local size, w = m.plan(t, {room}); out[i] = {{size, w or false}} end\n"
        "print(pandoc.json.encode(out))"
    )
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "lua", "-e", script],
        input=json.dumps(tables),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(done.stdout)


LONG = "Nicht beurteilbar, weil weder Zielwert noch Frist genannt sind. " * 8
GOALS = {
    "columns": [{"label": label, "align": "left"} for label in ("Rahmen", "Stand", "Begründung und Belege")]
    + [{"label": "Veränderung seit 2013 in Prozent", "align": "right"}],
    "rows": [["Masterplan Industrie", "nicht beurteilbar", LONG, "−18,5"]] * 12,
}


def test_long_texts_get_the_room_and_no_column_is_starved():
    [(size, widths)] = planned([GOALS], 464)
    assert size == 7.6 and sum(widths) == pytest.approx(464, abs=1)
    assert widths[2] > 3 * widths[0] and min(widths) > 35


def test_a_table_that_fits_keeps_its_natural_widths():
    fits = {"columns": [{"label": "Jahr", "align": "right"}], "rows": [["2015"], ["2016"]]}
    assert planned([fits], 464) == [[8.6, False]]


words = st.text(alphabet="abcdefgh ijklmn–0123456789", min_size=0, max_size=200)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.lists(words, min_size=4, max_size=4), min_size=1, max_size=5), min_size=1, max_size=4))
def test_no_table_is_wider_than_its_room(contents):
    columns = [{"label": f"Spalte {number}", "align": "left"} for number in range(4)]
    plans = planned([{"columns": columns, "rows": rows} for rows in contents], 222)
    for size, widths in plans:
        assert size in (7.6, 7)
        assert not widths or (sum(widths) <= 222.5 and min(widths) > 0)


def test_long_texts_stack_on_telephones(report):
    report.change(lambda content: content["tables"]["sites"]["rows"][0].__setitem__(0, LONG))
    page = BeautifulSoup(report.html().read_text("utf-8"), "html.parser")
    table = page.select_one("#tbl-sites .stacks table")
    heads = [head.get_text() for head in table.select("thead th")]
    first = [cell["data-label"] for cell in table.select("tbody tr")[0].select("th, td")]
    assert len(first) == len(heads) and all(head.startswith(label) for head, label in zip(heads, first, strict=True))


def test_an_excerpt_says_so_and_names_the_file(report):
    def shorten(content):
        content["figures"]["branches"]["table"]["total"] = 400

    report.change(shorten)
    page = BeautifulSoup(report.html().read_text("utf-8"), "html.parser")
    details = next(tag for tag in page.select("details.figure-table") if "Auszug" in tag.get_text())
    assert "Alle 400 Zeilen" in details.get_text()
    assert details.code.get_text().startswith("data/charts/") and details.code.get_text().endswith("branches.csv")
    assert report.pdf().stat().st_size
