"""How many cadence locks are found, by the share of the run that is locked and by device, and who is accused wrongly.

A lock is an optical sensor that shows the step rate, up to six seconds late and with a beat or so of noise. Half of the
clean runs have a step rate that is near the heart rate, as healthy runners have.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import polars as pl

from pipelines.progress import SILENT, Progress
from pipelines.proofs.cases import FIRST_START, KINDS, Tables
from pipelines.proofs.salts import salt
from pipelines.proofs.scoring import Event, Segment, Tally, score, wilson
from pipelines.quality.cadence_lock import FAMILY, find_lock
from pipelines.simulation.faults.stretches import CALM_S, changed, elapsed, numbers, put
from pipelines.simulation.frames import activity_row, pause_rows, record_rows
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.tables import empty

RUN_S = 2400
AT_ONCE = 60
SHARES = (0.06, 0.15, 0.30, 0.50)
"""Shares of the run that are locked."""
LATE_S, NOISE_BPM = (0, 7), 1.0
"""Range of the lag (s, upper end left out) and standard deviation of the noise."""
DEVICES = ("2 steps/min, every second", "1 step/min, every second", "2 steps/min, every 1 to 3 s", "smart recording")
"""In which steps the step rate is stored, and how often a record."""
NEAR_SPM = (150.0, 186.0)
"""Step rates that a runner may have whose step rate is put near the heart rate."""

RECALL_TARGET, CLEAN_TARGET = 0.9, 0.015
"""Share of locks that should be found, and of clean runs that may be accused."""


@dataclass(frozen=True, kw_only=True)
class LockScore:
    """Locked runs of one share and device."""

    share: float
    device: str
    run_count: int
    assessable_count: int
    """Runs whose device stores enough for the question."""
    found_count: int

    def as_json(self) -> dict[str, object]:
        """Counts and recall among all runs, with its 95 % interval."""
        return {**asdict(self), "recall_interval": wilson(self.found_count, self.run_count)}


@dataclass(frozen=True, kw_only=True)
class CleanScore:
    """Clean runs of one kind and how many of them are accused."""

    name: str
    run_count: int
    flagged_count: int

    def as_json(self) -> dict[str, object]:
        """Counts and the share accused, with its 95 % interval."""
        return {**asdict(self), "interval": wilson(self.flagged_count, self.run_count)}


@dataclass(frozen=True, kw_only=True)
class LockReport:
    """What is found, and who is accused."""

    locked: tuple[LockScore, ...]
    clean: tuple[CleanScore, ...]

    def as_json(self) -> dict[str, object]:
        """Both tables."""
        return {"locked": [one.as_json() for one in self.locked], "clean": [one.as_json() for one in self.clean]}

    def as_markdown(self) -> str:
        """Two tables."""
        lines = [
            "| share locked | device | runs | assessable | found | 95 % |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for one in self.locked:
            cells = (f"{one.share:.0%}", one.device, one.run_count, one.assessable_count)
            lines.append(_line(*cells, f"{one.found_count / one.run_count:.2f}", _ends(one.found_count, one.run_count)))
        lines += ["", "| clean runs | runs | accused | 95 % |", "| --- | --- | --- | --- |"]
        for own in self.clean:
            lines.append(_line(own.name, own.run_count, own.flagged_count, _ends(own.flagged_count, own.run_count)))
        return "\n".join(lines)


FAR, NEAR, STRAP = "step rate as it comes", "step rate near the heart rate", "a strap that is locked"
NEAR_SMART = "step rate near the heart rate, smart recording"


def lock_report(*, count: int, clean_count: int, seed: int, progress: Progress = SILENT) -> LockReport:
    """So many locked runs of each share and device, so many clean ones of either kind, and locked straps."""
    wanted = [(share, device) for share in SHARES for device in DEVICES]
    locked = [
        _locked(share, device, [(seed, salt("lock", f"{share:.2f}", device), number) for number in range(count)])
        for share, device in progress.over(wanted, label="measure locks", total=len(wanted), unit="kinds")
    ]
    clean = []
    for name, size in ((FAR, clean_count), (NEAR, clean_count), (NEAR_SMART, clean_count), (STRAP, count)):
        share = SHARES[-1] if name == STRAP else 0.0
        tallies, _ = _judged(share, name, [(seed, salt("no lock", name), number) for number in range(size)])
        flagged = sum(tally.flagged_count > 0 for tally in tallies)
        clean.append(CleanScore(name=name, run_count=size, flagged_count=flagged))
    return LockReport(locked=tuple(locked), clean=tuple(clean))


def _locked(share: float, device: str, keys: Sequence[tuple[int, int, int]]) -> LockScore:
    tallies, assessable = _judged(share, device, keys)
    return LockScore(
        share=share,
        device=device,
        run_count=len(keys),
        assessable_count=assessable,
        found_count=sum(tally.found_count for tally in tallies),
    )


def _judged(share: float, device: str, keys: Sequence[tuple[int, int, int]]) -> tuple[list[Tally], int]:
    """What the check says of each run, and how many it could assess."""
    tallies: list[Tally] = []
    assessable = 0
    for start in range(0, len(keys), AT_ONCE):
        made = [_subject(share, device, key) for key in keys[start : start + AT_ONCE]]
        tables = {name: pl.concat([one[0][name] for one in made]) for name in made[0][0]}
        found = find_lock(FAMILY.measure(FAMILY.rows(tables)))
        assessable += found.assessed.height
        segments: dict[str, list[Segment]] = {}
        for subject_id, rows in found.segments.select("subject_id", "row_indices").iter_rows():
            segments.setdefault(subject_id, []).append(Segment(rows=frozenset(rows), start_s=None, end_s=None))
        for own, event in made:
            name = own["activities"]["activity_id"][0]
            events = () if event is None else (event,)
            height = own["records"].height
            tallies.append(score(events, segments.get(name, []), scoring="rows", row_count=height))
    return tallies, assessable


def _subject(share: float, device: str, key: tuple[int, int, int]) -> tuple[Tables, Event | None]:
    """One run, and the lock in it."""
    rng = np.random.default_rng(key)
    runner = Runner(
        resting_bpm=rng.uniform(44.0, 58.0), max_bpm=rng.uniform(176.0, 196.0), threshold_m_per_s=rng.uniform(3.3, 4.6)
    )
    source = "strap" if device == STRAP else "wrist"
    plan = RunPlan(
        kind=KINDS[key[2] % len(KINDS)],
        moving_s=RUN_S,
        start_s=int(FIRST_START.timestamp()),
        heart_rate_source="strap" if device == STRAP else "wrist",
        is_smart=device in {DEVICES[3], NEAR_SMART},
    )
    made = run(rng, runner, plan)
    frame = record_rows(made.records, athlete_id=key[2], source_file_id=f"lock-{key[2]:06d}")
    if device == DEVICES[1]:
        finer = numbers(frame, "cadence_rpm") + 0.5 * rng.integers(-1, 1, frame.height)
        frame = put(frame, "cadence_rpm", finer)
    if device in {NEAR, NEAR_SMART}:
        frame = _near(frame)
    event = None
    if share:
        frame, event = _with_lock(frame, rng, share)
    if device == DEVICES[2]:
        frame, event = _thinned(frame, event, rng)
    row = activity_row(frame, made, heart_rate_source=source, sub_sport=None)
    tables = {"records": frame, "activities": row, "pauses": pause_rows(frame, made), "laps": empty("laps")}
    return tables, event


def _near(frame: pl.DataFrame) -> pl.DataFrame:
    """The step rate shifted so that its middle is that of the heart rate, as far as legs go."""
    spm, bpm = 2 * numbers(frame, "cadence_rpm"), numbers(frame, "heart_rate_bpm")
    to = float(np.clip(np.nanmedian(bpm), *NEAR_SPM)) - float(np.nanmedian(spm))
    return put(frame, "cadence_rpm", np.where(spm > 0, np.rint((spm + to) / 2), spm / 2))


def _with_lock(frame: pl.DataFrame, rng: np.random.Generator, share: float) -> tuple[pl.DataFrame, Event | None]:
    time_s = elapsed(frame)
    length_s = share * float(time_s[-1])
    start_s = rng.uniform(CALM_S, max(float(time_s[-1]) - CALM_S - length_s, CALM_S + 1.0))
    rows = slice(int(np.searchsorted(time_s, start_s)), int(np.searchsorted(time_s, start_s + length_s)))
    values, spm = numbers(frame, "heart_rate_bpm"), 2 * numbers(frame, "cadence_rpm")
    late = np.interp(time_s - float(rng.integers(*LATE_S)), time_s, spm)[rows]
    values[rows] = np.rint(late + NOISE_BPM * rng.standard_normal(len(late)))
    after, truth = changed(frame, put(frame, "heart_rate_bpm", values), rows, "heart_rate_bpm")
    return after, Event(rows=frozenset(truth["row_indices"][0]), start_s=None, end_s=None)


def _thinned(frame: pl.DataFrame, event: Event | None, rng: np.random.Generator) -> tuple[pl.DataFrame, Event | None]:
    """A record every one to three seconds."""
    kept = np.cumsum(rng.integers(1, 4, frame.height))
    kept = np.concatenate([[0], kept[kept < frame.height]])
    thin = frame[kept].with_columns(pl.Series("record_index", np.arange(len(kept)), frame.schema["record_index"]))
    if event is None:
        return thin, None
    rows = frozenset(int(row) for row in np.flatnonzero(np.isin(kept, list(event.rows))))
    return thin, Event(rows=rows, start_s=None, end_s=None)


def _line(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _ends(hits: int, count: int) -> str:
    interval = wilson(hits, count)
    return "" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"
