"""The study as a newcomer gets it: files, figures, traces, and what happens on a second run."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import polars as pl
import pytest
from bs4 import BeautifulSoup
from filelock import FileLock
from pypdf import PdfReader

from tests.conftest import ROOT
from tests.study.conftest import Run
from tests.test_warehouse import copy_of_raw, spoil

pytestmark = pytest.mark.xdist_group("study")
REPORTS = ("duesseldorf", "hamburg", "rheinisches-revier", "comparison")


def page(study: Run, report: str) -> BeautifulSoup:
    return BeautifulSoup((study.edition / "de" / f"{report}.html").read_text("utf-8"), "html.parser")


def words(study: Run, report: str) -> str:
    """What a reader sees in the main part, narrow spaces as blanks."""
    return " ".join(page(study, report).main.get_text(" ").replace("\u202f", " ").split())


def test_the_edition_holds_what_the_contract_names(study: Run) -> None:
    for report in REPORTS:
        for ending in ("html", "pdf"):
            assert (study.edition / "de" / f"{report}.{ending}").stat().st_size > 50_000
    for name in ("index.html", "manifest.json", "data/facts.csv", "data/facts.parquet", "data/facts.xlsx"):
        assert (study.edition / name).is_file()
    assert (study.edition / "data" / "observations.parquet").is_file()


def test_the_manifest_vouches_for_every_file_and_names_no_place(study: Run) -> None:
    manifest = json.loads((study.edition / "manifest.json").read_text("utf-8"))
    found = {p.relative_to(study.edition).as_posix() for p in study.edition.rglob("*") if p.is_file()}
    assert found - {"manifest.json"} == set(manifest["files"])
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((study.edition / name).read_bytes()).hexdigest() == digest
    assert str(study.folder) not in (study.edition / "manifest.json").read_text("utf-8")


def test_no_output_names_a_path_of_this_machine(study: Run) -> None:
    for path in study.edition.rglob("*"):
        if path.suffix in (".html", ".json", ".csv", ".ipynb", ".svg"):
            text = path.read_text("utf-8")
            for place in (str(study.folder), str(Path(__file__).resolve().parents[2]), str(Path.home()) + "/"):
                assert place not in text, f"{path.name} holds {place}"


@pytest.mark.parametrize(
    ("report", "printed"),
    [
        ("duesseldorf", ["429.514", "39.667", "0,43", "rund 92.600", "21,8 %", "94.800"]),
        ("hamburg", ["997.534", "121.297"]),
        ("rheinisches-revier", ["832.016"]),
        ("comparison", ["429.514", "997.534", "832.016"]),
    ],
)
def test_known_figures_are_printed(study: Run, report: str, printed: list[str]) -> None:
    text = words(study, report)
    missing = [figure for figure in printed if figure not in text]
    assert not missing


@pytest.mark.parametrize("report", REPORTS)
def test_the_pdf_is_tagged_german_and_says_the_same(study: Run, report: str) -> None:
    reader = PdfReader(study.edition / "de" / f"{report}.pdf")
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "de-DE" and root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title and reader.outline
    text = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in reader.pages)).replace("\u202f", " ")
    figures = [a.get_text().replace("\u202f", " ") for a in page(study, report).main.select("p a.fact")]
    assert figures and not [figure for figure in figures if figure not in text]


@pytest.mark.parametrize("report", REPORTS)
def test_figures_have_title_source_alternative_and_table(study: Run, report: str) -> None:
    found = page(study, report).main.find_all("figure")
    drawn = [figure for figure in found if figure.find("svg", class_="chart")]
    assert len(drawn) >= (10 if report == "comparison" else 8)
    for figure in drawn:
        assert figure.figcaption.get_text(strip=True)
        assert figure.find("svg", class_="chart")["aria-label"]
        assert figure.find("table") is not None
        assert "Quelle" in figure.get_text() or figure.find("details"), "each figure names its source"


@pytest.mark.parametrize("report", (*REPORTS, "index"))
def test_no_page_reaches_out_or_leaks_a_placeholder(study: Run, report: str) -> None:
    path = study.edition / ("index.html" if report == "index" else f"de/{report}.html")
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    for tag in soup.find_all(["script", "link", "img", "iframe"]):
        for name in ("src", "href"):
            assert not str(tag.get(name, "")).startswith(("http:", "https:", "//"))
    text = soup.main.get_text(" ")
    assert not re.search(r"\b(nan|NaN|None|undefined)\b|\?meta:|\?\?|@fig-|@tbl-|@sec-|\{\{<", text)
    assert not [cell for cell in soup.find_all(["td", "a", "strong"]) if cell.get_text(strip=True) == "null"]


def test_executed_notebooks_are_readable_and_offline(study: Run) -> None:
    pages = sorted((study.edition / "notebooks").rglob("*.html"))
    assert len(pages) == 6 * 3 + 1
    for path in pages:
        soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        assert soup.h1 and "Traceback" not in soup.get_text()
        assert not [tag for tag in soup.find_all("script") if str(tag.get("src", "")).startswith("http")]


def test_the_tour_of_the_methods_runs_on_the_studys_figures(study: Run, tmp_path: Path) -> None:
    import papermill

    from analysis.plan import NOTEBOOKS

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDUSTRIEMONITOR_PROCESSED", str(study.folder / "processed"))
        patch.setenv("PYTHONPATH", str(ROOT))
        made = papermill.execute_notebook(
            NOTEBOOKS / "methods_tour.ipynb",
            tmp_path / "tour.ipynb",
            cwd=ROOT,
            progress_bar=False,
            kernel_name="python3",
        )
    shown = [cell for cell in made.cells if cell.cell_type == "code" and cell.outputs]
    assert len(shown) > 30 and "140050" in json.dumps(made), "Hamburg's change of 2008–2017 is among the results"


def test_explain_walks_from_the_figure_to_file_and_line(study: Run) -> None:
    done = study.command("explain", "duesseldorf.network_jobs.direct.2019")
    assert done.returncode == 0, done.stderr
    assert "rund 92.600" in done.stdout
    assert re.search(r"13111-07-05-4_2019\.csv L1078C4: .*40\.517", done.stdout), "the cell of B–E in the official file"
    assert "Statistische Ämter" in done.stdout
    unknown = study.command("explain", "duesseldorf.network_jobs.direct.1999")
    assert unknown.returncode == 2 and "There is no fact" in unknown.stderr


def test_every_fact_has_inputs_that_explain(study: Run) -> None:
    facts = pl.read_parquet(study.edition / "data" / "facts.parquet")
    orphans = facts.filter(pl.col("inputs").list.len() == 0, pl.col("value").is_not_null())
    counted = ~pl.col("indicator").str.starts_with("goals_")
    zeros = pl.col("status") != "zero"
    assert orphans.filter(counted, zeros)["id"].to_list() == []


def test_the_revier_is_the_sum_of_its_districts_in_every_additive_fact(study: Run) -> None:
    from analysis import catalogue, regions

    additive = [item.id for item in catalogue.indicators().values() if item.aggregation == "additive" and item.measure]
    revier = regions.load()["rheinisches-revier"]
    observations = pl.read_parquet(study.edition / "data" / "observations.parquet")
    facts = pl.read_parquet(study.edition / "data" / "facts.parquet").filter(
        pl.col("region") == revier.id, pl.col("indicator").is_in(additive), pl.col("value").is_not_null()
    )
    assert facts.height > 30
    measures = {item.id: item.measure for item in catalogue.indicators().values()}
    for fact in facts.iter_rows(named=True):
        parts = observations.filter(
            pl.col("region").is_in(revier.districts),
            pl.col("measure") == measures[fact["indicator"]],
            pl.col("branch") == (fact["branch"] or "total"),
            pl.col("year") == int(fact["period"]),
        )
        assert parts.height == 7 and parts["value"].sum() == pytest.approx(fact["value"]), fact["id"]


def test_a_second_run_has_nothing_to_do(study: Run) -> None:
    before = (study.edition / "manifest.json").stat().st_mtime_ns
    done = study.command("run")
    assert done.returncode == 0 and "Nothing to do" in done.stdout, done.stdout + done.stderr
    assert (study.edition / "manifest.json").stat().st_mtime_ns == before
    assert "up to date" in study.command("status").stdout


def test_a_second_run_at_the_same_time_is_refused(study: Run) -> None:
    with FileLock(study.folder / "processed" / "run.lock"):
        done = study.command("run")
    assert done.returncode == 4 and "Another run" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--region", "atlantis"], "atlantis"),
        (["run", "--region", "05999"], "05999"),
        (["run", "--edition", "1999"], "1999"),
        (["explain", "nothing.at.all"], "There is no fact"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(study: Run, arguments: list[str], said: str) -> None:
    done = study.command(*arguments)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_a_changed_figure_for_hamburg_rebuilds_hamburg_and_the_comparison_only(study: Run, tmp_path: Path) -> None:
    made = Run(Path(shutil.copytree(study.folder, tmp_path / "study", symlinks=True)))
    raw = copy_of_raw(tmp_path)
    hit = (pl.col("geo") == "02") & (pl.col("branch") == "J") & (pl.col("period") == "2020")
    value = pl.when(hit).then(pl.col("value") + 1).otherwise(pl.col("value"))
    spoil(raw, "regionalstatistik-13111-07-05-4", lambda table: table.with_columns(value=value))
    before = {
        report: hashlib.sha256((made.edition / "de" / f"{report}.html").read_bytes()).digest() for report in REPORTS
    }
    done = made.command("run", raw=raw)
    assert done.returncode == 0, done.stderr
    ran = set(re.findall(r"^  (notebook|report) ([\w-]+)", done.stderr, re.M))
    assert {region for _, region in ran} == {"hamburg", "comparison"}
    after = {
        report: hashlib.sha256((made.edition / "de" / f"{report}.html").read_bytes()).digest() for report in REPORTS
    }
    assert {report for report in REPORTS if before[report] != after[report]} <= {"hamburg", "comparison"}


def test_a_critical_check_stops_the_run_and_leaves_the_edition(study: Run, tmp_path: Path) -> None:
    made = Run(Path(shutil.copytree(study.folder, tmp_path / "study", symlinks=True)))
    raw = copy_of_raw(tmp_path)
    hit = (pl.col("geo") == "05111") & (pl.col("branch") == "C") & (pl.col("period") == "2019")
    value = pl.when(hit).then(pl.col("value") * 9).otherwise(pl.col("value"))
    spoil(raw, "regionalstatistik-13111-07-05-4", lambda table: table.with_columns(value=value))
    before = (made.edition / "manifest.json").read_bytes()
    done = made.command("run", raw=raw)
    assert done.returncode == 3 and "branches_nested" in done.stderr and "05111" in done.stderr
    assert (made.edition / "manifest.json").read_bytes() == before


def test_any_district_is_a_region_and_extends_the_edition(study: Run, tmp_path: Path) -> None:
    made = Run(Path(shutil.copytree(study.folder, tmp_path / "study", symlinks=True)))
    done = made.command("run", "--region", "05158")
    assert done.returncode == 0, done.stderr
    assert (made.edition / "de" / "05158.html").is_file() and (made.edition / "de" / "duesseldorf.html").is_file()
    assert "im Kreis Mettmann" in words(made, "05158")


def test_a_broken_notebook_publishes_nothing_and_keeps_the_evidence(study: Run, tmp_path: Path) -> None:
    from analysis import plan as planning
    from analysis.errors import StudyError
    from analysis.publishing import execute

    source = json.loads((planning.NOTEBOOKS / "employment.ipynb").read_text("utf-8"))
    source["cells"][2]["source"] = ["raise RuntimeError('planted')"]
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "employment.ipynb").write_text(json.dumps(source), "utf-8")
    made = planning.Plan(
        edition=_edition(),
        regions=(),
        formats=("html",),
        engine="embedded",
        processed=study.folder / "processed",
        out=tmp_path / "out",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute, "NOTEBOOKS", folder)
        patch.setattr(planning.Plan, "folder", lambda self, region, chapter="": tmp_path / region / chapter)
        with pytest.raises(StudyError, match=r"employment.*RuntimeError: planted"):
            execute.execute(made, "duesseldorf", "employment")
    assert (tmp_path / "duesseldorf" / "employment" / "failed.ipynb").is_file()
    assert not (tmp_path / "duesseldorf" / "employment" / "notebook.ipynb").exists()


def _edition():
    from analysis import catalogue
    from tests.conftest import RAW

    return catalogue.edition(RAW, "2020")
