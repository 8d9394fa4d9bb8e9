"""Copies of one activity with two clocks: which of the two is wrong, and by how much. Pure."""

from collections.abc import Mapping

import polars as pl

from pipelines.quality.clock_evidence import offset_words
from pipelines.quality.same_activity import shift_in_words

STRENGTH = {"clock_not_set": 0, "date_after_all_others": 0, "stated_offset": 2, "travel_with_position": 2}
"""How much a rule says of the clock itself: a position says where, not when. Rules that are not named say 1."""

SCHEMA = {
    "subject_kind": pl.String,
    "subject_id": pl.String,
    "label": pl.String,
    "rule": pl.String,
    "evidence": pl.String,
    "utc_offset_s": pl.Int64,
    "shift_s": pl.Int64,
}


def corrections(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Labels of activities that are copies with another clock: the columns of `SCHEMA`.

    The one whose clock more speaks for is right, and the other is corrected by the difference: local time written as
    UTC where it is just the offset, else a shifted clock. Where nothing tells them apart both are doubtful.
    """
    shifted = pairs.filter(pl.col("is_same") & (pl.col("clock_shift_s") != 0)).sort("activity_id", "other_activity_id")
    of_activities = rows.filter(pl.col("subject_kind") == "activity").sort("subject_id")
    named = of_activities.filter(
        pl.col("subject_id").is_in(pl.concat([shifted["activity_id"], shifted["other_activity_id"]]).implode())
    ).with_columns(offset_words(pl.col("utc_offset_s")).alias("offset_words"))
    known = {row["subject_id"]: row for row in named.iter_rows(named=True)}
    agreeing = _agreeing(pairs.filter(pl.col("is_same") & (pl.col("clock_shift_s") == 0)))
    found: dict[str, dict[str, object]] = {}
    for pair in shifted.iter_rows(named=True):
        one, other = known[pair["activity_id"]], known[pair["other_activity_id"]]
        for label in _of_pair(one, other, int(pair["clock_shift_s"]), agreeing):
            subject_id = str(label["subject_id"])
            if subject_id not in found or found[subject_id]["label"] == "doubtful":
                found[subject_id] = label
    return pl.DataFrame(list(found.values()), schema=SCHEMA)


def _of_pair(
    one: Mapping[str, object], other: Mapping[str, object], shift_s: int, agreeing: Mapping[str, int]
) -> list[dict[str, object]]:
    """Labels of two copies; adding `shift_s` to the clock of the other makes it that of the one."""
    home_s = int(str(one["home_s"]))
    weights = [(_strength(row), agreeing.get(str(row["subject_id"]), 0)) for row in (one, other)]
    if weights[0] == weights[1] and abs(shift_s) == abs(home_s):
        # The later one by an offset east of Greenwich shows local time; west of it the earlier one does.
        weights = [(0, 0), (1, 0)] if shift_s == home_s else [(1, 0), (0, 0)]
    if weights[0] == weights[1]:
        words = f"A copy of the same activity has {shift_in_words(shift_s)}, and nothing says which is right."
        return [
            _label(row, "doubtful", "copies_disagree", evidence=words, offset_s=row["utc_offset_s"], shift_s=None)
            for row in (one, other)
        ]
    right, wrong, moved_s = (one, other, shift_s) if weights[0] > weights[1] else (other, one, -shift_s)
    offset_s = right["utc_offset_s"]
    is_local = offset_s is not None and moved_s == -int(str(offset_s))
    rule = "local_written_as_utc" if is_local else "copy_with_sure_clock"
    words = (
        f"A copy of a recording with {shift_in_words(moved_s)} whose clock is told by {right['rule']}"
        f" ({right['offset_words']})."
    )
    return [_label(wrong, "corrected", rule, evidence=words, offset_s=offset_s, shift_s=moved_s)]


def _label(
    row: Mapping[str, object], label: str, rule: str, *, evidence: str, offset_s: object, shift_s: int | None
) -> dict[str, object]:
    head = {"subject_kind": row["subject_kind"], "subject_id": row["subject_id"]}
    return {**head, "label": label, "rule": rule, "evidence": evidence, "utc_offset_s": offset_s, "shift_s": shift_s}


def _strength(row: Mapping[str, object]) -> int:
    return 0 if row["label"] == "doubtful" else STRENGTH.get(str(row["rule"]), 1)


def _agreeing(pairs: pl.DataFrame) -> dict[str, int]:
    """How many other recordings have the same clock as each."""
    both = pl.concat([pairs["activity_id"], pairs["other_activity_id"]])
    return dict(both.value_counts().iter_rows())
