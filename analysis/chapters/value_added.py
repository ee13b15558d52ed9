"""What industry earns: gross value added, its share in the whole, and the gross domestic product."""

import polars as pl

from analysis import charts, wording
from analysis.chapters.courses import beside_germany, course, courses
from analysis.errors import StudyError
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study
from analysis.wording import ref

SOURCE = "regionalstatistik-82111-01-05-4"
DEFLATOR = "destatis-81000-0001"
INDUSTRY = "B-E"
FOLLOWED = (None, INDUSTRY, "C")
# Industry first: its part then begins at the same edge in every bar.
DISJOINT = (INDUSTRY, "A", "F", "G-J", "K-N", "O-T")
GERMANY = "germany"
# Productivity by branch begins here; value added is set beside it from the same year on.
BASE_YEAR = 2008
NOMINAL = "Zu jeweiligen Preisen; die Preisentwicklung ist enthalten."


def years(study: Study) -> list[int]:
    """The years with value added."""
    return study.inputs.years("gva_thousand_eur", GERMANY)


def spans(study: Study) -> tuple[tuple[int, int], tuple[int, int]]:
    """Since the base year, and against the year before."""
    known = years(study)
    return (BASE_YEAR, known[-1]), (known[-2], known[-1])


def levels(study: Study) -> pl.DataFrame:
    """Enter value added and domestic product: the region in every year, its references where they are compared."""
    known = years(study)
    compared = sorted({BASE_YEAR, known[-2], known[-1]})
    for region in study.everyone:
        for year in known if region == study.region.id else compared:
            study.level("gdp", year, region=region)
            for branch in FOLLOWED:
                study.level("gva", year, region=region, branch=branch)
            study.ratio("gva_share", year, region=region, branch=INDUSTRY)
    for branch in DISJOINT:
        study.level("gva", known[-1], branch=branch)
        study.ratio("gva_share", known[-1], branch=branch)
    return study.show(study.find("gva", study.region.id, branch=INDUSTRY))


def changes(study: Study) -> pl.DataFrame:
    """Enter nominal changes since the base year and the year before, and the real one where prices are known."""
    entered = []
    for region in study.everyone:
        for first, last in spans(study):
            for branch in FOLLOWED:
                before, now = (study.get("gva", region, str(year), branch=branch) for year in (first, last))
                entered.append(study.change("gva_change", now, before))
            before, now = (study.get("gva_share", region, str(year), branch=INDUSTRY) for year in (first, last))
            entered.append(study.change("gva_share_change", now, before))
            before, now = (study.get("gdp", region, str(year)) for year in (first, last))
            entered.append(study.change("gdp_change", now, before))
        entered.append(_real_change(study, region))
    return study.show(fact for fact in entered if fact.region == study.region.id)


def deflators(study: Study) -> dict[int, tuple[float, tuple[str, ...]]]:
    """Year -> price level of national value added (any base) and the two cells it was divided from."""
    rows = study.inputs.table("deflator").filter(pl.col("gva_bn_eur").is_not_null())
    current, chain = (rows.filter(measure=name) for name in ("gva_current_bn_eur", "gva_chain_2020_bn_eur"))
    both = current.join(chain, on="year", suffix="_chain").sort("year")
    return {
        row["year"]: (row["gva_bn_eur"] / row["gva_bn_eur_chain"], (row["cell"], row["cell_chain"]))
        for row in both.iter_rows(named=True)
    }


def _real_change(study: Study, region: str) -> Fact:
    """Change of industry's value added less national prices, from the first year with prices to the newest."""
    prices, last = deflators(study), years(study)[-1]
    first = min((year for year in prices if year < last), default=last - 1)
    before, now = (study.get("gva", region, str(year), branch=INDUSTRY) for year in (first, last))
    value, cells = None, ()
    if now.known and before.known and before.value and {first, last} <= set(prices):
        rise, cells = prices[last][0] / prices[first][0], (*prices[first][1], *prices[last][1])
        value = (now.value / before.value / rise - 1) * 100
    return study.fact(
        "gva_real_change",
        f"{first}-{last}",
        value,
        region=region,
        branch=INDUSTRY,
        status=None if value is not None else now.status if not now.known else "not_available",
        method="deflated change",
        inputs=(before, now, *cells),
    )


def sentences(study: Study) -> pl.DataFrame:
    """Enter the sentences on value added; the frame shows them as they print."""
    study.say("gva_finding", _finding(study))
    study.say("gva_vs_last_year", _against_last_year(study))
    study.say("gva_compared", _compared(study))
    study.say("gva_real", _real(study))
    return shown(study)


def shown(study: Study) -> pl.DataFrame:
    """All sentences so far as they print."""
    return pl.DataFrame([{"Schlüssel": key, "Satz": study.plain(text)} for key, text in study.statements.items()])


def _newest(study: Study, indicator: str, region: str | None = None, branch: str | None = INDUSTRY) -> Fact:
    return study.get(indicator, region or study.region.id, str(years(study)[-1]), branch=branch)


def _finding(study: Study) -> str:
    now, share = _newest(study, "gva"), _newest(study, "gva_share")
    if not now.known:
        return (
            f"Die Bruttowertschöpfung der Industrie {study.region.in_} ist für {now.period} nicht bekannt ({ref(now)})."
        )
    before = study.get("gva", study.region.id, str(BASE_YEAR), branch=INDUSTRY)
    change = study.get("gva_change", study.region.id, f"{before.period}-{now.period}", branch=INDUSTRY)
    return (
        f"Die Bruttowertschöpfung der Industrie {study.region.in_} {wording.development(now, before, change)}, zu "
        f"jeweiligen Preisen gerechnet. Das sind {ref(share)} der gesamten Bruttowertschöpfung."
    )


def _against_last_year(study: Study) -> str:
    last, now = study.find("gva", study.region.id, branch=INDUSTRY)[-2:]
    change = study.get("gva_change", study.region.id, f"{last.period}-{now.period}", branch=INDUSTRY)
    return wording.against_last_year(now, last, change)


def _compared(study: Study) -> str:
    own = _newest(study, "gva_share")
    others = [(_newest(study, "gva_share", item.id), item.in_) for item in study.references]
    change = study.get("gva_share_change", study.region.id, f"{BASE_YEAR}-{own.period}", branch=INDUSTRY)
    told = wording.placed(own, others)
    if not own.known:
        return f"Zum Vergleich: Der Anteil der Industrie an der Bruttowertschöpfung betrug {own.period} {told}."
    before = study.get("gva_share", study.region.id, str(BASE_YEAR), branch=INDUSTRY)
    since = f" Seit {BASE_YEAR} {wording.moved_by(own, before, change, 'er')}." if change.known else ""
    return f"Der Anteil der Industrie an der Bruttowertschöpfung war {own.period} mit {ref(own)} {told}.{since}"


def _real(study: Study) -> str:
    real = study.find("gva_real_change", study.region.id, branch=INDUSTRY)[-1]
    first, last = real.period.split("-")
    if not real.known:
        return f"Eine preisbereinigte Veränderung lässt sich für {first} bis {last} nicht angeben ({ref(real)})."
    nominal = study.change(
        "gva_change", *(study.get("gva", study.region.id, year, branch=INDUSTRY) for year in (last, first))
    )
    return (
        f"Von {first} bis {last} betrug die Veränderung der Bruttowertschöpfung der Industrie nominal {ref(nominal)} "
        f"und preisbereinigt {ref(real)}; der nationale Deflator aller Branchen, mit dem gerechnet ist, liegt für "
        "frühere Jahre nicht vor."
    )


def composition(study: Study) -> pl.DataFrame | str:
    """What value added is made of: branches as shares, region beside its references."""
    year = years(study)[-1]
    rows = [
        {
            "label": study.name(region),
            "branch_label": wording.BRANCHES[branch],
            "share": _share(study, region, branch, year),
        }
        for region in study.everyone
        for branch in DISJOINT
    ]
    own, national = _newest(study, "gva_share"), _newest(study, "gva_share", GERMANY)
    title = (
        f"Die Industrie trägt {study.region.in_} {ref(own)} zur Bruttowertschöpfung bei, in Deutschland {ref(national)}"
        if own.known
        else f"Die Zusammensetzung der Bruttowertschöpfung {study.region.in_} ist nicht bekannt"
    )
    text = Caption(
        title=title,
        subtitle=f"Anteile der Wirtschaftsbereiche an der Bruttowertschöpfung in Prozent, {year}, jeweilige Preise",
        alt=f"Gestapelte Balken auf hundert Prozent: {study.plain(title)}.",
        columns={"label": "Gebiet", "branch_label": "Wirtschaftsbereich (WZ 2008)", "share": "Anteil in Prozent"},
        decimals={"share": 1},
        note="Durch Rundung kann die Summe der Anteile von hundert abweichen.",
        sources=(SOURCE,),
    )
    schema = {"label": pl.String, "branch_label": pl.String, "share": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema)
    return study.draw(
        "gva_composition", charts.stacked_shares, frame, text, axis_title="Anteil an der Bruttowertschöpfung in Prozent"
    )


def _share(study: Study, region: str, branch: str, year: int) -> float | None:
    part, whole = (study.inputs.figure("gva_thousand_eur", region, name, year).value for name in (branch, "total"))
    return part / whole * 100 if part is not None and whole else None


def index_figure(study: Study) -> pl.DataFrame | str:
    """Nominal value added of industry since the base year, region and references, as index."""
    series = study.inputs.series("gva_thousand_eur", study.everyone, [INDUSTRY]).filter(pl.col("year") >= BASE_YEAR)
    base = series.filter(year=BASE_YEAR).select("region", base="value")
    frame = series.join(base, on="region", maintain_order="left").select(
        series_id="region",
        label=pl.col("region").map_elements(study.name, return_dtype=pl.String),
        year="year",
        index=pl.when(pl.col("base") != 0).then(pl.col("value") / pl.col("base") * 100),
    )
    period = f"{BASE_YEAR}-{years(study)[-1]}"
    found = [course(study, place, ("gva", "gva_change"), period, INDUSTRY) for place in beside_germany(study)]
    title = courses(found, "Die Wertschöpfung der Industrie", "sie", f"seit {BASE_YEAR}")
    text = Caption(
        title=title,
        subtitle=f"Bruttowertschöpfung der Industrie (B–E) zu jeweiligen Preisen, Index {BASE_YEAR} = 100",
        alt=f"Linien von {BASE_YEAR} bis {years(study)[-1]}: {study.plain(title)}.",
        columns={"label": "Gebiet", "year": "Jahr", "index": f"Index ({BASE_YEAR} = 100)"},
        decimals={"index": 1},
        note=NOMINAL,
        sources=(SOURCE,),
    )
    axis = f"Index ({BASE_YEAR} = 100)"
    return study.draw("gva_index", charts.index_lines, frame, text, base_year=BASE_YEAR, axis_title=axis)


def table(study: Study) -> pl.DataFrame:
    """Value added by branch: billions of euros, share, nominal change since the base year."""
    year = years(study)[-1]
    rows = [_table_row(study, branch, year) for branch in (*DISJOINT, "total")]
    schema = {"branch": pl.String, "bn_eur": pl.Float64, "share": pl.Float64, "change": pl.Float64}
    text = Caption(
        title=f"Bruttowertschöpfung {study.region.in_} nach Wirtschaftsbereichen",
        columns={
            "branch": "Wirtschaftsbereich (WZ 2008)",
            "bn_eur": f"Milliarden Euro {year}",
            "share": "Anteil in Prozent",
            "change": f"Veränderung seit {BASE_YEAR} in Prozent",
        },
        decimals={"bn_eur": 2, "share": 1, "change": 1},
        note=f"{NOMINAL} k. A.: Angabe geheim oder unbekannt.",
        sources=(SOURCE,),
    )
    return study.tabulate("gva_table", pl.DataFrame(rows, schema=schema), text)


def _table_row(study: Study, branch: str, year: int) -> dict:
    now, before = (
        study.inputs.figure("gva_thousand_eur", study.region.id, branch, one).value for one in (year, BASE_YEAR)
    )
    return {
        "branch": wording.BRANCHES[branch],
        "bn_eur": None if now is None else now / 1e6,
        "share": _share(study, study.region.id, branch, year),
        "change": (now / before - 1) * 100 if now is not None and before else None,
    }


def vintage(study: Study, source: str, word: str) -> str:
    """The printed vintage of a source ("Berechnungsstand August 2018", "INKAR Ausgabe 2024"), from its own entry."""
    row = study.inputs.table("sources").filter(id=source).row(0, named=True)
    for text in (row["table"], row["attribution"]):
        found = [part.strip(" ()") for part in text.replace(";", ",").replace(")", ",").split(",") if word in part]
        if found:
            return found[0]
    raise StudyError(f"The source {source} names no '{word}'", where="data/raw", next_step="State it in source.toml.")
