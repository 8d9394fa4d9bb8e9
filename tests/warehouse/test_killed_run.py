import json
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipelines.readers.answers_rows import AnswerRow, answers_file
from pipelines.readers.wattworth_answers import FILE_NAME
from pipelines.warehouse.crash_points import NAMES, reached

pytestmark = pytest.mark.timeout(300)
# The first test waits for all the trials, some 45 runs; one process makes them once.

INTAKE = ("create", "migrate", "views", "drop", "recognise", "read", "load", "compact")
WAY = (*INTAKE, "renew", "settle", "forget", "rewrite", "snapshot")
"""The order in which a run comes by its crash points; those of pages are tried where whole runs are."""
ENDS = {
    side: [f"{stop}.{side}_{what}" for stop in WAY for what in ("rename", "commit") if f"{stop}.{side}_{what}" in NAMES]
    for side in ("before", "after")
}
LATER = ["drop.before_commit:3", "load.before_rename:3", "load.after_rename:5", "compact.after_rename:2"]
CHAINS = {",".join(points): points for points in (ENDS["before"], ENDS["after"], LATER)}
UNDISTURBED = ""


def _beats(seed: int) -> str:
    return "".join(f"{value}\n" for value in np.random.default_rng(seed).normal(900, 40, 30).round().astype(int))


@pytest.fixture(scope="session")
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
    said = {"kind": "note", "author": "coach", "about_date": date(2026, 3, 2), "said_on": date(2026, 3, 3)}
    rows = [AnswerRow(athlete=athlete, text="A cold", **said) for athlete in ("anna", "bert", "cora")]
    (root / "inbox" / "bert" / FILE_NAME).write_bytes(answers_file(rows))
    return root


@pytest.fixture(scope="session")
def trials(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, object]]:
    """What each chain of kills came to."""
    program = Path(__file__).with_name("crash_trial.py")
    scratch = tmp_path_factory.mktemp("trials")
    command = [sys.executable, str(program), str(template), str(scratch), UNDISTURBED, *CHAINS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcomes = [json.loads(line) for line in done.stdout.splitlines()]
    return {str(outcome["chain"]): outcome for outcome in outcomes}.__getitem__


def test_every_point_of_the_warehouse_is_tried() -> None:
    tried = {point for points in CHAINS.values() for point in points}

    assert tried >= {name for name in NAMES if not name.startswith(("page.", "manifest."))}


@pytest.mark.parametrize("chain", CHAINS, ids=["before", "after", "later"])
def test_killed_at_one_point_after_the_other_it_stores_what_an_undisturbed_run_stores(
    trials: Callable[[str], dict[str, object]], chain: str
) -> None:
    undisturbed, outcome = trials(UNDISTURBED), trials(chain)

    assert outcome["killed"] == dict.fromkeys(CHAINS[chain], -signal.SIGKILL)
    assert outcome["finished"] == 0
    assert outcome["hashes"] == undisturbed["hashes"]
    assert outcome["broken"] == {}
    assert (outcome["marts"], outcome["files"]) == (undisturbed["marts"], undisturbed["files"])


def test_undisturbed_run_loads_what_was_dropped_and_keeps_nothing_of_the_forgotten(
    trials: Callable[[str], dict[str, object]],
) -> None:
    hashes = trials(UNDISTURBED)["hashes"]

    assert hashes["beat_series"].startswith("7 rows")
    assert hashes["beats"].startswith("210 rows")
    assert hashes["athletes"].startswith("2 rows")
    assert hashes["skipped_items"].startswith("1 rows")


def test_an_unknown_crash_point_is_a_bug() -> None:
    with pytest.raises(ValueError, match="no crash point"):
        reached("nowhere")
