"""What the region is specialised in against Germany, and how its mix of branches has changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from analysis import charts, wording
from analysis.exhibits import Caption
from analysis.facts import Fact
from analysis.methods import specialisation
from analysis.study import Study

INDUSTRY, MANUFACTURING = "B-E", "C"


@dataclass(frozen=True)
class Concept:
    """One way to count work. `variant` names the measure, its indicator and the variant of the facts made from it.

    branches: disjoint, together everything. total: whether the published total takes part, so that what is in no
    branch shows as a residual. The persons employed are rounded figures; their total would only add a rounding rest.
    """

    variant: str
    branches: tuple[str, ...]
    source: str
    noun: str
    total: bool

    def span(self, study: Study) -> tuple[int, int]:
        """First and newest year of the concept, as Germany has it."""
        years = study.inputs.years(self.variant, study.references[-1].id)
        return years[0], years[-1]

    def values(
        self, study: Study, regions: Sequence[str], branches: Sequence[str], years: Sequence[int]
    ) -> pl.DataFrame:
        """Tidy region, branch, year, value, complete: what is unknown or not in the table is null."""
        rows = [
            (region, branch, year, study.inputs.figure(self.variant, region, branch, year).value)
            for region in regions
            for branch in branches
            for year in years
        ]
        schema = {"region": pl.String, "branch": pl.String, "year": pl.Int64, "value": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def level(self, study: Study, region: str, branch: str, year: int) -> Fact:
        """The figure itself as a fact; the total has no branch."""
        return study.level(self.variant, year, region=region, branch=None if branch == "total" else branch)


EMPLOYEES = Concept(
    variant="employees",
    branches=("A", "B-E", "F", "G-I", "J", "K", "L", "M-N", "O-Q", "R-U"),
    source="regionalstatistik-13111-07-05-4",
    noun="Beschäftigten",
    total=True,
)
PERSONS = Concept(
    variant="persons_employed",
    branches=("A", "B-E", "F", "G-J", "K-N", "O-U"),
    source="eurostat-nama-10r-3empers",
    noun="Erwerbstätigen",
    total=False,
)


def status_of(parts: Sequence[Fact], value: float | None) -> str | None:
    """The status of what was made from `parts`: that of the first unknown part where there is no value."""
    if value is not None:
        return None
    return next((part.status for part in parts if not part.known), "not_applicable")


def own_regions(study: Study) -> list[str]:
    """The region and its Land: what Germany serves as the reference for."""
    return study.everyone[:-1]


def quotients(study: Study) -> pl.DataFrame:
    """Enter location quotients by employees and by persons employed, newest year, and say them."""
    entered = _quotients(study, EMPLOYEES) + _quotients(study, PERSONS)
    _, year = EMPLOYEES.span(study)
    for region in study.everyone:
        study.ratio("industry_share", year, region=region)
    study.say("lq_finding", _finding(study))
    study.say("lq_strongest", _strongest(study))
    study.say("lq_persons", _persons(study))
    return study.show(entered)


def _quotients(study: Study, concept: Concept) -> list[Fact]:
    germany, (_, year) = study.references[-1].id, concept.span(study)
    branches = [*concept.branches, MANUFACTURING, "total"]
    values = concept.values(study, study.everyone, branches, [year])
    found = specialisation.location_quotient(values, reference=germany)
    entered = []
    for region, branch, lq in found.select("region", "branch", "lq").iter_rows():
        if branch == "total" or region == germany:
            continue
        parts = [concept.level(study, r, b, year) for r in (region, germany) for b in (branch, "total")]
        entered.append(
            study.fact(
                "location_quotient", year, lq, region=region, branch=branch, variant=concept.variant,
                status=status_of(parts, lq), method="location quotient", inputs=parts, sources=(concept.source,),
            )
        )  # fmt: skip
    return entered


def quotient(study: Study, concept: Concept, branch: str) -> Fact:
    """The region's location quotient entered before."""
    _, year = concept.span(study)
    return study.get("location_quotient", study.region.id, str(year), branch=branch, variant=concept.variant)


def _finding(study: Study) -> str:
    lq = quotient(study, EMPLOYEES, INDUSTRY)
    own, german = (
        study.get("industry_share", region, lq.period) for region in (study.region.id, study.references[-1].id)
    )
    if not lq.known:
        return (
            f"Der Standortquotient der Industrie (B–E) {study.region.in_} lässt sich für {lq.period} nicht angeben, "
            "weil die Zahl ihrer Beschäftigten geheim oder unbekannt ist."
        )
    words = ("höher als", "niedriger als", "ebenso hoch wie")
    return (
        f"Der Industrieanteil {study.region.in_} war {lq.period} mit {wording.ref(own)} "
        f"{wording.compared(own, german, words)} in Deutschland ({wording.ref(german)}); das Verhältnis beider "
        f"Anteile, der Standortquotient, beträgt {wording.ref(lq)}."
    )


def _ranked(study: Study) -> tuple[list[Fact], list[Fact]]:
    """The region's quotients of the ten branches by size, and those that are unknown."""
    found = [quotient(study, EMPLOYEES, branch) for branch in EMPLOYEES.branches]
    known = sorted((fact for fact in found if fact.known), key=lambda fact: -fact.value)
    return known, [fact for fact in found if not fact.known]


def _strongest(study: Study) -> str:
    known, unknown = _ranked(study)
    missing = wording.listing([wording.BRANCHES[fact.branch] for fact in unknown]) if unknown else ""
    tail = f" Ohne Angabe, weil geheim oder unbekannt: {missing}." if unknown else ""
    if len(known) < 2:
        return f"Welche Branche {study.region.in_} besonders vertreten ist, lässt sich nicht sagen.{tail}"
    most = wording.extreme("am stärksten", "most", known[0], known[1:])
    least = wording.extreme("am schwächsten", "least", known[-1], known[:-1])
    return (
        f"Gemessen an Deutschland ist {study.region.in_} die Branche {wording.BRANCHES[known[0].branch]} {most} "
        f"vertreten (Standortquotient {wording.ref(known[0])}), die Branche {wording.BRANCHES[known[-1].branch]} "
        f"{least} ({wording.ref(known[-1])}).{tail}"
    )


def _persons(study: Study) -> str:
    by_persons, by_employees = (quotient(study, concept, INDUSTRY) for concept in (PERSONS, EMPLOYEES))
    if not by_persons.known:
        return (
            "Ein Standortquotient nach Erwerbstätigen liegt für diese Region nicht vor, weil der verwendete Auszug der "
            "Erwerbstätigen nur ausgewählte Kreise enthält."
        )
    return (
        f"Nach Erwerbstätigen lag der Standortquotient der Industrie {by_persons.period} bei "
        f"{wording.ref(by_persons)}, nach Beschäftigten {by_employees.period} bei {wording.ref(by_employees)}. Begriff "
        "und Jahr sind verschieden: Zu den Erwerbstätigen gehören auch Selbstständige, Beamte und geringfügig "
        "Beschäftigte."
    )


def quotient_figure(study: Study) -> pl.DataFrame | str:
    """Location quotients of all branches on a log axis: the region, and its Land where it has one."""
    _, year = EMPLOYEES.span(study)
    known, unknown = _ranked(study)
    order = [fact.branch for fact in (*known, *unknown)]
    rows = []
    for branch in order:
        for region in own_regions(study):
            fact = study.get("location_quotient", region, str(year), branch=branch, variant=EMPLOYEES.variant)
            rows.append((wording.BRANCHES[branch], region, study.name(region), fact.value))
    schema = {"branch_label": pl.String, "region_id": pl.String, "label": pl.String, "lq": pl.Float64}
    title = f"Die Branchen {study.region.genitive} im Verhältnis zu Deutschland: keine Angabe"
    if len(known) > 1:
        word = wording.extreme("Am stärksten", "most", known[0], known[1:])
        branch = wording.BRANCHES[known[0].branch]
        title = (
            f"{word} vertreten ist {study.region.in_} die Branche {branch}: Standortquotient {wording.ref(known[0])}"
        )
    text = Caption(
        title=title,
        subtitle=f"Standortquotient nach Beschäftigten, Juni {year}; bei eins ist der Anteil so groß wie in "
        "Deutschland",
        alt=f"Punkte je Branche auf logarithmischer Achse: {study.plain(title)}.",
        columns={"branch_label": "Branche (WZ 2008)", "label": "Gebiet", "lq": "Standortquotient"},
        decimals={"lq": 2},
        note="Die Achse ist logarithmisch: Der Abstand von eins ist nach beiden Seiten vergleichbar.",
        sources=(EMPLOYEES.source,),
    )
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return study.draw(
        "lq_dots", charts.lq_dots, frame, text, axis_title="Standortquotient (Deutschland = 1)", decimals=2
    )


def quotient_table(study: Study) -> pl.DataFrame:
    """Branch, employees, share in the region and in Germany, location quotient; newest year."""
    _, year = EMPLOYEES.span(study)
    figure, germany = study.inputs.figure, study.references[-1].id
    rows = []
    for branch in (*EMPLOYEES.branches, MANUFACTURING):
        label = wording.BRANCHES[branch]
        own, german = (
            [figure("employees", region, part, year).value for part in (branch, "total")]
            for region in (study.region.id, germany)
        )
        rows.append(
            (
                f"darunter: {label}" if branch == MANUFACTURING else label,
                own[0], percent(*own), percent(*german), quotient(study, EMPLOYEES, branch).value,
            )
        )  # fmt: skip
    rows.insert(EMPLOYEES.branches.index(INDUSTRY) + 1, rows.pop())
    columns = {
        "branch": "Branche (WZ 2008)",
        "employees": f"Beschäftigte {year}",
        "share": f"Anteil {study.region.in_} in Prozent",
        "german": "Anteil in Deutschland in Prozent",
        "lq": "Standortquotient",
    }
    schema = {name: pl.String if name == "branch" else pl.Float64 for name in columns}
    text = Caption(
        title=f"Branchenanteile {study.region.in_} und in Deutschland, Juni {year}",
        columns=columns,
        decimals={"share": 1, "german": 1, "lq": 2},
        note="k. A.: Angabe geheim oder unbekannt. Die Anteile beziehen sich auf alle Beschäftigten.",
        sources=(EMPLOYEES.source,),
    )
    return study.tabulate("lq_table", pl.DataFrame(rows, schema=schema, orient="row"), text)


def percent(part: float | None, whole: float | None) -> float | None:
    """`part` of `whole` in per cent, null where either is unknown or the whole is zero."""
    return part / whole * 100 if part is not None and whole else None
