"""A counter that leaps: a distance counted within a step that nobody covers, while its own speed says nothing of it.

A device that counts along its positions counts a jump of them as a way.
"""

from dataclasses import replace

import polars as pl

from pipelines.quality import movement
from pipelines.quality.activity_rows import is_moved
from pipelines.quality.contract import Check, Finding
from pipelines.quality.jumps import TELEPORT, TELEPORT_PLUS, TELEPORT_RIDDEN, TELEPORT_TIMES, WITH_POSITIONS
from pipelines.quality.segments import row_segments

NO_COUNTER = "no distance counted from record to record"


def find_leap(rows: pl.DataFrame) -> Finding:
    """The counted distance grows by more than 12.5 m a second (40 ridden), and than three times the speed plus 3 m.

    The speed is that of the device; without one, the activity's middle speed by the counter. Where there are positions
    they jump by half as much, or it is a late counter that makes up for what was covered.
    """
    finding = row_segments(
        rows,
        pl.col("is_counter_leap"),
        assessable=is_moved() & pl.col("counted_m_per_s").is_not_null(),
        severity="doubtful",
        worst=pl.col("counted_m_per_s"),
        evidence="the distance grows by {} m a second",
    )
    other = rows.filter(~is_moved() & pl.col("counted_m_per_s").is_not_null())["subject_id"].unique()
    return replace(finding, why_not=dict.fromkeys(other, movement.OTHER_SPORT))


DISTANCE_LEAP = Check(
    name="distance_leap",
    version=1,
    family=movement.FAMILY,
    severity="doubtful",
    purposes=movement.SPEED_PURPOSES,
    thresholds=(TELEPORT, TELEPORT_RIDDEN, TELEPORT_TIMES, TELEPORT_PLUS, WITH_POSITIONS),
    consequence="These steps count at the device's speed, else at the usual one, and are left out of splits and bests.",
    remedy=movement.SKY,
    why_not=NO_COUNTER,
    find=find_leap,
)
