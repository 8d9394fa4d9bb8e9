"""A process that reads source files for the run that started it: orders come in by line, outcomes go out by line.

    python -P -m pipelines.warehouse.read_worker

It knows no database. It dies with the run: the kernel sees to that on Linux, the closed pipe everywhere.
"""

import ctypes
import json
import os
import queue
import signal
import sys
import threading
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from pipelines.readers.problem import Problem
from pipelines.warehouse import crash_points
from pipelines.warehouse.located import Unpacker
from pipelines.warehouse.read_one import Order, read_one

END = b"end\n"
"""The line after which no order comes any more; a pipe that closes without it means that the run is gone."""

_DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def main() -> None:
    """Reads what it is asked to until it is told that there is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the run: it ends its processes
    orders, outcomes = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints, prints beside the outcomes
    asked = json.loads(orders.readline())
    _die_with(asked["run_process"])
    crash_points.kill_too(asked["run_process"])
    waiting: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders, waiting), daemon=True).start()
    keys = {table: tuple(key) for table, key in asked["keys"].items()}
    with Unpacker(Path(asked["unpacked"])) as unpacker:
        while (order := waiting.get()) is not None:
            outcome = _outcome(Order(**order), unpacker, Path(asked["staged"]), keys)
            outcomes.write(json.dumps(outcome).encode() + b"\n")
            outcomes.flush()


def _outcome(order: Order, unpacker: Unpacker, staged: Path, keys: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    try:
        read = read_one(order, unpacker, staged, keys)
    except Exception:  # noqa: BLE001 - a bug of ours: its traceback goes to the run, which raises it
        return {"bug": traceback.format_exc()}
    return {"problem": asdict(read)} if isinstance(read, Problem) else {"report": asdict(read)}


def _listen(orders: IO[bytes], waiting: "queue.SimpleQueue[dict[str, Any] | None]") -> None:
    """Passes orders on; ends the process at once when the run is gone, whatever it is reading."""
    for line in orders:
        if line == END:
            waiting.put(None)
            return
        waiting.put(json.loads(line))
    os._exit(1)


def _die_with(run_process: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != run_process:  # it was gone before the kernel knew
        os._exit(1)


if __name__ == "__main__":
    main()
