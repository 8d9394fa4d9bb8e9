"""The run history: one Dagster instance per home, shared by command line and UI.

What does not belong here: what is run, and what it works on.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import dagster as dg
from dagster import DagsterInstance
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.schedules import SqliteScheduleStorage

from assets.history import EventLog
from pipelines.paths import Home

SETTINGS = """\
# Written by Wattworth; edit it freely, it is never overwritten.
telemetry:
  enabled: false
nux:
  enabled: false
run_storage:
  module: dagster._core.storage.runs
  class: SqliteRunStorage
  config:
    base_dir: {folder}
event_log_storage: # one file for the events of all runs: each is written once
  module: assets.history
  class: EventLog
  config:
    base_dir: {folder}
schedule_storage:
  module: dagster._core.storage.schedules
  class: SqliteScheduleStorage
  config:
    base_dir: {folder}
concurrency:
  runs:
    max_concurrent_runs: 1 # one writer: a second run would only wait for the lock
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      started: 90
      success: 90
      failure: 365
"""

HISTORY = "history"
"""Folder of the files that hold the history."""

KEPT_RUNS = 400
"""Number of runs whose history is kept: a year of nights and some to spare."""

PROCESS_TAG = "wattworth/process"
"""Tag that holds the process id of a run started by the command line."""


def instance(home: Home) -> DagsterInstance:
    """The instance whose history lies in `home.orchestrator`; made on first use, telemetry off, SQLite inside."""
    home.orchestrator.mkdir(parents=True, exist_ok=True)
    settings = home.orchestrator / "dagster.yaml"
    if not settings.exists():
        unfinished = settings.with_suffix(f".{os.getpid()}")
        unfinished.write_text(SETTINGS.format(folder=home.orchestrator / HISTORY), encoding="utf-8")
        unfinished.replace(settings)
    _make_history(home.orchestrator / HISTORY)
    return DagsterInstance.from_config(str(home.orchestrator))


def _make_history(folder: Path) -> None:
    """Makes the files of the history, which appear together by one rename.

    Dagster takes a file that is there for a whole one: one that a kill left with half of its tables would refuse
    every later run.
    """
    if folder.exists():
        return
    unfinished = folder.with_suffix(f".{os.getpid()}")
    shutil.rmtree(unfinished, ignore_errors=True)
    EventLog(base_dir=str(unfinished)).dispose()
    SqliteRunStorage.from_local(str(unfinished))
    SqliteScheduleStorage.from_local(str(unfinished))
    try:
        unfinished.rename(folder)
    except OSError:  # another process was first
        if not folder.exists():
            raise
        shutil.rmtree(unfinished)


@contextmanager
def kept_open(home: Home) -> Iterator[None]:
    """Keeps an idle connection to each file of the history, which makes writing to it a third cheaper.

    SQLite folds its log back and deletes it whenever the last connection closes, and the instance opens and closes
    one for every statement about runs and schedules.
    """
    with ExitStack() as connections:
        for file in sorted((home.orchestrator / HISTORY).glob("*.db")):
            connection = connections.enter_context(closing(sqlite3.connect(file)))
            connection.execute("select count(*) from sqlite_master").fetchone()
        yield


def settle_killed_runs(history: DagsterInstance) -> int:
    """Mark as failed the runs that the command line left unfinished; returns how many.

    To be called by the holder of the one-writer lock: no other run of the command line can be under way then.
    Runs of the UI carry no process and are watched over by it.
    """
    unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    killed = [run for run in history.get_runs(unfinished) if PROCESS_TAG in run.tags]
    for run in killed:
        history.report_run_failed(run, "The process was killed; the next run took up where it stopped.")
    return len(killed)


def forget_old_runs(history: DagsterInstance, *, kept: int = KEPT_RUNS) -> int:
    """Drop the history of all but the newest runs; returns how many went. The ledger keeps what they cost."""
    newest = history.get_runs(limit=kept)
    if len(newest) < kept:
        return 0
    old = history.get_runs(cursor=newest[-1].run_id)
    for run in old:
        history.delete_run(run.run_id)
    return len(old)
