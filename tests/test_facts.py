"""Facts hold what they promise: an id that reads, a value that goes with its status, keys that mean one thing."""

import pytest

from analysis import facts
from analysis.facts import Fact


def make(period: str = "2020", value: float | None = 1.0, **details) -> Fact:
    return Fact("duesseldorf", details.pop("indicator", "employees"), period, value, "persons", **details)


def test_the_id_reads_as_the_contract_says() -> None:
    assert make("2019", indicator="network_jobs", variant="direct").id == "duesseldorf.network_jobs.direct.2019"
    assert make(branch="B-E").id == "duesseldorf.employees.B-E.2020"


@pytest.mark.parametrize(
    ("value", "status"), [(1.0, "suppressed"), (None, "ok"), (None, "zero"), (float("nan"), "ok"), (1.0, "secret")]
)
def test_value_and_status_must_agree(value: float | None, status: str) -> None:
    with pytest.raises(ValueError, match=r"duesseldorf\.employees"):
        make(value=value, status=status)


def test_facts_survive_the_file_and_the_same_facts_give_the_same_bytes(tmp_path) -> None:
    found = [
        make(branch="B-E", inputs=("a@0:L1", "b"), sources=("s",)),
        make(value=None, status="suppressed"),
        make("2015-2020", low=0.5, high=2.0),
    ]
    facts.write(found, tmp_path / "one.parquet")
    facts.write(found[::-1], tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert set(facts.read(tmp_path / "one.parquet")) == set(found)


def test_a_short_key_means_the_own_region_the_headline_variant_and_the_newest_period() -> None:
    found = [
        make("2019", indicator="network_jobs", variant="direct"),
        make("2020", indicator="network_jobs", variant="direct"),
        make("2020", indicator="network_jobs", variant="chain"),
        make("2019-2020", indicator="employees_change"),
        make("2015-2020", indicator="employees_change"),
        Fact("germany", "employees", "2020", 5.0, "persons"),
    ]
    keys = facts.short_keys(found, "duesseldorf", {"network_jobs": "direct"})
    assert keys["network_jobs"] == "duesseldorf.network_jobs.direct.2020"
    assert keys["network_jobs.2019"] == "duesseldorf.network_jobs.direct.2019"
    assert keys["network_jobs.chain"] == "duesseldorf.network_jobs.chain.2020"
    assert keys["employees_change"] == "duesseldorf.employees_change.2015-2020", "the longer span of the same end"
    assert keys["germany.employees"] == "germany.employees.2020"
    assert "employees" not in keys, "another region's fact has no key without its region"


def test_a_newer_unknown_value_does_not_hide_the_newest_known_one() -> None:
    found = [make("2019"), make("2020", value=None, status="suppressed")]
    assert facts.short_keys(found, "duesseldorf", {})["employees"] == "duesseldorf.employees.2019"
