"""What a page is made from: rows of the published marts, and a hash of them.

Pages read nothing else: no live warehouse, no raw table, no clock.
"""

import hashlib
from collections.abc import Iterator, Mapping
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
ATHLETES_AT_ONCE = 25
"""Athletes whose rows are held together: a question costs about as much for one of them as for all."""
ATHLETE_MARTS = (
    "athletes", "observations", "flags", "daily_coverage", "notes", "wellness", "device_changes", "restatements",
    "skipped", "trust", "patterns", "gaps", "plans", "questions", "experiments", "experiment_days", "outcomes",
)  # fmt: skip
"""Marts an athlete page is made from."""
TWIN_COUNTS = (
    "squad", "night_count", "athlete_day_count", "stock_day_count", "our_day_count", "difference_count",
    "ours_said_count", "ours_silent_count",
)  # fmt: skip
"""What a squad page reads of mart_twin."""


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
    notes: pl.DataFrame
    """Dates and kinds alone, of the athletes with a row."""
    attention: pl.DataFrame
    nights: pl.DataFrame
    questions: pl.DataFrame
    feedback: pl.DataFrame
    twin: pl.DataFrame
    """Counts alone: what a difference costs moves with every run, and a page is built anew when its inputs move."""


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
    questions: pl.DataFrame
    experiments: pl.DataFrame
    experiment_days: pl.DataFrame
    outcomes: pl.DataFrame


def read_squad(con: duckdb.DuckDBPyConnection, squad: str) -> SquadMarts:
    """The rows a squad page is made from, in a fixed order."""
    athletes = _rows(con, "select * from mart_athletes where squad = ? order by display_name, athlete_id", squad)
    on = athletes["squad_date"].max() if athletes.height else None
    today = on if isinstance(on, date) else None
    ids = athletes["athlete_id"].to_list()
    attention = _on(of_squad(con, "mart_attention", squad), today)
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
        notes=_between(
            of_athletes(con, "mart_notes", attention["athlete_id"].unique().to_list()), "note_date", today, TABLE_DAYS
        ).select("athlete_id", "note_date", "kind"),
        attention=attention,
        nights=_on(of_squad(con, "mart_attention_nights", squad), today),
        questions=of_athletes(con, "mart_questions", ids).filter(pl.col("state") == "open"),
        feedback=_on(of_squad(con, "mart_feedback", squad), today),
        twin=of_squad(con, "mart_twin", squad).select(TWIN_COUNTS),
    )


def read_athlete(con: duckdb.DuckDBPyConnection, athlete_id: int) -> AthleteMarts:
    """The rows an athlete page is made from, in a fixed order.

    It looks back from the date of the squad's pages, or from the athlete's own last date with data when that is
    further back than the weeks a page shows: an old archive has a page, too.
    """
    return next(read_athletes(con, [athlete_id]))


def read_athletes(con: duckdb.DuckDBPyConnection, athlete_ids: list[int]) -> Iterator[AthleteMarts]:
    """The same of several athletes, in their order; every mart is read once for some of them at a time."""
    for start in range(0, len(athlete_ids), ATHLETES_AT_ONCE):
        group = athlete_ids[start : start + ATHLETES_AT_ONCE]
        rows = {name: of_athletes(con, f"mart_{name}", group) for name in ATHLETE_MARTS}
        for athlete_id in group:
            own = {name: mart.filter(pl.col("athlete_id") == athlete_id) for name, mart in rows.items()}
            yield _athlete_marts(athlete_id, own)


def _athlete_marts(athlete_id: int, own: Mapping[str, pl.DataFrame]) -> AthleteMarts:
    today = _page_date(own["athletes"]["squad_date"][0], own["athletes"]["last_data_date"][0])
    observations = _between(own["observations"], "observed_date", today, ATHLETE_DAYS)
    listed = _between(observations, "observed_date", today, TABLE_DAYS)
    return AthleteMarts(
        athlete_id=athlete_id,
        page_date=today,
        athlete=own["athletes"],
        observations=observations,
        flags=own["flags"].join(listed.select("subject_id").unique(), on="subject_id", how="semi"),
        coverage=own["daily_coverage"],
        notes=_between(own["notes"], "note_date", today, ATHLETE_DAYS),
        wellness=_between(own["wellness"], "about_date", today, ATHLETE_DAYS),
        device_changes=own["device_changes"],
        restatements=_touching(own["restatements"], today, ATHLETE_DAYS),
        skipped=own["skipped"],
        trust=own["trust"],
        patterns=_between(own["patterns"], "end_date", today, ATHLETE_DAYS),
        gaps=_between(own["gaps"], "end_date", today, ATHLETE_DAYS),
        plans=_between(own["plans"], "plan_date", today, ATHLETE_DAYS),
        questions=_between(own["questions"], "end_date", today, ATHLETE_DAYS),
        experiments=own["experiments"],
        experiment_days=_between(own["experiment_days"], "day_date", today, ATHLETE_DAYS),
        outcomes=own["outcomes"].join(listed.select("subject_id").unique(), on="subject_id", how="semi"),
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


def of_squad(con: duckdb.DuckDBPyConnection, mart: str, squad: str) -> pl.DataFrame:
    """The rows of one mart about a squad, in a fixed order."""
    return _rows(con, f"select * from {mart} where squad = ? order by all", squad)  # noqa: S608 - a name of ours


def _on(frame: pl.DataFrame, night_date: date | None) -> pl.DataFrame:
    return frame.clear() if night_date is None else frame.filter(pl.col("night_date") == night_date)


def _between(frame: pl.DataFrame, column: str, last: date | None, day_count: int) -> pl.DataFrame:
    if last is None:
        return frame.clear()
    return frame.filter(pl.col(column) <= last, pl.col(column) > pl.lit(last) - pl.duration(days=day_count))


def _touching(frame: pl.DataFrame, last: date | None, day_count: int) -> pl.DataFrame:
    """Rows about first_date to observed_date that touch those days: a usual range reaches one day beyond the data."""
    if last is None:
        return frame.clear()
    first = pl.lit(last) - pl.duration(days=day_count)
    return frame.filter(pl.col("first_date") <= last, pl.col("observed_date") > first)


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> pl.DataFrame:
    return fetched(con.execute(query, list(values)))
