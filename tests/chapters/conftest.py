"""Chapters run on slices of the bundled figures, cut once for all tests into a folder of their own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from analysis import catalogue, regions, slices, warehouse
from analysis.files import write_if_changed
from analysis.plan import RAW, Plan, described
from analysis.regions import Region
from analysis.study import Study

EDITION = "2020"
# The bundled regions, one of two districts, and single districts: one without Eurostat's persons employed, one whose
# farming and construction are secret, one whose industry is secret, one without any installation under emissions trading.
WANTED = ["duesseldorf", "hamburg", "rheinisches-revier", "ihk-duesseldorf", "05158", "01001", "03103", "16055"]


@pytest.fixture(scope="session")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as `data/processed`, with the warehouse and the slices of `WANTED`."""
    folder = tmp_path_factory.mktemp("processed")
    districts = pl.read_parquet(RAW / "bkg-vg5000-2023" / "boundaries.parquet")
    plan = Plan(
        edition=catalogue.edition(RAW, EDITION),
        regions=tuple(regions.resolve(WANTED, districts)),
        formats=(),
        engine="embedded",
        processed=folder,
    )
    warehouse.build(plan.warehouse, plan.raw, list(plan.regions))
    with warehouse.connect(plan.warehouse) as connection:
        for region in plan.regions:
            _cut(connection, plan, region)
    return folder


def _cut(connection, plan: Plan, region: Region) -> None:
    folder = plan.folder(region.id, "inputs")
    references = slices.references(region, plan.compared)
    slices.write(connection, folder, region, references, plan)
    text = described(region, plan.edition, references, plan.compared)
    write_if_changed(folder / "region.json", text.encode())


@pytest.fixture(scope="session")
def study(processed: Path) -> Iterator[Callable[[str, str], Study]]:
    """`study("hamburg", "network")`: a fresh study of a region's slice, for one chapter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INDUSTRIEMONITOR_PROCESSED", str(processed))
        yield lambda region, chapter: Study.open(region, EDITION, chapter)


@pytest.fixture
def altered(study: Callable, tmp_path: Path) -> Callable[..., Study]:
    """`altered("hamburg", "network", figures=frame)`: the same with some tables of the slice replaced."""

    def opened(region: str, chapter: str, **tables: pl.DataFrame) -> Study:
        original = study(region, chapter)
        folder = tmp_path / "inputs"
        folder.mkdir()
        for file in original.inputs.folder.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        for name, frame in tables.items():
            frame.write_parquet(folder / f"{name}.parquet")
        return replace(original, inputs=type(original.inputs)(folder), out=tmp_path / chapter)

    return opened
