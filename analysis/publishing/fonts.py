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

import fontpkg
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "IBM Plex Sans"
CACHE = Path(__file__).resolve().parents[2] / "data" / "processed" / "fonts"

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


@dataclass(frozen=True)
class Cut:
    """One fixed weight of the family."""

    weight: int
    style: str

    @property
    def name(self) -> str:
        """File name without ending."""
        return f"plex-{self.weight}-{self.style}"


CUTS = (Cut(400, "normal"), Cut(600, "normal"), Cut(700, "normal"), Cut(400, "italic"))
PAGE_CUTS = (CUTS[0], CUTS[1], CUTS[3])


def font_folder() -> Path:
    """A folder with the four TrueType cuts, made on first use. Deleting it costs some seconds at the next run."""
    version = f"{fontpkg.family(FAMILY).version}-{LETTERS}"
    folder = CACHE / hashlib.sha256(version.encode()).hexdigest()[:12]
    for cut in CUTS:
        target = folder / f"{cut.name}.ttf"
        if not target.exists():
            _place(target, _cut(cut))
    return folder


def _cut(cut: Cut) -> bytes:
    """The cut as TrueType. Letters are dropped first: fixing the weight of 200 letters takes a tenth of the time."""
    font = TTFont(fontpkg.path(FAMILY, weight=cut.weight, style=cut.style), recalcTimestamp=False)
    options = subset.Options(layout_features=["*"], notdef_outline=True, name_IDs=["*"], recalc_timestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for start, end in LETTERS for code in range(start, end)])
    cutter.subset(font)
    fixed = instancer.instantiateVariableFont(font, {"wght": cut.weight, "wdth": 100}, updateFontNames=True)
    return _saved(fixed)


def _saved(font: TTFont) -> bytes:
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
    return "\n".join(_face(cut) for cut in PAGE_CUTS)


def _face(cut: Cut) -> str:
    font = TTFont(font_folder() / f"{cut.name}.ttf", recalcTimestamp=False)
    font.flavor = "woff2"
    letters = base64.b64encode(_saved(font)).decode()
    weight = "400" if cut.weight == 400 else "600 700"
    return (
        f"@font-face{{font-family:'{FAMILY}';font-style:{cut.style};font-weight:{weight};font-display:block;"
        f"src:url(data:font/woff2;base64,{letters}) format('woff2')}}"
    )
