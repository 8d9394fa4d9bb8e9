"""When a rung leaves the schedule: it has shown nothing for weeks. Named outright it still runs, and may come back.

What does not belong here: how skill is found, and what a rung costs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from operator import itemgetter
from typing import Literal

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


State = Literal["on", "trial", "retired"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a rung in one version stands on one task, and since which verdict.

    on: its last interval lies above zero; retired: see `retired`; trial: neither, so that it still has to show a gain.
    """

    task: str
    model: str
    model_version: int
    state: State
    since_date: date
    verdict_count: int
    """Verdicts of that kind in a row, the last included."""


def standings(history: pl.DataFrame, *, weeks: int = WEEKS_WITHOUT_GAIN) -> Iterator[Standing]:
    """How every rung of one squad stands, in the newest version that has a verdict; `history` as of `retired`."""
    gone = {tuple(row) for row in retired(history, weeks=weeks).select(KEY).iter_rows()}
    newest = pl.col("model_version") == pl.col("model_version").max().over("task", "model")
    for (task, model), rows in sorted(history.filter(newest).group_by("task", "model")):
        version = int(rows["model_version"][0])
        verdicts = rows.sort("evaluation_date").select("evaluation_date", "gain_lower_fraction").rows()
        told = [(day, lower > 0) for day, lower in verdicts if lower is not None] or [(verdicts[-1][0], False)]
        alike = list(takewhile(itemgetter(1) if told[-1][1] else _gains_nothing, reversed(told)))
        is_gone = (task, model, version) in gone
        first_date = alike[-1][0]
        since = min(day for day, _ in alike if day - first_date >= timedelta(weeks=weeks)) if is_gone else first_date
        state: State = "retired" if is_gone else "on" if told[-1][1] else "trial"
        yield Standing(
            task=str(task),
            model=str(model),
            model_version=version,
            state=state,
            since_date=since,
            verdict_count=len(alike),
        )


def _gains_nothing(told: tuple[date, bool]) -> bool:
    return not told[1]
