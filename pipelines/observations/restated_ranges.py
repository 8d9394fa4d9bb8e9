"""Usual ranges of past dates that are others now, as runs of days: one late night moves those of sixty days.

Only dates that have a range before and now are compared; a difference below a tenth of the range's own spread is no
news. What is told of a run is the date of its largest change.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import polars as pl

from pipelines.observations.baseline import KEY, WINDOW_DAYS
from pipelines.observations.restated_beside import Beside
from pipelines.observations.restatement import counted
from pipelines.tables import conform

SMALLEST_SHIFT = 0.1
"""Shift of an end of a range, in spreads of the range before, below which it is no news. Engineering start value."""
JOINED_DATES = 7
"""Dates with a range that a run of changed ones may skip: one value moves those of sixty days, not all as far.
Engineering start value."""
Row = dict[str, Any]


def restated_ranges(old: pl.DataFrame, new: pl.DataFrame, *, published: pl.DataFrame, beside: Beside) -> pl.DataFrame:
    """One row per series and run of dates of `baselines` that are others now: table `restatements`."""
    moved = _moved(old, new)
    if moved.is_empty():
        return published.clear()
    counts = counted(published)
    rows = []
    for series in moved.partition_by(*KEY, maintain_order=True):
        key = range_id(series.row(0, named=True))
        for number, run in enumerate(_runs(series), start=counts.get(key, 0)):
            rows.append(_row(run, key, number, beside))
    return conform(pl.DataFrame(rows, infer_schema_length=None), "restatements")


def range_id(row: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits that name the usual range of a series."""
    name = "|".join(str(row[column]) for column in KEY)
    return hashlib.sha256(f"usual_range|{name}".encode()).hexdigest()[:12]


def _moved(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    both = old.join(new, on=[*KEY, "baseline_date"], how="inner", suffix="_new").sort(*KEY, "baseline_date")
    shift = pl.max_horizontal(
        (pl.col("lower_limit_new") - pl.col("lower_limit")).abs(),
        (pl.col("upper_limit_new") - pl.col("upper_limit")).abs(),
    )
    is_other = (pl.col("median").is_null() != pl.col("median_new").is_null()) | (
        shift > SMALLEST_SHIFT * pl.col("spread")
    )
    return both.with_columns(shift=shift.fill_null(0.0), position=pl.int_range(pl.len()).over(KEY)).filter(
        is_other.fill_null(value=False)
    )


def _runs(series: pl.DataFrame) -> list[list[Row]]:
    """Dates that follow each other, or nearly so, among those with a range, each run by itself."""
    runs: list[list[Row]] = []
    for row in series.to_dicts():
        if runs and row["position"] <= runs[-1][-1]["position"] + JOINED_DATES:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _row(run: list[Row], key: str, number: int, beside: Beside) -> Row:
    told = max(run, key=lambda row: row["shift"])
    first, last = run[0]["baseline_date"], run[-1]["baseline_date"]
    versions = told["definition_version"], told["definition_version_new"]
    detail = f"definition of the usual range: version {versions[0]} → {versions[1]}"
    own = [{"cause": "definition_changed", "detail": detail}] if versions[0] != versions[1] else []
    causes = beside.causes(
        first - timedelta(days=WINDOW_DAYS), last - timedelta(days=1), of=lambda row: _is_of(row, told), own=own
    )
    ends = {
        f"{side}_{name}_limit": told[f"{name}_limit{suffix}"]
        for side, suffix in (("old", ""), ("new", "_new"))
        for name in ("lower", "upper")
    }
    return {
        "restated_id": key,
        "restatement_index": number,
        "athlete_id": told["athlete_id"],
        "what": "usual_range",
        "first_date": first,
        "observed_date": last,
        "metric": told["metric"],
        "rule": "",
        "old_value": told["median"],
        "new_value": told["median_new"],
        **ends,
        "unit": told["unit"],
        "old_grade": told["grade"],
        "new_grade": told["grade_new"],
        "cause": causes[0]["cause"],
        "causes": causes,
    }


def _is_of(row: Mapping[str, Any] | None, series: Row) -> bool:
    """Whether a value is of the series; an excused day is of all."""
    return row is None or all(row[name] == series[name] for name in KEY if name != "athlete_id")
