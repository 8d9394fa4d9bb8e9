"""Every check in three rows of a table: data it fails, data it passes, and data it says nothing about."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.quality.catalogue import checks
from pipelines.tables import conform, empty

FAIL, PASS, SILENT = "fail", "pass", "not_assessable"


def _bpm(make, rows, value, **kwargs):
    bpm = [140 + i % 3 for i in range(600)]
    bpm[rows] = [value] * len(bpm[rows])
    return make.run(600, heart_rate_bpm=bpm, **kwargs)


def _speed(make, rows, m_per_s, **kwargs):
    speed = np.full(600, 3.0)
    speed[rows] = m_per_s
    return make.run(600, speed_m_per_s=speed, distance_m=np.cumsum(speed), **kwargs)


def _way(make, *, speed=1.0, position=1.0):
    """3 m/s by distance; speed and positions are off by a factor."""
    way = 3.0 * np.arange(600)
    latitude = 47 + position * way / 111_195
    return make.run(600, distance_m=way, speed_m_per_s=np.full(600, 3.0 * speed), latitude_deg=latitude)


def _jump(make, *, counted_m=0.0, **kwargs):
    """Position jumps 300 m north, and the counter by so much."""
    way = 3.0 * np.arange(600)
    north, counted = (way + leap * (way > 900) for leap in (300.0, counted_m))
    return make.run(600, distance_m=counted, latitude_deg=47 + north / 111_195, **kwargs)


def _stamps(make, at_s):
    return make.run(len(at_s), recorded_at_utc=[datetime.fromtimestamp(1_772_344_800 + t, UTC) for t in at_s])


def _locked(make, source):
    """Heart rate is the step rate of two seconds ago for half of the run."""
    spm = 180 + 2 * np.random.default_rng(2).integers(-1, 2, 600)
    bpm = np.where(np.arange(600) < 300, 140, np.roll(spm, 2))
    return make.run(600, source=source, heart_rate_bpm=bpm, cadence_rpm=spm / 2)


def _parallel(make):
    """Heart rate drifts along the step rate, smooth and entered without a step: an ordinary runner."""
    return make.run(
        600, source="wrist", cadence_rpm=np.full(600, 85.0), heart_rate_bpm=np.round(np.linspace(166, 172, 600))
    )


def _beats(make, *odd, count=300):
    """Quiet beats; in the middle some odd ones."""
    rr = make.breathing(count, rmssd_ms=12.0)
    rr[count // 2 : count // 2 + len(odd)] = odd
    return make.beats(rr)


def _no_beats(make):
    return {**make.beats(make.breathing(10)), "beats": empty("beats")}


def _no_records(make):
    return {**make.run(60), "records": empty("records")}


def _late(make, lost_s):
    rr = make.breathing(200)
    start = np.concatenate([[0.0], np.cumsum(rr)[:-1]]) / 1000
    return make.beats(rr, start_s=start + lost_s * (np.arange(200) > 99))


def _turning(make, count=300):
    return make.beats(make.breathing(count, rmssd_ms=12.0) + 150 * (-1) ** np.arange(count))


def _early(make, count=300):
    """Every eighth beat comes early, and the next has a full pause before it."""
    rr = make.breathing(count, rmssd_ms=12.0)
    rr[8:-1:8] *= 0.65
    rr[9::8] *= 1.35
    return make.beats(rr)


def _unordered(make, count=400):
    rr = 900 * (1 + 0.22 * np.random.default_rng(7).standard_normal(count))
    return make.beats(np.clip(rr, 420, 1700))


def _swinging(make):
    """Breathing swings larger than most hearts have: healthy."""
    return make.beats(make.breathing(300, rmssd_ms=150.0))


def _night(make, epochs):
    rr = np.concatenate([make.breathing(300, seed=epoch) for epoch in range(epochs)])
    return make.beats(rr, reading="night")


def _days(make, *values, metric="rmssd"):
    unit = "ms" if metric in {"rmssd", "sdnn"} else "bpm"
    return make.days(values, metric=metric, unit=unit)


def _placed(make, away_m, *, step_s=1, **kwargs):
    """3 m/s to the north, with positions so many metres east of the way."""
    way = 3.0 * step_s * np.arange(600)
    return make.run(
        600,
        step_s=step_s,
        distance_m=way,
        latitude_deg=47 + way / 111_195,
        longitude_deg=8 + away_m / 111_195 / np.cos(np.radians(47)),
        **kwargs,
    )


def _turn_at_a_pole(make):
    """There and back again, five times."""
    place = 180 - np.abs(180 - (3.0 * np.arange(600)) % 360)
    return make.run(600, distance_m=3.0 * np.arange(600), latitude_deg=47 + place / 111_195)


def _standing(make, drift_m, **kwargs):
    """Two minutes of standing while the positions go round in circles of so many metres."""
    stands = (np.arange(600) >= 300) & (np.arange(600) < 420)
    east = np.where(stands, drift_m * np.sin(np.arange(600) / 5), 0.0)
    speed = np.where(stands, 0.0, 3.0)
    return make.run(
        600,
        speed_m_per_s=speed,
        distance_m=np.cumsum(speed),
        latitude_deg=47 + np.cumsum(speed) / 111_195,
        longitude_deg=8 + east / 111_195,
        cadence_rpm=np.where(stands, 0.0, 85.0),
        **kwargs,
    )


def _summed(make, ratio, **kwargs):
    given = make.run(600, **kwargs)
    whole_m = ratio * given["records"]["distance_m"].max()
    return {**given, "activities": given["activities"].with_columns(distance_m=pl.lit(whole_m))}


def _first_minutes(make, rows, bpm, **kwargs):
    beats = [150 + i % 3 for i in range(960)]
    beats[rows] = [bpm] * len(beats[rows])
    return make.run(960, heart_rate_bpm=beats, **kwargs)


def _slept(make, late_h, count=20):
    """Nights with the last one so many hours late."""
    ends = [datetime(2026, 1, 1 + i, 6, tzinfo=UTC) for i in range(count)]
    ends[-1] += timedelta(hours=late_h)
    nights = [{"night_date": end.date(), "start_at_utc": end - timedelta(hours=8), "end_at_utc": end} for end in ends]
    return make.nights(*nights)


def _ran_at_night(make, hour):
    return make.joined(make.nights({}), make.run(1800, start=datetime(2026, 3, 1, hour, tzinfo=UTC)))


def _changed(make, before, after, column="device_id"):
    """Two weeks at one level, then two weeks at another with another device or firmware."""
    values = [level + i % 3 for level in (before, after) for i in range(14)]
    given = make.days(values)["daily_values"]
    later = pl.int_range(pl.len()) >= 14
    other = pl.when(later).then(pl.lit("b")).otherwise(pl.lit("a"))
    return {"daily_values": given.with_columns(other.alias(column))}


def _same_day(make, hrv, resting):
    """A month of usual days, then one with such an HRV (ms) and resting heart rate (bpm)."""
    bpm = {"metric": "resting_heart_rate", "method": "garmin_daily", "unit": "bpm"}
    return make.joined(make.days([*MONTH, hrv]), make.days([*[48.0, 51.0, 50.0, 49.0, 52.0] * 6, resting], **bpm))


def _app_mornings(make, last_h, count=20):
    """Morning values of an app, taken at seven, the last one at another hour."""
    days = make.days([*MONTH][:count])["daily_values"]
    late = pl.when(pl.int_range(pl.len()) == count - 1).then(pl.lit(last_h)).otherwise(pl.lit(7))
    taken = pl.col("value_date").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=late)
    days = days.with_columns(reading=pl.lit("morning"), measured_at_utc=taken.cast(days.schema["measured_at_utc"]))
    return make.joined({"daily_values": days}, make.card())


def _unbroken(count):
    return ({"sleep_duration_s": 28_790.0, "awake_s": 10.0} for _ in range(count))


def _asleep_after(make, latency_s, count=14):
    """Nights whose first stage of sleep begins so many seconds after they do."""
    given = make.nights(*({} for _ in range(count)))
    nights = given["nights"]
    begins = nights["start_at_utc"] + timedelta(seconds=latency_s)
    stages = nights.select("night_id", "athlete_id", "source_file_id", "end_at_utc").with_columns(
        stage_index=pl.lit(0), stage=pl.lit("light"), start_at_utc=begins
    )
    return {**given, "sleep_stages": conform(stages, "sleep_stages")}


def _loop(make, off_m):
    """Half an hour out and back, home to another altitude."""
    out = np.concatenate([np.arange(300.0), np.arange(300.0)[::-1]])
    return make.run(600, latitude_deg=47.0 + 3.0 * out / 111_195, altitude_m=np.linspace(200.0, 200.0 + off_m, 600))


def _nought(make, latitude):
    way = 47.0 + 3.0 * np.arange(600) / 111_195
    way[300:310] = latitude
    east = np.full(600, 8.0)
    east[300:310] = 0.0
    return make.run(600, latitude_deg=way, longitude_deg=east)


RUNS = [(3.0 + 0.1 * (i % 5), 150.0 + 3.0 * (i % 5) + i % 3) for i in range(12)]
MONTH = [50.0, 54.0, 48.0, 52.0, 57.0] * 6

CASES = {
    "hr_effort": [
        (FAIL, "30 bpm more than ever at that speed", lambda m: m.history([*RUNS, (3.2, 185.0)])),
        (FAIL, "a quarter less than ever at that speed", lambda m: m.history([*RUNS, (3.2, 120.0)])),
        (PASS, "faster, and as much higher as always", lambda m: m.history([*RUNS, (4.0, 180.0)])),
        (PASS, "on a hot day", lambda m: m.history([*RUNS, (3.2, 164.0)])),
        (SILENT, "the first week", lambda m: m.history([*RUNS[:5], (3.2, 185.0)])),
    ],
    "hr_start_transient": [
        (FAIL, "a dry strap: 190 bpm in the first minute", lambda m: _first_minutes(m, slice(0, 60), 190)),
        (FAIL, "a watch that finds no pulse for five minutes", lambda m: _first_minutes(m, slice(60, 290), 95)),
        (PASS, "a heart that takes two minutes to rise", lambda m: _first_minutes(m, slice(0, 120), 110)),
        (PASS, "a run like any other", lambda m: _first_minutes(m, slice(0, 0), 0)),
        (SILENT, "five minutes in all", lambda m: m.run(290)),
        (SILENT, "a ride", lambda m: _first_minutes(m, slice(0, 60), 190, sport="cycling")),
    ],
    "position_zigzag": [
        (FAIL, "three metres to the left and right", lambda m: _placed(m, 3.0 * (-1) ** np.arange(600))),
        (PASS, "a straight way", lambda m: _placed(m, np.zeros(600))),
        (PASS, "a winding way", lambda m: _placed(m, 12 * np.sin(np.arange(600) / 8))),
        (PASS, "turns at a pole", _turn_at_a_pole),
        (SILENT, "a position every four seconds", lambda m: _placed(m, 3.0 * (-1) ** np.arange(600), step_s=4)),
        (SILENT, "on a belt", lambda m: _placed(m, 3.0 * (-1) ** np.arange(600), sub_sport="treadmill")),
    ],
    "position_drift": [
        (FAIL, "circles of eight metres at a crossing", lambda m: _standing(m, 8.0)),
        (PASS, "positions that stand too", lambda m: _standing(m, 0.1)),
        (SILENT, "nobody stands", lambda m: m.run(600)),
    ],
    "distance_unit": [
        (FAIL, "miles counted as kilometres", lambda m: _way(m, position=1.609)),
        (FAIL, "a sum of a tenth", lambda m: _summed(m, 0.1)),
        (PASS, "positions as far as counted", _way),
        (SILENT, "180 m", lambda m: m.run(60)),
    ],
    "cadence_unit": [
        (FAIL, "steps stored as strides", lambda m: m.run(600, cadence_rpm=np.full(600, 170.0))),
        (FAIL, "every second stride", lambda m: m.run(600, cadence_rpm=np.full(600, 42.0))),
        (PASS, "85 strides a minute", lambda m: m.run(600)),
        (SILENT, "a ride", lambda m: m.run(600, sport="cycling")),
    ],
    "pace_indoors": [
        (FAIL, "a belt", lambda m: m.run(600, sub_sport="treadmill")),
        (FAIL, "positions that never move", lambda m: m.run(600, latitude_deg=np.full(600, 47.0))),
        (PASS, "a run outdoors", lambda m: m.run(600)),
        (SILENT, "180 m", lambda m: m.run(60)),
    ],
    "altitude_leap": [
        (FAIL, "60 m up within a second", lambda m: m.run(600, altitude_m=60.0 * (np.arange(600) > 300))),
        (PASS, "a steep hill", lambda m: m.run(600, altitude_m=0.5 * np.arange(600))),
        (SILENT, "no altitude", lambda m: m.run(600)),
    ],
    "night_overlap": [
        (FAIL, "an hour of the night before", lambda m: m.nights({}, {"period_s": 25 * 3600.0})),
        (PASS, "two nights", lambda m: m.nights({}, {})),
        (SILENT, "one night", lambda m: m.nights({})),
    ],
    "night_moved": [
        (FAIL, "eight hours late", lambda m: _slept(m, 8)),
        (PASS, "an hour late", lambda m: _slept(m, 1)),
        (SILENT, "the first week", lambda m: _slept(m, 8, count=7)),
    ],
    "night_active": [
        (FAIL, "a run of half an hour at three", lambda m: _ran_at_night(m, 3)),
        (PASS, "a run after getting up", lambda m: _ran_at_night(m, 7)),
        (SILENT, "no activity known", lambda m: m.nights({})),
    ],
    "night_parts": [
        (FAIL, "two hours awake beside seven asleep in eight", lambda m: m.nights({"awake_s": 7200.0})),
        (PASS, "an hour awake", lambda m: m.nights({"awake_s": 3600.0})),
        (SILENT, "no duration", lambda m: m.nights({"sleep_duration_s": None})),
    ],
    "value_step": [
        (FAIL, "another watch, a third higher", lambda m: _changed(m, 50, 66)),
        (FAIL, "another firmware, a third lower", lambda m: _changed(m, 66, 50, "firmware")),
        (PASS, "another watch, the same level", lambda m: _changed(m, 50, 50)),
        (SILENT, "one watch", lambda m: _days(m, *MONTH)),
    ],
    "hr_range": [
        (FAIL, "240 bpm", lambda m: _bpm(m, slice(300, 310), 240)),
        (FAIL, "20 bpm", lambda m: _bpm(m, slice(300, 310), 20)),
        (PASS, "a calm run", lambda m: m.run(600)),
        (PASS, "zero is missing, not low", lambda m: _bpm(m, slice(300, 302), 0)),
        (SILENT, "no sensor", lambda m: m.run(600, heart_rate_bpm=[None] * 600)),
    ],
    "hr_jump": [
        (FAIL, "35 bpm within a second", lambda m: _bpm(m, slice(300, 400), 175)),
        (PASS, "a calm run", lambda m: m.run(600)),
        (PASS, "lower after a pause", lambda m: _bpm(m, slice(300, 600), 110, pauses=[(299, 300.5)])),
        (SILENT, "a value every quarter of a minute", lambda m: m.run(200, step_s=15)),
    ],
    "hr_spike": [
        (FAIL, "four seconds at 165", lambda m: _bpm(m, slice(300, 304), 165)),
        (PASS, "a minute at 165", lambda m: _bpm(m, slice(300, 360), 165)),
        (SILENT, "a value every four seconds", lambda m: m.run(200, step_s=4)),
    ],
    "hr_dropout": [
        (FAIL, "half a minute without a value", lambda m: _bpm(m, slice(300, 330), None)),
        (PASS, "a second without a value", lambda m: _bpm(m, slice(300, 301), None)),
        (PASS, "silent in a pause", lambda m: _bpm(m, slice(300, 330), None, pauses=[(299, 330)])),
        (SILENT, "no sensor", lambda m: m.run(600, heart_rate_bpm=[None] * 600)),
    ],
    "hr_flatline": [
        (FAIL, "two minutes at 150", lambda m: _bpm(m, slice(300, 420), 150)),
        (PASS, "one minute at 150", lambda m: _bpm(m, slice(300, 360), 150)),
        (SILENT, "standing all the while", lambda m: _bpm(m, slice(0, 0), 0, speed_m_per_s=np.zeros(600))),
    ],
    "hr_cadence_lock": [
        (FAIL, "a wrist that counts steps", lambda m: _locked(m, "wrist")),
        (FAIL, "a sensor not known that counts steps", lambda m: _locked(m, "unknown")),
        (PASS, "170 bpm at 170 steps, smooth", _parallel),
        (PASS, "a calm run", lambda m: m.run(600, source="wrist")),
        (SILENT, "a strap counts no steps", lambda m: _locked(m, "strap")),
        (SILENT, "no cadence", lambda m: m.run(600, source="wrist", cadence_rpm=[None] * 600)),
        (SILENT, "a ride", lambda m: m.run(600, source="wrist", sport="cycling")),
    ],
    "speed_envelope": [
        (FAIL, "20 m/s on foot for half a minute", lambda m: _speed(m, slice(300, 330), 20.0)),
        (PASS, "a sprint of five seconds", lambda m: _speed(m, slice(300, 305), 9.0)),
        (PASS, "20 m/s on a bicycle", lambda m: _speed(m, slice(300, 330), 20.0, sport="cycling")),
        (SILENT, "a sport whose speed is not judged", lambda m: m.run(600, sport="alpine_skiing")),
    ],
    "position_envelope": [
        (FAIL, "positions of 9 m/s for ten minutes", lambda m: _way(m, position=3.0)),
        (PASS, "positions as fast as the speed", _way),
        (SILENT, "no positions", lambda m: m.run(600, latitude_deg=[None] * 600, longitude_deg=[None] * 600)),
    ],
    "speed_acceleration": [
        (FAIL, "7 m/s more within a second", lambda m: _speed(m, slice(300, 310), 10.0)),
        (PASS, "2 m/s more within a second", lambda m: _speed(m, slice(300, 310), 5.0)),
        (SILENT, "a ride", lambda m: m.run(600, sport="cycling")),
    ],
    "position_teleport": [
        (FAIL, "300 m within a second", _jump),
        (PASS, "300 m across a pause", lambda m: _jump(m, pauses=[(300, 300.5)])),
        (SILENT, "no positions", lambda m: m.run(600, latitude_deg=[None] * 600, longitude_deg=[None] * 600)),
    ],
    "distance_leap": [
        (FAIL, "300 m counted within a second", lambda m: _jump(m, counted_m=300.0)),
        (PASS, "the position jumps, the counter does not", _jump),
        (SILENT, "no counter", lambda m: m.run(600, distance_m=[None] * 600)),
    ],
    "record_gap": [
        (FAIL, "a minute without a record", lambda m: _stamps(m, [*range(100), *range(160, 260)])),
        (PASS, "smart recording", lambda m: _stamps(m, range(0, 800, 8))),
        (SILENT, "one record", lambda m: m.run(1)),
    ],
    "speed_unit": [
        (FAIL, "km/h stored as m/s", lambda m: _way(m, speed=3.6)),
        (PASS, "speed and distance agree", _way),
        (SILENT, "180 m", lambda m: m.run(60)),
    ],
    "distance_disagreement": [
        (FAIL, "speed adds up to a tenth more", lambda m: _way(m, speed=1.1)),
        (FAIL, "positions add up to a fifth more", lambda m: _way(m, position=1.2)),
        (PASS, "speed adds up to two hundredths more", lambda m: _way(m, speed=1.02)),
        (SILENT, "180 m", lambda m: m.run(60)),
    ],
    "clock_backwards": [
        (FAIL, "half a minute back", lambda m: _stamps(m, [*range(100), *range(70, 170)])),
        (PASS, "a clock that runs", lambda m: _stamps(m, range(100))),
        (SILENT, "one record", lambda m: m.run(1)),
    ],
    "clock_duplicates": [
        (FAIL, "one stamp twice", lambda m: _stamps(m, [*range(100), 99, *range(100, 200)])),
        (PASS, "a clock that runs", lambda m: _stamps(m, range(100))),
        (SILENT, "one record", lambda m: m.run(1)),
    ],
    "clock_before_2000": [
        (FAIL, "1989", lambda m: m.run(60, start=datetime(1989, 12, 31, tzinfo=UTC))),
        (PASS, "2026", lambda m: m.run(60)),
        (SILENT, "no records", _no_records),
    ],
    "rr_range": [
        (FAIL, "an interval of 250 ms", lambda m: _beats(m, 250.0)),
        (PASS, "quiet beats", _beats),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_missed": [
        (FAIL, "an interval twice as long", lambda m: _beats(m, 2000.0)),
        (PASS, "quiet beats", _beats),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_extra": [
        (FAIL, "an interval cut in two", lambda m: _beats(m, 480.0, 520.0)),
        (PASS, "an interval twice as long", lambda m: _beats(m, 2000.0)),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_ectopic": [
        (FAIL, "a beat 300 ms early", lambda m: _beats(m, 700.0, 1300.0)),
        (PASS, "quiet beats", _beats),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_long": [
        (FAIL, "an interval 300 ms longer", lambda m: _beats(m, 1300.0)),
        (PASS, "a deep breath", _swinging),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_short": [
        (FAIL, "an interval 300 ms shorter", lambda m: _beats(m, 700.0)),
        (PASS, "a deep breath", _swinging),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_local": [
        (FAIL, "an interval 570 ms longer", lambda m: _beats(m, 1570.0)),
        (PASS, "an interval 1.3 times as long", lambda m: _beats(m, 1300.0)),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_burst": [
        (FAIL, "five odd intervals in a row", lambda m: _beats(m, 1600.0, 500.0, 1700.0, 600.0, 1500.0)),
        (PASS, "one odd interval", lambda m: _beats(m, 1600.0)),
        (SILENT, "no beats", _no_beats),
    ],
    "rr_gap": [
        (FAIL, "five seconds lost", lambda m: _late(m, 5.0)),
        (PASS, "nothing lost", lambda m: _late(m, 0.0)),
        (SILENT, "no beats", _no_beats),
    ],
    "rhythm_alternation": [
        (FAIL, "every second beat early", _turning),
        (PASS, "large breathing swings", _swinging),
        (SILENT, "forty beats", lambda m: _turning(m, 40)),
    ],
    "rhythm_frequent_ectopy": [
        (FAIL, "every eighth beat early", _early),
        (PASS, "one early beat", lambda m: _beats(m, 700.0, 1300.0)),
        (SILENT, "forty beats", lambda m: _early(m, 40)),
    ],
    "rhythm_irregular": [
        (FAIL, "beats without order", _unordered),
        (PASS, "large breathing swings", _swinging),
        (SILENT, "forty beats", lambda m: _unordered(m, 40)),
    ],
    "reading_length": [
        (FAIL, "forty seconds", lambda m: _beats(m, count=40)),
        (PASS, "five minutes", _beats),
        (SILENT, "a night", lambda m: _night(m, 2)),
    ],
    "night_epochs": [
        (FAIL, "half an hour of a night", lambda m: _night(m, 6)),
        (PASS, "more than three hours", lambda m: _night(m, 40)),
        (SILENT, "a morning", _beats),
    ],
    "night_duration": [
        (FAIL, "20 hours", lambda m: m.nights({"sleep_duration_s": 72_000.0, "period_s": 73_000.0})),
        (PASS, "7 hours", lambda m: m.nights({})),
        (SILENT, "no duration", lambda m: m.nights({"sleep_duration_s": None})),
    ],
    "night_beyond_period": [
        (FAIL, "9 hours asleep in 8", lambda m: m.nights({"sleep_duration_s": 32_400.0})),
        (PASS, "7 hours asleep in 8", lambda m: m.nights({})),
        (SILENT, "no duration", lambda m: m.nights({"sleep_duration_s": None})),
    ],
    "night_stages": [
        (FAIL, "stages an hour short", lambda m: m.nights({"light_s": 14_400.0, "deep_s": 3600.0, "rem_s": 3600.0})),
        (PASS, "stages add up", lambda m: m.nights({"light_s": 15_000.0, "deep_s": 5200.0, "rem_s": 5000.0})),
        (SILENT, "no stages", lambda m: m.nights({})),
    ],
    "night_unmeasured": [
        (FAIL, "half of the night", lambda m: m.nights({"unmeasured_s": 14_400.0})),
        (PASS, "ten minutes", lambda m: m.nights({"unmeasured_s": 600.0})),
        (SILENT, "not stated", lambda m: m.nights({})),
    ],
    "value_contradiction": [
        (FAIL, "twice the HRV at ten beats more", lambda m: _same_day(m, 105.0, 60.0)),
        (FAIL, "half the HRV at ten beats less", lambda m: _same_day(m, 26.0, 40.0)),
        (PASS, "half the HRV at ten beats more: a hard night", lambda m: _same_day(m, 26.0, 60.0)),
        (PASS, "an ordinary day", lambda m: _same_day(m, 53.0, 50.0)),
        (SILENT, "HRV alone", lambda m: _days(m, *MONTH, 105.0)),
    ],
    "value_age": [
        (FAIL, "250 ms at thirty", lambda m: m.joined(_days(m, 250.0), m.card(birth_year=1996))),
        (PASS, "60 ms at thirty", lambda m: m.joined(_days(m, 60.0), m.card(birth_year=1996))),
        (SILENT, "an age nobody told", lambda m: m.joined(_days(m, 250.0), m.card())),
    ],
    "value_time": [
        (FAIL, "at noon", lambda m: _app_mornings(m, 12)),
        (PASS, "two hours late", lambda m: _app_mornings(m, 9)),
        (SILENT, "nights", lambda m: m.joined(_days(m, *MONTH), m.card())),
    ],
    "reading_time": [
        (FAIL, "at noon", lambda m: m.joined(m.mornings([*[7] * 20, 12]), m.card())),
        (PASS, "two hours late", lambda m: m.joined(m.mornings([*[7] * 20, 9]), m.card())),
        (SILENT, "the first week", lambda m: m.joined(m.mornings([*[7] * 7, 12]), m.card())),
    ],
    "night_efficiency": [
        (FAIL, "three and a half hours in eight", lambda m: m.nights({"sleep_duration_s": 12_600.0})),
        (PASS, "seven hours in eight", lambda m: m.nights({})),
        (SILENT, "no duration", lambda m: m.nights({"sleep_duration_s": None})),
    ],
    "night_unbroken": [
        (FAIL, "two weeks without waking", lambda m: m.nights(*_unbroken(14))),
        (PASS, "an hour awake", lambda m: m.nights(*({"awake_s": 3600.0} for _ in range(14)))),
        (PASS, "one night in two weeks", lambda m: m.nights(*_unbroken(1), *({"awake_s": 3600.0} for _ in range(13)))),
        (SILENT, "no time awake stated", lambda m: m.nights(*({"sleep_duration_s": 28_790.0} for _ in range(14)))),
    ],
    "night_stage_shares": [
        (FAIL, "half deep", lambda m: m.nights({"light_s": 8000.0, "deep_s": 12_600.0, "rem_s": 4600.0})),
        (FAIL, "no REM", lambda m: m.nights({"light_s": 18_000.0, "deep_s": 7200.0, "rem_s": 0.0})),
        (PASS, "usual shares", lambda m: m.nights({"light_s": 15_000.0, "deep_s": 5200.0, "rem_s": 5000.0})),
        (SILENT, "two stages stated", lambda m: m.nights({"light_s": 18_000.0, "deep_s": 7200.0})),
    ],
    "night_latency": [
        (FAIL, "asleep at once for two weeks", lambda m: _asleep_after(m, 0)),
        (PASS, "asleep after ten minutes", lambda m: _asleep_after(m, 600)),
        (SILENT, "no stages", lambda m: m.nights(*({} for _ in range(14)))),
    ],
    "hr_ceiling": [
        (
            FAIL,
            "25 above the maximum",
            lambda m: m.joined(_bpm(m, slice(300, 330), 215), m.card(heart_rate_max_bpm=190)),
        ),
        (FAIL, "225 at thirty", lambda m: m.joined(_bpm(m, slice(300, 330), 225), m.card(birth_year=1996))),
        (PASS, "a calm run", lambda m: m.joined(m.run(600), m.card(heart_rate_max_bpm=190))),
        (SILENT, "neither maximum nor age", lambda m: m.joined(_bpm(m, slice(300, 330), 215), m.card())),
    ],
    "step_length": [
        (FAIL, "every second stride for a minute", lambda m: m.run(600, cadence_rpm=[85.0] * 500 + [42.0] * 100)),
        (PASS, "a run", lambda m: m.run(600)),
        (SILENT, "a ride", lambda m: m.run(600, sport="cycling")),
    ],
    "altitude_still": [
        (FAIL, "ten minutes at 212 m", lambda m: m.run(600, altitude_m=np.full(600, 212.0))),
        (PASS, "a gentle hill", lambda m: m.run(600, altitude_m=np.linspace(200.0, 230.0, 600))),
        (SILENT, "no altitude", lambda m: m.run(600)),
    ],
    "altitude_drift": [
        (FAIL, "home 30 m higher", lambda m: _loop(m, 30.0)),
        (PASS, "home 3 m higher", lambda m: _loop(m, 3.0)),
        (SILENT, "not home", lambda m: m.run(600, altitude_m=np.linspace(200.0, 230.0, 600))),
    ],
    "position_nought": [
        (FAIL, "in the Gulf of Guinea for ten seconds", lambda m: _nought(m, 0.0)),
        (FAIL, "beyond the pole", lambda m: _nought(m, 140.0)),
        (PASS, "a run", lambda m: m.run(600)),
        (SILENT, "no positions", lambda m: m.run(600, latitude_deg=[None] * 600, longitude_deg=[None] * 600)),
    ],
    "position_accuracy": [
        (FAIL, "35 m for ten minutes", lambda m: m.run(600, gps_accuracy_m=np.full(600, 35.0))),
        (PASS, "5 m", lambda m: m.run(600, gps_accuracy_m=np.full(600, 5.0))),
        (SILENT, "not stated", lambda m: m.run(600)),
    ],
    "value_range": [
        (FAIL, "400 ms", lambda m: _days(m, 400.0)),
        (FAIL, "20 bpm", lambda m: _days(m, 20.0, metric="resting_heart_rate")),
        (PASS, "60 ms", lambda m: _days(m, 60.0)),
        (SILENT, "a metric without limits", lambda m: _days(m, 60.0, metric="breathing_rate")),
    ],
    "value_frozen": [
        (FAIL, "six days alike", lambda m: _days(m, *[61.0] * 6)),
        (PASS, "two days alike", lambda m: _days(m, 61.0, 61.0, 58.0)),
        (SILENT, "a metric without limits", lambda m: _days(m, *[61.0] * 6, metric="breathing_rate")),
    ],
    "value_outlier": [
        (FAIL, "twice the usual", lambda m: _days(m, *MONTH, 105.0)),
        (PASS, "as usual", lambda m: _days(m, *MONTH, 53.0)),
        (SILENT, "the first days", lambda m: _days(m, 50.0, 54.0, 105.0)),
    ],
    "value_gap": [
        (FAIL, "a week without a value", lambda m: _days(m, *MONTH, *[None] * 7, 50.0)),
        (PASS, "a night without a value", lambda m: _days(m, *MONTH, None, 50.0)),
        (SILENT, "the first value", lambda m: _days(m, 50.0)),
    ],
    "value_sparse": [
        (FAIL, "one day in nine", lambda m: _days(m, *MONTH, *[None] * 8, 50.0)),
        (PASS, "every day", lambda m: _days(m, *MONTH)),
        (SILENT, "the first week", lambda m: _days(m, 50.0)),
    ],
}

ROWS = [
    pytest.param(name, expected, build, id=f"{name} {expected}: {words}")
    for name, cases in CASES.items()
    for expected, words, build in cases
]


@pytest.mark.parametrize(("name", "expected", "build"), ROWS)
def test_the_outcome_of_the_check(name, expected, build, make, ask):
    assert ask.worst(build(make), name) == expected


def test_every_check_has_a_case_it_fails_one_it_passes_and_one_it_cannot_assess():
    kinds = {name: {expected for expected, _, _ in cases} for name, cases in CASES.items()}

    assert kinds == {check.name: {FAIL, PASS, SILENT} for check in checks()}
