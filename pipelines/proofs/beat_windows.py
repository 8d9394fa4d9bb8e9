"""Five minutes of a rhythm that cannot carry a figure, and clean ones: which are graded ok, generated and labelled."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.proofs.cases import FIRST_START, Batch, Tables, Wish, build, fault_wishes
from pipelines.proofs.labelled_beats import Window
from pipelines.proofs.salts import salt
from pipelines.proofs.scoring import wilson
from pipelines.quality.judge import judge_alone
from pipelines.quality.verdicts import verdicts
from pipelines.simulation.faults.contract import SEVERITIES
from pipelines.simulation.faults.rhythm import BIGEMINY, FIBRILLATION_LIKE, FREQUENT_ECTOPY
from pipelines.simulation.frames import beat_rows, series_row
from pipelines.tables import empty

SPOILED = (FREQUENT_ECTOPY, BIGEMINY, FIBRILLATION_LIKE)
"""8 to 25 % early beats; alternation and disorder over a third, two thirds or all of the five minutes."""


@dataclass(frozen=True, kw_only=True)
class WindowScore:
    """Windows of one kind, and how many of them are graded ok for a figure of that day."""

    name: str
    is_spoiled: bool
    window_count: int
    ok_count: int

    def as_json(self) -> dict[str, object]:
        """Counts and the share graded ok with its 95 % interval."""
        share = self.ok_count / self.window_count if self.window_count else None
        interval = wilson(self.ok_count, self.window_count)
        return {
            "windows": self.name,
            "is_spoiled": self.is_spoiled,
            "window_count": self.window_count,
            "ok_count": self.ok_count,
            "ok_share": share,
            "interval": interval,
        }


def generated(count: int, *, seed: int) -> list[WindowScore]:
    """So many windows of each rhythm and severity, and three times as many clean ones."""
    scores = []
    for fault in SPOILED:
        batch = build(
            fault_wishes(fault, severities=SEVERITIES, count=count), seed=seed, salt=salt("window", fault.name)
        )
        ok = graded_ok(batch.tables)
        for severity in SEVERITIES:
            name = f"generated: {fault.name.replace('_', ' ')}, severity {severity}"
            scores.append(_score(name, _of(batch, severity), ok, is_spoiled=True))
    clean = build([Wish(table="beats", number=n) for n in range(3 * count)], seed=seed, salt=salt("window", "none"))
    return [*scores, _score("generated: clean", _of(clean, 0), graded_ok(clean.tables), is_spoiled=False)]


def labelled(windows: Sequence[Window]) -> list[WindowScore]:
    """Windows of labelled recordings, by what their labels say of them."""
    if not windows:
        return []
    names = [f"labelled-{number:04d}" for number in range(len(windows))]
    frames = [
        beat_rows(window.rr_ms.round(1), athlete_id=number, source_file_id=name)
        for number, (window, name) in enumerate(zip(windows, names, strict=True))
    ]
    series = [series_row(frame, start_at_utc=FIRST_START, reading="morning") for frame in frames]
    ok = graded_ok({"beats": pl.concat(frames), "beat_series": pl.concat(series)})
    scores = []
    for is_spoiled, name in ((True, "labelled: over 5 % ectopic or another rhythm"), (False, "labelled: the others")):
        own = [f"{one}:b0" for one, window in zip(names, windows, strict=True) if window.is_spoiled == is_spoiled]
        scores.append(_score(name, own, ok, is_spoiled=is_spoiled))
    return scores


def graded_ok(given: Tables) -> frozenset[str]:
    """Series whose figure of the day is graded ok, be it precise enough for a purpose or not."""
    tables = {name: empty(name) for name in ("athletes", "activities", "daily_values", "nights", "notes")} | given
    judged = judge_alone(tables)
    known = {**tables, "flags": judged.flags, "facts": judged.facts, "check_outcomes": judged.check_outcomes}
    decided = verdicts(known).filter((pl.col("purpose") == "hrv_day") & (pl.col("grade") == "ok"))
    return frozenset(decided["subject_id"])


def _of(batch: Batch, severity: int) -> list[str]:
    return [case.subject_ids[0] for case in batch.cases if case.severity == severity]


def _score(name: str, subject_ids: Sequence[str], ok: frozenset[str], *, is_spoiled: bool) -> WindowScore:
    return WindowScore(
        name=name,
        is_spoiled=is_spoiled,
        window_count=len(subject_ids),
        ok_count=sum(subject_id in ok for subject_id in subject_ids),
    )
