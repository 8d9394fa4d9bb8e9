"""Six weeks of one athlete on one line: training, what the nights gave, gaps and device changes, as inline SVG."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from dashboards import words
from dashboards.figures.sparkline import mark

DAYS = 42
_STEP = 10
WIDTH, HEIGHT = DAYS * _STEP, 34
_FLOOR = 20
_TALLEST = 18
_SHORTEST = 3
_NIGHT_Y = 28
TALLEST_S = 7200.0
"""Moving time (s) that fills the height of the lane; longer days are cut off there."""

NIGHT_METRICS = ("ln_rmssd", "resting_heart_rate", "sleep_duration")


def strip(
    coverage: Sequence[dict[str, Any]], observations: Sequence[dict[str, Any]], changes: Sequence[date], last: date
) -> Markup:
    """Rows of mart_daily_coverage and mart_observations of one athlete, drawn for the 42 days up to `last`.

    Bars are moving time (hollow where it is not usable), round marks the best grade of the night's values,
    a dash a day without any data, a letter one whose cause is known, a dotted line a change of device.
    """
    first = last - timedelta(days=DAYS - 1)
    days = {row["data_date"]: row for row in coverage if first <= row["data_date"] <= last}
    parts = [_weeks(first), *(_change((on - first).days) for on in changes if first <= on <= last)]
    trained, graded = _moving_times(observations), _night_grades(observations)
    for on, row in sorted(days.items()):
        x = (on - first).days * _STEP + _STEP / 2
        if row["has_activity"]:
            parts.append(_bar(x, *trained.get(on, (None, False))))
        if on in graded:
            parts.append(mark(x, _NIGHT_Y, graded[on], 2.6))
        if row["gap_cause"] is not None:
            parts.append(_gap(x, row["gap_cause"]))
    return Markup(  # noqa: S704 - numbers and our own words only
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{_label(days, graded)}">'
        f"{''.join(parts)}</svg>"
    )


def _moving_times(observations: Sequence[dict[str, Any]]) -> dict[date, tuple[float | None, bool]]:
    """Moving time (s) of each day, and whether all of it is usable."""
    found: dict[date, tuple[float | None, bool]] = {}
    for row in observations:
        if row["metric"] == "moving_time":
            seconds, is_usable = found.get(row["observed_date"], (0.0, True))
            total = (seconds or 0.0) + (row["observed_value"] or 0.0)
            found[row["observed_date"]] = (total, is_usable and row["verdict"] == "usable")
    return found


def _night_grades(observations: Sequence[dict[str, Any]]) -> dict[date, str]:
    order = ("ok", "doubtful", "unusable")
    found: dict[date, str] = {}
    for row in observations:
        if row["metric"] in NIGHT_METRICS:
            best = found.get(row["observed_date"], "unusable")
            found[row["observed_date"]] = min(best, row["grade"], key=order.index)
    return found


def _bar(x: float, seconds: float | None, is_usable: bool) -> str:  # noqa: FBT001 - read from a pair
    share = min(1.0, (seconds or 0.0) / TALLEST_S)
    height = _SHORTEST + share * (_TALLEST - _SHORTEST)
    kind = "bar" if is_usable else "bar hollow"
    return f'<rect class="{kind}" x="{x - 3:g}" y="{_FLOOR - height:.1f}" width="6" height="{height:.1f}"/>'


def _gap(x: float, cause: str) -> str:
    if cause in words.GAP_MARKS:
        return f'<text class="gap" x="{x:g}" y="{_NIGHT_Y + 3}">{words.GAP_MARKS[cause]}</text>'
    return f'<path class="dash" d="M{x - 3:g} {_NIGHT_Y}h6"/>'


def _change(day_index: int) -> str:
    return f'<path class="change" d="M{day_index * _STEP} 0v{HEIGHT}"/>'


def _weeks(first: date) -> str:
    mondays = [day for day in range(DAYS) if (first + timedelta(days=day)).weekday() == 0]
    return f'<path class="weeks" d="{"".join(f"M{day * _STEP} 0v{HEIGHT}" for day in mondays)}"/>'


def _label(days: dict[date, dict[str, Any]], graded: dict[date, str]) -> str:
    trained = sum(row["has_activity"] for row in days.values())
    gaps = [row["gap_cause"] for row in days.values() if row["gap_cause"] is not None]
    unknown = sum(cause not in words.GAP_MARKS for cause in gaps)
    good = sum(grade == "ok" for grade in graded.values())
    return (
        f"42 days: training on {words.count(trained, 'day')}, night values graded ok on {words.count(good, 'day')}, "
        f"no data on {words.count(len(gaps), 'day')}, cause not known for {unknown}"
    )
