"""Patterns that were published and are others now, gone, or found where there was none.

A pattern that goes on while new days come is no restatement, and neither is one that is found on the days just passed:
only what ended before the last date that was published, holds for fewer days, or says another number of the same days.
Rows of the coach's page are not restated: what was shown stays as it was shown, and rests on values and patterns that
are.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from pipelines.observations.baseline import WINDOW_DAYS
from pipelines.observations.restated_beside import Beside
from pipelines.observations.restatement import counted, moved
from pipelines.tables import conform

Row = dict[str, Any]


def restated_patterns(
    old: pl.DataFrame, new: pl.DataFrame, *, published: pl.DataFrame, beside: Beside, until: date | None
) -> pl.DataFrame:
    """One row per changed pattern: table `restatements`. `until` is the last date that was published before."""
    found = _changed(old.to_dicts(), new.to_dicts(), until)
    if not found:
        return published.clear()
    counts = counted(published)
    rows = [_row(was, now, counts, beside) for was, now in found]
    return conform(pl.DataFrame(rows, infer_schema_length=None), "restatements")


def _changed(old: list[Row], new: list[Row], until: date | None) -> list[tuple[Row | None, Row | None]]:
    before = {row["pattern_id"]: row for row in old}
    after = {row["pattern_id"]: row for row in new}
    same = [(before[key], after[key]) for key in sorted(before.keys() & after.keys())]
    found: list[tuple[Row | None, Row | None]] = [(was, now) for was, now in same if _is_another(was, now)]
    came = [after[key] for key in sorted(after.keys() - before.keys())]
    for was in (before[key] for key in sorted(before.keys() - after.keys())):
        now = next((one for one in came if _overlap(was, one)), None)
        if now is not None:
            came.remove(now)
        found.append((was, now))
    found += [(None, now) for now in came if until is not None and now["end_date"] < until]
    return found


def _is_another(was: Row, now: Row) -> bool:
    if now["end_date"] != was["end_date"]:
        return bool(now["end_date"] < was["end_date"])
    return moved(was["pattern_value"], now["pattern_value"]) or moved(was["usual_value"], now["usual_value"])


def _overlap(was: Row, now: Row) -> bool:
    is_same = all(was[name] == now[name] for name in ("pattern", "metric"))
    return bool(is_same and was["start_date"] <= now["end_date"] and now["start_date"] <= was["end_date"])


def _row(was: Row | None, now: Row | None, counts: Mapping[str, int], beside: Beside) -> Row:
    shown = now or was
    assert shown is not None
    key, earlier = shown["pattern_id"], was or shown
    has_moved = was is not None and now is not None and was["start_date"] != now["start_date"]
    causes = _causes(was, now, beside)
    return {
        "restated_id": key,
        "restatement_index": counts.get(key, 0),
        "athlete_id": shown["athlete_id"],
        "what": "pattern",
        "first_date": shown["start_date"],
        "observed_date": shown["end_date"],
        "old_date": earlier["start_date"] if has_moved else None,
        "metric": shown["metric"],
        "rule": shown["pattern"],
        "old_value": was and was["pattern_value"],
        "new_value": now and now["pattern_value"],
        "unit": shown["unit"],
        "old_grade": was and was["grade"],
        "new_grade": now and now["grade"],
        "cause": causes[0]["cause"],
        "causes": causes,
    }


def _causes(was: Row | None, now: Row | None, beside: Beside) -> list[dict[str, str]]:
    sides = [side for side in (was, now) if side is not None]
    first = min(side["start_date"] for side in sides) - timedelta(days=WINDOW_DAYS)
    last = max(side["end_date"] for side in sides)
    own = []
    if was is not None and now is not None and was["definition_version"] != now["definition_version"]:
        versions = f"version {was['definition_version']} → {now['definition_version']}"
        own.append({"cause": "definition_changed", "detail": f"rule {now['pattern'].replace('_', ' ')}: {versions}"})
    used = {key for side in sides for key in side["observation_ids"]}
    direct = [
        one
        for moment in beside.moments
        if moment.row is not None and moment.row["observation_id"] in used
        for one in moment.causes
    ]
    return beside.causes(first, last, of=lambda row: not direct or row is None, own=[*own, *direct])
