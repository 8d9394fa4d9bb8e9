"""The checks as a page: generated from their declarations, so that it cannot lag behind."""

from itertools import groupby

from pipelines.quality.catalogue import checks
from pipelines.quality.contract import Check
from pipelines.quality.limits import LIMITS, Limit


def checks_markdown() -> str:
    """Every check with its table, thresholds, consequence and remedy, then the table of limits, as Markdown."""
    parts = ["# Checks", "", "Generated from the declarations in `pipelines/quality`.", ""]
    for signal, found in groupby(sorted(checks(), key=lambda check: check.signal), key=lambda check: check.signal):
        parts += [f"## {signal.replace('_', ' ')}", ""]
        for check in found:
            parts += _described(check)
    return "\n".join([*parts, *_limits()])


def _described(check: Check) -> list[str]:
    thresholds = [f"| {t.name} | {t.number:g} | {t.unit} | {t.source} |" for t in check.thresholds]
    worst = f"at worst {check.severity} for {', '.join(check.purposes)}" if check.purposes else "spoils no purpose"
    return [
        f"### {check.name}",
        "",
        " ".join(check.documentation.split()),
        "",
        f"Looks at `{check.table}`; version {check.version}; {worst}.",
        "",
        f"Not assessable: {check.why_not}.",
        "",
        f"Consequence: {check.consequence}",
        "",
        f"Remedy: {check.remedy}",
        "",
        "| threshold | number | unit | source |",
        "|---|---|---|---|",
        *thresholds,
        "",
    ]


def _limits() -> list[str]:
    rows = [f"| {x.purpose} | {x.source} | {limit_in_words(x)} | {x.note} |" for x in LIMITS]
    head = ["## Limits", "", "The largest expected error (smaller in 80 % of cases) that still serves a purpose.", ""]
    return [*head, "| purpose | source | limit | from |", "|---|---|---|---|", *rows, ""]


def limit_in_words(limit: Limit) -> str:
    """The largest expected error of one limit with its unit, or as a share of the athlete's own spread."""
    if limit.measure == "absolute":
        return f"{limit.number:g} {limit.unit}"
    return (
        f"{limit.number:g} of the athlete's own spread of 60 days, at least {limit.floor:g} {limit.unit}; "
        f"{limit.fallback_spread:g} {limit.unit} stands for the spread below 14 days"
    )
