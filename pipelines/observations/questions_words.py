"""The words of a question: what is missing on which days, and what the data show of it; never a guess at why."""

from collections.abc import Sequence
from datetime import date

from pipelines.observations.gap_causes import NIGHTLY

NAMES = {
    "training": "session",
    "night": "night",
    "hrv": "heart rate variability",
    "resting_heart_rate": "resting heart rate",
    "wear": "heart rate of the device",
}
"""Signals as people say them."""
SHOWN = {
    "not_known": "Nothing in the data says why.",
    "not_synced": "No file of the device covers it.",
    "not_worn": "Files of the device cover it, without a heart rate.",
    "worn_no_training": "The device was worn.",
}
"""What the data show, by cause of the gap that leads."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def question_words(start: date, end: date, signals: Sequence[str], cause: str) -> str:
    """The question, such as "Tue 12 May: no session in the data. The device was worn."."""
    days = _day(start) if start == end else f"{_day(start)} to {_day(end)}"
    return f"{days}: no {_listed(signals)} in the data. {SHOWN[cause]}"


def _day(on: date) -> str:
    return f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"


def _listed(signals: Sequence[str]) -> str:
    # Days without any heart rate of the device have no night and no value of one either: saying it once is enough.
    names = [NAMES[signal] for signal in signals if "wear" not in signals or signal not in NIGHTLY]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
