"""Experiments in the generated squad: one that ended, in which A really does something, and one that was refused.

Both are planned by the planner itself from what the athlete's device stated before, so that they show what it does.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

import numpy as np

from pipelines.observations.experiments.planning import Question, plan
from pipelines.observations.experiments.series import Series
from pipelines.observations.experiments.words import stored
from pipelines.readers.experiment_files import REPORT_COLUMNS, PlanFile
from pipelines.simulation.roster import Member

FEWEST_DAYS = 110
"""Below so many days the squad has no experiments: they need a history before them."""

WALK_WEEKS, WALK_SMALLEST_BPM, WALK_EFFECT_BPM = 9, 3.0, -3.0
"""The walk after supper: weeks there are, smallest effect worth knowing, and what it does here (bpm)."""

WALK_SEED = 9
"""Seed of the days that were not done as scheduled."""

WALK_DONE = 0.96
"""Share of days (fraction) that were done as scheduled."""

NAP_WEEKS, NAP_PERCENT = 8, 6.0
"""The nap: weeks there are, and the percent of RMSSD worth knowing, which his days cannot show in that time."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """An experiment of an athlete: its plan, and what was done on which date."""

    planned: PlanFile
    done: Mapping[date, str]


def walk(member: Member, stated: Mapping[date, float], *, first: date, last: date) -> Told | None:
    """The experiment that ended on the last date; null without enough days. `stated` is resting heart rate by date."""
    if (last - first).days + 1 < FEWEST_DAYS:
        return None
    start = last - timedelta(days=7 * WALK_WEEKS)
    asked = Question(
        athlete=member.folder,
        question="Does a walk after supper change her resting heart rate the next morning?",
        condition_a="20 min walk after supper",
        condition_b="no walk",
        metric="resting_heart_rate",
        smallest_effect=WALK_SMALLEST_BPM,
        week_count=WALK_WEEKS,
        start=start,
        planned_on=start - timedelta(days=1),
        is_simulated=True,
    )
    watch = member.watch
    series = Series(
        method="garmin_daily",
        reading="day",
        device_id=f"garmin:{watch.product}:{watch.serial}",
        values=[(on, float(round(value))) for on, value in stated.items() if on < start],
    )
    planned = plan(asked, series, until=asked.planned_on, is_brief=True)
    rng = np.random.default_rng(WALK_SEED)
    done = {
        on: condition if rng.random() < WALK_DONE else "neither"
        for on, _, condition in planned.days
        if condition != "washout"
    }
    return Told(planned=planned, done=done)


def nap(member: Member, stated: Mapping[date, float], *, first: date, last: date) -> Told | None:
    """The question that was refused on the last date; null without enough days. `stated` is ln RMSSD by date."""
    if (last - first).days + 1 < FEWEST_DAYS:
        return None
    asked = Question(
        athlete=member.folder,
        question="Does a nap after lunch change his RMSSD the next morning?",
        condition_a="20 min nap after lunch",
        condition_b="no nap",
        metric="ln_rmssd",
        smallest_effect=stored(NAP_PERCENT, "ln_ms"),
        smallest_effect_percent=NAP_PERCENT,
        week_count=NAP_WEEKS,
        start=last + timedelta(days=2),
        planned_on=last + timedelta(days=1),
        is_simulated=True,
    )
    series = Series(method="rr_pair_masked", reading="morning", device_id="hrvlogger:app:", values=list(stated.items()))
    return Told(planned=plan(asked, series, until=last), done={})


def effect_of(told: Told, dates: tuple[date, ...]) -> np.ndarray:
    """What the walk adds to each date's resting heart rate (bpm): the day after it was taken, and no other."""
    lag = timedelta(days=told.planned.lag_days)
    return np.array([WALK_EFFECT_BPM if told.done.get(on - lag) == "A" else 0.0 for on in dates])


def done_file(told: Told) -> bytes:
    """What was done each day as the athlete's own file says it."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(REPORT_COLUMNS)
    for on, did in told.done.items():
        writer.writerow((told.planned.experiment_id, on, did, "athlete", on + timedelta(days=1)))
    return text.getvalue().encode()
