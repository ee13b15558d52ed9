"""The sources the study knows: what is said of them (sources.toml) and who reads their files (here)."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from analysis.errors import StudyError, UsageError
from analysis.sources import (
    bkg,
    demandregio,
    destatis_kreise,
    eurostat_tidy,
    eutl,
    genesis_flat,
    inkar,
    klimawatch,
    published_figures,
    regionalstatistik_werteabruf,
    regionalstatistik_xlsx,
    wiod,
)
from analysis.sources.originals import Adapter
from analysis.sources.translation import Selection

BOUNDARIES = "bkg-vg5000-2023"
ADAPTERS: dict[str, Adapter] = {
    "bkg-vg5000-2023": bkg.boundaries,
    "demandregio-population": demandregio.population,
    "destatis-12411-0018": regionalstatistik_werteabruf.population,
    "destatis-81000-0001": genesis_flat.deflator,
    "destatis-kreise": destatis_kreise.area,
    "eurostat-nama-10r-3empers": eurostat_tidy.persons_employed,
    "eutl": eutl.sites_and_emissions,
    "inkar-2024": inkar.selection,
    "klimawatch-duesseldorf": klimawatch.city_co2,
    "klimawatch-hamburg": klimawatch.city_co2,
    "published-figures": published_figures.figures,
    "regionalstatistik-13111-01-03-4": regionalstatistik_xlsx.employees_total,
    "regionalstatistik-13111-07-05-4": regionalstatistik_werteabruf.employees,
    "regionalstatistik-33111-01-01-4": regionalstatistik_xlsx.industrial_land,
    "regionalstatistik-82111-01-05-4": regionalstatistik_xlsx.value_added,
    "wiod-niot-2016": wiod.tables,
}


@dataclass(frozen=True)
class Source:
    """One source: what `source.toml` says about it, the files it needs and the adapter that reads them.

    `territory` is the Gebietsstand, `reference_date` the Stichtag or period, `stated` the date of a publisher's file
    by the first twelve digits of its hash, for files that do not print it. `licence` is name and address;
    `placed` sources have sites that are put into districts with the boundaries of `BOUNDARIES`; of a source with
    `one_file_a_period` an import replaces only the periods it is given; `selection` finds the source's figures in
    other layouts of its table.
    """

    id: str
    title: str
    publisher: str
    table: str
    licence: tuple[str, str]
    attribution: str
    territory: str
    reference_date: str
    note_de: str
    files: str
    adapter: Adapter
    kind: str = "observations"
    stated: dict[str, str] = field(default_factory=dict)
    placed: bool = False
    one_file_a_period: bool = False
    selection: Selection | None = None


def _load() -> dict[str, Source]:
    """Join texts and adapters. Raises StudyError when one stands without the other."""
    texts = tomllib.loads(Path(__file__).with_name("sources.toml").read_text(encoding="utf-8"))
    licences = texts.pop("licences")
    alone = sorted(set(texts) ^ set(ADAPTERS))
    if alone:
        raise StudyError(f"These sources have texts without an adapter or the reverse: {', '.join(alone)}")
    return {id_: _source(id_, text, licences) for id_, text in sorted(texts.items())}


def _source(id_: str, text: dict, licences: dict) -> Source:
    selection = text.get("selection")
    typed = {"licence": tuple(licences[text["licence"]]), "selection": Selection(**selection) if selection else None}
    return Source(id=id_, adapter=ADAPTERS[id_], **text | typed)


SOURCES: dict[str, Source] = _load()


def find_source(source: str) -> Source:
    """The source of this id. Raises UsageError that names the known ones."""
    if source not in SOURCES:
        raise UsageError(f"There is no source {source!r}", next_step=f"Known are: {', '.join(SOURCES)}.")
    return SOURCES[source]
