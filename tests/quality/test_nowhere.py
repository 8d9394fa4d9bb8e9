"""Standing with positions alone: found and left out, and ways that look like it but are run are let be."""

import numpy as np
import pytest

from pipelines.proofs import track_errors
from pipelines.proofs.salts import salt
from pipelines.proofs.track_faults import NO_FAULT, PLACED, TRACK_FAULTS
from pipelines.proofs.track_ways import WAYS
from pipelines.quality.nowhere import walks_nowhere

SEED = 4
STANDING = next(fault for fault in TRACK_FAULTS if fault.name == "standing drift")


def test_standing_is_found_and_costs_neither_way_nor_time():
    keys = [(SEED, salt("standing"), 2, number) for number in range(4)]

    told = track_errors._score(STANDING, PLACED, 2, "", keys)

    assert told.recall == 1.0
    assert (told.distance.withheld_count, told.mean_pace.withheld_count) == (0, 0)
    assert told.distance.before_median > 0.1
    assert told.distance.after_p95 < 0.01
    assert told.mean_pace.after_p95 < 0.01


@pytest.mark.parametrize("name", WAYS)
def test_a_way_that_looks_like_a_fault_loses_no_grade(name):
    keys = [(SEED, salt("way", name), 0, number) for number in range(3)]

    told = track_errors._score(NO_FAULT, PLACED, 0, name, keys)

    assert (told.doubtful_count, told.unusable_count) == (0, 0)


def test_a_broken_stretch_and_one_too_short_are_not_looked_at():
    turn = np.pi / 2 * np.arange(200)
    east, north = np.cumsum(4 * np.cos(turn)), np.cumsum(4 * np.sin(turn))
    at_s, usual = np.arange(200.0), np.full(200, 3.0)
    whole = np.r_[False, np.ones(199, dtype=bool)]
    broken = whole & (np.arange(200) % 25 > 0)

    def found(linked):
        return walks_nowhere(east, north, at_s=at_s, linked=linked, usual=usual)

    assert found(whole).sum() > 190
    assert not found(broken).any()


@pytest.mark.parametrize("count", range(1, 9))
def test_a_handful_of_positions_is_too_short_for_a_finding(count):
    far, at_s = np.zeros(count), np.arange(float(count))
    linked = np.arange(count) > 0

    assert walks_nowhere(far, far, at_s=at_s, linked=linked, usual=np.full(count, 3.0)).tolist() == [False] * count
