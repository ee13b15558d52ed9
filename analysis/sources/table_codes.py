"""Codes of GENESIS tables: "13111-01-03-4" (Regionalstatistik), "81000-0001" (Destatis)."""

import re

from analysis.sources.originals import publishers_name

CODE = r"\d{5}-(?:\d{2}-\d{2}-\d[A-Z]?|\d{4}[A-Z]?)"


def code_in_name(name: str, statistic: str = "") -> str:
    """The code a file's name begins with, if it is one of the statistic; else empty."""
    found = re.match(CODE, publishers_name(name))
    return found[0] if found and found[0].startswith(statistic) else ""
