"""When a night lies: against the athlete's other nights, their habit, and the activities recorded meanwhile."""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from pipelines.quality.contract import Check, Family, Finding, Severity, Threshold
from pipelines.quality.in_use import nights_in_use
from pipelines.quality.night import night_rows
from pipelines.quality.segments import whole_subjects
from pipelines.quality.sliding import Floats
from pipelines.quality.trailing import LEAST_DAYS, WINDOW_DAYS, with_usual
from pipelines.tables import empty

START = "engineering start value"

OVERLAP_S = Threshold(name="at the same time", number=600.0, unit="s of both nights", source=START)
MOVED_H = Threshold(name="moved", number=3.0, unit="h between the middle and the usual middle", source=START)
MOVED_SPREADS = Threshold(
    name="moved in spreads", number=4.0, unit="robust standard deviations of the middle", source=f"{START}: shift work"
)
NAP_S = Threshold(name="nap", number=3 * 3600.0, unit="s asleep", source=f"{START}: shorter sleep has no usual hour")
ACTIVE_S = Threshold(name="active meanwhile", number=600.0, unit="s of an activity's timer", source=START)
SUM_S = Threshold(name="parts beyond the night", number=300.0, unit="s", source=START)
SUM_FRACTION = Threshold(
    name="parts beyond the night, in share", number=0.03, unit="fraction of the night", source=START
)

DAY_H = 24.0
HOUR_S = 3600.0


def window_rows(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The nights that no later export states again, with active_s: the longest activity inside each.

    In seconds of its timer, null where no activity of the athlete is known. The activities are those of the table
    `sessions`, all there are of an athlete, else those at hand.
    """
    nights = nights_in_use(night_rows(tables))
    sessions = tables["sessions"] if "sessions" in tables else tables.get("activities", empty("activities"))
    timed = sessions.select(
        "athlete_id",
        pl.col("start_at_utc").alias("active_from"),
        pl.col("end_at_utc").alias("active_to"),
        (pl.col("timer_s") / pl.max_horizontal("elapsed_s", "timer_s")).fill_null(1.0).alias("timer_share"),
    )
    if nights.is_empty() or timed.is_empty():
        return nights.with_columns(pl.lit(None, dtype=pl.Float64).alias("active_s"))
    spans = nights.select("subject_id", "athlete_id", "start_at_utc", "end_at_utc")
    both = spans.join_where(
        timed.rename({"athlete_id": "owner"}),
        pl.col("athlete_id") == pl.col("owner"),
        pl.col("active_from") < pl.col("end_at_utc"),
        pl.col("active_to") > pl.col("start_at_utc"),
    )
    shared = pl.min_horizontal("end_at_utc", "active_to") - pl.max_horizontal("start_at_utc", "active_from")
    inside = both.group_by("subject_id").agg(
        (shared.dt.total_microseconds() / 1e6 * pl.col("timer_share")).max().alias("active_s")
    )
    owners = timed["athlete_id"].unique().implode()
    return nights.join(inside, on="subject_id", how="left", maintain_order="left").with_columns(
        pl.when(pl.col("athlete_id").is_in(owners)).then(pl.col("active_s").fill_null(0.0)).alias("active_s")
    )


def measure(nights: pl.DataFrame) -> pl.DataFrame:
    """Adds shared_s (with another night of the device), middle_h, usual_* of the middle, moved_h and parts_s."""
    parts = pl.sum_horizontal("sleep_duration_s", "awake_s", "unmeasured_s")
    nights = nights.with_columns(
        pl.when(pl.col("sleep_duration_s").is_not_null()).then(parts).alias("parts_s"),
        pl.Series("shared_s", _shared(nights)),
        pl.Series("middle_h", _middles(nights)).fill_nan(None),
    )
    usual = with_usual(nights, series=["athlete_id"], date="night_date", value="middle_h")
    return usual.with_columns((pl.col("middle_h") - pl.col("usual_median")).alias("moved_h"))


def _shared(nights: pl.DataFrame) -> Floats:
    """Longest time (s) each night shares with another of the same athlete and device; NaN without one beside it."""
    keyed = nights.select(
        pl.struct("athlete_id", pl.col("device_id").fill_null("")).rank("dense").alias("key"),
        pl.col("start_at_utc").dt.epoch("us").alias("start"),
        pl.col("end_at_utc").dt.epoch("us").alias("end"),
    ).with_row_index("place")
    ordered = keyed.sort("key", "start", "end")
    earlier_end = pl.col("end").cum_max().shift().over("key")
    next_start, next_end = (pl.col(name).shift(-1).over("key") for name in ("start", "end"))
    before = pl.when(earlier_end.is_not_null()).then(pl.min_horizontal(earlier_end, "end") - pl.col("start"))
    later = pl.when(next_start.is_not_null()).then(pl.min_horizontal("end", next_end) - next_start)
    shared = ordered.with_columns((pl.max_horizontal(before, later) / 1e6).alias("shared"))
    return np.asarray(shared.sort("place")["shared"].fill_null(float("nan")).to_numpy(), dtype=np.float64)


def _middles(nights: pl.DataFrame) -> Floats:
    """Local hour of the middle of each night, unrolled around the athlete's mean hour; NaN for naps.

    Hours lie on a circle; they are cut open opposite the mean direction of the athlete's own nights.
    """
    middle_s = (
        pl.col("start_at_utc").dt.epoch("us") / 2e6
        + pl.col("end_at_utc").dt.epoch("us") / 2e6
        + pl.col("utc_offset_s").fill_null(0)
    )
    is_night = ~pl.col("is_nap").fill_null(value=False) & (pl.col("sleep_duration_s") >= NAP_S.number)
    frame = nights.select(
        "athlete_id",
        pl.when(is_night).then((middle_s / HOUR_S) % DAY_H).alias("hour"),
    )
    angle = pl.col("hour") * (2 * np.pi / DAY_H)
    mean = pl.arctan2(angle.sin().mean(), angle.cos().mean()).over("athlete_id") * (DAY_H / (2 * np.pi))
    around = (pl.col("hour") - mean + DAY_H / 2) % DAY_H - DAY_H / 2 + mean
    return np.asarray(frame.select(around.alias("hour"))["hour"].fill_null(float("nan")).to_numpy(), dtype=np.float64)


FAMILY = Family(signal="night", subject_kind="night", table="nights", rows=window_rows, measure=measure)


def find_overlap(nights: pl.DataFrame) -> Finding:
    """Ten minutes or more of this night lie inside another night of the same device: nobody sleeps twice at once."""
    return whole_subjects(
        nights.filter(pl.col("shared_s").is_not_nan()),
        pl.col("shared_s") >= OVERLAP_S.number,
        severity="unusable",
        worst=pl.col("shared_s") / 60,
        evidence="{} min at the same time as another night of the device",
    )


def find_moved(nights: pl.DataFrame) -> Finding:
    """The middle of the night lies three hours and four spreads from the usual one of the 60 days before.

    Local time where the file states an offset. A clock that is hours off does that, and so does travel or a party.
    Naps, and nights with fewer than 14 before them, are not assessable.
    """
    distance = pl.col("moved_h").abs()
    return whole_subjects(
        nights.filter((pl.col("usual_count") >= LEAST_DAYS.number) & pl.col("moved_h").is_not_null()),
        (distance > MOVED_H.number) & (distance > MOVED_SPREADS.number * pl.col("usual_spread")),
        severity="doubtful",
        worst=pl.col("moved_h"),
        evidence="{} h from the usual middle of the night",
    )


def find_active(nights: pl.DataFrame) -> Finding:
    """Ten minutes or more of an activity were recorded while the device says the athlete slept.

    Not assessable without any activity of the athlete.
    """
    return whole_subjects(
        nights.filter(pl.col("active_s").is_not_null()),
        pl.col("active_s") >= ACTIVE_S.number,
        severity="unusable",
        worst=pl.col("active_s") / 60,
        evidence="{} min of an activity inside the night",
    )


def find_parts(nights: pl.DataFrame) -> Finding:
    """Time asleep, awake and not measured together exceed the night by more than 5 minutes and 3 %."""
    over = pl.col("parts_s") - pl.col("period_s")
    return whole_subjects(
        nights.filter(over.is_not_null()),
        (over > SUM_S.number) & (over > SUM_FRACTION.number * pl.col("period_s")),
        severity="doubtful",
        worst=over / 60,
        evidence="the parts are {} min longer than the night",
    )


def _check(
    name: str,
    find: Callable[[pl.DataFrame], Finding],
    thresholds: tuple[Threshold, ...],
    *,
    severity: Severity,
    why_not: str,
) -> Check:
    return Check(
        name=name,
        version=1,
        family=FAMILY,
        severity=severity,
        purposes=("sleep_duration",),
        thresholds=thresholds,
        consequence="The sleep duration of this night is doubtful or left out.",
        remedy="Check the time on the device, let it sync with the phone, and correct the night in its app.",
        why_not=why_not,
        find=find,
    )


NIGHT_OVERLAP = _check(
    "night_overlap", find_overlap, (OVERLAP_S,), severity="unusable", why_not="the only night of the device"
)
NIGHT_MOVED = _check(
    "night_moved",
    find_moved,
    (MOVED_H, MOVED_SPREADS, NAP_S, LEAST_DAYS, WINDOW_DAYS),
    severity="doubtful",
    why_not="a nap, or fewer than 14 nights before it",
)
NIGHT_ACTIVE = _check(
    "night_active", find_active, (ACTIVE_S,), severity="unusable", why_not="no activity of the athlete is known"
)
NIGHT_PARTS = _check(
    "night_parts", find_parts, (SUM_S, SUM_FRACTION), severity="doubtful", why_not="no sleep duration stated"
)
