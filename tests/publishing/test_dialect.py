"""What a report's text may use, and that the reports keep to it."""

from pathlib import Path

import pytest

from analysis.errors import UsageError
from analysis.publishing.dialect import check_dialect

REPORTS = Path(__file__).resolve().parents[2] / "reports"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("::: {.callout-note}\nx\n:::", "callout"),
        ("::: {.panel-tabset}\n## A\n:::", "tabset"),
        ("{{< video https://x.org >}}", "video"),
        ("Text {{< meta key >}} Text", "meta"),
        ("Text {{< include _x.qmd >}}", "alone on its line"),
        ("```{python}\n1 + 1\n```", "executable code"),
        ("```{=html}\n<b>x</b>\n```", "raw HTML"),
        ("`#v(1cm)`{=typst}", "raw HTML or typst"),
        ("Ein <span>Wort</span>", "HTML tag"),
        ("Die Formel $a = b$ hier", "mathematics"),
        ("$$\na = b\n$$", "formula"),
        ("::: {layout-ncol=2}\n:::", "layout"),
        ("::: {.content-visible when-format=html}\n:::", "conditional"),
    ],
)
def test_features_that_print_differently_are_refused(text, named):
    with pytest.raises(UsageError, match=named):
        check_dialect(f"Zeile\n\n{text}\n", "_probe.qmd")


def test_the_refusal_names_file_and_line():
    with pytest.raises(UsageError, match=r"_probe\.qmd, line 3"):
        check_dialect("a\n\n$$x$$", "_probe.qmd")


@pytest.mark.parametrize(
    "text",
    [
        "[network_jobs]{.fact} und [in]{.region}",
        "{{< include _chapter.qmd >}}",
        '::: {.figure key="a" #fig-a}\n:::',
        "Preise in 5 $ und 6 $ je Stück",
        "```\n$x$ und {{< meta x >}} als Beispiel\n```".replace("{{< meta x >}} ", ""),
        "| a | b |\n|---|---|\n| 1 | 2 |",
    ],
)
def test_the_dialect_itself_passes(text):
    check_dialect(text)


@pytest.mark.parametrize("path", sorted(REPORTS.glob("??/*.qmd")), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_report_keeps_to_the_dialect(path):
    check_dialect(path.read_text("utf-8"), path.name)
