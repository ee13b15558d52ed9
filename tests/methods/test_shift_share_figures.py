"""Shift-share on the data sets of the field's packages: what the formulas of REAT give on them, where they are right.

REAT (R) computes on integer columns in 32 bits and overflows; the figures below are its formulas in exact numbers.
"""

import polars as pl
import pytest

from analysis.methods.frames import MethodError
from analysis.methods.growth import shift_share

from .figures import SHARED

PEERS = SHARED / "peers/inputs"
pytestmark = pytest.mark.skipif(not PEERS.exists(), reason="the packages' data sets are not here")


def textbook() -> pl.DataFrame:
    """Three regions that make up a nation, four branches, years 0 and 1 (Farhauer & Kröll)."""
    wide = pl.read_csv(PEERS / "farhauer_kroell_shiftshare.csv").with_columns(pl.col("branch").cast(pl.String))
    return wide.rename({"t": "0", "t1": "1"}).unpivot(["0", "1"], index=["region", "branch"], variable_name="year")


def freiburg() -> pl.DataFrame:
    wide = pl.read_csv(PEERS / "freiburg_germany_2008_2014.csv").unpivot(index="branch")
    place = pl.col("variable").str.split("_")
    return wide.select("branch", "value", region=place.list.get(0), year=place.list.get(1))


def goettingen(total: bool = False) -> pl.DataFrame:
    """Göttingen and Germany (BRD), 15 branches, 2008 to 2017; with the published total if asked for."""
    cells = pl.read_csv(PEERS / "goettingen_brd_2008_2017.csv").rename({"employment": "value"})
    cells = cells.with_columns(pl.col("branch").replace("A-R", "total"), pl.col("value").cast(pl.Int32))
    return cells if total else cells.filter(pl.col("branch") != "total")


def effects(table: pl.DataFrame, region: str, *names: str, **filters: str) -> tuple[float, ...]:
    return table.filter(region=region, **filters).select(names).row(0)


@pytest.mark.parametrize(
    ("region", "dunn", "esteban", "gerfin"),
    [
        ("A", (25, 27, 1, -3), (-0.6363636363636331, -2.363636363636366), (1.0048309178743962, 0.9855769230769231)),
        ("B", (55, 24, -1, 32), (18.424242424242422, 13.575757575757574), (0.9945652173913044, 1.174863387978142)),
        ("C", (85, 114, 0, -29), (-33.57190082644629, 4.571900826446285), (1.0, 0.9668192219679634)),
    ],
)
def test_the_textbook_example(region: str, dunn: tuple, esteban: tuple, gerfin: tuple):
    for reference in ("nation", textbook().filter(region="nation").drop("region")):
        found = shift_share(textbook(), 0, 1, reference)
        assert effects(found, region, "change", "national", "mix", "regional") == pytest.approx(dunn, abs=1e-9)
    found = shift_share(textbook(), 0, 1, "nation", "esteban_marquillas")
    assert effects(found, region, "regional", "allocation") == pytest.approx(esteban, abs=1e-9)
    found = shift_share(textbook(), 0, 1, "nation", "gerfin")
    assert effects(found, region, "mix", "regional") == pytest.approx(gerfin, abs=1e-9)


def test_the_sum_of_all_regions_is_the_nation():
    regions = textbook().filter(pl.col("region") != "nation")
    expected = shift_share(textbook(), 0, 1, "nation").filter(pl.col("region") != "nation")
    assert shift_share(regions, 0, 1).equals(expected)


def test_freiburg():
    found = effects(shift_share(freiburg(), 2008, 2014, "germany"), "freiburg", "change", "national", "mix", "regional")
    assert found == pytest.approx((14373, 9887.278398260896, 2501.611878416108, 1984.1097233230014), abs=1e-9)
    found = shift_share(freiburg(), 2008, 2014, "germany", "esteban_marquillas")
    expected = (343.7868514100011, 1640.322871913007)
    assert effects(found, "freiburg", "regional", "allocation") == pytest.approx(expected, abs=1e-9)
    found = shift_share(freiburg(), 2008, 2014, "germany", "gerfin")
    assert effects(found, "freiburg", "mix", "regional") == pytest.approx((1.0227536591127855, 1.0176451746134572))


@pytest.mark.parametrize(
    ("dynamic", "expected"),
    [
        (False, (10411, 9178.191604251362, 2204.8201509037317, -972.0117551550813)),
        (True, (10411, 9477.928733028115, 2165.9099487323037, -1232.8386817604214)),
    ],
)
def test_goettingen_static_and_year_by_year(dynamic: bool, expected: tuple):
    found = shift_share(goettingen(), 2008, 2017, "BRD", dynamic=dynamic)
    assert effects(found, "Goettingen", "change", "national", "mix", "regional") == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("dynamic", "expected"),
    [(False, (-1396.2009702920127, 424.18921513692817)), (True, (-1972.602710027977, 739.7640282675615))],
)
def test_goettingen_s_allocation_effect(dynamic: bool, expected: tuple):
    found = shift_share(goettingen(), 2008, 2017, "BRD", "esteban_marquillas", dynamic=dynamic)
    assert effects(found, "Goettingen", "regional", "allocation") == pytest.approx(expected, abs=1e-9)


def test_factors_over_years_multiply_where_the_package_averages():
    found = shift_share(goettingen(), 2008, 2017, "BRD", "gerfin", dynamic=True)
    mix, regional = effects(found, "Goettingen", "mix", "regional")
    assert (mix, regional) == pytest.approx((1.035453611359158, 0.9837859560163248), abs=1e-12)
    # REAT's means of the yearly factors, 1.0039 and 0.9983, say nothing of the whole period.
    assert mix * regional == pytest.approx((67_283 / 56_872) / (32_164_973 / 27_695_398))


def test_by_branch_the_regional_effect_is_the_package_s_and_national_plus_mix_its_national_share():
    table = shift_share(goettingen(), 2008, 2017, "BRD", by_branch=True)
    for branch, national, regional in (
        ("A", 6.629902119961031, -5.629902119961031),
        ("C", 375.0569149227031, -1617.056914922703),
        ("K", -36.1774853948682, -470.8225146051318),
        ("R", 41.72067924154658, 354.2793207584534),
    ):
        found = effects(table, "Goettingen", "national", "mix", "regional", branch=branch)
        assert (found[0] + found[1], found[2]) == pytest.approx((national, regional), abs=1e-9)


def test_the_gap_between_branches_and_published_total_is_a_branch_of_its_own():
    table = shift_share(goettingen(total=True), 2008, 2017, "BRD", by_branch=True)
    residual = table.filter(region="Goettingen", branch="residual").row(0, named=True)
    # 2,253 jobs in no branch in 2008, 2,120 in 2017; Germany has no such rest, so they are held against its total.
    assert residual["change"] == (69_403 - 67_283) - (59_125 - 56_872)
    assert residual["mix"] == 0
    assert residual["regional"] == pytest.approx(2_120 - 2_253 * 32_164_973 / 27_695_398)
    found = shift_share(goettingen(total=True), 2008, 2017, "BRD")
    expected = (10278, 9541.78820159941, 2204.8201509037226, -1468.6083525031333)
    assert effects(found, "Goettingen", "change", "national", "mix", "regional") == pytest.approx(expected, abs=1e-9)


def test_a_total_under_the_code_of_its_sections_is_refused_as_a_branch():
    cells = goettingen(total=True).with_columns(pl.col("branch").replace("total", "A-R"))
    with pytest.raises(MethodError, match="branches A and A-R overlap"):
        shift_share(cells, 2008, 2017, "BRD")
