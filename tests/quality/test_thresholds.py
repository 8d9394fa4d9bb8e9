"""Every threshold of every check decides something: on one side of it the outcome is another than on the other."""

import importlib
import pkgutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import pipelines.quality as package
from pipelines.quality import artifacts, beat_rows, cadence_lock, nowhere, placed, position_noise, rhythm_windows
from pipelines.quality.catalogue import checks
from pipelines.quality.contract import Threshold
from pipelines.tables import conform


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


def _placed(make, rows, m_per_s):
    """A run of 3 m/s that only positions tell of, with some steps of another speed."""
    step = np.full(600, 3.0)
    step[rows] = m_per_s
    none = [None] * 600
    return make.run(600, speed_m_per_s=none, distance_m=none, latitude_deg=47.0 + np.cumsum(step) / 111_195)


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


def _counted(make, metres, *, sport="running", speed=3.0, share=1.0):
    """The counter leaps by so many metres within a second, and the position by a share of that."""
    row = np.arange(600)
    distance, place = (speed * row + (row >= 300) * leap for leap in (metres - speed, share * metres - speed))
    return make.run(
        600, sport=sport, distance_m=distance, speed_m_per_s=np.full(600, speed), latitude_deg=47.0 + place / 111_195.0
    )


def _counted_standing(make, m_per_s):
    """Three minutes of fifteen without a step, at so low a speed, in which the counter goes on."""
    stands = (np.arange(900) >= 300) & (np.arange(900) < 480)
    distance = 3.0 * np.arange(900)
    return make.run(
        900,
        distance_m=distance,
        speed_m_per_s=np.where(stands, m_per_s, 3.0),
        cadence_rpm=np.where(stands, 0.0, 85.0),
        latitude_deg=47.0 + distance / 111_195.0,
    )


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


def _turning(make, count, by=100.0, of=300):
    """So many beats of 300 turn from short to long and back."""
    rr = make.breathing(of, rmssd_ms=20.0)
    rr[:count] += by * (-1) ** np.arange(count)
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


def _leap_and_back(make, up, down, seconds):
    """Heart rate leaps up, and so many seconds later comes down by so much."""

    def put(bpm):
        bpm[:] = 140 + np.arange(len(bpm)) % 2
        bpm[200:] += up
        bpm[200 + seconds :] -= down

    return _hr(make, put)


def _slow_and_silent(make, m_per_s):
    speed = np.full(600, m_per_s)
    bpm = [140 + i % 3 for i in range(600)]
    bpm[300:320] = [None] * 20
    return make.run(600, heart_rate_bpm=bpm, speed_m_per_s=speed, distance_m=np.cumsum(speed))


def _slow_and_flat(make, m_per_s):
    speed = np.full(600, m_per_s)
    bpm = [140 + i % 3 if not 200 <= i < 320 else 150 for i in range(600)]
    return make.run(600, heart_rate_bpm=bpm, speed_m_per_s=speed, distance_m=np.cumsum(speed))


def _sparse_leap(make, step_s, by):
    speed = np.full(200, 3.0)
    speed[100:] += by
    return make.run(200, step_s=step_s, speed_m_per_s=speed, distance_m=np.cumsum(speed) * step_s)


def _leap_and_back_by(make, up, down, seconds):
    """Speed leaps up, and so many seconds later comes down by so much."""
    speed = np.full(600, 2.0)
    speed[300:] += up
    speed[300 + seconds :] -= down
    return make.run(600, speed_m_per_s=speed, distance_m=np.cumsum(speed))


def _away_and_back(make, seconds, out_m=1000.0, back_m=1000.0):
    """Position jumps east, and so many seconds later back west; the runner hardly moves meanwhile."""
    distance = 0.6 * np.arange(600.0)
    longitude = np.full(600, 8.0)
    longitude[300:] += out_m / 111_195.0 / np.cos(np.radians(47.0))
    longitude[300 + seconds :] -= back_m / 111_195.0 / np.cos(np.radians(47.0))
    return make.run(
        600, distance_m=distance, speed_m_per_s=np.full(600, 0.6), longitude_deg=longitude,
        latitude_deg=np.full(600, 47.0) + distance / 111_195.0,
    )  # fmt: skip


def _ridden_away_and_back(make, back_m):
    """A rider at 10 m/s, whose position jumps 1000 m east, and a minute later back west by so much."""
    distance = 10.0 * np.arange(600.0)
    longitude = np.full(600, 8.0)
    longitude[300:] += 3000.0 / 111_195.0 / np.cos(np.radians(47.0))
    longitude[360:] -= back_m / 111_195.0 / np.cos(np.radians(47.0))
    return make.run(
        600, sport="cycling", distance_m=distance, speed_m_per_s=np.full(600, 10.0), longitude_deg=longitude,
        latitude_deg=np.full(600, 47.0),
    )  # fmt: skip


def _apart(make, gap_s):
    """Beats with so much time lost between any two."""
    rr = make.breathing(200)
    return make.beats(rr, start_s=np.concatenate([[0.0], np.cumsum(rr)[:-1]]) / 1000 + gap_s * np.arange(200))


def _every_seventh(make, *factors):
    """Quiet beats; every seventh and those after it are so many times as long."""
    rr = make.breathing(300, rmssd_ms=8.0)
    for place, factor in enumerate(factors):
        rr[10 + place : 290 : 7] *= factor
    return make.beats(rr)


def _wild_minute(make, count):
    """So many intervals without order in the first minute, then four quiet ones."""
    rng = np.random.default_rng(8)
    wild = np.clip(900 * (1 + 0.22 * rng.standard_normal(count)), 420, 1500)
    calm = make.breathing(235, rmssd_ms=20.0)
    starts = [np.concatenate([[0.0], np.cumsum(part)[:-1]]) / 1000 + at for part, at in ((wild, 0.0), (calm, 61.0))]
    return make.beats(np.concatenate([wild, calm]), start_s=np.concatenate(starts))


def _strides(count, seed=2):
    """Steps a minute that change from second to second, always even, around 180."""
    return 180.0 + 2.0 * np.random.default_rng(seed).integers(-1, 2, count)


def _lock(make, *, rows=slice(0, 600), count=600, late=2, off=0.0, noise=0.0, step_s=1, before=120.0):
    """Heart rate of a wrist: in some rows the steps, so many seconds late, off by something, with noise."""
    spm = _strides(count)
    bpm = before + np.round(6 * np.sin(np.arange(count) / 47.0))
    followed = np.roll(spm, late) + off + noise * np.random.default_rng(3).standard_normal(count)
    bpm[rows] = followed[rows]
    return make.run(count, source="wrist", step_s=step_s, cadence_rpm=spm / 2, heart_rate_bpm=[round(x) for x in bpm])


def _beside(make, *, pattern=(0, 1), before=160.0, wait=None, step_s=1):
    """Heart rate near an even step rate from the 300th second on, with a rough pattern, entered from `before`.

    With `wait`, the step is so many seconds earlier and ends beside the step rate, out of reach.
    """
    bpm = np.full(600, before)
    bpm[300:] = 178 + np.resize(pattern, 300)
    if wait is not None:
        bpm[300 - wait : 300] = 186
        bpm[290:300] = np.linspace(186, 183, 10)
    given = {"cadence_rpm": np.full(600, 89.0), "heart_rate_bpm": [int(x) for x in bpm]}
    return make.run(600, source="wrist", step_s=step_s, **given)


def _days_ago(make, gap):
    """Fourteen days of values, then none, then one that is far from them."""
    return make.days([50.0 + i % 3 for i in range(14)] + [None] * gap + [90.0])


def _start(make, rows, bpm, *, count=960, later=None, before=None, speed=None, **kwargs):
    """A run of 150 bpm whose heart rate is another in some rows of the first minutes."""
    beats = np.array([150.0 + i % 2 for i in range(count)])
    if before is not None:
        beats[:60] = before
    beats[rows] = bpm
    if later is not None:
        beats[later] = np.nan
    own = np.full(count, 3.0) if speed is None else speed
    return make.run(
        count,
        heart_rate_bpm=[None if np.isnan(x) else int(x) for x in beats],
        speed_m_per_s=own,
        distance_m=np.cumsum(own),
        **kwargs,
    )


def _start_as_fast(make, factor, bpm):
    return _start(make, slice(0, 60), bpm, speed=np.where(np.arange(960) < 300, 3.0 * factor, 3.0))


def _start_and_end(make, at):
    """High in the first minute, and high again for three minutes from `at` on."""
    return _start(make, np.r_[0:60, at : at + 200], 175, count=1300)


def _zigzag(make, metres, *, rows=slice(0, 600), step_s=1, period=2):
    """Positions to the left and right of the way by so many metres, with a period of so many records."""
    away = np.zeros(600)
    away[rows] = metres * np.cos(2 * np.pi * np.arange(600)[rows] / period)
    way = 3.0 * step_s * np.arange(600)
    return make.run(
        600,
        step_s=step_s,
        distance_m=way,
        latitude_deg=47.0 + way / 111_195.0,
        longitude_deg=8.0 + away / 111_195.0 / np.cos(np.radians(47.0)),
    )


def _stand(make, seconds, m_per_min, *, cadence=0.0, speed=0.0, back=0.5):
    """Standing from the 300th second on, while the positions walk east, and a share of the time back."""
    stands = (np.arange(600) >= 300) & (np.arange(600) < 300 + seconds)
    way = np.cumsum(np.where(stands, 0.0, 3.0))
    turn = 300 + seconds * (1 - back)
    east = np.cumsum(np.where(stands, m_per_min / 60, 0.0) * np.where(np.arange(600) < turn, 1, -1))
    return make.run(
        600,
        distance_m=way,
        latitude_deg=47.0 + way / 111_195.0,
        longitude_deg=8.0 + east / 111_195.0 / np.cos(np.radians(47.0)),
        speed_m_per_s=np.where(stands, speed, 3.0),
        cadence_rpm=[None] * 600 if cadence is None else np.where(stands, cadence, 85.0),
    )


def _walks(make, turn_deg=90.0, *, step_m=4.0, east_m=0.0, usual=3.0, **columns):
    """Positions alone: a run, then steps that all turn by so much, beside a way east of so much a second."""
    walks = np.arange(600) >= 400
    angle = np.radians(turn_deg) * np.arange(600)
    north = np.cumsum(np.where(walks, step_m * np.cos(angle), usual))
    east = np.cumsum(np.where(walks, step_m * np.sin(angle) + east_m, 0.0))
    nothing = dict.fromkeys(("distance_m", "speed_m_per_s", "cadence_rpm"), [None] * 600)
    return make.run(
        600,
        latitude_deg=47.0 + north / 111_195.0,
        longitude_deg=8.0 + east / 111_195.0 / np.cos(np.radians(47.0)),
        **(nothing | columns),
    )


def _stated(make, ratio, count=900):
    """A run whose sum is so many times what its records count."""
    given = _scaled(make, count=count)
    whole_m = given["records"]["distance_m"].max()
    return {**given, "activities": given["activities"].with_columns(distance_m=pl.lit(ratio * whole_m))}


def _cadence(make, strides, *, speed=3.0, count=300):
    return make.run(
        count,
        cadence_rpm=np.full(count, strides),
        speed_m_per_s=np.full(count, speed),
        distance_m=speed * np.arange(count),
    )


def _indoors(make, *, reach_m=0.0, count=300):
    """Positions that never go further than so many metres."""
    latitude = 47.0 + np.linspace(0.0, reach_m, count) / 111_195.0
    return make.run(count, distance_m=3.0 * np.arange(count), latitude_deg=latitude, speed_m_per_s=np.full(count, 3.0))


def _climb(make, by, *, step_s=1, sport="running"):
    return make.run(300, step_s=step_s, sport=sport, altitude_m=np.where(np.arange(300) < 150, 100.0, 100.0 + by))


def _climb_and_back(make, seconds, up=80.0, down=80.0):
    altitude = np.full(600, 100.0)
    altitude[200:] += up
    altitude[200 + seconds :] -= down
    return make.run(600, altitude_m=altitude)


def _moved(make, hours, *, days=20, swing_h=0.0, gap=0, asleep_h=7.0):
    """Nights at their usual hour, give or take, and a last one so many hours later."""
    rows = []
    for i in [*range(days), days + gap]:
        late = hours if i == days + gap else swing_h * (-1) ** i
        end = datetime(2026, 1, 1, 6, tzinfo=UTC) + timedelta(days=i, hours=late)
        rows.append(
            {
                "night_date": end.date(),
                "start_at_utc": end - timedelta(hours=8),
                "end_at_utc": end,
                "sleep_duration_s": 3600.0 * (asleep_h if i == days + gap else 7.0),
            }
        )
    return make.nights(*rows)


def _two_devices(make, before, after, *, gap=0, **kwargs):
    """Values of one watch, and after so many days without any those of another."""
    values = [*before, *[None] * gap, *after]
    given = make.days(values, **kwargs)
    change = given["daily_values"]["value_date"].min() + timedelta(days=len(before) + gap)
    device = pl.when(pl.col("value_date") >= change).then(pl.lit("other")).otherwise("device_id")
    return {"daily_values": given["daily_values"].with_columns(device_id=device)}


def _noisy(level, count, spread=0.5, seed=1):
    return (level + spread * np.random.default_rng(seed).standard_normal(count)).tolist()


def _hill(make, bpm_per_row):
    """Heart rate climbs for five records of two seconds, and comes back down as fast."""
    beats = np.full(300, 140)
    beats[145:156] += bpm_per_row * np.array([0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0])
    return make.run(300, step_s=2, heart_rate_bpm=beats)


ALIKE = [(3.0, 150.0)] * 8


# (check, threshold): tables on one side, tables on the other, outcomes of the two
def _one_day(make, hrv_spreads, resting_spreads, *, count=20, gap=0):
    """Days without any spread, then one so many of the smallest spreads away in HRV and resting heart rate."""
    bpm = {"metric": "resting_heart_rate", "method": "garmin_daily", "unit": "bpm"}
    hole = [None] * gap
    return make.joined(
        make.days([*[50.0] * count, *hole, 50.0 * np.exp(0.06 * hrv_spreads)]),
        make.days([*[50.0] * count, *hole, 50.0 + 1.5 * resting_spreads], **bpm),
    )


def _aged(make, value, born, *, count=0):
    return make.joined(make.days([*[50.0] * count, value]), make.card(birth_year=born))


def _taken(make, last_h, *, count=20, gap=0, swing_h=0.0):
    """Morning readings at seven, give or take; the last one at another hour, after so many days without."""
    hours = [7.0 + swing_h * (-1) ** i for i in range(count)]
    return make.joined(make.mornings([*hours, last_h], days=[*range(count), count + gap]), make.card(time_zone="UTC"))


def _app(make, last_h, *, count=20, gap=0, swing_h=0.0):
    """The same mornings as an app states them: a value each."""
    days = make.days([*[50.0] * count, *[None] * gap, 50.0])["daily_values"]
    hours = pl.Series([*(7.0 + swing_h * (-1) ** i for i in range(count)), last_h])
    taken = pl.col("value_date").cast(pl.Datetime("us", "UTC")) + pl.duration(seconds=(hours * 3600).round())
    days = days.with_columns(reading=pl.lit("morning"), measured_at_utc=taken.cast(days.schema["measured_at_utc"]))
    return make.joined({"daily_values": days}, make.card())


def _stages(make, light, deep, rem):
    return _night(make, light_s=light, deep_s=deep, rem_s=rem)


def _unbroken(make, *, asleep_s=28_790.0, count=14, period_s=28_800.0):
    """So many nights with hardly any waking."""
    night = {"sleep_duration_s": asleep_s, "awake_s": period_s - asleep_s, "period_s": period_s}
    return make.nights(*({**night} for _ in range(count)))


def _at_once(make, latency_s, *, count=14, asleep_h=7.0):
    """Nights whose first stage of sleep begins so many seconds after they do."""
    given = make.nights(*({"sleep_duration_s": asleep_h * 3600.0} for _ in range(count)))
    stages = given["nights"].select(
        *("night_id", "athlete_id", "source_file_id", "end_at_utc"),
        pl.lit(0).alias("stage_index"),
        pl.lit("light").alias("stage"),
        pl.col("start_at_utc") + timedelta(seconds=latency_s),
    )
    return {**given, "sleep_stages": conform(stages, "sleep_stages")}


def _above(make, bpm, rows=20, *, limit=None, born=None, source="strap"):
    """A heart that leaps to such a rate for so many seconds."""
    return make.joined(
        _hr_at(make, slice(300, 300 + rows), bpm, source=source), make.card(heart_rate_max_bpm=limit, birth_year=born)
    )


def _climbs(make, held, slope):
    """A heart that rises by so much a second to 201 bpm, and stays there for so many seconds."""
    rise = [201 - slope * i for i in range(20, 0, -1)]
    bpm = [*[rise[0]] * 200, *rise, *[201] * held, *[190] * (380 - held)]
    return make.joined(make.run(600, heart_rate_bpm=bpm), make.card(heart_rate_max_bpm=190))


def _steps(make, m_per_s, cadence, *, rows=600):
    """A run at one speed with so many strides a minute, for so many seconds of ten minutes."""
    return make.run(
        600,
        speed_m_per_s=np.full(600, m_per_s),
        distance_m=m_per_s * np.arange(600.0),
        cadence_rpm=np.where(np.arange(600) < rows, cadence, 85.0),
    )


def _level(make, still_s, *, m_per_s=4.0, room_m=None):
    """A way of such a speed on which the altitude stands still for so many seconds; positions fill so much room."""
    way = m_per_s * np.arange(900.0)
    altitude = 200.0 + np.arange(900) % 2
    altitude[300 : 300 + still_s + 1] = 250.0
    place = way if room_m is None else room_m * np.clip((np.arange(900) - 300) / still_s, 0, 1)
    return make.run(900, distance_m=way, altitude_m=altitude, latitude_deg=47.0 + place / 111_195)


def _home(make, off_m, *, apart_m=0.0, way_m=1500.0, step_s=1):
    """Out and back, so far from the start and so much higher at the end."""
    half = np.linspace(0.0, 600.0, 360)
    north = np.concatenate([half, np.linspace(600.0, apart_m, 360)])
    return make.run(
        720,
        step_s=step_s,
        distance_m=np.linspace(0.0, way_m, 720),
        latitude_deg=47.0 + north / 111_195,
        altitude_m=np.linspace(200.0, 200.0 + off_m, 720),
    )


def _stated_accuracy(make, metres, rows=600):
    return make.run(600, gps_accuracy_m=[metres] * rows + [3.0] * (600 - rows))


def _far_off(make, latitude):
    return make.run(600, latitude_deg=np.full(600, latitude), longitude_deg=np.zeros(600))


CASES = {
    ("value_contradiction", "HRV far from the usual"): (
        lambda m: _one_day(m, 2.4, 3.0),
        lambda m: _one_day(m, 2.6, 3.0),
        "pass",
        "fail",
    ),
    ("value_contradiction", "heart rate far the same way"): (
        lambda m: _one_day(m, -3.0, -1.4),
        lambda m: _one_day(m, -3.0, -1.6),
        "pass",
        "fail",
    ),
    ("value_contradiction", "smallest spread of HRV"): (
        lambda m: _one_day(m, 2.4, 9.0),
        lambda m: _one_day(m, 2.6, 9.0),
        "pass",
        "fail",
    ),
    ("value_contradiction", "smallest spread of heart rate"): (
        lambda m: _one_day(m, 9.0, 1.4),
        lambda m: _one_day(m, 9.0, 1.6),
        "pass",
        "fail",
    ),
    ("value_contradiction", "fewest days"): (
        lambda m: _one_day(m, 3.0, 3.0, count=13),
        lambda m: _one_day(m, 3.0, 3.0, count=14),
        "not_assessable",
        "fail",
    ),
    ("value_contradiction", "days before"): (
        lambda m: _one_day(m, 3.0, 3.0, count=14, gap=47),
        lambda m: _one_day(m, 3.0, 3.0, count=14, gap=46),
        "not_assessable",
        "fail",
    ),
    ("value_age", "lowest RMSSD at 18 to 29"): (
        lambda m: _aged(m, 15.0, 2000),
        lambda m: _aged(m, 14.9, 2000),
        "pass",
        "fail",
    ),
    ("value_age", "highest RMSSD at 18 to 29"): (
        lambda m: _aged(m, 200.0, 2000),
        lambda m: _aged(m, 200.1, 2000),
        "pass",
        "fail",
    ),
    ("value_age", "lowest RMSSD at 30 to 44"): (
        lambda m: _aged(m, 12.0, 1990),
        lambda m: _aged(m, 11.9, 1990),
        "pass",
        "fail",
    ),
    ("value_age", "highest RMSSD at 30 to 44"): (
        lambda m: _aged(m, 160.0, 1990),
        lambda m: _aged(m, 160.1, 1990),
        "pass",
        "fail",
    ),
    ("value_age", "lowest RMSSD at 45 to 59"): (
        lambda m: _aged(m, 8.0, 1976),
        lambda m: _aged(m, 7.9, 1976),
        "pass",
        "fail",
    ),
    ("value_age", "highest RMSSD at 45 to 59"): (
        lambda m: _aged(m, 120.0, 1976),
        lambda m: _aged(m, 120.1, 1976),
        "pass",
        "fail",
    ),
    ("value_age", "lowest RMSSD at 60 and more"): (
        lambda m: _aged(m, 6.0, 1960),
        lambda m: _aged(m, 5.9, 1960),
        "pass",
        "fail",
    ),
    ("value_age", "highest RMSSD at 60 and more"): (
        lambda m: _aged(m, 110.0, 1960),
        lambda m: _aged(m, 110.1, 1960),
        "pass",
        "fail",
    ),
    ("value_age", "fewest days"): (
        lambda m: _aged(m, 250.0, 1990, count=14),
        lambda m: _aged(m, 250.0, 1990, count=13),
        "pass",
        "fail",
    ),
    ("reading_time", "away from the usual time"): (
        lambda m: _taken(m, 9.9),
        lambda m: _taken(m, 10.1),
        "pass",
        "fail",
    ),
    ("reading_time", "away in spreads"): (
        lambda m: _taken(m, 12.8, swing_h=1.0),
        lambda m: _taken(m, 13.1, swing_h=1.0),
        "pass",
        "fail",
    ),
    ("reading_time", "fewest days"): (
        lambda m: _taken(m, 11.0, count=13),
        lambda m: _taken(m, 11.0, count=14),
        "not_assessable",
        "fail",
    ),
    ("reading_time", "days before"): (
        lambda m: _taken(m, 11.0, count=14, gap=47),
        lambda m: _taken(m, 11.0, count=14, gap=46),
        "not_assessable",
        "fail",
    ),
    ("value_time", "away from the usual time"): (
        lambda m: _app(m, 9.9),
        lambda m: _app(m, 10.1),
        "pass",
        "fail",
    ),
    ("value_time", "away in spreads"): (
        lambda m: _app(m, 12.8, swing_h=1.0),
        lambda m: _app(m, 13.1, swing_h=1.0),
        "pass",
        "fail",
    ),
    ("value_time", "fewest days"): (
        lambda m: _app(m, 11.0, count=13),
        lambda m: _app(m, 11.0, count=14),
        "not_assessable",
        "fail",
    ),
    ("value_time", "days before"): (
        lambda m: _app(m, 11.0, count=14, gap=47),
        lambda m: _app(m, 11.0, count=14, gap=46),
        "not_assessable",
        "fail",
    ),
    ("night_efficiency", "asleep at least"): (
        lambda m: _night(m, sleep_duration_s=14_400.0),
        lambda m: _night(m, sleep_duration_s=14_399.0),
        "pass",
        "fail",
    ),
    ("night_efficiency", "long enough to judge"): (
        lambda m: _night(m, sleep_duration_s=10_799.0),
        lambda m: _night(m, sleep_duration_s=10_800.0),
        "not_assessable",
        "fail",
    ),
    ("night_unbroken", "hardly awake"): (
        lambda m: _unbroken(m, asleep_s=28_512.0),
        lambda m: _unbroken(m, asleep_s=28_513.0),
        "pass",
        "fail",
    ),
    ("night_unbroken", "nights alike"): (
        lambda m: _unbroken(m, count=13),
        lambda m: _unbroken(m, count=14),
        "not_assessable",
        "fail",
    ),
    ("night_unbroken", "nap"): (
        lambda m: _unbroken(m, asleep_s=10_799.0, period_s=10_799.0),
        lambda m: _unbroken(m, asleep_s=10_800.0, period_s=10_800.0),
        "not_assessable",
        "fail",
    ),
    ("night_stage_shares", "most deep sleep"): (
        lambda m: _stages(m, 6000.0, 8999.0, 5001.0),
        lambda m: _stages(m, 6000.0, 9001.0, 4999.0),
        "pass",
        "fail",
    ),
    ("night_stage_shares", "most REM sleep"): (
        lambda m: _stages(m, 6000.0, 5001.0, 8999.0),
        lambda m: _stages(m, 6000.0, 4999.0, 9001.0),
        "pass",
        "fail",
    ),
    ("night_stage_shares", "long enough to judge"): (
        lambda m: _stages(m, 0.0, 5400.0, 5399.0),
        lambda m: _stages(m, 0.0, 5400.0, 5400.0),
        "not_assessable",
        "fail",
    ),
    ("night_latency", "nights alike"): (
        lambda m: _at_once(m, 0, count=13),
        lambda m: _at_once(m, 0, count=14),
        "not_assessable",
        "fail",
    ),
    ("night_latency", "asleep at once"): (
        lambda m: _at_once(m, 30),
        lambda m: _at_once(m, 29),
        "pass",
        "fail",
    ),
    ("night_latency", "nap"): (
        lambda m: _at_once(m, 0, asleep_h=2.9),
        lambda m: _at_once(m, 0, asleep_h=3.0),
        "not_assessable",
        "fail",
    ),
    ("hr_ceiling", "above the stated maximum"): (
        lambda m: _above(m, 200, limit=190),
        lambda m: _above(m, 201, limit=190),
        "pass",
        "fail",
    ),
    ("hr_ceiling", "above the maximum by age"): (
        lambda m: _above(m, 217, born=1996),
        lambda m: _above(m, 218, born=1996),
        "pass",
        "fail",
    ),
    ("hr_ceiling", "held"): (
        lambda m: _above(m, 215, 4, limit=190),
        lambda m: _above(m, 215, 5, limit=190),
        "pass",
        "fail",
    ),
    ("hr_ceiling", "new maximum, held"): (
        lambda m: _climbs(m, 10, 1),
        lambda m: _climbs(m, 9, 1),
        "pass",
        "fail",
    ),
    ("hr_ceiling", "new maximum, reached by"): (
        lambda m: _climbs(m, 20, 3),
        lambda m: _climbs(m, 20, 4),
        "pass",
        "fail",
    ),
    ("step_length", "shortest step"): (
        lambda m: _steps(m, 1.1, 82.0),
        lambda m: _steps(m, 1.1, 83.0),
        "pass",
        "fail",
    ),
    ("step_length", "longest step"): (
        lambda m: _steps(m, 4.1, 56.0),
        lambda m: _steps(m, 4.1, 55.5),
        "pass",
        "fail",
    ),
    ("step_length", "shortest stretch"): (
        lambda m: _steps(m, 3.0, 30.0, rows=29),
        lambda m: _steps(m, 3.0, 30.0, rows=30),
        "pass",
        "fail",
    ),
    ("step_length", "fewer than running needs"): (
        lambda m: _steps(m, 2.3, 55.0),
        lambda m: _steps(m, 2.3, 54.0),
        "pass",
        "fail",
    ),
    ("step_length", "running"): (
        lambda m: _steps(m, 2.1, 50.0),
        lambda m: _steps(m, 2.2, 50.0),
        "pass",
        "fail",
    ),
    ("step_length", "more than legs do"): (
        lambda m: _steps(m, 3.0, 120.0),
        lambda m: _steps(m, 3.0, 121.0),
        "pass",
        "fail",
    ),
    ("altitude_still", "stands still"): (
        lambda m: _level(m, 299),
        lambda m: _level(m, 300),
        "pass",
        "fail",
    ),
    ("altitude_still", "way meanwhile"): (
        lambda m: _level(m, 400, m_per_s=2.4),
        lambda m: _level(m, 400, m_per_s=2.6),
        "pass",
        "fail",
    ),
    ("altitude_still", "room covered meanwhile"): (
        lambda m: _level(m, 400, room_m=295.0),
        lambda m: _level(m, 400, room_m=305.0),
        "pass",
        "fail",
    ),
    ("altitude_drift", "back at the start"): (
        lambda m: _home(m, 30.0, apart_m=52.0),
        lambda m: _home(m, 30.0, apart_m=48.0),
        "not_assessable",
        "fail",
    ),
    ("altitude_drift", "way of a loop"): (
        lambda m: _home(m, 30.0, way_m=999.0),
        lambda m: _home(m, 30.0, way_m=1001.0),
        "not_assessable",
        "fail",
    ),
    ("altitude_drift", "drift"): (
        lambda m: _home(m, 9.9),
        lambda m: _home(m, 10.1),
        "pass",
        "fail",
    ),
    ("altitude_drift", "drift an hour"): (
        lambda m: _home(m, 11.8, step_s=15),
        lambda m: _home(m, 12.2, step_s=15),
        "pass",
        "fail",
    ),
    ("position_nought", "near nought"): (
        lambda m: _far_off(m, 0.021),
        lambda m: _far_off(m, 0.019),
        "pass",
        "fail",
    ),
    ("position_accuracy", "accuracy stated"): (
        lambda m: _stated_accuracy(m, 20.0),
        lambda m: _stated_accuracy(m, 20.1),
        "pass",
        "fail",
    ),
    ("position_accuracy", "shortest stretch"): (
        lambda m: _stated_accuracy(m, 30.0, 29),
        lambda m: _stated_accuracy(m, 30.0, 30),
        "pass",
        "fail",
    ),
    ("hr_effort", "steady time"): (
        lambda m: m.history([*ALIKE, (3.0, 180.0)], effort_s=299.0),
        lambda m: m.history([*ALIKE, (3.0, 180.0)], effort_s=300.0),
        "not_assessable",
        "fail",
    ),
    ("hr_effort", "days before"): (
        lambda m: m.history([*ALIKE, (3.0, 180.0)], last_day=91),
        lambda m: m.history([*ALIKE, (3.0, 180.0)], last_day=90),
        "not_assessable",
        "fail",
    ),
    ("hr_effort", "activities before"): (
        lambda m: m.history([*ALIKE[:7], (3.0, 180.0)]),
        lambda m: m.history([*ALIKE, (3.0, 180.0)]),
        "not_assessable",
        "fail",
    ),
    ("hr_effort", "beyond the relation"): (
        lambda m: m.history([*[(3.0, 150.0 + 6 * (-1) ** i) for i in range(8)], (3.0, 180.0)]),
        lambda m: m.history([*[(3.0, 150.0 + 6 * (-1) ** i) for i in range(8)], (3.0, 182.0)]),
        "pass",
        "fail",
    ),
    ("hr_effort", "beyond the relation, in beats"): (
        lambda m: m.history([*ALIKE, (3.0, 161.9)]),
        lambda m: m.history([*ALIKE, (3.0, 162.1)]),
        "pass",
        "fail",
    ),
    ("hr_spike", "steep"): (lambda m: _hill(m, 5), lambda m: _hill(m, 7), "pass", "fail"),
    ("hr_start_transient", "first minutes"): (
        lambda m: _start(m, slice(305, 330), 120),
        lambda m: _start(m, slice(270, 295), 120),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "compared until"): (
        lambda m: _start_and_end(m, 825),
        lambda m: _start_and_end(m, 850),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "heart rate compared with"): (
        lambda m: _start(m, slice(0, 60), 175, later=slice(300 + 119, 960)),
        lambda m: _start(m, slice(0, 60), 175, later=slice(300 + 122, 960)),
        "not_assessable",
        "fail",
    ),
    ("hr_start_transient", "high at once"): (
        lambda m: _start(m, slice(47, 120), 175, before=100),
        lambda m: _start(m, slice(44, 120), 175, before=100),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "above all that follows"): (
        lambda m: _start(m, slice(0, 60), 163),
        lambda m: _start(m, slice(0, 60), 164),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "risen by"): (
        lambda m: _start(m, slice(100, 149), 120),
        lambda m: _start(m, slice(120, 180), 120),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "below all that follows"): (
        lambda m: _start(m, slice(160, 220), 130),
        lambda m: _start(m, slice(160, 220), 129),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "as fast as later"): (
        lambda m: _start_as_fast(m, 1.22, 165),
        lambda m: _start_as_fast(m, 1.08, 165),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "explained by speed"): (
        lambda m: _start_as_fast(m, 1.5, 151 + 12 + 46),
        lambda m: _start_as_fast(m, 1.5, 151 + 12 + 50),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "shortest transient"): (
        lambda m: _start(m, slice(0, 14), 175),
        lambda m: _start(m, slice(0, 16), 175),
        "pass",
        "fail",
    ),
    ("hr_start_transient", "moving"): (
        lambda m: _start(m, slice(0, 60), 175, speed=np.full(960, 0.49)),
        lambda m: _start(m, slice(0, 60), 175, speed=np.full(960, 0.51)),
        "not_assessable",
        "fail",
    ),
    ("position_zigzag", "window"): (
        lambda m: _zigzag(m, 2.0, rows=slice(300, 312)),
        lambda m: _zigzag(m, 2.0, rows=slice(300, 340)),
        "pass",
        "fail",
    ),
    ("position_zigzag", "longer than its own smooth line"): (
        lambda m: _zigzag(m, 2.0, period=7),
        lambda m: _zigzag(m, 2.2, period=7),
        "pass",
        "fail",
    ),
    ("position_zigzag", "beside the line"): (
        lambda m: _zigzag(m, 0.75),
        lambda m: _zigzag(m, 0.95),
        "pass",
        "fail",
    ),
    ("position_zigzag", "usual step"): (
        lambda m: _zigzag(m, 6.0, step_s=3),
        lambda m: _zigzag(m, 6.0, step_s=2),
        "not_assessable",
        "fail",
    ),
    ("position_drift", "standing"): (
        lambda m: _stand(m, 30, 120.0),
        lambda m: _stand(m, 32, 120.0),
        "not_assessable",
        "fail",
    ),
    ("position_drift", "way while standing"): (
        lambda m: _stand(m, 90, 14.5),
        lambda m: _stand(m, 90, 15.5),
        "pass",
        "fail",
    ),
    ("position_drift", "gets nowhere"): (
        lambda m: _stand(m, 100, 60.0, back=0.2),
        lambda m: _stand(m, 100, 60.0, back=0.3),
        "pass",
        "fail",
    ),
    ("position_drift", "goes on the way it went"): (
        lambda m: _walks(m, 74.0),
        lambda m: _walks(m, 77.0),
        "pass",
        "fail",
    ),
    ("position_drift", "gets nowhere, by the usual speed"): (
        lambda m: _walks(m, east_m=1.45),
        lambda m: _walks(m, east_m=0.9),
        "pass",
        "fail",
    ),
    ("position_drift", "way that is looked at"): (
        lambda m: _walks(m, step_m=0.45),
        lambda m: _walks(m, step_m=0.55),
        "pass",
        "fail",
    ),
    ("position_drift", "still"): (
        lambda m: _stand(m, 90, 30.0, cadence=None, speed=0.21),
        lambda m: _stand(m, 90, 30.0, cadence=None, speed=0.19),
        "not_assessable",
        "fail",
    ),
    ("distance_disagreement", "sum against distance"): (
        lambda m: _stated(m, 1.049),
        lambda m: _stated(m, 1.051),
        "pass",
        "fail",
    ),
    ("distance_unit", "near a unit's factor"): (
        lambda m: _stated(m, 1.609344 * 1.021),
        lambda m: _stated(m, 1.609344 * 1.019),
        "pass",
        "fail",
    ),
    ("distance_unit", "near a unit's factor, by position"): (
        lambda m: _scaled(m, position=1.609344 * 1.042),
        lambda m: _scaled(m, position=1.609344 * 1.038),
        "pass",
        "fail",
    ),
    ("distance_unit", "compared"): (
        lambda m: _stated(m, 1.609344, count=134),
        lambda m: _stated(m, 1.609344, count=135),
        "not_assessable",
        "fail",
    ),
    ("cadence_unit", "more than legs do"): (lambda m: _cadence(m, 120), lambda m: _cadence(m, 121), "pass", "fail"),
    ("cadence_unit", "fewer than running needs"): (
        lambda m: _cadence(m, 55),
        lambda m: _cadence(m, 54),
        "pass",
        "fail",
    ),
    ("cadence_unit", "running"): (
        lambda m: _cadence(m, 50, speed=2.19),
        lambda m: _cadence(m, 50, speed=2.2),
        "pass",
        "fail",
    ),
    ("cadence_unit", "moving with cadence"): (
        lambda m: _cadence(m, 170, count=120),
        lambda m: _cadence(m, 170, count=122),
        "not_assessable",
        "fail",
    ),
    ("pace_indoors", "way covered"): (
        lambda m: _indoors(m, count=134),
        lambda m: _indoors(m, count=135),
        "not_assessable",
        "fail",
    ),
    ("pace_indoors", "never left"): (
        lambda m: _indoors(m, reach_m=30.1),
        lambda m: _indoors(m, reach_m=29.9),
        "pass",
        "fail",
    ),
    ("altitude_leap", "leap"): (
        lambda m: _climb(m, 11.9, step_s=4),
        lambda m: _climb(m, 12.1, step_s=4),
        "pass",
        "fail",
    ),
    ("altitude_leap", "leap, ridden"): (
        lambda m: _climb(m, 9.9, step_s=2, sport="cycling"),
        lambda m: _climb(m, 10.1, step_s=2, sport="cycling"),
        "pass",
        "fail",
    ),
    ("altitude_leap", "smallest leap"): (lambda m: _climb(m, 7.9), lambda m: _climb(m, 8.1), "pass", "fail"),
    ("altitude_leap", "compared altitudes"): (
        lambda m: _climb(m, 90.0, step_s=11),
        lambda m: _climb(m, 90.0, step_s=10),
        "not_assessable",
        "fail",
    ),
    ("night_overlap", "at the same time"): (
        lambda m: m.nights({}, {"period_s": 24 * 3600.0 + 599}),
        lambda m: m.nights({}, {"period_s": 24 * 3600.0 + 600}),
        "pass",
        "fail",
    ),
    ("night_moved", "moved"): (lambda m: _moved(m, 2.9), lambda m: _moved(m, 3.1), "pass", "fail"),
    ("night_moved", "moved in spreads"): (
        lambda m: _moved(m, 5.7, swing_h=1.0),
        lambda m: _moved(m, 6.1, swing_h=1.0),
        "pass",
        "fail",
    ),
    ("night_moved", "nap"): (
        lambda m: _moved(m, 9.0, asleep_h=2.9),
        lambda m: _moved(m, 9.0, asleep_h=3.0),
        "pass",
        "fail",
    ),
    ("night_moved", "fewest days"): (
        lambda m: _moved(m, 6.0, days=13),
        lambda m: _moved(m, 6.0, days=14),
        "not_assessable",
        "fail",
    ),
    ("night_moved", "days before"): (
        lambda m: _moved(m, 6.0, days=14, gap=47),
        lambda m: _moved(m, 6.0, days=14, gap=46),
        "not_assessable",
        "fail",
    ),
    ("night_active", "active meanwhile"): (
        lambda m: m.joined(m.nights({}), m.run(600, start=datetime(2026, 3, 1, 3, tzinfo=UTC))),
        lambda m: m.joined(m.nights({}), m.run(601, start=datetime(2026, 3, 1, 3, tzinfo=UTC))),
        "pass",
        "fail",
    ),
    ("night_parts", "parts beyond the night"): (
        lambda m: _night(m, sleep_duration_s=7000.0, awake_s=500.0, period_s=7200.0),
        lambda m: _night(m, sleep_duration_s=7000.0, awake_s=501.0, period_s=7200.0),
        "pass",
        "fail",
    ),
    ("night_parts", "parts beyond the night, in share"): (
        lambda m: _night(m, sleep_duration_s=28_000.0, awake_s=1660.0),
        lambda m: _night(m, sleep_duration_s=28_000.0, awake_s=1670.0),
        "pass",
        "fail",
    ),
    ("value_step", "values on either side"): (
        lambda m: _two_devices(m, _noisy(50, 20), _noisy(70, 6)),
        lambda m: _two_devices(m, _noisy(50, 20), _noisy(70, 7)),
        "not_assessable",
        "fail",
    ),
    ("value_step", "values compared"): (
        lambda m: _two_devices(m, [*_noisy(70, 60), *_noisy(50, 13)], _noisy(70, 28)),
        lambda m: _two_devices(m, [*_noisy(70, 60), *_noisy(50, 15)], _noisy(70, 28)),
        "pass",
        "fail",
    ),
    ("value_step", "change without a hole"): (
        lambda m: _two_devices(m, _noisy(50, 20), _noisy(70, 20), gap=28),
        lambda m: _two_devices(m, _noisy(50, 20), _noisy(70, 20), gap=27),
        "not_assessable",
        "fail",
    ),
    ("value_step", "beyond chance"): (
        lambda m: _two_devices(m, _noisy(50, 20, spread=12.0), _noisy(56, 20, spread=12.0, seed=2)),
        lambda m: _two_devices(m, _noisy(50, 20, spread=1.0), _noisy(56, 20, spread=1.0, seed=2)),
        "pass",
        "fail",
    ),
    ("value_step", "smallest step of HRV"): (
        lambda m: _two_devices(m, [50.0, 50.1] * 10, [52.8, 52.9] * 10),
        lambda m: _two_devices(m, [50.0, 50.1] * 10, [53.2, 53.3] * 10),
        "pass",
        "fail",
    ),
    ("value_step", "smallest step of heart rate"): (
        lambda m: _two_devices(m, [50.0] * 20, [51.4] * 20, metric="resting_heart_rate", unit="bpm"),
        lambda m: _two_devices(m, [50.0] * 20, [51.6] * 20, metric="resting_heart_rate", unit="bpm"),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "near the step rate"): (
        lambda m: _lock(m, off=7.0),
        lambda m: _lock(m, off=2.0),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "share of a minute near it"): (
        lambda m: _lock(m, off=np.where(np.arange(600) % 60 < 44, 0.0, 9.0)),
        lambda m: _lock(m, off=np.where(np.arange(600) % 60 < 46, 0.0, 9.0)),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "shortest lock"): (
        lambda m: _lock(m, rows=slice(300, 343)),
        lambda m: _lock(m, rows=slice(300, 350)),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "moves with cadence"): (
        lambda m: _lock(m, noise=5.0, count=1200, rows=slice(0, 1200)),
        lambda m: _lock(m, noise=1.5, count=1200, rows=slice(0, 1200)),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "beyond chance"): (
        lambda m: _lock(m, noise=2.5, count=62, rows=slice(0, 62)),
        lambda m: _lock(m, noise=2.5, count=600, rows=slice(0, 600)),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "latest follow"): (lambda m: _lock(m, late=7), lambda m: _lock(m, late=6), "pass", "fail"),
    ("hr_cadence_lock", "step at an end"): (
        lambda m: _beside(m, before=171.0),
        lambda m: _beside(m, before=169.0),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "step near an end"): (
        lambda m: _beside(m, wait=40),
        lambda m: _beside(m, wait=15),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "rough"): (
        lambda m: _beside(m, pattern=(0, 0, 1, 1)),
        lambda m: _beside(m, pattern=(0, 1)),
        "pass",
        "fail",
    ),
    ("hr_cadence_lock", "sparsest step"): (
        lambda m: _lock(m, step_s=6, late=1),
        lambda m: _lock(m, step_s=5, late=1),
        "not_assessable",
        "fail",
    ),
    ("hr_cadence_lock", "rough, between sparse values"): (
        lambda m: _beside(m, pattern=(0, 1), step_s=3),
        lambda m: _beside(m, pattern=(0, 2), step_s=3),
        "pass",
        "fail",
    ),
    ("hr_jump", "compared values"): (
        lambda m: m.run(300, step_s=11, heart_rate_bpm=[140] * 150 + [185] * 150),
        lambda m: m.run(300, step_s=10, heart_rate_bpm=[140] * 150 + [185] * 150),
        "not_assessable",
        "fail",
    ),
    ("hr_jump", "jump for each second beyond 5"): (
        lambda m: m.run(300, step_s=8, heart_rate_bpm=[140] * 150 + [171] * 150),
        lambda m: m.run(300, step_s=8, heart_rate_bpm=[140] * 150 + [172] * 150),
        "pass",
        "fail",
    ),
    ("hr_spike", "usual step"): (
        lambda m: m.run(300, step_s=3, heart_rate_bpm=[140] * 150 + [160] * 3 + [140] * 147),
        lambda m: m.run(300, step_s=2, heart_rate_bpm=[140] * 150 + [160] * 3 + [140] * 147),
        "not_assessable",
        "fail",
    ),
    ("hr_dropout", "moving"): (lambda m: _slow_and_silent(m, 0.49), lambda m: _slow_and_silent(m, 0.5), "pass", "fail"),
    ("hr_flatline", "moving"): (
        lambda m: _slow_and_flat(m, 0.49),
        lambda m: _slow_and_flat(m, 0.5),
        "not_assessable",
        "fail",
    ),
    ("speed_acceleration", "standing"): (lambda m: _leap(m, 4.0, 0.95), lambda m: _leap(m, 4.0, 1.05), "pass", "fail"),
    ("speed_acceleration", "compared speeds"): (
        lambda m: _sparse_leap(m, 4, 14.0),
        lambda m: _sparse_leap(m, 3, 10.0),
        "not_assessable",
        "fail",
    ),
    ("position_teleport", "above three local speeds"): (
        lambda m: _away(m, 17.0, speed=5.0),
        lambda m: _away(m, 18.0, speed=5.0),
        "pass",
        "fail",
    ),
    ("value_gap", "days missing"): (
        lambda m: m.days([50, 51, None, None, 52]),
        lambda m: m.days([50, 51, None, None, None, 52]),
        "pass",
        "fail",
    ),
    ("value_frozen", "in a row"): (
        lambda m: m.days([60] * 6, step=3),
        lambda m: m.days([60] * 6, step=2),
        "pass",
        "fail",
    ),
    ("value_outlier", "days before"): (
        lambda m: _days_ago(m, 47),
        lambda m: _days_ago(m, 46),
        "not_assessable",
        "fail",
    ),
    ("rhythm_alternation", "smallest turn"): (
        lambda m: _turning(m, 300, 52.0),
        lambda m: _turning(m, 300, 75.0),
        "pass",
        "fail",
    ),
    ("rhythm_alternation", "intervals of a window"): (
        lambda m: _turning(m, 44, of=44),
        lambda m: _turning(m, 45, of=45),
        "not_assessable",
        "fail",
    ),
    ("rhythm_frequent_ectopy", "intervals of a window"): (
        lambda m: _ectopy(m, 10, count=44),
        lambda m: _ectopy(m, 10, count=45),
        "not_assessable",
        "fail",
    ),
    ("rhythm_irregular", "intervals of a window"): (
        lambda m: _white(m, 0.26, seed=10, count=44),
        lambda m: _white(m, 0.26, seed=10, count=45),
        "not_assessable",
        "fail",
    ),
    ("rhythm_frequent_ectopy", "marked intervals"): (
        lambda m: _ectopy(m, 24),
        lambda m: _ectopy(m, 24, lost_every=13),
        "pass",
        "fail",
    ),
    ("rhythm_frequent_ectopy", "early beats where many are marked"): (
        lambda m: _ectopy(m, 60, lost_every=7),
        lambda m: _ectopy(m, 26, lost_every=7),
        "pass",
        "fail",
    ),
    ("rhythm_frequent_ectopy", "early"): (
        lambda m: _every_seventh(m, 0.90, 1.6),
        lambda m: _every_seventh(m, 0.86, 1.6),
        "pass",
        "fail",
    ),
    ("rhythm_frequent_ectopy", "leeway of the interval before"): (
        lambda m: _every_seventh(m, 0.80, 0.76),
        lambda m: _every_seventh(m, 0.86, 0.76),
        "pass",
        "fail",
    ),
    ("rhythm_frequent_ectopy", "pause after an early beat"): (
        lambda m: _every_seventh(m, 0.87),
        lambda m: _every_seventh(m, 0.82),
        "pass",
        "fail",
    ),
    ("rhythm_irregular", "intervals of a minute"): (
        lambda m: _wild_minute(m, 29),
        lambda m: _wild_minute(m, 30),
        "pass",
        "fail",
    ),
    ("rhythm_irregular", "what neighbours do not predict"): (
        lambda m: m.beats(m.breathing(300, rmssd_ms=190.0)),
        lambda m: _white(m, 0.16),
        "pass",
        "fail",
    ),
    ("reading_length", "adjacent"): (lambda m: _apart(m, 0.04), lambda m: _apart(m, 0.06), "pass", "fail"),
    ("rr_long", "residual"): (
        lambda m: _one(m, 100, spread=30.0, seed=5),
        lambda m: _one(m, 240, spread=30.0, seed=5),
        "pass",
        "fail",
    ),
    ("rr_long", "smallest residual"): (
        lambda m: _one(m, 30, spread=2.0),
        lambda m: _one(m, 42, spread=2.0),
        "pass",
        "fail",
    ),
    ("rr_short", "residual"): (
        lambda m: _one(m, -100, spread=30.0, seed=5),
        lambda m: _one(m, -240, spread=30.0, seed=5),
        "pass",
        "fail",
    ),
    ("rr_short", "smallest residual"): (
        lambda m: _one(m, -30, spread=2.0),
        lambda m: _one(m, -42, spread=2.0),
        "pass",
        "fail",
    ),
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
        lambda m: _speed(m, slice(300, 305), 12.5),
        lambda m: _speed(m, slice(300, 306), 12.7),
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
    ("distance_leap", "position jump"): (lambda m: _counted(m, 12.4), lambda m: _counted(m, 12.6), "pass", "fail"),
    ("distance_leap", "position jump, ridden"): (
        lambda m: _counted(m, 39.0, sport="cycling"),
        lambda m: _counted(m, 41.0, sport="cycling"),
        "pass",
        "fail",
    ),
    ("distance_leap", "times the local speed"): (
        lambda m: _counted(m, 16.0, speed=4.5),
        lambda m: _counted(m, 16.0, speed=4.2),
        "pass",
        "fail",
    ),
    ("distance_leap", "above three local speeds"): (
        lambda m: _counted(m, 17.9, speed=5.0),
        lambda m: _counted(m, 18.1, speed=5.0),
        "pass",
        "fail",
    ),
    ("distance_leap", "positions jump too, by"): (
        lambda m: _counted(m, 100.0, share=0.49),
        lambda m: _counted(m, 100.0, share=0.51),
        "pass",
        "fail",
    ),
    ("distance_disagreement", "standing"): (
        lambda m: _counted_standing(m, 0.19),
        lambda m: _counted_standing(m, 0.21),
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
        lambda m: _ectopy(m, 22),
        lambda m: _ectopy(m, 18),
        "pass",
        "fail",
    ),
    ("rhythm_irregular", "RMSSD over the median interval"): (
        lambda m: _white(m, 0.11),
        lambda m: _white(m, 0.16),
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
        lambda m: _away(m, 16.0, speed=5.0),
        lambda m: _away(m, 16.0, speed=4.0),
        "pass",
        "fail",
    ),
    ("rr_missed", "far from the local median"): (
        lambda m: m.beats([1000.0] * 150 + [1540.0] + [1000.0] * 150),
        lambda m: m.beats([1000.0] * 150 + [2000.0] + [1000.0] * 150),
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
        lambda m: _turning(m, 84),
        lambda m: _turning(m, 96),
        "pass",
        "fail",
    ),
    ("value_sparse", "days of the last seven"): (lambda m: _sparse(m, 3), lambda m: _sparse(m, 2), "pass", "fail"),
}


@pytest.mark.parametrize("key", CASES, ids=lambda key: f"{key[0]}: {key[1]}")
def test_the_outcome_flips_at_the_threshold(key, make, ask):
    check_name, _ = key
    one_side, other_side, expected_one, expected_other = CASES[key]

    one, other = ask.worst(one_side(make), check_name), ask.worst(other_side(make), check_name)

    assert (one, other) == (expected_one, expected_other)


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
    ("hr_cadence_lock", "usual step"): (
        cadence_lock,
        "USUAL_STEP_S",
        3.0,
        lambda m: _lock(m, step_s=3, late=3),
        "pass",
        "fail",
    ),
    ("position_drift", "usual speed taken"): (
        nowhere,
        "USUAL_MOST",
        5.0,
        lambda m: _walks(m, east_m=1.45, usual=5.0),
        "pass",
        "fail",
    ),
    ("position_zigzag", "turns at most steps"): (
        position_noise,
        "TURNING",
        3.2,
        lambda m: _zigzag(m, 2.2, period=7),
        "fail",
        "pass",
    ),
    ("rr_extra", "residual"): (artifacts, "STRONG", 1e9, lambda m: _early(m, -500, -498, spread=15.0), "fail", "pass"),
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
        lambda m: _early(m, -300, 50, spread=16.0),
        "fail",
        "pass",
    ),
    ("rhythm_irregular", "early beats in an irregular window"): (
        rhythm_windows,
        "PREMATURE",
        -1.0,
        lambda m: m.beats(m.breathing(300, rmssd_ms=190.0)),
        "pass",
        "fail",
    ),
    ("rhythm_irregular", "disorder of a minute"): (
        rhythm_windows,
        "DISORDER",
        0.12,
        lambda m: m.beats(m.breathing(300, rmssd_ms=190.0)),
        "pass",
        "fail",
    ),
    ("night_epochs", "epoch"): (beat_rows, "EPOCH_S", 600, lambda m: _epoch_night(m, 40), "pass", "fail"),
    ("speed_envelope", "speed by position over"): (
        placed,
        "PLACED_WINDOW_S",
        60,
        lambda m: _placed(m, slice(300, 308), 15.0),
        "fail",
        "pass",
    ),
    ("speed_acceleration", "speed by position over"): (
        placed,
        "PLACED_WINDOW_S",
        60,
        lambda m: _placed(m, slice(300, 303), 24.0),
        "fail",
        "pass",
    ),
}


@pytest.mark.parametrize("key", MOVED, ids=lambda key: f"{key[0]}: {key[1]}")
def test_the_outcome_follows_a_number_that_is_moved_under_the_same_data(key, make, ask, monkeypatch):
    module, name, number, build, expected_before, expected_after = MOVED[key]

    before = ask.worst(build(make), key[0])
    monkeypatch.setattr(module, name, replace(getattr(module, name), number=number))
    after = ask.worst(build(make), key[0])

    assert (before, after) == (expected_before, expected_after)


SEVERITIES = {
    ("reading_length", "shortest reading"): (
        lambda m: m.beats(m.breathing(62)),
        lambda m: m.beats(m.breathing(59)),
    ),
    ("reading_length", "fewest pairs"): (
        lambda m: m.beats(m.breathing(51, mean_ms=1400.0)),
        lambda m: m.beats(m.breathing(50, mean_ms=1400.0)),
    ),
    ("position_zigzag", "much longer than its own smooth line"): (
        lambda m: _zigzag(m, 0.95),
        lambda m: _zigzag(m, 1.15),
    ),
    ("hr_flatline", "flat for long"): (lambda m: _flat(m, 179), lambda m: _flat(m, 180)),
    ("night_epochs", "fewest epochs of a night"): (lambda m: _epoch_night(m, 12), lambda m: _epoch_night(m, 11)),
    ("night_unmeasured", "mostly not measured"): (
        lambda m: _night(m, unmeasured_s=0.70 * 8 * 3600),
        lambda m: _night(m, unmeasured_s=0.71 * 8 * 3600),
    ),
}


# (check, threshold): tables on either side, and how many rows the check marks there
STRETCHES = {
    ("altitude_leap", "leap back within"): (
        lambda m: _climb_and_back(m, 120),
        lambda m: _climb_and_back(m, 121),
        (120, 2),
    ),
    ("altitude_leap", "leap back to within"): (
        lambda m: _climb_and_back(m, 60, down=66.0),
        lambda m: _climb_and_back(m, 60, down=64.0),
        (60, 2),
    ),
    ("hr_jump", "jump back within"): (
        lambda m: _leap_and_back(m, 40, 40, 240),
        lambda m: _leap_and_back(m, 40, 40, 241),
        (240, 2),
    ),
    ("hr_jump", "jump back to within"): (
        lambda m: _leap_and_back(m, 45, 20, 100),
        lambda m: _leap_and_back(m, 45, 18, 100),
        (100, 2),
    ),
    ("speed_acceleration", "leap back within"): (
        lambda m: _leap_and_back_by(m, 6.0, 6.0, 10),
        lambda m: _leap_and_back_by(m, 6.0, 6.0, 11),
        (11, 2),
    ),
    ("speed_acceleration", "leap back to within"): (
        lambda m: _leap_and_back_by(m, 8.0, 6.1, 8),
        lambda m: _leap_and_back_by(m, 8.0, 5.9, 8),
        (9, 2),
    ),
    ("position_teleport", "jump back within"): (
        lambda m: _away_and_back(m, 120),
        lambda m: _away_and_back(m, 121),
        (120, 2),
    ),
    ("position_teleport", "jump back to within, ridden"): (
        lambda m: _ridden_away_and_back(m, 3000.0 - 900.0),
        lambda m: _ridden_away_and_back(m, 3000.0 - 950.0),
        (60, 2),
    ),
    ("position_teleport", "jump back to within"): (
        lambda m: _away_and_back(m, 60, 1000.0, 720.0),
        lambda m: _away_and_back(m, 60, 1000.0, 680.0),
        (60, 2),
    ),
}


@pytest.mark.parametrize("key", STRETCHES, ids=lambda key: f"{key[0]}: {key[1]}")
def test_what_returns_in_time_is_marked_as_a_whole(key, make, ask):
    returning, staying, expected = STRETCHES[key]

    marked = [sum(ask.found(build(make), key[0]).segments["row_count"]) for build in (returning, staying)]

    assert tuple(marked) == expected


@pytest.mark.parametrize("key", SEVERITIES, ids=lambda key: f"{key[0]}: {key[1]}")
def test_the_severity_flips_at_the_threshold(key, make, ask):
    doubtful, unusable = SEVERITIES[key]

    found = [ask.found(build(make), key[0]).segments["severity"] for build in (doubtful, unusable)]

    assert [set(severities) for severities in found] == [{"doubtful"}, {"unusable"}]


# (check, threshold): tables on either side, and a word of the evidence that only the second one has
EVIDENCE = {
    ("pace_indoors", "corrected by hand"): (
        lambda m: _belt(m, 1.004),
        lambda m: _belt(m, 1.006),
        "corrected by hand to 1.01",
    ),
}


def _belt(make, ratio):
    given = _stated(make, ratio)
    return {**given, "activities": given["activities"].with_columns(sub_sport=pl.lit("treadmill"))}


@pytest.mark.parametrize("key", EVIDENCE, ids=lambda key: f"{key[0]}: {key[1]}")
def test_the_words_of_the_evidence_flip_at_the_threshold(key, make, ask):
    one, other, words = EVIDENCE[key]

    told = [ask.found(build(make), key[0]).segments["evidence"][0] for build in (one, other)]

    assert [words in evidence for evidence in told] == [False, True]


def test_every_threshold_of_a_check_has_a_case_and_no_case_is_left_over():
    declared = {(check.name, threshold.name) for check in checks() for threshold in check.thresholds}

    assert declared == {*CASES, *MOVED, *SEVERITIES, *STRETCHES, *EVIDENCE}


ELSEWHERE = {
    "artifacts": {
        *("FIRST_LOOK", "ALPHA", "MEDIAN_FACTOR", "SMALLEST_MS", "PRIOR_DROP", "PRIOR_FROM", "PRIOR_SPAN"),
        *("PAIR_BALANCE", "PAIR_KEPT", "AT_END", "HALFWAY", "HALFWAY_MS", "SAME_LENGTH", "C1", "C2"),
    },
    "slowing": {"MOST", "TO_AND_FRO", "ONE_STEP", "STILL_UP", "STAYS", "STAYS_ON"},
    "grades": {"GROSS", "BLAME"},
    "verdicts": {"HARD_SHARE", "NAMED_SHARE"},
    "limits": {"SHORT_LAPS", "LEAST_DECOUPLING_S", "LEAST_COVERAGE"},
    "activity_facts": {"SHORT_LAP_S"},
    "distances": {"FOLLOWS", "LONGER", "LONGER_MOST", "EXPLAINED", "DENSE_S"},
    "placed": {"STRAIGHT_M"},
    "ways": {"BRIDGE"},
    "activity_pairs": {"SHIFT_TOLERANCE", "LARGEST_SHIFT", "SHIFTED_DURATION", "SHIFTED_DISTANCE", "FIRST_YEAR"},
    "clock_evidence": {"ZONE_WIDTH", "CHANGE_DAYS"},
    "clock_habits": {
        *("LEAST_NIGHTS", "LEAST_ACTIVITIES", "UNUSUAL_NIGHT", "SMALL_HOURS", "NEIGHBOURS", "AROUND", "REGULAR"),
    },
    "clock_labels": {"LONE_DAYS", "NEAR_DAYS"},
    "in_use": {"SAME_NIGHT"},
    "merges": {"WHOLE"},
    "resolution": {"UNKNOWN", "MOST_ROUNDING"},
    "same_activity": {
        *("SAME_TIME", "FUZZY_TIME", "INSIDE", "SAME_START", "SAME_DURATION", "SAME_DISTANCE", "SENSOR_DISTANCE"),
        *("SAME_TRACK", "OTHER_TRACK", "SAME_HEART_RATE", "SHIFTED_TRACK", "SHIFTED_TRACK_P90"),
        *("SHIFTED_HEART_RATE", "BACK_TO_BACK", "SHIFTED_TWIN"),
    },
}
"""Thresholds that no check declares: they flip in test_detector_numbers.py, test_limits.py, test_resolution.py,
test_slowing.py and test_ways.py.
Those of what is seen of an athlete as a whole flip in test_same_activity.py, test_merges.py, test_in_use.py and
test_clock_labels.py."""


def test_a_threshold_that_no_check_declares_is_listed_with_those_tested_elsewhere():
    in_checks = {id(threshold) for check in checks() for threshold in check.thresholds}
    free = {}
    for found in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{found.name}")
        names = {
            name
            for name, value in vars(module).items()
            if isinstance(value, Threshold) and id(value) not in in_checks and f"\n{name} = " in _text(module)
        }
        free |= {found.name: names} if names else {}

    assert free == ELSEWHERE


def _text(module):
    return Path(module.__file__).read_text(encoding="utf-8")


def test_no_check_has_two_thresholds_of_one_name():
    names = [(check.name, threshold.name) for check in checks() for threshold in check.thresholds]

    assert len(names) == len(set(names))
