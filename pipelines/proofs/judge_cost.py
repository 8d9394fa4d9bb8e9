"""What judging costs: processor time for a night of 30,000 beats and an hour of running together, in a batch.

    python -m pipelines.proofs.judge_cost [nights and runs] [rounds]

One thread; the tables are generated beforehand and do not count. A night has 1 % missed beats and every fourth run a
fault, because clean subjects are cheaper than real ones. Beats and runs are measured apart as well: their sum is more
than both together where checks share a pass.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipelines.proofs.cases import FIRST_START, Tables
from pipelines.quality.judge import judge_subjects
from pipelines.simulation.beats import rr_series
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.frames import activity_row, beat_rows, pause_rows, record_rows, series_row
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.tables import empty

COUNT, ROUNDS = 200, 3
QUICK_COUNT, QUICK_ROUNDS = 20, 2
"""Nights and runs in the batch, and how often it is judged."""

BEATS, RUN_S = 30_000, 3600
SEED = 20261122
TARGET_S = 0.12
"""Most processor time (s) for one night and one run together."""

ONE_THREAD = ("POLARS_MAX_THREADS=1", "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
STRUCK = ("heart_rate_dropout", "cadence_lock", "teleport", "zigzag")


@dataclass(frozen=True, kw_only=True)
class JudgeCost:
    """Processor time of one kind of batch, once per round."""

    name: str
    row_count: int
    """Beats or seconds of running of one subject; both for the two together."""
    each_s: tuple[float, ...]
    """Processor time (s) for one subject, round by round."""

    @property
    def best_s(self) -> float:
        """The best of the rounds: what a busy machine adds is no cost of ours."""
        return min(self.each_s)

    def as_json(self) -> dict[str, object]:
        """Seconds for one subject and microseconds a row: best, median and worst of the rounds."""
        rounds = (min(self.each_s), statistics.median(self.each_s), max(self.each_s))
        names = ("best", "median", "worst")
        return {
            "name": self.name,
            "row_count": self.row_count,
            "each_cpu_s": list(self.each_s),
            "cpu_s": dict(zip(names, rounds, strict=True)),
            "us_per_row": dict(zip(names, (1e6 * each / self.row_count for each in rounds), strict=True)),
        }


@dataclass(frozen=True, kw_only=True)
class JudgingReport:
    """Nights, runs, and both together."""

    batch_count: int
    nights: JudgeCost
    runs: JudgeCost
    together: JudgeCost

    def as_json(self) -> dict[str, object]:
        """The target and the three costs."""
        costs = {name: getattr(self, name).as_json() for name in ("nights", "runs", "together")}
        return {"target_cpu_s": TARGET_S, "batch_count": self.batch_count, **costs}

    def as_markdown(self) -> str:
        """One table."""
        lines = [
            f"Judging, one thread, batches of {self.batch_count}, {len(self.together.each_s)} rounds:",
            "",
            "| what | CPU-seconds each: best (worst) | rows each | µs a row: best (worst) |",
            "| --- | --- | --- | --- |",
        ]
        for one, rows in ((self.nights, "beats"), (self.runs, "seconds of running"), (self.together, "both")):
            best, worst = min(one.each_s), max(one.each_s)
            per_row = f"{1e6 * best / one.row_count:.2f} ({1e6 * worst / one.row_count:.2f})"
            lines.append(f"| {one.name} | {best:.4f} ({worst:.4f}) | {one.row_count:,} {rows} | {per_row} |")
        return "\n".join(lines) + "\n"


def judging_cost(count: int, rounds: int) -> JudgingReport:
    """Measures in this process, with the threads it has."""
    beats, way = _nights(count), _runs(count)
    laps = {"laps": empty("laps")}
    judge_subjects({**_runs(1), **laps})  # what is loaded once does not count
    measured = (("a night", BEATS, beats), ("an hour of running", RUN_S, way), ("together", BEATS + RUN_S, beats | way))
    costs = [
        JudgeCost(name=name, row_count=rows, each_s=tuple(_cost_s({**tables, **laps}, rounds, count)))
        for name, rows, tables in measured
    ]
    return JudgingReport(batch_count=count, nights=costs[0], runs=costs[1], together=costs[2])


def judging_cost_alone(*, quick: bool) -> JudgingReport:
    """Measures in a process of its own that has one thread: libraries take their number of threads as they start."""
    size = (QUICK_COUNT, QUICK_ROUNDS) if quick else (COUNT, ROUNDS)
    command = ["env", *ONE_THREAD, sys.executable, "-m", __name__, *map(str, size), "--json"]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return from_json(json.loads(answer.stdout))


def from_json(stored: dict[str, object]) -> JudgingReport:
    """The report from what `as_json` gave."""
    costs: dict[str, JudgeCost] = {}
    for name in ("nights", "runs", "together"):
        own = stored[name]
        assert isinstance(own, dict)
        costs[name] = JudgeCost(name=own["name"], row_count=own["row_count"], each_s=tuple(own["each_cpu_s"]))
    batch_count = stored["batch_count"]
    assert isinstance(batch_count, int)
    return JudgingReport(batch_count=batch_count, **costs)


def _nights(count: int) -> Tables:
    """So many nights of beats."""
    missed = next(fault for fault in faults() if fault.name == "missed_beat")
    beats, series = [], []
    for number in range(count):
        rng = np.random.default_rng([SEED, number])
        rr = rr_series(rng, beat_count=BEATS, mean_rr_ms=float(rng.uniform(850.0, 1300.0)), is_night=True)
        clean = beat_rows(rr, athlete_id=number, source_file_id=f"night-{number:06d}")
        frame, _ = missed.inject(clean, rng, 1)
        beats.append(frame)
        series.append(series_row(frame, start_at_utc=FIRST_START, reading="night"))
    return {"beats": pl.concat(beats), "beat_series": pl.concat(series)}


def _runs(count: int) -> Tables:
    """So many runs of an hour, recorded every second."""
    struck = {fault.name: fault for fault in faults()}
    records, activities, pauses = [], [], []
    for number in range(count):
        rng = np.random.default_rng([SEED, 1, number])
        runner = Runner(resting_bpm=50.0, max_bpm=188.0, threshold_m_per_s=float(rng.uniform(3.3, 4.6)))
        plan = RunPlan(kind="steady", moving_s=RUN_S, start_s=int(FIRST_START.timestamp()), heart_rate_source="wrist")
        made = run(rng, runner, plan)
        frame = record_rows(made.records, athlete_id=number, source_file_id=f"run-{number:06d}")
        if number % 4 == 0:
            frame, _ = struck[STRUCK[number // 4 % len(STRUCK)]].inject(frame, rng, 2)
        records.append(frame)
        activities.append(activity_row(frame, made, heart_rate_source="wrist", sub_sport=None))
        pauses.append(pause_rows(frame, made))
    return {"records": pl.concat(records), "activities": pl.concat(activities), "pauses": pl.concat(pauses)}


def _cost_s(tables: Tables, rounds: int, count: int) -> list[float]:
    """Processor time (s) of judging one of so many, round by round."""
    taken = []
    for _ in range(rounds):
        started_s = time.process_time()
        judge_subjects(tables)
        taken.append((time.process_time() - started_s) / count)
    return taken


def main(arguments: Sequence[str]) -> None:
    """Builds, judges and prints."""
    numbers = [int(text) for text in arguments if text != "--json"]
    report = judging_cost(*(numbers + [COUNT, ROUNDS][len(numbers) :]))
    sys.stdout.write(json.dumps(report.as_json()) if "--json" in arguments else report.as_markdown())


if __name__ == "__main__":
    main(sys.argv[1:])
