"""Everything one athlete of the generated squad exports, file by file, with the truth of the faults in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from pipelines.simulation.beats import rmssd_ms, rr_series
from pipelines.simulation.faults.contract import Fault
from pipelines.simulation.faults.series import intervals
from pipelines.simulation.frames import beat_rows, record_rows
from pipelines.simulation.lives import Life, Places, seconds_of
from pipelines.simulation.noise import Series
from pipelines.simulation.running import Run, Runner, RunPlan, run
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.simulation.writers.hrv_logger import hrv_logger_file, hrv_logger_name
from pipelines.simulation.writers.rr_text import rr_text_file, rr_text_name

SEVERITY = 2
"""Severity of every fault in the squad."""

MORNING_S = 300.0
"""Length of a morning reading (s)."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """One file: where it goes in the athlete's folder, its bytes, when it was exported, and what is wrong in it."""

    path: str
    content: bytes
    exported_s: int
    """Time of the export (s since 1970, UTC)."""
    faults: list[dict[str, object]] = field(default_factory=list)
    is_failed: bool = False
    """The copy failed: nothing in it can be read."""


def fault_entry(fault: Fault, truth: pl.DataFrame, **details: object) -> dict[str, object]:
    """A fault as the truth file tells it."""
    return {
        "fault": fault.name,
        "table": fault.table,
        "severity": SEVERITY,
        "expected_checks": list(fault.check_names),
        **details,
        "events": truth.drop("event_index").to_dicts(),
    }


def beat_exports(life: Life, places: Places) -> Iterator[Export]:
    """Morning readings, and the last nights as whole nights of beats."""
    if life.member.morning is None:
        return
    for day in range(len(life.days.dates)):
        if life.is_measured(day):
            yield _beats(life, day, places.get((life.index, "beats", day)))


def run_exports(life: Life, places: Places) -> Iterator[Export]:
    """One activity file for each run that a watch saw."""
    for day in range(len(life.days.dates)):
        if life.is_run_seen(day):
            yield _run(life, day, places.get((life.index, "records", day)))


def _beats(life: Life, day: int, fault: Fault | None) -> Export:
    rng, is_night = life.chance("beats", day), life.is_night(day)
    mean_rr = 60_000.0 / (float(life.days.resting_bpm[day]) + (0.0 if is_night else 2.0))
    length_s = float(life.days.sleep_s[day]) if is_night else MORNING_S
    rr = rr_series(
        rng,
        beat_count=int(length_s * 1000.0 / mean_rr),
        mean_rr_ms=mean_rr,
        target_rmssd_ms=float(np.exp(life.days.ln_rmssd[day])),
        is_night=is_night,
    )
    wake = life.wake(day)
    start = wake + timedelta(minutes=4)
    if is_night:
        start = datetime.fromtimestamp(seconds_of(wake) - round(float(rr.sum()) / 1000.0), tz=wake.tzinfo)
    frame = beat_rows(rr, athlete_id=life.index, source_file_id="0" * 16)
    entries = []
    if fault is not None:
        frame, truth = fault.inject(frame, life.chance("fault", day), SEVERITY)
        before = {"clean_rmssd_ms": round(rmssd_ms(rr), 2)}
        entries.append(fault_entry(fault, truth, subject_start_utc=_iso(start), **before))
    starts, damaged = frame["start_s"].to_numpy(), intervals(frame)
    path, content = _beat_file(life, start, starts, damaged)
    exported = seconds_of(start) + int(float(starts[-1])) + 300
    return Export(path=path, content=content, exported_s=exported, faults=entries)


def _beat_file(life: Life, start: datetime, starts_s: Series, rr_ms: Series) -> tuple[str, bytes]:
    if life.member.morning == "rr_text":
        return f"rr/{rr_text_name(start)}", rr_text_file(rr_ms)
    return f"rr/{hrv_logger_name(start)}", hrv_logger_file(local_start=start, start_s=starts_s, rr_ms=rr_ms)


def run_of(life: Life, day: int, *, has_fault: bool = False) -> tuple[datetime, Run]:
    """The run of that day with its local start, as its watch recorded it before any fault."""
    rng = life.chance("run", day)
    start = life.wake(day) + timedelta(minutes=int(rng.integers(45, 600)))
    return start, simulated_run(life, day, start, pause_count=0 if has_fault else int(rng.choice([0, 0, 1, 2])))


def run_path(start: datetime) -> str:
    """Where the file of a run that started then goes."""
    return f"activities/{start:%Y-%m-%d-%H%M}-run.fit"


def _run(life: Life, day: int, fault: Fault | None) -> Export:
    start, simulated = run_of(life, day, has_fault=fault is not None)
    records = record_rows(simulated.records, athlete_id=life.index, source_file_id="0" * 16)
    entries = []
    if fault is not None:
        records, truth = fault.inject(records, life.chance("fault", day), SEVERITY)
        entries.append(fault_entry(fault, truth, subject_start_utc=_iso(start)))
    offset = start.utcoffset()
    content = activity_file(
        FitActivity(
            records=records,
            start_s=simulated.start_s,
            end_s=simulated.end_s,
            pauses=simulated.pauses,
            utc_offset_s=int(offset.total_seconds()) if offset else 0,
            device=life.watch(day),
            has_strap=life.member.has_strap,
            sub_sport="treadmill" if life.is_on_treadmill(day) else None,
        )
    )
    return Export(path=run_path(start), content=content, exported_s=simulated.end_s + 600, faults=entries)


def simulated_run(life: Life, day: int, start: datetime, *, pause_count: int) -> Run:
    """The run of a day (number of the date), without any fault."""
    profile, kind = life.member.profile, life.days.run_kind[day]
    assert kind is not None
    runner = Runner(
        resting_bpm=profile.resting_bpm,
        max_bpm=profile.max_bpm,
        threshold_m_per_s=profile.threshold_m_per_s,
        strain=float(life.days.strain[day]),
        drift_per_hour=float(life.days.drift_per_hour[day]),
        gain=float(life.days.gain[day]),
    )
    plan = RunPlan(
        kind=kind,
        moving_s=int(life.days.run_s[day]),
        start_s=seconds_of(start),
        heart_rate_source="strap" if life.member.has_strap else "wrist",
        is_smart=life.member.watch.recording == "smart",
        is_treadmill=life.is_on_treadmill(day),
        pause_count=pause_count,
    )
    return run(life.chance("run", 10_000 + day), runner, plan)


def _iso(moment: datetime) -> str:
    return f"{np.datetime64(seconds_of(moment), 's')}Z"
