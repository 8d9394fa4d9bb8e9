"""Runs the assets in this process against the shared history: what the command line calls.

What does not belong here: printing, and what a stop does.
"""

import logging
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import polars as pl
from dagster._core.execution.plan.objects import StepFailureData

from assets.definitions import JOB, build_definitions
from assets.instance import PROCESS_TAG, forget_old_runs, instance, kept_open, settle_killed_runs
from assets.session import Orders, RunSession, open_session
from assets.squads import add_squads
from pipelines.errors import WarehouseError
from pipelines.paths import Home
from pipelines.progress import SILENT, Progress, StepSummary
from pipelines.warehouse.query import frame

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The orchestrator's own lines are for the UI; the command line says what matters itself."""

PLANNING = logging.getLogger("dagster._core.execution.plan.active")
"""Warns of each blocking check that was skipped together with its stop, as when nothing is new: dozens of lines."""


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What a run did, for a person to read."""

    run_id: str
    squads: tuple[str, ...]
    summaries: tuple[tuple[str, StepSummary], ...]
    rested: tuple[str, ...]
    """Squads for which nothing was new: their pages stand as they were."""
    skipped: pl.DataFrame
    """What this run could not use: rows of `mart_skipped`, files in part included."""
    set_aside: pl.DataFrame
    """Those of them that are whole files."""
    usable: pl.DataFrame
    """Per purpose and verdict: subject_count, of all subjects of these squads."""
    pages: Path
    end: Callable[[], None]
    """Files what the process uses behind the bill; to be called last."""


def run_squads(
    home: Home,
    squads: tuple[str, ...],
    *,
    orders: Orders,
    is_retry: bool = False,
    progress: Progress = SILENT,
    say: Callable[[str], None] = lambda _line: None,
) -> RunReport:
    """Materialise every asset for each squad in turn, under one lock and one bill.

    With `is_retry`, files set aside before are looked at once more. Raises `WarehouseBusy`, and whatever ended a stop.
    """
    run_id = str(uuid.uuid4())
    with (
        instance(home) as history,
        kept_open(home),
        open_session(
            home, run_id=run_id, trigger="command_line", squads=squads, orders=orders, progress=progress, say=say
        ) as session,
    ):
        settle_killed_runs(history)
        forget_old_runs(history)
        add_squads(history, squads)
        if is_retry:
            session.retry()
        job = build_definitions(home=home, session=session).resolve_job_def(JOB)
        for index, squad in enumerate(squads):
            _materialise(job, squad, history=history, session=session, run_id=run_id if index == 0 else None)
        return _report(session, squads)


def _materialise(
    job: dg.JobDefinition, squad: str, *, history: dg.DagsterInstance, session: RunSession, run_id: str | None
) -> None:
    """Run all stops of one squad; the error that ended one goes on as it was raised.

    The first run in the history carries the identifier of the bill, the others name it in a tag.
    """
    PLANNING.setLevel(logging.ERROR)
    tags = {"wattworth/run": session.run_id, "wattworth/trigger": "command_line", PROCESS_TAG: str(os.getpid())}
    result = job.execute_in_process(
        run_config=QUIET, instance=history, partition_key=squad, run_id=run_id, tags=tags, raise_on_error=False
    )
    if session.failure is not None and not isinstance(session.failure, Exception):
        raise KeyboardInterrupt from session.failure  # the orchestrator has an interrupt of its own
    if session.failure is not None:
        raise session.failure
    if not result.success:
        raise _broken(result)


def _broken(result: dg.ExecuteInProcessResult) -> BaseException:
    """The invariant that does not hold, as an error the user sees: pages stay as they were."""
    broken = [check for check in result.get_asset_check_evaluations() if check.blocking and not check.passed]
    if not broken:
        return RuntimeError(f"the orchestrator failed: {_why(result)}")
    named = ", ".join(f"{check.check_name} ({check.metadata['rows'].value} rows)" for check in broken)
    return WarehouseError(
        doing="checking",
        where="the warehouse",
        found=f"what must always hold does not: {named}",
        remedy="Pages were not touched. Run `wattworth doctor` for the rows, and restore the warehouse from a backup.",
    )


def _why(result: dg.ExecuteInProcessResult) -> str:
    """What the first failure says, with its traceback where there is one: a bug, to be reported as it stands."""
    failed = [event for event in result.all_events if event.is_failure]
    if not failed:
        return "no event says why"
    data = failed[0].event_specific_data
    error = data.error if isinstance(data, StepFailureData) else None
    return error.to_string() if error is not None else failed[0].message or "no event says why"


def _report(session: RunSession, squads: tuple[str, ...]) -> RunReport:
    con = session.warehouse.con
    return RunReport(
        run_id=session.run_id,
        squads=squads,
        summaries=tuple(session.summaries),
        rested=tuple(session.rested),
        skipped=session.newly_skipped(),
        set_aside=session.set_aside(),
        usable=frame(con, "queries/usable_subjects.sql", squads=list(squads)),
        pages=session.home.site,
        end=session.end,
    )
