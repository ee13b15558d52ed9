"""One function per form of figure: a tidy frame in, an Altair chart out; no indicator is read or computed here."""

from .bars import branch_bars, delivery_shares, ranked_bars, stacked_shares
from .columns import level_stack
from .corridor import target_corridor
from .dots import dumbbell, lq_dots, small_multiples_dots
from .effects import shift_share_bars, waterfall
from .lines import index_lines, line_panels
from .matrix import matrix
from .saving import specification, specify, svg
from .status import sparkline, status_timeline
from .strip import distribution_strip

__all__ = [
    "branch_bars",
    "delivery_shares",
    "distribution_strip",
    "dumbbell",
    "index_lines",
    "level_stack",
    "line_panels",
    "lq_dots",
    "matrix",
    "ranked_bars",
    "shift_share_bars",
    "small_multiples_dots",
    "sparkline",
    "specification",
    "specify",
    "stacked_shares",
    "status_timeline",
    "svg",
    "target_corridor",
    "waterfall",
]
