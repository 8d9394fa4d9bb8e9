"""Decides the list of a squad's last night and stores it, with what rules off the shelf would have said."""

import hashlib
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import polars as pl

from pipelines.observations.attention.candidates import definition_version
from pipelines.observations.attention.contract import LOOK, NEWS, Candidate, Night, Row, Shown
from pipelines.observations.attention.decide import FRESH_DAYS, NOVELTY_DAYS, decide
from pipelines.observations.attention.expected import HOW
from pipelines.observations.attention.twin import differs
from pipelines.tables import conform, empty
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert, transaction

TABLES = ("attention_rows", "attention_nights", "twin_days")


def attend(warehouse: Warehouse, squad: str) -> int:
    """Decides the squad's last night anew, in one transaction, and gives the number of rows that are shown.

    What the nights before showed counts as it was stored; the same night decided twice is stored once.
    """
    row = frame(warehouse.con, "queries/attention_date.sql", squad=squad).row(0, named=True)
    night_date = row["night_date"]
    if night_date is None:
        return 0
    candidates = _candidates(warehouse, squad)
    night = decide(
        squad,
        night_date,
        candidates,
        athlete_count=row["athlete_count"],
        shown_before=_shown_before(warehouse, squad, night_date),
        noted={one.athlete_id for one in candidates if one.is_noted},
    )
    with transaction(warehouse.con, "settle"):
        for table, rows in _tables(warehouse, squad, night).items():
            warehouse.con.execute(f"delete from {table} where squad = ? and night_date = ?", [squad, night_date])  # noqa: S608
            insert(warehouse.con, table, rows)
    return len(night.shown())


def _candidates(warehouse: Warehouse, squad: str) -> list[Candidate]:
    rows = frame(warehouse.con, "queries/attention_candidates_of_squad.sql", squad=squad).drop("definition_version")
    return [Candidate(**_told(row)) for row in rows.iter_rows(named=True)]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: tuple(row[name]) for name in ("pattern_ids", "observation_ids")}


def _shown_before(warehouse: Warehouse, squad: str, night_date: date) -> list[Shown]:
    since = night_date - timedelta(days=NOVELTY_DAYS)
    rows = frame(
        warehouse.con, "queries/attention_shown_before.sql", squad=squad, night_date=night_date, since_date=since
    )
    return [Shown(**row) for row in rows.iter_rows(named=True)]


def _tables(warehouse: Warehouse, squad: str, night: Night) -> dict[str, pl.DataFrame]:
    rows = [_row(squad, night.night_date, row) for row in night.rows]
    summary = {
        "squad": squad,
        "night_date": night.night_date,
        "athlete_count": night.athlete_count,
        "compared_count": night.compared_count,
        "tested_count": night.tested_count,
        "budget_count": night.budget_count,
        "shown_count": len(night.shown()),
        "news_count": len(night.shown(NEWS)),
        "expected_by_chance": night.expected_by_chance,
        "expected_how": "" if night.expected_by_chance is None else HOW,
        "definition_version": definition_version(),
    }
    return {
        "attention_rows": _frame(rows, "attention_rows"),
        "attention_nights": _frame([summary], "attention_nights"),
        "twin_days": _frame(_twins(warehouse, squad, night), "twin_days"),
    }


def _row(squad: str, night_date: date, row: Row) -> dict[str, object]:
    name = f"{squad}|{night_date.isoformat()}|{row.athlete_id}|{row.rules[0]}"
    return asdict(row) | {
        "row_id": hashlib.sha256(name.encode()).hexdigest()[:12],
        "squad": squad,
        "night_date": night_date,
        "is_shown": row.place is not None,
        "definition_version": definition_version(),
    }


def _twins(warehouse: Warehouse, squad: str, night: Night) -> list[dict[str, object]]:
    """One row for each athlete of whom the rules off the shelf could be tried lately."""
    since = night.night_date - timedelta(days=FRESH_DAYS)
    every = frame(warehouse.con, "queries/stock_rules_of_squad.sql", squad=squad)
    fired = every.filter(pl.col("candidate_date").is_between(since, night.night_date))
    ours = {row.athlete_id: row.rules for row in night.shown(LOOK)}
    return [
        {
            "squad": squad,
            "night_date": night.night_date,
            "athlete_id": athlete_id,
            "stock_rules": stock,
            "ours": list(ours.get(athlete_id, ())),
            "differs": differs(stock, ours.get(athlete_id, ())),
        }
        for athlete_id, stock in fired.select("athlete_id", "fired").iter_rows()
    ]


def _frame(rows: list[dict[str, object]], table: str) -> pl.DataFrame:
    return conform(pl.DataFrame(rows, infer_schema_length=None), table) if rows else empty(table)
