import shutil
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster._core.storage.event_log.migration import ASSET_KEY_INDEX_COLS

from assets.history import EventLog
from assets.instance import PROCESS_TAG, forget_old_runs, instance, kept_open, settle_killed_runs

pytestmark = pytest.mark.orchestrator


def _started(history, **tags):
    @dg.job
    def nothing():
        pass

    run = history.create_run_for_job(nothing, tags=tags)
    history.report_dagster_event(
        dg.DagsterEvent(event_type_value=dg.DagsterEventType.RUN_START.value, job_name="nothing", message=""),
        run.run_id,
    )
    return run.run_id


def test_telemetry_is_off_and_one_run_at_a_time_is_allowed(history, home):
    settings = yaml.safe_load((home.orchestrator / "dagster.yaml").read_text())

    assert settings["telemetry"] == {"enabled": False}
    assert history.telemetry_enabled is False
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] == 1


def test_settings_someone_edited_stay(home):
    with instance(home):
        settings = home.orchestrator / "dagster.yaml"
    edited = settings.read_text().replace("started: 90", "started: 7")
    settings.write_text(edited)

    with instance(home):
        pass

    assert settings.read_text() == edited


def test_the_history_keeps_its_log_while_an_idle_connection_is_open(history, home):
    log = home.orchestrator / "history" / "runs.db-wal"

    with kept_open(home):
        run = _started(history)
        was_kept = log.exists()

    assert was_kept
    assert not log.exists()
    assert history.get_run_by_id(run).status is dg.DagsterRunStatus.STARTED


def test_the_events_are_one_file_when_the_history_is_closed(home):
    log = home.orchestrator / "history" / "event_log.db-wal"

    with instance(home) as history:
        _started(history)
        was_kept = log.exists()

    assert was_kept
    assert not log.exists()


def test_a_history_that_was_never_finished_is_made_anew(home, monkeypatch):
    with monkeypatch.context() as killed:
        killed.setattr(EventLog, "reindex_events", lambda _: 1 / 0)  # its tables are made, and not all is noted yet
        with pytest.raises(ZeroDivisionError):
            instance(home)

    with instance(home) as history:
        _started(history)
        events = history.event_log_storage

    assert events.supports_asset_checks
    assert events.has_secondary_index(ASSET_KEY_INDEX_COLS)


def test_of_two_that_make_a_history_at_once_the_first_stays(home, monkeypatch):
    rename = Path.rename

    def too_late(path, target):
        shutil.copytree(path, target)
        (target / "of_the_first").touch()
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", too_late)
    with instance(home) as history:
        _started(history)

    assert [path.name for path in home.orchestrator.glob("history*")] == ["history"]
    assert (home.orchestrator / "history" / "of_the_first").exists()


def test_what_one_event_had_compiled_the_next_finds(history):
    events = history.event_log_storage
    compiled = []

    for _ in range(2):
        _started(history)
        compiled.append(len(events._engine._compiled_cache))

    assert isinstance(events, EventLog)
    assert compiled[0] == compiled[1] > 0


def test_a_killed_run_of_the_command_line_is_marked_failed_and_one_of_the_ui_is_left_alone(history):
    killed = _started(history, **{PROCESS_TAG: "1"})
    of_the_ui = _started(history)

    count = settle_killed_runs(history)

    assert count == 1
    assert history.get_run_by_id(killed).status is dg.DagsterRunStatus.FAILURE
    assert history.get_run_by_id(of_the_ui).status is dg.DagsterRunStatus.STARTED


def test_only_the_newest_runs_are_kept(history):
    runs = [_started(history) for _ in range(5)]

    assert forget_old_runs(history, kept=6) == 0
    gone = forget_old_runs(history, kept=2)

    assert gone == 3
    assert {run.run_id for run in history.get_runs()} == set(runs[-2:])
