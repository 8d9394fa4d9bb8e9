"""Labelled beats of clinical recordings: no window with frequent ectopy or fibrillation may be graded ok."""

import csv
import os
import re
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.quality.beat_rows import beat_rows

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif("WATTWORTH_REAL" not in os.environ, reason="WATTWORTH_REAL names no folder of real exports"),
]

BEAT_LABELS = set("NLRBAaJSVrFejnE/fQ?")
NORMAL = ["N", "L", "R"]
NOT_ASSESSABLE = ["(AFIB", "(B", "(T", "(IVR"]
LEAST_INTERVALS = 100
ECTOPY_SHARE = 0.05


def _annotated(folder):
    """Time (s), label and rhythm of every beat of each labelled recording."""
    for path in sorted((folder / "MarWo22__NN-Repo").glob("*.txt")):
        beats, rhythm = [], "(N"
        for line in path.read_text(errors="replace").splitlines():
            found = re.match(r"\s*(\d+):(\d+\.\d+)\s+\d+\s+(\S)\s+\d+\s+\d+\s+\d+\s*(.*)", line)
            if found and found[3] == "+":
                rhythm = found[4].strip().rstrip("\0")
            elif found and found[3] in BEAT_LABELS:
                beats.append((60 * int(found[1]) + float(found[2]), found[3], rhythm))
        yield path.stem, beats
    for path in sorted((folder / "MIT-LCP__wfdb-python").glob("*_rr_labels.csv")):
        rows = list(csv.DictReader(path.read_text().splitlines()))
        yield path.stem, [(float(row["t_s"]), row["label"], "(N") for row in rows]


def _windows(folder):
    """One row per five minutes of a recording: is it normal by its labels, and did the rhythm gate let it pass?"""
    beats, series, labels = [], [], []
    for name, annotated in _annotated(folder):
        time_s = np.array([time for time, _, _ in annotated])
        count = len(time_s) - 1
        beats.append(
            pl.DataFrame(
                {
                    "athlete_id": 1,
                    "series_id": name,
                    "beat_index": np.arange(count),
                    "start_s": time_s[:-1] - time_s[0],
                    "rr_ms": np.diff(time_s) * 1000,
                }
            )
        )
        series.append({"series_id": name, "reading": "spot"})
        labels.append(
            pl.DataFrame(
                {
                    "subject_id": name,
                    "row_index": np.arange(count),
                    "is_ectopic": [label not in NORMAL for _, label, _ in annotated[1:]],
                    "is_other_rhythm": [rhythm in NOT_ASSESSABLE for _, _, rhythm in annotated[1:]],
                }
            )
        )
    rows = beat_rows({"beats": pl.concat(beats), "beat_series": pl.DataFrame(series)})
    windows = (
        rows.join(pl.concat(labels), on=["subject_id", "row_index"])
        .group_by("subject_id", "epoch")
        .agg(
            pl.len(),
            ((pl.col("is_ectopic").mean() > ECTOPY_SHARE) | (pl.col("is_other_rhythm").mean() > ECTOPY_SHARE)).alias(
                "is_spoiled"
            ),
            pl.col("is_rhythm_clear").all().alias("is_clear"),
        )
    )
    return windows.filter(pl.col("len") >= LEAST_INTERVALS)


def test_no_spoiled_window_passes_and_clean_ones_do(record_property, capsys):
    windows = _windows(Path(os.environ["WATTWORTH_REAL"]) / "rr_annotated")

    spoiled, clean = windows.filter("is_spoiled"), windows.filter(~pl.col("is_spoiled"))
    figures = {
        "spoiled windows passed": f"{spoiled['is_clear'].sum()} of {spoiled.height}",
        "clean windows passed": f"{clean['is_clear'].sum()} of {clean.height}",
    }
    for name, figure in figures.items():
        record_property(name, figure)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")

    assert spoiled.height >= 15
    assert spoiled["is_clear"].sum() == 0
    assert clean["is_clear"].mean() >= 0.9
