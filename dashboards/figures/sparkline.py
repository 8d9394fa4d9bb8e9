"""A small drawing of one metric over four weeks beside its usual range, as inline SVG."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from dashboards import amounts, words

DAYS = 28
WIDTH, HEIGHT = 168, 44
_PAD = 5
_STEP = (WIDTH - 2 * _PAD) / (DAYS - 1)


def sparkline(rows: Sequence[dict[str, Any]], last: date) -> Markup:
    """Points by grade (filled, open, cross) over the band of the usual range, for the four weeks up to `last`.

    `rows` are rows of mart_observations of one series. Withheld values are crosses at the foot.
    """
    first = last - timedelta(days=DAYS - 1)
    shown = [row for row in rows if first <= row["observed_date"] <= last]
    numbers = [row[name] for row in shown for name in _DRAWN if row[name] is not None]
    if not numbers:
        return Markup("")
    low, high = min(numbers), max(numbers)
    scale = (HEIGHT - 2 * _PAD) / ((high - low) or 1.0)

    def x(row: dict[str, Any]) -> float:
        days: int = (row["observed_date"] - first).days
        return _PAD + days * _STEP

    def y(value: float) -> float:
        return float(HEIGHT - _PAD - (value - low) * scale)

    banded = [row for row in shown if row["baseline_lower_limit"] is not None]
    edge = [(x(row), y(row["baseline_upper_limit"])) for row in banded]
    edge += [(x(row), y(row["baseline_lower_limit"])) for row in reversed(banded)]
    band = f'<path class="band" d="M{"L".join(f"{a:.1f} {b:.1f}" for a, b in edge)}Z"/>' if edge else ""
    marks = "".join(
        f'<path class="{kind}" d="{path}"/>'
        for grade, kind in _KINDS.items()
        if (
            path := "".join(
                f"M{x(row):.1f} {y(row['observed_value']) if row['observed_value'] is not None else HEIGHT - _PAD:.1f}"
                f"{_SHAPES[kind]}"
                for row in shown
                if row["grade"] == grade
            )
        )
    )
    label = _label(shown)
    return Markup(  # noqa: S704 - numbers and our own words only
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{band}{marks}</svg>'
    )


_KINDS = {"ok": "d", "doubtful": "h", "unusable": "x"}
_SHAPES = {"d": "h0", "h": "m-2.4 0a2.4 2.4 0 1 0 4.8 0a2.4 2.4 0 1 0-4.8 0", "x": "m-2.4-2.4l4.8 4.8m0-4.8l-4.8 4.8"}
"""Filled for ok, open for doubtful, a cross for unusable; one path each, so that a page of them stays small."""
_DRAWN = ("observed_value", "baseline_lower_limit", "baseline_upper_limit")


def _label(shown: list[dict[str, Any]]) -> str:
    ends = [row for row in shown if row["observed_value"] is not None]
    if not ends:
        return "four weeks without a value"
    return (
        f"{words.metric(ends[0]['metric'])} over four weeks: {words.count(len(ends), 'value')}, "
        f"from {amounts.number(ends[0]['observed_value'], ends[0]['unit'])} "
        f"to {amounts.number(ends[-1]['observed_value'], ends[-1]['unit'])}, with the usual range as a band"
    )
