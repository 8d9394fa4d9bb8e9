"""What a whole run used, and what its steps do not explain: starting the program, the orchestrator, the waiting.

    run = run_log.start(meter, trigger="command_line")
    ... steps ...
    run_log.finish(warehouse, run, status="ok", squads=("road",), summary={"loaded": 12})

`finish` files the unexplained rest as a ledger entry of its own, `overhead`, so that the entries of a run add up to
the run. Call it before the snapshot that should show it.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import psutil

import sql
from pipelines.costs import ledger
from pipelines.costs.meter import Meter
from pipelines.costs.usage import Spent, Usage, spent, usage

OVERHEAD = "overhead"
CLOSING = "close"
"""Step that publishes what a run cost; its own row is filed when the next run opens."""
ENDING = "ending"
"""What the process used behind the bill beside closing: writing the bill down, its summary, ending the program."""
ENDING_NOTE = "from the striking of the total to the program's last line; taking the interpreter down is not in it"


@dataclass(frozen=True, kw_only=True)
class RunStart:
    """A run under way."""

    meter: Meter
    trigger: Literal["command_line", "ui"]
    started_at_utc: datetime
    since: Usage


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A run whose total was struck and which was closed; its process goes on for a while."""

    meter: Meter
    struck_at_utc: datetime
    struck: Usage
    """What the process had used when the total was struck."""
    closing: Spent
    """What closing took, which has a row of its own."""

    def file(self) -> None:
        """Files the rest as a row of its own: the last thing the process does. The next run takes it into the ledger.

        A process that lives on, such as that of a user interface, never calls it.
        """
        so_far = spent(self.struck, usage())
        self.meter.file_known(
            ENDING,
            purpose="idle",
            started_at_utc=self.struck_at_utc,
            ended_at_utc=self.meter.clock(),
            wall_s=max(0.0, so_far.wall_s - self.closing.wall_s),
            cpu_self_s=max(0.0, so_far.cpu_s - self.closing.cpu_s),
            cpu_children_s=0.0,
            peak_memory_bytes=so_far.peak_memory_bytes,
            method="getrusage of the process less its rows",
            note=ENDING_NOTE,
        )


def start(meter: Meter, *, trigger: Literal["command_line", "ui"]) -> RunStart:
    """Begins a run.

    A command line is a process of its own, so its bill begins where the process began, with the import of the
    program; a user interface that lives on is billed from here.
    """
    since = _birth(usage()) if trigger == "command_line" else usage()
    return RunStart(meter=meter, trigger=trigger, started_at_utc=meter.clock(), since=since)


def finish(
    warehouse: ledger.Store,
    run: RunStart,
    *,
    status: Literal["ok", "partial", "failed"],
    squads: tuple[str, ...],
    summary: Mapping[str, object],
) -> Usage:
    """Writes the row of `run_log`, and the ledger entry `overhead`: the run's own CPU time less that of its steps.

    Gives what the process had used when the total was struck.
    """
    meter = run.meter
    ledger.sweep(warehouse)
    struck = usage()
    so_far = spent(run.since, struck)
    ended_at_utc = meter.clock()
    with warehouse.con.cursor() as cursor:
        cursor.execute("set TimeZone = 'UTC'")
        row = cursor.execute(sql.statement("queries/run_steps.sql"), {"run_id": meter.run_id}).fetchone()
        steps_cpu_s, steps_wall_s = row if row is not None else (0.0, 0.0)
        cursor.execute(
            "insert into run_log values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                meter.run_id,
                run.started_at_utc,
                ended_at_utc,
                run.trigger,
                status,
                list(squads),
                meter.country,
                meter.is_simulated,
                so_far.cpu_s,
                so_far.wall_s,
                meter.own_cpu_s,
                json.dumps(dict(summary), sort_keys=True),
            ],
        )
    meter.file_known(
        OVERHEAD,
        purpose="idle",
        started_at_utc=run.started_at_utc,
        ended_at_utc=ended_at_utc,
        wall_s=max(0.0, so_far.wall_s - steps_wall_s),
        cpu_self_s=max(0.0, so_far.cpu_s - steps_cpu_s),
        cpu_children_s=0.0,
        peak_memory_bytes=so_far.peak_memory_bytes,
        method="getrusage of the run less its steps",
    )
    ledger.sweep(warehouse)
    return struck


def _birth(now: Usage) -> Usage:
    """The counters of this process when it was born; those of the machine are not known that far back."""
    age_s = time.time() - psutil.Process().create_time()
    return Usage(
        monotonic_s=now.monotonic_s - age_s,
        cpu_self_s=0.0,
        cpu_children_s=0.0,
        machine_busy_s=now.machine_busy_s,
        peak_memory_bytes=now.peak_memory_bytes,
        counter=None,
    )
