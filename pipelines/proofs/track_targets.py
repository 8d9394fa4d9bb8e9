"""Targets of tracks and cadence locks: what is found, what it costs clean runs, and what is left of an error."""

from collections.abc import Callable, Sequence

from pipelines.proofs.known_misses import NEVER_MISSED, TRACKS
from pipelines.proofs.lock_errors import CLEAN_TARGET, RECALL_TARGET, STRAP
from pipelines.proofs.target_line import Found, Line, Measured, Short, not_measured, share_told
from pipelines.proofs.track_report import DOUBTFUL_TARGET, UNUSABLE_TARGET, Errors, TrackScore
from pipelines.proofs.track_report import RECALL_TARGET as TRACK_RECALL

NO_TRACKS = "tracks were not measured in this run"
NO_LOCKS = "cadence locks were not measured in this run"
PURPOSES = (("distance", "distance"), ("mean_pace", "pace"))


def _locks(found: Found) -> Measured:
    """Of every run of a kind that can be assessed at all, those not assessable as not found; the worst is named."""
    locked = found.quality.locks.locked if found.quality and found.quality.locks else ()
    seen = [one for one in locked if one.assessable_count]
    hits, count = sum(one.found_count for one in seen), sum(one.run_count for one in seen)
    if not count:
        return not_measured(NO_LOCKS)
    worst = min(seen, key=lambda one: one.found_count / one.run_count)
    told = f"{share_told(hits, count)}; least {worst.found_count} of {worst.run_count}"
    told += f" ({100 * worst.share:g} %, {worst.device})"
    unseen = count - sum(one.assessable_count for one in seen)
    told += f"; {unseen} of them not assessable" if unseen else ""
    blind = sum(one.run_count for one in locked if one not in seen)
    told += f"; {blind} runs of other devices not assessable" if blind else ""
    return Measured(is_met=hits >= RECALL_TARGET * count, told=told)


def _accused(found: Found) -> Measured:
    clean = found.quality.locks.clean if found.quality and found.quality.locks else ()
    flagged = sum(one.flagged_count for one in clean if one.name != STRAP)
    count = sum(one.run_count for one in clean if one.name != STRAP)
    if not count:
        return not_measured(NO_LOCKS)
    return Measured(is_met=flagged <= CLEAN_TARGET * count, told=share_told(flagged, count))


def _straps(found: Found) -> Measured:
    clean = found.quality.locks.clean if found.quality and found.quality.locks else ()
    straps = [one for one in clean if one.name == STRAP]
    flagged, count = sum(one.flagged_count for one in straps), sum(one.run_count for one in straps)
    if not count:
        return not_measured(NO_LOCKS)
    return Measured(is_met=flagged == 0, told=share_told(flagged, count))


def _struck(found: Found) -> Sequence[TrackScore]:
    """Kinds of middle and gross severity."""
    return [one for one in found.quality.tracks if one.severity > 1] if found.quality else []


def _part(score: TrackScore) -> str:
    return f"{score.fault}, {score.recorder}"


def _recall(found: Found) -> Measured:
    kinds = [one for one in _struck(found) if one.event_count]
    if not kinds:
        return not_measured(NO_TRACKS)
    hits, count = sum(one.found_count for one in kinds), sum(one.event_count for one in kinds)
    short = tuple(
        Short(part=_part(one), told=f"{one.told}: {share_told(one.found_count, one.event_count, digits=2)}")
        for one in kinds
        if one.found_count < TRACK_RECALL * one.event_count
    )
    told = f"{len(kinds) - len(short)} of {len(kinds)} kinds; all together {share_told(hits, count)}"
    return Measured(is_met=not short, told=told, short=short)


def _drops(name: str, most: float) -> Callable[[Found], Measured]:
    def measure(found: Found) -> Measured:
        clean = [one for one in found.quality.tracks if one.severity == 0] if found.quality else []
        dropped, count = sum(getattr(one, f"{name}_count") for one in clean), sum(one.run_count for one in clean)
        if not count:
            return not_measured(NO_TRACKS)
        return Measured(is_met=100.0 * dropped <= most * count, told=share_told(dropped, count))

    return measure


def _left(purpose: str) -> Callable[[Found], Measured]:
    """Kinds of which more than a third of an error is left, at the median or at the 95th percentile."""

    def measure(found: Found) -> Measured:
        kinds = _struck(found)
        if not kinds:
            return not_measured(NO_TRACKS)
        errors: list[tuple[TrackScore, Errors]] = [(one, getattr(one, purpose)) for one in kinds]
        short = tuple(
            Short(part=_part(one), told=f"{one.told}: {_shrunk(own)}, {one.run_count} runs")
            for one, own in errors
            if own.misses
        )
        withheld = sum(own.after_median is None for _, own in errors)
        small = sum(own.is_own and own.after_median is not None for _, own in errors)
        mended = len(kinds) - len(short) - withheld - small
        told = (
            f"{mended} of {len(kinds)} kinds keep a third or less, {withheld} are withheld whole, {small} move nothing"
        )
        return Measured(is_met=not short, told=f"{told}, {len(short)} keep more", short=short)

    return measure


def _shrunk(errors: Errors) -> str:
    assert errors.after_median is not None
    assert errors.after_p95 is not None
    before = f"{100 * errors.before_median:.1f} / {100 * errors.before_p95:.1f} %"
    return f"{before} before, {100 * errors.after_median:.1f} / {100 * errors.after_p95:.1f} % after (median / p95)"


TRACK_LINES = (
    Line(
        key="locks found",
        name="cadence locks found, simulated",
        wanted=f"at least {100 * RECALL_TARGET:g} %",
        measure=_locks,
        explanations=(NEVER_MISSED,),
    ),
    Line(
        key="clean runs accused of a lock",
        name="clean runs accused of a cadence lock, most with a step rate near the heart rate",
        wanted=f"at most {100 * CLEAN_TARGET:g} %",
        measure=_accused,
        explanations=(NEVER_MISSED,),
    ),
    Line(
        key="straps accused of a lock",
        name="straps accused of a cadence lock",
        wanted="none",
        measure=_straps,
        explanations=(NEVER_MISSED,),
    ),
    Line(
        key="track faults found",
        name="faults of tracks found, severity 2 and 3, kind by kind",
        wanted=f"at least {TRACK_RECALL} of each",
        measure=_recall,
        explanations=TRACKS,
    ),
    *(
        Line(
            key=f"clean tracks {name}",
            name=f"clean activities made {name} by a flag",
            wanted=f"at most {most:g} per 100",
            measure=_drops(name, most),
            explanations=(NEVER_MISSED,),
        )
        for name, most in (("doubtful", DOUBTFUL_TARGET), ("unusable", UNUSABLE_TARGET))
    ),
    *(
        Line(
            key=f"error of {purpose} left",
            name=f"error of {word} after exclusion, kind by kind",
            wanted="at most a third of before, median and p95",
            measure=_left(purpose),
            explanations=TRACKS,
        )
        for purpose, word in PURPOSES
    ),
)
"""Every target of tracks and locks."""
