"""What a value has cost: its share of every step that worked on its athlete, as the receipts say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from duckdb import DuckDBPyConnection

from pipelines.costs.statement import KNOWN_BY
from pipelines.warehouse.query import frame
from wattworth.printing import print_line

MAKING = ("ingest", "judge", "observe")
"""Purposes without which the value would not be there; its pages and the models came later."""

Row = Mapping[str, Any]


def receipt_of(con: DuckDBPyConnection, athlete_id: int, subject_kind: str = "") -> list[dict[str, Any]]:
    """What one observation bears, a row per purpose of cost: CPU time (s) and energy (J) with its 90 % interval.

    Without a kind of subject it is the mean over the athlete's observations. `con` reads the published snapshot.
    """
    found = frame(con, "queries/receipt_of_observation.sql", athlete_id=athlete_id, subject_kind=subject_kind)
    return found.to_dicts()


def print_receipt(receipt: Sequence[Row], value_count: int = 1) -> None:
    """What `value_count` values have cost to make, how that is known, and what came of their athlete beside it."""
    made = [row for row in receipt if row["purpose"] in MAKING]
    if not any(row["e_it_q50"] is not None for row in made):
        print_line("cost: not known")
        return
    low, middle, high = (_sum(made, f"e_it_{end}") * value_count for end in ("q05", "q50", "q95"))
    known_by = KNOWN_BY[all(row["is_measured"] for row in made if row["is_measured"] is not None)]
    whose = "" if value_count == 1 else f"{value_count} values at the mean of their athlete: "
    print_line(
        f"cost: {whose}{_sum(made, 'cpu_s') * value_count:.2g} CPU-s, {middle:.2g} J (90 %: {low:.2g} to {high:.2g}),"
        f" {known_by}{_unknown(made)}"
    )
    print_line(f"  of it {_listed(made, value_count)}; each step is shared by its subjects, files by their size")
    beside = [row for row in receipt if row["purpose"] not in MAKING and row["cpu_s"] is not None]
    if beside:
        print_line(f"  beside that, for pages and models: {_listed(beside, value_count)}{_unknown(beside)}")


def _sum(rows: Iterable[Row], column: str) -> float:
    return float(sum(row[column] for row in rows if row[column] is not None))


def _listed(rows: Iterable[Row], value_count: int) -> str:
    known = [row for row in rows if row["cpu_s"] is not None]
    return ", ".join(f"{row['purpose']} {row['cpu_s'] * value_count:.2g} CPU-s" for row in known)


def _unknown(rows: Iterable[Row]) -> str:
    count = sum(row["unknown_count"] for row in rows)
    return f"; {count} receipts are not known and left out" if count else ""
