"""What is added to RMSSD when beats are stored in steps: a bias upwards, and a little chance.

Times of beats stored in steps of q are each off by an independent error that is uniform over q, whether they are
rounded or cut off: its variance is q^2/12 and its mean, being the same for all, drops out of differences. RMSSD is
made of differences between neighbouring intervals, and such a difference is t[i+1] - 2 t[i] + t[i-1]: the errors add
(1 + 4 + 1) q^2/12 = q^2/2 to its mean square. Where each interval is rounded by itself the difference holds two
errors, and (1 + 1) q^2/12 = q^2/6 is added. A series does not say which of the two was done, and a sensor that counts
ticks of a clock does the first: the larger one is taken.

    rmssd(stored)^2 = rmssd^2 + q^2/2        bias = 1/2 ln(rmssd(stored)^2 / (rmssd(stored)^2 - q^2/2))

Chance remains: the mean over n differences of twice difference times error. With differences that know nothing of
each other its standard deviation is, in ln ms, q / (sqrt(2) rmssd sqrt(n)), and less where breathing makes them smooth.

Source: Bennett 1948, Bell System Technical Journal 27:446-472, for the error of rounding; the rest is arithmetic.
"""

import polars as pl

from pipelines.quality.contract import Threshold

TIMES_ROUNDED = 1 / 2
"""What rounded times of beats add to the mean square of differences, in squared steps."""

INTERVALS_ROUNDED = 1 / 6
"""What intervals rounded one by one add to it, in squared steps."""

UNKNOWN = Threshold(
    name="resolution not known",
    number=10.0,
    unit="ms",
    source="counts as the coarsest that any format we read has: beats of a phone's health export",
)
MOST_ROUNDING = Threshold(
    name="share of rounding",
    number=0.98,
    unit="fraction of the mean square",
    source="engineering start value: beyond, a series shows its own step and nothing else",
)


def resolution_bias(rmssd_ms: pl.Expr, resolution_ms: pl.Expr) -> pl.Expr:
    """By how much (ln_ms) RMSSD is too large because beats are stored in steps; null without an RMSSD."""
    positive_ms = pl.when(rmssd_ms > 0).then(rmssd_ms)
    share = TIMES_ROUNDED * resolution_ms.fill_null(UNKNOWN.number) ** 2 / positive_ms**2
    return -0.5 * (1 - share.clip(0.0, MOST_ROUNDING.number)).log()


def resolution_error(rmssd_ms: pl.Expr, pair_count: pl.Expr, resolution_ms: pl.Expr) -> pl.Expr:
    """Error (ln_ms) of RMSSD from the step in which beats are stored: bias and chance together, as a root of squares.

    A step that is not known counts as the coarsest known.
    """
    step_ms = resolution_ms.fill_null(UNKNOWN.number)
    chance = TIMES_ROUNDED**0.5 * step_ms / (rmssd_ms * pair_count.sqrt())
    return pl.when(rmssd_ms > 0).then((resolution_bias(rmssd_ms, resolution_ms) ** 2 + chance**2).sqrt())
