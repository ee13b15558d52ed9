"""Runs a method on files and gives every result as tables."""

import inspect
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import UsageError
from analysis.methods.frames import MethodError
from analysis.workbench import arguments, methods

Tables = dict[str, pl.DataFrame]


def call(name: str, files: Mapping[str, str], options: Mapping[str, str]) -> tuple[Tables, list[str]]:
    """The method's result as tables by name, and the cautions it gave. `files` and `options` are as typed.

    Raises UsageError for unknown names and unreadable files, and with the method's own sentence where it refuses.
    """
    method = methods.find(name)
    given, labels = arguments.from_files(method, files)
    given |= arguments.from_options(method, options)
    needed = [key for key, item in method.parameters.items() if item.default is inspect.Parameter.empty]
    if missing := [key for key in needed if key not in given]:
        raise UsageError(f"{name} also needs {', '.join(missing)}", where="method", next_step=method.usage)
    if labels and "labels" in method.options:
        given.setdefault("labels", labels)
    try:
        with warnings.catch_warnings(record=True) as cautions:
            warnings.simplefilter("always")
            result = method.function(**given)
    except MethodError as error:
        raise UsageError(str(error), where=f"method {name}", next_step=method.usage) from error
    return tables(result, labels), [str(caution.message) for caution in cautions]


def tables(result: Any, labels: Sequence[str] = (), name: str = "result") -> Tables:
    """Whatever a method returns, as tables by name."""
    if isinstance(result, pl.DataFrame):
        return {name: result}
    if isinstance(result, np.ndarray):
        return {name: _array(result, labels)}
    if is_dataclass(result):
        return _parts({item.name: getattr(result, item.name) for item in fields(result)}, labels, name)
    return _parts(result._asdict(), labels, name)


def _array(result: np.ndarray, labels: Sequence[str]) -> pl.DataFrame:
    """A square or a vector with the names of its sectors; the sector a table was closed by is called households."""
    names = [*labels, "households"][: len(result)] if len(result) > len(labels) else list(labels)
    columns = dict(zip(names, result.T, strict=True)) if result.ndim == 2 else {"value": result}
    return pl.DataFrame({"sector": names, **columns})


def _parts(parts: Mapping[str, Any], labels: Sequence[str], name: str) -> Tables:
    """Single values share one row; frames, and what holds frames, are tables of their own."""
    single = {key: _single(value) for key, value in parts.items() if _is_single(value)}
    found = {name: pl.DataFrame({key: [value] for key, value in single.items()})} if single else {}
    for key, value in parts.items():
        if key not in single:
            found |= tables(value, labels, key)
    return found


def _is_single(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | tuple | list)


def _single(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else value


def as_rows(frame: pl.DataFrame) -> list[dict[str, str]]:
    """The table's cells as text for the terminal: six digits that count, nothing in scientific notation."""
    floats = [name for name in frame.columns if frame.schema[name].is_float()]
    largest = {name: frame[name].abs().max() or 0.0 for name in floats}
    return [{name: _cell(value, largest.get(name, 0.0)) for name, value in row.items()} for row in frame.to_dicts()]


def _cell(value: Any, largest: float) -> str:
    if value is None:
        return "unknown"
    if not isinstance(value, float):
        return str(value)
    if abs(value) <= 1e-12 * largest or value == 0:  # what adding up decimals leaves
        return "0"
    digits = max(0, 5 - math.floor(math.log10(abs(value))))
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
