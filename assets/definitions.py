"""All of the orchestration in one object, built by a function so that a test or the command line gets a fresh one.

What does not belong here: an asset, a check or a resource.
"""

from zoneinfo import ZoneInfo

import dagster as dg

from assets.checks import invariant_checks, quality_checks
from assets.resources import WarehouseResource
from assets.schedules import nightly
from assets.sensors import inbox_watch
from assets.session import RunSession
from assets.stops import (
    dropped_files,
    estimates,
    loaded_rows,
    observations,
    read_batches,
    recognised_files,
    site,
    verdicts,
)
from pipelines.paths import Home
from pipelines.paths import home as default_home

STOPS = (dropped_files, recognised_files, read_batches, loaded_rows, verdicts, observations, estimates, site)

JOB = "all_stops"


def build_definitions(
    *, home: Home | None = None, session: RunSession | None = None, zone: ZoneInfo | None = None
) -> dg.Definitions:
    """The eight stops, their checks, the job of them all, the nightly schedule and the inbox sensor.

    Without a `session` each run opens one of its own; the command line hands in the one it holds.
    """
    where = home or default_home()
    everything = dg.AssetSelection.assets(*STOPS) | dg.AssetSelection.checks_for_assets(*STOPS)
    job = dg.define_asset_job(
        JOB,
        selection=everything,
        description="Drop, recognise, read, load, judge, observe, estimate, publish: one squad.",
        executor_def=dg.in_process_executor,
    )
    own = WarehouseResource(root=str(where.root), inbox=str(where.inbox))
    return dg.Definitions(
        assets=STOPS,
        asset_checks=[*quality_checks(), *invariant_checks()],
        jobs=[job],
        schedules=[nightly(where, JOB, zone=zone or ZoneInfo("UTC"))],
        sensors=[inbox_watch(where, JOB)],
        resources={"run": session or own},
        executor=dg.in_process_executor,
    )


defs = build_definitions()
