"""The verdict of the meter bench flips on what the ledger says; two cheap failures are provoked in earnest."""

import pytest

from pipelines.costs.doubts import NAMES
from pipelines.costs.meter_bench import Outcome, bench_meter, held, markdown
from pipelines.costs.meter_trials import TRIALS
from pipelines.paths import home
from pipelines.progress import SILENT


@pytest.mark.parametrize(
    ("doubts", "crosscheck_j", "is_held"),
    [
        ([], 9.0, True),
        (["busy_neighbours"], 9.0, True),
        (["meters_disagree"], 9.0, False),
        ([], None, False),
    ],
)
def test_where_nothing_is_wrong_nothing_may_be_said(doubts, crosscheck_j, is_held):
    assert held({"doubts": doubts, "crosscheck_j": crosscheck_j}, TRIALS["nothing_wrong"]) is is_held


@pytest.mark.parametrize(
    ("doubts", "is_held"), [(["children_lost", "meters_disagree"], True), (["meters_disagree"], False), ([], False)]
)
def test_a_failure_has_to_be_called_by_its_name(doubts, is_held):
    assert held({"doubts": doubts, "crosscheck_j": 9.0}, TRIALS["short_children"]) is is_held


def test_every_trial_but_the_sound_one_expects_a_doubt_of_the_list():
    expected = {name: trial.doubt for name, trial in TRIALS.items()}

    assert expected.pop("nothing_wrong") is None
    assert set(expected.values()) <= set(NAMES)


def test_failures_that_leave_no_reading_are_named_by_the_ledger(tmp_path, with_database):
    with_database(home(tmp_path))

    (killed,) = bench_meter(tmp_path, SILENT, names=("killed",))

    assert killed.is_held
    assert (killed.energy_j, killed.status, killed.tracker_said) == (None, "tracker_failed", "nothing: it was gone")
    assert killed.cpu_s >= 0.3


def test_what_is_not_held_stands_out_in_the_table():
    outcome = Outcome(
        name="x",
        provoked="something",
        tracker_said="3.9 J",
        cpu_s=1.0,
        status="ok",
        energy_j=3.9,
        doubts=(),
        is_held=False,
    )

    assert markdown([outcome]).splitlines()[-1] == (
        "| something | 3.9 J | 1.00 s | 3.9 J of CodeCarbon; no doubt | **no** |"
    )
