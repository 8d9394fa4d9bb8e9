"""What was not spent: jobs the budget refused or let pass, results that were used again, what a rebuild would take."""

import json
from typing import Any

import polars as pl

from dashboards.costs import added

RETIREMENT = "retirement"
MADE_FROM_FILES = ("ingest", "judge", "observe")
"""Purposes that a rebuild from the exports pays for again."""
_ENDS = ("q05", "q50", "q95")


def refused(ledger: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of mart_ledger of jobs that the budget refused, latest first, with the energy they were expected to use."""
    rows = ledger.filter(pl.col("refused_by").is_not_null(), pl.col("refused_by") != RETIREMENT)
    return [_expected(row) for row in _latest(rows)]


def let_pass(ledger: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of mart_ledger of jobs that ran over the budget, as someone had said they may, latest first."""
    return _latest(ledger.filter(pl.col("overridden_by").is_not_null()))


def reused_count(runs: pl.DataFrame) -> int:
    """How often the result of a model job was used again, by the summaries of the runs; a run that rests has none."""
    summaries = [json.loads(text) for text in runs["summary"].drop_nulls().to_list()]
    return sum(stop["counts"].get("reused", 0) for summary in summaries for stop in summary.get("stops", ()))


def reused_energy(models: pl.DataFrame, count: int) -> dict[str, float | None]:
    """What so many jobs would have used (J), at the mean bill of those that stand; null when none is known."""
    known = models.filter(pl.col("e_it_q50").is_not_null())
    sums = {f"e_it_{end}": _sum(known, f"e_it_{end}") for end in _ENDS}
    return {name: None if total is None else total / known.height * count for name, total in sums.items()}


def rebuilt_energy(totals: pl.DataFrame, models: pl.DataFrame) -> dict[str, float | None]:
    """What rebuilding everything from the exports would use at most (J); null while nothing is known.

    All that taking in, judging and observing has used so far, what was done twice counted twice, and the bills of the
    model jobs that stand.
    """
    made = added(totals.filter(pl.col("purpose").is_in(MADE_FROM_FILES)))
    parts = {
        f"e_it_{end}": [part for part in (made[f"e_it_{end}"], _sum(models, f"e_it_{end}")) if part is not None]
        for end in _ENDS
    }
    return {name: sum(known) if known else None for name, known in parts.items()}


def _sum(rows: pl.DataFrame, column: str) -> float | None:
    known = rows[column].drop_nulls()
    return float(known.sum()) if known.len() else None


def _latest(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return rows.sort("started_utc", "entry_id", descending=True).to_dicts()


def _expected(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{f"e_it_{end}": row[f"expected_e_it_{end}"] for end in _ENDS}}
