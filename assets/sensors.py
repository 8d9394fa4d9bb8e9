"""The inbox sensor: runs a squad when something was dropped for it. Off unless someone turns it on.

What does not belong here: opening or judging a file; the first stop does that.
"""

import json
from collections import defaultdict
from pathlib import Path

import dagster as dg

from assets.squads import SQUADS
from pipelines.paths import Home
from pipelines.readers.athlete_card import look_at_card
from pipelines.readers.inbox import athlete_folders, is_ignored

LOOK_EVERY_S = 300
"""Time between two looks at the inbox (s): a coach does not read faster than that."""

DEAR = (
    "Runs a squad when its part of the inbox changed. Off by default: a daemon that is always on is the dearest part "
    "of a small installation; the nightly run from cron or a systemd timer needs none."
)


def inbox_watch(home: Home, job_name: str) -> dg.SensorDefinition:
    """A sensor that compares names, sizes and times in the inbox with its last look, squad by squad."""

    @dg.sensor(
        name="inbox",
        job_name=job_name,
        minimum_interval_seconds=LOOK_EVERY_S,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description=DEAR,
    )
    def inbox(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        seen: dict[str, str] = json.loads(context.cursor or "{}")
        now = looks(home.inbox)
        changed = [squad for squad, look in now.items() if seen.get(squad) != look]
        if not changed:
            return dg.SensorResult(skip_reason="Nothing new in the inbox.")
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(run_key=f"{squad} {now[squad]}", partition_key=squad, tags={"wattworth/trigger": "inbox"})
                for squad in changed
            ],
            dynamic_partitions_requests=[SQUADS.build_add_request(changed)],
            cursor=json.dumps(now, sort_keys=True),
        )

    return inbox


def looks(inbox: Path) -> dict[str, str]:
    """How each squad's part of the inbox looks from outside: number of files, bytes, newest change (ns)."""
    if not inbox.is_dir():
        return {}
    figures: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for folder in athlete_folders(inbox):
        files = [path.lstat() for path in sorted(folder.rglob("*")) if path.is_file() and not is_ignored(path.name)]
        squad = look_at_card(folder).card.squad
        figures[squad] += [(status.st_size, status.st_mtime_ns) for status in files]
    return {
        squad: f"{len(files)} files, {sum(s for s, _ in files)} bytes, {max((m for _, m in files), default=0)}"
        for squad, files in sorted(figures.items())
    }
