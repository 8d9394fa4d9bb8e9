"""Faults of what a night is made of: mostly awake, never awake, and stages nobody sleeps."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth

ASLEEP_SHARE = {1: 0.48, 2: 0.45, 3: 0.41}
"""Share of the night that was sleep, by severity."""
LONG_NIGHT_S = 7.5 * 3600.0
"""Such a night is at least so long (s), so that three hours of sleep are left."""
UNBROKEN_NIGHTS = {1: 15, 2: 22, 3: 40}
DEEP_SHARE = {1: 0.48, 2: 0.58, 3: 0.75}
"""Nights on which the device saw no waking, and share of the sleep that it calls deep, by severity."""
TOLD_ON = 14
"""On which of such nights in a row it is told."""


def restless(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """One night only 48, 45 or 41 % is sleep: the device lay on the table for some of it, or lost the stages."""
    period_s = (frame["end_at_utc"] - frame["start_at_utc"]).dt.total_seconds()
    long = np.flatnonzero((period_s >= LONG_NIGHT_S).to_numpy())
    row = int(rng.choice(long)) if len(long) else int(period_s.arg_max() or 0)
    asleep_s = ASLEEP_SHARE[severity] * period_s[row]
    shrink = asleep_s / float(frame["sleep_duration_s"][row])
    after = frame.with_columns(
        _put(row, "awake_s", period_s[row] - asleep_s),
        *(
            _put(row, name, shrink * float(frame[name][row] or 0.0))
            for name in ("sleep_duration_s", "light_s", "deep_s", "rem_s")
        ),
    )
    return after, truth([(None, None, [row])])


def unbroken(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """For 15, 22 or 40 nights the device sees no waking: all the night is sleep. The fourteenth is the marked one."""
    first = int(rng.integers(2, frame.height - UNBROKEN_NIGHTS[severity] - 2))
    rows = list(range(first, first + UNBROKEN_NIGHTS[severity]))
    chosen = pl.int_range(pl.len()).is_in(rows)
    more = pl.col("awake_s").fill_null(0.0)
    after = frame.with_columns(
        pl.when(chosen).then(pl.col(name) + more).otherwise(pl.col(name)).alias(name)
        for name in ("sleep_duration_s", "light_s")
    ).with_columns(pl.when(chosen).then(0.0).otherwise(pl.col("awake_s")).alias("awake_s"))
    return after, truth([(None, None, [rows[TOLD_ON - 1]])])


def deep(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Of one night 48, 58 or 75 % is deep sleep; light and REM share the rest."""
    row = int(rng.integers(2, frame.height - 2))
    asleep_s = float(frame["sleep_duration_s"][row])
    rest_s = (1 - DEEP_SHARE[severity]) * asleep_s
    after = frame.with_columns(
        _put(row, "deep_s", DEEP_SHARE[severity] * asleep_s),
        _put(row, "light_s", 0.6 * rest_s),
        _put(row, "rem_s", 0.4 * rest_s),
    )
    return after, truth([(None, None, [row])])


def _put(row: int, name: str, value: object) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == row).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)


RESTLESS = Fault(
    name="mostly_awake", table="nights", check_names=("night_efficiency",), scoring="rows", inject=restless
)
UNBROKEN = Fault(name="never_awake", table="nights", check_names=("night_unbroken",), scoring="rows", inject=unbroken)
DEEP = Fault(name="too_much_deep", table="nights", check_names=("night_stage_shares",), scoring="rows", inject=deep)
