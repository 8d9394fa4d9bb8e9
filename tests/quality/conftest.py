"""Activities, beats, nights and days made by hand or from a seed, and what the judge says of them."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from pipelines import tables
from pipelines.quality.catalogue import checks
from pipelines.quality.judge import NEEDED, judge_alone
from pipelines.quality.verdicts import decide

START = datetime(2026, 3, 1, 6, tzinfo=UTC)


def _run(
    count=1200,
    *,
    name="a",
    sport="running",
    sub_sport=None,
    source="strap",
    step_s=1,
    pauses=(),
    start=START,
    **columns,
):
    """Tables of one steady run: 3 m/s to the north, heart rate around 140, one record every `step_s` seconds."""
    time_s = np.arange(count) * step_s
    wave = 140 + np.round(6 * np.sin(time_s / 47.0) + 2 * np.sin(time_s / 11.0))
    speed = 3.0 + 0.2 * np.sin(time_s / 60.0)
    distance = np.concatenate([[0.0], np.cumsum(speed[1:] * step_s)])
    rows = {
        "athlete_id": 1,
        "source_file_id": "f",
        "activity_id": name,
        "record_index": np.arange(count),
        "recorded_at_utc": [start + timedelta(seconds=float(t)) for t in time_s],
        "latitude_deg": 47.0 + distance / 111_195.0,
        "longitude_deg": np.full(count, 8.0),
        "distance_m": distance,
        "speed_m_per_s": speed,
        "heart_rate_bpm": wave,
        "cadence_rpm": np.full(count, 85.0),
        **columns,
    }
    records = pl.DataFrame(
        {key: value.tolist() if isinstance(value, np.ndarray) else value for key, value in rows.items()}
    )
    activity = {
        "activity_id": name,
        "athlete_id": 1,
        "source_file_id": "f",
        "start_at_utc": start,
        "end_at_utc": start + timedelta(seconds=float(time_s[-1])),
        "time_basis": "utc",
        "local_date": start.date(),
        "sport": sport,
        "sub_sport": sub_sport,
        "heart_rate_source": source,
        "record_count": count,
    }
    pause_rows = [
        {
            "activity_id": name,
            "pause_index": i,
            "athlete_id": 1,
            "source_file_id": "f",
            "start_at_utc": start + timedelta(seconds=a),
            "end_at_utc": start + timedelta(seconds=b),
        }
        for i, (a, b) in enumerate(pauses)
    ]
    return {
        "records": tables.conform(records, "records"),
        "activities": tables.conform(pl.DataFrame([activity]), "activities"),
        "pauses": _table(pause_rows, "pauses"),
    }


def _beats(
    rr_ms, *, name="s", reading="morning", start_s=None, day=date(2026, 3, 1), device="strap", resolution_ms=1.0
):
    rr = np.asarray(rr_ms, dtype=float)
    starts = np.concatenate([[0.0], np.cumsum(rr)[:-1]]) / 1000 if start_s is None else np.asarray(start_s, dtype=float)
    frame = pl.DataFrame(
        {
            "athlete_id": 1,
            "source_file_id": "f",
            "series_id": name,
            "beat_index": np.arange(len(rr)),
            "start_s": starts,
            "rr_ms": rr,
        }
    )
    begin = datetime.combine(day, START.time(), tzinfo=UTC)
    series = {
        "series_id": name,
        "athlete_id": 1,
        "source_file_id": "f",
        "start_at_utc": begin,
        "end_at_utc": begin + timedelta(seconds=float(rr.sum() / 1000)),
        "time_basis": "utc",
        "local_date": day,
        "reading": reading,
        "device_id": device,
        "interval_count": len(rr),
        "resolution_ms": resolution_ms,
    }
    return {
        "beats": tables.conform(frame, "beats"),
        "beat_series": tables.conform(pl.DataFrame([series]), "beat_series"),
    }


def _breathing(count, *, seed=1, mean_ms=1000.0, rmssd_ms=45.0, period=4.3):
    """Healthy beats: a breathing wave with some noise, scaled to a given RMSSD."""
    rng = np.random.default_rng(seed)
    wave = np.sin(2 * np.pi * np.cumsum(1 / (period * (1 + 0.06 * rng.standard_normal(count)))))
    fast = wave + 0.25 * rng.standard_normal(count)
    fast *= rmssd_ms / np.sqrt(np.mean(np.diff(fast) ** 2))
    return np.round(mean_ms + fast + 15 * np.sin(np.arange(count) / 9.0))


def _nights(*rows):
    made = []
    for i, row in enumerate(rows):
        end = START + timedelta(days=i)
        period_s = row.pop("period_s", 8 * 3600.0)
        made.append(
            {
                "night_id": f"n{i}",
                "athlete_id": 1,
                "source_file_id": "f",
                "night_date": end.date(),
                "start_at_utc": end - timedelta(seconds=period_s),
                "end_at_utc": end,
                "time_basis": "utc",
                "device_id": "watch",
                "sleep_duration_s": 7 * 3600.0,
                **row,
            }
        )
    return {"nights": tables.conform(pl.DataFrame(made, infer_schema_length=None), "nights")}


def _card(*, birth_year=None, heart_rate_max_bpm=None, time_zone="UTC"):
    """The athlete's own row, as athlete.toml states it."""
    known = {"birth_year": birth_year, "heart_rate_max_bpm": heart_rate_max_bpm, "time_zone": time_zone}
    return {
        "athletes": _table([{"athlete_id": 1, "folder": "a", "display_name": "a", "squad": "s", **known}], "athletes")
    }


def _mornings(hours, *, days=None):
    """Morning readings of beats, one a day at those hours (UTC), or on those days after the first."""
    rows = []
    for i, hour in enumerate(hours):
        day = date(2026, 1, 1) + timedelta(days=i if days is None else days[i])
        start = datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=hour)
        series = {"series_id": f"s{i:03d}", "athlete_id": 1, "source_file_id": "f", "reading": "morning"}
        moments = {"start_at_utc": start, "end_at_utc": start + timedelta(seconds=300), "time_basis": "utc"}
        rows.append({**series, **moments, "local_date": day, "device_id": "strap", "interval_count": 300})
    return {"beat_series": _table(rows, "beat_series")}


def _days(values, *, metric="rmssd", method="garmin_last_night_average", unit="ms", first=date(2026, 1, 1), step=1):
    days = [first + timedelta(days=step * i) for i in range(len(values))]
    frame = pl.DataFrame(
        [
            {
                "athlete_id": 1,
                "source_file_id": f"f{i}",
                "value_date": day,
                "metric": metric,
                "method": method,
                "reading": "night",
                "device_id": "watch",
                "measured_value": float(value),
                "unit": unit,
            }
            for i, (day, value) in enumerate(zip(days, values, strict=True))
            if value is not None
        ]
    )
    return {"daily_values": tables.conform(frame, "daily_values")}


def _history(efforts, *, first=date(2026, 1, 1), effort_s=1500.0, last_day=None):
    """Activities on days in a row and the facts of them that relations rest on: speed (m/s) and heart rate (bpm).

    `effort_s` and `last_day` (days after the first) are those of the last one.
    """
    activities, facts = [], []
    for i, (speed, bpm) in enumerate(efforts):
        is_last = i == len(efforts) - 1
        days = last_day if is_last and last_day is not None else i
        start = datetime.combine(first + timedelta(days=days), START.time(), tzinfo=UTC)
        activities.append(
            {
                "activity_id": f"h{i:03d}",
                "athlete_id": 1,
                "source_file_id": "f",
                "start_at_utc": start,
                "end_at_utc": start + timedelta(seconds=3600),
                "time_basis": "utc",
                "local_date": start.date(),
                "sport": "running",
                "heart_rate_source": "strap",
                "record_count": 3600,
            }
        )
        known = {
            "effort_speed_m_per_s": speed,
            "effort_heart_rate_bpm": bpm,
            "effort_s": effort_s if is_last else 1500.0,
        }
        facts += [
            {
                "athlete_id": 1,
                "subject_kind": "activity",
                "subject_id": f"h{i:03d}",
                "fact": fact,
                "fact_value": float(value),
                "unit": "",
            }
            for fact, value in known.items()
        ]
    return {"activities": _table(activities, "activities"), "facts": _table(facts, "facts")}


def _table(rows, name):
    return tables.conform(pl.DataFrame(rows), name) if rows else tables.empty(name)


def _joined(*parts):
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: pl.concat([part[name] for part in parts if name in part]) for name in names}


def _judge(given):
    judged = judge_alone(given)
    return {**given, "flags": judged.flags, "check_outcomes": judged.check_outcomes, "facts": judged.facts}


def _outcome(given, check_name, subject_id=None):
    """pass, fail or not_assessable of the one subject (or a named one) for a check."""
    rows = judge_alone(given).check_outcomes.filter(pl.col("check_name") == check_name)
    if subject_id is not None:
        rows = rows.filter(pl.col("subject_id") == subject_id)
    assert rows.height == 1, rows
    return rows["outcome"][0]


def _found(given, check_name):
    """What one check finds, and nothing else is computed: its segments, and the subjects it could assess."""
    check = next(check for check in checks() if check.name == check_name)
    full = {name: given[name] if name in given else tables.empty(name) for name in (*NEEDED, "facts")}
    return check.find(check.family.measure(check.family.rows(full)))


def _worst(given, check_name):
    """The outcome of the subject that fared worst with one check: several days are several subjects."""
    found = _found(given, check_name)
    if found.segments.height:
        return "fail"
    return "pass" if found.assessed.height else "not_assessable"


def _flagged(given, check_name=None):
    """The row indices that a check (or any) flagged."""
    flags = judge_alone(given).flags
    if check_name is not None:
        flags = flags.filter(pl.col("check_name") == check_name)
    return sorted(set(flags["row_indices"].explode(empty_as_null=True).drop_nulls().to_list()))


def _verdict(given, purpose, subject_id=None):
    """The one verdict row for a purpose, as a dictionary."""
    rows = decide(_judge(given)).filter(pl.col("purpose") == purpose)
    if subject_id is not None:
        rows = rows.filter(pl.col("subject_id") == subject_id)
    assert rows.height == 1, rows
    return rows.to_dicts()[0]


@pytest.fixture(scope="session")
def make():
    """Functions that make tables: run, history (of runs), beats, breathing (RR intervals), nights, days, joined.

    And card (of the athlete), mornings (readings of beats by their hour).
    """
    makers = {"run": _run, "history": _history, "beats": _beats, "breathing": _breathing, "nights": _nights}
    makers |= {"card": _card, "mornings": _mornings}
    return SimpleNamespace(**makers, days=_days, joined=_joined)


@pytest.fixture(scope="session")
def ask():
    """Functions that judge tables: judged (all tables), outcome of a check, flagged rows, verdict for a purpose.

    `found` and `worst` run one check alone.
    """
    return SimpleNamespace(
        judged=_judge, outcome=_outcome, flagged=_flagged, verdict=_verdict, found=_found, worst=_worst
    )
