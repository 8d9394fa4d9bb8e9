"""What a page is made from: rows of the published marts, and a hash of them.

Pages read nothing else: no live warehouse, no raw table, no clock.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cached_property
from typing import Any

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
DATED = {
    "observations": "observed_date", "notes": "note_date", "wellness": "about_date", "patterns": "end_date",
    "gaps": "end_date", "plans": "plan_date", "questions": "end_date", "experiment_days": "day_date",
}  # fmt: skip
"""Those of them of which only the days drawn are shown, and the column that has the date."""
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

    @cached_property
    def observed(self) -> list[dict[str, Any]]:
        """The observations as rows, in their order."""
        return self.observations.to_dicts()


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
        dates = {row["athlete_id"]: _page_date(row) for row in rows["athletes"].to_dicts()}
        shown = _shown(rows, dates)
        for athlete_id in group:
            own = {name: mart.get((athlete_id,), rows[name].clear()) for name, mart in shown.items()}
            yield AthleteMarts(
                athlete_id=athlete_id,
                page_date=dates[athlete_id],
                athlete=own.pop("athletes"),
                coverage=own.pop("daily_coverage"),
                **own,
            )


def _shown(
    rows: Mapping[str, pl.DataFrame], dates: Mapping[int, date | None]
) -> dict[str, dict[tuple[Any, ...], pl.DataFrame]]:
    """By mart and athlete the rows that a page shows, from the rows of several athletes and the date of each page.

    All of them are looked through at once: that takes about as long as for one athlete.
    """
    pages = pl.DataFrame(
        {"athlete_id": list(dates), "page_date": list(dates.values())},
        schema={"athlete_id": rows["athletes"].schema["athlete_id"], "page_date": pl.Date},
    )
    shown = dict(rows)
    for mart, column in DATED.items():
        shown[mart] = _within(rows[mart], pages, first=column, last=column, day_count=ATHLETE_DAYS)
    # A usual range reaches one day beyond the data.
    shown["restatements"] = _within(
        rows["restatements"], pages, first="first_date", last="observed_date", day_count=ATHLETE_DAYS
    )
    listed = _within(shown["observations"], pages, first="observed_date", last="observed_date", day_count=TABLE_DAYS)
    for mart in ("flags", "outcomes"):
        subjects = listed.select("athlete_id", "subject_id").unique()
        shown[mart] = rows[mart].join(subjects, on=["athlete_id", "subject_id"], how="semi")
    return {mart: frame.partition_by("athlete_id", as_dict=True) for mart, frame in shown.items()}


def _within(frame: pl.DataFrame, pages: pl.DataFrame, *, first: str, last: str, day_count: int) -> pl.DataFrame:
    """Rows whose dates from first to last touch the days of the athlete's page, in their order."""
    dated = frame.join(pages, on="athlete_id", maintain_order="left")
    touching = dated.filter(
        pl.col(first) <= pl.col("page_date"), pl.col(last) > pl.col("page_date") - pl.duration(days=day_count)
    )
    return touching.drop("page_date")


def _page_date(athlete: Mapping[str, Any]) -> date | None:
    squad_date: date | None = athlete["squad_date"]
    last_date: date | None = athlete["last_data_date"]
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


def _rows(con: duckdb.DuckDBPyConnection, query: str, *values: object) -> pl.DataFrame:
    return fetched(con.execute(query, list(values)))
