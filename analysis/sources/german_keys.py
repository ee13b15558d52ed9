"""Keys and names of German regions, as tables code them."""

import re

import polars as pl

from analysis.sources.observations import geo_level

DIGITS = {5: "district", 8: "municipality", 2: "land", 3: "regierungsbezirk"}
LAENDER = {
    "Schleswig-Holstein": "01",
    "Hamburg": "02",
    "Niedersachsen": "03",
    "Bremen": "04",
    "Nordrhein-Westfalen": "05",
    "Hessen": "06",
    "Rheinland-Pfalz": "07",
    "Baden-Württemberg": "08",
    "Bayern": "09",
    "Saarland": "10",
    "Berlin": "11",
    "Brandenburg": "12",
    "Mecklenburg-Vorpommern": "13",
    "Sachsen": "14",
    "Sachsen-Anhalt": "15",
    "Thüringen": "16",
}
NAMES = {"Deutschland": "DG", "Deutschland insgesamt": "DG", "Bundesgebiet": "DG", **LAENDER}
KEY = re.compile(r"DG|(?:0[1-9]|1[0-6])(?:\d|\d{3}|\d{6})?")
_NUTS = re.compile(r"DE[0-9A-Z]{0,3}")


def level_of(geo: str) -> str:
    """Level of a German key or of a German NUTS code. Raises StudyError for anything else."""
    return f"nuts{len(geo) - 2}" if _NUTS.fullmatch(geo) else geo_level(geo)


def level_expression(geo: pl.Expr) -> pl.Expr:
    """`level_of` for a column of keys that were checked."""
    digits = geo.str.len_bytes()
    nuts = pl.concat_str(pl.lit("nuts"), (digits.cast(pl.Int64) - 2).cast(pl.String))
    special = pl.when(geo == "DG").then(pl.lit("country")).when(geo.str.starts_with("DE")).then(nuts)
    return pl.coalesce(special, *(pl.when(digits == count).then(pl.lit(level)) for count, level in DIGITS.items()))
