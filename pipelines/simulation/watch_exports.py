"""What a watch exports of nights and days: HRV status, sleep, monitoring; and what its athlete writes down."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import cast

import numpy as np
import polars as pl

from pipelines.readers.experiment_files import plan_name, plan_text, report_name
from pipelines.simulation.athlete import USUAL_MIN, weekly_plan
from pipelines.simulation.calendar import NOTES
from pipelines.simulation.devices import Device
from pipelines.simulation.experiments import done_file
from pipelines.simulation.exports import SEVERITY, Export, fault_entry
from pipelines.simulation.frames import night_rows, value_rows
from pipelines.simulation.lives import ZONE, Life, Places, seconds_of
from pipelines.simulation.running import FRACTION
from pipelines.simulation.sleep import hypnogram, night_rmssd, round_the_clock
from pipelines.simulation.writers.athlete_toml import athlete_card
from pipelines.simulation.writers.fit_nights import IdleDay, RestingDay, hrv_status_file, monitoring_file, sleep_file
from pipelines.simulation.writers.notes_csv import Note, notes_file
from pipelines.simulation.writers.plan_csv import Planned, plan_file
from pipelines.simulation.writers.wellness_csv import Answers, wellness_file

MONITORING_DAYS = 7
"""How many days one monitoring file holds."""

Entries = list[dict[str, object]]


def watch_exports(life: Life, places: Places) -> Iterator[Export]:
    """Nightly HRV status and sleep files, weekly monitoring files, of those whose watch measures at night."""
    if life.member.morning is not None:
        return
    seen = [day for day in range(len(life.days.dates)) if life.is_measured(day)]
    values, value_faults = _struck(life, places, "daily_values", _values(life, seen))
    nights, night_faults = _struck(life, places, "nights", _nights(life, seen))
    rmssd = _by_date(values.filter(pl.col("metric") == "rmssd"), "value_date", "measured_value")
    resting = _by_date(values.filter(pl.col("metric") == "resting_heart_rate"), "value_date", "measured_value")
    sleep = _by_date(nights, "night_date", "sleep_duration_s")
    week: list[float] = []
    for day in seen:
        name = life.days.dates[day]
        if name not in rmssd:
            continue
        week = [*week, rmssd[name]][-7:]
        told = _told_on(name, value_faults)
        yield _status(life, day, rmssd_ms=rmssd[name], week=week, asleep_s=sleep[name], faults=told)
        yield _sleep(life, day, sleep[name], _told_on(name, night_faults))
    read_out = [day for day in range(len(life.days.dates)) if life.cause(day) != "not_synced"]
    known = [day for day in read_out if not life.is_measured(day) or life.days.dates[day] in resting]
    for days in _weeks(known):
        for run_of_days in _same_watch(life, days):
            yield _monitoring(life, run_of_days, resting)


def _weeks(days: list[int]) -> Iterator[list[int]]:
    """The days in files of a week at most, none of which reaches over a day that was never read out."""
    week: list[int] = []
    for day in days:
        if week and (len(week) == MONITORING_DAYS or day != week[-1] + 1):
            yield week
            week = []
        week.append(day)
    if week:
        yield week


def written_exports(life: Life) -> Iterator[Export]:
    """The card, the notes and the questionnaire."""
    last = _evening(life.days.dates[-1])
    yield Export(path="athlete.toml", content=athlete_card(life.member), exported_s=last)
    kinds = {"day_off": "off", "not_worn": "other"}
    notes = [
        Note(day=gap.day, author="athlete", kind=kinds.get(gap.cause, gap.cause), words=NOTES[gap.cause])
        for gap in life.gaps
        if gap.is_noted
    ]
    if life.member.new_watch is not None:
        changed = life.days.dates[len(life.days.dates) // 2]
        notes.append(Note(day=changed, author="athlete", kind="device", words="New watch from today."))
    if life.episode is not None:
        told = max(life.episode.first, life.days.dates[0]) + timedelta(days=2)
        notes.append(Note(day=told, author="coach", kind="note", words="Says the legs feel heavy on easy runs."))
    if notes:
        yield Export(path="notes.csv", content=notes_file(notes), exported_s=last)
    if life.member.has_plan:
        yield Export(path="plan.csv", content=plan_file(list(_plan(life))), exported_s=last)
    yield Export(path="wellness.csv", content=wellness_file(list(answers(life))), exported_s=last)


def experiment_exports(life: Life) -> Iterator[Export]:
    """The plan of each experiment, written down before its first day, and what was done."""
    for told in life.experiments:
        name, planned_on = told.planned.experiment_id, told.planned.planned_on
        yield Export(
            path=plan_name(name),
            content=plan_text(told.planned).encode(),
            exported_s=_evening(min(planned_on, life.days.dates[-1])),
        )
        if told.done:
            yield Export(path=report_name(name), content=done_file(told), exported_s=_evening(life.days.dates[-1]))


def _plan(life: Life) -> Iterator[Planned]:
    """Every day as the coach planned it, and the week to come; nobody plans to be ill."""
    weekly = weekly_plan(life.member.profile)
    dates = life.days.dates
    for name in (*dates, *(dates[-1] + timedelta(days=ahead) for ahead in range(1, 8))):
        kind = weekly.get(name.weekday())
        length_s = None if kind is None else 60.0 * USUAL_MIN[kind]
        words = "" if kind is None else f"{kind}, at {_pace(FRACTION[kind] * life.member.profile.threshold_m_per_s)}"
        yield Planned(day=name, sport=None if kind is None else "running", duration_s=length_s, words=words)


def _pace(speed_m_per_s: float) -> str:
    seconds = round(1000.0 / speed_m_per_s)
    return f"{seconds // 60}:{seconds % 60:02d} per km"


def _values(life: Life, seen: list[int]) -> pl.DataFrame:
    return value_rows(
        [life.days.dates[day] for day in seen],
        rmssd_ms=np.exp(life.days.ln_rmssd[seen]),
        resting_bpm=life.days.resting_bpm[seen],
        athlete_id=life.index,
        device_ids=[str(life.watch(day).serial) for day in seen],
    )


def _nights(life: Life, seen: list[int]) -> pl.DataFrame:
    return night_rows(
        [life.days.dates[day] for day in seen],
        sleep_s=life.days.sleep_s[seen],
        ends_s=np.array([float(seconds_of(life.wake(day))) for day in seen]),
        athlete_id=life.index,
        device_ids=[str(life.watch(day).serial) for day in seen],
    )


def _struck(life: Life, places: Places, table: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, Entries]:
    """The frame with the faults that strike this athlete, and their entries with the dates they changed."""
    entries: Entries = []
    dated = "value_date" if table == "daily_values" else "night_date"
    for number, ((index, _, day), fault) in enumerate(places.items()):
        if index == life.index and day < 0 and fault.table == table:
            # a chance of its own for each: else all of them would strike the same days and hide each other
            frame, truth = fault.inject(frame, life.chance("fault", number), SEVERITY)
            rows = truth["row_indices"].explode().to_list()
            dates = sorted({frame[dated][row] for row in rows})
            told = {"first_date": dates[0], "dates": [day.isoformat() for day in dates]}
            entries.append(fault_entry(fault, truth, **told))
    return frame, entries


def _told_on(name: date, untold: Entries) -> Entries:
    """The faults to tell with the file of that date: those not told yet that struck it, each once."""
    told = [entry for entry in untold if name.isoformat() in cast("list[str]", entry["dates"])]
    for entry in told:
        untold.remove(entry)
    return told


def _by_date(frame: pl.DataFrame, day: str, value: str) -> dict[date, float]:
    return dict(zip(frame[day].to_list(), frame[value].to_list(), strict=True))


def _status(life: Life, day: int, *, rmssd_ms: float, week: list[float], asleep_s: float, faults: Entries) -> Export:
    end = seconds_of(life.wake(day))
    night = hypnogram(life.chance("watch", day), asleep_s=asleep_s, end_s=end)
    times, epochs = night_rmssd(life.chance("watch", 10_000 + day), night, ln_rmssd=float(np.log(rmssd_ms)))
    content = hrv_status_file(
        device=life.watch(day),
        times_s=times,
        rmssd_ms=epochs,
        night_average_ms=rmssd_ms,
        week_average_ms=float(np.mean(week)),
        measured_s=end,
    )
    return Export(path=_path(life, day, "hrv-status"), content=content, exported_s=end + 900, faults=faults)


def _sleep(life: Life, day: int, asleep_s: float, faults: Entries) -> Export:
    end = seconds_of(life.wake(day))
    night = hypnogram(life.chance("watch", day), asleep_s=asleep_s, end_s=end)
    score = int(np.clip(60.0 + 40.0 * (asleep_s / life.member.profile.sleep_need_s - 0.6), 20, 99))
    content = sleep_file(
        device=life.watch(day), starts_s=night.starts_s, stages=list(night.stages), end_s=end, score=score
    )
    return Export(path=_path(life, day, "sleep"), content=content, exported_s=end + 900, faults=faults)


def _monitoring(life: Life, days: list[int], resting: dict[date, float]) -> Export:
    rows: list[RestingDay | IdleDay] = []
    for day in days:
        local_midnight = datetime.combine(life.days.dates[day], datetime.min.time(), ZONE)
        offset = local_midnight.utcoffset()
        if not life.is_measured(day):
            rows.append(IdleDay(measured_s=seconds_of(local_midnight) + 86_000))
            continue
        times, rates = round_the_clock(
            life.chance("watch", 20_000 + day),
            midnight_s=seconds_of(local_midnight),
            asleep_from_s=float(seconds_of(life.wake(day)) - life.days.sleep_s[day]),
            wake_s=float(seconds_of(life.wake(day))),
            resting_bpm=float(life.days.resting_bpm[day]),
        )
        recent = [resting[life.days.dates[other]] for other in days if other <= day and life.is_measured(other)]
        rows.append(
            RestingDay(
                measured_s=int(times[-1]),
                utc_offset_s=int(offset.total_seconds()) if offset else 0,
                resting_bpm=resting[life.days.dates[day]],
                week_resting_bpm=float(np.mean(recent)),
                times_s=times,
                heart_rate_bpm=rates,
            )
        )
    content = monitoring_file(device=life.watch(days[-1]), days=rows)
    return Export(path=_path(life, days[0], "monitoring"), content=content, exported_s=rows[-1].measured_s + 3600)


def _same_watch(life: Life, days: list[int]) -> Iterator[list[int]]:
    """The days in runs worn with one watch: a monitoring file comes from one device."""
    watches: list[Device] = list(dict.fromkeys(life.watch(day) for day in days))
    for watch in watches:
        yield [day for day in days if life.watch(day) == watch]


def answers(life: Life) -> Iterator[Answers]:
    """A morning's answers on most days, also on some without a device."""
    for day, name in enumerate(life.days.dates):
        rng = life.chance("answers", day)
        if rng.random() > 0.85:
            continue
        form = float(life.days.ln_rmssd[day] - life.member.profile.level_ln_ms)
        mark = 3.6 + 2.0 * form - 1.0 * float(life.days.strain[day])
        marks = np.clip(np.rint(mark + 0.6 * rng.standard_normal(5)), 1, 5).astype(int).tolist()
        ran_s = float(life.days.run_s[day - 1]) if day else 0.0
        effort = {"easy": 3, "strides": 4, "steady": 5, "long": 5, "intervals": 7, "hills": 6}
        kind = life.days.run_kind[day - 1] if day else None
        yield Answers(
            answered_local=datetime.combine(name, life.wake(day).time()) + timedelta(minutes=10),
            fatigue=marks[0],
            sleep_quality=marks[1],
            muscle_soreness=marks[2],
            stress=marks[3],
            mood=marks[4],
            rpe=None if kind is None else int(np.clip(effort[kind] + rng.integers(-1, 2), 1, 10)),
            minutes=None if kind is None else round(ran_s / 60.0),
        )


def _path(life: Life, day: int, kind: str) -> str:
    return f"watch/{life.days.dates[day].isoformat()}-{kind}.fit"


def _evening(day: date) -> int:
    return seconds_of(datetime.combine(day, datetime.min.time(), ZONE) + timedelta(hours=21))
