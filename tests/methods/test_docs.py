"""docs/methods.md cannot lie: its examples run, and every public method stands in it."""

import doctest
import re
from pathlib import Path

import pytest

from analysis.workbench import methods

DOCS = Path(__file__).resolve().parents[2] / "docs/methods.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
METHODS = (*methods.METHODS, *methods.WITHHELD)


def test_the_examples_give_what_they_print():
    text = DOCS.read_text(encoding="utf-8")
    # One test over the whole page: later examples use earlier names. Blank lines in place of prose keep line numbers.
    code = ["\n"] * (text.count("\n") + 1)
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start(1))
        lines = block[1].splitlines(keepends=True)
        code[first : first + len(lines)] = lines
    example = doctest.DocTestParser().get_doctest("".join(code), {}, DOCS.name, str(DOCS), 0)
    assert len(example.examples) > 30
    report: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    runner.run(example, out=report.append)
    assert runner.failures == 0, "".join(report)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_has_a_section_with_reading_and_literature(method: str):
    sections = re.split(r"^## ", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    section = next(text for text in sections if re.search(rf"\b{method}\b", text.splitlines()[0]))
    for part in ("$$", "**Reading.**", "**Pitfalls.**", "**Literature.**", "```python"):
        assert part in section, part
