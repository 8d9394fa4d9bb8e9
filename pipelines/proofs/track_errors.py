"""How wrong distance and mean pace are with each fault of a track: as the file says, and after judging.

As the file says: its last counted distance, else the sum of all steps between positions, over the time from the first
stamp to the last without pauses. After judging: what we say of it, where the verdict lets it be used. Truth is what the
generator ran.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import polars as pl

from pipelines.progress import SILENT, Progress
from pipelines.proofs.cases import FIRST_START, KINDS, Tables
from pipelines.proofs.salts import salt
from pipelines.proofs.scoring import Event, Segment, score
from pipelines.proofs.track_faults import COUNTED, NO_FAULT, PLACED, TRACK_FAULTS, TrackFault
from pipelines.proofs.track_report import Errors, TrackScore
from pipelines.proofs.track_ways import WAYS, laid
from pipelines.quality.catalogue import checks
from pipelines.quality.fact_frames import wide_facts
from pipelines.quality.judge import judge_alone
from pipelines.quality.verdicts import decide
from pipelines.simulation.faults.contract import SEVERITIES
from pipelines.simulation.faults.stretches import elapsed, numbers, put
from pipelines.simulation.frames import activity_row, pause_rows, record_rows
from pipelines.simulation.noise import Series
from pipelines.simulation.running import Run, Runner, RunPlan, run
from pipelines.tables import conform, empty
from pipelines.units import EARTH_RADIUS_M

RUN_S = 1800
AT_ONCE = 60
"""Runs that are judged together."""
QUICK_SEVERITIES = (2,)
PURPOSES = {"distance": "distance_m", "mean_pace": "mean_speed_m_per_s"}

SMART, PAUSED, SPARSE = "smart", "with pauses", "every 15 s"
CONTROLS = ("every second", SMART, PAUSED, SPARSE, *WAYS)
"""Clean runs: recorded every second, every one to seven, with the timer stopped, thinned out, and along ways that look
like faults."""
SPARSE_STEP = 15


@dataclass(frozen=True, kw_only=True)
class Case:
    """One run: what was run, what the file says of it, and where its fault lies."""

    subject_id: str
    true_m: float
    true_s: float
    file_m: float
    file_s: float
    row_count: int
    events: tuple[Event, ...]


def track_scores(*, quick: bool, seed: int, count: int, progress: Progress = SILENT) -> tuple[TrackScore, ...]:
    """Every fault of a track at every severity, so many runs of each, and as many clean ones of each kind."""
    severities = QUICK_SEVERITIES if quick else SEVERITIES
    wanted = [(fault, recorder) for fault in TRACK_FAULTS for recorder in fault.recorders]
    found: list[TrackScore] = []
    for fault, recorder in progress.over(wanted, label="measure tracks", total=len(wanted), unit="faults"):
        for severity in severities:
            keys = [(seed, salt("track", fault.name, recorder), severity, number) for number in range(count)]
            found.append(_score(fault, recorder, severity, fault.sizes[severity - 1], keys))
    for name, recorder in ((name, recorder) for name in CONTROLS for recorder in (COUNTED, PLACED)):
        keys = [(seed, salt("clean track", name, recorder), 0, number) for number in range(count)]
        found.append(_score(NO_FAULT, recorder, 0, name, keys))
    return tuple(found)


def _score(
    fault: TrackFault, recorder: str, severity: int, size: str, keys: Sequence[tuple[int, int, int, int]]
) -> TrackScore:
    """One row of the table: runs built and judged a batch at a time."""
    rows: list[dict[str, float | int | bool]] = []
    for start in range(0, len(keys), AT_ONCE):
        made = [_subject(fault, recorder, severity, size, key) for key in keys[start : start + AT_ONCE]]
        tables = {name: pl.concat([one[0][name] for one in made]) for name in made[0][0]}
        rows += _outcomes(tables, [one[1] for one in made], fault)
    table = pl.DataFrame(rows)
    chance = np.random.default_rng([*keys[0][:3]])
    own = {
        purpose: Errors.of(
            before=table[f"{purpose}_before"].to_numpy(),
            after=table.filter(f"{purpose}_usable")[f"{purpose}_after"].to_numpy(),
            withheld_count=table.height - int(table[f"{purpose}_usable"].sum()),
            chance=chance,
            expected=table.filter(f"{purpose}_usable")[f"{purpose}_expected"].to_numpy(),
        )
        for purpose in PURPOSES
    }
    return TrackScore(
        fault=fault.name,
        size=size,
        severity=severity,
        recorder=recorder,
        run_count=table.height,
        event_count=int(table["event_count"].sum()),
        found_count=int(table["found_count"].sum()),
        doubtful_count=int((table["is_doubtful"] & ~table["is_unusable"]).sum()),
        unusable_count=int(table["is_unusable"].sum()),
        distance=own["distance"],
        mean_pace=own["mean_pace"],
    )


def _subject(
    fault: TrackFault, recorder: str, severity: int, size: str, key: tuple[int, int, int, int]
) -> tuple[Tables, Case]:
    """One run with the fault as its recorder stores it."""
    rng = np.random.default_rng(key)
    runner = Runner(resting_bpm=50.0, max_bpm=188.0, threshold_m_per_s=float(rng.uniform(3.3, 4.6)))
    plan = RunPlan(
        kind=KINDS[key[3] % len(KINDS)],
        moving_s=RUN_S,
        start_s=int(FIRST_START.timestamp()),
        is_smart=size == SMART,
        pause_count=2 if size == PAUSED else 0,
    )
    made = run(rng, runner, plan)
    clean = record_rows(made.records, athlete_id=key[3], source_file_id=f"track-{key[2]}-{key[3]:05d}")
    true_m = made.true_distance_m
    if size in WAYS:
        clean, true_m = laid(clean, rng, size, true_m=true_m)
    struck, events = fault.inject(clean, rng, severity)
    frame = _recorded(struck, events, fault, recorder, severity)
    if size == SPARSE:
        kept = frame[::SPARSE_STEP]
        frame = kept.with_columns(pl.Series("record_index", np.arange(kept.height), kept.schema["record_index"]))
    case = _case(frame, clean, made, events=events, stands=fault.stands)
    return _tables(frame, made, recorder), replace(case, true_m=case.true_m * true_m / made.true_distance_m)


def _recorded(
    frame: pl.DataFrame, events: pl.DataFrame, fault: TrackFault, recorder: str, severity: int
) -> pl.DataFrame:
    """The records with distance counted along their positions, or with positions and nothing else."""
    if recorder == PLACED:
        return frame.with_columns(
            pl.lit(None, dtype=frame.schema[name]).alias(name)
            for name in ("distance_m", "speed_m_per_s", "cadence_rpm")
        )
    steps = _steps_m(frame)
    if fault.stops_counting:
        lost = events["row_indices"].explode().to_numpy()
        steps[lost] = 0.0
    factor = fault.factors[severity - 1] if severity else 1.0
    counted = put(frame, "distance_m", np.round(np.cumsum(steps) * factor, 2))
    return put(counted, "speed_m_per_s", np.round(numbers(frame, "speed_m_per_s") * factor, 3))


def _steps_m(frame: pl.DataFrame) -> Series:
    """Way (m) from each position to the next; 0 at the first."""
    north, east = (np.radians(numbers(frame, name)) for name in ("latitude_deg", "longitude_deg"))
    steps = EARTH_RADIUS_M * np.hypot(np.diff(north), np.diff(east) * np.cos(north[1:]))
    return np.asarray(np.concatenate([[0.0], steps]), dtype=np.float64)


def _tables(frame: pl.DataFrame, made: Run, recorder: str) -> Tables:
    activity = activity_row(frame, made, heart_rate_source="strap", sub_sport=None)
    late = timedelta(seconds=max(0.0, float(elapsed(frame)[-1]) - (made.end_s - made.start_s)))
    activity = activity.with_columns(pl.col("end_at_utc") + late)
    if recorder == PLACED:
        activity = activity.with_columns(pl.lit(None, dtype=pl.Float64).alias("distance_m"))
    return {
        "records": frame,
        "activities": conform(activity, "activities"),
        "pauses": pause_rows(frame, made),
        "laps": empty("laps"),
    }


def _case(frame: pl.DataFrame, clean: pl.DataFrame, made: Run, *, events: pl.DataFrame, stands: bool) -> Case:
    """What was run, and what the file says; `stands` says that the rows of the event were not."""
    true_m, true_s = made.true_distance_m, float(RUN_S)
    if stands:
        rows = events["row_indices"].explode().to_numpy()
        way = numbers(clean, "distance_m")
        # The clean device is off by its own constant: its share of the way is the share that was not run.
        true_m *= 1.0 - (way[rows[-1]] - way[rows[0]]) / way[-1]
        true_s -= len(rows) - 1.0
    counted = numbers(frame, "distance_m")
    paused = float(sum(end - start for start, end in made.pauses))
    return Case(
        subject_id=frame["activity_id"][0],
        true_m=true_m,
        true_s=true_s,
        file_m=float(counted[-1]) if np.isfinite(counted[-1]) else float(_steps_m(frame).sum()),
        file_s=float(elapsed(frame)[-1]) - paused,
        row_count=frame.height,
        events=tuple(
            Event(rows=frozenset(row["row_indices"]), start_s=row["start_s"], end_s=row["end_s"])
            for row in events.to_dicts()
        ),
    )


def _outcomes(tables: Tables, cases: Sequence[Case], fault: TrackFault) -> list[dict[str, float | int | bool]]:
    """One row per run: events and those found, errors before and after, whether each is usable, and its grade."""
    judged = judge_alone(tables)
    known: Tables = {
        **tables,
        "flags": judged.flags,
        "facts": judged.facts,
        "check_outcomes": judged.check_outcomes,
    }
    decided = decide(known)
    facts = {
        row["subject_id"]: row for row in wide_facts(judged.facts, "activity", tuple(PURPOSES.values())).to_dicts()
    }
    usable = {purpose: set(decided.filter(purpose=purpose, verdict="usable")["subject_id"]) for purpose in PURPOSES}
    expected = {
        purpose: dict(decided.filter(purpose=purpose).select("subject_id", "expected_error").iter_rows())
        for purpose in PURPOSES
    }
    by_flag = decided.filter(
        pl.col("purpose").is_in(list(PURPOSES)),
        pl.col("reasons").list.eval(pl.element().is_in([check.name for check in checks()])).list.any(),
    )
    graded = {name: set(by_flag.filter(grade=name)["subject_id"]) for name in ("doubtful", "unusable")}
    segments = _segments(judged.flags.filter(pl.col("check_name").is_in(list(fault.check_names))))
    rows: list[dict[str, float | int | bool]] = []
    for case in cases:
        one = score(case.events, segments.get(case.subject_id, []), scoring=fault.scoring, row_count=case.row_count)
        fact = facts[case.subject_id]
        distance, speed = fact["distance_m"], fact["mean_speed_m_per_s"]
        rows.append(
            {
                "event_count": one.event_count,
                "found_count": one.found_count,
                "distance_before": abs(case.file_m / case.true_m - 1),
                "distance_after": abs(distance / case.true_m - 1) if distance else np.nan,
                **{f"{name}_expected": _known(own.get(case.subject_id)) for name, own in expected.items()},
                "distance_usable": case.subject_id in usable["distance"],
                "mean_pace_before": abs((case.file_s / case.file_m) / (case.true_s / case.true_m) - 1),
                "mean_pace_after": abs((1 / speed) / (case.true_s / case.true_m) - 1) if speed else np.nan,
                "mean_pace_usable": case.subject_id in usable["mean_pace"],
                "is_doubtful": case.subject_id in graded["doubtful"],
                "is_unusable": case.subject_id in graded["unusable"],
            }
        )
    return rows


def _known(number: float | None) -> float:
    return float("nan") if number is None else number


def _segments(flags: pl.DataFrame) -> dict[str, list[Segment]]:
    found: dict[str, list[Segment]] = {}
    for subject_id, rows, start_s, end_s in flags.select("subject_id", "row_indices", "start_s", "end_s").iter_rows():
        segment = Segment(rows=None if rows is None else frozenset(rows), start_s=start_s, end_s=end_s)
        found.setdefault(subject_id, []).append(segment)
    return found
