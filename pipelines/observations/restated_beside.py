"""What changed of one athlete in the past, by date: values with their causes, values that came, days that were excused.

Usual ranges and patterns rest on many values; their causes are those of what they rest on.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from pipelines.observations.inputs import FILE
from pipelines.observations.restatement import Change
from pipelines.observations.restatement_causes import NAMED, WITHOUT_NAME, Cause, Inputs

Row = Mapping[str, Any]
ORDER = (
    "definition_changed", "file_replaced", "late_file", "reader_changed", "merge_changed", "merge_undone",
    "clock_corrected", "rule_changed", "answer_given", "card_changed", "not_known",
)  # fmt: skip
"""Causes in the order they are told in; the first one leads."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One thing that changed on one date, and its causes; `row` is the value it is about, None for an excused day."""

    on: date
    row: Row | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Everything that changed of one athlete."""

    moments: tuple[Moment, ...]
    inputs: Inputs

    def causes(self, first: date, last: date, *, of: Callable[[Row | None], bool], own: Sequence[Cause]) -> list[Cause]:
        """The causes of a change of something that rests on those dates; `of` says on which values it rests.

        `own` are causes of its own, such as another version of its rule. At least one is given.
        """
        found = [
            one for moment in self.moments if first <= moment.on <= last and of(moment.row) for one in moment.causes
        ]
        told = together([*own, *found])
        return told or self.inputs.of_others({"observed_date": last})


def beside(
    changes: Iterable[Change], inputs: Inputs, *, old: pl.DataFrame, now: pl.DataFrame, excused: Sequence[pl.DataFrame]
) -> Beside:
    """What changed: `old` and `now` are all values before and now, `excused` the excused days before and now."""
    listed = list(changes)
    moments = [_of_change(change, inputs) for change in listed]
    told = {change.shown["observation_id"] for change in listed}
    moments += _came(old, now, inputs, told=told)
    moments += _excused(*excused)
    return Beside(moments=tuple(moments), inputs=inputs)


def together(causes: Iterable[Cause]) -> list[Cause]:
    """Causes of one name as one, with the first details and how many more there are."""
    details: dict[str, dict[str, None]] = {}
    for one in causes:
        details.setdefault(one["cause"], {})[one["detail"]] = None
    return [{"cause": name, "detail": _first(list(details[name]))} for name in sorted(details, key=ORDER.index)]


def _first(details: list[str]) -> str:
    more = f"; and {len(details) - NAMED} more" if len(details) > NAMED else ""
    return "; ".join(details[:NAMED]) + more


def _of_change(change: Change, inputs: Inputs) -> Moment:
    causes = tuple(inputs.causes(change.old, change.new))
    return Moment(on=change.shown["observed_date"], row=change.shown, causes=causes)


def _came(old: pl.DataFrame, now: pl.DataFrame, inputs: Inputs, *, told: set[str]) -> list[Moment]:
    """Values on dates that were published already, which were not there before."""
    last = old["observed_date"].max()
    if not isinstance(last, date):
        return []
    new = now.join(old, on="observation_id", how="anti").filter(pl.col("observed_date") <= last)
    found = []
    for row in new.sort("observed_date", "observation_id").to_dicts():
        source = inputs.now.get((row["subject_kind"], row["subject_id"]), {}).get((FILE, WITHOUT_NAME))
        if row["observation_id"] not in told and source in inputs.new_files:
            cause = {"cause": "late_file", "detail": inputs.named(source)}
            found.append(Moment(on=row["observed_date"], row=row, causes=(cause,)))
    return found


def _excused(old: pl.DataFrame, now: pl.DataFrame) -> list[Moment]:
    """Days that somebody's word takes out of what is usual now, or no longer."""
    before, after = (
        {row["excused_date"]: row for row in side.filter("leaves_ranges").to_dicts()} for side in (old, now)
    )
    found = []
    for on in sorted(before.keys() ^ after.keys()):
        row = after.get(on) or before[on]
        way = "" if on in after else "no longer: "
        detail = f"{way}{on}: {', '.join(row['reasons'])}; {row['evidence']}"
        found.append(Moment(on=on, row=None, causes=({"cause": "answer_given", "detail": detail},)))
    return found
