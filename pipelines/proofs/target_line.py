"""A line of the table of targets: what is wanted, what was measured, and of a miss the reason and what was tried."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipelines.proofs.beat_report import PeerReport
from pipelines.proofs.coverage_bench import CoverageReport
from pipelines.proofs.judge_cost import JudgingReport
from pipelines.proofs.report import QualityReport
from pipelines.proofs.scoring import wilson

MET, MISSED, NOT_MEASURED = "met", "missed", "not measured here"
UNEXPLAINED = "Nobody has looked into this miss yet."


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was measured in this run; None for what was not asked for."""

    quality: QualityReport | None = None
    peers: PeerReport | None = None
    coverage: CoverageReport | None = None
    judging: JudgingReport | None = None


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a line is missed, kept beside its target: shown only where it is."""

    reason: str
    """What was measured of the miss."""
    tried: str
    """What was done about it so far."""
    part: str = ""
    """The part of the line it is about, such as one fault; empty where it holds for all of them."""


@dataclass(frozen=True, kw_only=True)
class Short:
    """A part of a line that falls short: the name explanations know it by, and what was measured of it."""

    part: str
    told: str


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What a run says of a line; `is_met` is None where it could not be measured, and `told` says why."""

    is_met: bool | None
    told: str
    short: tuple[Short, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """A target. Whoever declares one says what is known of its misses."""

    key: str
    name: str
    wanted: str
    measure: Callable[[Found], Measured]
    explanations: tuple[Explanation, ...]

    def why(self, part: str) -> tuple[Explanation, ...]:
        """What is known of a miss: of that part where there is something, else of the whole line."""
        own = tuple(one for one in self.explanations if part and one.part == part)
        return own or tuple(one for one in self.explanations if not one.part)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A line as one run found it."""

    line: Line
    measured: Measured

    @property
    def verdict(self) -> str:
        """Met, missed, or not measured here."""
        return {True: MET, False: MISSED, None: NOT_MEASURED}[self.measured.is_met]

    @property
    def misses(self) -> tuple[tuple[str, tuple[Explanation, ...]], ...]:
        """What falls short with what is known of it, parts of one reason together; nothing unless it is missed."""
        if self.measured.is_met is not False:
            return ()
        told: dict[tuple[Explanation, ...], list[str]] = {}
        for one in self.measured.short or (Short(part="", told=""),):
            told.setdefault(self.line.why(one.part), []).append(one.told)
        return tuple(("; ".join(parts), known) for known, parts in told.items())

    def as_json(self) -> dict[str, object]:
        """The line, the figures, the verdict, and of a miss its reasons."""
        return {
            "key": self.line.key,
            "name": self.line.name,
            "wanted": self.line.wanted,
            "measured": self.measured.told,
            "is_met": self.measured.is_met,
            "verdict": self.verdict,
            "misses": [
                {"told": told, "known": [{"reason": one.reason, "tried": one.tried} for one in known]}
                for told, known in self.misses
            ],
        }


def judged(lines: Iterable[Line], found: Found) -> tuple[Target, ...]:
    """Every line against what was measured."""
    return tuple(Target(line=line, measured=line.measure(found)) for line in lines)


def target_table(targets: Sequence[Target]) -> str:
    """One row a line, then of each miss its reason and what was tried."""
    counts = {verdict: sum(one.verdict == verdict for one in targets) for verdict in (MET, MISSED, NOT_MEASURED)}
    head = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    lines = [f"Targets: {head}.", "", "| figure | target | measured (n, 95 %) | |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {one.line.name} | {one.line.wanted} | {one.measured.told} | "
        f"{'**missed**' if one.verdict == MISSED else one.verdict} |"
        for one in targets
    ]
    missed = [one for one in targets if one.misses]
    if missed:
        lines += ["", "Missed, with the measured reason and what was tried:", ""]
    for one in missed:
        for told, known in one.misses:
            why = " ".join(f"{each.reason} Tried: {each.tried}" for each in known) or UNEXPLAINED
            lines.append(f"- **{one.line.name}**{': ' + told if told else ''}. {why}")
    return "\n".join(lines) + "\n"


def not_measured(why: str) -> Measured:
    """A line this run says nothing about."""
    return Measured(is_met=None, told=why)


def share_told(hits: int, count: int, *, digits: int = 3) -> str:
    """A share with its 95 % Wilson interval and its counts, such as "0.933 (0.841 to 0.974), 56 of 60"."""
    interval = wilson(hits, count)
    if interval is None:
        return "nothing to count"
    low, high = interval
    return f"{hits / count:.{digits}f} ({low:.{digits}f} to {high:.{digits}f}), {hits:,} of {count:,}"
