"""The comparison's figures of emissions: by class and year, and measured against people, jobs and value added."""

import polars as pl

from analysis import charts
from analysis.chapters import comparison
from analysis.chapters.emissions import LABELS
from analysis.exhibits import Caption
from analysis.study import Study

MEASURE = "ets_emissions_t_co2e"
SIZES = (
    ("ets_per_head", "t CO₂e je Kopf"),
    ("ets_per_job", "t CO₂e je Beschäftigten der Industrie"),
    ("ets_intensity_gva", "t CO₂e je Mio. € Wertschöpfung der Industrie"),
)


def emissions(study: Study) -> pl.DataFrame | str:
    """Verified emissions by class and year, a panel a region with its own axis: sizes differ by two orders."""
    rows = [
        {
            "panel_label": region.name,
            "region_id": region.id,
            "year": year,
            "part": part,
            "part_label": LABELS[part],
            "value": _million(study, region.id, part, year),
        }
        for region in study.compared
        for part in LABELS
        if any(_million(study, region.id, part, year) for year in study.inputs.years(MEASURE, region.id))
        for year in study.inputs.years(MEASURE, region.id)
    ]
    text = Caption(
        title=comparison.moved(study, "ets_emissions", None, "Der Ausstoß der Anlagen", "er"),
        subtitle="Geprüfte Emissionen im Emissionshandel, Mio. t CO₂e; jede Region mit eigener Achse",
        alt=f"Gestapelte Balken. {study.plain(study.statements['cmp_emissions'])}",
        columns={"panel_label": "Region", "year": "Jahr", "part_label": "Klasse", "value": "Mio. t CO₂e"},
        decimals={"value": 2},
        note="Die Achsen sind verschieden, weil die Mengen in verschiedenen Größenordnungen liegen.",
        sources=("eutl",),
    )
    return study.draw(
        "cmp_emissions", charts.level_stack, pl.DataFrame(rows), text, axis_title="Mio. t CO₂e", decimals=2
    )


def _million(study: Study, region: str, part: str, year: int) -> float | None:
    value = study.inputs.figure(MEASURE, region, part, year).value
    return None if value is None else value / 1e6


def compared_to_size(study: Study) -> pl.DataFrame | str:
    """Emissions per head, per job and per million euro: three panels, each of the newest year all have in common."""
    members = [*study.compared, study.references[-1]]
    rows = []
    for indicator, label in SIZES:
        found = {item: comparison.newest(study, item.id, indicator, None, None) for item in members}
        years = sorted({fact.period for fact in found.values() if fact})
        for item, fact in found.items():
            value, digits = fact.value if fact else None, study.indicators[indicator].decimals
            rows.append((f"{label}, {', '.join(years)}", item.name, item.id, value, digits))
    text = Caption(
        title=comparison.beside_germany(
            study, "cmp_ets_per_head", "Der Ausstoß der Anlagen je Kopf", "dem deutschen Wert"
        ),
        subtitle="Geprüfte Emissionen aller Anlagen im Emissionshandel, geteilt durch Bevölkerung, Beschäftigte und "
        "Bruttowertschöpfung der Industrie desselben Jahres",
        alt=f"Punkte in drei Feldern. {study.plain(study.statements['cmp_ets_per_head'])}",
        columns={"panel_label": "Bezug und Jahr", "label": "Gebiet", "value": "Tonnen CO₂e"},
        decimals={"value": 1},
        note="Jedes Feld mit eigener Achse. Kein Maß des Verbrauchs: Strom und Waren gehen auch an andere Regionen.",
        sources=("eutl", "destatis-12411-0018", "regionalstatistik-13111-07-05-4", "regionalstatistik-82111-01-05-4"),
    )
    kinds = {"panel_label": pl.String, "label": pl.String, "region_id": pl.String, "value": pl.Float64}
    frame = pl.DataFrame(rows, schema=kinds | {"decimals": pl.Int64}, orient="row")
    axis = "Geprüfte Emissionen im Verhältnis"
    return study.draw("cmp_intensities", charts.small_multiples_dots, frame, text, axis_title=axis, decimals=1)
