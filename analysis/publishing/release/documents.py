"""A PDF: what its pages say, and what lies in the file beside them: properties, texts read aloud, attachments, code."""

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from analysis.publishing.release.numbers import Released
from analysis.publishing.release.objections import Objection, shortened
from analysis.publishing.release.pdf_text import STRING, Reader, lines, text_string, unescaped
from analysis.publishing.release.traces import traces

STREAM = re.compile(rb"(<<(?:(?!endobj).){0,4000}?>>)\s*stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
NAME_ESCAPE = re.compile(rb"(?<=[/\w])#([0-9A-Fa-f]{2})")
TEXT = re.compile(rb"/(\w+)\s*(?:(" + STRING + rb")|<([0-9A-Fa-f\s]+)>)", re.DOTALL)
# What a report has no use for, by the names the format gives it.
UNWANTED = {
    "JavaScript": "code that runs when it is opened",
    "JS": "code that runs when it is opened",
    "OpenAction": "an action that runs when it is opened",
    "AA": "an action that runs by itself",
    "Launch": "an action that starts a program",
    "SubmitForm": "a form that sends data",
    "EmbeddedFile": "an attachment",
    "EmbeddedFiles": "an attachment",
    "Filespec": "an attachment",
    "OCProperties": "layers that can be hidden",
    "AcroForm": "a form",
    "XFA": "a form",
    "PieceInfo": "data private to a program",
    "Thumb": "a small picture of an earlier state",
    "RichMedia": "a film or a sound",
    "Encrypt": "encryption, behind which nothing can be checked",
}
NOTES = ("Text", "FreeText", "Popup", "Stamp", "Highlight", "Underline", "StrikeOut", "Caret", "Ink", "FileAttachment",
         "Redact", "Screen", "Widget", "Watermark")  # fmt: skip
UNWANTED_NAME = re.compile(b"/(" + "|".join(UNWANTED).encode() + rb")\b")
NOTE = re.compile(b"/Subtype\\s*/(" + "|".join(NOTES).encode() + rb")\b")
PROPERTIES = {"/Title", "/Author", "/Subject", "/Keywords", "/Creator", "/Producer", "/CreationDate", "/ModDate"}
XMP_AUTHOR = re.compile(r"<dc:creator>.*?<rdf:li[^>]*>(.*?)</rdf:li>", re.DOTALL)


class Document:
    """A PDF file of an edition by `publisher`."""

    def __init__(self, name: str, content: bytes, released: Released, publisher: str) -> None:
        self.name, self.content, self.released, self.publisher = name, content, released, publisher

    def objections(self) -> Iterator[Objection]:
        """What the file holds beyond what its pages are meant to say."""
        objects, metadata = self._objects()
        yield from self._unwanted(objects)
        yield from self._texts(objects)
        if self.content.count(b"%%EOF") > 1:
            yield self._objection("file", "it keeps an earlier state of itself", "Write it anew.")
        try:
            reader = PdfReader(BytesIO(self.content))
            yield from self._properties(reader, metadata)
            yield from self._pages(reader)
        except (PyPdfError, ValueError, KeyError, OSError) as error:
            yield self._objection("file", f"it cannot be read: {error}", "Render the report again.")

    def _objection(self, place: str, what: str, cure: str) -> Objection:
        return Objection(self.name, place, what, cure)

    def _objects(self) -> tuple[bytes, str]:
        """Everything but drawings, pictures and typefaces, packed or not, referred to or not; and the XMP metadata."""
        packed, metadata = [], ""
        for head, body in STREAM.findall(self.content):
            if b"/ObjStm" in head:
                packed.append(_inflated(body))
            elif b"/Metadata" in head:
                metadata += (_inflated(body) if b"/FlateDecode" in head else body).decode("utf-8", "replace")
        bare = STREAM.sub(rb"\1", self.content)
        objects = b"\n".join([bare, *packed])
        return NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), objects), metadata

    def _unwanted(self, objects: bytes) -> Iterator[Objection]:
        for name in sorted({match.decode() for match in UNWANTED_NAME.findall(objects)}):
            yield self._objection(f"/{name}", f"it has {UNWANTED[name]}", "Render the report again.")
        for name in sorted({match.decode() for match in NOTE.findall(objects)}):
            yield self._objection(f"/{name}", "it has a note or form field on a page", "Remove it.")

    def _texts(self, objects: bytes) -> Iterator[Objection]:
        """Texts beside the pages: read aloud in place of a picture, behind a link, names of places in the document."""
        for key, string, hexed in TEXT.findall(objects):
            if key in (b"ID", b"CreationDate", b"ModDate"):
                continue
            raw = unescaped(string[1:-1]) if string else _hexed(hexed)
            text = text_string(raw)
            place = f"/{key.decode()}"
            for found in self.released.too_fine(text):
                yield self._objection(place, f"'{found.text}': {found.reason}", "Print the released digits.")
            yield from traces(text, self.name, place)

    def _properties(self, reader: PdfReader, metadata: str) -> Iterator[Objection]:
        found = dict(reader.metadata or {})
        for key in sorted(set(found) - PROPERTIES):
            yield self._objection(f"property {key}", f"'{shortened(str(found[key]))}' is not declared", "Remove it.")
        authors = {str(found["/Author"])} if found.get("/Author") else set()
        for author in sorted((authors | set(XMP_AUTHOR.findall(metadata))) - {self.publisher}):
            yield self._objection(
                "property /Author", f"'{shortened(author)}' is not the edition's publisher", "Name the publisher."
            )  # fmt: skip
        stamps = "\n".join(str(found.get(key, "")) for key in ("/CreationDate", "/ModDate"))
        yield from traces(f"{stamps}\n{metadata}", self.name, "properties")

    def _pages(self, reader: PdfReader) -> Iterator[Objection]:
        words = Reader()
        for number, page in enumerate(reader.pages, 1):
            runs = words.page(page)
            for run in runs:
                if run.unseen:
                    what = f"'{shortened(run.text)}' is hidden: {run.unseen}"
                    yield self._objection(f"page {number}", what, "Remove it from the report.")
            text = lines(runs)
            for found in self.released.too_fine(text):
                yield self._objection(f"page {number}", f"'{found.text}': {found.reason}", "Print the released digits.")
            yield from traces(text, self.name, f"page {number}")
        for font in sorted(words.unreadable):
            yield self._objection(
                f"font {font}", "its letters cannot be read back", "Embed it with a table of letters."
            )


def _hexed(text: bytes) -> bytes:
    """The bytes of a hexadecimal string; a missing last digit is nought."""
    digits = b"".join(text.split()).decode()
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body)
    except zlib.error:
        return b""
