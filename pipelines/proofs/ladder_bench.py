"""The bench of the ladder: each rung in a fresh process, several times, what it cost and what it gained.

Verdicts follow from the figures by the rule in `models.verdicts`, the same that a night uses. What does not belong
here: the generator (see `ladder_squad`), tables to read (see `ladder_report`).
"""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.costs import model_process
from pipelines.costs.machine import Machine
from pipelines.models.catalogue import missing, models
from pipelines.models.contract import Model
from pipelines.models.evaluate import FIRST_ORIGIN_DAYS, Skill, coach_error, is_scored, same_nights, skills
from pipelines.models.task import KEY, Task
from pipelines.models.verdicts import Comparison, Rung, judged
from pipelines.progress import Progress
from pipelines.proofs import ladder_job
from pipelines.proofs.ladder_job import RIVALS

MODULE = "pipelines.proofs.ladder_job"


@dataclass(frozen=True, kw_only=True)
class World:
    """A squad whose days are known, simulated or not, for one task."""

    name: str
    task: Task
    days: pl.DataFrame
    is_simulated: bool
    left_out_count: int = 0

    @property
    def long_enough_count(self) -> int:
        """Athletes with enough days for a first origin."""
        spans = self.days.group_by("athlete_id").agg(days=pl.col("day_date").max() - pl.col("day_date").min())
        return spans.filter(pl.col("days").dt.total_days() >= FIRST_ORIGIN_DAYS).height


@dataclass(frozen=True, kw_only=True)
class Cost:
    """CPU time (s) of the rolling origin, one figure per repeat, and of athletes held out, once."""

    cpu_s: tuple[float, ...]
    process_cpu_s: tuple[float, ...]
    """The whole process, imports and the look for a look ahead included."""
    held_out_cpu_s: float | None = None

    @property
    def mean_cpu_s(self) -> float:
        """Mean over the repeats (s)."""
        return sum(self.cpu_s) / len(self.cpu_s)


@dataclass(frozen=True, kw_only=True)
class RungResult:
    """One rung in one world; `why_not` says why there is nothing else, where there is nothing."""

    rung: str
    cost_class: str
    why_not: str = ""
    cost: Cost | None = None
    skill: Skill | None = None
    """Against the best naive rival."""
    held_out: Skill | None = None
    coach_error: float | None = None
    rival_coach_error: float | None = None
    is_repeatable: bool | None = None
    """Whether every repeat gave the same estimates; null with one."""
    comparison: Comparison | None = None


@dataclass(frozen=True, kw_only=True)
class RivalError:
    """Mean absolute error of one rival on every row with enough history that all of them estimated."""

    rival: str
    row_count: int
    mean_absolute_error: float
    coach_error: float


@dataclass(frozen=True, kw_only=True)
class WorldResult:
    """Every rung in one world, cheapest first."""

    world: World
    rivals_cost: Cost | None
    rivals: tuple[RivalError, ...]
    rungs: tuple[RungResult, ...]


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What came of all repeats of one rung."""

    cost: Cost
    looks_ahead: bool
    estimates: pl.DataFrame
    held_out: pl.DataFrame | None
    is_repeatable: bool | None


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """What came of one world, before anything is judged."""

    world: World
    rivals_cost: Cost | None = None
    rivals: tuple[RivalError, ...] = ()
    found: Sequence[tuple[RungResult, Rung | None]] = ()


class RungFailed(Exception):
    """The process of a rung ended badly; the message is the last line it said."""


def bench_squad(
    worlds: Sequence[World], *, names: Sequence[str], repeat_count: int, seed: int, progress: Progress
) -> tuple[WorldResult, ...]:
    """Runs the rivals and each rung of that name in processes of their own, one world after the other.

    `worlds` are the tasks of one squad: their rungs are judged together, since every comparison counts.
    """
    tried = [_tried(world, names, repeat_count, seed, progress) for world in worlds]
    ladders = [([rung for _, rung in one.found if rung], one.world.task.smallest_gain_fraction) for one in tried]
    verdicts = judged(ladders, is_simulated=any(world.is_simulated for world in worlds), seed=seed)
    results = []
    for one, ladder in zip(tried, verdicts, strict=True):
        told = {found.rung.name: found for found in ladder}
        rungs = [replace(result, comparison=told.get(result.rung)) for result, _ in one.found]
        by_cost = sorted(rungs, key=lambda rung: (rung.cost is None, rung.cost.mean_cpu_s if rung.cost else 0.0))
        results.append(
            WorldResult(world=one.world, rivals_cost=one.rivals_cost, rivals=one.rivals, rungs=tuple(by_cost))
        )
    return tuple(results)


def told_apart(results: Sequence[RungResult]) -> Iterator[tuple[RungResult, RungResult, bool | None]]:
    """Each rung with the next dearer one, and whether their CPU times can be told apart; null with one repeat."""
    paid = [one for one in results if one.cost is not None]
    for cheap, dear in pairwise(paid):
        assert cheap.cost is not None
        assert dear.cost is not None
        is_apart = max(cheap.cost.cpu_s) < min(dear.cost.cpu_s) if len(cheap.cost.cpu_s) > 1 else None
        yield cheap, dear, is_apart


def joules(cpu_s: float, machine: Machine, factor: dict[str, float]) -> tuple[float, float, float]:
    """Energy (J) of that CPU time on that machine: middle, then the ends of the 90 % interval."""
    energy_j = cpu_s * machine.watts_per_thread
    return energy_j * factor["q50"], energy_j * factor["q05"], energy_j * factor["q95"]


def _tried(world: World, names: Sequence[str], repeat_count: int, seed: int, progress: Progress) -> _Tried:
    if world.long_enough_count == 0:
        return _Tried(world=world)
    rivals = _run(world, RIVALS, repeat_count=repeat_count, seed=seed, is_held_out=False)
    able = [model for model in models() if model.name in names and world.task.name in model.tasks]
    found = [
        _rung(world, model, rivals.estimates, repeat_count=repeat_count, seed=seed)
        for model in progress.over(able, label=world.name, total=len(able), unit="rungs")
    ]
    return _Tried(
        world=world, rivals_cost=rivals.cost, rivals=tuple(_rival_errors(world, rivals.estimates)), found=found
    )


def _rival_errors(world: World, rivals: pl.DataFrame) -> Iterator[RivalError]:
    """Best first; none where no row has enough history."""
    with_history = world.task.rows(world.days).filter(is_scored()).select(KEY)
    rows = rivals.join(with_history, on=KEY, how="semi").drop_nulls()
    if rows.is_empty():
        return
    errors = {
        name: float(np.abs(rows[name].to_numpy() - rows["target"].to_numpy()).mean()) for name in world.task.rivals
    }
    for name, error in sorted(errors.items(), key=lambda item: item[1]):
        told = coach_error(rows, name, world.task.coach_unit)
        yield RivalError(rival=name, row_count=rows.height, mean_absolute_error=error, coach_error=told)


def _rung(
    world: World, model: Model, rivals: pl.DataFrame, *, repeat_count: int, seed: int
) -> tuple[RungResult, Rung | None]:
    result = RungResult(rung=model.name, cost_class=model.cost_class)
    if not model.is_installed:
        return replace(result, why_not=f"not run: {missing(model)}"), None
    try:
        done = _run(world, model.name, repeat_count=repeat_count, seed=seed, is_held_out=True)
    except RungFailed as error:
        return replace(result, why_not=f"failed: {error}"), None
    nights = same_nights(done.estimates, rivals)
    own = skills(nights, seed=seed)
    best = own[0].rival if own else ""
    result = replace(result, cost=done.cost, is_repeatable=done.is_repeatable)
    if own and not done.looks_ahead:
        held_out = skills(same_nights(done.held_out, rivals), seed=seed) if done.held_out is not None else ()
        result = replace(
            result,
            skill=own[0],
            held_out=next((one for one in held_out if one.rival == best), None),
            coach_error=coach_error(nights, "estimate", world.task.coach_unit),
            rival_coach_error=coach_error(nights, best, world.task.coach_unit),
        )
    compared = nights.select(*KEY, "target", "estimate", best_rival=best or "target")
    rung = Rung(
        name=model.name,
        job_id=model.name,
        cpu_s=done.cost.mean_cpu_s,
        nights=compared,
        best_rival=best,
        looks_ahead=done.looks_ahead,
    )
    return result, rung


def _run(world: World, name: str, *, repeat_count: int, seed: int, is_held_out: bool) -> _Run:
    cpu_s, process_cpu_s, estimates = [], [], []
    held_out, held_out_cpu_s, looks_ahead = None, None, False
    for repeat in range(repeat_count):
        with tempfile.TemporaryDirectory(prefix="wattworth-ladder-") as scratch:
            folder = Path(scratch)
            world.days.write_parquet(folder / f"{world.task.name}.parquet")
            order = {"task": world.task.name, "model": name, "seed": seed, "is_held_out": is_held_out and repeat == 0}
            (folder / ladder_job.ORDER).write_text(json.dumps(order), encoding="utf-8")
            ended = model_process.run(folder, module=MODULE)
            if ended.exit_code != 0:
                raise RungFailed((ended.said.strip().splitlines() or [f"signal {-ended.exit_code}"])[-1])
            about = json.loads((folder / ladder_job.ABOUT).read_text(encoding="utf-8"))
            estimates.append(pl.read_parquet(folder / ladder_job.ESTIMATES))
            if (folder / ladder_job.HELD_OUT).is_file():
                held_out = pl.read_parquet(folder / ladder_job.HELD_OUT)
                held_out_cpu_s = about["held_out_cpu_s"]
            looks_ahead = looks_ahead or about["looks_ahead"]
            cpu_s.append(about["cpu_s"])
            process_cpu_s.append(ended.cpu_s)
    first, *others = estimates
    return _Run(
        cost=Cost(cpu_s=tuple(cpu_s), process_cpu_s=tuple(process_cpu_s), held_out_cpu_s=held_out_cpu_s),
        looks_ahead=looks_ahead,
        estimates=first,
        held_out=held_out,
        is_repeatable=all(one.equals(first) for one in others) if others else None,
    )
