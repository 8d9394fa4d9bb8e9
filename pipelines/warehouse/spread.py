"""Brings notes, exertion and feel out of files of answers to the athletes they name.

A file of answers may lie in anybody's folder and may name an athlete who has no folder yet: so all of these files are
told anew together whenever something is loaded. They are short.
"""

import polars as pl

from pipelines.readers.answers_rows import AnswerRow
from pipelines.readers.wattworth_answers import SCALES
from pipelines.warehouse.connect import Connection
from pipelines.warehouse.query import frame, insert, run

SPREAD_TABLES = ("notes", "wellness_answers")
"""Tables that rows of files of answers go to."""


def spread_answers(con: Connection) -> None:
    """Fills notes and wellness_answers from every file of answers, in the transaction under way."""
    if con.execute("select 1 from answers limit 1").fetchone() is None:
        return
    for table in SPREAD_TABLES:
        con.execute(f"delete from {table} where source_file_id in (select answers.source_file_id from answers)")  # noqa: S608
    run(con, "queries/spread_notes.sql")
    rows = [(kind, least, greatest) for kind, (least, greatest) in SCALES.items()]
    scales = pl.DataFrame(rows, schema=["kind", "scale_min", "scale_max"], orient="row")
    run(con, "queries/spread_wellness.sql", scales=scales)


def words_of_others(con: Connection, athlete_id: int) -> dict[str, list[AnswerRow]]:
    """By folder, what files of answers in one athlete's folder say of the other athletes."""
    told: dict[str, list[AnswerRow]] = {}
    for row in frame(con, "queries/words_of_others.sql", athlete_id=athlete_id).iter_rows(named=True):
        told.setdefault(row["athlete"], []).append(AnswerRow(**row))
    return told


def forget_answers(con: Connection, folder: str, source_file_ids: list[str], *, named: pl.DataFrame) -> None:
    """Deletes what others' files say of the athlete of that folder, and all that these files of the athlete's said.

    In the transaction under way. The other athletes of whom these files spoke, `named`, are to be looked at anew, and
    what other files say of them counts again. Names that were not known are told anew by the next run.
    """
    insert(con, "work_queue", named.select(pl.lit("judge").alias("stop"), pl.all()), or_ignore=True)
    for table in ("answers", *SPREAD_TABLES):
        con.execute(f"delete from {table} where source_file_id = any($1::varchar[])", [source_file_ids])  # noqa: S608
    con.execute("delete from answers where athlete_folder = ?", [folder])
    con.execute("delete from skipped_items where stop = 'observe'")
    spread_answers(con)


def athletes_named(con: Connection, source_file_ids: list[str]) -> pl.DataFrame:
    """Athletes whom those files of answers name, as subjects to be judged; none where no file is one of answers."""
    named = frame(con, "queries/athletes_named.sql", source_file_ids=source_file_ids)
    return named.select(
        pl.lit("athlete").alias("subject_kind"), pl.col("athlete_id").cast(pl.String).alias("subject_id"), "athlete_id"
    )
