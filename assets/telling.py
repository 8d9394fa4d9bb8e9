"""How a stop is told to the orchestrator: metered work in, counts and a preview out.

What does not belong here: which stop there is, and what it does.
"""

from collections.abc import Iterator

import dagster as dg

from assets.session import RunSession, Work
from pipelines.costs.meter import Purpose
from pipelines.errors import WattworthError
from pipelines.progress import StepSummary


def told(
    context: dg.AssetExecutionContext, run: RunSession, work: Work, *, purpose: Purpose
) -> dg.MaterializeResult[None]:
    """Do the work for the squad of this partition and tell what it did.

    What the user has to mend is not tried again, nor what the user interrupted; any other error goes by the retry
    policy of the asset.
    """
    key = context.asset_key.to_user_string()
    try:
        summary = run.stop(
            key,
            work,
            purpose=purpose,
            squad=context.partition_key,
            attempt=context.op_execution_context.retry_number + 1,
        )
    except Exception as error:
        if isinstance(error, WattworthError):
            raise dg.Failure(description=str(error), allow_retries=False) from error
        raise
    except BaseException as error:  # an interrupt: the orchestrator would take it for a reason to try again
        raise dg.Failure(description="interrupted", allow_retries=False) from error
    return dg.MaterializeResult(metadata=metadata(summary, run_id=run.run_id))


def told_if_new(
    context: dg.AssetExecutionContext, run: RunSession, work: Work, *, purpose: Purpose
) -> Iterator[dg.MaterializeResult[None]]:
    """As `told`, but nothing at all for a squad that rests: the orchestrator then skips the stops behind, too."""
    if run.rests(context.partition_key):
        context.log.info("Nothing new: the pages were made from just this.")
        return
    yield told(context, run, work, purpose=purpose)


def metadata(summary: StepSummary, *, run_id: str) -> dict[str, dg.MetadataValue]:
    """What one step did, as the UI shows it: the count of its subjects, further counts, and the run in the ledger."""
    counts = {f"counts/{name}": dg.MetadataValue.int(count) for name, count in sorted(summary.counts.items())}
    days = {} if summary.athlete_day_count is None else {"athlete_days": summary.athlete_day_count}
    return {
        "dagster/row_count": dg.MetadataValue.int(summary.subject_count),
        "unit": dg.MetadataValue.text(summary.unit),
        "table": dg.MetadataValue.table(
            records=[dg.TableRecord({"what": name, "count": count}) for name, count in sorted(summary.counts.items())]
            or [dg.TableRecord({"what": summary.unit, "count": summary.subject_count})]
        ),
        "ledger_run": dg.MetadataValue.text(run_id),
        **counts,
        **{name: dg.MetadataValue.int(days[name]) for name in days},
    }
