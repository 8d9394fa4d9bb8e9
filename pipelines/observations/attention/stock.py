"""Rules off the shelf, as other tools apply them: what the dearer layer is held against every night.

Three of them: variability a tenth below the mean of the week before; any metric one standard deviation or more from
the mean of four weeks; training of a week more than a tenth off the plan. Each is tried as it is published, with its
own threshold and without regard to error, device or how often it fires on ordinary days.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import exp
from statistics import fmean, stdev

import polars as pl

from pipelines.observations.outside import METRICS
from pipelines.observations.patterns.history import History, answers_between
from pipelines.tables import conform, empty

VERSION = 1
HRV_FRACTION = 0.10
"""Fall below the mean of the week (fraction of RMSSD). Source: common rule of training apps, such as amber at -10 %."""
WEEK_DAYS, LEAST_WEEK_DAYS = 7, 3
"""Days before that the mean is of, and the least of them with a value."""
Z_LIMIT = 1.0
"""Standard deviations from the mean of four weeks. Source: common rule of athlete monitoring, yellow at |z| of 1."""
MONTH_DAYS, LEAST_MONTH_DAYS = 28, 14
"""Days before that mean and deviation are of, and the least of them with a value."""
PLAN_FRACTION = 0.10
"""Training of a week off the plan (fraction). Source: common rule of plans, a tenth either way."""
HRV_RULE, Z_RULE, PLAN_RULE = "hrv_below_week", "beyond_one_sd_", "plan_off_by_tenth"

Days = Mapping[date, float]
"""Values by date."""


def fall_of_hrv(ln_rmssd: Days, on: date) -> float | None:
    """How far RMSSD of a date lies below the mean of the week before (fraction); None when it cannot be said."""
    today = ln_rmssd.get(on)
    week = [exp(value) for value in _before(ln_rmssd, on, WEEK_DAYS)]
    return None if today is None or len(week) < LEAST_WEEK_DAYS else 1.0 - exp(today) / fmean(week)


def z_of(values: Days, on: date) -> float | None:
    """Standard deviations of a date from the mean of the four weeks before; None when it cannot be said."""
    today = values.get(on)
    month = _before(values, on, MONTH_DAYS)
    if today is None or len(month) < LEAST_MONTH_DAYS:
        return None
    spread = stdev(month)
    return None if spread == 0.0 else (today - fmean(month)) / spread


def is_off_plan(done_s: Days, planned_s: Days, on: date) -> bool:
    """Whether training time of the week up to a date is a tenth or more off what was planned."""
    week = [on - timedelta(days=back) for back in range(WEEK_DAYS)]
    planned = sum(planned_s.get(day, 0.0) for day in week)
    done = sum(done_s.get(day, 0.0) for day in week)
    return planned > 0.0 and abs(done / planned - 1.0) >= PLAN_FRACTION


def fired(metrics: Mapping[str, Days], on: date, *, done_s: Days, planned_s: Days) -> tuple[str, ...]:
    """Names of the rules that fire on a date."""
    fall = fall_of_hrv(metrics.get("ln_rmssd", {}), on)
    names = [HRV_RULE] if fall is not None and fall >= HRV_FRACTION else []
    for metric, values in metrics.items():
        z = z_of(values, on)
        if z is not None and abs(z) >= Z_LIMIT:
            names.append(Z_RULE + metric)
    return (*names, *([PLAN_RULE] if is_off_plan(done_s, planned_s, on) else []))


def stock_rules(athlete_id: int, known: History, plans: pl.DataFrame) -> pl.DataFrame:
    """Table `stock_rules` of one athlete: what fires on the last date; `plans` are the rows of that table."""
    on = known.last_date
    if on is None:
        return empty("stock_rules")
    metrics = {metric: {value.on: value.value for value in known.values(metric)} for metric in (*METRICS, "decoupling")}
    metrics["answers"] = dict(answers_between(known.answers, on, days=MONTH_DAYS + 1))
    every = known.series.get("moving_time", {}).values()
    done = _added((value.on, value.value) for values in every for value in values)
    rows = plans.filter(pl.col("planned_duration_s").is_not_null()).select("plan_date", "planned_duration_s")
    row = {
        "athlete_id": athlete_id,
        "candidate_date": on,
        "fired": list(fired(metrics, on, done_s=done, planned_s=_added(rows.iter_rows()))),
        "definition_version": VERSION,
    }
    return conform(pl.DataFrame([row], schema_overrides={"fired": pl.List(pl.String)}), "stock_rules")


def _added(pairs: Iterable[Sequence[object]]) -> dict[date, float]:
    found: dict[date, float] = {}
    for on, amount in pairs:
        assert isinstance(on, date)
        found[on] = found.get(on, 0.0) + float(str(amount))
    return found


def _before(values: Days, on: date, days: int) -> list[float]:
    dates = (on - timedelta(days=back) for back in range(1, days + 1))
    return [values[day] for day in dates if day in values]
