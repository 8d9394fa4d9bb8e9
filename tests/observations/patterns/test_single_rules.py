"""The rules that rest on one kind of value: sleep, easier pace, best effort. Every threshold decides."""

from datetime import date

import pytest

from pipelines.observations.patterns import best_effort, easier_pace, sleep_shortfall

TODAY = date(2026, 3, 31)
HOUR = 3600.0


@pytest.fixture
def slept(known, plain):
    """Nights of eight hours, ten minutes more or less, before the last ones of so many hours."""

    def make(hours, *, nights=5, before=28, error=1200.0, **other):
        last = [plain("sleep_duration", n, hours * HOUR, error=error) for n in range(nights)]
        usual = [plain("sleep_duration", 5 + n, (8.0 + (n % 3 - 1) / 6) * HOUR, error=error) for n in range(before)]
        return known(last + usual, **other)

    return make


@pytest.mark.parametrize(("hours", "is_held"), [(7.49, True), (7.51, False)])
def test_short_sleep_is_half_an_hour_a_night_at_least(slept, hours, is_held):
    assert (sleep_shortfall.judge(slept(hours), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("error", "is_held"), [(5800.0, True), (6200.0, False)])
def test_short_sleep_beats_its_error(slept, error, is_held):
    # Five nights an hour and a half short: 7.5 h against error * sqrt(5 + 25 / 28) = 2.43 of one... of five hours.
    tried = sleep_shortfall.judge(slept(8.0 - 2.43 * 6000.0 / 5 / HOUR, error=error), TODAY)

    assert (tried.held is not None) is is_held


@pytest.mark.parametrize(("count", "is_held"), [(2, False), (3, True)])
def test_short_sleep_is_three_short_nights_and_not_one_bad_one(known, plain, count, is_held):
    usual = [plain("sleep_duration", n, (8.0 + (n % 3 - 1) / 6) * HOUR, error=1200.0) for n in range(count, 40)]
    short = [plain("sleep_duration", n, 4.0 * HOUR, error=1200.0) for n in range(count)]

    assert (sleep_shortfall.judge(known(short + usual), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("nights", "is_tried"), [(3, False), (4, True)])
def test_short_sleep_needs_four_nights(slept, nights, is_tried):
    assert (sleep_shortfall.judge(slept(5.0, nights=nights), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("before", "is_tried"), [(13, False), (14, True)])
def test_short_sleep_needs_fourteen_nights_before(slept, before, is_tried):
    assert (sleep_shortfall.judge(slept(5.0, before=before), TODAY) is not None) is is_tried


@pytest.mark.parametrize(("limit", "is_held"), [(-0.01, True), (0.01, False)])
def test_short_sleep_has_to_stray_so_far(slept, monkeypatch, limit, is_held):
    there = sleep_shortfall.judge(slept(7.0), TODAY).evidence_sd
    monkeypatch.setattr(sleep_shortfall, "LEAST_EVIDENCE_SD", there + limit)

    assert (sleep_shortfall.judge(slept(7.0), TODAY).held is not None) is is_held


@pytest.mark.parametrize(
    ("birth_year", "words"), [(2009, "14 to 17 8 h"), (2008, "adults 7 h"), (None, "age not known")]
)
def test_the_published_minimum_is_named_beside_the_own_usual(slept, birth_year, words):
    held = sleep_shortfall.judge(slept(5.0, birth_year=birth_year), TODAY).held

    assert held.pattern_value == pytest.approx(5 * 3.0 * HOUR, rel=0.01)
    assert held.components[0].detail.startswith("5 h 00 min a night over 5 nights, against 8 h 00 min usual; published")
    assert words in held.components[0].detail


def test_who_always_sleeps_short_is_usual_for_themselves(known, plain):
    nights = [plain("sleep_duration", n, (5.0 + (n % 3 - 1) / 6) * HOUR, error=1200.0) for n in range(40)]

    assert sleep_shortfall.judge(known(nights), TODAY).held is None


def test_two_parts_of_a_night_are_added(known, plain):
    whole = [plain("sleep_duration", n, (8.0 + (n % 3 - 1) / 6) * HOUR, error=1200.0) for n in range(5, 40)]
    parts = [plain("sleep_duration", n, 4.0 * HOUR, error=1200.0) for n in [*range(5), *range(5)]]

    assert sleep_shortfall.judge(known(whole + parts), TODAY).held is None
    assert sleep_shortfall.judge(known(whole + parts[:5]), TODAY).held.pattern_value == pytest.approx(
        20 * HOUR, rel=0.01
    )


def test_a_night_that_is_not_known_and_one_that_is_doubtful_are_named(slept, known, plain):
    four = sleep_shortfall.judge(slept(5.0, nights=4), TODAY).held
    doubtful = [plain("sleep_duration", n, 5.0 * HOUR, error=1200.0, grade="doubtful") for n in range(5)]
    usual = [plain("sleep_duration", n, (8.0 + (n % 3 - 1) / 6) * HOUR, error=1200.0) for n in range(5, 40)]

    assert four.remarks[0] == "1 of 5 nights are not known"
    assert sleep_shortfall.judge(known(doubtful + usual), TODAY).held.doubts == ("5 of 5 nights are doubtful",)


@pytest.fixture
def easier(known, run):
    def make(rate, *, recent=4, error=2.0, step=1.0, **other):
        runs = [run(7 * i, rate, heart_rate_error_bpm=error, **other) for i in range(recent)]
        before = [run(28 + 4 * i, 140.0 + step * (i % 3 - 1), heart_rate_error_bpm=error) for i in range(15)]
        return known(runs=runs + before)

    return make


@pytest.mark.parametrize(("rate", "is_held"), [(136.9, True), (137.1, False)])
def test_easier_is_three_beats_less_at_least(easier, rate, is_held):
    assert (easier_pace.judge(easier(rate), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("error", "is_held"), [(5.7, True), (5.9, False)])
def test_easier_beats_its_error(easier, error, is_held, monkeypatch):
    monkeypatch.setattr(easier_pace, "LEAST_EVIDENCE_SD", -9.0)
    # Medians of four and fifteen runs: 1.25 * sqrt(1/4 + 1/15) = 0.704 of one error.
    assert (easier_pace.judge(easier(135.9, error=error), TODAY).held is not None) is is_held


@pytest.mark.parametrize(("limit", "is_held"), [(-0.01, True), (0.01, False)])
def test_easier_has_to_stray_so_far(easier, monkeypatch, limit, is_held):
    there = easier_pace.judge(easier(135.0), TODAY).evidence_sd
    monkeypatch.setattr(easier_pace, "LEAST_EVIDENCE_SD", there + limit)

    assert (easier_pace.judge(easier(135.0), TODAY).held is not None) is is_held


def test_runs_that_differ_much_from_day_to_day_make_easier_less_sure(easier):
    calm, restless = (easier_pace.judge(easier(133.0, step=step), TODAY).evidence_sd for step in (1.0, 6.0))

    assert restless < calm / 2


@pytest.mark.parametrize(("recent", "is_tried"), [(2, False), (3, True)])
def test_easier_needs_three_runs(easier, recent, is_tried):
    assert (easier_pace.judge(easier(130.0, recent=recent), TODAY) is not None) is is_tried


def test_easier_on_flatter_ground_is_not_compared(easier):
    assert easier_pace.judge(easier(130.0, ascent_m_per_km=-10.0), TODAY) is None
    held = easier_pace.judge(easier(130.0), TODAY).held

    assert (held.pattern_value, held.usual_value) == (130.0, 140.0)
    assert held.remarks == ("heat and wind are not in the figures",)


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


def test_a_best_tells_both_times_and_how_far_it_lies_from_usual_efforts(efforts):
    held = best_effort.judge(efforts(280.0), TODAY).held

    assert held.metric == "best_5_km"
    assert held.components[0].detail == "23:20, before 25:00 on 21 Mar"
    assert held.evidence_sd == best_effort.judge(efforts(280.0), TODAY).evidence_sd > 2.0
    assert abs(best_effort.judge(efforts(302.0), TODAY).evidence_sd) < 0.1


def test_a_day_without_a_run_is_not_tried(efforts):
    assert best_effort.judge(efforts(280.0), date(2026, 3, 30)) is None
