"""Nights by day and runs in the small hours, of athletes who never have any: their clock is in doubt. Pure."""

import polars as pl

from pipelines.quality.clock_evidence import DAY_S, START
from pipelines.quality.contract import Threshold

LEAST_NIGHTS = Threshold(name="nights that make a habit", number=10.0, unit="nights", source=START)
LEAST_ACTIVITIES = Threshold(name="activities that make a habit", number=20.0, unit="activities", source=START)
UNUSUAL_NIGHT = Threshold(
    name="middle of the night off the usual", number=5 * 3600.0, unit="s", source=f"{START}: beyond any late evening"
)
SMALL_HOURS = Threshold(name="small hours, until", number=4 * 3600.0, unit="s since midnight", source=START)
NEIGHBOURS = Threshold(
    name="others at such an hour", number=0.02, unit="fraction", source=f"{START}: who works shifts has some"
)
AROUND = Threshold(name="such an hour", number=2 * 3600.0, unit="s either way", source=START)
REGULAR = Threshold(
    name="length of the mean direction", number=0.5, unit="fraction", source=f"{START}: below, there is no usual hour"
)


def unusual_hours(rows: pl.DataFrame) -> pl.DataFrame:
    """Subjects at an hour their athlete never keeps: subject_kind, subject_id and the columns a label takes over.

    `rows` are those of `clock_evidence` with a label; only subjects that are sure without a position are doubted.
    """
    middle = pl.col("start_at_utc") + (pl.col("end_at_utc") - pl.col("start_at_utc")) / 2
    moment = pl.when(pl.col("habit") == "night").then(middle).otherwise("start_at_utc")
    local_s = (moment.dt.epoch("s") + pl.col("utc_offset_s")) % DAY_S
    known = rows.filter((pl.col("label") == "sure") & pl.col("habit").is_not_null()).with_columns(
        local_s.alias("local_s"), (local_s * 2 * 3.141592653589793 / DAY_S).alias("angle")
    )
    usual = known.group_by("athlete_id", "habit").agg(
        pl.len().alias("count"), pl.col("angle").cos().mean().alias("x"), pl.col("angle").sin().mean().alias("y")
    )
    judged = known.join(usual, on=["athlete_id", "habit"]).with_columns(
        (pl.arctan2("y", "x") * DAY_S / (2 * 3.141592653589793) % DAY_S).alias("usual_s"),
        ((pl.col("x") ** 2 + pl.col("y") ** 2).sqrt() >= REGULAR.number).alias("is_regular"),
    )
    off_s = _around_the_clock(pl.col("local_s") - pl.col("usual_s"))
    is_night = pl.col("habit") == "night"
    by_day = is_night & (pl.col("count") > LEAST_NIGHTS.number) & (off_s > UNUSUAL_NIGHT.number) & pl.col("is_regular")
    at_night = ~is_night & (pl.col("count") > LEAST_ACTIVITIES.number) & (pl.col("local_s") < SMALL_HOURS.number)
    strange = judged.filter(by_day | at_night)
    others = known.select(
        "athlete_id", "habit", pl.col("subject_id").alias("other_id"), pl.col("local_s").alias("other_s")
    )
    near = (_around_the_clock(pl.col("other_s") - pl.col("local_s")) <= AROUND.number) & (
        pl.col("other_id") != pl.col("subject_id")
    )
    company = (
        strange.join(others, on=["athlete_id", "habit"])
        .group_by("subject_kind", "subject_id")
        .agg(near.mean().alias("share"))
    )
    return strange.join(
        company.filter(pl.col("share") <= NEIGHBOURS.number), on=["subject_kind", "subject_id"], how="inner"
    ).select(
        "subject_kind",
        "subject_id",
        pl.lit("doubtful").alias("label"),
        pl.lit("unusual_hour").alias("rule"),
        pl.format(
            "At {} local time, where {} others of this athlete almost never are.", _clock(pl.col("local_s")), "count"
        ).alias("evidence"),
        "utc_offset_s",
        pl.lit(None, dtype=pl.Int64).alias("shift_s"),
    )


def _around_the_clock(apart_s: pl.Expr) -> pl.Expr:
    forward = apart_s % DAY_S
    return pl.min_horizontal(forward, DAY_S - forward)


def _clock(local_s: pl.Expr) -> pl.Expr:
    minutes = (local_s // 60).cast(pl.Int64)
    return pl.format("{}:{}", *(part.cast(pl.String).str.zfill(2) for part in (minutes // 60, minutes % 60)))
