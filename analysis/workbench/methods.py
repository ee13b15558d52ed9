"""Which methods there are, and which of their arguments come from files."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.errors import UsageError


@dataclass(frozen=True)
class Method:
    """One method of the library. `files` are the arguments that come from files, the first one named first:

    `frame` a tidy table · `reference` a table or the id of a region · `square` sectors by sectors, tidy (deliverer,
    receiver, value) or wide with the names in the first column · `closed` a square with one sector more · `vector`
    (sector, value) · `branches` (sector, branch) · `snapshot` (sector, intensity, final_demand and a column for each
    sector) · `by` a table that becomes the denominator · `point` no file but YEAR:VALUE[:SERIES].
    """

    name: str
    module: str
    files: Mapping[str, str]

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself; its module is imported when it is asked for."""
        return getattr(importlib.import_module(f"analysis.methods.{self.module}"), self.name)

    @property
    def promise(self) -> str:
        """The first sentence of the docstring."""
        return " ".join(inspect.getdoc(self.function).split("\n\n")[0].split())

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """All arguments but those that only pass others on."""
        found = inspect.signature(self.function).parameters
        return {name: item for name, item in found.items() if item.kind is not inspect.Parameter.VAR_KEYWORD}

    @property
    def options(self) -> dict[str, inspect.Parameter]:
        """The arguments that come from no file."""
        return {name: item for name, item in self.parameters.items() if name not in self.files}

    @property
    def usage(self) -> str:
        """What the method takes, in a line."""
        first, *others = self.files
        points = [f"--with {name}=YEAR:VALUE" for name in others if self.files[name] == "point"]
        tables = [f"--with {name}=FILE" for name in others if self.files[name] != "point"]
        sets = [f"--set {name}=..." for name in self.options if name != "labels"]
        return f"It takes {' '.join([first.upper(), *tables, *points, *sets])}."


_SQUARE = {"flows": "square", "output": "vector"}
_CELLS = {"values": "frame", "reference": "reference"}
_BY_MODULE: dict[str, dict[str, dict[str, str]]] = {
    "specialisation": {
        "location_quotient": _CELLS,
        "specialisation": _CELLS,
        "concentration": _CELLS,
        "ellison_glaeser": {"plants": "frame", "reference": "frame"},
        "litzenberger_sternberg": {
            "values": "frame",
            "area": "frame",
            "population": "frame",
            "plants": "frame",
            "reference": "reference",
        },
        "portfolio": _CELLS,
    },
    "growth": {
        "shift_share": _CELLS,
        "spatial_shift_share": _CELLS | {"neighbours": "frame"},
        "convergence": {"panel": "frame"},
        "mobility": {"panel": "frame"},
    },
    "input_output": {
        "technical_coefficients": _SQUARE,
        "leontief_inverse": {"coefficients": "square"},
        "ghosh_inverse": _SQUARE,
        "multipliers": {"inverse": "square", "satellite": "vector", "closed": "closed"},
        "closed_for_households": {"A": "square", "pay": "vector", "consumption": "vector"},
        "linkages": {"inverse": "square", "ghosh": "square"},
        "location_quotient_regionalisation": {"A": "square", "regional": "vector", "national": "vector"},
        "structural_decomposition": {"start": "snapshot", "end": "snapshot"},
    },
    "network": {
        "network_weights": _SQUARE | {"branches": "branches", "final_demand": "vector"},
        "network_jobs": {"employment": "frame", "weights": "frame", "bounds": "frame"},
        "network_headcount": {"employment": "frame"},
        "calibrate": {"employment": "frame", "weights": "frame"},
    },
    "emissions": {
        "intensities": {"emissions": "frame", "by": "by", "deflators": "by"},
        "lmdi": {"start": "frame", "end": "frame"},
        "regional_lmdi": {"a": "frame", "b": "frame"},
        "chained_lmdi": {"values": "frame"},
        "decoupling": {"emissions": "frame", "output": "frame"},
    },
    "targets": {"path": {"observations": "frame", "baseline": "point", "target": "point"}},
    "complexity": {
        "complexity": _CELLS,
        "relatedness": _CELLS,
        "density": _CELLS,
    },
    "bounds": {
        "aggregate_bounds": {"cells": "frame", "margins": "frame", "groups": "frame"},
        "disclosure_audit": {"released": "frame", "cells": "frame", "margins": "frame"},
    },
}
METHODS = {name: Method(name, module, files) for module, found in _BY_MODULE.items() for name, files in found.items()}
# In the library only: what they give is to be seen by no one but the audit.
WITHHELD = {"suppression_bounds": "aggregate_bounds"}


def find(name: str) -> Method:
    """The method of that name. Raises UsageError that lists the known ones."""
    if name in WITHHELD:
        raise UsageError(
            f"{name} gives the interval of single secret cells, which is written nowhere",
            where="method",
            next_step=f"Use {WITHHELD[name]} for sums over several cells.",
        )
    if name not in METHODS:
        raise UsageError(f"Method '{name}' is unknown", where="method", next_step=f"There are {', '.join(METHODS)}.")
    return METHODS[name]
