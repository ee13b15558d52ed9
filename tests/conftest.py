"""What several tests share: the bundled figures, and one warehouse built from them."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"


@pytest.fixture(scope="session")
def warehouse_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of the bundled figures for all regions of the catalogue."""
    from analysis import regions, warehouse

    path = tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb"
    warehouse.build(path, RAW, list(regions.load().values()))
    return path
