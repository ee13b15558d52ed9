"""The study's figures in the shapes the methods take, for the notebook that tries every method on them."""

import numpy as np
import polars as pl

from analysis.chapters.employment import DISJOINT
from analysis.methods import input_output
from analysis.methods.network import employment_branch
from analysis.study import Study

GERMANY = "germany"
PERSONS = ("A", "B-E", "F", "G-J", "K-N", "O-U")
INDUSTRY = "B-E"


def employees(study: Study, *, by: str = "regions") -> pl.DataFrame:
    """region, branch, year, value: employees 2015–2020 in ten branches of the compared regions (or their `districts`)
    and of Germany."""
    return study.inputs.series("employees", [*_regions(study, by), GERMANY], list(DISJOINT))


def persons_employed(study: Study, *, by: str = "regions") -> pl.DataFrame:
    """region, branch, year, value: persons employed 2008–2017 in six branches."""
    return study.inputs.series("persons_employed", [*_regions(study, by), GERMANY], list(PERSONS))


def _regions(study: Study, by: str) -> list[str]:
    if by == "districts":
        return [district for region in study.compared for district in region.districts]
    return [region.id for region in study.compared]


def same_region(study: Study) -> pl.DataFrame:
    """region, neighbour: the districts of one region are each other's neighbours; single ones border on the others."""
    own = {district: region for region in study.compared for district in region.districts}
    pairs = [
        {"region": one, "neighbour": other}
        for one, region in own.items()
        for other in own
        if one != other and (other in region.districts or len(region.districts) == 1)
    ]
    return pl.DataFrame(pairs)


def district_totals(study: Study, measure: str) -> pl.DataFrame:
    """region, year, value: a measure of the compared districts, every year."""
    districts = _regions(study, "districts")
    return study.inputs.series(measure, districts, ["total"]).select("region", "year", "value")


def one_year(frame: pl.DataFrame, year: int, *columns: str) -> pl.DataFrame:
    """The rows of one year, without the column."""
    return frame.filter(year=year).select(*(columns or [name for name in frame.columns if name != "year"]))


def sites(study: Study, year: int) -> pl.DataFrame:
    """branch, region, plant, value: installations with NACE division as branch and tonnes of CO2e as size."""
    found = study.inputs.table("sites").filter(pl.col("year") == year, pl.col("nace").is_not_null())
    return found.select(
        branch=pl.col("nace").str.slice(0, 2), region="district", plant="site_id", value="emissions_t_co2e"
    ).filter(pl.col("value").is_not_null())


def counted(found: pl.DataFrame) -> pl.DataFrame:
    """region, branch, value: how many of the installations a district has."""
    return found.group_by("region", "branch").agg(value=pl.len()).sort("region", "branch")


def summed(found: pl.DataFrame) -> pl.DataFrame:
    """region, branch, value: the installations' tonnes in each district."""
    return found.group_by("region", "branch").agg(pl.col("value").sum()).sort("region", "branch")


def land(study: Study, measure: str, year: int, regions: pl.Series) -> pl.DataFrame:
    """region, value: area or population of the districts named."""
    found = study.inputs.series(measure, regions.unique().sort().to_list(), ["total"])
    return found.filter(year=year).select("region", "value")


def table_of_2014(study: Study) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Sectors, domestic flows, output and value added (million US dollars) of the national table."""
    output = study.inputs.table("io_output").sort("branch")
    flows = study.inputs.table("io_flows").select(deliverer="supplier", receiver="user", value="flow_musd")
    codes = output["branch"].to_list()
    square = input_output.square(flows, codes)
    return codes, square, output["output_musd"].to_numpy(), output["value_added_musd"].to_numpy()


def branches_of(codes: list[str]) -> list[str]:
    """The branch of the employment tables for each sector."""
    return [employment_branch(code) for code in codes]


def share_of(values: np.ndarray, output: np.ndarray) -> np.ndarray:
    """values / output, zero where a sector has none."""
    return np.divide(values, output, out=np.zeros_like(values), where=output > 0)


def spread(study: Study, codes: list[str], region: str, year: int) -> np.ndarray:
    """Employees of the region by sector: each branch's jobs in proportion to national output, an assumption."""
    _, _, output, _ = table_of_2014(study)
    jobs = dict(one_year(employees(study), year).filter(region=region).select("branch", "value").iter_rows())
    branches = np.array(branches_of(codes))
    weight = np.array([output[branches == branch].sum() for branch in branches])
    return np.array([jobs.get(branch, 0.0) for branch in branches]) * share_of(output, weight)


def per_job(study: Study, region: str, measure: str, branches: tuple[str, ...], year: int) -> pl.DataFrame:
    """sector, jobs, share, per_job: persons employed, each branch's part in them, and `measure` per person."""
    jobs = study.inputs.series("persons_employed", [region], list(branches)).filter(year=year)
    made = study.inputs.series(measure, [region], list(branches)).filter(year=year)
    joined = jobs.join(made, on=["region", "branch", "year"], suffix="_made")
    return joined.select(
        sector="branch",
        jobs=pl.col("value").sum(),
        share=pl.col("value") / pl.col("value").sum(),
        per_job=pl.col("value_made") / pl.col("value"),
    )


def per_job_by_year(
    study: Study, region: str, measure: str, branches: tuple[str, ...], years: list[int]
) -> pl.DataFrame:
    """The same for several years, with the column `year`."""
    found = (per_job(study, region, measure, branches, year).with_columns(year=pl.lit(year)) for year in years)
    return pl.concat(found)


def city_emissions(study: Study, region: str) -> pl.DataFrame:
    """year, value: the city balance of a region in tonnes of CO2, with the region's id."""
    found = study.inputs.series("city_co2_kt", [region], ["total"])
    return found.select("region", "year", value=pl.col("value") * 1000)


def industry_emissions(study: Study, region: str) -> pl.DataFrame:
    """year, value: the city balance of industry in kt CO2."""
    return study.inputs.series("city_co2_kt", [region], ["industry"]).select("year", "value")


def hidden(frame: pl.DataFrame, cells: list[tuple[str, str]]) -> pl.DataFrame:
    """The frame with some cells made secret, to see what margins give away."""
    keys = pl.concat_str("region", "branch", separator="|").is_in(["|".join(cell) for cell in cells])
    return frame.with_columns(value=pl.when(~keys).then("value"))


def margins(frame: pl.DataFrame) -> pl.DataFrame:
    """The totals of a full table, in rows and columns, with the word `total`."""
    rows = frame.group_by("region").agg(pl.col("value").sum()).with_columns(branch=pl.lit("total"))
    columns = frame.group_by("branch").agg(pl.col("value").sum()).with_columns(region=pl.lit("total"))
    names = ["region", "branch", "value"]
    return pl.concat([rows.select(names), columns.select(names)]).sort("region", "branch")


def group(frame: pl.DataFrame, branch: str, regions: list[str]) -> pl.DataFrame:
    """group, region, branch: one branch in several regions as one sum."""
    rows = frame.filter(pl.col("region").is_in(regions), pl.col("branch") == branch)
    return rows.select(pl.lit(f"{branch} in {len(regions)} regions").alias("group"), "region", "branch")


def printed(frame: pl.DataFrame, region: str, branch: str) -> pl.DataFrame:
    """statement, region, branch, value: a report that prints one cell."""
    rows = frame.filter(region=region, branch=branch)
    return rows.select(pl.lit(f"{branch} of {region}").alias("statement"), "region", "branch", "value")
