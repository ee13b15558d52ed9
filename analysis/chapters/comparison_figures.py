"""The comparison's figures: the regions in one chart a question, on one scale where their size allows it."""

from functools import partial

import polars as pl

from analysis import charts, maps, wording
from analysis.chapters import comparison
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study

EMPLOYMENT = "regionalstatistik-13111-07-05-4"
MAP_CLASSES = 6
GVA_BRANCHES = ("B-E", "A", "F", "G-J", "K-N", "O-T")  # industry first: it begins at the same edge in every bar
LQ_BRANCHES = ("A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U")
EFFECTS = {
    "shift_share_national": "Bundeseffekt",
    "shift_share_mix": "Struktureffekt",
    "shift_share_regional": "Standorteffekt",
}


def industry_index(study: Study) -> pl.DataFrame | str:
    """Employees in industry since the first year: the regions and Germany."""
    germany = study.references[-1]
    members = [*study.compared, germany]
    first = study.inputs.years("employees", germany.id)[0]
    frame = study.index_series("employees", [item.id for item in members], first, "B-E")
    title = comparison.moved(study, "employees", "B-E", "Die Industriebeschäftigung", "sie")
    text = Caption(
        title=title,
        subtitle=f"Beschäftigte in der Industrie (B–E), Index {first} = 100, jeweils Ende Juni",
        alt=f"Linien: {study.plain(title)}.",
        columns={"label": "Gebiet", "year": "Jahr", "index": f"Index ({first} = 100)"},
        decimals={"index": 1},
        sources=(EMPLOYMENT,),
    )
    return study.draw(
        "cmp_industry_index", charts.index_lines, frame, text, base_year=first, axis_title=f"Index ({first} = 100)"
    )


def industry_strip(study: Study) -> pl.DataFrame | str:
    """All districts as dots; the regions compared stand in place of their districts."""
    inside = [ags for region in study.compared for ags in region.districts]
    others = comparison.districts(study).filter(~pl.col("district").is_in(inside))
    shares = {item.id: comparison.newest(study, item.id, "industry_share", None, None) for item in study.compared}
    own = [
        {"district": item.id, "name": item.name, "value": shares[item.id].value, "highlight": item.id}
        for item in study.compared
    ]
    median = comparison.newest(study, study.compared[0].id, "industry_share_median", None, None)
    placed = [(shares[region.id], region.in_) for region in study.compared]
    text = Caption(
        title=comparison.against(placed, median, "Der Industrieanteil", "dem Median der Kreise"),
        subtitle=f"Anteil der Industrie (B–E) an den Beschäftigten in Prozent, Juni {median.period}; ein Punkt je "
        "Kreis, die Regionen als ganze",
        alt=f"Punktwolke aller Kreise. {study.plain(study.statements['cmp_place'])}",
        columns={"district": "Schlüssel", "name": "Kreis oder Region", "value": "Industrieanteil in Prozent"},
        decimals={"value": 1},
        sources=(EMPLOYMENT,),
    )
    return study.draw(
        "cmp_industry_strip",
        charts.distribution_strip,
        pl.concat([others, pl.DataFrame(own, schema=others.schema)]),
        text,
        median=median.value,
        unit=" %",
        axis_title="Anteil der Industrie an den Beschäftigten in Prozent",
        decimals=1,
    )


def industry_map(study: Study) -> pl.DataFrame | str:
    """Where industry is in Germany, the regions outlined."""
    frame = comparison.districts(study).select(ags="district", name="name", value=pl.col("value").round(1))
    breaks = maps.class_breaks(frame["value"], k=MAP_CLASSES, method="quantile", decimals=1)
    low, high = (
        comparison.newest(study, study.compared[0].id, f"industry_share_{end}", None, None)
        for end in ("lowest", "highest")
    )
    text = Caption(
        title=f"Der Industrieanteil der Kreise reicht von {wording.ref(low)} bis {wording.ref(high)}",
        subtitle=f"Anteil der Industrie (B–E) an den Beschäftigten in Prozent, Juni {low.period}",
        alt=f"Karte der Kreise Deutschlands. {study.plain(study.statements['cmp_industry_share'])}",
        columns={"ags": "Schlüssel", "name": "Kreis", "value": "Industrieanteil in Prozent"},
        decimals={"value": 1},
        note="Sechs Klassen mit gleich vielen Kreisen. Grenzen vereinfacht, Gebietsstand 2023.",
        sources=(EMPLOYMENT, "bkg-vg5000-2023"),
    )
    return study.draw(
        "cmp_industry_map",
        partial(maps.district_map, maps.simplify(study.inputs.table("boundaries"))),
        maps.classify(frame, breaks),
        text,
        breaks=breaks,
        axis_title="Anteil der Industrie an den Beschäftigten in Prozent",
        decimals=1,
        unit=" %",
        outlines={region.id: (region.name, list(region.districts)) for region in study.compared},
        value_label="Industrieanteil",
    )


def large_cities(study: Study) -> pl.DataFrame | str:
    """The share of industry in the large cities."""
    frame = comparison.large_cities(study)
    shown = set(frame["highlight"])
    shares = {
        item: comparison.newest(study, item.id, "industry_share", None, None)
        for item in study.compared
        if item.id in shown
    }
    title = "Der Industrieanteil der Großstädte im Vergleich"
    if shares:
        parts = [f"{item.in_} {wording.ref(fact)}" for item, fact in shares.items()]
        title = f"Unter den Großstädten beträgt der Industrieanteil {wording.listing(parts)}"
    year = study.newest("employees", "B-E", region=study.compared[0].id)
    text = Caption(
        title=title,
        subtitle=f"Anteil der Industrie (B–E) an den Beschäftigten in Prozent, Juni {year}; kreisfreie Städte mit mehr "
        "als einer halben Million Einwohnern",
        alt=f"Balken nach Größe. {study.plain(title)}.",
        note="Städte, die einem Kreis angehören, haben keine eigene Angabe und fehlen.",
        columns={"label": "Stadt", "value": "Industrieanteil in Prozent"},
        decimals={"value": 1},
        sources=(EMPLOYMENT, "destatis-12411-0018"),
    )
    return study.draw(
        "cmp_large_cities",
        charts.ranked_bars,
        frame,
        text,
        unit=" %",
        axis_title="Anteil der Industrie an den Beschäftigten in Prozent",
        decimals=1,
    )


def network(study: Study) -> pl.DataFrame | str:
    """Network jobs as a share of all employees, with Germany."""
    members = [*study.compared, study.references[-1]]
    found = {item: comparison.newest(study, item.id, "network_share", None, "direct") for item in members}
    frame = pl.DataFrame(
        [
            {"label": item.name, "value": fact.value if fact else None, "highlight": item.id}
            for item, fact in found.items()
        ],
        schema={"label": pl.String, "value": pl.Float64, "highlight": pl.String},
    )
    text = Caption(
        title=comparison.beside_germany(
            study, "cmp_network_share", "Der Anteil des Netzwerks Industrie", "dem deutschen Wert"
        ),
        subtitle="Arbeitsplätze im Netzwerk Industrie in Prozent aller Beschäftigten, Variante direct, "
        f"{found[study.references[-1]].period}",
        alt=f"Balken. {study.plain(study.statements['cmp_network_share'])}",
        columns={"label": "Gebiet", "value": "Anteil in Prozent"},
        decimals={"value": 1},
        sources=(EMPLOYMENT, "wiod-niot-2016"),
    )
    return study.draw(
        "cmp_network",
        charts.ranked_bars,
        frame,
        text,
        unit=" %",
        axis_title="Anteil an allen Beschäftigten in Prozent",
        decimals=1,
    )


def gva_composition(study: Study) -> pl.DataFrame | str:
    """What value added is made of: branches in one order, the regions and Germany."""
    members = [*study.compared, study.references[-1]]
    year = study.newest("gva_thousand_eur", region=study.compared[0].id)
    rows = []
    for item in members:
        total = study.inputs.figure("gva_thousand_eur", item.id, "total", year).value
        for branch in GVA_BRANCHES:
            part = study.inputs.figure("gva_thousand_eur", item.id, branch, year).value
            share = part / total * 100 if part is not None and total else None
            rows.append({"label": item.name, "branch_label": wording.BRANCHES[branch], "share": share})
    text = Caption(
        title=comparison.beside_germany(
            study, "cmp_gva_share", "Der Anteil der Industrie an der Wertschöpfung", "dem deutschen Wert"
        ),
        subtitle=f"Anteile der Wirtschaftsbereiche an der Bruttowertschöpfung in Prozent, {year}, jeweilige Preise",
        alt=f"Gestapelte Balken. {study.plain(study.statements['cmp_gva_share'])}",
        columns={"label": "Gebiet", "branch_label": "Bereich", "share": "Anteil in Prozent"},
        decimals={"share": 1},
        sources=("regionalstatistik-82111-01-05-4",),
    )
    return study.draw(
        "cmp_gva_composition",
        charts.stacked_shares,
        pl.DataFrame(rows),
        text,
        axis_title="Anteil an der Bruttowertschöpfung in Prozent",
        decimals=1,
    )


def productivity(study: Study) -> pl.DataFrame | str:
    """Value added per person employed in industry: first and newest year."""
    members = [*study.compared, study.references[-1]]
    rows = []
    for item in members:
        known = [fact for fact in study.find("productivity", item.id, branch="B-E") if fact.known]
        if known:
            ends = {"start": known[0].value / 1000, "end": known[-1].value / 1000}
            years = {"start_year": int(known[0].period), "end_year": int(known[-1].period)}
            rows.append({"label": item.name, "region_id": item.id, **ends, **years})
    kinds = {"label": pl.String, "region_id": pl.String, "start": pl.Float64, "end": pl.Float64}
    frame = pl.DataFrame(rows, schema=kinds | {"start_year": pl.Int64, "end_year": pl.Int64})
    text = Caption(
        title=comparison.beside_germany(
            study, "cmp_productivity", "Die Wertschöpfung der Industrie je Erwerbstätigen", "dem deutschen Wert"
        ),
        subtitle="Bruttowertschöpfung der Industrie (B–E) je Erwerbstätigen in 1.000 Euro, jeweilige Preise",
        alt=f"Hanteln mit erstem und letztem Jahr. {study.plain(study.statements['cmp_productivity'])}",
        columns={
            "label": "Gebiet",
            "start_year": "Jahr zuerst",
            "start": "1.000 Euro zuerst",
            "end_year": "Jahr zuletzt",
            "end": "1.000 Euro zuletzt",
        },
        decimals={"start": 1, "end": 1},
        years=("start_year", "end_year"),
        sources=("regionalstatistik-82111-01-05-4", "eurostat-nama-10r-3empers"),
    )
    return study.draw(
        "cmp_productivity",
        charts.dumbbell,
        frame,
        text,
        axis_title="1.000 Euro je Erwerbstätigen, jeweilige Preise",
        decimals=1,
    )


def location_quotients(study: Study) -> pl.DataFrame | str:
    """Location quotients of the regions in one chart."""
    rows = [
        {
            "branch_label": wording.BRANCHES[branch],
            "region_id": region.id,
            "label": region.name,
            "lq": _value(comparison.newest(study, region.id, "location_quotient", branch, "employees")),
        }
        for branch in LQ_BRANCHES
        for region in study.compared
    ]
    year = comparison.newest(study, study.compared[0].id, "location_quotient", "B-E", "employees").period
    text = Caption(
        title=_strongest(study),
        subtitle=f"Standortquotient nach Branchen (Deutschland = 1), Beschäftigte, Juni {year}",
        alt=f"Punkte auf logarithmischer Achse. {study.plain(study.statements['cmp_lq'])}",
        columns={"branch_label": "Branche", "label": "Region", "lq": "Standortquotient"},
        decimals={"lq": 2},
        sources=(EMPLOYMENT,),
    )
    kinds = {"branch_label": pl.String, "region_id": pl.String, "label": pl.String, "lq": pl.Float64}
    return study.draw(
        "cmp_lq",
        charts.lq_dots,
        pl.DataFrame(rows, schema=kinds),
        text,
        axis_title="Standortquotient (Deutschland = 1)",
    )


def _strongest(study: Study) -> str:
    """The branch with the highest quotient in each region; the word is bound to the first region's other branches."""
    parts, word = [], ""
    for region in study.compared:
        found = [comparison.newest(study, region.id, "location_quotient", b, "employees") for b in LQ_BRANCHES]
        known = sorted((fact for fact in found if fact and fact.known), key=lambda fact: -fact.value)
        if len(known) > 1:
            word = word or wording.extreme("Am stärksten", "most", known[0], known[1:])
            name = wording.BRANCHES[known[0].branch].rpartition(" (")[0]
            parts.append(f"{region.in_} {name} ({wording.ref(known[0])})")
    if not parts:
        return "Für einen Vergleich der Branchen fehlen Angaben"
    return f"{word} vertreten, gemessen an Deutschland: {'; '.join(parts)}"


def _value(fact: Fact | None) -> float | None:
    return fact.value if fact else None


def shift_share(study: Study) -> pl.DataFrame | str:
    """The three effects and the net change of jobs, in per cent of the first year's jobs so that sizes compare."""
    rows, net, said = [], {}, []
    for region in study.compared:
        total = comparison.newest(study, region.id, "shift_share_change", None, "employees")
        first = study.get("employees", region.id, total.period[:4]) if total else None
        base = first.value if first and first.known else None
        for indicator, label in EFFECTS.items():
            value = _value(comparison.newest(study, region.id, indicator, None, "employees"))
            share = value / base * 100 if value is not None and base else None
            rows.append({"region_id": region.id, "label": region.name, "effect_label": label, "value": share})
        if total and total.known and base:
            net[region.name] = total.value / base * 100
        regional = comparison.newest(study, region.id, "shift_share_regional", None, "employees")
        said.append(f"{region.in_} {wording.ref(regional)}")
    title = f"Der Standorteffekt betrug {wording.listing(said)} Arbeitsplätze"
    span = study.find("shift_share_change", study.compared[0].id, variant="employees")[-1].period.replace("-", " bis ")
    text = Caption(
        title=title,
        subtitle=f"Veränderung der Beschäftigten {span} in Prozent des ersten Jahres, zerlegt nach Dunn; Maßstab "
        "Deutschland",
        alt=f"Balken nach Effekten. {study.plain(title)}.",
        columns={"label": "Region", "effect_label": "Effekt", "value": "Prozent des ersten Jahres"},
        decimals={"value": 1},
        note="Der Standorteffekt ist ein Rest und nennt keine Ursache.",
        sources=(EMPLOYMENT,),
    )
    kinds = {"region_id": pl.String, "label": pl.String, "effect_label": pl.String, "value": pl.Float64}
    return study.draw(
        "cmp_shift_share",
        charts.shift_share_bars,
        pl.DataFrame(rows, schema=kinds),
        text,
        net=net,
        net_label="Veränderung insgesamt",
        axis_title="Prozent der Beschäftigten des ersten Jahres",
        decimals=1,
    )


def timeline(study: Study) -> pl.DataFrame | str:
    """Which years each source covers, and the newest year of it that a figure of this edition rests on."""
    rows = []
    for source in study.inputs.table("sources").iter_rows(named=True):
        years = [int(part) for part in source["period"].replace("–", "-").split("-") if part.strip().isdigit()]
        if years:
            used = min(_used(study, source["id"]) or study.edition.year, years[-1])
            # What a source plans for years to come is no observation.
            last = years[-1] if years[-1] <= int(study.edition.cutoff[:4]) else used
            rows.append({"source_label": source["title"], "first_year": years[0], "last_year": last, "used_year": used})
    frame = pl.DataFrame(rows).sort("used_year", "source_label")
    first, newest = frame["used_year"][0], frame["used_year"][-1]
    text = Caption(
        title=f"Die verwendeten Daten enden je nach Quelle zwischen {first} und {newest}",
        subtitle="Zeitraum jeder Quelle und das neueste Jahr, das diese Ausgabe verwendet (Punkt)",
        alt="Zeitleiste der Quellen; die Tabelle nennt Anfang, Ende und verwendetes Jahr.",
        columns={"source_label": "Quelle", "first_year": "von", "last_year": "bis", "used_year": "verwendet bis"},
        years=("first_year", "last_year", "used_year"),
    )
    return study.draw(
        "cmp_timeline", charts.status_timeline, frame, text, edition_year=study.edition.year, axis_title="Jahr"
    )


def _used(study: Study, source: str) -> int | None:
    """The newest year, up to the edition's, of a known fact made from the source."""
    years = [
        fact.last_year
        for fact in study.known.values()
        if source in fact.sources and fact.known and fact.last_year <= study.edition.year
    ]
    return max(years, default=None)
