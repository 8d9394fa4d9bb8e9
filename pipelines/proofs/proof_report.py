"""Everything the bench measures in one run, the one table of targets last."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipelines.progress import SILENT, Progress
from pipelines.proofs.beat_bench import bench_peers
from pipelines.proofs.beat_peers import INSTALL, NOT_INSTALLED
from pipelines.proofs.beat_report import PeerReport
from pipelines.proofs.coverage_bench import CoverageReport, bench_coverage
from pipelines.proofs.gap_asked import bench_asked
from pipelines.proofs.gap_bench import GapReport, bench_gaps
from pipelines.proofs.judge_cost import JudgingReport, judging_cost_alone
from pipelines.proofs.overlay_bench import OverlayReport, bench_overlays
from pipelines.proofs.pattern_bench import PatternReport, bench_patterns
from pipelines.proofs.quality_bench import bench_quality
from pipelines.proofs.report import QualityReport
from pipelines.proofs.stored import QUALITY
from pipelines.proofs.target_line import Found, Target, judged, target_table
from pipelines.proofs.targets import LINES


@dataclass(frozen=True, kw_only=True)
class ProofReport:
    """All parts of one run, with when and by which rules it was made."""

    made_at_utc: datetime
    rules_version: str
    quality: QualityReport
    peers: PeerReport
    coverage: CoverageReport
    judging: JudgingReport
    overlays: OverlayReport
    gaps: GapReport
    patterns: PatternReport

    def targets(self) -> tuple[Target, ...]:
        """Every line of the table."""
        found = Found(quality=self.quality, peers=self.peers, coverage=self.coverage, judging=self.judging)
        return judged(LINES, found)

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "format": QUALITY.format,
            "made_at_utc": self.made_at_utc.isoformat(timespec="seconds"),
            "rules_version": self.rules_version,
            **self.quality.as_json(),
            "targets": [target.as_json() for target in self.targets()],
            "peers": self.peers.as_json(),
            "expected_error": self.coverage.as_json(),
            "judging": self.judging.as_json(),
            "overlays": self.overlays.as_json(),
            "gaps": self.gaps.as_json(),
            "patterns": self.patterns.as_json(),
        }

    def as_markdown(self) -> str:
        """Every table, and last the one that says which targets are met."""
        parts = (self.quality, self.peers, self.coverage, self.judging, self.overlays, self.gaps, self.patterns)
        told = f"Rules {self.rules_version}. {peers_told(self.peers)}"
        return "\n".join([*(part.as_markdown() for part in parts), told, "", target_table(self.targets())])


def peers_told(report: PeerReport) -> str:
    """Which packages ours was compared with, and how those that are not there are had."""
    there = ", ".join(f"{name} {version}" for name, version in report.versions.items()) or "none"
    absent = [line.split(":")[0] for line in report.missing if NOT_INSTALLED in line]
    hint = f" Missing: {', '.join(absent)}; the extra `peers` installs them ({INSTALL})." if absent else ""
    broken = "".join(f" {line}." for line in report.missing if NOT_INSTALLED not in line)
    return f"Peers in this run: {there}.{hint}{broken}"


def bench_proof(
    *,
    quick: bool,
    seed: int,
    now: datetime,
    rules_version: str,
    progress: Progress = SILENT,
    real: Path | None = None,
) -> ProofReport:
    """Measures everything; `real` is a folder of real exports."""
    return ProofReport(
        made_at_utc=now,
        rules_version=rules_version,
        quality=bench_quality(quick=quick, seed=seed, progress=progress, real=real),
        peers=bench_peers(quick=quick, seed=seed, progress=progress, real=real),
        coverage=bench_coverage(quick=quick, seed=seed, progress=progress),
        judging=judging_cost_alone(quick=quick),
        overlays=bench_overlays(quick=quick, seed=seed),
        gaps=replace(bench_gaps(quick=quick, seed=seed), asked=bench_asked(quick=quick, seed=seed)),
        patterns=bench_patterns(quick=quick, seed=seed),
    )
