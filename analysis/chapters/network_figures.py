"""Figures and table of the chapter on the industry network."""

import math

import polars as pl

from analysis import charts, wording
from analysis.chapters import network
from analysis.chapters.network import GERMANY, HEADLINE, INDUSTRY, LINKED
from analysis.exhibits import Caption
from analysis.study import Study
from analysis.wording import ref

EMPLOYEES = "regionalstatistik-13111-07-05-4"
TABLE = "wiod-niot-2016"
PUBLISHED = "published-figures"
STEPS = (100, 10)
SPLIT = {"industry": "Industrie", "services": "Verbundene Arbeitsplätze"}
ROUNDED = "Arbeitsplätze des Netzwerks auf Hunderte gerundet, Werte darunter feiner; Summen können abweichen."


def bars(study: Study, weights: pl.DataFrame) -> pl.DataFrame | str:
    """The network by branch with its interval, beside the published figure where there is one."""
    year, quoted = network.shown_year(study), network.published(study)
    jobs = study.get("network_jobs", study.region.id, str(year), variant=HEADLINE)
    share = study.get("network_share", study.region.id, str(year), variant=HEADLINE)
    title = (
        f"Zum Netzwerk Industrie {study.region.in_} gehörten {year} {ref(jobs)} Arbeitsplätze, {ref(share)} aller "
        "Beschäftigten"
        if jobs.known
        else f"Die Größe des Netzwerks Industrie {study.region.in_} ist für {year} nicht bekannt"
    )
    frame = _branches(study, weights, year)
    text = Caption(
        title=title,
        subtitle=f"Arbeitsplätze im Netzwerk Industrie nach Branchen, Variante {HEADLINE}, Ende Juni {year}; "
        "Linie: Bereich der Schätzung",
        alt=f"Balken je Branche: {study.plain(title)}. {_most(study, frame)}",
        columns={
            "branch_label": "Branche (WZ 2008)",
            "value": f"Arbeitsplätze {year}",
            "range": "Bereich der Schätzung",
        },
        note=ROUNDED
        + (f" Gezeigt ist {year}, das Jahr der Veröffentlichung; deren Datenjahr ist nicht genannt." if quoted else ""),
        sources=(EMPLOYEES, TABLE, PUBLISHED) if quoted else (EMPLOYEES, TABLE),
    )
    return study.draw(
        "network_bars",
        charts.branch_bars,
        frame,
        text,
        region_id=study.region.id,
        part_labels={"industry": "Industrie", "services": "Verbundene Arbeitsplätze", "total": "Zusammen"},
        reference=(f"{quoted.publisher} {quoted.year}", quoted.value) if quoted else None,
        axis_title="Arbeitsplätze",
        decimals=0,
    )


def _branches(study: Study, weights: pl.DataFrame, year: int) -> pl.DataFrame:
    """branch_label, part, value, low, high: the whole first, then industry, then the others from large to small."""
    result = network.estimate(study, study.region.id, weights)
    whole = result.jobs.filter(year=year, variant=HEADLINE).select(
        pl.lit("Netzwerk Industrie").alias("branch_label"), pl.lit("total").alias("part"), pl.col("jobs"), "low", "high"
    )
    parts = result.contributions.filter(year=year, variant=HEADLINE).with_columns(pl.col("jobs").fill_nan(None))
    parts = parts.sort(pl.col("branch") == INDUSTRY, "jobs", descending=True, nulls_last=True).select(
        pl.col("branch").replace_strict(wording.BRANCHES).alias("branch_label"),
        pl.when(pl.col("branch") == INDUSTRY).then(pl.lit("industry")).otherwise(pl.lit("services")).alias("part"),
        pl.col("jobs"),
    )
    frame = pl.concat([whole, parts], how="diagonal")
    rounded = (
        pl.col(name).fill_nan(None).map_elements(_rounded, return_dtype=pl.Float64) for name in ("jobs", "low", "high")
    )
    ends = pl.struct("low", "high").map_elements(_range_text, return_dtype=pl.String)
    return frame.with_columns(rounded).with_columns(range=ends).rename({"jobs": "value"})


def _range_text(ends: dict[str, float | None]) -> str:
    """Both ends as printed; empty for what has no range of its own."""
    known = None not in ends.values()
    return " bis ".join(wording.number(ends[name]) for name in ("low", "high")) if known else ""


def _most(study: Study, frame: pl.DataFrame) -> str:
    linked = frame.filter(pl.col("part") == "services", pl.col("value").is_not_null()).sort("value", descending=True)
    names = linked["branch_label"].head(2).to_list()
    return f"Die längsten Balken nach der Industrie: {wording.listing(names)}." if names else ""


def shares(study: Study) -> pl.DataFrame | str:
    """What part of its production each branch delivers to industry."""
    facts = [
        fact for branch in LINKED for fact in study.find("delivery_share", GERMANY, branch=branch, variant=HEADLINE)
    ]
    frame = pl.DataFrame([{"branch_label": wording.BRANCHES[fact.branch], "share": fact.value} for fact in facts])
    name, best = network.top_branch(study, facts)
    title = (
        f"{wording.extreme('Am höchsten', 'most', best, facts)} ist der Lieferanteil der Branche {name}: {ref(best)} "
        "ihrer Produktion gehen an die Industrie"
    )
    text = Caption(
        title=title,
        subtitle="Anteil der inländischen Produktion, der als Vorleistung an die inländische Industrie geht, in "
        f"Prozent, Deutschland {best.period}, Variante {HEADLINE}",
        alt=f"Balken je Branche: {study.plain(title)}.",
        columns={"branch_label": "Branche (WZ 2008)", "share": "Lieferanteil in Prozent"},
        decimals={"share": 1},
        note="Bundesweite Anteile, für alle Regionen gleich angesetzt.",
        sources=(TABLE,),
    )
    sorted_frame = frame.sort("share", descending=True)
    return study.draw(
        "delivery_shares", charts.delivery_shares, sorted_frame, text, axis_title="Lieferanteil in Prozent", decimals=1
    )


def split(study: Study, weights: pl.DataFrame) -> pl.DataFrame | str:
    """Industry against the jobs linked to it since the first year, as index."""
    first, last = network.years(study)[0], network.years(study)[-1]
    own = study.get("employees_change", study.region.id, f"{first}-{last}", branch=INDUSTRY)
    linked = study.get("network_services_change", study.region.id, f"{first}-{last}", variant=HEADLINE)
    before, now = (study.get("employees", study.region.id, str(year), branch=INDUSTRY) for year in (first, last))
    series = study.find("network_services", study.region.id, variant=HEADLINE)
    second = (series[-1], series[0], linked)
    title = (
        f"Die Industriebeschäftigung {study.region.in_} {wording.moved_by(now, before, own, f'seit {first}')}, "
        f"{wording.alike((now, before, own), second, 'die Zahl der verbundenen Arbeitsplätze')}"
    )
    text = Caption(
        title=title,
        subtitle="Beschäftigte der Industrie (B–E) und rechnerisch mit ihr verbundene Arbeitsplätze (Variante "
        f"{HEADLINE}), Index {first} = 100, jeweils Ende Juni",
        alt=f"Zwei Linien: {study.plain(title)}".rstrip(".") + ".",
        columns={"label": "Teil", "year": "Jahr", "index": f"Index ({first} = 100)"},
        decimals={"index": 1},
        note="Lieferanteile in allen Jahren gleich; Veränderungen kommen aus der Beschäftigung der Branchen.",
        sources=(EMPLOYEES, TABLE),
    )
    return study.draw(
        "network_split",
        charts.index_lines,
        _index(study, weights, first),
        text,
        base_year=first,
        axis_title=f"Index ({first} = 100)",
    )


def _index(study: Study, weights: pl.DataFrame, first: int) -> pl.DataFrame:
    """series_id, label, year, index of the region; null where a year or the base is unknown."""
    jobs = network.estimate(study, study.region.id, weights).jobs.filter(variant=HEADLINE)
    tidy = jobs.unpivot(on=list(SPLIT), index="year", variable_name="series_id", value_name="people")
    base = tidy.filter(year=first).select("series_id", base="people")
    return tidy.join(base, on="series_id", maintain_order="left").select(
        "series_id",
        pl.col("series_id").replace_strict(SPLIT).alias("label"),
        "year",
        index=(pl.col("people") / pl.col("base") * 100).fill_nan(None),
    )


def table(study: Study, weights: pl.DataFrame) -> pl.DataFrame:
    """Employees, share delivered and network jobs by branch, in the order of the classification."""
    year = network.shown_year(study)
    result = network.estimate(study, study.region.id, weights)
    found = {row["branch"]: row for row in result.contributions.filter(year=year, variant=HEADLINE).to_dicts()}
    rows = [
        {
            "branch": wording.BRANCHES[branch],
            "employees": study.inputs.figure("employees", study.region.id, branch, year).value,
            "share": found[branch]["weight"] * 100,
            "jobs": _rounded(found[branch]["jobs"]),
        }
        for branch in network.DISJOINT
    ]
    jobs = study.get("network_jobs", study.region.id, str(year), variant=HEADLINE)
    share = study.get("network_share", study.region.id, str(year), variant=HEADLINE)
    total = study.inputs.figure("employees", study.region.id, "total", year).value
    whole = {
        "branch": wording.BRANCHES["total"],
        "employees": total,
        "share": share.value,
        "jobs": _rounded(jobs.value),
    }
    schema = {"branch": pl.String, "employees": pl.Float64, "share": pl.Float64, "jobs": pl.Float64}
    text = Caption(
        title=f"Netzwerk Industrie {study.region.in_} nach Branchen, Variante {HEADLINE}",
        columns={
            "branch": "Branche (WZ 2008)",
            "employees": f"Beschäftigte {year}",
            "share": "Anteil im Netzwerk in Prozent",
            "jobs": "Arbeitsplätze im Netzwerk",
        },
        decimals={"share": 1},
        note=f"Industrie zählt ganz. {ROUNDED} k. A.: Angabe geheim oder unbekannt.",
        sources=(EMPLOYEES, TABLE),
    )
    return study.tabulate("network_table", pl.DataFrame([*rows, whole], schema=schema), text)


def _rounded(value: float | None) -> float | None:
    """To hundreds; less than a hundred to tens, less than ten to ones, so that no branch is rounded away."""
    if value is None or math.isnan(value):
        return None
    step = next((step for step in STEPS if value >= step), 1)
    return float(round(value / step) * step)
