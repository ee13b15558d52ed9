"""An SVG, alone or in a page: no words out of sight, no place finer than a hundredth, no figure beyond its digits."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.publishing.drawings import SVG, XLINK
from analysis.publishing.release.numbers import Released
from analysis.publishing.release.objections import Objection, shortened

COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
TOO_LONG = re.compile(r"\.\d{3}")
# Marks a drawing may consist of; they hold no words.
SHAPES = {"path", "line", "rect", "circle", "ellipse", "polygon", "polyline", "clipPath"}
OUTWARD = [re.compile(one) for one in (r'href="(?!#)', r" src=", r" on\w+=", r"//(?!www\.w3\.org/)")]
FOREIGN = {"script", "foreignObject", "iframe", "metadata", "set", "animate"}
REMOTE = re.compile(r"^\s*(?:[a-z]+:)?//|url\(\s*['\"]?(?:[a-z]+:)?//", re.IGNORECASE)
STEP = re.compile(r"(translate|scale|rotate|matrix)\(([^)]*)\)")
SAID = ("aria-label", "title", "alt")
INVISIBLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:^|;)\s*(?:fill-)?opacity\s*:\s*0*\.?0+\s*(?:;|$)"
    r"|font-size\s*:\s*0*\.?0+\s*(?:px|pt|em|;|$)",
    re.IGNORECASE,
)
NOTHING = re.compile(r"0*\.?0*")
EDGE = 2.0  # px a letter may stand over the edge

Matrix = tuple[float, float, float, float, float, float]
PLAIN: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True)
class Drawing:
    """One drawing; `place` says where in its file it stands, `decimals` what its figure has."""

    text: str
    file: str
    place: str
    decimals: int
    released: Released

    def objections(self) -> Iterator[Objection]:
        """What the drawing holds beyond what one sees."""
        for comment in COMMENT.finditer(self.text):
            yield self._objection(
                "comment", f"'{shortened(comment[1])}' is not seen", "Leave comments out of pictures."
            )
        try:
            root = ET.fromstring(self.text)
        except ET.ParseError as error:
            yield self._objection("file", f"it cannot be read: {error}", "Draw it again.")
            return
        frame = _frame(root)
        yield from self._element(root, PLAIN, False, frame)
        if any(pattern.search(self.text) for pattern in (TOO_LONG, *OUTWARD)):
            for element in root.iter():
                yield from self._attributes(element, str(element.tag).rpartition("}")[2])

    def _objection(self, where: str, what: str, cure: str) -> Objection:
        return Objection(self.file, f"{self.place}, {where}" if self.place else where, what, cure)

    def _element(
        self, element: ET.Element, matrix: Matrix, unseen: bool, frame: tuple[float, ...]
    ) -> Iterator[Objection]:
        name = element.tag.rpartition("}")[2]
        if name in SHAPES and not len(element):
            return
        unseen = unseen or _invisible(element)
        matrix = _moved(matrix, element.get("transform", ""))
        for key in SAID:
            yield from self._words(element.get(key, ""), f"{key} of <{name}>", self.released.ceiling)
        if name in FOREIGN:
            yield self._objection(f"<{name}>", "it is no part of a picture", "Draw with analysis.charts.pictures.")
        words = " ".join((element.text or "").split()) if name != "style" else ""
        if words:
            yield from self._words(words, f"<{name}>")
            place = _applied(matrix, _number(element.get("x")), _number(element.get("y")))
            if unseen:
                yield self._objection(f"<{name}>", f"'{shortened(words)}' is hidden", "Leave it out of the picture.")
            elif name in ("text", "tspan") and not _inside(place, frame):
                yield self._objection(
                    f"<{name}>", f"'{shortened(words)}' stands outside the picture", "Leave it out of the picture."
                )  # fmt: skip
        for child in element:
            if child.tail and child.tail.strip():
                yield from self._words(child.tail, f"<{name}>")
            yield from self._element(child, matrix, unseen, frame)

    def _attributes(self, element: ET.Element, name: str) -> Iterator[Objection]:
        for key, value in element.attrib.items():
            found = None if key in SAID or value.startswith("data:") else TOO_LONG.search(value)
            if found:
                yield self._objection(
                    f"{key} of <{name}>", f"'{shortened(value[max(0, found.start() - 8) :], 40)}' is unrounded",
                    "Coordinates have two decimals.",
                )  # fmt: skip
            linked = key in ("href", f"{{{XLINK}}}href", "src") and not value.startswith(("#", "data:"))
            if linked or key.startswith("on") or REMOTE.search(value):
                yield self._objection(f"{key} of <{name}>", f"'{shortened(value)}' leads out of the file", "Remove it.")
        if name == "style" and REMOTE.search(element.text or ""):
            yield self._objection("<style>", "it loads from another host", "Put the typeface into the file.")

    def _words(self, words: str, where: str, decimals: int | None = None) -> Iterator[Objection]:
        """Words of the figure; a description may name facts with digits of their own (`decimals`)."""
        for found in self.released.too_fine(words, self.decimals if decimals is None else decimals, drawn=True):
            yield self._objection(where, f"'{found.text}': {found.reason}", "Print it with the figure's decimals.")


def _invisible(element: ET.Element) -> bool:
    get = element.get
    if not element.attrib:
        return False
    return (
        get("display") == "none"
        or get("visibility") in ("hidden", "collapse")
        or any(NOTHING.fullmatch(get(key, "1")) for key in ("opacity", "fill-opacity", "font-size"))
        or (str(element.tag) == f"{{{SVG}}}text" and get("fill") in ("none", "transparent"))
        or bool(INVISIBLE.search(get("style", "")))
    )


def _frame(root: ET.Element) -> tuple[float, ...]:
    """Left, top, right and bottom of what is seen."""
    box = [float(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if part]
    if len(box) != 4:
        box = [0, 0, _number(root.get("width"), math.inf), _number(root.get("height"), math.inf)]
    return box[0], box[1], box[0] + box[2], box[1] + box[3]


def _inside(point: tuple[float, float], frame: tuple[float, ...]) -> bool:
    left, top, right, bottom = frame
    return left - EDGE <= point[0] <= right + EDGE and top - EDGE <= point[1] <= bottom + EDGE


def _number(text: str | None, default: float = 0.0) -> float:
    found = re.match(r"-?[\d.]+", text or "")
    return float(found[0]) if found else default


def _moved(matrix: Matrix, transform: str) -> Matrix:
    """The matrix after the steps of a transform."""
    for kind, arguments in STEP.findall(transform):
        matrix = _product(matrix, _step(kind, [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", arguments)]))
    return matrix


def _step(kind: str, values: list[float]) -> Matrix:
    if kind == "matrix" and len(values) == 6:
        return values[0], values[1], values[2], values[3], values[4], values[5]
    if kind == "scale":
        return values[0], 0, 0, values[-1], 0, 0
    if kind == "rotate":
        cos, sin = math.cos(math.radians(values[0])), math.sin(math.radians(values[0]))
        x, y = values[1:3] if len(values) == 3 else (0.0, 0.0)
        return cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y
    return 1, 0, 0, 1, values[0], values[1] if len(values) > 1 else 0


def _product(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def _applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
