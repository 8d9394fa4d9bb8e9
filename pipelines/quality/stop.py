"""Stop 5, judge: flags, outcomes and figures of what is new, then the verdicts of the athletes it touched."""

from hashlib import sha256

import polars as pl

from pipelines.progress import Progress, StepSummary
from pipelines.quality import overlays
from pipelines.quality import verdicts as verdict_rules
from pipelines.quality.catalogue import checks
from pipelines.quality.histories import with_histories
from pipelines.quality.judge import Judged, judge_subjects
from pipelines.quality.overlays import judged_whole, pairs_to_compare
from pipelines.quality.portions import chunks, groups
from pipelines.quality.recordings import Recording, recordings
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.queue import pending, renew, settle
from pipelines.warehouse.subjects import athlete_tables, raw_tables

RULES_VERSION = "9"
"""Raised when the detector or the figures change without a check's own version changing."""

VERSION = sha256(
    " ".join(
        (
            RULES_VERSION,
            verdict_rules.VERSION,
            overlays.VERSION,
            *(f"{check.name}.{check.version}" for check in checks()),
        )
    ).encode()
).hexdigest()[:12]
"""Version of everything that decides: another one in the code has every subject judged again."""

COMPARED_AT_ONCE = 80
"""Activities whose records are held together to find the same one twice."""

JUDGED = ("flags", "check_outcomes", "facts")

TABLES = (
    *("athletes", "activities", "beat_series", "nights", "sleep_stages", "daily_values", "source_files"),
    *(*JUDGED, "verdicts", "clock_doubts", "merged_activities", "activity_pairs", "merge_undos"),
)
"""What is known of athletes whose subjects are judged."""


def judge(warehouse: Warehouse, squad: str, progress: Progress) -> StepSummary:
    """Judges the queued subjects of the squad, then gives verdicts for the athletes they belong to.

    One transaction per few athletes, so that a run that is killed has judged an athlete whole or not at all. Queues
    for the next stop every subject that was judged or whose verdict changed.
    """
    renew(warehouse, "judge", VERSION)
    queued = pending(warehouse, "judge", squad)
    portions = list(groups(warehouse, queued))
    counts = {"flags": 0, "verdicts": 0, "not_usable": 0}
    day_count = 0
    for portion in progress.over(portions, label="Judge", total=len(portions), unit="groups of athletes"):
        fresh, decided = _judge_athletes(warehouse, portion)
        counts["flags"] += fresh["flags"].height
        counts["verdicts"] += decided.height
        counts["not_usable"] += decided.filter(pl.col("verdict") == "not_usable").height
        day_count += decided.select("athlete_id", "subject_date").n_unique()
    return StepSummary(
        stop="judge", subject_count=queued.height, unit="subjects", counts=counts, athlete_day_count=day_count
    )


def _judge_athletes(warehouse: Warehouse, sized: pl.DataFrame) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """Judges what is queued and all nights and daily values of some athletes; gives what is new, and all verdicts.

    `sized` are the queued subjects of whole athletes, with row_count.
    """
    queued = sized.drop("row_count")
    athlete_ids = queued["athlete_id"].unique(maintain_order=True).to_list()
    known = athlete_tables(warehouse, athlete_ids, tables=TABLES)
    touched = queued.filter(pl.col("subject_kind") != "athlete")
    scope = pl.concat([touched, _whole_kinds(athlete_ids, queued.schema)])
    who = {"athletes": known["athletes"]}
    long = sized.filter(pl.col("subject_kind") != "athlete")
    parts = [judge_subjects({**raw_tables(warehouse, chunk), **who}) for chunk in chunks(long)]
    nightly = {name: known[name] for name in ("nights", "sleep_stages", "daily_values")}
    parts.append(judge_subjects({**nightly, **who, "sessions": known["activities"]}))
    fresh = {name: pl.concat([_frame(part, name) for part in parts]) for name in JUDGED}
    fresh, scope = with_histories(known, fresh, scope)
    judged = {name: pl.concat([_outside(known[name], scope), fresh[name]]) for name in JUDGED}
    whole = judged_whole({**known, **judged}, **_compared(warehouse, known, touched))
    decided = whole["verdicts"]
    settle(
        warehouse,
        stop="judge",
        done=queued,
        replace={},
        replace_of_athletes={**judged, **whole},
        stored=known,
        scope=scope,
        then={"observe": pl.concat([touched, _athletes(athlete_ids, queued.schema), _changed(known, decided)])},
    )
    return fresh, decided


def _frame(judged: Judged, name: str) -> pl.DataFrame:
    frames = {"flags": judged.flags, "check_outcomes": judged.check_outcomes, "facts": judged.facts}
    return frames[name]


def _whole_kinds(athlete_ids: list[int], schema: pl.Schema) -> pl.DataFrame:
    """The scope that means every night and daily value of the athletes: a null subject_id."""
    rows = [(kind, None, athlete_id) for athlete_id in athlete_ids for kind in ("night", "daily_value")]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _athletes(athlete_ids: list[int], schema: pl.Schema) -> pl.DataFrame:
    rows = [("athlete", str(athlete_id), athlete_id) for athlete_id in athlete_ids]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _outside(rows: pl.DataFrame, scope: pl.DataFrame) -> pl.DataFrame:
    """Stored rows of subjects that are not judged now."""
    whole = scope.filter(pl.col("subject_id").is_null()).select("subject_kind", "athlete_id").unique()
    kept = rows.join(whole, on=["subject_kind", "athlete_id"], how="anti", maintain_order="left")
    return kept.join(scope, on=["subject_kind", "subject_id"], how="anti", maintain_order="left")


def _compared(warehouse: Warehouse, known: dict[str, pl.DataFrame], touched: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The pairs of activities as `judged_whole` takes them: records are read of those only that may be the same."""
    pairs = pairs_to_compare(known, touched=touched["subject_id"])
    held: dict[str, Recording] = {}
    for chunk in pairs.wanted.iter_slices(COMPARED_AT_ONCE):
        held.update(recordings(raw_tables(warehouse, chunk)["records"]))
    return {"activity_pairs": pairs.compared(held)}


def _changed(known: dict[str, pl.DataFrame], new: pl.DataFrame) -> pl.DataFrame:
    """Activities and beat series that have another verdict, or another day, or one verdict more or less than before."""
    deciding = [
        "subject_kind",
        "subject_id",
        "athlete_id",
        "subject_date",
        "purpose",
        "verdict",
        "grade",
        "expected_error",
        "error_limit",
    ]
    was, now = known["verdicts"].select(deciding), new.select(deciding)
    changed = pl.concat(
        [
            now.join(was, on=deciding, how="anti", nulls_equal=True),
            was.join(now, on=deciding, how="anti", nulls_equal=True),
        ]
    )
    there = pl.concat([known["activities"]["activity_id"], known["beat_series"]["series_id"]])
    kinds = pl.col("subject_kind").is_in(["activity", "beat_series"])
    return (
        changed.filter(kinds & pl.col("subject_id").is_in(there.implode()))
        .select("subject_kind", "subject_id", "athlete_id")
        .unique(maintain_order=True)
    )
