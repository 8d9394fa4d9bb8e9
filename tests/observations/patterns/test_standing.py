"""How far the last days stand from the usual: honest on ordinary days, blind across devices and excused dates."""

from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.observations.patterns.grid import Point, grid, windows
from pipelines.observations.patterns.standing import Window, as_normal, settled, standing

FIRST = date(2026, 1, 1)
WEEK = {"days": 7, "decay": 0.7, "least": 2, "fresh_days": 3, "floor": 0.01}


def days(values, *, error=0.0, era=None, excused=(), adds=False):
    points = [
        Point(on=FIRST + timedelta(days=n), value=float(value), expected_error=error, era=era(n) if era else None)
        for n, value in enumerate(values)
        if not np.isnan(value)
    ]
    return grid(points, excused=[FIRST + timedelta(days=n) for n in excused], adds=adds)


def days_alike(likeness, *, count, seed):
    chance = np.random.default_rng(seed)
    found = [chance.standard_normal()]
    for fresh in chance.standard_normal(count - 1):
        found.append(likeness * found[-1] + (1 - likeness**2) ** 0.5 * fresh)
    return np.array(found)


@pytest.mark.parametrize("likeness", [0.0, 0.3, 0.5])
def test_evidence_is_near_a_standard_normal_on_ordinary_days(likeness):
    found = np.concatenate(
        [standing(days(days_alike(likeness, count=200, seed=seed)), Window(**WEEK)).evidence[40:] for seed in range(40)]
    )

    assert abs(found.mean()) < 0.1
    assert 0.88 < found.std() < 1.12
    assert 0.03 < (found > 1.645).mean() < 0.075
    assert (found > 3.09).mean() < 0.005


def test_a_lasting_change_stands_far_off_and_says_its_figures():
    values = np.concatenate((np.tile([-1.0, 1.0], 35), [-3.0] * 7))

    found = standing(days(values), Window(**WEEK))

    assert found.evidence[-1] < -4
    assert (found.recent[-1], found.usual[-1], found.count[-1]) == (-3.0, 0.0, 7.0)
    assert found.spread[-1] == pytest.approx(1.0, rel=0.08)


@pytest.mark.parametrize(("count", "is_told"), [(13, False), (14, True)])
def test_fourteen_days_before_are_needed(count, is_told):
    found = standing(days(np.arange(count + 7.0) % 3), Window(**WEEK))

    assert bool(~np.isnan(found.evidence[-1])) is is_told


@pytest.mark.parametrize(("missing", "is_told"), [([-2], True), ([-2, -3], False)])
def test_two_of_the_last_three_days_are_needed(missing, is_told):
    values = np.arange(40.0) % 3
    values[missing] = np.nan

    found = standing(days(values), Window(**WEEK))

    assert bool(~np.isnan(found.evidence[-1])) is is_told


def test_another_device_starts_anew():
    values = np.concatenate((np.arange(60.0) % 3, 10.0 + np.arange(25.0) % 3))

    whole = standing(days(values), Window(**WEEK)).evidence
    parted = standing(days(values, era=lambda n: FIRST + timedelta(days=60 * (n >= 60))), Window(**WEEK)).evidence

    assert whole[63] > 4
    assert np.isnan(parted[60:80]).all()
    assert abs(parted[-1]) < 2


def test_a_value_that_states_no_device_is_of_the_one_around_it():
    eras = [None, FIRST, None, FIRST, FIRST + timedelta(days=4), None]
    points = [Point(on=FIRST + timedelta(days=n), value=1.0, expected_error=0.1, era=era) for n, era in enumerate(eras)]

    assert (grid(points).era - FIRST.toordinal()).tolist() == [0, 0, 0, 0, 4, 4]


def test_windows_reach_back_before_the_first_date_as_nothing():
    short = windows(np.arange(3.0), days=2, back=5)

    assert short.shape == (3, 2)
    assert np.isnan(short).all()
    assert windows(np.arange(4.0), days=2, back=1)[-1].tolist() == [1.0, 2.0]


def test_a_grid_reaches_until_the_last_date_there_is():
    one = [Point(on=FIRST, value=1.0, expected_error=0.1)]

    assert (len(grid(one)), len(grid(one, until=FIRST + timedelta(days=3)))) == (1, 4)


def test_excused_dates_leave_the_usual_alone():
    values = np.arange(60.0) % 3
    values[20:45] = 30.0

    free, said = (standing(days(values, excused=some), Window(**WEEK)) for some in ((), range(20, 45)))

    assert free.usual[-1] > 4
    assert said.usual[-1] == pytest.approx(1.0, abs=0.1)
    assert said.usual_count[-1] == free.usual_count[-1] - 25


def test_days_measured_worse_than_usual_count_for_less():
    values = np.concatenate((np.arange(60.0) % 3, [4.0] * 7))
    plain, doubtful = (
        standing(
            grid(
                Point(on=FIRST + timedelta(days=n), value=value, expected_error=error if n >= 60 else 0.1)
                for n, value in enumerate(values.tolist())
            ),
            Window(**WEEK),
        ).evidence[-1]
        for error in (0.1, 3.0)
    )

    assert 0 < doubtful < 0.7 * plain


def test_values_that_never_differ_have_the_least_spread():
    assert standing(days(np.ones(40)), Window(**WEEK)).spread[-1] == 0.01


def test_parts_of_a_date_are_added_where_they_are_parts_and_else_their_mean():
    points = [Point(on=FIRST, value=one, expected_error=error) for one, error in ((3.0, 1.0), (5.0, 2.0))]

    assert grid(points, adds=True).value.tolist() == [8.0]
    assert grid(points).value.tolist() == [4.0]
    assert grid(points).error.tolist() == [2.0]
    assert grid([]) is None


def test_of_two_devices_on_one_date_the_later_one_counts():
    early, late = FIRST - timedelta(days=9), FIRST
    points = [Point(on=FIRST, value=one, expected_error=1.0, era=era) for one, era in ((3.0, early), (5.0, late))]

    assert grid(points).value.tolist() == [5.0]


@pytest.mark.parametrize(("t", "freedom", "z"), [(2.2281, 10, 1.96), (2.0003, 60, 1.96), (-4.1437, 10, -3.09)])
def test_few_degrees_of_freedom_are_taken_from_the_figure(t, freedom, z):
    assert as_normal(np.array([t]), np.array([float(freedom)]))[0] == pytest.approx(z, abs=0.02)


def test_who_strays_further_than_days_tell_is_held_against_that():
    calm, restless = np.tile([1.0, -1.0], 60), np.tile([2.0, -2.0], 60)

    assert settled(calm, back=7)[-1] == calm[-1]
    assert settled(restless, back=7)[-1] == pytest.approx(restless[-1] / ((20 + 4 * 90) / 110) ** 0.5)
    assert settled(restless, back=7)[0] == restless[0]
