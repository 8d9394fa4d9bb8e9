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
        mark(x(row), y(row["observed_value"]) if row["observed_value"] is not None else HEIGHT - _PAD, row["grade"])
        for row in shown
    )
    label = _label(shown)
    return Markup(  # noqa: S704 - numbers and our own words only
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{band}{marks}</svg>'
    )


def mark(x: float, y: float, grade: str, radius: float = 2.4) -> str:
    """A point as SVG: filled for ok, open for doubtful, a cross for unusable."""
    if grade == "unusable":
        r = radius
        return (
            f'<path class="cross" d="M{x - r:.1f} {y - r:.1f}l{2 * r:g} {2 * r:g}m0 {-2 * r:g}l{-2 * r:g} {2 * r:g}"/>'
        )
    kind = "open" if grade == "doubtful" else "full"
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'


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
