"""What the ledger says, in words and in the units people know: Wh, g and mL with their 90 % interval."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import amounts, words
from pipelines.costs.doubts import DOUBTS

J_PER_WH = 3600.0
EVIDENCE = {
    "measured_counter": "measured by the processor's energy counter",
    "estimated_cpu_time": "estimated from CPU time and stated watts",
    "not_assessed": "not assessed",
}
SMALLER = {"Wh": "mWh", "mWh": "µWh", "g CO₂e": "mg CO₂e", "mg CO₂e": "µg CO₂e", "mL": "µL"}
"""The unit a thousand times smaller."""
LEAST_SHOWN = 0.001
"""Below it a figure is told in the next smaller unit."""
QUANTITIES = ("e_it", "g_operational", "g_embodied", "water_ml")
RIVALS = "rivals"
"""What the ledger calls the naive rivals, which are no models."""
_ENDS = ("q05", "q50", "q95")


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A figure with its 90 % interval, in `unit`; null in the middle means not known, never zero."""

    q05: float | None
    q50: float | None
    q95: float | None
    unit: str

    def __str__(self) -> str:
        """The figure as people read it, such as "0.02 Wh" with its ends in brackets."""
        if self.q50 is None:
            return amounts.NOT_KNOWN
        times, unit = self._readable()
        middle = f"{amounts.amount(self.q50 * times)} {unit}"
        if self.q05 is None or self.q95 is None:
            return middle
        return f"{middle} ({amounts.amount(self.q05 * times)}{amounts.TO}{amounts.amount(self.q95 * times)})"

    def _readable(self) -> tuple[float, str]:
        """Factor and unit in which the figure has at most two zeros behind the point."""
        times, unit = 1.0, self.unit
        while self.q50 and self.q50 * times < LEAST_SHOWN and unit in SMALLER:
            times, unit = times * 1000.0, SMALLER[unit]
        return times, unit


def amount(row: dict[str, Any], quantity: str) -> Amount:
    """One quantity of a ledger row: e_it (shown in Wh), g_operational, g_embodied (g CO2e) or water_ml (mL)."""
    scale, unit = (J_PER_WH, "Wh") if quantity == "e_it" else (1.0, "mL" if quantity == "water_ml" else "g CO₂e")
    q05, q50, q95 = (None if row[f"{quantity}_{end}"] is None else row[f"{quantity}_{end}"] / scale for end in _ENDS)
    return Amount(q05=q05, q50=q50, q95=q95, unit=unit)


def added(rows: pl.DataFrame) -> dict[str, Any]:
    """Ledger totals added up, quantile by quantile, since their errors are shared.

    A sum of carbon or water with an unknown part is not known; energy adds what is known, and `unknown_count`
    says how many attempts it leaves out.
    """
    total: dict[str, Any] = {}
    for name in (f"{quantity}_{end}" for quantity in QUANTITIES for end in _ENDS):
        known = rows.filter(pl.col("e_it_q50").is_not_null())[name] if not name.startswith("e_it") else rows[name]
        is_whole = name.startswith("e_it") or not known.null_count()
        total[name] = known.sum() if known.drop_nulls().len() and is_whole else None
    for name in ("entry_count", "failed_count", "killed_count", "unknown_count"):
        total[name] = int(rows[name].sum() or 0)
    total["cpu_s"] = rows["cpu_s"].sum() if rows["cpu_s"].drop_nulls().len() else None
    return total


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its quantities as texts beside them."""
    return {**row, **{f"{quantity}_text": str(amount(row, quantity)) for quantity in QUANTITIES}}


def doubts_told(ledger: pl.DataFrame) -> list[dict[str, Any]]:
    """Each doubt about a meter that any entry of the ledger has, commonest first, with how many have it."""
    named = ledger.select(pl.col("doubts").explode(empty_as_null=True)).drop_nulls()["doubts"].to_list()
    found = [
        {"name": doubt.name, "means": doubt.means, "becomes": doubt.becomes, "count": named.count(doubt.name)}
        for doubt in DOUBTS
        if doubt.name in named
    ]
    return sorted(found, key=lambda row: (-int(str(row["count"])), str(row["name"])))


def known_by(rows: pl.DataFrame) -> str:
    """How the energy of these ledger entries is known, in words."""
    classes = sorted({evidence for evidence in rows["evidence"].to_list() if evidence != "not_assessed"})
    return " and ".join(EVIDENCE.get(evidence, words.plain(evidence)) for evidence in classes) or "not assessed"


def cost_line(ledger: pl.DataFrame, squad: str) -> str:
    """One line for a squad's page: the steps of its latest run up to the page itself.

    `ledger` has the rows of mart_ledger.
    """
    mine = ledger.filter(pl.col("partition") == squad).sort("started_utc")
    if mine.is_empty():
        return "What this page cost is not known: no step of this squad is in the ledger yet."
    run = mine.filter(pl.col("run_id") == mine["run_id"][-1], pl.col("status") != "not_run")
    known = run["e_it_q50"].drop_nulls().len()
    total = amount({f"e_it_{end}": run[f"e_it_{end}"].sum() if known else None for end in _ENDS}, "e_it")
    models = run.filter(pl.col("rung") != RIVALS)["rung"].n_unique()
    left_out = run.height - known
    return (
        f"The steps of the run up to this page: {total}, 90 % interval, {known_by(run)}"
        + (f"; {words.count(left_out, 'attempt')} not known" if left_out else "")
        + (f"; {words.count(models, 'model')} run." if models else "; no model was run.")
    )
