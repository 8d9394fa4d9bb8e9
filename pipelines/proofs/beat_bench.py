"""Compares the beat detector with other tools: the same series, the same truth, in one run.

Nothing of ours was tuned on the reporting seed. Each package's RMSSD is of the intervals as it corrects them.
"""

import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from pipelines.progress import SILENT, Progress
from pipelines.proofs.beat_peers import Peers, Tool, peers
from pipelines.proofs.beat_real import real_marks
from pipelines.proofs.beat_real_trials import FEWEST_READINGS, clean_readings, real_trials
from pipelines.proofs.beat_report import PeerReport
from pipelines.proofs.beat_results import ErrorScore, FlagScore, LabelScore, RatioScore
from pipelines.proofs.beat_scores import Estimate, draws, estimate, f1, median, near, p95, rate, ratio_to_best, spread
from pipelines.proofs.beat_speed import speeds
from pipelines.proofs.beat_trials import Trial, trials
from pipelines.proofs.beat_windows import generated, labelled
from pipelines.proofs.labelled_beats import FOLDER, Window, labelled_windows
from pipelines.quality.sliding import Bools, Floats
from pipelines.simulation.beats import SEED_REPORTING, rmssd_ms

SERIES, QUICK_SERIES = 200, 40
WINDOWS, QUICK_WINDOWS = 60, 12
"""Series of five minutes per condition, and windows per rhythm and severity."""

CONDITIONS = {"1 % single faults": (0.01, 0.0), "5 % single faults": (0.05, 0.0), "5 % in bursts": (0.0, 0.05)}
"""Shares of beats with a fault of their own, and in bursts."""

BURST_COVERED = 0.8
"""Share of the intervals of a burst that has to be marked before it is found; of a single fault, one or a neighbour."""


def bench_peers(
    *,
    quick: bool,
    seed: int = SEED_REPORTING,
    progress: Progress = SILENT,
    real: Path | None = None,
    tools: Peers | None = None,
) -> PeerReport:
    """Runs everything. `real` is a folder of real exports; `tools` stand in, to test the bench itself."""
    started_s = time.process_time()
    with _quiet():
        found = tools or peers()
        count = QUICK_SERIES if quick else SERIES
        errors: list[ErrorScore] = []
        ratios: list[RatioScore] = []
        conditions = list(CONDITIONS.items())
        for name, (single, burst) in progress.over(conditions, label="compare", total=3, unit="conditions"):
            series = list(trials(seed=seed, count=count, single=single, burst=burst))
            scores, own = _condition(name, series, found.tools, seed=seed)
            errors += scores
            ratios += own
        windows = () if real is None else labelled_windows(real / FOLDER)
        return PeerReport(
            seed=seed,
            is_quick=quick,
            versions={tool.name: tool.version for tool in found.tools if tool.kind == "package"},
            missing=found.missing,
            errors=tuple(errors),
            ratios=tuple(ratios),
            flags=tuple(_flags(list(trials(seed=seed, count=count)), found.tools, seed=seed)),
            labels=tuple(_labels([w for w in windows if not w.is_spoiled], found.tools, seed=seed)),
            windows=(*generated(QUICK_WINDOWS if quick else WINDOWS, seed=seed), *labelled(windows)),
            speeds=tuple(speeds(found.tools, seed=seed, quick=quick)),
            real=None if real is None else real_marks(real, seed=seed, progress=progress),
            real_errors=() if real is None else _real_errors(real, windows, found.tools, seed=seed, progress=progress),
            cpu_s=round(time.process_time() - started_s, 1),
        )


def _real_errors(
    real: Path, windows: Sequence[Window], tools: Sequence[Tool], *, seed: int, progress: Progress
) -> tuple[ErrorScore, ...]:
    """Every tool on clean readings of real files with the same shares of faults; none where there are too few."""
    readings = clean_readings(real, windows, tools, progress)
    if len(readings) < FEWEST_READINGS:
        return ()
    scores: list[ErrorScore] = []
    for name, (single, burst) in CONDITIONS.items():
        made = list(real_trials(readings, seed=seed, single=single, burst=burst))
        scores += _condition(name, made, tools, seed=seed)[0]
    return tuple(scores)


@contextmanager
def _quiet() -> Iterator[None]:
    """Other tools divide by zero where they please; it is their figures that tell."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _condition(
    name: str, series: Sequence[Trial], tools: Sequence[Tool], *, seed: int
) -> tuple[list[ErrorScore], list[RatioScore]]:
    """Every tool on the same series, and ours against the best of the others as they come, and of all there are."""
    drawn = draws(len(series), seed=seed)
    errors = {tool.name: np.array([_error(tool, trial) for trial in series]) for tool in tools}
    scores = []
    for tool in tools:
        marks = [tool.marks(trial.rr_ms) for trial in series]
        found = [_is_found(event.rows, own) for trial, own in zip(series, marks, strict=True) for event in trial.events]
        kinds = [event.kind for trial in series for event in trial.events]
        right = sum(int((own & near(trial.bad)).sum()) for trial, own in zip(series, marks, strict=True))
        scores.append(
            ErrorScore(
                condition=name,
                tool=tool.name,
                kind=tool.kind,
                series_count=len(series),
                missing_count=int(np.isnan(errors[tool.name]).sum()),
                median=estimate(errors[tool.name], median, drawn),
                p95=estimate(errors[tool.name], p95, drawn),
                event_count=len(found),
                found_count=sum(found),
                misplaced_count=kinds.count("misplaced"),
                misplaced_found_count=sum(hit for hit, kind in zip(found, kinds, strict=True) if kind == "misplaced"),
                marked_count=sum(int(own.sum()) for own in marks),
                right_count=right,
            )
        )
    return scores, list(_ratios(name, errors, tools, seed=seed))


def _ratios(name: str, errors: dict[str, Floats], tools: Sequence[Tool], *, seed: int) -> Iterator[RatioScore]:
    drawn = draws(len(errors["ours"]), seed=seed)
    as_they_come = {tool.name: errors[tool.name] for tool in tools if tool.kind in {"package", "rule"}}
    every = {tool.name: errors[tool.name] for tool in tools if tool.kind != "ours"}
    for figure, take in (("median", median), ("p95", p95)):
        for against, others in (("tools as they come", as_they_come), ("their marks with pairs left out too", every)):
            best, ratio = ratio_to_best(errors["ours"], others, take, drawn)
            yield RatioScore(condition=name, figure=figure, against=against, best=best, ratio=ratio)


def _error(tool: Tool, trial: Trial) -> float:
    true = rmssd_ms(trial.clean_ms)
    return abs(tool.rmssd_ms(trial.rr_ms) / true - 1.0)


def _is_found(rows: tuple[int, ...], marks: Bools) -> bool:
    own = list(rows)
    if len(own) <= 2:  # noqa: PLR2004 - a single fault spoils at most two intervals
        return bool(near(marks)[own].any())
    return bool(marks[own].mean() >= BURST_COVERED)


def _flags(series: Sequence[Trial], tools: Sequence[Tool], *, seed: int) -> Iterator[FlagScore]:
    """Marks in series without any fault: all of them false."""
    drawn = draws(len(series), seed=seed)
    counts = [float(len(trial.rr_ms)) for trial in series]
    for tool in tools:
        share = rate([float(tool.marks(trial.rr_ms).sum()) for trial in series], counts, drawn)
        per_1000 = Estimate(value=1e3 * share.value, low=1e3 * share.low, high=1e3 * share.high)
        yield FlagScore(
            tool=tool.name, kind=tool.kind, series_count=len(series), interval_count=int(sum(counts)), per_1000=per_1000
        )


def _labels(windows: Sequence[Window], tools: Sequence[Tool], *, seed: int) -> Iterator[LabelScore]:
    """Labelled windows of at most 5 % ectopy: an ectopic beat is found when either of its intervals is marked."""
    if not windows:
        return
    drawn = draws(len(windows), seed=seed)
    ours: Floats | None = None
    for tool in tools:
        marks = [tool.marks(window.rr_ms) for window in windows]
        right = np.array([float((own & w.bad).sum()) for own, w in zip(marks, windows, strict=True)])
        marked = np.array([float(own.sum()) for own in marks])
        found = np.array([float(_found(own, w).sum()) for own, w in zip(marks, windows, strict=True)])
        beats = np.array([float(window.ectopic.sum()) for window in windows])
        figures = f1(right, marked, found, beats, drawn)
        ours = figures if ours is None else ours
        yield LabelScore(
            tool=tool.name,
            kind=tool.kind,
            window_count=len(windows),
            interval_count=sum(len(window.rr_ms) for window in windows),
            ectopic_count=int(beats.sum()),
            found_count=int(found.sum()),
            marked_count=int(marked.sum()),
            right_count=int(right.sum()),
            f1=spread(figures),
            ours_ahead=spread(ours - figures),
        )


def _found(marks: Bools, window: Window) -> Bools:
    beside = np.concatenate([[False], marks]) | np.concatenate([marks, [False]])
    return np.asarray(beside & window.ectopic, dtype=np.bool_)
