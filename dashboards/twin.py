"""The do-nothing twin: what rules off the shelf would have shown, and what each difference from them cost."""

from typing import Any

import polars as pl

from dashboards import words
from dashboards.costs import Amount

STOCK_RULES = (
    "HRV 10 % or more below the mean of 7 days; one standard deviation or more from the last four weeks, for each "
    "metric by itself; the week more than 10 % off the plan"
)
"""The three rules in words, as `pipelines.observations.attention` has them."""


def twin_cost(twin: pl.DataFrame) -> Amount:
    """What one difference cost (Wh), from the row of mart_twin of a squad; not known without a difference."""
    row: dict[str, Any] = twin.to_dicts()[0] if twin.height else {}
    q05, q50, q95 = (row.get(f"energy_per_difference_{end}_wh") for end in ("q05", "q50", "q95"))
    return Amount(q05=q05, q50=q50, q95=q95, unit="Wh")


def twin_line(twin: pl.DataFrame, cost: Amount) -> str:
    """One line for a squad's page; empty before the first list. `twin` has the counts of mart_twin."""
    if not twin.height or not twin["athlete_day_count"][0]:
        return ""
    row = twin.to_dicts()[0]
    nights = "Tonight" if row["night_count"] == 1 else f"On {row['night_count']} nights"
    shown = (
        f"{nights} rules off the shelf would have shown {words.count(row['stock_day_count'], 'row')}, "
        f"this page {row['our_day_count']}."
    )
    days = f"{row['difference_count']} of {words.count(row['athlete_day_count'], 'athlete-day')}"
    if not row["difference_count"]:
        return f"{shown} On {days} did the two differ: judging and observing bought nothing that they do not say."
    return f"{shown} On {days} the two said something different, each at {cost}."
