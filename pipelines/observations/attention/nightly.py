"""How far the last days of a nightly metric lie from usual: its own days, their spread and how alike neighbours are.

The rule of the usual range says whether (`pipelines.observations.outside`); this says how much. Days stand for their
deviation from the median of their usual range, in spreads of it. The deviations of the last three, five or seven days
are added, and the sum is held against the standard deviation that such a sum has on the athlete's own earlier days,
whose spread and likeness of neighbours are drawn towards those of everybody while there are few. The largest of the
three counts; what the largest of three comes to by chance is in the table of ordinary days.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from pipelines.observations import outside
from pipelines.observations.patterns.history import DOUBTING_KINDS, NOTE_DAYS, History, Value

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SPANS = (3, 5, 7)
"""Days that are added up: as the window of the rule, up to a week. Engineering start values."""
OWN_DAYS = 120
"""Earlier days that tell the spread and likeness of days. Engineering start value."""
APART_DAYS = 7
"""Days before the last that are not among them: what is looked at does not set its own measure."""
PRIOR_DAYS = 30.0
"""Days that the spread and likeness of everybody weigh. Engineering start value."""
PRIOR_VARIANCE = 1.25
"""Variance of a deviation (squared spreads) of everybody: the median and spread of sixty days stray as well."""
PRIOR_CARRY = 0.3
"""Correlation of neighbouring days of everybody. Engineering start value."""
MEDIAN_VARIANCE = 1.57 / 45.0
"""Variance of the median of some 45 days (squared spreads), shared by all days of a span: pi / 2 over their number."""
ERROR_TO_SPREAD = 1.28
"""An expected error holds in 80 % of cases: so many standard deviations."""


@dataclass(frozen=True, kw_only=True)
class Nights:
    """The comparable days of one metric: one value a day, in order."""

    metric: str
    days: Ints
    """Ordinal dates."""
    deviations: Floats
    """From the median of the usual range, in spreads of it."""
    sides: Ints
    """As `outside.side` says."""
    observation_ids: tuple[str, ...]


def noted_dates(known: History) -> frozenset[date]:
    """Dates that a note or an answer of illness, injury or travel of that day or shortly before bears on."""
    days = (day for day, kind in (*known.notes, *known.answered) if kind in DOUBTING_KINDS)
    return frozenset(day + timedelta(days=n) for day in days for n in range(NOTE_DAYS + 1))


def nights(known: History, metric: str, since: date = date.min) -> Nights:
    """The days of a metric, from a date on, that have a usual range; none that a note bears on."""
    noted = noted_dates(known)
    by_day = {
        v.on: v for v in known.values(metric) if v.on >= since and v.lower_limit is not None and v.on not in noted
    }
    values = list(by_day.values())
    return Nights(
        metric=metric,
        days=np.array([value.on.toordinal() for value in values], dtype=np.int64),
        deviations=np.array([_deviation(value) for value in values], dtype=np.float64),
        sides=np.array([_side(value) for value in values], dtype=np.int64),
        observation_ids=tuple(value.observation_id for value in values),
    )


def _deviation(value: Value) -> float:
    assert value.median is not None
    assert value.upper_limit is not None
    # A range without spread is one of whole numbers that stood still: then the error is all there is.
    spread = max(value.upper_limit - value.median, value.expected_error / ERROR_TO_SPREAD / 2.0)
    return (value.value - value.median) / spread if spread > 0 else 0.0


def _side(value: Value) -> int:
    assert value.lower_limit is not None
    assert value.upper_limit is not None
    return outside.side(value.value, value.expected_error, lower_limit=value.lower_limit, upper_limit=value.upper_limit)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What one date says of one metric."""

    is_tried: bool
    side: int
    """The side the rule of the usual range held on; 0 where it did not."""
    evidence: float | None
    """Towards `side`, or the larger of both ways where it did not hold; standard deviations."""


def found_on(series: Nights, on: date) -> Found:
    """What the rule says on one date, and how far the days up to it lie from usual; nothing later is looked at."""
    last = on.toordinal()
    end = int(np.searchsorted(series.days, last, side="right"))
    window = series.sides[int(np.searchsorted(series.days, last - outside.WINDOW_DAYS, side="right")) : end]
    if len(window) < outside.OUTSIDE_DAYS:
        return Found(is_tried=False, side=0, evidence=None)
    side = outside.held(window.tolist())
    ways = evidence_of(series, on)
    assert ways is not None
    evidence = max(side * way for way in ways) if side else max(abs(way) for way in ways)
    return Found(is_tried=True, side=side, evidence=float(evidence))


def evidence_of(series: Nights, on: date) -> tuple[float, ...] | None:
    """How far the days of each span lie above usual (standard deviations); None with too few days or all of old."""
    last = on.toordinal()
    end = int(np.searchsorted(series.days, last, side="right"))
    recent = end - int(np.searchsorted(series.days, last - outside.WINDOW_DAYS, side="right"))
    if recent < outside.OUTSIDE_DAYS:
        return None
    variance, carry = _own(series, last)
    return tuple(_summed(series, end, last - span, variance, carry) for span in SPANS)


def held_dates(series: Nights, on: date, side: int) -> tuple[int, date]:
    """How many of the last three days lie outside on that side, and since when the rule holds without such a break."""
    count = _window(series, on).count(side)
    since, back = on, 0
    while back - (on - since).days <= PAUSE_DAYS:
        day = on - timedelta(days=back)
        if outside.held(_window(series, day)) == side:
            since = day
        back += 1
    return count, since


def _window(series: Nights, on: date) -> list[int]:
    last = on.toordinal()
    first, end = np.searchsorted(series.days, [last - outside.WINDOW_DAYS, last], side="right").tolist()
    return [int(side) for side in series.sides[first:end].tolist()]


PAUSE_DAYS = 3
"""Dates at most so far apart belong to one time that a rule holds, as for patterns."""


def _own(series: Nights, last: int) -> tuple[float, float]:
    """Variance of the athlete's own deviations and correlation of neighbouring days, drawn towards everybody's."""
    first = int(np.searchsorted(series.days, last - OWN_DAYS, side="right"))
    end = int(np.searchsorted(series.days, last - APART_DAYS, side="right"))
    own = np.clip(series.deviations[first:end], -4.0, 4.0)
    variance = (PRIOR_DAYS * PRIOR_VARIANCE + float((own**2).sum())) / (PRIOR_DAYS + len(own))
    beside = np.diff(series.days[first:end]) == 1
    products = float((own[1:] * own[:-1])[beside].sum()) / variance
    carry = (PRIOR_DAYS * PRIOR_CARRY + products) / (PRIOR_DAYS + int(beside.sum()))
    return variance, min(0.8, max(0.0, carry))


def _summed(series: Nights, end: int, after: int, variance: float, carry: float) -> float:
    first = int(np.searchsorted(series.days, after, side="right"))
    count = end - first
    if count < outside.OUTSIDE_DAYS:
        return 0.0
    lags = np.arange(1, count)
    alike = count + 2.0 * float(((count - lags) * carry**lags).sum())
    spread = float((variance * alike + count**2 * MEDIAN_VARIANCE) ** 0.5)
    return float(series.deviations[first:end].sum()) / spread


def held_share_before(series: Nights, since: date) -> tuple[int, int]:
    """On how many of the athlete's own days before the rule held on either side, and how many of them could be tried.

    Days are the comparable ones of the `OWN_DAYS` before `since`, a week apart from it.
    """
    last = since.toordinal() - APART_DAYS
    first = int(np.searchsorted(series.days, last - OWN_DAYS, side="right"))
    end = int(np.searchsorted(series.days, last, side="right"))
    days, sides = series.days[first:end], series.sides[first:end]
    held = tried = 0
    for number, day in enumerate(days.tolist()):
        window = sides[int(np.searchsorted(days, day - outside.WINDOW_DAYS, side="right")) : number + 1]
        if len(window) >= outside.OUTSIDE_DAYS:
            tried += 1
            held += outside.held(window.tolist()) != 0
    return held, tried
