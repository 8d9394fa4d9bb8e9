"""How far the last days of a series stand from its usual, in standard deviations of that very difference.

The usual is that of the days before, of the same device and firmware, without excused dates; values beyond two
spreads are drawn in to two (Huber 1964, doi:10.1214/aoms/1177703732). The standard deviation of the difference is
that of ordinary days: their spread, which holds what is random in a measurement, the likeness of neighbouring days, and
what a day measured worse than usual adds. How little a short history tells of its own spread is taken from the figure
as well (Wallace 1959, Bounds on normal approximations to Student's and the chi-square distributions, Annals of
Mathematical Statistics 30:1121-1130), so that it is near N(0, 1) while nothing happens.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.observations.patterns.grid import Floats, Grid, windows

USUAL_DAYS = 60
"""Days that say what is usual: as for usual ranges."""
LEAST_USUAL = 14
"""Values in these days below which nothing is usual: as for usual ranges."""
SCALE_OF_MAD = 1.4826
"""Makes the median absolute deviation estimate a normal standard deviation."""
DRAWN_IN, SPREAD_LEFT = 2.0, 0.9594
"""Spreads from the median to which a value further off is drawn in before mean and spread are taken, and what is left
of the spread of normal days then: days on which something happened weigh little."""
MOST_SD = 2.5
"""Evidence of one day, in standard deviations, that counts at the most for how far an athlete strays."""
PRIOR_LIKENESS, PRIOR_PAIRS = 0.25, 15.0
"""Correlation of neighbouring days held where little is known of it, and for how many pairs of days it counts.
Engineering start values."""
MOST_LIKENESS = 0.8
"""Highest correlation of neighbouring days that is reckoned with. Engineering start value."""
SETTLED_DAYS, PRIOR_DAYS = 90, 20.0
"""Days before whose own evidence says how far it strays, and days for which it counts that it strays as it says.
Engineering start values."""
LEAST_OWN_SHARE = 0.5
"""Least share of the spread in the long run that some days are taken to show. Engineering start value."""
ERROR_QUANTILE = 1.2816
"""An expected error is smaller in 80 % of cases: so many standard deviations."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which days are held against which: in days, least in values."""

    days: int
    """Last days that are looked at."""
    decay: float
    """Weight of a day in that of the day after it; 1 where all count alike."""
    least: int
    """Values among the freshest days below which nothing is said."""
    fresh_days: int
    """Last dates among which these have to lie."""
    floor: float
    """Least spread of a day, in the unit of the series: values are rounded."""
    usual_days: int = USUAL_DAYS
    least_usual: int = LEAST_USUAL


@dataclass(frozen=True, kw_only=True)
class Standing:
    """By date of the grid; NaN where it cannot be said."""

    evidence: Floats
    """Mean of the last days minus the usual, in standard deviations of that difference."""
    recent: Floats
    usual: Floats
    spread: Floats
    """Standard deviation of ordinary days."""
    deviation: Floats
    """Standard deviation of the difference."""
    likeness: Floats
    """Correlation of neighbouring days."""
    count: Floats
    """Values among the last days."""
    usual_count: Floats
    residual: Floats
    """Each date's value minus its usual, in spreads; NaN where excused."""


def standing(series: Grid, how: Window) -> Standing:
    """How each date of a grid stands."""
    usual, spread, likeness, usual_count = _usual(series, how)
    spread = np.maximum(spread, how.floor)
    recent, error = in_era(series, series.value, days=how.days), in_era(series, series.error, days=how.days)
    has = ~np.isnan(recent)
    weight = has * how.decay ** np.arange(how.days - 1, -1, -1.0)
    total = weight.sum(axis=1)
    fresh = has[:, -how.fresh_days :].sum(axis=1)
    told = (fresh >= how.least) & (usual_count >= how.least_usual)
    with np.errstate(invalid="ignore", divide="ignore"):
        weight /= total[:, None]
        mean = np.where(has, recent, 0.0)
        mean = (weight * mean).sum(axis=1)
        worse = _worse(series, error, how)
        day = np.sqrt(spread[:, None] ** 2 + np.where(has, worse, 0.0)) * weight
        variance = (day**2).sum(axis=1)
        for lag in range(1, how.days):
            variance += 2.0 * likeness**lag * (day[:, lag:] * day[:, :-lag]).sum(axis=1)
        variance += spread**2 * (1.0 + likeness) / (1.0 - likeness) / usual_count
        deviation = np.sqrt(variance)
        freedom = usual_count * (1.0 - likeness**2) / (1.0 + likeness**2) - 1.0
        evidence = as_normal((mean - usual) / deviation, freedom)
        residual = np.where(series.is_usual, (series.value - usual) / spread, np.nan)
    keep = np.where(told, 1.0, np.nan)
    return Standing(
        evidence=evidence * keep,
        recent=mean * keep,
        usual=usual,
        spread=spread,
        deviation=deviation * keep,
        likeness=likeness,
        count=has.sum(axis=1).astype(np.float64),
        usual_count=usual_count,
        residual=residual,
    )


def as_normal(t: Floats, freedom: Floats) -> Floats:
    """A figure of Student's distribution as the normal one of the same tail."""
    freedom = np.maximum(freedom, 1.0)
    shrunk = (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0)
    return np.asarray(np.sign(t) * shrunk * np.sqrt(freedom * np.log1p(t**2 / freedom)), dtype=np.float64)


def settled(evidence: Floats, *, back: int) -> Floats:
    """Evidence in standard deviations of the athlete's own evidence before, where that strays further than it says.

    Whoever changes slowly strays more than days that are alike from one to the next tell. `back` days up to a date are
    not asked, being those that are looked at.
    """
    square = np.minimum(np.nan_to_num(evidence) ** 2, MOST_SD**2)
    total = np.concatenate(([0.0], np.cumsum(square)))
    number = np.concatenate(([0.0], np.cumsum(~np.isnan(evidence))))
    end = np.maximum(np.arange(len(evidence)) + 1 - back, 0)
    start = np.maximum(end - SETTLED_DAYS, 0)
    own, days = total[end] - total[start], number[end] - number[start]
    return np.asarray(evidence / np.sqrt(np.maximum((own + PRIOR_DAYS) / (days + PRIOR_DAYS), 1.0)), dtype=np.float64)


def _usual(series: Grid, how: Window) -> tuple[Floats, Floats, Floats, Floats]:
    """Mean, spread, correlation of neighbouring days, and number of values of the days before the last ones."""
    held = np.where(series.is_usual, series.value, np.nan)
    before = in_era(series, held, days=how.usual_days, back=how.days)
    count = (~np.isnan(before)).sum(axis=1).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        middle = _median(before, count)
        reach = DRAWN_IN * np.maximum(SCALE_OF_MAD * _median(np.abs(before - middle[:, None]), count), how.floor)
        drawn = np.clip(before, (middle - reach)[:, None], (middle + reach)[:, None])
        has = ~np.isnan(drawn)
        flat = np.where(has, drawn, 0.0)
        mean = flat.sum(axis=1) / count
        left = np.where(has, drawn - mean[:, None], 0.0)
        variance = (left**2).sum(axis=1) / np.maximum(count - 1.0, 1.0) / SPREAD_LEFT**2
        pairs = (has[:, 1:] & has[:, :-1]).sum(axis=1)
        products = (left[:, 1:] * left[:, :-1]).sum(axis=1) / np.maximum(variance * SPREAD_LEFT**2, 1e-300)
        # A short series shows less likeness than there is, by (1 + 3 r) / n.
        own = products + (pairs + 3.0 * products) / np.maximum(count, 1.0)
        likeness = np.clip((own + PRIOR_LIKENESS * PRIOR_PAIRS) / (pairs + PRIOR_PAIRS), 0.0, MOST_LIKENESS)
        # Days that are alike lie around their own mean closer than around what is usual in the long run.
        variance /= np.maximum(1.0 - (1.0 + likeness) / (1.0 - likeness) / count, LEAST_OWN_SHARE)
    return mean, np.sqrt(variance), likeness, count


def in_era(series: Grid, values: Floats, *, days: int, back: int = 0) -> Floats:
    """As `grid.windows`, with NaN on dates of another device or firmware than the date itself."""
    seen = windows(values, days=days, back=back)
    if (series.era == series.era[0]).all():
        return seen
    eras = windows(series.era.astype(np.float64), days=days, back=back)
    return np.where(eras == series.era[:, None], seen, np.nan)


def _median(rows: Floats, count: Floats) -> Floats:
    """Median of each row without its NaN."""
    ordered = np.sort(rows, axis=1)
    at = np.maximum(count.astype(np.int64), 1)
    row = np.arange(len(rows))
    return np.asarray((ordered[row, (at - 1) // 2] + ordered[row, at // 2]) / 2.0, dtype=np.float64)


def _worse(series: Grid, error: Floats, how: Window) -> Floats:
    """What the variance of a day is larger by than the usual one where it was measured worse than days usually are."""
    held = np.where(series.is_usual, series.error, np.nan)
    before = in_era(series, held, days=how.usual_days, back=how.days)
    usual = _median(before, (~np.isnan(before)).sum(axis=1).astype(np.float64))
    return np.maximum((error**2 - usual[:, None] ** 2) / ERROR_QUANTILE**2, 0.0)
