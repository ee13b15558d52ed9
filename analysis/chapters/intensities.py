"""Emissions measured against people, jobs and value added: region, Land and Germany."""

import polars as pl

from analysis import charts, wording
from analysis.chapters import emissions
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.methods import emissions as methods
from analysis.study import Study

# indicator of the intensity -> indicator and branch of its denominator
DENOMINATORS = {
    "ets_per_head": ("population", None),
    "ets_per_job": ("employees", "B-E"),
    "ets_intensity_gva": ("gva", "B-E"),
}
PANELS = {
    "ets_per_head": "t CO₂e je Kopf",
    "ets_per_job": "t CO₂e je Beschäftigten der Industrie",
    "ets_intensity_gva": "t CO₂e je Mio. € Wertschöpfung der Industrie",
}
GVA_SOURCE = "regionalstatistik-82111-01-05-4"


def intensities(study: Study) -> pl.DataFrame:
    """Enter emissions per head and per job (newest), per value added (first and newest year) and in prices of 2020."""
    newest = emissions.years(study)[-1]
    valued = _value_years(study)
    entered = _enter(study, "ets_per_head", [newest]) + _enter(study, "ets_per_job", [newest])
    entered += _enter(study, "ets_intensity_gva", sorted({valued[0], valued[-1]}))
    entered += _real(study, [year for year in valued if year in deflator(study)])
    study.say("ets_intensity", _sentence(study))
    return study.show(entered)


def _value_years(study: Study) -> list[int]:
    """Years with emissions and value added of industry, in Germany."""
    valued = study.inputs.years("gva_thousand_eur", study.references[-1].id, "B-E")
    return [year for year in emissions.years(study) if year in valued]


def deflator(study: Study) -> dict[int, tuple[float, tuple[str, ...]]]:
    """Year -> national price index of gross value added (2020 = 100) and the two cells it was made from."""
    rows = study.inputs.table("deflator").filter(pl.col("gva_bn_eur").is_not_null())
    found = {
        (measure, year): (value, cell)
        for measure, year, value, cell in rows.select("measure", "year", "gva_bn_eur", "cell").iter_rows()
    }
    chained = {year for measure, year in found if measure == "gva_chain_2020_bn_eur"}
    indices = {}
    for year in sorted(chained):
        if (current := found.get(("gva_current_bn_eur", year))) is not None:
            real = found["gva_chain_2020_bn_eur", year]
            indices[year] = (current[0] / real[0] * 100, (current[1], real[1]))
    return indices


def _parts(study: Study, indicator: str, region: str, year: int) -> tuple[Fact, Fact]:
    """Numerator and denominator of the same year as facts."""
    below, branch = DENOMINATORS[indicator]
    return emissions.level(study, year, region), study.level(below, year, region=region, branch=branch)


def _ratios(study: Study, indicator: str, years: list[int]) -> list[tuple[Fact, Fact, dict]]:
    """For every region and year both facts and the method's row."""
    pairs = {(region, year): _parts(study, indicator, region, year) for region in study.everyone for year in years}
    schema = {"region": pl.String, "year": pl.Int64, "value": pl.Float64}
    above, below = (
        pl.DataFrame([(*key, pair[side].value) for key, pair in pairs.items()], schema=schema, orient="row")
        for side in (0, 1)
    )
    index = pl.DataFrame(
        [(year, value) for year, (value, _) in deflator(study).items()],
        schema={"year": pl.Int64, "value": pl.Float64},
        orient="row",
    )
    found = methods.intensities(above, {"denominator": below}, deflators={"denominator": index})
    return [(*pairs[row["region"], row["year"]], row) for row in found.iter_rows(named=True)]


def _status(value: float | None, *parts: Fact) -> str | None:
    if value is None:
        return next((part.status for part in parts if not part.known), "not_applicable")
    return None if value else "zero"


def _enter(study: Study, indicator: str, years: list[int]) -> list[Fact]:
    scale = study.indicators[indicator].scale
    entered = []
    for above, below, row in _ratios(study, indicator, years):
        value = None if row["intensity"] is None else row["intensity"] * scale
        entered.append(
            study.fact(
                indicator, row["year"], value, region=row["region"], status=_status(value, above, below),
                method="sums divided", inputs=(above, below),
            )
        )  # fmt: skip
    return entered


def _real(study: Study, years: list[int]) -> list[Fact]:
    """The intensity with value added in prices of 2020, where the national deflator reaches."""
    indices, scale = deflator(study), study.indicators["ets_intensity_gva"].scale
    entered = []
    for above, below, row in _ratios(study, "ets_intensity_gva", years):
        value = None if row["real"] is None else row["real"] * scale
        entered.append(
            study.fact(
                "ets_intensity_real", row["year"], value, region=row["region"], status=_status(value, above, below),
                method="deflated", inputs=(above, below, *indices[row["year"]][1]),
            )
        )  # fmt: skip
    return entered


def newest(study: Study, indicator: str, region: str) -> Fact:
    """The intensity of the newest year entered."""
    return study.find(indicator, region)[-1]


def _sentence(study: Study) -> str:
    if not emissions.own(study)[-1].value:
        return (
            f"Ohne Emissionen im Emissionshandel {study.region.in_} gibt es nichts auf Einwohner oder Euro zu beziehen."
        )
    against = {
        "ets_per_head": "Auf die Bevölkerung bezogen",
        "ets_per_job": "Auf die Beschäftigten der Industrie bezogen",
        "ets_intensity_gva": "Auf die Wertschöpfung der Industrie bezogen",
    }
    parts = [_compared(study, words, indicator) for indicator, words in against.items()]
    real = study.find("ets_intensity_real", study.region.id)
    if real and all(fact.known for fact in real):
        listed = wording.listing([f"{wording.ref(fact)} ({fact.period})" for fact in real])
        parts.append(f"In Preisen von 2020, mit dem nationalen Deflator gerechnet, sind es {listed}.")
    return " ".join(parts)


def _compared(study: Study, words: str, indicator: str) -> str:
    fact, german = (newest(study, indicator, region) for region in (study.region.id, study.references[-1].id))
    if not fact.known:
        return f"{words} ist für {fact.period} keine Angabe möglich, weil der Bezugswert geheim oder unbekannt ist."
    word = wording.compared(fact, german, ("mehr als", "weniger als", "ebenso hoch wie"))
    return f"{words} sind es {wording.ref(fact)} ({fact.period}), {word} in Deutschland ({wording.ref(german)})."


def compared_figure(study: Study) -> pl.DataFrame | str:
    """Per head, per job, per value added: a panel each, the region, its Land and Germany."""
    rows = []
    for indicator, label in PANELS.items():
        digits = study.indicators[indicator].decimals
        for region in study.everyone:
            fact = newest(study, indicator, region)
            rows.append((f"{label}, {fact.period}", study.name(region), region, fact.value, digits))
    schema = {
        "panel_label": pl.String,
        "label": pl.String,
        "region_id": pl.String,
        "value": pl.Float64,
        "decimals": pl.Int64,
    }
    fact, german = (newest(study, "ets_per_head", region) for region in (study.region.id, study.references[-1].id))
    where = wording.compared(fact, german, ("über", "unter", "gleich"))
    title = f"Je Kopf liegt der Ausstoß der Anlagen {study.region.in_} {where} dem deutschen Wert"
    if not fact.known:
        title = f"Der Ausstoß je Kopf {study.region.in_} ist nicht bestimmbar"
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    text = Caption(
        title=title,
        subtitle="Geprüfte Emissionen aller Anlagen, geteilt durch Bevölkerung, Beschäftigte und nominale "
        "Bruttowertschöpfung der Industrie (B–E) desselben Jahres",
        alt=f"Drei Felder mit Punkten für {wording.listing([study.name(region) for region in study.everyone])}: "
        f"{study.plain(title)}.",
        columns={"panel_label": "Maß und Jahr", "label": "Gebiet", "value": "Wert"},
        decimals={"value": 1},
        note="Jedes Feld mit eigener Achse. Kein Maß des Verbrauchs: Strom und Waren gehen auch an andere Regionen.",
        sources=("eutl", "destatis-12411-0018", "regionalstatistik-13111-07-05-4", GVA_SOURCE),
    )
    axis = "Geprüfte Emissionen im Verhältnis"
    return study.draw("emissions_compared", charts.small_multiples_dots, frame, text, axis_title=axis, decimals=1)
