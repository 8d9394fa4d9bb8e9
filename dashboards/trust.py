"""What an analyst looks at first: how much of each athlete's data is usable for what, and what spoiled the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

MATRIX: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("HRV", ("hrv_day", "hrv_baseline")),
    ("resting heart rate", ("resting_hr",)),
    ("sleep", ("sleep_duration",)),
    ("distance and pace", ("distance", "mean_pace", "splits", "bests")),
    ("heart rate", ("load", "hr_zones")),
    ("both", ("decoupling",)),
)
"""Metrics with the purposes they serve, in the order of the columns."""

MOSTLY, HALF = 0.9, 0.5
"""Usable fraction from which a cell is full, and from which it is open; below it is crossed. Start values."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One athlete and purpose over 28 days; `shape` repeats in one sign what the counts say."""

    purpose: str
    subject_count: int
    usable_count: int
    not_assessable_count: int
    shape: str


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One leading reason with everything it spoiled, over all athletes of a squad."""

    reason: str
    verdict: str
    subject_count: int
    share: float
    """Share of all that fell short (fraction)."""
    purposes: tuple[str, ...]
    athlete_ids: tuple[int, ...]
    last_date: Any


def purposes() -> Iterator[str]:
    """Every purpose of the matrix, in order."""
    return (purpose for _, group in MATRIX for purpose in group)


def matrix(trust: pl.DataFrame, athlete_ids: Sequence[int]) -> dict[int, tuple[Cell, ...]]:
    """A row of cells for every athlete, from rows of mart_trust; a purpose without any subject stays empty."""
    rows = {(row["athlete_id"], row["purpose"]): row for row in trust.to_dicts()}
    return {
        athlete_id: tuple(_cell(purpose, rows.get((athlete_id, purpose))) for purpose in purposes())
        for athlete_id in athlete_ids
    }


def pareto(reasons: pl.DataFrame) -> tuple[Reason, ...]:
    """Leading reasons of what is not usable or doubtful, the commonest first, from rows of mart_reasons.

    What could not be assessed is no fault of a measurement and is told in the matrix.
    """
    spoiled = reasons.filter(pl.col("verdict") != "not_assessable")
    whole = int(spoiled["subject_count"].sum() or 0)
    grouped = (
        spoiled.group_by("reason", "verdict")
        .agg(
            pl.col("subject_count").sum(),
            pl.col("purpose").unique().sort().alias("purposes"),
            pl.col("athlete_id").unique().sort().alias("athlete_ids"),
            pl.col("last_date").max(),
        )
        .sort("subject_count", "reason", "verdict", descending=[True, False, False])
    )
    return tuple(
        Reason(
            reason=row["reason"],
            verdict=row["verdict"],
            subject_count=row["subject_count"],
            share=row["subject_count"] / whole,
            purposes=tuple(row["purposes"]),
            athlete_ids=tuple(row["athlete_ids"]),
            last_date=row["last_date"],
        )
        for row in grouped.to_dicts()
    )


def _cell(purpose: str, row: dict[str, Any] | None) -> Cell:
    if row is None:
        return Cell(purpose=purpose, subject_count=0, usable_count=0, not_assessable_count=0, shape="")
    return Cell(
        purpose=purpose,
        subject_count=row["subject_count"],
        usable_count=row["usable_count"],
        not_assessable_count=row["not_assessable_count"],
        shape=_shape(row["usable_count"] / row["subject_count"]),
    )


def _shape(usable_fraction: float) -> str:
    if usable_fraction >= MOSTLY:
        return "●"
    return "○" if usable_fraction >= HALF else "✕"
