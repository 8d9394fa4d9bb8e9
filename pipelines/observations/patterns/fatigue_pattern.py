"""Several signs at once: variability lower, heart rate at rest higher, sleep shorter, answers worse, runs harder.

Each sign must hold on two of the last three days that have it, beyond the athlete's own usual range, and in the mean
by more than its expected error. Signs of one origin (variability and heart rate at rest come from the same beats)
count as one group: three groups are needed. Source of the idea: the within-athlete rules of Meeusen et al. 2013
(doi:10.1080/17461391.2012.730061), which hold that no single marker tells. It names what differs, and no cause.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from math import exp, expm1
from statistics import fmean, median

from pipelines.observations.patterns.comparable import NOT_KNOWN, before, difference, ground
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import History, Value, answers_between, between

WINDOW_DAYS = 3
"""Dates in which a sign of a night or morning has to hold, as on the coach's page."""
LEAST_DAYS = 2
"""Of these, dates beyond the usual range."""
LEAST_COMPONENTS = 3
"""Signs that have to hold together. Engineering start value: reference practice is three of five."""
LEAST_GROUPS = 3
"""Origins these have to come from: two move together by chance, or by one bad night. Engineering start value."""
ANSWER_DAYS, LEAST_ANSWERS = 42, 10
"""Days of answers that say what is usual, and the least of them. Engineering start values."""
LEAST_ANSWER_SPREAD = 0.05
"""Least spread of answers (fraction of the scale). Engineering start value."""
SCALE_OF_MAD = 1.4826
"""Makes the median absolute deviation estimate a normal standard deviation."""
RUN_DAYS = 10
"""Days in which runs are looked at. Engineering start value."""

NIGHTLY = (
    ("hrv_lower", "rest", "ln_rmssd", -1),
    ("resting_heart_rate_higher", "rest", "resting_heart_rate", 1),
    ("sleep_shorter", "sleep", "sleep_duration", -1),
)
"""Component, its group, metric and side."""

Sign = tuple[str, Component | None, tuple[str, ...], tuple[str, ...]]
"""Group, the component where it holds, observations, doubts."""


def judge(known: History, on: date) -> Tried | None:
    """Tries the signs on one date; None where fewer than three groups have data."""
    signs = [*_nightly(known, on), *_answered(known, on), *_ran(known, on)]
    if len(signs) < LEAST_COMPONENTS or len({group for group, *_ in signs}) < LEAST_GROUPS:
        return None
    held = [sign for sign in signs if sign[1] is not None]
    if len(held) < LEAST_COMPONENTS or len({group for group, *_ in held}) < LEAST_GROUPS:
        return Tried()
    return Tried(
        held=Held(
            pattern_value=float(len(held)),
            usual_value=float(len(signs)),
            expected_error=None,
            components=tuple(component for _, component, *_ in held if component is not None),
            observation_ids=tuple(dict.fromkeys(key for *_, keys, _ in held for key in keys)),
            doubts=tuple(dict.fromkeys([*known.doubts(on), *(doubt for *_, doubts in held for doubt in doubts)])),
            remarks=(NOT_KNOWN,) if any(group == "run" for group, *_ in held) else (),
        )
    )


def _nightly(known: History, on: date) -> Iterator[Sign]:
    for name, group, metric, side in NIGHTLY:
        days = [value for value in between(known.values(metric), on, days=WINDOW_DAYS) if value.median is not None]
        if len(days) >= LEAST_DAYS:
            yield group, _sign(name, metric, days, side), tuple(d.observation_id for d in days), _graded(metric, days)


def _sign(name: str, metric: str, days: list[Value], side: int) -> Component | None:
    beyond = [day for day in days if _is_beyond(day, side)]
    off = fmean(side * (day.value - (day.median or 0.0)) for day in days)
    error = sum(day.expected_error**2 for day in days) ** 0.5 / len(days)
    if len(beyond) < LEAST_DAYS or off <= error:
        return None
    usual = fmean(day.median or 0.0 for day in days)
    mean = usual + side * off
    shown = f"{in_words(metric, mean)} ± {error_in_words(metric, mean, error)} against {in_words(metric, usual)}"
    detail = f"{shown}, beyond the usual range on {len(beyond)} of {len(days)} days"
    return Component(component=name, detail=detail, day_count=len(beyond))


def in_words(metric: str, value: float) -> str:
    """A value as people read it, such as "52 ms" for a logarithm of RMSSD."""
    if metric == "ln_rmssd":
        return f"{exp(value):.0f} ms"
    if metric == "resting_heart_rate":
        return f"{value:.0f} bpm"
    minutes = round(value / 60.0)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def error_in_words(metric: str, value: float, error: float) -> str:
    """The expected error of such a value, such as "4 ms"; of a logarithm its wider side, upwards."""
    if metric == "ln_rmssd":
        return f"{max(1.0, exp(value) * expm1(error)):.0f} ms"
    if metric == "resting_heart_rate":
        return f"{max(1.0, error):.0f} bpm"
    return f"{max(1, round(error / 60.0))} min"


def _is_beyond(day: Value, side: int) -> bool:
    limit = day.upper_limit if side > 0 else day.lower_limit
    return limit is not None and side * (day.value - limit) > 0


def _graded(metric: str, days: list[Value]) -> tuple[str, ...]:
    doubtful = sum(day.grade != "ok" for day in days)
    return (f"{metric} is doubtful on {doubtful} of {len(days)} days",) if doubtful else ()


def _answered(known: History, on: date) -> Iterator[Sign]:
    """Answers against the athlete's own median: people differ in how they use a scale."""
    recent = [mark for _, mark in answers_between(known.answers, on, days=WINDOW_DAYS)]
    until = on - timedelta(days=WINDOW_DAYS)
    usual = [mark for _, mark in answers_between(known.answers, until, days=ANSWER_DAYS - WINDOW_DAYS)]
    if len(recent) < LEAST_DAYS or len(usual) < LEAST_ANSWERS:
        return
    centre = median(usual)
    spread = max(SCALE_OF_MAD * median(abs(mark - centre) for mark in usual), LEAST_ANSWER_SPREAD)
    worse = sum(mark < centre - spread for mark in recent)
    component = None
    if worse >= LEAST_DAYS:
        shown = f"{100 * min(recent):.0f} % of the scale at the least against {100 * centre:.0f} %"
        detail = f"{shown}, below usual on {worse} of {len(recent)} days"
        component = Component(component="answers_worse", detail=detail, day_count=worse)
    yield "answers", component, (), ()


def _ran(known: History, on: date) -> Iterator[Sign]:
    recent = between(known.runs, on, days=RUN_DAYS)
    told = [one for run in recent if (one := difference(run, before(run, known.runs))) is not None][-WINDOW_DAYS:]
    if len(told) < LEAST_DAYS:
        return
    harder = [one for one in told if one.difference_bpm > one.error_bpm]
    component = None
    if len(harder) >= LEAST_DAYS:
        off = median(one.difference_bpm for one in harder)
        error = fmean(one.error_bpm for one in harder)
        detail = f"{off:.0f} ± {error:.0f} bpm higher at the same pace on {len(harder)} of {len(told)} runs"
        component = Component(component="heart_rate_higher_at_pace", detail=detail, day_count=len(harder))
    keys = tuple(key for one in told for key in one.run.observation_ids)
    yield "run", component, keys, ground([one.run for one in harder], [run for one in harder for run in one.others])


FATIGUE_PATTERN = Pattern(
    name="fatigue_pattern", version=1, metric="components", unit="count", is_good_news=False, judge=judge
)
