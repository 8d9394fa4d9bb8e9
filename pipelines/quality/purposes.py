"""What each subject can serve: its purposes, its source, whether the rows it needs are there, its usual spread."""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.activity_rows import INDOOR, is_unstated
from pipelines.quality.error_sources import source_error, vendor_source
from pipelines.quality.expected_error import TERMS
from pipelines.quality.fact_frames import wide_facts
from pipelines.quality.in_use import nights_in_use, series_in_use
from pipelines.quality.limits import LEAST_COVERAGE, LEAST_DECOUPLING_S, SHORT_LAPS
from pipelines.quality.subjects import daily_values_in_use
from pipelines.quality.trailing import with_usual

MOVEMENT = ("distance", "mean_pace", "splits", "bests")
NEEDS_SPORT = ("bests", "decoupling")
"""Fastest kilometres are those of one sport, and heart rate keeps pace with speed on foot: neither of any sport.
Distance, pace, splits and load are figures of whatever was done, and need none."""
NO_SPORT = "the sport is not stated"
NO_WAY = "nobody moved"
HRV = ("hrv_day", "hrv_baseline")
INDOOR_ERROR = source_error("distance", "indoor")
NOTHING = pl.lit([], dtype=pl.List(pl.String))

ESSENTIAL = {
    "distance": "speed_envelope",
    "mean_pace": "speed_envelope",
    "splits": "speed_envelope",
    "bests": "speed_envelope",
    "decoupling": "hr_range",
    "load": "hr_range",
    "hr_zones": "hr_range",
    "sleep_duration": "night_duration",
}
"""The check that must have been assessed for a purpose to be: without its rows there is nothing to use."""
ESSENTIAL_BY_KIND = {"beat_series": "rr_range", "daily_value": "value_range"}

COLUMNS = (
    "athlete_id",
    "subject_kind",
    "subject_id",
    "subject_date",
    "purpose",
    "source",
    "is_assessable",
    "why_not",
    "rules",
    "row_count",
    "usual_count",
    "usual_spread",
)


def assessed_purposes(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per subject and purpose: COLUMNS.

    Of a night or a series that two exports hold only the later one is there. `rules` names rules beyond checks that
    are violated, `why_not` why a purpose cannot be assessed, `row_count` the rows of the subject, usual_* the days
    before it (null where the purpose does not compare days).
    """
    subjects = pl.concat(
        [
            _activities(tables["activities"], tables["facts"]),
            _beat_series(series_in_use(tables["beat_series"]), tables["facts"]),
            _nights(nights_in_use(tables["nights"])),
            _daily_values(tables["daily_values"], tables["facts"]),
        ]
    )
    by_kind = pl.lit(None, dtype=pl.String)
    for kind, name in ESSENTIAL_BY_KIND.items():
        by_kind = pl.when(pl.col("subject_kind") == kind).then(pl.lit(name)).otherwise(by_kind)
    essential = pl.coalesce(by_kind, pl.col("purpose").replace_strict(ESSENTIAL, default=None, return_dtype=pl.String))
    outcomes = tables["check_outcomes"].select("subject_kind", "subject_id", "check_name", "outcome", "why")
    joined = subjects.with_columns(essential.alias("check_name")).join(
        outcomes, on=["subject_kind", "subject_id", "check_name"], how="left", maintain_order="left"
    )
    seen = pl.col("outcome").is_in(["pass", "fail"]).fill_null(value=False)
    return joined.with_columns(
        pl.coalesce("why_not", pl.when(~seen).then(pl.coalesce("why", pl.lit("not judged yet")))).alias("why_not")
    ).select(pl.col("why_not").is_null().alias("is_assessable"), *(name for name in COLUMNS if name != "is_assessable"))


def _for_purposes(subjects: pl.DataFrame, purposes: tuple[str, ...]) -> pl.DataFrame:
    return subjects.join(pl.DataFrame({"purpose": list(purposes)}), how="cross")


def _frame(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns every kind gives, null where it has none."""
    given = {
        "why_not": pl.lit(None, dtype=pl.String),
        "rules": NOTHING,
        "usual_count": pl.lit(None, dtype=pl.Int64),
        "usual_spread": pl.lit(None, dtype=pl.Float64),
    }
    rows = rows.with_columns(expression.alias(name) for name, expression in given.items() if name not in rows.columns)
    return rows.select(
        *("athlete_id", "subject_kind", "subject_id", "subject_date", "purpose", "source", "why_not", "rules"),
        pl.col("row_count").cast(pl.Int64),
        pl.col("usual_count").cast(pl.Int64),
        "usual_spread",
    )


def _activities(activities: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    names = ("moving_s", "heart_rate_coverage_fraction", "short_lap_count", "error_distance_source", "distance_m")
    base = activities.select(
        "athlete_id",
        pl.lit("activity").alias("subject_kind"),
        pl.col("activity_id").alias("subject_id"),
        pl.col("local_date").alias("subject_date"),
        *("sport", "sub_sport"),
        "heart_rate_source",
        pl.col("record_count").alias("row_count"),
    ).join(wide_facts(facts, "activity", names), on="subject_id", how="left", maintain_order="left")
    purposes = tuple(dict.fromkeys(term.purpose for term in TERMS if term.subject_kind == "activity"))
    rows = _for_purposes(base, purposes)
    moves = pl.col("purpose").is_in(MOVEMENT)
    place = (
        pl.when(pl.col("sub_sport").is_in(INDOOR).fill_null(value=False) | pl.col("is_indoor"))
        .then(pl.lit("indoor"))
        .when((pl.col("sub_sport") == "trail").fill_null(value=False))
        .then(pl.lit("trail"))
        .otherwise(pl.lit("open"))
    )
    from_wrist = pl.col("heart_rate_source") != "strap"
    intervals = (pl.col("purpose") == "hr_zones") & from_wrist & (pl.col("short_lap_count") >= SHORT_LAPS.number)
    decoupling = pl.col("purpose") == "decoupling"
    uncovered = decoupling & (pl.col("heart_rate_coverage_fraction") < LEAST_COVERAGE.number)
    rows = rows.with_columns(
        (pl.col("error_distance_source") >= INDOOR_ERROR).fill_null(value=False).alias("is_indoor")
    )
    return _frame(
        rows.with_columns(
            pl.when(moves).then(place).otherwise("heart_rate_source").alias("source"),
            pl.when(pl.col("purpose").is_in(NEEDS_SPORT) & is_unstated())
            .then(pl.lit(NO_SPORT))
            .when(moves & (pl.col("distance_m") <= 0))
            .then(pl.lit(NO_WAY))
            .when(decoupling & ~(pl.col("moving_s") >= LEAST_DECOUPLING_S.number).fill_null(value=False))
            .then(pl.lit("less than 40 min of moving time"))
            .alias("why_not"),
            pl.when(intervals.fill_null(value=False))
            .then(pl.lit(["wrist_heart_rate_in_intervals"]))
            .when(uncovered.fill_null(value=False))
            .then(pl.lit(["heart_rate_coverage"]))
            .otherwise(NOTHING)
            .alias("rules"),
        )
    )


def _beat_series(beat_series: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    base = beat_series.select(
        "athlete_id",
        pl.lit("beat_series").alias("subject_kind"),
        pl.col("series_id").alias("subject_id"),
        pl.col("local_date").alias("subject_date"),
        "reading",
        pl.col("device_id").fill_null(""),
        pl.col("interval_count").alias("row_count"),
    ).join(
        wide_facts(facts, "beat_series", ("ln_rmssd", "pair_count")), on="subject_id", how="left", maintain_order="left"
    )
    usual = with_usual(base, series=["athlete_id", "reading", "device_id"], date="subject_date", value="ln_rmssd")
    rows = _for_purposes(usual, (*HRV, "resting_hr"))
    exercise = pl.col("reading") == "activity"
    at_any_hour = (pl.col("reading") == "spot") & (pl.col("purpose") == "resting_hr")
    return _frame(
        rows.with_columns(
            pl.when(pl.col("reading") == "night").then(pl.lit("night")).otherwise(pl.lit("morning")).alias("source"),
            pl.when(exercise)
            .then(pl.lit("recorded during exercise"))
            .when(at_any_hour)
            .then(pl.lit("recorded at any hour"))
            .alias("why_not"),
        )
    )


def _nights(nights: pl.DataFrame) -> pl.DataFrame:
    return _frame(
        nights.select(
            "athlete_id",
            pl.lit("night").alias("subject_kind"),
            pl.col("night_id").alias("subject_id"),
            pl.col("night_date").alias("subject_date"),
            pl.lit("sleep_duration").alias("purpose"),
            pl.lit("device").alias("source"),
            pl.lit(1).alias("row_count"),
        )
    )


def _daily_values(daily_values: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    days = daily_values_in_use(daily_values)
    base = days.select(
        "athlete_id",
        pl.lit("daily_value").alias("subject_kind"),
        "subject_id",
        pl.col("value_date").alias("subject_date"),
        "metric",
        "method",
        "reading",
        "device_id",
        vendor_source(pl.col("method")).alias("source"),
        pl.lit(1).alias("row_count"),
    ).join(wide_facts(facts, "daily_value", ("ln_rmssd",)), on="subject_id", how="left", maintain_order="left")
    rmssd = with_usual(
        base.filter(pl.col("metric") == "rmssd"),
        series=["athlete_id", "method", "reading", "device_id"],
        date="subject_date",
        value="ln_rmssd",
    )
    resting = base.filter(pl.col("metric") == "resting_heart_rate")
    return pl.concat([_frame(_for_purposes(rmssd, HRV)), _frame(_for_purposes(resting, ("resting_hr",)))])
