"""Athletes to whom one thing happens, or nothing: the observations that their days and runs would give.

Runs are simulated second by second and summed up as the stop does it, without files and without faults: those are
measured elsewhere. Errors are those the sources have at their best.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from pipelines.observations.baseline import baselines
from pipelines.observations.best_efforts import best_efforts
from pipelines.observations.decoupling import decoupling
from pipelines.observations.metrics import METRICS
from pipelines.simulation.exports import simulated_run
from pipelines.simulation.lives import Life, lives
from pipelines.simulation.roster import ROSTER, Member
from pipelines.simulation.watch_exports import answers
from pipelines.tables import conform, empty

DAY_COUNT = 130
LAST_DATE = date(2026, 11, 15)
CONDITIONS = {
    "fatigue_pattern": "has_episode",
    "sleep_shortfall": "is_short_of_sleep",
    "pacing_drift": "is_drifting",
    "easier_pace": "is_improving",
    "clean": "",
}
"""Pattern, and what happens to the athlete; who improves has best efforts as well."""
ERRORS = {
    "ln_rmssd": 0.08,
    "resting_heart_rate": 1.5,
    "sleep_duration": 1200.0,
    "mean_pace": 3.2,
    "moving_time": 36.0,
    "decoupling": 0.0085,
}
"""Expected error by metric, in its unit, as the judge gives it for a watch and a strap."""
HEART_RATE_ERROR_BPM = 2.0
BEST_ERROR_FRACTION = 0.01
NEED_S = 7.4 * 3600.0
"""Need of sleep of everybody here (s): above what is recommended at least."""

Row = dict[str, object]


@dataclass(frozen=True, kw_only=True)
class PatternCase:
    """One athlete: what happens, and the tables."""

    condition: str
    tables: dict[str, pl.DataFrame]
    ranges: pl.DataFrame


def pattern_cases(count: int, *, seed: int) -> Iterator[PatternCase]:
    """So many athletes of each condition."""
    names = [name for name in CONDITIONS for _ in range(count)]
    squad = lives(
        seed=seed,
        squad=tuple(_member(ROSTER[number % len(ROSTER)], name) for number, name in enumerate(names)),
        day_count=DAY_COUNT,
        last_date=LAST_DATE,
    )
    for name, life in zip(names, squad, strict=True):
        yield _case(name, life)


def _member(member: Member, condition: str) -> Member:
    flags = {flag: False for flag in CONDITIONS.values() if flag}
    if CONDITIONS[condition]:
        flags[CONDITIONS[condition]] = True
    profile = replace(member.profile, sleep_need_s=NEED_S, runs_per_week=max(4, member.profile.runs_per_week))
    plain = {"blocks": (), "new_watch": None, "is_on_treadmill": False, "has_strap": True, "morning": None}
    return replace(member, profile=profile, **plain, **flags)  # type: ignore[arg-type]


def _case(condition: str, life: Life) -> PatternCase:
    observations = [*_nights(life), *_runs(life)]
    every = conform(pl.DataFrame(observations, infer_schema_length=None), "observations")
    tables = {
        "athletes": conform(
            pl.DataFrame([{"athlete_id": life.index, "birth_year": life.member.birth_year}]), "athletes"
        ),
        "observations": every,
        "activities": conform(pl.DataFrame(list(_activities(life))), "activities"),
        "wellness_answers": conform(pl.DataFrame(list(_answers(life))), "wellness_answers"),
        "notes": empty("notes"),
        "merged_activities": empty("merged_activities"),
    }
    compared = [name for name, metric in METRICS.items() if metric.baseline_purpose]
    usable = every.filter(pl.col("metric").is_in(compared) & (pl.col("verdict") == "usable"))
    return PatternCase(condition=condition, tables=tables, ranges=baselines(usable.with_columns(firmware=pl.lit("1"))))


def _nights(life: Life) -> Iterator[Row]:
    for day, on in enumerate(life.days.dates):
        if life.is_measured(day):
            values = {
                "ln_rmssd": float(life.days.ln_rmssd[day]),
                "resting_heart_rate": float(np.rint(life.days.resting_bpm[day])),
                "sleep_duration": float(life.days.sleep_s[day]),
            }
            for metric, value in values.items():
                yield _observation(life, f"n{day}", on, metric, value, error=ERRORS[metric])


def _runs(life: Life) -> Iterator[Row]:
    for day, on in enumerate(life.days.dates):
        if not life.is_run_seen(day):
            continue
        timeline = run_timeline(life, day)
        step_s = timeline["step_s"].to_numpy()
        moving_s = float(step_s.sum())
        metres = float((timeline["speed_m_per_s"].to_numpy() * step_s).sum())
        rate = float((timeline["heart_rate_bpm"].to_numpy() * step_s).sum()) / moving_s
        key = f"a{day}"
        yield _observation(life, key, on, "mean_pace", 1000.0 * moving_s / metres, error=ERRORS["mean_pace"])
        yield _observation(life, key, on, "moving_time", moving_s, error=ERRORS["moving_time"])
        yield _observation(life, key, on, "mean_heart_rate", rate, error=HEART_RATE_ERROR_BPM)
        found = decoupling(timeline)
        evidence = f'{{"steady_s": {found.steady_s}}}'
        yield _observation(life, key, on, "decoupling", found.fraction, error=ERRORS["decoupling"], evidence=evidence)
        for best in best_efforts(timeline):
            error = BEST_ERROR_FRACTION * best.pace_s_per_km
            yield _observation(life, key, on, best.metric, best.pace_s_per_km, error=error)


def run_timeline(life: Life, day: int) -> pl.DataFrame:
    """The run of a day as `observations.timeline` would give it: no flag, pauses left out."""
    local_noon = datetime.combine(life.days.dates[day], datetime.min.time(), UTC) + timedelta(hours=12)
    records = simulated_run(life, day, local_noon, pause_count=0).records
    step = records["recorded_at_utc"].diff().shift(-1).dt.total_microseconds().fill_null(0) / 1e6
    steps = step.clip(0.0, 9.0)
    return pl.DataFrame(
        {
            "step_s": steps,
            "moving_at_s": steps.cum_sum() - steps,
            "speed_m_per_s": records["speed_m_per_s"],
            "heart_rate_bpm": records["heart_rate_bpm"].cast(pl.Float64),
        }
    )


def _activities(life: Life) -> Iterator[Row]:
    for day, on in enumerate(life.days.dates):
        if life.is_run_seen(day):
            yield {
                "activity_id": f"a{day}",
                "athlete_id": life.index,
                "local_date": on,
                "sport": "running",
                "heart_rate_source": "strap",
            }


def _answers(life: Life) -> Iterator[Row]:
    for said in answers(life):
        for item in ("fatigue", "sleep_quality", "muscle_soreness", "stress", "mood"):
            yield {
                "athlete_id": life.index,
                "about_date": said.answered_local.date(),
                "item": item,
                "answer_value": float(getattr(said, item)),
                "scale_min": 1.0,
                "scale_max": 5.0,
                "is_higher_better": True,
            }


def _observation(
    life: Life, key: str, on: date, metric: str, value: float | None, *, error: float, evidence: str = "{}"
) -> Row:
    return {
        "observation_id": f"{key}-{metric}",
        "athlete_id": life.index,
        "subject_kind": "activity" if key.startswith("a") else "night",
        "subject_id": key,
        "observed_date": on,
        "metric": metric,
        "method": "m",
        "reading": "activity" if key.startswith("a") else "night",
        "device_id": "watch",
        "purpose": METRICS[metric].purpose,
        "observed_value": value,
        "unit": METRICS[metric].unit,
        "expected_error": error,
        "grade": "ok",
        "verdict": "not_assessable" if value is None else "usable",
        "reasons": [],
        "remedy": "",
        "evidence": evidence,
        "definition_version": 1,
    }
