"""Which regions an edition holds: those asked for, and those it already has."""

from pathlib import Path

from analysis import regions
from analysis.publishing.editions import previous_reports
from analysis.regions import Region


def named(wanted: list[str], raw: Path) -> list[Region]:
    """Regions by id or AGS. The official list of districts is read only where it is needed."""
    known = regions.load()
    found = [known[ident] for ident in wanted if ident in known]
    if len(found) == len(wanted) and all(region.bundled for region in found):
        return found
    from analysis.sources import extracts

    return regions.resolve(wanted, extracts.read_extract(raw, "bkg-vg5000-2023").select("ags", "name", "kind"), known)


def edition_regions(wanted: list[str], published: Path, raw: Path) -> tuple[Region, ...]:
    """The regions of a run: the named ones, or else the bundled ones, and whatever the published edition holds.

    An edition is extended and never shrunk by a run, so that a look at one more district takes nothing away.
    """
    bundled = [region.id for region in regions.load().values() if region.bundled]
    asked = list(dict.fromkeys(wanted or bundled))
    held = [ident for ident in previous_reports(published) if ident not in asked]
    found = {region.id: region for region in named([*asked, *held], raw)}
    order = [*bundled, *(ident for ident in [*asked, *held] if ident not in bundled)]
    return tuple(found[ident] for ident in order if ident in found)
