"""What a report's text may use: the part of Quarto's markup that both engines print alike."""

import re
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import UsageError

INCLUDE = re.compile(r"^\{\{<\s*include\s+(?P<file>[^\s>]+)\s*>\}\}\s*$")


@dataclass(frozen=True)
class Refused:
    """A feature outside the dialect: how to find it, what it is, what to write instead."""

    pattern: re.Pattern[str]
    what: str
    instead: str


def _rule(pattern: str, what: str, instead: str) -> Refused:
    return Refused(re.compile(pattern), what, instead)


REFUSED = (
    _rule(r"^:::+\s*\{[^}]*\.callout", "a callout", "Write a .background div or a plain paragraph."),
    _rule(r"^:::+\s*\{[^}]*\.panel-tabset", "a tabset", "Write sections one below the other."),
    _rule(r"^:::+\s*\{[^}]*(?:\.content-(?:visible|hidden)|when-format)", "conditional content", "Write it for both."),
    _rule(r"^:::+\s*\{[^}]*(?:layout(?:-ncol|-nrow)?\s*=|\.column-|\.aside)", "a layout", "Use a .figure or a table."),
    _rule(r"^(?:```+|~~~+)\s*\{(?:python|r|julia|ojs|mermaid|dot)\b", "executable code", "Compute in a notebook."),
    _rule(r"(?:^(?:```+|~~~+)\s*|`)\{=\w+\}", "raw HTML or typst", "Use the dialect's spans and divs."),
    _rule(r"(?<![\\`\w])</?(?:div|span|p|br|table|details|img|a|script|style|iframe|b|i|em|strong|sub|sup)\b[^>]*>",
          "an HTML tag", "Use Markdown."),
    _rule(r"(?<![\\$])\$(?!\s)[^$\n]+(?<!\s)\$(?!\d)", "mathematics in a line", "Write it in words."),
    _rule(r"^\$\$", "a displayed formula", "Write it in words or put it into the methods' documentation."),
)  # fmt: skip

SHORTCODE = re.compile(r"\{\{<\s*(?!include\b)(?P<name>\S+)")
FENCE = re.compile(r"^\s*(```+|~~~+)")


def check_dialect(text: str, name: str = "") -> None:
    """Raise UsageError at the first line of `text` that is outside the dialect, naming line, feature and cure."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        opens = bool(FENCE.match(line))
        if not fenced or opens:
            _check_line(line, f"{name or 'text'}, line {number}")
        fenced = fenced != opens


def _check_line(line: str, where: str) -> None:
    shortcode = SHORTCODE.search(line)
    if shortcode:
        raise UsageError(f"The shortcode '{shortcode['name']}' is outside the dialect", where=where,
                         next_step="Only include is read by both engines.")  # fmt: skip
    for rule in REFUSED:
        if rule.pattern.search(line):
            raise UsageError(
                f"This uses {rule.what}, which is outside the dialect", where=where, next_step=rule.instead
            )
    if "{{<" in line and not INCLUDE.match(line):
        raise UsageError("An include stands alone on its line, as {{< include _file.qmd >}}", where=where,
                         next_step="Move it to a line of its own.")  # fmt: skip


def expand_includes(path: Path, _above: tuple[Path, ...] = ()) -> str:
    """The text of a report with its included files in place, each checked against the dialect.

    Files are looked up beside the file that names them. Raises UsageError for a missing file or a circle.
    """
    if path.resolve() in _above:
        raise UsageError(f"'{path.name}' includes itself", next_step="Remove one of the include lines.")
    if not path.is_file():
        raise UsageError(f"The text '{path.name}' is missing", where=_above[-1].name if _above else "",
                         next_step="Correct the include line or add the file.")  # fmt: skip
    text = path.read_text("utf-8")
    check_dialect(text, path.name)
    above = (*_above, path.resolve())
    lines = []
    for line in text.splitlines():
        included = INCLUDE.match(line)
        lines.append(expand_includes(path.parent / included["file"], above) if included else line)
    return "\n".join(lines) + "\n"
