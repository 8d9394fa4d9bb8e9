"""Subjects with known truth for the quality bench: one fault each, or none, in the columns of the table contracts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.proofs.scoring import Event
from pipelines.simulation.athlete import Profile, RunKind, dates_until, live
from pipelines.simulation.beats import MEAN_RR_MS, rmssd_ms, rr_series
from pipelines.simulation.faults.contract import Fault
from pipelines.simulation.frames import (
    activity_row,
    beat_rows,
    night_rows,
    pause_rows,
    record_rows,
    series_row,
    value_rows,
)
from pipelines.simulation.noise import Series
from pipelines.simulation.running import BELT_BIAS, OPEN_BIAS, Runner, RunPlan, run
from pipelines.tables import conform, empty

FIRST_START = datetime(2026, 6, 1, 6, 30, tzinfo=UTC)
READING_S = 300.0
"""Length of a morning reading (s)."""

CONTEXT_BEATS = 1800
"""The reading is a cut of so many beats, whose RMSSD is what the reading is an estimate of."""

NIGHT_BEATS = 22_000
RUN_S = 2400
EARLIER_RUN_S = 1500
WATCH_DAYS = 70
"""Size of the other subjects: beats of a night, seconds of a run and of those before it, days of a watch."""

KINDS: tuple[RunKind, ...] = ("steady", "easy", "long", "intervals", "hills")
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One subject, or for nights and values one athlete, and what is known about it."""

    severity: int
    subject_kind: str
    subject_ids: tuple[str, ...]
    """One for beats and runs; for nights and values one per row."""
    row_count: int
    events: tuple[Event, ...] = ()
    clean_ln: float | None = None
    """lnRMSSD of the very beats before the fault."""
    raw_ln: float | None = None
    """lnRMSSD of the beats with the fault, nothing left out."""
    true_ln: float | None = None
    """lnRMSSD of the longer stretch the reading is a cut of."""
    truths: Mapping[str, float] = field(default_factory=dict)
    """What the figures of the subject stand for. Of beats: ln_rmssd of the longer stretch they are a cut of, mean_rr_ms
    of the recording itself, without a fault. Of a run: distance_m, mean_speed_m_per_s, mean_heart_rate_bpm of a sensor
    without error; and sensor_fraction, by what the generator's watch is off as it is made (standard deviation)."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Subjects to be judged together."""

    tables: Tables
    cases: tuple[Case, ...]


@dataclass
class _Builder:
    """Collects the frames of subjects."""

    frames: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def add(self, table: str, frame: pl.DataFrame) -> None:
        self.frames.setdefault(table, []).append(frame)

    def batch(self) -> Batch:
        names: tuple[str, ...] = ("activities", "pauses", "laps", "records", "beat_series", "beats", "nights")
        names += ("sleep_stages", "daily_values", "hrv_epochs", "notes", "wellness_answers", "athletes")
        tables = {name: pl.concat(self.frames[name]) if name in self.frames else empty(name) for name in names}
        if "sessions" in self.frames:
            tables["sessions"] = pl.concat(self.frames["sessions"])
        return Batch(tables=tables, cases=tuple(self.cases))


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One subject to build: what kind, with which fault, and what is special about it."""

    table: str
    number: int
    """Number of the subject in the batch; also its athlete."""
    fault: Fault | None = None
    severity: int = 0
    rmssd: float | None = None
    """RMSSD (ms) wanted; drawn when not given."""
    is_night: bool = False
    night_stretch: int = 1
    """The night is the middle of a sleep so many times as long."""
    kind: RunKind = "steady"
    is_wrist: bool = False
    is_smart: bool = False
    is_treadmill: bool = False
    pause_count: int = 0
    history_count: int = 0
    """So many earlier runs of the same runner come with it."""
    has_new_device: bool = False
    """Half-way the values come from another device that states the same."""
    time_zone_hours: int = 0
    """For the last two weeks the nights are spent so many hours of time zone away, as the file states."""


def build(wishes: Iterable[Wish], *, seed: int, salt: int) -> Batch:
    """The subjects wished for; the same seed and salt give the same rows."""
    builder = _Builder()
    makers: dict[str, Callable[[_Builder, Wish, np.random.Generator], None]] = {
        "beats": _add_beats,
        "records": _add_run,
        "nights": _add_watch,
        "daily_values": _add_watch,
    }
    for wish in wishes:
        makers[wish.table](builder, wish, np.random.default_rng([seed, salt, wish.severity, wish.number]))
    return builder.batch()


def fault_wishes(fault: Fault, *, severities: Iterable[int], count: int) -> list[Wish]:
    """So many subjects for each severity of a fault; runs of all kinds, straps and wrists in turn."""
    return [
        Wish(
            table=fault.table,
            number=severity * 1000 + number,
            fault=fault,
            severity=severity,
            kind=KINDS[number % len(KINDS)],
            is_wrist="lock" in fault.name or number % 2 == 1,
            history_count=fault.history_count,
        )
        for severity in severities
        for number in range(count)
    ]


def _add_beats(builder: _Builder, wish: Wish, rng: np.random.Generator) -> None:
    mean_rr = float(rng.uniform(*MEAN_RR_MS))
    beat_count = NIGHT_BEATS * wish.night_stretch if wish.is_night else CONTEXT_BEATS
    whole = rr_series(
        rng, beat_count=beat_count, mean_rr_ms=mean_rr, target_rmssd_ms=wish.rmssd, is_night=wish.is_night
    )
    first = (beat_count - NIGHT_BEATS) // 2 if wish.is_night else 600
    rr = whole[first : first + (NIGHT_BEATS if wish.is_night else int(READING_S * 1000.0 / mean_rr))]
    frame = beat_rows(rr, athlete_id=wish.number, source_file_id=f"beats-{wish.number:06d}")
    frame, events = _struck(wish, frame, rng)
    start = FIRST_START - timedelta(hours=8.0 if wish.is_night else 0.0)
    builder.add("beats", frame)
    row = series_row(frame, start_at_utc=start, reading="night" if wish.is_night else "morning")
    builder.add("beat_series", row)
    builder.cases.append(
        Case(
            severity=wish.severity,
            subject_kind="beat_series",
            subject_ids=(row["series_id"][0],),
            row_count=frame.height,
            events=events,
            clean_ln=float(np.log(rmssd_ms(rr))),
            raw_ln=float(np.log(rmssd_ms(frame["rr_ms"].to_numpy()))),
            true_ln=float(np.log(rmssd_ms(whole))),
            truths={"ln_rmssd": _level_ln(whole, is_night=wish.is_night), "mean_rr_ms": float(rr.mean())},
        )
    )


def _level_ln(rr_ms: Series, *, is_night: bool) -> float:
    """The ln RMSSD of clean beats, as it is told of them: of a night the median over five minutes at a time."""
    if not is_night:
        return float(np.log(rmssd_ms(rr_ms)))
    ends_s = np.cumsum(rr_ms) / 1000.0
    places = np.searchsorted(ends_s, np.arange(READING_S, ends_s[-1], READING_S))
    return float(np.log(np.median([rmssd_ms(part) for part in np.split(rr_ms, places)[:-1]])))


def _add_run(builder: _Builder, wish: Wish, rng: np.random.Generator) -> None:
    source = "wrist" if wish.is_wrist else "strap"
    runner = Runner(
        resting_bpm=rng.uniform(44.0, 58.0), max_bpm=rng.uniform(176.0, 196.0), threshold_m_per_s=rng.uniform(3.3, 4.6)
    )
    simulated = run(
        rng,
        runner,
        RunPlan(
            kind=wish.kind,
            moving_s=RUN_S,
            start_s=int(FIRST_START.timestamp()),
            heart_rate_source="wrist" if wish.is_wrist else "strap",
            is_smart=wish.is_smart,
            is_treadmill=wish.is_treadmill,
            pause_count=wish.pause_count,
        ),
    )
    clean = record_rows(simulated.records, athlete_id=wish.number, source_file_id=f"run-{wish.number:06d}")
    frame, events = _struck(wish, clean, rng)
    sub_sport = "treadmill" if wish.is_treadmill else None
    row = activity_row(frame, simulated, heart_rate_source=source, sub_sport=sub_sport)
    builder.add("records", frame)
    builder.add("activities", row)
    builder.add("athletes", _athlete(wish.number, heart_rate_max_bpm=round(runner.max_bpm)))
    builder.add("pauses", pause_rows(frame, simulated))
    _add_history(builder, wish, rng, runner)
    builder.cases.append(
        Case(
            severity=wish.severity,
            subject_kind="activity",
            subject_ids=(row["activity_id"][0],),
            row_count=frame.height,
            events=events,
            truths={
                "distance_m": simulated.true_distance_m,
                "mean_speed_m_per_s": simulated.true_distance_m / RUN_S,
                "mean_heart_rate_bpm": simulated.true_mean_heart_rate_bpm,
                "sensor_fraction": BELT_BIAS if wish.is_treadmill else OPEN_BIAS,
            },
        )
    )


def _add_history(builder: _Builder, wish: Wish, rng: np.random.Generator, runner: Runner) -> None:
    """Earlier runs of the same runner, every fourth day, short and with few records; they are no cases."""
    for back in range(1, wish.history_count + 1):
        plan = RunPlan(
            kind=("easy", "steady", "long")[back % 3],
            moving_s=EARLIER_RUN_S,
            start_s=int((FIRST_START - timedelta(days=4 * back)).timestamp()),
            heart_rate_source="wrist" if wish.is_wrist else "strap",
            is_smart=True,
        )
        earlier = run(rng, runner, plan)
        name = f"run-{wish.number:06d}-{back:02d}"
        frame = record_rows(earlier.records, athlete_id=wish.number, source_file_id=name)
        builder.add("records", frame)
        source = "wrist" if wish.is_wrist else "strap"
        builder.add("activities", activity_row(frame, earlier, heart_rate_source=source, sub_sport=None))


def _add_watch(builder: _Builder, wish: Wish, rng: np.random.Generator) -> None:
    """Nights and daily values of one athlete; the case is about the table wished for."""
    profile = Profile(
        level_ln_ms=float(rng.uniform(3.4, 4.6)),
        resting_bpm=float(rng.uniform(44.0, 58.0)),
        max_bpm=188.0,
        threshold_m_per_s=3.9,
        sleep_need_s=3600.0 * float(rng.uniform(7.0, 8.5)),
        wake_hour=6.5,
        runs_per_week=4,
    )
    days = live(rng, profile, dates=dates_until(FIRST_START.date(), WATCH_DAYS))
    dates, devices = list(days.dates), ["generator:watch:1"] * WATCH_DAYS
    midnight_s = np.array([datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() for day in dates])
    values = value_rows(
        dates,
        rmssd_ms=np.exp(days.ln_rmssd),
        resting_bpm=days.resting_bpm,
        athlete_id=wish.number,
        device_ids=devices,
    )
    ends_s = midnight_s + days.wake_s
    nights = night_rows(dates, sleep_s=days.sleep_s, ends_s=ends_s, athlete_id=wish.number, device_ids=devices)
    frames = {"daily_values": _with_device(values, wish), "nights": _travelled(_own_nights(nights), wish)}
    builder.add("sessions", _sessions(dates, ends_s, athlete_id=wish.number))
    builder.add("athletes", _athlete(wish.number))
    frames[wish.table], events = _struck(wish, frames[wish.table], rng)
    for table, frame in frames.items():
        builder.add(table, frame)
    ids = _value_ids(frames["daily_values"]) if wish.table == "daily_values" else frames["nights"]["night_id"].to_list()
    builder.cases.append(
        Case(
            severity=wish.severity,
            subject_kind="daily_value" if wish.table == "daily_values" else "night",
            subject_ids=tuple(ids),
            row_count=len(ids),
            events=events,
        )
    )


def _athlete(athlete_id: int, *, heart_rate_max_bpm: int | None = None) -> pl.DataFrame:
    """The card of one athlete: thirty years old, in UTC."""
    card = {"athlete_id": athlete_id, "folder": f"athlete-{athlete_id}", "display_name": "", "squad": "bench"}
    known = {"time_zone": "UTC", "birth_year": FIRST_START.year - 30, "heart_rate_max_bpm": heart_rate_max_bpm}
    return conform(pl.DataFrame([{**card, **known, "is_simulated": True}]), "athletes")


def _with_device(values: pl.DataFrame, wish: Wish) -> pl.DataFrame:
    """The values, with another device from half-way on where that is wished."""
    days = values["value_date"].unique().sort()
    later = pl.col("value_date") >= days[len(days) // 2]
    other = pl.when(later).then(pl.col("device_id") + ":2").otherwise("device_id")
    return values.with_columns(device_id=other) if wish.has_new_device else values


def _travelled(nights: pl.DataFrame, wish: Wish) -> pl.DataFrame:
    """The nights, the last two weeks of them in another time zone where that is wished: local hours stay."""
    away = pl.int_range(pl.len()) >= nights.height - 14
    hours = pl.when(away).then(pl.lit(wish.time_zone_hours)).otherwise(0)
    return nights.with_columns(
        pl.col("start_at_utc") - pl.duration(hours=hours),
        pl.col("end_at_utc") - pl.duration(hours=hours),
        (pl.col("utc_offset_s") + 3600 * hours).cast(nights.schema["utc_offset_s"]).alias("utc_offset_s"),
    )


def _sessions(dates: list[date], ends_s: Series, *, athlete_id: int) -> pl.DataFrame:
    """A run of forty minutes each day, 45 minutes after waking, without its records."""
    starts = [datetime.fromtimestamp(end + 2700.0, UTC) for end in ends_s]
    rows = pl.DataFrame(
        {
            "activity_id": [f"session-{athlete_id:06d}-{day:%Y%m%d}" for day in dates],
            "athlete_id": athlete_id,
            "source_file_id": [f"session-{day:%Y%m%d}" for day in dates],
            "start_at_utc": starts,
            "end_at_utc": [start + timedelta(seconds=2400) for start in starts],
            "time_basis": "utc",
            "local_date": dates,
            "sport": "running",
            "heart_rate_source": "strap",
            "elapsed_s": 2400.0,
            "timer_s": 2400.0,
            "record_count": 0,
        }
    )
    return conform(rows, "activities")


def _own_nights(nights: pl.DataFrame) -> pl.DataFrame:
    """Keys that no other athlete's nights have."""
    own = pl.concat_str(pl.lit("n"), pl.col("athlete_id").cast(pl.String), pl.col("night_id"), separator="-")
    return nights.with_columns(night_id=own)


def _value_ids(values: pl.DataFrame) -> list[str]:
    key = pl.concat_str(
        pl.col("athlete_id").cast(pl.String),
        "metric",
        "method",
        "device_id",
        pl.col("value_date").dt.to_string("%Y-%m-%d"),
        separator="|",
    )
    return values.select(key)["athlete_id"].to_list()


def _struck(wish: Wish, frame: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, tuple[Event, ...]]:
    if wish.fault is None:
        return frame, ()
    damaged, truth = wish.fault.inject(frame, rng, wish.severity)
    events = tuple(
        Event(rows=frozenset(row["row_indices"]), start_s=row["start_s"], end_s=row["end_s"])
        for row in truth.to_dicts()
    )
    return damaged, events
