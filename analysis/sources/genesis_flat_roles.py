"""Which variable of a flat row is the region, which the branch, and which another attribute of what is measured.

The codes of the variables say so, row by row: DINSG, DLAND, REGBEZ and KREISE stand in one column. There are few of
them, so each is looked at once, and the rows are only compared with the codes that were found.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

_REGION = re.compile(r"DINSG|DG|DLAND|BLAND|REGBEZ|DREGBZ|KREIS|GEMEIN|NUTS")
_BRANCH = re.compile(r"WZ|CPA?\d|NACE")
_STATED = re.compile(r"(WZ|CP)A?(?:20)?(93|02|03|08|25)|(?:WZ|CPA)\d\d")
_YEARS = {"93": "93", "02": "2002", "03": "2003", "08": "2008", "25": "2025"}


@dataclass(frozen=True)
class Variable:
    """One column of variables: names of its code and attribute columns, and what each code in it is.

    `regions` and `branches` are codes, the latter with the name of their classification; `others` are attributes.
    """

    code: str
    attribute: str
    regions: tuple[str, ...]
    branches: dict[str, str]
    others: tuple[str, ...]

    @property
    def known(self) -> list[str]:
        """All codes."""
        return [*self.regions, *self.branches, *self.others]


def variable(code: str, attribute: str, pairs: Iterable[tuple[str, str | None]]) -> Variable:
    """Sort the codes of a column by the pairs of code and attribute that occur in it."""
    found: dict[str, list[str]] = {}
    for one, value in pairs:
        found.setdefault(one, []).append(value or "")
    regions = tuple(one for one in found if _REGION.match(one))
    branches = {one: name for one, values in found.items() if one not in regions and (name := _branch(one, values))}
    others = tuple(one for one in found if one not in regions and one not in branches)
    return Variable(code, attribute, regions, branches, others)


def _branch(code: str, attributes: list[str]) -> str:
    """The classification of a branch variable as "WZ 2008", "CPA 2008"; empty if it is none."""
    marked = next((text for text in attributes if re.match(r"(?:WZ|CPA)\d\d", text)), "")
    if not _BRANCH.match(code) and not marked:
        return ""
    found = _STATED.match(code) or _STATED.match(marked)
    if not found or not found[1]:
        return marked.split("-")[0] or code
    return f"{'CPA' if found[1] == 'CP' else 'WZ'} {_YEARS[found[2]]}"


def region(variables: Iterable[Variable]) -> pl.Expr:
    """The region's code: "DG" where a regional variable has no attribute, "" where a row has no such variable."""
    cases = [
        pl.when(pl.col(one.code).is_in(one.regions)).then(pl.col(one.attribute).fill_null("DG"))
        for one in variables
        if one.regions
    ]
    return pl.coalesce(*cases, pl.lit(""))


def branch(variables: Iterable[Variable]) -> pl.Expr:
    """The branch's code, "total" for none."""
    cases = [
        pl.when(pl.col(one.code).is_in(list(one.branches))).then(pl.col(one.attribute).fill_null("total"))
        for one in variables
        if one.branches
    ]
    return pl.coalesce(*cases, pl.lit("total"))


def classification(variables: Iterable[Variable]) -> pl.Expr:
    """The name of the branch classification, "none" without a branch variable.

    Compared with each code, since `replace_strict` would hold the whole file in memory.
    """
    cases = [
        pl.when(pl.col(one.code) == code).then(pl.lit(name)) for one in variables for code, name in one.branches.items()
    ]
    return pl.coalesce(*cases, pl.lit("none"))


def measure(variables: Iterable[Variable], base: pl.Expr) -> pl.Expr:
    """The variable of the value with the attributes that are neither region nor branch: "ERW032|NAT=NATA"."""
    parts: list[pl.Expr] = []
    earlier: dict[str, list[pl.Expr]] = {"regions": [], "branches": []}
    for one in variables:
        name = pl.lit(f"|{one.known[0]}=") if len(one.known) == 1 else pl.format("|{}=", pl.col(one.code))
        part = name + pl.col(one.attribute)
        taken = []
        for role, before in earlier.items():
            codes = list(getattr(one, role))
            if codes:
                is_role = pl.col(one.code).is_in(codes)
                taken.append(is_role & ~reduce(or_, before) if before else is_role)
                before.append(is_role)
        whole = len(taken) == 1 and not one.others and all(len(before) < 2 for before in earlier.values())
        if not whole:
            parts.append(pl.when(~reduce(or_, taken)).then(part) if taken else part)
    return pl.concat_str(base, *(part.fill_null("") for part in parts))
