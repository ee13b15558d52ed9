"""What must hold in staging and marts: each rule is a query for the rows that break it.

A critical rule guards meaning (keys, sums, secrecy): one violation stops the run. A warning is printed on the report's
data-quality page: official figures carry rounding differences that a study must show, not hide.
"""

from dataclasses import dataclass

CRITICAL, WARNING = "critical", "warning"
STATUSES = "('ok', 'zero', 'suppressed', 'unreliable', 'not_available', 'not_applicable')"
CLASSES = "('industry', 'energy', 'other', 'unclassified')"
# Published totals and sums of their parts may differ by rounding and by secret cells below.
TOLERANCE = 0.005


@dataclass(frozen=True)
class Rule:
    """`violations` is SQL that returns the offending rows; `name` is unique within `table`."""

    table: str
    name: str
    severity: str
    label_de: str
    violations: str


TABLES_DE = {
    "stg_employees_by_branch": "Beschäftigte nach Branchen",
    "stg_employees_total": "Beschäftigte, lange Reihe",
    "stg_national_accounts": "Volkswirtschaftliche Gesamtrechnungen",
    "stg_persons_employed": "Erwerbstätige",
    "stg_population": "Bevölkerung",
    "stg_area": "Fläche",
    "stg_industrial_land": "Gewerbe- und Industriefläche",
    "stg_city_co2": "CO₂-Bilanzen der Städte",
    "stg_deflator": "Deflator",
    "stg_inkar": "INKAR",
    "stg_sites": "Anlagen im Emissionshandel",
    "stg_site_emissions": "Geprüfte Emissionen",
    "stg_io_flows": "Input-Output-Tabelle",
    "stg_io_output": "Produktion nach Branchen",
    "stg_districts": "Kreise und ihre Grenzen",
    "stg_published_figures": "Anderswo veröffentlichte Zahlen",
    "stg_territory": "Gebietsschlüssel",
    "mart_area_figures": "Werte auf den Schlüsseln der Herausgeber",
    "mart_district_figures": "Werte der Kreise",
    "mart_region_figures": "Werte der Regionen",
    "mart_site_emissions": "Emissionen nach Anlagen",
    "mart_ets_by_district": "Emissionen nach Kreisen",
}

# table -> (key columns, value column)
KEYS = {
    "stg_employees_by_branch": ("area_key, branch, year", "employees"),
    "stg_employees_total": ("area_key, year", "employees"),
    "stg_national_accounts": ("area_key, measure, branch, year", "value"),
    "stg_persons_employed": ("area_key, branch, year", "persons_employed"),
    "stg_population": ("area_key, year", "population"),
    "stg_area": ("area_key, year", "area_km2"),
    "stg_industrial_land": ("area_key, year", "industrial_land_ha"),
    "stg_city_co2": ("area_key, measure, sector, year", "emissions_kt_co2"),
    "stg_deflator": ("measure, year", "gva_bn_eur"),
    "stg_inkar": ("area_key, measure, year", "value"),
    "stg_site_emissions": ("site_id, year", "emissions_t_co2e"),
    "mart_area_figures": ("area_key, measure, branch, year", "value"),
    "mart_district_figures": ("district, measure, branch, year", "value"),
    "mart_region_figures": ("region, measure, branch, year", "value"),
    "mart_ets_by_district": ("district, branch, year", "value"),
}


def rules() -> list[Rule]:
    """All rules, table by table."""
    general = [rule for table, (key, value) in KEYS.items() for rule in _general(table, key, value)]
    return [
        *general,
        *_employment(),
        *_accounts(),
        *_emissions(),
        *_references(),
        *_territory(),
        *_classifications(),
        *_regions(),
    ]


def _general(table: str, key: str, value: str) -> list[Rule]:
    return [
        Rule(
            table,
            "key_unique",
            CRITICAL,
            "Jede Zelle kommt einmal vor",
            f"select {key}, count(*) as n from {table} group by all having count(*) > 1",
        ),
        Rule(
            table,
            "status_fits_value",
            CRITICAL,
            "Ein Wert steht genau dort, wo der Status einen erlaubt",
            f"select {key}, {value}, status from {table} where status not in {STATUSES} "
            f"or (status in ('ok', 'zero') and {value} is null) "
            f"or (status in ('suppressed', 'not_available', 'not_applicable') and {value} is not null) "
            f"or (status = 'zero' and {value} <> 0)",
        ),
        Rule(
            table,
            "not_negative",
            CRITICAL,
            "Kein Wert ist negativ",
            f"select {key}, {value} from {table} where {value} < 0",
        ),
    ]


def _sum_differs(left: str, right: str, tolerance: float = TOLERANCE) -> str:
    return f"abs({left} - {right}) > {tolerance} * greatest(abs({right}), 1)"


def _employment() -> list[Rule]:
    table = "stg_employees_by_branch"
    wide = (
        f"select * from (pivot (select area_key, area_level, year, branch, employees from {table}) "
        "on branch in ('total', 'A', 'B-F', 'B-E', 'C', 'F', 'G-U') using any_value(employees))"
    )
    parts = (
        "select part.area_key, part.year, part.branch, part.n, land.employees from "
        "(select left(area_key, 2) as area_key, year, branch, sum(employees) as n from stg_employees_by_branch "
        "where area_level = 'district' and employees is not null group by all) part "
        "join stg_employees_by_branch land using (area_key, year, branch) "
        "where land.area_level = 'land' and land.branch = 'total'"
    )
    return [
        Rule(
            table,
            "branches_sum_to_total",
            CRITICAL,
            "Die drei Hauptbereiche (A, B–F, G–U) ergeben die Summe",
            f'select area_key, year, A + "B-F" + "G-U" as parts, total from ({wide}) where '
            + _sum_differs('(A + "B-F" + "G-U")', "total"),
        ),
        Rule(
            table,
            "branches_nested",
            CRITICAL,
            "C liegt in B–E, B–E in B–F",
            f'select area_key, year, C, "B-E", "B-F" from ({wide}) where C > "B-E" or "B-E" > "B-F"',
        ),
        Rule(
            table,
            "districts_sum_to_land",
            CRITICAL,
            "Die Kreise ergeben ihr Land",
            f"select * from ({parts}) where " + _sum_differs("n", "employees"),
        ),
        Rule(
            table,
            "coverage_does_not_shrink",
            CRITICAL,
            "Kein Jahr hat weniger als 95 % der Kreise des Vorjahres",
            _shrinks(table, "branch = 'total' and employees is not null"),
        ),
        Rule(
            table,
            "few_secret",
            WARNING,
            "Geheime Zellen der Kreise",
            f"select area_key, branch, year from {table} where status = 'suppressed' and area_level = 'district'",
        ),
    ]


def _shrinks(table: str, condition: str) -> str:
    return (
        f"select year, n, before from (select year, count(*) as n, lag(count(*)) over (order by year) as before "
        f"from {table} where area_level = 'district' and {condition} group by year) where n < 0.95 * before"
    )


def _accounts() -> list[Rule]:
    sums = (
        "select area_key, year, sum(value) filter (branch in ('A', 'B-E', 'F', 'G-J', 'K-N', 'O-T')) as parts, "
        "max(value) filter (branch = 'total') as total from stg_national_accounts "
        "where measure = 'gva_thousand_eur' group by all"
    )
    persons = (
        "select area_key, year, sum(persons_employed) filter (branch in ('A', 'B-E', 'F', 'G-J', 'K-N', 'O-U')) "
        "as parts, max(persons_employed) filter (branch = 'total') as total from stg_persons_employed group by all"
    )
    return [
        Rule(
            "stg_national_accounts",
            "branches_sum_to_total",
            CRITICAL,
            "Die Wirtschaftsbereiche ergeben die Bruttowertschöpfung insgesamt",
            f"select * from ({sums}) where " + _sum_differs("parts", "total"),
        ),
        Rule(
            "stg_persons_employed",
            "branches_sum_to_total",
            CRITICAL,
            "Die Wirtschaftsbereiche ergeben die Erwerbstätigen insgesamt",
            f"select * from ({persons}) where " + _sum_differs("parts", "total"),
        ),
        Rule(
            "stg_population",
            "no_jump",
            CRITICAL,
            "Die Bevölkerung eines Kreises ändert sich nicht um mehr als ein Zehntel im Jahr",
            "select district, year, value, before from (select district, year, value, lag(value) over "
            "(partition by district order by year) as before from mart_district_figures where measure = 'population') "
            "where abs(value / before - 1) > 0.1",
        ),
    ]


def _emissions() -> list[Rule]:
    return [
        Rule(
            "stg_sites",
            "key_unique",
            CRITICAL,
            "Jede Anlage kommt einmal vor",
            "select site_id, count(*) from stg_sites group by all having count(*) > 1",
        ),
        Rule(
            "stg_sites",
            "class_known",
            CRITICAL,
            "Jede Anlage hat eine Klasse",
            f"select site_id, class from stg_sites where class is null or class not in {CLASSES}",
        ),
        Rule(
            "stg_sites",
            "placed",
            WARNING,
            "Jede Anlage liegt in einem Kreis",
            "select site_id, name, city from stg_sites where district is null",
        ),
        Rule(
            "stg_site_emissions",
            "site_known",
            CRITICAL,
            "Emissionen gehören zu einer bekannten Anlage",
            "select site_id, year from stg_site_emissions anti join stg_sites using (site_id)",
        ),
        Rule(
            "mart_site_emissions",
            "nothing_lost",
            CRITICAL,
            "Keine Tonne geht beim Zuordnen verloren",
            "select year, a, b from (select year, sum(emissions_t_co2e) as a from stg_site_emissions group by year) "
            "join (select year, sum(emissions_t_co2e) as b from mart_site_emissions group by year) using (year) "
            "where abs(a - b) > 0.5",
        ),
        Rule(
            "mart_ets_by_district",
            "classes_sum_to_total",
            CRITICAL,
            "Die Klassen ergeben die Summe des Kreises",
            "select district, year, parts, total from (select district, year, sum(value) filter (branch <> 'total') "
            "as parts, max(value) filter (branch = 'total') as total from mart_ets_by_district group by all) "
            "where abs(parts - total) > 0.5",
        ),
        Rule(
            "stg_io_flows",
            "no_flow_twice",
            CRITICAL,
            "Jeder Lieferstrom kommt einmal vor",
            'select supplier, "user", count(*) from stg_io_flows group by all having count(*) > 1',
        ),
    ]


def _references() -> list[Rule]:
    return [
        Rule(
            "stg_io_output",
            "flows_within_output",
            CRITICAL,
            "Keine Branche liefert mehr, als sie produziert",
            "select branch, output_musd, flows from stg_io_output join (select supplier as branch, sum(flow_musd) as "
            "flows from stg_io_flows group by all) using (branch) where flows > output_musd * 1.001 or output_musd < 0",
        ),
        Rule(
            "stg_districts",
            "named_and_bounded",
            CRITICAL,
            "Jeder Kreis hat Schlüssel, Namen und Grenze, einmal",
            "select ags, count(*) from stg_districts group by ags "
            "having count(*) > 1 or any_value(name) is null or any_value(geometry) is null",
        ),
        Rule(
            "stg_published_figures",
            "said_by_someone",
            CRITICAL,
            "Jede Zahl nennt Einheit und Herkunft",
            "select id from stg_published_figures where coalesce(unit, '') = '' or coalesce(origin, '') = ''",
        ),
    ]


def _territory() -> list[Rule]:
    return [
        Rule(
            "stg_territory",
            "four_hundred_districts",
            CRITICAL,
            "Der Gebietsstand 2023 hat 400 Kreise",
            "select count(distinct district_2023) as districts from stg_territory where district_2023 is not null "
            "having count(distinct district_2023) <> 400",
        ),
        Rule(
            "mart_district_figures",
            "districts_of_2023",
            CRITICAL,
            "Alle Werte stehen auf dem Gebietsstand 2023",
            "select distinct district from mart_district_figures where district not in "
            "(select district_2023 from stg_territory where kind = 'identity')",
        ),
    ]


def _classifications() -> list[Rule]:
    """A series may not pass from one classification to another; a declared break makes it two measures before this."""
    compared = (
        "select area_key, measure, branch, year, classification, comparable_as, mode(comparable_as) over "
        "(partition by area_key, measure, branch) as usual from mart_area_figures join classifications "
        "using (classification)"
    )
    parts = (
        "select top.area_key, top.branch, top.year, numerator, top.classification as one, denominator, "
        "bottom.classification as other from ratios join mart_area_figures top on top.measure = numerator "
        "join mart_area_figures bottom on bottom.measure = denominator and bottom.area_key = top.area_key "
        "and bottom.branch = top.branch and bottom.year = top.year where top.branch <> 'total'"
    )
    return [
        Rule(
            "mart_area_figures",
            "one_classification",
            CRITICAL,
            "Eine Reihe folgt einer Klassifikation der Wirtschaftszweige",
            f"select area_key, measure, branch, year, classification, usual from ({compared}) "
            "where comparable_as <> usual order by all",
        ),
        Rule(
            "mart_area_figures",
            "ratios_in_one_classification",
            CRITICAL,
            "Zähler und Nenner folgen derselben Klassifikation der Wirtschaftszweige",
            f"select parts.* from ({parts}) parts join classifications a on a.classification = one "
            "join classifications b on b.classification = other where a.comparable_as <> b.comparable_as order by all",
        ),
    ]


def _regions() -> list[Rule]:
    sums = (
        "select members.region, figures.measure, figures.branch, figures.year, sum(figures.value) as parts, "
        "count(*) as n, count(figures.value) as known "
        "from mart_district_figures figures join region_districts members using (district) "
        "join measures using (measure) where aggregation = 'additive' group by all"
    )
    return [
        Rule(
            "mart_region_figures",
            "region_is_sum_of_districts",
            CRITICAL,
            "Eine Region ist die Summe ihrer Kreise",
            f"select region, measure, branch, year, parts, total.value from ({sums}) "
            "join mart_region_figures total using (region, measure, branch, year) "
            "where n = known and total.value is not null and abs(parts - total.value) > 1e-6 * greatest(abs(parts), 1)",
        ),
        Rule(
            "mart_region_figures",
            "no_sum_over_gaps",
            CRITICAL,
            "Keine Summe steht über einer Lücke",
            f"select region, measure, branch, year from ({sums}) "
            "join mart_region_figures total using (region, measure, branch, year) "
            "where known < n and total.value is not null",
        ),
        Rule(
            "mart_region_figures",
            "germany_is_there",
            CRITICAL,
            "Für jeden Wert einer Region gibt es den Vergleichswert Deutschlands",
            "select distinct measure, branch, year from mart_region_figures regional "
            "where measure in ('employees', 'gva_thousand_eur', 'persons_employed') and region in "
            "(select region from region_districts) and not exists (select 1 from mart_region_figures national "
            "where national.region = 'germany' and national.measure = regional.measure "
            "and national.branch = regional.branch and national.year = regional.year)",
        ),
    ]
