"""Gathers all a report prints into the one JSON file that the filter reads: facts, keys, sentences, figures, tables."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis import catalogue, facts, wording
from analysis.catalogue import Edition, Indicator
from analysis.facts import Fact
from analysis.plan import Plan
from analysis.publishing import backmatter
from analysis.regions import COMPARISON, Region


def write(plan: Plan, region: Region, folder: Path) -> Path:
    """Write `sidecar.json` and the charts it names into `folder`; returns the file."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for part in parts(plan, region):
        charts = plan.folder(part.region, part.chapter) / "charts"
        if charts.is_dir():
            shutil.copytree(charts, folder / "charts" / part.prefix, dirs_exist_ok=True)
    path = folder / "sidecar.json"
    path.write_text(json.dumps(gather(plan, region), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


@dataclass(frozen=True)
class Part:
    """A chapter's results as a report uses them: its keys and files stand under `prefix` if they are another's."""

    region: str
    chapter: str
    prefix: str = ""


def parts(plan: Plan, region: Region) -> list[Part]:
    """The chapters a report draws on. The comparison has its regions' too, as `duesseldorf.target_corridor`."""
    own = [Part(region.id, chapter) for chapter in plan.chapters(region.id)]
    if region.id != COMPARISON:
        return own
    return own + [Part(one.id, chapter, one.id) for one in plan.compared for chapter in plan.chapters(one.id)]


def gather(plan: Plan, region: Region, found: list[Fact] | None = None) -> dict:
    """All a report on `region` prints, in the form the filter reads; `found` replaces the report's own facts."""
    indicators = catalogue.indicators()
    found = read_facts(plan, region) if found is None else found
    texts = [_prefixed(read_texts(plan, part), part.prefix) for part in parts(plan, region)]
    sources = pl.read_parquet(plan.folder(region.id, "inputs") / "sources.parquet")
    attributions = dict(sources.select("id", "attribution").iter_rows())
    return {
        "language": plan.language,
        "edition": _edition(plan.edition) | {"digest": digest(found)},
        "region": region.forms() | {"districts": list(region.districts)},
        "facts": {fact.id: described(fact, indicators[fact.indicator], attributions) for fact in found},
        "keys": facts.short_keys(found, region.id, catalogue.headlines(indicators)),
        "statements": _merged(texts, "statements"),
        "figures": _merged(texts, "figures"),
        "tables": _merged(texts, "tables") | backmatter.tables(plan, sources),
    }


def read_facts(plan: Plan, region: Region) -> list[Fact]:
    """The facts of a report; the comparison has those of its regions too. The same fact found twice counts once."""
    found: dict[str, Fact] = {}
    for part in parts(plan, region):
        for fact in facts.read(plan.folder(part.region, part.chapter) / "facts.parquet"):
            found.setdefault(fact.id, fact)
    return list(found.values())


def read_texts(plan: Plan, part: Part) -> dict:
    """Sentences, figures and tables of a chapter."""
    return json.loads((plan.folder(part.region, part.chapter) / "texts.json").read_text("utf-8"))


def _prefixed(texts: dict, prefix: str) -> dict:
    """Another region's texts under their region's name, and their files in its folder."""
    if not prefix:
        return texts
    moved = {kind: {f"{prefix}.{key}": entry for key, entry in texts[kind].items()} for kind in texts}
    for entry in moved["figures"].values():
        entry |= {
            name: entry[name].replace("charts/", f"charts/{prefix}/")
            for name in ("file", "spec", "csv", "narrow")
            if name in entry
        }
    return moved


def described(fact: Fact, indicator: Indicator, attributions: dict[str, str]) -> dict:
    """One fact as the register prints it, and as the filter and the proofreader need it."""
    text = wording.printed(fact, indicator)
    return {
        "text": text,
        "number": wording.figure(fact.value, indicator) if fact.known else text,
        "magnitude": wording.magnitude_text(fact, indicator),
        "value": fact.value,
        "unit": wording.UNITS[indicator.unit].name,
        "period": fact.period.replace("-", "–"),
        "label": wording.fact_label(fact, indicator),
        "value_with_unit": text,
        "interval": wording.interval(fact, indicator),
        "status": fact.status,
        "status_text": wording.status_note(fact),
        "definition": indicator.definition_de,
        "method": wording.METHODS.get(fact.method, fact.method),
        "sources": [attributions[source] for source in fact.sources if source in attributions],
        "inputs": list(fact.inputs),
    }


def digest(found: list[Fact]) -> str:
    """Twelve hex digits over all facts of a report: what a citation names."""
    import hashlib

    lines = sorted(f"{fact.id}\t{fact.value!r}\t{fact.status}\t{fact.low!r}\t{fact.high!r}" for fact in found)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _merged(texts: list[dict], kind: str) -> dict:
    return {key: entry for text in texts for key, entry in text[kind].items()}


def _edition(edition: Edition) -> dict:
    return {
        "id": edition.id,
        "title": edition.title,
        "status": "Entwurf",
        "publisher": edition.publisher,
        "cutoff": wording.long_date(edition.cutoff),
        "published": wording.long_date(edition.published),
        "imprint": edition.imprint,
        "contact": edition.contact,
    }
