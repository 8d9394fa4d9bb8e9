"""Heart rate runs away from pace more than it used to: decoupling of the last four weeks against the weeks before.

Below 5 % is the public convention for a run that holds together (Friel), not physiology.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean, median

from pipelines.observations.patterns.comparable import ERROR_OF_MEDIAN, ground
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import CHANGE_DAYS, History, Value, between

RECENT_DAYS, EARLIER_DAYS = 28, 56
"""The last weeks, and those before them that they are held against."""
LEAST_RECENT, LEAST_EARLIER = 3, 4
"""Runs with a steady block in each below which nothing is said. Engineering start values."""
CONVENTION_FRACTION = 0.05
"""Decoupling (fraction) from which a run is said to come apart. Source: public convention (Friel)."""


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few steady runs."""
    values = known.values("decoupling")
    start = on - timedelta(days=RECENT_DAYS)
    recent = between(values, on, days=RECENT_DAYS)
    earlier = between(values, start, days=EARLIER_DAYS)
    if len(recent) < LEAST_RECENT or len(earlier) < LEAST_EARLIER:
        return None
    now, usual = median(one.value for one in recent), median(one.value for one in earlier)
    error = error_of(recent, earlier)
    if now < CONVENTION_FRACTION or now - usual <= error:
        return Tried()
    above = sum(one.value >= CONVENTION_FRACTION for one in recent)
    shown = f"{100 * now:.1f} % on {len(recent)} steady runs against {100 * usual:.1f} % on {len(earlier)} before"
    detail = f"{shown}, the difference ± {100 * error:.1f} %"
    dates = {one.on for one in recent}
    runs = [run for run in known.runs if run.on in dates]
    others = [run for run in known.runs if run.on in {one.on for one in earlier}]
    doubtful = sum(one.grade != "ok" for one in recent)
    graded = (f"{doubtful} of {len(recent)} runs are doubtful",) if doubtful else ()
    return Tried(
        held=Held(
            pattern_value=now,
            usual_value=usual,
            expected_error=error,
            components=(Component(component="decoupling_higher", detail=detail, day_count=above),),
            observation_ids=tuple(one.observation_id for one in recent),
            doubts=(*known.doubts(on, days=CHANGE_DAYS), *graded, *ground(runs, others)),
            remarks=("heat and wind are not in the figures",),
        )
    )


def error_of(recent: Sequence[Value], earlier: Sequence[Value]) -> float:
    """Expected error (fraction) of the difference of the medians of two groups of values."""
    squares = [fmean(one.expected_error**2 for one in group) / len(group) for group in (recent, earlier)]
    return float(ERROR_OF_MEDIAN * sum(squares) ** 0.5)


PACING_DRIFT = Pattern(
    name="pacing_drift", version=1, metric="decoupling", unit="fraction", is_good_news=False, judge=judge
)
