"""The tables that the days of a generated athlete would give: what a history is made of, without files."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.observations.baseline import baselines
from pipelines.observations.metrics import METRICS
from pipelines.observations.patterns.history import History, history
from pipelines.proofs.attention_lives import Life
from pipelines.proofs.pattern_cases import BEST_ERROR_FRACTION, ERRORS, HEART_RATE_ERROR_BPM
from pipelines.tables import conform, empty

BIRTH_YEAR = 1994
QUESTIONS = 3
"""Questions that are answered a day, on a scale from 1 to 5."""
LEAD_S = 600.0
"""Of a run (s): warming up, not part of its steady block."""

Row = dict[str, object]


def histories(life: Life) -> tuple[tuple[date, History], ...]:
    """The history of the athlete as it stood before each change of watch and at the end, with the last date of each.

    A rule reads the series of the last watch; before the change that was the one before.
    """
    ends = [*(life.dates[day - 1] for day in life.changes), life.dates[-1]]
    tables, ranges = tables_of(life)
    return tuple((end, history(*_until(tables, ranges, end))) for end in ends)


def _until(
    tables: dict[str, pl.DataFrame], ranges: pl.DataFrame, end: date
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    seen = {**tables, "observations": tables["observations"].filter(pl.col("observed_date") <= end)}
    return seen, ranges.filter(pl.col("baseline_date") <= end)


def tables_of(life: Life) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """The tables of one athlete, and the usual ranges."""
    every = conform(pl.DataFrame([*_nights(life), *_runs(life)], infer_schema_length=None), "observations")
    tables = {
        "athletes": conform(pl.DataFrame([{"athlete_id": life.athlete_id, "birth_year": BIRTH_YEAR}]), "athletes"),
        "observations": every,
        "activities": _frame(list(_activities(life)), "activities"),
        "wellness_answers": _frame([*_answers(life), *_exertions(life)], "wellness_answers"),
        "notes": _frame(list(_notes(life)), "notes"),
        "merged_activities": empty("merged_activities"),
        "nights": empty("nights"),
        "plans": empty("plans"),
    }
    compared = [name for name, metric in METRICS.items() if metric.baseline_purpose]
    return tables, baselines(every.filter(pl.col("metric").is_in(compared)).with_columns(firmware=pl.lit("1")))


def _frame(rows: list[Row], table: str) -> pl.DataFrame:
    return conform(pl.DataFrame(rows, infer_schema_length=None), table) if rows else empty(table)


def _device(life: Life, day: int) -> str:
    return f"watch {sum(change <= day for change in life.changes)}"


def _nights(life: Life) -> Iterator[Row]:
    columns = {
        "ln_rmssd": (life.ln_rmssd, "hrv_day", "ln_ms"),
        "resting_heart_rate": (life.resting_bpm, "resting_hr", "bpm"),
        "sleep_duration": (life.sleep_s, "sleep_duration", "s"),
    }
    for metric, (values, purpose, unit) in columns.items():
        for day in np.flatnonzero(~np.isnan(values)).tolist():
            yield _observation(life, day, metric, float(values[day]), purpose=purpose, unit=unit, reading="night")


def _runs(life: Life) -> Iterator[Row]:
    for day in np.flatnonzero(~np.isnan(life.pace_s_per_km)).tolist():
        moving_s, pace = float(life.moving_s[day]), float(life.pace_s_per_km[day])
        values = {
            "mean_pace": (pace, "mean_pace", "s_per_km"),
            "moving_time": (moving_s, "distance", "s"),
            "distance": (1000.0 * moving_s / pace, "distance", "m"),
            "mean_heart_rate": (float(life.run_bpm[day]), "load", "bpm"),
            "decoupling": (float(life.decoupling[day]), "decoupling", "fraction"),
        }
        for metric, (value, purpose, unit) in values.items():
            evidence = _block(life, day, moving_s) if metric == "decoupling" else "{}"
            yield _observation(
                life, day, metric, value, purpose=purpose, unit=unit, reading="activity", evidence=evidence
            )
        for metric, paces in life.bests_s_per_km.items():
            if not np.isnan(paces[day]):
                best = float(paces[day])
                yield _observation(life, day, metric, best, purpose="bests", unit="s_per_km", reading="activity")


def _block(life: Life, day: int, moving_s: float) -> str:
    """What the decoupling of a run carries beside: its steady seconds, and how much fell late in a long one."""
    late = life.late_fraction[day]
    told = "" if np.isnan(late) else f', "late_fraction": {late:.5f}'
    return f'{{"steady_s": {moving_s - LEAD_S:.0f}{told}}}'


def observation_stem(metric: str) -> str:
    """What tells the observations of a metric by their names."""
    return f" {metric} "


def _observation(
    life: Life, day: int, metric: str, value: float, *, purpose: str, unit: str, reading: str, evidence: str = "{}"
) -> Row:
    is_run = reading == "activity"
    errors = {
        **ERRORS,
        "mean_heart_rate": HEART_RATE_ERROR_BPM,
        "distance": 0.01 * value if metric == "distance" else 0.0,
    } | dict.fromkeys(life.bests_s_per_km, BEST_ERROR_FRACTION * value)
    return {
        "observation_id": f"{life.athlete_id}{observation_stem(metric)}{day}",
        "athlete_id": life.athlete_id,
        "subject_kind": "activity" if is_run else "night",
        "subject_id": f"{life.athlete_id}{'a' if is_run else 'n'}{day}",
        "observed_date": life.dates[day],
        "metric": metric,
        "method": "generated",
        "reading": reading,
        "device_id": _device(life, day),
        "purpose": purpose,
        "observed_value": value,
        "unit": unit,
        "expected_error": errors[metric],
        "grade": "ok",
        "verdict": "usable",
        "reasons": [],
        "remedy": "",
        "evidence": evidence,
        "definition_version": 1,
    }


def _activities(life: Life) -> Iterator[Row]:
    for day in np.flatnonzero(~np.isnan(life.pace_s_per_km)).tolist():
        start = datetime.combine(life.dates[day], datetime.min.time(), UTC) + timedelta(hours=7)
        distance_m = 1000.0 * float(life.moving_s[day]) / float(life.pace_s_per_km[day])
        yield {
            "activity_id": f"{life.athlete_id}a{day}",
            "athlete_id": life.athlete_id,
            "local_date": life.dates[day],
            "start_at_utc": start,
            "end_at_utc": start + timedelta(seconds=float(life.moving_s[day])),
            "sport": "running",
            "heart_rate_source": "strap",
            "device_id": _device(life, day),
            "distance_m": distance_m,
            "ascent_m": float(life.ascent_m_per_km[day]) * distance_m / 1000.0,
            "record_count": int(life.moving_s[day]),
        }


def _answers(life: Life) -> Iterator[Row]:
    for day in np.flatnonzero(~np.isnan(life.mark)).tolist():
        for item in range(QUESTIONS):
            # Answers are whole numbers: the mean of three is near the mark.
            value = round(1.0 + 4.0 * float(life.mark[day]) + (item - 1) / QUESTIONS)
            yield {
                "athlete_id": life.athlete_id,
                "about_date": life.dates[day],
                "instrument": "generated",
                "item": f"item_{item}",
                "answer_value": float(min(5, max(1, value))),
                "scale_min": 1.0,
                "scale_max": 5.0,
                "is_higher_better": True,
            }


def _exertions(life: Life) -> Iterator[Row]:
    for day in np.flatnonzero(~np.isnan(life.exertion)).tolist():
        yield {
            "athlete_id": life.athlete_id,
            "source_file_id": "generated",
            "answer_index": day,
            "about_date": life.dates[day],
            "instrument": "session",
            "item": "rpe",
            "answer_value": float(life.exertion[day]),
            "scale_min": 0.0,
            "scale_max": 10.0,
            "is_higher_better": None,
        }


def _notes(life: Life) -> Iterator[Row]:
    for index, (day, kind) in enumerate(life.notes):
        yield {
            "athlete_id": life.athlete_id,
            "source_file_id": "generated",
            "note_index": index,
            "note_date": life.dates[day],
            "author": "athlete",
            "kind": kind,
            "note": kind,
        }
