"""What an asset is handed: the open session of its run.

What does not belong here: what a stop does, and anything about Dagster's history.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import Field

from assets.session import Orders, RunSession, open_session
from pipelines.models.catalogue import SCHEDULED
from pipelines.paths import home

PARTITION_TAG = "dagster/partition"
"""Tag in which the orchestrator keeps the partition of a run: here the squad."""

UI_WAIT_S = 1800.0
"""How long a run of the UI waits for another to let go of the warehouse (s): half an hour, then it says for whom."""


class WarehouseResource(dg.ConfigurableResource[RunSession]):
    """The lock, the DuckDB connection and the meter, held once per run and closed in order when it ends."""

    root: str = Field(description="Folder that holds inbox, warehouse and site.")
    inbox: str = Field(description="Folder of the athletes' folders.")
    country: str = Field(default="", description="Grid country (ISO 3166-1 alpha-3); empty when not stated.")
    models: list[str] = Field(
        default=[SCHEDULED],
        description="Rungs of the model ladder to run; scheduled: those run before and not retired; none when empty.",
    )
    is_over_budget_ok: bool = Field(default=False, description="Let model jobs pass that the budget would refuse.")
    wait_s: float = Field(default=UI_WAIT_S, description="How long to wait for another run (s).")

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[RunSession]:
        """The session of this run; raises `WarehouseBusy` when another holds the warehouse too long."""
        assert context.run is not None
        assert context.log is not None
        squad = context.run.tags.get(PARTITION_TAG, "")
        orders = Orders(
            models=tuple(self.models),
            country=self.country or None,
            wait_s=self.wait_s,
            is_over_budget_ok=self.is_over_budget_ok,
            asked_by="the interface",
        )
        where = home(Path(self.root), inbox=Path(self.inbox))
        with open_session(
            where, run_id=context.run.run_id, trigger="ui", squads=(squad,), orders=orders, say=context.log.warning
        ) as session:
            yield session
