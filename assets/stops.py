"""The eight stops as assets, one partition per squad.

What does not belong here: a question about data. A body hands the work of its stop to the session of the run,
inside the meter, and tells what was done.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import dagster as dg

from assets.session import RunSession
from assets.squads import SQUADS
from assets.telling import told, told_if_new
from pipelines.costs.estimate import estimate
from pipelines.quality.stop import judge
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.reading import read

Run = dg.ResourceParam[RunSession]

OUTSIDE_TROUBLE = dg.RetryPolicy(max_retries=2, delay=2, backoff=dg.Backoff.EXPONENTIAL)
"""Retries of the stops that touch the inbox, which may lie on a shared disk; `delay` in s."""

A_NIGHT_AND_A_HALF = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=26))
"""The inbox is looked into nightly: one missed night is worth a look, a day and a half is a failure. Pages stay as they
are when nothing was found."""


@dg.asset(
    partitions_def=SQUADS,
    group_name="intake",
    retry_policy=OUTSIDE_TROUBLE,
    freshness_policy=A_NIGHT_AND_A_HALF,
    tags={"stop": "1"},
)
def dropped_files(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """Exports found in the inbox, told apart by content; what cannot be taken is set aside with its reason."""
    work = partial(drop, now=datetime.now(UTC), is_verified=run.orders.is_verified)
    return told(context, run, work, purpose="ingest")


@dg.asset(partitions_def=SQUADS, deps=[dropped_files], group_name="intake", output_required=False, tags={"stop": "2"})
def recognised_files(context: dg.AssetExecutionContext, run: Run) -> Iterator[dg.MaterializeResult[None]]:
    """Files that exactly one reader says yes to; the others are set aside with the candidates named.

    When the squad's pages were made from just what lies there now, this stop and those behind it are skipped.
    """
    yield from told_if_new(context, run, recognise, purpose="ingest")


@dg.asset(
    partitions_def=SQUADS,
    deps=[recognised_files],
    group_name="intake",
    retry_policy=OUTSIDE_TROUBLE,
    tags={"stop": "3"},
)
def read_batches(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """Rows as the files hold them, staged as Parquet, with what was lost and why."""
    return told(context, run, partial(read, process_count=run.orders.process_count), purpose="ingest")


@dg.asset(partitions_def=SQUADS, deps=[read_batches], group_name="intake", tags={"stop": "4"})
def loaded_rows(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """Raw rows in the warehouse, one transaction per file, never edited afterwards."""
    return told(context, run, load, purpose="ingest")


@dg.asset(partitions_def=SQUADS, deps=[loaded_rows], group_name="trust", tags={"stop": "5"})
def verdicts(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """Flags of the touched subjects, and for each purpose: usable, not usable or not assessable."""
    return told(context, run, judge, purpose="judge")


@dg.asset(partitions_def=SQUADS, deps=[verdicts], group_name="trust", tags={"stop": "6"})
def observations(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """Values with expected error, grade and reasons, and the usual range they stand against."""
    return told(context, run, run.observe, purpose="observe")


@dg.asset(partitions_def=SQUADS, deps=[observations], group_name="insight", tags={"stop": "7"})
def estimates(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """What the models asked for say of next mornings, against naive rivals, and whether it was worth its cost."""
    return told(context, run, run.bound(estimate), purpose="predict")


@dg.asset(
    partitions_def=SQUADS,
    deps=[estimates],
    group_name="insight",
    tags={"stop": "8"},
)
def site(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """The pages whose inputs changed: coach, athlete, analyst and cost."""
    return told(context, run, run.publish, purpose="publish")
