"""What patterns are read from: usable values of one athlete with their usual ranges, runs, answers, and what was said.

Nothing that is not usable for its purpose is in here, and of recordings of one and the same activity only the one
each value is taken from.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from operator import attrgetter, itemgetter
from typing import Protocol, TypeVar

import polars as pl

from pipelines.observations.patterns.exertion import exertion
from pipelines.observations.questions_effects import excused_days, no_ordinary_dates

Made = TypeVar("Made")
KEY = ("metric", "method", "reading", "device_id")
DOUBTING_KINDS = ("ill", "travel", "injury")
"""Kinds of notes that may explain why values differ."""
NOTE_DAYS = 3
"""Days before a date on which such a note still bears on it. Engineering start value."""
CHANGE_DAYS = 14
"""Days after a change of device in which values are held apart with care; as the least days of a usual range."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """One usable value in the unit of its metric, with the usual range of its day where there is one."""

    on: date
    value: float
    expected_error: float
    grade: str
    observation_id: str
    median: float | None
    lower_limit: float | None
    upper_limit: float | None
    era: date | None = None
    """First date of the stretch without another firmware that the value lies in; None where its series is one."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run with usable pace and heart rate, each from the recording chosen for it."""

    on: date
    pace_s_per_km: float
    heart_rate_bpm: float
    heart_rate_error_bpm: float
    moving_s: float
    steady_s: float
    ascent_m_per_km: float | None
    sensor: str
    """Device and kind of sensor of the heart rate: never compared across."""
    observation_ids: tuple[str, ...]
    is_doubtful: bool = False
    """Is its mean heart rate graded doubtful?"""
    decoupling: Value | None = None
    temperature_c: float | None = None
    """Mean temperature (deg C) its records state; None where they state none."""
    late_fraction: float | None = None
    """Fall of speed per heartbeat late in it (fraction), as `observations.durability` tells; None where not claimed."""
    fell_after_m: float | None = None
    """Distance (m) after which it stayed fallen; None where it did not."""


@dataclass(frozen=True, kw_only=True)
class History:
    """One athlete. Series are by metric, then by method, reading and device; all in order of date."""

    series: Mapping[str, Mapping[tuple[str, ...], tuple[Value, ...]]]
    runs: tuple[Run, ...]
    answers: tuple[tuple[date, float], ...]
    """Mean mark of each day over its questions with a known scale and good end, 0 to 1, 1 the good end."""
    notes: tuple[tuple[date, str], ...]
    changes: tuple[date, ...]
    birth_year: int | None
    excused: frozenset[date] = frozenset()
    """Dates of which somebody said what kept them, such as illness or travel: they leave what is usual alone."""
    answered: tuple[tuple[date, str], ...] = ()
    """Dates and kinds as of notes, that the answer to a question or to a form alone tells of."""
    moved: Mapping[date, float | None] = field(default_factory=dict)
    """Moving time (s) of each date with activities; None where it is not known of one of them."""
    exertion: tuple[tuple[date, float], ...] = ()
    """Exertion stated of the session of a date (points of 0 to 10), in order of date."""

    @cached_property
    def kept(self) -> dict[object, object]:
        """What rules worked out once for all dates, by a key of theirs."""
        return {}

    def once(self, key: object, make: Callable[[], Made]) -> Made:
        """What `make` gives, worked out once for this history; `key` names it."""
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]  # type: ignore[return-value]

    def values(self, metric: str) -> tuple[Value, ...]:
        """Values of the series of a metric that has most of them; patterns never mix devices."""
        held = self.series.get(metric, {})
        return max(held.values(), key=lambda values: (values[-1].on, len(values))) if held else ()

    def doubts(self, on: date, *, days: int = NOTE_DAYS) -> tuple[str, ...]:
        """What was said or changed shortly before a date that may be behind what is seen on it."""
        near = [f"a note of {day} is of kind {kind}" for day, kind in self.notes if 0 <= (on - day).days <= days]
        changed = [day for day in self.changes if 0 <= (on - day).days < CHANGE_DAYS]
        answered: dict[str, list[date]] = {}
        for day, kind in self.answered:
            if 0 <= (on - day).days <= days:
                answered.setdefault(kind, []).append(day)
        near += [_answer_in_words(dates, kind) for kind, dates in answered.items()]
        return (*near, *(f"another device or method since {day}" for day in changed))

    @cached_property
    def last_date(self) -> date | None:
        """Last date with a usable value."""
        dated = [values[-1].on for of_metric in self.series.values() for values in of_metric.values()]
        return max(dated, default=None)


class _Dated(Protocol):
    @property
    def on(self) -> date: ...


Dated = TypeVar("Dated", bound=_Dated)
_ON, _FIRST = attrgetter("on"), itemgetter(0)


def between(values: Sequence[Dated], on: date, *, days: int) -> Sequence[Dated]:
    """Those of the last `days` dates up to `on`, of values or runs in order of date."""
    first = bisect_right(values, on - timedelta(days=days), key=_ON)
    return values[first : bisect_right(values, on, lo=first, key=_ON)]


def before(values: Sequence[Dated], on: date, *, days: int) -> Sequence[Dated]:
    """Those of the `days` dates before `on`, which is not among them, of values or runs in order of date."""
    first = bisect_left(values, on - timedelta(days=days), key=_ON)
    return values[first : bisect_left(values, on, lo=first, key=_ON)]


def answers_between(answers: tuple[tuple[date, float], ...], on: date, *, days: int) -> tuple[tuple[date, float], ...]:
    """Answers of the last `days` dates up to `on`, of answers in order of date."""
    first = bisect_right(answers, on - timedelta(days=days), key=_FIRST)
    return answers[first : bisect_right(answers, on, lo=first, key=_FIRST)]


def history(tables: Mapping[str, pl.DataFrame], baselines: pl.DataFrame) -> History:
    """The history of the one athlete in `tables` (athletes, observations, activities, nights, notes, ...)."""
    usable = tables["observations"].filter((pl.col("verdict") == "usable") & pl.col("observed_value").is_not_null())
    usable = _without_copies(usable, tables["merged_activities"])
    athletes, said = tables["athletes"], _said(tables)
    return History(
        series=_series(usable, baselines),
        runs=_runs(usable, tables),
        answers=_answers(tables["wellness_answers"]),
        notes=tuple(
            tables["notes"]
            .filter(pl.col("kind").is_in(DOUBTING_KINDS))
            .select("note_date", "kind")
            .unique()
            .sort(pl.all())
            .iter_rows()
        ),
        changes=_changes(baselines),
        birth_year=athletes["birth_year"][0] if athletes.height else None,
        excused=no_ordinary_dates(said),
        answered=_answered(said, tables["notes"]),
        moved=_moved(tables["observations"], tables["merged_activities"]),
        exertion=exertion(tables),
    )


_CHOSEN = {
    "is_chosen_for_movement": ("moving_time", "distance", "mean_pace", "best_1_km", "best_5_km", "best_10_km"),
    "is_chosen_for_heart_rate": ("mean_heart_rate",),
    "is_chosen_for_decoupling": ("decoupling",),
}
"""Which recording of a merged activity each metric is taken from."""


def _without_copies(observations: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    joined = observations.join(merged, left_on="subject_id", right_on="activity_id", how="left", suffix="_merged")
    kept = pl.col("merge_id").is_null()
    for chosen, metrics in _CHOSEN.items():
        kept = kept | (pl.col("metric").is_in(metrics) & pl.col(chosen))
    return joined.filter(kept).with_columns(whole_id=pl.coalesce("merge_id", "subject_id"))


def _series(usable: pl.DataFrame, baselines: pl.DataFrame) -> dict[str, dict[tuple[str, ...], tuple[Value, ...]]]:
    limits = baselines.select(
        *KEY, "median", "lower_limit", "upper_limit", observed_date="baseline_date", era="segment_start_date"
    )
    # Spot readings are of any hour: between two of them lies the hour before anything else.
    told = usable.filter(pl.col("expected_error").is_not_null() & (pl.col("reading") != "spot"))
    rows = told.join(limits, on=[*KEY, "observed_date"], how="left")
    found: dict[str, dict[tuple[str, ...], list[Value]]] = {}
    for row in rows.sort("observed_date", "observation_id").iter_rows(named=True):
        of_metric = found.setdefault(row["metric"], {})
        of_metric.setdefault(tuple(row[name] for name in KEY), []).append(_value(row))
    return {metric: {key: tuple(values) for key, values in by.items()} for metric, by in found.items()}


def _runs(usable: pl.DataFrame, tables: Mapping[str, pl.DataFrame]) -> tuple[Run, ...]:
    told = _told(tables["observations"])
    activities = tables["activities"].select(
        "sport", "heart_rate_source", "ascent_m", "distance_m", "record_count", subject_id="activity_id"
    )
    of_run = usable.join(activities.filter(pl.col("sport") == "running"), on="subject_id")
    wholes: dict[str, dict[str, dict[str, object]]] = {}
    for row in of_run.iter_rows(named=True):
        wholes.setdefault(row["whole_id"], {})[row["metric"]] = row
    found = [_run(parts, told) for parts in wholes.values()]
    return tuple(sorted((run for run in found if run is not None), key=lambda run: (run.on, run.observation_ids)))


def _run(parts: Mapping[str, Mapping[str, object]], told: Mapping[str, Mapping[str, float | None]]) -> Run | None:
    pace, rate, moving = (parts.get(name) for name in ("mean_pace", "mean_heart_rate", "moving_time"))
    if pace is None or rate is None or moving is None or rate["expected_error"] is None:
        return None
    blocks = [told.get(str(part["subject_id"]), {}) for part in (pace, rate)]
    drift = parts.get("decoupling")
    block = told.get(str(drift["subject_id"]), {}) if drift is not None else {}
    ascent, distance = pace["ascent_m"], pace["distance_m"]
    return Run(
        on=pace["observed_date"],  # type: ignore[arg-type]
        pace_s_per_km=pace["observed_value"],  # type: ignore[arg-type]
        heart_rate_bpm=rate["observed_value"],  # type: ignore[arg-type]
        heart_rate_error_bpm=rate["expected_error"],  # type: ignore[arg-type]
        moving_s=moving["observed_value"],  # type: ignore[arg-type]
        steady_s=max(one.get("steady_s") or 0.0 for one in blocks),
        ascent_m_per_km=None if ascent is None or not distance else 1000.0 * ascent / distance,  # type: ignore[operator]
        sensor=f"{rate['device_id']} {rate['heart_rate_source']}",
        observation_ids=(str(pace["observation_id"]), str(rate["observation_id"])),
        is_doubtful=rate["grade"] != "ok",
        decoupling=None if drift is None or drift["expected_error"] is None else _value(drift),
        temperature_c=next((one["temperature_c"] for one in blocks if one.get("temperature_c") is not None), None),
        late_fraction=block.get("late_fraction"),
        fell_after_m=block.get("fell_after_m"),
    )


def _value(row: Mapping[str, object]) -> Value:
    return Value(
        on=row["observed_date"],  # type: ignore[arg-type]
        value=row["observed_value"],  # type: ignore[arg-type]
        expected_error=row["expected_error"],  # type: ignore[arg-type]
        grade=str(row["grade"]),
        observation_id=str(row["observation_id"]),
        median=row.get("median"),  # type: ignore[arg-type]
        lower_limit=row.get("lower_limit"),  # type: ignore[arg-type]
        upper_limit=row.get("upper_limit"),  # type: ignore[arg-type]
        era=row.get("era"),  # type: ignore[arg-type]
    )


def _said(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Table `excused_days`; where there is none yet, what notes and forms say."""
    said = tables.get("excused_days")
    return excused_days(0, tables, ()) if said is None else said


def _answered(said: pl.DataFrame, notes: pl.DataFrame) -> tuple[tuple[date, str], ...]:
    """Dates of illness, injury or travel that answers alone tell of."""
    told = said.select(note_date="excused_date", kind="reasons").explode("kind", empty_as_null=False)
    alone = told.filter(pl.col("kind").is_in(DOUBTING_KINDS)).join(notes, on=["note_date", "kind"], how="anti")
    return tuple(alone.sort(pl.all()).iter_rows())


def _answer_in_words(dates: Sequence[date], kind: str) -> str:
    days = "" if len(dates) == 1 else f"{len(dates)} days up to "
    return f"an answer about {days}{dates[-1]} says {kind}"


def _moved(observations: pl.DataFrame, merged: pl.DataFrame) -> dict[date, float | None]:
    """Moving time of each date: null, not less, where that of one activity is not usable."""
    moving = _without_copies(observations.filter(pl.col("metric") == "moving_time"), merged)
    is_known = (pl.col("verdict") == "usable") & pl.col("observed_value").is_not_null()
    known = pl.when(is_known.all()).then(pl.col("observed_value").sum())
    return dict(moving.group_by("observed_date").agg(known.alias("moved_s")).sort("observed_date").iter_rows())


def _told(observations: pl.DataFrame) -> dict[str, dict[str, float | None]]:
    """What the decoupling of each activity rests on, claimed or not: steady block (s), temperature, durability."""
    told = observations.filter(pl.col("metric") == "decoupling").select("subject_id", "evidence")
    return {key: json.loads(evidence) for key, evidence in told.iter_rows()}


def _answers(answers: pl.DataFrame) -> tuple[tuple[date, float], ...]:
    known = answers.filter(pl.col("is_higher_better").is_not_null() & (pl.col("scale_max") > pl.col("scale_min")))
    share = (pl.col("answer_value") - pl.col("scale_min")) / (pl.col("scale_max") - pl.col("scale_min"))
    mark = pl.when(pl.col("is_higher_better")).then(share).otherwise(1.0 - share)
    return tuple(known.group_by("about_date").agg(mark.mean().alias("mark")).sort("about_date").iter_rows())


def _changes(baselines: pl.DataFrame) -> tuple[date, ...]:
    """First dates of another device, firmware or method of a metric that had one before."""
    firsts = baselines.group_by("metric", "reading").agg(pl.col("segment_start_date").min().alias("first_date"))
    later = baselines.join(firsts, on=["metric", "reading"]).filter(pl.col("segment_start_date") > pl.col("first_date"))
    return tuple(later["segment_start_date"].unique().sort())
