"""Smooth chance: the first-order recursion behind autocorrelated noise and lagged responses, without a loop per row."""

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]

_BLOCK_NATS = 60.0
"""Largest growth exp(x) inside one block of the recursion: far from overflow, exact to double precision."""


def recursion(drive: Series, *, decay: float, start: float = 0.0) -> Series:
    """y[k] = decay * y[k-1] + drive[k], with y[-1] = start, for 0 < decay < 1."""
    count = len(drive)
    block = max(1, min(count, int(_BLOCK_NATS / -np.log(decay))))
    padded = np.zeros(-(-count // block) * block)
    padded[:count] = drive
    powers = decay ** np.arange(1, block + 1)
    alone = np.cumsum(padded.reshape(-1, block) / powers, axis=1) * powers
    carried = np.empty(len(alone))
    last = start
    for row in range(len(alone)):
        carried[row] = last
        last = alone[row, -1] + last * powers[-1]
    return np.asarray((alone + carried[:, None] * powers).ravel()[:count])


def wander(rng: np.random.Generator, count: int, *, time_constant: float) -> Series:
    """Stationary first-order autoregressive noise of unit variance; `time_constant` in rows."""
    decay = float(np.exp(-1.0 / time_constant))
    drive = rng.standard_normal(count) * np.sqrt(1.0 - decay**2)
    return recursion(drive, decay=decay, start=float(rng.standard_normal()))


def lagged(target: Series, *, time_constant: float, start: float) -> Series:
    """A first-order response to a target: how heart rate follows effort; `time_constant` in rows."""
    decay = float(np.exp(-1.0 / time_constant))
    return recursion(target * (1.0 - decay), decay=decay, start=start)
