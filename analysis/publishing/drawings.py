"""SVG drawings as elements of a page: ids of their own, one description, and no byte the page does not need."""

import re
import xml.etree.ElementTree as ET

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
# A drawing grows with its column, but no further than its letters stay in proportion to the text.
LARGEST_SCALE = 1.15

# Attributes a group hands down to its parts.
HANDED_DOWN = ("fill", "stroke", "stroke-width", "font-family", "font-size", "font-weight", "text-anchor")
IDLE = {("transform", "translate(0,0)"), ("opacity", "1")}
UNSEEN = {"", "M0,0h0v0h0Z"}
OUTLINE = re.compile(r"M(?:[-\d.]+,[-\d.]+[MLZ]*)+")
STEP = re.compile(r"([ML])(-?[\d.]+),(-?[\d.]+)|Z")

ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)


def inline_svg(text: str, prefix: str, alt: str, extra_class: str = "") -> str:
    """An SVG document as an element of the page.

    Its ids carry `prefix`, so that two charts never share a clip path; its own labels and roles go, since the whole
    drawing is one image with the alternative text `alt` (Vega labels each mark in English and unrounded). So does
    the typeface it brings for use elsewhere: the page has it.
    """
    root = ET.fromstring(text)
    for element in root.iter():
        _clean(element)
        _rename_ids(element, prefix)
    for group in root.iter(f"{{{SVG}}}g"):
        _hand_up(group)
    if "viewBox" not in root.attrib:
        root.set("viewBox", f"0 0 {root.get('width', '640')} {root.get('height', '400')}")
    width = float(re.match(r"[\d.]+", root.get("width", "640")).group())
    root.set("style", f"max-width:{width * LARGEST_SCALE:.0f}px")
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("class", f"chart {extra_class}".strip())
    return ET.tostring(root, encoding="unicode")


def _clean(element: ET.Element) -> None:
    for name, value in list(element.attrib.items()):
        if name.startswith("aria-") or name in ("role", "class", "pointer-events") or (name, value) in IDLE:
            del element.attrib[name]
    for child in list(element):
        own_face = child.tag == f"{{{SVG}}}style" and "@font-face" in (child.text or "")
        unseen = child.tag == f"{{{SVG}}}path" and child.get("d") in UNSEEN
        if own_face or unseen:
            element.remove(child)
    if OUTLINE.fullmatch(element.get("d", "")):
        element.set("d", relative_outline(element.get("d")))


def _hand_up(group: ET.Element) -> None:
    """Attributes that all parts of a group share stand once, on the group."""
    parts = list(group)
    if len(parts) < 2 or any("clip-path" in part.attrib for part in parts):
        return
    for name in HANDED_DOWN:
        said = {part.get(name) for part in parts}
        if len(said) == 1 and None not in said:
            group.set(name, said.pop())
            for part in parts:
                del part.attrib[name]


def relative_outline(path: str) -> str:
    """An outline of absolute steps (M, L, Z) with each point told from the one before, to a tenth of a pixel."""
    written, x, y, start = [], 0, 0, (0, 0)
    for command, px, py in STEP.findall(path):
        if not command:
            written.append("z")
            x, y = start
            continue
        nx, ny = round(float(px) * 10), round(float(py) * 10)
        if command == "M":
            start = (nx, ny)
        before = "m" if command == "M" else "l" if written[-1] == "z" else ""
        written.append(before + _pair(nx - x, ny - y, parted=not before))
        x, y = nx, ny
    return "".join(written)


def _pair(dx: int, dy: int, *, parted: bool) -> str:
    """A step in tenths as text, parted from the one before it; a sign parts numbers as well as a blank does."""
    first, second = _tenths(dx), _tenths(dy)
    return ("" if first[0] == "-" or not parted else " ") + first + ("" if second[0] == "-" else " ") + second


def _tenths(value: int) -> str:
    whole, tenth = divmod(abs(value), 10)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}" if not tenth else f"{sign}{whole or ''}.{tenth}"


def _rename_ids(element: ET.Element, prefix: str) -> None:
    for name, value in element.attrib.items():
        if name == "id":
            element.set(name, prefix + value)
        elif "url(#" in value:
            element.set(name, value.replace("url(#", f"url(#{prefix}"))
        elif name in ("href", f"{{{XLINK}}}href") and value.startswith("#"):
            element.set(name, f"#{prefix}{value[1:]}")
