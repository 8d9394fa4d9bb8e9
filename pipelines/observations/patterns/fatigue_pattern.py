"""Several signs at once: variability lower, heart rate at rest higher, sleep shorter, answers worse, runs harder.

Each sign is the mean of the last week, of which later days count more, minus the athlete's own usual, in standard
deviations of that difference. The signs are added, and the sum is held against how far such a sum strays on ordinary
days of this athlete, on which the signs go together as they do. It holds when the sum strays so far and at least three
signs from two origins lie clearly off by themselves (variability and heart rate at rest come from the same beats).
Source of the idea: the within-athlete rules of Meeusen et al. 2013 (doi:10.1080/17461391.2012.730061), which hold that
no single marker tells. It names what differs, and no cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from pipelines.observations.patterns.comparable import not_known
from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.daily import ANSWERS, AT_PACE, dates, run_differences, stands, values_of
from pipelines.observations.patterns.figures import error_in_words, in_words
from pipelines.observations.patterns.grid import Floats
from pipelines.observations.patterns.history import History, Value, answers_between
from pipelines.observations.patterns.standing import Standing, Window, settled

WEEK_DAYS, RUN_DAYS = 7, 10
"""Days looked at: of nights and answers, and of runs, which are fewer. Engineering start values."""
DECAY = 0.7
"""Weight of a day in that of the day after it: a change of three days shows, and one day does not. Engineering start
value."""
LEAST_DAYS, FRESH_DAYS = 2, 3
"""Values of a sign that have to lie in the last days. Engineering start values."""
LEAST_RUNS_BEFORE = 6
"""Runs with comparable ones that say how much runs differ. Engineering start value."""
LEAST_EVIDENCE_SD = 2.5
"""Standard deviations that the sum has to lie off: one ordinary day in 160 by chance. Engineering start value."""
LEAN_SD = 1.0
"""Standard deviations from which a sign counts by itself: one in six by chance. Source: practice, z of 1."""
LEAST_COMPONENTS = 3
"""Signs that have to lie off together. Engineering start value: reference practice is three of five."""
LEAST_GROUPS = 2
"""Origins these have to come from. Engineering start value."""
LIKENESS_DAYS, LEAST_PAIRS = 60, 10
"""Days from which it is told how two signs go together, and the least of them; with fewer they go apart."""


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One sign: its component, origin, series, the side it lies off to, and the days it is made of."""

    component: str
    group: str
    series: str
    side: int
    how: Window


def _nightly(floor: float) -> Window:
    return Window(days=WEEK_DAYS, decay=DECAY, least=LEAST_DAYS, fresh_days=FRESH_DAYS, floor=floor)


_RUNS = Window(
    days=RUN_DAYS, decay=DECAY, least=LEAST_DAYS, fresh_days=RUN_DAYS, floor=1.0, least_usual=LEAST_RUNS_BEFORE
)
SIGNS = (
    Sign(component="hrv_lower", group="beats", series="ln_rmssd", side=-1, how=_nightly(0.02)),
    Sign(component="resting_heart_rate_higher", group="beats", series="resting_heart_rate", side=1, how=_nightly(0.5)),
    Sign(component="sleep_shorter", group="sleep", series="sleep_duration", side=-1, how=_nightly(600.0)),
    Sign(component="answers_worse", group="answers", series=ANSWERS, side=-1, how=_nightly(0.05)),
    Sign(component="heart_rate_higher_at_pace", group="run", series=AT_PACE, side=1, how=_RUNS),
)
"""The signs, each with the least spread of its days in its unit: values are rounded."""


@dataclass(frozen=True, kw_only=True)
class _Sum:
    """By date: the sum in standard deviations, how many signs and origins there are, and lie off."""

    evidence: Floats
    signs: Floats
    """One row a sign: how far it lies off to its side; NaN where it cannot be said."""
    can_try: np.ndarray
    holds: np.ndarray


def judge(known: History, on: date) -> Tried | None:
    """Tries the signs on one date; None where fewer than three signs from two origins have data."""
    row = dates(known)
    place = None if row is None else row.place(on)
    if place is None:
        return None
    found = known.once("signs", lambda: _sum(known))
    if not found.can_try[place]:
        return None
    evidence = float(found.evidence[place])
    if not found.holds[place]:
        return Tried(evidence_sd=evidence)
    return Tried(held=_held(known, on, found.signs[:, place], evidence), evidence_sd=evidence)


def _sum(known: History) -> _Sum:
    row = dates(known)
    count = 0 if row is None else row.count
    nothing = np.full(count, np.nan)
    each = [stands(known, sign.series, sign.how) for sign in SIGNS]
    off = [nothing if one is None else sign.side * one.evidence for sign, one in zip(SIGNS, each, strict=True)]
    signs = np.array(off)
    has, leans = ~np.isnan(signs), np.nan_to_num(signs) >= LEAN_SD
    number = has.sum(axis=0).astype(np.float64)
    variance = number.copy()
    for first, second in combinations(range(len(SIGNS)), 2):
        variance += 2.0 * np.where(has[first] & has[second], _together(each[first], each[second], first, second), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        evidence = settled(np.nansum(signs, axis=0) / np.sqrt(np.maximum(variance, number)), back=WEEK_DAYS)
    groups = [sign.group for sign in SIGNS]
    can_try = (number >= LEAST_COMPONENTS) & (_origins(has, groups) >= LEAST_GROUPS)
    holds = (evidence >= LEAST_EVIDENCE_SD) & (leans.sum(axis=0) >= LEAST_COMPONENTS)
    holds &= _origins(leans, groups) >= LEAST_GROUPS
    return _Sum(evidence=evidence, signs=signs, can_try=can_try, holds=can_try & holds)


def _origins(given: np.ndarray, groups: list[str]) -> np.ndarray:
    """Number of origins with a sign, by date."""
    rows = [given[[number for number, one in enumerate(groups) if one == group]].any(axis=0) for group in set(groups)]
    return np.asarray(np.sum(rows, axis=0))


def _together(one: Standing | None, other: Standing | None, first: int, second: int) -> Floats | float:
    """How two signs go together on the days before the last week: the correlation of their days, to their sides."""
    if one is None or other is None or AT_PACE in (SIGNS[first].series, SIGNS[second].series):
        return 0.0
    products = SIGNS[first].side * SIGNS[second].side * one.residual * other.residual
    both = ~np.isnan(products)
    parts = [products, one.residual**2, other.residual**2]
    sums = [_trailing(np.where(both, np.clip(part, -9.0, 9.0), 0.0)) for part in parts]
    with np.errstate(invalid="ignore", divide="ignore"):
        likeness = np.clip(sums[0] / np.sqrt(sums[1] * sums[2]), -1.0, 1.0)
    return np.where(_trailing(both.astype(np.float64)) >= LEAST_PAIRS, likeness, 0.0)


def _trailing(values: Floats) -> Floats:
    """Sum of the days before the last week, by date."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    number = np.arange(len(values))
    end, start = np.maximum(number + 1 - WEEK_DAYS, 0), np.maximum(number + 1 - WEEK_DAYS - LIKENESS_DAYS, 0)
    return np.asarray(total[end] - total[start], dtype=np.float64)


def _held(known: History, on: date, signs: Floats, evidence: float) -> Held:
    told = [_told(known, on, sign) for sign, off in zip(SIGNS, signs, strict=True) if off >= LEAN_SD]
    doubts = dict.fromkeys([*known.doubts(on), *(doubt for _, _, doubt, _ in told if doubt)])
    return Held(
        pattern_value=float(len(told)),
        usual_value=float((~np.isnan(signs)).sum()),
        expected_error=None,
        evidence_sd=evidence,
        components=tuple(component for component, *_ in told),
        observation_ids=tuple(dict.fromkeys(key for _, keys, _, _ in told for key in keys)),
        doubts=tuple(doubts),
        remarks=tuple(remark for *_, remark in told if remark),
    )


_Told = tuple[Component, tuple[str, ...], str, str]
"""The component, its observations, a doubt, a remark; each of the two empty where there is none."""


def _told(known: History, on: date, sign: Sign) -> _Told:
    if sign.series == ANSWERS:
        return _answered(known, on, sign)
    if sign.series == AT_PACE:
        return _ran(known, on, sign)
    days = values_of(known, sign.series, on, days=WEEK_DAYS)
    mean, usual, spread = _figures(known, on, sign)
    beyond = sum(sign.side * (day.value - usual) > spread for day in days)
    error = sum(day.expected_error**2 for day in days) ** 0.5 / len(days)
    shown = f"{in_words(sign.series, mean)} ± {error_in_words(sign.series, mean, error)}"
    detail = f"{shown} against {in_words(sign.series, usual)}, beyond the usual range on {beyond} of {len(days)} days"
    component = Component(component=sign.component, detail=detail, day_count=beyond)
    return component, tuple(day.observation_id for day in days), _graded(sign.series, days), ""


def _figures(known: History, on: date, sign: Sign) -> tuple[float, float, float]:
    row, stood = dates(known), stands(known, sign.series, sign.how)
    assert row is not None
    assert stood is not None
    place = (on - row.first).days
    return float(stood.recent[place]), float(stood.usual[place]), float(stood.spread[place])


def _graded(metric: str, days: Sequence[Value]) -> str:
    doubtful = sum(day.grade != "ok" for day in days)
    return f"{metric} is doubtful on {doubtful} of {len(days)} days" if doubtful else ""


def _answered(known: History, on: date, sign: Sign) -> _Told:
    """Answers against the athlete's own usual: people differ in how they use a scale."""
    mean, usual, spread = _figures(known, on, sign)
    marks = [mark for _, mark in answers_between(known.answers, on, days=WEEK_DAYS)]
    worse = sum(mark < usual - spread for mark in marks)
    detail = f"{100 * mean:.0f} % of the scale against {100 * usual:.0f} %, below usual on {worse} of {len(marks)} days"
    return Component(component=sign.component, detail=detail, day_count=worse), (), "", ""


def _ran(known: History, on: date, sign: Sign) -> _Told:
    told = [one for one in run_differences(known) if 0 <= (on - one.run.on).days < RUN_DAYS]
    harder = [one for one in told if one.difference_bpm > one.error_bpm]
    mean, usual, _ = _figures(known, on, sign)
    error = sum(one.error_bpm for one in told) / len(told)
    detail = f"{mean - usual:.0f} ± {error:.0f} bpm higher at the same pace, on {len(harder)} of {len(told)} runs"
    keys = tuple(key for one in told for key in one.run.observation_ids)
    used = [run for one in told for run in (one.run, *one.others)]
    return Component(component=sign.component, detail=detail, day_count=len(harder)), keys, "", not_known(used)


FATIGUE_PATTERN = Pattern(
    name="fatigue_pattern", version=2, metric="components", unit="count", is_good_news=False, judge=judge
)
