"""Small tables with secret cells, the table of one Land with its real ones, and how their margins are written."""

from itertools import product

import numpy as np
import polars as pl
from hypothesis import strategies as st

from analysis.methods.bounds import table_margins

from .figures import RAW

EMPLOYEES = RAW / "regionalstatistik-13111-07-05-4/extract.parquet"


# Four secret cells, each 60 wide: r0/b0 in 40..100, the others in 0..60.
WIDE = [[97, 3], [3, 57]]
FOUR = {(0, 0), (0, 1), (1, 0), (1, 1)}


def table(values: list[list[int | None]]) -> pl.DataFrame:
    """Rows are regions r0, r1, …, columns branches b0, b1, …"""
    rows = [(f"r{r}", f"b{b}", value) for r, row in enumerate(values) for b, value in enumerate(row)]
    return pl.DataFrame(rows, schema={"region": pl.String, "branch": pl.String, "value": pl.Int64}, orient="row")


def totals(values: list[list[int]]) -> pl.DataFrame:
    """All margins of a full table, in the notation with `total`."""
    array = np.array(values)
    rows = [(f"r{r}", "total", int(value)) for r, value in enumerate(array.sum(axis=1))]
    rows += [("total", f"b{b}", int(value)) for b, value in enumerate(array.sum(axis=0))]
    return pl.DataFrame(rows, schema=["region", "branch", "value"], orient="row")


def hidden(values: list[list[int]], secret: set[tuple[int, int]]) -> pl.DataFrame:
    return table([[None if (r, b) in secret else v for b, v in enumerate(row)] for r, row in enumerate(values)])


def members_of(margins: pl.DataFrame) -> pl.DataFrame:
    """The margins of the 2 × 2 table by members."""
    places = {"r0": ["r0"], "r1": ["r1"], "b0": ["b0"], "b1": ["b1"]}
    rows = [
        (f"{region}/{branch}", r, b, 1.0, float(value))
        for region, branch, value in margins.iter_rows()
        for r in places.get(region, ["r0", "r1"])
        for b in places.get(branch, ["b0", "b1"])
    ]
    return pl.DataFrame(rows, schema=["margin", "region", "branch", "coefficient", "value"], orient="row")


def groups(*members: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(members, schema=["group", "region", "branch"], orient="row")


@st.composite
def suppressed(draw: st.DrawFn, largest: int = 40, most: int = 3) -> tuple[list[list[int]], set[tuple[int, int]]]:
    rows, columns = draw(st.integers(2, most)), draw(st.integers(2, most))
    row = st.lists(st.integers(0, largest), min_size=columns, max_size=columns)
    values = draw(st.lists(row, min_size=rows, max_size=rows))
    places = list(product(range(rows), range(columns)))
    return values, draw(st.sets(st.sampled_from(places), min_size=1))


# Branches of table 13111-07-05-4. Its totals hold employees that no branch is known for, so the branches leave a rest.
BRANCHES = {
    "total": ("A", "B-F", "G-U"),
    "B-F": ("B-E", "F"),
    "B-E": ("C",),
    "G-U": ("G-I", "J", "K", "L", "M-N", "O-Q", "R-U"),
}


def rhineland_palatinate() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Employees of 2019 in the Land 07 and its districts, and the table's margins."""
    rows = pl.read_parquet(EMPLOYEES).filter(pl.col("geo").str.starts_with("07"), period="2019")
    rows = rows.filter(pl.col("status") != "not_applicable")
    tree = [(whole, part, whole not in ("total", "B-E")) for whole, parts in BRANCHES.items() for part in parts]
    districts = rows.filter(geo_level="district")["geo"].unique().to_list()
    cells = rows.filter(pl.col("geo_level") != "regierungsbezirk").select(region="geo", branch="branch", value="value")
    margins = table_margins(
        cells,
        pl.DataFrame({"whole": "07", "part": districts}),
        pl.DataFrame(tree, schema=["whole", "part", "exhaustive"], orient="row"),
    )
    return cells, margins
