"""The checks as a page: generated from their declarations, so that it cannot lag behind."""

from itertools import groupby

from pipelines.quality import conformal
from pipelines.quality.catalogue import checks
from pipelines.quality.contract import Check
from pipelines.quality.limits import LIMITS, Limit


def checks_markdown() -> str:
    """Every check with its table, thresholds, consequence and remedy, then limits and factors, as Markdown."""
    parts = ["# Checks", "", "Generated from the declarations in `pipelines/quality`.", ""]
    for signal, found in groupby(sorted(checks(), key=lambda check: check.signal), key=lambda check: check.signal):
        parts += [f"## {signal.replace('_', ' ')}", ""]
        for check in found:
            parts += _described(check)
    return "\n".join([*parts, *_limits(), *_factors()])


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


def _factors() -> list[str]:
    rows = [
        f"| {x.purpose} | {x.source} | {100 * x.flagged_from:g}-{100 * x.flagged_to:g} % | {x.factor:g} | {x.basis} "
        f"| {x.subject_count or ''} | {'' if x.coverage is None else f'{x.coverage:.3f}'} |"
        for x in conformal.TABLE
    ]
    one = max(conformal.TABLE, key=lambda x: x.subject_count)
    told = (
        "What an expected error is multiplied with so that 80 % of errors are smaller, by the share of flagged rows: "
        f"measured by `wattworth calibrate` on simulated subjects (seed {one.seed}, generator version "
        f"{one.generator_version}, {one.made_on.isoformat()}), each stratum of at least 100 of them by itself, else "
        "with all of its source or its purpose. Coverage is that of subjects by the factor of the other half. Where "
        "the generator knows no truth the factor is one: not calibrated."
    )
    head = ["## Factors of expected errors", "", told, ""]
    return [
        *head,
        "| purpose | source | flagged | factor | of | n | coverage |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
    ]


def calibration_in_words(limit: Limit) -> str:
    """Whether the expected error that is held against a limit was calibrated, and on how many."""
    own = [one for one in conformal.TABLE if (one.purpose, one.source) == (limit.purpose, limit.source)]
    count = max((one.subject_count for one in own), default=0)
    if not count:
        return "expected error not calibrated: the simulation knows no truth of it"
    low, high = min(one.factor for one in own), max(one.factor for one in own)
    factor = f"factor {low:g}" if low == high else f"factor {low:g} to {high:g}"
    return f"expected error calibrated on simulated subjects, {factor}"


def limit_in_words(limit: Limit) -> str:
    """The largest expected error of one limit with its unit, or as a share of the athlete's own spread."""
    if limit.measure == "absolute":
        return f"{limit.number:g} {limit.unit}"
    return (
        f"{limit.number:g} of the athlete's own spread of 60 days, at least {limit.floor:g} {limit.unit}; "
        f"{limit.fallback_spread:g} {limit.unit} stands for the spread below 14 days"
    )
