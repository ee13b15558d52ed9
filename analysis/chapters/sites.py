"""Which installations emit, where they stand, and how much of it is one of them."""

import re
from functools import partial

import polars as pl

from analysis import maps, wording
from analysis.chapters.emissions import ENERGY_NOTE, SOURCE, long_change, own, years
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.study import Study

LABELLED = 10
ROWS_AT_MOST = 25
TOLERANCE = 0.002  # degrees: coarser borders would leave sites outside their district
CLASS_WORDS = {
    "industry": "Industrie",
    "energy": "Energie",
    "other": "andere Branche",
    "unclassified": "ohne Zuordnung",
}
MARKDOWN = re.compile(r"([\\`*_{}\[\]#|<>~^$@])")


def active(study: Study, year: int) -> pl.DataFrame:
    """The region's installations with emissions above nought in `year`, largest first."""
    rows = study.inputs.table("sites").filter(pl.col("year") == year, pl.col("emissions_t_co2e") > 0)
    return rows.sort(["emissions_t_co2e", "site_id"], descending=[True, False])


def sites(study: Study) -> pl.DataFrame:
    """Enter the number of installations, the largest ones and the first one's share; say which it is."""
    every = years(study)
    for year in (every[0], every[-1]):
        _count(study, year)
    largest = [
        study.fact("ets_site_emissions", every[-1], row["emissions_t_co2e"], variant=row["site_id"],
                   method="official figure", inputs=(row["cell"],))
        for row in active(study, every[-1]).head(LABELLED).iter_rows(named=True)
    ]  # fmt: skip
    _largest_share(study, largest)
    study.say("ets_largest", _sentence(study, largest))
    return study.show([*study.find("ets_sites", study.region.id), *largest])


def _largest(study: Study) -> list[Fact]:
    """The facts of the largest installations entered before, in order."""
    year = years(study)[-1]
    ids = active(study, year).head(LABELLED)["site_id"]
    return [study.get("ets_site_emissions", study.region.id, str(year), variant=ident) for ident in ids]


def _count(study: Study, year: int) -> None:
    """Installations with emissions, all and by class; none is a nought found in the total's own inputs."""
    found, total = active(study, year), study.get("ets_emissions", study.region.id, str(year))
    for branch in (None, *CLASS_WORDS):
        cells = (found if branch is None else found.filter(pl.col("class") == branch))["cell"].to_list()
        status = None if cells else "zero"
        study.fact(
            "ets_sites", year, float(len(cells)), branch=branch, status=status, method="count", inputs=cells or (total,)
        )


def _largest_share(study: Study, largest: list[Fact]) -> Fact:
    total = own(study)[-1]
    value = largest[0].value / total.value * 100 if largest and total.value else None
    return study.fact(
        "ets_largest_site_share", total.period, value, status=None if largest else "not_applicable",
        method="sums divided", inputs=(*largest[:1], total),
    )  # fmt: skip


def printed_name(name: str) -> str:
    """An installation's name as Markdown. A name with digits is marked as one, so that they do not pass for figures."""
    text = MARKDOWN.sub(r"\\\1", name)
    return f"[{text}]{{.site}}" if any(sign.isdigit() for sign in name) else text


def _largest_word(study: Study, largest: list[Fact]) -> str:
    """ "größte", bound to the installations next in size; "einzige" where there is one."""
    return wording.extreme("größte", "most", largest[0], largest[1:]) if len(largest) > 1 else "einzige"


def _sentence(study: Study, largest: list[Fact]) -> str:
    if not largest:
        return f"Anlagen mit Emissionen im Emissionshandel gibt es {study.region.in_} nicht."
    row = active(study, years(study)[-1]).row(0, named=True)
    count = study.find("ets_sites", study.region.id)[-1]
    share = study.find("ets_largest_site_share", study.region.id)[-1]
    if len(largest) == 1:
        return (
            f"Die einzige Anlage mit Emissionen {study.region.in_} ist „{printed_name(row['name'])}“ ({row['city']})."
        )
    return (
        f"Die {_largest_word(study, largest)} der {wording.ref(count)} Anlagen mit Emissionen {study.region.in_} ist "
        f"„{printed_name(row['name'])}“ ({row['city']}); ihr Anteil am Ausstoß des Jahres "
        f"{share.period} beträgt {wording.ref(share)}."
    )


def map_figure(study: Study) -> pl.DataFrame | str:
    """The installations on the region's districts, circles by tonnes."""
    year = years(study)[-1]
    found = active(study, year)
    frame = found.select(
        "name", "city", "lon", "lat",
        emissions_t="emissions_t_co2e",
        **{"class": pl.col("class").replace_strict(CLASS_WORDS, return_dtype=pl.String)},
    )  # fmt: skip
    placed = frame.filter(pl.col("lon").is_not_null())
    largest = _largest(study)
    title = f"{study.region.name}: keine Anlagen mit Emissionen im Emissionshandel"
    if largest:
        share = study.find("ets_largest_site_share", study.region.id)[-1]
        word = _largest_word(study, largest)
        title = f"Auf die {word} Anlage {study.region.in_} entfallen {wording.ref(share)} des Ausstoßes"
    missing = found.height - placed.height
    text = Caption(
        title=title,
        subtitle=f"Anlagen mit geprüften Emissionen {year}; Fläche nach Tonnen CO₂e, die zehn größten beschriftet",
        alt=f"Karte der Anlagen mit Symbolen nach Tonnen: {study.plain(title)}.",
        columns={"name": "Anlage", "city": "Ort", "class": "Klasse", "emissions_t": "t CO₂e"},
        note=ENERGY_NOTE + (" Anlagen ohne Koordinaten fehlen auf der Karte." if missing else ""),
        sources=(SOURCE, "bkg-vg5000-2023"),
    )
    boundaries = study.inputs.table("boundaries").filter(pl.col("ags").is_in(study.region.districts))
    return study.draw(
        "site_map",
        partial(maps.site_map, maps.simplify(boundaries, tolerance=TOLERANCE)),
        placed,
        text,
        classes=tuple(CLASS_WORDS.values()),
        region_id=study.region.id,
        value_label="t CO₂e",
        axis_title=f"Geprüfte Emissionen {year} in t CO₂e",
        labelled=LABELLED,
    )


def table(study: Study) -> pl.DataFrame:
    """Installations by tonnes of the newest year, what follows the first ones summed, and the sum of all."""
    first, last = years(study)[0], years(study)[-1]
    found, total = active(study, last), own(study)[-1]
    before = active(study, first).select("site_id", before="emissions_t_co2e")
    listed = found.join(before, on="site_id", how="left", maintain_order="left").select(
        "name", "city",
        pl.col("nace").fill_null("–"),
        pl.col("class").replace_strict(CLASS_WORDS, return_dtype=pl.String),
        tonnes="emissions_t_co2e",
        share=pl.col("emissions_t_co2e") / (total.value or 1.0) * 100,
        change=(pl.col("emissions_t_co2e") / pl.col("before") - 1) * 100,
    )  # fmt: skip
    shown = ROWS_AT_MOST if listed.height <= ROWS_AT_MOST else ROWS_AT_MOST - 1
    rest = listed.slice(shown)
    tail = [("zusammen", "", "", "", total.value, 100.0 if total.value else None, long_change(study).value)]
    if rest.height:
        tail.insert(0, (f"weitere {rest.height} Anlagen", "", "", "", rest["tonnes"].sum(), rest["share"].sum(), None))
    frame = pl.concat([listed.head(shown), pl.DataFrame(tail, schema=listed.schema, orient="row")])
    text = Caption(
        title=f"Anlagen im Emissionshandel {study.region.in_}, geprüfte Emissionen {last}",
        columns={
            "name": "Anlage",
            "city": "Ort der Anschrift",
            "nace": "NACE",
            "class": "Klasse",
            "tonnes": f"t CO₂e {last}",
            "share": "Anteil in Prozent",
            "change": f"Veränderung seit {first} in Prozent",
        },
        decimals={"share": 1, "change": 1},
        note=f"Namen wie im Register, dort zum Teil gekürzt. k. A.: {first} ohne Emissionen, oder kein Vergleich "
        "möglich. Die letzte Zeile enthält bei der Veränderung auch Anlagen, die nicht mehr berichten. "
        "Zugeordnet wird nach der Lage; die Anschrift kann außerhalb liegen.",
        sources=(SOURCE,),
    )
    return study.tabulate("sites", frame, text)
