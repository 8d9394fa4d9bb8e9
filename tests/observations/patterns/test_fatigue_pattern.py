from datetime import date

import pytest

from pipelines.observations.patterns.fatigue_pattern import judge

TODAY = date(2026, 3, 31)
USUAL_ANSWERS = dict.fromkeys(range(3, 30), 0.7)
WORSE_ANSWERS = {**USUAL_ANSWERS, 0: 0.3, 1: 0.3, 2: 0.7}


@pytest.fixture
def signs(known, value):
    """Three nights of each metric, so many spreads off, beside answers."""

    def make(*, hrv=0.0, resting=0.0, sleep=0.0, answers=USUAL_ANSWERS, days=3, **other):
        offs = {"ln_rmssd": hrv, "resting_heart_rate": resting, "sleep_duration": sleep}
        values = [value(metric, day, off) for metric, off in offs.items() for day in range(days)]
        return known(values, answers={0: 0.7, 1: 0.7} | answers, **other)

    return make


def held(history):
    tried = judge(history, TODAY)
    assert tried is not None
    return tried.held


def names(history) -> list[str]:
    found = held(history)
    return [] if found is None else [one.component for one in found.components]


def test_signs_of_three_origins_make_a_pattern_and_say_how_many_of_how_many(signs):
    found = held(signs(hrv=-1.5, sleep=-1.5, answers=WORSE_ANSWERS))

    assert (found.pattern_value, found.usual_value) == (3.0, 4.0)
    assert [one.component for one in found.components] == ["hrv_lower", "sleep_shorter", "answers_worse"]
    assert [one.day_count for one in found.components] == [3, 3, 2]
    assert set(found.observation_ids) == {f"{m}-{d}" for m in ("ln_rmssd", "sleep_duration") for d in range(3)}
    assert found.doubts == ()


def test_nothing_unusual_is_no_pattern(signs):
    assert held(signs()) is None


def test_variability_and_resting_heart_rate_are_one_origin(signs):
    assert names(signs(hrv=-1.5, resting=1.5, answers=WORSE_ANSWERS)) == []
    assert len(names(signs(hrv=-1.5, resting=1.5, sleep=-1.5, answers=WORSE_ANSWERS))) == 4


@pytest.mark.parametrize(("spreads", "count"), [(-1.01, 3), (-0.99, 0), (1.5, 0)])
def test_a_sign_lies_beyond_the_usual_range_on_its_side(signs, spreads, count):
    assert len(names(signs(hrv=spreads, sleep=-1.5, answers=WORSE_ANSWERS))) == count


def test_it_has_to_hold_on_two_of_three_days(known, value):
    other = [value("sleep_duration", day, -1.5) for day in range(3)]
    once = known(
        [value("ln_rmssd", 0, -3.0), value("ln_rmssd", 1), value("ln_rmssd", 2), *other], answers=WORSE_ANSWERS
    )
    twice = known(
        [value("ln_rmssd", 0, -3.0), value("ln_rmssd", 1, -1.5), value("ln_rmssd", 2), *other], answers=WORSE_ANSWERS
    )

    assert names(once) == []
    assert len(names(twice)) == 3


@pytest.mark.parametrize(("error", "count"), [(0.25, 3), (0.27, 0)])
def test_the_mean_has_to_lie_off_by_more_than_its_error(known, value, error, count):
    hrv = [value("ln_rmssd", day, -1.5, expected_error=error) for day in range(3)]  # off by 0.15, error / sqrt(3)
    sleep = [value("sleep_duration", day, -1.5) for day in range(3)]

    assert len(names(known([*hrv, *sleep], answers=WORSE_ANSWERS))) == count


@pytest.mark.parametrize(("mark", "count"), [(0.64, 3), (0.66, 0)])
def test_answers_are_held_against_the_athletes_own_median(signs, mark, count):
    answers = {**USUAL_ANSWERS, 0: mark, 1: mark, 2: 0.7}

    assert len(names(signs(hrv=-1.5, sleep=-1.5, answers=answers))) == count


@pytest.mark.parametrize(("answer_count", "is_tried"), [(9, False), (10, True)])
def test_too_few_answers_say_nothing(known, value, answer_count, is_tried):
    values = [value(metric, day) for metric in ("ln_rmssd", "sleep_duration") for day in range(3)]
    answers = {0: 0.7, 1: 0.7} | {3 + day: 0.7 for day in range(answer_count)}

    assert (judge(known(values, answers=answers), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("rate", "count"), [(142.9, 3), (142.0, 0)])
def test_runs_count_when_harder_than_comparable_ones_by_more_than_the_error(known, value, run, rate, count):
    # Three comparable runs and this one of 2 bpm each: sqrt(2^2 + 1.25^2 * 2^2 / 3) = 2.47 bpm.
    runs = [run(days, rate) for days in (0, 2)] + [run(days) for days in (20, 30, 40)]
    values = [value(metric, day, -1.5) for metric in ("ln_rmssd", "sleep_duration") for day in range(3)]

    assert len(names(known(values, runs=runs))) == count


def test_what_could_make_it_otherwise_is_named(signs, day):
    ill = held(signs(hrv=-1.5, sleep=-1.5, answers=WORSE_ANSWERS, notes={3: "ill", 4: "travel"}))
    changed = held(signs(hrv=-1.5, sleep=-1.5, answers=WORSE_ANSWERS, changes=(day(13), day(14))))

    assert ill.doubts == (f"a note of {day(3)} is of kind ill",)
    assert changed.doubts == (f"another device or method since {day(13)}",)


def test_doubtful_values_are_named(known, value):
    hrv = [value("ln_rmssd", day, -1.5, grade="doubtful" if day else "ok") for day in range(3)]
    sleep = [value("sleep_duration", day, -1.5) for day in range(3)]

    assert held(known([*hrv, *sleep], answers=WORSE_ANSWERS)).doubts == ("ln_rmssd is doubtful on 2 of 3 days",)


def test_one_day_of_data_is_too_little(signs):
    assert judge(signs(days=1), TODAY) is None
