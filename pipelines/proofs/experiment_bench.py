"""Measures experiments from question to verdict on generated athletes: false alarms, power as stated, intervals.

Every trial is whole: a history, a plan made from it by the planner, days that depend on each other, some without a
value and some not done as scheduled, and the verdict by the function that the observing stop calls.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import cycle, product

import numpy as np

from pipelines.observations.experiments.choose import POWER_NEEDED
from pipelines.observations.experiments.find import find_experiments
from pipelines.observations.experiments.sign_test import LEVEL
from pipelines.progress import SILENT, Progress
from pipelines.proofs.experiment_cases import KINDS, Kind, tables_of, trial
from pipelines.proofs.experiment_report import ExperimentReport, Measured, Played

COUNT, PLANTED_COUNT, QUICK_COUNT = 2_000, 1_000, 6
"""Experiments without an effect that come to a verdict, those begun with one, and either of them in a quick bench."""

SEED_TUNING = 7
"""Seed that thresholds were looked at with; figures are reported with another."""

SETTINGS = ((1.4, 8), (1.1, 10), (0.9, 12))
"""Smallest effect worth knowing, in standard deviations from day to day, and weeks: power from refused to near one."""

LEAKS_EVERY = 10
"""One experiment in so many is also looked at a day before its end."""

TURNS_MAXIMUM = 4
"""Trials played at most, in multiples of those wanted: many are refused."""


def bench_experiments(*, quick: bool, seed: int, progress: Progress = SILENT) -> ExperimentReport:
    """Plays experiments without any effect and with the smallest one worth knowing, until there are enough of both."""
    counts = (QUICK_COUNT, QUICK_COUNT) if quick else (COUNT, PLANTED_COUNT)
    without = tuple(_played(seed, is_planted=False, wanted=counts[0], progress=progress))
    planted = tuple(_played(seed, is_planted=True, wanted=counts[1], progress=progress))
    return ExperimentReport(
        seed=seed, is_quick=quick, level=LEVEL, needed=POWER_NEEDED, without=without, planted=planted
    )


def _played(seed: int, *, is_planted: bool, wanted: int, progress: Progress) -> Iterator[Played]:
    """Experiments until so many came to a verdict (or, with an effect, were begun); refused ones are among them."""
    rng = np.random.default_rng([seed, int(is_planted)])
    label = "with the smallest effect" if is_planted else "without an effect"
    settings = cycle(product(SETTINGS, KINDS))
    come = 0
    turns = range(TURNS_MAXIMUM * wanted)
    for number in progress.over(turns, label=label, total=len(turns), unit="experiments"):
        (smallest, week_count), kind = next(settings)
        one = _play(kind, rng, smallest=smallest, week_count=week_count, is_planted=is_planted, number=number)
        yield one
        come += one.is_begun if is_planted else one.measured is not None
        if come == wanted:
            return


def _play(
    kind: Kind, rng: np.random.Generator, *, smallest: float, week_count: int, is_planted: bool, number: int
) -> Played:
    planted = smallest if is_planted else 0.0
    one = trial(kind, rng, smallest=smallest, planted=planted, week_count=week_count, number=number)
    asked = Played(kind=kind.name, smallest=smallest, week_count=week_count, power=one.planned.power)
    if one.planned.refusal:
        return asked
    row = find_experiments(*tables_of(one))["experiments"].row(0, named=True)
    before = row["end_date"] - timedelta(days=1)
    has_leaked = None if number % LEAKS_EVERY else _leaks(*tables_of(one, until=before))
    measured = None
    if row["state"] == "answered":
        effect = planted * kind.spread_bpm
        measured = Measured(
            verdict=row["verdict"],
            is_held=row["lower"] <= effect <= row["upper"],
            coverage=row["coverage"],
            off=row["estimate"] - effect,
            spread=kind.spread_bpm,
        )
    return replace(asked, is_begun=True, measured=measured, has_leaked=has_leaked)


_RESULT = ("estimate", "lower", "upper", "p_value", "used_pair_count")


def _leaks(*tables: object) -> bool:
    """Whether anything of the result is there a day before the end."""
    found = find_experiments(*tables)  # type: ignore[arg-type] # the three that tables_of gives
    row = found["experiments"].row(0, named=True)
    shown = found["experiment_days"]["observed_value"].null_count() < found["experiment_days"].height
    return shown or row["verdict"] != "" or any(row[name] is not None for name in _RESULT)
