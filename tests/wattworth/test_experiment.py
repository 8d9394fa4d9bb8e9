"""`wattworth experiment`: planned from published values, refused with what would do, told of, listed and stopped."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.observations.experiments.schedule import Design, schedule
from pipelines.paths import home as home_at
from pipelines.readers.experiment_files import PlanFile, plan_of, plan_text
from pipelines.tables import conform
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.query import insert
from pipelines.warehouse.snapshot import publish_snapshot

LAST = date(2026, 11, 1)
VALUES = 50.0 + np.random.default_rng(1).normal(0.0, 2.0, 90)
ASK = ("experiment", "plan", "robin", "--question", "Does it?", "--a", "a walk", "--b", "no walk", "--metric")
ANSWERABLE = (*ASK, "resting_heart_rate", "--smallest", "4", "--weeks", "9")
STATED = {
    "experiment_id": "0123456789ab", "athlete_id": 1, "question": "Did it?", "condition_a": "a", "condition_b": "b",
    "metric": "resting_heart_rate", "method": "m", "reading": "day", "device_id": "d", "purpose": "resting_hr",
    "smallest_effect": 2.0, "unit": "bpm", "state": "running", "verdict": "", "words": "Running: 2 of 14 days.",
    "seed": 1, "week_count": 6, "pair_count": 7, "period_days": 1, "days": 14, "washout": 2, "lag_days": 1,
    "planned_on": LAST, "start_date": LAST, "end_date": LAST + timedelta(days=41), "passed_count": 2, "told_count": 2,
    "dropped_count": 0, "late_count": 0, "results": [], "is_simulated": True, "source_file_id": "aa",
    "definition_version": 1,
}  # fmt: skip


def _rows():
    athlete = {
        "athlete_id": 1, "folder": "robin", "display_name": "Robin", "squad": "road", "time_zone": "UTC",
        "is_simulated": True,
    }  # fmt: skip
    days = [LAST - timedelta(days=back) for back in reversed(range(len(VALUES)))]
    subject = [{"athlete_id": 1, "subject_kind": "daily_value", "subject_id": f"1|rhr|{day}"} for day in days]
    common = {"unit": "bpm", "expected_error": 1.0, "verdict": "usable", "reasons": []}
    return {
        "athletes": [athlete],
        "daily_values": [
            {
                "athlete_id": 1, "source_file_id": "aa", "device_id": "d", "value_date": day, "method": "m",
                "metric": "resting_heart_rate", "reading": "day", "measured_value": value, "unit": "bpm",
            }
            for day, value in zip(days, VALUES, strict=True)
        ],
        "verdicts": [
            one | common | {"subject_date": day, "purpose": "resting_hr", "limits_version": "1"}
            for one, day in zip(subject, days, strict=True)
        ],
        "observations": [
            one | common | {
                "observation_id": f"{number:012x}", "observed_date": day, "metric": "resting_heart_rate", "method": "m",
                "reading": "day", "device_id": "d", "purpose": "resting_hr", "observed_value": value, "grade": "ok",
                "remedy": "", "evidence": "{}", "definition_version": 1,
            }
            for number, (one, day, value) in enumerate(zip(subject, days, VALUES, strict=True))
        ],
        "experiments": [STATED],
    }  # fmt: skip


@pytest.fixture(scope="module")
def made(with_database, tmp_path_factory):
    """A published home of one athlete with ninety mornings and a running experiment."""
    home = with_database(home_at(tmp_path_factory.mktemp("made")))
    with open_warehouse(home, owner="test") as warehouse:
        for table, rows in _rows().items():
            insert(warehouse.con, table, conform(pl.DataFrame(rows, infer_schema_length=None), table))
        publish_snapshot(warehouse)
    (home.inbox / "robin").mkdir(parents=True)
    (home.inbox / "robin" / "athlete.toml").write_text('time_zone = "Europe/Helsinki"\nsimulated = true\n')
    return home


@pytest.fixture
def home(made, tmp_path):
    shutil.copytree(made.root, tmp_path / "home")
    return home_at(tmp_path / "home")


@pytest.fixture
def planned(home):
    """A plan that lies in the folder already, from tomorrow's tomorrow on."""
    design = Design(pair_count=7, period_days=1, washout_days=1)
    start = datetime.now(UTC).date() + timedelta(days=2)
    days = tuple((day.on, day.pair, day.condition) for day in schedule(design, seed=1, start=start))
    names = (
        "experiment_id",
        "question",
        "condition_a",
        "condition_b",
        "metric",
        "method",
        "reading",
        "device_id",
        "unit",
    )
    plan = PlanFile(
        **{name: STATED[name] for name in names} | {"experiment_id": "ba9876543210"},
        lag_days=1,
        smallest_effect=2.0,
        week_count=4,
        pair_count=7,
        period_days=1,
        washout_days=1,
        seed=1,
        start_date=start,
        planned_on=start - timedelta(days=1),
        expected_adherence=0.95,
        power=0.7,
        days=days,
    )
    _write(home, plan)
    return plan


def _write(home, plan):
    path = home.inbox / "robin" / f"experiment-{plan.experiment_id}.toml"
    path.write_text(plan_text(plan), encoding="utf-8")


def _plan(home):
    (path,) = (home.inbox / "robin").glob("experiment-*.toml")
    return plan_of(path.read_text(encoding="utf-8"), path.name)


def test_an_answerable_question_becomes_a_schedule_in_the_folder(wattworth, home):
    ended = wattworth(*ANSWERABLE, "--home", home.root)

    plan = _plan(home)
    assert ended.code == 0
    assert plan.power >= 0.6
    assert plan.pair_count >= 7
    assert plan.is_simulated
    assert (plan.method, plan.device_id) == ("m", "d")
    assert f"Seed {plan.seed}" in ended.out
    assert "A: a walk" in ended.out
    assert ended.out.count("washout") >= 2 * plan.pair_count


def test_a_refusal_is_an_answer_with_exit_code_0_that_is_written_down(wattworth, home):
    ended = wattworth(*ASK, "resting_heart_rate", "--smallest", "1", "--weeks", "6", "--home", home.root)

    plan = _plan(home)
    assert ended.code == 0
    assert plan.days == ()
    assert "Not answerable in 6 weeks" in ended.out
    assert plan.refusal in ended.out


def test_an_effect_on_rmssd_is_stated_in_percent(wattworth, home):
    ended = wattworth(*ASK, "ln_rmssd", "--smallest", "5", "--weeks", "6", "--home", home.root)

    assert ended.code == 2
    assert "no usable value of ln_rmssd was published" in ended.err


def test_the_same_question_again_leaves_the_plan_as_it_was(wattworth, home):
    first = wattworth(*ANSWERABLE, "--json", "--home", home.root).out
    (path,) = (home.inbox / "robin").glob("experiment-*.toml")
    path.write_text(f"{path.read_text()}# seen\n", encoding="utf-8")

    again = wattworth(*ANSWERABLE, "--json", "--home", home.root).out

    assert json.loads(first) == json.loads(again)
    assert path.read_text().endswith("# seen\n")


def test_a_second_experiment_at_the_same_time_is_refused_until_the_first_is_stopped(wattworth, home, planned):
    beside = wattworth(*ANSWERABLE, "--home", home.root)
    stopped = wattworth("experiment", "stop", planned.experiment_id, "--home", home.root)
    after = wattworth(*ANSWERABLE, "--home", home.root)

    assert (beside.code, stopped.code, after.code) == (2, 0, 0)
    assert planned.experiment_id in beside.err


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--smallest", "0"), "0.0 is not above 0"),
        (("--start", "2026-01-01"), "is not after"),
        (("--question", " "), "it is empty"),
        (("--metric", "speed"), "none of"),
    ],
)
def test_what_cannot_be_planned_is_said_in_one_line(options, found, wattworth, home):
    ended = wattworth(*ANSWERABLE, *options, "--home", home.root)

    assert ended.code == 2
    assert found in ended.err


def test_what_was_done_is_appended_for_days_of_the_schedule_only(wattworth, home, planned):
    day = planned.days[0][0]
    said = datetime.now(UTC).date() - timedelta(days=1)  # past in any zone
    washout = next(on for on, _, condition in planned.days if condition == "washout")
    tell = ("experiment", "did", planned.experiment_id)

    told = [
        wattworth(*tell, day, "a", "--date", said, "--home", home.root),
        wattworth(*tell, day, "neither", "--author", "robin", "--date", said, "--home", home.root),
        wattworth(*tell, washout, "A", "--home", home.root),
        wattworth("experiment", "did", "ffff", day, "A", "--home", home.root),
    ]

    assert [one.code for one in told] == [0, 0, 2, 2]
    assert (home.inbox / "robin" / f"experiment-{planned.experiment_id}-done.csv").read_text().splitlines() == [
        "experiment,date,did,author,said_on",
        f"{planned.experiment_id},{day},A,coach,{said}",
        f"{planned.experiment_id},{day},neither,robin,{said}",
    ]


def test_an_experiment_that_is_over_cannot_be_stopped(wattworth, home, planned):
    old = tuple((on - timedelta(days=400), pair, condition) for on, pair, condition in planned.days)
    _write(home, replace(planned, days=old))

    ended = wattworth("experiment", "stop", planned.experiment_id, "--home", home.root)

    assert ended.code == 2
    assert "cannot be taken back" in ended.err


def test_a_running_one_is_listed_and_shown_with_counts(wattworth, home):
    listed = json.loads(wattworth("experiment", "list", "--json", "--home", home.root).out)
    shown = wattworth("experiment", "show", "0123456789ab", "--home", home.root)

    assert [(row["folder"], row["state"], row["estimate"]) for row in listed] == [("robin", "running", None)]
    assert "Robin (simulated): Did it?" in shown.out
    assert "Running: 2 of 14 days." in shown.out
    assert "p =" not in shown.out


def test_a_plan_no_run_has_taken_in_is_shown_from_its_file(wattworth, home, planned):
    shown = wattworth("experiment", "show", planned.experiment_id, "--home", home.root)

    assert shown.code == 0
    assert f"Planned from {planned.start_date}" in shown.out
