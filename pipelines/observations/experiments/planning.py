"""From a coach's question to a plan: a schedule where the power is enough, else a refusal that says what would be."""

import hashlib
from dataclasses import dataclass
from datetime import date

from pipelines.observations.experiments.choose import Powered, Terms, best_design, needed
from pipelines.observations.experiments.noise import LEAST_VALUES, History, history
from pipelines.observations.experiments.schedule import Design, schedule
from pipelines.observations.experiments.series import Series
from pipelines.observations.experiments.words import METRICS, Refused, refusal_words
from pipelines.observations.metrics import METRICS as OBSERVED
from pipelines.readers.experiment_files import PlanFile

LAG_DAYS, WASHOUT_DAYS, ADHERENCE = 1, 2, 0.95
"""What is taken where the coach does not say: the next morning, two days between, 19 of 20 days as scheduled."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a coach asks: words, metric, the smallest effect worth knowing (in its unit), time, how it is to be run."""

    athlete: str
    """Name of the athlete's folder: part of what the experiment is named by."""
    question: str
    condition_a: str
    condition_b: str
    metric: str
    smallest_effect: float
    smallest_effect_percent: float | None = None
    week_count: int
    start: date
    planned_on: date
    washout_days: int = WASHOUT_DAYS
    lag_days: int = LAG_DAYS
    adherence: float = ADHERENCE
    seed: int | None = None
    is_simulated: bool = False


def purpose_of(metric: str) -> str:
    """Purpose a value has to be usable for to count."""
    return OBSERVED[metric].baseline_purpose or OBSERVED[metric].purpose


def plan(asked: Question, series: Series, *, until: date, is_brief: bool = False) -> PlanFile:
    """The plan, with its days or with its refusal; `until` is the last date the athlete's data reach.

    A brief refusal does not say what would be enough, which takes a second to find.

    The same question, series and date give the same plan: without a seed of its own it has one made from its words.
    """
    if asked.metric not in METRICS:
        raise ValueError(f"{asked.metric} is no metric of an experiment")
    seed = asked.seed if asked.seed is not None else _seed(asked, series)
    known = history(series.values, until=until)
    powered, refusal = _powered(known, asked, seed=seed, ahead_days=(asked.start - until).days, is_brief=is_brief)
    is_begun = powered is not None and not refusal
    design = powered.design if powered is not None and is_begun else None
    days = () if design is None else schedule(design, seed=seed, start=asked.start)
    return PlanFile(
        experiment_id=_named(asked, series, seed=seed, design=design),
        question=asked.question,
        condition_a=asked.condition_a,
        condition_b=asked.condition_b,
        metric=asked.metric,
        method=series.method,
        reading=series.reading,
        device_id=series.device_id,
        unit=OBSERVED[asked.metric].unit,
        lag_days=asked.lag_days,
        smallest_effect=asked.smallest_effect,
        smallest_effect_percent=asked.smallest_effect_percent,
        week_count=asked.week_count,
        pair_count=0 if design is None else design.pair_count,
        period_days=0 if design is None else design.period_days,
        washout_days=asked.washout_days,
        seed=seed,
        start_date=asked.start,
        planned_on=asked.planned_on,
        expected_adherence=asked.adherence,
        usable_share=known.usable_share if known.value_count else None,
        power=None if powered is None else powered.power,
        power_lower=None if powered is None else powered.lower,
        power_upper=None if powered is None else powered.upper,
        refusal=refusal,
        is_simulated=asked.is_simulated,
        days=tuple((day.on, day.pair, day.condition) for day in days),
    )


def _powered(
    known: History, asked: Question, *, seed: int, ahead_days: int, is_brief: bool
) -> tuple[Powered | None, str]:
    """The best design with its power, and why it is refused (empty when it is not)."""
    if known.value_count < LEAST_VALUES:
        return None, (
            f"Not answerable yet: {known.value_count} usable values of the metric from one device, and {LEAST_VALUES} "
            "are needed to say how they differ from day to day."
        )
    if known.is_constant:
        return None, "Not answerable: all usable values are the same, so that they cannot show a difference."
    terms = Terms(
        effect=asked.smallest_effect,
        week_count=asked.week_count,
        washout_days=asked.washout_days,
        lag_days=asked.lag_days,
        adherence=asked.adherence,
        ahead_days=ahead_days,
    )
    powered = best_design(known, terms, seed=seed)
    if powered is not None and powered.is_enough:
        return powered, ""
    return powered, refusal_words(
        Refused(
            effect=asked.smallest_effect,
            unit=OBSERVED[asked.metric].unit,
            week_count=asked.week_count,
            power=None if powered is None else powered.power,
            needed=None if is_brief else needed(known, terms, seed=seed),
        )
    )


def _seed(asked: Question, series: Series) -> int:
    """A seed from all that is asked: nobody chooses it, and everybody can make it again."""
    return int(_digest(asked, series)[:8], 16)


def _named(asked: Question, series: Series, *, seed: int, design: Design | None) -> str:
    return hashlib.sha256(f"{_digest(asked, series)}|{seed}|{design}".encode()).hexdigest()[:12]


def _digest(asked: Question, series: Series) -> str:
    said = (asked.athlete, asked.question, asked.condition_a, asked.condition_b, asked.metric)
    of_series = (series.method, series.reading, series.device_id)
    terms = (asked.smallest_effect, asked.week_count, asked.washout_days, asked.lag_days, asked.adherence)
    parts = (*said, *of_series, *terms, asked.start, asked.planned_on)
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
