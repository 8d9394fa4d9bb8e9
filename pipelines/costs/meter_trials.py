"""Ways to make CodeCarbon fail, each in a process of its own, in an empty folder.

    python -m pipelines.costs.meter_trials NAME FOLDER

FOLDER gets `tracker.json`, the reading as the model process would have left it, and `said.json`, CodeCarbon's figures
as it gave them. What does not belong here: what the ledger makes of that.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

from pipelines.costs import tracker
from pipelines.costs.doubts import (
    BELOW_FLOOR,
    BUSY_NEIGHBOURS,
    CHILDREN_LOST,
    COUNTRY_MISSING,
    NO_NETWORK,
    SILENT_FALLBACK,
    TRACKER_FAILED,
)
from pipelines.costs.tracker_reading import Metered, TrackerReading, reading
from pipelines.costs.usage import spent, usage

READING, SAID = "tracker.json", "said.json"

STATED = "FIN"
WATTS_PER_THREAD = 4.0

BURN = "import time; t = time.process_time()\nwhile time.process_time() - t < {seconds}: pass"
CHILD_CPU_S, CHILD_COUNT = 0.3, 20
"""Children shorter than the time between two samples, together above the floor of CodeCarbon."""

LONG_CPU_S, LONG_WALL_S = 2.5, 7.0
"""Work above the floor: 2 CPU-seconds and 10 samples half a second apart."""

SHORT_CPU_S = 0.02
SOME_CPU_S = 0.3


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One way to fail: what is done, and the doubt the ledger has to name it by; none where nothing is wrong."""

    what: str
    doubt: str | None
    run: Callable[[], tuple[TrackerReading, str | None]]
    has_neighbours: bool = False


def _metered(
    work: Callable[[], None], *, country: str | None = STATED, **settings: object
) -> tuple[TrackerReading, str | None]:
    """The reading of our own tracker around the work, with some settings made wrong."""
    running = tracker.start(
        country=country, watts_per_thread=WATTS_PER_THREAD, thread_count=os.cpu_count() or 1, settings=settings
    )
    begin = usage()
    work()
    used = spent(begin, usage())
    found = tracker.stop(running, cpu_s=used.cpu_s, cpu_children_s=used.cpu_children_s)
    return found, found.said


def _burn(cpu_s: float, wall_s: float = 0.0) -> None:
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()
    while time.process_time() - begun_cpu_s < cpu_s or time.monotonic() - begun_s < wall_s:
        pass


def _children() -> None:
    for _ in range(CHILD_COUNT):
        subprocess.run([sys.executable, "-c", BURN.format(seconds=CHILD_CPU_S)], check=True)


def _nothing_wrong() -> tuple[TrackerReading, str | None]:
    return _metered(lambda: _burn(LONG_CPU_S, LONG_WALL_S))


def _short_children() -> tuple[TrackerReading, str | None]:
    return _metered(_children)


def _no_country() -> tuple[TrackerReading, str | None]:
    """CodeCarbon alone goes on without one; ours is not started."""
    from codecarbon import OfflineEmissionsTracker  # noqa: PLC0415 - an optional library

    _, said = _alone(OfflineEmissionsTracker, country=None)
    found, _ = _metered(lambda: _burn(SOME_CPU_S), country=None)
    return found, said


def _no_such_country() -> tuple[TrackerReading, str | None]:
    return _metered(lambda: _burn(SOME_CPU_S), country="XXX")


def _no_network() -> tuple[TrackerReading, str | None]:
    """The tracker that looks up where it is, with every connection refused: nothing leaves the machine."""
    from codecarbon import EmissionsTracker  # noqa: PLC0415, TID251 - to show what it does

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError("the network is unreachable")

    setattr(socket.socket, "connect", refuse)  # noqa: B010 - a method may not be assigned to, says mypy
    socket.getaddrinfo = refuse
    return _alone(EmissionsTracker, country=STATED)


def _busy_neighbour() -> tuple[TrackerReading, str | None]:
    return _metered(lambda: _burn(LONG_CPU_S, LONG_WALL_S), tracking_mode="machine")


def _short_job() -> tuple[TrackerReading, str | None]:
    return _metered(lambda: _burn(SHORT_CPU_S))


def _no_such_folder() -> tuple[TrackerReading, str | None]:
    return _metered(lambda: _burn(SOME_CPU_S), output_methods=None, save_to_file=True, output_dir="/no/such/folder")


def _second_tracker() -> tuple[TrackerReading, str | None]:
    first = tracker.start(
        country=STATED,
        watts_per_thread=WATTS_PER_THREAD,
        thread_count=os.cpu_count() or 1,
        settings={"allow_multiple_runs": False},
    )
    found = _metered(lambda: _burn(SOME_CPU_S), allow_multiple_runs=False)
    tracker.stop(first, cpu_s=SOME_CPU_S)
    return found


def _never_started() -> tuple[TrackerReading, str | None]:
    from codecarbon import OfflineEmissionsTracker  # noqa: PLC0415 - an optional library

    never = OfflineEmissionsTracker(country_iso_code=STATED, output_methods=[], log_level="critical")
    _burn(SOME_CPU_S)
    found = tracker.stop(tracker.Running(tracker=never, country=STATED, why=""), cpu_s=SOME_CPU_S)
    return found, found.said


def _killed() -> tuple[TrackerReading, str | None]:
    tracker.start(country=STATED, watts_per_thread=WATTS_PER_THREAD, thread_count=os.cpu_count() or 1)
    _burn(SOME_CPU_S)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process goes on")


def _alone(kind: Any, *, country: str | None) -> tuple[TrackerReading, str | None]:  # noqa: ANN401 - of an optional library
    """CodeCarbon as its manual has it, and what its figures are worth where `country` was stated."""
    alone = kind(tracking_mode="process", output_methods=[], log_level="critical", measure_power_secs=1)
    alone.start()
    begin = usage()
    _burn(SOME_CPU_S)
    used = spent(begin, usage())
    emissions_kg = alone.stop()
    metered = Metered(
        country=country,
        cpu_s=used.cpu_s,
        cpu_children_s=used.cpu_children_s,
        sample_count=0,
        watts_per_thread=WATTS_PER_THREAD,
    )
    found = reading(emissions_kg, getattr(alone, "final_emissions_data", None), metered)
    return found, found.said


TRIALS = {
    "nothing_wrong": Trial(what="nothing", doubt=None, run=_nothing_wrong),
    "short_children": Trial(
        what=f"{CHILD_COUNT} children of {CHILD_CPU_S} CPU-s", doubt=CHILDREN_LOST.name, run=_short_children
    ),
    "no_country": Trial(what="no country stated", doubt=COUNTRY_MISSING.name, run=_no_country),
    "no_such_country": Trial(what="country XXX", doubt=SILENT_FALLBACK.name, run=_no_such_country),
    "no_network": Trial(what="online tracker, no network", doubt=NO_NETWORK.name, run=_no_network),
    "busy_neighbour": Trial(
        what="machine mode, busy neighbours", doubt=BUSY_NEIGHBOURS.name, run=_busy_neighbour, has_neighbours=True
    ),
    "short_job": Trial(what=f"a job of {SHORT_CPU_S * 1000:.0f} ms", doubt=BELOW_FLOOR.name, run=_short_job),
    "no_such_folder": Trial(what="a folder that is not there", doubt=TRACKER_FAILED.name, run=_no_such_folder),
    "second_tracker": Trial(what="a second tracker", doubt=TRACKER_FAILED.name, run=_second_tracker),
    "never_started": Trial(what="stopped, never started", doubt=TRACKER_FAILED.name, run=_never_started),
    "killed": Trial(what="killed at work", doubt=TRACKER_FAILED.name, run=_killed),
}


def _main(name: str, folder: Path) -> None:
    found, said = TRIALS[name].run()
    (folder / SAID).write_text(said or "null", encoding="utf-8")
    (folder / READING).write_text(json.dumps(asdict(found)), encoding="utf-8")


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]))
