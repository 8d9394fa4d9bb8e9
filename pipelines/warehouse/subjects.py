"""Hands the judging and observing stops their rows: of a chunk of subjects, or of whole athletes."""

from collections.abc import Iterable

import polars as pl

from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import fetched, frame
from pipelines.warehouse.streams import scan

ATHLETE_TABLES = (
    "athletes", "activities", "beat_series", "nights", "sleep_stages", "daily_values", "hrv_epochs", "notes",
    "wellness_answers", "plans", "interval_sums", "source_files", "activity_pairs", "merged_activities",
    "merge_undos", "clock_doubts", "flags", "check_outcomes", "facts", "verdicts", "observations", "skipped_items",
    "questions", "experiment_plans", "experiment_plan_days", "experiment_reports", "experiments",
)  # fmt: skip
"""Tables that `athlete_tables` gives, each in the contract of its name."""


def raw_tables(warehouse: Warehouse, subjects: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The raw rows of queued subjects (subject_kind, subject_id, athlete_id), each table in its contract.

    Gives activities, pauses, laps and records of the activities among them, beat_series and beats of the series;
    rows of an athlete-level subject are not here (see `athlete_tables`). Sorted by key.
    """
    activity_ids = subjects.filter(pl.col("subject_kind") == "activity")["subject_id"].to_list()
    series_ids = subjects.filter(pl.col("subject_kind") == "beat_series")["subject_id"].to_list()
    tables = {
        "activities": frame(warehouse.con, "queries/activities_by_id.sql", ids=activity_ids),
        "pauses": frame(warehouse.con, "queries/pauses_by_activity.sql", ids=activity_ids),
        "laps": frame(warehouse.con, "queries/laps_by_activity.sql", ids=activity_ids),
        "beat_series": frame(warehouse.con, "queries/beat_series_by_id.sql", ids=series_ids),
    }
    tables["records"] = _stream(warehouse, "records", tables["activities"], keys=("activity_id", "record_index"))
    tables["beats"] = _stream(warehouse, "beats", tables["beat_series"], keys=("series_id", "beat_index"))
    return tables


def athlete_tables(
    warehouse: Warehouse, athlete_ids: Iterable[int], *, tables: Iterable[str] = ATHLETE_TABLES
) -> dict[str, pl.DataFrame]:
    """Everything but the long streams of those athletes: one frame per table, in its contract.

    Tables that are about athletes and not among `ATHLETE_TABLES` may be named, too.
    """
    wanted = sorted(set(athlete_ids))
    return {table: _of_athletes(warehouse, table, wanted) for table in tables}


def heart_rates(warehouse: Warehouse, athlete_ids: Iterable[int]) -> dict[int, pl.LazyFrame]:
    """The heart rates outside activities, in the contract of `heart_rates`, of those athletes that have any.

    Nothing is read yet.
    """
    query = (
        "select distinct athlete_id, source_file_id from stream_files"
        " where stream = 'heart_rates' and athlete_id = any($ids::integer[]) order by all"
    )
    held: dict[int, list[str]] = {}
    for athlete_id, source_file_id in warehouse.con.execute(query, {"ids": sorted(set(athlete_ids))}).fetchall():
        held.setdefault(athlete_id, []).append(source_file_id)
    return {one: scan(warehouse, "heart_rates", source_file_ids=names) for one, names in held.items()}


def _stream(warehouse: Warehouse, stream: str, subjects: pl.DataFrame, *, keys: tuple[str, str]) -> pl.DataFrame:
    rows = scan(warehouse, stream, source_file_ids=subjects["source_file_id"].unique())
    return rows.filter(pl.col(keys[0]).is_in(subjects[keys[0]].to_list())).sort(keys).collect()


def _of_athletes(warehouse: Warehouse, table: str, athlete_ids: list[int]) -> pl.DataFrame:
    query = f"from {table} where athlete_id = any($ids::integer[]) order by all"
    return fetched(warehouse.con.execute(query, {"ids": athlete_ids}))
