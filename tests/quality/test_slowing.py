"""A heart that slows at once and comes back over several beats: let go on one side of each number, not the other."""

import numpy as np
import pytest

from pipelines.quality.artifacts import REASONS, detect
from pipelines.quality.slowing import slowed

LEVEL = [800.0, 804.0, 798.0, 802.0, 800.0]


def let_go(way, *, before=LEVEL, marked=None):
    """Whether the marked intervals `way` between level ones are let go."""
    rr = np.array([*before, *way, *LEVEL])
    bad = np.zeros(len(rr), dtype=bool)
    bad[len(before) : len(before) + (marked or len(way))] = True
    found = slowed(rr, bad)
    assert not found[~bad].any()
    return bool(found[bad].all())


@pytest.mark.parametrize(
    ("passes", "fails"),
    [
        ([1000.0, 975.0, 900.0], [1000.0, 965.0, 900.0]),  # stays up one beat after a single step
        ([1000.0, 990.0, 885.0], [1000.0, 990.0, 875.0]),  # and two beats after
        ([930.0, 1000.0, 870.0], [945.0, 1000.0, 870.0]),  # no single step of a rise of two
        ([900.0, 1000.0, 865.0], [900.0, 1000.0, 855.0]),  # one beat after such a peak
        ([1000.0, 1270.0, 1000.0], [1000.0, 1290.0, 1000.0]),  # slows by at most
        ([1000.0, 990.0, 900.0, 935.0], [1000.0, 990.0, 900.0, 945.0]),  # to and fro on the way back
    ],
)
def test_a_slowing_is_let_go_up_to_each_number_and_no_further(passes, fails):
    assert let_go(passes)
    assert not let_go(fails)


@pytest.mark.parametrize(
    "way",
    [
        [1600.0],  # a missed beat
        [560.0, 1040.0],  # an early beat and its pause
        [900.0, 700.0],  # a misplaced beat
        [700.0, 900.0],  # the other way
        [400.0, 400.0],  # an extra beat
        [1120.0],  # one long interval
    ],
)
def test_what_goes_wrong_with_a_beat_is_never_let_go(way):
    assert not let_go(way)


def test_a_rise_has_to_begin_at_a_calm_level():
    assert let_go([930.0, 1000.0, 870.0], before=[800.0, 802.0, 800.0, 835.0, 800.0])
    assert not let_go([930.0, 1000.0, 870.0], before=[800.0, 802.0, 800.0, 845.0, 800.0])


def test_a_long_stretch_and_one_at_an_end_stay_marked():
    long = [900.0, 1000.0, 990.0, 980.0, 960.0, 940.0, 900.0, 860.0]

    assert let_go(long)
    assert not let_go([*long, 830.0])
    assert not slowed(np.array([900.0, 1000.0, 990.0]), np.ones(3, dtype=bool)).any()


def test_the_detector_lets_a_deep_breath_pass_and_still_marks_a_missed_beat():
    rng = np.random.default_rng(11)
    rr = 800.0 + 12.0 * rng.standard_normal(300)
    rr[100:105] = [930.0, 1020.0, 990.0, 920.0, 850.0]
    rr[200] = 1600.0

    found = [REASONS[place] for place in detect(rr, np.zeros(len(rr), dtype=np.int64)).reason]

    assert not any(found[98:107])
    assert found[200] == "rr_missed"
