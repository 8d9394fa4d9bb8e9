"""The meter every step runs inside: CPU time as the operating system counts it, from the first moment on.

    with meter.step("read", purpose="ingest", partition="road") as entry:
        entry.subject_count = 12

A step may run inside another; the inner row then names the outer one, whose figures contain it, and sums use the
own share of each. What does not belong here: watts into joules, which is a view.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import duckdb

from pipelines.costs import doubts, journal, ledger
from pipelines.costs.machine import Machine, machine
from pipelines.costs.usage import Spent, Usage, living_children, spent, usage
from pipelines.paths import Home

Purpose = Literal["ingest", "judge", "observe", "train", "backtest", "predict", "publish", "idle", "ci"]
Status = Literal["ok", "failed", "killed", "below_floor", "tracker_failed", "not_run"]

HEARTBEAT_S = 2.0
"""A killed step loses at most this much (s); a heartbeat costs about a millisecond of CPU time."""

LARGEST_FOREIGN_FRACTION = 0.2
"""The package counter bills the whole machine: with more than a fifth of it others' work, it is not read as ours.
Source: our own limit, after Jay et al., CCGrid 2023, on sharing counters by CPU time."""


LEAST_FOREIGN_CPU_S = 0.1
"""The system counts the machine's busy time in hundredths of a second: less than ten of them (s) are nobody's work."""

LARGEST_CLOCK_DIFFERENCE_S = 2.0
LARGEST_CLOCK_DIFFERENCE_FRACTION = 0.001
"""Wall clock and steady clock may part by the larger of the two (s, fraction of the step): a clock that is being set
right slowly moves by half a thousandth. Source: adjtime(3), 500 parts in a million; the two seconds are ours."""


@dataclass(kw_only=True)
class Entry:
    """What a step may add to its own row while it runs."""

    entry_id: str
    subject_count: int | None = None
    athlete_day_count: int | None = None
    job_id: str | None = None
    thread_count: int | None = None
    status: Status | None = None
    """Set inside to say how it ended when no error does, such as `not_run`; null is ok."""
    tracker_version: str | None = None
    tracker_energy_j: float | None = None
    tracker_cpu_s: float | None = None
    tracker_status: str | None = None
    tracker_config_hash: str | None = None
    tracker_interval_s: float | None = None
    tracker_sample_count: int | None = None
    tracker_setup_s: float | None = None
    tracker_setup_cpu_s: float | None = None
    tracker_own_cpu_s: float | None = None
    tracker_said: str | None = None
    doubts: list[str] = field(default_factory=list)
    """Names of `pipelines.costs.doubts`."""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Open:
    """A step under way."""

    entry: Entry
    fixed: dict[str, Any]
    start: Usage
    children: dict[int, float]
    """CPU time (s) that children living before it had already used."""


class Meter:
    """Meters the steps of one run. One thread steps; a daemon thread writes the signs of life.

    With a connection each row stands in the ledger when its step ends; without one it stays in the journal until
    `ledger.sweep` files it, so that a step may open and close the warehouse itself.
    """

    def __init__(
        self,
        home: Home,
        *,
        run_id: str,
        country: str | None,
        is_simulated: bool,
        clock: Callable[[], datetime],
        con: duckdb.DuckDBPyConnection | None = None,
        watts_per_thread: float | None = None,
        code_version: str | None = None,
    ) -> None:
        self.home = home
        self.run_id = run_id
        self.country = country
        self.is_simulated = is_simulated
        self.clock = clock
        self.con = con
        self.code_version = code_version
        self.own_cpu_s = 0.0
        """CPU time the meter itself has taken so far (s)."""
        self.machine: Machine = machine(watts_per_thread)
        self._open: list[_Open] = []
        self._process = journal.own_process()
        self._writing = threading.Lock()
        self._adding = threading.Lock()

    @contextmanager
    def step(
        self, step_key: str, *, purpose: Purpose, partition: str, attempt: int = 1, rung: str | None = None
    ) -> Iterator[Entry]:
        """Meters the block as one row of `ledger_entries`; an error inside makes it a failed one and goes on.

        Grain: one row per attempt. All times in seconds, memory in bytes.
        """
        with self._paid():
            opened = self._begin(step_key, purpose=purpose, partition=partition, attempt=attempt, rung=rung)
            stop = threading.Event()
            beat = threading.Thread(target=self._beat, args=(opened, stop), name=f"meter {step_key}", daemon=True)
            beat.start()
        failure: BaseException | None = None
        try:
            yield opened.entry
        except BaseException as error:
            failure = error
            raise
        finally:
            with self._paid():
                stop.set()
                beat.join()
                self._end(opened, failure)

    def file_known(self, step_key: str, *, purpose: Purpose, **known: Any) -> None:  # noqa: ANN401 - ledger columns
        """Files a row whose figures another account has, such as one job inside the model process.

        `known` are columns of `ledger_entries`; the row belongs to the step under way, which contains it.
        """
        with self._paid():
            parent = self._open[-1].fixed if self._open else {}
            entry = (
                self._columns(step_key, purpose=purpose, parent=parent)
                | {"partition": parent.get("partition", ""), "started_at_utc": self.clock(), "attempt": 1}
                | known
            )
            self._file(entry)

    @contextmanager
    def _paid(self) -> Iterator[None]:
        """Adds the CPU time of the block, on this thread alone, to what the meter itself has taken."""
        begun_s = time.thread_time()
        try:
            yield
        finally:
            with self._adding:
                self.own_cpu_s += time.thread_time() - begun_s

    def _begin(self, step_key: str, *, purpose: str, partition: str, attempt: int, rung: str | None) -> _Open:
        parent = self._open[-1].fixed if self._open else {}
        fixed = self._columns(step_key, purpose=purpose, parent=parent) | {
            "partition": partition,
            "attempt": attempt,
            "rung": rung,
            "started_at_utc": self.clock(),
        }
        start = usage()
        fixed["load_start"] = start.load
        opened = _Open(entry=Entry(entry_id=fixed["entry_id"]), fixed=fixed, start=start, children=living_children())
        self._write(opened.fixed | {"note": ""}, is_finished=False)
        self._open.append(opened)
        return opened

    def _columns(self, step_key: str, *, purpose: str, parent: dict[str, Any]) -> dict[str, Any]:
        """The columns that stand from the start; every figure is null until there is one."""
        return {
            "entry_id": uuid.uuid4().hex[:16],
            "run_id": self.run_id,
            "parent_entry_id": parent.get("entry_id"),
            "step_key": step_key,
            "purpose": purpose,
            "ended_at_utc": None,
            "status": "ok",
            "is_simulated": self.is_simulated,
            "code_version": self.code_version,
            "wall_s": None,
            "cpu_self_s": None,
            "cpu_children_s": None,
            "thread_count": self.machine.allowed_thread_count,
            "evidence": "estimated_cpu_time",
            "method": "getrusage",
            "cpu_model": self.machine.cpu_model,
            "is_virtualised": self.machine.is_virtualised,
            "machine_thread_count": self.machine.thread_count,
            "watts_per_thread": self.machine.watts_per_thread,
            "watts_source": self.machine.watts_source,
            "country": self.country,
            "doubts": [],
            "note": "",
        }

    def _beat(self, opened: _Open, stop: threading.Event) -> None:
        while not stop.wait(HEARTBEAT_S):
            with self._paid():
                so_far = spent(opened.start, usage())
                living_s = sum(cpu_s - opened.children.get(pid, 0.0) for pid, cpu_s in living_children().items())
                figures = _figures(so_far) | {
                    "cpu_children_s": so_far.cpu_children_s + living_s,
                    "ended_at_utc": self.clock(),
                    "counter_energy_j": None,
                }
                self._write(opened.fixed | _said(opened.entry) | figures, is_finished=False)

    def _end(self, opened: _Open, failure: BaseException | None) -> None:
        self._open.remove(opened)
        now = usage()
        so_far = spent(opened.start, now)
        entry = opened.fixed | _said(opened.entry) | _figures(so_far) | known_by(so_far)
        entry |= {"ended_at_utc": self.clock(), "load_end": now.load}
        turned_s = (entry["ended_at_utc"] - entry["started_at_utc"]).total_seconds()
        found = {**_doubts(so_far, opened.start), **_clock_doubts(so_far.wall_s, turned_s)}
        notes = [*opened.entry.notes, *found.values()]
        if failure is not None:
            entry["status"] = "failed"
            notes.append(f"ended by {type(failure).__name__}")
        self._file(entry | {"doubts": [*opened.entry.doubts, *found], "note": "; ".join(notes)})

    def _file(self, entry: dict[str, Any]) -> None:
        self._write(entry, is_finished=True)
        if self.con is not None:
            ledger.record(self.con, entry)
            journal.remove(self.home.journal, entry["entry_id"])

    def _write(self, entry: dict[str, Any], *, is_finished: bool) -> None:
        number, born_s = self._process
        page = journal.Page(entry=entry, process_id=number, process_born_s=born_s, is_finished=is_finished)
        with self._writing:
            journal.write(self.home.journal, page)


def _said(entry: Entry) -> dict[str, Any]:
    said = {name: value for name, value in vars(entry).items() if name not in ("notes", "status") and value is not None}
    return said | {"doubts": list(entry.doubts), "note": "; ".join(entry.notes), "status": entry.status or "ok"}


def _figures(so_far: Spent) -> dict[str, Any]:
    return {
        "wall_s": so_far.wall_s,
        "cpu_self_s": so_far.cpu_self_s,
        "cpu_children_s": so_far.cpu_children_s,
        "foreign_cpu_s": so_far.foreign_cpu_s,
        "peak_memory_bytes": so_far.peak_memory_bytes,
        "counter_energy_j": so_far.counter_energy_j,
    }


def known_by(so_far: Spent) -> dict[str, str]:
    """How the energy of that is known: columns evidence and method of the ledger."""
    if so_far.counter_energy_j is None or so_far.foreign_fraction > LARGEST_FOREIGN_FRACTION:
        return {"evidence": "estimated_cpu_time", "method": "getrusage"}
    return {"evidence": "measured_counter", "method": "rapl"}


def _doubts(so_far: Spent, start: Usage) -> dict[str, str]:
    """Names of doubts about a meter that counted others' work or lost count, each in words."""
    found, had_counter = {}, start.counter is not None
    if so_far.foreign_fraction > LARGEST_FOREIGN_FRACTION and (
        had_counter or so_far.foreign_cpu_s >= LEAST_FOREIGN_CPU_S
    ):
        refused = "counter not used: " if had_counter else ""
        found[doubts.BUSY_NEIGHBOURS.name] = f"{refused}others had {so_far.foreign_fraction:.0%} of the busy time"
    if had_counter and so_far.counter_energy_j is None:
        found[doubts.COUNTER_LOST.name] = "the energy counter could not be read to the end"
    return found


def _clock_doubts(steady_s: float, turned_s: float) -> dict[str, str]:
    """The doubt about a clock that was set, or a machine that slept: steady time against time by the clock (s)."""
    apart_s = turned_s - steady_s
    allowed_s = max(LARGEST_CLOCK_DIFFERENCE_S, LARGEST_CLOCK_DIFFERENCE_FRACTION * steady_s)
    if abs(apart_s) <= allowed_s:
        return {}
    return {doubts.CLOCK_JUMPED.name: f"the clock moved {apart_s:+.1f} s against the steady one"}
