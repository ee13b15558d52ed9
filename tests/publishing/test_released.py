"""What leaves the house is what was meant to: a leak of each kind is found at its place, the honest edition passes."""

import json
import os
import re
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.errors import StudyError
from analysis.publishing import released
from tests.publishing.edition import CSV, OBSERVATIONS, Edition
from tests.publishing.released_leaks import FACTS_FILE, LEAKS, PAGE, PAPER


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return Edition(tmp_path_factory.mktemp("edition") / "2020")


@pytest.fixture
def edition(honest: Edition, tmp_path: Path) -> Edition:
    return honest.copied(tmp_path / "2020")


def test_the_honest_edition_passes(edition: Edition) -> None:
    folder = edition.seal()
    assert released.inspect(folder) == []
    released.ensure(folder)


@pytest.mark.parametrize("leak", LEAKS)
def test_each_leak_is_found_at_its_place(edition: Edition, leak: str) -> None:
    plant, file, place, what = LEAKS[leak]
    plant(edition)
    found = released.inspect(edition.seal())
    fitting = [one for one in found if one.file.startswith(file) and place in one.place and what in str(one)]
    assert fitting, [str(one) for one in found]
    assert fitting[0].cure.endswith(".")
    with pytest.raises(StudyError, match=re.escape(what)):
        released.ensure(edition.folder)


def test_a_figure_the_office_calls_unreliable_keeps_its_value(edition: Edition) -> None:
    edition.observations(OBSERVATIONS | {"value": [429514.0, 48213.0], "status": ["ok", "unreliable"]})
    assert released.inspect(edition.seal()) == []


def test_the_manifest_names_every_file(edition: Edition) -> None:
    folder = edition.seal()
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    edition.write("data/charts/duesseldorf/later.csv", CSV)
    edition.replace(PAGE, "Menschen", "Leute")
    (folder / "de" / "duesseldorf.pdf").unlink()
    found = [(one.file, one.place, one.what) for one in released.inspect(folder)]
    assert ("data/charts/duesseldorf/later.csv", "file", "the manifest does not name it") in found
    assert (PAGE, "file", "it is not the one that the manifest names") in found
    assert ("manifest.json", "'de/duesseldorf.pdf'", "it is named but not there") in found
    edition.write("manifest.json", json.dumps(manifest | {"host": "pc17"}))
    assert any(one.place == "key 'host'" for one in released.inspect(folder))
    (folder / "manifest.json").unlink()
    assert any(one.file == "manifest.json" for one in released.inspect(folder))


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_a_link_out_of_the_folder_is_no_file_of_it(edition: Edition) -> None:
    (edition.folder / "en").mkdir()
    (edition.folder / "en" / "duesseldorf.pdf").symlink_to(edition.folder / PAPER)
    assert any(one.file == "en/duesseldorf.pdf" for one in released.inspect(edition.seal()))


def test_an_error_lists_three_of_a_kind(edition: Edition) -> None:
    edition.replace(PAGE, "<h2>", "".join(f"<!-- {n} -->" for n in range(9)) + "<h2>")
    with pytest.raises(StudyError, match=r"9 times(?s:.*)and 6 like these") as error:
        released.ensure(edition.seal())
    assert str(error.value).count("comment in line") == 3


def test_metadata_of_the_schema_are_found(edition: Edition) -> None:
    path = edition.folder / FACTS_FILE
    table = pl.read_parquet(path).to_arrow(compat_level=pl.CompatLevel.oldest())
    schema = table.schema.set(0, table.schema.field(0).with_metadata({"path": "/home/meier"}))
    pq.write_table(table.cast(schema), path, write_statistics=False)
    assert any("ARROW:schema" in one.place for one in released.inspect(edition.seal()))
    assert pa.parquet.read_schema(path).field(0).metadata
