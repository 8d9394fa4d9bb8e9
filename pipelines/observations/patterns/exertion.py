"""Exertion as an athlete stated it (session RPE), by the date of the session it is about."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

SCALE = 10.0
"""Points that every scale is drawn out to: those of session RPE, 0 to 10 (Foster et al. 2001)."""
TOLD_WITHIN = timedelta(hours=24)
"""How long after a session an answer without a date of its own is still about it: mornings ask about the day before."""


def exertion(tables: Mapping[str, pl.DataFrame]) -> tuple[tuple[date, float], ...]:
    """Points (0 to 10) by date of the session, in order; of several on one date the last one.

    An answer with a time is about the last session that was over by then; one without is about the date it states.
    Answers on another scale than the latest one are left out: scales are never merged.
    """
    answers = tables["wellness_answers"].filter(
        (pl.col("item") == "rpe") & (pl.col("scale_max") > pl.col("scale_min")).fill_null(value=False)
    )
    if answers.is_empty():
        return ()
    key = ["source_file_id", "answer_index"]
    asked = answers.sort("answered_at_utc", nulls_last=False)
    over = tables["activities"].select("end_at_utc", "local_date").drop_nulls().sort("end_at_utc")
    timed = asked.filter(pl.col("answered_at_utc").is_not_null()).join_asof(
        over, left_on="answered_at_utc", right_on="end_at_utc", strategy="backward", tolerance=TOLD_WITHIN
    )
    meant = timed.select(*key, session_date="local_date")
    scale = answers.sort("about_date", *key).select("scale_min", "scale_max").tail(1)
    points = (pl.col("answer_value") - pl.col("scale_min")) / (pl.col("scale_max") - pl.col("scale_min")) * SCALE
    found = (
        answers.join(scale, on=["scale_min", "scale_max"], how="semi")
        .join(meant, on=key, how="left")
        .sort("about_date", *key)
        .group_by(on=pl.coalesce("session_date", "about_date"), maintain_order=True)
        .agg(points.last().alias("points"))
    )
    return tuple(found.sort("on").iter_rows())
