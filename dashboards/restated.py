"""What changed after it was published, in words: before, now, and every cause with the file or version it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboards import amounts, words

CAUSES = {
    "late_file": "a file came later",
    "file_replaced": "its file was replaced",
    "reader_changed": "its file was read again",
    "definition_changed": "another version of the definition",
    "rule_changed": "another version of a rule",
    "merge_changed": "recordings of one activity were counted once",
    "merge_undone": "a merge was taken back",
    "clock_corrected": "another clock",
    "answer_given": "an answer was given",
    "card_changed": "the athlete's card changed",
    "not_known": "cause not known",
}
"""Causes as a coach reads them."""
GONE = "none any more"
NONE_BEFORE = "none before"
SHOWN_LIMIT = 40
"""Changes written out on a page; the SQL below them gives all."""
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Restated:
    """One change: what it is about, before and now as people read them, and (cause in words, detail) of each cause."""

    restated_id: str
    what: str
    first_date: Any
    observed_date: Any
    title: str
    before: str
    now: str
    causes: tuple[tuple[str, str], ...]


def restated(rows: pl.DataFrame) -> list[Restated]:
    """Every change in rows of mart_restatements, the latest date first."""
    order = ["observed_date", "what", "restated_id", "restatement_index"]
    listed = rows.sort(order, descending=[True, True, False, False]).to_dicts()
    return [_restated(row) for row in listed]


def by_value(found: Sequence[Restated]) -> dict[str, list[Restated]]:
    """The changes of each value, by observation."""
    grouped: dict[str, list[Restated]] = {}
    for one in found:
        grouped.setdefault(one.restated_id, []).append(one)
    return grouped


def cause(name: str) -> str:
    """One cause in words."""
    return CAUSES.get(name, words.plain(name))


def _restated(row: Row) -> Restated:
    return Restated(
        restated_id=row["restated_id"],
        what=row["what"],
        first_date=row["first_date"],
        observed_date=row["observed_date"],
        title=_title(row),
        before=_side(row, "old"),
        now=_side(row, "new"),
        causes=tuple((cause(one["cause"]), one["detail"]) for one in row["causes"]),
    )


def _title(row: Row) -> str:
    if row["what"] == "pattern":
        return words.pattern(row["rule"])
    name = words.metric(row["metric"])
    return f"usual range of {name}" if row["what"] == "usual_range" else name


def _side(row: Row, side: str) -> str:
    """One side in words: a value with its grade, a range, or that there is none."""
    value, grade = row[f"{side}_value"], row[f"{side}_grade"]
    if row["what"] == "usual_range":
        lower, upper = row[f"{side}_lower_limit"], row[f"{side}_upper_limit"]
        return amounts.span(lower, upper, row["unit"]) if lower is not None else amounts.NOT_KNOWN
    if grade is None:
        return GONE if side == "new" else NONE_BEFORE
    if row["what"] == "pattern":
        return _figure(value, row["unit"])
    error = row["expected_error"] if side == "new" else None
    shown = amounts.with_error(value, error, row["unit"]) if side == "new" else _figure(value, row["unit"])
    parts = [shown, *([grade] if row["old_grade"] != row["new_grade"] else [])]
    if row["old_verdict"] != row["new_verdict"] and row[f"{side}_verdict"] is not None:
        parts.append(words.VERDICTS[row[f"{side}_verdict"]])
    if row["old_date"] is not None:
        parts.append(amounts.day(row["old_date"] if side == "old" else row["observed_date"]))
    return ", ".join(parts)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return amounts.WITHHELD
    if unit == "bpm":
        return f"{value:.1f}"
    return amounts.number(value, unit)
