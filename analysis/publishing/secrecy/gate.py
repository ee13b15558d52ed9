"""Gathers all an edition releases and lets it pass, or stops it."""

import json
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from analysis import catalogue, facts
from analysis.catalogue import Indicator
from analysis.facts import Fact
from analysis.files import write_if_changed
from analysis.plan import Plan
from analysis.publishing.secrecy import earlier, official, rows
from analysis.publishing.secrecy.accounting import Accounts
from analysis.publishing.secrecy.findings import Findings
from analysis.publishing.secrecy.lineage import Lineage
from analysis.publishing.secrecy.official import Official
from analysis.publishing.secrecy.places import Places
from analysis.publishing.secrecy.public import Public
from analysis.publishing.secrecy.released import of_facts, of_observations
from analysis.publishing.secrecy.verdict import judge
from analysis.regions import Region, comparison

RESULT = "secrecy.json"


def audit(plan: Plan) -> None:
    """Hold the edition against the secret cells of the table of employees; counts go to `secrecy.json`.

    Needs slices and executed notebooks of all its regions. Raises DataCheckError where a secret cell is narrowed
    below a tenth of what the official tables leave open, where the interval of a single one is printed, and where a
    figure at a secret cell cannot be accounted for.
    """
    table = official.read(plan.raw)
    verdict = judge(Edition(plan, table).findings(), table)
    text = json.dumps(verdict.content(), ensure_ascii=False, indent=1)
    write_if_changed(plan.home / RESULT, f"{text}\n".encode())
    verdict.require()


@dataclass(frozen=True)
class Edition:
    """All that an edition will release, as it lies in the chapters' folders."""

    plan: Plan
    table: Official

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The catalogue of indicators."""
        return catalogue.indicators()

    @property
    def reports(self) -> list[Region]:
        """The regions reported on, and the comparison."""
        return [*self.plan.regions, *([comparison()] if self.plan.compared else [])]

    @cached_property
    def members(self) -> dict[str, tuple[str, ...]]:
        """Districts by region; a district is its own."""
        own = {district: (district,) for district, _ in self.table.members}
        return own | {region.id: region.districts for region in self.plan.regions}

    def findings(self) -> Findings:
        """Statements and objections of facts, downloads, exhibits, and the editions in place."""
        own = {region.id: self._facts(region) for region in self.reports}
        everything = {ident: fact for part in own.values() for ident, fact in part.items()}
        lineage = Lineage(everything, self.table, self.indicators)
        found = of_facts(lineage, self.members)
        for region in self.reports:
            found.add(self._other_facts(everything, own[region.id]))
            found.add(self._downloads(region, lineage))
            found.add(self._exhibits(region, own[region.id]))
        for item in earlier.editions(self.plan):
            found.add(earlier.of_edition(item, self.table, self.members, self.indicators))
        return found

    def _facts(self, region: Region) -> dict[str, Fact]:
        """The facts of a region's chapters by id."""
        paths = [self.plan.folder(region.id, chapter) / "facts.parquet" for chapter in self.plan.chapters(region.id)]
        return {fact.id: fact for path in paths for fact in facts.read(path)}

    def _other_facts(self, everything: dict[str, Fact], own: dict[str, Fact]) -> Findings:
        """Facts that another region's chapters enter otherwise: both are out."""
        differing = [ident for ident, fact in own.items() if everything[ident] != fact]
        if not differing:
            return Findings()
        lineage = Lineage(everything | own, self.table, self.indicators)
        return of_facts(lineage, self.members, only=differing)

    def _slice(self, region: Region, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.plan.folder(region.id, "inputs") / f"{name}.parquet")

    def _downloads(self, region: Region, lineage: Lineage) -> Findings:
        """The figures behind the report, which are published as observations, and those of all districts."""
        found = of_observations(lineage, self._slice(region, "figures"), self.members, "observations")
        districts = self._slice(region, "districts").rename({"district": "region"})
        found.add(of_observations(lineage, districts, self.members, f"districts of {region.id}"))
        return found

    def _exhibits(self, region: Region, own: dict[str, Fact]) -> Findings:
        """Charts, tables, texts and notebooks of the region's report."""
        names = dict(self._slice(region, "districts").select("district", "name").unique().iter_rows())
        places = Places.of(self.table, self.plan.regions, names)
        public = Public(self.table, list(own.values()), self.indicators)
        accounts = Accounts(places, public, region)
        found = Findings()
        for chapter in self.plan.chapters(region.id):
            shown = list(rows.of_chapter(self.plan.folder(region.id, chapter), f"{region.id}/{chapter}"))
            found.audited += len(shown)
            found.objections += accounts.objections(shown)
        return found
