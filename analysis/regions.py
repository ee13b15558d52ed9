"""Regions and how German speaks of them: from `regions.toml`, from a bare AGS, and the references (Land, Germany)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import grammar
from analysis.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

CATALOGUE = Path(__file__).with_name("regions.toml")
GERMANY = "germany"
COMPARISON = "comparison"

# Land key -> (id, name, "in ...", genitive). Hamburg, Bremen and Berlin are cities as well.
LAENDER = {
    "01": ("schleswig-holstein", "Schleswig-Holstein", "in Schleswig-Holstein", "Schleswig-Holsteins"),
    "02": ("land-hamburg", "Land Hamburg", "im Land Hamburg", "des Landes Hamburg"),
    "03": ("niedersachsen", "Niedersachsen", "in Niedersachsen", "Niedersachsens"),
    "04": ("bremen", "Land Bremen", "im Land Bremen", "des Landes Bremen"),
    "05": ("nordrhein-westfalen", "Nordrhein-Westfalen", "in Nordrhein-Westfalen", "Nordrhein-Westfalens"),
    "06": ("hessen", "Hessen", "in Hessen", "Hessens"),
    "07": ("rheinland-pfalz", "Rheinland-Pfalz", "in Rheinland-Pfalz", "von Rheinland-Pfalz"),
    "08": ("baden-wuerttemberg", "Baden-Württemberg", "in Baden-Württemberg", "Baden-Württembergs"),
    "09": ("bayern", "Bayern", "in Bayern", "Bayerns"),
    "10": ("saarland", "Saarland", "im Saarland", "des Saarlands"),
    "11": ("land-berlin", "Land Berlin", "im Land Berlin", "des Landes Berlin"),
    "12": ("brandenburg", "Brandenburg", "in Brandenburg", "Brandenburgs"),
    "13": (
        "mecklenburg-vorpommern",
        "Mecklenburg-Vorpommern",
        "in Mecklenburg-Vorpommern",
        "Mecklenburg-Vorpommerns",
    ),
    "14": ("sachsen", "Sachsen", "in Sachsen", "Sachsens"),
    "15": ("sachsen-anhalt", "Sachsen-Anhalt", "in Sachsen-Anhalt", "Sachsen-Anhalts"),
    "16": ("thueringen", "Thüringen", "in Thüringen", "Thüringens"),
}
CITY_STATES = {"02000": "02", "11000": "11"}


@dataclass(frozen=True)
class Region:
    """A region as reported on: its districts (AGS, territory of 2023) and the forms of its name."""

    id: str
    name: str
    in_: str
    genitive: str
    nominative: str
    districts: tuple[str, ...]
    bundled: bool = True

    @property
    def land(self) -> str | None:
        """The two-digit key of the Land that serves as reference; None if the region is a Land or spans several."""
        keys = {ags[:2] for ags in self.districts}
        if len(keys) != 1 or self.districts[0] in CITY_STATES:
            return None
        return keys.pop()

    def forms(self) -> dict[str, str]:
        """The grammatical forms a report asks for with `[in]{.region}`."""
        return {
            "id": self.id,
            "name": self.name,
            "in": self.in_,
            "genitive": self.genitive,
            "nominative": self.nominative,
        }


def reference(key: str) -> Region:
    """Germany (`DG`) or a Land (two digits) as the region it is compared with."""
    if key == "DG":
        return Region(GERMANY, "Deutschland", "in Deutschland", "Deutschlands", "Deutschland", ())
    ident, name, in_, genitive = LAENDER[key]
    nominative = f"das {name}" if name.startswith(("Land ", "Saarland")) else name
    return Region(ident, name, in_, genitive, nominative, ())


def comparison() -> Region:
    """The pseudo-region of the report that sets the regions side by side."""
    return Region(COMPARISON, "Vergleich", "im Vergleich", "des Vergleichs", "der Vergleich", ())


def load(path: Path = CATALOGUE) -> dict[str, Region]:
    """All regions of `regions.toml` by id. Raises UsageError on a field that is missing or wrong."""
    with path.open("rb") as file:
        entries = tomllib.load(file)
    return {ident: _region(ident, entry, path) for ident, entry in entries.items()}


def _region(ident: str, entry: dict, path: Path) -> Region:
    unknown = set(entry) - {"name", "in", "genitive", "nominative", "districts", "bundled"}
    missing = {"name", "districts"} - set(entry)
    if unknown or missing:
        raise UsageError(
            f"Region '{ident}' has unknown fields {sorted(unknown)} or lacks {sorted(missing)}",
            where=path.name,
            next_step="A region needs name and districts, and may have in, genitive, nominative.",
        )
    districts = entry["districts"]
    if not districts or not all(isinstance(ags, str) and len(ags) == 5 and ags.isdigit() for ags in districts):
        raise UsageError(
            f"Region '{ident}' lists districts that are no five-digit keys: {districts}",
            where=path.name,
            next_step='Write them as text with their zero, as in ["05111", "05158"].',
        )
    name = entry["name"]
    return Region(
        id=ident,
        name=name,
        in_=entry.get("in", f"in {name}"),
        genitive=entry.get("genitive", grammar.genitive(name)),
        nominative=entry.get("nominative", name),
        districts=tuple(districts),
        bundled=entry.get("bundled", True),
    )


def from_district(ags: str, districts: pl.DataFrame) -> Region:
    """The region of one district, named from the official list (`ags, name, kind`). UsageError if unknown."""
    row = districts.filter(ags=ags)
    if row.is_empty():
        raise UsageError(
            f"There is no district {ags} on the territory of 2023",
            where="--region",
            next_step="Use a five-digit key such as 05158, or an id from `pipeline.py list regions`.",
        )
    forms = grammar.district_forms(row["name"].item(), row["kind"].item())
    return Region(ags, *forms, (ags,))


def resolve(wanted: list[str], districts: pl.DataFrame, catalogue: dict[str, Region] | None = None) -> list[Region]:
    """The regions a command line names by id or AGS, in order and once each; the bundled ones if none is named."""
    known = catalogue if catalogue is not None else load()
    if not wanted:
        return [region for region in known.values() if region.bundled]
    found: dict[str, Region] = {}
    for ident in wanted:
        if ident in known:
            found[ident] = known[ident]
        elif ident.isdigit() and len(ident) == 5:
            found[ident] = from_district(ident, districts)
        else:
            raise UsageError(
                f"Region '{ident}' is unknown",
                where="--region",
                next_step=f"Known are {', '.join(known)} and every five-digit district key (AGS).",
            )
    check_districts(list(found.values()), districts)
    return list(found.values())


def check_districts(regions: list[Region], districts: pl.DataFrame) -> None:
    """Raise UsageError where a region lists a district that does not exist on the territory of 2023."""
    existing = set(districts["ags"])
    for region in regions:
        unknown = [ags for ags in region.districts if ags not in existing]
        if unknown:
            raise UsageError(
                f"Region '{region.id}' lists districts that do not exist: {', '.join(unknown)}",
                where="analysis/regions.toml",
                next_step="Use the keys of the territory of 2023.",
            )
