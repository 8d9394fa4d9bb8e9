"""Tries the checks that compare days on ordinary days, by the checks themselves: values, nights, and efforts."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.observations.rule_rates.ordinary import HISTORY_DAYS, LEAD_DAYS, Drawn, Floats, around_level, slope
from pipelines.observations.rule_rates.rate import Tally
from pipelines.quality import daily_value, effort, night_window
from pipelines.quality.contract import Check
from pipelines.quality.daily_value import VALUE_FROZEN, VALUE_OUTLIER, VALUE_RANGE
from pipelines.quality.effort import HR_EFFORT
from pipelines.quality.night import NIGHT_DURATION
from pipelines.quality.night_window import NIGHT_MOVED
from pipelines.tables import conform, contract

VALUE_CHECKS = (VALUE_OUTLIER, VALUE_RANGE, VALUE_FROZEN)
NIGHT_CHECKS = (NIGHT_MOVED, NIGHT_DURATION)
EFFORT_CHECKS = (HR_EFFORT,)
UNUSABLE_VALUES = (VALUE_RANGE, VALUE_FROZEN)
"""Values that fail these are no days of the athlete's and are not drawn."""

EFFORT_DAYS = 240
"""Drawn days for efforts, the days before the first trial included: each is held against every one of ninety days."""
STEPS = (1.0, 0.5, 0.1)
"""Steps a vendor may round to, in the unit of its value: a value that repeats by chance does so by its step."""
HOUR_S = 3600.0
MOST_SERIES = 4
"""Series of values at most that are drawn, those with most days: each metric, method and device is one."""


def own_values(tables: Mapping[str, pl.DataFrame], last: date) -> pl.DataFrame:
    """Values of the last year that can be drawn: columns of the check's own rows, of the series with most days."""
    rows = daily_value.FAMILY.rows(tables)
    measured = daily_value.FAMILY.measure(_lately(rows, "value_date", last))
    spoiled = pl.concat(
        [check.find(measured).segments.select("subject_id") for check in UNUSABLE_VALUES], how="vertical"
    )
    kept = measured.join(spoiled, on="subject_id", how="anti", maintain_order="left").filter(
        pl.col("metric").is_in(list(daily_value.RANGES)) & pl.col("level").is_not_null()
    )
    counts = kept.group_by(daily_value.SERIES).len().sort("len", *daily_value.SERIES, descending=[True, *[False] * 5])
    return kept.join(counts.head(MOST_SERIES), on=daily_value.SERIES, how="semi", maintain_order="left")


def own_nights(tables: Mapping[str, pl.DataFrame], last: date) -> pl.DataFrame:
    """Nights of the last year that can be drawn: those with a time asleep and a middle, naps left out."""
    lately = {**tables, "nights": _lately(tables["nights"], "night_date", last)}
    measured = night_window.FAMILY.measure(night_window.FAMILY.rows(lately))
    return measured.filter(pl.col("middle_h").is_not_null() & (pl.col("period_s") > 0)).sort("night_date")


def own_efforts(tables: Mapping[str, pl.DataFrame], last: date) -> pl.DataFrame:
    """Runs of the last year that can be drawn, of the sport and sensor with most: rows of the check."""
    rows = effort.FAMILY.rows(tables).with_columns(pl.col("start_at_utc").dt.date().alias("run_date"))
    rows = _lately(rows, "run_date", last)
    counts = rows.group_by(effort.SERIES).len().sort("len", *effort.SERIES, descending=[True, *[False] * 4])
    return rows.join(counts.head(1), on=effort.SERIES, how="semi", maintain_order="left").sort("start_at_utc")


def tried_values(values: pl.DataFrame, drawn: Drawn) -> dict[str, Tally]:
    """Each check of values on ordinary days: HRV around its level as a logarithm, rounded as the vendor rounds."""
    made = [_values_of(one, drawn) for one in values.partition_by(daily_value.SERIES, maintain_order=True)]
    measured = daily_value.FAMILY.measure(daily_value.FAMILY.rows({"daily_values": pl.concat(made)}))
    return {check.name: _tallied(check, measured, "value_date", drawn) for check in VALUE_CHECKS}


def tried_nights(nights: pl.DataFrame, drawn: Drawn) -> dict[str, Tally]:
    """Each check of nights on ordinary days: middle and time asleep around their levels, the rest as it was."""
    days = nights["night_date"].to_physical().to_numpy().astype(np.int64) + _EPOCH
    numbers, which = drawn.places(days)
    asleep = np.maximum(around_level(days, nights["sleep_duration_s"].to_numpy().astype(np.float64)), 0.0)
    awake = nights["period_s"].to_numpy() - nights["sleep_duration_s"].to_numpy()
    middle, period = around_level(days, nights["middle_h"].to_numpy())[which], np.maximum((asleep + awake)[which], 1.0)
    midnight = pl.col("night_date").cast(pl.Datetime("us", "UTC"))
    made = pl.DataFrame(
        {
            "night_id": [f"night {place}" for place in range(len(numbers))],
            "night_date": _dates(numbers, drawn),
            "sleep_duration_s": asleep[which],
            "from_s": middle * HOUR_S - period / 2,
            "to_s": middle * HOUR_S + period / 2,
        }
    ).with_columns(
        (midnight + pl.duration(microseconds=pl.col("from_s") * 1e6)).alias("start_at_utc"),
        (midnight + pl.duration(microseconds=pl.col("to_s") * 1e6)).alias("end_at_utc"),
        pl.lit(0).alias("utc_offset_s"),
    )
    tables = {"nights": conform(made.drop("from_s", "to_s").with_columns(pl.lit(1).alias("athlete_id")), "nights")}
    measured = {check.family: check.family.measure(check.family.rows(tables)) for check in NIGHT_CHECKS}
    return {check.name: _tallied(check, measured[check.family], "night_date", drawn) for check in NIGHT_CHECKS}


def tried_efforts(runs: pl.DataFrame, drawn: Drawn) -> dict[str, Tally]:
    """The check of efforts on ordinary days: heart rate around its relation to speed."""
    days = runs["run_date"].to_physical().to_numpy().astype(np.int64) + _EPOCH
    numbers, which = drawn.places(days)
    numbers, which = numbers[numbers < EFFORT_DAYS], which[numbers < EFFORT_DAYS]
    speed, rate = (runs[name].to_numpy() for name in ("effort_speed_m_per_s", "effort_heart_rate_bpm"))
    by_speed = slope(speed, rate) * speed
    made = runs[which].with_columns(
        pl.Series("subject_id", [f"run {place}" for place in range(len(numbers))]),
        pl.Series("run_date", _dates(numbers, drawn)),
        pl.Series("effort_heart_rate_bpm", (around_level(days, rate - by_speed) + by_speed)[which]),
    )
    moved = pl.col("run_date").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=7)
    measured = effort.FAMILY.measure(made.with_columns(moved.cast(runs.schema["start_at_utc"]).alias("start_at_utc")))
    return {check.name: _tallied(check, measured, "run_date", drawn) for check in EFFORT_CHECKS}


_EPOCH = date(1970, 1, 1).toordinal()


def _values_of(series: pl.DataFrame, drawn: Drawn) -> pl.DataFrame:
    days = series["value_date"].to_physical().to_numpy().astype(np.int64) + _EPOCH
    numbers, which = drawn.places(days)
    made = around_level(days, series["level"].to_numpy())[which]
    stated = np.exp(made) if series["is_hrv"][0] else made
    step = step_of(series["measured_value"].to_numpy())
    return series.select(contract("daily_values").names())[which].with_columns(
        pl.Series("value_date", _dates(numbers, drawn)),
        pl.Series("measured_value", np.round(stated / step) * step if step else stated),
    )


def step_of(values: Floats) -> float | None:
    """The coarsest step that all values are multiples of; None when they are multiples of none."""
    return next((step for step in STEPS if _is_whole(values / step)), None)


def _is_whole(numbers: Floats) -> bool:
    return bool(np.allclose(numbers, np.round(numbers), rtol=0.0, atol=1e-6))


def _tallied(check: Check, measured: pl.DataFrame, on: str, drawn: Drawn) -> Tally:
    """The dates on which a check could assess anything, and whether anything failed there."""
    found = check.find(measured)
    failed = found.segments.select("subject_id", held=pl.lit(value=True)).unique()
    by_date = (
        measured.join(found.assessed.select("subject_id").unique(), on="subject_id", how="semi")
        .join(failed, on="subject_id", how="left")
        .group_by(pl.col(on).alias("on"))
        .agg(pl.col("held").fill_null(value=False).any())
        .sort("on")
    )
    first = drawn.date_of(0)
    numbers = (by_date["on"] - first).dt.total_days().to_numpy().astype(np.int64)
    late = numbers >= LEAD_DAYS
    return Tally(numbers=numbers[late], held=by_date["held"].to_numpy().astype(np.int64)[late])


def _dates(numbers: Sequence[int] | np.ndarray, drawn: Drawn) -> pl.Series:
    return pl.Series((np.asarray(numbers) + drawn.date_of(0).toordinal() - _EPOCH).astype(np.int32)).cast(pl.Date)


def _lately(rows: pl.DataFrame, on: str, last: date) -> pl.DataFrame:
    first = last - timedelta(days=HISTORY_DAYS)
    return rows.filter((pl.col(on) > first) & (pl.col(on) <= last))
