import json

import numpy as np
import pytest

from pipelines.proofs import track_errors
from pipelines.proofs.lock_errors import lock_report
from pipelines.proofs.track_errors import track_scores
from pipelines.proofs.track_faults import COUNTED, PLACED, TRACK_FAULTS
from pipelines.proofs.track_report import Errors, track_table

FAULTS = {fault.name: fault for fault in TRACK_FAULTS}


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(track_errors, "TRACK_FAULTS", (FAULTS["jump and back"], FAULTS["another unit"]))
        patch.setattr(track_errors, "CONTROLS", ("every second",))
        return track_scores(quick=True, seed=7, count=2)


def test_a_jump_is_found_and_leaves_less_than_a_third_of_its_error(found):
    jumps = [score for score in found if score.fault == "jump and back"]

    assert [score.recorder for score in jumps] == [COUNTED, PLACED]
    assert [score.recall for score in jumps] == [1.0, 1.0]
    assert min(score.distance.before_median for score in jumps) > 0.04
    assert max(score.distance.after_p95 for score in jumps) < 0.015
    assert [score.distance.expected_count for score in jumps] == [2, 2]
    assert all(score.distance.before_median_interval[0] > 0.04 for score in jumps)
    assert not any(score.distance.misses or score.mean_pace.misses for score in jumps)


def test_a_value_in_another_unit_is_withheld_and_counted_as_such(found):
    unit = next(score for score in found if score.fault == "another unit")

    assert unit.distance.withheld_count == unit.run_count == 2
    assert unit.distance.after_median is None
    assert not unit.distance.misses


def test_clean_tracks_keep_their_grade_and_their_distance(found):
    clean = [score for score in found if score.severity == 0]

    assert sum(score.doubtful_count + score.unusable_count for score in clean) == 0
    assert max(score.distance.after_p95 for score in clean) < 0.015


def test_the_same_seed_measures_the_same(found, monkeypatch):
    monkeypatch.setattr(track_errors, "TRACK_FAULTS", (FAULTS["jump and back"],))
    monkeypatch.setattr(track_errors, "CONTROLS", ())

    again = track_scores(quick=True, seed=7, count=2)

    assert again == found[:2]


def test_the_table_tells_both_errors_and_how_many_were_withheld(found):
    lines = track_table(found).splitlines()

    assert len(lines) == 2 + len(found)
    assert "| another unit km for miles | counted | 2 | 1.00 |" in lines[4]
    assert json.loads(json.dumps([score.as_json() for score in found]))[0]["recall"] == 1.0


def _errors(before, after):
    return Errors.of(
        before=np.array([before] * 20),
        after=np.array([after] * 20),
        withheld_count=0,
        chance=np.random.default_rng(1),
    )


@pytest.mark.parametrize(
    ("before", "after", "misses"), [(0.06, 0.019, False), (0.06, 0.021, True), (0.014, 0.014, False)]
)
def test_more_than_a_third_left_of_an_error_that_a_clean_track_has_not_is_a_miss(before, after, misses):
    assert _errors(before, after).misses is misses


def test_errors_within_their_expected_error_are_counted_and_those_without_one_left_out():
    after = np.array([0.01, 0.02, 0.03])
    made = Errors.of(
        before=after,
        after=after,
        withheld_count=0,
        chance=np.random.default_rng(1),
        expected=np.array([0.02, 0.01, np.nan]),
    )

    assert (made.expected_count, made.covered_count) == (2, 1)
    assert made.as_json()["coverage"] == 0.5


def test_locks_are_found_straps_and_healthy_runners_are_not_accused():
    made = lock_report(count=2, clean_count=3, seed=7)

    assert {one.assessable_count for one in made.locked} == {2}
    assert sum(one.found_count for one in made.locked) >= 0.9 * 2 * len(made.locked)
    assert [(one.run_count, one.flagged_count) for one in made.clean] == [(3, 0), (3, 0), (3, 0), (2, 0)]
    assert made.as_markdown().startswith("| share locked | device |")
