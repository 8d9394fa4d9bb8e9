"""What the detector marks in beats of real files, of which nobody knows the truth: shares, and places to look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.progress import Progress
from pipelines.proofs.beat_explained import REASONS, explained, is_confirmed, witnessed
from pipelines.proofs.beat_scores import Estimate, draws, rate
from pipelines.proofs.beat_windows import graded_ok
from pipelines.proofs.labelled_beats import FOLDER
from pipelines.proofs.real_files import RESTING_MS, WINDOW_S, RealBeats, real_beats
from pipelines.quality.beat_rows import beat_rows

PLACES = {True: 32, False: 32}
"""How many marked intervals are named for a person to look at: those with a reason by arithmetic, and others."""

AROUND = 10
"""Intervals shown on either side of such a place."""


@dataclass(frozen=True, kw_only=True)
class RealShare:
    """Marked intervals in some windows of real files."""

    windows: str
    window_count: int
    interval_count: int
    marked_count: int
    plain_count: int
    """Of the marked ones, those with a reason by arithmetic alone: rules that use nothing the detector says."""
    reasons: tuple[tuple[str, int], ...] = ()
    """The same by reason."""
    witness_count: int = 0
    """Marked ones as long as two or more of those around of which the file stores a heart rate as well."""
    confirmed_count: int = 0
    """Of these, those in which that heart rate says as many beats."""
    unmarked_plain_count: int = 0
    """Intervals that are not marked though there is such a reason."""
    other_share: Estimate | None = None
    """Share of all intervals that is marked without such a reason, with its interval over windows."""

    def as_json(self) -> dict[str, object]:
        """Counts, and the shares of marked intervals, of all and without the plain ones."""
        count = max(self.interval_count, 1)
        return {
            **asdict(self),
            "reasons": dict(self.reasons),
            "marked_share": self.marked_count / count,
            "other_share": (self.marked_count - self.plain_count) / count,
            "other_share_interval": None if self.other_share is None else (self.other_share.low, self.other_share.high),
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
    rows = _looked_at(beats)
    clear = rows.filter(pl.col("rhythm_assessed") & pl.col("is_rhythm_clear"))
    middle = pl.col("rr_ms").median().over("subject_id")
    ok = pl.col("subject_id").is_in(sorted(graded_ok(beats.tables)))
    kinds = {
        "every rhythm that can be assessed": clear,
        f"of these at rest (median over {RESTING_MS:.0f} ms)": clear.filter(middle > RESTING_MS),
        "of these in exercise": clear.filter(middle <= RESTING_MS),
        "graded ok": clear.filter(ok),
    }
    return RealBeatReport(
        file_count=rows["source_file_id"].n_unique(),
        shares=tuple(_share(name, own, seed=seed) for name, own in kinds.items()),
        places=_places(clear, beats.names, seed=seed),
    )


def _looked_at(beats: RealBeats) -> pl.DataFrame:
    """What the detector says of each interval, what arithmetic says, and what the device's own heart rate does."""
    series = beats.tables["beat_series"].select(
        pl.col("series_id").alias("subject_id"), "source_file_id", pl.col("start_at_utc").alias("from_utc")
    )
    rows = explained(beat_rows(beats.tables)).join(series, on="subject_id", how="left", maintain_order="left")
    after_s = pl.col("at_s") + pl.col("rr_ms") / 1000
    ended = pl.col("from_utc") + pl.duration(microseconds=(after_s * 1e6).cast(pl.Int64))
    return witnessed(rows.with_columns(ended.alias("ended_at_utc")), beats.heart_rate)


def _share(windows: str, rows: pl.DataFrame, *, seed: int) -> RealShare:
    marked = rows.filter(pl.col("reason").is_not_null())
    by = dict(marked["why"].drop_nulls().value_counts().iter_rows())
    asked = marked.filter(pl.col("beat_count").is_not_null() & pl.col("device_beats").is_not_null())
    return RealShare(
        windows=windows,
        window_count=rows["subject_id"].n_unique(),
        interval_count=rows.height,
        marked_count=marked.height,
        plain_count=sum(by.values()),
        reasons=tuple((reason, by.get(reason, 0)) for reason in REASONS),
        witness_count=asked.height,
        confirmed_count=int(asked.select(is_confirmed().sum()).item()),
        unmarked_plain_count=rows.filter(pl.col("reason").is_null() & pl.col("why").is_not_null()).height,
        other_share=_without_reason(rows, seed=seed),
    )


def _without_reason(rows: pl.DataFrame, *, seed: int) -> Estimate | None:
    other = pl.col("reason").is_not_null() & pl.col("why").is_null()
    windows = rows.group_by("subject_id", maintain_order=True).agg(other.sum().alias("other"), pl.len().alias("count"))
    if windows.is_empty():
        return None
    return rate(windows["other"].to_numpy(), windows["count"].to_numpy(), draws(windows.height, seed=seed))


def _places(rows: pl.DataFrame, names: Mapping[str, str], *, seed: int) -> tuple[Place, ...]:
    rng = np.random.default_rng(seed)
    rr = rows["rr_ms"].to_numpy()
    owner = rows["subject_id"].to_list()
    found = []
    for is_plain, most in PLACES.items():
        marked = np.flatnonzero((rows["reason"].is_not_null() & (rows["why"].is_not_null() == is_plain)).to_numpy())
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
