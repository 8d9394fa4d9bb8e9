"""Several processes that read source files at a time, and the order in which their outcomes come back: always the same.

What does not belong here: what reading is (see `read_one`), and the database.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from pipelines.errors import WarehouseError
from pipelines.paths import Home
from pipelines.readers.contract import Loss
from pipelines.readers.problem import Problem
from pipelines.warehouse.located import Unpacker
from pipelines.warehouse.read_one import Keys, Order, read_one
from pipelines.warehouse.read_worker import END
from pipelines.warehouse.staging import StagedReport

MOST_PROCESSES = 2
"""Processes a run starts by itself: a coach's machine has other things to do. More by option."""

FILE_S, MB_S = 0.005, 0.08
"""What reading takes: CPU time per file (s) and per MB (s). Source: `benchmarks/ingest.py`, files of 20 to 160 kB."""

WORTH_S = 10.0
"""Reading that takes less (s) is done in the run's own process: starting another one costs 0.55 s of CPU time, so that
two save four seconds of waiting from here on and cost a tenth more CPU time; a night of some hundred athletes stays as
cheap as it was."""

AHEAD = 2
"""Orders a process has at a time: one it works on and one that waits, so that it never does."""

LARGE_BYTES = 32 << 20
"""Files from this size on (bytes) are begun first, so that none is left over when all others are done."""

COMMAND = (sys.executable, "-P", "-m", "pipelines.warehouse.read_worker")

Outcome = StagedReport | Problem


@dataclass
class _Worker:
    process: "subprocess.Popen[bytes]"
    given: list[int] = field(default_factory=list)
    """Numbers of the orders it has, the one it works on first."""


def process_count_for(orders: Sequence[Order], wanted: int | None) -> int:
    """How many processes to read with: as many as wanted, or two where that pays and the machine has them.

    1 means the run's own.
    """
    if wanted is not None:
        return max(1, min(wanted, len(orders)))
    expected_s = FILE_S * len(orders) + MB_S * sum(order.size_bytes for order in orders) / 1e6
    return min(MOST_PROCESSES, core_count(), len(orders)) if expected_s >= WORTH_S else 1


def core_count() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def outcomes(orders: Sequence[Order], home: Home, keys: Keys, *, process_count: int) -> Generator[Outcome, None, None]:
    """What reading each file came to, in the order they are given in, however many processes read.

    Close it to end the processes before all is read. Raises `WarehouseError` when one of the processes is killed, and
    `RuntimeError` with its traceback for a bug.
    """
    if process_count == 1 or not orders:
        with Unpacker(home.unpacked) as unpacker:
            for order in orders:
                yield read_one(order, unpacker, home.staged, keys)
        return
    done: dict[int, Outcome] = {}
    next_number = 0
    with _workers(home, keys, process_count) as workers:
        for number, outcome in _as_they_come(orders, workers):
            done[number] = outcome
            while next_number in done:
                yield done.pop(next_number)
                next_number += 1


def _as_they_come(orders: Sequence[Order], workers: list[_Worker]) -> Iterator[tuple[int, Outcome]]:
    lines: queue.SimpleQueue[tuple[_Worker, bytes]] = queue.SimpleQueue()
    for worker in workers:
        threading.Thread(target=_listen, args=(worker, lines), daemon=True).start()
    numbers = sorted(range(len(orders)), key=lambda number: (orders[number].size_bytes < LARGE_BYTES, number))
    waiting = iter(numbers)
    for _ in range(AHEAD):
        for worker in workers:
            _give(worker, waiting, orders)
    left = len(orders)
    while left:
        worker, line = lines.get()
        if line:
            number = worker.given.pop(0)
            _give(worker, waiting, orders)
            left -= 1
            yield number, _told(json.loads(line))
        elif worker.given:
            raise _killed(worker, orders[worker.given[0]].shown)


def _give(worker: _Worker, waiting: Iterator[int], orders: Sequence[Order]) -> None:
    """Hands the next order to a process, or tells it that there is none."""
    number = next(waiting, None)
    assert worker.process.stdin is not None
    if number is not None:
        worker.given.append(number)
    try:
        worker.process.stdin.write(END if number is None else json.dumps(asdict(orders[number])).encode() + b"\n")
        worker.process.stdin.flush()
    except BrokenPipeError:
        return  # it is gone: the end of its outcomes tells that, or it was told before that there is no more


def _listen(worker: _Worker, lines: "queue.SimpleQueue[tuple[_Worker, bytes]]") -> None:
    assert worker.process.stdout is not None
    for line in worker.process.stdout:
        lines.put((worker, line))
    lines.put((worker, b""))


def _told(outcome: dict[str, Any]) -> Outcome:
    if "bug" in outcome:
        raise RuntimeError(f"a reading process failed:\n{outcome['bug']}")
    if "problem" in outcome:
        return Problem(**outcome["problem"])
    report = outcome["report"]
    losses = tuple(Loss(**loss) for loss in report.pop("losses"))
    return StagedReport(losses=losses, passed_over=tuple(report.pop("passed_over")), **report)


@contextmanager
def _workers(home: Home, keys: Keys, count: int) -> Iterator[list[_Worker]]:
    """Processes that are ready for orders; all have ended, and are waited for, when the block is left."""
    home.unpacked.mkdir(parents=True, exist_ok=True)
    asked = {"run_process": os.getpid(), "staged": str(home.staged), "unpacked": str(home.unpacked), "keys": dict(keys)}
    started = [_Worker(process=_started(asked)) for _ in range(count)]
    try:
        yield started
    except BaseException:
        for worker in started:
            worker.process.kill()
        raise
    finally:
        for worker in started:
            worker.process.wait()
            for pipe in (worker.process.stdin, worker.process.stdout):
                _close(pipe)


def _started(asked: dict[str, Any]) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    process.stdin.flush()
    return process


def _close(pipe: Any) -> None:  # noqa: ANN401 - either end of a pipe
    try:
        pipe.close()
    except BrokenPipeError:
        return  # what was still to be written has no reader any more


def _killed(worker: _Worker, shown: str) -> WarehouseError:
    status = worker.process.wait()
    how = f"was ended by signal {-status}" if status < 0 else f"ended with exit code {status}"
    return WarehouseError(
        doing="reading",
        where=shown,
        found=f"the process that read it {how}: memory may have run out",
        remedy="Run again with --processes 1; what was read before is kept.",
    )
