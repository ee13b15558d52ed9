"""Real figures the tests of the methods share, typed from the official tables, and strategies for invented ones."""

from pathlib import Path

import polars as pl
from hypothesis import strategies as st

RAW = Path(__file__).resolve().parents[2] / "data/raw"
SHARED = Path(__file__).resolve().parents[2] / "../shared/data"

SIX = ("A", "B-E", "F", "G-J", "K-N", "O-U")

# Persons employed (Eurostat nama_10r_3empers); rheinisches-revier is the sum of its seven districts.
PERSONS_EMPLOYED = {
    ("duesseldorf", 2008): (710, 47270, 14000, 151480, 146550, 128280),
    ("duesseldorf", 2017): (820, 42610, 13680, 155510, 166630, 153940),
    ("hamburg", 2008): (3020, 114640, 38850, 373170, 276130, 309010),
    ("hamburg", 2017): (2270, 116480, 39520, 410130, 317450, 369020),
    ("rheinisches-revier", 2008): (11250, 192190, 56990, 297600, 174580, 325820),
    ("rheinisches-revier", 2017): (11210, 186850, 63910, 315380, 206180, 374080),
    ("germany", 2008): (657000, 8023000, 2295000, 10648000, 6726000, 12489000),
    ("germany", 2017): (615000, 8175000, 2479000, 11327000, 7742000, 13910000),
}
PUBLISHED_TOTALS = {
    ("duesseldorf", 2008): 488270,
    ("duesseldorf", 2017): 533190,
    ("hamburg", 2008): 1114830,
    ("hamburg", 2017): 1254870,
    ("rheinisches-revier", 2008): 1058450,
    ("rheinisches-revier", 2017): 1157610,
    ("germany", 2008): 40838000,
    ("germany", 2017): 44248000,
}

# Employees subject to social insurance, 30.06.2019 (Regionalstatistik 13111-07-05-4).
DUESSELDORF_2019 = {
    "A": 511,
    "B-E": 40517,
    "F": 11105,
    "G-I": 100058,
    "J": 23513,
    "K": 29469,
    "L": 5761,
    "M-N": 110547,
    "O-Q": 85073,
    "R-U": 17916,
}
DIRECT_WEIGHTS = {
    "A": 0.556,
    "F": 0.057,
    "G-I": 0.183,
    "J": 0.075,
    "K": 0.085,
    "L": 0.063,
    "M-N": 0.227,
    "O-Q": 0.030,
    "R-U": 0.036,
}


def persons_employed() -> pl.DataFrame:
    """region, branch, value, year of the three regions and Germany, 2008 and 2017."""
    return pl.DataFrame(
        [
            {"region": region, "branch": branch, "value": value, "year": year}
            for (region, year), values in PERSONS_EMPLOYED.items()
            for branch, value in zip(SIX, values, strict=True)
        ]
    )


def with_totals() -> pl.DataFrame:
    """The same with the published totals, which differ from the branches' sums by rounding."""
    totals = [
        {"region": region, "branch": "total", "value": value, "year": year}
        for (region, year), value in PUBLISHED_TOTALS.items()
    ]
    return pl.concat([persons_employed(), pl.DataFrame(totals)])


def duesseldorf_2019() -> pl.DataFrame:
    """region, branch, value of Düsseldorf's employees in 2019."""
    return pl.DataFrame({"region": "05111", "branch": list(DUESSELDORF_2019), "value": list(DUESSELDORF_2019.values())})


def direct_weights() -> pl.DataFrame:
    """variant, branch, weight: the direct weights as published, rounded to a tenth of a percent."""
    return pl.DataFrame({"variant": "direct", "branch": list(DIRECT_WEIGHTS), "weight": list(DIRECT_WEIGHTS.values())})


@st.composite
def panels(draw: st.DrawFn, years: tuple[int, ...] = (2010, 2015), least: int = 0) -> pl.DataFrame:
    """Complete frames of up to five regions and six branches, rows in any order."""
    regions = draw(st.integers(1, 5))
    branches = draw(st.integers(1, 6))
    cells = [(f"r{r}", f"b{b}", year) for r in range(regions) for b in range(branches) for year in years]
    values = draw(st.lists(st.integers(least, 2_000_000), min_size=len(cells), max_size=len(cells)))
    rows = [(*cell, value) for cell, value in zip(cells, values, strict=True)]
    return pl.DataFrame(draw(st.permutations(rows)), schema=["region", "branch", "year", "value"], orient="row")
