"""Hard runs over a known distance, and what was known at 05:00 of the time they would take.

No export says which run was a race. A run counts as an effort when its mean heart rate is among the highest tenth of
the athlete's runs of the year before it: that is chosen without looking at the time to be estimated, and the runner
knew that morning that it would be hard. Only runs of earlier days are used; a test perturbs the day itself and
everything later and sees that nothing moves. What does not belong here: a fit over several athletes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.models.contract import Matrix
from pipelines.models.features import KEY_COLUMNS, PERTURBATION

DISTANCES_KM = {"best_1_km": 1.0, "best_5_km": 5.0, "best_10_km": 10.0}
"""Best effort and its distance (km)."""

RIEGEL_EXPONENT = 1.06
"""Time grows with distance to this power. Source: Riegel 1981, American Scientist 69(3), 285-290."""

LEAST_PAST_EFFORTS = 3
"""Earlier efforts an athlete needs before one counts. Our own choice: below it a line through them says nothing."""

HARD_QUANTILE = 0.9
"""A run whose mean heart rate is at or above this share of the earlier ones is an effort. Our own choice."""

LEAST_EARLIER_RUNS = 10
"""Runs with a heart rate before one can be told hard. Our own choice: a tenth of fewer is no run."""

LOOK_BACK_DAYS = 365
"""Days looked back on for runs and efforts: a season. Our own choice."""

LARGEST_WHOLE_TO_EFFORT = 2.0
"""A run longer than this many times the distance was not run for that distance. Our own choice."""

REFERENCE_KM = 5.0
"""Distance to which past times are converted, so that one feature tells all of them (km)."""

WEEK_DAYS, MONTH_DAYS = 7, 28
SECONDS_PER_HOUR = 3_600.0

RIVALS = ("riegel_last", "riegel_best", "critical_speed")

FEATURES = (
    "log_distance_km",
    "log_riegel_last_s",
    "log_riegel_best_s",
    "log_critical_speed_s",
    "log_reference_mean_s",
    "reference_slope_per_year",
    "effort_count",
    "days_since_effort",
    "run_7_h",
    "run_28_h",
)

RUN_COLUMNS = {
    "athlete_id": pl.Int32,
    "day_date": pl.Date,
    "activity_id": pl.String,
    "distance_m": pl.Float64,
    "moving_time_s": pl.Float64,
    "mean_heart_rate_bpm": pl.Float64,
    **dict.fromkeys(DISTANCES_KM, pl.Float64),
}
"""One row per run; a best effort is its time (s), null where the run holds none that is usable."""

GATED = ("distance_m", "moving_time_s", "mean_heart_rate_bpm", *DISTANCES_KM)
"""Columns that lack the values that are not usable."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """One hard run over a distance."""

    day: date
    distance_km: float
    time_s: float

    @property
    def reference_s(self) -> float:
        """Time over the reference distance by Riegel's law (s)."""
        return riegel_s(self, REFERENCE_KM)


def runs(observed: pl.DataFrame) -> pl.DataFrame:
    """The runs in the columns of `RUN_COLUMNS`, in order of athlete, date and activity."""
    typed = observed.select(pl.col(name).cast(dtype) for name, dtype in RUN_COLUMNS.items())
    return typed.sort("athlete_id", "day_date", "activity_id")


def ungated(observed: pl.DataFrame) -> pl.DataFrame:
    """What was observed with the values that are not usable put back in."""
    return observed.with_columns(pl.col(f"any_{name}").alias(name) for name in GATED)


def perturbed(known: pl.DataFrame, turn: date) -> pl.DataFrame:
    """The runs with every time of `turn` and later changed; which of them are efforts stays."""
    return known.with_columns(
        pl.when(pl.col("day_date") >= turn).then(pl.col(name) * PERTURBATION).otherwise(pl.col(name)).alias(name)
        for name in ("moving_time_s", *DISTANCES_KM)
    )


def effort_rows(known: pl.DataFrame) -> pl.DataFrame:
    """One row per effort: its key (`subject` such as "5 km"), era, target, has_history and `FEATURES`.

    `target` is the natural logarithm of the time (s). Units of the features: log s, per year, count, days, h.
    """
    rows = []
    for own in known.partition_by("athlete_id", maintain_order=True):
        for effort, past in _with_past(own):
            told = _features(effort, past, own)
            rows.append({**_key(own, effort), "era": 0, **_target(effort), "has_history": _has(past), **told})
    columns = KEY_COLUMNS | {"era": pl.Int32, "target": pl.Float64, "has_history": pl.Boolean}
    return pl.DataFrame(rows, schema=columns | dict.fromkeys(FEATURES, pl.Float64))


def rival_efforts(known: pl.DataFrame) -> pl.DataFrame:
    """One row per effort: its key, target, and the logarithm of the time (s) by each rival; null where it has none."""
    rows = []
    for own in known.partition_by("athlete_id", maintain_order=True):
        for effort, past in _with_past(own):
            rows.append({**_key(own, effort), **_target(effort), **rival_log_s(effort.distance_km, past)})
    return pl.DataFrame(rows, schema=KEY_COLUMNS | {"target": pl.Float64} | dict.fromkeys(RIVALS, pl.Float64))


def rival_log_s(distance_km: float, past: list[Effort]) -> dict[str, float | None]:
    """Logarithm of the time (s) over a distance by each rival, from past efforts in order of date."""
    if not past:
        return dict.fromkeys(RIVALS)
    return {
        "riegel_last": float(np.log(riegel_s(past[-1], distance_km))),
        "riegel_best": float(np.log(min(riegel_s(one, distance_km) for one in past))),
        "critical_speed": float(np.log(critical_speed_s(past, distance_km))),
    }


def riegel_s(effort: Effort, distance_km: float) -> float:
    """Time (s) over a distance from the time over another. Source: Riegel 1981."""
    return float(effort.time_s * (distance_km / effort.distance_km) ** RIEGEL_EXPONENT)


def critical_speed_s(past: list[Effort], distance_km: float) -> float:
    """Time (s) over a distance by the line distance = speed x time + reserve through the past efforts.

    With efforts over one distance only, or where the line has a negative reserve or speed, the reserve is taken to be
    none and the speed that of all past efforts together. Source: Monod and Scherrer 1965,
    doi:10.1080/00140136508930810, in the form for running of Hughson et al. 1984.
    """
    time_s = np.array([one.time_s for one in past])
    gone_km = np.array([one.distance_km for one in past])
    if len(set(gone_km.tolist())) > 1:
        speed, reserve_km = np.polyfit(time_s, gone_km, 1)
        if speed > 0 and 0 <= reserve_km < distance_km:
            return float((distance_km - reserve_km) / speed)
    return float(distance_km * time_s.sum() / gone_km.sum())


def _with_past(own: pl.DataFrame) -> Iterator[tuple[Effort, list[Effort]]]:
    """Each effort of one athlete with those of earlier days within the look-back, all in order of date."""
    found = _efforts(own)
    for effort in found:
        first = effort.day - timedelta(days=LOOK_BACK_DAYS)
        yield effort, [one for one in found if first <= one.day < effort.day]


def _efforts(own: pl.DataFrame) -> list[Effort]:
    """The efforts of one athlete in order of date; of two over one distance on one day the harder one."""
    told = own.filter(pl.col("mean_heart_rate_bpm").is_not_null())
    days, rates = told["day_date"].to_list(), told["mean_heart_rate_bpm"].to_numpy()
    found: dict[tuple[date, float], tuple[float, Effort]] = {}
    for position, run in enumerate(told.iter_rows(named=True)):
        first = days[position] - timedelta(days=LOOK_BACK_DAYS)
        earlier = rates[[first <= day < days[position] for day in days[:position]] + [False] * (len(days) - position)]
        if len(earlier) < LEAST_EARLIER_RUNS or rates[position] < np.quantile(earlier, HARD_QUANTILE):
            continue
        effort = _over_its_distance(run)
        if effort is not None:
            key = (effort.day, effort.distance_km)
            found[key] = max(found.get(key, (0.0, effort)), (float(rates[position]), effort), key=lambda one: one[0])
    return [effort for _, (_, effort) in sorted(found.items(), key=lambda item: item[0])]


def _over_its_distance(run: dict[str, object]) -> Effort | None:
    """The longest distance the run holds, if it was run for about that distance."""
    held = [(distance, run[name]) for name, distance in DISTANCES_KM.items() if run[name] is not None]
    if not held:
        return None
    distance_km, time_s = max(held)
    whole_m, day = run["distance_m"], run["day_date"]
    assert isinstance(time_s, float)
    assert isinstance(day, date)
    if not isinstance(whole_m, float) or whole_m > LARGEST_WHOLE_TO_EFFORT * distance_km * 1000:
        return None
    return Effort(day=day, distance_km=distance_km, time_s=time_s)


def _key(own: pl.DataFrame, effort: Effort) -> dict[str, object]:
    return {
        "athlete_id": own["athlete_id"][0],
        "day_date": effort.day,
        "subject": f"{effort.distance_km:g} km",
    }


def _target(effort: Effort) -> dict[str, float]:
    return {"target": float(np.log(effort.time_s))}


def _has(past: list[Effort]) -> bool:
    return len(past) >= LEAST_PAST_EFFORTS


def _features(effort: Effort, past: list[Effort], own: pl.DataFrame) -> dict[str, float | None]:
    told = rival_log_s(effort.distance_km, past)
    reference = np.log([one.reference_s for one in past])
    days_ago = np.array([(effort.day - one.day).days for one in past], dtype=np.float64)
    return {
        "log_distance_km": float(np.log(effort.distance_km)),
        "log_riegel_last_s": told["riegel_last"],
        "log_riegel_best_s": told["riegel_best"],
        "log_critical_speed_s": told["critical_speed"],
        "log_reference_mean_s": float(reference.mean()) if past else None,
        "reference_slope_per_year": _slope_per_year(days_ago, reference),
        "effort_count": float(len(past)),
        "days_since_effort": float(days_ago.min()) if past else None,
        "run_7_h": _run_h(own, effort.day, WEEK_DAYS),
        "run_28_h": _run_h(own, effort.day, MONTH_DAYS),
    }


def _slope_per_year(days_ago: Matrix, reference: Matrix) -> float | None:
    if len(days_ago) < LEAST_PAST_EFFORTS or np.ptp(days_ago) == 0:
        return None
    return float(np.polyfit(-days_ago / LOOK_BACK_DAYS, reference, 1)[0])


def _run_h(own: pl.DataFrame, day: date, days: int) -> float:
    """Recorded running (h) of the days before."""
    within = own.filter(pl.col("day_date") >= day - timedelta(days=days), pl.col("day_date") < day)
    return float(within["moving_time_s"].sum()) / SECONDS_PER_HOUR
