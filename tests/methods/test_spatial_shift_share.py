"""Spatial shift-share: worked by hand, nested in the classical form, and neighbours that are missing or secret."""

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.methods.frames import MethodError
from analysis.methods.growth import shift_share, spatial_shift_share

from .figures import panels, persons_employed, with_totals

PARTS = ("national", "mix", "neighbourhood", "regional")
COUNTS = {
    "A": [90, 20, 10, 60, 100, 40, 10, 55],
    "B": [60, 30, 30, 40, 85, 55, 40, 35],
    "C": [250, 100, 110, 300, 255, 115, 85, 390],
}


def textbook() -> pl.DataFrame:
    """The example of Farhauer & Kröll: three regions that make up a nation, four branches, two years."""
    keys = {"branch": ["w", "x", "y", "z"] * 2, "year": [2000] * 4 + [2001] * 4}
    return pl.concat(pl.DataFrame({"region": region, **keys, "value": counts}) for region, counts in COUNTS.items())


def pairs(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["region", "neighbour", "weight"][: len(rows[0])], orient="row")


CHAIN = pairs(("A", "B"), ("B", "A"), ("B", "C"), ("C", "B"))


def effects(table: pl.DataFrame, region: str, **filters: str) -> tuple:
    return table.filter(region=region, **filters).select(PARTS).row(0)


def replaced(cells: pl.DataFrame, value: int | None, **where: object) -> pl.DataFrame:
    hit = pl.all_horizontal(pl.col(name) == wanted for name, wanted in where.items())
    return cells.with_columns(pl.when(hit).then(value).otherwise(pl.col("value")).alias("value"))


def test_one_neighbour_by_hand():
    # A at B's rates: 90·85/60 + 20·55/30 + 10·40/30 + 60·35/40 = 230 against 205 found.
    table = spatial_shift_share(textbook(), 2000, 2001, None, CHAIN)
    assert effects(table, "A") == pytest.approx((27, 1, 22, -25))
    assert table["region"].to_list() == ["A", "B", "C"]
    assert table.columns == ["region", "change", *PARTS]


def test_weights_mix_the_neighbours_and_only_their_proportions_matter():
    for scale in (1, 7.5):
        near = pairs(("A", "B", 2 * scale), ("A", "C", 1 * scale), ("B", "A", 1), ("C", "A", 1))
        table = spatial_shift_share(textbook(), 2000, 2001, None, near)
        rates = [425 / 370, 225 / 160, 165 / 170, 460 / 380]
        expected = sum(e0 * rate for e0, rate in zip(COUNTS["A"], rates, strict=False))
        assert effects(table, "A")[3] == pytest.approx(205 - expected)


def test_a_land_is_the_sum_of_its_members_the_region_among_them():
    # A and B together: 90·185/150 + 20·95/50 + 10·50/40 + 60·90/100 = 215.5.
    table = spatial_shift_share(textbook(), 2000, 2001, None, {"A": "west", "B": "west", "C": "east"})
    assert effects(table, "A") == pytest.approx((27, 1, 7.5, -10.5))
    assert effects(table, "C")[3] == pytest.approx(0)
    as_frame = pairs(("A", "A"), ("A", "B"), ("B", "A"), ("B", "B"), ("C", "C"))
    assert spatial_shift_share(textbook(), 2000, 2001, None, as_frame).equals(table)


def test_a_group_with_a_row_of_its_own_is_that_row():
    west = textbook().filter(pl.col("region") != "C").group_by("branch", "year").agg(pl.col("value").sum())
    nation = textbook().group_by("branch", "year").agg(pl.col("value").sum())
    cells = pl.concat([textbook(), west.select(pl.lit("west").alias("region"), "branch", "year", "value")])
    table = spatial_shift_share(cells, 2000, 2001, nation, {"A": "west", "B": "west", "C": "west"})
    assert table["region"].to_list() == ["A", "B", "C"]
    assert effects(table, "A") == pytest.approx((27, 1, 7.5, -10.5))


def test_the_reference_needs_no_neighbours_and_gets_no_row():
    near = pairs(("duesseldorf", "rheinisches-revier"), ("hamburg", "duesseldorf"), ("rheinisches-revier", "hamburg"))
    table = spatial_shift_share(persons_employed(), 2008, 2017, "germany", near)
    assert table["region"].to_list() == ["duesseldorf", "hamburg", "rheinisches-revier"]
    classical = shift_share(persons_employed(), 2008, 2017, "germany").filter(pl.col("region") != "germany")
    assert table.select("region", "change", "national", "mix").equals(classical.drop("regional"))


def test_published_totals_close_the_sum_with_a_residual():
    near = {"duesseldorf": "nrw", "rheinisches-revier": "nrw", "hamburg": "hh"}
    table = spatial_shift_share(with_totals(), 2008, 2017, "germany", near)
    found = table.filter(region="duesseldorf").row(0, named=True)
    assert found["change"] == 533_190 - 488_270
    assert sum(found[part] for part in PARTS) == pytest.approx(found["change"])
    by_branch = spatial_shift_share(with_totals(), 2008, 2017, "germany", near, by_branch=True)
    assert by_branch.filter(region="duesseldorf", branch="residual")["change"].item() == 20


def test_a_secret_neighbour_hides_the_branch_and_nothing_else():
    cells = replaced(textbook(), None, region="C", branch="x", year=2001)
    nation = textbook().group_by("branch", "year").agg(pl.col("value").sum())
    table = spatial_shift_share(cells, 2000, 2001, nation, CHAIN, by_branch=True)
    hidden = table.filter(pl.col("neighbourhood").is_null()).select("region", "branch").rows()
    assert hidden == [("B", "x")]
    assert effects(table, "B", branch="x") == (pytest.approx(4.5), pytest.approx(7.5), None, None)
    assert table.filter(region="B", branch="x")["change"].item() == 25
    assert effects(table, "C", branch="x")[2] is not None
    per_region = spatial_shift_share(cells, 2000, 2001, nation, CHAIN)
    assert effects(per_region, "B")[2:] == (None, None)
    assert effects(per_region, "A") == pytest.approx((27, 1, 22, -25))


def test_a_secret_cell_of_weight_zero_hides_nothing():
    cells = replaced(textbook(), None, region="C", branch="x", year=2001)
    nation = textbook().group_by("branch", "year").agg(pl.col("value").sum())
    near = pairs(("A", "B", 1), ("A", "C", 0), ("B", "A", 1), ("C", "A", 1))
    assert effects(spatial_shift_share(cells, 2000, 2001, nation, near), "A") == pytest.approx((27, 1, 22, -25))


def test_a_branch_without_a_base_among_the_neighbours_is_held_against_the_reference():
    cells = replaced(textbook(), 0, region="B", branch="w", year=2000)
    nation = textbook().group_by("branch", "year").agg(pl.col("value").sum())
    table = spatial_shift_share(cells, 2000, 2001, nation, CHAIN, by_branch=True)
    assert effects(table, "A", branch="w") == pytest.approx((13.5, -4.5, 0, 1))
    new = table.filter(region="B", branch="w").row(0, named=True)
    assert (new["neighbourhood"], new["regional"], new["presence"]) == (0, 85, "appeared")


def test_wrong_neighbours_are_named():
    def fails(neighbours: object, words: str) -> None:
        with pytest.raises(MethodError, match=words):
            spatial_shift_share(textbook(), 2000, 2001, None, neighbours)

    fails(pairs(("A", "B"), ("B", "A")), "neighbours: C without neighbours")
    fails(pairs(("A", "B", 1), ("B", "A", 1), ("C", "B", 0)), "neighbours: C without neighbours")
    fails({"A": "west", "B": "west"}, "neighbours: C without neighbours")
    fails(pl.concat([CHAIN, pairs(("C", "X"), ("Y", "A"))]), "neighbours: X, Y not among the regions")
    fails({"A": "west", "B": "west", "C": "east", "D": "east"}, "neighbours: D not among the regions")
    fails(pl.concat([CHAIN, CHAIN.head(1)]), r"\(A, B\) stand there more than once")
    fails(pairs(("A", "B", 1), ("B", "A", None), ("C", "B", 1)), r"\(B, A\) without a weight")
    fails(pairs(("A", "B", -1.0), ("B", "A", 1.0), ("C", "B", 1.0)), r"\(A, B, -1.0\) is negative")
    fails(CHAIN.drop("neighbour"), "column neighbour missing")
    fails([("A", "B")], "give a frame region, neighbour")
    fails({"A": "west", "B": None, "C": ["east"]}, "the group of B, C is no text")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"start": 2001, "end": 2000, "reference": None}, "start 2001 is not before end 2000"),
        ({"start": 2000, "end": 2002, "reference": None}, "no rows for 2002"),
        ({"start": 2000, "end": 2001, "reference": "D"}, "reference 'D' is no region"),
    ],
)
def test_wrong_use(options: dict, words: str):
    with pytest.raises(MethodError, match=words):
        spatial_shift_share(textbook(), neighbours=CHAIN, **options)


def frame_of(draw: st.DrawFn, regions: list[str]) -> pl.DataFrame:
    rows = []
    for region in regions:
        near = draw(st.lists(st.sampled_from(regions), min_size=1, unique=True))
        rows += [(region, neighbour, draw(st.integers(1, 9))) for neighbour in near]
    return pairs(*rows)


@st.composite
def neighbourhoods(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame | dict[str, str]]:
    cells = draw(panels(years=(2010, 2011, 2012)))
    assume(all(cells.filter(year=year)["value"].sum() for year in (2010, 2011)))
    regions = cells["region"].unique().sort().to_list()
    grouped = draw(st.booleans())
    groups = {region: draw(st.sampled_from(["north", "south"])) for region in regions}
    return cells, groups if grouped else frame_of(draw, regions)


OPTIONS = st.fixed_dictionaries({"dynamic": st.booleans(), "by_branch": st.booleans()})


@given(neighbourhoods(), OPTIONS)
def test_effects_add_up_to_the_change_and_refine_the_classical_form(drawn: tuple, options: dict):
    cells, near = drawn
    table = spatial_shift_share(cells, 2010, 2012, None, near, **options)
    assert table.select(pl.col(pl.Float64).is_finite().all()).to_numpy().all()
    # Where a branch multiplies in the neighbourhood, two huge effects cancel to a small change.
    noise = 1e-12 * (1 + table.select(pl.max_horizontal(pl.col(PARTS).abs())).to_series().max())
    total = table.select(PARTS).sum_horizontal().to_list()
    assert total == pytest.approx(table["change"].to_list(), rel=1e-9, abs=noise)
    classical = shift_share(cells, 2010, 2012, **options)
    assert table["mix"].equals(classical["mix"])
    both = (table["neighbourhood"] + table["regional"]).to_list()
    assert both == pytest.approx(classical["regional"].to_list(), rel=1e-9, abs=noise)


@given(neighbourhoods())
def test_the_order_of_rows_does_not_matter(drawn: tuple):
    cells, near = drawn
    turned = dict(reversed(near.items())) if isinstance(near, dict) else near.reverse()
    table = spatial_shift_share(cells, 2010, 2012, None, near)
    other = spatial_shift_share(cells.reverse(), 2010, 2012, None, turned)
    assert other.equals(table)


@given(panels())
def test_a_neighbourhood_as_wide_as_the_nation_adds_nothing(cells: pl.DataFrame):
    assume(cells.filter(year=2010)["value"].sum())
    whole = dict.fromkeys(cells["region"], "nation")
    table = spatial_shift_share(cells, 2010, 2015, None, whole)
    assert table["neighbourhood"].to_list() == pytest.approx([0] * table.height, abs=1e-3)
    assert table["regional"].to_list() == pytest.approx(shift_share(cells, 2010, 2015)["regional"].to_list(), abs=1e-3)
