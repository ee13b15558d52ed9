"""Executes the notebooks with papermill, and makes of the executed ones what readers see as the study's working."""

import json
import shutil
from pathlib import Path
from typing import Any

from analysis.errors import StudyError
from analysis.plan import NOTEBOOKS, ROOT, Plan
from analysis.study import ALT, FIGURE

TIMEOUT_SECONDS = 300


def execute(plan: Plan, region: str, chapter: str) -> None:
    """Run one chapter's notebook for one region; facts, texts and the executed notebook lie in the chapter's folder.

    Raises StudyError with the failing cell's error; the failed notebook is kept beside as evidence and never
    published.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from analysis.publishing import kernels

    source, folder = NOTEBOOKS / f"{chapter}.ipynb", plan.folder(region, chapter)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parameters = {"region": region, "edition": plan.edition.id}
    require_parameters(source, parameters)
    working = folder / "failed.ipynb"
    try:
        papermill.execute_notebook(
            source,
            working,
            parameters=parameters,
            cwd=ROOT,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            execution_timeout=TIMEOUT_SECONDS,
            km=kernels.ready(plan.processed.resolve()),
        )
    except (DeadKernelError, CellTimeoutError) as error:
        kernels.end()
        raise StudyError(
            f"The notebook '{chapter}' did not come to its end for {region}: {type(error).__name__}",
            where=source.name,
            next_step=f"A cell may take {TIMEOUT_SECONDS} seconds. Nothing was published.",
        ) from error
    except PapermillExecutionError as error:
        kernels.end()
        raise StudyError(
            f"The notebook '{chapter}' failed for {region}: {error.ename}: {error.evalue}",
            where=f"cell {error.cell_index + 1} of {source.name}",
            next_step=f"The notebook with its traceback is {working}. Nothing was published.",
        ) from error
    _require_results(folder, chapter)
    _keep(working, folder, plan.name(region))


def require_parameters(source: Path, parameters: dict[str, str]) -> None:
    """Raise StudyError if the notebook does not declare a parameter: papermill itself would only warn."""
    import papermill

    declared = set(papermill.inspect_notebook(source))
    missing = sorted(set(parameters) - declared)
    if missing:
        raise StudyError(
            f"The notebook does not declare the parameters {', '.join(missing)}",
            where=str(source.relative_to(ROOT)),
            next_step="Declare them in the cell tagged 'parameters'.",
        )


def _require_results(folder: Path, chapter: str) -> None:
    for name in ("facts.parquet", "texts.json"):
        if not (folder / name).exists():
            raise StudyError(
                f"The notebook '{chapter}' ended without writing {name}",
                where=str(folder),
                next_step="Its last cell must call study.save().",
            )


def _keep(working: Path, folder: Path, region: str) -> None:
    """The executed notebook without clock times, paths and random ids: the same study gives the same bytes."""
    from analysis.charts import pictures
    from analysis.publishing.notebook import notebook_html

    pictures.render(folder / "charts")
    notebook = json.loads(working.read_text("utf-8"))
    notebook["metadata"].pop("papermill", None)
    for number, cell in enumerate(notebook["cells"], start=1):
        cell["id"] = f"cell-{number:02d}"
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key == "tags"}
        if cell["cell_type"] == "code":
            _count(cell, number)
            cell["outputs"] = [part for output in cell["outputs"] for part in _with_picture(output, folder)]
    _name_region(notebook, region)
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "notebook.ipynb").write_text(text + "\n", "utf-8")
    notebook_html(folder / "notebook.ipynb", folder / "notebook.html")
    working.unlink()


def _name_region(notebook: dict[str, Any], region: str) -> None:
    """Put the region's name behind the notebook's first heading."""
    lines = "".join(notebook["cells"][0]["source"]).split("\n")
    notebook["cells"][0]["source"] = "\n".join([f"{lines[0]} – {region}", *lines[1:]])


def _with_picture(output: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """An output that marks a figure is preceded by its picture."""
    key = output.get("data", {}).pop(FIGURE, None)
    if key is None:
        return [output]
    picture = (folder / "charts" / f"{key}.svg").read_text("utf-8")
    shown = {"image/svg+xml": picture, "text/plain": output["data"].pop(ALT, key)}
    return [{"output_type": "display_data", "data": shown, "metadata": {}}, output]


def _count(cell: dict[str, Any], number: int) -> None:
    """Number a code cell by its place: a warm kernel counts on from notebook to notebook."""
    cell["execution_count"] = number
    for output in cell["outputs"]:
        if "execution_count" in output:
            output["execution_count"] = number
