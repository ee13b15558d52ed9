"""Where a download goes while it is not whole: a hidden file that can be continued, or memory for small answers."""

import gzip
import io
import json
import zlib
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, Protocol

from analysis.errors import StudyError


class Sink(Protocol):
    """What the transport writes to. `validator` is what the server called this version, empty if it cannot continue."""

    size: int
    validator: str

    def restart(self, url: str, headers: Mapping[str, str]) -> None: ...

    def opened(self) -> AbstractContextManager[BinaryIO]: ...


class Memory:
    """For answers that are read at once and never kept."""

    validator = ""

    def __init__(self) -> None:
        self._buffer = io.BytesIO()

    @property
    def size(self) -> int:
        return len(self._buffer.getbuffer())

    @property
    def content(self) -> bytes:
        """All bytes."""
        return self._buffer.getvalue()

    def restart(self, url: str, headers: Mapping[str, str]) -> None:
        """Forget what came before."""
        self._buffer = io.BytesIO()

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """To be written to."""
        return nullcontext(self._buffer)


class PartialFile:
    """`.<name>.part` beside the file it will become, and `.<name>.part.json` that says which version it is a part of.

    What is found of an earlier call is continued only if the same address gave it and the server named its version.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f".{name}.part"
        self._note = folder / f".{name}.part.json"
        self._about = self._read_note()

    def _read_note(self) -> dict[str, str]:
        try:
            return json.loads(self._note.read_text(encoding="utf-8")) if self.path.is_file() else {}
        except (OSError, ValueError):
            return {}

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return self.path.stat().st_size if self.path.is_file() else 0

    @property
    def validator(self) -> str:
        """A strong ETag or the date of last change."""
        return self._about.get("validator", "")

    def belongs_to(self, url: str) -> bool:
        """Whether it is a part of what this address gives."""
        return bool(self.validator) and self._about.get("url") == url

    def restart(self, url: str, headers: Mapping[str, str]) -> None:
        """Begin anew, with what the server says of this version."""
        etag = headers.get("ETag", "")
        self._about = {
            "url": url,
            "validator": headers.get("Last-Modified", "") if etag.startswith("W/") or not etag else etag,
            "encoding": headers.get("Content-Encoding", "identity").lower(),
        }
        self.path.write_bytes(b"")
        self._note.write_text(json.dumps(self._about), encoding="utf-8")

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """To be written to, at its end."""
        return self.path.open("ab")

    def remove(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        self._about = {}

    def unpack(self, limit: int) -> None:
        """Undo the encoding the server chose for the way. Raises StudyError for a broken or too large one."""
        if self._about.get("encoding") not in ("gzip", "x-gzip"):
            return
        plain = self.path.with_suffix(".plain")
        try:
            with gzip.open(self.path) as packed, plain.open("wb") as file:
                while chunk := packed.read(1 << 16):
                    file.write(chunk)
                    if file.tell() > limit:
                        raise StudyError(f"The answer unpacks to more than {limit:,} bytes", where=self.path.name)
            plain.replace(self.path)
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise StudyError(f"The answer is packed and broken: {error}", where=self.path.name) from error
        finally:
            plain.unlink(missing_ok=True)
