"""How many jobs the industry network holds: industry itself, and the part of the other branches that works for it."""

import math
from dataclasses import dataclass

import polars as pl

from analysis import wording
from analysis.chapters.employment import DISJOINT
from analysis.facts import Fact
from analysis.methods import input_output, network
from analysis.study import Study

INDUSTRY = "B-E"
HEADLINE = "direct"
VARIANTS = (HEADLINE, "chain")
GERMANY = "germany"
LINKED = tuple(branch for branch in DISJOINT if branch != INDUSTRY)


@dataclass(frozen=True)
class Published:
    """A figure others printed for the region: where it was said, in which year, and the cell that quotes it."""

    origin: str
    year: int
    value: float
    cell: str

    @property
    def publisher(self) -> str:
        """Who printed it, without the work and the place where it is quoted."""
        return self.origin.split(",")[0]


def published(study: Study) -> Published | None:
    """The region's published number of network jobs; None where nobody has printed one."""
    rows = study.inputs.table("published").filter(region=study.region.id, indicator="network_jobs")
    rows = rows.filter(pl.col("value").is_not_null())
    if rows.is_empty():
        return None
    row = rows.row(0, named=True)
    return Published(row["origin"], int(row["ref_year"][-4:]), row["value"], row["cell"])


def years(study: Study) -> list[int]:
    """The years with employees by branch."""
    return study.inputs.years("employees", GERMANY)


def shown_year(study: Study) -> int:
    """The year figure and table show: that of the published figure, so that both stand in one year; else the newest."""
    known, quoted = years(study), published(study)
    return quoted.year if quoted and quoted.year in known else known[-1]


def delivery_shares(study: Study) -> pl.DataFrame:
    """Enter what each branch delivers to industry (both variants); returns variant, branch, weight, output."""
    output = study.inputs.table("io_output").sort("branch")
    codes = output["branch"].to_list()
    flows = study.inputs.table("io_flows")
    tidy = flows.select(deliverer="supplier", receiver="user", value="flow_musd")
    matrix = input_output.square(tidy, codes)
    sectors = dict(zip(codes, map(network.employment_branch, codes), strict=True))
    money = output["output_musd"].to_numpy()
    weights = pl.concat(
        network.network_weights(matrix, money, list(sectors.values()), variant=variant) for variant in VARIANTS
    )
    cells = _Deliveries(flows, output, sectors)
    for variant, branch, weight in weights.select("variant", "branch", "weight").iter_rows():
        inputs = cells.to_industry(branch) if variant == HEADLINE else (*_shares(study), *cells.to_others(branch))
        study.fact(
            "delivery_share",
            output["year"].max(),
            weight * 100,
            region=GERMANY,
            branch=branch,
            variant=variant,
            method="input-output table",
            inputs=inputs,
        )
    return weights


@dataclass(frozen=True)
class _Deliveries:
    """The cells of the table that a branch's share rests on; deliveries of nought are left out."""

    flows: pl.DataFrame
    output: pl.DataFrame
    sectors: dict[str, str]

    def to_industry(self, branch: str) -> tuple[str, ...]:
        """What the branch delivers to industry, and its output."""
        own = [code for code, name in self.sectors.items() if name == branch]
        produced = self.output.filter(pl.col("branch").is_in(own), pl.col("output_musd") != 0)
        return (*self._sold(own, inside=True), *produced["cell"])

    def to_others(self, branch: str) -> tuple[str, ...]:
        """What the branch delivers to branches outside industry; their own deliveries stand with their own shares."""
        return self._sold([code for code, name in self.sectors.items() if name == branch], inside=False)

    def _sold(self, suppliers: list[str], *, inside: bool) -> tuple[str, ...]:
        users = [code for code, name in self.sectors.items() if (name == INDUSTRY) == inside]
        sold = self.flows.filter(
            pl.col("supplier").is_in(suppliers), pl.col("user").is_in(users), pl.col("flow_musd") != 0
        )
        return tuple(sold.sort("supplier", "user")["cell"])


def _shares(study: Study, variant: str = HEADLINE) -> list[Fact]:
    return [fact for branch in LINKED for fact in study.find("delivery_share", GERMANY, branch=branch, variant=variant)]


def employment(study: Study, region: str) -> pl.DataFrame:
    """region, branch, year, value for every branch and year, null where unknown; `total` stands beside the branches."""
    figure = study.inputs.figure
    rows = [
        {"region": region, "branch": branch, "year": year, "value": figure("employees", region, branch, year).value}
        for branch in (*DISJOINT, "total")
        for year in years(study)
    ]
    schema = {"region": pl.String, "branch": pl.String, "year": pl.Int64, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


def secret_bounds(employees: pl.DataFrame) -> pl.DataFrame | None:
    """region, branch, year, low, high of unknown cells: between none and what total and known branches leave.

    Only for years in which industry itself is known: without it the range would span nearly everyone and say nothing.
    And only where two cells or more are unknown: the range of a single secret cell could be calculated back from the
    interval of the whole, so that year stays without any.
    """
    keys = ("region", "year")
    branches = employees.filter(pl.col("branch") != "total")
    totals = employees.filter(branch="total").select(*keys, total="value")
    known = branches.group_by(keys).agg(pl.col("value").sum().alias("known"))
    unknown = branches.filter(pl.col("value").is_null()).join(totals, on=keys).join(known, on=keys)
    blind = unknown.filter(branch=INDUSTRY).select(keys)
    found = unknown.filter(pl.col("total").is_not_null(), pl.len().over(keys) > 1).join(blind, on=keys, how="anti")
    high = (pl.col("total") - pl.col("known")).clip(0)
    return found.select("region", "branch", "year", low=pl.lit(0.0), high=high) if found.height else None


def estimate(study: Study, region: str, weights: pl.DataFrame) -> network.NetworkJobs:
    """The network of one region in every year. Regions are computed one by one: same figures, same result anywhere."""
    employees = employment(study, region)
    bounds = secret_bounds(employees)
    if bounds is not None and region == study.region.id:
        bounds = bounds.filter(~pl.col("year").is_in(_lone_years(study, bounds)))
    return network.network_jobs(employees, weights, bounds=None if bounds is None or bounds.is_empty() else bounds)


def _lone_years(study: Study, unknown: pl.DataFrame) -> list[int]:
    """Years in which a branch is unknown in other districts of the region than each other unknown branch.

    The sum over two districts is often known from their Land's margin although both cells are secret. Then the range of
    the whole moves with the cell of one branch in one district alone, and nothing is printed.
    """
    figure, places = study.inputs.figure, study.region.districts
    found = []
    for year, branches in unknown.group_by("year").agg("branch").iter_rows():
        where = [
            frozenset(ags for ags in places if figure("employees", ags, branch, year).value is None)
            for branch in branches
        ]
        if any(where.count(districts) == 1 for districts in where):
            found.append(year)
    return found


def enter(study: Study, weights: pl.DataFrame) -> pl.DataFrame:
    """Enter jobs, shares and linked jobs: the region in every year, its references in the first and the newest."""
    ends = (years(study)[0], years(study)[-1])
    for region in study.everyone:
        rows = estimate(study, region, weights).jobs
        wanted = rows if region == study.region.id else rows.filter(pl.col("year").is_in(ends))
        for row in wanted.iter_rows(named=True):
            _enter_year(study, region, row)
        linked = study.find("network_services", region, variant=HEADLINE)
        study.change("network_services_change", linked[-1], linked[0])
    _enter_branches(study, weights)
    for variant in VARIANTS:
        series = study.find("network_jobs", study.region.id, variant=variant)
        for before in dict.fromkeys((series[0], series[-2])):
            study.change("network_jobs_change", series[-1], before)
    return study.show(study.find("network_jobs", study.region.id, variant=HEADLINE))


def _enter_year(study: Study, region: str, row: dict) -> None:
    """Facts of one region, year and variant from a row of NetworkJobs.jobs."""
    variant, year = row["variant"], row["year"]
    figures = [study.inputs.figure("employees", region, branch, year) for branch in DISJOINT]
    cells = [cell for figure in figures for cell in figure.cells]
    status = next((figure.status for figure in figures if figure.value is None), "ok")
    common = {
        "region": region,
        "variant": variant,
        "status": status,
        "method": "network estimate",
        "inputs": (*_shares(study, variant), *cells),
    }
    jobs = study.fact("network_jobs", year, row["jobs"], **common, **_range(row["low"], row["high"]))
    total = study.inputs.figure("employees", region, "total", year)
    scale = 100 / total.value if total.value else math.nan
    share = row["jobs"] * scale if jobs.known and total.value else None
    study.fact(
        "network_share",
        year,
        share,
        **(common | {"status": status if total.value else total.status, "inputs": (jobs, *total.cells)}),
        **_range(*(None if end is None else end * scale for end in (row["low"], row["high"]))),
    )
    if variant == HEADLINE:
        spread = _range(row["low_common"], row["high_common"])
        study.fact("network_jobs_common", year, row["jobs"], **common, **spread)
        study.fact(
            "network_services", year, row["services"], **(common | {"status": _linked_status(study, region, year)})
        )


def _range(low: float | None, high: float | None) -> dict[str, float | None]:
    """Both bounds, or none where one is unknown."""
    known = all(end is not None and math.isfinite(end) for end in (low, high))
    return {"low": low, "high": high} if known else {"low": None, "high": None}


def _linked_status(study: Study, region: str, year: int) -> str:
    figures = (study.inputs.figure("employees", region, branch, year) for branch in LINKED)
    return next((figure.status for figure in figures if figure.value is None), "ok")


def _enter_branches(study: Study, weights: pl.DataFrame) -> None:
    """Enter linked jobs of each branch and its part in the uncertainty, newest year and the year that is shown."""
    rows = estimate(study, study.region.id, weights).contributions.filter(
        pl.col("variant") == HEADLINE, pl.col("branch") != INDUSTRY
    )
    wanted = {years(study)[-1], shown_year(study)}
    for row in rows.filter(pl.col("year").is_in(wanted)).iter_rows(named=True):
        branch, year = row["branch"], row["year"]
        cell = study.inputs.figure("employees", study.region.id, branch, year)
        share = study.find("delivery_share", GERMANY, branch=branch, variant=HEADLINE)
        known = {"branch": branch, "variant": HEADLINE, "status": cell.status, "method": "network estimate"}
        linked = study.fact("network_services", year, row["jobs"], **known, inputs=(*share, *cell.cells))
        part, jobs = row["variance_share"], study.get("network_jobs", study.region.id, str(year), variant=HEADLINE)
        secret = part is None or not math.isfinite(part)
        study.fact(
            "network_variance_share",
            year,
            None if secret else part * 100,
            **(known | {"status": jobs.status if secret else "ok"}),
            inputs=(linked, jobs),
        )


def enter_published(study: Study, weights: pl.DataFrame) -> pl.DataFrame:
    """Enter the published figure and the factor on all delivery shares that would meet it, where there is one."""
    quoted = published(study)
    if quoted is None:
        return study.show([])
    fact = study.fact(
        "published_network_jobs", quoted.year, quoted.value, method="published figure", inputs=(quoted.cell,)
    )
    jobs = study.get("network_jobs", study.region.id, str(shown_year(study)), variant=HEADLINE)
    factor = _factor(study, weights, quoted.value, shown_year(study)) if jobs.known else None
    status = "ok" if factor else "not_applicable" if jobs.known else jobs.status
    calibration = study.fact(
        "network_calibration",
        shown_year(study),
        factor,
        variant=HEADLINE,
        status=status,
        method="fit to one figure",
        inputs=(jobs, fact),
    )
    return study.show([fact, calibration])


def _factor(study: Study, weights: pl.DataFrame, target: float, year: int) -> float | None:
    """The factor on all shares that meets `target`; None where none can (industry has more, or all less)."""
    employees = employment(study, study.region.id).filter(pl.col("branch") != "total", year=year)
    industry, everyone = employees.filter(branch=INDUSTRY)["value"].item(), employees["value"].sum()
    if not industry <= target <= everyone:
        return None
    return network.calibrate(employees, weights.filter(variant=HEADLINE), target).factor


def newest(study: Study, indicator: str, variant: str | None = HEADLINE, region: str | None = None) -> Fact:
    """The fact of the newest year, known or not."""
    return study.get(indicator, region or study.region.id, str(years(study)[-1]), variant=variant)


def top_branch(study: Study, facts: list[Fact]) -> tuple[str, Fact]:
    """Printed name and fact of the branch with the highest value; the facts must be known."""
    best = max(facts, key=lambda fact: (fact.value, fact.branch))
    return wording.BRANCHES[best.branch], best


def newest_share_year(study: Study) -> str:
    """The year of the input-output table."""
    return _shares(study)[-1].period
