"""A best clean effort: the fastest 1, 5 or 10 km in ninety days, faster than the one before by more than the error.

Only stretches without a flagged record, of activities that are usable for bests: a jump of GPS makes no best.
"""

from datetime import date

import numpy as np

from pipelines.observations.best_efforts import BEST_DISTANCES
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import History, Value, before, between
from pipelines.observations.patterns.standing import ERROR_QUANTILE, as_normal

BEST_DAYS = 90
"""Days before in which nothing was faster."""
LEAST_EFFORTS = 5
"""Efforts over the distance in these days below which the fastest is no news. Engineering start value."""


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None without a run that day that can be held against others."""
    tried = [(metric, *pair) for metric in BEST_DISTANCES if (pair := _against(known.values(metric), on)) is not None]
    if not tried:
        return None
    bests = [(metric, new, old) for metric, new, old in tried if old.value - new.value > error_of(new, old)]
    if not bests:
        return Tried(evidence_sd=evidence_of(known, tried[-1][0], tried[-1][1], on))
    metric, new, old = bests[-1]  # the longest distance stands for the others
    evidence = evidence_of(known, metric, new, on)
    return Tried(
        evidence_sd=evidence,
        held=Held(
            evidence_sd=evidence,
            metric=metric,
            pattern_value=new.value,
            usual_value=old.value,
            expected_error=error_of(new, old),
            components=tuple(
                Component(component=name, detail=_told(name, fast, before), day_count=1) for name, fast, before in bests
            ),
            observation_ids=tuple(fast.observation_id for _, fast, _ in bests),
            doubts=tuple(f"{name} is doubtful" for name, fast, _ in bests if fast.grade != "ok"),
            remarks=("wind and ground are not in the figures",),
        ),
    )


def _against(values: tuple[Value, ...], on: date) -> tuple[Value, Value] | None:
    """The fastest of a date and the fastest of the ninety days before, where there are enough."""
    today, earlier = between(values, on, days=1), before(values, on, days=BEST_DAYS)
    if not today or len(earlier) < LEAST_EFFORTS:
        return None
    return min(today, key=lambda value: value.value), min(earlier, key=lambda value: value.value)


def evidence_of(known: History, metric: str, new: Value, on: date) -> float:
    """How far an effort lies below the mean of the ninety days before, in standard deviations of such a difference."""
    paces = np.array([value.value for value in before(known.values(metric), on, days=BEST_DAYS)])
    spread = max(float(paces.std(ddof=1)), new.expected_error / ERROR_QUANTILE)
    off = (float(paces.mean()) - new.value) / (spread * (1.0 + 1.0 / len(paces)) ** 0.5)
    return float(as_normal(np.array([off]), np.array([len(paces) - 1.0]))[0])


def error_of(new: Value, old: Value) -> float:
    """Expected error (s per km) of the difference of two efforts."""
    return float((new.expected_error**2 + old.expected_error**2) ** 0.5)


def _told(metric: str, new: Value, old: Value) -> str:
    km = BEST_DISTANCES[metric] / 1000.0
    return f"{_clock(km * new.value)}, before {_clock(km * old.value)} on {old.on.day} {old.on:%b}"


def _clock(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    return f"{minutes}:{left:02d}"


BEST_EFFORT = Pattern(
    name="best_effort", version=2, metric="best_5_km", unit="s_per_km", is_good_news=True, judge=judge
)
