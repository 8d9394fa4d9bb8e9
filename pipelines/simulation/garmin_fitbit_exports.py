"""What two platforms give out of the same nights and days: Garmin's account and service, Fitbit's export."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.simulation.exports import Export
from pipelines.simulation.frames import night_rows
from pipelines.simulation.lives import ZONE, Life, seconds_of
from pipelines.simulation.sleep import Hypnogram, hypnogram, night_rmssd, round_the_clock
from pipelines.simulation.writers import fitbit, garmin_account, garmin_connect_json
from pipelines.tables import conform

TRACKER = "Charge 5"

WAKING_MINUTES = range(8 * 60, 22 * 60)
"""Minutes of the local day in which steps are taken."""


def garmin_members(life: Life) -> Mapping[str, bytes]:
    """Members of a Garmin account export by their path: nights, their RMSSD, summaries of days."""
    seen = _seen(life)
    rmssd = {life.days.dates[day]: round(float(np.exp(life.days.ln_rmssd[day])), 1) for day in seen}
    resting = {life.days.dates[day]: round(float(life.days.resting_bpm[day])) for day in seen}
    steps = {life.days.dates[day]: 6000 + int(life.chance("watch", 30_000 + day).integers(6000)) for day in seen}
    return dict(
        (
            garmin_account.sleep_member(_nights(life, seen)),
            garmin_account.health_status_member(rmssd),
            garmin_account.days_member(resting, steps=steps),
        )
    )


def garmin_account_exports(life: Life) -> Iterator[Export]:
    """The members as files, as they lie in an unpacked account export."""
    for path, content in garmin_members(life).items():
        yield Export(path=f"garmin-account/{path}", content=content, exported_s=_last(life))


def garmin_service_exports(life: Life) -> Iterator[Export]:
    """Answers of Garmin's web service about the last night and day."""
    day = _seen(life)[-1]
    name = life.days.dates[day]
    row = _nights(life, [day]).row(0, named=True)
    night = _hypnogram(life, day)
    told = {
        f"sleep_{name}.json": garmin_connect_json.night_answer(row, _stages(night, row["night_id"])),
        f"hrv_{name}.json": garmin_connect_json.hrv_answer(
            name,
            night_average_ms=round(float(np.exp(life.days.ln_rmssd[day]))),
            epochs=_epochs(life, day, night),
            utc_offset_s=_offset_s(life, day),
        ),
        f"heart_rates_{name}.json": garmin_connect_json.heart_rates_answer(
            name, resting_bpm=round(float(life.days.resting_bpm[day])), rates=_rates(life, day)
        ),
    }
    for file, content in told.items():
        yield Export(path=f"garmin-connect/{file}", content=content, exported_s=_last(life))


def fitbit_exports(life: Life) -> Iterator[Export]:
    """Files of a Fitbit export: sleep logs and days over all dates, streams of the last day."""
    seen = _seen(life)
    last, first = seen[-1], life.days.dates[0]
    nights = _nights(life, seen)
    parts = [_stages(_hypnogram(life, day), nights["night_id"][at]) for at, day in enumerate(seen)]
    rmssd = {life.days.dates[day]: round(float(np.exp(life.days.ln_rmssd[day])), 3) for day in seen}
    resting = {life.days.dates[day]: round(float(life.days.resting_bpm[day]), 3) for day in seen}
    day = life.days.dates[last]
    hrv, series = "Heart Rate Variability", "Global Export Data"
    epochs = _epochs(life, last, _hypnogram(life, last))
    told = {
        f"{series}/sleep-{first}.json": fitbit.sleep_file(nights, pl.concat(parts), zone=ZONE),
        f"{series}/resting_heart_rate-{first}.json": fitbit.resting_file(resting, days=life.days.dates),
        f"{series}/heart_rate-{day}.json": fitbit.heart_rate_file(_rates(life, last)),
        f"{hrv}/Daily {hrv} Summary - {first:%Y-%m}-(1).csv": fitbit.hrv_days_file(rmssd),
        f"{hrv}/{hrv} Details - {day}.csv": fitbit.hrv_details_file(epochs, zone=ZONE),
        f"Physical Activity_GoogleData/steps_{day}.csv": fitbit.steps_file(_steps(life, last), tracker=TRACKER),
    }
    for path, content in told.items():
        yield Export(path=f"fitbit/Takeout/Fitbit/{path}", content=content, exported_s=_last(life))


def _seen(life: Life) -> list[int]:
    return [day for day in range(len(life.days.dates)) if life.is_measured(day)]


def _nights(life: Life, days: list[int]) -> pl.DataFrame:
    """One row a night, with the offset of its waking."""
    rows = night_rows(
        [life.days.dates[day] for day in days],
        sleep_s=life.days.sleep_s[days],
        ends_s=np.array([float(seconds_of(life.wake(day))) for day in days]),
        athlete_id=life.index,
        device_ids=[""] * len(days),
    )
    return rows.with_columns(
        utc_offset_s=pl.Series([_offset_s(life, day) for day in days], dtype=pl.Int32), is_nap=pl.lit(value=False)
    )


def _hypnogram(life: Life, day: int) -> Hypnogram:
    end_s = seconds_of(life.wake(day))
    return hypnogram(life.chance("watch", day), asleep_s=float(life.days.sleep_s[day]), end_s=end_s)


def _stages(night: Hypnogram, night_id: str) -> pl.DataFrame:
    bounds = [datetime.fromtimestamp(at, UTC) for at in (*night.starts_s.tolist(), float(night.end_s))]
    rows = pl.DataFrame(
        {
            "night_id": night_id,
            "stage_index": list(range(len(night.stages))),
            "stage": list(night.stages),
            "start_at_utc": bounds[:-1],
            "end_at_utc": bounds[1:],
        }
    )
    return conform(rows, "sleep_stages")


def _epochs(life: Life, day: int, night: Hypnogram) -> pl.DataFrame:
    times, values = night_rmssd(life.chance("watch", 10_000 + day), night, ln_rmssd=float(life.days.ln_rmssd[day]))
    moments = [datetime.fromtimestamp(at, UTC) for at in times.tolist()]
    return conform(pl.DataFrame({"measured_at_utc": moments, "rmssd_ms": values}), "hrv_epochs")


def _rates(life: Life, day: int) -> pl.DataFrame:
    midnight = datetime.combine(life.days.dates[day], datetime.min.time(), ZONE)
    wake_s = float(seconds_of(life.wake(day)))
    times, rates = round_the_clock(
        life.chance("watch", 20_000 + day),
        midnight_s=seconds_of(midnight),
        asleep_from_s=wake_s - float(life.days.sleep_s[day]),
        wake_s=wake_s,
        resting_bpm=float(life.days.resting_bpm[day]),
    )
    moments = [datetime.fromtimestamp(at, UTC) for at in times.tolist()]
    rows = pl.DataFrame({"device_id": "", "measured_at_utc": moments, "heart_rate_bpm": rates})
    return conform(rows, "heart_rates")


def _steps(life: Life, day: int) -> list[tuple[datetime, int]]:
    midnight = datetime.combine(life.days.dates[day], datetime.min.time(), ZONE).astimezone(UTC)
    counts = life.chance("watch", 40_000 + day).poisson(9.0, len(WAKING_MINUTES)).tolist()
    return [(midnight + timedelta(minutes=minute), count) for minute, count in zip(WAKING_MINUTES, counts, strict=True)]


def _offset_s(life: Life, day: int) -> int:
    offset = life.wake(day).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _last(life: Life) -> int:
    last: date = life.days.dates[-1]
    return seconds_of(datetime.combine(last, datetime.min.time(), ZONE) + timedelta(hours=22))
