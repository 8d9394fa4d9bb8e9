"""What a watch stores outside activities: heart rates, nights, HRV status, resting heart rate, vendor scores."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from pipelines.readers.contract import Batch, Method
from pipelines.readers.fit import fields
from pipelines.readers.fit.context import Context, moments, nullable
from pipelines.readers.fit.messages import Messages
from pipelines.readers.fit.monitoring import daily_steps, heart_rates
from pipelines.readers.fit.nights import Night, night_rows, nights_of, stage_rows
from pipelines.readers.fit.sessions import local_date, moment
from pipelines.readers.fit.timestamps import UNKNOWN
from pipelines.readers.fit.values import Floats
from pipelines.readers.garmin.methods import DAILY_RESTING, LAST_NIGHT_RMSSD, SEVEN_DAY_RESTING, SLEEP_SCORE

STRESS = Method(
    metric="stress_score",
    method="vendor_score_garmin_day_mean",
    reading="day",
    unit="points",
    window="mean of what was measurable of the local day",
    label="Garmin's stress, mean of the day",
    evidence="black_box",
)
STEPS = Method(
    metric="step_count",
    method="garmin_monitoring",
    reading="day",
    unit="count",
    window="the local day, of one watch",
    label="counted by a Garmin watch",
    evidence="plausible",
)
METHODS = (LAST_NIGHT_RMSSD, DAILY_RESTING, SEVEN_DAY_RESTING, SLEEP_SCORE, STRESS, STEPS)
"""Every number this module puts into daily_values; those the account states too are declared beside its readers."""


def batches(context: Context, messages: Messages, *, created: int) -> Iterator[Batch]:
    """Rows of heart_rates, nights, sleep_stages, daily_values and hrv_epochs that the file holds.

    `created` is when the file was made (FIT seconds, -1 unknown): the date of a score without one.
    """
    yield from heart_rates(context, messages)
    nights = nights_of(messages)
    if nights:
        yield Batch(table="nights", frame=night_rows(context, nights))
        yield Batch(table="sleep_stages", frame=stage_rows(context, nights))
    values = [
        _row(context, stated, at=at, value=value)
        for stated, told in _told(context, messages, nights, created)
        for at, value in told
    ]
    if values:
        key = ["value_date", "metric", "method", "reading", "device_id"]
        frame = context.rows("daily_values", values).unique(key, keep="last", maintain_order=True)
        yield Batch(table="daily_values", frame=frame)
    yield from _epochs(context, messages)


def _told(
    context: Context, messages: Messages, nights: list[Night], created: int
) -> Iterator[tuple[Method, list[tuple[int, float]]]]:
    """Each kind of daily value with its times (FIT seconds) and values."""
    status = messages.of(fields.HRV_STATUS_SUMMARY)
    yield LAST_NIGHT_RMSSD, _timed(status, status.numbers(fields.HRV_LAST_NIGHT_MS))
    resting = messages.of(fields.MONITORING_HR)
    yield DAILY_RESTING, _timed(resting, resting.numbers(fields.RESTING_HEART_RATE_TODAY))
    yield SEVEN_DAY_RESTING, _timed(resting, resting.numbers(fields.RESTING_HEART_RATE_7_DAYS))
    woke = nights[-1].end if nights else created
    scores = messages.of(fields.SLEEP_ASSESSMENT).numbers(fields.SLEEP_SCORE)
    yield SLEEP_SCORE, [(woke, score) for score in scores[np.isfinite(scores)].tolist() if woke >= 0]
    yield STRESS, _daily_stress(context, messages)
    yield STEPS, daily_steps(context, messages)


def _row(context: Context, stated: Method, *, at: int, value: float) -> dict[str, object]:
    return {
        "value_date": _date(context, at),
        "metric": stated.metric,
        "method": stated.method,
        "reading": stated.reading,
        "device_id": context.device_id or "",
        "firmware": context.firmware,
        "measured_at_utc": moment(at),
        "measured_value": value,
        "unit": stated.unit,
    }


def _timed(rows: Messages, values: Floats) -> list[tuple[int, float]]:
    kept = np.isfinite(values) & (rows.times != UNKNOWN)
    return list(zip(rows.times[kept].tolist(), values[kept].tolist(), strict=True))


def _daily_stress(context: Context, messages: Messages) -> list[tuple[int, float]]:
    """Mean of the measurable stress scores of each local date (negative ones are codes), at the time of the last."""
    rows = messages.of(fields.STRESS_LEVEL)
    times, scores = rows.integers(fields.STRESS_TIME), rows.numbers(fields.STRESS_VALUE)
    by_date: dict[date, list[tuple[int, float]]] = {}
    for at, score in zip(times.tolist(), scores.tolist(), strict=True):
        if at != UNKNOWN and score >= 0:
            by_date.setdefault(_date(context, at), []).append((at, score))
    return [(max(at for at, _ in told), sum(score for _, score in told) / len(told)) for told in by_date.values()]


def _epochs(context: Context, messages: Messages) -> Iterator[Batch]:
    rows = messages.of(fields.HRV_VALUE)
    rmssd = rows.numbers(fields.HRV_VALUE_MS)
    kept = np.isfinite(rmssd) & (rows.times != UNKNOWN)
    count = int(kept.sum())
    if count:
        columns = {
            "epoch_index": pl.Series(np.arange(count), dtype=pl.Int32),
            "device_id": pl.Series([context.device_id or ""]).new_from_index(0, count),
            "measured_at_utc": moments(rows.times[kept]),
            "rmssd_ms": nullable(rmssd[kept]),
        }
        yield Batch(table="hrv_epochs", frame=context.columns("hrv_epochs", columns))


def _date(context: Context, at: int) -> date:
    return local_date(at, utc_offset_s=context.utc_offset_s, zone=context.source.time_zone)
