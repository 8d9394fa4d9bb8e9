"""What judging costs: processor time for a night of 30,000 beats and an hour of running together, in a batch of 200.

    python benchmarks/judge.py [nights and runs] [rounds]

One thread; the tables are generated beforehand and do not count. A night has 1 % missed beats and every fourth run a
fault, because clean subjects are cheaper than real ones. Prints the best of three rounds, beats and runs apart as well:
their sum is more than both together where checks share a pass.
"""

import os
import sys
import time

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
BEATS, RUN_S = 30_000, 3600
SEED = 20261122
TARGET_S = 0.12
"""Processor time for one night and one run together."""

ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
STRUCK = ("heart_rate_dropout", "cadence_lock", "teleport", "zigzag")


def nights(count: int) -> Tables:
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


def runs(count: int) -> Tables:
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


def cost_s(tables: Tables, rounds: int) -> float:
    """Processor time (s) of judging the tables once: the best of so many rounds."""
    best = float("inf")
    for _ in range(rounds):
        started_s = time.process_time()
        judge_subjects(tables)
        best = min(best, time.process_time() - started_s)
    return best


def main() -> None:
    """Builds, judges and prints; starts itself again where more than one thread would be used."""
    if os.environ.get("POLARS_MAX_THREADS") != "1":
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ONE_THREAD})
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    beats, way = nights(count), runs(count)
    laps = {"laps": empty("laps")}
    judge_subjects({**runs(1), **laps})  # what is loaded once does not count
    for label, tables in (("nights", beats), ("runs", way), ("together", {**beats, **way})):
        each_s = cost_s({**tables, **laps}, rounds) / count
        print(f"{label}: {each_s:.4f} CPU-seconds for one of {count}, best of {rounds}")
    print("met" if each_s <= TARGET_S else "missed", f"(target {TARGET_S} CPU-seconds together)")


if __name__ == "__main__":
    main()
