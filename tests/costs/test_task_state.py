"""What can be scored of a task, and why nothing where nothing can."""

from datetime import date, timedelta

import polars as pl
import pytest

from pipelines.costs.model_input import Input
from pipelines.costs.task_state import note
from pipelines.models.catalogue import task_named
from pipelines.models.efforts import RUN_COLUMNS
from pipelines.models.features import DAY_COLUMNS, calendar

FIRST = date(2026, 1, 1)
MORNING, RACE = task_named("next_morning_ln_rmssd"), task_named("race_time")


def mornings(day_count: int) -> Input:
    rows = [(1, FIRST + timedelta(days=day), 0, 4.0 + day % 3 / 10, None, None) for day in range(day_count)]
    return given(calendar(pl.DataFrame(rows, schema=DAY_COLUMNS, orient="row")))


def efforts(day_count: int) -> Input:
    """A run a day; each has a higher heart rate than those before, so that every one behind the tenth is hard."""
    rows = [
        (1, FIRST + timedelta(days=9 * day), f"r{day}", 5000.0, 1500.0, 120.0 + day, 290.0, 1500.0 - day, None)
        for day in range(day_count)
    ]
    return given(pl.DataFrame(rows, schema=RUN_COLUMNS, orient="row"))


def given(days: pl.DataFrame, left_out_count: int = 0) -> Input:
    return Input(days=days, usable_count=days.height, left_out_count=left_out_count, all_days=days, spoiled_count=0)


@pytest.mark.parametrize(
    ("task", "found", "why_not", "scorable_count"),
    [
        (RACE, given(efforts(0).days, 2), "no hard run was found in what was observed; 2 values are not usable", 0),
        (RACE, efforts(13), "3 hard runs, none of them with 3 earlier ones within a year", 0),
        (RACE, efforts(14), "4 hard runs, none of them behind the first 56 days, which are there to fit on", 0),
        (RACE, efforts(18), "", 1),
        (MORNING, mornings(14), "14 mornings, none of them with 14 earlier readings of the same device", 0),
        (MORNING, mornings(56), "56 mornings, none of them behind the first 56 days, which are there to fit on", 0),
        (MORNING, mornings(57), "", 1),
    ],
)
def test_a_task_says_how_much_can_be_scored_and_why_nothing(warehouse, task, found, why_not, scorable_count):
    note(warehouse, "road", task, found)

    (state,) = warehouse.con.sql("from mart_task_states").pl().to_dicts()
    scores = warehouse.con.sql("from mart_rival_scores").pl()
    assert (state["why_not"], state["scorable_count"]) == (why_not, scorable_count)
    assert set(scores["rival"]) == (set(task.rivals) if scorable_count else set())


def test_the_rivals_are_scored_without_a_model_and_what_was_seen_is_replaced(warehouse):
    note(warehouse, "road", RACE, efforts(13))
    note(warehouse, "road", RACE, efforts(20))
    note(warehouse, "road", RACE, efforts(20))

    scores = {row["rival"]: row for row in warehouse.con.sql("from mart_rival_scores").pl().to_dicts()}
    assert scores["riegel_last"]["coach_error"] == pytest.approx(1.0)
    assert (scores["riegel_best"]["scorable_count"], scores["riegel_best"]["coach_unit"]) == (3, "s")
