"""What running at a cleaner hour would have changed: a published bound, held against what is not known anyway."""

from typing import Any

import polars as pl

from dashboards.costs import Amount, amount

KIND, LARGEST_SAVING = "timing", "largest_saving"


def cleaner_hour(factors: pl.DataFrame, total: dict[str, Any]) -> str:
    """One or two sentences; `factors` has the rows of mart_factors, `total` the carbon of what was used (g CO2e)."""
    rows = factors.filter(pl.col("kind") == KIND, pl.col("quantity") == LARGEST_SAVING)
    carbon = amount(total, "g_operational")
    if rows.is_empty():
        return "No published figure is loaded of what running at a cleaner hour saves."
    if carbon.q50 is None or carbon.q05 is None or carbon.q95 is None:
        return "What running at a cleaner hour would have changed is not known: the carbon is not."
    share = float(rows["q50"][0])
    saved = Amount(q05=None, q50=carbon.q50 * share, q95=None, unit=carbon.unit)
    is_less = saved.q50 is not None and saved.q50 < carbon.q95 - carbon.q05
    verdict = (
        "less than the uncertainty of that carbon itself" if is_less else "more than the uncertainty of that carbon"
    )
    return (
        f"Running at a cleaner hour would have saved {100 * share:.3g} % of the carbon of the electricity at most:"
        f" {saved} of {carbon}, {verdict}. Nothing is put off for it."
    )
