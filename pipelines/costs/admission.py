"""Which of the jobs that are due may start: not those of a retired rung, nor those the budget has nothing left for.

A job that may not leaves a row `not_run` in the ledger, with what it was expected to use and why. The run goes on.
What does not belong here: running a job.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from pipelines.costs import model_process
from pipelines.costs.budget import Decision, Price, decide, read_budget
from pipelines.costs.meter import Meter
from pipelines.costs.prices import prices, spent
from pipelines.costs.retirement import retired
from pipelines.models.catalogue import ALL, SCHEDULED, WILDCARDS, chosen, left_out
from pipelines.models.contract import Model
from pipelines.models.task import Task
from pipelines.warehouse.open import Warehouse
from pipelines.warehouse.query import frame

RETIREMENT = "retirement"
RETIRED_NOTE = "retired: no gain in {count} verdicts since {since}; it runs when it is named"


class Due(Protocol):
    """A model job, as far as this needs one."""

    @property
    def job_id(self) -> str:
        """Its identifier."""
        ...

    @property
    def model(self) -> Model:
        """Its rung."""
        ...

    @property
    def task(self) -> Task:
        """What it estimates."""
        ...

    @property
    def step_key(self) -> str:
        """Name of its row in the ledger."""
        ...


AnyJob = TypeVar("AnyJob", bound=Due)


@dataclass(frozen=True, kw_only=True)
class Admission(Generic[AnyJob]):
    """The jobs that may start, in order, and what is known of each beforehand."""

    jobs: list[AnyJob]
    expected_cpu_s: Mapping[str, float | None] = field(default_factory=dict)
    """CPU time (s) each job is expected to use, by step; null is not known."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is to be said of a job that was let through, by step; empty when nothing is."""
    overridden: frozenset[str] = frozenset()
    """Steps that may run only because someone said that the budget does not hold."""
    retired_count: int = 0
    refused_count: int = 0


def rungs(warehouse: Warehouse, squad: str, asked: tuple[str, ...]) -> tuple[Model, ...]:
    """The rungs asked for; `scheduled` means those that stand in the squad's jobs. An unknown name is an error."""
    names = tuple(name for name in asked if name != SCHEDULED)
    if SCHEDULED in asked:
        stored = _stored(warehouse, squad)
        names += tuple(model.name for model in chosen((ALL,)) if model.name in stored)
    return chosen(names)


def unable(warehouse: Warehouse, squad: str, asked: tuple[str, ...]) -> tuple[Model, ...]:
    """The rungs that `all`, or the schedule, would run and cannot, as their library is not installed."""
    if ALL in asked or SCHEDULED not in asked:
        return left_out(asked)
    stored = _stored(warehouse, squad)
    return tuple(model for model in left_out((ALL,)) if model.name in stored)


def _stored(warehouse: Warehouse, squad: str) -> set[str]:
    query = "select distinct model from model_jobs where squad = ? order by model"
    return {name for (name,) in warehouse.con.execute(query, [squad]).fetchall()}


def admitted(
    warehouse: Warehouse,
    squad: str,
    due: Sequence[AnyJob],
    *,
    asked: tuple[str, ...],
    day_counts: Mapping[str, int],
    meter: Meter,
    is_over_budget_ok: bool = False,
) -> Admission[AnyJob]:
    """Sorts out the jobs of retired rungs, then those beyond the budget; `day_counts`: athlete-days by task.

    A rung that was asked for by name is never taken for retired. Raises `ConfigurationError` for a budget that is none.
    """
    allowances = read_budget(warehouse.home.budget)
    if not due:
        return Admission(jobs=[])
    known = prices(warehouse, meter.machine)
    priced = {job.step_key: known.of(job.step_key, day_counts[job.task.name]) for job in due}
    expected = {step: price.expected.cpu_s for step, price in priced.items()}
    named = set(asked) - set(WILDCARDS)
    gone = _retired(warehouse, squad)
    kept = []
    for job in due:
        note = gone.get((job.task.name, job.model.name, job.model.version))
        if note is None or job.model.name in named:
            kept.append(job)
        else:
            _file(meter, job, refused_by=RETIREMENT, note=note, price=priced[job.step_key])
    around = known.around({model_process.rivals_job(job.task.name): day_counts[job.task.name] for job in kept})
    decisions = decide(
        {job.step_key: priced[job.step_key] for job in kept},
        allowances=allowances,
        spent=spent(warehouse, meter.clock()) if allowances else {},
        around=around,
        is_over_budget_ok=is_over_budget_ok,
    )
    jobs = _within_budget(meter, kept, decisions, priced)
    return Admission(
        jobs=jobs,
        expected_cpu_s=expected,
        notes={step: decision.note for step, decision in decisions.items()},
        overridden=frozenset(step for step, decision in decisions.items() if decision.is_overridden),
        retired_count=len(due) - len(kept),
        refused_count=len(kept) - len(jobs),
    )


def _within_budget(
    meter: Meter, kept: list[AnyJob], decisions: Mapping[str, Decision], priced: Mapping[str, Price]
) -> list[AnyJob]:
    jobs = []
    for job in kept:
        decision = decisions[job.step_key]
        if decision.refused_by is None:
            jobs.append(job)
        else:
            refused_by = f"{decision.refused_by} budget"
            _file(meter, job, refused_by=refused_by, note=decision.note, price=priced[job.step_key])
    return jobs


def _retired(warehouse: Warehouse, squad: str) -> dict[tuple[str, str, int], str]:
    history = frame(warehouse.con, "queries/verdicts_over_time.sql", squad=squad)
    return {
        (row["task"], row["model"], row["model_version"]): RETIRED_NOTE.format(
            count=row["verdict_count"], since=row["since_date"]
        )
        for row in retired(history).to_dicts()
    }


def _file(meter: Meter, job: Due, *, refused_by: str, note: str, price: Price) -> None:
    meter.file_known(
        job.step_key,
        purpose="backtest",
        rung=job.model.name,
        job_id=job.job_id,
        status="not_run",
        evidence="not_assessed",
        expected_cpu_s=price.expected.cpu_s,
        refused_by=refused_by,
        note=note,
    )
