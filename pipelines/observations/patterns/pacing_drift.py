"""Heart rate runs away from pace more than it used to: decoupling of the last three weeks against the weeks before.

Held against each other are runs alike in effort: pace, length, ground, sensor and, where the records state one,
temperature. Without enough of them nothing is claimed, and the reason is told. How many reach 5 % is told as well: that
is the public convention for a run that comes apart (Friel), no physiology, and decides nothing. Of marathons it is
known that decoupling goes with the time they take (Smyth et al. 2022, doi:10.1007/s40279-022-01680-5).
"""

from collections.abc import Sequence
from datetime import date
from statistics import fmean, median

from pipelines.observations.patterns.alike import Comparison
from pipelines.observations.patterns.comparable import ERROR_OF_MEDIAN, not_known
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import CHANGE_DAYS, History, Run, Value
from pipelines.observations.patterns.student import evidence_of, least_spread_of

RECENT_DAYS, EARLIER_DAYS = 21, 56
"""The last weeks, and those before them that they are held against."""
LEAST_RECENT, LEAST_EARLIER = 3, 4
"""Runs alike in effort in each below which nothing is said. Engineering start values."""
LEAST_ALIKE = 2
"""Runs before that each run of the last weeks has to be alike with. Engineering start value."""
CONVENTION_FRACTION = 0.05
"""Decoupling (fraction) from which a run is said to come apart. Source: public convention (Friel)."""
LEAST_DIFFERENCE_FRACTION = 0.015
"""Smallest difference of the medians (fraction) that is told: runs differ by as much. Engineering start value."""
LEAST_EVIDENCE_SD = 2.33
"""Standard deviations that the last weeks have to lie above those before. Engineering start value."""


COMPARISON = Comparison(
    name="decoupling",
    has=lambda run: run.decoupling is not None,
    days=(RECENT_DAYS, EARLIER_DAYS),
    least=(LEAST_RECENT, LEAST_EARLIER),
    least_alike=LEAST_ALIKE,
)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few runs alike in effort."""
    times = COMPARISON.times(known, on)
    if times is None:
        return None
    recent, earlier = _values(times.recent), _values(times.earlier)
    now, usual = median(one.value for one in recent), median(one.value for one in earlier)
    error = error_of(recent, earlier)
    floor = least_spread_of([one.expected_error for one in (*recent, *earlier)])
    evidence = evidence_of([one.value for one in recent], [one.value for one in earlier], least_spread=floor)
    if now - usual <= max(error, LEAST_DIFFERENCE_FRACTION) or evidence < LEAST_EVIDENCE_SD:
        return Tried(evidence_sd=evidence)
    above = sum(one.value >= CONVENTION_FRACTION for one in recent)
    before = f"{100 * usual:.1f} % on {len(earlier)} alike in effort before"
    reach = f"{above} of them at {100 * CONVENTION_FRACTION:.0f} % or more"
    detail = f"{100 * now:.1f} % on {len(recent)} steady runs ({reach}) against {before}, ± {100 * error:.1f} %"
    doubtful = sum(one.grade != "ok" for one in recent)
    graded = (f"{doubtful} of {len(recent)} runs are doubtful",) if doubtful else ()
    return Tried(
        held=Held(
            pattern_value=now,
            usual_value=usual,
            expected_error=error,
            evidence_sd=evidence,
            components=(Component(component="decoupling_higher", detail=detail, day_count=above),),
            observation_ids=tuple(one.observation_id for one in recent),
            doubts=(*known.doubts(on, days=CHANGE_DAYS), *graded),
            remarks=(not_known(times.runs),),
        ),
        evidence_sd=evidence,
    )


def _values(runs: Sequence[Run]) -> list[Value]:
    return [run.decoupling for run in runs if run.decoupling is not None]


def error_of(recent: Sequence[Value], earlier: Sequence[Value]) -> float:
    """Expected error (fraction) of the difference of the medians of two groups of values."""
    squares = [fmean(one.expected_error**2 for one in group) / len(group) for group in (recent, earlier)]
    return float(ERROR_OF_MEDIAN * sum(squares) ** 0.5)


PACING_DRIFT = Pattern(
    name="pacing_drift",
    version=2,
    metric="decoupling",
    unit="fraction",
    is_good_news=False,
    judge=judge,
    why_not=COMPARISON.why_not,
)
