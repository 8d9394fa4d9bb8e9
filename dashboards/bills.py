"""Who is paid for: receipts added up by athlete, and how exactly they add up to the steps."""

from typing import Any

import polars as pl

_ENDS = ("e_it_q05", "e_it_q50", "e_it_q95")


def billed_athletes(receipts: pl.DataFrame, athletes: pl.DataFrame) -> list[dict[str, Any]]:
    """One row per athlete, dearest first: CPU time (s), energy (J), and both for one of the athlete's observations.

    `receipts` has the rows of mart_receipts, `athletes` those of mart_athletes with `observation_count`.
    """
    sums = _added(receipts.filter(pl.col("line") == "athlete"), "athlete_id")
    rows = sums.join(athletes, on="athlete_id", how="inner").sort("cpu_s", "athlete_id", descending=[True, False])
    return [_with_each(row) for row in rows.to_dicts()]


def billed_steps(receipts: pl.DataFrame) -> list[dict[str, Any]]:
    """One row per step, dearest first: CPU time (s), energy (J)."""
    return _added(receipts, "step_key").sort("cpu_s", "step_key", descending=[True, False], nulls_last=True).to_dicts()


def bill_lines(receipts: pl.DataFrame) -> list[dict[str, Any]]:
    """What athletes are billed together, what the program took beside its steps, what nobody can be billed for."""
    found = {row["line"]: row for row in _added(receipts, "line").to_dicts()}
    return [found[line] for line in ("athlete", "overhead", "not attributed") if line in found]


def largest_gap_s(receipts: pl.DataFrame, ledger: pl.DataFrame) -> float | None:
    """By how much the receipts of a step differ from its own CPU time at most (s); null when no step has any."""
    billed = receipts.group_by("entry_id").agg(pl.col("cpu_s").sum())
    steps = ledger.select("entry_id", "cpu_s_own").drop_nulls().join(billed, on="entry_id", how="left")
    gap = (pl.col("cpu_s").fill_null(0.0) - pl.col("cpu_s_own")).abs().max()
    found = steps.select(gap).item() if steps.height else None
    return None if found is None else float(found)


def _added(receipts: pl.DataFrame, key: str) -> pl.DataFrame:
    return receipts.group_by(key).agg(
        pl.when(pl.col("cpu_s").is_not_null().any()).then(pl.col("cpu_s").sum()).alias("cpu_s"),
        *(pl.when(pl.col(end).is_not_null().any()).then(pl.col(end).sum()).alias(end) for end in _ENDS),
        pl.col("entry_id").filter(pl.col("cpu_s").is_null()).n_unique().alias("unknown_count"),
    )


def _with_each(row: dict[str, Any]) -> dict[str, Any]:
    count = row["observation_count"]
    each = {end: None if row[end] is None or not count else row[end] / count for end in _ENDS}
    return {**row, "each": each}
