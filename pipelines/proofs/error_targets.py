"""Targets of expected errors, of what judging costs, and of all faults and clean days together."""

from collections.abc import Callable

from pipelines.proofs.calibration import FEWEST
from pipelines.proofs.coverage_bench import P_OK_TARGET, SURPRISE_TARGET, TARGET, Coverage
from pipelines.proofs.judge_cost import TARGET_S
from pipelines.proofs.known_misses import BUSY_JUDGING, FEW_CASES, NEVER_MISSED
from pipelines.proofs.report import COVERAGE_TARGET, DOUBTFUL_TARGET, RECALL_TARGET, UNUSABLE_TARGET
from pipelines.proofs.target_line import Found, Line, Measured, Short, not_measured, share_told

NO_COVERAGE = "expected errors were not measured in this run"
NO_FAULTS = "faults were not put in in this run"
MIDDLE = 2
"""Severity at which recall of every fault is asked."""


def _strata(found: Found) -> Measured:
    strata = found.coverage.strata if found.coverage else ()
    large = [one for one in strata if one.subject_count >= FEWEST.number]
    if not large:
        return not_measured(NO_COVERAGE)
    short = tuple(_short(one) for one in large if not TARGET[0] <= one.share <= TARGET[1])
    least, most = min(one.share for one in large), max(one.share for one in large)
    told = f"{len(large) - len(short)} of {len(large)} strata; {least:.2f} to {most:.2f}"
    return Measured(is_met=not short, told=told, short=short)


def _unseen(found: Found) -> Measured:
    kept_out = found.coverage.surprise if found.coverage else ()
    if not kept_out:
        return not_measured(NO_COVERAGE)
    short = tuple(_short(one) for one in kept_out if one.share < SURPRISE_TARGET)
    least = min(kept_out, key=lambda one: one.share)
    told = f"{len(kept_out) - len(short)} of {len(kept_out)} values; least {_told(least)}"
    told += f" ({least.purpose}, {least.source})"
    return Measured(is_met=not short, told=told, short=short)


def _short(one: Coverage) -> Short:
    named = f"{one.purpose}, {one.source}, {one.flagged} flagged"
    return Short(part=named, told=f"{named}: {_told(one)}")


def _told(one: Coverage) -> str:
    return share_told(one.covered_count, one.subject_count, digits=2)


def _chances(found: Found) -> Measured:
    if found.coverage is None or not found.coverage.reliability:
        return not_measured(NO_COVERAGE)
    count = sum(one.subject_count for one in found.coverage.reliability)
    error = found.coverage.calibration_error
    return Measured(is_met=error < P_OK_TARGET, told=f"{error:.3f} over {count:,} values")


def _judging(found: Found) -> Measured:
    if found.judging is None:
        return not_measured("judging was not timed in this run")
    one, count = found.judging.together, found.judging.batch_count
    told = f"{one.best_s:.3f} CPU-seconds, best of {len(one.each_s)} rounds ({max(one.each_s):.3f} at worst)"
    return Measured(is_met=one.best_s <= TARGET_S, told=f"{told}, batch of {count}")


def _every_fault(found: Found) -> Measured:
    faults = found.quality.faults if found.quality else ()
    middle = [one for one in faults if one.severity == MIDDLE and one.tally.event_count]
    if not middle:
        return not_measured(NO_FAULTS)
    short = tuple(
        Short(part=one.fault, told=f"{one.fault}: {share_told(one.tally.found_count, one.tally.event_count, digits=2)}")
        for one in middle
        if one.tally.found_count < RECALL_TARGET * one.tally.event_count
    )
    hits, count = sum(one.tally.found_count for one in middle), sum(one.tally.event_count for one in middle)
    told = f"{len(middle) - len(short)} of {len(middle)} faults; all together {share_told(hits, count)}"
    return Measured(is_met=not short, told=told, short=short)


def _clean_days(name: str, most: float) -> Callable[[Found], Measured]:
    def measure(found: Found) -> Measured:
        clean = [one for one in found.quality.alarms if not one.is_hard] if found.quality else []
        dropped, days = sum(getattr(one, f"{name}_count") for one in clean), sum(one.day_count for one in clean)
        if not days:
            return not_measured(NO_FAULTS)
        return Measured(is_met=100.0 * dropped <= most * days, told=share_told(dropped, days))

    return measure


def _half_hours(found: Found) -> Measured:
    scores = found.quality.rmssd if found.quality else ()
    covered, known = sum(one.level_covered_count for one in scores), sum(one.expected_count for one in scores)
    if not known:
        return not_measured(NO_FAULTS)
    return Measured(is_met=covered >= COVERAGE_TARGET * known, told=share_told(covered, known))


ERROR_LINES = (
    Line(
        key="coverage",
        name=f"coverage of the 80 % expected error, strata of at least {FEWEST.number:.0f}",
        wanted=f"{100 * TARGET[0]:.0f} to {100 * TARGET[1]:.0f} % of each",
        measure=_strata,
        explanations=(FEW_CASES,),
    ),
    Line(
        key="coverage of the unseen",
        name="coverage of the faults kept out of calibration",
        wanted=f"at least {100 * SURPRISE_TARGET:.0f} % of each value",
        measure=_unseen,
        explanations=(FEW_CASES,),
    ),
    Line(
        key="calibration of p_ok",
        name="calibration error of p_ok",
        wanted=f"below {P_OK_TARGET}",
        measure=_chances,
        explanations=(NEVER_MISSED,),
    ),
    Line(
        key="judging",
        name="judging a night of 30,000 beats and an hour of running, batch of 200",
        wanted=f"at most {TARGET_S} CPU-seconds",
        measure=_judging,
        explanations=(BUSY_JUDGING,),
    ),
    Line(
        key="every fault",
        name="every fault found at middle severity",
        wanted=f"at least {RECALL_TARGET} of each",
        measure=_every_fault,
        explanations=(NEVER_MISSED,),
    ),
    *(
        Line(
            key=f"clean days {name}",
            name=f"clean athlete-days made {name} by a flag, all signals",
            wanted=f"at most {most:g} per 100",
            measure=_clean_days(name, most),
            explanations=(NEVER_MISSED,),
        )
        for name, most in (("doubtful", DOUBTFUL_TARGET), ("unusable", UNUSABLE_TARGET))
    ),
    Line(
        key="half hours",
        name="RMSSD of a reading within its expected error of the half hour around",
        wanted=f"at least {100 * COVERAGE_TARGET:g} %",
        measure=_half_hours,
        explanations=(NEVER_MISSED,),
    ),
)
"""Every other target."""
