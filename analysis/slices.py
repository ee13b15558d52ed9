"""Cuts the slice of the warehouse that one region's notebooks read, and writes it as Parquet."""

import hashlib
import io
import json
from pathlib import Path

import duckdb
import polars as pl

from analysis import warehouse
from analysis.files import write_if_changed
from analysis.plan import DIGEST, TABLES, Plan, described
from analysis.regions import COMPARISON, Region, reference
from analysis.sources import extracts


def references(region: Region, compared: tuple[Region, ...]) -> tuple[Region, ...]:
    """What a region is set beside: its Land, unless it is one or spans several, and Germany. The comparison has the
    Länder of its regions."""
    members = compared if region.id == COMPARISON else (region,)
    lands = dict.fromkeys(member.land for member in members if member.land)
    return (*(reference(land) for land in lands), reference("DG"))


def write(
    connection: duckdb.DuckDBPyConnection, folder: Path, region: Region, others: tuple[Region, ...], plan: Plan
) -> None:
    """Write all tables of a region's slice, `region.json` that says whose it is, and `digest.json` with the hash of
    each. A file whose content is the same stays as it is."""
    contents = {"region.json": described(region, plan.edition, others, plan.compared).encode()}
    for name, frame in tables(connection, region, others, plan).items():
        buffer = io.BytesIO()
        frame.write_parquet(buffer, compression="zstd", statistics=False)
        contents[f"{name}.parquet"] = buffer.getvalue()
    for name, content in contents.items():
        write_if_changed(folder / name, content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    write_if_changed(folder / DIGEST, (json.dumps(digests, indent=1) + "\n").encode())


def tables(
    connection: duckdb.DuckDBPyConnection, region: Region, others: tuple[Region, ...], plan: Plan
) -> dict[str, pl.DataFrame]:
    """The slice: `plan.TABLES`, in that order."""
    is_comparison = region.id == COMPARISON
    members = plan.compared if is_comparison else (region,)
    ags = sorted({district for member in members for district in member.districts})
    ids = [member.id for member in members] + [other.id for other in others]
    year = plan.edition.year
    found = {
        "figures": warehouse.slice_figures(connection, ids, ags, year),
        "districts": warehouse.slice_districts(connection, year, wide=is_comparison),
        "sites": warehouse.slice_sites(connection, ags, year),
        "io_flows": warehouse.table(connection, "stg_io_flows"),
        "io_output": warehouse.table(connection, "stg_io_output"),
        "published": warehouse.table(connection, "stg_published_figures"),
        "boundaries": warehouse.table(connection, "stg_districts"),
        "deflator": warehouse.table(connection, "stg_deflator"),
        "sources": _sources(plan.raw),
    }
    return {name: found[name] for name in TABLES}


def _sources(raw: Path) -> pl.DataFrame:
    """One row per source: what the report says of it."""
    columns = ("id", "publisher", "title", "table", "licence", "licence_url", "attribution", "territory", "period")
    columns = (*columns, "extracted", "note_de")
    rows = []
    for meta in extracts.list_sources(raw):
        rows.append({name: getattr(meta, name) for name in columns})
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
