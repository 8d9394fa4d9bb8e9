"""Less sleep over a week than people of that age need at least: the athlete's own short mean is no measure of need.

Source: recommended least duration, National Sleep Foundation (Hirshkowitz et al. 2015,
doi:10.1016/j.sleh.2014.12.010): 8 h at 14 to 17, 7 h from 18.
"""

from collections import defaultdict
from datetime import date
from statistics import fmean

from pipelines.observations.patterns.contract import Component, Held, Pattern, Tried
from pipelines.observations.patterns.history import History, Value, between

WEEK_DAYS = 7
LEAST_NIGHTS = 5
"""Nights of the week below which nothing is said. Engineering start value."""
ADULT_YEARS = 18
ADULT_NEED_S, TEEN_NEED_S = 7 * 3600.0, 8 * 3600.0
"""Recommended least time asleep (s)."""


def judge(known: History, on: date) -> Tried | None:
    """Tries the rule on one date; None with too few usable nights."""
    nights: dict[date, list[Value]] = defaultdict(list)
    for value in between(known.values("sleep_duration"), on, days=WEEK_DAYS):
        nights[value.on].append(value)  # naps and a night in two parts are sleep of one date
    if len(nights) < LEAST_NIGHTS:
        return None
    slept = [sum(value.value for value in values) for values in nights.values()]
    need_s, whose = need(known.birth_year, on)
    shortfall_s = sum(need_s - one for one in slept)
    # A device's error leans the same way every night: errors of a week add up.
    error_s = sum(max(value.expected_error for value in values) for values in nights.values())
    if shortfall_s <= error_s:
        return Tried()
    short = sum(one < need_s for one in slept)
    mean = round(fmean(slept) / 60.0)
    detail = (
        f"{mean // 60} h {mean % 60:02d} min a night over {len(slept)} nights, against {need_s / 3600:.0f} h ({whose})"
    )
    used = [value for values in nights.values() for value in values]
    doubtful = sum(value.grade != "ok" for value in used)
    return Tried(
        held=Held(
            pattern_value=shortfall_s,
            usual_value=None,
            expected_error=error_s,
            components=(Component(component="sleep_below_need", detail=detail, day_count=short),),
            observation_ids=tuple(value.observation_id for value in used),
            doubts=(*known.doubts(on), *((f"{doubtful} of {len(used)} nights are doubtful",) if doubtful else ())),
            remarks=(*_unknown(len(nights)), "naps are not counted"),
        )
    )


def _unknown(night_count: int) -> tuple[str, ...]:
    return (f"{WEEK_DAYS - night_count} of {WEEK_DAYS} nights are not known",) if night_count < WEEK_DAYS else ()


def need(birth_year: int | None, on: date) -> tuple[float, str]:
    """Recommended least time asleep (s), and for whom in words; without a year of birth that of adults."""
    if birth_year is None:
        return ADULT_NEED_S, "published minimum for adults; age not known"
    if on.year - birth_year < ADULT_YEARS:
        return TEEN_NEED_S, "published minimum at 14 to 17"
    return ADULT_NEED_S, "published minimum for adults"


SLEEP_SHORTFALL = Pattern(
    name="sleep_shortfall", version=1, metric="sleep_duration", unit="s", is_good_news=False, judge=judge
)
