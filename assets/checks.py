"""The quality checks and the invariants as asset checks: quality tells and never blocks, an invariant blocks.

Generated from the catalogue: a new check appears here by itself. What does not belong here: a rule.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import dagster as dg

import sql
from assets.session import RunSession
from assets.stops import observations, verdicts
from pipelines.quality.catalogue import checks
from pipelines.quality.contract import Check
from pipelines.warehouse.query import frame

Run = dg.ResourceParam[RunSession]

OUTCOMES = ("fail", "not_assessable", "pass")


def quality_checks() -> list[dg.AssetChecksDefinition]:
    """One multi-check per table the rules look at, each rule of the catalogue one check of it."""
    by_table: dict[str, list[Check]] = defaultdict(list)
    for check in checks():
        by_table[check.table].append(check)
    return [_of_table(table, tuple(found)) for table, found in sorted(by_table.items())]


def invariant_checks() -> list[dg.AssetChecksDefinition]:
    """One multi-check of all invariants: queries that must return no row. One that does keeps pages unpublished."""
    names = sql.names("invariants")
    return [_of_invariants(names)] if names else []


def _of_table(table: str, rules: tuple[Check, ...]) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            rule.name,
            asset=verdicts,
            description=rule.documentation,
            metadata={"table": table, "version": rule.version, "purposes": ", ".join(rule.purposes)},
        )
        for rule in rules
    ]

    @dg.multi_asset_check(name=f"quality_of_{table}", specs=specs, description=f"Rules on {table}: they never block.")
    def quality(context: dg.AssetCheckExecutionContext, run: Run) -> Iterator[dg.AssetCheckResult]:
        found = frame(run.warehouse.con, "queries/check_outcome_counts.sql", squad=_squad(context))
        counted = {(name, outcome): count for name, outcome, count in found.iter_rows()}
        for rule in rules:
            yield outcome_of(rule, {outcome: counted.get((rule.name, outcome), 0) for outcome in OUTCOMES})

    return quality


def outcome_of(rule: Check, counts: Mapping[str, int]) -> dg.AssetCheckResult:
    """One rule's result for one squad: a warning when any subject fails, with all three counts beside it."""
    return dg.AssetCheckResult(
        check_name=rule.name,
        asset_key=verdicts.key,
        passed=counts["fail"] == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            **{f"subjects/{outcome}": counts[outcome] for outcome in OUTCOMES},
            **{
                f"threshold/{threshold.name}": f"{threshold.number:g} {threshold.unit} ({threshold.source})"
                for threshold in rule.thresholds
            },
            "consequence": rule.consequence,
            "remedy": rule.remedy,
        },
    )


def _of_invariants(names: tuple[str, ...]) -> dg.AssetChecksDefinition:
    titles = {name.removeprefix("invariants/").removesuffix(".sql"): name for name in names}
    specs = [
        dg.AssetCheckSpec(title, asset=observations, blocking=True, description=_grain(sql.statement(name)))
        for title, name in titles.items()
    ]

    @dg.multi_asset_check(name="invariants", specs=specs, description="What must hold: a run that breaks one stops.")
    def invariants(run: Run) -> Iterator[dg.AssetCheckResult]:
        for title, name in titles.items():
            broken = frame(run.warehouse.con, name)
            yield dg.AssetCheckResult(
                check_name=title,
                asset_key=observations.key,
                passed=broken.is_empty(),
                severity=dg.AssetCheckSeverity.ERROR,
                metadata={"rows": broken.height, "first": str(broken.head(1).to_dicts())},
            )

    return invariants


def _grain(statement: str) -> str:
    """The leading comment of an SQL file: what it says no row may be."""
    comments = [line.removeprefix("--").strip() for line in statement.splitlines() if line.startswith("--")]
    return " ".join(comments)


def _squad(context: dg.AssetCheckExecutionContext) -> str:
    return context.op_execution_context.partition_key
