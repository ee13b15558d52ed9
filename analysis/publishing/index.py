"""The start page of an edition: what it holds, four key figures a region, and the ways in."""

import json
from pathlib import Path

from analysis import wording
from analysis.plan import Plan
from analysis.publishing import downloads, embedded, proofread, sidecar
from analysis.regions import Region

# What a card shows: label and short key; the region stands before the key.
CARD = (
    ("Beschäftigte", "employees"),
    ("Anteil der Industrie", "industry_share"),
    ("Netzwerk Industrie, Variante direct", "network_jobs"),
    ("Emissionen im Emissionshandel", "ets_emissions"),
)

CHAPTERS_DE = {
    "employment": "Beschäftigung",
    "network": "Netzwerk Industrie",
    "value_added": "Wertschöpfung",
    "structure": "Struktur",
    "emissions": "Emissionen",
    "goals": "Ziele",
}


def write(plan: Plan, path: Path) -> None:
    """Write the start page to `path`; it is rendered and proofread like a report."""
    working = plan.home / "reports" / "index"
    working.mkdir(parents=True, exist_ok=True)
    content = sidecar.gather(plan, plan.regions[0], downloads.edition_facts(plan))
    content["region"] |= {"name": "Übersicht"}
    described = working / "sidecar.json"
    described.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")
    source = working / "index.qmd"
    source.write_text(text(plan), "utf-8")
    embedded.render_html(source, described, path)
    proofread.ensure(path, content["facts"])


def text(plan: Plan) -> str:
    """The page in the reports' dialect."""
    parts = [
        f'---\ntitle: "{plan.edition.title}"\nlang: de-DE\n---\n',
        "# Die Berichte {.unnumbered #sec-reports}\n",
        "Regionale Industrieberichte aus amtlichen Statistiken. Jede Zahl im Text führt ins Zahlenregister und von "
        "dort bis zur Zelle der amtlichen Datei.\n",
        *(_card(plan, region) for region in plan.regions),
        _comparison(plan) if plan.compared else "",
        _ways(plan),
        "# Barrierefreiheit {.unnumbered #sec-accessibility}\n",
        "Die Seiten sind ohne Maus bedienbar, jede Abbildung hat einen Alternativtext und eine Datentabelle, die "
        "PDF-Dateien sind als PDF/UA-1 ausgezeichnet. Geprüft wurde automatisch bei der Erstellung; eine Prüfung durch "
        "Menschen mit Hilfsmitteln steht aus.\n",
        "# Zahlenregister {.unnumbered #sec-register}\n",
        "::: {.register}\n:::\n",
    ]
    return "\n".join(parts)


def _card(plan: Plan, region: Region) -> str:
    figures = "\n".join(
        f"- [{label}]{{.label}} **[{region.id}.{key}]{{.fact}}** [{region.id}.{key}]{{.fact show=period}}"
        for label, key in CARD
    )
    heading = f"## {_plain(region.name)} {{.unnumbered}}"
    return f"{heading}\n\n{_links(plan, region.id)}\n\n::: {{.key-figures}}\n{figures}\n:::\n"


def _comparison(plan: Plan) -> str:
    names = wording.listing([_plain(region.name) for region in plan.compared])
    figures = "\n".join(
        f"- [{_plain(region.name)}: Anteil der Industrie]{{.label}} **[{region.id}.industry_share]{{.fact}}** "
        f"[{region.id}.industry_share]{{.fact show=period}}"
        for region in plan.compared
    )
    links = _links(plan, "comparison")
    return f"## Vergleich {{.unnumbered}}\n\n{names} nebeneinander. {links}\n\n::: {{.key-figures}}\n{figures}\n:::\n"


def _links(plan: Plan, report: str) -> str:
    words = {"html": "Bericht lesen", "pdf": "als PDF"}
    return " · ".join(f"[{words[fmt]}]({plan.language}/{report}.{fmt})" for fmt in plan.formats)


def _ways(plan: Plan) -> str:
    notebooks = "; ".join(_workings(plan, region) for region in plan.regions)
    return (
        "# Daten und Rechenwege {.unnumbered #sec-data}\n\n"
        "Alle Fakten der Ausgabe: [CSV](data/facts.csv), [Parquet](data/facts.parquet), [Excel](data/facts.xlsx). "
        "Die verwendeten Ausgangswerte: [Parquet](data/observations.parquet). Prüfsummen aller Dateien und Eingaben: "
        f"[Manifest](manifest.json). Die ausgeführten Notebooks zeigen jeden Rechenschritt: {notebooks}.\n"
    )


def _workings(plan: Plan, region: Region) -> str:
    """The executed notebooks of a region, one link a chapter."""
    chapters = [f"[{CHAPTERS_DE[name]}](notebooks/{region.id}/{name}.html)" for name in plan.chapters(region.id)]
    return f"{_plain(region.name)}: {wording.listing(chapters)}"


def _plain(name: str) -> str:
    """A name as Markdown text: what could be markup is escaped."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>()#+-.!|~@$^'\"" else sign for sign in name)
