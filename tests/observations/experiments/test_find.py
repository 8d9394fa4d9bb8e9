"""How an experiment stands: planned, running without a result, over, refused, changed, stopped, restated."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.observations.experiments.find import CHANGED, NOT_DRAWN, VERSION, find_experiments
from pipelines.observations.experiments.schedule import Design, schedule
from pipelines.proofs.experiment_cases import Trial, tables_of
from pipelines.readers.experiment_files import PlanFile
from pipelines.tables import conform

START = date(2026, 3, 2)
DESIGN = Design(pair_count=8, period_days=1, washout_days=1)
SEED = 3
DAYS = tuple((day.on, day.pair, day.condition) for day in schedule(DESIGN, seed=SEED, start=START))
END = DAYS[-1][0] + timedelta(days=1)
PLAN = PlanFile(
    experiment_id="0123456789ab",
    question="Does it?",
    condition_a="a walk",
    condition_b="no walk",
    metric="resting_heart_rate",
    method="simulated",
    reading="day",
    device_id="device",
    unit="bpm",
    lag_days=1,
    smallest_effect=2.0,
    week_count=5,
    pair_count=DESIGN.pair_count,
    period_days=DESIGN.period_days,
    washout_days=DESIGN.washout_days,
    seed=SEED,
    start_date=START,
    planned_on=START - timedelta(days=1),
    expected_adherence=0.95,
    power=0.7,
    days=DAYS,
)
LATER = START + timedelta(days=1)
RESULT = ("estimate", "lower", "upper", "p_value", "used_pair_count", "coverage")


def _trial(*, effect: float = -6.0, planned: PlanFile = PLAN) -> Trial:
    noise = np.random.default_rng(2).normal(0.0, 1.0, len(DAYS) + 1)
    values = {START + timedelta(days=number): 52.0 + float(one) for number, one in enumerate(noise)}
    done = {on: condition for on, _, condition in DAYS if condition != "washout"}
    for on, condition in done.items():
        values[on + timedelta(days=1)] += effect if condition == "A" else 0.0
    return Trial(planned=planned, values=values, done=done)


def _row(one: Trial | None = None, *, until: date | None = None, **instead: pl.DataFrame) -> Mapping[str, Any]:
    tables, observed, usable = tables_of(one or _trial(), until=until)
    return find_experiments({**tables, **instead}, observed, usable)["experiments"].row(0, named=True)


def _reports(*rows: tuple[date, str, date]) -> pl.DataFrame:
    """The words of the whole experiment, then those of another file."""
    said = tables_of(_trial())[0]["experiment_reports"]
    more = pl.DataFrame(
        [
            {
                "athlete_id": 1, "source_file_id": "more", "report_index": number, "experiment_id": PLAN.experiment_id,
                "day_date": on, "did": did, "author": "coach", "said_on": said_on,
            }
            for number, (on, did, said_on) in enumerate(rows)
        ]
    )  # fmt: skip
    return pl.concat([said, conform(more, "experiment_reports")])


def test_before_its_first_day_it_is_planned() -> None:
    row = _row(until=START - timedelta(days=1))

    assert row["state"] == "planned"
    assert "70 % of such experiments" in row["words"]


@pytest.mark.parametrize("until", [START, END - timedelta(days=1)])
def test_while_it_runs_there_are_counts_and_nothing_of_what_came_of_it(until: date) -> None:
    tables = tables_of(_trial(), until=until)
    found = find_experiments(*tables)

    row = found["experiments"].row(0, named=True)
    assert (row["state"], row["verdict"]) == ("running", "")
    assert [row[name] for name in RESULT] == [None] * len(RESULT)
    assert f"no result before {END}" in row["words"]
    assert found["experiment_days"]["observed_value"].null_count() == len(DAYS)


def test_when_it_is_over_it_says_what_a_did() -> None:
    row = _row()

    assert (row["state"], row["verdict"], row["used_pair_count"]) == ("answered", "lowered", 8)
    assert row["p_value"] == pytest.approx(2 / 256)
    assert row["lower"] <= -6.0 <= row["upper"]
    assert row["words"].startswith("A (a walk) lowered the next morning's resting heart rate by 5.8 bpm (")
    assert "against B (no walk) in this randomised experiment; 2.0 bpm was the smallest" in row["words"]
    assert row["adherence"] == 1.0


def test_nothing_planted_ends_without_words_of_cause() -> None:
    row = _row(_trial(effect=0.0))

    assert row["verdict"] in {"no_difference", "not_answered"}
    assert "raised" not in row["words"]
    assert "lowered" not in row["words"]


def test_words_of_a_percentage_are_those_of_rmssd() -> None:
    planned = replace(PLAN, metric="ln_rmssd", unit="ln_ms", smallest_effect=0.05)
    one = _trial(effect=0.0, planned=planned)
    values = {
        on: 4.0 + (0.2 if one.done.get(on - timedelta(days=1)) == "A" else 0.0) + 0.001 * on.day for on in one.values
    }
    tables, observed, usable = tables_of(replace(one, values=values))
    renamed = [frame.with_columns(metric=pl.lit("ln_rmssd")) for frame in (observed, usable)]

    row = find_experiments(tables, *renamed)["experiments"].row(0, named=True)

    assert "raised the next morning's RMSSD by 2" in row["words"]
    assert " % (" in row["words"]
    assert "5.1 % was the smallest" in row["words"]


def test_days_that_were_not_done_as_scheduled_do_not_count() -> None:
    row = _row(experiment_reports=_reports((START, "neither", LATER)))

    assert (row["dropped_count"], row["told_count"], row["adherence"]) == (1, 16, 15 / 16)


def test_the_later_word_on_a_day_counts() -> None:
    corrected = _reports((START, "neither", LATER), (START, DAYS[0][2], LATER + timedelta(days=1)))

    assert _row(experiment_reports=corrected)["dropped_count"] == 0


def test_too_many_dropped_days_leave_it_without_a_verdict() -> None:
    gone = [(on, "neither", on + timedelta(days=1)) for on, _, condition in DAYS if condition != "washout"][:4]

    row = _row(experiment_reports=_reports(*gone))

    assert (row["state"], row["verdict"], row["estimate"]) == ("not_answerable", "", None)
    assert row["words"] == "Not answerable: 4 of 16 days do not count, more than a fifth."


def test_a_value_that_is_not_usable_is_dropped_unseen() -> None:
    tables, observed, usable = tables_of(_trial())
    value_date = START + timedelta(days=1)
    found = find_experiments(tables, observed, usable.filter(pl.col("observed_date") != value_date))

    day = found["experiment_days"].row(0, named=True)
    assert (day["state"], day["why_dropped"], day["observed_value"]) == ("dropped", "its value is not usable", None)
    assert found["experiment_days"]["observed_value"].drop_nulls().len() == 15


def test_another_device_is_no_value_of_this_experiment() -> None:
    tables, observed, usable = tables_of(_trial())
    other = [frame.with_columns(device_id=pl.lit("new")) for frame in (observed, usable)]

    row = find_experiments(tables, *other)["experiments"].row(0, named=True)

    assert row["state"] == "not_answerable"
    assert row["dropped_count"] == 16


def test_a_refused_question_says_what_it_would_need() -> None:
    row = _row(
        _trial(planned=replace(PLAN, refusal="Not answerable in 4 weeks.", days=(), pair_count=0, period_days=0))
    )

    assert (row["state"], row["words"], row["days"]) == ("not_answerable", "Not answerable in 4 weeks.", 0)


def test_a_plan_that_was_changed_has_no_result() -> None:
    tables, observed, usable = tables_of(_trial())
    plans, days = tables["experiment_plans"], tables["experiment_plan_days"]
    later = {"source_file_id": pl.lit("plan, written anew")}
    both = {**tables, "experiment_plan_days": pl.concat([days, days.with_columns(**later)])}

    rows = [
        find_experiments({**both, "experiment_plans": pl.concat([plans, again])}, observed, usable)["experiments"]
        for again in (plans.with_columns(**later, smallest_effect=pl.lit(1.0)), plans.with_columns(**later))
    ]

    assert [(row["state"][0], row.height) for row in rows] == [("not_answerable", 1), ("answered", 1)]
    assert rows[0]["words"][0] == CHANGED


def test_days_that_the_seed_did_not_draw_have_no_result() -> None:
    swapped = tuple((on, pair, {"A": "B", "B": "A"}.get(do, do)) for on, pair, do in DAYS)

    row = _row(_trial(planned=replace(PLAN, days=swapped)))

    assert (row["state"], row["words"]) == ("not_answerable", NOT_DRAWN)


@pytest.mark.parametrize(
    ("on", "said_on", "state"),
    [(START, START, "stopped"), (END, END, "stopped"), (END, END + timedelta(days=1), "answered")],
)
def test_a_stop_counts_until_the_end_and_no_later(on: date, said_on: date, state: str) -> None:
    row = _row(experiment_reports=_reports((on, "stop", said_on)))

    assert row["state"] == state
    assert (row["estimate"] is None) is (state == "stopped")


def _stored(one: Trial, **columns: object) -> pl.DataFrame:
    tables = tables_of(one)
    return find_experiments(*tables)["experiments"].with_columns(**{k: pl.lit(v) for k, v in columns.items()})


def test_the_same_again_restates_nothing() -> None:
    stored = _stored(_trial())

    assert find_experiments({**tables_of(_trial())[0], "experiments": stored}, *tables_of(_trial())[1:])[
        "experiments"
    ].equals(stored)


@pytest.mark.parametrize(("version", "cause"), [(VERSION, "late_file"), (VERSION + 1, "definition_changed")])
def test_a_result_that_changes_keeps_the_one_before(version: int, cause: str) -> None:
    stored = _stored(_trial(effect=-4.0), definition_version=version)

    row = _row(experiments=conform(stored, "experiments"))

    (earlier,) = row["results"]
    assert earlier["cause"] == cause
    assert earlier["estimate"] == pytest.approx(row["estimate"] + 2.0)


def test_a_running_one_that_ends_restates_nothing() -> None:
    running = find_experiments(*tables_of(_trial(), until=START))["experiments"]

    assert _row(experiments=running)["results"] == []


def test_without_a_plan_there_is_no_row() -> None:
    tables, observed, usable = tables_of(_trial())
    none = {**tables, "experiment_plans": tables["experiment_plans"].clear()}

    assert find_experiments(none, observed, usable)["experiments"].is_empty()
