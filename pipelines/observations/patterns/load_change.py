"""Load that changes: time moving over the last week against that of the six weeks, beyond what is usual between them.

Averages that fade with 7 and with 42 days (1 - exp(-1 / N) of each new day); told are their difference, and the change
from the week before to the last one. Their ratio is not used: acute and chronic load share days, so that it makes up
findings of its own (Lolli et al. 2017, doi:10.1136/bjsports-2017-098110; Impellizzeri et al. 2020,
doi:10.1123/ijspp.2019-0864). A date without any data is not known, and no day off; nor is one on which somebody only
answered questions. Where the device that records sessions gives anything else, its values alone tell of days off.
"""

from dataclasses import dataclass
from datetime import date
from math import erfc, isnan
from statistics import NormalDist

import numpy as np

from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.daily import dates
from pipelines.observations.patterns.grid import Floats, windows
from pipelines.observations.patterns.history import History
from pipelines.observations.patterns.standing import as_normal

ACUTE_DAYS, CHRONIC_DAYS = 7.0, 42.0
"""Time constants of the two averages (days): those of common practice."""
WEEK_DAYS = 7
USUAL_DAYS = 84
"""Days whose differences between the two averages say what is usual."""
LEAST_DAYS = 42
"""Days of these, after the first six weeks, below which nothing is said. Engineering start value."""
LEAST_KNOWN_FRACTION = 0.8
"""Least share of the last 42 dates that is known. Engineering start value."""
LEAST_EVIDENCE_SD = 2.0
"""Standard deviations that the difference has to lie off on either side. Engineering start value."""
LEAST_WEEK_FRACTION = 0.3
"""Least change from the week before to the last week (fraction). Engineering start value."""
BY_ANOTHER_DEVICE = "days off are told by another device: a session that was not synced looks like one"
DAYS_OF_ONE = 7.0
"""Days of the difference that count as one: the faster average keeps that long. Engineering start value."""


@dataclass(frozen=True, kw_only=True)
class _Load:
    """By date: time moving (s), NaN where not known; the two averages (s a day); how far their difference is off."""

    moved: Floats
    acute: Floats
    chronic: Floats
    off: Floats
    known_fraction: Floats


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few known days."""
    row = dates(known)
    place = None if row is None else row.place(on)
    load = known.once("load", lambda: _load(known))
    if place is None or isnan(load.off[place]):
        return None
    evidence = two_sided(float(load.off[place]))
    weeks = _weeks(load, place)
    if evidence < LEAST_EVIDENCE_SD or weeks is None:
        return Tried(evidence_sd=evidence)
    last, before = weeks
    change = last / before - 1.0 if before > 0 else float("inf")
    if abs(change) < LEAST_WEEK_FRACTION or (change > 0) != (load.off[place] > 0):
        return Tried(evidence_sd=evidence)
    side = "higher" if change > 0 else "lower"
    shown = f"{_hours(last)} over the last 7 days, {_hours(before)} over the 7 before"
    percent = f" ({100.0 * change:+.0f} %)" if before > 0 else ""
    daily = f"{load.acute[place] / 60.0:.0f} min a day against {load.chronic[place] / 60.0:.0f} over 6 weeks"
    return Tried(
        held=Held(
            pattern_value=float(load.acute[place]),
            usual_value=float(load.chronic[place]),
            expected_error=None,
            evidence_sd=evidence,
            components=(Component(component=f"load_{side}", detail=f"{shown}{percent}; {daily}", day_count=WEEK_DAYS),),
            observation_ids=_observed(known, on),
            doubts=(*known.doubts(on), *_unknown(float(load.known_fraction[place]))),
            remarks=("time moving only: how hard it was is not in it", *_by_another(known)),
        ),
        evidence_sd=evidence,
    )


def why_not(known: History, on: date) -> str:
    """Why it cannot be tried on a date, in words."""
    row = dates(known)
    place = None if row is None else row.place(on)
    if place is None:
        return "no data on that date"
    share = known.once("load", lambda: _load(known)).known_fraction[place]
    if share < LEAST_KNOWN_FRACTION:
        needed = f"{100.0 * LEAST_KNOWN_FRACTION:.0f} % needed"
        return f"{100.0 * share:.0f} % of the last 42 dates hold data of any kind, {needed}"
    return f"fewer than {LEAST_DAYS} days with both averages"


def two_sided(off: float) -> float:
    """A figure that may stray to either side as the one of the same chance that strays upwards only."""
    return -NormalDist().inv_cdf(min(max(erfc(abs(off) / 2.0**0.5), 1e-300), 1.0 - 1e-9))


def _load(known: History) -> _Load:
    row = dates(known)
    count = 0 if row is None else row.count
    moved = _moved(known, count)
    acute, chronic = _average(moved, ACUTE_DAYS), _average(moved, CHRONIC_DAYS)
    has = ~np.isnan(moved)
    share = np.nansum(windows(has.astype(np.float64), days=int(CHRONIC_DAYS)), axis=1) / CHRONIC_DAYS
    trained = np.cumsum(np.nan_to_num(moved) > 0) > 0
    young = np.cumsum(trained) <= CHRONIC_DAYS
    difference = np.where(young, np.nan, acute - chronic)
    before = windows(difference, days=USUAL_DAYS, back=WEEK_DAYS)
    number = (~np.isnan(before)).sum(axis=1)
    enough = (number >= LEAST_DAYS) & (share >= LEAST_KNOWN_FRACTION)
    flat = np.where(np.isnan(before), 0.0, before)
    mean = flat.sum(axis=1) / np.maximum(number, 1)
    spread = np.sqrt(
        np.where(np.isnan(before), 0.0, (before - mean[:, None]) ** 2).sum(axis=1) / np.maximum(number - 1, 1)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        alone = number / DAYS_OF_ONE
        shown = (difference - mean) / (np.maximum(spread, 60.0) * np.sqrt(1.0 + 1.0 / alone))
        off = np.where(enough, as_normal(shown, alone - 1.0), np.nan)
    return _Load(moved=moved, acute=acute, chronic=chronic, off=off, known_fraction=share)


def _moved(known: History, count: int) -> Floats:
    """Time moving (s) of each date: 0 where other data show that the date was not lost, NaN where nothing is known."""
    row = dates(known)
    moved = np.full(count, np.nan)
    if row is None:
        return moved
    for on in _by_its_device(known) or _by_any_device(known):
        moved[(on - row.first).days] = 0.0
    for on, moved_s in known.moved.items():
        moved[(on - row.first).days] = np.nan if moved_s is None else moved_s
    return moved


def _by_its_device(known: History) -> set[date]:
    """Dates of values, other than of sessions, from devices that record sessions: they were read out that day."""
    recording = {key[-1] for key in known.series.get("moving_time", {})}
    return {
        value.on
        for by in known.series.values()
        for key, values in by.items()
        if key[-1] in recording and key[2] != "activity"
        for value in values
    }


def _by_any_device(known: History) -> set[date]:
    return {value.on for by in known.series.values() for values in by.values() for value in values}


def _by_another(known: History) -> tuple[str, ...]:
    return () if _by_its_device(known) else (BY_ANOTHER_DEVICE,)


def _average(moved: Floats, days: float) -> Floats:
    """The average that fades with so many days; days that are not known leave it as it is."""
    share = 1.0 - float(np.exp(-1.0 / days))
    found, level = np.zeros(len(moved)), 0.0
    for number, one in enumerate(moved.tolist()):
        if not isnan(one):
            level += share * (one - level)
        found[number] = level
    return found


def _weeks(load: _Load, place: int) -> tuple[float, float] | None:
    """Time moving of the last week and of the one before (s), as of seven known days; None where one is not known."""
    parts = [load.moved[max(0, end - WEEK_DAYS) : end] for end in (place + 1, place + 1 - WEEK_DAYS)]
    if any(len(part) < WEEK_DAYS or np.isnan(part).all() for part in parts):
        return None
    last, before = (WEEK_DAYS * float(np.nanmean(part)) for part in parts)
    return last, before


def _observed(known: History, on: date) -> tuple[str, ...]:
    series = known.series.get("moving_time", {}).values()
    return tuple(
        value.observation_id for values in series for value in values if 0 <= (on - value.on).days < 2 * WEEK_DAYS
    )


def _unknown(share: float) -> tuple[str, ...]:
    missing = round(CHRONIC_DAYS * (1.0 - share))
    return (f"{missing} of the last 42 dates are not known",) if missing else ()


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60.0)
    return f"{minutes // 60} h {minutes % 60:02d} min"


LOAD_CHANGE = Pattern(
    name="load_change",
    version=1,
    metric="moving_time",
    unit="s",
    is_good_news=False,
    judge=judge,
    why_not=why_not,
)
