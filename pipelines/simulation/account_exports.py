"""What accounts of WHOOP, Oura and Strava would export of one simulated life: the same nights and runs, by each."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.simulation.exports import Export
from pipelines.simulation.frames import night_rows, value_rows
from pipelines.simulation.lives import ZONE, Life, seconds_of
from pipelines.simulation.sleep import hypnogram, night_rmssd
from pipelines.simulation.writers import oura, strava, whoop
from pipelines.tables import conform

OWN_WAY = {"whoop": 1.06, "oura": 0.97}
"""How each vendor's RMSSD stands to the sleeper's own level: no two ways of taking it give one number."""

EASY_SHARE = 0.82
"""Speed of an invented run as a share of the threshold speed."""

RESERVE_SHARES = (0.65, 0.80)
"""Average and highest heart rate of an invented run as shares of the reserve between resting and maximum."""


def account_exports(life: Life) -> Iterator[Export]:
    """WHOOP's cycles, sleeps and workouts, Oura's sleep periods, and Strava's list of activities."""
    seen = [day for day in range(len(life.days.dates)) if life.is_measured(day)]
    last = seconds_of(life.wake(seen[-1])) + 3600
    nights, runs = _nights(life, seen), _runs(life, seen)
    stages, epochs = _stages(life, seen, nights)
    told = {vendor: _values(life, seen, share) for vendor, share in OWN_WAY.items()}
    files = {
        "whoop/physiological_cycles.csv": whoop.cycles_file(nights, told["whoop"], zone=ZONE),
        "whoop/sleeps.csv": whoop.sleeps_file(nights, zone=ZONE),
        "whoop/workouts.csv": whoop.workouts_file(runs, zone=ZONE),
        "oura/sleepmodel.csv": oura.sleep_file(nights, stages, epochs, told["oura"], zone=ZONE),
        "strava/activities.csv": strava.activities_file(runs, file_names={}),
    }
    for path, content in files.items():
        yield Export(path=path, content=content, exported_s=last)


def _nights(life: Life, seen: list[int]) -> pl.DataFrame:
    made = night_rows(
        [life.days.dates[day] for day in seen],
        sleep_s=life.days.sleep_s[seen],
        ends_s=np.array([float(seconds_of(life.wake(day))) for day in seen]),
        athlete_id=life.index,
        device_ids=[""] * len(seen),
    )
    return made.with_columns(is_nap=pl.lit(value=False))


def _values(life: Life, seen: list[int], share: float) -> pl.DataFrame:
    return value_rows(
        [life.days.dates[day] for day in seen],
        rmssd_ms=share * np.exp(life.days.ln_rmssd[seen]),
        resting_bpm=life.days.resting_bpm[seen],
        athlete_id=life.index,
        device_ids=[""] * len(seen),
    )


def _stages(life: Life, seen: list[int], nights: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Stages and five-minute RMSSD of each night, in the columns of sleep_stages and hrv_epochs."""
    stages, epochs = [], []
    for day, night_id in zip(seen, nights["night_id"].to_list(), strict=True):
        made = hypnogram(
            life.chance("watch", day), asleep_s=float(life.days.sleep_s[day]), end_s=seconds_of(life.wake(day))
        )
        starts = [datetime.fromtimestamp(at, UTC) for at in made.starts_s.tolist()]
        ends = [*starts[1:], datetime.fromtimestamp(made.end_s, UTC)]
        stages += [
            {"night_id": night_id, "stage_index": index, "stage": stage, "start_at_utc": start, "end_at_utc": end}
            for index, (stage, start, end) in enumerate(zip(made.stages, starts, ends, strict=True))
        ]
        times, rmssd = night_rmssd(
            life.chance("watch", 10_000 + day), made, ln_rmssd=float(life.days.ln_rmssd[day] + np.log(OWN_WAY["oura"]))
        )
        epochs += [
            {"measured_at_utc": datetime.fromtimestamp(at, UTC), "rmssd_ms": value}
            for at, value in zip(times.tolist(), rmssd.tolist(), strict=True)
        ]
    return conform(pl.DataFrame(stages), "sleep_stages"), conform(pl.DataFrame(epochs), "hrv_epochs")


def _runs(life: Life, seen: list[int]) -> pl.DataFrame:
    """The runs of the days as summaries, in the columns of activities."""
    profile, rows = life.member.profile, []
    average, peak = (profile.resting_bpm + share * (profile.max_bpm - profile.resting_bpm) for share in RESERVE_SHARES)
    for day in seen:
        if life.days.run_kind[day] is None:
            continue
        start = (life.wake(day) + timedelta(hours=3)).astimezone(UTC)
        moving_s = float(np.rint(life.days.run_s[day]))
        rows.append(
            {
                "activity_id": f"run:{day}",
                "start_at_utc": start,
                "end_at_utc": start + timedelta(seconds=moving_s),
                "sport": "running",
                "elapsed_s": moving_s,
                "timer_s": moving_s,
                "distance_m": float(np.rint(EASY_SHARE * profile.threshold_m_per_s * moving_s)),
                "average_heart_rate_bpm": float(np.rint(average)),
                "max_heart_rate_bpm": float(np.rint(peak)),
            }
        )
    return conform(pl.DataFrame(rows), "activities")
