"""How finely beats are stored: the step of the format, or the coarser one that the numbers themselves keep to."""

import numpy as np

from pipelines.readers.beat_times import Floats

DECIMALS = (0, 1, 2, 3)
"""Decimal places that are looked for; intervals with more are as fine as any sensor."""

DISTINCT = 16
"""Least number of different intervals by which a step can be told: by chance one in 2 to this keeps to a double one."""

ALIKE_MS = 0.01
"""How far (ms) a number may lie off a step: what decimals were rounded by."""


def decimal_step(numbers: Floats) -> float:
    """The place of the last decimal that any of the numbers has, such as 0.01; in their own unit."""
    for places in DECIMALS[:-1]:
        shifted = numbers * 10**places
        if np.allclose(shifted, np.rint(shifted), rtol=0.0, atol=1e-6):
            return float(10.0**-places)
    return float(10.0 ** -DECIMALS[-1])


def resolution_of(rr_ms: Floats, stated_ms: float | None) -> float | None:
    """Step (ms) of the intervals: as the format has it, or coarser where all of them are multiples of a coarser one.

    An app may write whole milliseconds and know only every tenth. Null where neither says anything.
    """
    distinct = np.unique(np.round(rr_ms[np.isfinite(rr_ms)], 6))
    if distinct.size < DISTINCT:
        return stated_ms
    steps = np.diff(distinct)
    step = float(steps.min())
    apart = np.abs(steps - step * np.rint(steps / step))
    if float(apart.max()) > ALIKE_MS or step <= (stated_ms or 0.0):
        return stated_ms
    return round(step, 6)
