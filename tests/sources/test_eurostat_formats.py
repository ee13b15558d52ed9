"""TSV, SDMX-CSV and JSON-stat: one cube, written in each layout, is read back the same."""

import itertools
import json
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import StudyError
from analysis.sources import eurostat_signs, eurostat_tsv, jsonstat, recognition, sdmx_csv
from analysis.sources.observations import observations
from analysis.sources.official import OfficialTable
from analysis.sources.originals import Original

UNITS, BRANCHES = ["MIO_EUR", "PC"], ["TOTAL", "B-E", "C"]
AREAS = ["DE", "DEA", "DEA1", "DEA11", "EU27_2020", "NA", "EL", "EEA30_2007", "DE_TOT"]
LEVELS = ["nuts0", "nuts1", "nuts2", "nuts3", "other", "nuts0", "nuts0", "other", "other"]
PERIODS = ["2019", "2020", "2020-Q1"]
COLUMNS = ["measure", "geo", "geo_level", "branch", "classification", "period", "value", "unit", "status", "flag"]


class Printed(NamedTuple):
    """A cell as a publisher has it."""

    value: float | None
    flag: str

    @property
    def status(self) -> str:
        """As the table of signs says."""
        if "c" in self.flag:
            return "suppressed"
        if "z" in self.flag:
            return "not_applicable"
        if "u" in self.flag:
            return "unreliable"
        return "not_available" if self.value is None else "ok"


values = st.integers(-(10**8), 10**8).map(lambda number: number / 10)
printed = st.one_of(
    st.builds(Printed, values, st.sampled_from(["", "p", "b", "bd", "e", "u", "bu", "n", "r", "s"])),
    st.builds(Printed, st.none(), st.sampled_from(["", "c", "z", "u", "b", "cd"])),
)


@st.composite
def cubes(draw: st.DrawFn) -> dict[tuple[str, str, str, str], Printed]:
    """Cells by unit, branch, area and period, all combinations."""
    chosen = [
        draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        for names in (UNITS, BRANCHES, AREAS, PERIODS)
    ]
    return {key: draw(printed) for key in itertools.product(*chosen)}


def expected(cube: dict[tuple[str, str, str, str], Printed]) -> pl.DataFrame:
    level = dict(zip(AREAS, LEVELS, strict=True))
    rows = [
        (
            f"OBS_VALUE|unit={unit}",
            geo,
            level[geo],
            branch,
            "NACE Rev. 2",
            period,
            one.value,
            unit,
            one.status,
            one.flag,
        )
        for (unit, branch, geo, period), one in cube.items()
    ]
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row", schema_overrides={"value": pl.Float64})
    return frame.with_columns(flag=pl.when(pl.col("flag") != "").then("flag")).sort(COLUMNS)


def axes(cube: dict) -> list[list[str]]:
    return [list(dict.fromkeys(key[place] for key in cube)) for place in range(4)]


def tsv(cube: dict, *, old: bool = False) -> str:
    *dimensions, periods = axes(cube)
    lead, key, end = (
        ("", r"unit,nace_r2,geo\time", "\n") if old else ("A,", r"freq,unit,nace_r2,geo\TIME_PERIOD", "\r\n")
    )
    columns = periods[::-1] if old else periods
    lines = ["\t".join([key, *(f"{period} " for period in columns)])]
    for series in itertools.product(*dimensions):
        cells = [cube[(*series, period)] for period in columns]
        texts = [f"{':' if one.value is None else one.value} {one.flag}" for one in cells]
        lines.append("\t".join([lead + ",".join(series), *texts]))
    return end.join(lines) + end


def sdmx(cube: dict) -> str:
    lines = ["DATAFLOW,LAST UPDATE,freq,unit,nace_r2,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"]
    for key, one in cube.items():
        value = "" if one.value is None else one.value
        lines.append(",".join(map(str, ["ESTAT:T_T(1.0)", "22/05/26 11:00:00", "A", *key, value, one.flag])))
    return "\n".join(lines) + "\n"


def sdmx_french(cube: dict) -> str:
    """Version 2.0 with labels, semicolons, decimal commas, and a deleted row."""
    head = ["STRUCTURE[|]", "STRUCTURE_ID", "ACTION", "freq: Fréquence", "unit: Unité", "nace_r2: Branche", "geo: Pays"]
    lines = [";".join([*head, "TIME_PERIOD: Temps", "OBS_VALUE: Valeur", "OBS_FLAG: Statut"])]
    for key, one in cube.items():
        value = "" if one.value is None else str(one.value).replace(".", ",")
        labelled = [f"{code}: Nom de {code}" for code in ("A", *key)]
        flag = f"{one.flag}: dit" if one.flag else ""
        lines.append(";".join(["dataflow", "ESTAT:T_T(1.0): Table", "R", *labelled, value, flag]))
    lines.append(";".join(["dataflow", "ESTAT:T_T(1.0): Table", "D", "", "", "", "", "", "", ""]))
    return "\n".join(lines) + "\n"


def json_stat(cube: dict, *, sparse: bool) -> str:
    names, parts = ["freq", "unit", "nace_r2", "geo", "time"], [["A"], *axes(cube)]
    cells = [cube[key] for key in itertools.product(*parts[1:])]
    value, status = [one.value for one in cells], [one.flag for one in cells]
    dimension = {
        name: {"category": {"index": {code: place for place, code in enumerate(codes)}}}
        for name, codes in zip(names, parts, strict=True)
    }
    content = {"version": "2.0", "class": "dataset", "label": "T", "id": names, "size": [len(one) for one in parts]}
    content |= {"dimension": dimension, "value": value, "status": status, "extension": {"id": "T_T"}}
    if sparse:
        content["value"] = {str(place): one for place, one in enumerate(value) if one is not None}
        content["status"] = {str(place): one or ":" for place, one in enumerate(status) if one or value[place] is None}
    return json.dumps(content)


def read(module: object, text: str | bytes, name: str = "t_t.tsv") -> OfficialTable:
    original = Original(name, text.encode() if isinstance(text, str) else text)
    head = recognition.Head(original)
    assert [one.NAME for one in (eurostat_tsv, sdmx_csv, jsonstat) if one.recognises(head)] == [module.NAME]
    return module.read(original)


@settings(deadline=None)  # the first example imports the parser
@given(cube=cubes())
def test_every_layout_gives_back_the_cube(cube: dict) -> None:
    wanted = expected(cube)
    for module, text in (
        (eurostat_tsv, tsv(cube)),
        (eurostat_tsv, tsv(cube, old=True)),
        (sdmx_csv, sdmx(cube)),
        (sdmx_csv, sdmx_french(cube)),
        (jsonstat, json_stat(cube, sparse=False)),
        (jsonstat, json_stat(cube, sparse=True)),
    ):
        table = read(module, text)
        assert table.cells.select(COLUMNS).sort(COLUMNS).equals(wanted)
        observations(table.cells)


def test_cells_of_a_tsv_as_padded_and_flagged() -> None:
    text = "unit,geo\\time\t2014 \t2013 \t2012 \t2011 \t2010 \nT,DE\t123.4 p\t:\t: c\t:u\t 5 bd \n"
    cells = read(eurostat_tsv, text).cells
    assert cells.select("period", "value", "status", "flag", "row").rows() == [
        ("2014", 123.4, "ok", "p", "L2C2"),
        ("2013", None, "not_available", None, "L2C3"),
        ("2012", None, "suppressed", "c", "L2C4"),
        ("2011", None, "unreliable", "u", "L2C5"),
        ("2010", 5.0, "ok", "bd", "L2C6"),
    ]


def test_a_confidential_value_stays_suppressed_even_where_it_is_printed() -> None:
    table = read(eurostat_tsv, "geo\\time\t2014 \t2013 \nDE\t17 c\t0 z\n")
    assert table.cells.select("value", "status").rows() == [(None, "suppressed"), (None, "not_applicable")]
    assert [problem.kind for problem in table.problems] == ["value withheld"]
    with pytest.raises(StudyError, match="not applicable"):
        read(eurostat_tsv, "geo\\time\t2014 \nDE\t3 z\n")


HEADER = "freq,unit,geo\\TIME_PERIOD\t2019 \t2020 \n"


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        (HEADER + "A,PC,DE\t1 \t2 \nA,PC,DEA\t3 \n", "is cut off", "line 3"),
        (HEADER + "A,PC,DE\t1 \t2 \nA,PC\t3 \t4 \n", "another number of codes", "line 3, column 1"),
        (HEADER + "A,PC,DE\t1 \t2,5 \n", "neither a number", "line 2, column 3 (2020)"),
        (HEADER + "A,PC,DE\t1 \t2 q\n", "neither a number", "line 2, column 3 (2020)"),
        (HEADER + "A,PC,DE\t1 \t\n", "neither a number", "line 2, column 3 (2020)"),
        (HEADER + "A,PC,DE\t1 \t2 \n" + HEADER + "A,PC,DEA\t1 \t2 \n", "header stands again", "line 3"),
        (HEADER.replace("2020 ", "Jahr") + "A,PC,DE\t1 \t2 \n", "'Jahr' is no period", "line 1, column 3"),
        (HEADER.replace("2020", "2019") + "A,PC,DE\t1 \t2 \n", "stand twice", "line 1"),
        (HEADER + "A,PC,DE\t1\x00 \t2 \n", "0x00", "t_t.tsv"),
    ],
)
def test_a_damaged_tsv_is_refused_with_its_place(text: str, said: str, where: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(eurostat_tsv, text)
    assert where in caught.value.where and caught.value.next_step


ONE = "DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"


def test_sdmx_csv_as_eurostat_delivers_it() -> None:
    rows = "".join(
        f"ESTAT:NAMA_10R_3GDP(1.0),{date} 11:00:00,A,MIO_EUR,{rest}\n"
        for date, rest in (
            ("22/05/26", "NA,2020,12.5,p,"),
            ("22/05/26", "DEA11,2020,,,C"),
            ("21/02/26", "DE600,2020,,c,"),
            ("22/05/26", "DE,2020,0,,F"),
            ("22/05/26", "DE,2019,,,"),
        )
    )
    table = read(sdmx_csv, ONE + rows)
    assert table.cells.select("geo", "geo_level", "value", "status", "flag", "row").rows() == [
        ("NA", "nuts0", 12.5, "ok", "p", "L2C7"),
        ("DEA11", "nuts3", None, "suppressed", "C", "L3C7"),
        ("DE600", "nuts3", None, "suppressed", "c", "L4C7"),
        ("DE", "nuts0", 0.0, "ok", None, "L5C7"),
        ("DE", "nuts0", None, "not_available", None, "L6C7"),
    ]
    assert (table.table, table.stated) == ("NAMA_10R_3GDP", "2026-05-22")


def test_sdmx_csv_with_a_column_of_names_behind_each_column_of_codes() -> None:
    text = (
        "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,unit,Unit,nace_r2,Activity,geo,Area,TIME_PERIOD,"
        "Time,OBS_VALUE,Observation value,OBS_FLAG,Flag,CONF_STATUS,Confidentiality\n"
        'dataflow,ESTAT:A_B(1.0),"GVA, regional",A,Annual,PC,Percent,B-E,"Industry, no construction",DE,Germany,2020,,'
        "12.5,,bd,,,\n"
    )
    table = read(sdmx_csv, text)
    columns = ["measure", "geo", "branch", "value", "flag", "row"]
    assert table.cells.select(columns).row(0) == ("OBS_VALUE|unit=PC", "DE", "B-E", 12.5, "bd", "L2C14")
    assert table.branches == {"B-E": "Industry, no construction"}


def test_deletions_and_actions() -> None:
    start = "STRUCTURE,STRUCTURE_ID,ACTION,geo,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    rows = [f"dataflow,X:Y(1.0),{action},DE,{2010 + n},{n},A\n" for n, action in enumerate("IARMD")]
    table = read(sdmx_csv, start + "".join(rows))
    assert table.rows == table.cells.height == 4 and "2014" not in table.cells["period"]
    assert [(problem.kind, problem.where) for problem in table.problems] == [("deletion", "line 6")]
    with pytest.raises(StudyError, match="'X' in the column ACTION") as caught:
        read(sdmx_csv, start + rows[0].replace(",I,", ",X,"))
    assert "line 2, column 3" in caught.value.where


def test_status_codes_of_other_makers() -> None:
    start = "STRUCTURE,STRUCTURE_ID,REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
    codes = {"Q": "suppressed", "M": "not_applicable", "O": "not_available", "U": "unreliable"}
    rows = [f"dataflow,X:Y(1.0),DE,{2010 + n},NaN,{code}\n" for n, code in enumerate(codes)]
    assert read(sdmx_csv, start + "".join(rows)).cells["status"].to_list() == list(codes.values())


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        (ONE + "ESTAT:A(1.0),,A,PC,DE,2020,1,,\nESTAT:A(1.0),,A,PC,DE,20", "is cut off", "line 3"),
        (ONE.replace("OBS_VALUE", "VALUE") + "ESTAT:A(1.0),,A,PC,DE,2020,1,,\n", "have no OBS_VALUE", "line 1"),
        (ONE.replace("TIME_PERIOD", "when") + "ESTAT:A(1.0),,A,PC,DE,x,1,,\n", "is TIME_PERIOD", "line 1"),
        (ONE + "ESTAT:A(1.0),,A,PC,DE,2020,x,,\n", "no number", "line 2, column 7"),
        (ONE + "ESTAT:A(1.0),,A,PC,DE,2020,1,q,\n", "no known flag", "line 2, column 8"),
        (ONE + "ESTAT:A(1.0),,A,PC,DE,2020,1.5,,\n" + ONE, "header stands again", "line 3"),
        (ONE + 'ESTAT:A(1.0),,A,PC,DE,2020,"1,5",,\nESTAT:A(1.0),,A,PC,DE,2021,1.5,,\n', "another decimal", "line "),
    ],
)
def test_a_damaged_sdmx_csv_is_refused_with_its_place(text: str, said: str, where: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(sdmx_csv, text)
    assert where in caught.value.where


def test_a_renamed_area_is_told() -> None:
    table = read(sdmx_csv, ONE.replace("geo", "region") + "ESTAT:A(1.0),,A,PC,DE,2020,1,,\n")
    assert [problem.kind for problem in table.problems] == ["no area"]


CUBE = {
    "version": "2.0",
    "class": "dataset",
    "id": ["geo", "time"],
    "size": [1, 2],
    "dimension": {
        "geo": {"category": {"label": {"DE": "Germany"}}},
        "time": {"category": {"index": ["2019", "2020"]}},
    },
    "value": [1, None],
}


def test_forerunners_of_json_stat() -> None:
    inner = CUBE["dimension"] | {"id": CUBE["id"], "size": CUBE["size"], "role": {"time": ["time"], "geo": ["geo"]}}
    nested = {"dataset": {"label": "T", "dimension": inner, "value": {"0": 1}}}
    bundle = {"first": nested["dataset"], "second": nested["dataset"] | {"value": [2, 3]}}
    collection = {"class": "collection", "link": {"item": [CUBE, CUBE | {"value": [2, 3]}]}}
    wanted = read(jsonstat, json.dumps(CUBE)).cells.select("geo", "period", "value", "status")
    assert wanted.rows() == [("DE", "2019", 1.0, "ok"), ("DE", "2020", None, "not_available")]
    assert read(jsonstat, json.dumps(nested)).cells.select(wanted.columns).equals(wanted)
    for several in (bundle, collection):
        assert read(jsonstat, json.dumps(several)).cells["value"].to_list() == [1.0, None, 2.0, 3.0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": [1, 2, 3]}, "3 entries in 'value', but the dimensions make 2 positions"),
        ({"value": {"2": 5}}, "position '2' does not exist"),
        ({"value": ["x", 1]}, "'x' is no number"),
        ({"status": ["q", ""]}, "status 'q'"),
        ({"status": [":", ""]}, "one of them is wrong"),
        ({"size": [1, 3]}, "has 2 categories instead of 3"),
        ({"size": [1]}, "do not fit"),
        ({"id": ["geo", "when"]}, "'when' has no categories"),
    ],
)
def test_a_damaged_json_stat_is_refused(change: dict, said: str) -> None:
    with pytest.raises(StudyError, match=said) as caught:
        read(jsonstat, json.dumps(CUBE | change))
    assert "t_t.tsv" in caught.value.where


def test_json_that_is_cut_or_empty_is_refused() -> None:
    with pytest.raises(StudyError, match="cut off"):
        read(jsonstat, json.dumps(CUBE)[:-20])
    with pytest.raises(StudyError, match="holds no cube"):
        read(jsonstat, json.dumps({"class": "collection", "link": {"item": [{"class": "dataset", "href": "x"}]}}))
    codes = [str(number) for number in range(1000)]
    names = ["a", "b", "c"]
    huge = {name: {"category": {"index": codes}} for name in names}
    with pytest.raises(StudyError, match="more than a table has"):
        read(jsonstat, json.dumps(CUBE | {"id": names, "size": [1000] * 3, "dimension": huge, "value": {}}))


def test_areas_that_only_look_like_regions() -> None:
    codes = ["EA19", "EFTA", "EEA", "EE00", "DEZZZ", "FRA1", "UKI31", "ITG", "DE001M", "EU", "XK", "WORLD", "DEW", "05"]
    levels = pl.DataFrame({"geo": codes}).select(eurostat_signs.geo_level(pl.col("geo"))).to_series().to_list()
    wanted = "other other other nuts2 nuts3 nuts2 nuts3 nuts1 other other nuts0 other other other"
    assert levels == wanted.split()
