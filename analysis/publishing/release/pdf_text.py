"""The words of a PDF page in the order they are drawn, each with its place and whether one sees it.

Reads no more of the drawing language than that needs: states, matrices, fonts and strings. pypdf's own extraction lays
the words out as lines and takes a hundred times as long.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf.generic import DictionaryObject

STRING = rb"\((?:\\.|[^\\()]|\((?:\\.|[^\\()])*\))*\)"
# Begins with one of a few letters, so that the outlines of maps are passed over quickly; `_drawn` looks before them.
STEP = re.compile(
    rb"BT(?=[\s/(<\[])((?:" + STRING + rb"|[^(])*?)\bET\b|(q|Q|cm)(?=[\s/\[(<]|$)|/([^\s/<>\[\]()]+)\s+Do\b", re.DOTALL
)
SHOWN = re.compile(
    rb"(" + STRING + rb")|<([0-9A-Fa-f\s]*)>|/([^\s/<>\[\]()]+)\s+([\d.]+)\s+Tf\b|\b(\d)\s+Tr\b"
    rb"|((?:-?[\d.]+\s+){6})Tm\b|((?:-?[\d.]+\s+){2})T[dD]\b|(/ActualText)\s*(?=[<(])",
    re.DOTALL,
)  # fmt: skip
NUMBERS = re.compile(rb"-?\d*\.?\d+")
ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
ESCAPES = {b"%o" % code: bytes([code]) for code in range(256)} | {b"%03o" % code: bytes([code]) for code in range(256)}
ESCAPES |= {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r\n": b""}
SECTION = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
CUT_ESCAPE = re.compile(rb"\\[0-7]{1,2}\)\Z")  # a short one at a string's end would take in the next string's figures
UNSEEN_MODES = (3, 7)

Matrix = tuple[float, ...]
PLAIN: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass
class Words:
    """A run of words where it is drawn. `unseen` says why nobody sees it; empty if one does."""

    text: str
    at: Matrix
    size: float
    unseen: str = ""


@dataclass
class Reader:
    """Reads the pages of one document; fonts are read once. `unreadable` names fonts whose letters are unknown."""

    unreadable: set[str] = field(default_factory=set)
    _fonts: dict[int, dict[int, str] | None] = field(default_factory=dict)
    _blocks: dict[tuple[bytes, int], tuple[str, float, int, Matrix]] = field(default_factory=dict)

    def page(self, page: Any) -> list[Words]:
        """All words a page draws, forms included."""
        contents = page.get_contents()
        frame = tuple(map(float, page.mediabox))
        return list(self._drawn(contents.get_data(), page.get("/Resources"), frame)) if contents is not None else []

    def _drawn(self, content: bytes, resources: Any, frame: Matrix, depth: int = 0) -> Iterator[Words]:
        resources = _solved(resources) or DictionaryObject()
        fonts, forms = (_solved(resources.get(name)) or {} for name in ("/Font", "/XObject"))
        matrix, saved = PLAIN, []
        for step in STEP.finditer(content):
            block, state, form = step.groups()
            if form is None and content[step.start() - 1 : step.start()].isalnum():
                continue
            if state == b"q":
                saved.append(matrix)
            elif state == b"Q":
                matrix = saved.pop() if saved else PLAIN
            elif state == b"cm":
                matrix = product(matrix, _numbers(content[max(0, step.start() - 90) : step.start()]))
            elif form is not None:
                yield from self._form(forms, f"/{form.decode('latin-1')}", depth)
            elif block:
                yield from self._block(block, fonts, matrix, frame)

    def _form(self, forms: Any, name: str, depth: int) -> Iterator[Words]:
        """Words of a drawing set into the page, inside the box it is cut to."""
        form = _solved(forms.get(name))
        if form is not None and form.get("/Subtype") == "/Form" and depth < 9:
            frame = tuple(map(float, form["/BBox"]))
            yield from self._drawn(form.get_data(), form.get("/Resources"), frame, depth + 1)

    def _block(self, block: bytes, fonts: Any, matrix: Matrix, frame: Matrix) -> Iterator[Words]:
        """The words of a block of text; the same block, such as one letter of a chart's label, is read once."""
        key = (block, id(fonts))
        if key not in self._blocks:
            self._blocks[key] = self._read_block(block, fonts)
        text, size, mode, place = self._blocks[key]
        if text.strip():
            at = product(matrix, place)[4:]
            yield Words(text, at, size, _unseen(mode, size, at, frame))

    def _read_block(self, block: bytes, fonts: Any) -> tuple[str, float, int, Matrix]:
        letters: dict[int, str] | None = {}
        size, mode, place, text, instead = 1.0, 0, PLAIN, [], False
        run = b""  # what one font shows, with distances between its parts left out
        for match in SHOWN.finditer(block):
            string, hexed, font, sized, rendering, moved, shifted, actual = match.groups()
            if string is not None and not instead:
                run += string[1:-1] if not CUT_ESCAPE.search(string) else _kept_apart(string[1:-1])
                continue
            text.append(_read(unescaped(run), letters))
            run = b""
            if actual:
                instead = True
            elif string is not None or hexed is not None:
                raw = unescaped(string[1:-1]) if string is not None else bytes.fromhex(hexed.decode())
                text.append(text_string(raw) if instead else _read(raw, letters))
                instead = False
            elif font is not None:
                letters, size = self._letters(fonts, f"/{font.decode('latin-1')}"), float(sized)
            elif rendering is not None:
                mode = int(rendering)
            else:
                step = tuple(map(float, (moved or shifted).split()))
                place = step if moved else product(place, (1, 0, 0, 1, *step))
        text.append(_read(unescaped(run), letters))
        return "".join(text), size, mode, place

    def _letters(self, fonts: Any, name: str) -> dict[int, str] | None:
        """Code -> letters of a font; None for a font of single bytes without a table."""
        font = _solved(fonts.get(name))
        if font is None:
            return None
        if id(font) not in self._fonts:
            table = _solved(font.get("/ToUnicode"))
            if table is None and font.get("/Subtype") == "/Type0":
                self.unreadable.add(str(font.get("/BaseFont", name)))
            self._fonts[id(font)] = None if table is None else letters_of(table.get_data())
        return self._fonts[id(font)]


def _unseen(mode: int, size: float, at: Matrix, frame: Matrix) -> str:
    left, right, bottom, top = *sorted(frame[::2]), *sorted(frame[1::2])
    if mode in UNSEEN_MODES:
        return "it is drawn without ink"
    if size == 0:
        return "its letters have no size"
    inside = left - 2 <= at[0] <= right + 2 and bottom - 2 <= at[1] <= top + 2
    return "" if inside else "it stands outside the page"


def lines(words: list[Words]) -> str:
    """Runs one below the other; those that follow on each other, such as the letters of a chart's label, in one."""
    parts: list[str] = []
    for number, one in enumerate(words):
        if number and not _follows(words[number - 1], one):
            parts.append("\n")
        parts.append(one.text)
    return "".join(parts)


def _follows(before: Words, after: Words) -> bool:
    """Whether a run begins about where the one before it ends; a letter is at most as wide as it is high."""
    along, across = after.at[0] - before.at[0], after.at[1] - before.at[1]
    upright, turned = abs(across) < 0.5 and along > 0, abs(along) < 0.5 and across != 0
    reach = before.size * 0.75 * len(before.text)
    return before.size == after.size and ((upright and along <= reach) or (turned and abs(across) <= reach))


def letters_of(table: bytes) -> dict[int, str]:
    """Code -> letters, as a font's ToUnicode table has it."""
    found: dict[int, str] = {}
    for kind, body in SECTION.findall(table):
        if kind == b"char":
            for code, target in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f\s]*)>", body):
                found[int(code, 16)] = _utf16(target)
            continue
        for first, last, target, several in re.findall(
            rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f\s]*)>|\[(.*?)\])", body, re.DOTALL
        ):
            start = int(first, 16)
            targets = [_utf16(one) for one in re.findall(rb"<([0-9A-Fa-f\s]*)>", several)]
            for offset in range(int(last, 16) - start + 1):
                if several:
                    text = targets[offset] if offset < len(targets) else ""
                else:
                    base = _utf16(target)
                    text = base[:-1] + chr(ord(base[-1]) + offset) if base else ""
                found[start + offset] = text
    return found


def _utf16(hexed: bytes) -> str:
    return bytes.fromhex(hexed.decode()).decode("utf-16-be", "replace")


def _kept_apart(string: bytes) -> bytes:
    """The string with its last escape written in full."""
    return re.sub(rb"\\([0-7]{1,2})\Z", lambda match: b"\\" + match[1].rjust(3, b"0"), string)


def _read(raw: bytes, letters: dict[int, str] | None) -> str:
    """Codes as letters: of two bytes where the font has a table, else of one."""
    if letters is None:
        return raw.decode("latin-1")
    return raw.decode("utf-16-be", "replace").translate(letters)


def unescaped(string: bytes) -> bytes:
    """The bytes of a literal string."""
    if b"\\\\" not in string:
        string = string.replace(b"\\000", b"\0")  # most of what there is
    if b"\\" not in string:
        return string
    return ESCAPE.sub(lambda match: ESCAPES.get(match[1], match[1]), string)


def _numbers(before: bytes) -> Matrix:
    """The six numbers before an operator; they may touch one of the signs that open and close things."""
    found = NUMBERS.findall(before.rsplit(b"q", 1)[-1])[-6:]
    return tuple(map(float, found)) if len(found) == 6 else PLAIN


def text_string(raw: bytes) -> str:
    """A text of the document's own: UTF-16 or UTF-8 by its mark, else single bytes."""
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    return raw[3:].decode("utf-8", "replace") if raw.startswith(b"\xef\xbb\xbf") else raw.decode("latin-1")


def product(one: Matrix, two: Matrix) -> Matrix:
    """Matrix that applies `two`, then `one`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def _solved(node: Any) -> Any:
    return node.get_object() if node is not None else None
