"""What the quality bench found, as data and as tables to read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pipelines.proofs.lock_errors import LockReport
from pipelines.proofs.scoring import Tally, wilson
from pipelines.proofs.track_report import TrackScore, track_table

RECALL_TARGET = 0.8
"""Share of events of middle severity that should be found."""

NOTHING_FOUND = Tally()
DOUBTFUL_TARGET, UNUSABLE_TARGET = 3.0, 0.5
"""Most clean athlete-days in a hundred that may lose their grade, by the grade they end with."""

COVERAGE_TARGET = 0.8
"""Share of readings whose error should be smaller than expected."""

NO_REAL = "Real files: the folder of real exports is not set (WATTWORTH_REAL), so their columns are empty."
LABEL = "Simulated: faults injected into generated rows with known truth. It says nothing about real devices."


@dataclass(frozen=True, kw_only=True)
class FaultScore:
    """One fault at one severity."""

    fault: str
    table: str
    severity: int
    subject_count: int
    checks: tuple[str, ...]
    """Checks that should find it; empty when none of them exists."""
    tally: Tally
    precision_interval: tuple[float, float] | None = None
    """95 %, resampled over subjects: what is flagged in one of them belongs together. None when nothing is flagged."""
    clean_count: int = 0
    """Everyday clean subjects of the same table."""
    accused_count: int = 0
    """Of these, those in which one of the checks flags anything."""
    judged_row_count: int = 0
    judged_cpu_s: float = 0.0
    """Rows judged for this fault, all severities together, and the processor time it took."""

    def as_json(self) -> dict[str, object]:
        """Counts, recall with its 95 % interval, precision, and the precision of flagging everything."""
        interval = wilson(self.tally.found_count, self.tally.event_count)
        return {
            "fault": self.fault,
            "table": self.table,
            "severity": self.severity,
            "checks": list(self.checks),
            "subject_count": self.subject_count,
            "event_count": self.tally.event_count,
            "found_count": self.tally.found_count,
            "recall": self.tally.recall,
            "recall_interval": interval,
            "precision": self.tally.precision,
            "precision_interval": self.precision_interval,
            "prevalence": self.tally.prevalence,
            "clean_count": self.clean_count,
            "accused_count": self.accused_count,
            "accused_share": self.accused_count / self.clean_count if self.clean_count else None,
            "accused_interval": wilson(self.accused_count, self.clean_count),
            "judged_row_count": self.judged_row_count,
            "us_per_row": 1e6 * self.judged_cpu_s / self.judged_row_count if self.judged_row_count else None,
        }


@dataclass(frozen=True, kw_only=True)
class AlarmScore:
    """One kind of clean subject: how many of its athlete-days lost their grade by a flag."""

    control: str
    is_hard: bool
    day_count: int
    doubtful_count: int
    unusable_count: int
    checks: tuple[str, ...]
    """Checks that raised any flag there."""
    row_count: int
    """Rows of the clean subjects: beats, records, nights or values."""
    flagged_row_count: int
    """Of these, rows that some flag names; every row of a subject that is flagged as a whole."""

    def as_json(self) -> dict[str, object]:
        """Counts and both rates per hundred clean athlete-days, with their 95 % intervals."""
        rates = {
            name: {"per_100": 100.0 * count / self.day_count, "interval": _per_100(count, self.day_count)}
            for name, count in (("doubtful", self.doubtful_count), ("unusable", self.unusable_count))
        }
        return {**asdict(self), **rates}


@dataclass(frozen=True, kw_only=True)
class RmssdScore:
    """Error of RMSSD over the readings with one fault: before anything is left out, and of those usable for a day."""

    fault: str
    severity: int
    subject_count: int
    withheld_count: int
    before_median: float
    before_p95: float
    after_median: float | None
    after_p95: float | None
    intervals: Mapping[str, tuple[float, float]]
    """95 %, resampled over readings, of each of these by its name; none for what is not known."""
    expected_count: int
    """Readings that have both a value and an expected error."""
    covered_count: int
    """Of these, readings whose error against the same beats without the fault is smaller than expected."""
    level_covered_count: int
    """Of these, readings whose error against the half hour they are a cut of is smaller than expected."""

    def as_json(self) -> dict[str, object]:
        """Errors as fractions of the fault-free RMSSD, and the coverage of the expected error."""
        counts = {"coverage": self.covered_count, "level_coverage": self.level_covered_count}
        shares = {name: count / self.expected_count if self.expected_count else None for name, count in counts.items()}
        intervals = {f"{name}_interval": wilson(count, self.expected_count) for name, count in counts.items()}
        return {**asdict(self), **shares, **intervals}


@dataclass(frozen=True, kw_only=True)
class RealScore:
    """One fault at one severity, put into clean subjects of real files."""

    fault: str
    severity: int
    clean_count: int
    """Subjects on which no check of its signals fires, and into which it can be put."""
    subject_count: int
    """Subjects there are: activities, or five minutes of beats."""
    struck_count: int = 0
    """Of the clean ones, those it was put into."""
    tally: Tally = NOTHING_FOUND

    def as_json(self) -> dict[str, object]:
        """Counts, recall with its 95 % interval, and precision."""
        return {
            "fault": self.fault,
            "severity": self.severity,
            "clean_count": self.clean_count,
            "subject_count": self.subject_count,
            "struck_count": self.struck_count,
            "event_count": self.tally.event_count,
            "found_count": self.tally.found_count,
            "recall": self.tally.recall,
            "recall_interval": wilson(self.tally.found_count, self.tally.event_count),
            "precision": self.tally.precision,
        }


@dataclass(frozen=True, kw_only=True)
class RealReport:
    """The same faults in real files: how many files were read, what they hold, and what was found."""

    file_count: int
    activity_count: int
    window_count: int
    scores: tuple[RealScore, ...]

    def as_json(self) -> dict[str, object]:
        """Counts and every score."""
        return {
            "file_count": self.file_count,
            "activity_count": self.activity_count,
            "window_count": self.window_count,
            "faults": [score.as_json() for score in self.scores],
        }

    def told(self) -> str:
        """What was read, in one line."""
        return (
            f"Real files: {self.file_count} read, with {self.activity_count} activities of 25 minutes to five and a "
            f"half hours and {self.window_count} cuts of five minutes of beats. A fault is put into those on "
            "which no check of its signals fires; how many these are of how many stands in the table. What a clean "
            "file hides is not known."
        )


@dataclass(frozen=True, kw_only=True)
class QualityReport:
    """Everything `wattworth bench quality` prints."""

    seed: int
    is_quick: bool
    generator_version: int
    faults: tuple[FaultScore, ...]
    alarms: tuple[AlarmScore, ...]
    rmssd: tuple[RmssdScore, ...]
    cpu_s: float
    real: RealReport | None = None
    """The same faults in real files; None when no folder of them was named."""
    tracks: tuple[TrackScore, ...] = ()
    """Error of distance and mean pace with each fault of a track; empty when another judge stands in for the checks."""
    locks: LockReport | None = None
    """Cadence locks by share of the run and device; None when another judge stands in."""

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "label": LABEL,
            "is_simulated": True,
            "seed": self.seed,
            "is_quick": self.is_quick,
            "generator_version": self.generator_version,
            "cpu_s": self.cpu_s,
            "faults": [score.as_json() for score in self.faults],
            "false_alarms": [score.as_json() for score in self.alarms],
            "rmssd": [score.as_json() for score in self.rmssd],
            "tracks": [score.as_json() for score in self.tracks],
            "cadence_locks": None if self.locks is None else self.locks.as_json(),
            "real_files": None if self.real is None else self.real.as_json(),
        }

    def as_markdown(self) -> str:
        """All tables with their numbers of cases."""
        size = "quick" if self.is_quick else "full"
        start = f"{LABEL} Seed {self.seed}, {size}, generator version {self.generator_version}."
        told = NO_REAL if self.real is None else self.real.told()
        tables = [told, _fault_table(self.faults, self.real), _alarm_table(self.alarms), _rmssd_table(self.rmssd)]
        tables += [track_table(self.tracks)] if self.tracks else []
        tables += [] if self.locks is None else [self.locks.as_markdown()]
        return "\n\n".join([start, *tables]) + "\n"


def _fault_table(scores: Sequence[FaultScore], real: RealReport | None) -> str:
    """Generated subjects and real files side by side."""
    beside = {(score.fault, score.severity): score for score in real.scores} if real else {}
    rows = [
        (
            score.fault,
            score.severity,
            score.subject_count,
            score.tally.event_count,
            _share(score.tally.recall) if score.checks else "no check",
            _interval(wilson(score.tally.found_count, score.tally.event_count)),
            _share(score.tally.precision),
            _interval(score.precision_interval),
            f"{score.accused_count} of {score.clean_count}",
            *_real_cells(beside.get((score.fault, score.severity)), is_set=real is not None),
        )
        for score in scores
    ]
    titles: tuple[str, ...] = ("fault", "severity", "subjects", "events", "recall", "95 %", "precision")
    titles += ("95 %", "clean subjects accused")
    titles += ("real: struck of clean of all", "events", "recall", "95 %", "precision")
    return _table(titles, rows)


def _real_cells(score: RealScore | None, *, is_set: bool) -> tuple[object, ...]:
    """The right half of a row: what the same fault did in real files, or why there is nothing to say."""
    if score is None:
        return ("not put into real files" if is_set else "folder not set", "", "", "", "")
    return (
        f"{score.struck_count} of {score.clean_count} of {score.subject_count}",
        score.tally.event_count,
        _share(score.tally.recall),
        _interval(wilson(score.tally.found_count, score.tally.event_count)),
        _share(score.tally.precision),
    )


def _alarm_table(scores: Sequence[AlarmScore]) -> str:
    rows = [
        (
            score.control + (" (hard)" if score.is_hard else ""),
            score.day_count,
            f"{100.0 * score.doubtful_count / score.day_count:.1f}",
            _interval(_per_100(score.doubtful_count, score.day_count), digits=1),
            f"{100.0 * score.unusable_count / score.day_count:.1f}",
            _interval(_per_100(score.unusable_count, score.day_count), digits=1),
            score.row_count,
            f"{1000.0 * score.flagged_row_count / score.row_count:.2f}" if score.row_count else "not known",
            ", ".join(score.checks),
        )
        for score in scores
    ]
    titles: tuple[str, ...] = ("clean", "athlete-days", "doubtful per 100", "95 %", "unusable per 100", "95 %")
    titles += ("rows", "flagged per 1,000", "checks that flagged")
    return _table(titles, rows)


def _rmssd_table(scores: Sequence[RmssdScore]) -> str:
    rows = [
        (
            score.fault,
            score.severity,
            score.subject_count,
            f"{_percent(score.before_median)} / {_percent(score.before_p95)}",
            _percents(score.intervals.get("before_median")),
            f"{_percent(score.after_median)} / {_percent(score.after_p95)}",
            _percents(score.intervals.get("after_median")),
            score.withheld_count,
            _share(score.covered_count / score.expected_count if score.expected_count else None),
            _share(score.level_covered_count / score.expected_count if score.expected_count else None),
        )
        for score in scores
    ]
    titles: tuple[str, ...] = (
        "fault",
        "severity",
        "readings",
        "RMSSD error before",
        "95 % of the median",
        "after (median / p95)",
        "95 % of the median",
        "not usable",
    )
    titles += ("within expected error of the same beats", "of the half hour around")
    return _table(titles, rows)


def _table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _share(share: float | None) -> str:
    return "not known" if share is None else f"{share:.2f}"


def _percent(share: float | None) -> str:
    return "not known" if share is None else f"{100.0 * share:.1f} %"


def _percents(interval: tuple[float, float] | None) -> str:
    return "" if interval is None else "-".join(f"{100.0 * end:.1f}" for end in interval)


def _per_100(count: int, days: int) -> tuple[float, float] | None:
    interval = wilson(count, days)
    return None if interval is None else (100.0 * interval[0], 100.0 * interval[1])


def _interval(interval: tuple[float, float] | None, *, digits: int = 2) -> str:
    return "" if interval is None else f"{interval[0]:.{digits}f}-{interval[1]:.{digits}f}"
