"""Great Expectations over staging and marts: suites as code, counts by DuckDB, verdicts by the suites.

DuckDB counts the rows that break a rule, and one suite per table expects each count to be zero: great_expectations
reads no polars frames and fails on DuckDB through SQLAlchemy, and its pandas checks are slow on large tables. An
expectation that raises (the query failed, the column is missing) is a failure of its own kind: not bad data, no pass.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pandas as pd

from analysis import warehouse
from analysis.errors import DataCheckError
from analysis.rules import CRITICAL, TABLES_DE, Rule, rules

SAMPLES = 5


@dataclass(frozen=True)
class CheckResult:
    """The verdict on one rule. `samples` are offending rows (their `columns` in order); `raised` is the error of a
    check that itself failed."""

    table: str
    table_de: str
    rule: str
    rule_de: str
    severity: str
    checked: int
    violations: int
    passed: bool
    raised: str
    columns: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class _Count:
    rule: Rule
    checked: int
    violations: int | None
    raised: str = ""
    columns: str = ""
    samples: tuple[str, ...] = ()


def run(path: Path) -> list[CheckResult]:
    """Check the warehouse at `path`; one result a rule, in the order of the rules."""
    with warehouse.connect(path) as connection:
        counts = [_count(connection, rule) for rule in rules()]
    return _verdicts(counts)


def require(results: list[CheckResult]) -> None:
    """Raise DataCheckError that names table, rule and rows if a critical rule is broken or a check itself failed."""
    broken = [result for result in results if not result.passed and (result.severity == CRITICAL or result.raised)]
    if not broken:
        return
    first = broken[0]
    others = f" (and {len(broken) - 1} more rules)" if len(broken) > 1 else ""
    if first.raised:
        what = f"The check '{first.rule}' of {first.table} could not be made: {first.raised}{others}"
    else:
        rows = f"({first.columns}) {'; '.join(first.samples)}"
        what = f"{first.table} breaks the rule '{first.rule}' in {first.violations} rows: {rows}{others}"
    raise DataCheckError(
        what,
        where=first.rule_de,
        next_step="Nothing was published. Correct or re-import the source; all results are in checks.json.",
    )


def to_json(results: list[CheckResult]) -> bytes:
    """The results as the reports' data-quality page reads them."""
    return (json.dumps([asdict(result) for result in results], ensure_ascii=False, indent=1) + "\n").encode()


def _count(connection: duckdb.DuckDBPyConnection, rule: Rule) -> _Count:
    try:
        checked = connection.execute(f"select count(*) from {rule.table}").fetchone()[0]
        found = connection.execute(rule.violations)
        names = [column[0] for column in found.description]
        rows = found.fetchall()
    except duckdb.Error as error:
        return _Count(rule, 0, None, str(error).splitlines()[0])
    samples = tuple(", ".join(map(str, row)) for row in rows[:SAMPLES])
    return _Count(rule, checked, len(rows), columns=", ".join(names), samples=samples)


def _verdicts(counts: list[_Count]) -> list[CheckResult]:
    """One suite per table over a one-row ledger of violation counts."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("warehouse")
    verdicts: dict[tuple[str, str], tuple[bool, str]] = {}
    for table in dict.fromkeys(count.rule.table for count in counts):
        own = [count for count in counts if count.rule.table == table]
        ledger = pd.DataFrame({c.rule.name: [c.violations] for c in own if c.violations is not None} or {"none": [0]})
        batch = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("ledger")
        suite = gx.ExpectationSuite(
            name=table,
            expectations=[
                gx.expectations.ExpectColumnMaxToBeBetween(
                    column=count.rule.name, max_value=0, meta={"severity": count.rule.severity}
                )
                for count in own
            ],
        )
        result = batch.get_batch(batch_parameters={"dataframe": ledger}).validate(suite)
        for outcome in result.results:
            name = outcome.expectation_config.kwargs["column"]
            verdicts[table, name] = (bool(outcome.success), _exception(outcome.exception_info))
    return [_result(count, *verdicts[count.rule.table, count.rule.name]) for count in counts]


def _exception(info: dict) -> str:
    """The message of an expectation that raised; its place in the result differs by version of the package."""
    parts = [info] if "raised_exception" in info else list(info.values())
    return next((str(part.get("exception_message")) for part in parts if part.get("raised_exception")), "")


def _result(count: _Count, passed: bool, raised: str) -> CheckResult:
    rule = count.rule
    return CheckResult(
        table=rule.table,
        table_de=TABLES_DE[rule.table],
        rule=rule.name,
        rule_de=rule.label_de,
        severity=rule.severity,
        checked=count.checked,
        violations=count.violations or 0,
        passed=passed and not count.raised,
        raised=count.raised or raised,
        columns=count.columns,
        samples=count.samples,
    )
