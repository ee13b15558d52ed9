"""From the bytes a person downloaded to the bytes of one table: unpacked, decoded, and refused where they are none.

Everything that can be wrong before a layout matters is found here: an empty or cut file, a page or a message in place
of a table, an archive that holds something else than one table or unpacks to more than a table can be.
"""

import gzip
import io
import json
import re
import zipfile
import zlib
from dataclasses import dataclass

from analysis.errors import StudyError
from analysis.sources.originals import Original

LIMIT_BYTES = 4_000_000_000  # the largest table that is unpacked
LARGEST_RATIO = 1_000  # a table packs to a fiftieth; a thousandth is a trap
_DOWNLOAD = "Download it again."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Text:
    """A decoded text file: name (of the member, if it was packed), text without byte order mark, encoding found."""

    name: str
    text: str
    encoding: str


def unpacked(original: Original) -> Original:
    """The one file in a ZIP or gzip, or the file itself; workbooks are no archives.

    Raises StudyError for an empty, cut or broken file, an archive of several files, names that leave the folder, and
    contents more than a thousandfold the size of the archive.
    """
    if not original.head(1_000_000).strip(b"\x00\t\r\n "):
        raise StudyError("The file is empty", where=original.name, next_step=_DOWNLOAD)
    if original.head(2) == b"\x1f\x8b":
        return Original(original.name.removesuffix(".gz"), _gunzipped(original))
    if original.head(2) == b"PK" and not is_workbook(original):
        return _member(original)
    return original


def is_workbook(original: Original) -> bool:
    """Whether the bytes are an XLSX (a ZIP with the parts of a workbook) or an old XLS."""
    if original.head(8) == _OLE:
        return True
    return original.head(2) == b"PK" and any(name.startswith("xl/") for name in _names(original))


def _names(original: Original) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(original.content)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise StudyError(f"The archive is broken: {error}", where=original.name, next_step=_DOWNLOAD) from error


def _member(original: Original) -> Original:
    names = [name for name in _names(original) if not name.endswith("/")]
    if wrong := [name for name in names if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)]:
        raise StudyError(f"The archive names a file outside its folder: {wrong[0]!r}", where=original.name)
    if len(names) != 1:
        raise StudyError(
            f"The ZIP holds {len(names)} files instead of one table: {', '.join(names[:5])}",
            where=original.name,
            next_step="Unpack it and give the table.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(original.content)) as archive, archive.open(names[0]) as stream:
            content = _read_limited(stream, len(original.content), original.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise StudyError(f"The archive is broken: {error}", where=original.name, next_step=_DOWNLOAD) from error
    return Original(names[0], content)


def _gunzipped(original: Original) -> bytes:
    try:
        with gzip.open(io.BytesIO(original.content)) as stream:
            return _read_limited(stream, len(original.content), original.name)
    except (OSError, EOFError, zlib.error) as error:
        raise StudyError(f"The archive is broken: {error}", where=original.name, next_step=_DOWNLOAD) from error


def _read_limited(stream: io.BufferedIOBase, packed: int, name: str) -> bytes:
    """The stream's bytes, not believing the size it declares."""
    limit = min(LIMIT_BYTES, max(packed * LARGEST_RATIO, 1_000_000))
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise StudyError(
            f"The archive of {packed:,} bytes unpacks to more than {limit:,}",
            where=name,
            next_step="That is no official table; look at where it came from.",
        )
    return content


def decoded(original: Original) -> Text:
    """The text of a file: UTF-8, with or without mark, UTF-16 with mark, else Windows' cp1252, which "€" and "–" need.

    Raises StudyError for bytes that no text holds (NUL), a page, a message, and what cp1252 does not know.
    """
    content = original.content
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _checked(original, content.decode("utf-16"), "utf-16")
    if found := _FORBIDDEN.search(content):
        line = content.count(b"\n", 0, found.start()) + 1
        raise StudyError(
            f"Line {line} holds the byte {found[0][0]:#04x}, which no text has",
            where=original.name,
            next_step=f"The file is damaged or no text. {_DOWNLOAD}",
        )
    try:
        return _checked(original, content.decode("utf-8-sig"), "utf-8")
    except UnicodeDecodeError as error:
        return _checked(original, _windows(original, error), "cp1252")


def _windows(original: Original, first: UnicodeDecodeError) -> str:
    try:
        text = original.content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = original.content.count(b"\n", 0, error.start) + 1
        raise StudyError(
            f"Line {line} is neither UTF-8 nor cp1252 (byte {original.content[error.start]:#04x})",
            where=original.name,
            next_step="Save the table as UTF-8.",
        ) from error
    # UTF-8 with one broken letter would turn every umlaut into two signs if it were read as cp1252.
    if len(re.findall("Ã[\x80-\xbf\u0178\u0153\u017e\u2013-\u203a]|â€", text)) > 1:
        line = original.content.count(b"\n", 0, first.start) + 1
        raise StudyError(
            f"Line {line} breaks the encoding UTF-8 of the rest of the file",
            where=original.name,
            next_step=_DOWNLOAD,
        ) from first
    return text


def _checked(original: Original, text: str, encoding: str) -> Text:
    """Refuse what servers send in place of a table."""
    start = text[:4000].lstrip().lower()
    if start.startswith(("<!doctype", "<html", "<head", "<?xml", "<body")):
        title = re.search(r"<title>\s*(.*?)\s*</title>", text[:20000], re.IGNORECASE | re.DOTALL)
        said = f" titled {title[1][:80]!r}" if title else ""
        raise StudyError(
            f"The file is a web page{said}, no table",
            where=original.name,
            next_step="The download failed: log in, or ask for the table as CSV.",
        )
    if start.startswith("{") and (message := _message(text)):
        raise StudyError(
            f"The file is a message of the interface, no table: {message}",
            where=original.name,
            next_step="Mend the request and download it again.",
        )
    return Text(original.name, text, encoding)


def _message(text: str) -> str:
    """What a JSON answer says went wrong; empty for JSON data."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        return f"unfinished JSON ({error})"
    if not isinstance(answer, dict):
        return ""
    status = answer.get("Status", answer.get("status", answer.get("error")))
    said = status.get("Content", status.get("label", "")) if isinstance(status, dict) else status
    known = {"version", "class", "dataset", "id", "dimension", "value"} & set(answer)
    return "" if known else str(said or next(iter(answer.items()), "an empty answer"))[:200]
