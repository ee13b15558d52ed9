"""What a figure says of secret cells, as a quotient of two sums, and the rounding it is said with."""

from dataclasses import dataclass
from typing import Self

import polars as pl

from analysis.catalogue import Indicator
from analysis.methods.bounds import printed_ratio, printed_sum
from analysis.publishing.secrecy.official import Cell
from analysis.wording import UNITS

# Public figures enter as multiples of this cell, which is one: so sums need no constant of their own.
ONE: Cell = ("one", "one", 0)
Sum = dict[Cell, float]
# Relative: what printing a float and calculating with it may be off.
NOISE = 1e-9


def weighted(*parts: tuple[float, Sum]) -> Sum:
    """Σ factor · sum, without cells that cancel out."""
    found: Sum = {}
    for factor, part in parts:
        for cell, coefficient in part.items():
            found[cell] = found.get(cell, 0.0) + factor * coefficient
    return {cell: coefficient for cell, coefficient in found.items() if coefficient}


def constant(value: float) -> Sum:
    """A public number."""
    return {ONE: value}


@dataclass(frozen=True)
class Quotient:
    """above / below, both sums over secret cells and `ONE`; a sum alone is a quotient by one."""

    above: Sum
    below: Sum

    @classmethod
    def of(cls, above: Sum | float, below: Sum | float = 1.0) -> Self:
        """From sums or numbers."""
        return cls(*(part if isinstance(part, dict) else constant(part) for part in (above, below)))

    @property
    def cells(self) -> frozenset[Cell]:
        """The secret cells it depends on."""
        return frozenset((self.above.keys() | self.below.keys()) - {ONE})

    @property
    def divisor(self) -> float | None:
        """What is divided by, if that is public."""
        return self.below.get(ONE, 0.0) if not self.below.keys() - {ONE} else None

    @property
    def linear(self) -> Sum | None:
        """The quotient as a sum; None where a secret cell, or nothing, is divided by."""
        return weighted((1 / self.divisor, self.above)) if self.divisor else None

    @property
    def number(self) -> float | None:
        """Its value, where that is public."""
        return None if self.cells or not self.divisor else self.above.get(ONE, 0.0) / self.divisor

    def times(self, factor: float) -> "Quotient":
        """The same, multiplied by a number."""
        return Quotient(weighted((factor, self.above)), self.below)

    def by(self, other: "Quotient") -> "Quotient | None":
        """This divided by another; None where that is no quotient of sums."""
        if self.linear is not None and other.linear is not None:
            return Quotient(self.linear, other.linear)
        if self.divisor is None and other.number:
            return self.times(1 / other.number)
        return None

    def less(self, other: "Quotient") -> "Quotient | None":
        """This less another; None where that is no quotient of sums."""
        if self.linear is not None and other.linear is not None:
            return Quotient.of(weighted((1.0, self.linear), (-1.0, other.linear)))
        if self.below == other.below:
            return Quotient(weighted((1.0, self.above), (-1.0, other.above)), self.below)
        if self.divisor is None and (known := other.number) is not None:
            return Quotient(weighted((1.0, self.above), (-known, self.below)), self.below)
        return None


def grid(indicator: Indicator) -> float:
    """The unit an indicator is rounded to in print, in the unit its facts are stored in."""
    return indicator.round_to or 10.0**-indicator.decimals / UNITS[indicator.unit].scale


def step_of(value: float, unit: float) -> float:
    """How finely a stored value says what it says: its unit of rounding where it lies on that grid, else exactly.

    Downloads carry stored values, so that what a report rounds is out all the same.
    """
    places = value / unit
    rounded = abs(places - round(places)) <= NOISE * max(1.0, abs(places))
    return unit if rounded else 2 * NOISE * max(1.0, abs(value))


@dataclass(frozen=True)
class Statement:
    """Something we print: the quotient lies within [low, high]. `name` says where it stands; an `interval` is printed
    as one, so that nobody may calculate a single secret cell's back from it."""

    name: str
    quotient: Quotient
    low: float
    high: float
    interval: bool = False

    @classmethod
    def rounded(cls, name: str, quotient: Quotient, value: float, step: float) -> Self:
        """A value printed with a unit of rounding."""
        return cls(name, quotient, value - step / 2, value + step / 2)

    def rows(self) -> pl.DataFrame:
        """As rows for the disclosure audit."""
        value, step = (self.low + self.high) / 2, self.high - self.low
        above, divisor = members(self.quotient.above), self.quotient.divisor
        if divisor is None:
            return printed_ratio(self.name, above, members(self.quotient.below), value, step)
        return printed_sum(self.name, above, value * divisor, step * abs(divisor))


def members(form: Sum) -> pl.DataFrame:
    """A sum as members, one row per cell."""
    schema = {"region": pl.String, "branch": pl.String, "year": pl.Int64, "coefficient": pl.Float64}
    return pl.DataFrame([(*cell, coefficient) for cell, coefficient in form.items()], schema=schema, orient="row")
