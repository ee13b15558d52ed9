"""Installations in the EU emissions trading system: three lists of the Union's transaction log, joined.

installation.csv names and locates them, compliance.csv has free allocation and verified emissions by year, and
nace_leakage.csv the NACE class from the carbon-leakage lists. Aircraft operators (activity 10) have neither name nor
place in this extract and are left out.
"""

from collections.abc import Sequence

import polars as pl

from analysis.errors import StudyError
from analysis.sources.originals import Original, Reading, named
from analysis.sources.plain_csv import CsvRow, read_rows

COUNTRY = "DE"
INDUSTRY, ENERGY, OTHER, UNCLASSIFIED = "industry", "energy", "other", "unclassified"
_INDUSTRY_DIVISIONS = range(5, 34)
_ENERGY_DIVISION = 35
_NOT_REPORTED = ("", "-1", "Excluded")


def site_class(nace: str | None) -> str:
    """Class of an installation by its NACE Rev. 2 division.

    05 to 33 (mining and manufacturing) is industry, 35 (energy supply) energy; industrial power stations carry 35 too.
    Any other division is other; an installation without a class is unclassified and stays apart.
    """
    if not nace:
        return UNCLASSIFIED
    division = int(nace[:2])
    if division == _ENERGY_DIVISION:
        return ENERGY
    return INDUSTRY if division in _INDUSTRY_DIVISIONS else OTHER


def sites_and_emissions(originals: Sequence[Original], source: str) -> Reading:
    """Reference tables of the stationary installations in Germany.

    sites: site_id, name, address, postcode, city, lat, lon (WGS 84, as geocoded by the provider), nace, class, row —
    one row per installation with at least one reported year. The district is added by `placement`.
    site_emissions: site_id, year, emissions_t_co2e, free_allocation_t_co2e, status, cell — one row per installation
    and year. Raises StudyError for doubled rows, contradicting classes or unknown installations.
    """
    installations = named(originals, "installation.csv", source)
    compliance = named(originals, "compliance.csv", source)
    classes = _classes(named(originals, "nace_leakage.csv", source))
    emissions = _emissions(compliance, source)
    reporting = set(emissions["site_id"])
    rows = read_rows(
        installations,
        ("id", "name", "addressmain", "postalcode", "city", "country_id", "latitudegoogle", "longitudegoogle"),
    )
    german = [row for row in rows if row["country_id"] == COUNTRY]
    sites = pl.DataFrame(
        [_site(row, classes.get(row["id"])) for row in german if not is_aircraft_operator(row)],
        schema=_SITES,
        orient="row",
    ).filter(pl.col("site_id").is_in(reporting))
    if sites["site_id"].n_unique() != sites.height:
        raise StudyError("An installation stands twice in the list", where=installations.name)
    known = emissions.filter(pl.col("site_id").is_in(sites["site_id"].implode()))
    return Reading({"sites": sites.sort("site_id"), "site_emissions": known.sort("site_id", "year")})


_SITES = {
    "site_id": pl.String,
    "name": pl.String,
    "address": pl.String,
    "postcode": pl.String,
    "city": pl.String,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "nace": pl.String,
    "class": pl.String,
    "row": pl.String,
}


def is_aircraft_operator(row: CsvRow) -> bool:
    """Aircraft operators carry no name and a dash for their place; stationary installations have both."""
    nameless = not row["name"]
    if nameless != (row["city"].strip() == "-"):
        raise StudyError(f"Installation {row['id']} has a name or a city, but not both", where=f"line {row.line}")
    return nameless


def _site(row: CsvRow, nace: str | None) -> tuple[object, ...]:
    lat, lon = (float(row[name]) if row[name] else None for name in ("latitudegoogle", "longitudegoogle"))
    texts = (row[name].strip() for name in ("id", "name", "addressmain"))
    postcode = row["postalcode"].strip().zfill(5)
    return (*texts, postcode, row["city"].strip(), lat, lon, nace, site_class(nace), f"L{row.line}")


def _classes(original: Original) -> dict[str, str]:
    """NACE class by installation; the list repeats some rows, which must agree."""
    classes: dict[str, str] = {}
    for row in read_rows(original, ("id", "nace")):
        if row["nace"] and classes.setdefault(row["id"], row["nace"]) != row["nace"]:
            raise StudyError(
                f"Installation {row['id']} has two NACE classes", where=f"{original.name}, line {row.line}"
            )
    return classes


def _emissions(original: Original, source: str) -> pl.DataFrame:
    """Verified emissions by installation and year. A reported 0 is zero; what was not reported is not_available."""
    records = []
    for row in read_rows(original, ("installation_id", "year", "free", "emission")):
        if row["emission"].strip() in _NOT_REPORTED:
            value, status = None, "not_available"
        else:
            value = float(row["emission"])
            status = "ok" if value else "zero"
        free = float(row["free"]) if row["free"] else None
        cell = f"{source}@{original.sha256[:12]}:{row.place('emission')}"
        records.append((row["installation_id"], int(row["year"]), value, free, status, cell))
    schema = ["site_id", "year", "emissions_t_co2e", "free_allocation_t_co2e", "status", "cell"]
    frame = pl.DataFrame(records, schema=schema, orient="row", infer_schema_length=None)
    doubled = frame.filter(pl.struct("site_id", "year").is_duplicated())
    if doubled.height:
        raise StudyError(f"{doubled['site_id'][0]} reports {doubled['year'][0]} twice", where=original.name)
    if frame.filter(pl.col("emissions_t_co2e") < 0).height:
        raise StudyError("A verified emission is negative", where=original.name)
    return frame
