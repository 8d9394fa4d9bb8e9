import json
import random
import signal
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from assets.instance import instance
from pipelines.paths import Home
from pipelines.warehouse.crash_points import NAMES

pytestmark = [pytest.mark.end_to_end, pytest.mark.orchestrator]

IN_ORDER_OF_THE_DATA = {
    "read.after_rename:2": "read_batches",
    "load.after_rename": "loaded_rows",
    "settle.before_commit": "verdicts",
    "snapshot.before_rename": "site",
    "page.before_rename": "site",
    "page.after_rename": "site",
    "manifest.before_rename": "site",
    "manifest.after_rename": "site",
}
"""One kill after the other in one home, each further along the way, and the step it falls into; :n is the n-th time
that point is reached. Every other point of the warehouse is tried where the stops are called one by one."""

RANDOM_KILLS = 10
SHORTEST_S, LONGEST_S = 0.1, 3.0
"""A random kill falls within these times (s) of the start; a run with nothing left to do may end before."""


def test_the_points_tried_are_points_there_are():
    assert {point.partition(":")[0] for point in IN_ORDER_OF_THE_DATA} <= set(NAMES)


@dataclass(frozen=True)
class Trial:
    """A home whose runs were killed at one point after the other until one could end, and what was said."""

    home: Home
    codes: dict[str, int]
    """How the run ended that was to be killed there."""
    told_at_once: list[dict[str, Any]]
    """Entries of the ledger right after the last kill."""
    last: Any


@pytest.fixture(scope="module")
def trial(tmp_path_factory, inbox, wattworth):
    home = Home(root=tmp_path_factory.mktemp("killed"), inbox=inbox)
    run = ("run", "--home", home.root, "--inbox", inbox, "--country", "FIN")
    codes = {point: wattworth(*run, kill_at=point).code for point in IN_ORDER_OF_THE_DATA}
    told_at_once = json.loads(wattworth("ledger", "--json", "--home", home.root).out)["entries"]
    return Trial(home, codes, told_at_once, wattworth(*run))


@pytest.mark.timeout(600)
def test_killed_at_one_point_after_the_other_it_ends_like_an_undisturbed_run(trial, undisturbed, hashes):
    assert trial.codes == dict.fromkeys(IN_ORDER_OF_THE_DATA, -signal.SIGKILL)
    assert trial.last.code in {0, 2}, trial.last.err
    assert hashes(trial.home) == hashes(undisturbed[0])


@pytest.mark.timeout(600)
def test_killed_at_random_moments_it_ends_like_an_undisturbed_run(tmp_path, inbox, undisturbed, wattworth, hashes):
    seed = random.SystemRandom().randrange(10**6)
    print(f"random kills with seed {seed}")
    chance = random.Random(seed)
    home = Home(root=tmp_path, inbox=inbox)
    run = ("run", "--home", home.root, "--inbox", inbox, "--country", "FIN")

    killed = [wattworth(*run, kill_after_s=chance.uniform(SHORTEST_S, LONGEST_S)) for _ in range(RANDOM_KILLS)]
    last = wattworth(*run)

    assert {ended.code for ended in killed} <= {-signal.SIGKILL, 0, 2}

    assert last.code in {0, 2}, (seed, last.err)
    assert hashes(home) == hashes(undisturbed[0]), seed


@pytest.mark.timeout(600)
def test_a_killed_step_leaves_a_row_in_the_ledger_and_a_failed_run_in_the_history(trial, wattworth):
    entries = json.loads(wattworth("ledger", "--json", "--home", trial.home.root).out)["entries"]

    for told in (trial.told_at_once, entries):
        killed = [entry for entry in told if entry["status"] == "killed"]
        assert [entry["step_key"] for entry in killed] == list(IN_ORDER_OF_THE_DATA.values())
        assert len({entry["run_id"] for entry in killed}) == len(IN_ORDER_OF_THE_DATA)
    assert len({entry["run_id"] for entry in entries}) == len(IN_ORDER_OF_THE_DATA) + 1
    with instance(trial.home) as history:
        states = Counter(run.status.value for run in history.get_runs())
    assert states == {"FAILURE": len(IN_ORDER_OF_THE_DATA), "SUCCESS": 1}
