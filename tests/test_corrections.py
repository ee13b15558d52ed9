"""Corrections of published figures: applied where the error stands, and loud as soon as anything else is the case."""

import tomllib
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import catalogue, corrections, regions, runs, tasks, warehouse
from analysis.errors import StudyError
from analysis.plan import Plan
from analysis.sources.observations import SCHEMA, observations
from tests.conftest import RAW
from tests.test_warehouse import copy_of_raw, spoil

TODAY = date(2026, 11, 27)
ENTRY = """
[[correction]]
id = "households-1987"
source = "balance"
selector = { measure = "city_co2_kt", geo = "05111", branch = "households", period = "1987" }
guard = { value = 1.953 }
becomes = { value = 1953 }
reason = "Ein Punkt, der Tausender gruppiert."
evidence = "Die vier Sektoren ergeben die Summe derselben Datei."
decided_by = "Redaktion"
date = 2026-11-23
expires = 2027-12-31
"""


def loaded(folder: Path, *changes: tuple[str, str], text: str = ENTRY) -> tuple[corrections.Correction, ...]:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / corrections.FILE).write_text(text, "utf-8")
    return corrections.load(folder)


def balance(value: float | None = 1.953, status: str = "ok", flag: str | None = None) -> pl.DataFrame:
    """Four cells of a city's balance; the first is the one in question."""
    cells = [
        ("households", "1987", value, status, flag),
        ("traffic", "1987", 1193.0, "ok", "p"),
        ("households", "1997", 1775.0, "ok", None),
        ("total", "1987", 7869.0, "ok", None),
    ]
    rows = [
        (
            "balance",
            "1",
            "city_co2_kt",
            "05111",
            "district",
            branch,
            "none",
            period,
            number,
            "kt",
            state,
            sign,
            "ab" * 32,
            f"L{n}",
        )
        for n, (branch, period, number, state, sign) in enumerate(cells)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_the_cell_becomes_what_was_decided_and_says_so(tmp_path: Path) -> None:
    found = corrections.apply(balance(flag="p"), loaded(tmp_path), today=TODAY)
    assert found.row(0, named=True)["value"] == 1953.0
    assert found.row(0, named=True)["flag"] == "p corrected:households-1987"
    assert found[1:].equals(balance()[1:])
    assert observations(found).equals(found)


def test_a_cell_whose_value_nobody_knows_is_taken_out(tmp_path: Path) -> None:
    entries = loaded(tmp_path, ("{ value = 1953 }", '{ status = "not_available" }'))
    cell = corrections.apply(balance(), entries, today=TODAY).row(0, named=True)
    assert (cell["value"], cell["status"], cell["flag"]) == (None, "not_available", "corrected:households-1987")


def test_zero_is_a_value_of_its_own(tmp_path: Path) -> None:
    entries = loaded(
        tmp_path, ("{ value = 1953 }", "{ value = 0 }"), ("{ value = 1.953 }", '{ status = "suppressed" }')
    )
    cell = corrections.apply(balance(None, "suppressed"), entries, today=TODAY).row(0, named=True)
    assert (cell["value"], cell["status"]) == (0.0, "zero")


def test_several_cells_only_if_that_is_said(tmp_path: Path) -> None:
    wide = (', branch = "households"', ""), ("{ value = 1953 }", '{ status = "not_available" }')
    with pytest.raises(StudyError, match=r"'households-1987' of balance hits 3 cells instead of 1"):
        corrections.apply(balance(), loaded(tmp_path, *wide), today=TODAY)
    three = loaded(tmp_path, *wide, ("guard = { value = 1.953 }", 'guard = { status = "ok" }\nrows = 3'))
    assert corrections.apply(balance(), three, today=TODAY)["value"].to_list() == [None, None, 1775.0, None]


def test_a_correction_that_hits_nothing_fails(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="hits 0 cells"):
        corrections.apply(balance(), loaded(tmp_path, ('1987" }', '1988" }')), today=TODAY)
    with pytest.raises(StudyError, match="hits 0 cells"):
        corrections.apply(balance(), loaded(tmp_path, ('"balance"', '"balances"')), today=TODAY)


@given(st.one_of(st.none(), st.floats(min_value=-1e9, max_value=1e9)))
def test_once_the_publisher_has_changed_the_figure_it_asks_to_be_deleted(value: float | None) -> None:
    entries = (corrections.Correction(**tomllib.loads(ENTRY)["correction"][0]),)
    found = balance(value, "suppressed" if value is None else "ok" if value else "zero")
    if value == 1.953:
        assert corrections.apply(found, entries, today=TODAY)["value"][0] == 1953.0
        return
    with pytest.raises(StudyError, match=r"'households-1987'.*expects the value 1\.953.*delete me"):
        corrections.apply(found, entries, today=TODAY)


def test_it_ends_on_its_day(tmp_path: Path) -> None:
    entries = loaded(tmp_path)
    corrections.apply(balance(), entries, today=date(2027, 12, 31))
    with pytest.raises(StudyError, match=r"'households-1987' of balance expired on 2027-12-31"):
        corrections.apply(balance(), entries, today=date(2028, 1, 1))


def test_two_corrections_of_one_cell_fail(tmp_path: Path) -> None:
    twice = loaded(tmp_path, text=ENTRY + ENTRY.replace("households-1987", "once-more"))
    with pytest.raises(StudyError, match="one cell: households-1987, once-more"):
        corrections.apply(balance(), twice, today=TODAY)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("reason =", "reasons =", "unknown keys reasons; missing reason"),
        ("guard = { value = 1.953 }\n", "", "missing guard"),
        ("guard = { value = 1.953 }", "guard = { }", "'guard' needs at least one of"),
        ("guard = { value = 1.953 }", "guard = { values = 1.953 }", "unknown keys values"),
        ("guard = { value = 1.953 }", 'guard = { value = "1.953" }', "'guard.value' has the wrong type"),
        ("branch =", "branches =", "unknown keys branches"),
        ('period = "1987"', "period = 1987", "'selector.period' has the wrong type"),
        ("{ value = 1953 }", '{ value = 1953, status = "ok" }', "either a value or"),
        ("{ value = 1953 }", '{ status = "zero" }', "either a value or"),
        ("{ value = 1953 }", "{ value = true }", "'becomes.value' has the wrong type"),
        ("{ value = 1953 }", "{ value = inf }", "'becomes.value' has the wrong type"),
        ("becomes =", "rows = 2\nbecomes =", "to one cell only"),
        (
            'evidence = "Die vier Sektoren ergeben die Summe derselben Datei."',
            'evidence = " "',
            "'evidence' needs words",
        ),
        ("households-1987", "Households 1987", "lower-case"),
        ("expires = 2027-12-31", "expires = 2026-01-01", "expires before it was decided"),
        ("expires = 2027-12-31", 'expires = "2027-12-31"', "are days"),
        ("[[correction]]", "[[corrections]]", "unknown key 'corrections'"),
        ("[[correction]]", "[correction]", "unknown key 'correction'"),
        ("expires = ", "expires ", "cannot be read"),
    ],
)
def test_an_entry_that_is_not_whole_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(StudyError, match=words):
        loaded(tmp_path, (old, new))


def test_an_id_stands_once(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="'households-1987' stands 2 times"):
        loaded(tmp_path, text=ENTRY + ENTRY)


def test_the_bundled_file_is_valid_and_its_example_too(tmp_path: Path) -> None:
    assert corrections.load(RAW) == ()
    lines = (RAW / corrections.FILE).read_text("utf-8").splitlines()
    example = lines[lines.index("# [[correction]]") :]
    (entry,) = loaded(tmp_path, text="\n".join(line.removeprefix("# ") for line in example))
    assert entry.guard == {"value": 1.953}
    assert corrections.load(tmp_path / "elsewhere") == ()


# -- in the run -----------------------------------------------------------------------------------------------------

EMPLOYEES = "regionalstatistik-13111-07-05-4"
PLANTED = (
    ('"balance"', f'"{EMPLOYEES}"'),
    ('measure = "city_co2_kt", geo = "05111", branch = "households", period = "1987"',
     'measure = "employees", geo = "05162", branch = "C", period = "2020"'),
    ("households-1987", "manufacturing-2020"),
    ("1.953", "28.0"),
    ("expires = 2027-12-31", "expires = 9999-12-31"),
)  # fmt: skip


def faulty(folder: Path) -> tuple[Path, float]:
    """The bundled figures with one cell in thousands, and what it was."""
    raw = copy_of_raw(folder)
    hit = (pl.col("geo") == "05162") & (pl.col("branch") == "C") & (pl.col("period") == "2020")
    right = pl.read_parquet(raw / EMPLOYEES / "extract.parquet").filter(hit)["value"].item()
    wrong = pl.when(hit).then(pl.lit(28.0)).otherwise("value").alias("value")
    spoil(raw, EMPLOYEES, lambda table: table.with_columns(wrong))
    return raw, right


def test_a_corrected_cell_is_counted_and_its_flag_travels_to_the_figures_of_regions(tmp_path: Path) -> None:
    raw, right = faulty(tmp_path)
    loaded(raw, *PLANTED, ("{ value = 1953 }", f"{{ value = {right} }}"))
    warehouse.build(tmp_path / "w.duckdb", raw, list(regions.load().values()))
    with warehouse.connect(tmp_path / "w.duckdb") as connection:
        figures = warehouse.slice_figures(connection, ["rheinisches-revier"], ["05162"], 2020)
    own = figures.filter(pl.col("branch") == "C", pl.col("year") == 2020, pl.col("measure") == "employees")
    found = {row["region"]: (row["value"], row["flag"]) for row in own.iter_rows(named=True)}
    assert found["05162"] == (right, "corrected:manufacturing-2020")
    value, flag = found["rheinisches-revier"]
    assert value > right and flag == "corrected:manufacturing-2020"
    others = figures.filter(pl.col("measure") == "employees", pl.col("year") == 2019)
    assert set(others["flag"]) == {""}


def test_a_correction_no_longer_needed_stops_the_run(tmp_path: Path) -> None:
    raw = copy_of_raw(tmp_path)
    loaded(raw, *PLANTED)
    with pytest.raises(StudyError, match=r"'manufacturing-2020'.*delete me"):
        warehouse.build(tmp_path / "w.duckdb", raw, list(regions.load().values()))


def test_a_changed_file_makes_the_warehouse_and_the_edition_out_of_date(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for name in ("editions.toml", corrections.FILE):
        (raw / name).write_bytes((RAW / name).read_bytes())
    plan = Plan(
        edition=catalogue.edition(raw, "2020"),
        regions=(regions.load()["hamburg"],),
        formats=("html",),
        engine="embedded",
        raw=raw,
        processed=tmp_path / "p",
        out=tmp_path / "o",
    )
    before = runs.state(plan)["from"]
    assert raw / corrections.FILE in tasks.raw_files(plan)
    (warehouse_task,) = [task for task in tasks.tasks(plan) if task.name == "warehouse"]
    assert (raw / corrections.FILE).absolute() in [node.path for node in warehouse_task.depends_on["files"]]
    loaded(raw)
    assert runs.state(plan)["from"] != before
