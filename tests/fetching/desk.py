"""A fetch whose publishers are all one server on this computer, and what the publishers would send."""

import datetime
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

from analysis.fetching import fetch as fetching
from analysis.fetching import plans
from analysis.fetching.plans import Plan
from analysis.fetching.transport import Network
from tests.fetching.server import Behaviour, Clock, Server, send

DAY = datetime.date(2026, 11, 27)
USER, PASSWORD = "rhein@example.org", "geheim <4711> ä"
FLAT = (
    "﻿statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label\n"
    "13111;Beschäftigte;STAG;Stichtag;2020-06-30;KREISE;Kreise;05111;Düsseldorf;39667;Anzahl;BESCHSV;SvB\n"
).encode()
TSV = b"freq,unit,nace_r2,geo\\TIME_PERIOD\t2019 \t2020 \nA,THS,C,DEA11\t39.67 \t39.10 p\n"
TABLEFILE, RESULTS, RESULTFILE = (
    "/rest/2020/data/tablefile",
    "/rest/2020/catalogue/results",
    "/rest/2020/data/resultfile",
)
PAGE = "/eu-action/union-registry_en"


LARGE = "Die Tabelle ist zu gross, um im Dialog abgerufen zu werden."
PLACED = "Der Bearbeitungsauftrag wurde erstellt. Die Tabelle kann abgerufen werden: 13111-01-03-4_175879554"


def zipped(content: bytes, name: str = "13111-01-03-4_1773175029986_de_flat.csv") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo(name), content)  # the same bytes at any time
    return packed.getvalue()


def message(code: int, text: str, **more: object) -> Behaviour:
    """As the interfaces send it: status 200, and the sender's user name among the parameters."""
    answer = {"Status": {"Code": code, "Content": text}, "Parameter": {"username": USER, "password": PASSWORD}} | more
    return send(json.dumps(answer).encode(), Content_Type="application/json")


class Desk:
    """A fetch whose publishers are all one server on this computer."""

    def __init__(self, server: Server, downloads: Path) -> None:
        self.server, self.downloads, self.clock = server, downloads, Clock()
        self.told: list[str] = []
        addresses = {
            "genesis": server.url("/rest/2020/"),
            "address": server.url("/sdmx/{table}?format=TSV&compressed=true"),
            "page": server.url(PAGE),
        }
        self.known = [
            Plan(replace(plan.publisher, address=addresses[plan.publisher.kind]), plan.code) for plan in plans.load()
        ]

    def outcomes(self, *names: str, **changes) -> list[fetching.Outcome]:
        patience = {"read_s": 5, "clock": self.clock, "sleep": self.clock.sleep} | changes
        return fetching.fetch(
            names,
            self.downloads,
            told=lambda outcome: self.told.append(str(outcome)),
            network=Network(**patience),
            known=self.known,
            today=DAY,
        )

    def file(self, name: str, **changes) -> Path:
        outcomes = self.outcomes(name, **changes)
        fetching.raise_failures(outcomes)
        return outcomes[0].path

    def left(self) -> list[str]:
        """What is on disk but the marks of the folder itself."""
        found = (path.relative_to(self.downloads).as_posix() for path in self.downloads.rglob("*") if path.is_file())
        return sorted(set(found) - {".gitignore", ".lock"})
