"""Targets of the beat detector against other tools: each met or missed, with what was measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipelines.proofs.beat_real import RealBeatReport
from pipelines.proofs.beat_results import ErrorScore, FlagScore, LabelScore, RatioScore
from pipelines.proofs.beat_speed import SpeedScore
from pipelines.proofs.beat_windows import WindowScore
from pipelines.proofs.scoring import wilson

FALSE_PER_1000 = 1.5
"""Most false flags per 1,000 clean beats."""

REAL_SHARE = 0.01
"""Most marked beats of real windows that can be assessed."""

CLEAN_OK = 0.90
"""Least share of clean windows graded ok."""

TIMES_WHOLE, TIMES_DETECTION = 60.0, 9.0
"""How many times as fast ours should be as NeuroKit2's whole call, and as its detection alone."""

MISPLACED_RECALL = 0.91
"""Recall of misplaced beats before this comparison was built, on its best seed."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target."""

    name: str
    is_met: bool | None
    """None where it could not be measured."""
    measured: str


def targets(
    *,
    errors: Sequence[ErrorScore],
    ratios: Sequence[RatioScore],
    flags: Sequence[FlagScore],
    labels: Sequence[LabelScore],
    windows: Sequence[WindowScore],
    speeds: Sequence[SpeedScore],
    real: RealBeatReport | None,
) -> list[Target]:
    """Every target in order."""
    found = [*_errors(ratios), *_flags(flags), *_misplaced(errors), _real(real), *_labels(labels)]
    return [*found, *_windows(windows), *_speeds(speeds)]


def _errors(ratios: Sequence[RatioScore]) -> Iterator[Target]:
    """A ratio holds when the upper end of its interval is below 1."""
    for one in ratios:
        low, high = one.ratio.low, one.ratio.high
        yield Target(
            name=f"{one.figure} RMSSD error, {one.condition}: smaller than the best of {one.against}",
            is_met=high < 1.0,
            measured=f"{one.ratio.value:.2f} ({low:.2f} to {high:.2f}) of {one.best}",
        )


def _flags(flags: Sequence[FlagScore]) -> Iterator[Target]:
    for one in flags:
        if one.kind == "ours":
            share = one.per_1000
            yield Target(
                name=f"at most {FALSE_PER_1000} false flags per 1,000 clean beats",
                is_met=share.value <= FALSE_PER_1000,
                measured=f"{share.value:.2f} ({share.low:.2f} to {share.high:.2f}) of {one.interval_count}",
            )


def _misplaced(errors: Sequence[ErrorScore]) -> Iterator[Target]:
    own = [one for one in errors if one.kind == "ours"]
    hits, count = sum(one.misplaced_found_count for one in own), sum(one.misplaced_count for one in own)
    interval = wilson(hits, count)
    if interval is not None:
        yield Target(
            name=f"misplaced beats found: over {MISPLACED_RECALL}",
            is_met=hits / count > MISPLACED_RECALL,
            measured=f"{hits / count:.3f} ({interval[0]:.3f} to {interval[1]:.3f}) of {count}",
        )


def _real(real: RealBeatReport | None) -> Target:
    name = f"at most {REAL_SHARE:.0%} of beats marked in real windows that can be assessed"
    if real is None or not real.shares[0].interval_count:
        return Target(name=name, is_met=None, measured="no real files")
    whole = real.shares[0]
    share, plain = whole.marked_count / whole.interval_count, whole.plain_count / whole.interval_count
    measured = (
        f"{share:.2%} of {whole.interval_count}, of these {plain:.2%} plain by arithmetic, {share - plain:.2%} not"
    )
    return Target(name=name, is_met=share <= REAL_SHARE, measured=measured)


def _labels(labels: Sequence[LabelScore]) -> Iterator[Target]:
    others = [one for one in labels if one.kind == "package"]
    own = [one for one in labels if one.kind == "ours"]
    for mine in own:
        for other in others:
            yield Target(
                name=f"labelled beats: F1 higher than {other.tool}, recall not lower",
                is_met=mine.f1.value > other.f1.value and mine.found_count >= other.found_count,
                measured=(
                    f"F1 {mine.f1.value:.2f} against {other.f1.value:.2f}, ahead by {other.ours_ahead.value:.2f}"
                    f" ({other.ours_ahead.low:.2f} to {other.ours_ahead.high:.2f}); found {mine.found_count} against"
                    f" {other.found_count} of {mine.ectopic_count} in {mine.window_count} windows"
                ),
            )
    if not own:
        yield Target(name="labelled beats: F1 higher, recall not lower", is_met=None, measured="no labelled beats")


def _windows(windows: Sequence[WindowScore]) -> Iterator[Target]:
    for source in ("generated", "labelled"):
        for is_spoiled in (True, False):
            own = [one for one in windows if one.name.startswith(source) and one.is_spoiled == is_spoiled]
            hits, count = sum(one.ok_count for one in own), sum(one.window_count for one in own)
            interval = wilson(hits, count)
            wanted = "none graded ok" if is_spoiled else f"{CLEAN_OK:.0%} graded ok"
            name = (
                f"{source} windows {'of a rhythm that carries no figure' if is_spoiled else 'of the others'}: {wanted}"
            )
            if interval is None:
                yield Target(name=name, is_met=None, measured="no such windows")
                continue
            words = f"{hits} of {count} ({interval[0]:.3f} to {interval[1]:.3f})"
            yield Target(name=name, is_met=hits == 0 if is_spoiled else hits / count >= CLEAN_OK, measured=words)


def _speeds(speeds: Sequence[SpeedScore]) -> Iterator[Target]:
    wanted = {"NeuroKit2, whole call": TIMES_WHOLE, "NeuroKit2, detection alone": TIMES_DETECTION}
    by = {one.name: one for one in speeds}
    for name, times in wanted.items():
        target = f"at least {times:.0f} times as fast as {name}"
        if name not in by:
            yield Target(name=target, is_met=None, measured="not installed")
            continue
        median, least, most = by[name].times_slower
        yield Target(name=target, is_met=median >= times, measured=f"{median:.1f} ({least:.1f} to {most:.1f})")
