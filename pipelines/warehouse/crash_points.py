"""Places where a run may be killed on purpose, so that tests can prove that a killed run leaves nothing half done.

The one module of the domain beside `pipelines.paths` that looks at the environment.
"""

import os
import signal
from collections import Counter

_COMMITS = ("migrate", "views", "drop", "recognise", "read", "load", "compact", "settle", "renew", "forget", "snapshot")
_RENAMES = ("create", "read", "load", "compact", "snapshot", "rewrite", "page", "manifest")

NAMES = tuple(
    sorted(
        [f"{stop}.{side}_commit" for stop in _COMMITS for side in ("before", "after")]
        + [f"{stop}.{side}_rename" for stop in _RENAMES for side in ("before", "after")]
    )
)
"""Every point: before and after each commit, rename and snapshot."""

_times_reached: Counter[str] = Counter()
_killed_too: list[int] = []


def kill_too(process: int) -> None:
    """From now on a kill of this process takes that one with it: a run does not outlive what reads for it."""
    _killed_too.append(process)


def reached(name: str) -> None:
    """Kills the process, as a power cut would, when `WATTWORTH_KILL_AT` is `name`, or `name:n` at the n-th time."""
    if name not in NAMES:
        raise ValueError(f"{name} is no crash point; add it to NAMES so that it is tested")
    asked = os.environ.get("WATTWORTH_KILL_AT")
    if asked is None:
        return
    _times_reached[name] += 1
    wanted, _, turn = asked.partition(":")
    if wanted == name and _times_reached[name] == int(turn or 1):
        for process in (*_killed_too, os.getpid()):
            os.kill(process, signal.SIGKILL)
