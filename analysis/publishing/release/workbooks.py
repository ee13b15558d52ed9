"""A workbook: declared sheets and columns, everything in sight, cells that hold no more digits than they show."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from io import BytesIO

from analysis.publishing.release.numbers import Released, decimals_of
from analysis.publishing.release.objections import Objection, shortened
from analysis.publishing.release.traces import traces

PARTS = re.compile(
    r"\[Content_Types\]\.xml|(?:xl/|xl/worksheets/)?_rels/[\w.]*\.rels|docProps/(?:app|core)\.xml"
    r"|xl/(?:workbook|styles|sharedStrings|theme/theme\d+|worksheets/sheet\d+|tables/table\d+)\.xml"
)
FURTHER = {
    "omments": "comments",
    "person": "names of persons",
    "externalLink": "links to other files",
    "pivot": "a pivot table or its cache",
    "printerSettings": "a printer's settings",
    "vbaProject": "macros",
    "customXml": "data private to a program",
    "custom.xml": "further properties",
    "drawing": "drawings",
    "media": "pictures",
    "embeddings": "embedded files",
    "connections": "connections to data",
    "queryTable": "connections to data",
    "calcChain": "an order of calculation",
    "revisions": "earlier states",
}
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
SHEET, NAMED = re.compile(r"<sheet\b[^>]*>"), re.compile(r"<definedName\b[^>]*\bname=\"([^\"]*)\"")
CELL, VALUE = re.compile(r"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL), re.compile(r"<v>(.*?)</v>", re.DOTALL)
TEXT, WORDS = re.compile(r"<si>(.*?)</si>", re.DOTALL), re.compile(r"<t\b[^>]*>(.*?)</t>", re.DOTALL)
HIDDEN = re.compile(r'<(row|col)\b[^>]*?\s(?:hidden="(?:1|true)"|width="0(?:\.0+)?"|ht="0(?:\.0+)?")[^>]*>')
BUILT_IN = {0: None, 1: 0, 2: 2, 3: 0, 4: 2, 9: 0, 10: 2, 49: None}  # number formats every program has; None: General
GENERAL = 11  # digits that the format General shows
PROPERTY = re.compile(r"<((?:dc|cp|dcterms):(?!coreProperties)\w+|Manager|Company)\b[^>]*>(.*?)</\1>", re.DOTALL)
PERSONS = ("dc:creator", "cp:lastModifiedBy", "Manager", "Company")
WRITTEN_BY = ("_xlnm._FilterDatabase", "_xlnm.Print_Titles")  # names that a filter and repeated heads bring along
OF_FACTS = ("value", "low", "high")
SHOWN = 3  # cells named for a column
ROUND = "Round it as it is printed."
DECLARE = "Leave it out, or declare it in publishing/release/declared.toml."

Cell = tuple[dict[str, str], str]


class Workbook:
    """An XLSX file of an edition by `publisher`, with the sheets declared for it (sheet -> heads)."""

    def __init__(
        self, name: str, content: bytes, released: Released, publisher: str, sheets: dict[str, list[str]]
    ) -> None:
        self.name, self.released, self.publisher, self.sheets = name, released, publisher, sheets
        with zipfile.ZipFile(BytesIO(content)) as archive:
            self.parts = {part: archive.read(part).decode("utf-8", "replace") for part in archive.namelist()}
            self.remark = archive.comment.decode("latin-1")
        strings = TEXT.findall(self._part("xl/sharedStrings.xml"))
        self.texts = ["".join(map(unescape, WORDS.findall(text))) for text in strings]
        self.formats = _formats(self._part("xl/styles.xml"))

    def _part(self, name: str) -> str:
        return self.parts.get(name, "")

    def _objection(self, place: str, what: str, cure: str) -> Objection:
        return Objection(self.name, place, what, cure)

    def objections(self) -> Iterator[Objection]:
        """What the workbook holds beyond what it shows."""
        for part in sorted(self.parts):
            if not PARTS.fullmatch(part):
                meaning = next((said for name, said in FURTHER.items() if name in part), "an undeclared part")
                yield self._objection(part, f"it holds {meaning}", "Write the workbook with xlsxwriter alone.")
            elif 'TargetMode="External"' in self.parts[part]:
                yield self._objection(part, "it points to another file or host", "Write texts, not links.")
        if self.remark:
            yield self._objection("archive", f"it has the remark '{shortened(self.remark)}'", "Remove it.")
        yield from self._properties()
        yield from self._sheets()
        yield from traces("\n".join([*self.texts, self._part("docProps/app.xml")]), self.name, "texts")

    def _properties(self) -> Iterator[Objection]:
        found = dict(PROPERTY.findall(self._part("docProps/core.xml") + self._part("docProps/app.xml")))
        for key in PERSONS:
            value = unescape(found.get(key, ""))
            if value and value != self.publisher:
                what = f"'{shortened(value)}' is not the edition's publisher"
                yield self._objection(f"property {key}", what, "Name the publisher.")
        for key, value in found.items():
            if key.startswith("dcterms:") and "T00:00:00" not in value:
                yield self._objection(f"property {key}", f"{value} is a clock time", "Give the edition's date.")

    def _sheets(self) -> Iterator[Objection]:
        book = self._part("xl/workbook.xml")
        for name in NAMED.findall(book):
            if name not in WRITTEN_BY:
                yield self._objection(f"name '{name}'", "a defined name is seen on no sheet", "Remove it.")
        for number, sheet in enumerate(SHEET.findall(book), 1):
            attributes = dict(ATTRIBUTE.findall(sheet))
            name = unescape(attributes.get("name", ""))
            if attributes.get("state", "visible") != "visible":
                yield self._objection(f"sheet '{name}'", "the sheet is hidden", "Remove it.")
            if name not in self.sheets:
                yield self._objection(f"sheet '{name}'", "the sheet is not declared", DECLARE)
            yield from self._sheet(name, self._part(f"xl/worksheets/sheet{number}.xml"))

    def _sheet(self, name: str, sheet: str) -> Iterator[Objection]:
        for hidden in HIDDEN.finditer(sheet):
            place = dict(ATTRIBUTE.findall(hidden.group()))
            which = f"{hidden[1]} {place.get('r') or place.get('min', '')}"
            yield self._objection(f"sheet '{name}', {which}", "it is hidden", "Remove it or show it.")
        if "<f>" in sheet or "<f " in sheet:
            yield self._objection(f"sheet '{name}'", "a cell has a formula", "Write its value.")
        first, *rows = [
            [(dict(ATTRIBUTE.findall(attributes)), content) for attributes, content in CELL.findall(row)]
            for row in sheet.split("<row ")[1:]
        ] or [[]]
        heads = [self._text(cell) for cell in first]
        for head in heads:
            if name in self.sheets and head not in self.sheets[name]:
                yield self._objection(f"sheet '{name}', column '{head}'", "the column is not declared", DECLARE)
        yield from self._cells(name, heads, rows)

    def _cells(self, name: str, heads: list[str], rows: list[list[Cell]]) -> Iterator[Objection]:
        """Cells that hold more than they show; of each column, the first few."""
        told = dict.fromkeys(heads, 0)
        for cells in rows:
            limit = self._limit(heads, cells)
            for cell, head in zip(cells, heads, strict=False):
                what = self._beyond(cell, limit if head in OF_FACTS else None) if told[head] < SHOWN else ""
                if what:
                    told[head] += 1
                    yield self._objection(f"{name}!{cell[0].get('r', '?')}, column '{head}'", what, ROUND)
            if len(cells) > len(heads):
                place = f"{name}!{cells[-1][0].get('r', '?')}"
                yield self._objection(place, "the cell stands outside the table", "Remove it.")

    def _text(self, cell: Cell) -> str:
        attributes, content = cell
        found = VALUE.search(content)
        if attributes.get("t") == "s" and found:
            return self.texts[int(found[1])]
        return "".join(map(unescape, WORDS.findall(content)))

    def _limit(self, heads: list[str], cells: list[Cell]) -> int | None:
        """The digits of the fact that a row tells; None where it tells none."""
        place = heads.index("id") if "id" in heads else len(cells)
        return self.released.decimals.get(self._text(cells[place])) if place < len(cells) else None

    def _beyond(self, cell: Cell, limit: int | None) -> str:
        """What a cell holds beyond what it shows or may tell; empty if nothing."""
        attributes, content = cell
        found = VALUE.search(content)
        if attributes.get("t", "n") != "n" or not found:
            return ""
        number, style = float(f"{float(found[1]):.15g}"), int(attributes.get("s", 0))  # a spreadsheet keeps 15 digits
        shown = self.formats[style] if style < len(self.formats) else None
        held = decimals_of(number)
        if shown is None and len(f"{abs(number):.15g}".replace(".", "").lstrip("0")) > GENERAL and held:
            return f"it holds {found[1]}, of which {GENERAL} digits are shown"
        if shown is not None and held > shown:
            return f"it holds {found[1]} and shows {shown} decimals"
        return f"it holds {found[1]} where {limit} decimals are released" if limit is not None and held > limit else ""


def _formats(styles: str) -> list[int | None]:
    """Decimals shown by each style of cells; None for the format General."""
    found = re.findall(r'<numFmt\b[^>]*\bnumFmtId="(\d+)"[^>]*\bformatCode="([^"]*)"', styles)
    own = {int(ident): _decimals(unescape(code)) for ident, code in found}
    cells = re.search(r"<cellXfs\b[^>]*>(.*?)</cellXfs>", styles, re.DOTALL)
    kinds = map(int, re.findall(r'<xf\b[^>]*\bnumFmtId="(\d+)"', cells[1]) if cells else [])
    return [own.get(kind, BUILT_IN.get(kind, 0)) for kind in kinds]


def _decimals(code: str) -> int | None:
    """Decimals that a number format shows; of several parts, the first."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.split(";")[0])
    if plain.lower() in ("general", "@", ""):
        return None
    return len(re.sub(r"[^0#?]", "", plain.partition(".")[2])) + 2 * plain.count("%")
