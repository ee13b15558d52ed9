"""Ways in which an edition may hold more than was released, one of each kind, with the file, place and words of the
objection each must meet."""

import zipfile
from collections.abc import Callable

import polars as pl
import pyarrow.parquet as pq

from tests.publishing.edition import CSV, FRAME, OBSERVATIONS, SHARE, SVG, Edition, pdf

PAGE, SHEET, BOOK = "de/duesseldorf.html", "data/charts/duesseldorf/shares.csv", "data/facts.xlsx"
PICTURE, PAPER = "data/charts/duesseldorf/shares.svg", "de/duesseldorf.pdf"
WORKING, SHOWN = "notebooks/duesseldorf/employment.ipynb", "notebooks/duesseldorf/employment.html"
FACTS_FILE, FACTS_TEXT, OBSERVED = "data/facts.parquet", "data/facts.csv", "data/observations.parquet"
UNROUNDED = "48213.4567891"


def in_page(old: str, new: str) -> Callable[[Edition], None]:
    return lambda edition: edition.replace(PAGE, old, new)


def in_spec(change: Callable[[dict], object]) -> Callable[[Edition], None]:
    return lambda edition: edition.page(spec=change)


def in_picture(old: str, new: str) -> Callable[[Edition], None]:
    return lambda edition: edition.replace(PICTURE, old, new)


def on_paper(*arguments: str, **options: object) -> Callable[[Edition], None]:
    return lambda edition: edition.write(PAPER, pdf(*arguments, **options))


def in_book(change: Callable, **options: object) -> Callable[[Edition], None]:
    return lambda edition: edition.workbook(change, **options)


def in_archive(name: str, content: str) -> Callable[[Edition], None]:
    """A part added to the workbook's archive, or put in another's place."""

    def change(edition: Edition) -> None:
        path = edition.folder / BOOK
        parts = zipfile.ZipFile(path)
        kept = {part: parts.read(part) for part in parts.namelist() if part != name}
        with zipfile.ZipFile(path, "w") as archive:
            for part, body in kept.items():
                archive.writestr(part, body)
            archive.writestr(name, content)

    return change


def in_notebook(change: Callable[[dict], object]) -> Callable[[Edition], None]:
    return lambda edition: edition.notebook(change)


def output(data: dict) -> Callable[[Edition], None]:
    return in_notebook(lambda book: book["cells"][0]["outputs"][0].update(data=data))


def observed(**columns: list) -> Callable[[Edition], None]:
    return lambda edition: edition.observations(OBSERVATIONS | columns)


def view(spec: dict) -> dict:
    return spec["layer"][0]


def parquet_with(**metadata: str) -> Callable[[Edition], None]:
    """The facts written by another tool, which puts its own metadata beside them."""

    def change(edition: Edition) -> None:
        table = pl.read_parquet(edition.folder / FACTS_FILE).to_arrow(compat_level=pl.CompatLevel.oldest())
        pq.write_table(table.replace_schema_metadata(metadata), edition.folder / FACTS_FILE, write_statistics=False)

    return change


def drawn_without_ink(edition: Edition) -> None:
    edition.write(PAPER, pdf(drawn="BT /F1 11 Tf 3 Tr 50 700 Td (Geheim) Tj ET"))


LEAKS = {
    # (a) pages
    "text": (in_page("in der Industrie", f"({UNROUNDED}) in der Industrie"), PAGE, "text", UNROUNDED),
    "text in German": (in_page("in der Industrie", "48.213,4567"), PAGE, "text", "48.213,4567"),
    "a fact told too finely": (in_page("in der Industrie", "9,2353 %"), PAGE, "text", "industry_share"),
    "a fact's own link": (in_page(">9,2 %</a>", ">9,24 %</a>"), PAGE, "text", "1 are released"),
    "an unknown fact": (in_page("industry_share.2020", "industry_share.1999"), PAGE, "text", "not among the released"),
    "title": (in_page('title="Beschäftigte, 2020"', f'title="{UNROUNDED}"'), PAGE, "attribute title", UNROUNDED),
    "aria-label": (in_page("<h2>", f'<h2 aria-label="{UNROUNDED}">'), PAGE, "attribute aria-label", UNROUNDED),
    "data attribute": (in_page("<h2>", f'<h2 data-value="{UNROUNDED}">'), PAGE, "attribute data-value", UNROUNDED),
    "comment": (in_page("<h2>", "<!-- 429.514 --><h2>"), PAGE, "comment", "429.514"),
    "hidden by style": (in_page("<h2>", '<p style="display: none">9,2</p><h2>'), PAGE, "hidden <p>", "not seen"),
    "hidden by attribute": (in_page("<h2>", "<p hidden>9,2</p><h2>"), PAGE, "hidden <p>", "not seen"),
    "hidden field": (in_page("<h2>", '<input type="hidden" value="1"><h2>'), PAGE, "hidden <input>", "not seen"),
    "template": (in_page("<h2>", "<template>9,2</template><h2>"), PAGE, "<template>", "not seen"),
    "strange script": (in_page("</body>", "<script>let a=[1]</script></body>"), PAGE, "script", "none of the study's"),
    "remote picture": (in_page("<h2>", '<img src="https://example.org/a.png"><h2>'), PAGE, "resources", "example.org"),
    "remote style": (in_page("p {}", "p {background: url(//example.org/a)}"), PAGE, "resources", "example.org"),
    "a file of another kind": (in_page("<h2>", '<a href="data:text/plain,x">x</a><h2>'), PAGE, "a file", "text/plain"),
    "a path": (in_page("<h2>", "<p>/home/meier/studie.qmd</p><h2>"), PAGE, "line", "a path of a machine"),
    "a column no encoding uses": (
        in_spec(lambda s: [row.update(exact=1) for row in view(s)["data"]["values"]]), PAGE, "chart 'shares'", "exact"),
    "a row that a filter hides": (
        in_spec(lambda s: view(s).update(transform=[{"filter": "datum.value > 10"}])), PAGE, "transform", "hides rows"),
    "digits of a value": (
        in_spec(lambda s: view(s)["data"]["values"][0].update(value=9.235321)), PAGE, "column 'value'", "9.235321"),
    "a row no table prints": (
        in_spec(lambda s: view(s)["data"]["values"].append({"label": "Köln", "value": 8.1})), PAGE, "'value'", "8.1"),
    "an unrounded axis": (
        in_spec(lambda s: view(s)["encoding"]["x"]["scale"].update(domain=[0, 25.4567891])), PAGE, "domain", "25.45"),
    "an unrounded length": (
        in_spec(lambda s: view(s)["encoding"]["x"]["scale"].update(range=[0, 90.3334])), PAGE, "range", "90.3334"),
    "a label": (
        in_spec(lambda s: view(s)["data"]["values"][0].update(label="9,2353 %")), PAGE, "text", "9,2353"),
    "data elsewhere": (
        in_spec(lambda s: view(s).update(data={"url": "https://example.org/a.csv"})), PAGE, "url", "another host"),
    "named data": (in_spec(lambda s: s.update(datasets={"a": [{"b": 1}]})), PAGE, "datasets", "more than is drawn"),
    # (b) drawings, alone and in the page
    "aria-label of a drawing": (in_picture("9,2 %\"", f'{UNROUNDED}"'), PICTURE, "aria-label", UNROUNDED),
    "title of a drawing": (in_picture("<rect", f"<title>{UNROUNDED}</title><rect"), PICTURE, "<title>", UNROUNDED),
    "description of a drawing": (in_picture("<rect", "<desc>9,2353</desc><rect"), PICTURE, "<desc>", "9,2353"),
    "metadata of a drawing": (in_picture("<rect", "<metadata>a</metadata><rect"), PICTURE, "<metadata>", "no part"),
    "comment in a drawing": (in_picture("<rect", "<!-- 9,2 --><rect"), PICTURE, "comment", "not seen"),
    "label beyond its digits": (in_picture(">9,2 %<", ">9,235 %<"), PICTURE, "<text>", "9,235"),
    "text not displayed": (in_picture("<text", '<text display="none"'), PICTURE, "<text>", "hidden"),
    "text in a hidden group": (in_picture("<g ", '<g opacity="0" '), PICTURE, "<text>", "hidden"),
    "text of no size": (in_picture("<text", '<text style="font-size:0"'), PICTURE, "<text>", "hidden"),
    "text outside": (in_picture("translate(10,", "translate(300,"), PICTURE, "<text>", "outside"),
    "text turned out": (
        in_picture("translate(10,12.25)", "translate(10,12) rotate(180)"), PICTURE, "<text>", "outside"),
    "unrounded place": (in_picture("80.25", "80.254"), PICTURE, "width of <rect>", "80.254"),
    "linked picture": (
        in_picture("<rect", '<image href="https://example.org/a.png"/><rect'), PICTURE, "href", "leads out"),
    "script in a drawing": (in_picture("<rect", "<script>a()</script><rect"), PICTURE, "<script>", "no part"),
    "drawing in the page": (
        lambda e: e.page(svg=SVG.replace(">9,2 %<", ">9,235 %<")), PAGE, "drawing in line", "9,235"),
    # (c) paper
    "printed number": (on_paper(f"Anteil {UNROUNDED}"), PAPER, "page 1", UNROUNDED),
    "author": (on_paper(info="/Author(Erika Meier)"), PAPER, "property /Author", "Erika Meier"),
    "time": (on_paper(info="/CreationDate(D:20261123142233Z)"), PAPER, "properties", "a clock time"),
    "further property": (on_paper(info="/Machine(pc17)"), PAPER, "property /Machine", "pc17"),
    "attachment": (
        on_paper(catalog="/Names<</EmbeddedFiles<</Names[(a)7 0 R]>>>>", objects=("<</Type/Filespec/F(a)>>",)),
        PAPER, "/EmbeddedFiles", "an attachment"),
    "code": (on_paper(catalog="/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), PAPER, "/JavaScript", "code"),
    "code by another spelling": (on_paper(catalog="/OpenAction<</S/J#61vaScript>>"), PAPER, "/JavaScript", "code"),
    "layer": (on_paper(catalog="/OCProperties<</OCGs[]>>"), PAPER, "/OCProperties", "layers"),
    "note": (on_paper(page="/Annots[<</Type/Annot/Subtype/Text/Contents(Entwurf)>>]"), PAPER, "/Text", "a note"),
    "read aloud": (on_paper(objects=(f"<</S/Figure/Alt({UNROUNDED})>>",)), PAPER, "/Alt", UNROUNDED),
    "read aloud in hexadecimal": (
        on_paper(objects=(f"<</S/Figure/Alt<FEFF{UNROUNDED.encode('utf-16-be').hex()}>>>",)), PAPER, "/Alt", UNROUNDED),
    "without ink": (drawn_without_ink, PAPER, "page 1", "without ink"),
    "of no size": (on_paper(drawn="BT /F1 0 Tf 50 700 Td (x) Tj ET"), PAPER, "page 1", "no size"),
    "outside the page": (on_paper(drawn="BT /F1 9 Tf 50 1700 Td (x) Tj ET"), PAPER, "page 1", "outside the page"),
    "moved outside": (on_paper(drawn="q 1 0 0 1 0 900 cm BT /F1 9 Tf 5 5 Td (x) Tj ET Q"), PAPER, "page 1", "outside"),
    "earlier state": (on_paper(tail="%%EOF\n"), PAPER, "file", "earlier state"),
    "no document": (lambda e: e.write(PAPER, b"%PDF-1.7 cut off"), PAPER, "file", "cannot be read"),
    # (d) CSV
    "a column of a figure": (
        lambda e: (e.write(SHEET, "Gebiet,Anteil in Prozent,exakt\nA,9.2,1\n"),
                   e.page(csv="Gebiet,Anteil in Prozent,exakt\nA,9.2,1\n")), PAGE, "column 'exakt'", "printed table"),
    "digits of a figure": (
        lambda e: (e.write(SHEET, CSV.replace("9.2", "9.24")), e.page(csv=CSV.replace("9.2", "9.24"))),
        PAGE, "line 2, column 'Anteil in Prozent'", "9.24"),
    "rows of a figure": (
        lambda e: (e.write(SHEET, CSV + "Köln,8.1\n"), e.page(csv=CSV + "Köln,8.1\n")), PAGE, "rows", "3 rows"),
    "another file in the page": (lambda e: e.page(csv=CSV.replace("9.2", "9.1")), PAGE, "file", "no such file"),
    "an unrounded cell": (lambda e: e.replace(SHEET, "9.2", "9.235321"), SHEET, "line 2", "9.235321"),
    "a formula": (lambda e: e.replace(SHEET, "Deutschland", "=1+1"), SHEET, "line 3", "formula"),
    "a column of the facts": (
        lambda e: e.replace(FACTS_TEXT, "id,region", "id,secret"), FACTS_TEXT, "column 'secret'", "not declared"),
    "a row of the facts": (
        lambda e: e.replace(FACTS_TEXT, "duesseldorf.employees.2020", "duesseldorf.employees.1999"),
        FACTS_TEXT, "line", "no fact"),
    "a value of the facts": (lambda e: e.replace(FACTS_TEXT, str(SHARE), "9.3"), FACTS_TEXT, "'value'", "9.3"),
    # (e) workbooks
    "hidden sheet": (in_book(lambda b, s: b.add_worksheet("Fakten2").hide()), BOOK, "sheet 'Fakten2'", "hidden"),
    "further sheet": (in_book(lambda b, s: b.add_worksheet("Rohdaten")), BOOK, "sheet 'Rohdaten'", "not declared"),
    "hidden row": (in_book(lambda b, s: s.set_row(2, None, None, {"hidden": True})), BOOK, "row 3", "hidden"),
    "hidden column": (in_book(lambda b, s: s.set_column(2, 2, None, None, {"hidden": True})), BOOK, "col 3", "hidden"),
    "further column": (in_book(lambda b, s: s.write(0, 12, "exakt")), BOOK, "column 'exakt'", "not declared"),
    "cell beside the table": (in_book(lambda b, s: s.write(2, 14, 7)), BOOK, "Fakten!O3", "outside the table"),
    "comment on a cell": (in_book(lambda b, s: s.write_comment("A2", "geheim")), BOOK, "xl/comments", "comments"),
    "defined name": (in_book(lambda b, s: b.define_name("Geheim", "=48213")), BOOK, "name 'Geheim'", "no sheet"),
    "formula in a cell": (in_book(lambda b, s: s.write_formula(2, 5, "=1+1")), BOOK, "sheet 'Fakten'", "formula"),
    "link": (in_book(lambda b, s: s.write_url(2, 4, "https://example.org")), BOOK, "sheet1.xml.rels", "another file"),
    "more than shown": (
        in_book(lambda b, s: s.write(2, 5, 9.235321, b.add_format({"num_format": "0.0"}))),
        BOOK, "Fakten!F3", "shows 1"),
    "more than released": (in_book(lambda b, s: s.write(2, 5, 9.24)), BOOK, "Fakten!F3", "1 decimals are released"),
    "person": (in_book(lambda b, s: None, author="Erika Meier"), BOOK, "dc:creator", "Erika Meier"),
    "pivot table": (in_archive("xl/pivotCache/pivotCacheRecords1.xml", "<a/>"), BOOK, "xl/pivotCache", "pivot"),
    "external book": (in_archive("xl/externalLinks/externalLink1.xml", "<a/>"), BOOK, "externalLink1", "links"),
    "printer": (in_archive("xl/printerSettings/printerSettings1.bin", "pc17"), BOOK, "printerSettings1", "printer"),
    "time of the workbook": (
        in_archive("docProps/core.xml", "<dcterms:created xsi:type='a'>2026-11-23T14:22:33Z</dcterms:created>"),
        BOOK, "dcterms:created", "clock time"),
    # (f) Parquet
    "a column of the figures": (observed(exact=[1.5, None]), OBSERVED, "column 'exact'", "not declared"),
    "a column of another type": (observed(flag=[1, 2]), OBSERVED, "column 'flag'", "declared is String"),
    "a secret value": (observed(value=[429514.0, 48213.0]), OBSERVED, "row 2, column 'value'", "suppressed"),
    "an unrounded figure": (observed(value=[217.41000000000003, None]), OBSERVED, "row 1", "2 decimals"),
    "a path in a cell": (observed(flag=["", "/home/meier/a.csv"]), OBSERVED, "column 'flag'", "a path"),
    "statistics": (lambda e: e.observations(OBSERVATIONS, statistics=True), OBSERVED, "statistics", "extremes"),
    "pandas' schema": (parquet_with(pandas="{}"), FACTS_FILE, "metadata 'pandas'", "{}"),
    # (g) notebooks
    "number of no fact": (output({"text/plain": "mean 25.226608"}), WORKING, "cell 1", "25.226608"),
    "secret cell shown": (
        output({"text/html": FRAME.replace("<td>null</td>", "<td>48213.0</td>")}), WORKING, "cell 1", "'suppressed'"),
    "secret cell on the page": (
        lambda e: e.replace(SHOWN, "<td>null</td>", "<td>48213.0</td>"), SHOWN, "table", "'suppressed'"),
    "another representation": (output({"application/json": {"a": 1}}), WORKING, "cell 1", "application/json"),
    "traceback": (
        in_notebook(lambda b: b["cells"][0]["outputs"].append({"output_type": "error", "evalue": "KeyError"})),
        WORKING, "cell 1", "a stored error"),
    "path in an output": (output({"text/plain": "/home/meier/x"}), WORKING, "line", "a path"),
    "time of a run": (output({"text/plain": "2026-11-23 14:22:33"}), WORKING, "line", "a clock time"),
    "times of execution": (
        in_notebook(lambda b: b["cells"][0]["metadata"].update(execution={"iopub.execute_input": "x"})),
        WORKING, "cell 1", "execution"),
    "papermill's metadata": (
        in_notebook(lambda b: b["metadata"].update(papermill={})), WORKING, "metadata", "declared"),
    # (h) the folder
    "undeclared file": (lambda e: e.write("data/raw.json", "{}"), "data/raw.json", "file", "nothing declares"),
    "left behind": (lambda e: e.write("de/.DS_Store", "x"), "de/.DS_Store", "file", "nothing declares"),
    "no page": (lambda e: e.write("index.html", b"\xff\xfe\x00"), "index.html", "file", "cannot be read"),
}  # fmt: skip
