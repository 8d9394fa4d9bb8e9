"""What the published values of a subject were made from, so that a value that changes later can be told why.

One list of texts a subject, each kind, name and state of one input: its file and the version of the reader, every check
with version, outcome and number of failing rows, the limits of the verdicts, its merge and its clock. An athlete has a
list, too: the card and all files. What does not belong here: which of them changed a value (see `restatement_causes`).
"""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.stop import RULES_VERSION
from pipelines.quality.subjects import daily_values_in_use
from pipelines.tables import conform

FILE, READER, CHECK, LIMITS, FIGURES, MERGE, CLOCK, CARD = (
    "file", "reader", "check", "limits", "figures", "merge", "clock", "card"
)  # fmt: skip
"""Kinds of input. A check has a name of its own, a card one for each of its lines; the others stand once."""

CARD_LINES = ("time_zone", "heart_rate_max_bpm", "birth_year", "sex")
"""Lines of an athlete's card that something is judged by."""
_WHO = ("subject_kind", "subject_id", "athlete_id")
Input = tuple[str, str]


def inputs_of(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """One row per subject and per athlete of `tables`: table `observed_subjects`."""
    own = _files(tables)
    who = own.select(_WHO)
    parts = [
        own.select(*_WHO, _text(FILE, state=pl.col("source_file_id"))),
        _readers(own, tables["source_files"]),
        _checks(tables).join(who, on=_WHO, how="semi"),
        _limits(tables["verdicts"]).join(who, on=_WHO, how="semi"),
        who.select(*_WHO, _text(FIGURES, state=pl.lit(RULES_VERSION))),
        _merges(tables["merged_activities"]),
        _clocks(tables["clock_doubts"]),
        *_athletes(tables),
    ]
    listed = pl.concat(parts).group_by(_WHO).agg(pl.col("inputs").unique().sort())
    return conform(listed, "observed_subjects").sort("subject_kind", "subject_id")


def as_states(inputs: list[str] | None) -> dict[Input, str]:
    """The inputs by kind and name; none is known of a subject that was never observed."""
    found = {}
    for text in inputs or ():
        named, _, state = text.partition("=")
        kind, _, name = named.partition(" ")
        found[kind, name] = state
    return found


def _text(kind: str, *, state: pl.Expr, name: pl.Expr | None = None) -> pl.Expr:
    named = pl.lit(kind) if name is None else pl.concat_str(pl.lit(f"{kind} "), name)
    return pl.concat_str(named, pl.lit("="), state).alias("inputs")


def _files(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every subject with the file its values come from."""
    keys = {"activities": "activity_id", "beat_series": "series_id", "nights": "night_id"}
    kinds = {"activities": "activity", "beat_series": "beat_series", "nights": "night"}
    of_files = [
        tables[table].select(
            pl.lit(kinds[table]).alias("subject_kind"), pl.col(key).alias("subject_id"), "athlete_id", "source_file_id"
        )
        for table, key in keys.items()
    ]
    daily = daily_values_in_use(tables["daily_values"]).select(
        pl.lit("daily_value").alias("subject_kind"), "subject_id", "athlete_id", "source_file_id"
    )
    return pl.concat([*of_files, daily])


def _readers(own: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    versions = files.select("source_file_id", "format", "reader_version").drop_nulls()
    return own.join(versions, on="source_file_id").select(
        *_WHO, _text(READER, state=pl.concat_str("format", "reader_version", separator=" "))
    )


def _checks(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every check that looked at a subject: version, outcome, and how many rows failed."""
    key = ["subject_kind", "subject_id", "check_name"]
    failed = tables["flags"].group_by(key).agg(pl.col("row_count").sum())
    outcomes = tables["check_outcomes"].join(failed, on=key, how="left")
    state = pl.concat_str("check_version", "outcome", pl.col("row_count").fill_null(0), separator=" ")
    return outcomes.select(*_WHO, _text(CHECK, name=pl.col("check_name"), state=state))


def _limits(verdicts: pl.DataFrame) -> pl.DataFrame:
    return verdicts.select(*_WHO, _text(LIMITS, state=pl.col("limits_version"))).unique()


def _merges(merged: pl.DataFrame) -> pl.DataFrame:
    return merged.select(
        pl.lit("activity").alias("subject_kind"),
        pl.col("activity_id").alias("subject_id"),
        "athlete_id",
        _text(MERGE, state=pl.col("merge_id")),
    )


def _clocks(doubts: pl.DataFrame) -> pl.DataFrame:
    day = pl.col("local_date").dt.to_string("%Y-%m-%d").fill_null("no date")
    state = pl.concat_str("label", pl.col("shift_s").fill_null(0), day, separator=" ")
    return doubts.select(*_WHO, _text(CLOCK, state=state))


def _athletes(tables: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    who = [pl.lit("athlete").alias("subject_kind"), pl.col("athlete_id").cast(pl.String).alias("subject_id")]
    cards = [
        tables["athletes"].select(
            *who,
            "athlete_id",
            _text(CARD, name=pl.lit(name), state=pl.col(name).cast(pl.String).fill_null("not known")),
        )
        for name in CARD_LINES
    ]
    in_use = (pl.col("status") == "loaded") & pl.col("replaced_by_source_file_id").is_null()
    files = tables["source_files"].filter(in_use)
    state = pl.col("reader_version").fill_null("")
    return [*cards, files.select(*who, "athlete_id", _text(FILE, name=pl.col("source_file_id"), state=state))]
