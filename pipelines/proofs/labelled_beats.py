"""Beats that experts have labelled, where a folder of such recordings is at hand, cut into five minutes each.

Read are lists of annotations in columns (time in minutes and seconds, sample, label, ..., rhythm) and tables of
t_s, rr_ms, label. Nothing is fitted to them here.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.quality.sliding import Bools, Floats

FOLDER = "rr_annotated"
"""Where such recordings lie in a folder of real exports."""

BEAT_LABELS = frozenset("NLRBAaJSVrFejnE/fQ?")
NORMAL = frozenset("NLR")
"""Labels that are beats, and those of normal conduction. Source: PhysioBank annotation codes."""

OTHER_RHYTHMS = frozenset({"(AFIB", "(AFL", "(VFL", "(B", "(T", "(IVR"})
"""Rhythms in which no figure of heart rate variability means what it should: fibrillation, flutter, bigeminy..."""

WINDOW_S = 300.0
LEAST_INTERVALS = 100
SPOILED_SHARE = 0.05
"""Length of a window (s), fewest intervals of one, and the share of ectopic beats or other rhythm that spoils it."""

LINE = re.compile(r"\s*(\d+):(\d+\.\d+)\s+\d+\s+(\S)\s+\d+\s+\d+\s+\d+\s*(.*)")


@dataclass(frozen=True, kw_only=True)
class Window:
    """Five minutes of a recording: n intervals between n + 1 beats."""

    record: str
    number: int
    rr_ms: Floats
    ectopic: Bools
    """Which of the beats are not normally conducted, the first beat included."""
    other_rhythm_share: float

    @property
    def ectopic_share(self) -> float:
        """Share of beats, the first left out."""
        return float(self.ectopic[1:].mean())

    @property
    def is_spoiled(self) -> bool:
        """More than 5 % ectopic beats or beats of another rhythm."""
        return max(self.ectopic_share, self.other_rhythm_share) > SPOILED_SHARE

    @property
    def bad(self) -> Bools:
        """Intervals that begin or end at an ectopic beat."""
        return np.asarray(self.ectopic[1:] | self.ectopic[:-1], dtype=np.bool_)


Beat = tuple[float, str, str]
"""Time (s), label, and the rhythm it lies in."""


def labelled_windows(folder: Path) -> tuple[Window, ...]:
    """Every window of every labelled recording below the folder; none where there is none."""
    return tuple(window for record, beats in _recordings(folder) for window in _cut(record, beats))


def _recordings(folder: Path) -> Iterator[tuple[str, list[Beat]]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".txt":
            beats = _listed(path.read_text(encoding="utf-8", errors="replace"))
        elif path.name.endswith("_rr_labels.csv"):
            rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
            beats = [(float(row["t_s"]), row["label"], "(N") for row in rows]
        else:
            continue
        if len(beats) > LEAST_INTERVALS:
            yield path.stem, beats


def _listed(text: str) -> list[Beat]:
    beats: list[Beat] = []
    rhythm = "(N"
    for line in text.splitlines():
        found = LINE.match(line)
        if found and found[3] == "+":
            rhythm = found[4].strip().rstrip("\0")
        elif found and found[3] in BEAT_LABELS:
            beats.append((60 * int(found[1]) + float(found[2]), found[3], rhythm))
    return beats


def _cut(record: str, beats: list[Beat]) -> Iterator[Window]:
    time_s = np.array([time for time, _, _ in beats])
    ectopic = np.array([label not in NORMAL for _, label, _ in beats])
    other = np.array([rhythm in OTHER_RHYTHMS for _, _, rhythm in beats])
    number = ((time_s[:-1] - time_s[0]) // WINDOW_S).astype(np.int64)
    for window in np.unique(number):
        own = np.flatnonzero(number == window)
        if len(own) >= LEAST_INTERVALS:
            first, last = int(own[0]), int(own[-1]) + 1
            yield Window(
                record=record,
                number=int(window),
                rr_ms=np.diff(time_s[first : last + 1]) * 1000.0,
                ectopic=ectopic[first : last + 1],
                other_rhythm_share=float(other[first + 1 : last + 1].mean()),
            )
