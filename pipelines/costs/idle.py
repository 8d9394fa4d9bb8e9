"""What a program uses while nothing happens: CPU time of it and all its children, from its start until it rests.

Start-up is told apart from rest. What does not belong here: which program that is, and what its CPU time is worth.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

import psutil

from pipelines.errors import WattworthError

SLICE_S = 5.0
"""The time is looked at in pieces of so many seconds."""

RESTING_CORES = 0.5
RESTING_SLICES = 3
"""It rests once so many pieces in a row used or waited for less than this many cores: our own limits. At rest the
orchestrator was measured at 0.11 cores; starting up it fills one, or waits for one where neighbours are busy."""

NANOSECONDS = 1e9

LONGEST_START_S = 240.0
"""A program that has not come to rest by then (s) is not idle."""

ENDING_S = 20.0
"""Time it has to end when asked to (s)."""

SECONDS_PER_DAY = 86_400.0
DRAW_COUNT = 2_000
CONFIDENCE_FRACTION = 0.9


@dataclass(frozen=True, kw_only=True)
class Idle:
    """What a program used: starting up, and in each piece of the time at rest."""

    start_s: float
    """Wall time until it rested (s)."""
    start_cpu_s: float
    slices_cpu_s: tuple[float, ...]
    """CPU time of each piece of `slice_s` at rest (s)."""
    slice_s: float

    @property
    def window_s(self) -> float:
        """Time at rest that was looked at (s)."""
        return self.slice_s * len(self.slices_cpu_s)

    @property
    def cpu_s(self) -> float:
        """CPU time at rest (s)."""
        return sum(self.slices_cpu_s)

    def cpu_s_per_day(self, *, seed: int = 0) -> tuple[float, float, float]:
        """CPU time at rest in a day (s): lower end, middle, upper end, from drawing the pieces again, 90 %."""
        draws = random.Random(seed)  # noqa: S311 - a bootstrap, not a secret
        means = sorted(fmean(draws.choices(self.slices_cpu_s, k=len(self.slices_cpu_s))) for _ in range(DRAW_COUNT))
        outside = round(DRAW_COUNT * (1 - CONFIDENCE_FRACTION) / 2)
        per_day = SECONDS_PER_DAY / self.slice_s
        return means[outside] * per_day, fmean(self.slices_cpu_s) * per_day, means[-1 - outside] * per_day


def measure(
    command: Sequence[str],
    *,
    window_s: float,
    environment: Mapping[str, str],
    folder: Path,
    slice_s: float = SLICE_S,
    longest_start_s: float = LONGEST_START_S,
) -> Idle:
    """Starts the command, waits until it rests, looks at it for `window_s`, and ends it with all its children.

    Raises `WattworthError` when it ends by itself or does not come to rest.
    """
    with (folder / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            list(command), cwd=folder, env=dict(environment), stdout=said, stderr=said, start_new_session=True
        )
        watched = _Watched(process=process, slice_s=slice_s)
        try:
            _until_it_rests(watched, longest_start_s=longest_start_s)
            start_count = len(watched.slices_cpu_s) - RESTING_SLICES
            while (len(watched.slices_cpu_s) - start_count) * slice_s < window_s:
                watched.look()
        finally:
            _end(process)
    return Idle(
        start_s=start_count * slice_s,
        start_cpu_s=sum(watched.slices_cpu_s[:start_count]),
        slices_cpu_s=tuple(watched.slices_cpu_s[start_count:]),
        slice_s=slice_s,
    )


@dataclass(kw_only=True)
class _Watched:
    """A command and what each piece of time used so far."""

    process: "subprocess.Popen[bytes]"
    slice_s: float
    slices_cpu_s: list[float] = field(default_factory=list)
    wanted_s: list[float] = field(default_factory=list)
    """What each piece used and what it waited for (s)."""
    tree_cpu_s: float = 0.0
    tree_waited_s: float = 0.0

    def look(self) -> None:
        """Waits for the next piece and adds what it used."""
        time.sleep(self.slice_s)
        if self.process.poll() is not None:
            raise _not_idle(self.process, f"it ended with code {self.process.returncode}")
        cpu_s, waited_s = _tree_s(self.process.pid)
        self.slices_cpu_s.append(max(0.0, cpu_s - self.tree_cpu_s))  # less when a child went that nobody waited for
        self.wanted_s.append(self.slices_cpu_s[-1] + max(0.0, waited_s - self.tree_waited_s))
        self.tree_cpu_s, self.tree_waited_s = cpu_s, waited_s


def _until_it_rests(watched: _Watched, *, longest_start_s: float) -> None:
    """Looks at it until the last pieces count as rest."""
    while len(watched.slices_cpu_s) * watched.slice_s < longest_start_s:
        watched.look()
        last = watched.wanted_s[-RESTING_SLICES:]
        if len(last) == RESTING_SLICES and max(last) < RESTING_CORES * watched.slice_s:
            return
    raise _not_idle(watched.process, f"it did not come to rest in {longest_start_s:.0f} s")


def _tree_s(number: int) -> tuple[float, float]:
    """CPU time (s) of a process, its living children and theirs, and of those that ended and were waited for.

    And how long they stood in line for a processor (s), of those that still live.
    """
    cpu_s = waited_s = 0.0
    top = psutil.Process(number)
    for process in [top, *top.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):  # it ended just now: its parent has its time
            times = process.cpu_times()
            cpu_s += times.user + times.system + times.children_user + times.children_system
            waited_s += _waited_s(process.pid)
    return cpu_s, waited_s


def _waited_s(number: int) -> float:
    """How long the threads of a process were ready to run and did not (s); 0 where the system does not tell."""
    waited_ns = 0
    for path in Path(f"/proc/{number}/task").glob("*/schedstat"):
        with suppress(OSError):  # the thread ended just now
            waited_ns += int(path.read_text(encoding="ascii").split()[1])
    return waited_ns / NANOSECONDS


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Asks the command and its group to end, and ends what is left of them."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(ENDING_S)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _not_idle(process: "subprocess.Popen[bytes]", found: str) -> WattworthError:
    return WattworthError(
        doing="measuring the idling of",
        where=" ".join(map(str, process.args)) if isinstance(process.args, list) else str(process.args),
        found=found,
        remedy="Start it by hand and see what it says.",
    )
