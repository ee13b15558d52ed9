"""What each task of a run does. Heavy packages are imported where used: a run with nothing to do needs none."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from analysis.files import write_if_changed
from analysis.plan import Plan
from analysis.regions import Region


@contextmanager
def announced(name: str, plan: Plan) -> Iterator[None]:
    """One line a stage on the terminal, and how long it took in the run's own record."""
    start = time.perf_counter()
    yield
    seconds = time.perf_counter() - start
    print(f"  {name} ({seconds:.1f} s)", file=sys.__stderr__, flush=True)
    plan.home.mkdir(parents=True, exist_ok=True)
    with (plan.home / "run.jsonl").open("a", encoding="utf-8") as record:
        record.write(json.dumps({"stage": name, "seconds": round(seconds, 2)}, ensure_ascii=False) + "\n")


def make_typefaces(plan: Plan) -> None:
    """The cuts of the typeface that charts, pages and PDF share."""
    from analysis import fonts

    with announced("typefaces", plan):
        fonts.font_folder()


def build_warehouse(plan: Plan) -> None:
    """Extracts to DuckDB."""
    from analysis import warehouse

    with announced("warehouse", plan):
        warehouse.build(plan.warehouse, plan.raw, list(plan.regions))


def check_data(plan: Plan) -> None:
    """Great Expectations over staging and marts; a failed critical check raises DataCheckError."""
    from analysis import expectations

    with announced("data checks", plan):
        results = expectations.run(plan.warehouse)
        write_if_changed(plan.checks, expectations.to_json(results))
        expectations.require(results)


def cut_slice(plan: Plan, region: Region) -> None:
    """The figures one region's notebooks may use."""
    from analysis import slices, warehouse

    with announced(f"figures of {region.id}", plan):
        folder = plan.folder(region.id, "inputs")
        references = slices.references(region, plan.compared)
        with warehouse.connect(plan.warehouse) as connection:
            slices.write(connection, folder, region, references, plan)


def run_notebook(plan: Plan, region: Region, chapter: str) -> None:
    """papermill over one chapter of one region; the executed notebook stays beside its results."""
    from analysis.publishing import execute

    with announced(f"notebook {region.id}/{chapter}", plan):
        execute.execute(plan, region.id, chapter)


def render_report(plan: Plan, region: Region, fmt: str) -> None:
    """One report in one format, proofread."""
    from analysis.publishing import report

    with announced(f"report {region.id}.{fmt}", plan):
        report.make(plan, region, fmt)


def audit_secrecy(plan: Plan) -> None:
    """All the edition releases against the official table's secret cells; a betrayed one raises DataCheckError."""
    from analysis.publishing import secrecy

    with announced("secrecy", plan):
        secrecy.audit(plan)


def publish(plan: Plan) -> None:
    """Assemble the edition and put it in place in one step."""
    from analysis.publishing import site

    with announced(f"edition {plan.edition.id}", plan):
        site.publish(plan)
