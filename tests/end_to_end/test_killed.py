import json
import random
import signal

import pytest

from pipelines.paths import Home
from pipelines.warehouse.crash_points import NAMES

pytestmark = [pytest.mark.end_to_end, pytest.mark.orchestrator]

IN_ORDER_OF_THE_DATA = (
    "read.after_rename:2",
    "settle.before_commit",
    "snapshot.before_rename",
    "page.before_rename",
    "page.after_rename",
    "manifest.before_rename",
    "manifest.after_rename",
)
"""One kill after the other in one home, each further along the way; :n is the n-th time that point is reached. Every
other point of the warehouse is tried where the stops are called one by one."""

RANDOM_KILLS = 10
SHORTEST_S, LONGEST_S = 0.2, 4.0
"""A random kill falls within these times (s) of the start; a run with nothing left to do may end before."""


def test_the_points_tried_are_points_there_are():
    assert {point.partition(":")[0] for point in IN_ORDER_OF_THE_DATA} <= set(NAMES)


@pytest.mark.timeout(600)
def test_killed_at_one_point_after_the_other_it_ends_like_an_undisturbed_run(
    tmp_path, inbox, undisturbed, wattworth, hashes
):
    home = Home(root=tmp_path, inbox=inbox)
    run = ("run", "--home", home.root, "--inbox", inbox, "--country", "FIN")

    survived = [point for point in IN_ORDER_OF_THE_DATA if wattworth(*run, kill_at=point).code != -signal.SIGKILL]
    last = wattworth(*run)

    assert survived == []
    assert last.code in {0, 2}, last.err
    assert hashes(home) == hashes(undisturbed[0])


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


def test_a_killed_step_leaves_a_row_in_the_ledger_and_a_failed_run_in_the_history(tmp_path, inbox, wattworth):
    home = Home(root=tmp_path, inbox=inbox)
    run = ("run", "--home", home.root, "--inbox", inbox)

    killed = wattworth(*run, kill_at="load.after_rename")
    told_at_once = json.loads(wattworth("ledger", "--json", "--home", home.root).out)["entries"]
    wattworth(*run)
    entries = json.loads(wattworth("ledger", "--json", "--home", home.root).out)["entries"]

    assert [entry["step_key"] for entry in told_at_once if entry["status"] == "killed"] == ["loaded_rows"]
    assert killed.code == -signal.SIGKILL
    assert [entry["step_key"] for entry in entries if entry["status"] == "killed"] == ["loaded_rows"]
    assert len({entry["run_id"] for entry in entries}) == 2
