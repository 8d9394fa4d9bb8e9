"""Who is billed for a step: the athletes whose subjects it worked on, each with a share.

The shares are noted before a step begins, so that a killed step has its receipts too, and noted anew when it turns out
to have worked on something else. What does not belong here: the sums, which are the view `mart_receipts`.
"""

import polars as pl

from pipelines.progress import StepSummary
from pipelines.tables import conform
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame, insert

DROP_STEP = "dropped_files"
"""The step that finds the files: whose they are is known only behind it."""
QUEUED_STEPS = ("verdicts", "observations")
"""Steps that do everything anew, whatever was queued, when their definitions changed."""
EVERYTHING = "everything"


def share_step(warehouse: Warehouse, entry_id: str, step_key: str, squad: str) -> int:
    """Notes who would be billed for a step about to begin; gives the number of subjects it has before it."""
    return _note(warehouse, entry_id, step_key, squad)


def share_done_step(
    warehouse: Warehouse, entry_id: str, step_key: str, squad: str, *, done: StepSummary, expected_count: int
) -> None:
    """Notes the shares of a step anew when it ended otherwise than it began.

    The inbox was only looked into by the step itself; and a step that worked on another number of subjects than were
    queued did everything anew, so that all subjects of the squad share it.
    """
    if step_key == DROP_STEP:
        _note(warehouse, entry_id, step_key, squad)
    elif step_key in QUEUED_STEPS and done.subject_count != expected_count:
        _note(warehouse, entry_id, EVERYTHING, squad)


def _note(warehouse: Warehouse, entry_id: str, step: str, squad: str) -> int:
    con = warehouse.con
    shares = frame(con, "queries/work_of_step.sql", step=step, squad=squad)
    con.execute("delete from step_shares where entry_id = ?", [entry_id])
    insert(con, "step_shares", conform(shares.with_columns(entry_id=pl.lit(entry_id)), "step_shares"))
    return int(shares["subject_count"].sum())
