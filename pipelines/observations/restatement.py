"""Published values that changed, each with its causes: nobody has to wonder why last week looks different today.

Published is what an earlier run stored. A value is restated when it is another number, withheld or no longer, graded
or judged otherwise, counts for another day, or is gone; a new one is not, and neither is one that another file states
just the same. Its causes are those of its inputs that are another one than before, one by one (`restatement_causes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.observations.restatement_causes import Inputs
from pipelines.tables import conform

SMALLEST_CHANGE = 1e-9
"""Values closer than this (relative) are the same number computed in another order. Engineering start value."""

COMPARED = (
    "observation_id", "athlete_id", "subject_kind", "subject_id", "observed_date", "metric", "method", "reading",
    "device_id", "observed_value", "unit", "grade", "verdict", "definition_version",
)  # fmt: skip
"""Columns of a value that its restatement is told from."""
SERIES = ("metric", "method", "reading", "device_id", "observed_date")
"""What a value that took the place of another one shares with it."""
Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One published value before and after; `old` is None for one that comes back, `new` for one that is gone."""

    old: Row | None
    new: Row | None

    @property
    def shown(self) -> Row:
        """The value as it stands now, else as it stood."""
        told = self.new or self.old
        assert told is not None
        return told


def changes(old: pl.DataFrame, fresh: pl.DataFrame, *, published: pl.DataFrame) -> list[Change]:
    """What was published and is another value now.

    `old` are the observations that `fresh` takes the place of, whether their subjects are there still or not;
    `published` the restatements there are already.
    """
    before, after = _by_id(_unlike(old, fresh)), _by_id(_unlike(fresh, old))
    same = [(before[key], after[key]) for key in sorted(before.keys() & after.keys())]
    gone = [before[key] for key in sorted(before.keys() - after.keys())]
    came = [after[key] for key in sorted(after.keys() - before.keys())]
    taken = _in_its_place(gone, came)
    places = {one["observation_id"] for one, _ in taken}
    away = _away(published)
    back = [one for one in came if one["observation_id"] in away]
    found = [Change(old=was, new=now) for was, now in (*same, *taken) if is_another(was, now)]
    found += [Change(old=was, new=None) for was in gone if was["observation_id"] not in places and _is_shown(was)]
    successors = {now["observation_id"] for _, now in taken}
    found += [Change(old=None, new=now) for now in back if now["observation_id"] not in successors and _is_shown(now)]
    return found


def restated(found: list[Change], *, published: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    """One row per changed value with its causes: table `restatements`."""
    counts = counted(published)
    rows = []
    for change in found:
        old, new, shown = change.old or {}, change.new or {}, change.shown
        causes = inputs.causes(change.old, change.new)
        key = shown["observation_id"]
        rows.append(
            {
                "restated_id": key,
                "restatement_index": counts.get(key, 0),
                "athlete_id": shown["athlete_id"],
                "what": "value",
                "first_date": shown["observed_date"],
                "observed_date": shown["observed_date"],
                "old_date": _moved_from(change),
                "metric": shown["metric"],
                "rule": "",
                "old_value": old.get("observed_value"),
                "new_value": new.get("observed_value"),
                "unit": shown["unit"],
                "old_grade": old.get("grade"),
                "new_grade": new.get("grade"),
                "old_verdict": old.get("verdict"),
                "new_verdict": new.get("verdict"),
                "cause": causes[0]["cause"],
                "causes": causes,
            }
        )
    return conform(pl.DataFrame(rows, infer_schema_length=None), "restatements") if rows else published.clear()


def counted(published: pl.DataFrame) -> dict[str, int]:
    """How often each thing was restated before."""
    return dict(published.group_by("restated_id").len().iter_rows())


def is_another(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether a reader of the page would see another value, day, grade or verdict."""
    is_on_other_day = was["observed_date"] != now["observed_date"] and _is_shown(now)
    return moved(was["observed_value"], now["observed_value"]) or is_on_other_day or _judged_otherwise(was, now)


def moved(was: float | None, now: float | None) -> bool:
    """Whether two numbers differ by more than the order in which they were computed, or one is withheld."""
    if was is None or now is None:
        return (was is None) != (now is None)
    return abs(now - was) > SMALLEST_CHANGE * max(abs(was), 1.0)


def _judged_otherwise(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    if not _is_shown(was) and not _is_shown(now):
        return False
    return any(was[name] != now[name] for name in ("grade", "verdict"))


def _is_shown(row: Mapping[str, Any]) -> bool:
    return row["observed_value"] is not None


def _moved_from(change: Change) -> Any:  # noqa: ANN401 - a date, or none
    if change.old is None or change.new is None or change.old["observed_date"] == change.new["observed_date"]:
        return None
    return change.old["observed_date"]


def _unlike(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Rows that do not stand just the same among the others: nearly all do, most nights."""
    return rows.select(COMPARED).join(others.select(COMPARED), on=COMPARED, how="anti", nulls_equal=True)


def _by_id(rows: pl.DataFrame) -> dict[str, Row]:
    return {row["observation_id"]: row for row in rows.to_dicts()}


def _in_its_place(gone: list[Row], came: list[Row]) -> list[tuple[Row, Row]]:
    """Pairs of a value that is gone and the one another subject states in its place: of one series and day.

    Equal numbers belong together; where several of a day are left on either side, nobody knows which is which.
    """
    pairs: list[tuple[Row, Row]] = []
    of_came = _grouped(came)
    for key, rows in _grouped(gone).items():
        left, rivals = [], list(of_came.get(key, ()))
        for one in rows:
            twin = next((other for other in rivals if not moved(one["observed_value"], other["observed_value"])), None)
            if twin is None:
                left.append(one)
            else:
                rivals.remove(twin)
                pairs.append((one, twin))
        if len(left) == 1 and len(rivals) == 1:
            pairs.append((left[0], rivals[0]))
    return pairs


def _grouped(rows: list[Row]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in SERIES), []).append(row)
    return found


def _away(published: pl.DataFrame) -> set[str]:
    """Values of which the last restatement said that they are gone."""
    last = published.sort("restatement_index").group_by("restated_id").agg(pl.col("new_value", "new_grade").last())
    away = last.filter(pl.col("new_value").is_null() & pl.col("new_grade").is_null())
    return set(away["restated_id"])
