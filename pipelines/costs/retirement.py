"""When a rung leaves the schedule: it has shown nothing for weeks. Named outright it still runs, and may come back.

What does not belong here: how skill is found, and what a rung costs.
"""

from datetime import timedelta

import polars as pl

WEEKS_WITHOUT_GAIN = 4
"""Weeks for which every interval of a rung's gain must have reached down to zero before it is retired.
Source: our own choice, one refit (28 days) of the rolling origin: a shorter stretch would be the same fit again."""

KEY = ("task", "model", "model_version")
"""What is retired: a rung in one version on one task, for one squad. A new version begins anew."""


def retired(history: pl.DataFrame, *, weeks: int = WEEKS_WITHOUT_GAIN) -> pl.DataFrame:
    """The rungs that gained nothing for `weeks`: task, model, model_version, since_date, verdict_count.

    `history`: one row per verdict of one squad: `KEY`, evaluation_date and gain_lower_fraction, the lower end of the
    interval of its gain over what it is held against: the dearest cheaper rung that is worth its cost, else the best
    naive rival. Counted is the unbroken row of verdicts at its end whose lower end is not above zero; a verdict
    without an interval says nothing either way. `since_date` is the first of them.
    """
    told = history.drop_nulls("gain_lower_fraction")
    last_gain = pl.col("evaluation_date").filter(pl.col("gain_lower_fraction") > 0).max().over(KEY)
    barren = told.filter(last_gain.is_null() | (pl.col("evaluation_date") > last_gain))
    spans = barren.group_by(KEY).agg(
        pl.col("evaluation_date").min().alias("since_date"),
        pl.col("evaluation_date").max().alias("until_date"),
        pl.len().alias("verdict_count"),
    )
    enough = pl.col("until_date") - pl.col("since_date") >= timedelta(weeks=weeks)
    return spans.filter(enough).drop("until_date").sort(KEY)
