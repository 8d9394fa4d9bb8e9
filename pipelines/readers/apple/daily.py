"""Numbers stated for a day: resting heart rate, heart rate variability of the moment, and what is stored unused."""

from collections.abc import Iterator

import polars as pl

from pipelines.readers.apple.local_days import local_date, moment, offset_at
from pipelines.readers.apple.makers import APPLE
from pipelines.readers.apple.rows import RESTING, SDNN, VO2MAX, WALKING, Names
from pipelines.readers.contract import Method

RESTING_DAY = Method(
    metric="resting_heart_rate",
    method="apple_daily",
    reading="day",
    unit="bpm",
    window="the day, as last stated for it",
    label="stated by Apple Health, for the day",
    evidence="plausible",
)
SDNN_SPOT = Method(
    metric="sdnn",
    method="apple_sdnn_spot",
    reading="spot",
    unit="ms",
    window="about 60 s now and then; of a day's readings the one in the middle",
    label="stated by Apple Health, a minute now and then",
    evidence="plausible",
)
WALKING_DAY = Method(
    metric="walking_heart_rate",
    method="apple_walking_average",
    reading="day",
    unit="bpm",
    window="walking during the day, as last stated for it",
    label="stated by Apple Health, while walking",
    evidence="black_box",
)
VO2MAX_DAY = Method(
    metric="vo2max",
    method="apple_vo2max",
    reading="day",
    unit="ml_per_kg_min",
    window="a walk or run outdoors, the last one of the day",
    label="estimated by Apple Health",
    evidence="black_box",
)
LAST_OF_DAY = {RESTING: RESTING_DAY, WALKING: WALKING_DAY, VO2MAX: VO2MAX_DAY}
METHODS = (RESTING_DAY, SDNN_SPOT, WALKING_DAY, VO2MAX_DAY)


def daily_values(records: pl.DataFrame, names: Names) -> Iterator[list[dict[str, object]]]:
    """Rows of daily_values without their owner, number by number: one for each day and device of Apple's own.

    A number is re-issued during the day: what was created last counts. Of the variability's readings the one in the
    middle counts (of two the lower): a value that was measured, at its own time.
    """
    own = [number for number, maker in enumerate(names.makers.known) if maker.manufacturer == APPLE]
    records = records.filter(pl.col("maker").is_in(own))
    for kind, method in LAST_OF_DAY.items():
        of_kind = _dated(records.filter(pl.col("kind") == kind), names)
        ordered = of_kind.sort("created_s", "end_s", "amount", maintain_order=True)
        latest = ordered.unique(["value_date", "device_id"], keep="last", maintain_order=True)
        yield list(_rows(latest, method, names, at="end_s"))
    spots = _dated(records.filter(pl.col("kind") == SDNN), names).sort("amount", "start_s", maintain_order=True)
    day = ["value_date", "device_id"]
    middle = spots.filter(pl.int_range(pl.len()).over(day) == (pl.len().over(day) - 1) // 2)
    yield list(_rows(middle.sort("start_s", maintain_order=True), SDNN_SPOT, names, at="start_s"))


def _dated(rows: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Adds value_date, of the middle of each record, and device_id."""
    dates = []
    for start, end, stated, zone in rows.select("start_s", "end_s", "offset_s", "zone").iter_rows():
        middle = (start + end) / 2
        offset = offset_at(middle, zone=None if zone is None else names.zones[zone], stated_s=stated)
        dates.append(local_date(middle, offset))
    devices = pl.Series([maker.device_id for maker in names.makers.known], dtype=pl.String)
    return rows.with_columns(value_date=pl.Series(dates, dtype=pl.Date), device_id=devices.gather(rows["maker"]))


def _rows(rows: pl.DataFrame, method: Method, names: Names, *, at: str) -> Iterator[dict[str, object]]:
    for row in rows.iter_rows(named=True):
        yield {
            "value_date": row["value_date"],
            "metric": method.metric,
            "method": method.method,
            "reading": method.reading,
            "device_id": row["device_id"],
            "firmware": names.makers.known[row["maker"]].firmware,
            "measured_at_utc": moment(row[at]),
            "measured_value": row["amount"],
            "unit": method.unit,
        }
