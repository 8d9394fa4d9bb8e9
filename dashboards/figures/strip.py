"""Six weeks of one athlete on one line: training, nights, why a day is empty, and device changes, as inline SVG.

Everything of one kind is one path, so that fifty athletes stay a small file that draws at once. The marks are drawn,
not typed: they look the same on every phone, and in grey.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from dashboards import words

DAYS = 42
_STEP = 10
WIDTH, HEIGHT = DAYS * _STEP, 38
_FLOOR = 22
_TALLEST = 20
_SHORTEST = 3
_TRAINING_Y = 17
_NIGHT_Y = 31
TALLEST_S = 7200.0
"""Moving time (s) that fills the height of the lane; longer days are cut off there."""

NIGHT_METRICS = ("ln_rmssd", "resting_heart_rate", "sleep_duration")
NIGHT_SIGNALS = ("night", "hrv", "resting_heart_rate", "wear", "everything")

MARKS = {
    "not_worn": "m-3-3l6 6m0-6l-6 6",
    "not_synced": "m-2.2 3.6v-7l-1.6 2m1.6-2l1.6 2m2.8-2v7l-1.6-2m1.6 2l1.6-2",
    "file_failed": "m0-3.6v4.4m0 2.3v.3",
    "worn_no_training": "m-3 0h6",
    "excused": "m-2.6 .1h5.2a2.6 2.6 0 1 0-.9 2.2",
    "not_known": "m-1.9-1.9a1.9 1.9 0 1 1 2.6 1.8q-.7.3-.7 1.4m0 2v.2",
}
"""Drawing of each cause, from the middle of its day: cross, two arrows, ! dash, e, ?"""
_RING = "m-2.3 0a2.3 2.3 0 1 0 4.6 0a2.3 2.3 0 1 0-4.6 0"

Rows = Sequence[dict[str, Any]]


def strip(*, coverage: Rows, gaps: Rows, observations: Rows, changes: Sequence[date], last: date) -> Markup:
    """Rows of mart_daily_coverage, mart_gaps and mart_observations of one athlete, for the 42 days up to `last`.

    Above: bars of moving time (hollow where it is not usable) and why a session is missing. Below: nights with a
    usable value (dot), with none that is (ring), and why nothing is there. A broken line is a change of device.
    """
    first = last - timedelta(days=DAYS - 1)
    days = {row["data_date"]: row for row in coverage if first <= row["data_date"] <= last}
    trained, nights = _moving_times(observations), _nights(observations)
    sessions = _causes(gaps, ("training",), first, last)
    empty = {on: row["gap_cause"] for on, row in days.items() if row["gap_cause"] is not None}
    missing = {on: cause for on, cause in _causes(gaps, NIGHT_SIGNALS, first, last).items() if on not in nights}
    missing |= {on: cause for on, cause in empty.items() if on not in nights}
    bars = {on: trained.get(on, (None, False)) for on, row in days.items() if row["has_activity"]}
    absent = {on: cause for on, cause in sessions.items() if on not in bars and on not in empty}

    def at(dates: Iterable[date], draw: Callable[[date], str]) -> str:
        return "".join(draw(on) for on in sorted(dates) if first <= on <= last)

    def x(on: date) -> int:
        return (on - first).days * _STEP + _STEP // 2

    solid = at((on for on, (_, usable) in bars.items() if usable), lambda on: _bar(x(on), bars[on][0]))
    hollow = at((on for on, (_, usable) in bars.items() if not usable), lambda on: _hollow(x(on), bars[on][0]))
    dots = at((on for on, good in nights.items() if good), lambda on: f"M{x(on)} {_NIGHT_Y}h0")
    rings = at((on for on, good in nights.items() if not good), lambda on: f"M{x(on)} {_NIGHT_Y}{_RING}")
    marks = at(missing, lambda on: f"M{x(on)} {_NIGHT_Y}{_mark(missing[on])}")
    marks += at(absent, lambda on: f"M{x(on)} {_TRAINING_Y}{_mark(absent[on])}")
    ticks = at(changes, lambda on: f"M{x(on) - _STEP // 2} 0v{HEIGHT}")
    parts = [("w", _weeks(first)), ("b", solid), ("h", hollow), ("d", dots), ("h", rings), ("g", marks), ("c", ticks)]
    drawn = "".join(f'<path class="{kind}" d="{path}"/>' for kind, path in parts if path)
    label = _label(bars, nights, [*missing.values(), *absent.values()], ticks.count("M"))
    return Markup(  # noqa: S704 - numbers and our own words only
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{drawn}</svg>'
    )


def sample(kind: str) -> Markup:
    """One mark by itself, for the legend: a cause, or bar, hollow, dot, ring or tick."""
    paths = {
        "bar": ("b", "M6 11v-9"),
        "hollow": ("h", _hollow(6, TALLEST_S / 3, floor=11)),
        "dot": ("d", "M6 6h0"),
        "ring": ("h", f"M6 6{_RING}"),
        "tick": ("c", "M6 0v12"),
    }
    name, path = paths.get(kind) or ("g", f"M6 6{_mark(kind)}")
    return Markup(  # noqa: S704 - our own drawing
        f'<svg class="strip key" viewBox="0 0 12 12" aria-hidden="true"><path class="{name}" d="{path}"/></svg>'
    )


def _mark(cause: str) -> str:
    return MARKS.get(cause, MARKS["not_known"])


def _causes(gaps: Rows, signals: Sequence[str], first: date, last: date) -> dict[date, str]:
    """Cause of each date of the gaps of some signals; the first of the signals speaks, and a known cause before any."""
    found: dict[date, str] = {}
    chosen = [row for row in gaps if row["signal"] in signals and row["cause"] != "rest_planned"]
    for row in sorted(chosen, key=lambda row: (row["cause"] == "not_known", signals.index(row["signal"]))):
        on = max(first, row["start_date"])
        while on <= min(last, row["end_date"]):
            found.setdefault(on, row["cause"])
            on += timedelta(days=1)
    return found


def _moving_times(observations: Rows) -> dict[date, tuple[float | None, bool]]:
    """Moving time (s) of each day, and whether all of it is usable."""
    found: dict[date, tuple[float | None, bool]] = {}
    for row in observations:
        if row["metric"] == "moving_time":
            seconds, is_usable = found.get(row["observed_date"], (0.0, True))
            total = (seconds or 0.0) + (row["observed_value"] or 0.0)
            found[row["observed_date"]] = (total, is_usable and row["verdict"] == "usable")
    return found


def _nights(observations: Rows) -> dict[date, bool]:
    """Dates with a value of the night, and whether any of them is usable and graded ok."""
    found: dict[date, bool] = {}
    for row in observations:
        if row["metric"] in NIGHT_METRICS:
            good = row["grade"] == "ok" and row["verdict"] == "usable"
            found[row["observed_date"]] = found.get(row["observed_date"], False) or good
    return found


def _height(seconds: float | None) -> int:
    return round(_SHORTEST + min(1.0, (seconds or 0.0) / TALLEST_S) * (_TALLEST - _SHORTEST))


def _bar(x: int, seconds: float | None) -> str:
    return f"M{x} {_FLOOR}v-{_height(seconds)}"


def _hollow(x: int, seconds: float | None, floor: int = _FLOOR) -> str:
    height = _height(seconds)
    return f"M{x - 3} {floor}v-{height}h6v{height}z"


def _weeks(first: date) -> str:
    mondays = [day for day in range(1, DAYS) if (first + timedelta(days=day)).weekday() == 0]
    return "".join(f"M{day * _STEP} 0v{HEIGHT}" for day in mondays)


def _label(
    bars: dict[date, tuple[float | None, bool]], nights: dict[date, bool], causes: list[str], change_count: int
) -> str:
    told = [
        f"{DAYS} days: training on {words.count(len(bars), 'day')}",
        f"night values ok on {words.count(sum(nights.values()), 'day')}",
    ]
    told += [
        f"{words.GAP_CAUSES[cause]}: {words.count(causes.count(cause), 'day')}"
        for cause in dict.fromkeys((*MARKS, *causes))
        if cause in causes
    ]
    if change_count:
        told.append(words.count(change_count, "change of device", "changes of device"))
    return ", ".join(told)
