"""IBM Plex Sans from its wheel, cut to the letters the study prints: TrueType for typst, woff2 for the page.

The wheel carries two variable fonts. Charts inside a PDF, and some viewers, know only fixed weights, so four fixed
ones are made from them. Making them takes seconds; they are kept under `data/processed/fonts`, named by the wheel's
version and the letters, and can be deleted at any time.
"""

import base64
import hashlib
import io
import os
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import fontpkg

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont


FAMILY = "IBM Plex Sans"
CACHE = Path(__file__).resolve().parents[1] / "data" / "processed" / "fonts"

# Latin with all European letters, general punctuation, sub- and superscripts, currency, arrows, mathematics, shapes.
LETTERS = (
    (0x20, 0x7F),
    (0xA0, 0x180),
    (0x2010, 0x2060),
    (0x2070, 0x2090),
    (0x20AC, 0x20AD),
    (0x2190, 0x2194),
    (0x2202, 0x2266),
    (0x25A0, 0x25FF),
    (0x2713, 0x2718),
)


# Tabular figures everywhere; kerning, which takes most of the time, where longer text is set.
FEATURES = {"normal": ["kern", "tnum"], "italic": ["tnum"]}


@dataclass(frozen=True)
class Cut:
    """One fixed weight of the family."""

    weight: int
    style: str

    @property
    def name(self) -> str:
        """File name without ending."""
        return f"plex-{self.weight}-{self.style}"


REGULAR, SEMIBOLD, ITALIC = Cut(400, "normal"), Cut(600, "normal"), Cut(400, "italic")
CUTS = (REGULAR, SEMIBOLD, ITALIC)


def font_files() -> list[Path]:
    """Where the TrueType cuts lie, in the order of `CUTS`, whether made or not."""
    version = f"{fontpkg.family(FAMILY).version}-{LETTERS}-{FEATURES}"
    folder = CACHE / hashlib.sha256(version.encode()).hexdigest()[:12]
    return [folder / f"{cut.name}.ttf" for cut in CUTS]


def font_folder() -> Path:
    """The folder with the TrueType cuts, made on first use. Deleting it costs some seconds at the next run."""
    files = font_files()
    for cut, target in zip(CUTS, files, strict=True):
        if not target.exists():
            _place(target, _cut(cut))
    return files[0].parent


def _cut(cut: Cut) -> bytes:
    """The cut as TrueType. Letters are dropped first: fixing the weight of 200 letters takes a tenth of the time."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(fontpkg.path(FAMILY, weight=cut.weight, style=cut.style), recalcTimestamp=False)
    options = subset.Options(
        layout_features=FEATURES[cut.style], notdef_outline=True, name_IDs=[1, 2, 3, 4, 6], recalc_timestamp=False
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for start, end in LETTERS for code in range(start, end)])
    cutter.subset(font)
    fixed = instancer.instantiateVariableFont(font, {"wght": cut.weight, "wdth": 100}, updateFontNames=True)
    return saved(fixed)


def saved(font: "TTFont") -> bytes:
    """The font's bytes; the same font gives the same bytes."""
    target = io.BytesIO()
    font.save(target, reorderTables=True)
    return target.getvalue()


def _place(target: Path, content: bytes) -> None:
    """Write in one step, so that a second process never reads half a font."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(part).replace(target)


@cache
def font_css() -> str:
    """`@font-face` rules with regular, semibold and italic as woff2 data URIs (about 90 kB)."""
    return "\n".join(_face(cut) for cut in CUTS)


def _face(cut: Cut) -> str:
    from fontTools.ttLib import TTFont

    font = TTFont(font_folder() / f"{cut.name}.ttf", recalcTimestamp=False)
    font.flavor = "woff2"
    letters = base64.b64encode(saved(font)).decode()
    weight = "400" if cut.weight == 400 else "600 700"
    return (
        f"@font-face{{font-family:'{FAMILY}';font-style:{cut.style};font-weight:{weight};font-display:block;"
        f"src:url(data:font/woff2;base64,{letters}) format('woff2')}}"
    )
