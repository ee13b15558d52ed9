"""Every method runs on files as it does in the library, and refuses in one sentence what it cannot do."""

import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.errors import UsageError
from analysis.workbench import calls, methods
from analysis.workbench.files import read
from tests.conftest import ROOT
from tests.methods.figures import direct_weights, duesseldorf_2019, persons_employed

SECTORS = ["Landwirtschaft", "Industrie"]
FLOWS = pl.DataFrame({"sector": SECTORS, "Landwirtschaft": [20.0, 30.0], "Industrie": [45.0, 15.0]})
A = pl.DataFrame({"sector": SECTORS, "Landwirtschaft": [0.2, 0.3], "Industrie": [0.3, 0.1]})
OUTPUT = pl.DataFrame({"sector": SECTORS[::-1], "value": [150, 100]})
CLOSED = pl.DataFrame(
    {
        "sector": [*SECTORS, "households"],
        "Landwirtschaft": [0.2, 0.3, 0.3],
        "Industrie": [0.3, 0.1, 0.4],
        "households": [0.1, 0.5, 0.0],
    }
)
SNAPSHOT = A.with_columns(intensity=pl.Series([0.5, 0.6]), final_demand=pl.Series([35.0, 105.0]))
REGIONS = [f"0{number}" for number in range(1, 7)]
GDP_2000 = [60316, 24755, 30019, 31313, 23295, 24300]
GDP_2007 = [72838, 31396, 36687, 37457, 27493, 33277]
GDP_2014 = [77555, 34392, 44555, 37005, 30713, 34597]
PER_HEAD = pl.concat(
    pl.DataFrame({"region": REGIONS, "year": year, "value": values})
    for year, values in ((2000, GDP_2000), (2007, GDP_2007), (2014, GDP_2014))
)
PLANTS = pl.DataFrame({"branch": "C", "region": ["01", "01", "02", "03"], "value": [120, 80, 40, 10]})
AREA = pl.DataFrame({"region": REGIONS[:3], "value": [217, 755, 576]})
WORKS = pl.DataFrame(
    {"region": REGIONS[:3] * 2, "branch": ["B-E"] * 3 + ["G-I"] * 3, "value": [39667, 121297, 34453] * 2}
)
SECRET = pl.DataFrame(
    {"region": ["r0", "r0", "r1", "r1"], "branch": ["b0", "b1"] * 2, "value": [None, None, None, None]},
    schema={"region": pl.String, "branch": pl.String, "value": pl.Int64},
)
MARGINS = pl.DataFrame(
    {"region": ["r0", "r1", "total", "total"], "branch": ["total", "total", "b0", "b1"], "value": [100, 60, 100, 60]}
)
EMITTED = pl.DataFrame({"region": "02000", "year": [2004, 2017], "value": [19_000, 16_398]})
PRODUCED = pl.DataFrame({"region": "02000", "year": [2004, 2017], "value": [80_000, 117_000]})
KAYA = pl.DataFrame({"sector": ["industry", "traffic"], "people": [1734, 1734], "per_head": [3.87, 2.4]})
LATER = KAYA.with_columns(people=pl.Series([1830, 1830]), per_head=pl.Series([2.51, 2.1]))

# Method -> the files by argument, in order, and the options as typed.
CALLS: dict[str, tuple[dict[str, pl.DataFrame | str], dict[str, str]]] = {
    "location_quotient": ({"values": persons_employed(), "reference": "germany"}, {"form": "difference"}),
    "specialisation": ({"values": persons_employed(), "reference": "germany"}, {}),
    "concentration": ({"values": persons_employed(), "reference": "germany"}, {}),
    "ellison_glaeser": ({"plants": PLANTS}, {}),
    "litzenberger_sternberg": ({"values": WORKS, "area": AREA, "population": AREA, "plants": WORKS}, {}),
    "portfolio": ({"values": persons_employed(), "reference": "germany"}, {"start": "2008", "end": "2017"}),
    "shift_share": (
        {"values": persons_employed(), "reference": "germany"},
        {"start": "2008", "end": "2017", "form": "esteban_marquillas", "by_branch": "yes"},
    ),
    "spatial_shift_share": (
        {
            "values": persons_employed(),
            "reference": "germany",
            "neighbours": pl.DataFrame(
                {
                    "region": ["duesseldorf", "rheinisches-revier", "hamburg"],
                    "neighbour": ["rheinisches-revier", "duesseldorf", "duesseldorf"],
                }
            ),
        },
        {"start": "2008", "end": "2017"},
    ),
    "convergence": ({"panel": PER_HEAD}, {}),
    "mobility": ({"panel": PER_HEAD}, {"classes": "0.75,1.0", "step": "7"}),
    "technical_coefficients": ({"flows": FLOWS, "output": OUTPUT}, {}),
    "leontief_inverse": ({"coefficients": A}, {}),
    "ghosh_inverse": ({"flows": FLOWS, "output": OUTPUT}, {}),
    "multipliers": ({"inverse": "L", "satellite": OUTPUT, "closed": "closed L"}, {}),
    "closed_for_households": ({"A": A, "pay": OUTPUT, "consumption": OUTPUT}, {}),
    "linkages": ({"inverse": "L"}, {}),
    "location_quotient_regionalisation": ({"A": A, "regional": OUTPUT, "national": OUTPUT}, {"form": "cilq"}),
    "structural_decomposition": (
        {"start": SNAPSHOT, "end": SNAPSHOT.with_columns(intensity=pl.Series([0.4, 0.6]))},
        {},
    ),
    "network_weights": (
        {
            "flows": FLOWS,
            "output": OUTPUT,
            "branches": pl.DataFrame({"sector": SECTORS, "branch": ["A", "B-E"]}),
        },
        {"variant": "chain"},
    ),
    "network_jobs": ({"employment": duesseldorf_2019(), "weights": direct_weights()}, {"draws": "256"}),
    "network_headcount": (
        {"employment": pl.DataFrame({"region": "02000", "branch": "10", "value": [6400]})},
        {"variant": "headcount_narrow", "absent": "zero"},
    ),
    "calibrate": ({"employment": duesseldorf_2019(), "weights": direct_weights()}, {"published": "94800"}),
    "intensities": ({"emissions": EMITTED, "by": PRODUCED}, {}),
    "lmdi": ({"start": KAYA, "end": LATER}, {"factors": "people,per_head"}),
    "regional_lmdi": ({"a": KAYA, "b": LATER}, {"factors": "people,per_head", "form": "multiplicative"}),
    "chained_lmdi": (
        {"values": pl.concat([KAYA.with_columns(year=2004), LATER.with_columns(year=2017)])},
        {"factors": "people,per_head"},
    ),
    "decoupling": ({"emissions": EMITTED, "output": PRODUCED}, {}),
    "path": (
        {
            "observations": pl.DataFrame({"year": [1990, 2017], "value": [5473, 4589]}),
            "baseline": "1990:5473",
            "target": "2030:3010",
        },
        {},
    ),
    "complexity": ({"values": persons_employed().filter(year=2017).drop("year"), "reference": "germany"}, {}),
    "relatedness": ({"values": persons_employed().filter(year=2017).drop("year")}, {"measure": "jaccard"}),
    "density": ({"values": persons_employed().filter(year=2017).drop("year")}, {}),
    "aggregate_bounds": (
        {
            "cells": SECRET,
            "margins": MARGINS,
            "groups": pl.DataFrame({"group": ["g", "g"], "region": ["r0", "r1"], "branch": ["b0", "b1"]}),
        },
        {},
    ),
    "disclosure_audit": (
        {
            "released": pl.DataFrame(
                {"statement": ["s"], "region": ["r0"], "branch": ["b0"], "coefficient": [1.0], "value": [97]}
            ),
            "cells": SECRET,
            "margins": MARGINS,
        },
        {},
    ),
}


def written(folder: Path, name: str, content: pl.DataFrame | str) -> str:
    """The argument as typed: a table's path, or the text itself."""
    if content in ("L", "closed L") if isinstance(content, str) else False:
        base = A if content == "L" else CLOSED
        names = base["sector"].to_list()
        inverse = np.linalg.inv(np.eye(len(names)) - base.drop("sector").to_numpy())
        content = pl.DataFrame({"sector": names, **dict(zip(names, inverse.T, strict=True))})
    if isinstance(content, str):
        return content
    path = folder / f"{name}.csv"
    content.write_csv(path)
    return str(path)


def test_every_public_method_can_be_called() -> None:
    assert set(CALLS) == set(methods.METHODS)


@pytest.mark.parametrize("name", CALLS)
def test_a_method_on_files(name: str, tmp_path: Path) -> None:
    files, options = CALLS[name]
    typed = {key: written(tmp_path, key, content) for key, content in files.items()}
    tables, _ = calls.call(name, typed, options)
    for table in tables.values():
        assert table.height or name == "disclosure_audit"
        assert all("nan" not in cell.lower() for row in calls.as_rows(table) for cell in row.values())


def test_the_result_is_the_librarys(tmp_path: Path) -> None:
    from analysis.methods.growth import shift_share

    typed = {"values": written(tmp_path, "values", persons_employed()), "reference": "germany"}
    tables, _ = calls.call("shift_share", typed, {"start": "2008", "end": "2017"})
    assert tables["result"].equals(shift_share(persons_employed(), 2008, 2017, "germany"))


def test_vectors_are_put_into_the_order_of_the_square(tmp_path: Path) -> None:
    typed = {"flows": written(tmp_path, "flows", FLOWS), "output": written(tmp_path, "output", OUTPUT)}
    tables, _ = calls.call("technical_coefficients", typed, {})
    assert tables["result"].rows() == [("Landwirtschaft", 0.2, 0.3), ("Industrie", 0.3, 0.1)]


def test_tidy_flows_are_a_square_too(tmp_path: Path) -> None:
    tidy = FLOWS.rename({"sector": "deliverer"}).unpivot(index="deliverer", variable_name="receiver")
    typed = {"flows": written(tmp_path, "flows", tidy), "output": written(tmp_path, "output", OUTPUT)}
    tables, _ = calls.call("technical_coefficients", typed, {})
    assert tables["result"]["Industrie"].to_list() == [0.3, 0.1]


@pytest.mark.parametrize(
    ("name", "files", "options", "said"),
    [
        ("shift_shear", {}, {}, "is unknown"),
        ("suppression_bounds", {}, {}, "Use aggregate_bounds"),
        ("shift_share", {"values": persons_employed()}, {}, "also needs start, end"),
        ("shift_share", {"values": persons_employed()}, {"start": "2017", "end": "2008"}, "not before end"),
        ("shift_share", {"values": persons_employed()}, {"begin": "2008"}, "no option 'begin'"),
        ("shift_share", {"values": persons_employed(), "weights": "germany"}, {}, "no file 'weights'"),
        ("path", {"observations": PER_HEAD, "baseline": "1990", "target": "2030:1"}, {}, "'1990' is no point"),
        ("technical_coefficients", {"flows": FLOWS, "output": OUTPUT.head(1)}, {}, "not those of the table: Landw"),
        ("leontief_inverse", {"coefficients": FLOWS}, {}, "not productive"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    name: str, files: dict, options: dict, said: str, tmp_path: Path
) -> None:
    typed = {key: written(tmp_path, key, content) for key, content in files.items()}
    with pytest.raises(UsageError, match=said):
        calls.call(name, typed, options)


def test_the_command_writes_what_the_terminal_shows(tmp_path: Path) -> None:
    frame, out = written(tmp_path, "values", persons_employed()), tmp_path / "out.parquet"
    asked = ["method", "shift_share", frame, "--start", "2008", "--end", "2017", "--reference", "germany"]
    shown, filed, wrong = (
        subprocess.run([sys.executable, "pipeline.py", *asked, *more], cwd=ROOT, capture_output=True, text=True)
        for more in ([], ["--out", str(out)], ["--set", "form=nothing"])
    )
    assert "hamburg" in shown.stdout and "140050" in shown.stdout
    assert read(out).filter(region="hamburg")["change"].item() == 140050
    assert filed.returncode == 0 and wrong.returncode == 2 and "Traceback" not in wrong.stderr


def test_every_method_is_listed_with_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "pipeline.py", "list", "methods", "--json"], cwd=ROOT, capture_output=True, text=True
    )
    listed = {row["method"]: row["gives"] for row in json.loads(done.stdout)}
    assert set(listed) == set(methods.METHODS) and all("\n" not in text and text for text in listed.values())


def test_files_and_options_name_arguments_that_exist() -> None:
    for method in methods.METHODS.values():
        assert set(method.files) <= set(inspect.signature(method.function).parameters), method.name
