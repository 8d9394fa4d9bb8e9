"""Whether expected errors keep their promise on subjects that calibration has not seen.

Coverage and mean expected error of every stratum, a family of faults nobody calibrated on, and whether a chance stated
from an expected error, p_ok = P(|error| <= limit), comes true as often as it says.
"""

import math
import time
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from pipelines.progress import SILENT, Progress
from pipelines.proofs.calibration import EDGES, FEWEST, mean_of, share_within, subject_count, within
from pipelines.proofs.calibration_mixture import MIXTURE, Part, groups, signal_of
from pipelines.proofs.calibration_subjects import subjects
from pipelines.proofs.scoring import wilson
from pipelines.quality.error_sources import P80
from pipelines.quality.expected_error import UNITS
from pipelines.simulation.beats import SEED_REPORTING

TARGET = (0.78, 0.84)
"""Share of errors within their expected error in a stratum of enough subjects."""
SURPRISE_TARGET = 0.70
"""The same, at least, of the family of faults that was kept out of calibration."""
P_OK_TARGET = 0.05
"""Largest expected calibration error of p_ok."""
P_OK_BINS = 10

OF_SIGNAL = {
    "beats": ("hrv_day", "hrv_baseline", "resting_hr"),
    "heart rate": ("load", "hr_zones"),
    "movement": ("distance", "mean_pace"),
}
"""The purposes that a family of faults bears on, by signal."""


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """One stratum, or one purpose of the family kept out: how many errors were within, and how large they were said."""

    purpose: str
    source: str
    flagged: str
    subject_count: int
    covered_count: int
    mean_expected_error: float

    @property
    def share(self) -> float:
        """Share of errors within."""
        return self.covered_count / self.subject_count

    def as_json(self) -> dict[str, object]:
        """The counts, the share and its 95 % Wilson interval."""
        interval = wilson(self.covered_count, self.subject_count)
        return {**vars(self), "unit": UNITS[self.purpose], "coverage": self.share, "coverage_interval": interval}


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """One bin of p_ok: what was said on average, and what came true."""

    start: float
    subject_count: int
    said: float
    came_true: float


@dataclass(frozen=True, kw_only=True)
class CoverageReport:
    """What the bench found."""

    seed: int
    strata: tuple[Coverage, ...]
    surprise: tuple[Coverage, ...]
    reliability: tuple[Reliability, ...]
    cpu_s: float

    @property
    def calibration_error(self) -> float:
        """Expected calibration error of p_ok: |said - came true|, weighted by subjects."""
        count = sum(one.subject_count for one in self.reliability)
        return sum(one.subject_count * abs(one.said - one.came_true) for one in self.reliability) / max(count, 1)

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "is_simulated": True,
            "seed": self.seed,
            "cpu_s": self.cpu_s,
            "targets": {
                "coverage": TARGET,
                "fewest_subjects": FEWEST.number,
                "surprise_coverage": SURPRISE_TARGET,
                "p_ok_error": P_OK_TARGET,
            },
            "strata": [one.as_json() for one in self.strata],
            "surprise": [one.as_json() for one in self.surprise],
            "p_ok": {
                "expected_calibration_error": self.calibration_error,
                "bins": [vars(one) for one in self.reliability],
            },
        }

    def as_markdown(self) -> str:
        """Three tables with their numbers of cases."""
        start = f"Expected errors on subjects that were not calibrated on (seed {self.seed}): 80 % of errors should be "
        start += f"smaller, {TARGET[0]:.2f} to {TARGET[1]:.2f} where there are {FEWEST.number:.0f} subjects."
        chance = "p_ok, the chance that an error is within the limit of its purpose: expected calibration error "
        chance += f"{self.calibration_error:.3f} (below {P_OK_TARGET:.2f})."
        kept_out = f"Faults kept out of calibration (at least {SURPRISE_TARGET:.2f}):"
        tables = _coverage_table(self.strata), _coverage_table(self.surprise), _reliability_table(self.reliability)
        return "\n\n".join([start, tables[0], kept_out, tables[1], chance, tables[2]]) + "\n"


def bench_coverage(
    *,
    quick: bool,
    seed: int = SEED_REPORTING,
    progress: Progress = SILENT,
    mixture: tuple[Part, ...] = MIXTURE,
) -> CoverageReport:
    """Makes other subjects of the same mixture, and of the faults kept out of it, and compares errors with promises."""
    started_s = time.process_time()
    usual, surprise = (
        subjects(
            groups(quick=quick, surprise=is_surprise, mixture=mixture),
            seed=seed,
            progress=progress,
            label="judge what was kept out" if is_surprise else "judge for coverage",
        ).with_columns((pl.col("uncalibrated_error") * pl.col("conformal_factor")).alias("expected_error"))
        for is_surprise in (False, True)
    )
    return CoverageReport(
        seed=seed,
        strata=coverage_by_stratum(usual),
        surprise=coverage_of_surprise(surprise),
        reliability=reliability(usual),
        cpu_s=round(time.process_time() - started_s, 1),
    )


def coverage_by_stratum(rows: pl.DataFrame) -> tuple[Coverage, ...]:
    """Coverage of every stratum that has subjects, from rows of `calibration_subjects` with expected_error."""
    found = []
    pairs = rows.select("purpose", "source").unique().sort("purpose", "source")
    for purpose, source in pairs.iter_rows():
        own = rows.filter(purpose=purpose, source=source)
        for start, end in pairwise(EDGES):
            inside = own.filter(within(start, end))
            if inside.height:
                found.append(_coverage(inside, purpose, source, f"{100 * start:g}-{100 * end:g} %"))
    return tuple(found)


def coverage_of_surprise(rows: pl.DataFrame) -> tuple[Coverage, ...]:
    """Coverage by purpose and source of the faults kept out, of the purposes they bear on."""
    signal = pl.col("fault").map_elements(signal_of, return_dtype=pl.String)
    bears = pl.any_horizontal(
        [(signal == name) & pl.col("purpose").is_in(list(purposes)) for name, purposes in OF_SIGNAL.items()]
    )
    chosen = rows.filter(bears)
    pairs = chosen.select("purpose", "source").unique().sort("purpose", "source")
    return tuple(_coverage(chosen.filter(purpose=p, source=s), p, s, "all") for p, s in pairs.iter_rows())


def _coverage(rows: pl.DataFrame, purpose: str, source: str, flagged: str) -> Coverage:
    count = subject_count(rows)
    return Coverage(
        purpose=purpose,
        source=source,
        flagged=flagged,
        subject_count=count,
        covered_count=round(count * share_within(rows, pl.col("expected_error"))),
        mean_expected_error=mean_of(rows, pl.col("expected_error")),
    )


def chance_within(limit: float, expected_error: float) -> float:
    """p_ok: the chance that an error is within a limit, were errors Gaussian and 80 % of them within the expected."""
    return math.erf(P80 * limit / expected_error / math.sqrt(2.0))


def reliability(rows: pl.DataFrame) -> tuple[Reliability, ...]:
    """Bins of p_ok that hold subjects, from rows with expected_error, error_limit and error."""
    said = [chance_within(*pair) for pair in rows.select("error_limit", "expected_error").iter_rows()]
    place = pl.min_horizontal((pl.col("said") * P_OK_BINS).floor(), P_OK_BINS - 1).alias("place")
    binned = (
        rows.with_columns(pl.Series("said", said, dtype=pl.Float64))
        .with_columns(place, (pl.col("error") <= pl.col("error_limit")).alias("is_within"))
        .group_by("place")
        .agg(
            pl.col("weight").sum().alias("count"),
            *((pl.col(name) * pl.col("weight")).sum() / pl.col("weight").sum() for name in ("said", "is_within")),
        )
        .sort("place")
    )
    return tuple(
        Reliability(start=start / P_OK_BINS, subject_count=max(1, round(count)), said=mean, came_true=share)
        for start, count, mean, share in binned.iter_rows()
    )


def _coverage_table(rows: tuple[Coverage, ...]) -> str:
    lines = ["| purpose | source | flagged | n | coverage (95 %) | mean expected error |", "|" + " --- |" * 6]
    for one in rows:
        low, high = wilson(one.covered_count, one.subject_count) or (0.0, 1.0)
        lines.append(
            f"| {one.purpose} | {one.source} | {one.flagged} | {one.subject_count} "
            f"| {one.share:.2f} ({low:.2f}-{high:.2f}) | {one.mean_expected_error:.3g} {UNITS[one.purpose]} |"
        )
    return "\n".join(lines)


def _reliability_table(rows: tuple[Reliability, ...]) -> str:
    lines = ["| p_ok | n | said | came true (95 %) |", "|" + " --- |" * 4]
    for one in rows:
        low, high = wilson(round(one.came_true * one.subject_count), one.subject_count) or (0.0, 1.0)
        span = f"{one.start:.1f}-{one.start + 1 / P_OK_BINS:.1f}"
        told = f"{one.came_true:.2f} ({low:.2f}-{high:.2f})"
        lines.append(f"| {span} | {one.subject_count} | {one.said:.2f} | {told} |")
    return "\n".join(lines)
