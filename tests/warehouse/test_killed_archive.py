"""A whole export in one zip, killed at moments taken by chance, several times: nothing whole is read twice."""

import gzip
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from pipelines.paths import Home, home
from pipelines.warehouse.content_hash import table_hashes
from pipelines.warehouse.open import open_warehouse

MEMBER_COUNT = 120
KILL_COUNT = 3

RUN = """
import os, sys
from pathlib import Path
from pipelines.paths import home
from pipelines.progress import SILENT
from pipelines.warehouse import read_pool
from pipelines.warehouse.intake import drop, recognise
from pipelines.warehouse.load import load
from pipelines.warehouse.open import open_warehouse
from pipelines.warehouse.read_one import read_one
from pipelines.warehouse.reading import read

log = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def told(order, *rest):
    os.write(log, f"begun {order.source_file_id}\\n".encode())
    outcome = read_one(order, *rest)
    os.write(log, f"whole {order.source_file_id}\\n".encode())
    return outcome

read_pool.read_one = told
with open_warehouse(home(Path(sys.argv[1])), owner="test") as warehouse:
    os.write(log, b"ready\\n")
    for stop in (drop, recognise, read, load):
        stop(warehouse, "unassigned", SILENT)
"""


def _beats(seed: int) -> bytes:
    return b"".join(b"%d\n" % value for value in np.random.default_rng(seed).normal(900, 40, 60).round().astype(int))


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, Home]:
    """Two homes with the same export: plain members, packed ones, and a zip in the zip."""
    found = home(tmp_path / "killed"), home(tmp_path / "undisturbed")
    inner = tmp_path / "inner.zip"
    names = [f"2025-{1 + day // 28:02}-{1 + day % 28:02} 06-30-00.txt" for day in range(MEMBER_COUNT)]
    with zipfile.ZipFile(inner, "w") as archive:
        for number in range(0, MEMBER_COUNT, 4):
            archive.writestr(zipfile.ZipInfo(names[number]), _beats(number))
    for one in found:
        (one.inbox / "anna").mkdir(parents=True)
        with zipfile.ZipFile(one.inbox / "anna" / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("part/inner.zip"), inner.read_bytes())
            for number in set(range(MEMBER_COUNT)) - set(range(0, MEMBER_COUNT, 4)):
                is_packed = number % 2 == 1
                content = gzip.compress(_beats(number), mtime=0) if is_packed else _beats(number)
                ending = ".gz" if is_packed else ""
                archive.writestr(zipfile.ZipInfo(f"beats/{names[number]}{ending}"), content)
    return found


def _killed(here: Home, log: Path, after_s: float) -> int:
    """Kills a run some time after its warehouse was opened; gives its exit code."""
    ready_count = log.read_text().count("ready") if log.exists() else 0
    run = subprocess.Popen([sys.executable, "-c", RUN, str(here.root), str(log)])
    while run.poll() is None and (not log.exists() or log.read_text().count("ready") == ready_count):
        time.sleep(0.01)
    try:
        return run.wait(after_s)
    except subprocess.TimeoutExpired:
        os.kill(run.pid, signal.SIGKILL)
        return run.wait()


def test_killed_at_any_moment_a_zip_is_taken_in_without_reading_a_whole_member_again(
    homes: tuple[Home, Home], tmp_path: Path
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    here, undisturbed = homes
    log, other_log = tmp_path / "log.txt", tmp_path / "other.txt"

    begin = time.perf_counter()
    ended = [_killed(undisturbed, other_log, 300)]
    whole_s = time.perf_counter() - begin
    ended += [_killed(here, log, chance.uniform(0, whole_s / 3)) for _ in range(KILL_COUNT)]
    ended.append(_killed(here, log, 300))

    begun, whole = (Counter(line.split()[1] for line in log.read_text().splitlines() if line.startswith(word))
                    for word in ("begun", "whole"))  # fmt: skip
    assert ended[0] == ended[-1] == 0
    assert set(ended) <= {0, -signal.SIGKILL}
    assert len(begun) == MEMBER_COUNT
    assert set(whole.values()) == {1}
    assert begun.total() <= MEMBER_COUNT + KILL_COUNT
    with open_warehouse(here, owner="test") as one, open_warehouse(undisturbed, owner="test") as other:
        hashes = table_hashes(one.con)
        assert hashes == table_hashes(other.con)
    assert hashes["beat_series"].startswith(f"{MEMBER_COUNT} rows")
    assert not here.unpacked.exists()
