"""What the comparison of beat detectors found, as data and as tables to read."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pipelines.proofs.beat_real import RealBeatReport
from pipelines.proofs.beat_results import ErrorScore, FlagScore, LabelScore, RatioScore
from pipelines.proofs.beat_scores import RESAMPLES, Estimate
from pipelines.proofs.beat_speed import SpeedScore
from pipelines.proofs.beat_windows import WindowScore
from pipelines.proofs.scoring import wilson

LABEL = (
    "Simulated, where nothing else is said: faults put into generated beats. The author of our detector wrote the"
    " generator too."
)
NO_REAL = "The folder of real exports is not set (WATTWORTH_REAL): labelled beats and real files are left out."


@dataclass(frozen=True, kw_only=True)
class PeerReport:
    """Everything `wattworth bench quality --peers` prints."""

    seed: int
    is_quick: bool
    versions: dict[str, str]
    missing: tuple[str, ...]
    errors: tuple[ErrorScore, ...]
    ratios: tuple[RatioScore, ...]
    flags: tuple[FlagScore, ...]
    labels: tuple[LabelScore, ...]
    windows: tuple[WindowScore, ...]
    speeds: tuple[SpeedScore, ...]
    real: RealBeatReport | None
    cpu_s: float
    real_errors: tuple[ErrorScore, ...] = ()
    """The same faults in clean stretches of real beats; empty where there are too few."""

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "label": LABEL,
            "is_simulated": True,
            "seed": self.seed,
            "is_quick": self.is_quick,
            "cpu_s": self.cpu_s,
            "resamples": RESAMPLES,
            "versions": self.versions,
            "missing": list(self.missing),
            "errors": [score.as_json() for score in self.errors],
            "real_errors": [score.as_json() for score in self.real_errors],
            "ratios": [asdict(score) for score in self.ratios],
            "false_flags": [asdict(score) for score in self.flags],
            "labelled": [score.as_json() for score in self.labels],
            "windows": [score.as_json() for score in self.windows],
            "speed": [score.as_json() for score in self.speeds],
            "real_files": None if self.real is None else self.real.as_json(),
        }

    def as_markdown(self) -> str:
        """Every table with its numbers of cases."""
        size = "quick" if self.is_quick else "full"
        versions = ", ".join(f"{name} {version}" for name, version in self.versions.items()) or "none installed"
        start = f"{LABEL} Seed {self.seed}, {size}, {self.cpu_s:.0f} s of CPU time. Packages: {versions}."
        tables = [_error_table(self.errors, self.flags), _real_error_table(self.real_errors)]
        tables += [_ratio_table(self.ratios)]
        tables += [_label_table(self.labels), _window_table(self.windows), _speed_table(self.speeds)]
        tables += [NO_REAL] if self.real is None else [_real_table(self.real), _places(self.real)]
        return "\n\n".join([start, *self.missing, *(table for table in tables if table)]) + "\n"


def _error_table(scores: Sequence[ErrorScore], flags: Sequence[FlagScore]) -> str:
    """RMSSD error in %, median / 95th percentile, with recall and precision, by tool and condition."""
    conditions = list(dict.fromkeys(score.condition for score in scores))
    by = {(score.tool, score.condition): score for score in scores}
    rows = []
    for flag in flags:
        cells: list[object] = [flag.tool, flag.kind, _estimate(flag.per_1000, digits=2)]
        for condition in conditions:
            one = by[flag.tool, condition]
            recall, precision = one.found_count / one.event_count, one.right_count / max(one.marked_count, 1)
            cells += [f"{100 * one.median.value:.2f} / {100 * one.p95.value:.1f}", f"{recall:.3f} / {precision:.3f}"]
        rows.append(cells)
    titles = (
        ["tool", "kind", f"false flags per 1,000 of {flags[0].interval_count} clean"] if flags else ["tool", "kind"]
    )
    for condition in conditions:
        count = next(score.series_count for score in scores if score.condition == condition)
        titles += [f"{condition}, {count} series: error % median / p95", "recall / precision"]
    return _table(titles, rows)


def _real_error_table(scores: Sequence[ErrorScore]) -> str:
    if not scores:
        return ""
    titles = (
        *("the same faults in clean real beats", "tool", "stretches", "error % median (95 %)", "p95 (95 %)"),
        *("recall", "without a figure"),
    )
    rows = [
        (
            *(one.condition, one.tool, one.series_count, _percent(one.median), _percent(one.p95)),
            *(f"{one.found_count / one.event_count:.3f} of {one.event_count}", one.missing_count),
        )
        for one in scores
        if one.event_count
    ]
    return _table(titles, rows)


def _percent(one: Estimate) -> str:
    return f"{100 * one.value:.2f} ({100 * one.low:.2f} to {100 * one.high:.2f})"


def _ratio_table(scores: Sequence[RatioScore]) -> str:
    titles = ("our error over the best other", "figure", "others", "best", "ratio (95 %)")
    rows = [(one.condition, one.figure, one.against, one.best, _estimate(one.ratio, digits=2)) for one in scores]
    return _table(titles, rows)


def _label_table(scores: Sequence[LabelScore]) -> str:
    if not scores:
        return ""
    titles = (
        f"labelled, {scores[0].window_count} windows, {scores[0].interval_count} intervals",
        *("ectopic beats", "found", "precision", "F1 (95 %)", "ours ahead by (95 %)"),
    )
    rows = [
        (
            *(one.tool, one.ectopic_count, one.found_count, f"{one.right_count / max(one.marked_count, 1):.2f}"),
            *(_estimate(one.f1, digits=2), _estimate(one.ours_ahead, digits=2)),
        )
        for one in scores
    ]
    return _table(titles, rows)


def _window_table(scores: Sequence[WindowScore]) -> str:
    rows = []
    for one in scores:
        interval = wilson(one.ok_count, one.window_count)
        words = "" if interval is None else f"{interval[0]:.3f}-{interval[1]:.3f}"
        rows.append((one.name, one.window_count, one.ok_count, words))
    return _table(("five minutes", "windows", "graded ok", "95 %"), rows)


def _speed_table(scores: Sequence[SpeedScore]) -> str:
    titles = ("speed, CPU time of one process", "beats", "beats a second", "ours is times as fast (least-most)")
    rows = [
        (
            *(one.name, one.beat_count, f"{one.beats_per_s:,.0f}"),
            f"{one.times_slower[0]:.1f} ({one.times_slower[1]:.1f}-{one.times_slower[2]:.1f})",
        )
        for one in scores
    ]
    told = "The packages got a tenth of the beats, scaled, which favours them: a correction copies the whole series."
    return told + "\n\n" + _table(titles, rows)


def _real_table(real: RealBeatReport) -> str:
    titles = (
        *(f"real beats, {real.file_count} files", "windows", "intervals", "marked %", "with a reason %"),
        *("without % (95 %)", "not marked, with a reason"),
    )
    rows = []
    for one in real.shares:
        count = max(one.interval_count, 1)
        shares = (one.marked_count, one.plain_count, one.marked_count - one.plain_count)
        marked, plain, rest = (f"{100 * share / count:.2f}" for share in shares)
        if one.other_share is not None:
            rest += f" ({100 * one.other_share.low:.2f} to {100 * one.other_share.high:.2f})"
        rows.append((one.windows, one.window_count, one.interval_count, marked, plain, rest, one.unmarked_plain_count))
    whole = real.shares[0]
    told = "Reasons are by arithmetic alone and use nothing the detector says. Of the marked ones in the first row: "
    told += "; ".join(f"{count} {reason}" for reason, count in whole.reasons) + "."
    told += f" The device's own heart rate says as many beats in {whole.confirmed_count} of {whole.witness_count}."
    return _table(titles, rows) + "\n\n" + told


def _places(real: RealBeatReport) -> str:
    rows = [
        (
            *(one.file, one.at_s, one.reason, f"{one.rr_ms:.0f}", f"{one.expected_ms:.0f}"),
            " ".join(f"{length:.0f}" for length in one.around_ms),
        )
        for one in real.places
    ]
    return _table(("places to look at", "at s", "reason", "ms", "expected", "with its neighbours"), rows)


def _estimate(one: Estimate, *, digits: int) -> str:
    return f"{one.value:.{digits}f} ({one.low:.{digits}f} to {one.high:.{digits}f})"


def _table(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines: list[Sequence[object]] = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
