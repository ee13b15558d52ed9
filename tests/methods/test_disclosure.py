"""The audit of what is printed: what betrays a secret cell is found, what does not passes."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.methods.bounds import disclosure_audit, printed_ratio, printed_sum, suppression_bounds
from analysis.methods.frames import MethodError

from .secret_tables import FOUR, WIDE, groups, hidden, members_of, rhineland_palatinate, suppressed, table, totals


def share(value: float = 0.97, step: float = 0.001, name: str = "share") -> pl.DataFrame:
    """'97.0 % of r0 work in b0.'"""
    return printed_ratio(name, groups(("", "r0", "b0")), groups(("", "r0", "b0"), ("", "r0", "b1")), value, step)


def test_one_printed_share_betrays_four_cells():
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    # The share is a statement like a margin: with it, 0.1 of the 60 are left.
    narrow = suppression_bounds(
        cells, pl.concat([members_of(margins), share().rename({"statement": "margin"})], how="diagonal")
    )
    assert (narrow["high"] - narrow["low"]).to_list() == pytest.approx([0.1] * 4)
    found = disclosure_audit(share(), cells, margins, integer=False)
    assert found.columns == ["region", "branch", "official", "released", "statements"]
    assert found.select("region", "branch").rows() == [("r0", "b0"), ("r0", "b1"), ("r1", "b0"), ("r1", "b1")]
    assert found["official"].to_list() == ["above 50 %"] * 4
    assert found["released"].to_list() == ["below 10 %"] * 4
    assert all(text in ("share, at least", "share, at most") for text in found["statements"])
    # As counts the interval holds a single whole number.
    assert disclosure_audit(share(), cells, margins)["released"].to_list() == ["a point"] * 4


def test_a_coarser_share_passes():
    # "Half" says nothing; tens of percent leave 10 of 100 and of 60, which is above 5 %.
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    assert disclosure_audit(share(0.5, 1.0), cells, margins).height == 0
    assert disclosure_audit(share(0.9, 0.1), cells, margins, percent=5, integer=False).height == 0


def test_the_official_tables_alone_pass():
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    official = members_of(margins).rename({"margin": "statement"})
    assert disclosure_audit(official, cells, margins).height == 0
    # What they give away themselves is not our failure: here r0/b0 follows from the margins.
    settled = hidden(WIDE, {(0, 0)})
    told = printed_sum("told", groups(("", "r0", "b0")), 97)
    assert disclosure_audit(told, settled, margins).height == 0


def test_printing_a_secret_cell_or_its_complement():
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    told = printed_sum("r1/b1", groups(("", "r1", "b1")), 57)
    found = disclosure_audit(told, cells, margins)
    assert found["released"].to_list() == ["a point"] * 4
    assert found["statements"].unique().to_list() == ["r1/b1"]
    # Rounded to hundreds it says nothing that the margins do not say.
    assert disclosure_audit(printed_sum("r1/b1", groups(("", "r1", "b1")), 100, 100), cells, margins).height == 0


def test_only_the_statements_that_do_it_are_named():
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    harmless = [share(0.5, 1.0, "half"), printed_sum("row", groups(("", "r0", "b0"), ("", "r0", "b1")), 100)]
    lower = printed_sum("from", groups(("", "r0", "b0")), 100, 8)
    upper = printed_sum("up to", groups(("", "r0", "b0")), 94, 8)
    everything = pl.concat([*harmless, lower, upper])
    found = disclosure_audit(everything, cells, margins, integer=False)
    # 96..104 and 90..98: each leaves a width of 4 or 8; r0/b0 is too narrow under either, the others under "from".
    named = dict(zip(zip(found["region"], found["branch"], strict=True), found["statements"], strict=True))
    assert set(named) == {("r0", "b0"), ("r0", "b1"), ("r1", "b0"), ("r1", "b1")}
    assert set("; ".join(named.values()).split("; ")) <= {"from", "up to"}
    assert named[("r0", "b1")] == "from"
    together = disclosure_audit(pl.concat([*harmless, lower, upper]), cells, margins, percent=5, integer=False)
    assert together.filter(region="r0", branch="b1")["statements"].to_list() == ["from; up to"]


def test_two_editions_betray_together_what_neither_betrays_alone():
    # The first edition prints r0 + r1, the second, after a change of territory, r0 + r1 + r2; r2 is secret.
    cells = table([[None], [None], [None], [None]])
    official = pl.DataFrame({"region": ["total"], "branch": ["b0"], "value": [400]})
    first = printed_sum("edition 2019", groups(("", "r0", "b0"), ("", "r1", "b0")), 180)
    second = printed_sum("edition 2020", groups(*(("", f"r{at}", "b0") for at in range(3))), 290)
    assert disclosure_audit(first, cells, official).height == 0
    # Alone the second settles r3, which the official total leaves open.
    assert disclosure_audit(second, cells, official)["region"].to_list() == ["r3"]
    both = disclosure_audit(pl.concat([first, second]), cells, official)
    assert both.select("region", "statements").rows() == [("r2", "edition 2019; edition 2020"), ("r3", "edition 2020")]


def test_growth_over_two_years_is_a_ratio_of_cells():
    cells = pl.DataFrame({"region": "r", "branch": "b", "year": [2019, 2020], "value": [None, 210]})
    nothing = pl.DataFrame({"region": ["r"], "branch": ["total"], "year": [2019], "value": [None]})
    parts = [pl.DataFrame({"region": ["r"], "branch": ["b"], "year": [year]}) for year in (2020, 2019)]
    found = disclosure_audit(printed_ratio("growth", *parts, 1.05, 0.001), cells, nothing)
    assert found.rows() == [("r", "b", 2019, "no upper limit", "a point", "growth, at least; growth, at most")]


def test_a_known_denominator_makes_one_statement():
    found = printed_ratio("share", groups(("", "r0", "b0")), 200, 0.97, 0.001)
    assert found.rows() == [("share", "r0", "b0", 1.0, pytest.approx(193.9), pytest.approx(194.1))]
    with pytest.raises(MethodError, match="denominator 0 is not positive"):
        printed_ratio("share", groups(("", "r0", "b0")), 0, 0.97)
    with pytest.raises(MethodError, match="step -1 is negative"):
        printed_sum("sum", groups(("", "r0", "b0")), 5, -1)


def test_a_printed_number_that_is_wrong_is_found():
    cells, margins = hidden(WIDE, FOUR), totals(WIDE)
    with pytest.raises(MethodError, match=r"'share, at least' by .* down"):
        disclosure_audit(printed_sum("share, at least", groups(("", "r0", "b0")), 101), cells, margins)
    known = hidden(WIDE, {(0, 0)})
    with pytest.raises(MethodError, match="all known, contradict: 'r1/b1'"):
        disclosure_audit(printed_sum("r1/b1", groups(("", "r1", "b1")), 58), known, margins)
    with pytest.raises(MethodError, match="percent 0 is not between"):
        disclosure_audit(share(), cells, margins, percent=0)


@settings(max_examples=25)
@given(suppressed(largest=300, most=3), st.sampled_from([1, 10, 100]))
def test_the_audit_finds_exactly_the_narrowed_cells(drawn: tuple, step: int):
    values, secret = drawn
    cells, margins = hidden(values, secret), totals(values)
    r, b = min(secret)
    printed = printed_sum("cell", groups(("", f"r{r}", f"b{b}")), step * round(values[r][b] / step), step)
    found = disclosure_audit(printed, cells, margins, integer=False)
    before, prior = suppression_bounds(cells, margins), printed.select("region", "branch", "low", "high")
    limited = cells.join(prior, on=["region", "branch"], how="left").with_columns(pl.col("low").clip(0))
    after = suppression_bounds(limited, margins)
    both = before.join(after, on=["region", "branch"], suffix="_after").with_columns(
        old=pl.col("high") - pl.col("low"), new=pl.col("high_after") - pl.col("low_after")
    )
    tenth = 0.1 * pl.col("high")
    failing = both.filter((pl.col("old") > 1e-6) & (pl.col("old") >= tenth), (pl.col("new") < tenth))
    assert found.select("region", "branch").equals(failing.select("region", "branch"))


def test_a_published_share_of_a_real_secret_cell_fails_the_audit():
    cells, margins = rhineland_palatinate()
    # Three quarters of what is left of K in the Land, had we printed it to a tenth of a percent of the Land's K.
    region = cells.filter(pl.col("value").is_null(), branch="K")["region"][0]
    member = pl.DataFrame({"region": [region], "branch": ["K"]})
    total = cells.filter(region="07", branch="K").drop("value")
    printed = printed_ratio("share", member, total, round(600 / 36_429, 3), 0.001)
    found = disclosure_audit(printed, cells, margins)
    assert found.filter(branch="K").height == 2
    assert disclosure_audit(printed_ratio("share", member, total, 0.0, 0.1), cells, margins).height == 0
