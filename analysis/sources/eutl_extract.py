"""Extracts of the Union's transaction log as data sites and scrapers pass them on: plain CSV, one list a file.

installation.csv (`id,name,addressmain,…`), compliance.csv (`installation_id,year,free,emission`), nace_leakage.csv
(`id,nace15,nace20,nace`), verified emissions by account (`account_id,year,tonnes_co2`) and a table of sites with both
(`installation_id,name,city,…,nace,year,emission_t,free_alloc,src`). Sites stand at no region, so `cells` is empty.
Tested with a file of each.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from analysis.sources.official import FAULT, OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.recognition import Head
from analysis.sources.site_tables import MISSING, NO_CELLS, figures, odd_figures, reported
from analysis.sources.strict_csv import Texts, no_number, numbers, read_texts

NAME = "EUTL extract"
EMISSIONS, FREE = "verified_emissions", "free_allocation"
_TONNES, _ALLOWANCES = "t CO2e", "allowances"
# A site's own columns, where the file has them; lat and lon as the provider geocoded the address.
_SITE_COLUMNS = {
    "id": "site",
    "installation_id": "site",
    "name": "name",
    "addressmain": "address",
    "postalcode": "postcode",
    "city": "city",
    "country_id": "country",
    "nuts3": "nuts3",
    "nace": "nace",
    "latitudegoogle": "lat",
    "longitudegoogle": "lon",
}

Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class _List:
    """One of the lists: its columns, what it is called, and how it becomes tables."""

    columns: tuple[str, ...]
    title: str
    tables: Callable[[Texts], Tables]


def recognises(head: Head) -> bool:
    """By the names of the first three columns."""
    return bool(head.lines) and _list_of(head.lines[0]) is not None


def _list_of(header: str) -> _List | None:
    names = tuple(name.strip().strip('"') for name in header.split(","))
    return next((one for one in _LISTS if names[:3] == one.columns[:3]), None)


def read(original: Original) -> OfficialTable:
    """Reference tables by name: sites, site_classes (NACE), site_emissions; the accounts' figures are
    account_emissions, whose `site` is the account, which is no installation's number. Figures follow `SITE_FIGURES`.
    """
    kind = _list_of(original.head(2000).decode("utf-8-sig", errors="replace").splitlines()[0])
    texts = read_texts(original, ",", kind.columns)
    tables = kind.tables(texts)
    problems = [*texts.problems]
    for table in tables.values():
        problems += odd_figures(table) if "measure" in table.columns else _repeated(table)
    return OfficialTable(
        format=NAME,
        table=original.name,
        title=kind.title,
        rows=texts.frame.height,
        cells=NO_CELLS,
        encoding=texts.encoding,
        tables={name: _once(table) for name, table in tables.items()},
        problems=tuple(problems),
    )


def _once(table: pl.DataFrame) -> pl.DataFrame:
    """Without rows that only repeat another; figures stay, since two of one site and year contradict the layout."""
    if "measure" in table.columns:
        return table
    return table.unique([name for name in table.columns if name != "row"], keep="first", maintain_order=True)


def _repeated(table: pl.DataFrame) -> list[Problem]:
    once, found = _once(table), []
    if once.height < table.height:
        place = table.filter(pl.struct(pl.exclude("row")).is_duplicated())["row"][0]
        what = f"{table.height - once.height} rows repeat another word for word and are taken once"
        found.append(Problem("repeated rows", what, place))
    twice = once.filter(pl.col("site").is_duplicated())
    if twice.height:
        what = f"{twice['site'].n_unique()} sites stand there with differing entries, first {twice['site'][0]}"
        found.append(Problem("contradiction", what, twice["row"][0], "Ask the provider which row is right.", FAULT))
    return found


def _sites(texts: Texts) -> Tables:
    columns = {old: new for old, new in _SITE_COLUMNS.items() if old in texts.header}
    found = texts.frame.with_columns(texts.place(texts.header[0]).alias("row"))
    for name in ("latitudegoogle", "longitudegoogle"):
        if name in columns:
            found = found.with_columns(numbers(texts, name))
    return {"sites": found.select(*columns, "row").rename(columns)}


def _classes(texts: Texts) -> Tables:
    found = texts.frame.select(pl.col("id").alias("site"), "nace15", "nace20", "nace", row=texts.place("nace"))
    return {"site_classes": found}


def _figures(texts: Texts, columns: dict[str, tuple[str, str]], flag: str | None = None) -> pl.DataFrame:
    """Figures by site and year: column of the file -> measure and unit."""
    wrong = ~texts.frame["year"].str.contains(r"^\d{4}$")
    if wrong.any():
        raise no_number(texts, "year", wrong, "no year")
    parts = []
    for column, (measure, unit) in columns.items():
        text = texts.frame[column].str.strip_chars()
        sign = text.is_in(MISSING) & (text != "")
        parts.append(
            texts.frame.select(
                pl.col(texts.header[0]).alias("site"),
                pl.col("year"),
                numbers(texts, column, missing=MISSING).alias("value"),
                texts.place(column).alias("row"),
                measure=pl.lit(measure),
                unit=pl.lit(unit),
                flag=pl.col(flag) if flag else pl.when(sign).then(text),
            )
        )
    return figures(pl.concat(parts).with_columns(status=reported(pl.col("value"))))


def _compliance(texts: Texts) -> Tables:
    columns = {"emission": (EMISSIONS, _TONNES), "free": (FREE, _ALLOWANCES)}
    return {"site_emissions": _figures(texts, columns)}


def _accounts(texts: Texts) -> Tables:
    return {"account_emissions": _figures(texts, {"tonnes_co2": (EMISSIONS, _TONNES)})}


def _derived(texts: Texts) -> Tables:
    """A table of sites by year; `flag` says from which list a year was taken."""
    columns = {"emission_t": (EMISSIONS, _TONNES), "free_alloc": (FREE, _ALLOWANCES)}
    own = [name for name in _SITE_COLUMNS if name in texts.header]
    once = texts.frame.unique(own, keep="first", maintain_order=True)
    return _sites(replace(texts, frame=once)) | {"site_emissions": _figures(texts, columns, flag="src")}


_LISTS = (
    _List(
        ("id", "name", "addressmain", "postalcode", "city", "country_id", "latitudegoogle", "longitudegoogle"),
        "Installations of the EU emissions trading system",
        _sites,
    ),
    _List(("installation_id", "year", "free", "emission"), "Verified emissions and free allocation", _compliance),
    _List(("id", "nace15", "nace20", "nace"), "NACE classes of the carbon-leakage lists", _classes),
    _List(("account_id", "year", "tonnes_co2"), "Verified emissions by account", _accounts),
    _List(
        ("installation_id", "name", "city", "postalcode", "nuts3", "nace", "year", "emission_t", "free_alloc", "src"),
        "Sites with verified emissions and free allocation",
        _derived,
    ),
)
