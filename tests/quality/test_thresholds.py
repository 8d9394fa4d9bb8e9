"""Every threshold of every check decides something: on one side of it the outcome is another than on the other."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from pipelines.quality import artifacts, beat_rows, rhythm_windows, trailing
from pipelines.quality.catalogue import checks


def _hr(make, change, count=600, **kwargs):
    """A run whose heart rate is 140 with small waves, changed in place."""
    given = make.run(count, **kwargs)
    bpm = given["records"]["heart_rate_bpm"].to_numpy().astype(float).copy()
    change(bpm)
    return make.run(count, heart_rate_bpm=[None if np.isnan(x) else int(x) for x in bpm], **kwargs)


def _hr_at(make, rows, value, **kwargs):
    def put(bpm):
        bpm[rows] = value

    return _hr(make, put, **kwargs)


def _hr_leap(make, leap):
    def put(bpm):
        bpm[:] = 140 + np.arange(len(bpm)) % 2
        bpm[300:] += leap

    return _hr(make, put)


def _hr_every(make, gap, every=1):
    """Heart rate on every n-th record, and none for `gap` seconds from 300 on."""

    def put(bpm):
        keep = np.arange(len(bpm)) % every == 0
        bpm[~keep] = np.nan
        bpm[301 : 300 + gap] = np.nan

    return _hr(make, put)


def _speed(make, rows, value, **kwargs):
    count = kwargs.pop("count", 900)
    speed = 3.0 + 0.2 * np.sin(np.arange(count) / 60.0)
    distance = np.concatenate([[0.0], np.cumsum(speed[1:])])
    speed[rows] = value
    return make.run(count, speed_m_per_s=speed, distance_m=distance, **kwargs)


def _leap(make, by, base=3.0):
    """Speed leaps by so much for ten seconds; distance follows."""
    speed = np.full(600, base)
    speed[300:310] += by
    return make.run(600, speed_m_per_s=speed, distance_m=np.concatenate([[0.0], np.cumsum(speed[1:])]))


def _away(make, metres, *, sport="running", speed=3.0):
    """Position jumps east by so many metres for good."""
    distance = speed * np.arange(600.0)
    longitude = np.full(600, 8.0)
    longitude[300:] += metres / 111_195.0 / np.cos(np.radians(47.0))
    return make.run(
        600, sport=sport, distance_m=distance, speed_m_per_s=np.full(600, speed), longitude_deg=longitude,
        latitude_deg=np.full(600, 47.0) + distance / 111_195.0,
    )  # fmt: skip


def _gap(make, seconds, step_s=1):
    """No record for so many seconds; else one every `step_s`."""
    first = np.arange(0, 300, step_s)
    time_s = np.concatenate([first, first[-1] + seconds + first])
    return make.run(
        len(time_s),
        recorded_at_utc=[datetime.fromtimestamp(1_772_344_800 + t, UTC) for t in time_s],
        distance_m=3.0 * time_s,
        latitude_deg=47.0 + 3.0 * time_s / 111_195.0,
        speed_m_per_s=np.full(len(time_s), 3.0),
    )


def _scaled(make, *, speed=1.0, position=1.0, count=900):
    base = np.full(count, 3.0)
    distance = 3.0 * np.arange(count)
    return make.run(
        count, distance_m=distance, speed_m_per_s=base * speed, latitude_deg=47.0 + position * distance / 111_195.0
    )


def _flat(make, seconds):
    def put(bpm):
        bpm[:] = 140 + np.arange(len(bpm)) % 2
        bpm[300 : 300 + seconds + 1] = 150

    return _hr(make, put)


def _one(make, row_ms, *, spread=6.0, seed=3):
    """Quiet beats with one interval so much longer (ms) than its neighbours."""
    rng = np.random.default_rng(seed)
    rr = 1000 + spread * rng.standard_normal(300)
    rr[150] += row_ms
    return make.beats(rr)


def _pair(make, by, *, spread=30.0):
    """A displaced beat: one interval longer and the next shorter by so much (ms), among noisy ones."""
    rng = np.random.default_rng(5)
    rr = 1000 + spread * rng.standard_normal(300)
    rr[150:152] = 1000.0
    rr[150] += by
    rr[151] -= by
    return make.beats(rr)


def _burst(make, bad):
    rr = 1000 + 8.0 * np.random.default_rng(4).standard_normal(300)
    for i in range(bad):
        rr[150 + 2 * i] = 1700.0
    return make.beats(rr)


def _beat_gap(make, gap_s):
    rr = make.breathing(300)
    start = np.concatenate([[0.0], np.cumsum(rr)[:-1]]) / 1000
    start[150:] += gap_s
    return make.beats(rr, start_s=start)


def _ectopy(make, every, *, count=300, early=0.65, lost_every=None):
    """Every n-th beat comes early, with a full pause after it; and every so many-th is not seen."""
    rr = make.breathing(count, rmssd_ms=20.0)
    for i in range(10, count - 2, every):
        pause = rr[i] * (1 - early)
        rr[i] *= early
        rr[i + 1] += pause
    if lost_every:
        rr[15::lost_every] *= 2.0
    return make.beats(rr)


def _turning(make, count):
    """So many beats of 300 turn from short to long and back."""
    rr = make.breathing(300, rmssd_ms=20.0)
    rr[:count] += 100.0 * (-1) ** np.arange(count)
    return make.beats(rr)


def _sparse_epochs(make, beats):
    """Forty epochs of so many long intervals each, one after the other from the start of the epoch."""
    starts, rr = [], []
    for epoch in range(40):
        own = 1900.0 + 20 * np.sin(np.arange(beats) * 1.3 + epoch)
        starts += (epoch * 300.0 + np.concatenate([[0.0], np.cumsum(own)[:-1]]) / 1000).tolist()
        rr += own.tolist()
    return make.beats(rr, start_s=starts, reading="night")


def _white(make, spread, seed=7, count=400):
    rr = 900 * (1 + spread * np.random.default_rng(seed).standard_normal(count))
    return make.beats(np.clip(rr, 420, 1700))


def _epoch_night(make, epochs, *, fill=1.0):
    """A night of so many whole epochs, each covered to `fill` with good beats."""
    rr, start = [], []
    for epoch in range(epochs):
        beats = make.breathing(int(290 * fill), seed=epoch + 1)
        start += (epoch * 300.0 + np.concatenate([[0.0], np.cumsum(beats)[:-1]]) / 1000).tolist()
        rr += beats.tolist()
    return make.beats(rr, start_s=start, reading="night")


def _night(make, **row):
    return make.nights(row)


def _usual(make, last, *, days=20, spread=2.0, metric="rmssd", unit="ms", base=50.0, method="garmin_daily"):
    values = [base + spread * ((i * 7) % 5 - 2) for i in range(days)]
    return make.days([*values, last], metric=metric, unit=unit, method=method)


def _frozen_both(make, count):
    hrv = [50 + i for i in range(10)] + [70] * count + [80, 81]
    resting = [50 + i % 3 for i in range(10)] + [44] * count + [50, 51]
    return make.joined(
        make.days(hrv), make.days(resting, metric="resting_heart_rate", method="garmin_daily", unit="bpm")
    )


def _sparse(make, present):
    return make.days([50, 52, 51, 53, 50, 51, 52, *([None] * (7 - present)), *([51, 53, 52][: present - 1]), 50])


def _year(make, year):
    return make.run(60, start=datetime(year, 6, 1, tzinfo=UTC))


def _stamps(make, change):
    time_s = np.arange(120.0)
    change(time_s)
    return make.run(120, recorded_at_utc=[datetime.fromtimestamp(1_772_344_800 + t, UTC) for t in time_s])


def _set(row, to):
    def change(time_s):
        time_s[row] = to

    return change


def _resting(make, value):
    return make.days([value], metric="resting_heart_rate", unit="bpm", method="garmin_daily")


# (check, threshold): tables on one side, tables on the other, outcomes of the two
CASES = {
    ("hr_range", "lowest"): (lambda m: _hr_at(m, 300, 30), lambda m: _hr_at(m, 300, 29), "pass", "fail"),
    ("hr_range", "highest"): (lambda m: _hr_at(m, 300, 230), lambda m: _hr_at(m, 300, 231), "pass", "fail"),
    ("hr_jump", "jump"): (lambda m: _hr_leap(m, 11), lambda m: _hr_leap(m, 12), "pass", "fail"),
    ("hr_jump", "jump within 5 s"): (
        lambda m: m.run(300, step_s=4, heart_rate_bpm=[140] * 150 + [165] * 150),
        lambda m: m.run(300, step_s=4, heart_rate_bpm=[140] * 150 + [166] * 150),
        "pass",
        "fail",
    ),
    ("hr_spike", "spike"): (
        lambda m: m.run(300, heart_rate_bpm=[140] * 150 + [155] * 4 + [140] * 146),
        lambda m: m.run(300, heart_rate_bpm=[140] * 150 + [156] * 4 + [140] * 146),
        "pass",
        "fail",
    ),
    ("hr_spike", "longest spike"): (
        lambda m: m.run(300, heart_rate_bpm=[140] * 150 + [165] * 13 + [140] * 137),
        lambda m: m.run(300, heart_rate_bpm=[140] * 150 + [165] * 8 + [140] * 142),
        "pass",
        "fail",
    ),
    ("hr_dropout", "dropout"): (lambda m: _hr_every(m, 5), lambda m: _hr_every(m, 6), "pass", "fail"),
    ("hr_flatline", "flat"): (lambda m: _flat(m, 89), lambda m: _flat(m, 90), "pass", "fail"),
    ("speed_envelope", "above the record"): (
        lambda m: _speed(m, slice(300, 310), 11.0),
        lambda m: _speed(m, slice(300, 310), 13.0),
        "pass",
        "fail",
    ),
    ("speed_envelope", "fastest ridden"): (
        lambda m: _speed(m, slice(300, 330), 35.0, sport="cycling"),
        lambda m: _speed(m, slice(300, 330), 37.0, sport="cycling"),
        "pass",
        "fail",
    ),
    ("position_envelope", "above the record"): (
        lambda m: _scaled(m, position=1.9),
        lambda m: _scaled(m, position=2.6),
        "pass",
        "fail",
    ),
    ("position_envelope", "fastest ridden"): (
        lambda m: m.run(300, sport="cycling", latitude_deg=47 + 35.0 * np.arange(300) / 111_195),
        lambda m: m.run(300, sport="cycling", latitude_deg=47 + 37.0 * np.arange(300) / 111_195),
        "pass",
        "fail",
    ),
    ("speed_acceleration", "acceleration"): (lambda m: _leap(m, 2.9), lambda m: _leap(m, 3.1), "pass", "fail"),
    ("speed_acceleration", "hard acceleration"): (
        lambda m: _leap(m, 4.9, base=0.6),
        lambda m: _leap(m, 5.1, base=0.6),
        "pass",
        "fail",
    ),
    ("position_teleport", "position jump"): (lambda m: _away(m, 11.0), lambda m: _away(m, 13.0), "pass", "fail"),
    ("position_teleport", "position jump, ridden"): (
        lambda m: _away(m, 38.0, sport="cycling"),
        lambda m: _away(m, 42.0, sport="cycling"),
        "pass",
        "fail",
    ),
    ("record_gap", "gap"): (lambda m: _gap(m, 10), lambda m: _gap(m, 11), "pass", "fail"),
    ("speed_unit", "near a unit's factor"): (
        lambda m: _scaled(m, speed=1.609 * 1.03),
        lambda m: _scaled(m, speed=1.609 * 1.01),
        "pass",
        "fail",
    ),
    ("speed_unit", "compared"): (
        lambda m: _scaled(m, speed=3.6, count=130),
        lambda m: _scaled(m, speed=3.6, count=140),
        "not_assessable",
        "fail",
    ),
    ("distance_disagreement", "speed against distance"): (
        lambda m: _scaled(m, speed=1.04),
        lambda m: _scaled(m, speed=1.06),
        "pass",
        "fail",
    ),
    ("distance_disagreement", "positions against distance"): (
        lambda m: _scaled(m, position=1.09),
        lambda m: _scaled(m, position=1.11),
        "pass",
        "fail",
    ),
    ("distance_disagreement", "compared"): (
        lambda m: _scaled(m, speed=1.2, count=130),
        lambda m: _scaled(m, speed=1.2, count=140),
        "not_assessable",
        "fail",
    ),
    ("clock_backwards", "step back"): (
        lambda m: _stamps(m, _set(60, 59.0)),
        lambda m: _stamps(m, _set(60, 58.5)),
        "pass",
        "fail",
    ),
    ("clock_duplicates", "same stamp"): (
        lambda m: _stamps(m, _set(60, 59.5)),
        lambda m: _stamps(m, _set(60, 59.0)),
        "pass",
        "fail",
    ),
    ("clock_before_2000", "earliest year"): (lambda m: _year(m, 2000), lambda m: _year(m, 1999), "pass", "fail"),
    ("rr_range", "shortest"): (lambda m: _one(m, -699, spread=0), lambda m: _one(m, -701, spread=0), "pass", "fail"),
    ("rr_range", "longest"): (lambda m: _one(m, 1200, spread=0), lambda m: _one(m, 1201, spread=0), "pass", "fail"),
    ("rr_local", "far from the local median"): (
        lambda m: _one(m, 540, spread=0),
        lambda m: _one(m, 560, spread=0),
        "pass",
        "fail",
    ),
    ("rr_burst", "marked intervals"): (lambda m: _burst(m, 1), lambda m: _burst(m, 3), "pass", "fail"),
    ("rr_gap", "gap"): (lambda m: _beat_gap(m, 0.9), lambda m: _beat_gap(m, 1.1), "pass", "fail"),
    ("rr_ectopic", "opposite residuals"): (lambda m: _pair(m, 70), lambda m: _pair(m, 200), "pass", "fail"),
    ("rhythm_frequent_ectopy", "early beats with a pause"): (
        lambda m: _ectopy(m, 30),
        lambda m: _ectopy(m, 14),
        "pass",
        "fail",
    ),
    ("rhythm_irregular", "RMSSD over the median interval"): (
        lambda m: _white(m, 0.08),
        lambda m: _white(m, 0.22),
        "pass",
        "fail",
    ),
    ("reading_length", "shortest reading"): (
        lambda m: m.beats(m.breathing(121)),
        lambda m: m.beats(m.breathing(59)),
        "pass",
        "fail",
    ),
    ("reading_length", "plain reading"): (
        lambda m: m.beats(m.breathing(123)),
        lambda m: m.beats(m.breathing(117)),
        "pass",
        "fail",
    ),
    ("night_epochs", "plain night"): (lambda m: _epoch_night(m, 36), lambda m: _epoch_night(m, 35), "pass", "fail"),
    ("night_epochs", "epoch covered"): (
        lambda m: _epoch_night(m, 40, fill=0.64),
        lambda m: _epoch_night(m, 40, fill=0.58),
        "pass",
        "fail",
    ),
    ("night_duration", "longest night"): (
        lambda m: _night(m, sleep_duration_s=11.9 * 3600, period_s=20 * 3600.0),
        lambda m: _night(m, sleep_duration_s=16.1 * 3600, period_s=20 * 3600.0),
        "pass",
        "fail",
    ),
    ("night_duration", "short night"): (
        lambda m: _night(m, sleep_duration_s=3.0 * 3600),
        lambda m: _night(m, sleep_duration_s=2.9 * 3600),
        "pass",
        "fail",
    ),
    ("night_duration", "long night"): (
        lambda m: _night(m, sleep_duration_s=12.0 * 3600, period_s=13 * 3600.0),
        lambda m: _night(m, sleep_duration_s=12.1 * 3600, period_s=13 * 3600.0),
        "pass",
        "fail",
    ),
    ("night_beyond_period", "asleep beyond the period"): (
        lambda m: _night(m, sleep_duration_s=8 * 3600.0 + 60),
        lambda m: _night(m, sleep_duration_s=8 * 3600.0 + 61),
        "pass",
        "fail",
    ),
    ("night_unmeasured", "not measured"): (
        lambda m: _night(m, unmeasured_s=0.40 * 8 * 3600),
        lambda m: _night(m, unmeasured_s=0.41 * 8 * 3600),
        "pass",
        "fail",
    ),
    ("value_range", "lowest RMSSD"): (lambda m: m.days([3.0]), lambda m: m.days([2.9]), "pass", "fail"),
    ("value_range", "highest RMSSD"): (lambda m: m.days([300.0]), lambda m: m.days([300.1]), "pass", "fail"),
    ("value_range", "lowest SDNN"): (
        lambda m: m.days([5.0], metric="sdnn"),
        lambda m: m.days([4.9], metric="sdnn"),
        "pass",
        "fail",
    ),
    ("value_range", "highest SDNN"): (
        lambda m: m.days([350.0], metric="sdnn"),
        lambda m: m.days([350.1], metric="sdnn"),
        "pass",
        "fail",
    ),
    ("value_range", "lowest resting heart rate"): (
        lambda m: _resting(m, 28),
        lambda m: _resting(m, 27),
        "pass",
        "fail",
    ),
    ("value_range", "highest resting heart rate"): (
        lambda m: _resting(m, 110),
        lambda m: _resting(m, 111),
        "pass",
        "fail",
    ),
    ("value_frozen", "HRV equal"): (
        lambda m: m.days([50, 60, 60, 60, 60]),
        lambda m: m.days([60, 60, 60, 60, 60]),
        "pass",
        "fail",
    ),
    ("value_frozen", "HRV and heart rate equal"): (
        lambda m: _frozen_both(m, 3),
        lambda m: _frozen_both(m, 4),
        "pass",
        "fail",
    ),
    ("value_outlier", "far from the usual"): (lambda m: _usual(m, 58), lambda m: _usual(m, 66), "pass", "fail"),
    ("value_outlier", "smallest spread of HRV"): (
        lambda m: _usual(m, 50 * np.exp(0.20), spread=0.0),
        lambda m: _usual(m, 50 * np.exp(0.22), spread=0.0),
        "pass",
        "fail",
    ),
    ("value_outlier", "smallest spread of heart rate"): (
        lambda m: _usual(m, 55, spread=0.0, metric="resting_heart_rate", unit="bpm"),
        lambda m: _usual(m, 56, spread=0.0, metric="resting_heart_rate", unit="bpm"),
        "pass",
        "fail",
    ),
    ("value_outlier", "fewest days"): (
        lambda m: _usual(m, 90, days=13),
        lambda m: _usual(m, 90, days=14),
        "not_assessable",
        "fail",
    ),
    ("hr_dropout", "dropout in usual steps"): (
        lambda m: _hr_every(m, 12, every=4),
        lambda m: _hr_every(m, 16, every=4),
        "pass",
        "fail",
    ),
    ("record_gap", "gap in usual steps"): (
        lambda m: _gap(m, 24, step_s=8),
        lambda m: _gap(m, 25, step_s=8),
        "pass",
        "fail",
    ),
    ("position_teleport", "times the local speed"): (
        lambda m: _away(m, 13.0, speed=5.0),
        lambda m: _away(m, 20.0, speed=5.0),
        "pass",
        "fail",
    ),
    ("rr_missed", "far from the local median"): (
        lambda m: m.beats([1000.0] * 150 + [1540.0] + [1000.0] * 150),
        lambda m: m.beats([1000.0] * 150 + [2000.0] + [1000.0] * 150),
        "pass",
        "fail",
    ),
    ("reading_length", "fewest pairs"): (
        lambda m: m.beats(np.full(80, 1600.0) + 20 * np.sin(np.arange(80))),
        lambda m: m.beats(np.full(50, 2150.0) + 20 * np.sin(np.arange(50))),
        "pass",
        "fail",
    ),
    ("night_epochs", "pairs of an epoch"): (
        lambda m: _sparse_epochs(m, 105),
        lambda m: _sparse_epochs(m, 98),
        "pass",
        "fail",
    ),
    ("night_stages", "stages against duration, in time"): (
        lambda m: _night(m, sleep_duration_s=3 * 3600.0, light_s=3 * 3600.0 + 300, deep_s=0.0, rem_s=0.0),
        lambda m: _night(m, sleep_duration_s=2.7 * 3600.0, light_s=2.7 * 3600.0 + 301, deep_s=0.0, rem_s=0.0),
        "pass",
        "fail",
    ),
    ("night_stages", "stages against duration"): (
        lambda m: _night(m, sleep_duration_s=7 * 3600.0, light_s=7 * 3600.0 * 1.029, deep_s=0.0, rem_s=0.0),
        lambda m: _night(m, sleep_duration_s=7 * 3600.0, light_s=7 * 3600.0 * 1.031, deep_s=0.0, rem_s=0.0),
        "pass",
        "fail",
    ),
    ("rhythm_alternation", "steps that turn at once"): (
        lambda m: _turning(m, 60),
        lambda m: _turning(m, 200),
        "pass",
        "fail",
    ),
    ("value_sparse", "days of the last seven"): (lambda m: _sparse(m, 3), lambda m: _sparse(m, 2), "pass", "fail"),
}


@pytest.mark.parametrize("key", CASES, ids=lambda key: f"{key[0]}: {key[1]}")
def test_the_outcome_flips_at_the_threshold(key, make, ask):
    check_name, _ = key
    one_side, other_side, expected_one, expected_other = CASES[key]

    one, other = _worst(ask, one_side(make), check_name), _worst(ask, other_side(make), check_name)

    assert (one, other) == (expected_one, expected_other)


def _worst(ask, given, check_name):
    """The outcome of the subject that fared worst: several days are several subjects."""
    outcomes = ask.judged(given)["check_outcomes"]
    found = set(outcomes.filter(outcomes["check_name"] == check_name)["outcome"])
    return next(outcome for outcome in ("fail", "pass", "not_assessable") if outcome in found)


QUIET = [1000.0 + 4 * (i % 3) for i in range(150)]


def _split(make):
    """One beat too many: a normal interval in two."""
    return make.beats([*QUIET, 500.0, 502.0, *QUIET])


def _early(make, first, second, spread=4.0):
    """A short and then a long interval, by so many ms."""
    rng = np.random.default_rng(11)
    quiet = 1000 + spread * rng.standard_normal(300)
    quiet[150:152] = 1000.0
    quiet[150] += first
    quiet[151] += second
    return make.beats(quiet)


# (check, threshold): where the rule looks it up, another number, tables, outcomes before and after
MOVED = {
    ("rr_long", "residual"): (artifacts, "STRONG", 1e9, lambda m: _one(m, 200), "fail", "pass"),
    ("rr_long", "smallest residual"): (artifacts, "SMALLEST_RESIDUAL_MS", 300, lambda m: _one(m, 200), "fail", "pass"),
    ("rr_short", "residual"): (artifacts, "STRONG", 1e9, lambda m: _one(m, -200), "fail", "pass"),
    ("rr_short", "smallest residual"): (
        artifacts,
        "SMALLEST_RESIDUAL_MS",
        300,
        lambda m: _one(m, -200),
        "fail",
        "pass",
    ),
    ("rr_extra", "residual"): (artifacts, "STRONG", 1e9, _split, "fail", "pass"),
    ("rr_extra", "smallest residual"): (artifacts, "SMALLEST_RESIDUAL_MS", 900, _split, "fail", "pass"),
    ("rr_ectopic", "residual"): (artifacts, "STRONG", 1e9, lambda m: _early(m, -300, 100), "fail", "pass"),
    ("rr_ectopic", "smallest residual"): (
        artifacts,
        "SMALLEST_RESIDUAL_MS",
        900,
        lambda m: _early(m, -300, 100),
        "fail",
        "pass",
    ),
    ("rr_ectopic", "residual beside a fault"): (
        artifacts,
        "NEIGHBOUR",
        1e9,
        lambda m: _early(m, -300, 110, spread=30.0),
        "fail",
        "pass",
    ),
    ("rhythm_alternation", "intervals of a window"): (
        rhythm_windows,
        "FEWEST",
        400,
        lambda m: _turning(m, 200),
        "fail",
        "not_assessable",
    ),
    ("rhythm_frequent_ectopy", "intervals of a window"): (
        rhythm_windows,
        "FEWEST",
        400,
        lambda m: _ectopy(m, 10),
        "fail",
        "not_assessable",
    ),
    ("rhythm_irregular", "intervals of a window"): (
        rhythm_windows,
        "FEWEST",
        500,
        lambda m: _white(m, 0.22),
        "fail",
        "not_assessable",
    ),
    ("rhythm_frequent_ectopy", "marked intervals"): (
        rhythm_windows,
        "MARKED",
        0.05,
        lambda m: _ectopy(m, 24),
        "pass",
        "fail",
    ),
    ("rhythm_frequent_ectopy", "early beats where many are marked"): (
        rhythm_windows,
        "MARKED_ECTOPY",
        0.9,
        lambda m: _ectopy(m, 24, lost_every=17),
        "fail",
        "pass",
    ),
    ("rhythm_irregular", "what neighbours do not predict"): (
        rhythm_windows,
        "UNPREDICTED",
        0.0,
        lambda m: m.beats(m.breathing(300, rmssd_ms=190.0)),
        "pass",
        "fail",
    ),
    ("rhythm_irregular", "early beats in an irregular window"): (
        rhythm_windows,
        "PREMATURE",
        -1.0,
        lambda m: m.beats(m.breathing(300, rmssd_ms=190.0)),
        "pass",
        "fail",
    ),
    ("night_epochs", "epoch"): (beat_rows, "EPOCH_S", 600, lambda m: _epoch_night(m, 40), "pass", "fail"),
    ("value_outlier", "days before"): (
        trailing,
        "WINDOW_DAYS",
        10,
        lambda m: _usual(m, 90),
        "fail",
        "not_assessable",
    ),
}


@pytest.mark.parametrize("key", MOVED, ids=lambda key: f"{key[0]}: {key[1]}")
def test_the_outcome_follows_the_threshold(key, make, ask, monkeypatch):
    module, name, number, build, expected_before, expected_after = MOVED[key]

    before = _worst(ask, build(make), key[0])
    monkeypatch.setattr(module, name, replace(getattr(module, name), number=number))
    after = _worst(ask, build(make), key[0])

    assert (before, after) == (expected_before, expected_after)


SEVERITIES = {
    ("hr_flatline", "flat for long"): (lambda m: _flat(m, 179), lambda m: _flat(m, 180)),
    ("night_epochs", "fewest epochs of a night"): (lambda m: _epoch_night(m, 12), lambda m: _epoch_night(m, 11)),
    ("night_unmeasured", "mostly not measured"): (
        lambda m: _night(m, unmeasured_s=0.70 * 8 * 3600),
        lambda m: _night(m, unmeasured_s=0.71 * 8 * 3600),
    ),
}


@pytest.mark.parametrize("key", SEVERITIES, ids=lambda key: f"{key[0]}: {key[1]}")
def test_the_severity_flips_at_the_threshold(key, make, ask):
    doubtful, unusable = SEVERITIES[key]

    found = [ask.judged(build(make))["flags"].filter(check_name=key[0])["severity"] for build in (doubtful, unusable)]

    assert [set(severities) for severities in found] == [{"doubtful"}, {"unusable"}]


def test_every_threshold_has_a_case():
    declared = {(check.name, threshold.name) for check in checks() for threshold in check.thresholds}

    assert declared - set(CASES) - set(MOVED) - set(SEVERITIES) == set()


def test_no_check_has_two_thresholds_of_one_name():
    names = [(check.name, threshold.name) for check in checks() for threshold in check.thresholds]

    assert len(names) == len(set(names))
