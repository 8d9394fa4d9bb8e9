"""A sum of the ledger in words: energy, carbon and water with their 90 % intervals, and how they are known.

What does not belong here: adding up.
"""

from collections.abc import Mapping
from typing import Any

J_PER_WH = 3600.0
"""Joules in a watt-hour, by definition."""


def cost_line(totals: Mapping[str, Any]) -> str:
    """One line such as "12 CPU-s · energy 0.011 Wh (90 %: 0.0036 to 0.034) · carbon not known"."""
    cpu_s = totals["cpu_s"]
    parts = [
        "CPU time not known" if cpu_s is None else f"{cpu_s:.3g} CPU-s",
        _band(totals, "e_it", "energy", "Wh", per=J_PER_WH),
        _band(totals, "g_operational", "carbon", "g CO2e"),
        _band(totals, "water_ml", "water", "mL"),
    ]
    unknown = totals.get("unknown_count", 0)
    left_out = [f"{unknown} entries of unknown energy left out"] if unknown else []
    return " · ".join([*parts, *left_out])


def _band(totals: Mapping[str, Any], column: str, word: str, unit: str, *, per: float = 1.0) -> str:
    low, middle, high = (totals[f"{column}_{quantile}"] for quantile in ("q05", "q50", "q95"))
    if middle is None:
        return f"{word} not known"
    return f"{word} {middle / per:.2g} {unit} (90 %: {low / per:.2g} to {high / per:.2g})"
