import json
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines.paths import home
from pipelines.warehouse.crash_points import NAMES, reached
from pipelines.warehouse.open import open_warehouse

pytestmark = pytest.mark.timeout(900)  # the first test waits for all the trials: some 70 whole runs

MIGRATING = ("migrate.before_commit", "migrate.after_commit", "views.before_commit", "views.after_commit")
STORING = tuple(name for name in NAMES if not name.startswith(("page.", "manifest.")))
"""Points of the warehouse; those around pages are tried where pages are tested."""
LATER = ("drop.before_commit:3", "load.before_rename:3", "load.after_rename:5", "compact.after_rename:2")


def _beats(seed: int) -> str:
    return "".join(f"{value}\n" for value in np.random.default_rng(seed).normal(900, 40, 30).round().astype(int))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("template") / "home"
    for number, athlete in enumerate(("anna", "bert", "cora")):
        folder = root / "inbox" / athlete
        folder.mkdir(parents=True)
        for day in range(1, 4):
            (folder / f"2026-03-0{day} 06-30-00.txt").write_text(_beats(10 * number + day), encoding="utf-8")
    with zipfile.ZipFile(root / "inbox" / "anna" / "more.zip", "w") as archive:
        archive.writestr("2026-03-04 06-30-00.txt", _beats(4))
        archive.writestr("unknown.txt", "hello\n")
    return root


@pytest.fixture(scope="module")
def trials(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, object]]:
    """What each trial came to; those that need no new database start from one that has its tables."""
    program = Path(__file__).with_name("crash_trial.py")
    prepared = template.with_name("prepared")

    def run(start: Path, points: list[str]) -> dict[str, dict[str, object]]:
        scratch = tmp_path_factory.mktemp("trials")
        command = [sys.executable, str(program), str(start), str(scratch), *points]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        outcomes = [json.loads(line) for line in done.stdout.splitlines()]
        return {str(outcome["point"]): outcome for outcome in outcomes}

    found = run(template, list(MIGRATING))
    shutil.copytree(template, prepared)
    with open_warehouse(home(prepared), owner="test"):
        pass
    found |= run(prepared, [*(name for name in STORING if name not in MIGRATING), *LATER])
    return found.__getitem__


@pytest.mark.parametrize("point", [*STORING, *LATER])
def test_run_again_after_a_kill_stores_what_an_undisturbed_run_stores(
    trials: Callable[[str], dict[str, object]], point: str
) -> None:
    undisturbed, outcome = trials(""), trials(point)

    assert outcome["killed"] == -signal.SIGKILL
    assert outcome["finished"] == 0
    assert outcome["hashes"] == undisturbed["hashes"]
    assert outcome["broken"] == {}
    assert (outcome["marts"], outcome["files"]) == (undisturbed["marts"], undisturbed["files"])


def test_undisturbed_run_loads_what_was_dropped_and_keeps_nothing_of_the_forgotten(
    trials: Callable[[str], dict[str, object]],
) -> None:
    hashes = trials("")["hashes"]

    assert hashes["beat_series"].startswith("7 rows")
    assert hashes["beats"].startswith("210 rows")
    assert hashes["athletes"].startswith("2 rows")
    assert hashes["skipped_items"].startswith("1 rows")


def test_an_unknown_crash_point_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no crash point"):
        reached("nowhere")
