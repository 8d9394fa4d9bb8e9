"""What the Health app of one simulated life would export: the same nights and runs by an Apple Watch, and routes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import polars as pl

from pipelines.simulation.beats import rr_series
from pipelines.simulation.exports import Export, run_of
from pipelines.simulation.frames import record_rows
from pipelines.simulation.lives import ZONE, Life, seconds_of
from pipelines.simulation.running import Run
from pipelines.simulation.sleep import hypnogram, round_the_clock
from pipelines.simulation.writers.apple_health import SPOT_S, HealthDay, Outing, Spot, export_lines, export_zip
from pipelines.simulation.writers.gpx import GpxTrack, gpx_file

SPOTS_BEFORE_WAKING_S = (14_400, 7200, 1800)
"""When the watch takes its readings (s before waking)."""

SPOT_BEATS = 66
"""Beats of a reading of about a minute."""

MISSED_FROM = 0.8
"""Chance above which the watch misses a beat of a reading."""

STRETCH_S = 3600
STEP_HOURS = range(9, 21)


def apple_exports(life: Life) -> Iterator[Export]:
    """export.zip over all days that were measured, exported an hour after the last of them began."""
    seen = [day for day in range(len(life.days.dates)) if life.is_measured(day)]
    runs = {day: run_of(life, day) for day in seen if life.is_run_seen(day)}
    routes = {day: _route_name(start) for day, (start, _) in runs.items() if not life.is_on_treadmill(day)}
    days = [_day(life, day, runs.get(day), routes.get(day)) for day in seen]
    exported = seconds_of(life.wake(seen[-1])) + 86_400
    local = datetime.fromtimestamp(exported, ZONE)
    lines = export_lines(
        days, exported_at=local.replace(tzinfo=timezone(local.utcoffset() or timedelta())), zone=str(ZONE)
    )
    files = {name: _route(runs[day][1], name) for day, name in routes.items()}
    content = export_zip(lines, files, modified=datetime.fromtimestamp(exported, UTC))
    yield Export(path="apple-health/export.zip", content=content, exported_s=exported)


def _day(life: Life, day: int, run: tuple[datetime, Run] | None, route: str | None) -> HealthDay:
    rng = life.chance("second", 5_000 + day)
    wake = seconds_of(life.wake(day))
    midnight = seconds_of(datetime.combine(life.days.dates[day], datetime.min.time(), ZONE))
    asleep_s = float(life.days.sleep_s[day])
    times, rates = round_the_clock(
        rng,
        midnight_s=midnight,
        asleep_from_s=wake - asleep_s,
        wake_s=float(wake),
        resting_bpm=float(life.days.resting_bpm[day]),
    )
    steps = tuple(
        (midnight + 3600 * hour, midnight + 3600 * hour + STRETCH_S, int(rng.integers(50, 900))) for hour in STEP_HOURS
    )
    spots = tuple(
        _spot(life, day, number, swing=float(rng.standard_normal())) for number in range(len(SPOTS_BEFORE_WAKING_S))
    )
    return HealthDay(
        resting_bpm=round(float(life.days.resting_bpm[day])),
        resting_from_s=midnight + 120,
        resting_to_s=midnight + 80_000,
        times_s=times,
        heart_rate_bpm=rates,
        spots=spots,
        night=hypnogram(rng, asleep_s=asleep_s, end_s=wake),
        watch_steps=steps,
        phone_steps=tuple((start, end, round(0.8 * count)) for start, end, count in steps),
        outings=() if run is None else (_outing(run[1], route, is_indoor=life.is_on_treadmill(day)),),
    )


def _spot(life: Life, day: int, number: int, *, swing: float) -> Spot:
    """A reading of a minute whose beats differ as those of the day do, times e to a fifth of the swing."""
    rng = life.chance("second", 10_000 * (1 + number) + day)
    rr_ms = rr_series(
        rng,
        beat_count=SPOT_BEATS,
        mean_rr_ms=60_000.0 / float(life.days.resting_bpm[day]),
        target_rmssd_ms=float(np.exp(life.days.ln_rmssd[day] + 0.2 * swing)),
        is_night=True,
        with_hard_negatives=False,
    )
    kept_ms = rr_ms[np.cumsum(rr_ms) < SPOT_S * 1000.0]
    missed = frozenset({int(rng.integers(5, len(kept_ms) - 5))}) if rng.random() > MISSED_FROM else frozenset[int]()
    return Spot(
        end_s=seconds_of(life.wake(day)) - SPOTS_BEFORE_WAKING_S[number],
        sdnn_ms=round(float(np.std(kept_ms, ddof=1)), 4),
        beats_s=tuple((float(rng.random()) / 2 + np.cumsum(kept_ms) / 1000.0).tolist()),
        missed=missed,
    )


def _outing(run: Run, route: str | None, *, is_indoor: bool) -> Outing:
    rates = run.records["heart_rate_bpm"].drop_nulls().cast(pl.Float64)
    return Outing(
        start_s=run.start_s,
        end_s=run.end_s,
        distance_m=run.true_distance_m,
        average_bpm=run.true_mean_heart_rate_bpm,
        max_bpm=float(rates.max() or 0.0),  # type: ignore[arg-type] # of numbers, by the cast
        pauses=run.pauses,
        is_indoor=is_indoor,
        route=route,
    )


def _route(run: Run, name: str) -> bytes:
    records = record_rows(run.records, athlete_id=0, source_file_id="0" * 16)
    return gpx_file([GpxTrack(records=records, name=name)], creator="Apple Health Export", extensions="apple")


def _route_name(start: datetime) -> str:
    """Name as the app gives it: date and hour on a clock of twelve."""
    return f"route_{start:%Y-%m-%d}_{start.hour % 12 or 12}.{start:%M}{'am' if start.hour < 12 else 'pm'}.gpx"
