"""From what is typed on the command line to the arguments of a method."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import UsageError
from analysis.workbench import files
from analysis.workbench.methods import Method

_WORDS = {"true": True, "yes": True, "false": False, "no": False, "none": None}


def from_files(method: Method, given: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The arguments that come from files, and the names of the sectors where there is a square.

    The first square sets the order of the sectors; every vector is put into that order. Raises UsageError.
    """
    labels: list[str] = []
    found = {}
    for key in sorted(given, key=lambda name: list(method.files).index(name) if name in method.files else -1):
        if key not in method.files:
            raise UsageError(f"{method.name} takes no file '{key}'", where="--with", next_step=method.usage)
        found[key] = _argument(method.files[key], key, given[key], labels)
    return found, labels


def from_options(method: Method, given: Mapping[str, str]) -> dict[str, Any]:
    """The other arguments, as numbers, truth values, texts or lists of them. Raises UsageError for unknown names."""
    if unknown := [key for key in given if key not in method.options]:
        raise UsageError(f"{method.name} has no option '{unknown[0]}'", where="--set", next_step=method.usage)
    return {key: _option(text, "Sequence" in str(method.options[key].annotation)) for key, text in given.items()}


def _option(text: str, several: bool) -> Any:
    if "," in text or (several and text.lower() not in _WORDS and not text.lstrip("-").isdigit()):
        return [_value(part.strip()) for part in text.split(",")]
    return _WORDS[text.lower()] if text.lower() in _WORDS else _value(text)


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _argument(kind: str, key: str, text: str, labels: list[str]) -> Any:
    if kind == "point":
        return _point(key, text)
    if kind == "reference" and Path(text).suffix.lower() not in files.ENDINGS:
        return text
    frame = files.read(Path(text), key)
    if kind in ("square", "closed"):
        return _square(frame, labels if kind == "square" else [], key)
    if kind in ("vector", "branches"):
        return _vector(frame, labels, key, "branch" if kind == "branches" else "value")
    if kind == "snapshot":
        return _snapshot(frame, labels, key)
    return {"denominator": frame} if kind == "by" else frame


def _square(frame: pl.DataFrame, labels: list[str], key: str) -> np.ndarray:
    """Tidy or wide flows as an array. The first square of a call gives `labels` their content."""
    from analysis.methods.input_output import square

    if not {"deliverer", "receiver"} <= set(frame.columns):
        first = frame.columns[0]
        frame = frame.with_columns(pl.col(first).cast(pl.String)).rename({first: "deliverer"})
        frame = frame.unpivot(index="deliverer", variable_name="receiver", value_name="value")
    if not labels:
        labels += frame["deliverer"].unique(maintain_order=True).to_list()
    if unknown := sorted({*frame["deliverer"], *frame["receiver"]} ^ set(labels)):
        raise UsageError(
            f"Sector {', '.join(unknown[:5])} does not both deliver and receive",
            where=key,
            next_step="A square table has the same sectors in rows and columns.",
        )
    return square(frame, labels)


def _vector(frame: pl.DataFrame, labels: list[str], key: str, column: str) -> Any:
    """One number (or branch) for each sector, in their order."""
    if not {"sector", column} <= set(frame.columns):
        raise UsageError(
            f"Columns sector and {column} are needed", where=key, next_step=f"It has {', '.join(frame.columns)}."
        )
    found = dict(frame.select(pl.col("sector").cast(pl.String), column).iter_rows())
    if set(found) != set(labels) or len(found) != frame.height:
        odd = ", ".join(sorted(set(found) ^ set(labels))[:5]) or "one stands there twice"
        raise UsageError(f"The sectors are not those of the table: {odd}", where=key, next_step="One row each.")
    ordered = [found[label] for label in labels]
    return ordered if column == "branch" else np.array(ordered, dtype=float)


def _snapshot(frame: pl.DataFrame, labels: list[str], key: str) -> Any:
    """One year of an input-output system from one table."""
    from analysis.methods.input_output import Snapshot

    needed = ("sector", "intensity", "final_demand")
    if missing := [name for name in needed if name not in frame.columns]:
        raise UsageError(f"Column {', '.join(missing)} missing", where=key, next_step=f"It needs {', '.join(needed)}.")
    coefficients = _square(frame.drop("intensity", "final_demand").select("sector", pl.exclude("sector")), labels, key)
    parts = [
        _vector(frame.select("sector", value=name), labels, key, "value") for name in ("intensity", "final_demand")
    ]
    return Snapshot(parts[0], coefficients, parts[1])


def _point(key: str, text: str) -> Any:
    from analysis.methods.targets import Point

    year, _, rest = text.partition(":")
    value, _, series = rest.partition(":")
    try:
        return Point(int(year), float(value), series)
    except ValueError:
        raise UsageError(
            f"'{text}' is no point", where=f"--with {key}", next_step="Write YEAR:VALUE, as in 2030:3010."
        ) from None
