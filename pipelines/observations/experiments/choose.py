"""Chooses the design of an experiment, or says what would make the question answerable."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pipelines.observations.experiments.noise import History, Noise, noise
from pipelines.observations.experiments.power import Draws, draws, power
from pipelines.observations.experiments.schedule import Design
from pipelines.observations.rule_rates.rate import wilson

POWER_NEEDED = 0.6
"""Power (fraction) below which an experiment is not begun. Engineering start value."""

PAIRS_PLANNED = 7
"""Fewest pairs that are planned. With 6 the test keeps a level of 3.1 %; from 7 on it keeps 4.7 % or a little more."""

SEARCH_ORDERS = 512
"""Orders gone through for each draw of that search."""

PERIODS_DAYS = (1, 2, 3, 4, 5, 7)
"""Lengths of a period that are tried (days)."""

DRAW_COUNT, CHOICE_COUNT, SEARCH_COUNT = 2_000, 400, 150
"""Draws for the power that is stated, to choose a design by, and to look for what would be enough. The first are others
than those to choose by, or the best would look better than it is."""

LONGEST_WEEKS = 52
"""Longest experiment that is thought of (weeks)."""

LARGEST_EFFECT = 5.0
"""Largest effect that is thought of, in standard deviations from day to day."""

HALVINGS = 6
"""Times the interval of a sought effect is halved: to a twelfth of a standard deviation."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is asked for: effect in the unit of the metric, time, washout, lag, and the share expected to be done."""

    effect: float
    week_count: int
    washout_days: int
    lag_days: int
    adherence: float
    ahead_days: int = 1
    """Days from the last of the history to the first of the experiment."""


@dataclass(frozen=True, kw_only=True)
class Powered:
    """A design with its power and the 95 % Monte Carlo interval of that (fractions)."""

    design: Design
    power: float
    lower: float
    upper: float

    @property
    def is_enough(self) -> bool:
        """Whether it may begin."""
        return self.power >= POWER_NEEDED


@dataclass(frozen=True, kw_only=True)
class Needed:
    """What would make a refused question answerable; null where nothing that is thought of would."""

    week_count: int | None
    pair_count: int | None
    effect: float | None


def designs(week_count: int, washout_days: int) -> Iterator[Design]:
    """The designs that fit into so many weeks, one for each length of a period."""
    for period_days in PERIODS_DAYS:
        pair_count = (7 * week_count + washout_days) // (2 * (period_days + washout_days))
        if pair_count >= PAIRS_PLANNED:
            yield Design(pair_count=pair_count, period_days=period_days, washout_days=washout_days)


def best_design(known: History, terms: Terms, *, seed: int) -> Powered | None:
    """The design with most power, and its power by draws of their own; null when none fits into the time.

    Raises `ValueError` when the history is too short to say.
    """
    found = noise(known)
    chosen = _best(known, found, terms, draw_count=CHOICE_COUNT, seed=seed)
    if chosen is None:
        return None
    stated = _power(known, found, chosen[1], terms, draw_count=DRAW_COUNT, seed=seed + 1)
    lower, upper = wilson(stated, DRAW_COUNT)
    return Powered(design=chosen[1], power=stated, lower=lower, upper=upper)


def needed(known: History, terms: Terms, *, seed: int) -> Needed:
    """The fewest weeks with enough power for this effect, and the smallest effect with enough power in these weeks."""
    found = noise(known)

    def reached(asked: Terms) -> Design | None:
        best = _best(known, found, asked, draw_count=SEARCH_COUNT, seed=seed)
        return best[1] if best is not None and best[0] >= POWER_NEEDED else None

    low, high, design = terms.week_count, terms.week_count, None
    while design is None and high < LONGEST_WEEKS:
        low, high = high, min(2 * high, LONGEST_WEEKS)
        design = reached(replace(terms, week_count=high))
    while design is not None and high - low > 1:
        middle = (low + high) // 2
        shorter = reached(replace(terms, week_count=middle))
        low, high, design = (middle, high, design) if shorter is None else (low, middle, shorter)
    effect = _least_effect(found, lambda size: reached(replace(terms, effect=size)) is not None, above=terms.effect)
    return Needed(
        week_count=None if design is None else high,
        pair_count=None if design is None else design.pair_count,
        effect=effect,
    )


def _least_effect(found: Noise, is_enough: Callable[[float], bool], *, above: float) -> float | None:
    low, high = above, max(LARGEST_EFFECT * found.standard_deviation(), 2.0 * above)
    if not is_enough(high):
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def _best(known: History, found: Noise, terms: Terms, *, draw_count: int, seed: int) -> tuple[float, Design] | None:
    """Power and design of the best of those that fit, the shortest period first where they are level."""
    fitting = list(designs(terms.week_count, terms.washout_days))
    if not fitting:
        return None
    day_count = max(design.day_count for design in fitting) + terms.lag_days
    drawn = _drawn(known, found, terms, draw_count=draw_count, day_count=day_count, seed=seed)
    tried = [
        (power(drawn, design, effect=terms.effect, lag_days=terms.lag_days, order_count=SEARCH_ORDERS), design)
        for design in fitting
    ]
    return max(tried, key=lambda one: one[0])


def _power(known: History, found: Noise, design: Design, terms: Terms, *, draw_count: int, seed: int) -> float:
    day_count = design.day_count + terms.lag_days
    drawn = _drawn(known, found, terms, draw_count=draw_count, day_count=day_count, seed=seed)
    return power(drawn, design, effect=terms.effect, lag_days=terms.lag_days)


def _drawn(known: History, found: Noise, terms: Terms, *, draw_count: int, day_count: int, seed: int) -> Draws:
    return draws(
        known,
        found,
        draw_count=draw_count,
        day_count=day_count,
        ahead_days=terms.ahead_days,
        adherence=terms.adherence,
        seed=seed,
    )
