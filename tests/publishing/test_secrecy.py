"""The secrecy gate: planted leaks of every kind are caught and named, honest counterparts pass."""

from pathlib import Path

import polars as pl
import pytest

from analysis import catalogue
from analysis.errors import DataCheckError
from analysis.methods.bounds import suppression_bounds
from analysis.plan import RAW, Plan
from analysis.publishing.secrecy import gate, official
from analysis.publishing.secrecy.official import Official
from analysis.regions import Region
from tests.publishing.planted_leaks import HONEST, LEAKS
from tests.publishing.secret_edition import (
    COESFELD,
    NAMES,
    REGIONS,
    YEAR,
    Edition,
    effect,
    growth_levels,
    hidden_table,
    known_table,
)


@pytest.fixture(scope="session")
def truth() -> Official:
    return known_table()


@pytest.fixture(scope="session")
def table(truth: Official) -> Official:
    return hidden_table(truth)


@pytest.fixture(scope="session")
def open_to(table: Official) -> pl.DataFrame:
    """How far the official table leaves its secret cells open."""
    return suppression_bounds(*table.watched, integer=True)


@pytest.fixture
def edition(tmp_path: Path, table: Official, truth: Official, monkeypatch: pytest.MonkeyPatch) -> Edition:
    monkeypatch.setattr(gate.official, "read", lambda raw: table)
    named = {"zwei": "Zwei Kreise", "drei": "Drei Kreise", "paar": "Zwei Nachbarn"}
    regions = [
        Region(ident, named.get(ident, NAMES.get(ident, "")), "", "", "", keys) for ident, keys in REGIONS.items()
    ]
    plan = Plan(
        edition=catalogue.edition(RAW, "2020"),
        regions=tuple(regions),
        formats=(),
        engine="embedded",
        processed=tmp_path / "processed",
        out=tmp_path / "published",
    )
    return Edition(plan, table, truth)


@pytest.mark.parametrize("name", LEAKS)
def test_a_planted_leak_is_caught(edition: Edition, open_to: pl.DataFrame, name: str) -> None:
    """It is named, and neither the cell nor how far it is open stands in what the gate says or writes."""
    plant, (region, branch, year) = LEAKS[name]
    plant(edition)
    with pytest.raises(DataCheckError) as caught:
        edition.audit()
    message = str(caught.value)
    assert f"{branch} of {region} in {year}" in message
    assert caught.value.exit_status == 3
    told = (message + (edition.plan.home / gate.RESULT).read_text("utf-8")).replace(".", "")
    ends = open_to.filter(region=region, branch=branch).select("low", "high").row(0)
    for number in (edition.truth.values[region, branch, year], *(end for end in ends if end > 0)):
        assert str(int(number)) not in told


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_counterpart_passes(edition: Edition, name: str) -> None:
    HONEST[name](edition)
    result = edition.audit()
    assert result["cells_secret"] == 18
    assert not result["cells_betrayed"] and not result["objections"]


def test_there_are_twenty_ways_and_more() -> None:
    assert len(LEAKS) >= 20


# -- the gate itself ------------------------------------------------------------------------------------------------


def test_the_official_table_alone_passes(edition: Edition, table: Official) -> None:
    """All public cells of the table, printed one by one, say nothing that the table does not say."""
    for region, branch, year, value in table.cells.filter(year=YEAR).iter_rows():
        if region not in ("DG", "05") and value is not None:
            edition.rows.append({"region": region, "measure": "employees", "branch": branch, "year": year,
                                 "value": value, "flag": "", "status": "ok", "cells": []})  # fmt: skip
    result = edition.audit()
    assert result["statements_on_secret_cells"] == 0
    assert result["figures_audited"] > 700


def test_statements_on_secret_cells_are_counted(edition: Edition) -> None:
    edition.level("F", "paar", value=edition.known("paar", "F"))
    assert edition.audit()["statements_on_secret_cells"] == 1


def test_a_figure_that_contradicts_the_table_stops_the_edition(edition: Edition) -> None:
    edition.level("F", "paar", value=edition.known("paar", "F") + 50)
    with pytest.raises(DataCheckError, match=r"fact paar.employees.F.2020 contradicts the official tables"):
        edition.audit()


def test_a_public_figure_that_its_inputs_do_not_give_stops_the_edition(edition: Edition) -> None:
    effect(edition, "national", -4000.0, growth_levels(edition))
    with pytest.raises(DataCheckError, match="is not what the public cells among its inputs give"):
        edition.audit()


def test_only_the_statements_that_do_it_are_named(edition: Edition) -> None:
    edition.level("F", "zwei", value=edition.known("zwei", "F"))
    edition.level("F", value=edition.known(COESFELD, "F"))
    edition.level("A", "paar", value=edition.known("paar", "A"))
    with pytest.raises(DataCheckError) as caught:
        edition.audit()
    assert f"fact {COESFELD}.employees.F.2020 narrows to a point: " in str(caught.value)
    assert "fact paar" not in str(caught.value)


def test_the_edition_to_be_replaced_is_no_earlier_one(edition: Edition) -> None:
    edition.level("F", value=edition.known(COESFELD, "F"))
    edition.publish("2020")
    assert not edition.audit()["cells_betrayed"]


def test_the_bundled_table_reads_with_all_its_secret_cells() -> None:
    whole = official.read(RAW)
    assert len(whole.secret) == 409
    assert whole.members["03159", 2016] == ("03152", "03156")
    assert whole.members["16063", YEAR] == ("16056", "16063")
    assert whole.members["02000", YEAR] == ("02",)
    cells, margins = whole.watched
    assert cells.filter(pl.col("value").is_null()).height == 409
    # Every secret cell stands in a margin of its branches and in one of its Land or Regierungsbezirk.
    kinds = margins.join(cells.filter(pl.col("value").is_null()), on=["region", "branch", "year"], how="semi")
    by = kinds.with_columns(kind=pl.col("margin").str.extract(r" by (\w+)$"))
    assert by.group_by("region", "branch", "year").agg(pl.col("kind").n_unique()).filter(kind=2).height == 409
