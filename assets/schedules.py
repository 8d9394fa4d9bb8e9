"""The nightly run: every squad found in the inbox, once per date.

What does not belong here: what a run does.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import dagster as dg

from assets.squads import add_squads
from pipelines.paths import Home
from pipelines.readers.inbox import squads

NIGHTLY_CRON = "15 4 * * *"
"""Minutes past the hour, hour: after watches have synchronised, before a coach gets up."""


def nightly(home: Home, job_name: str, *, zone: ZoneInfo) -> dg.ScheduleDefinition:
    """A schedule that asks for one run per squad of the inbox; asking twice for one date runs it once."""

    @dg.schedule(
        name="nightly",
        cron_schedule=NIGHTLY_CRON,
        execution_timezone=zone.key,
        job_name=job_name,
        description="Every night: all squads found in the inbox. Needs a scheduler that is on at that time.",
    )
    def every_night(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        found = squads(home.inbox)
        if not found:
            yield dg.SkipReason(f"No athlete's folder in {home.inbox}.")
            return
        add_squads(context.instance, found)
        date = context.scheduled_execution_time.date().isoformat()
        for squad in found:
            yield dg.RunRequest(run_key=f"{date} {squad}", partition_key=squad, tags={"wattworth/trigger": "nightly"})

    return every_night
