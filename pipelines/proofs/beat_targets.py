"""Targets of the beat detector, most of them against other tools in the same run."""

from collections.abc import Callable

from pipelines.proofs.beat_report import NO_REAL, PeerReport
from pipelines.proofs.beat_results import LabelScore, RatioScore
from pipelines.proofs.beat_scores import Estimate
from pipelines.proofs.known_misses import BUSY_MACHINE, FEW_SERIES, NEVER_MISSED, REAL_BEATS
from pipelines.proofs.target_line import Found, Line, Measured, not_measured, share_told

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

PEERS = ("NeuroKit2", "systole")
"""Packages without which nothing is said of the best of the others."""
AS_THEY_COME = "tools as they come"
"""The others with the RMSSD of the intervals as they correct them."""

NO_PEERS = "the comparison was not asked for"


def _ratio(condition: str, figure: str) -> Callable[[Found], Measured]:
    """Our error over that of the best other: it holds when the upper end of its interval is below 1."""

    def measure(found: Found) -> Measured:
        if found.peers is None:
            return not_measured(NO_PEERS)
        report = found.peers
        own = [one for one in report.ratios if (one.condition, one.figure) == (condition, figure)]
        if not own:
            return not_measured("no such series")
        told = "; ".join(_ratio_told(one, report) for one in own)
        absent = [name for name in PEERS if name not in report.versions]
        if absent:
            return not_measured(f"{' and '.join(absent)} not installed; against what there is: {told}")
        return Measured(is_met=all(one.ratio.high < 1.0 for one in own if one.against == AS_THEY_COME), told=told)

    return measure


def _ratio_told(one: RatioScore, report: PeerReport) -> str:
    if one.against != AS_THEY_COME:
        return f"with {one.against}: {_told(one.ratio)} of {one.best}"
    count = next(score.series_count for score in report.errors if score.condition == one.condition)
    best = " ".join(filter(None, (one.best, report.versions.get(one.best, ""))))
    return f"{_told(one.ratio)} of {best}, {count} series"


def _told(one: Estimate) -> str:
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def _false_flags(found: Found) -> Measured:
    own = [one for one in found.peers.flags if one.kind == "ours"] if found.peers else []
    if found.peers is None or not own:
        return not_measured(NO_PEERS)
    recalls = ", ".join(
        f"{one.found_count / one.event_count:.3f} at {one.condition}"
        for one in found.peers.errors
        if one.kind == "ours" and one.event_count
    )
    share = own[0].per_1000
    told = f"{_told(share)} of {own[0].interval_count:,} beats; recall {recalls}"
    return Measured(is_met=share.value <= FALSE_PER_1000, told=told)


def _misplaced(found: Found) -> Measured:
    own = [one for one in found.peers.errors if one.kind == "ours"] if found.peers else []
    hits, count = sum(one.misplaced_found_count for one in own), sum(one.misplaced_count for one in own)
    if not count:
        return not_measured(NO_PEERS)
    return Measured(is_met=hits / count > MISPLACED_RECALL, told=share_told(hits, count))


def _real(found: Found) -> Measured:
    real = found.peers.real if found.peers else None
    if real is None or not real.shares[0].interval_count:
        return not_measured(NO_REAL)
    whole = real.shares[0]
    share = whole.marked_count / whole.interval_count
    told = f"{100 * share:.2f} % of {whole.interval_count:,} beats in {whole.window_count} windows"
    told += f"; {100 * whole.plain_count / whole.interval_count:.2f} % with a reason by arithmetic alone"
    return Measured(is_met=share <= REAL_SHARE, told=told)


def _real_without_reason(found: Found) -> Measured:
    real = found.peers.real if found.peers else None
    if real is None or not real.shares[0].interval_count:
        return not_measured(NO_REAL)
    whole = real.shares[0]
    share = (whole.marked_count - whole.plain_count) / whole.interval_count
    told = f"{100 * share:.2f} % of {whole.interval_count:,} beats in {whole.window_count} windows"
    if whole.other_share is not None:
        told += f" ({100 * whole.other_share.low:.2f} to {100 * whole.other_share.high:.2f} %)"
    return Measured(is_met=share <= REAL_SHARE, told=told)


def _labelled(other_name: str) -> Callable[[Found], Measured]:
    def measure(found: Found) -> Measured:
        labels = {one.tool: one for one in found.peers.labels} if found.peers else {}
        if "ours" not in labels:
            return not_measured(NO_PEERS if found.peers is None else NO_REAL)
        if other_name not in labels:
            return not_measured(f"{other_name} not installed")
        return _against(labels["ours"], labels[other_name], found)

    return measure


def _against(mine: LabelScore, other: LabelScore, found: Found) -> Measured:
    version = found.peers.versions.get(other.tool, "") if found.peers else ""
    told = f"F1 {_told(mine.f1)} against {other.f1.value:.2f} of {other.tool} {version}, ahead by "
    told += f"{_told(other.ours_ahead)}; found {mine.found_count} against {other.found_count} of {mine.ectopic_count}"
    told += f" beats in {mine.window_count} windows"
    is_met = mine.f1.value > other.f1.value and mine.found_count >= other.found_count
    return Measured(is_met=is_met, told=told)


def _windows(source: str, *, is_spoiled: bool) -> Callable[[Found], Measured]:
    def measure(found: Found) -> Measured:
        scores = found.peers.windows if found.peers else ()
        own = [one for one in scores if one.name.startswith(source) and one.is_spoiled == is_spoiled]
        hits, count = sum(one.ok_count for one in own), sum(one.window_count for one in own)
        if not count:
            return not_measured(NO_PEERS if found.peers is None else NO_REAL)
        return Measured(is_met=hits == 0 if is_spoiled else hits / count >= CLEAN_OK, told=share_told(hits, count))

    return measure


def _faster(name: str, times: float) -> Callable[[Found], Measured]:
    def measure(found: Found) -> Measured:
        by = {one.name: one for one in found.peers.speeds} if found.peers else {}
        if name not in by:
            return not_measured(NO_PEERS if found.peers is None else f"{PEERS[0]} not installed")
        middle, least, most = by[name].times_slower
        version = found.peers.versions.get(PEERS[0], "") if found.peers else ""
        told = f"{middle:.1f} times ({least:.1f} to {most:.1f} over the turns) as fast as {PEERS[0]} {version}"
        return Measured(is_met=middle >= times, told=told)

    return measure


def _ratio_line(condition: str, figure: str) -> Line:
    return Line(
        key=f"rmssd {figure}, {condition}",
        name=f"RMSSD error, {condition}, 5 min: {figure}",
        wanted="upper end of the ratio to the best peer < 1",
        measure=_ratio(condition, figure),
        explanations=(FEW_SERIES,),
    )


BEAT_LINES = (
    *(
        _ratio_line(condition, figure)
        for condition in ("1 % single faults", "5 % single faults", "5 % in bursts")
        for figure in ("median", "p95")
    ),
    Line(
        key="false flags",
        name="false flags per 1,000 clean beats, generated",
        wanted=f"at most {FALSE_PER_1000}, at the recall told",
        measure=_false_flags,
        explanations=(NEVER_MISSED,),
    ),
    Line(
        key="marked real beats",
        name="beats marked in real windows that can be assessed",
        wanted=f"at most {100 * REAL_SHARE:.1f} %, a sample looked at",
        measure=_real,
        explanations=(REAL_BEATS,),
    ),
    Line(
        key="real beats without a reason",
        name="beats marked in real windows without a reason by arithmetic alone",
        wanted=f"at most {100 * REAL_SHARE:.1f} %",
        measure=_real_without_reason,
        explanations=(REAL_BEATS,),
    ),
    Line(
        key="misplaced beats",
        name="misplaced beats found",
        wanted=f"over {MISPLACED_RECALL}",
        measure=_misplaced,
        explanations=(NEVER_MISSED,),
    ),
    *(
        Line(
            key=f"labelled against {name}",
            name=f"expert-labelled beats, windows with at most 5 % ectopy, against {name}",
            wanted="F1 higher, recall not lower",
            measure=_labelled(name),
            explanations=(NEVER_MISSED,),
        )
        for name in PEERS
    ),
    *(
        Line(
            key=f"{source} {'spoiled' if is_spoiled else 'clean'} windows",
            name=f"5-minute windows, {source}, {what}: graded ok",
            wanted="none" if is_spoiled else f"at least {100 * CLEAN_OK:.0f} %",
            measure=_windows(source, is_spoiled=is_spoiled),
            explanations=(NEVER_MISSED,),
        )
        for source in ("generated", "labelled")
        for is_spoiled, what in ((True, "over 5 % ectopy, bigeminy or fibrillation"), (False, "clean"))
    ),
    Line(
        key="speed, whole",
        name="speed, 300,000 beats, against NeuroKit2's whole call",
        wanted=f"at least {TIMES_WHOLE:.0f} times",
        measure=_faster("NeuroKit2, whole call", TIMES_WHOLE),
        explanations=(BUSY_MACHINE,),
    ),
    Line(
        key="speed, detection",
        name="speed, 300,000 beats, against NeuroKit2's detection alone",
        wanted=f"at least {TIMES_DETECTION:.0f} times",
        measure=_faster("NeuroKit2, detection alone", TIMES_DETECTION),
        explanations=(BUSY_MACHINE,),
    ),
)
"""Every target that the comparison measures."""
