"""Less sleep over five nights than the athlete's own usual, beyond what nights differ by and their expected error.

What is usual is the mean of the six weeks before these nights, extreme ones drawn in. The recommended least duration
is named beside it and decides nothing: 8 h at 14 to 17, 7 h from 18 (National Sleep Foundation, Hirshkowitz et al.
2015, doi:10.1016/j.sleh.2014.12.010).
"""

from collections.abc import Sequence
from datetime import date
from math import isnan

from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.daily import dates, stands, values_of
from pipelines.observations.patterns.history import History, Value
from pipelines.observations.patterns.standing import Window

NIGHTS = 5
"""Last nights that are looked at. Engineering start value: one bad night is none of our business, a week is late."""
LEAST_NIGHTS = 4
"""Of these, nights that have to be known. Engineering start value."""
USUAL_NIGHTS, LEAST_USUAL = 42, 14
"""Nights before that say what is usual, and the least of them, as for usual ranges."""
LEAST_SHORT_S = 1800.0
"""Mean shortfall of a night (s) below which nothing is said. Engineering start value."""
LEAST_SHORT_NIGHTS = 3
"""Nights that have to be so much shorter by themselves: one bad night is no shortfall. Engineering start value."""
LEAST_EVIDENCE_SD = 2.0
"""Standard deviations that the mean has to lie below what is usual. Engineering start value."""
ADULT_YEARS = 18
ADULT_NEED_S, TEEN_NEED_S = 7 * 3600.0, 8 * 3600.0
"""Recommended least time asleep (s)."""
FIVE = Window(
    days=NIGHTS,
    decay=1.0,
    least=LEAST_NIGHTS,
    fresh_days=NIGHTS,
    floor=600.0,
    usual_days=USUAL_NIGHTS,
    least_usual=LEAST_USUAL,
)


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few usable nights."""
    row, stood = dates(known), stands(known, "sleep_duration", FIVE)
    place = None if row is None else row.place(on)
    if stood is None or place is None or isnan(stood.evidence[place]):
        return None
    evidence = -float(stood.evidence[place])
    mean, usual, count = float(stood.recent[place]), float(stood.usual[place]), float(stood.count[place])
    short_s = usual - mean
    if short_s < LEAST_SHORT_S or evidence < LEAST_EVIDENCE_SD:
        return Tried(evidence_sd=evidence)
    nights = values_of(known, "sleep_duration", on, days=NIGHTS)
    error_s = error_of(nights, count=count)
    short = sum(usual - slept >= LEAST_SHORT_S for slept in _slept(nights).values())
    if short < LEAST_SHORT_NIGHTS or short_s * count <= error_s:
        return Tried(evidence_sd=evidence)
    return Tried(held=_held(known, on, nights, (mean, usual, error_s), evidence), evidence_sd=evidence)


def _slept(nights: Sequence[Value]) -> dict[date, float]:
    """Time asleep (s) by date: a night in two parts is sleep of one date."""
    slept: dict[date, float] = {}
    for night in nights:
        slept[night.on] = slept.get(night.on, 0.0) + night.value
    return slept


def _held(
    known: History, on: date, nights: Sequence[Value], figures: tuple[float, float, float], evidence: float
) -> Held:
    mean, usual, error_s = figures
    slept = _slept(nights)
    short = sum(one < usual for one in slept.values())
    need_s, whose = need(known.birth_year, on)
    against = f"against {_hours(usual)} usual; {whose} {_hours(need_s)}"
    doubtful = sum(night.grade != "ok" for night in nights)
    doubts = (f"{doubtful} of {len(nights)} nights are doubtful",) if doubtful else ()
    detail = f"{_hours(mean)} a night over {len(slept)} nights, {against}"
    return Held(
        pattern_value=(usual - mean) * len(slept),
        usual_value=None,
        expected_error=error_s,
        evidence_sd=evidence,
        components=(Component(component="sleep_below_usual", detail=detail, day_count=short),),
        observation_ids=tuple(night.observation_id for night in nights),
        doubts=(*known.doubts(on), *doubts),
        remarks=(*_unknown(len(slept)), "naps are not counted"),
    )


def error_of(nights: Sequence[Value], *, count: float) -> float:
    """Expected error (s) of the shortfall of some nights: what leans the same way every night is in the usual too."""
    of_night: dict[date, float] = {}
    for night in nights:
        of_night[night.on] = max(of_night.get(night.on, 0.0), night.expected_error)
    own = sum(error**2 for error in of_night.values())
    return float((own + own * count / USUAL_NIGHTS) ** 0.5)


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60.0)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _unknown(night_count: int) -> tuple[str, ...]:
    return (f"{NIGHTS - night_count} of {NIGHTS} nights are not known",) if night_count < NIGHTS else ()


def need(birth_year: int | None, on: date) -> tuple[float, str]:
    """Recommended least time asleep (s), and for whom in words; without a year of birth that of adults."""
    if birth_year is None:
        return ADULT_NEED_S, "published minimum for adults (age not known)"
    if on.year - birth_year < ADULT_YEARS:
        return TEEN_NEED_S, "published minimum at 14 to 17"
    return ADULT_NEED_S, "published minimum for adults"


SLEEP_SHORTFALL = Pattern(
    name="sleep_shortfall", version=2, metric="sleep_duration", unit="s", is_good_news=False, judge=judge
)
