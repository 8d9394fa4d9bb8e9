"""What a page is made from: rows of the published marts, and a hash of them.

Pages read nothing else: no live warehouse, no raw table, no clock.
"""

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from datetime import date

import duckdb
import polars as pl

from pipelines.warehouse.query import fetched

SQUAD_DAYS = 70
"""Days a squad page looks back on: 42 on the strip, and the days the same rule is replayed on."""
ATHLETE_DAYS = 84
"""Days an athlete page draws: twelve weeks."""
TABLE_DAYS = 42
"""Days whose every value an athlete page lists with its evidence."""


@dataclass(frozen=True, kw_only=True)
class SquadMarts:
    """The rows of one squad. `squad_date` is the last date with data in it, null when there is none."""

    squad: str
    squad_date: date | None
    athletes: pl.DataFrame
    observations: pl.DataFrame
    coverage: pl.DataFrame
    device_changes: pl.DataFrame
    skipped: pl.DataFrame
    patterns: pl.DataFrame
    gaps: pl.DataFrame


@dataclass(frozen=True, kw_only=True)
class AthleteMarts:
    """The rows of one athlete. `page_date` is the date that the page looks back from (see `read_athlete`)."""

    athlete_id: int
    page_date: date | None
    athlete: pl.DataFrame
    observations: pl.DataFrame
    flags: pl.DataFrame
    coverage: pl.DataFrame
    notes: pl.DataFrame
    wellness: pl.DataFrame
    device_changes: pl.DataFrame
    restatements: pl.DataFrame
    skipped: pl.DataFrame
    trust: pl.DataFrame
    patterns: pl.DataFrame
    gaps: pl.DataFrame
    plans: pl.DataFrame


def read_squad(con: duckdb.DuckDBPyConnection, squad: str) -> SquadMarts:
    """The rows a squad page is made from, in a fixed order."""
    athletes = _rows(con, "select * from mart_athletes where squad = ? order by display_name, athlete_id", squad)
    on = athletes["squad_date"].max() if athletes.height else None
    today = on if isinstance(on, date) else None
    ids = athletes["athlete_id"].to_list()
    return SquadMarts(
        squad=squad,
        squad_date=today,
        athletes=athletes,
        observations=_between(of_athletes(con, "mart_observations", ids), "observed_date", today, SQUAD_DAYS),
        coverage=of_athletes(con, "mart_daily_coverage", ids).select(
            "athlete_id", "data_date", "has_activity", "gap_cause"
        ),
        device_changes=of_athletes(con, "mart_device_changes", ids),
        skipped=of_athletes(con, "mart_skipped", ids),
        patterns=_between(of_athletes(con, "mart_patterns", ids), "end_date", today, TABLE_DAYS),
        gaps=_between(of_athletes(con, "mart_gaps", ids), "end_date", today, TABLE_DAYS),
    )


def read_athlete(con: duckdb.DuckDBPyConnection, athlete_id: int) -> AthleteMarts:
    """The rows an athlete page is made from, in a fixed order.

    It looks back from the date of the squad's pages, or from the athlete's own last date with data when that is
    further back than the weeks a page shows: an old archive has a page, too.
    """
    athlete = _rows(con, "select * from mart_athletes where athlete_id = ?", athlete_id)
    today = _page_date(athlete["squad_date"][0], athlete["last_data_date"][0])
    ids = [athlete_id]
    observations = _between(of_athletes(con, "mart_observations", ids), "observed_date", today, ATHLETE_DAYS)
    listed = _between(observations, "observed_date", today, TABLE_DAYS)
    flags = of_athletes(con, "mart_flags", ids).join(listed.select("subject_id").unique(), on="subject_id", how="semi")
    return AthleteMarts(
        athlete_id=athlete_id,
        page_date=today,
        athlete=athlete,
        observations=observations,
        flags=flags,
        coverage=of_athletes(con, "mart_daily_coverage", ids),
        notes=_between(of_athletes(con, "mart_notes", ids), "note_date", today, ATHLETE_DAYS),
        wellness=_between(of_athletes(con, "mart_wellness", ids), "about_date", today, ATHLETE_DAYS),
        device_changes=of_athletes(con, "mart_device_changes", ids),
        restatements=_between(of_athletes(con, "mart_restatements", ids), "observed_date", today, ATHLETE_DAYS),
        skipped=of_athletes(con, "mart_skipped", ids),
        trust=of_athletes(con, "mart_trust", ids),
        patterns=_between(of_athletes(con, "mart_patterns", ids), "end_date", today, ATHLETE_DAYS),
        gaps=_between(of_athletes(con, "mart_gaps", ids), "end_date", today, ATHLETE_DAYS),
        plans=_between(of_athletes(con, "mart_plans", ids), "plan_date", today, ATHLETE_DAYS),
    )


def _page_date(squad_date: date | None, last_date: date | None) -> date | None:
    if squad_date is None or last_date is None or (squad_date - last_date).days < ATHLETE_DAYS:
        return squad_date
    return last_date


def read_mart(con: duckdb.DuckDBPyConnection, mart: str) -> pl.DataFrame:
    """Every row of one mart, in a fixed order."""
    return _rows(con, f"select * from {mart} order by all")  # noqa: S608 - a name of ours


def fingerprint(page: str, version: str, *inputs: object) -> str:
    """Hash of what a page is made from: its name, the version of the templates, and every row it reads."""
    digest = hashlib.sha256(f"{page}\n{version}\n".encode())
    for item in inputs:
        if isinstance(item, pl.DataFrame):
            digest.update(item.write_json().encode())
        elif is_dataclass(item):
            values = [getattr(item, field.name) for field in fields(item)]
            digest.update(fingerprint(page, version, *values).encode())
        else:
            digest.update(repr(item).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def of_athletes(con: duckdb.DuckDBPyConnection, mart: str, athlete_ids: list[int]) -> pl.DataFrame:
    """The rows of one mart about those athletes, in a fixed order."""
    query = f"select * from {mart} where list_contains(?, athlete_id) order by all"  # noqa: S608 - a name of ours
    return _rows(con, query, athlete_ids)


def _between(frame: pl.DataFrame, column: str, last: date | None, day_count: int) -> pl.DataFrame:
    if last is None:
        return frame.clear()
    return frame.filter(pl.col(column) <= last, pl.col(column) > pl.lit(last) - pl.duration(days=day_count))


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> pl.DataFrame:
    return fetched(con.execute(query, list(values)))
