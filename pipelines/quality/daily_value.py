"""Checks on values a vendor states for a day: out of any range, frozen, far from the athlete's own days, too few."""

from collections.abc import Callable, Mapping

import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.segments import whole_subjects
from pipelines.quality.subjects import daily_values_in_use
from pipelines.quality.trailing import LEAST_DAYS, WINDOW_DAYS, with_usual
from pipelines.tables import empty

START = "engineering start value"

RMSSD_LOW = Threshold(name="lowest RMSSD", number=3.0, unit="ms", source=START)
RMSSD_HIGH = Threshold(name="highest RMSSD", number=300.0, unit="ms", source=START)
SDNN_LOW = Threshold(name="lowest SDNN", number=5.0, unit="ms", source=START)
SDNN_HIGH = Threshold(name="highest SDNN", number=350.0, unit="ms", source=START)
RESTING_LOW = Threshold(name="lowest resting heart rate", number=28.0, unit="bpm", source=START)
RESTING_HIGH = Threshold(
    name="highest resting heart rate", number=110.0, unit="bpm", source=f"{START}; Quer 2020: 40-109"
)
FROZEN_BOTH = Threshold(name="HRV and heart rate equal", number=4.0, unit="days in a row", source=START)
FROZEN_ONE = Threshold(
    name="HRV equal",
    number=5.0,
    unit="days in a row",
    source=f"{START}: one in ten thousand by chance at an SD of 4 ms",
)
OUTLIER = Threshold(name="far from the usual", number=3.5, unit="robust standard deviations", source=START)
OUTLIER_FLOOR_LN = Threshold(name="smallest spread of HRV", number=0.06, unit="ln_ms", source=START)
OUTLIER_FLOOR_BPM = Threshold(name="smallest spread of heart rate", number=1.5, unit="bpm", source=START)
WEEK_LEAST = Threshold(
    name="days of the last seven",
    number=3.0,
    unit="days",
    source="Plews 2014: three random days a week in trained athletes",
)
GAP_DAYS = Threshold(name="days missing", number=3.0, unit="days in a row", source=START)
WEEK_DAYS = 7
LONGEST_STEP_DAYS = Threshold(name="in a row", number=2.0, unit="days apart", source=START)

RANGES = {
    "rmssd": (RMSSD_LOW, RMSSD_HIGH),
    "sdnn": (SDNN_LOW, SDNN_HIGH),
    "resting_heart_rate": (RESTING_LOW, RESTING_HIGH),
}
HRV = ("rmssd", "sdnn")
SERIES = ["athlete_id", "metric", "method", "reading", "device_id"]
WEAR = "Wear the device every night, snug and charged, and let it finish its night before you sync."
ALL = ("hrv_day", "hrv_baseline", "resting_hr")


def daily_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per daily value in use: subject_id and its columns, the athlete's birth_year and time_zone where known.

    With duration_s (null) and row_count for segments.
    """
    athletes = tables.get("athletes", empty("athletes")).select("athlete_id", "birth_year", "time_zone")
    days = daily_values_in_use(tables["daily_values"]).with_columns(
        pl.lit(None, dtype=pl.Float64).alias("duration_s"), pl.lit(1).alias("row_count")
    )
    return days.join(athletes, on="athlete_id", how="left", maintain_order="left")


def measure(days: pl.DataFrame) -> pl.DataFrame:
    """Adds same_count and both_count (place in a run of equal values), level, usual_* of 60 days, and week_count."""
    is_hrv = pl.col("metric").is_in(HRV)
    level = pl.when(is_hrv & (pl.col("measured_value") > 0)).then(pl.col("measured_value").log())
    days = days.with_columns(
        level.otherwise(pl.when(~is_hrv).then(pl.col("measured_value"))).alias("level"), is_hrv.alias("is_hrv")
    )
    days = _with_week(with_usual(days, series=SERIES, date="value_date", value="level"))
    return _with_both(_with_same(days.sort(*SERIES, "value_date")))


def _with_week(days: pl.DataFrame) -> pl.DataFrame:
    """Adds week_count (values of seven days up to this one), series_day (since the first), missing_days (before)."""
    ordered = days.sort(*SERIES, "value_date")
    return ordered.with_columns(
        pl.col("measured_value")
        .count()
        .rolling(index_column="value_date", period=f"{WEEK_DAYS}d")
        .over(SERIES)
        .alias("week_count"),
        (pl.col("value_date") - pl.col("value_date").min()).dt.total_days().over(SERIES).alias("series_day"),
        (pl.col("value_date").diff().dt.total_days().over(SERIES) - 1).alias("missing_days"),
    )


def _in_a_row() -> pl.Expr:
    same_series = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in SERIES)
    near = (pl.col("value_date") - pl.col("value_date").shift()).dt.total_days() <= LONGEST_STEP_DAYS.number
    return (same_series & near & (pl.col("measured_value") == pl.col("measured_value").shift())).fill_null(value=False)


def _with_same(days: pl.DataFrame) -> pl.DataFrame:
    """Adds run and same_count: days in a row with this value, the whole run counted; is_repeat: not its first."""
    days = days.with_columns((~_in_a_row()).cum_sum().alias("run"), _in_a_row().alias("is_repeat"))
    return days.with_columns(pl.len().over("run").alias("same_count"))


def _with_both(days: pl.DataFrame) -> pl.DataFrame:
    """Adds both_count: days in a row on which HRV and resting heart rate of one device both repeat, counted whole."""
    keys = ["athlete_id", "device_id", "value_date"]
    repeats = days.group_by(keys).agg(
        pl.col("is_repeat").filter("is_hrv").any().alias("hrv"),
        pl.col("is_repeat").filter(pl.col("metric") == "resting_heart_rate").any().alias("resting"),
    )
    both = repeats.filter(pl.col("hrv") & pl.col("resting")).sort(keys)
    step = (pl.col("value_date") - pl.col("value_date").shift()).dt.total_days() <= LONGEST_STEP_DAYS.number
    joined = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in keys[:2]) & step
    both = both.with_columns((~joined.fill_null(value=False)).cum_sum().alias("stretch")).with_columns(
        (pl.len().over("stretch") + 1).alias("both_count")
    )
    return days.join(both.select(*keys, "both_count"), on=keys, how="left", maintain_order="left")


FAMILY = Family(
    signal="daily_value", subject_kind="daily_value", table="daily_values", rows=daily_rows, measure=measure
)


def find_range(days: pl.DataFrame) -> Finding:
    """RMSSD outside 3 to 300 ms, SDNN outside 5 to 350 ms, resting heart rate outside 28 to 110 bpm."""
    outside = pl.lit(value=False)
    for metric, (low, high) in RANGES.items():
        beyond = (pl.col("measured_value") < low.number) | (pl.col("measured_value") > high.number)
        outside |= (pl.col("metric") == metric) & beyond
    return whole_subjects(
        days.filter(pl.col("metric").is_in(list(RANGES))),
        outside,
        severity="unusable",
        worst=pl.col("measured_value"),
        evidence="{} is out of range",
    )


def find_frozen(days: pl.DataFrame) -> Finding:
    """The same HRV on five days in a row, or the same HRV and resting heart rate on four: all but the first fail.

    Days more than two apart are not in a row.
    """
    frozen = (pl.col("is_hrv") & (pl.col("same_count") >= FROZEN_ONE.number)) | (
        pl.col("both_count") >= FROZEN_BOTH.number
    )
    return whole_subjects(
        days.filter(pl.col("metric").is_in(list(RANGES))),
        frozen.fill_null(value=False) & pl.col("is_repeat"),
        severity="unusable",
        worst=pl.col("same_count"),
        evidence="the same value {} days in a row",
    )


def find_outlier(days: pl.DataFrame) -> Finding:
    """Further than 3.5 robust standard deviations from the median of the 60 days before: unusual, not bad.

    HRV is compared as a logarithm. With fewer than 14 days of the same metric, method and device: not assessable.
    """
    floor = pl.when("is_hrv").then(OUTLIER_FLOOR_LN.number).otherwise(OUTLIER_FLOOR_BPM.number)
    distance = (pl.col("level") - pl.col("usual_median")).abs() / pl.max_horizontal("usual_spread", floor)
    return whole_subjects(
        days.filter(
            pl.col("metric").is_in(list(RANGES))
            & (pl.col("usual_count") >= LEAST_DAYS.number)
            & pl.col("level").is_not_null()
        ),
        distance > OUTLIER.number,
        severity="doubtful",
        worst=distance,
        evidence="{} spreads from the usual",
    )


def find_sparse(days: pl.DataFrame) -> Finding:
    """Fewer than 3 values in the 7 days that end with this one: no rolling mean is given.

    The first week of a series is not assessable.
    """
    return whole_subjects(
        days.filter(pl.col("is_hrv") & (pl.col("series_day") >= WEEK_DAYS - 1)),
        pl.col("week_count") < WEEK_LEAST.number,
        severity="doubtful",
        worst=pl.col("week_count"),
        evidence="{} values in seven days",
    )


def find_gap(days: pl.DataFrame) -> Finding:
    """Three days or more without a value lie before this one. The value itself is no worse for it.

    The first value of a series is not assessable.
    """
    return whole_subjects(
        days.filter(pl.col("metric").is_in(list(RANGES)) & pl.col("missing_days").is_not_null()),
        pl.col("missing_days") >= GAP_DAYS.number,
        severity="doubtful",
        worst=pl.col("missing_days"),
        evidence="{} days without a value before it",
    )


def _check(
    name: str,
    find: Callable[[pl.DataFrame], Finding],
    thresholds: tuple[Threshold, ...],
    *,
    purposes: tuple[str, ...] = ALL,
    why_not: str = "a metric without limits",
    consequence: str = "The value is doubtful, or left out of day and baseline.",
) -> Check:
    return Check(
        name=name,
        version=1,
        family=FAMILY,
        severity="unusable" if name in {"value_range", "value_frozen"} else "doubtful",
        purposes=purposes,
        thresholds=thresholds,
        consequence=consequence,
        remedy=WEAR,
        why_not=why_not,
        find=find,
    )


VALUE_RANGE = _check("value_range", find_range, tuple(limit for pair in RANGES.values() for limit in pair))
VALUE_FROZEN = _check("value_frozen", find_frozen, (FROZEN_ONE, FROZEN_BOTH, LONGEST_STEP_DAYS))
VALUE_OUTLIER = _check(
    "value_outlier",
    find_outlier,
    (OUTLIER, OUTLIER_FLOOR_LN, OUTLIER_FLOOR_BPM, LEAST_DAYS, WINDOW_DAYS),
    why_not="fewer than 14 days before it",
)
VALUE_SPARSE = _check(
    "value_sparse", find_sparse, (WEEK_LEAST,), purposes=("hrv_baseline",), why_not="not HRV, or the first week"
)
VALUE_GAP = _check(
    "value_gap",
    find_gap,
    (GAP_DAYS,),
    purposes=(),
    why_not="a metric without limits, or the first value of a series",
    consequence="Said, and nothing is left out: whether enough days are left for a mean is another check.",
)
