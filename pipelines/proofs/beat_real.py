"""What the detector marks in beats of real files, of which nobody knows the truth: shares, and places to look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.progress import Progress
from pipelines.proofs.beat_windows import graded_ok
from pipelines.proofs.labelled_beats import FOLDER
from pipelines.proofs.real_files import RESTING_MS, WINDOW_S, real_beats
from pipelines.quality.beat_rows import beat_rows

PLAIN = ("rr_missed", "rr_extra", "rr_range")
"""Arithmetic: as long as two or more of the median around, two that make one of it, or no interval of a heart."""

PLACES = {True: 8, False: 32}
"""How many marked intervals are named for a person to look at: plain ones, and others."""

AROUND = 4
"""Intervals shown on either side of such a place."""


@dataclass(frozen=True, kw_only=True)
class RealShare:
    """Marked intervals in some windows of real files."""

    windows: str
    window_count: int
    interval_count: int
    marked_count: int
    plain_count: int
    """Of the marked ones, those that arithmetic alone gives away."""

    def as_json(self) -> dict[str, object]:
        """Counts, and the shares of marked intervals, of all and without the plain ones."""
        count = max(self.interval_count, 1)
        return {
            **asdict(self),
            "marked_share": self.marked_count / count,
            "other_share": (self.marked_count - self.plain_count) / count,
        }


@dataclass(frozen=True, kw_only=True)
class Place:
    """One marked interval, with its neighbours."""

    file: str
    at_s: float
    """Seconds after the start of the series."""
    reason: str
    rr_ms: float
    expected_ms: float
    around_ms: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class RealBeatReport:
    """Shares by kind of window, and the places of a sample."""

    file_count: int
    shares: tuple[RealShare, ...]
    places: tuple[Place, ...]

    def as_json(self) -> dict[str, object]:
        """One plain object."""
        return {
            "file_count": self.file_count,
            "windows": [share.as_json() for share in self.shares],
            "places": [asdict(place) for place in self.places],
        }


def real_marks(folder: Path, *, seed: int, progress: Progress) -> RealBeatReport:
    """Judges every five minutes of beats in the files below a folder, labelled recordings left out."""
    beats = real_beats(folder, progress, without=FOLDER)
    rows = beat_rows(beats.tables).with_columns(pl.col("reason").is_in(PLAIN).fill_null(value=False).alias("is_plain"))
    clear = rows.filter(pl.col("rhythm_assessed") & pl.col("is_rhythm_clear"))
    middle = pl.col("rr_ms").median().over("subject_id")
    ok = pl.col("subject_id").is_in(sorted(graded_ok(beats.tables)))
    return RealBeatReport(
        file_count=rows["subject_id"].str.split(":").list.first().n_unique(),
        shares=(
            _share("every rhythm that can be assessed", clear),
            _share(f"of these at rest (median over {RESTING_MS:.0f} ms)", clear.filter(middle > RESTING_MS)),
            _share("of these in exercise", clear.filter(middle <= RESTING_MS)),
            _share("graded ok", clear.filter(ok)),
        ),
        places=_places(clear, beats.names, seed=seed),
    )


def _share(windows: str, rows: pl.DataFrame) -> RealShare:
    return RealShare(
        windows=windows,
        window_count=rows["subject_id"].n_unique(),
        interval_count=rows.height,
        marked_count=int(rows["reason"].is_not_null().sum()),
        plain_count=int(rows["is_plain"].sum()),
    )


def _places(rows: pl.DataFrame, names: Mapping[str, str], *, seed: int) -> tuple[Place, ...]:
    rng = np.random.default_rng(seed)
    rr = rows["rr_ms"].to_numpy()
    owner = rows["subject_id"].to_list()
    found = []
    for is_plain, most in PLACES.items():
        marked = np.flatnonzero((rows["reason"].is_not_null() & (rows["is_plain"] == is_plain)).to_numpy())
        for row in sorted(rng.choice(marked, size=min(most, len(marked)), replace=False).tolist()):
            near = [at for at in range(row - AROUND, row + AROUND + 1) if 0 <= at < len(rr) and owner[at] == owner[row]]
            one = rows.row(row, named=True)
            found.append(
                Place(
                    file=names[one["subject_id"].split(":")[0]],
                    at_s=round(one["at_s"] + WINDOW_S * int(one["subject_id"].rsplit("~", 1)[1]), 1),
                    reason=one["reason"],
                    rr_ms=one["rr_ms"],
                    expected_ms=round(one["expected_ms"], 1),
                    around_ms=tuple(rr[near].tolist()),
                )
            )
    return tuple(found)
