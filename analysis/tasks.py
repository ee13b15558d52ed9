"""The dependency graph: what is made from what. pytask decides what has to run again, by content."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytask
from pytask import NodeInfo, PathNode, PythonNode, TaskWithoutPath

from analysis import stages
from analysis.errors import StudyError
from analysis.fonts import font_files
from analysis.plan import (
    CHAPTERS,
    DIGEST,
    NOTEBOOKS,
    ROOT,
    TABLES,
    Plan,
    beside,
    code_fingerprint,
    fingerprint,
    reports_fingerprint,
)
from analysis.regions import Region, comparison

SLICE = (*(f"{name}.parquet" for name in TABLES), "region.json", DIGEST)
FOUND = ("facts.parquet", "texts.json")
PAUSE_SECONDS = 0.03
SHOWN = ("notebook.ipynb", "notebook.html")


def execute(plan: Plan) -> list[str]:
    """Make what is out of date; names of the tasks that ran. Raises the first failure's StudyError."""
    return _executed(_build(plan))


def status(plan: Plan) -> list[tuple[str, str]]:
    """What a run would do: (task, reason), in order; empty if everything is up to date."""
    graph = tasks(plan)
    session = _build(plan, dry_run=True)
    pending = {report.task.name for report in session.execution_reports if _would_run(report)}
    return [(task.name, _reason(task, session, pending)) for task in graph if task.name in pending]


def _build(plan: Plan, *, dry_run: bool = False) -> pytask.Session:
    os.environ["INDUSTRIEMONITOR_PROCESSED"] = str(plan.processed.resolve())
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    # loky replaces a worker that has grown by 300 MB; ours grow once, with the converters they keep running.
    os.environ.setdefault("LOKY_MAX_MEMORY_LEAK_SIZE", "1.5e9")
    config = plan.processed / "pytask.toml"
    config.write_text("[tool.pytask.ini_options]\n", "utf-8")
    pytask.console.quiet = True
    if not dry_run and plan.workers > 1:
        _look_often()
    session = pytask.build(
        tasks=tasks(plan),
        config=config,
        n_workers=plan.workers,
        parallel_backend="loky" if plan.workers > 1 else "none",
        capture="no",
        stop_after_first_failure=True,
        verbose=0,
        dry_run=dry_run,
        disable_warnings=True,
    )
    if session.exit_code == pytask.ExitCode.DAG_FAILED or session.exit_code == pytask.ExitCode.COLLECTION_FAILED:
        raise StudyError(
            "The order of the run could not be determined", where=str(plan.raw), next_step=_missing_files(plan)
        )
    return session


def _look_often() -> None:
    """Notice at once that a task has ended: pytask-parallel looks up to a second late, and a worker idles meanwhile.

    To be deleted when its pause can be set; a test asserts that it is still that long.
    """
    from pytask_parallel import execute

    execute._Sleeper = functools.partial(execute._Sleeper, timings=[PAUSE_SECONDS])


def _missing_files(plan: Plan) -> str:
    missing = [str(path) for path in raw_files(plan) if not path.exists()]
    return f"These files are missing: {', '.join(missing)}." if missing else "Run again with --workers 1."


def _executed(session: pytask.Session) -> list[str]:
    """Names of the tasks that ran; the first failure is raised as what it was."""
    reports = session.execution_reports
    for report in reports:
        if report.outcome == pytask.TaskOutcome.FAIL:
            _, error, trace = report.exc_info
            if isinstance(error, StudyError):
                raise error
            print(trace if isinstance(trace, str) else repr(error), file=sys.stderr)
            raise StudyError(
                f"The stage '{report.task.name}' failed: {type(error).__name__}: {error}",
                next_step="The last published edition is untouched.",
            ) from error
    return [report.task.name for report in reports if report.outcome == pytask.TaskOutcome.SUCCESS]


def _would_run(report: pytask.ExecutionReport) -> bool:
    return report.outcome == pytask.TaskOutcome.WOULD_BE_EXECUTED


def _reason(task: TaskWithoutPath, session: pytask.Session, pending: set[str]) -> str:
    """In words: which products are missing, which dependencies changed or will be made anew."""
    from _pytask.state import has_node_changed

    missing = [_short(node) for node in _nodes(task.produces) if not node.path.exists()]
    if missing:
        return f"missing: {', '.join(missing[:3])}"
    changed = [
        _short(node)
        for node in _nodes(task.depends_on)
        if has_node_changed(session=session, task=task, node=node, state=node.state())
    ]
    if changed:
        return f"changed: {', '.join(changed[:3])}"
    return "depends on what will be made anew"


def _short(node: Any) -> str:
    if isinstance(node, PathNode):
        return "/".join(node.path.parts[-2:])
    return node.name


def _nodes(tree: dict[str, Any]) -> list[Any]:
    return [node for value in tree.values() for node in (value if isinstance(value, list) else [value])]


# -- the graph ----------------------------------------------------------------------------------------------------


def tasks(plan: Plan) -> list[TaskWithoutPath]:
    """All tasks of a run, in order."""
    code = code_fingerprint()
    reports = [*plan.regions, *([comparison()] if plan.compared else [])]
    graph = [_typefaces(plan), _warehouse(plan, code), _checks(plan, code)]
    graph += [_slice(plan, region, code) for region in reports]
    graph += [_notebook(plan, region, chapter, code) for region in reports for chapter in plan.chapters(region.id)]
    texts = reports_fingerprint()
    graph += [_report(plan, region, fmt, code, texts) for region in reports for fmt in plan.formats]
    return [*graph, _secrecy(plan, reports, code), _publication(plan, reports, code)]


def raw_files(plan: Plan) -> list[Path]:
    """Every file in data/raw that figures are read from."""
    return sorted(path for path in plan.raw.rglob("*") if path.suffix in (".toml", ".csv", ".parquet"))


def _typefaces(plan: Plan) -> TaskWithoutPath:
    """Made while the warehouse is built; whoever needs a typeface earlier makes it."""
    stage = functools.partial(stages.make_typefaces, plan)
    return _task("typefaces", stage, files=[], values={}, makes=font_files())


def _warehouse(plan: Plan, code: str) -> TaskWithoutPath:
    members = {region.id: region.districts for region in plan.regions}
    return _task(
        "warehouse",
        functools.partial(stages.build_warehouse, plan),
        files=raw_files(plan),
        values={"code": code, "regions": repr(members)},
        makes=[plan.warehouse],
    )


def _checks(plan: Plan, code: str) -> TaskWithoutPath:
    return _task(
        "checks",
        functools.partial(stages.check_data, plan),
        files=[plan.warehouse],
        values={"code": code},
        makes=[plan.checks],
    )


def _slice(plan: Plan, region: Region, code: str) -> TaskWithoutPath:
    folder = plan.folder(region.id, "inputs")
    return _task(
        f"figures {region.id}",
        functools.partial(stages.cut_slice, plan, region),
        files=[plan.warehouse],
        values={"code": code, "region": repr(region), "compared": repr(plan.compared), "edition": repr(plan.edition)},
        makes=[folder / name for name in SLICE],
    )


def _notebook(plan: Plan, region: Region, chapter: str, code: str) -> TaskWithoutPath:
    inputs = [plan.folder(region.id, "inputs") / DIGEST]
    if chapter == "goals":
        inputs += [plan.folder(region.id, other) / "facts.parquet" for other in CHAPTERS if other != "goals"]
    if chapter == "comparison":
        inputs += [
            plan.folder(member.id, other) / name for member in plan.compared for other in CHAPTERS for name in FOUND
        ]
    return _task(
        f"notebook {region.id}/{chapter}",
        functools.partial(stages.run_notebook, plan, region, chapter),
        files=inputs,
        values={"code": code, "notebook": fingerprint([NOTEBOOKS / f"{chapter}.ipynb"])},
        makes=[plan.folder(region.id, chapter) / name for name in FOUND + SHOWN],
        first=True,
    )


def _report(plan: Plan, region: Region, fmt: str, code: str, texts: str) -> TaskWithoutPath:
    return _task(
        f"report {region.id}.{fmt}",
        functools.partial(stages.render_report, plan, region, fmt),
        files=[*_results(plan, [region], FOUND), plan.checks],
        values={"code": code, "texts": texts, "engine": plan.engine, "edition": repr(plan.edition)},
        makes=[plan.site / plan.language / f"{region.id}.{fmt}"],
    )


def _secrecy(plan: Plan, reports: list[Region], code: str) -> TaskWithoutPath:
    """Between notebooks and publication; pages are rendered meanwhile."""
    slices = [plan.folder(region.id, "inputs") / DIGEST for region in reports]
    official = [plan.raw / "regionalstatistik-13111-07-05-4" / "extract.parquet", plan.raw / "territory.csv"]
    return _task(
        "secrecy",
        functools.partial(stages.audit_secrecy, plan),
        files=[*_results(plan, reports, FOUND + SHOWN), *slices, *official],
        values={"code": code, "edition": repr(plan.edition), "beside": beside(plan)},
        makes=[plan.secrecy],
    )


def _publication(plan: Plan, reports: list[Region], code: str) -> TaskWithoutPath:
    pages = [plan.site / plan.language / f"{region.id}.{fmt}" for region in reports for fmt in plan.formats]
    return _task(
        "publication",
        functools.partial(stages.publish, plan),
        files=[*pages, *_results(plan, reports, SHOWN), plan.checks, plan.secrecy],
        values={"code": code, "edition": repr(plan.edition), "out": str(plan.out)},
        makes=[plan.target / "manifest.json", plan.target / "index.html"],
    )


def _results(plan: Plan, reports: list[Region], names: tuple[str, ...]) -> list[Path]:
    """Files of the chapters of the named reports; the comparison also prints what its regions found."""
    wanted = list(reports)
    if any(region.id == "comparison" for region in reports):
        wanted += [member for member in plan.compared if member not in wanted]
    return [
        plan.folder(region.id, chapter) / name
        for region in wanted
        for chapter in plan.chapters(region.id)
        for name in names
    ]


def _task(
    name: str,
    function: Callable[[], None],
    *,
    files: list[Path],
    values: dict[str, str],
    makes: list[Path],
    first: bool = False,
) -> TaskWithoutPath:
    """A task whose dependencies are files and values, both by content. `first`: others wait for what it makes, so it
    is started before tasks that nobody waits for."""
    depends = {
        "files": [PathNode(path=path.absolute(), name=str(path)) for path in files],
        "values": [_value(name, key, value) for key, value in values.items()],
    }
    made = {"makes": [PathNode(path=path.absolute(), name=str(path)) for path in makes]}
    marks = [pytask.Mark("try_first", (), {})] if first else []
    return TaskWithoutPath(name=name, function=_stage(function), depends_on=depends, produces=made, markers=marks)


def _value(task: str, key: str, value: str) -> PythonNode:
    """A value a task depends on. pytask hashes it only if told, and tells nodes apart only by their `NodeInfo`."""
    info = NodeInfo(arg_name=key, path=(), task_path=None, task_name=task, value=value)
    return PythonNode(name=f"{task}::{key}", value=value, hash=True, node_info=info)


def _stage(function: Callable[[], None]) -> Callable[..., None]:
    """A stage as pytask calls it: with its dependencies and products, which the plan already knows."""

    def stage(**_nodes: Any) -> None:
        function()

    return stage
