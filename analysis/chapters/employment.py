"""How many people work here, how many of them in industry, and where that puts the region among all districts."""

from functools import partial

import polars as pl

from analysis import charts, maps, wording
from analysis.chapters.courses import Course, beside_germany, course, courses
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study

SOURCE = "regionalstatistik-13111-07-05-4"
LONG_SOURCE = "regionalstatistik-13111-01-03-4"
FOLLOWED = ("total", "B-E", "C")
DISJOINT = ("A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U")
MAP_CLASSES = 6


def branch_key(branch: str) -> str | None:
    """The branch as a fact's id has it: the total has none."""
    return None if branch == "total" else branch


def levels(study: Study) -> pl.DataFrame:
    """Enter employees of the region and its references: total, industry, manufacturing by year; all branches newest."""
    years = study.inputs.years("employees", study.references[-1].id)
    for region in study.everyone:
        for branch in FOLLOWED:
            for year in years:
                study.level("employees", year, region=region, branch=branch_key(branch))
        for year in years:
            study.ratio("industry_share", year, region=region)
    for branch in DISJOINT:
        study.level("employees", years[-1], branch=branch) if branch != "B-E" else None
    for ags in study.region.districts if len(study.region.districts) > 1 else ():
        for branch in FOLLOWED:
            study.level("employees", years[-1], region=ags, branch=branch_key(branch))
    return study.show(study.find("employees", study.region.id, period=str(years[-1])))


def changes(study: Study) -> pl.DataFrame:
    """Enter changes since the first year and against last year, and say them."""
    entered = []
    for region in study.everyone:
        for branch in FOLLOWED:
            series = study.find("employees", region, branch=branch_key(branch))
            now = series[-1]
            entered += [study.change("employees_change", now, before) for before in (series[0], series[-2])]
        shares = study.find("industry_share", region)
        entered += [study.change("industry_share_change", shares[-1], before) for before in (shares[0], shares[-2])]
    for branch, key in (("total", "employees"), ("B-E", "industry"), ("C", "manufacturing")):
        _say_development(study, branch_key(branch), key)
    _say_share(study)
    _say_findings(study)
    return study.show(entered)


def _say_findings(study: Study) -> None:
    """The chapter's finding, the sentence on all branches, and the first sentences of the report."""
    own = study.find("industry_share", study.region.id)[-1]
    study.say("employment_finding", _finding(study, own))
    study.say(
        "employees_sentence", f"Die Zahl aller Beschäftigten {study.region.in_} {study.statements['employees_trend']}."
    )
    others = [(study.get("industry_share", item.id, own.period), item.in_) for item in study.references]
    told = wording.placed(own, others, ("mehr als", "weniger als", "ebenso viel wie"))
    start = wording.sentence_start(study.region.in_)
    study.say(
        "summary_lead",
        f"{start} arbeiteten im Juni {own.period} von allen Beschäftigten {wording.ref(own)} in der Industrie, {told}."
        if own.known
        else f"Wie viele der Beschäftigten {study.region.in_} in der Industrie arbeiten, ist für {own.period} nicht "
        f"bekannt ({wording.ref(own)}).",
    )


def _finding(study: Study, share: Fact) -> str:
    series = study.find("employees", study.region.id, branch="B-E")
    if not (series[0].known and series[-1].known):
        return (
            f"Wie sich die Industriebeschäftigung {study.region.in_} von {series[0].period} bis {series[-1].period} "
            f"entwickelt hat, ist nicht bestimmbar, weil Angaben geheim sind oder fehlen ({wording.ref(series[-1])})."
        )
    return (
        f"Die Zahl der Industriebeschäftigten {study.region.in_} {study.statements['industry_trend']}. Das sind "
        f"{wording.ref(share)} aller Beschäftigten."
    )


def _say_development(study: Study, branch: str | None, key: str) -> None:
    series = study.find("employees", study.region.id, branch=branch)
    now, last, first = series[-1], series[-2], series[0]
    long = study.get("employees_change", study.region.id, f"{first.period}-{now.period}", branch=branch)
    short = study.get("employees_change", study.region.id, f"{last.period}-{now.period}", branch=branch)
    national = study.get("employees_change", study.references[-1].id, short.period, branch=branch)
    study.say(f"{key}_trend", wording.development(now, first, long))
    study.say(f"{key}_vs_last_year", wording.against_last_year(now, last, short))
    study.say(f"{key}_vs_germany", f"Deutschland: {wording.ref(national)}")


def _say_share(study: Study) -> None:
    own = study.find("industry_share", study.region.id)[-1]
    others = [(study.get("industry_share", item.id, own.period), item) for item in study.references]
    told = wording.placed(own, [(fact, item.in_) for fact, item in others])
    lead = "Der Anteil der Industrie an den Beschäftigten"
    study.say(
        "industry_share_compared",
        f"{lead} war {own.period} mit {wording.ref(own)} {told}."
        if own.known
        else f"Zum Vergleich: {lead} betrug {own.period} {told}.",
    )
    study.say("industry_share_references", " · ".join(f"{item.name}: {wording.ref(fact)}" for fact, item in others))


def place(study: Study) -> pl.DataFrame:
    """Enter rank, number of districts and median of the share of industry; returns the districts' shares."""
    shares, year = district_shares(study), study.newest("employees", "B-E")
    own = study.find("industry_share", study.region.id)[-1]
    others = shares.filter(~pl.col("district").is_in(study.region.districts), pl.col("value").is_not_null())
    inputs = (own, f"{SOURCE}: alle Kreise")
    known = own.value is not None
    position = int((others["value"] > own.value).sum()) + 1 if known else None
    rank = study.fact("industry_share_rank", year, position, status=None if known else own.status, inputs=inputs)
    count = study.fact("industry_share_districts", year, others.height + known, method="count", inputs=inputs)
    median = study.fact(
        "industry_share_median", year, shares["value"].median(), method="median of districts", inputs=inputs
    )
    for name, value in (("lowest", shares["value"].min()), ("highest", shares["value"].max())):
        study.fact(f"industry_share_{name}", year, value, method="extreme of districts", inputs=inputs[1:])
    missing = study.fact(
        "industry_share_missing", year, shares["value"].null_count(), method="count", inputs=(f"{SOURCE}: alle Kreise",)
    )
    study.say("industry_place", _place(study, rank, count, median))
    study.say("industry_secret", _secret_note(missing))
    return shares


def _place(study: Study, rank: Fact, count: Fact, median: Fact) -> str:
    """The rank as a sentence; a region of several districts takes one place."""
    alone = "; die Region zählt dabei wie ein Kreis" if len(study.region.districts) > 1 else ""
    told = f"Der Median der Kreise liegt bei {wording.ref(median)}."
    if not rank.known:
        return f"Einen Rang unter allen Kreisen hat {study.region.nominative} nicht, weil die Angabe fehlt. {told}"
    return f"Nach dem Industrieanteil kommt {study.region.nominative} auf {wording.rank(rank, count)}{alone}. {told}"


def _secret_note(missing: Fact) -> str:
    if not missing.value:
        return "Alle Kreise haben eine Angabe."
    return (
        f"Für {wording.counted(missing, 'Kreis', 'Kreise')} ist die Angabe geheim oder liegt nicht vor; sie fehlen im "
        "Vergleich."
        if missing.value > 1
        else "Für einen Kreis ist die Angabe geheim oder liegt nicht vor; er fehlt im Vergleich."
    )


def district_shares(study: Study) -> pl.DataFrame:
    """district, name, value: the share of industry in each district's employees, null where a part is unknown."""
    figures = study.inputs.table("districts").filter(measure="employees")
    wide = figures.pivot("branch", index=["district", "name"], values="value")
    return wide.select("district", "name", value=pl.col("B-E") / pl.col("total") * 100).sort("district")


def index_figure(study: Study) -> pl.DataFrame | str:
    """Employees in industry since the first year, region and references, as index."""
    first = study.inputs.years("employees", study.references[-1].id)[0]
    frame = study.index_series("employees", study.everyone, first, "B-E")
    now = study.find("employees", study.region.id, branch="B-E")[-1]
    found = [
        course(study, place, ("employees", "employees_change"), f"{first}-{now.period}", "B-E")
        for place in beside_germany(study)
    ]
    title = courses(found, "Die Industriebeschäftigung", "sie", f"seit {first}")
    text = Caption(
        title=title,
        subtitle=f"Beschäftigte in der Industrie (B–E), Index {first} = 100, jeweils Ende Juni",
        alt=f"Linien von {first} bis {now.period}: {study.plain(title)}.",
        columns={"label": "Gebiet", "year": "Jahr", "index": f"Index ({first} = 100)"},
        decimals={"index": 1},
        sources=(SOURCE,),
    )
    return study.draw(
        "employment_index", charts.index_lines, frame, text, base_year=first, axis_title=f"Index ({first} = 100)"
    )


def long_figure(study: Study) -> pl.DataFrame | str:
    """All employees in the longer series, region and references, as index."""
    measure = "employees_total"
    years = study.inputs.years(measure, study.references[-1].id)
    first = years[0]
    frame = study.index_series(measure, study.everyone, first)
    found = [_long_course(study, place, (first, years[-1])) for place in beside_germany(study)]
    title = courses(found, "Die Zahl aller Beschäftigten", "sie", f"von {first} bis {years[-1]}")
    text = Caption(
        title=title,
        subtitle=f"Beschäftigte insgesamt, Index {first} = 100, jeweils Ende Juni; Tabelle ohne Branchen",
        alt=f"Linien von {first} bis {years[-1]}: {study.plain(title)}.",
        columns={"label": "Gebiet", "year": "Jahr", "index": f"Index ({first} = 100)"},
        decimals={"index": 1},
        sources=(LONG_SOURCE,),
    )
    return study.draw(
        "employment_long", charts.index_lines, frame, text, base_year=first, axis_title=f"Index ({first} = 100)"
    )


def _long_course(study: Study, place: tuple[str, str], ends: tuple[int, int]) -> Course:
    region, where = place
    before, now = (study.level("employees_total", year, region=region) for year in ends)
    return Course(where, now, before, study.change("employees_total_change", now, before))


def strip_figure(study: Study, shares: pl.DataFrame) -> pl.DataFrame | str:
    """All districts as a strip of dots, the region and the median marked."""
    own = study.find("industry_share", study.region.id)[-1]
    others = shares.filter(~pl.col("district").is_in(study.region.districts)).with_columns(highlight=pl.lit(""))
    mine = pl.DataFrame(
        [{"district": study.region.id, "name": study.region.name, "value": own.value, "highlight": study.region.id}],
        schema=others.schema,
    )
    median = study.find("industry_share_median", study.region.id)[-1]
    where = wording.compared(own, median, ("über", "unter", "gleich"))
    title = (
        f"Mit {wording.ref(own)} liegt der Industrieanteil {study.region.in_} {where} dem Median der Kreise "
        f"({wording.ref(median)})"
        if own.known
        else f"Der Industrieanteil {study.region.genitive} ist nicht bekannt"
    )
    text = Caption(
        title=title,
        subtitle=f"Anteil der Industrie (B–E) an den Beschäftigten in Prozent, Juni {own.period}; ein Punkt je Kreis",
        alt=f"Punktwolke aller Kreise: {study.plain(title)}.",
        columns={"district": "Schlüssel", "name": "Kreis", "value": "Industrieanteil in Prozent"},
        decimals={"value": 1},
        note="Die Region steht als ein Punkt; ihre Kreise sind nicht einzeln gezeigt."
        if len(study.region.districts) > 1
        else "",
        sources=(SOURCE,),
    )
    return study.draw(
        "industry_strip",
        charts.distribution_strip,
        pl.concat([others, mine]),
        text,
        median=median.value,
        unit=" %",
        axis_title="Anteil der Industrie an den Beschäftigten in Prozent",
        decimals=1,
    )


def map_figure(study: Study, shares: pl.DataFrame) -> pl.DataFrame | str:
    """Where industry is in Germany: the share by district, the region outlined."""
    own = study.find("industry_share", study.region.id)[-1]
    low, high = (study.find(f"industry_share_{name}", study.region.id)[-1] for name in ("lowest", "highest"))
    frame = shares.rename({"district": "ags"}).with_columns(pl.col("value").round(1))
    breaks = maps.class_breaks(frame["value"], k=MAP_CLASSES, method="quantile", decimals=1)
    title = f"Der Industrieanteil der Kreise reicht von {wording.ref(low)} bis {wording.ref(high)}"
    if own.known:
        title += f"; {study.region.in_} beträgt er {wording.ref(own)}"
    text = Caption(
        title=title,
        subtitle=f"Anteil der Industrie (B–E) an den Beschäftigten in Prozent, Juni {own.period}",
        alt=f"Karte der Kreise Deutschlands: {study.plain(title)}.",
        columns={"ags": "Schlüssel", "name": "Kreis", "value": "Industrieanteil in Prozent"},
        decimals={"value": 1},
        note="Sechs Klassen mit gleich vielen Kreisen. Grenzen vereinfacht, Gebietsstand 2023.",
        sources=(SOURCE, "bkg-vg5000-2023"),
    )
    return study.draw(
        "industry_map",
        partial(maps.district_map, maps.simplify(study.inputs.table("boundaries"))),
        maps.classify(frame, breaks),
        text,
        breaks=breaks,
        axis_title="Anteil der Industrie an den Beschäftigten in Prozent",
        decimals=1,
        unit=" %",
        outlines={study.region.id: (study.region.name, list(study.region.districts))},
        value_label="Industrieanteil",
    )


def branch_table(study: Study) -> pl.DataFrame:
    """Employees by branch: the newest year, the share, and the change since the first year."""
    years = study.inputs.years("employees", study.references[-1].id)
    figure = study.inputs.figure
    total = figure("employees", study.region.id, "total", years[-1]).value
    rows = []
    for branch in (*DISJOINT, "total"):
        now = figure("employees", study.region.id, branch, years[-1]).value
        before = figure("employees", study.region.id, branch, years[0]).value
        rows.append(
            {
                "branch": wording.BRANCHES[branch],
                "now": now,
                "share": now / total * 100 if now is not None and total else None,
                "change": (now / before - 1) * 100 if now is not None and before else None,
            }
        )
    frame = pl.DataFrame(
        rows, schema={"branch": pl.String, "now": pl.Float64, "share": pl.Float64, "change": pl.Float64}
    )
    text = Caption(
        title=f"Sozialversicherungspflichtig Beschäftigte {study.region.in_} nach Branchen, jeweils Ende Juni",
        columns={
            "branch": "Branche (WZ 2008)",
            "now": f"Beschäftigte {years[-1]}",
            "share": "Anteil in Prozent",
            "change": f"Veränderung seit {years[0]} in Prozent",
        },
        decimals={"share": 1, "change": 1},
        note="k. A.: Angabe geheim oder unbekannt.",
        sources=(SOURCE,),
    )
    return study.tabulate("employees_by_branch", frame, text)
