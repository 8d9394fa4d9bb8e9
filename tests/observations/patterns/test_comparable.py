import pytest

from pipelines.observations.patterns.comparable import ASCENT_M_PER_KM, before, difference, error_of, ground


@pytest.mark.parametrize(
    ("other", "is_comparable"),
    [
        ({"pace_s_per_km": 308.0}, True),
        ({"pace_s_per_km": 310.0}, False),
        ({"moving_s": 2230.0}, True),
        ({"moving_s": 2210.0}, False),
        ({"moving_s": 4040.0}, True),
        ({"moving_s": 4060.0}, False),
        ({"steady_s": 1200.0}, True),
        ({"steady_s": 1199.0}, False),
        ({"sensor": "watch wrist"}, False),
    ],
)
def test_only_like_runs_are_held_against_each_other(run, other, is_comparable):
    others = [run(days, 130.0, **other) for days in (10, 20, 30)]

    assert (difference(run(0), others) is not None) is is_comparable


@pytest.mark.parametrize(("count", "is_compared"), [(2, False), (3, True)])
def test_three_runs_before_are_needed(run, count, is_compared):
    assert (difference(run(0), [run(5 + days) for days in range(count)]) is not None) is is_compared


@pytest.mark.parametrize(("days", "count"), [(0, 0), (1, 1), (60, 1), (61, 0)])
def test_runs_of_sixty_days_before_count(run, days, count):
    assert len(before(run(0), [run(days)])) == count


def test_the_difference_is_to_the_median_with_the_error_of_both(run):
    found = difference(run(0, 146.0), [run(5, 138.0), run(6, 140.0), run(7, 155.0)])

    assert found.difference_bpm == 6.0
    assert found.error_bpm == pytest.approx((4.0 + 1.25**2 * 4.0 / 3) ** 0.5)


def test_the_error_of_groups_shrinks_with_their_size(run):
    few, many = ([run(days) for days in range(count)] for count in (2, 8))

    assert error_of(many, many) == pytest.approx(error_of(few, few) / 2)


@pytest.mark.parametrize(("more", "is_named"), [(ASCENT_M_PER_KM, False), (ASCENT_M_PER_KM + 0.1, True)])
def test_another_climb_is_a_doubt(run, more, is_named):
    assert bool(ground([run(0, ascent_m_per_km=5.0 + more)], [run(5)])) is is_named


def test_a_climb_that_is_not_known_is_no_doubt_of_this_run(run):
    assert ground([run(0, ascent_m_per_km=None)], [run(5)]) == ()
