"""Labelled beats of clinical recordings: no window with frequent ectopy or fibrillation may be graded ok."""

import os
import sys
from pathlib import Path

import pytest

from pipelines.proofs.beat_windows import labelled
from pipelines.proofs.labelled_beats import FOLDER, labelled_windows

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif("WATTWORTH_REAL" not in os.environ, reason="WATTWORTH_REAL names no folder of real exports"),
]


def test_no_spoiled_window_is_graded_ok_and_clean_ones_are(record_property, capsys):
    windows = labelled_windows(Path(os.environ["WATTWORTH_REAL"]) / FOLDER)

    spoiled, clean = labelled(windows)
    figures = {
        "spoiled windows graded ok": f"{spoiled.ok_count} of {spoiled.window_count}",
        "clean windows graded ok": f"{clean.ok_count} of {clean.window_count}",
    }
    for name, figure in figures.items():
        record_property(name, figure)
    with capsys.disabled():
        sys.stdout.write(f"\n{figures}\n")

    assert spoiled.window_count >= 15
    assert spoiled.ok_count == 0
    assert clean.ok_count >= 0.9 * clean.window_count
