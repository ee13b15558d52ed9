"""E-PRTR: releases of industrial facilities to air, as the European Environment Agency publishes them for reading.

`F1_4_Air_Releases_Facilities.csv`: one row a facility, year and pollutant, kilograms. "Carbon dioxide (CO2)" and
"Carbon dioxide (CO2) excluding biomass" are two pollutants, never to be added. A row CONFIDENTIAL hides pollutant and
amount, and repeats for each pollutant hidden. A facility below a pollutant's threshold reports nothing: no row is not
zero. Tested with fixtures written from the published header.
"""

import polars as pl

from analysis.sources.official import OfficialTable, Problem
from analysis.sources.originals import Original
from analysis.sources.recognition import Head
from analysis.sources.site_tables import NO_CELLS, figures, odd_figures, reported
from analysis.sources.strict_csv import Texts, no_number, numbers, read_texts

NAME = "E-PRTR air releases"
CONFIDENTIAL = "CONFIDENTIAL"
_SITE = {
    "FacilityInspireId": "site",
    "facilityName": "name",
    "city": "city",
    "countryName": "country",
    "EPRTRAnnexIMainActivity": "activity",
    "Latitude": "lat",
    "Longitude": "lon",
}
_NEEDED = (*_SITE, "reportingYear", "TargetRelease", "Pollutant", "Releases", "confidentialityReason")
_MARKS = ("FacilityInspireId", "TargetRelease", "Pollutant")


def recognises(head: Head) -> bool:
    """By three columns that no other list has together."""
    names = {name.strip().strip('"') for name in head.lines[0].split(",")} if head.lines else set()
    return names.issuperset(_MARKS)


def read(original: Original) -> OfficialTable:
    """Reference tables: sites (as of their newest year) and site_releases (`SITE_FIGURES`, kg; measure = pollutant).

    `flag` of a secret release is the reason given. Raises StudyError for releases to water, which are another list.
    """
    texts = read_texts(original, ",", _NEEDED)
    _refuse(texts)
    releases = _releases(texts)
    open_ones = releases.filter(pl.col("measure") != CONFIDENTIAL)
    years = texts.frame["reportingYear"]
    return OfficialTable(
        format=NAME,
        table="F1_4_Air_Releases_Facilities",
        title=f"Releases to air by facility, {years.min()} to {years.max()}",
        rows=texts.frame.height,
        cells=NO_CELLS,
        stated=_published(texts),
        encoding=texts.encoding,
        tables={"sites": _sites(texts), "site_releases": releases},
        problems=(*texts.problems, *_warnings(releases), *odd_figures(open_ones)),
    )


def _refuse(texts: Texts) -> None:
    for column, right, what in (
        ("TargetRelease", texts.frame["TargetRelease"] == "AIR", "not AIR: the file lists other releases"),
        ("reportingYear", texts.frame["reportingYear"].str.contains(r"^\d{4}$"), "no year"),
        ("Pollutant", texts.frame["Pollutant"].str.strip_chars() != "", "no pollutant"),
    ):
        if not right.all():
            raise no_number(texts, column, ~right, what)


def _releases(texts: Texts) -> pl.DataFrame:
    value = numbers(texts, "Releases")
    reason = pl.col("confidentialityReason").str.strip_chars()
    secret = (pl.col("Pollutant") == CONFIDENTIAL) | (value.is_null() & (reason != ""))
    found = texts.frame.select(
        site="FacilityInspireId",
        year="reportingYear",
        measure="Pollutant",
        value=pl.when(~secret).then(value),
        unit=pl.lit("kg"),
        status=pl.when(secret).then(pl.lit("suppressed")).otherwise(reported(pl.lit(value))),
        flag=pl.when(reason != "").then(reason),
        row=texts.place("Releases"),
    )
    return figures(found)


def _sites(texts: Texts) -> pl.DataFrame:
    whole = texts.frame.with_columns(
        numbers(texts, "Latitude"), numbers(texts, "Longitude"), row=texts.place("FacilityInspireId")
    )
    newest = whole.sort("reportingYear", descending=True, maintain_order=True).unique(
        "FacilityInspireId", keep="first", maintain_order=True
    )
    return newest.select(*_SITE, "row").rename(_SITE).sort("site")


def _published(texts: Texts) -> str:
    """Date of publication, printed 2026/02/13."""
    if "PublicationDate" not in texts.header:
        return ""
    return str(texts.frame["PublicationDate"].max() or "")[:10].replace("/", "-")


def _warnings(releases: pl.DataFrame) -> tuple[Problem, ...]:
    below = "A facility below the threshold of a pollutant has no row: what is not listed is unknown, not zero"
    found = [Problem("threshold", below, cure="Sum what is listed and say that it is what is listed.")]
    hidden = releases.filter(status="suppressed")
    if hidden.height:
        what = (
            f"{hidden.height} releases of {hidden['site'].n_unique()} facilities are secret, most even their pollutant"
        )
        found.append(Problem("secret releases", what, hidden["row"][0], "They stay unknown; say so beside any sum."))
    return tuple(found)
