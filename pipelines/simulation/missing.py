"""What is missing of an athlete of the generated squad, signal by signal, and why: what gaps are held against."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipelines.simulation.athlete import weekly_plan
from pipelines.simulation.calendar import Cause
from pipelines.simulation.lives import Life

NIGHTLY = ("night", "hrv", "resting_heart_rate", "wear")
"""Signals of a watch that is worn round the clock."""
NOTED = ("ill", "travel", "day_off")
"""Causes whose notes say why."""
EXCUSING = ("ill", "travel", "life", "device")
"""Answers to a question that excuse every signal."""
IN_DAILY_FILES = ("night", "hrv", "training")
"""Signals that come in a file of their own each day."""


@dataclass(frozen=True, kw_only=True)
class Missing:
    """One signal on one date. Without a trace in the exports nobody can tell the cause."""

    signal: str
    day: date
    cause: str
    has_trace: bool

    def as_json(self) -> dict[str, object]:
        """As the truth file tells it."""
        return {"signal": self.signal, "date": self.day, "cause": self.cause, "has_trace": self.has_trace}


def missing(life: Life) -> tuple[Missing, ...]:
    """Every date on which a signal that the athlete usually has is not in the exports."""
    told = {gap.day for gap in life.gaps if gap.is_noted}
    answered = {gap.day for gap in life.gaps if gap.answer in EXCUSING}
    found: list[Missing] = []
    for day, name in enumerate(life.days.dates):
        cause = life.cause(day)
        is_told = (name in told and cause in NOTED) or name in answered
        found += [_missing(life, signal, name, cause, is_told=is_told) for signal in _lacking(life, day, cause)]
    return tuple(found)


def shown(life: Life) -> tuple[str, ...]:
    """Names of the patterns that the athlete's days have by construction."""
    has = {
        "fatigue_pattern": life.episode is not None,
        "sleep_shortfall": life.member.is_short_of_sleep and life.member.morning is None,
        "pacing_drift": life.member.is_drifting,
        "easier_pace": life.member.is_improving,
        "best_effort": life.member.is_improving,
    }
    return tuple(name for name, is_there in has.items() if is_there)


def _lacking(life: Life, day: int, cause: Cause | None) -> Iterator[str]:
    """Signals that are expected on that date and not in the exports."""
    is_watch = life.member.morning is None
    if not life.is_measured(day):
        yield from NIGHTLY if is_watch else ("hrv",)
    elif cause == "file_failed":
        yield from ("night", "hrv") if is_watch else ("hrv",)
    is_planned = life.days.dates[day].weekday() in weekly_plan(life.member.profile)
    is_lost = cause == "file_failed" and life.days.run_kind[day] is not None
    if is_lost or (not life.is_run_seen(day) and (is_planned or life.member.has_plan)):
        yield "training"


def _missing(life: Life, signal: str, day: date, cause: Cause | None, *, is_told: bool) -> Missing:
    is_watch = life.member.morning is None
    is_planned = day.weekday() in weekly_plan(life.member.profile)
    if cause == "file_failed" and signal in IN_DAILY_FILES and (signal != "training" or is_planned):
        return Missing(signal=signal, day=day, cause="file_failed", has_trace=True)
    if signal == "training" and life.member.has_plan and not is_planned:
        return Missing(signal=signal, day=day, cause="rest_planned", has_trace=True)
    if is_told:
        return Missing(signal=signal, day=day, cause="excused", has_trace=True)
    if cause == "not_synced":
        return Missing(signal=signal, day=day, cause="not_synced", has_trace=is_watch)
    if cause is None or cause in {"run_left_out", "file_failed"}:
        return Missing(signal=signal, day=day, cause="worn_no_training", has_trace=is_watch)
    return Missing(signal=signal, day=day, cause="not_worn", has_trace=is_watch)
