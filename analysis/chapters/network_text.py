"""What the chapter on the industry network says in words."""

import polars as pl

from analysis import wording
from analysis.chapters import network
from analysis.chapters.network import HEADLINE
from analysis.facts import Fact
from analysis.study import Study
from analysis.wording import ref

SECRET = "weil Angaben zu einzelnen Branchen geheim sind oder fehlen"
CALLED = f"Variante {HEADLINE}"


def sentences(study: Study) -> pl.DataFrame:
    """Enter every sentence of the chapter; the frame shows them as they print."""
    study.say("network_finding", _finding(study))
    study.say("summary_jobs", _summary(study))
    study.say("network_vs_last_year", _against_last_year(study))
    study.say("network_chain", _chain(study))
    study.say("network_compared", _compared(study))
    study.say("network_published", _published(study))
    study.say("network_development", _development(study))
    study.say("network_common", _common(study))
    study.say("network_branches", _branches(study))
    study.say("network_limits", _limits(study))
    rows = [{"Schlüssel": key, "Satz": study.plain(text)} for key, text in study.statements.items()]
    return pl.DataFrame(rows)


def _finding(study: Study) -> str:
    jobs, share = network.newest(study, "network_jobs"), network.newest(study, "network_share")
    place = wording.sentence_start(study.region.in_)
    if jobs.known:
        return (
            f"{place} gehörten {jobs.period} {ref(jobs)} Arbeitsplätze zum Netzwerk Industrie ({CALLED}), das sind "
            f"{ref(share)} aller Beschäftigten. Die Lieferanteile sind geschätzt: Mit neunzig Prozent "
            f"Wahrscheinlichkeit liegt die Zahl {ref(jobs, 'interval')}."
        )
    text = (
        f"Wie viele Arbeitsplätze {study.region.in_} {jobs.period} zum Netzwerk Industrie gehörten ({CALLED}), lässt "
        f"sich nicht als eine Zahl angeben, {SECRET} ({ref(jobs)})."
    )
    if jobs.low is None:
        return text
    return (
        f"{text} Nach den veröffentlichten Summen und bei unabhängig voneinander unsicheren Lieferanteilen liegt sie "
        f"{ref(jobs, 'interval')}."
    )


def _summary(study: Study) -> str:
    """Industry and its network in one sentence, for the report's first page."""
    before, now, change = _industry(study, study.region.id)
    jobs = network.newest(study, "network_jobs")
    if not (before.known and now.known):
        return (
            f"Die Zahl der Industriebeschäftigten {study.region.in_} ist für {now.period} nicht vollständig bekannt, "
            f"{SECRET}."
        )
    lead = f"Die Zahl der Industriebeschäftigten {study.region.in_} {wording.development(now, before, change)}"
    if not jobs.known:
        return f"{lead}; wie viele Arbeitsplätze das Netzwerk Industrie zählt, ist nicht bekannt, {SECRET}."
    return f"{lead}; mit den verbundenen Arbeitsplätzen zählt das Netzwerk Industrie {ref(jobs)} ({CALLED})."


def _against_last_year(study: Study) -> str:
    last, now = study.find("network_jobs", study.region.id, variant=HEADLINE)[-2:]
    change = study.get("network_jobs_change", study.region.id, f"{last.period}-{now.period}", variant=HEADLINE)
    return wording.against_last_year(now, last, change)


def _chain(study: Study) -> str:
    jobs, share = network.newest(study, "network_jobs", "chain"), network.newest(study, "network_share", "chain")
    told = "Zählen auch die Lieferungen an Zulieferer der Industrie mit (Variante chain)"
    if not jobs.known:
        return f"{told}, fehlt die Zahl ebenfalls ({ref(jobs)})."
    return (
        f"{told}, sind es {jobs.period} {ref(jobs)} Arbeitsplätze oder {ref(share)} aller Beschäftigten, mit einem "
        f"Bereich {ref(jobs, 'interval')}."
    )


def _compared(study: Study) -> str:
    own = network.newest(study, "network_share")
    others = [(network.newest(study, "network_share", region=item.id), item.in_) for item in study.references]
    told = wording.placed(own, others)
    if not own.known:
        return f"Zum Vergleich: Der Anteil des Netzwerks an allen Beschäftigten beträgt {own.period} {told} ({CALLED})."
    return f"Der Anteil des Netzwerks an allen Beschäftigten war {own.period} mit {ref(own)} {told}."


def _published(study: Study) -> str:
    quoted = network.published(study)
    if quoted is None:
        return (
            f"Eine veröffentlichte Zahl zum Vergleich ist für das Netzwerk Industrie {study.region.in_} nicht bekannt."
        )
    printed = study.get("published_network_jobs", study.region.id, str(quoted.year))
    own = study.get("network_jobs", study.region.id, str(network.shown_year(study)), variant=HEADLINE)
    lead = (
        f"Eine veröffentlichte Zahl liegt vor: {ref(printed)} Beschäftigte im Netzwerk Industrie {study.region.in_} "
        f"({quoted.publisher}, {printed.period})."
    )
    left_open = (
        "Die Veröffentlichung nennt weder das Jahr der Daten noch die Bezugsgröße ihres Anteils und legt den Rechenweg "
        "nicht im Einzelnen offen; der Vergleich bestätigt oder widerlegt deshalb keine der beiden Zahlen."
    )
    if not own.known:
        return f"{lead} Eine eigene Schätzung gibt es nicht, {SECRET}. {left_open}"
    return f"{lead} {_beside(study, own, printed)} {left_open} {_fit(study, own)}"


def _beside(study: Study, own: Fact, printed: Fact) -> str:
    """Estimate and published figure side by side, and whether one lies in the other's range."""
    word = wording.compared(own, printed, ("höher", "niedriger", "gleich hoch"))
    where = "liegt in ihrem Bereich" if own.low <= printed.value <= own.high else "liegt nicht in ihrem Bereich"
    return (
        f"Die eigene Schätzung ({CALLED}) für {own.period} ist mit {ref(own)} {word}; die "
        f"veröffentlichte Zahl {where} ({ref(own, 'interval')})."
    )


def _fit(study: Study, own: Fact) -> str:
    factor = study.get("network_calibration", study.region.id, own.period, variant=HEADLINE)
    if not factor.known:
        return "Mit keinem gemeinsamen Faktor auf die Lieferanteile ließe sich die veröffentlichte Zahl treffen."
    return (
        f"Mit dem Faktor {ref(factor)} auf alle Lieferanteile ergäbe sich genau die veröffentlichte Zahl; das ist eine "
        "Anpassung an eine einzige Zahl und keine Prüfung."
    )


def _development(study: Study) -> str:
    before, now, change = _industry(study, study.region.id)
    linked = study.find("network_services", study.region.id, variant=HEADLINE)
    more = study.get("network_services_change", study.region.id, change.period, variant=HEADLINE)
    own = f"Die Industriebeschäftigung {wording.moved_by(now, before, change, 'im selben Zeitraum')}."
    return (
        f"Die Zahl der verbundenen Arbeitsplätze in anderen Branchen {study.region.in_} ({CALLED}) "
        f"{wording.development(linked[-1], linked[0], more)}. {own} {_parted(study)} Gerechnet ist in "
        f"allen Jahren mit den Lieferanteilen von {network.newest_share_year(study)}: Was sich ändert, ist die "
        "Beschäftigung der Branchen, nicht ihre Verflechtung. Ob Arbeit aus der Industrie zu Dienstleistern gewandert "
        "ist, zeigt die Rechnung nicht."
    )


def _parted(study: Study) -> str:
    """How industry and what is linked to it moved in Germany."""
    nation = study.references[-1]
    before, now, change = _industry(study, nation.id)
    linked = study.find("network_services", nation.id, variant=HEADLINE)
    more = study.get("network_services_change", nation.id, change.period, variant=HEADLINE)
    second = wording.alike(
        (now, before, change), (linked[-1], linked[0], more), "die Zahl der verbundenen Arbeitsplätze"
    )
    first = wording.moved_by(now, before, change, "die Industriebeschäftigung")
    return f"{wording.sentence_start(nation.in_)} {first}, {second}."


def _industry(study: Study, region: str) -> tuple[Fact, Fact, Fact]:
    """Employees in industry of the first and the last year, and the change between them."""
    known = network.years(study)
    ends = (known[0], known[-1])
    before, now = (study.level("employees", year, region=region, branch=network.INDUSTRY) for year in ends)
    return before, now, study.change("employees_change", now, before)


def _common(study: Study) -> str:
    jobs = network.newest(study, "network_jobs_common")
    lead = "Weichen alle Lieferanteile gemeinsam nach oben oder unten ab"
    if not jobs.known:
        return f"{lead}, lässt sich dafür ebenfalls keine Zahl angeben."
    parts = [
        study.get("network_variance_share", study.region.id, jobs.period, branch=branch, variant=HEADLINE)
        for branch in network.LINKED
    ]
    name, best = network.top_branch(study, parts)
    return (
        f"{lead}, liegt die Zahl für {jobs.period} {ref(jobs, 'interval')}. Zur Streuung bei unabhängigen Fehlern "
        f"trägt die Branche {name} {wording.extreme('am meisten', 'most', best, parts)} bei ({ref(best)})."
    )


def _branches(study: Study) -> str:
    period = str(network.years(study)[-1])
    every = [
        study.get("network_services", study.region.id, period, branch=branch, variant=HEADLINE)
        for branch in network.LINKED
    ]
    parts = [fact for fact in every if fact.known]
    if len(parts) < 2:
        return (
            f"Wie sich die verbundenen Arbeitsplätze {study.region.in_} auf die Branchen verteilen, ist nicht bekannt."
        )
    name, best = network.top_branch(study, parts)
    limit = ", soweit Angaben vorliegen" if len(parts) < len(network.LINKED) else ""
    return (
        f"Die {wording.extreme('meisten', 'most', best, parts)} verbundenen Arbeitsplätze {study.region.in_} hatte "
        f"{period} die Branche {name}{limit}: {ref(best)} ({CALLED})."
    )


def _limits(study: Study) -> str:
    return (
        f"Die Lieferanteile stammen aus der nationalen Input-Output-Tabelle für {network.newest_share_year(study)} und "
        "gelten für jede Region gleich; wer in der Region tatsächlich an wen liefert, ist nicht erfasst. Die "
        "Beschäftigung liegt in zehn Branchen vor, deshalb sind die Lieferanteile auf diese Branchen zusammengefasst. "
        "Für jeden Lieferanteil ist eine Streuung von drei Zehnteln seines Werts angenommen, nicht gemessen. "
        "Abgrenzungen, die ganze Wirtschaftsabteilungen nach Köpfen zuordnen, sind mit so groben Branchen nicht "
        "möglich."
    )
