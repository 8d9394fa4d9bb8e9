"""Faults that come with a new device: the same body, another level."""

import numpy as np
import polars as pl

from pipelines.simulation.faults.contract import Fault, Injected, truth

STEP_FACTOR = {1: 1.15, 2: 1.30, 3: 1.70}
"""How much higher or lower another device states HRV, as a factor."""


def device_step(frame: pl.DataFrame, rng: np.random.Generator, severity: int) -> Injected:
    """Half-way another device is worn, whose HRV is 15, 30 or 70 % higher or lower. The first value is the changed one.

    All later values are higher too: what is to be found is the step.
    """
    days = frame["value_date"].unique().sort()
    change = days[int(rng.integers(len(days) // 3, 2 * len(days) // 3))]
    later = pl.col("value_date") >= change
    factor = STEP_FACTOR[severity] ** float(rng.choice([-1.0, 1.0]))
    value = pl.col("measured_value")
    after = frame.with_columns(
        pl.when(later).then(pl.col("device_id") + ":2").otherwise("device_id").alias("device_id"),
        pl.when(later & (pl.col("metric") == "rmssd"))
        .then((value * factor).round(1))
        .otherwise(value)
        .alias("measured_value"),
    )
    row = frame.with_row_index("row").filter((pl.col("metric") == "rmssd") & (pl.col("value_date") >= change))
    first = int(row.sort("value_date")["row"][0])
    return after, truth([(None, None, [first])])


DEVICE_STEP = Fault(
    name="device_step", table="daily_values", check_names=("value_step",), scoring="rows", inject=device_step
)
