"""What the last days used and what came of it: the sentence a cost page opens with.

A window ends with the last entry of the ledger, since a page knows no other clock.
"""

from datetime import timedelta
from typing import Any

import duckdb
import polars as pl

from dashboards import amounts, words
from dashboards.costs import RIVALS, amount
from pipelines.warehouse.query import frame

RECENT_DAYS = 30
"""Days that the page opens with: the month a coach thinks in. Engineering start value."""

MODEL_PURPOSES = ("train", "backtest", "predict")
_ENDS = ("e_it_q05", "e_it_q50", "e_it_q95")


def recent(ledger: pl.DataFrame) -> pl.DataFrame:
    """The rows of mart_ledger that began in the last `RECENT_DAYS` days of the ledger."""
    last = ledger["started_utc"].max()
    return (
        ledger.filter(pl.col("started_utc") > pl.lit(last) - timedelta(days=RECENT_DAYS)) if ledger.height else ledger
    )


def used(ledger: pl.DataFrame) -> dict[str, Any]:
    """CPU time (s) and energy (J) of those rows added up, null where none is known, and how many are not known."""
    ran = ledger.filter(pl.col("status") != "not_run")
    return {
        "cpu_s": ran["cpu_s_own"].sum() if ran["cpu_s_own"].drop_nulls().len() else None,
        **{end: ran[end].sum() if ran[end].drop_nulls().len() else None for end in _ENDS},
        "unknown_count": ran["e_it_q50"].null_count(),
    }


def job_bills(ledger: pl.DataFrame) -> dict[tuple[str, str], dict[str, Any]]:
    """By squad and step, such as "ridge:race_time": what the attempts at each model job used, failed ones included."""
    jobs = ledger.filter(pl.col("rung").is_not_null(), pl.col("status") != "not_run")
    return {
        (str(squad), str(step)): used(rows) for (squad, step), rows in sorted(jobs.group_by("partition", "step_key"))
    }


def model_share(ledger: pl.DataFrame) -> float | None:
    """Share of the CPU time that models used (fraction); shares cancel the error all rows have in common."""
    whole = float(ledger["cpu_s_own"].sum())
    models = float(ledger.filter(pl.col("purpose").is_in(MODEL_PURPOSES))["cpu_s_own"].sum())
    return models / whole if whole else None


def model_run_count(ledger: pl.DataFrame) -> int:
    """How many attempts at a model there were; the naive rivals are no model."""
    return ledger.filter(pl.col("rung").is_not_null(), pl.col("rung") != RIVALS, pl.col("status") != "not_run").height


def read_marks(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """How many rows coaches were shown in the last `RECENT_DAYS` nights, how many were marked, and marked useful."""
    (row,) = frame(con, "queries/recent_marks.sql", days=RECENT_DAYS).to_dicts()
    return {name: int(count) for name, count in row.items()}


def marks_told(marks: dict[str, int], spent: dict[str, Any]) -> str:
    """What coaches made of the rows they were shown, per watt-hour where anybody marked one useful."""
    if not marks["shown_count"]:
        return "No coach was shown anything."
    shown = words.sentence(f"{words.count(marks['shown_count'], 'row')} shown to coaches, ")
    if not marks["marked_count"]:
        return f"{shown}none of them marked: what they were worth is not known."
    told = f"{shown}{marks['marked_count']:,} marked, {marks['useful_count']:,} of them useful"
    return f"{told}: {per_wh(marks['useful_count'], spent)} per Wh." if marks["useful_count"] else f"{told}."


def per_wh(count: int, spent: dict[str, Any]) -> str:
    """So many of something for each watt-hour, with the interval of the energy."""
    energy = amount(spent, "e_it")
    if not energy.q50 or not energy.q05 or not energy.q95:
        return amounts.NOT_KNOWN
    middle, low, high = (amounts.amount(count / end) for end in (energy.q50, energy.q95, energy.q05))
    return f"{middle} ({low}{amounts.TO}{high})"
