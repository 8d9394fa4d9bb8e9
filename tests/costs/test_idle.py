"""What a program uses at rest, on programs whose use is known."""

import os
import sys

import psutil
import pytest

from pipelines.costs.idle import SECONDS_PER_DAY, Idle, measure
from pipelines.errors import WattworthError

BURN = "import time; t = time.process_time()\nwhile time.process_time() - t < {seconds}: pass\n"
BUSY_THEN_RESTING = (
    f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {BURN.format(seconds=0.4)!r}])\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\ntime.sleep(60)"
)


def idle(*slices_cpu_s: float) -> Idle:
    return Idle(start_s=10.0, start_cpu_s=5.0, slices_cpu_s=slices_cpu_s, slice_s=5.0)


def test_a_program_that_works_first_is_told_apart_from_its_rest_and_leaves_no_process(tmp_path):
    found = measure(
        [sys.executable, "-c", BUSY_THEN_RESTING],
        window_s=0.8,
        environment=dict(os.environ),
        folder=tmp_path,
        slice_s=0.2,
    )

    assert found.start_cpu_s >= 0.3  # its child's, though that has ended
    assert found.cpu_s < 0.1 * found.window_s
    assert found.window_s >= 0.8
    assert [process for process in psutil.Process().children() if "time.sleep(60)" in " ".join(process.cmdline())] == []


def test_a_program_that_never_rests_is_not_idle(tmp_path):
    with pytest.raises(WattworthError, match="did not come to rest"):
        measure(
            [sys.executable, "-c", BURN.format(seconds=30)],
            window_s=1,
            environment=dict(os.environ),
            folder=tmp_path,
            slice_s=0.1,
            longest_start_s=0.4,
        )


def test_a_program_that_ends_by_itself_is_not_idle(tmp_path):
    with pytest.raises(WattworthError, match="ended with code 3"):
        measure(
            [sys.executable, "-c", "raise SystemExit(3)"],
            window_s=1,
            environment=dict(os.environ),
            folder=tmp_path,
            slice_s=0.5,
        )


def test_a_day_is_as_many_pieces_as_it_has_and_its_ends_enclose_the_middle():
    low, middle, high = idle(0.5, 0.6, 0.4, 0.5, 0.9, 0.5).cpu_s_per_day()

    assert middle == pytest.approx(SECONDS_PER_DAY / 5.0 * 3.4 / 6)
    assert low < middle < high
    assert idle(0.5, 0.5, 0.5).cpu_s_per_day() == pytest.approx((8640.0, 8640.0, 8640.0))
