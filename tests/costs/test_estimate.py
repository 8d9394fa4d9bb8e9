import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.costs import estimate as stop
from pipelines.costs import evaluated, model_job, model_process
from pipelines.costs.estimate import estimate
from pipelines.costs.meter import Entry
from pipelines.errors import ConfigurationError, WattworthError
from pipelines.models import catalogue
from pipelines.models.catalogue import chosen
from pipelines.progress import SILENT
from pipelines.tables import conform

FIRST_DAY = date(2025, 12, 1)
LOAD_EFFECT = 0.2
TASK = "next_morning_ln_rmssd"


@pytest.fixture
def squad(warehouse):
    """Four athletes, 120 nights each, whose readings fall after a day with long moving time; one night in ten lost."""
    rng = np.random.default_rng(11)
    for athlete_id in range(1, 5):
        warehouse.con.execute(
            "insert into athletes values (?, ?, ?, 'road', 'UTC', null, null, null, null, false)",
            [athlete_id, f"a{athlete_id}", f"A{athlete_id}"],
        )
        moving_h = rng.choice([0.0, 1.0, 2.0], size=120)
        reading = 4.0 + rng.normal(0, 0.1, size=120) - LOAD_EFFECT * np.concatenate(([0.0], moving_h[:-1]))
        usable = rng.random(120) > 0.1
        rows = [
            observed(athlete_id, day, "ln_rmssd", value, "hrv_day", usable=bool(good))
            for day, (value, good) in enumerate(zip(reading, usable, strict=True))
        ]
        rows += [observed(athlete_id, day, "moving_time", hours * 3600, "load") for day, hours in enumerate(moving_h)]
        stored(warehouse, rows)
        warehouse.con.execute(
            "insert into work_queue values ('estimate', 'athlete', ?, ?)", [str(athlete_id), athlete_id]
        )
    return warehouse


@pytest.fixture
def near(monkeypatch) -> None:
    """Does the work of the child in this process: the same code without the seconds of starting it."""

    def work(folder: Path) -> model_process.Ended:
        model_process._work(folder)
        return model_process.Ended(exit_code=0, cpu_s=60.0, peak_memory_bytes=1, said="")

    monkeypatch.setattr(stop.model_process, "run", work)


def observed(athlete_id: int, day: int, metric: str, value: float, purpose: str, *, usable: bool = True) -> dict:
    return {
        "observation_id": f"{athlete_id}-{day}-{metric}",
        "athlete_id": athlete_id,
        "subject_kind": "night",
        "subject_id": f"{athlete_id}-{day}",
        "observed_date": FIRST_DAY + timedelta(days=day),
        "metric": metric,
        "method": "rr",
        "reading": "night",
        "device_id": "d",
        "purpose": purpose,
        "observed_value": float(value),
        "unit": "ln_ms",
        "grade": "ok",
        "verdict": "usable" if usable else "not_usable",
        "reasons": [],
        "remedy": "",
        "evidence": "{}",
        "definition_version": 1,
    }


def stored(warehouse, rows: list[dict]) -> None:
    """Puts observations into the warehouse, and beside each reading its verdict for the usual range."""
    readings = [row for row in rows if row["metric"] == "ln_rmssd"]
    judged = [
        {
            "athlete_id": row["athlete_id"],
            "subject_kind": row["subject_kind"],
            "subject_id": row["subject_id"],
            "subject_date": row["observed_date"],
            "purpose": "hrv_baseline",
            "verdict": row["verdict"],
            "unit": "ln_ms",
            "reasons": [],
            "limits_version": "1",
        }
        for row in readings
    ]
    for table, some in (("observations", rows), ("verdicts", judged)):
        warehouse.con.register("fresh", conform(pl.DataFrame(some), table))
        warehouse.con.execute(f"insert into {table} by name from fresh")
        warehouse.con.unregister("fresh")


def asked(warehouse, meter, *models: str, **other):
    with meter.step("estimates", purpose="predict", partition="road"):
        return estimate(warehouse, "road", SILENT, models=models, meter=meter, **other)


def entries(warehouse) -> dict[str, dict]:
    rows = warehouse.con.sql("from mart_ledger").pl().to_dicts()
    return {row["step_key"]: row for row in rows}


@pytest.mark.usefixtures("near")
def test_a_job_is_stored_with_estimates_scores_and_its_bill(squad, meter):
    summary = asked(squad, meter, "ridge")

    (model,) = squad.con.sql("from mart_models").pl().to_dicts()
    usable = squad.con.sql(
        "select count(*) from observations where metric = 'ln_rmssd' and verdict = 'usable'"
    ).fetchone()
    assert (summary.subject_count, summary.counts["reused"]) == (1, 0)
    assert summary.counts["nights"] == model["night_count"] == squad.con.sql("from estimates").pl().height
    assert summary.counts["left_out"] == model["left_out_count"] == 480 - usable[0]
    assert model["skill_lower_fraction"] > 0
    assert model["verdict"] == "worth it"
    assert model["cpu_s"] > 0
    assert squad.con.sql("select variant, count(*) from mart_model_scores group by all order by all").fetchall() == [
        ("athlete_held_out", 6),
        ("rolling_origin", 6),
    ]
    assert squad.con.sql("from work_queue").pl().is_empty()


def test_the_bill_lies_inside_the_process_and_the_process_inside_the_step(squad, meter):
    asked(squad, meter, "ridge")

    found = entries(squad)
    step, process = found["estimates"], found["model_process"]
    inner = [found["ridge:next_morning_ln_rmssd"], found["rivals:next_morning_ln_rmssd"]]
    whole = step["cpu_s_self"] + step["cpu_s_children"]
    assert process["parent_entry_id"] == step["entry_id"]
    assert {row["parent_entry_id"] for row in inner} == {process["entry_id"]}
    assert {row["purpose"] for row in [process, *inner]} == {"backtest"}
    assert sum(row["cpu_s_own"] for row in found.values()) == pytest.approx(whole)
    assert process["cpu_s_children"] > sum(row["cpu_s_self"] for row in inner)
    assert process["tracker_status"] == "tracker_failed"
    assert "no country stated" in process["note"]


@pytest.mark.usefixtures("near")
def test_the_same_input_is_not_paid_for_twice(squad, meter):
    asked(squad, meter, "ridge")
    again = asked(squad, meter, "ridge")

    assert (again.subject_count, again.counts["reused"], again.counts["nights"]) == (1, 1, 0)
    assert squad.con.sql("select count(*) from ledger_entries where step_key = 'model_process'").fetchone() == (1,)


@pytest.mark.usefixtures("near")
def test_a_new_night_replaces_the_job_and_its_cost_stays(squad, meter):
    asked(squad, meter, "ridge")
    stored(squad, [observed(1, 130, "ln_rmssd", 4.0, "hrv_day")])

    asked(squad, meter, "ridge")

    (job,) = squad.con.sql("from model_jobs").pl()["job_id"]
    billed = squad.con.sql("select distinct job_id from ledger_entries where job_id is not null").pl()["job_id"]
    for table in ("estimates", "scores"):
        assert squad.con.sql(f"select distinct job_id from {table}").fetchall() == [(job,)]
    assert job in billed.to_list()
    assert billed.len() == 2


@pytest.mark.usefixtures("near")
def test_on_simulated_athletes_the_verdict_is_capped_and_who_overrode_the_budget_stands_in_the_row(squad, meter):
    squad.con.execute("update athletes set is_simulated = true where athlete_id = 2")
    squad.home.root.mkdir(parents=True, exist_ok=True)
    squad.home.budget.write_text("[night]\ncpu_s = 0\n")

    asked(squad, meter, "ridge", is_over_budget_ok=True, asked_by="kim, command line")

    assert entries(squad)["ridge:next_morning_ln_rmssd"]["overridden_by"] == "kim, command line"
    (model,) = squad.con.sql("from mart_models").pl().to_dicts()
    assert (model["is_simulated"], model["verdict"]) == (True, "not evaluated on real athletes")


def test_without_models_asked_for_nothing_is_spent_and_the_queue_is_empty(squad, meter):
    summary = asked(squad, meter)

    assert summary.subject_count == 0
    assert set(entries(squad)) == {"estimates"}
    assert squad.con.sql("from work_queue").pl().is_empty()


def test_an_unknown_model_is_refused(squad, meter):
    with pytest.raises(ConfigurationError, match="oracle"):
        asked(squad, meter, "oracle")


def test_a_rung_that_all_leaves_out_is_listed_as_not_run_with_the_remedy(squad, meter, monkeypatch):
    (ridge,) = chosen(("ridge",))
    unable = replace(ridge, name="far", needs="a_library_nobody_has", extra="deep")
    monkeypatch.setattr(catalogue, "models", lambda: (unable,))

    summary = asked(squad, meter, "all")

    row = entries(squad)["far"]
    assert (summary.subject_count, summary.counts["not_run"]) == (0, 1)
    assert (row["status"], row["rung"], row["e_it_q50"], row["job_id"]) == ("not_run", "far", None, None)
    assert "extra `deep`" in row["note"]


def test_a_killed_model_process_leaves_what_ended_and_says_which_job_was_under_way(squad, meter, monkeypatch):
    def killed(folder: Path) -> model_process.Ended:
        jobs = json.loads((folder / model_process.ORDER).read_text())["jobs"]
        model_process._job(folder, model_process.rivals_job(TASK), partial(model_job.estimate_rivals, folder, TASK))
        model_process._job(folder, jobs[0]["job_id"], partial(model_job.estimate_job, folder, jobs[0]))
        (folder / model_process.UNDER_WAY).write_text(jobs[1]["job_id"])
        return model_process.Ended(exit_code=-9, cpu_s=60.0, peak_memory_bytes=1, said="")

    monkeypatch.setattr(stop.model_process, "run", killed)

    with pytest.raises(
        WattworthError, match="local_level:next_morning_ln_rmssd: the model process was killed by signal 9"
    ):
        asked(squad, meter, "ridge", "local_level", "boosted_trees")

    found = entries(squad)
    ended = {name: found[f"{name}:{TASK}"]["status"] for name in ("rivals", "ridge", "local_level", "boosted_trees")}
    assert ended == {"rivals": "ok", "ridge": "ok", "local_level": "killed", "boosted_trees": "not_run"}
    assert found["model_process"]["status"] == "killed"
    assert found[f"local_level:{TASK}"]["e_it_q50"] is None
    assert found[f"local_level:{TASK}"]["job_id"] is not None
    assert "signal 9" in found[f"local_level:{TASK}"]["note"]
    assert squad.con.sql("select model from model_jobs").fetchall() == [("ridge",)]
    assert squad.con.sql("from estimates").pl().height > 0


def test_a_process_killed_between_jobs_blames_none_of_them(squad, meter, monkeypatch):
    ended = model_process.Ended(exit_code=-15, cpu_s=1.0, peak_memory_bytes=1, said="")
    monkeypatch.setattr(stop.model_process, "run", lambda _: ended)

    with pytest.raises(WattworthError, match="the models asked for: the model process was killed by signal 15"):
        asked(squad, meter, "ridge")

    assert entries(squad)[f"ridge:{TASK}"]["status"] == "not_run"


@pytest.mark.usefixtures("near")
def test_a_job_that_fails_is_billed_and_told_and_the_others_stand(squad, meter, monkeypatch):
    work = model_job.estimate_job

    def failing(folder: Path, job: dict) -> None:
        if job["model"] == "ridge":
            raise ValueError("no such penalty")
        work(folder, job)

    monkeypatch.setattr(model_process, "estimate_job", failing)

    with pytest.raises(RuntimeError, match=r"(?s)ridge:next_morning_ln_rmssd:.*no such penalty"):
        asked(squad, meter, "ridge", "boosted_trees")

    found = entries(squad)
    failed, stands = found[f"ridge:{TASK}"], found[f"boosted_trees:{TASK}"]
    assert (failed["status"], stands["status"], found["model_process"]["status"]) == ("failed", "ok", "ok")
    assert "ValueError: no such penalty" in failed["note"]
    assert failed["cpu_s_self"] is not None
    assert squad.con.sql("select model from model_jobs").fetchall() == [("boosted_trees",)]


def test_the_child_runs_on_one_thread(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(model_process.subprocess, "Popen", lambda *_, env, **__: seen.append(env))

    with pytest.raises(AttributeError):  # there is no process to wait for
        model_process.run(tmp_path)

    assert {seen[0][f"{library}_NUM_THREADS"] for library in ("OMP", "OPENBLAS", "MKL")} == {"1"}
    assert seen[0]["POLARS_MAX_THREADS"] == "1"


def test_a_child_that_fails_says_what_it_said(tmp_path):
    (tmp_path / model_process.ORDER).write_text("{}")

    ended = model_process.run(tmp_path)

    assert ended.exit_code == 1
    assert "KeyError" in ended.said
    assert ended.cpu_s > 0
    assert model_process.outcomes(tmp_path) == {}


@pytest.mark.parametrize(("jobs_cpu_s", "doubtful"), [(1.019, False), (1.021, True)])
def test_jobs_that_claim_more_than_their_process_used_make_the_meter_doubtful(jobs_cpu_s, doubtful):
    ended = model_process.Ended(exit_code=0, cpu_s=1.0, peak_memory_bytes=1, said="")
    used = {"a": {"cpu_self_s": jobs_cpu_s, "cpu_children_s": 0.0}}
    entry = Entry(entry_id="e")

    stop._note_accounts(entry, ended, used)

    assert entry.doubts == (["accounts_disagree"] if doubtful else [])


@pytest.mark.usefixtures("near")
def test_the_longest_series_of_an_athlete_is_the_one_estimated(squad, meter):
    other = [observed(1, day, "ln_rmssd", 9.0, "hrv_day") | {"device_id": "new"} for day in range(100, 120)]
    stored(squad, [row | {"observation_id": f"x{n}", "subject_id": f"x{n}"} for n, row in enumerate(other)])

    asked(squad, meter, "ridge")

    assert squad.con.sql("select max(observed_value) < 5 from estimates").fetchone() == (True,)


@pytest.mark.usefixtures("near")
def test_values_that_are_not_usable_cost_skill_when_they_are_let_in(squad, meter):
    squad.con.execute("update observations set observed_value = 6 where metric = 'ln_rmssd' and verdict <> 'usable'")
    spoiled = squad.con.sql("select count(*) from observations where verdict <> 'usable'").fetchone()

    asked(squad, meter, "ridge")

    found = {row["model"]: row for row in squad.con.sql("from mart_quality_worth").pl().to_dicts()}
    nights = squad.con.sql("select night_count from mart_models").fetchone()
    assert set(found) == {"ridge", "best naive rival"}
    for row in found.values():
        assert (row["spoiled_count"], row["night_count"]) == (*spoiled, *nights)
        assert row["gain_lower_fraction"] > 0
        assert row["all_coach_error"] > row["usable_coach_error"]
    told = squad.con.sql("select skill_fraction from mart_models").fetchone()
    assert found["ridge"]["usable_skill_fraction"] == pytest.approx(told[0])


@pytest.mark.usefixtures("near")
def test_where_every_value_is_usable_there_is_nothing_to_gain_by_judging(squad, meter):
    squad.con.execute("delete from observations where verdict <> 'usable'")

    asked(squad, meter, "ridge")

    rows = squad.con.sql("select spoiled_count, gain_fraction from mart_quality_worth").fetchall()
    assert rows == [(0, None), (0, None)]


@pytest.mark.usefixtures("near")
def test_verdicts_are_kept_by_date_and_the_last_of_a_date_counts(squad, meter):
    asked(squad, meter, "ridge")
    first = datetime(2026, 1, 5, 4, tzinfo=UTC)
    before = squad.con.sql("select count(*) from verdict_history").fetchone()

    for now in (first, first + timedelta(hours=1), first + timedelta(days=1)):
        evaluated.judge(squad, "road", now=now)

    dates = squad.con.sql("select evaluation_date from verdict_history order by all").pl()["evaluation_date"].to_list()
    assert before == (1,)
    assert dates[:2] == [date(2026, 1, 5), date(2026, 1, 6)]
    assert len(dates) == 3
    (kept,) = squad.con.sql("select distinct gain_lower_fraction, verdict from verdict_history").fetchall()
    (said,) = squad.con.sql("select gain_lower_fraction, verdict from rung_verdicts").fetchall()
    assert kept == said


def test_a_model_that_looks_ahead_is_stored_with_no_score(squad, meter, monkeypatch, near):  # noqa: ARG001
    monkeypatch.setattr(model_job, "looks_ahead", lambda *_args, **_options: True)

    asked(squad, meter, "ridge")

    (model,) = squad.con.sql("from mart_models").pl().to_dicts()
    assert (model["verdict"], model["night_count"], model["skill_fraction"]) == ("looks ahead", 0, None)
    assert squad.con.sql("from estimates").pl().is_empty()
