"""Complexity, relatedness and density: the peers' formulas on their data, identities, and what is not defined."""

import warnings

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.methods.complexity import MEASURES, FewBranches, complexity, density, relatedness
from analysis.methods.frames import MethodError

from .figures import RAW, SHARED, panels

PEERS = SHARED / "peers/inputs"
EMPLOYEES = RAW / "regionalstatistik-13111-07-05-4/extract.parquet"
DISJOINT = ("A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U")

pytestmark = pytest.mark.filterwarnings("ignore::analysis.methods.complexity.FewBranches")
FEWER = settings(max_examples=40)
needs_peers = pytest.mark.skipif(not PEERS.exists(), reason="the peers' data sets are not here")


def states() -> pl.DataFrame:
    """Employees of the 16 Länder in 17 sections, 2015."""
    wide = pl.read_csv(PEERS / "states_by_industry_matrix_2015.csv")
    return wide.unpivot(index="region", variable_name="branch", value_name="value")


def states_present() -> np.ndarray:
    """The peer's own binary matrix of them, regions in rows."""
    return pl.read_csv(PEERS / "states_by_industry_lq_binary_2015.csv").sort("region").drop("region").to_numpy()


def pattern(*rows: str) -> pl.DataFrame:
    """Regions a, b, … whose branches stand out where their row has a 1, against `even`."""
    return pl.DataFrame(
        [
            {"region": chr(97 + region), "branch": chr(120 + branch), "value": int(sign)}
            for region, row in enumerate(rows)
            for branch, sign in enumerate(row)
        ]
    )


def even(branches: int) -> pl.DataFrame:
    """A reference in which every branch is equally large."""
    return pl.DataFrame({"branch": [chr(120 + at) for at in range(branches)], "value": [1] * branches})


def second_vector(matrix: np.ndarray) -> np.ndarray:
    """Eigenvector of the second largest eigenvalue, as a peer takes it; mean 0, population deviation 1."""
    values, vectors = np.linalg.eig(matrix)
    vector = vectors[:, np.argsort(values.real)[-2]].real
    return (vector - vector.mean()) / vector.std()


@needs_peers
def test_states_are_the_eigenvectors_of_the_two_projections():
    present = states_present()
    by_region, by_branch = present / present.sum(axis=1)[:, None], present / present.sum(axis=0)
    eci, pci = second_vector(by_region @ by_branch.T), second_vector(by_branch.T @ by_region)
    eci *= np.sign(np.corrcoef(eci, present.sum(axis=1))[0, 1])
    found = complexity(states())
    assert found.regions["eci"].to_numpy() == pytest.approx(eci, abs=1e-9)
    same = np.sign(pci @ (by_branch.T @ eci))
    assert found.branches["pci"].to_numpy() == pytest.approx(same * pci, abs=1e-9)
    assert found.reason is None
    # EconGeo's KCI rounds the projection to four digits and divides by the vector's sum: the same up to that.
    peer = second_vector(np.round(by_region @ by_branch.T, 4))
    assert abs(np.corrcoef(peer, eci)[0, 1]) == pytest.approx(1, abs=1e-5)


@needs_peers
def test_the_long_list_of_states_gives_the_same():
    long = pl.read_csv(PEERS / "german_states_industries_2015.csv")
    cells = long.select(region="region_code", branch="ind_code", value="emp_all", year="year")
    assert complexity(cells).regions.drop("year").equals(complexity(states()).regions)


@needs_peers
def test_states_with_seventeen_sections_are_a_warning_example():
    found = complexity(states()).regions.sort("eci")
    assert found["region"].head(2).to_list() == ["BW", "BY"]
    assert found["eci"].mean() == pytest.approx(0, abs=1e-12)
    assert found["eci"].std(ddof=0) == pytest.approx(1)


@needs_peers
@pytest.mark.parametrize("measure", MEASURES)
def test_relatedness_of_sections_is_the_peers(measure: str):
    present = states_present()
    together = present.T @ present
    np.fill_diagonal(together, 0)
    met, total = together.sum(axis=0), together.sum()
    expected = np.zeros_like(together)
    for i, j in np.argwhere(~np.eye(len(met), dtype=bool)):
        c, a, b = together[i, j], met[i], met[j]
        expected[i, j] = {
            "cosine": c / np.sqrt(a * b),
            "jaccard": c / (a + b - c),
            "association": (c / total) / ((a / total) * (b / total)),
            "probability": c / ((a / total * b / (total - a) + b / total * a / (total - b)) * total / 2),
        }[measure]
    found = relatedness(states(), measure)
    assert found.columns == ["branch", "other", "relatedness"]
    assert found["relatedness"].to_numpy().reshape(17, 17) == pytest.approx(expected, abs=1e-9)
    near = density(states(), measure).sort("region", "branch")["density"].to_numpy().reshape(16, 17)
    assert near == pytest.approx(present @ expected / expected.sum(axis=0), abs=1e-9)


@needs_peers
def test_density_takes_a_frame_of_pairs_with_or_without_the_diagonal():
    pairs = relatedness(states(), "jaccard")
    expected = density(states(), "jaccard")
    assert density(states(), pairs).equals(expected)
    assert density(states(), pairs.filter(pl.col("branch") != pl.col("other")).reverse()).equals(expected)
    with pytest.raises(MethodError, match=r"no row for \(WZ08-B, WZ08-C\)"):
        density(states(), pairs.filter((pl.col("branch") != "WZ08-B") | (pl.col("other") != "WZ08-C")))
    with pytest.raises(MethodError, match="WZ08-B is no branch of the values"):
        density(states().filter(pl.col("branch") != "WZ08-B"), pairs)
    with pytest.raises(MethodError, match="has years, the values have none"):
        density(states(), pairs.with_columns(year=2015))


def test_two_by_two_by_hand():
    # a has x and y, b only y: eigenvalues 1 and 1/4, vector (1, −2).
    cells = pl.DataFrame({"region": ["a", "a", "b"], "branch": ["x", "y", "y"], "value": [2, 1, 1]})
    even_mix = pl.DataFrame({"branch": ["x", "y"], "value": [2, 1]})
    regions, branches = complexity(cells, even_mix, absent="zero")
    assert regions.rows() == [("a", pytest.approx(1)), ("b", pytest.approx(-1))]
    assert branches.rows() == [("x", pytest.approx(1)), ("y", pytest.approx(-1))]


def test_the_network_of_hidalgo_and_hausmann():
    # Fig. S4 of their paper: c1 makes all four products, c2 the second, c3 the last two, c4 the last.
    cells, reference = pattern("1111", "0100", "0011", "0001"), even(4)
    found = complexity(cells, reference)
    present = np.array([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])
    by_region, by_branch = present / present.sum(axis=1)[:, None], present / present.sum(axis=0)
    expected = second_vector(by_region @ by_branch.T)
    expected *= np.sign(expected @ present.sum(axis=1))
    assert found.regions["eci"].to_numpy() == pytest.approx(expected)
    assert relatedness(cells, "jaccard", reference)["relatedness"].to_numpy().reshape(4, 4)[2, 3] == pytest.approx(
        2 / 6
    )


def test_what_stands_out_nowhere_is_null_and_changes_nothing():
    cells, reference = pattern("110", "011", "010", "000"), even(3)
    absent = pl.DataFrame({"region": ["a", "b", "c", "d"], "branch": "never", "value": [0] * 4})
    more = pl.concat([reference, pl.DataFrame({"branch": ["never"], "value": [1]})])
    found = complexity(pl.concat([cells, absent]), more)
    plain = complexity(cells.filter(pl.col("region") != "d"), reference)
    assert found.regions["eci"].to_list() == [*plain.regions["eci"], None]
    assert found.branches.filter(branch="never")["pci"].to_list() == [None]
    assert density(cells, reference=reference).filter(region="d")["density"].to_list() == [0, 0, 0]
    alone = density(pl.concat([cells, absent]), reference=more).filter(branch="never")
    assert alone["density"].null_count() == 4


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (("11",), "fewer than two regions"),
        (("1", "1"), "fewer than two regions"),
        (("1100", "0110", "0001"), "falls into 2 unconnected parts"),
        (("1000", "0100", "0010"), "falls into 3 unconnected parts"),
        (("111", "111"), "all regions have the same branches"),
        (("011", "101", "110"), "second and third eigenvalue are equal"),
        (("110", "011"), "neither diversity nor ubiquity settles the sign"),
    ],
)
def test_where_complexity_is_not_defined(rows: tuple[str, ...], reason: str):
    found = complexity(pattern(*rows), even(len(rows[0])))
    assert reason in found.reason
    assert found.regions["eci"].null_count() == len(rows)
    assert found.branches["pci"].null_count() == len(rows[0])


def test_ubiquity_settles_the_sign_where_all_regions_are_as_diverse():
    # a: w x, b: x y, c: x z, d: z v. Branch x is common and its regions close to each other.
    cells = pattern("110000", "011000", "010100", "000110", "000011")
    found = complexity(cells, even(6))
    assert found.reason is None
    present = cells["value"].to_numpy().reshape(5, 6)
    known = found.branches["pci"].to_numpy()
    assert np.corrcoef(known, present.sum(axis=0))[0, 1] < 0


def test_one_unknown_cell_leaves_nothing_known_and_says_so():
    cells = pattern("110", "011", "010").with_columns(
        value=pl.when(pl.col("region") + pl.col("branch") != "az").then("value")
    )
    found = complexity(cells)
    assert "location quotients are unknown" in found.reason
    assert found.regions["eci"].null_count() == 3
    assert relatedness(cells)["relatedness"].null_count() == 9
    # With a published total and reference only the one quotient is unknown; without its region the rest is defined.
    totals = cells.select("region").unique().with_columns(branch=pl.lit("total"), value=pl.lit(2, pl.Int64))
    beside = pl.concat([even(3), pl.DataFrame({"branch": ["total"], "value": [3]})])
    cells = pl.concat([cells, totals])
    assert complexity(cells, beside).reason == "1 location quotients are unknown"
    assert complexity(cells.filter(pl.col("region") != "a"), beside).reason is None
    # In b and c only y and z meet: nothing is related to x, and y stands by z, which is unknown in a.
    near = density(cells, relatedness(cells.filter(pl.col("region") != "a"), reference=beside), beside)
    assert near.filter(pl.col("density").is_null()).select("region", "branch").rows() == [
        ("a", "x"),
        ("a", "y"),
        ("b", "x"),
        ("c", "x"),
    ]


def test_years_stand_alone():
    first = pattern("111", "011", "010").with_columns(year=2010)
    second = pattern("110", "110", "001").with_columns(year=2015)
    found = complexity(pl.concat([first, second]), even(3))
    assert found.reason == "2015: the network falls into 2 unconnected parts"
    alone = complexity(first, even(3))
    assert found.regions.filter(year=2010).equals(alone.regions)
    assert found.branches.filter(year=2010).equals(alone.branches)
    assert found.regions.filter(year=2015)["eci"].null_count() == 3
    pairs = relatedness(pl.concat([first, second]), reference=even(3))
    assert density(pl.concat([first, second]), pairs, even(3)).equals(
        density(pl.concat([first, second]), reference=even(3))
    )
    assert pairs.filter(year=2010).equals(relatedness(first, reference=even(3)))


def test_a_region_as_reference_is_no_member_and_totals_are_no_branch():
    cells = pattern("110", "011", "010")
    yardstick = pl.DataFrame({"region": "de", "branch": ["x", "y", "z"], "value": [1, 1, 1]})
    totals = pl.DataFrame({"region": ["a", "b", "c", "de"], "branch": "total", "value": [2, 2, 1, 3]})
    found = complexity(pl.concat([cells, yardstick, totals]), "de")
    plain = complexity(cells, even(3))
    assert found.regions.equals(plain.regions)
    assert found.branches.equals(plain.branches)


def test_the_caution_below_fifty_branches():
    with pytest.warns(FewBranches, match="2 branches: below 50"):
        assert complexity(pattern("11", "01")).caution.startswith("2 branches")
    random = np.random.default_rng(3).integers(0, 100, (8, 60))
    wide = pl.DataFrame(
        {"region": np.repeat(np.arange(8), 60).astype(str), "branch": np.tile(np.arange(60), 8).astype(str)}
    ).with_columns(value=pl.Series(random.ravel()))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert complexity(wide).caution is None


def test_bad_input_is_named():
    cells = pattern("110", "011", "010")
    with pytest.raises(MethodError, match=r"measure 'dice' is unknown; there are cosine"):
        relatedness(cells, "dice")
    with pytest.raises(MethodError, match="measure 'dice' is unknown"):
        density(cells, "dice")
    with pytest.raises(MethodError, match=r"\(a, x\) stand there more than once"):
        complexity(pl.concat([cells, cells.head(1)]))
    with pytest.raises(MethodError, match=r"no row for \(c, z\)"):
        complexity(cells.head(8))
    with pytest.raises(MethodError, match="B-E and C overlap"):
        complexity(pl.DataFrame({"region": ["a", "a", "b", "b"], "branch": ["B-E", "C"] * 2, "value": [3, 1, 2, 1]}))


def test_districts_without_a_secret_cell_against_germany():
    cells = pl.read_parquet(EMPLOYEES).filter(pl.col("branch").is_in(DISJOINT), period="2019", status="ok")
    cells = cells.select("geo_level", region="geo", branch="branch", value="value")
    german = cells.filter(region="DG").select("branch", "value")
    complete = pl.len().over("region") == len(DISJOINT)
    found = complexity(cells.filter(complete, geo_level="district").drop("geo_level"), german)
    assert found.reason is None
    assert found.regions.height == 401 - 25
    # Information and communication stands beside business services, farming beside construction.
    order = found.branches.sort("pci")["branch"].to_list()
    assert {"J", "M-N"} <= set(order[:4]) or {"J", "M-N"} <= set(order[-4:])


@st.composite
def patterns(draw: st.DrawFn) -> np.ndarray:
    regions, branches = draw(st.integers(2, 6)), draw(st.integers(2, 6))
    row = st.lists(st.sampled_from([0, 1]), min_size=branches, max_size=branches)
    return np.array(draw(st.lists(row, min_size=regions, max_size=regions)))


@FEWER
@given(patterns())
def test_standardised_signed_and_tied_to_each_other(present: np.ndarray):
    cells = pattern(*("".join(map(str, row)) for row in present))
    regions, branches = found = complexity(cells, even(present.shape[1]))
    assume(found.reason is None)
    eci, pci = regions["eci"].drop_nulls().to_numpy(), branches["pci"].drop_nulls().to_numpy()
    for scores in (eci, pci):
        assert scores.mean() == pytest.approx(0, abs=1e-9)
        assert scores.std() == pytest.approx(1)
    present = present[present.any(axis=1)][:, present.any(axis=0)]
    assert (len(eci), len(pci)) == present.shape
    # A region is, up to scale and shift, as complex as its branches on average, and a branch as its regions.
    means = present @ pci / present.sum(axis=1), present.T @ eci / present.sum(axis=0)
    assert np.corrcoef(means[0], eci)[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.corrcoef(means[1], pci)[0, 1] == pytest.approx(1, abs=1e-6)
    assert np.cov(eci, present.sum(axis=1))[0, 1] >= -1e-7


@FEWER
@given(panels(), st.sampled_from(MEASURES), st.integers(2, 50))
def test_neither_row_order_nor_unit_matters(cells: pl.DataFrame, measure: str, factor: int):
    other = cells.reverse().with_columns(pl.col("value") * factor)
    first, second = complexity(cells), complexity(other)
    assert (first.regions.equals(second.regions), first.branches.equals(second.branches)) == (True, True)
    assert relatedness(cells, measure).equals(relatedness(other, measure))
    assert density(cells, measure).equals(density(other, measure))


@FEWER
@given(panels(years=(2015,)), st.sampled_from(MEASURES))
def test_relatedness_is_symmetric_and_density_a_share(cells: pl.DataFrame, measure: str):
    pairs = relatedness(cells, measure)
    mirrored = pairs.rename({"branch": "other", "other": "branch"}).select(pairs.columns).sort("branch", "other")
    assert pairs["relatedness"].to_list() == pytest.approx(mirrored["relatedness"].to_list())
    assert (
        pairs.filter(pl.col("branch") == pl.col("other"))["relatedness"].to_list() == [0] * cells["branch"].n_unique()
    )
    if measure in ("cosine", "jaccard"):
        assert pairs["relatedness"].is_between(0, 1 + 1e-12).all()
    near = density(cells, measure)["density"].drop_nulls()
    assert near.is_between(0, 1 + 1e-12).all()
