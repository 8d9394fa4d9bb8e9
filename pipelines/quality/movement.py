"""Checks on speed and position: what no body does, and what no record says.

Speed as the device states it (or counts it as distance) and speed by position are judged apart: a bad position need
not spoil the device's distance. Where a file holds positions alone, their speed is the speed that is judged. Sports on
foot and ridden ones are assessed; one that is not stated is held to what is ridden.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from pipelines.quality import envelope
from pipelines.quality.activity_rows import GAP_S, GAP_STEPS, INDOOR, activity_rows, is_moved, is_ridden
from pipelines.quality.contract import Check, Family, Finding, Threshold
from pipelines.quality.jumps import TELEPORT, TELEPORT_PLUS, TELEPORT_RIDDEN, TELEPORT_TIMES, between
from pipelines.quality.placed import PLACED_WINDOW_S
from pipelines.quality.segments import row_segments
from pipelines.quality.sliding import Bools, Floats, Ints, layout, middle

START = "engineering start value"

ACCELERATION = Threshold(
    name="acceleration", number=3.0, unit="m/s2", source="public tools; a sprinter leaves the blocks"
)
HARD_ACCELERATION = Threshold(name="hard acceleration", number=5.0, unit="m/s2", source=START)
TELEPORT_BACK_S = Threshold(name="jump back within", number=120.0, unit="s", source=START)
TELEPORT_BACK_M = Threshold(
    name="jump back to within", number=500.0, unit="m", source=f"{START}: the way a runner covers meanwhile"
)
TELEPORT_BACK_RIDDEN_M = Threshold(
    name="jump back to within, ridden", number=1500.0, unit="m", source=f"{START}: the way a rider covers meanwhile"
)
ACCELERATION_STEP_S = Threshold(name="compared speeds", number=3.0, unit="s apart", source=START)
ACCELERATION_BACK_S = Threshold(name="leap back within", number=10.0, unit="s", source=START)
ACCELERATION_BACK_M_PER_S = Threshold(name="leap back to within", number=2.0, unit="m/s", source=START)
STANDING_M_PER_S = Threshold(
    name="standing", number=1.0, unit="m/s", source=f"{START}: a start or stop is no fault below the hard limit"
)
LOCAL_WINDOW, LOCAL_STRIDE = 31, 4  # rows
POSITION_DURATIONS_S = (20.0, 60.0, 300.0, 1200.0, 3600.0)  # shorter means are position noise

SPEED_PURPOSES = ("distance", "mean_pace", "splits", "bests", "decoupling")
LEFT_OUT = "These seconds count at the speed around them, and are left out of splits, bests and decoupling."
SKY = "Let the watch find its satellites before you start; between high walls prefer a foot pod."


def measure(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds is_moved (a sport that is assessed), is_ridden, own_m_per_s, acceleration, and the marks of `_marks`."""
    own = pl.coalesce("device_m_per_s", "counted_m_per_s", "placed_m_per_s")
    stated = pl.coalesce("device_m_per_s", "placed_m_per_s")
    rows = rows.with_columns(
        is_moved().alias("is_moved"),
        is_ridden().alias("is_ridden"),
        pl.col("sub_sport").is_in(INDOOR).fill_null(value=False).alias("is_indoor"),
        own.alias("own_m_per_s"),
        (pl.col("dt_s").is_not_null() & ~pl.col("is_gap")).alias("is_step"),
    )
    broken = (~pl.col("is_step")).fill_null(value=True)
    change = stated - stated.shift()
    counts = pl.col("is_step") & ~broken.shift(fill_value=True) & (pl.col("dt_s") <= ACCELERATION_STEP_S.number)
    rows = rows.with_columns(
        pl.when(counts & ~pl.col("is_ridden")).then(change / pl.col("dt_s")).alias("acceleration"),
        pl.min_horizontal(stated, stated.shift()).alias("slower_m_per_s"),
    )
    return rows.with_columns(*_marks(rows))


def _marks(rows: pl.DataFrame) -> list[pl.Series]:
    """The marks that need windows or pairs of jumps."""
    subject = rows["subject_id"].rle_id().to_numpy().astype(np.int64)
    at_s = rows["clock_s"].fill_null(strategy="forward").fill_null(0.0).to_numpy()
    step_s = rows.select(pl.when("is_step").then("dt_s").otherwise(0.0))["dt_s"].fill_null(0.0).to_numpy()
    moved, ridden = rows["is_moved"].to_numpy(), rows["is_ridden"].to_numpy()
    own = np.where(moved, rows["own_m_per_s"].fill_null(0.0).to_numpy(), 0.0)
    position = np.where(moved, rows["position_m_per_s"].fill_null(0.0).to_numpy(), 0.0)
    tracks = envelope.Tracks(step_s=step_s, clock_s=at_s, subject=subject, is_ridden=ridden)
    too_fast = envelope.beyond(own, tracks)
    teleport = _teleports(rows, subject=subject, at_s=at_s)
    steady = np.where(teleport, 0.0, position)
    far = envelope.beyond(steady, tracks, durations_s=POSITION_DURATIONS_S)
    leap = rows["acceleration"].abs().fill_null(0.0).to_numpy() > HARD_ACCELERATION.number
    leaps = between(
        leap,
        subject=subject,
        at_s=at_s,
        value=own,
        longest_s=ACCELERATION_BACK_S.number,
        back=ACCELERATION_BACK_M_PER_S.number,
    )
    return [
        pl.Series("is_too_fast", too_fast),
        pl.Series("is_position_too_fast", far),
        pl.Series("is_teleport", teleport),
        pl.Series("is_leap", leaps),
    ]


def _teleports(rows: pl.DataFrame, *, subject: Ints, at_s: Floats) -> Bools:
    """Marks rows that the position jumped to, and those it stayed away on until it jumped back."""
    speed = rows["position_m_per_s"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if not len(speed):
        return np.zeros(0, dtype=np.bool_)
    plan = layout(subject)
    usual = middle(speed[plan.source], LOCAL_WINDOW, LOCAL_STRIDE)[plan.home]
    least = np.where(rows["is_ridden"].to_numpy(), TELEPORT_RIDDEN.number, TELEPORT.number)
    limit = np.fmax(least, TELEPORT_TIMES.number * usual + TELEPORT_PLUS.number)
    jump: Bools = (speed > limit) & rows["is_moved"].to_numpy() & ~rows["is_pause_step"].to_numpy()
    if not jump.any():
        return jump
    # North and east in metres, close enough within one activity; their sum with unlike weights tells places apart.
    latitude = rows["latitude_deg"].fill_null(strategy="forward").fill_null(0.0).to_numpy()
    longitude = rows["longitude_deg"].fill_null(strategy="forward").fill_null(0.0).to_numpy()
    metres = 111_195.0 * (latitude + 1.618 * longitude * np.cos(np.radians(latitude)))
    back = np.where(rows["is_ridden"].to_numpy(), TELEPORT_BACK_RIDDEN_M.number, TELEPORT_BACK_M.number)
    return between(jump, subject=subject, at_s=at_s, value=metres, longest_s=TELEPORT_BACK_S.number, back=back)


FAMILY = Family(signal="movement", subject_kind="activity", table="records", rows=activity_rows, measure=measure)
HAS_SPEED = pl.col("is_moved") & pl.col("own_m_per_s").is_not_null() & pl.col("is_step")
HAS_POSITION = pl.col("is_moved") & pl.col("position_m_per_s").is_not_null() & pl.col("is_step")

NO_SPEED = "neither speed, distance nor two positions in the records"
NO_POSITION = "no two positions in the records"
OTHER_SPORT = "a sport whose speed is not judged"
ON_FOOT_ONLY = "changes of speed are judged on foot only"


def _with_sport(finding: Finding, rows: pl.DataFrame, speed: str) -> Finding:
    """The finding, with the sport as the reason of those that have that speed and yet could not be assessed."""
    other = rows.filter(~pl.col("is_moved") & pl.col(speed).is_not_null() & pl.col("is_step"))["subject_id"].unique()
    return replace(finding, why_not=dict.fromkeys(other, OTHER_SPORT))


def find_too_fast(rows: pl.DataFrame) -> Finding:
    """Speed by the device above 1.05 of the world best, over 5 s to an hour. An honest sprint passes.

    Without speed and counted distance it is the speed by position over 5 s. On foot the limit falls with duration;
    ridden, or in a sport that is not stated, it is 36 m/s. Other sports are not assessable.
    """
    finding = row_segments(
        rows,
        pl.col("is_too_fast"),
        assessable=HAS_SPEED,
        severity="unusable",
        worst=pl.col("own_m_per_s"),
        evidence="{} m/s",
    )
    return _with_sport(finding, rows, "own_m_per_s")


def find_position_too_fast(rows: pl.DataFrame) -> Finding:
    """Speed by position above 1.05 of the world best, over 20 s to an hour, jumps left out."""
    finding = row_segments(
        rows,
        pl.col("is_position_too_fast"),
        assessable=HAS_POSITION,
        severity="doubtful",
        worst=pl.col("position_m_per_s"),
        evidence="{} m/s by position",
    )
    return _with_sport(finding, rows, "position_m_per_s")


def find_acceleration(rows: pl.DataFrame) -> Finding:
    """Device speed changes by more than 3 m/s in a second (doubtful) or 5 (unusable), on foot.

    Without speed and counted distance it is the speed by position over 5 s. Starting and stopping from under 1 m/s
    passes below the hard limit; so does the first step after a pause or gap.
    """
    soft = (pl.col("acceleration").abs() > ACCELERATION.number) & (pl.col("slower_m_per_s") >= STANDING_M_PER_S.number)
    finding = row_segments(
        rows,
        pl.col("is_moved") & (pl.col("is_leap") | soft),
        assessable=pl.col("is_moved") & pl.col("acceleration").is_not_null(),
        severity=pl.when("is_leap").then(pl.lit("unusable")).otherwise(pl.lit("doubtful")),
        worst=pl.col("acceleration"),
        evidence="speed changes by {} m/s in a second",
    )
    told = _with_sport(finding, rows, "own_m_per_s").why_not
    ridden = rows.filter(HAS_SPEED & pl.col("is_ridden"))["subject_id"].unique()
    return replace(finding, why_not={**told, **dict.fromkeys(ridden, ON_FOOT_ONLY)})


def find_teleport(rows: pl.DataFrame) -> Finding:
    """Position jumps faster than 12.5 m/s (40 ridden) and three times the speed around; until it is back, it fails.

    A jump across a pause passes: nothing was recorded meanwhile.
    """
    finding = row_segments(
        rows,
        pl.col("is_teleport"),
        assessable=HAS_POSITION,
        severity="doubtful",
        worst=pl.col("step_m"),
        evidence="position jumps {} m",
    )
    return _with_sport(finding, rows, "position_m_per_s")


def find_gap(rows: pl.DataFrame) -> Finding:
    """No record for more than 10 s and three usual steps while the timer runs. Smart recording of 1 to 8 s passes."""
    gaps = rows.with_columns((pl.col("clock_s") - pl.col("dt_s")).alias("at_s"), pl.col("dt_s").alias("length_s"))
    return row_segments(
        gaps,
        pl.col("is_gap"),
        assessable=pl.col("dt_s").is_not_null(),
        severity="doubtful",
        worst=pl.col("dt_s"),
        evidence="no record for {} s",
        join_s=0.0,
    )


def _check(
    name: str,
    find: Callable[[pl.DataFrame], Finding],
    thresholds: tuple[Threshold, ...],
    *,
    why_not: str,
    purposes: tuple[str, ...] = SPEED_PURPOSES,
) -> Check:
    return Check(
        name=name,
        version={"record_gap": 1, "speed_envelope": 3, "speed_acceleration": 3}.get(name, 2),
        family=FAMILY,
        severity="unusable" if name in {"speed_envelope", "speed_acceleration"} else "doubtful",
        purposes=purposes,
        thresholds=thresholds,
        consequence=LEFT_OUT,
        remedy=SKY,
        why_not=why_not,
        find=find,
    )


SPEED_ENVELOPE = _check(
    "speed_envelope",
    find_too_fast,
    (envelope.LEEWAY, envelope.RIDDEN_M_PER_S, PLACED_WINDOW_S),
    why_not=NO_SPEED,
)
POSITION_ENVELOPE = _check(
    "position_envelope", find_position_too_fast, (envelope.LEEWAY, envelope.RIDDEN_M_PER_S), why_not=NO_POSITION
)
SPEED_ACCELERATION = _check(
    "speed_acceleration",
    find_acceleration,
    (
        *(ACCELERATION, HARD_ACCELERATION, STANDING_M_PER_S),
        *(ACCELERATION_STEP_S, ACCELERATION_BACK_S, ACCELERATION_BACK_M_PER_S, PLACED_WINDOW_S),
    ),
    why_not=NO_SPEED,
)
POSITION_TELEPORT = _check(
    "position_teleport",
    find_teleport,
    (
        *(TELEPORT, TELEPORT_RIDDEN, TELEPORT_TIMES),
        *(TELEPORT_PLUS, TELEPORT_BACK_S, TELEPORT_BACK_M, TELEPORT_BACK_RIDDEN_M),
    ),
    why_not=NO_POSITION,
)
RECORD_GAP = _check("record_gap", find_gap, (GAP_S, GAP_STEPS), why_not="fewer than two time stamps")
