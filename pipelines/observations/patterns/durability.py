"""Late in long runs heart rate buys less pace than it used to: the last weeks against alike runs of the weeks before.

The figure is the fall of speed per heartbeat in the last three kilometres against kilometres 5 to 10 of the same run
(`observations.durability`, after Smyth et al. 2022, doi:10.1007/s40279-022-01680-5). Held against each other are runs
alike in pace, length, ground, sensor and, where the records state one, temperature; without enough of them nothing is
claimed, and the reason is told.
"""

from datetime import date
from statistics import fmean, median

from pipelines.observations.patterns.alike import Comparison
from pipelines.observations.patterns.comparable import not_known
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import CHANGE_DAYS, History, Run
from pipelines.observations.patterns.student import evidence_of, least_spread_of

RECENT_DAYS, EARLIER_DAYS = 28, 70
"""The last weeks, and those before them that they are held against: long runs come once a week."""
LEAST_RECENT, LEAST_EARLIER = 3, 4
"""Long runs alike in effort in each below which nothing is said. Engineering start values."""
LEAST_ALIKE = 2
"""Runs before that each run of the last weeks has to be alike with. Engineering start value."""
LEAST_DIFFERENCE_FRACTION = 0.015
"""Smallest difference of the medians (fraction) that is told: runs differ by as much. Engineering start value."""
FALL_FRACTION = 0.05
"""Fall of speed per heartbeat (fraction) that is counted in words: as for decoupling; it decides nothing."""
LEAST_EVIDENCE_SD = 2.33
"""Standard deviations that the last weeks have to lie above those before. Engineering start value."""


COMPARISON = Comparison(
    name="late",
    has=lambda run: run.late_fraction is not None and run.decoupling is not None,
    days=(RECENT_DAYS, EARLIER_DAYS),
    least=(LEAST_RECENT, LEAST_EARLIER),
    least_alike=LEAST_ALIKE,
)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few long runs alike in effort."""
    times = COMPARISON.times(known, on)
    if times is None:
        return None
    recent, earlier = _falls(times.recent), _falls(times.earlier)
    errors = [run.decoupling.expected_error for run in times.runs if run.decoupling is not None]
    evidence = evidence_of(recent, earlier, least_spread=least_spread_of(errors))
    now, usual = median(recent), median(earlier)
    error = fmean(one**2 for one in errors) ** 0.5 * (1.0 / len(recent) + 1.0 / len(earlier)) ** 0.5
    if now - usual <= max(error, LEAST_DIFFERENCE_FRACTION) or evidence < LEAST_EVIDENCE_SD:
        return Tried(evidence_sd=evidence)
    above = sum(one >= FALL_FRACTION for one in recent)
    against = f"against {100 * usual:.1f} % on {len(earlier)} alike in effort before"
    fallen = [run.fell_after_m / 1000.0 for run in times.recent if run.fell_after_m is not None]
    onset = f"; from km {median(fallen):.0f} on, on {len(fallen)} of them" if fallen else ""
    detail = f"{100 * now:.1f} % less pace per heartbeat late in {len(recent)} long runs {against}{onset}"
    return Tried(
        held=Held(
            pattern_value=now,
            usual_value=usual,
            expected_error=float(error),
            evidence_sd=evidence,
            components=(Component(component="late_fall_higher", detail=detail, day_count=above),),
            observation_ids=tuple(run.decoupling.observation_id for run in times.recent if run.decoupling is not None),
            doubts=known.doubts(on, days=CHANGE_DAYS),
            remarks=(not_known(times.runs),),
        ),
        evidence_sd=evidence,
    )


def _falls(runs: tuple[Run, ...]) -> list[float]:
    return [run.late_fraction for run in runs if run.late_fraction is not None]


DURABILITY = Pattern(
    name="durability",
    version=1,
    metric="decoupling",
    unit="fraction",
    is_good_news=False,
    judge=judge,
    why_not=COMPARISON.why_not,
)
