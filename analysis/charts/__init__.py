"""One function per form of figure: a tidy frame in, an Altair chart out; nothing here reads or computes an indicator."""

from .lines import index_lines, line_panels
from .saving import draw, save, specification, svg

__all__ = ["draw", "index_lines", "line_panels", "save", "specification", "svg"]
