"""Conventions that hold the structure together. Each failure names the cure."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from analysis import catalogue, wording
from analysis.plan import CHAPTERS, COMPARISON_CHAPTER
from analysis.sources import extracts
from tests.conftest import RAW, ROOT

ANALYSIS = ROOT / "analysis"
NOTEBOOKS = sorted((ANALYSIS / "notebooks").glob("*.ipynb"))
REPORTS = sorted((ROOT / "reports").glob("*/*.qmd"))

# Who may import whom, from the outside in: a module imports only from rooms further right, or from its own.
ROOMS = {
    "runs": 0,
    "tasks": 0,
    "scope": 0,
    "listings": 0,
    "explanation": 0,
    "stages": 1,
    "publishing": 2,
    "chapters": 3,
    "expectations": 3,
    "slices": 3,
    "lineage": 3,
    "study": 4,
    "exhibits": 5,
    "charts": 6,
    "maps": 6,
    "rules": 6,
    "warehouse": 6,
    "wording": 7,
    "corrections": 8,
    "fetching": 7,
    "facts": 8,
    "inputs": 8,
    "plan": 8,
    "sources": 8,
    "workbench": 8,
    "territory": 8,
    "theme": 8,
    "fonts": 9,
    "methods": 9,
    "regions": 9,
    "goals": 9,
    "catalogue": 9,
    "classifications": 9,
    "lexicon": 9,
    "grammar": 10,
    "files": 10,
    "errors": 10,
}
OUTSIDE = {"duckdb": {"warehouse", "slices", "expectations"}, "pytask": {"tasks"}, "papermill": {"publishing"}}
OUTSIDE |= {"requests": {"fetching"}, "urllib3": {"fetching"}}  # no other room reaches out
PURE = ("methods", "wording", "charts", "maps", "theme", "lexicon", "grammar")


def room(path: Path) -> str:
    return path.relative_to(ANALYSIS).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Dotted names a module imports, wherever in it the import stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


MODULES = [path for path in sorted(ANALYSIS.rglob("*.py")) if path.name != "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ANALYSIS)))
def test_dependencies_point_one_way(path: Path) -> None:
    own = room(path)
    assert own in ROOMS, f"Give the room '{own}' its place in ROOMS."
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "analysis" or len(parts) < 2:
            continue
        other = parts[1]
        assert ROOMS[other] >= ROOMS[own], (
            f"{own} imports {other}, which stands further out. Move what both need further in."
        )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ANALYSIS)))
def test_each_engine_has_one_room(path: Path) -> None:
    for name in imported(path):
        allowed = OUTSIDE.get(name.split(".")[0])
        assert allowed is None or room(path) in allowed, f"{name} belongs in {allowed}: call that room instead."


@pytest.mark.parametrize("path", [p for p in MODULES if room(p) in PURE], ids=lambda p: str(p.relative_to(ANALYSIS)))
def test_pure_rooms_touch_no_data_folder(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"duckdb|data/raw|data/processed|read_parquet|read_csv", text), (
        "Methods, wording and charts take frames: read the data where the chapter is."
    )


def test_the_core_stays_free_of_the_command_line() -> None:
    for path in MODULES:
        assert "typer" not in imported(path), "Only pipeline.py knows the command line."


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_are_thin(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in cells) == 1, "One cell of parameters."
    for cell in cells:
        source = "".join(cell["source"])
        assert not cell["outputs"], "Clear the outputs before committing."
        assert not re.search(r"^\s*(def|class|for|while) ", source, re.M), "Move logic into analysis/chapters."
        assert "select " not in source.lower(), "Move SQL into analysis/sql."
    if path.stem in (*CHAPTERS, COMPARISON_CHAPTER):
        assert "study.save()" in "".join(cells[-1]["source"]), "The last cell saves the study."


def test_the_tour_calls_every_method() -> None:
    from analysis.workbench.methods import METHODS, WITHHELD

    text = (ANALYSIS / "notebooks" / "methods_tour.ipynb").read_text("utf-8")
    missing = [name for name in (*METHODS, *WITHHELD) if f".{name}(" not in text]
    assert not missing, f"Show {', '.join(missing)} on the study's data in methods_tour.ipynb."


@pytest.mark.parametrize("folder", sorted(p for p in RAW.iterdir() if p.is_dir()), ids=lambda path: path.name)
def test_every_raw_source_says_where_it_comes_from(folder: Path) -> None:
    meta = extracts.read_source(RAW, folder.name)
    for name in ("publisher", "title", "table", "licence", "attribution", "territory", "note_de"):
        assert getattr(meta, name), f"{folder.name}/source.toml leaves '{name}' empty: import it again."
    assert meta.period or meta.reference_date, f"{folder.name}/source.toml gives no time: import it again."
    for one in meta.extracts:
        assert not extracts.read_extract(RAW, folder.name, one.name).is_empty()


def test_the_bundled_figures_stay_small() -> None:
    size = sum(path.stat().st_size for path in RAW.rglob("*") if path.is_file())
    assert size < 8_000_000, "The bundled set stays below 8 MB: extract fewer columns or use Parquet."


def test_every_indicator_is_complete() -> None:
    known = {meta.id for meta in extracts.list_sources(RAW)}
    for item in catalogue.indicators().values():
        assert item.label_de and item.label_en, f"{item.id}: give labels in both languages."
        counted = item.id.startswith("goals_")  # counted from goals.toml, which names the documents itself
        assert (item.sources or counted) and set(item.sources) <= known, f"{item.id}: name sources of data/raw."
        assert item.unit in wording.UNITS, f"{item.id}: describe the unit in wording.UNITS."
        free = re.sub(r"NACE 35|\b(19|20)\d\d\b", "", item.definition_de)
        assert not re.search(r"\d", free), f"{item.id}: a definition carries no figures but years."
        if item.aggregation == "ratio" and item.numerator:
            assert item.denominator, f"{item.id}: a ratio needs its denominator."


def test_measures_are_additive_only_if_the_catalogue_says_so() -> None:
    indicators = catalogue.indicators()
    additive = {item.measure for item in indicators.values() if item.aggregation == "additive" and item.measure}
    other = {item.measure for item in indicators.values() if item.aggregation != "additive" and item.measure}
    assert not additive & other, "One measure, one aggregation."


@pytest.mark.parametrize("path", sorted((ANALYSIS / "sql").rglob("*.sql")), ids=lambda path: path.stem)
def test_every_query_states_its_grain(path: Path) -> None:
    if path.stem == "macros":
        return
    assert "One row per" in path.read_text("utf-8"), "Say in a comment what one row is."


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.name)
def test_reports_stay_in_the_dialect(path: Path) -> None:
    from analysis.publishing.dialect import check_dialect

    check_dialect(path.read_text("utf-8"), path.name)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ANALYSIS)))
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 420, f"{path.name} has {lines} lines: split it by subject."


def test_no_file_is_called_utils() -> None:
    assert not [path for path in ROOT.rglob("utils.py") if ".venv" not in path.parts], "Name the subject."


def test_decisions_are_numbered_and_short() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04d}" for number in range(1, len(found) + 1)]
    for path in found:
        text = path.read_text("utf-8")
        for part in ("Question", "Choice", "Price", "Date"):
            assert f"**{part}.**" in text, f"{path.name}: say the {part.lower()}."
        assert len(text.split()) < 350, f"{path.name}: half a page is enough."


def test_the_lock_names_no_place() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in text and "--index" not in text, "Compile the lock without index addresses."
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for package in wanted:
        name = re.split(r"[<>=\[ ]", package)[0].lower().replace("_", "-")
        assert re.search(rf"^{re.escape(name)}==", text, re.M), f"{name} is not pinned: compile the lock again."


def test_the_absent_grammar_is_still_needed() -> None:
    """The workaround in analysis/__init__.py: delete it when jsonschema no longer loads the package on import."""
    from importlib.util import find_spec

    text = Path(find_spec("jsonschema._format").origin).read_text("utf-8")
    assert "from rfc3987_syntax import" in text, "Delete the workaround in analysis/__init__.py."
