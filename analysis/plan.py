"""What one run is to do: edition, regions, formats, engine, and where everything lies. Nothing heavy is imported here,
because `status` and a run with nothing to do start from this."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from analysis import regions
from analysis.catalogue import Edition
from analysis.regions import Region

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT / "data" / "raw"
PROCESSED = ROOT / "data" / "processed"
PUBLISHED = ROOT / "reports" / "published"
REPORTS = ROOT / "reports"
NOTEBOOKS = ROOT / "analysis" / "notebooks"

# The tables of a region's slice (analysis/slices.py cuts them, analysis/inputs.py reads them).
TABLES = ("figures", "districts", "sites", "io_flows", "io_output", "published", "boundaries", "deflator", "sources")
DIGEST = "digest.json"

# The chapters, one notebook each, in the order of the report. `goals` also reads what the others found.
CHAPTERS = ("employment", "network", "value_added", "structure", "emissions", "goals")
COMPARISON_CHAPTER = "comparison"


@dataclass(frozen=True)
class Plan:
    """One run. `regions` are all the edition will hold; `compared` those the comparison sets side by side."""

    edition: Edition
    regions: tuple[Region, ...]
    formats: tuple[str, ...]
    engine: str
    language: str = "de"
    raw: Path = RAW
    processed: Path = PROCESSED
    out: Path = PUBLISHED
    workers: int = 2

    @cached_property
    def compared(self) -> tuple[Region, ...]:
        """The regions the comparison sets side by side: the bundled ones, if this edition holds all of them."""
        wanted = [region.id for region in regions.load().values() if region.bundled]
        held = {region.id: region for region in self.regions}
        return tuple(held[ident] for ident in wanted) if set(wanted) <= set(held) else ()

    @property
    def warehouse(self) -> Path:
        """The DuckDB file."""
        return self.processed / "warehouse.duckdb"

    @property
    def checks(self) -> Path:
        """The results of the data checks."""
        return self.processed / "checks.json"

    @property
    def secrecy(self) -> Path:
        """What the audit of secret cells found."""
        return self.home / "secrecy.json"

    @property
    def home(self) -> Path:
        """Where the edition's intermediate results lie."""
        return self.processed / self.edition.id

    @property
    def site(self) -> Path:
        """Where rendered pages wait for publication."""
        return self.home / "site"

    @property
    def target(self) -> Path:
        """Where readers find the edition."""
        return self.out / self.edition.id

    def folder(self, region: str, chapter: str = "") -> Path:
        """Intermediate results of a region, or of one of its chapters."""
        return self.home / region / chapter

    def name(self, region: str) -> str:
        """The printed name of a region of this plan."""
        return next((one.name for one in self.regions if one.id == region), regions.comparison().name)

    def chapters(self, region: str) -> tuple[str, ...]:
        """The chapters a region's report consists of."""
        return (COMPARISON_CHAPTER,) if region == "comparison" else CHAPTERS


def described(region: Region, edition: Edition, references: tuple[Region, ...], compared: tuple[Region, ...]) -> str:
    """The JSON that tells a notebook whose study it is."""
    content = {
        "region": asdict(region),
        "edition": asdict(edition),
        "references": [asdict(item) for item in references],
        "compared": [asdict(item) for item in compared],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def code_fingerprint() -> str:
    """One hash over the study's own code, content and pinned versions: what else a result depends on."""
    files = [path for path in (ROOT / "analysis").rglob("*") if path.suffix in (".py", ".sql", ".toml")]
    return fingerprint([*files, ROOT / "requirements.lock"])


def reports_fingerprint() -> str:
    """One hash over texts, filters and theme of the reports."""
    files = [path for path in REPORTS.rglob("*") if path.is_file() and PUBLISHED not in path.parents]
    return fingerprint(files)


def beside(plan: Plan) -> str:
    """The editions in place beside this one, by name and content: what they said counts too."""
    manifests = sorted(path for path in plan.out.glob("[!.]*/manifest.json") if path.parent.name != plan.edition.id)
    return repr([(path.parent.name, fingerprint([path])) for path in manifests])


def fingerprint(files: list[Path]) -> str:
    """One hash over names and contents, whatever the order and the place of the checkout."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(os.path.relpath(path, ROOT).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
