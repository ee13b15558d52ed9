"""A small edition, whole and honest, that a test may damage: two facts of a region, one figure, one notebook."""

import base64
import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import xlsxwriter

from analysis import facts
from analysis.facts import Fact
from analysis.publishing import downloads

PUBLISHER = "Industriemonitor"
SHARE = 9.235321783
FACTS = [
    Fact("duesseldorf", "employees", "2020", 429514.0, "persons", method="official figure", inputs=("t@1:L1C1",)),
    Fact("duesseldorf", "industry_share", "2020", SHARE, "percent", method="sums divided", inputs=("t@1:L1C1",)),
    Fact("duesseldorf", "gdp", "2020", None, "thousand_eur", status="suppressed", inputs=("t@1:L2C1",)),
    Fact("duesseldorf", "network_jobs", "2019", 92587.3391, "jobs", variant="direct", low=77312.5519, high=107846.25),
]
OBSERVATIONS = {
    "region": ["05111", "05111"],
    "measure": ["employees", "gdp_thousand_eur"],
    "branch": ["total", "total"],
    "year": [2020, 2020],
    "value": [429514.0, None],
    "status": ["ok", "suppressed"],
    "flag": ["", ""],
    "cells": [["t@1:L1C1"], ["t@1:L2C1"]],
}
OBSERVED = {"year": pl.Int32, "value": pl.Float64}
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100" viewBox="0 0 200 100" role="img"
 aria-label="In Düsseldorf beträgt der Anteil 9,2 %"><g transform="translate(10,12.25)">
<rect width="80.25" height="10" fill="#00477A"/><text x="90" y="8">9,2 %</text></g></svg>"""
CSV = "Gebiet,Anteil in Prozent\nDüsseldorf,9.2\nDeutschland,22.3\n"
SPEC = {
    "description": "In Düsseldorf beträgt der Anteil 9,2 %",
    "layer": [
        {
            "data": {"values": [{"label": "Düsseldorf", "value": 9.2}, {"label": "Deutschland", "value": 22.3}]},
            "mark": {"type": "bar"},
            "encoding": {
                "x": {"field": "value", "type": "quantitative", "scale": {"domain": [0.0, 25.0], "range": [9.0, 90.2]}},
                "tooltip": [{"field": "label", "type": "nominal"}, {"field": "value", "type": "quantitative"}],
            },
        }
    ],
}  # fmt: skip
PAGE = """<!DOCTYPE html><html lang="de-DE"><head><meta name="author" content="Industriemonitor">
<style>p {}</style></head><body><main><h2>Beschäftigung</h2>
<p>Es waren <a href="#reg" class="fact" data-fact="duesseldorf.employees.2020" title="Beschäftigte, 2020">429.514</a>
Menschen, <a class="fact" data-fact="duesseldorf.industry_share.2020">9,2 %</a> in der Industrie.</p>
<figure><span class="chart-place" data-chart="shares">@SVG@</span>
<table><thead><tr><th>Gebiet</th><th>Anteil in Prozent</th></tr></thead>
<tbody><tr><th>Düsseldorf</th><td>9,2</td></tr><tr><th>Deutschland</th><td>22,3</td></tr></tbody></table>
<a href="data:text/csv;base64,@CSV@" download="shares.csv" class="download">Daten</a></figure>
<p>Kennung: duesseldorf.ets_site.1095.2020, NACE 20.13, Stand 12.2022, Tabelle 13111-07-05-4.</p></main>
<script type="application/gzip" id="chart-specs">@SPEC@</script></body></html>"""
FRAME = """<table><thead><tr><th>fact</th><th>status</th><th>value</th></tr></thead><tbody>
<tr><td>a</td><td>ok</td><td>9.235322</td></tr><tr><td>b</td><td>suppressed</td><td>null</td></tr></tbody></table>"""
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "cell-01",
            "execution_count": 1,
            "metadata": {"tags": []},
            "source": "study.save()",
            "outputs": [
                {
                    "output_type": "execute_result",
                    "execution_count": 1,
                    "metadata": {},
                    "data": {"text/plain": "fact a 9.235322\nfact b null\n1.25521491e8", "text/html": FRAME},
                }
            ],
        }
    ],
    "metadata": {"kernelspec": {"name": "python3"}, "language_info": {"name": "python", "version": "3.11.7"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


class Edition:
    """An assembled edition in a folder; `seal` writes the manifest once all else is in place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("de", "data/charts/duesseldorf", "notebooks/duesseldorf"):
            (folder / part).mkdir(parents=True)
        self.facts(FACTS)
        self.observations(OBSERVATIONS)
        self.write("data/charts/duesseldorf/shares.csv", CSV)
        self.write("data/charts/duesseldorf/shares.svg", SVG)
        self.write("index.html", PAGE.partition("<figure>")[0] + "</main></body></html>")
        self.page()
        self.write("de/duesseldorf.pdf", pdf())
        self.notebook()
        self.write("notebooks/duesseldorf/employment.html", f"<html lang='de'><body><main>{FRAME}</main></body></html>")

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file of the edition."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def replace(self, name: str, old: str, new: str) -> None:
        """Exchange a text in a file; it must stand there."""
        text = (self.folder / name).read_text("utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def page(self, *, svg: str = SVG, csv: str = CSV, spec: Callable[[dict], object] | None = None) -> None:
        """Write the report with its figure, chart and data."""
        content = json.loads(json.dumps(SPEC))
        if spec:
            spec(content)
        filled = PAGE.replace("@SVG@", svg).replace("@CSV@", base64.b64encode(csv.encode()).decode())
        self.write("de/duesseldorf.html", filled.replace("@SPEC@", packed({"shares": content})))

    def facts(self, found: list[Fact]) -> None:
        """Write the facts as the study does."""
        facts.write(found, self.folder / "data" / "facts.parquet")
        downloads.printed_table(found).write_csv(self.folder / "data" / "facts.csv")
        self.workbook(lambda book, sheet: None, found)

    def workbook(self, change: Callable, found: list[Fact] = FACTS, **properties: str) -> None:
        """Write the workbook as the study does; `change` gets the book and its first sheet."""
        with xlsxwriter.Workbook(self.folder / "data" / "facts.xlsx") as book:
            book.set_properties({"author": PUBLISHER, "created": downloads.datetime(2026, 11, 23), **properties})
            sheet = book.add_worksheet("Fakten")
            downloads.fill(book, sheet, downloads.shown_table(found))
            change(book, sheet)

    def observations(self, columns: dict, **options: object) -> None:
        """Write the figures the facts were made from."""
        frame = pl.DataFrame(columns, schema_overrides=OBSERVED)
        frame.write_parquet(self.folder / "data" / "observations.parquet", **{"statistics": False} | options)

    def notebook(self, change: Callable[[dict], object] | None = None) -> None:
        """Write the executed notebook."""
        content = json.loads(json.dumps(NOTEBOOK))
        if change:
            change(content)
        self.write("notebooks/duesseldorf/employment.ipynb", json.dumps(content))

    def seal(self) -> Path:
        """Write the manifest; returns the folder."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
        hashes = {
            path.relative_to(self.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        }
        self.write("manifest.json", json.dumps({"edition": "2020", "files": hashes}))
        return self.folder

    def copied(self, folder: Path) -> "Edition":
        """A copy that may be damaged."""
        shutil.copytree(self.folder, folder)
        other = object.__new__(Edition)
        other.folder = folder
        return other


def packed(specs: dict) -> str:
    """Specifications as a page carries them."""
    return base64.b64encode(gzip.compress(json.dumps(specs).encode(), mtime=0)).decode()


def pdf(
    text: str = "Der Anteil betrug 9,2 %.",
    *,
    drawn: str = "BT /F1 11 Tf 50 700 Td ({text}) Tj ET",
    catalog: str = "",
    page: str = "",
    info: str = "/Author(Industriemonitor)/CreationDate(D:20261123000000Z)",
    objects: tuple[str, ...] = (),
    tail: str = "",
) -> bytes:
    """A PDF of one page, written by hand; further objects have the numbers 7, 8 and so on."""
    content = drawn.replace("{text}", text)
    bodies = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R" + page + ">>",
        f"<</Length {len(content.encode('latin-1'))}>>\nstream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        f"<<{info}>>",
        *objects,
    ]
    written, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(written))
        written += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    entries = "".join(f"{place:010d} 00000 n \n" for place in places)
    table = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{entries}"
    trailer = f"trailer\n<</Size {len(places) + 1}/Root 1 0 R/Info 6 0 R>>\nstartxref\n{len(written)}\n%%EOF\n"
    return written + (table + trailer + tail).encode("latin-1")
