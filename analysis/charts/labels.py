"""Where words go: lines that fit, labels that keep their distance, ticks at round numbers."""

import math
import re
from collections.abc import Sequence

from analysis.theme import LABEL, text_width


def wrap(text: str, width: float, size: float = LABEL) -> list[str]:
    """`text` in lines of at most `width` px, broken at plain spaces and after hyphens; a longer word stays whole."""
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"[^ ]+?-(?=\w{3})|[^ ]+ *", text):
        if line and text_width((line + piece).rstrip(), size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line else lines or [""]


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Centres nearest to `wanted` (least squares) that leave neighbours room for their `sizes`, within low..high.

    Order is kept. Pool-adjacent-violators on the positions less the room of those before; where the labels
    need more room than low..high has, they overrun `high` rather than each other.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    offsets, room = [], 0.0
    for rank, item in enumerate(order):
        room += (sizes[order[rank - 1]] + sizes[item]) / 2 if rank else 0.0
        offsets.append(room)
    blocks: list[list[float]] = []  # sum, count
    for item, offset in zip(order, offsets, strict=True):
        blocks.append([wanted[item] - offset, 1])
        while len(blocks) > 1 and blocks[-2][0] / blocks[-2][1] > blocks[-1][0] / blocks[-1][1]:
            total, count = blocks.pop()
            blocks[-1][0] += total
            blocks[-1][1] += count
    free = [total / count for total, count in blocks for _ in range(int(count))]
    top = max(low, high - room)
    placed = [0.0] * len(order)
    for item, position, offset in zip(order, free, offsets, strict=True):
        placed[item] = round(min(max(position, low), top) + offset, 1)
    return placed


def tick_step(span: float, count: int) -> float:
    """The round step (1, 2, 2.5 or 5 times a power of ten) that cuts `span` into about `count` parts."""
    raw = span / max(count, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw * 0.999)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round tick positions that enclose low..high; first and last are the domain of the axis."""
    if high <= low:
        low, high = (low - 1, high + 1) if low else (0.0, 1.0)
    step = tick_step(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * i, 10) for i in range(first, last + 1)]


def tick_format(values: Sequence[float]) -> str:
    """d3 format with as many decimals as the ticks need."""
    decimals = next((d for d in range(6) if all(abs(round(v, d) - v) < 1e-9 for v in values)), 6)
    return f",.{decimals}f"


def year_ticks(first: int, last: int, width: float) -> list[int]:
    """Years to print on an axis `width` px wide: first and last, between them back from the last in even steps."""
    step = next(s for s in (1, 2, 3, 5, 10, 20, 50) if (last - first) / s * 42 <= width or s == 50)
    inner = [year for year in range(last, first, -step) if year - first >= step]
    return [first, *inner[::-1]] if inner else sorted({first, last})
