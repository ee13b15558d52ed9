"""The secrecy gate: before an edition is published, all it says is held against the official table's secret cells.

What official tables suppress must not be calculable from what we print, in this edition or together with those in
place. `official` is the table; `lineage` derives what a fact says of its cells; `released`, `standings` and `earlier`
gather statements from facts and downloads; `rows`, `places` and `accounting` go through charts, tables, texts and
notebooks; `verdict` audits.
"""

from analysis.publishing.secrecy.gate import audit

__all__ = ["audit"]
