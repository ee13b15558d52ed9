"""District keys through time: which key of which year stands for which of the 400 districts of 2023.

`data/raw/territory.csv` is written by hand and holds the reforms from Saxony-Anhalt 2007 to Eisenach 2021. What a
reform merged whole is moved; what it split is not guessed: such a key has no district, nor have the whole districts
that were joined with a part of a split one. Both keys are valid in the year of a reform, since reference dates lie
before and after it. A district of 2023 is valid in all years: publishers calculate back. Single municipalities that
changed their district while all keys stayed are not traced.
"""

from pathlib import Path

import polars as pl

from analysis.errors import StudyError

FILE = "territory.csv"
DISTRICTS_2023 = 400
SCHEMA = pl.Schema(
    {
        "source_key": pl.String,
        "valid_from": pl.Int64,
        "valid_to": pl.Int64,
        "district_2023": pl.String,
        "change_date": pl.String,
        "kind": pl.String,
        "note": pl.String,
    }
)
# identity: a district of 2023. merged: two districts became a new one. joined: came to a district that kept its key.
# reorganised: moved whole in a reform of its Land. second_key: another key of a merged part. city_state: Land and
# district at once. split: cannot be moved. municipality: counted in its district, never added.
KINDS = ("identity", "merged", "joined", "reorganised", "second_key", "city_state", "split", "municipality")
WITHOUT_DISTRICT = ("split", "municipality")
ENDED = ("merged", "joined", "reorganised", "second_key", "split")


def load(raw: Path) -> pl.DataFrame:
    """The table of `raw/territory.csv`, validated; years inclusive, `district_2023` and `change_date` may be null.

    Raises StudyError for unknown kinds, overlapping validity, a successor that is no district of 2023, or another
    number of districts than 400.
    """
    file = raw / FILE
    if not file.is_file():
        raise StudyError("The table of district keys is missing", where=str(file))
    texts = pl.read_csv(file, infer_schema=False)
    if texts.columns != SCHEMA.names():
        raise StudyError(f"The table needs the columns {', '.join(SCHEMA.names())}", where=str(file))
    table = texts.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    problem = _problem(table)
    if problem:
        raise StudyError(problem, where=str(file))
    return table.sort("source_key", "valid_from")


def _problem(table: pl.DataFrame) -> str:
    """What is wrong with the table, or nothing."""
    identities = set(table.filter(kind="identity")["source_key"])
    lacks = pl.col("district_2023").is_null()
    checks = {
        "unknown kind": ~pl.col("kind").is_in(KINDS),
        "a district where there is none, or none where there is one": lacks != pl.col("kind").is_in(WITHOUT_DISTRICT),
        "a successor that is no district of 2023": ~lacks & ~pl.col("district_2023").is_in(identities),
        "years in the wrong order": pl.col("valid_from") > pl.col("valid_to"),
        "years that overlap the row before": pl.col("valid_from")
        <= pl.col("valid_to").shift(1).over("source_key", order_by="valid_from"),
        "an identity that is another district": (pl.col("kind") == "identity")
        & (pl.col("district_2023") != pl.col("source_key")),
        "an end without its date": pl.col("kind").is_in(ENDED) & (_year_of_change() != pl.col("valid_to")),
        "another end than the other parts of its district": pl.col("kind").is_in(("merged", "reorganised"))
        & (pl.col("valid_to").n_unique().over("district_2023", "kind") > 1),
    }
    for text, condition in checks.items():
        found = table.filter(condition)
        if found.height:
            return f"The key {found['source_key'][0]} has {text}"
    if len(identities) != DISTRICTS_2023:
        return f"The table has {len(identities)} districts of 2023 instead of {DISTRICTS_2023}"
    return ""


def _year_of_change() -> pl.Expr:
    """The year of `change_date`, -1 where it is no date."""
    return pl.col("change_date").str.to_date("%Y-%m-%d", strict=False).dt.year().fill_null(-1)


def resolve(keys_years: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Add `district_2023` and `kind` to rows of `source_key` and `year`; order and rows stay.

    `district_2023` is null for split districts and for municipalities. Raises StudyError for a key that the table does
    not know in that year: nothing is dropped.
    """
    joined = (
        keys_years.with_row_index("_order")
        .join(
            table.select("source_key", "valid_from", "valid_to", "district_2023", "kind"), on="source_key", how="left"
        )
        .with_columns(_valid=pl.col("year").is_between("valid_from", "valid_to").fill_null(False))
    )
    valid = joined.filter("_valid")
    unknown = keys_years.with_row_index("_order").join(valid.select("_order"), on="_order", how="anti")
    if unknown.height:
        first = unknown.unique(["source_key", "year"]).sort("source_key", "year").head(5)
        named = ", ".join(f"{row['source_key']} in {row['year']}" for row in first.iter_rows(named=True))
        raise StudyError(
            f"{unknown.height} rows have district keys that the territory table does not know: {named}",
            where=FILE,
            next_step="Add the reform that created or ended them, with its date.",
        )
    return valid.sort("_order").drop("_order", "_valid", "valid_from", "valid_to")
