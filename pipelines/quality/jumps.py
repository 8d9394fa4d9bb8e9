"""Stretches between a jump away and the jump back, and how fast a step has to be to be a jump."""

import numpy as np
import polars as pl

from pipelines.quality.contract import Threshold
from pipelines.quality.sliding import Bools, Floats, Ints

START = "engineering start value"

TELEPORT = Threshold(name="position jump", number=12.5, unit="m/s", source=START)
TELEPORT_RIDDEN = Threshold(name="position jump, ridden", number=40.0, unit="m/s", source=START)
TELEPORT_TIMES = Threshold(name="times the local speed", number=3.0, unit="local median speeds", source=START)
TELEPORT_PLUS = Threshold(name="above three local speeds", number=3.0, unit="m/s", source=START)
WITH_POSITIONS = Threshold(
    name="positions jump too, by", number=0.5, unit="fraction of what the counter leaps", source=START
)
LONE = 5  # rows: a jump and the jump back are at most two of them


def lone_jumps(step_m_per_s: Floats) -> Bools:
    """Steps between positions that jump while those around do not; unknown speeds come as NaN.

    Faster than 12.5 m/s and than three times the median of the five steps around plus 3 m/s. A drive is no lone jump.
    """
    if len(step_m_per_s) < LONE:
        return np.zeros(len(step_m_per_s), dtype=np.bool_)
    fast = np.flatnonzero(step_m_per_s > TELEPORT.number)
    around = np.clip(fast[:, None] + np.arange(LONE) - LONE // 2, 0, len(step_m_per_s) - 1)
    near = np.nan_to_num(step_m_per_s[around])
    found = np.zeros(len(step_m_per_s), dtype=np.bool_)
    limit = TELEPORT_TIMES.number * np.median(near, axis=1) + TELEPORT_PLUS.number if len(fast) else near
    found[fast] = step_m_per_s[fast] > limit if len(fast) else False
    return found


def counter_leaps(rows: pl.DataFrame, *, is_moved: pl.Expr, is_ridden: pl.Expr) -> pl.Series:
    """Marks steps over which the counted distance grows as no step does: is_counter_leap. Gaps are no steps.

    Faster than 12.5 m/s (40 ridden) and than three times the speed plus 3 m/s: the device's, else the middle of the
    activity's counted ones. Where there are positions they have to jump by half as much: a counter that was late and
    makes up for it counts what was covered.
    """
    counted = pl.col("counted_m_per_s")
    least = pl.when(is_ridden).then(TELEPORT_RIDDEN.number).otherwise(TELEPORT.number)
    fast = rows.with_row_index("place").filter((counted > TELEPORT.number) & ~pl.col("is_gap") & is_moved)
    found = np.zeros(rows.height, dtype=np.bool_)
    if fast.height:
        ids = fast["subject_id"].unique().implode()
        usual = rows.filter(pl.col("subject_id").is_in(ids)).group_by("subject_id").agg(counted.median().alias("usual"))
        local = pl.coalesce("device_m_per_s", "usual").fill_null(0.0)
        leaping = fast.join(usual, on="subject_id", how="left", maintain_order="left").filter(
            (counted > least)
            & (counted > TELEPORT_TIMES.number * local + TELEPORT_PLUS.number)
            & (pl.col("position_m_per_s") >= WITH_POSITIONS.number * counted).fill_null(value=True)
        )
        found[leaping["place"].to_numpy()] = True
    return pl.Series("is_counter_leap", found)


def between(
    jump: Bools, *, subject: Ints, at_s: Floats, value: Floats, longest_s: float, back: float | Floats
) -> Bools:
    """Marks each jump, and the rows up to the next one where that returns to within `back` of where it left.

    `value` is what jumped. A jump marks the row it lands on; one that returns marks the rows away, not the row
    after. `back` may differ from row to row, and is that of the way back. Only a jump within `longest_s` seconds and
    in the same subject can be the way back.
    """
    marked = jump.copy()
    nearest = np.broadcast_to(np.asarray(back, dtype=np.float64), jump.shape)
    places = np.flatnonzero(jump)
    position = 0
    while position < len(places) - 1:
        out, home = places[position], places[position + 1]
        near = subject[out] == subject[home] and at_s[home] - at_s[out] <= longest_s
        if near and out > 0 and abs(value[home] - value[out - 1]) <= nearest[home]:
            marked[out:home] = True
            marked[home] = False
            position += 2
        else:
            position += 1
    return marked
