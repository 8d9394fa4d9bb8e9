"""What is said of an experiment. Nowhere else in this house may words of cause be used: here chance gave the order."""

from dataclasses import dataclass
from datetime import date
from math import exp, log

from pipelines.observations.experiments.choose import Needed
from pipelines.observations.experiments.outcome import Outcome
from pipelines.readers.experiment_files import PlanFile

METRICS = {
    "ln_rmssd": "RMSSD",
    "resting_heart_rate": "resting heart rate",
    "sleep_duration": "time asleep",
}
"""The metrics an experiment may be decided by, as a coach calls them."""

MINUTE_S = 60.0
HUNDRED = 100.0


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What was asked for and is not answerable: effect in the unit named, and what would be needed."""

    effect: float
    unit: str
    week_count: int
    power: float | None
    """Null when no schedule fits into the time."""
    needed: Needed | None
    """Null where it was not looked for."""


def amount(value: float, unit: str) -> str:
    """A difference in the unit a coach thinks in: percent of RMSSD, bpm, or minutes."""
    return f"{as_told(value, unit):.1f} {told_unit(unit)}"


def as_told(value: float, unit: str) -> float:
    """The number of that unit: a difference of logarithms as percent, seconds as minutes."""
    if unit == "ln_ms":
        return HUNDRED * (exp(value) - 1.0)
    return value / MINUTE_S if unit == "s" else value


def told_unit(unit: str) -> str:
    """The name of that unit."""
    return {"ln_ms": "%", "s": "min"}.get(unit, unit)


def stored(number: float, unit: str) -> float:
    """A stated effect in the unit of the metric: percent of RMSSD as a difference of logarithms, minutes as seconds."""
    if unit == "ln_ms":
        return log(1.0 + number / HUNDRED)
    return number * MINUTE_S if unit == "s" else number


def metric_words(plan: PlanFile) -> str:
    """The metric, and when it is read."""
    when = {0: "the same day's", 1: "the next morning's"}.get(plan.lag_days, f"the {plan.lag_days}th day's")
    return f"{when} {METRICS.get(plan.metric, plan.metric)}"


def result_words(plan: PlanFile, found: Outcome) -> str:
    """The result of one that is over, in one sentence or two."""
    tested = found.tested
    if tested is None:
        return f"Not answerable: {found.why_not}."
    a, b, what = f"A ({plan.condition_a})", f"B ({plan.condition_b})", metric_words(plan)
    sign = -1.0 if found.verdict == "lowered" else 1.0
    size, *ends = (sign * as_told(value, plan.unit) for value in (tested.estimate, tested.lower, tested.upper))
    low, high = sorted(ends)
    told = f"{size:.1f} {told_unit(plan.unit)} ({low:.1f} to {high:.1f})"
    smallest = amount(plan.smallest_effect, plan.unit)
    if found.verdict in {"raised", "lowered"}:
        beside = _beside(low, high, as_told(plan.smallest_effect, plan.unit))
        return (
            f"{a} {found.verdict} {what} by {told} against {b} in this randomised experiment; "
            f"{smallest} was the smallest difference worth knowing, and {beside}."
        )
    between = f"A minus B was {told} in {found.pair_count} pairs"
    if found.verdict == "no_difference":
        return f"No difference worth knowing between {a} and {b} in {what}: {between}, within {smallest} either way."
    return (
        f"Not answered: {between} of {a} and {b} in {what}, and {smallest} was the smallest difference worth knowing."
    )


def _beside(low: float, high: float, smallest: float) -> str:
    if low >= smallest:
        return "all of the interval is at least that"
    return "all of the interval is less than that" if high < smallest else "less than that is not ruled out"


def planned_words(plan: PlanFile) -> str:
    """What one that has not begun will be."""
    effect = amount(plan.smallest_effect, plan.unit)
    pairs = f"{plan.pair_count} pairs of A ({plan.condition_a}) and B ({plan.condition_b})"
    return (
        f"Planned from {plan.start_date}: {pairs}, read from {metric_words(plan)}; an effect of {effect} would be seen "
        f"in {_percent(plan.power)}."
    )


def count_words(*, passed: int, days: int, told: int, dropped: int, end_date: date) -> str:
    """How far one has come that is not over: counts, and nothing of what came of it."""
    return (
        f"Running: {passed} of {days} days of A and B are over, {told} told, {dropped} do not count; "
        f"no result before {end_date}."
    )


def refusal_words(plan: Refused) -> str:
    """Why a question is not answerable in the time there is, and what would make it so."""
    effect = amount(plan.effect, plan.unit)
    start = f"Not answerable in {plan.week_count} weeks: an effect of {effect} would be seen in {_percent(plan.power)}."
    if plan.needed is None:
        return start
    ways = []
    if plan.needed.week_count is not None:
        ways.append(f"about {plan.needed.pair_count} pairs in {plan.needed.week_count} weeks")
    if plan.needed.effect is not None:
        ways.append(f"an effect of at least {amount(plan.needed.effect, plan.unit)}")
    return f"{start} It would need {', or '.join(ways)}." if ways else f"{start} A year would not be enough either."


def _percent(power: float | None) -> str:
    if power is None:
        return "no schedule, as too few pairs fit in"
    return f"{HUNDRED * power:.0f} % of such experiments"
