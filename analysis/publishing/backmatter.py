"""Tables every report carries at its end: sources with attribution, results of the data checks, signs."""

import json

import polars as pl

from analysis import exhibits, wording
from analysis.exhibits import Caption
from analysis.plan import Plan

SEVERITY = {"critical": "kritisch", "warning": "Hinweis"}


def tables(plan: Plan, sources: pl.DataFrame) -> dict[str, dict]:
    """The tables by key: data_sources, data_status, checks, failed_checks, signs."""
    checks = json.loads(plan.checks.read_text("utf-8"))
    return {
        "data_sources": _sources(sources),
        "data_status": _status(sources),
        "checks": _checks(checks),
        "check_findings": _findings(checks),
        "signs": _signs(),
    }


def _sources(sources: pl.DataFrame) -> dict:
    text = Caption(
        "Datenquellen und wie sie zu nennen sind",
        {"attribution": "Quellenangabe", "territory": "Gebietsstand", "licence": "Lizenz"},
        note="Auswahl und Umformung durch das Projekt; die Originaldateien sind am Hashwert zu erkennen.",
    )
    return exhibits.table(sources.sort("attribution"), text, "")


def _status(sources: pl.DataFrame) -> dict:
    text = Caption(
        "Datenstand: welche Jahre jede Quelle abdeckt",
        {
            "title": "Quelle",
            "table": "Tabelle",
            "period": "Zeitraum",
            "extracted": "Stand der Datei",
            "note_de": "Hinweis",
        },
    )
    return exhibits.table(sources.sort("title"), text, "")


def _checks(checks: list[dict]) -> dict:
    rows = [
        {
            "table": check["table_de"],
            "rule": check["rule_de"],
            "severity": SEVERITY[check["severity"]],
            "checked": check["checked"],
            "found": check["violations"],
            "result": _result(check),
        }
        for check in checks
    ]
    text = Caption(
        "Prüfungen der Daten und ihre Ergebnisse",
        {
            "table": "Tabelle",
            "rule": "Regel",
            "severity": "Stufe",
            "checked": "Geprüfte Zeilen",
            "found": "Verstöße",
            "result": "Ergebnis",
        },
        note="Ein Verstoß gegen eine kritische Regel hält die Veröffentlichung an.",
    )
    return exhibits.table(pl.DataFrame(rows), text, "")


def _result(check: dict) -> str:
    if check["raised"]:
        return "Prüfung gescheitert"
    return "bestanden" if not check["violations"] else "Verstöße"


def _findings(checks: list[dict]) -> dict:
    rows = [
        {"rule": check["rule_de"], "row": sample}
        for check in checks
        if check["violations"] and not check["raised"]
        for sample in check["samples"]
    ]
    frame = pl.DataFrame(rows, schema={"rule": pl.String, "row": pl.String})
    text = Caption("Auffällige Zeilen", {"rule": "Regel", "row": "Zeile"}, note="Höchstens fünf Zeilen je Regel.")
    return exhibits.table(frame, text, "")


def _signs() -> dict:
    rows = [{"sign": sign, "meaning": meaning} for sign, meaning in wording.STATUS_TEXT.values()]
    rows += [
        {"sign": "0", "meaning": "genau null oder auf null gerundet"},
        {"sign": "rund", "meaning": "Schätzung, gerundet; der Bereich steht im Zahlenregister"},
        {"sign": wording.MINUS, "meaning": "negativer Wert"},
    ]
    text = Caption("Zeichen in Text und Tabellen", {"sign": "Zeichen", "meaning": "Bedeutung"})
    return exhibits.table(pl.DataFrame(rows), text, "")
