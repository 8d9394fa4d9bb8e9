import pytest

from pipelines.observations.patterns.comparable import comparable, difference, differences, error_of, not_known


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
        ({"ascent_m_per_km": 13.0}, True),
        ({"ascent_m_per_km": 13.1}, False),
        ({"ascent_m_per_km": None}, True),
        ({"temperature_c": 21.0}, True),
        ({"temperature_c": 21.1}, False),
        ({"temperature_c": None}, True),
    ],
)
def test_only_like_runs_are_held_against_each_other(run, other, is_comparable):
    assert (
        comparable([run(0, temperature_c=15.0)], [run(10, **{"temperature_c": 15.0} | other)]).item() is is_comparable
    )


@pytest.mark.parametrize(("count", "is_compared"), [(2, False), (3, True)])
def test_three_runs_before_are_needed(run, count, is_compared):
    assert (difference(run(0), [run(5 + days) for days in range(count)]) is not None) is is_compared


@pytest.mark.parametrize(("back", "count"), [((7, 4), 3), ((7, 5), None), ((6, 4), None), ((60, 0), 5)])
def test_runs_of_the_time_asked_for_count(known, run, day, back, count):
    history = known(runs=[run(0), *(run(days) for days in (5, 6, 7, 30, 40))])
    since, until = (day(days).toordinal() for days in back)

    found = differences(history, first=5, end=6, since=since, until=until)

    assert [len(one.others) for one in found] == ([] if count is None else [count])


def test_runs_of_excused_dates_are_not_held_against(known, run, day):
    runs = [run(0), *(run(days) for days in (5, 6, 7))]
    last = {"first": 3, "end": 4, "since": 0, "until": day(0).toordinal()}

    assert differences(known(runs=runs), **last)
    assert not differences(known(runs=runs, excused={day(6)}), **last)


def test_the_difference_is_to_the_median_with_the_error_of_both(run):
    found = difference(run(0, 146.0), [run(5, 138.0), run(6, 140.0), run(7, 155.0)])

    assert found.difference_bpm == 6.0
    assert found.error_bpm == pytest.approx((4.0 + 1.25**2 * 4.0 / 3) ** 0.5)


def test_the_error_of_groups_shrinks_with_their_size(run):
    few, many = ([run(days) for days in range(count)] for count in (2, 8))

    assert error_of(many, many) == pytest.approx(error_of(few, few) / 2)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"temperature_c": 20.0}, "wind is not in the figures"),
        ({}, "heat and wind are not in the figures"),
        ({"ascent_m_per_km": None}, "heat, climb and wind are not in the figures"),
    ],
)
def test_what_no_recording_states_is_named(run, other, words):
    assert not_known([run(0, **other)]) == words
