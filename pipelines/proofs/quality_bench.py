"""Measures the checks in the open: every fault at every severity, clean subjects, and the error of RMSSD.

Thresholds are tuned on `beats.SEED_TUNING`; figures are reported on another seed.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.observations.observe import observe_tables
from pipelines.progress import SILENT, Progress
from pipelines.proofs.beat_scores import Figure, draws, estimate, median, p95, rate
from pipelines.proofs.cases import Batch, Case, Tables, Wish, build, fault_wishes
from pipelines.proofs.controls import Control, controls
from pipelines.proofs.lock_errors import lock_report
from pipelines.proofs.real_files import KEYS, LARGEST_BYTES, real_subjects, strike
from pipelines.proofs.report import AlarmScore, FaultScore, QualityReport, RealReport, RealScore, RmssdScore
from pipelines.proofs.salts import salt
from pipelines.proofs.scoring import Segment, Tally, score
from pipelines.proofs.track_errors import track_scores
from pipelines.quality.catalogue import checks
from pipelines.quality.judge import judge_alone, judge_subjects
from pipelines.quality.verdicts import verdicts
from pipelines.simulation.beats import SEED_REPORTING
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.faults.contract import SEVERITIES, Fault
from pipelines.simulation.squad import GENERATOR_VERSION

COUNTS = {"beats": 60, "records": 20, "nights": 20, "daily_values": 20}
QUICK_COUNTS = {"beats": 12, "records": 8, "nights": 8, "daily_values": 8}
"""Subjects per fault and severity, by table."""

CONTROL_COUNT, QUICK_CONTROL_COUNT = 300, 60
"""Clean mornings; of the other controls there are fewer."""

TRACK_COUNT, QUICK_TRACK_COUNT = 40, 5
"""Runs per fault of a track, severity and kind of file."""
LOCK_COUNT, QUICK_LOCK_COUNT = 60, 6
CLEAN_LOCK_COUNT, QUICK_CLEAN_LOCK_COUNT = 200, 20
"""Runs per share locked and device, and clean runs of either kind."""

REAL_COUNT, QUICK_REAL_COUNT = 20, 4
"""Most clean subjects of real files per fault and severity."""
QUICK_REAL_BYTES = 800_000
"""Largest real file of a quick run."""

Judge = Callable[[Tables], Tables]
"""Gives the tables it was given, with flags, facts, check_outcomes, verdicts and observations."""


def bench_quality(
    *,
    quick: bool,
    seed: int = SEED_REPORTING,
    progress: Progress = SILENT,
    judge: Judge | None = None,
    real: Path | None = None,
) -> QualityReport:
    """Injects, judges and scores. `judge` stands in for the checks, to test the bench itself.

    `real` is a folder of real exports: into clean ones among them the same faults are put.
    """
    started_s = time.process_time()
    judged = judge or judged_tables
    flagged = judge or flagged_tables
    counts = QUICK_COUNTS if quick else COUNTS
    found: list[FaultScore] = []
    errors: list[RmssdScore] = []
    every = [fault for fault in faults() if fault.check_names]
    for fault in progress.over(every, label="inject and judge", total=len(every), unit="faults"):
        wishes = fault_wishes(fault, severities=SEVERITIES, count=counts[fault.table])
        batch = build(wishes, seed=seed, salt=salt("fault", fault.name))
        begun_s = time.process_time()
        tables = (judged if fault.table == "beats" else flagged)(batch.tables)
        found += _fault_scores(fault, batch, tables["flags"], cpu_s=time.process_time() - begun_s, seed=seed)
        if fault.table == "beats":
            errors += _rmssd_scores(fault.name, batch, tables)
    alarms: list[AlarmScore] = []
    flagged_by: dict[str, list[frozenset[str]]] = {}
    clean = controls(QUICK_CONTROL_COUNT if quick else CONTROL_COUNT)
    for control in progress.over(clean, label="judge clean", total=len(clean), unit="controls"):
        batch = build(control.wishes, seed=seed, salt=salt("clean", control.name))
        tables = judged(batch.tables)
        alarms.append(_alarm_score(control, batch, tables))
        if not control.is_hard:
            flagged_by.setdefault(control.wishes[0].table, []).extend(_checks_by_case(batch, tables["flags"]))
        if control.name == "mornings":
            errors += _rmssd_scores("none", batch, tables)
    is_ours = judge is None
    tracks = QUICK_TRACK_COUNT if quick else TRACK_COUNT
    locked = (QUICK_LOCK_COUNT, QUICK_CLEAN_LOCK_COUNT) if quick else (LOCK_COUNT, CLEAN_LOCK_COUNT)
    return QualityReport(
        seed=seed,
        is_quick=quick,
        generator_version=GENERATOR_VERSION,
        faults=tuple(_with_accused(score, flagged_by.get(score.table, [])) for score in found),
        alarms=tuple(alarms),
        rmssd=tuple(errors),
        tracks=track_scores(quick=quick, seed=seed, count=tracks, progress=progress) if is_ours else (),
        locks=lock_report(count=locked[0], clean_count=locked[1], seed=seed, progress=progress) if is_ours else None,
        real=None if real is None else real_report(real, quick=quick, seed=seed, progress=progress),
        cpu_s=round(time.process_time() - started_s, 1),
    )


def flagged_tables(tables: Tables) -> Tables:
    """The tables with their flags, and nothing that only verdicts need."""
    return {**tables, "flags": judge_alone(tables).flags}


def real_report(folder: Path, *, quick: bool, seed: int, progress: Progress) -> RealReport:
    """Puts every fault into clean subjects of real files, one by one, and scores what the checks find of it."""
    subjects = real_subjects(folder, progress, largest_bytes=QUICK_REAL_BYTES if quick else LARGEST_BYTES)
    severities = (2,) if quick else SEVERITIES
    most = QUICK_REAL_COUNT if quick else REAL_COUNT
    struck = [fault for fault in faults() if fault.check_names and fault.table in KEYS and not fault.history_count]
    found: list[RealScore] = []
    for fault in progress.over(struck, label="inject into real files", total=len(struck), unit="faults"):
        clean = subjects.clean(fault)
        chosen = tuple(clean[number] for number in _spread(len(clean), most))
        whole = len(subjects.ids(fault.table))
        if not chosen:
            found += [RealScore(fault=fault.name, severity=s, clean_count=0, subject_count=whole) for s in severities]
            continue
        batch = strike(subjects, fault, chosen=chosen, severities=severities, seed=seed)
        counted = tally(batch, judge_subjects(batch.tables).flags, fault)
        found += [
            RealScore(
                fault=fault.name,
                severity=severity,
                clean_count=len(clean),
                subject_count=whole,
                struck_count=sum(case.severity == severity for case in batch.cases),
                tally=counted[severity],
            )
            for severity in severities
        ]
    return RealReport(
        file_count=subjects.file_count,
        activity_count=len(subjects.ids("records")),
        window_count=len(subjects.ids("beats")),
        scores=tuple(found),
    )


def _spread(count: int, most: int) -> list[int]:
    """At most so many places out of `count`, evenly apart."""
    return sorted({round(place) for place in np.linspace(0, count - 1, min(count, most))}) if count else []


def judged_tables(tables: Tables) -> Tables:
    """The tables with everything the stops judge and observe make of them."""
    judged = judge_alone(tables)
    known = {**tables, "flags": judged.flags, "facts": judged.facts, "check_outcomes": judged.check_outcomes}
    known["verdicts"] = verdicts(known)
    known["observations"] = observe_tables(known)
    return known


def tally(batch: Batch, flags: pl.DataFrame, fault: Fault) -> dict[int, Tally]:
    """Counts by severity: flags of the checks that should find the fault, against its truth."""
    found = _tallies(batch, flags, fault)
    return {severity: sum(own, Tally()) for severity, own in found.items()}


def _tallies(batch: Batch, flags: pl.DataFrame, fault: Fault) -> dict[int, list[Tally]]:
    """The same for each subject."""
    relevant = flags.filter(pl.col("check_name").is_in(list(fault.check_names)))
    by_subject = _segments(relevant)
    found: dict[int, list[Tally]] = {severity: [] for severity in SEVERITIES}
    for case in batch.cases:
        segments = _case_segments(case, by_subject)
        found[case.severity].append(score(case.events, segments, scoring=fault.scoring, row_count=case.row_count))
    return found


def _precision_interval(tallies: list[Tally], *, seed: int) -> tuple[float, float] | None:
    """95 % of precision, resampled over subjects; None when nothing is flagged."""
    own = [(float(one.right_count), float(one.flagged_count)) for one in tallies if one.flagged_count]
    if not own:
        return None
    right, flagged = zip(*own, strict=True)
    spread = rate(right, flagged, draws(len(own), seed=seed))
    return spread.low, spread.high


def _checks_by_case(batch: Batch, flags: pl.DataFrame) -> list[frozenset[str]]:
    """Of each clean subject the checks that flag anything in it."""
    by_subject: dict[str, set[str]] = {}
    for subject_id, name in flags.select("subject_id", "check_name").unique().iter_rows():
        by_subject.setdefault(subject_id, set()).add(name)
    return [frozenset().union(*(by_subject.get(one, ()) for one in case.subject_ids)) for case in batch.cases]


def _with_accused(one: FaultScore, flagged_by: list[frozenset[str]]) -> FaultScore:
    """The score with how many everyday clean subjects its checks accuse."""
    accused = sum(not own.isdisjoint(one.checks) for own in flagged_by)
    return replace(one, clean_count=len(flagged_by), accused_count=accused)


def _fault_scores(fault: Fault, batch: Batch, flags: pl.DataFrame, *, cpu_s: float, seed: int) -> list[FaultScore]:
    names = {check.name for check in checks()}
    existing = tuple(name for name in fault.check_names if name in names)
    return [
        FaultScore(
            fault=fault.name,
            table=fault.table,
            severity=severity,
            subject_count=sum(case.severity == severity for case in batch.cases),
            checks=existing,
            tally=sum(own, Tally()),
            precision_interval=_precision_interval(own, seed=seed),
            judged_row_count=batch.tables[fault.table].height,
            judged_cpu_s=cpu_s,
        )
        for severity, own in _tallies(batch, flags, fault).items()
    ]


def _segments(flags: pl.DataFrame) -> dict[str, list[Segment]]:
    found: dict[str, list[Segment]] = {}
    columns = flags.select("subject_id", "row_indices", "start_s", "end_s")
    for subject_id, rows, start_s, end_s in columns.iter_rows():
        segment = Segment(rows=None if rows is None else frozenset(rows), start_s=start_s, end_s=end_s)
        found.setdefault(subject_id, []).append(segment)
    return found


def _case_segments(case: Case, by_subject: Mapping[str, list[Segment]]) -> list[Segment]:
    """Flags of the case; nights and values are subjects of their own, so a flagged one is a flagged row."""
    if len(case.subject_ids) == 1:
        return by_subject.get(case.subject_ids[0], [])
    flagged = (row for row, subject_id in enumerate(case.subject_ids) if subject_id in by_subject)
    return [Segment(rows=frozenset({row}), start_s=None, end_s=None) for row in flagged]


def _alarm_score(control: Control, batch: Batch, tables: Tables) -> AlarmScore:
    """Athlete-days of which an observation ended below ok and names a check as a reason: a source's limit is none."""
    kinds = {"beats": "beat_series", "records": "activity", "nights": "night", "daily_values": "daily_value"}
    wish: Wish = control.wishes[0]
    own = tables["observations"].filter(pl.col("subject_kind") == kinds[wish.table])
    names = pl.element().struct.field("check_name").is_in([check.name for check in checks()])
    is_flagged = pl.col("reasons").list.eval(names).list.any()
    marked = own.with_columns(grade=pl.when(is_flagged).then("grade").otherwise(pl.lit("ok")))
    days = marked.group_by("athlete_id", "observed_date").agg(
        unusable=(pl.col("grade") == "unusable").any(), doubtful=(pl.col("grade") == "doubtful").any()
    )
    flags = tables["flags"].filter(pl.col("subject_kind") == kinds[wish.table])
    by_subject = _segments(flags)
    tallies = [
        score((), _case_segments(case, by_subject), scoring="rows", row_count=case.row_count) for case in batch.cases
    ]
    return AlarmScore(
        control=control.name,
        is_hard=control.is_hard,
        day_count=days.height,
        doubtful_count=days.filter(pl.col("doubtful") & ~pl.col("unusable")).height,
        unusable_count=days.filter("unusable").height,
        checks=tuple(flags["check_name"].unique().sort().to_list()),
        row_count=sum(one.row_count for one in tallies),
        flagged_row_count=sum(one.flagged_count for one in tallies),
    )


def _rmssd_scores(fault: str, batch: Batch, tables: Tables) -> list[RmssdScore]:
    facts = tables["facts"].filter((pl.col("fact") == "ln_rmssd") & pl.col("fact_value").is_finite())
    usable = tables["verdicts"].filter((pl.col("purpose") == "hrv_day") & (pl.col("verdict") == "usable"))
    read = usable.join(facts, on=["subject_kind", "subject_id"]).select("subject_id", "fact_value", "expected_error")
    values = {subject_id: (value, error) for subject_id, value, error in read.iter_rows()}
    return [
        _rmssd_score(fault, severity, [case for case in batch.cases if case.severity == severity], values)
        for severity in sorted({case.severity for case in batch.cases})
    ]


def _rmssd_score(
    fault: str, severity: int, cases: list[Case], values: Mapping[str, tuple[float, float | None]]
) -> RmssdScore:
    before, after, covered, covered_level = [], [], [], []
    for case in cases:
        assert case.clean_ln is not None
        assert case.raw_ln is not None
        assert case.true_ln is not None
        before.append(abs(np.expm1(case.raw_ln - case.clean_ln)))
        if case.subject_ids[0] not in values:
            continue
        value, expected = values[case.subject_ids[0]]
        after.append(abs(np.expm1(value - case.clean_ln)))
        if expected is not None:
            covered.append(abs(value - case.clean_ln) <= expected)
            covered_level.append(abs(value - case.true_ln) <= expected)
    sides = (("before", before), ("after", after))
    kinds = (("median", median), ("p95", p95))
    return RmssdScore(
        fault=fault,
        severity=severity,
        subject_count=len(cases),
        withheld_count=len(cases) - len(after),
        before_median=float(np.median(before)),
        before_p95=float(np.quantile(before, 0.95)),
        after_median=float(np.median(after)) if after else None,
        after_p95=float(np.quantile(after, 0.95)) if after else None,
        intervals={f"{side}_{kind}": _resampled(own, f) for side, own in sides if own for kind, f in kinds},
        expected_count=len(covered),
        covered_count=int(sum(covered)),
        level_covered_count=int(sum(covered_level)),
    )


def _resampled(errors: Sequence[float], figure: Figure) -> tuple[float, float]:
    """95 % of a figure of errors, resampled over readings."""
    own = np.asarray(errors, dtype=np.float64)
    spread = estimate(own, figure, draws(len(own), seed=len(own)))
    return spread.low, spread.high
