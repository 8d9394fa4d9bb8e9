"""The rules that rest on one kind of value: drift, sleep, easier pace, best effort. Every threshold decides."""

from datetime import date

import pytest

from pipelines.observations.patterns import best_effort, easier_pace, pacing_drift, sleep_shortfall

TODAY = date(2026, 3, 31)
HOUR = 3600.0


@pytest.fixture
def drifting(known, plain):
    def make(now, usual, *, recent=4, earlier=6, error=0.008, **other):
        values = [plain("decoupling", 7 * i, now, error=error) for i in range(recent)]
        values += [plain("decoupling", 28 + 7 * i, usual, error=error) for i in range(earlier)]
        return known(values, **other)

    return make


@pytest.mark.parametrize(("now", "usual", "is_held"), [(0.05, 0.02, True), (0.049, 0.02, False), (0.06, 0.055, False)])
def test_drift_is_above_the_convention_and_above_before(drifting, now, usual, is_held):
    tried = pacing_drift.judge(drifting(now, usual), TODAY)

    assert (tried.held is not None) is is_held


@pytest.mark.parametrize(("error", "is_held"), [(0.036, True), (0.038, False)])
def test_drift_beats_the_error_of_both_medians(drifting, error, is_held):
    tried = pacing_drift.judge(drifting(0.06, 0.03, error=error), TODAY)  # error of the difference: 0.807 of one

    assert (tried.held is not None) is is_held


@pytest.mark.parametrize(("recent", "earlier", "is_tried"), [(3, 4, True), (2, 4, False), (3, 3, False)])
def test_drift_needs_runs_in_both_times(drifting, recent, earlier, is_tried):
    assert (pacing_drift.judge(drifting(0.06, 0.01, recent=recent, earlier=earlier), TODAY) is not None) is is_tried


def test_drift_says_what_it_rests_on_and_that_heat_is_not_known(drifting):
    held = pacing_drift.judge(drifting(0.06, 0.01, notes={10: "ill"}), TODAY).held

    assert (held.pattern_value, held.usual_value) == (0.06, 0.01)
    assert held.observation_ids == ("decoupling-21", "decoupling-14", "decoupling-7", "decoupling-0")
    assert len(held.doubts) == 1
    assert "heat" in held.remarks[0]


@pytest.fixture
def slept(known, plain):
    def make(hours, *, nights=7, error=1200.0, **other):
        return known([plain("sleep_duration", i, hours * HOUR, error=error) for i in range(nights)], **other)

    return make


@pytest.mark.parametrize(("hours", "is_held"), [(6.66, True), (6.67, False)])
def test_short_sleep_of_a_week_adds_up_to_more_than_its_error(slept, hours, is_held):
    tried = sleep_shortfall.judge(slept(hours), TODAY)  # seven nights with 20 min each: 2 h 20 min

    assert (tried.held is not None) is is_held


@pytest.mark.parametrize(("nights", "is_tried"), [(4, False), (5, True)])
def test_short_sleep_needs_five_nights(slept, nights, is_tried):
    assert (sleep_shortfall.judge(slept(5.0, nights=nights), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("birth_year", "hours"), [(2009, 8.0), (2008, 7.0), (None, 7.0)])
def test_need_is_that_of_the_age(slept, birth_year, hours):
    held = sleep_shortfall.judge(slept(5.0, birth_year=birth_year), TODAY).held

    assert held.pattern_value == pytest.approx(7 * (hours - 5.0) * HOUR)
    assert held.expected_error == 7 * 1200.0


def test_two_parts_of_a_night_are_added(known, plain):
    history = known([plain("sleep_duration", i, 3.6 * HOUR, error=1200.0) for i in [*range(7), *range(7)]])

    assert sleep_shortfall.judge(history, TODAY).held is None


@pytest.fixture
def easier(known, run):
    def make(rate, *, recent=4, error=2.0, **other):
        runs = [run(7 * i, rate, heart_rate_error_bpm=error, **other) for i in range(recent)]
        return known(runs=runs + [run(28 + 7 * i, heart_rate_error_bpm=error) for i in range(8)])

    return make


@pytest.mark.parametrize(("rate", "is_held"), [(136.9, True), (137.1, False)])
def test_easier_is_three_beats_less_at_least(easier, rate, is_held):
    assert (easier_pace.judge(easier(rate), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("error", "is_held"), [(5.2, True), (5.4, False)])
def test_easier_beats_its_error(easier, error, is_held):
    # Medians of four and eight runs: 1.25 * sqrt(1/4 + 1/8) = 0.765 of one error.
    assert (easier_pace.judge(easier(135.9, error=error), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("recent", "is_tried"), [(2, False), (3, True)])
def test_easier_needs_three_runs(easier, recent, is_tried):
    assert (easier_pace.judge(easier(130.0, recent=recent), TODAY) is not None) is is_tried


def test_easier_on_flatter_ground_is_doubted(easier):
    held = easier_pace.judge(easier(130.0, ascent_m_per_km=-10.0), TODAY).held

    assert (held.pattern_value, held.usual_value) == (130.0, 140.0)
    assert held.doubts == ("climb -10 against 5 m per km",)


@pytest.fixture
def efforts(known, plain):
    def make(new, *, others=5, back=10, old=300.0, error=3.0, metric="best_5_km"):
        values = [plain(metric, 0, new, error=error)]
        return known(values + [plain(metric, back + i, old + i, error=error) for i in range(others)])

    return make


@pytest.mark.parametrize(("new", "is_held"), [(295.7, True), (295.8, False)])
def test_a_best_is_faster_by_more_than_the_error_of_both(efforts, new, is_held):
    assert (best_effort.judge(efforts(new), TODAY).held is not None) is is_held  # 3 * sqrt(2) = 4.24 s per km


@pytest.mark.parametrize(("others", "is_tried"), [(4, False), (5, True)])
def test_the_first_efforts_are_no_best(efforts, others, is_tried):
    assert (best_effort.judge(efforts(250.0, others=others), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("back", "is_tried"), [(86, True), (87, False)])
def test_efforts_of_ninety_days_count(efforts, back, is_tried):
    assert (best_effort.judge(efforts(250.0, back=back), TODAY) is not None) is is_tried


def test_a_best_tells_both_times(efforts):
    held = best_effort.judge(efforts(280.0), TODAY).held

    assert held.metric == "best_5_km"
    assert held.components[0].detail == "23:20, before 25:00 on 21 Mar"


def test_a_day_without_a_run_is_not_tried(efforts):
    assert best_effort.judge(efforts(280.0), date(2026, 3, 30)) is None
