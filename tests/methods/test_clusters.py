"""Clusters: plants against chance, jobs against area and people, specialisation against growth."""

import itertools
import math

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.specialisation import ellison_glaeser, litzenberger_sternberg, location_quotient, portfolio

from .figures import SHARED, panels, persons_employed, with_totals

PEERS = SHARED / "peers/inputs"
needs_peers = pytest.mark.skipif(not PEERS.exists(), reason="the packages' data sets are not here")

# Ten plants of one branch in three cities, and the cities' jobs (Farhauer & Kröll 2014).
TEN_PLANTS = pl.DataFrame(
    {
        "branch": "x",
        "region": ["Wien"] * 5 + ["Linz"] * 4 + ["Graz"],
        "value": [200, 650, 12000, 100, 50, 16000, 13000, 1500, 1500, 25000],
    }
)
CITIES = pl.DataFrame({"region": ["Wien", "Linz", "Graz"], "value": [500_000, 400_000, 100_000]})


def glaeser(sizes: list[float], places: list[int], jobs: list[float]) -> dict[str, float | None]:
    """Ellison and Glaeser's measures of one branch, plants by place in the list of regions."""
    plants = pl.DataFrame({"branch": "x", "region": [f"r{at}" for at in places], "value": sizes})
    reference = pl.DataFrame({"region": [f"r{at}" for at in range(len(jobs))], "value": jobs})
    return ellison_glaeser(plants, reference).row(0, named=True)


def by_formula(sizes: np.ndarray, places: np.ndarray, jobs: np.ndarray) -> tuple[float, float]:
    """gamma and g in plain numpy."""
    x = jobs / jobs.sum()
    s = np.array([sizes[places == at].sum() for at in range(len(jobs))]) / sizes.sum()
    g, herfindahl = ((s - x) ** 2).sum(), ((sizes / sizes.sum()) ** 2).sum()
    free = 1 - (x**2).sum()
    return (g - free * herfindahl) / (free * (1 - herfindahl)), g


def test_ten_plants_of_farhauer_and_kroell():
    found = ellison_glaeser(TEN_PLANTS, CITIES).row(0, named=True)
    assert found["gamma"] == pytest.approx(0.05990628, abs=5e-9)
    assert (found["branch"], found["plants"]) == ("x", 10)
    s, x = (13_000 / 70_000, 32_000 / 70_000, 25_000 / 70_000), (0.5, 0.4, 0.1)
    assert found["g"] == pytest.approx(sum((a - b) ** 2 for a, b in zip(s, x, strict=True)))
    assert found["herfindahl"] == pytest.approx(sum((size / 70_000) ** 2 for size in TEN_PLANTS["value"]))


@needs_peers
def test_four_branches_whose_plants_are_all_there_is():
    table = pl.read_csv(PEERS / "fk2014_firms_fictional.csv")
    plants = table.select(
        pl.col("region").cast(pl.String), branch="industry", plant="firm", value=pl.col("emp_firm").cast(pl.Int16)
    )
    sizes, places = table["emp_firm"].to_numpy().astype(float), table["region"].to_numpy() - 1
    jobs = np.array([sizes[places == at].sum() for at in range(3)])
    found = ellison_glaeser(plants)
    assert found["plants"].to_list() == [11, 13, 9, 9]
    for branch in found.iter_rows(named=True):
        own = (table["industry"] == branch["branch"]).to_numpy()
        gamma, g = by_formula(sizes[own], places[own], jobs)
        assert (branch["gamma"], branch["g"]) == pytest.approx((gamma, g), rel=1e-12)
    reference = table.select(pl.col("region").cast(pl.String), value="emp_region").unique()
    own = (table["industry"] == "Forestry").to_numpy()
    gamma, _ = by_formula(sizes[own], places[own], np.array([360_000.0, 108_000, 132_000]))
    assert ellison_glaeser(plants, reference).filter(branch="Forestry")["gamma"].item() == pytest.approx(gamma)


def test_chance_gives_gamma_zero_and_the_deviation_that_z_uses():
    # All 81 ways to place four plants in three regions, each weighed with its probability.
    sizes, jobs = [5, 3, 1, 1], [60, 30, 10]
    cases = list(itertools.product(range(3), repeat=4))
    weight = np.array([math.prod(jobs[at] / 100 for at in case) for case in cases])
    found = [glaeser(sizes, list(case), jobs) for case in cases]
    g, gamma, z = (np.array([case[name] for case in found]) for name in ("g", "gamma", "z"))
    assert (weight * gamma).sum() == pytest.approx(0, abs=1e-12)
    deviation = math.sqrt((weight * (g - (weight * g).sum()) ** 2).sum())
    np.testing.assert_allclose(z, (g - (weight * g).sum()) / deviation, rtol=1e-9, atol=1e-12)


def test_where_nothing_can_be_told_apart():
    one_plant = glaeser([7], [0], [60, 40])
    assert (one_plant["gamma"], one_plant["herfindahl"], one_plant["g"]) == (None, 1, pytest.approx(0.32))
    one_region = glaeser([7, 3], [0, 0], [60])
    assert (one_region["gamma"], one_region["z"], one_region["g"]) == (None, None, 0)
    even = glaeser([7], [0], [1, 1, 1])  # Wherever it lands, g is the same.
    assert even["z"] is None
    closed = glaeser([0, 0], [0, 1], [60, 40])
    assert [closed[name] for name in ("gamma", "g", "herfindahl", "z", "plants")] == [None] * 4 + [0]


def test_regions_without_plants_count():
    assert glaeser([7, 3], [0, 0], [60, 40])["gamma"] > 0
    gamma, g = by_formula(np.array([7.0, 3]), np.array([0, 1]), np.array([30.0, 30, 40]))
    found = glaeser([7, 3], [0, 1], [30, 30, 40])
    assert (found["gamma"], found["g"]) == pytest.approx((gamma, g))
    with pytest.raises(MethodError, match="reference: no row for region Graz"):
        ellison_glaeser(TEN_PLANTS, CITIES.head(2))


def test_totals_in_the_frame_are_the_regions_jobs():
    totals = CITIES.with_columns(branch=pl.lit("total"))
    assert ellison_glaeser(pl.concat([TEN_PLANTS, totals], how="diagonal")).equals(ellison_glaeser(TEN_PLANTS, CITIES))
    named = TEN_PLANTS.with_columns(plant=pl.int_range(10).cast(pl.String))
    assert ellison_glaeser(pl.concat([named, totals], how="diagonal")).equals(ellison_glaeser(TEN_PLANTS, CITIES))


def test_a_plant_of_unknown_size_hides_its_branch():
    secret = pl.DataFrame({"branch": ["y", "y"], "region": ["Wien", "Linz"], "value": [None, 3]})
    both = pl.concat([TEN_PLANTS, secret])
    known = ellison_glaeser(both, CITIES)
    assert known.filter(branch="x").equals(ellison_glaeser(TEN_PLANTS, CITIES))
    assert known.filter(branch="y").drop("branch").row(0) == (None,) * 5
    assert ellison_glaeser(both)["gamma"].null_count() == 2


def test_a_plant_listed_twice_and_one_with_a_negative_size():
    named = TEN_PLANTS.with_columns(plant=pl.lit("p"))
    with pytest.raises(MethodError, match=r"\(Linz, x, p\), \(Wien, x, p\) stand there more than once"):
        ellison_glaeser(named)
    with pytest.raises(MethodError, match=r"\(Wien, x, -1.0\) is negative"):
        ellison_glaeser(TEN_PLANTS.with_columns(value=pl.lit(-1)).head(1))


def test_years_stand_for_themselves():
    first = TEN_PLANTS.with_columns(year=pl.lit(2010))
    second = TEN_PLANTS.with_columns(year=pl.lit(2020), branch=pl.lit("y"))
    both = ellison_glaeser(pl.concat([first, second]), CITIES)
    assert both.select("branch", "year", "plants").rows() == [
        ("x", 2010, 10),
        ("x", 2020, 0),
        ("y", 2010, 0),
        ("y", 2020, 10),
    ]
    assert both.filter(branch="x", year=2020)["gamma"].item() is None
    assert both.filter(branch="y", year=2020)["gamma"].item() == pytest.approx(0.05990628, abs=5e-9)


@given(st.lists(st.tuples(st.integers(0, 2_000_000), st.integers(0, 3)), min_size=2, max_size=30), st.integers(2, 500))
def test_gamma_by_formula_unit_and_order(plants: list[tuple[int, int]], factor: int):
    sizes, places = [size for size, _ in plants], [place for _, place in plants]
    assume(sum(size > 0 for size in sizes) > 1)
    jobs = [50, 30, 15, 5]
    found = glaeser(sizes, places, jobs)
    gamma, g = by_formula(np.array(sizes, dtype=float), np.array(places), np.array(jobs, dtype=float))
    assert (found["gamma"], found["g"]) == pytest.approx((gamma, g), rel=1e-9, abs=1e-9)
    assert 0 <= found["g"] <= 2
    other = glaeser([size * factor for size in reversed(sizes)], places[::-1], [job * factor for job in jobs])
    assert other["gamma"] == pytest.approx(found["gamma"], rel=1e-9, abs=1e-9)


def quantities(e: list, b: list, a: list, p: list) -> tuple[pl.DataFrame, ...]:
    """Frames of one branch over regions: jobs, area, population, plants."""
    regions = [f"r{at}" for at in range(len(e))]
    jobs, plants = (pl.DataFrame({"region": regions, "branch": "x", "value": values}) for values in (e, b))
    area, people = (pl.DataFrame({"region": regions, "value": values}) for values in (a, p))
    return jobs, area, people, plants


def test_cluster_index_of_farhauer_and_kroell():
    # The region and what the others leave of 5740 jobs, 53 plants, 576 km² and 4621 people.
    frames = quantities([1743, 3997], [35, 18], [50, 526], [488, 4133])
    found = litzenberger_sternberg(*frames).filter(region="r0").row(0, named=True)
    assert found["cluster_index"] == pytest.approx(21.87491, abs=5e-6)
    assert found["density"] == pytest.approx((1743 / 50) / (5740 / 576))
    assert found["stock"] == pytest.approx((1743 / 488) / (5740 / 4621))
    assert found["plant_size"] == pytest.approx((1743 / 35) / (5740 / 53))
    whole = quantities([1743, 5740], [35, 53], [50, 576], [488, 4621])
    table = litzenberger_sternberg(*whole, "r1")
    assert table["cluster_index"].to_list() == pytest.approx([21.87491, 1], abs=5e-6)
    with pytest.raises(MethodError, match="'de' is no region"):
        litzenberger_sternberg(*whole, "de")


@needs_peers
def test_cluster_indices_of_the_laender():
    table = pl.read_csv(PEERS / "german_states_industries_2015.csv").rename({"region": "name"})
    cells = table.select("firms", "emp_all", "pop", "area_sqkm", region="region_code", branch="ind_code")
    jobs, plants = (cells.select("region", "branch", value=name) for name in ("emp_all", "firms"))
    area, people = (cells.select("region", value=name).unique() for name in ("area_sqkm", "pop"))
    found = litzenberger_sternberg(jobs, area, people, plants)
    both = found.join(cells, on=["region", "branch"])
    assert both.height == 16 * 17
    squares, heads = area["value"].sum(), people["value"].sum()
    for branch, group in both.group_by("branch"):
        e, b = (group[name].to_numpy().astype(float) for name in ("emp_all", "firms"))
        density = e / group["area_sqkm"].to_numpy() / (e.sum() / squares)
        stock = e / group["pop"].to_numpy() / (e.sum() / heads)
        size = np.divide(e, b, out=np.full(16, np.nan), where=b > 0) / (e.sum() / b.sum())
        known = e > 0
        expected = (density * stock / np.where(known, size, 1))[known]
        np.testing.assert_allclose(group["cluster_index"].to_numpy()[known], expected, rtol=1e-9, err_msg=str(branch))


def test_a_branch_that_is_absent_is_no_cluster():
    found = litzenberger_sternberg(*quantities([0, 10], [0, 2], [5, 5], [7, 7])).filter(region="r0")
    assert found.select("density", "stock", "plant_size", "cluster_index").row(0) == (0, 0, None, 0)
    idle = litzenberger_sternberg(*quantities([0, 10], [1, 2], [5, 5], [7, 7])).filter(region="r0")
    assert idle.select("plant_size", "cluster_index").row(0) == (0, 0)
    lost = litzenberger_sternberg(*quantities([4, 10], [0, 2], [5, 5], [7, 7])).filter(region="r0")
    assert lost.select("plant_size", "cluster_index").row(0) == (None, None)


def test_unknown_and_empty_parts_of_the_index():
    secret = litzenberger_sternberg(*quantities([4, 10], [1, None], [5, 5], [7, 7]))
    assert secret["density"].null_count() == 0
    assert secret["cluster_index"].null_count() == 2
    against = litzenberger_sternberg(*quantities([4, None, 20], [1, 2, 9], [5, 5, 20], [7, 7, 30]), reference="r2")
    assert against["cluster_index"].is_null().to_list() == [False, True, False]
    desert = litzenberger_sternberg(*quantities([4, 10], [1, 2], [5, 5], [0, 7])).filter(region="r0")
    assert desert.select("stock", "cluster_index").row(0) == (None, None)
    alone = litzenberger_sternberg(*quantities([4], [2], [5], [7])).row(0)
    assert alone == ("r0", "x", 1, 1, 1, 1)


def test_frames_of_the_index_must_match():
    jobs, area, people, plants = quantities([4, 10], [1, 2], [5, 5], [7, 7])
    with pytest.raises(MethodError, match="plants: region r1 is in one of the two frames"):
        litzenberger_sternberg(jobs, area, people, plants.head(1))
    with pytest.raises(MethodError, match="area: no row for region r1"):
        litzenberger_sternberg(jobs, area.head(1), people, plants)
    with pytest.raises(MethodError, match="population: region r2 has no cells"):
        more = pl.concat([people, pl.DataFrame({"region": ["r2"], "value": [1]})])
        litzenberger_sternberg(jobs, area, more, plants)
    other = plants.with_columns(branch=pl.lit("y"))
    with pytest.raises(MethodError, match=r"no row for \(r0, y\)"):
        litzenberger_sternberg(jobs, area, people, pl.concat([plants, other]))
    table = litzenberger_sternberg(jobs, area, people, pl.concat([plants, other]), absent="zero")
    assert table["branch"].to_list() == ["x", "y"] * 2
    with pytest.raises(MethodError, match="plants: years 2010, but values have None"):
        litzenberger_sternberg(jobs, area, people, plants.with_columns(year=2010))


def test_cluster_index_by_year():
    jobs, area, people, plants = quantities([4, 10], [1, 2], [5, 5], [7, 7])
    years = pl.concat([jobs.with_columns(year=2010), jobs.with_columns(pl.col("value") * 3, year=2011)])
    table = litzenberger_sternberg(years, area, people, plants)
    assert table.columns[:3] == ["region", "branch", "year"]
    plain = litzenberger_sternberg(jobs, area, people, plants)
    for year in (2010, 2011):
        assert table.filter(year=year).drop("year").equals(plain)


@given(
    st.integers(2, 4).flatmap(lambda n: st.lists(st.tuples(*[st.integers(1, 2_000_000)] * 4), min_size=n, max_size=n))
)
def test_the_index_is_the_product_of_its_parts(regions: list[tuple[int, int, int, int]]):
    frames = quantities(*(list(values) for values in zip(*regions, strict=True)))
    table = litzenberger_sternberg(*frames)
    product = table["density"] * table["stock"] / table["plant_size"]
    assert table["cluster_index"].to_list() == pytest.approx(product.to_list(), rel=1e-9)
    small = [frame.with_columns(pl.col("value").cast(pl.Int32)).reverse() for frame in frames]
    assert litzenberger_sternberg(*small).equals(table)


def test_hamburg_s_portfolio():
    table = portfolio(persons_employed(), 2008, 2017, "germany").filter(region="hamburg")
    fields = dict(table.select("branch", "field").rows())
    assert fields == {
        "A": "unspecialised_not_growing",
        "B-E": "unspecialised_growing",
        "F": "unspecialised_growing",
        "G-J": "specialised_growing",
        "K-N": "specialised_growing",
        "O-U": "unspecialised_growing",
    }
    industry = table.filter(branch="B-E").row(0, named=True)
    assert industry["growth"] == pytest.approx(116_480 / 114_640 - 1)
    assert industry["reference_growth"] == pytest.approx(8_175 / 8_023 - 1)
    for year, column in ((2008, "lq_start"), (2017, "lq")):
        quotients = location_quotient(persons_employed().filter(year=year), "germany").filter(region="hamburg")
        assert table[column].to_list() == pytest.approx(quotients.sort("branch")["lq"].to_list())


@needs_peers
def test_goettingen_s_portfolio_against_the_formulas():
    table = pl.read_csv(PEERS / "goettingen_brd_2008_2017.csv").filter(pl.col("branch") != "A-R")
    found = portfolio(table.rename({"employment": "value"}), 2008, 2017, "BRD").filter(region="Goettingen")
    home0, home1, out0, out1 = (
        table.filter(region=region, year=year).sort("branch")["employment"].to_numpy()
        for region in ("Goettingen", "BRD")
        for year in (2008, 2017)
    )
    np.testing.assert_allclose(found["growth"], home1 / home0 - 1, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found["reference_growth"], out1 / out0 - 1, rtol=1e-9, atol=1e-12)
    mean = (home0 / home0.sum() / (out0 / out0.sum()) + home1 / home1.sum() / (out1 / out1.sum())) / 2
    np.testing.assert_allclose((found["lq_start"] + found["lq"]) / 2, mean, rtol=1e-9)
    strong = (home1 / home1.sum() > out1 / out1.sum()) & (home1 > home0)
    assert (found["field"] == "specialised_growing").to_list() == strong.tolist()
    assert found.filter(strong)["branch"].to_list() == ["I", "M", "O", "P", "Q"]


def moves(first: list, last: list) -> pl.DataFrame:
    """A region's branches at two years beside a reference that has ten of each, and two more each at the end."""
    branches = [f"b{at}" for at in range(len(first))]
    frames = [
        pl.DataFrame({"region": region, "branch": branches, "year": year, "value": values})
        for region, year, values in (
            ("r", 2010, first),
            ("r", 2020, last),
            ("de", 2010, [10] * len(first)),
            ("de", 2020, [12] * len(first)),
        )
    ]
    return pl.concat(frames)


def test_branches_that_come_and_go():
    table = portfolio(moves([0, 6, 0, 4], [5, 0, 0, 5]), 2010, 2020, "de").filter(region="r")
    columns = table.select("branch", "lq", "growth", "field", "presence").rows()
    assert columns == [
        ("b0", 2, None, "specialised_growing", "appeared"),
        ("b1", 0, -1, "unspecialised_not_growing", "disappeared"),
        ("b2", 0, None, None, "absent"),
        ("b3", 2, 0.25, "specialised_growing", "both"),
    ]


def test_ties_go_to_the_fields_with_not():
    cells = moves([7, 7, 6], [7, 8, 6])
    even = portfolio(cells, 2010, 2020, "de").filter(region="r")
    assert even["field"].to_list() == ["unspecialised_not_growing", "specialised_growing", "unspecialised_not_growing"]
    level = portfolio(moves([6, 7], [7, 7]), 2010, 2020, "de").filter(region="r")
    assert level["lq"].to_list() == pytest.approx([1, 1])
    assert level["field"].to_list() == ["unspecialised_growing", "unspecialised_not_growing"]
    # Shares that differ from the reference's by rounding only: 0.1 of 0.3 against 1 of 3.
    thirds = pl.DataFrame({"region": ["r"] * 3 + ["de"] * 3, "branch": list("xyz") * 2, "value": [0.1] * 3 + [1.0] * 3})
    years = pl.concat([thirds.with_columns(year=2010), thirds.with_columns(pl.col("value") * 7, year=2020)])
    assert set(portfolio(years, 2010, 2020, "de")["field"]) == {"unspecialised_growing"}


def test_null_cells_have_no_field():
    table = portfolio(moves([None, 6, 4], [5, 3, 5]), 2010, 2020, "de").filter(region="r")
    assert table.select("field", "presence").rows() == [
        (None, "unknown"),
        ("unspecialised_not_growing", "both"),
        ("specialised_growing", "both"),
    ]
    assert table["lq_start"].null_count() == 3  # Without a published total, a null cell hides the region's shares.
    nothing = moves([0, 0], [0, 0])
    assert portfolio(nothing, 2010, 2020, "de").filter(region="r")["lq"].null_count() == 2


def test_a_branch_that_the_reference_lacks_has_no_field():
    whole = pl.DataFrame({"branch": ["b0", "b1"] * 2, "year": [2010] * 2 + [2020] * 2, "value": [10, 0, 12, 0]})
    cells = moves([6, 4], [5, 5]).filter(region="r")
    table = portfolio(cells, 2010, 2020, whole)
    assert table.select("lq", "reference_growth", "field").row(1) == (None, None, None)


def test_portfolio_of_published_totals():
    table = portfolio(with_totals(), 2008, 2017, "germany").filter(region="hamburg", branch="B-E")
    expected = (116_480 / 1_254_870) / (8_175_000 / 44_248_000)
    assert table["lq"].item() == pytest.approx(expected)


def test_years_of_a_portfolio():
    cells = persons_employed()
    with pytest.raises(MethodError, match="start 2017 is not before end 2008"):
        portfolio(cells, 2017, 2008)
    with pytest.raises(MethodError, match="no rows for 2010; it has 2008, 2017"):
        portfolio(cells, 2010, 2017)
    with pytest.raises(MethodError, match="reference: column 'year' is missing"):
        portfolio(cells, 2008, 2017, cells.filter(region="germany", year=2008).select("branch", "value"))
    with pytest.raises(MethodError, match="column 'year' is missing"):
        portfolio(cells.drop("year"), 2008, 2017)


@given(panels(), st.integers(2, 1000))
def test_portfolios_do_not_depend_on_order_or_unit(cells: pl.DataFrame, factor: int):
    plain = portfolio(cells, 2010, 2015)
    assert portfolio(cells.reverse(), 2010, 2015).equals(plain)
    scaled = portfolio(cells.with_columns(pl.col("value") * factor), 2010, 2015)
    assert scaled.select("region", "branch", "field", "presence").equals(
        plain.select("region", "branch", "field", "presence")
    )
    assert plain.filter(presence="absent")["field"].is_null().all()
    assert plain.select(pl.col(pl.Float64).drop_nulls().is_finite().all()).row(0) == (True,) * 4
