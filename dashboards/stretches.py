"""Which part of an activity, night or reading is not trusted, from when to when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from markupsafe import Markup

from dashboards import words
from dashboards.figures.band import band

SUBJECT_LIMIT = 24
"""Activities, nights and readings listed, the latest first; the SQL below them gives all."""
TIME_LIMIT = 6
"""Stretches of one reason written out; the drawing and the SQL have all."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """All stretches of one subject that failed one check; `times` are those written out, as (start, end)."""

    check_name: str
    severity: str
    stretch_count: int
    row_count: int
    times: tuple[tuple[str, str], ...]
    evidence: str


@dataclass(frozen=True, kw_only=True)
class Stretches:
    """One activity, night or reading with its flagged stretches."""

    subject_id: str
    subject_date: date | None
    what: str
    start_at_utc: Any
    span: str
    band: Markup
    reasons: tuple[Reason, ...]


def stretches(flags: pl.DataFrame, sports: Mapping[str, str]) -> tuple[Stretches, ...]:
    """Every subject that has a flag with a time, the latest first, from rows of mart_flags.

    `sports` names the sport of an activity by its subject_id.
    """
    timed = flags.filter(pl.col("start_s").is_not_null(), pl.col("end_s").is_not_null())
    order = timed.sort("subject_id", "check_name", "segment_index")
    found = [_subject(rows.to_dicts(), sports) for rows in order.partition_by("subject_id", maintain_order=True)]
    found.sort(key=lambda one: one.subject_id)
    return tuple(sorted(found, key=lambda one: one.subject_date or date.min, reverse=True))


def _subject(rows: Sequence[dict[str, Any]], sports: Mapping[str, str]) -> Stretches:
    first = rows[0]
    span_s = max([first["span_s"] or 0.0, *(row["end_s"] for row in rows)])
    reasons: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        reasons.setdefault((row["check_name"], row["severity"]), []).append(row)
    return Stretches(
        subject_id=first["subject_id"],
        subject_date=first["subject_date"],
        what=sports.get(first["subject_id"]) or words.SUBJECTS[first["subject_kind"]],
        start_at_utc=first["start_at_utc"],
        span=clock(span_s),
        band=band([(row["start_s"], row["end_s"], row["severity"]) for row in rows], span_s),
        reasons=tuple(_reason(found) for found in reasons.values()),
    )


def _reason(rows: Sequence[dict[str, Any]]) -> Reason:
    worst = max(rows, key=lambda row: (row["row_count"], -row["segment_index"]))
    by_time = sorted((row["start_s"], row["end_s"]) for row in rows)
    return Reason(
        check_name=worst["check_name"],
        severity=worst["severity"],
        stretch_count=len(rows),
        row_count=sum(row["row_count"] for row in rows),
        times=tuple((clock(start), clock(end)) for start, end in by_time[:TIME_LIMIT]),
        evidence=worst["evidence"],
    )


def clock(seconds: float) -> str:
    """Time since the start, such as "7:05" or "1:02:30"."""
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"
