"""What a model job is: one rung, one task, one state of a squad's days; and where those come from.

What does not belong here: running it (see `model_process`), storing what came of it (see `evaluated`).
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipelines.models.contract import Model
from pipelines.models.features import fingerprint
from pipelines.models.task import Task
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame

SEED = 20_260_101
"""Seed of every draw; any number would do, the same one always."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One model on one state of a squad's days, for one task."""

    job_id: str
    model: Model
    task: Task
    input_fingerprint: str

    @property
    def step_key(self) -> str:
        """Name of its row in the ledger."""
        return f"{self.model.name}:{self.task.name}"


@dataclass(frozen=True, kw_only=True)
class Input:
    """What there is to estimate a task from."""

    days: pl.DataFrame
    usable_count: int
    """Usable readings."""
    left_out_count: int
    """Readings that were there and not usable."""
    all_days: pl.DataFrame
    """The same with the values that are not usable put back in."""
    spoiled_count: int
    """Values of any kind that `all_days` has and `days` has not, or has otherwise."""

    @cached_property
    def fingerprint(self) -> str:
        """Hash of both frames: the same input, the same hash."""
        return hashlib.sha256((fingerprint(self.days) + fingerprint(self.all_days)).encode()).hexdigest()


def input_of(warehouse: Warehouse, squad: str, task: Task) -> Input:
    """What was observed of the squad for that task, with and without what is not usable."""
    observed = frame(warehouse.con, task.query, squad=squad, **task.parameters)
    everything = task.ungated(observed)
    gated = [name for name in observed.columns if f"any_{name}" in observed.columns]
    return Input(
        days=task.prepared(observed),
        usable_count=observed.filter("is_usable").height,
        left_out_count=observed.filter(~pl.col("is_usable")).height,
        all_days=task.prepared(everything),
        spoiled_count=sum(observed.filter(~everything[name].eq_missing(observed[name])).height for name in gated),
    )


def job_of(squad: str, task: Task, model: Model, found: Input) -> Job:
    """The job of that model; the same input, model and seed have the same `job_id`."""
    identity = "|".join((squad, model.name, str(model.version), task.name, str(SEED), found.fingerprint))
    job_id = hashlib.sha256(identity.encode()).hexdigest()[:12]
    return Job(job_id=job_id, model=model, task=task, input_fingerprint=found.fingerprint)
