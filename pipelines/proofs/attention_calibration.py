"""Makes the tables of ordinary days and nights: what the rules find on generated athletes to whom nothing happens.

Days tell how rare what one rule found is. Nights, one after the other, tell how often an athlete who may be shown has
as rare a find of any rule: each is left alone for a week once shown, as the list leaves them alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from pipelines.observations import outside
from pipelines.observations.attention import rarest, together
from pipelines.observations.attention.candidates import signs_of
from pipelines.observations.attention.chance import SHARES, Ordinary
from pipelines.observations.attention.contract import LOOK, Candidate, Shown
from pipelines.observations.attention.decide import COOLDOWN_DAYS, NOVELTY_DAYS, covers
from pipelines.observations.attention.nightly import found_on
from pipelines.observations.attention.rarest import Rate
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.progress import SILENT, Progress
from pipelines.proofs.attention_lives import Life, live
from pipelines.proofs.attention_replay import told
from pipelines.proofs.attention_tables import histories

FIRST_DATE = date(2025, 8, 1)
LEAD_DAYS = 95
"""Days before the first on which a rule is tried: what any rule looks back on."""
YEAR_DAYS = 365
STEP_DAYS = 3
"""Every third day: neighbours tell little more."""
ATHLETE_COUNT, QUICK_ATHLETE_COUNT = 90, 4
NIGHT_ATHLETE_COUNT = 180
"""Athletes whose nights are measured: what has to be rare enough for fifty athletes happens once a year to few."""
SCORES = tuple(float(score) for score in np.geomspace(1e-6, 1.0, 49))
"""Scores whose rate is measured: eight in each power of ten."""
LEAST_ROWS = 8
"""Rows below which a rate is not told. Engineering start value."""
ROW_SPREADS = 1.64
"""Standard deviations of the number of rows above which a rate is told: one-sided 95 %, for the athletes measured are
few, a line that rises lets in what has waited above it for days, and a rate that is too low is a false discovery rate
that is too high."""


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
        _, known = histories(_life(seed, number))[-1]
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


def ordinary_nights(
    *, quick: bool, seed: int, athletes: int | None = None, progress: Progress = SILENT
) -> tuple[Rate, ...]:
    """How often a night brings scores as low, of generated athletes who may be shown; a year of nights each.

    What single rules find is as rare as the table of days in use says: that one is made first.
    """
    count = athletes or (QUICK_ATHLETE_COUNT if quick else NIGHT_ATHLETE_COUNT)
    dates = [FIRST_DATE + timedelta(days=LEAD_DAYS + n) for n in range(YEAR_DAYS)]
    years = []
    for number in progress.over(range(count), label="Ordinary nights", total=count, unit="athletes"):
        said = told(number, histories(_life(seed, number)), dates).candidates
        years.append([[one for one in said[on] if _counts(one)] for on in dates])
    return tuple(rates_of(years, dates))


def _life(seed: int, number: int) -> Life:
    return live(number, seed=(seed, number), first=FIRST_DATE, day_count=LEAD_DAYS + YEAR_DAYS, episodes=())


def _counts(one: Candidate) -> bool:
    return one.kind == LOOK and one.is_held and rarest.has_lasted(one)


def rates_of(years: Sequence[Sequence[Sequence[Candidate]]], dates: Sequence[date]) -> Iterator[Rate]:
    """The rate of every score that is low enough for enough rows, its upper end, rising; one year each."""
    share = 0.0
    for score in SCORES:
        found = [shown_below(score, year, dates) for year in years]
        rows, free = sum(rows for rows, _ in found), sum(free for _, free in found)
        most = (rows + ROW_SPREADS * rows**0.5) / free
        if rows >= LEAST_ROWS and most > share:
            share = most
            yield Rate(score=score, share=share, row_count=rows)


def shown_below(score: float, year: Sequence[Sequence[Candidate]], dates: Sequence[date]) -> tuple[int, int]:
    """Nights on which one athlete is shown when this score is the line, and nights on which the athlete may be."""
    shown: list[Shown] = []
    free = 0
    for on, held in zip(dates, year, strict=True):
        if shown and (on - shown[-1].night_date).days < COOLDOWN_DAYS:
            continue
        free += 1
        late = [one for one in shown if (on - one.night_date).days <= NOVELTY_DAYS]
        low = [one for one in held if rarest.score(one) <= score and not any(covers(each, one, on) for each in late)]
        if low:
            leading = min(low, key=lambda one: (one.p_value, one.rule))
            shown.append(Shown(night_date=on, athlete_id=0, kind=LOOK, leading_rule=leading.rule))
    return len(shown), free
