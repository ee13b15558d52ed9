"""Assembles an edition as a static site and puts it in place in one step."""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path

from analysis.plan import Plan, code_fingerprint
from analysis.publishing import downloads, index, released
from analysis.regions import comparison

PACKAGES = (
    "polars",
    "duckdb",
    "altair",
    "papermill",
    "great-expectations",
    "vl-convert-python",
    "typst",
    "pypandoc-binary",
)


def publish(plan: Plan) -> None:
    """Build the edition beside the published one, then replace it. Readers see the old one until the new is whole."""
    plan.out.mkdir(parents=True, exist_ok=True)
    building = plan.out / f".{plan.edition.id}.unfinished"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()
    _pages(plan, building)
    _notebooks(plan, building)
    downloads.write(plan, building / "data")
    index.write(plan, building / "index.html")
    manifest = _manifest(plan, building)
    (building / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    released.ensure(building)
    replace(building, plan.target)


def replace(building: Path, target: Path) -> None:
    """Let `target` show the finished folder in one step: a link to a folder named by its digest is exchanged."""
    digest = hashlib.sha256((building / "manifest.json").read_bytes()).hexdigest()[:12]
    finished = target.parent / f".{target.name}-{digest}"
    if finished.exists():
        shutil.rmtree(building)
    else:
        building.rename(finished)
    former = target.resolve() if target.is_symlink() else None
    try:
        link = target.parent / f".{target.name}.link"
        link.unlink(missing_ok=True)
        link.symlink_to(finished.name, target_is_directory=True)
        if target.exists() and not target.is_symlink():
            _set_aside(target)
        link.replace(target)
    except OSError:
        _exchange_folders(finished, target)
    if former and former != finished.resolve() and former.parent == target.parent.resolve():
        shutil.rmtree(former, ignore_errors=True)


def _set_aside(target: Path) -> None:
    """A plain folder where the link belongs (copied by hand, or from a system without links) makes room."""
    shutil.rmtree(target)


def _exchange_folders(finished: Path, target: Path) -> None:
    """Systems without symbolic links (Windows without the right to make them) exchange folders by renaming."""
    former = target.with_name(f".{target.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if target.exists():
        target.rename(former)
    finished.rename(target)
    shutil.rmtree(former, ignore_errors=True)


def _reports(plan: Plan) -> list[str]:
    return [region.id for region in plan.regions] + (["comparison"] if plan.compared else [])


def _pages(plan: Plan, building: Path) -> None:
    folder = building / plan.language
    folder.mkdir()
    for report in _reports(plan):
        for fmt in plan.formats:
            shutil.copyfile(plan.site / plan.language / f"{report}.{fmt}", folder / f"{report}.{fmt}")


def _notebooks(plan: Plan, building: Path) -> None:
    members = [*plan.regions, *([comparison()] if plan.compared else [])]
    for region in members:
        for chapter in plan.chapters(region.id):
            for ending in ("ipynb", "html"):
                made = plan.folder(region.id, chapter) / f"notebook.{ending}"
                target = building / "notebooks" / region.id / f"{chapter}.{ending}"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(made, target)


def _manifest(plan: Plan, building: Path) -> dict:
    """Every file's hash, every input's hash, and the versions used. No clock time, no path of a machine."""
    files = sorted(path for path in building.rglob("*") if path.is_file())
    raw = sorted(path for path in plan.raw.rglob("*") if path.is_file())
    return {
        "edition": plan.edition.id,
        "reports": _reports(plan),
        "files": {path.relative_to(building).as_posix(): sha256(path) for path in files},
        "inputs": {path.relative_to(plan.raw).as_posix(): sha256(path) for path in raw},
        "code": code_fingerprint(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def sha256(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
