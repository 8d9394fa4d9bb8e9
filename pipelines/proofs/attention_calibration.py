"""Makes the table of ordinary days: what each rule finds on generated athletes to whom nothing happens."""

from collections import defaultdict
from datetime import date, timedelta

import numpy as np

from pipelines.observations import outside
from pipelines.observations.attention import together
from pipelines.observations.attention.candidates import signs_of
from pipelines.observations.attention.chance import SHARES, Ordinary
from pipelines.observations.attention.nightly import found_on
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.progress import SILENT, Progress
from pipelines.proofs.attention_lives import live
from pipelines.proofs.attention_tables import histories

FIRST_DATE = date(2025, 8, 1)
LEAD_DAYS = 95
"""Days before the first on which a rule is tried: what any rule looks back on."""
YEAR_DAYS = 365
STEP_DAYS = 3
"""Every third day: neighbours tell little more."""
ATHLETE_COUNT, QUICK_ATHLETE_COUNT = 90, 4


def ordinary_days(
    *,
    quick: bool,
    seed: int,
    athletes: int | None = None,
    step_days: int = STEP_DAYS,
    progress: Progress = SILENT,
) -> tuple[Ordinary, ...]:
    """Every rule on the ordinary days of generated athletes, one year each."""
    count = athletes or (QUICK_ATHLETE_COUNT if quick else ATHLETE_COUNT)
    evidence: dict[str, list[float]] = defaultdict(list)
    held: dict[str, list[bool]] = defaultdict(list)
    numbers = progress.over(range(count), label="Ordinary days", total=count, unit="athletes")
    for number in numbers:
        life = live(number, seed=(seed, number), first=FIRST_DATE, day_count=LEAD_DAYS + YEAR_DAYS, episodes=())
        _, known = histories(life)[-1]
        signs = signs_of(known)
        for day in range(LEAD_DAYS, LEAD_DAYS + YEAR_DAYS, step_days):
            on = FIRST_DATE + timedelta(days=day)
            lean = together.together_on(signs, on)
            if lean is not None:
                evidence[together.RULE].append(lean.evidence)
                held[together.RULE].append(lean.is_held)
            for one in signs[: len(outside.METRICS)]:
                found = found_on(one, on)
                if found.is_tried and found.evidence is not None:
                    evidence[outside.rule(one.metric)].append(found.evidence)
                    held[outside.rule(one.metric)].append(found.side != 0)
            for pattern in every_pattern():
                tried = pattern.judge(known, on)
                if tried is not None:
                    held[pattern.name].append(tried.held is not None)
                    if tried.evidence_sd is not None:
                        evidence[pattern.name].append(tried.evidence_sd)
    versions = {together.RULE: together.VERSION, **{pattern.name: pattern.version for pattern in every_pattern()}}
    return tuple(
        Ordinary(
            rule=rule,
            rule_version=versions.get(rule, outside.VERSION),
            day_count=len(held[rule]),
            held_share=float(np.mean(held[rule])),
            evidence=tuple(float(np.quantile(evidence[rule], 1.0 - share)) for share in SHARES),
        )
        for rule in sorted(held)
        if evidence[rule]
    )
