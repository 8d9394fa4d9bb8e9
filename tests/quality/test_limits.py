"""Every limit and every number that verdicts and grades rest on: on one side of it they say another thing."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial

import polars as pl
import pytest

from pipelines.quality import conformal, limits
from pipelines.quality.error_sources import P80, VENDOR_HRV
from pipelines.quality.expected_error import TERMS, UNITS
from pipelines.quality.grades import BLAME, GROSS
from pipelines.quality.verdicts import HARD_SHARE, NAMED_SHARE, decide, verdicts
from pipelines.tables import conform, empty

JUST = 0.002
"""How far, as a share, the two sides lie from what is tested."""

SUB_SPORT = {"indoor": "treadmill", "trail": "trail"}
HISTORY = {"known": 20, "level": 20, "new": 5}
"""Days before the one that is judged, by what is known of the athlete's spread."""
SWING_LN = 0.4
VENDORS = {vendor or "vendor": vendor or "fitbit" for vendor, _, _ in VENDOR_HRV}
"""Source of a stated value, and how its method begins."""


@pytest.fixture(autouse=True)
def no_factors(monkeypatch):
    """Expected errors as their parts make them: which factor stands is tested elsewhere."""
    monkeypatch.setattr(conformal, "TABLE", conformal.uncalibrated())


@pytest.fixture(scope="module")
def subject(make, ask):
    """Judged tables of a subject of each source, free of flags, with the days before it; and the subject's key."""

    series = cache(partial(_series, make, ask))
    run = cache(lambda heart, sub_sport: _bare(ask, make.run(2600, source=heart, sub_sport=sub_sport)))

    @cache
    def build(purpose, source, days=0):
        if purpose == "sleep_duration":
            return _bare(ask, make.nights({})), ("night", "n0")
        if source in VENDORS:
            stated = {"method": f"{VENDORS[source]}_of_its_own"}
            if purpose == "resting_hr":
                return _last_value(_bare(ask, make.days([50], metric="resting_heart_rate", unit="bpm", **stated)))
            return _last_value(_bare(ask, make.days([50.0 + i for i in range(days + 1)], **stated)))
        if source in {"night", "morning"}:
            return series(source, days)
        heart = source if source in {"strap", "wrist", "unknown"} else "strap"
        return run(heart, SUB_SPORT.get(source)), ("activity", "a")

    return build


def _bare(ask, given):
    return {**ask.judged(given), "flags": empty("flags")}


def _last_value(judged):
    facts = judged["facts"].filter(subject_kind="daily_value")
    return judged, ("daily_value", facts["subject_id"].max())


def _series(make, ask, reading, days):
    made = [
        make.beats(make.breathing(60, seed=i), name=f"s{i:02d}", reading=reading, day=date(2026, 3, 1) + timedelta(i))
        for i in range(days + 1)
    ]
    return _bare(ask, make.joined(*made)), ("beat_series", f"s{days:02d}")


def _with_fact(judged, key, **values):
    """The tables with some figures of one subject replaced."""
    mine = (pl.col("subject_kind") == key[0]) & (pl.col("subject_id") == key[1])
    number = pl.col("fact_value")
    for fact, value in values.items():
        number = pl.when(mine & (pl.col("fact") == fact)).then(pl.lit(float(value))).otherwise(number)
    return {**judged, "facts": judged["facts"].with_columns(number.alias("fact_value"))}


def _with_error(judged, key, purpose, expected, *, share_of_flags=0.0):
    """The tables with a subject whose expected error for a purpose is this much, so much of its square by flags."""
    terms = [term for term in TERMS if term.subject_kind == key[0] and term.purpose == purpose]
    plain = next(term for term in terms if not term.signals)
    flagged = next((term for term in terms if term.signals), plain)
    parts = {term.fact: 0.0 for term in terms}
    parts[flagged.fact] = expected * share_of_flags**0.5 / P80 / flagged.factor
    parts[plain.fact] = expected * (1 - share_of_flags) ** 0.5 / P80 / plain.factor
    return _with_fact(judged, key, **parts)


def _with_history(judged, key, swing):
    """The tables with so much change (ln_ms) from one day before to the next."""
    known = judged["facts"].filter(subject_kind=key[0], fact="ln_rmssd")["subject_id"].sort()
    for place, subject_id in enumerate(known):
        level = 4.0 + (swing if place % 2 else 0.0)
        judged = _with_fact(judged, (key[0], subject_id), ln_rmssd=level)
    return judged


def _decided(judged, key, purpose):
    rows = decide(judged).filter(subject_kind=key[0], subject_id=key[1], purpose=purpose)
    return rows.to_dicts()[0]


def _in_force(limit, known):
    if limit.measure == "absolute":
        return limit.number
    spread = {"known": 1.4826 * SWING_LN / 2, "level": 0.0, "new": limit.fallback_spread}[known]
    return max(limit.number * spread, limit.floor)


ROWS = [
    pytest.param(limit, known, id=f"{limit.purpose} from {limit.source}" + (f", {known} spread" if known else ""))
    for limit in limits.LIMITS
    for known in (("known", "level", "new") if limit.measure == "spread" else (None,))
]


@pytest.mark.parametrize(("limit", "known"), ROWS)
def test_a_value_is_usable_up_to_its_limit_and_not_beyond(limit, known, subject):
    judged, key = subject(limit.purpose, limit.source, HISTORY.get(known, 0))
    judged = _with_history(judged, key, SWING_LN if known == "known" else 0.0) if known else judged
    number = _in_force(limit, known)

    below, above = (
        _decided(_with_error(judged, key, limit.purpose, number * side), key, limit.purpose)
        for side in (1 - JUST, 1 + JUST)
    )

    assert (below["source"], below["unit"], limit.unit) == (limit.source, limit.unit, UNITS[limit.purpose])
    assert (below["verdict"], above["verdict"]) == ("usable", "not_usable")


def test_every_purpose_has_a_limit_for_each_source_it_can_come_from(subject):
    listed = {(limit.purpose, limit.source) for limit in limits.LIMITS}

    found = set()
    for purpose, source in listed:
        judged, key = subject(purpose, source)
        found |= set(decide(judged).filter(subject_id=key[1]).select("purpose", "source").iter_rows())

    assert found == listed


@pytest.fixture
def run(subject):
    return subject("distance", "open")


def test_flags_that_bring_the_error_beyond_two_and_a_half_limits_are_gross(run):
    judged, key = run
    limit = 0.02

    grades = [
        _decided(_with_error(judged, key, "distance", side * GROSS.number * limit, share_of_flags=1.0), key, "distance")
        for side in (1 - JUST, 1 + JUST)
    ]

    assert [row["grade"] for row in grades] == ["doubtful", "unusable"]


def test_flags_are_to_blame_from_a_fifth_of_the_squared_error(run):
    judged, key = run

    grades = [
        _decided(_with_error(judged, key, "distance", 0.03, share_of_flags=BLAME.number + by), key, "distance")
        for by in (-JUST, JUST)
    ]

    assert [row["grade"] for row in grades] == ["ok", "doubtful"]
    assert {row["verdict"] for row in grades} == {"not_usable"}


def test_a_part_is_named_from_a_twentieth_of_the_squared_error(run):
    judged, key = run

    reasons = [
        _decided(_with_error(judged, key, "distance", 0.01, share_of_flags=NAMED_SHARE.number + by), key, "distance")[
            "reasons"
        ]
        for by in (-JUST, JUST)
    ]

    assert reasons == [[], ["flagged"]]


def test_an_impossible_half_of_the_rows_is_a_hard_violation(make, ask):
    found = []
    for count in (int(1200 * HARD_SHARE.number) - 1, int(1200 * HARD_SHARE.number)):
        judged = ask.judged(make.run(1200, heart_rate_bpm=[240] * count + [140 + i % 3 for i in range(1200 - count)]))
        flags = judged["flags"].filter(check_name="hr_range")
        judged = _with_error({**judged, "flags": flags}, ("activity", "a"), "load", 0.1)
        found.append(_decided(judged, ("activity", "a"), "load"))

    assert [row["verdict"] for row in found] == ["usable", "not_usable"]
    assert [row["grade"] for row in found] == ["ok", "unusable"]


def _laps(seconds):
    rows = {"activity_id": "a", "lap_index": range(len(seconds)), "athlete_id": 1, "source_file_id": "f"}
    return conform(pl.DataFrame({**rows, "timer_s": seconds}), "laps")


@pytest.mark.parametrize(
    ("few", "many"),
    [
        pytest.param([50.0] * 2 + [60.0] * 4, [50.0] * 3 + [60.0] * 4, id="two short laps or three"),
        pytest.param([60.0] * 6, [59.9] * 6, id="laps of a minute or just less"),
    ],
)
def test_short_laps_make_a_session_intervals_that_no_wrist_can_tell(few, many, make, ask):
    found = [
        ask.verdict({**make.run(2600, source="wrist"), "laps": _laps(laps)}, "hr_zones")["verdict"]
        for laps in (few, many)
    ]

    assert found == ["usable", "not_usable"]


def test_decoupling_needs_forty_minutes_of_moving_time(subject):
    judged, key = subject("decoupling", "strap")

    found = [
        _decided(_with_fact(judged, key, moving_s=limits.LEAST_DECOUPLING_S.number + by), key, "decoupling")["verdict"]
        for by in (-1, 0)
    ]

    assert found == ["not_assessable", "usable"]


def test_decoupling_needs_heart_rate_in_nine_tenths_of_it(subject):
    judged, key = subject("decoupling", "strap")
    least = limits.LEAST_COVERAGE.number

    found = [
        _decided(_with_fact(judged, key, heart_rate_coverage_fraction=least + by), key, "decoupling")["verdict"]
        for by in (-JUST, JUST)
    ]

    assert found == ["not_usable", "usable"]


def test_the_spread_of_fourteen_days_is_needed_to_stand_for_itself(subject):
    limit = next(one for one in limits.LIMITS if (one.purpose, one.source) == ("hrv_day", "morning"))
    in_force = []
    for days in (13, 14):
        judged, key = subject("hrv_day", "morning", days)
        in_force.append(_decided(_with_history(judged, key, 3.0), key, "hrv_day")["error_limit"])

    assert in_force[0] == pytest.approx(limit.number * limit.fallback_spread)
    assert in_force[1] > 1.0


def test_a_limit_that_is_moved_moves_the_verdict(run, monkeypatch):
    judged, key = run
    stricter = tuple(replace(limit, number=limit.number / 2) for limit in limits.LIMITS)

    before = verdicts(_with_error(judged, key, "distance", 0.015)).filter(purpose="distance")["verdict"][0]
    monkeypatch.setattr(limits, "LIMITS", stricter)
    after = verdicts(_with_error(judged, key, "distance", 0.015)).filter(purpose="distance")["verdict"][0]

    assert (before, after) == ("usable", "not_usable")
