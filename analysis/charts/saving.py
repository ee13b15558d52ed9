"""Write a figure as specifications that a page can run offline, one for paper and screen and one for telephones.

The pictures are drawn from them by `pictures`, in a process that draws many: starting the converter takes longer than
drawing a figure.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.charts.trimming import trimmed
from analysis.theme import NARROW, WIDE

ENDING = ".vl.json"
SLIM = "-narrow"


def specification(chart: Any) -> dict:
    """The chart as a Vega-Lite dict with its configuration: no address of another host, no column that nothing shows.

    vega-embed takes a specification without `$schema` for Vega-Lite when it has a mark, layers or panels.
    """
    spec = chart.to_dict(validate=False)  # every part was checked as it was made
    spec.pop("$schema", None)
    return trimmed(spec)


def specify(form: Callable, folder: Path, key: str, *frames: Any, language: str = "de", **options: Any) -> list[Path]:
    """Lay a form out twice and write <key>.vl.json and <key>-narrow.vl.json into `folder`; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, width in ((key, WIDE), (f"{key}{SLIM}", NARROW)):
        spec = specification(form(*frames, language=language, width=width, **options))
        path = folder / f"{name}{ENDING}"
        path.write_text(json.dumps(spec, ensure_ascii=False, separators=(",", ":"), sort_keys=True), "utf-8")
        written.append(path)
    return written


def svg(chart: Any, language: str = "de") -> str:
    """A chart as SVG text, to look at while working on it."""
    from analysis.charts.pictures import picture

    return picture(specification(chart), language)
