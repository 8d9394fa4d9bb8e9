import subprocess
import sys

import numpy as np
import pytest

from pipelines.costs import model_process, usage

HELD_BYTES = 200_000_000

linux_only = pytest.mark.skipif(not usage.STATUS.is_file(), reason="this system keeps no /proc/self/status")


def peak() -> int:
    return usage.usage().peak_memory_bytes


@linux_only
def test_a_child_does_not_begin_with_the_memory_of_its_parent():
    held = np.ones(HELD_BYTES // 8)
    asked = "from pipelines.costs.usage import usage; print(usage().peak_memory_bytes)"

    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout

    assert held.nbytes == HELD_BYTES
    assert 0 < int(said) < HELD_BYTES < peak()


TWO_JOBS = """
import sys
from pathlib import Path
import numpy as np
from pipelines.costs import model_process

count = int(sys.argv[2]) // 8
model_process._job(Path(sys.argv[1]), "large", lambda: np.ones(count).sum())
model_process._job(Path(sys.argv[1]), "small", lambda: None)
"""
"""In a process of its own: one that has memory to spare hands it out again, and its peak stays."""


@linux_only
def test_a_job_s_peak_is_its_own_and_not_that_of_the_job_before(tmp_path):
    if not usage.FORGET.exists():
        pytest.skip("this system cannot begin the peak anew")

    subprocess.run([sys.executable, "-c", TWO_JOBS, str(tmp_path), str(HELD_BYTES)], check=True)

    used = model_process.outcomes(tmp_path)
    assert used["large"]["peak_memory_bytes"] - used["small"]["peak_memory_bytes"] > 0.9 * HELD_BYTES


def test_without_the_files_of_linux_the_peak_is_that_of_the_operating_system_s_account(tmp_path, monkeypatch):
    monkeypatch.setattr(usage, "STATUS", tmp_path / "none")
    monkeypatch.setattr(usage, "FORGET", tmp_path / "none" / "either")

    usage.forget_peak()

    own = usage.resource.getrusage(usage.resource.RUSAGE_SELF)
    assert peak() == pytest.approx(own.ru_maxrss * usage.RSS_UNIT_BYTES, rel=0.2)
