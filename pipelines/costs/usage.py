"""What the operating system says a process has used: the one observable that a busy neighbour cannot move.

What does not belong here: watts, energy, carbon. Those are views over the rows this ends up in.
"""

import os
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from pipelines.costs.rapl import Reading, read

KIB_BYTES = 1024

RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else KIB_BYTES
"""Unit of `ru_maxrss`. Source: getrusage(2) of Linux (KiB) and of macOS (bytes)."""

STATUS, FORGET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
PEAK_FIELD = "VmHWM:"
"""Peak resident memory (KiB) since the program began. Source: proc_pid_status(5). `ru_maxrss` is not asked where this
stands: in a child it begins with the memory its parent had."""

FORGET_PEAK = "5"
"""What makes the peak begin anew at the memory held now. Source: proc_pid_clear_refs(5)."""

BUSY_FIELDS = ("user", "nice", "system", "irq", "softirq")
"""CPU time of the whole machine that is work done here; stolen and idle time are not."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Counters at one moment; only differences between two mean anything."""

    monotonic_s: float
    cpu_self_s: float
    cpu_children_s: float
    """CPU time of children that ended and were waited for (s)."""
    machine_busy_s: float
    """CPU time of everything on the machine (s)."""
    peak_memory_bytes: int
    counter: Reading | None
    load: float | None = None
    """Mean number of busy threads of the machine over the last minute; null where the system keeps none."""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What was used between two moments."""

    wall_s: float
    cpu_self_s: float
    cpu_children_s: float
    foreign_cpu_s: float
    peak_memory_bytes: int
    counter_energy_j: float | None

    @property
    def cpu_s(self) -> float:
        """CPU time of the process and its children (s)."""
        return self.cpu_self_s + self.cpu_children_s

    @property
    def foreign_fraction(self) -> float:
        """Share of the machine's busy time that was not ours; 0 when nothing was busy."""
        busy = self.cpu_s + self.foreign_cpu_s
        return self.foreign_cpu_s / busy if busy > 0 else 0.0


def usage() -> Usage:
    """The counters of this process now."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    machine = psutil.cpu_times()
    return Usage(
        monotonic_s=time.monotonic(),
        cpu_self_s=own.ru_utime + own.ru_stime,
        cpu_children_s=children.ru_utime + children.ru_stime,
        machine_busy_s=sum(getattr(machine, field, 0.0) for field in BUSY_FIELDS),
        peak_memory_bytes=_peak_memory_bytes(own),
        counter=read(),
        load=os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    )


def spent(since: Usage, until: Usage) -> Spent:
    """What was used between two calls of `usage`."""
    cpu_self_s = until.cpu_self_s - since.cpu_self_s
    cpu_children_s = until.cpu_children_s - since.cpu_children_s
    wall_s = until.monotonic_s - since.monotonic_s
    busy_s = until.machine_busy_s - since.machine_busy_s
    return Spent(
        wall_s=wall_s,
        cpu_self_s=cpu_self_s,
        cpu_children_s=cpu_children_s,
        foreign_cpu_s=max(0.0, busy_s - cpu_self_s - cpu_children_s),
        peak_memory_bytes=until.peak_memory_bytes,
        counter_energy_j=_counted(since.counter, until.counter, wall_s),
    )


def forget_peak() -> None:
    """Makes the peak of memory begin anew, so that the next job's is its own; where that is not to be had, it stays."""
    try:
        FORGET.write_text(FORGET_PEAK, encoding="ascii")
    except OSError:  # no Linux, or a sandbox that keeps it closed: the peak stays that of all jobs so far
        return


def _peak_memory_bytes(own: resource.struct_rusage) -> int:
    try:
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.startswith(PEAK_FIELD):
            return int(line.split()[1]) * KIB_BYTES
    return own.ru_maxrss * RSS_UNIT_BYTES


def living_children() -> dict[int, float]:
    """CPU time (s) of each child that still runs, by process number: `getrusage` does not see them yet."""
    found: dict[int, float] = {}
    for number in _children(os.getpid()):
        try:
            times = psutil.Process(number).cpu_times()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue  # it ended just now, and its parent's getrusage has it
        found[number] = times.user + times.system + times.children_user + times.children_system
    return found


def _children(number: int) -> list[int]:
    """Process numbers of the children.

    The kernel's own list costs one file a thread; walking every process costs seconds beside a thread that holds
    the interpreter.
    """
    found: list[int] = []
    for thread in psutil.Process(number).threads():
        children = Path(f"/proc/{number}/task/{thread.id}/children")
        try:
            found += [int(text) for text in children.read_text(encoding="ascii").split()]
        except OSError:  # the thread ended, or this system keeps no such list
            if not children.parent.parent.is_dir():
                return [child.pid for child in psutil.Process(number).children()]
    return found


def _counted(before: Reading | None, after: Reading | None, wall_s: float) -> float | None:
    return None if before is None or after is None else after.energy_since_j(before, wall_s=wall_s)
