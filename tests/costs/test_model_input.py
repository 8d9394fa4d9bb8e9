from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.costs.model_input import input_of, job_of
from pipelines.models.catalogue import models, task_named
from pipelines.tables import conform

FIRST_DAY = date(2026, 1, 1)
MORNING, RESTING = task_named("next_morning_ln_rmssd"), task_named("next_morning_resting_heart_rate")


@pytest.fixture
def road(warehouse):
    """One athlete with 40 mornings, each with lnRMSSD by one device and resting heart rate by two methods."""
    warehouse.con.execute("insert into athletes values (1, 'a1', 'A1', 'road', 'UTC', null, null, null, null, false)")
    put(warehouse, [observed(day, "ln_rmssd", 4.0 + day / 100, purpose="hrv_day") for day in range(40)])
    put(warehouse, [observed(day, "resting_heart_rate", 50.0, method="rr_mean") for day in range(40)])
    put(warehouse, [observed(day, "resting_heart_rate", 60.0, method="garmin_daily") for day in range(30)])
    return warehouse


def observed(
    day: int, metric: str, value: float, *, method: str = "rr", verdict: str = "usable", purpose: str = "resting_hr"
) -> dict[str, object]:
    return {
        "observation_id": f"{metric}-{method}-{day}",
        "athlete_id": 1,
        "subject_kind": "night",
        "subject_id": f"{metric}-{method}-{day}",
        "observed_date": FIRST_DAY + timedelta(days=day),
        "metric": metric,
        "method": method,
        "reading": "night",
        "device_id": "d",
        "purpose": purpose,
        "observed_value": value,
        "unit": "bpm",
        "grade": "ok",
        "verdict": verdict,
        "reasons": [],
        "remedy": "",
        "evidence": "{}",
        "definition_version": 1,
    }


def put(warehouse, rows: list[dict[str, object]]) -> None:
    verdicts = [
        {
            "athlete_id": 1,
            "subject_kind": "night",
            "subject_id": row["subject_id"],
            "subject_date": row["observed_date"],
            "purpose": "hrv_baseline" if row["metric"] == "ln_rmssd" else "resting_hr",
            "verdict": row["verdict"],
            "unit": "bpm",
            "reasons": [],
            "limits_version": "1",
        }
        for row in rows
    ]
    store(warehouse, "observations", pl.DataFrame(rows))
    store(warehouse, "verdicts", pl.DataFrame(verdicts))


def store(warehouse, table: str, rows: pl.DataFrame) -> None:
    warehouse.con.register("fresh", conform(rows, table))
    warehouse.con.execute(f"insert into {table} by name from fresh")
    warehouse.con.unregister("fresh")


def test_a_companion_is_of_one_method_the_one_with_most_readings(road):
    assert input_of(road, "road", MORNING).days["companion"].unique().to_list() == [50.0]


def test_the_task_on_resting_heart_rate_is_of_one_method_and_has_the_other_as_companion(road):
    days = input_of(road, "road", RESTING).days

    assert (days.height, days["reading"].unique().to_list()) == (40, [50.0])
    assert days["companion"].to_list() == [4.0 + day / 100 for day in range(40)]


def test_a_change_of_firmware_starts_a_new_era_as_it_does_for_the_usual_range(road):
    dates = [FIRST_DAY + timedelta(days=day) for day in range(1, 41)]
    ranges = pl.DataFrame({"baseline_date": dates}).with_columns(
        athlete_id=1,
        metric=pl.lit("ln_rmssd"),
        method=pl.lit("rr"),
        reading=pl.lit("night"),
        device_id=pl.lit("d"),
        day_count=1,
        unit=pl.lit("ln_ms"),
        grade=pl.lit("ok"),
        definition_version=1,
        segment_start_date=pl.when(pl.col("baseline_date") <= FIRST_DAY + timedelta(days=25))
        .then(FIRST_DAY)
        .otherwise(FIRST_DAY + timedelta(days=25)),
    )
    store(road, "baselines", ranges)

    days = input_of(road, "road", MORNING).days

    assert days["era"].to_list() == [0] * 25 + [1] * 15  # its first reading belongs to it, with no range of its own yet


def test_what_is_not_usable_is_no_reading_and_stands_in_all_days(road):
    put(road, [observed(40, "ln_rmssd", 9.0, verdict="not_usable"), observed(41, "ln_rmssd", 4.0)])

    found = input_of(road, "road", MORNING)

    assert (found.left_out_count, found.spoiled_count) == (1, 1)
    assert found.days["reading"].to_list()[40:] == [None, 4.0]
    assert found.all_days["reading"].to_list()[40:] == [9.0, 4.0]


def test_a_value_that_is_not_usable_makes_the_input_another_one(road):
    ridge = next(model for model in models() if model.name == "ridge")
    before = job_of("road", MORNING, ridge, input_of(road, "road", MORNING))
    same = job_of("road", MORNING, ridge, input_of(road, "road", MORNING))
    put(road, [observed(40, "ln_rmssd", 9.0, verdict="not_usable"), observed(41, "ln_rmssd", 4.0)])
    usable = input_of(road, "road", MORNING)
    road.con.execute("update observations set observed_value = 8.0 where observed_value = 9.0")

    after = [job_of("road", MORNING, ridge, found) for found in (usable, input_of(road, "road", MORNING))]

    assert before == same
    assert len({before.job_id, after[0].job_id, after[1].job_id}) == 3
