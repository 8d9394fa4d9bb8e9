"""What values have cost: an even share of what taking in, judging and observing has cost so far."""

from collections.abc import Mapping
from typing import Any

from wattworth.printing import print_line


def print_share(cost: Mapping[str, Any], value_count: int = 1) -> None:
    """One line for the share of `value_count` values, from the row of queries/share_of_cost.sql."""
    if cost["e_it_q50"] is None or not cost["observation_count"]:
        print_line("cost: not known")
        return
    share = value_count / cost["observation_count"]
    low, middle, high = (cost[f"e_it_{quantile}"] * share for quantile in ("q05", "q50", "q95"))
    whose = "an even share" if value_count == 1 else f"the even shares of {value_count} values"
    print_line(
        f"cost: {middle:.2g} J (90 %: {low:.2g} to {high:.2g}), {whose} of what taking in, judging and observing"
        f" {cost['observation_count']} values has cost so far"
    )
