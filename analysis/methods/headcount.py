"""The industry network by whole divisions: everyone in the divisions that live on industry, no weights."""

import re

import polars as pl

from analysis.methods.frames import MethodError, listed, tidy
from analysis.methods.panel import TOTAL, panel

CORE = tuple(str(division) for division in range(10, 34))
_NARROW = ("49", "52", "62", "70", "71", "72", "78")
_WIDE = ("46", "50", "51", "53", "61", "63", "69", "73", "74", "77", "80", "81", "82")
HEADCOUNTS = {"headcount_narrow": _NARROW, "headcount_wide": (*_NARROW, *_WIDE)}


def network_headcount(employment: pl.DataFrame, variant: str, *, absent: str = "error") -> pl.DataFrame:
    """One row per region[, year]: `variant, industry, services, jobs`, counted in whole divisions of WZ 2008.

    `employment`: region, branch, value[, year], the branch a two-digit division as text ("10"); other divisions and
    `total` may stand beside them and do not count. `industry` is manufacturing, 10–33. `services` are in
    `headcount_narrow` transport and storage (49, 52), programming (62), head offices, engineers and research (70–72)
    and temporary work (78); in `headcount_wide` also wholesale, post, telecommunications and further services to
    business (46 50 51 53 61 63 69 73 74 77 80–82). `jobs` is the sum of both.

    Nobody is weighted by what goes to industry, and `industry` is not B–E: no number to hold against the variants with
    weights. A null division makes its part and the jobs null. Raises MethodError (see panel.panel), and for branches
    that are no two-digit divisions: sections such as M–N hold divisions of both kinds and cannot be divided.
    """
    if variant not in HEADCOUNTS:
        raise MethodError(f"variant '{variant}' is unknown; there are {', '.join(HEADCOUNTS)}.")
    coarse = [name for name in sorted(tidy(employment, name="employment")["branch"].unique()) if not _counts(name)]
    if coarse:
        raise MethodError(
            f"employment: branch {listed(coarse)} is no two-digit division of WZ 2008; {variant} counts whole "
            "divisions and needs two-digit employment. Branches of several divisions have the variants with weights."
        )
    services = HEADCOUNTS[variant]
    data = panel(employment, absent=absent, more=(*CORE, *services), name="employment")
    place = {branch: at for at, branch in enumerate(data.branches)}
    industry, linked = (data.values[:, :, [place[name] for name in names]].sum(axis=2) for names in (CORE, services))
    rows = data.frame({"industry": industry, "services": linked, "jobs": industry + linked})
    keys = [key for key in ("region", "year") if key in rows.columns]
    return rows.select(*keys, pl.lit(variant).alias("variant"), "industry", "services", "jobs")


def _counts(branch: str) -> bool:
    return branch == TOTAL or re.fullmatch(r"\d\d", branch) is not None
