"""What was promised and what came of it: frameworks and fields of action, each cell with sign, number and word."""

from collections.abc import Mapping, Sequence
from typing import Unpack

import altair as alt
import polars as pl

from analysis.theme import BASELINE, GRID, INK, LABEL, LINE, MUTED, SMALL, text_width

from .labels import wrap
from .page import COLOUR, FILL, SHAPE, STROKE, TEXT, X_PX, Y_PX, About, Page, data, released
from .rows import Swatch, swatch_row

# sign: shape, colour, hollow. The word stands beside it; shapes and fill keep the signs apart in grey.
SIGNS = {
    "reached": ("circle", "#1D6B45", False),
    "on_track": ("triangle-up", "#1D6B45", False),
    "running": ("triangle-right", "#00477A", False),
    "behind": ("triangle-down", "#B45309", False),
    "reversed": ("cross", "#9B1C1C", False),
    "open": ("circle", "#595959", True),
    "not_assessable": ("stroke", "#595959", False),
}
STEP = 18  # px between two entries of a cell


def matrix(frame: pl.DataFrame, *, signs: Mapping[str, str], **about: Unpack[About]) -> alt.LayerChart:
    """Frameworks across, fields down; frame `framework, theme, status_label, count`; `signs`: status_label -> SIGNS.

    Where a word does not fit its cell, the key above the plot has it. Where the frameworks' names do not fit
    side by side (on a telephone, or with long words), each framework is a block of its own.
    """
    page = Page(**about)
    shown = released(frame, ["framework", "theme", "status_label"], ["count"], 0).filter(pl.col("count") > 0)
    themes = frame["theme"].unique(maintain_order=True).to_list()
    frameworks = frame["framework"].unique(maintain_order=True).to_list()
    statuses = [status for status in signs if status in set(shown["status_label"])]
    longest = max(text_width(theme) for theme in themes) + 12
    for part in () if page.narrow else (0.3, 0.2):  # many frameworks need narrow names of fields
        names = min(longest, page.inner * part)
        cell = (page.inner - names) / len(frameworks)
        heads = (text_width(line, SMALL) for name in frameworks for line in wrap(name, cell - 8, SMALL))
        if max(heads) <= cell - 8:
            return page.finish(_table(shown, themes, frameworks, signs, statuses, (names, cell), page))
    return page.finish(
        _blocks(
            shown, themes, frameworks, signs, statuses, min(longest, page.inner * (0.4 if page.narrow else 0.3)), page
        )
    )


def _swatches(statuses: Sequence[str], signs: Mapping[str, str]) -> list[Swatch]:
    return [
        Swatch(status, SIGNS[signs[status]][1], SIGNS[signs[status]][0], SIGNS[signs[status]][2]) for status in statuses
    ]


def _table(
    shown: pl.DataFrame,
    themes: list[str],
    frameworks: list[str],
    signs: Mapping[str, str],
    statuses: list[str],
    columns: tuple[float, float],
    page: Page,
) -> alt.LayerChart:
    names, cell = columns
    fits = max((text_width(f"99 {status}", SMALL) + 26 for status in statuses), default=0) <= cell
    entries, lines, texts, y = [], [], [], 0.0
    for theme in themes:
        lines.append(y)
        words = wrap(theme, names - 12)
        texts += [{"text": line, "x": 0, "y": y + 14 + LINE * i} for i, line in enumerate(words)]
        deepest = len(words)
        for column, framework in enumerate(frameworks):
            cells = _cell(shown, theme, framework, statuses)
            deepest = max(deepest, len(cells))
            entries += [
                {**row, "x": round(names + 6 + cell * column, 1), "y": y + 14 + STEP * i} for i, row in enumerate(cells)
            ]
        y += deepest * STEP + 12
    heads, above = _heads(frameworks, names, cell)
    key = [] if fits else swatch_row(_swatches(statuses, signs), page.inner, y=-14 - above - 8)[0]
    layers = [_rules([*lines, y], page), *_words(texts, INK), *heads, *_entries(entries, signs, fits, page), *key]
    return alt.layer(*layers).properties(width=page.inner, height=y)


def _cell(shown: pl.DataFrame, theme: str, framework: str, statuses: list[str]) -> list[dict]:
    rows = shown.filter((pl.col("theme") == theme) & (pl.col("framework") == framework)).to_dicts()
    return sorted(rows, key=lambda row: statuses.index(row["status_label"]))


def _blocks(
    shown: pl.DataFrame,
    themes: list[str],
    frameworks: list[str],
    signs: Mapping[str, str],
    statuses: list[str],
    names: float,
    page: Page,
) -> alt.LayerChart:
    """A block for each framework: its name, then a line for each field with something in it, entries side by side."""
    entries, lines, texts, heads, y = [], [], [], [], 0.0
    for framework in frameworks:
        words = wrap(framework, page.inner)
        heads += [{"text": line, "x": 0, "y": y + 12 + LINE * i} for i, line in enumerate(words)]
        y += len(words) * LINE + 8
        lines.append(y)
        for theme in themes:
            cells = _cell(shown, theme, framework, statuses)
            if not cells:
                continue
            words = wrap(theme, names - 12)
            texts += [{"text": line, "x": 0, "y": y + 14 + LINE * i} for i, line in enumerate(words)]
            across = max(1, int((page.inner - names) // 40))
            entries += [
                {**row, "x": round(names + 6 + 40 * (i % across), 1), "y": y + 14 + STEP * (i // across)}
                for i, row in enumerate(cells)
            ]
            y += max(len(words), -(-len(cells) // across)) * STEP + 8
            lines.append(y)
        y += 16
    key, _ = swatch_row(_swatches(statuses, signs), page.inner)
    layers = [
        _rules(lines, page),
        *_words(heads, INK),
        *_words(texts, MUTED),
        *_entries(entries, signs, False, page),
        *key,
    ]
    return alt.layer(*layers).properties(width=page.inner, height=y - 16)


def _entries(entries: list[dict], signs: Mapping[str, str], worded: bool, page: Page) -> list[alt.Chart]:
    if not entries:
        return []
    rows = []
    for entry in entries:
        shape, colour, hollow = SIGNS[signs[entry["status_label"]]]
        text = f"{entry['count']:.0f} {entry['status_label']}" if worded else f"{entry['count']:.0f}"
        rows.append({**entry, "shape": shape, "colour": colour, "fill": "white" if hollow else colour, "text": text})
    base = alt.Chart(data(rows)).encode(x=X_PX, y=Y_PX)
    tooltip = page.tooltip(framework=page.word("framework"), theme=page.word("theme"), status_label="Status")
    marks = base.mark_point(size=75, opacity=1, strokeWidth=1.75).encode(
        shape=SHAPE,
        stroke=STROKE,
        fill=FILL,
        tooltip=[*tooltip, alt.Tooltip("count:Q", title=page.word("count"), format=",.0f")],
    )
    return [
        marks,
        base.mark_text(align="left", baseline="middle", dx=11, fontSize=SMALL, color=INK).encode(text=TEXT),
    ]


def _rules(lines: list[float], page: Page) -> alt.Chart:
    rows = [{"y": y, "colour": BASELINE if y == 0 else GRID} for y in lines]
    rule = alt.Chart(data(rows)).mark_rule()
    return rule.encode(x=alt.XValue(0), x2=alt.X2Value(page.inner), y=Y_PX, color=COLOUR)


def _heads(texts: list[str], names: float, cell: float) -> tuple[list[alt.Chart], float]:
    """Column heads, standing on the first rule; and the px they take."""
    broken = [wrap(text, cell - 8, SMALL) for text in texts]
    rows = [
        {"text": line, "x": round(names + cell * column, 1), "y": -10 - LINE * (len(lines) - 1 - i)}
        for column, lines in enumerate(broken)
        for i, line in enumerate(lines)
    ]
    return _words(rows, MUTED, SMALL), LINE * max(map(len, broken))


def _words(rows: list[dict], colour: str, size: int = LABEL) -> list[alt.Chart]:
    if not rows:
        return []
    words = alt.Chart(data(rows)).mark_text(align="left", baseline="middle", fontSize=size, color=colour)
    return [words.encode(x=X_PX, y=Y_PX, text=TEXT)]
