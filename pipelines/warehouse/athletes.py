"""Keeps the table of athletes in step with the folders of the inbox and the cards in them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.readers.athlete_card import CARD_NAME, AthleteCard, look_at_card
from pipelines.readers.inbox import athlete_folders
from pipelines.readers.problem import Problem, problem_of
from pipelines.tables import contract
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import fetched, insert, run, transaction
from pipelines.warehouse.queue import SUBJECT_SCHEMA, enqueue


@dataclass(frozen=True, kw_only=True)
class InboxAthlete:
    """An athlete with a folder in the inbox, and what is wrong with the card in it."""

    athlete_id: int
    folder: Path
    card: AthleteCard
    problems: tuple[Problem, ...]


def keep_athletes(warehouse: Warehouse, squad: str) -> tuple[InboxAthlete, ...]:
    """Brings `athletes` up to date with every folder of the inbox and gives those of the squad, sorted by folder.

    Ids are given in order of first sight. An athlete whose card changed is queued to be judged again; when the time
    zone changed, the local dates did too: the athlete's files are read again. A folder that is gone changes nothing.
    """
    stored = {row["folder"]: row for row in fetched(warehouse.con.execute("from athletes")).to_dicts()}
    seen = _seen(warehouse.home.inbox, {folder: row["athlete_id"] for folder, row in stored.items()})
    rows = [_row(athlete) for athlete in seen]
    changed = [row for row in rows if stored.get(row["folder"]) != row]
    if changed:
        with transaction(warehouse.con, "drop"):
            _store(warehouse, changed, stored)
    return tuple(athlete for athlete in seen if athlete.card.squad == squad)


def _seen(inbox: Path, known_ids: dict[str, int]) -> list[InboxAthlete]:
    ids = dict(known_ids)
    athletes = []
    for folder in athlete_folders(inbox) if inbox.is_dir() else ():
        athlete_id = ids.setdefault(folder.name, max(ids.values(), default=0) + 1)
        look = look_at_card(folder)
        problems = tuple(problem_of(error, path=CARD_NAME, what="a line of the card") for error in look.errors)
        athletes.append(InboxAthlete(athlete_id=athlete_id, folder=folder, card=look.card, problems=problems))
    return athletes


def _row(athlete: InboxAthlete) -> dict[str, Any]:
    card = athlete.card
    return {
        "athlete_id": athlete.athlete_id,
        "folder": athlete.folder.name,
        "display_name": card.display_name,
        "squad": card.squad,
        "time_zone": card.time_zone,
        "birth_year": card.birth_year,
        "sex": card.sex,
        "heart_rate_max_bpm": card.heart_rate_max_bpm,
        "background": card.background,
        "is_simulated": card.simulated,
    }


def _store(warehouse: Warehouse, changed: list[dict[str, Any]], stored: dict[str, dict[str, Any]]) -> None:
    rows = pl.DataFrame(changed, schema=contract("athletes"))
    warehouse.con.execute("delete from athletes where athlete_id = any($1::integer[])", [rows["athlete_id"].to_list()])
    insert(warehouse.con, "athletes", rows)
    known = rows.filter(pl.col("folder").is_in(list(stored)))
    subjects = known.select(
        pl.lit("athlete").alias("subject_kind"), pl.col("athlete_id").cast(pl.String).alias("subject_id"), "athlete_id"
    )
    enqueue(warehouse, "judge", subjects.match_to_schema(SUBJECT_SCHEMA))
    moved = [row["athlete_id"] for row in changed if _zone(stored.get(row["folder"])) not in (None, row["time_zone"])]
    run(warehouse.con, "queries/read_again.sql", athlete_ids=moved)


def _zone(row: dict[str, Any] | None) -> str | None:
    return None if row is None else str(row["time_zone"])
