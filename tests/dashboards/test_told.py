from datetime import date, timedelta

import pytest

from dashboards import told, words
from dashboards.told import Coincidence, Told, beside, coincidence, of_name, of_nights, of_pattern

TODAY = date(2026, 3, 31)
PARTS = ("what", "value", "against", "how_long", "how_sure", "device", "measured_by", "missing")
PATTERN = {
    "pattern_id": "000000000001",
    "pattern": "pacing_drift",
    "is_good_news": False,
    "start_date": TODAY - timedelta(days=6),
    "end_date": TODAY,
    "pattern_value": 0.074,
    "usual_value": 0.02,
    "unit": "fraction",
    "expected_error": 0.006,
    "grade": "ok",
    "earlier_held_count": 2,
    "earlier_day_count": 42,
    "components": [{"component": "decoupling_higher", "detail": "7.4 % on 5 runs", "day_count": 4}],
    "observation_ids": ["000000000002"],
    "doubts": ["another device or method since 2026-03-20"],
    "remarks": ["heat and wind are not in the figures"],
}


@pytest.mark.parametrize("part", PARTS)
def test_a_sentence_that_lacks_a_part_cannot_be_made(part):
    whole = {"rule": "r", "sign": "◆", **dict.fromkeys(PARTS, "something")}

    with pytest.raises(ValueError, match=part):
        Told(**whole | {part: " "})

    assert Told(**whole).parts == ()


def test_a_pattern_says_value_usual_time_and_how_ordinary_it_is():
    one = of_pattern(PATTERN, today=TODAY, values=[], p_value=0.004)

    assert one.value == "7.4 ± 0.6 %"
    assert one.against == "before 2.0 %"
    assert one.how_long == "since Wed 25 Mar, 7 days"
    assert one.how_sure == "the same on 2 of 42 days before; as much on 1 in 250 ordinary days"
    assert one.parts == (("decoupling", "7.4 % on 5 runs"),)


@pytest.mark.parametrize(("value", "said"), [(7.9, "+7.9 ± 0.9 bpm"), (-4.2, "\N{MINUS SIGN}4.2 ± 0.9 bpm")])
def test_a_difference_from_comparable_runs_is_told_as_one(value, said):
    row = PATTERN | {"pattern": "shift_heart_rate_at_pace", "unit": "bpm", "pattern_value": value, "usual_value": 0.0}

    one = of_pattern(row | {"expected_error": 0.9}, today=TODAY, values=[])

    assert (one.value, one.against) == (f"{said} against comparable runs", "before 0 bpm")


def test_what_coincides_is_kept_apart_from_what_is_missing_from_every_figure():
    one = of_pattern(PATTERN, today=TODAY, values=[])

    assert one.coincides == (Coincidence(text="another device or method since Fri 20 Mar"),)
    assert one.missing == "heat and wind are not in the figures"


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("a note of 2026-03-30 is of kind ill", "coincides"),
        ("an answer about 6 days up to 2026-03-30 says travel", "coincides"),
        ("another device or method since 2026-03-30", "coincides"),
        ("heat and wind are not in the figures", "missing"),
        ("heat, hills and sleep are in neither figure", "missing"),
        ("time moving only: how hard it was is not in it", "missing"),
        ("2 of the last 42 dates are not known", "missing"),
        ("2 of 5 nights are doubtful", "measured_by"),
    ],
)
@pytest.mark.parametrize("column", ["doubts", "remarks"])
def test_each_line_of_a_pattern_stands_in_its_place(line, place, column):
    one = of_pattern(PATTERN | {"doubts": [], "remarks": [], column: [line]}, today=TODAY, values=[])
    place = place if column == "doubts" else "missing"

    told_of = {
        "coincides": bool(one.coincides),
        "missing": line in one.missing,
        "measured_by": line in one.measured_by,
    }
    assert [name for name, is_there in told_of.items() if is_there] == [place]


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [(0, 0, "on Tue 31 Mar"), (2, 0, "since Sun 29 Mar, 3 days"), (5, 3, "Thu 26 Mar to Sat 28 Mar, 3 days")],
)
def test_how_long_it_has_held_is_said_from_today(start, end, said):
    days = {"start_date": TODAY - timedelta(days=start), "end_date": TODAY - timedelta(days=end)}

    assert of_pattern(PATTERN | days, today=TODAY, values=[]).how_long == said


def test_devices_and_grades_of_its_values_stand_beside_a_pattern():
    values = [{"device_name": "maker_watch", "grade": grade} for grade in ("ok", "doubtful")]

    one = of_pattern(PATTERN, today=TODAY, values=values)

    assert (one.device, one.measured_by) == ("Maker watch", "1 of 2 values ok")


@pytest.mark.parametrize(
    ("p_value", "ending"),
    [
        (None, "before"),
        (1.0, "before"),
        (0.97, "as much on nearly every ordinary day"),
        (0.94, "9 in 10 ordinary days"),
        (0.4, "4 in 10 ordinary days"),
        (0.1, "1 in 10 ordinary days"),
        (0.099, "1 in 10 ordinary days"),
        (0.02, "1 in 50 ordinary days"),
        (0.0005, "fewer than 1 in 1,000 ordinary days"),
    ],
)
def test_how_rare_it_is_stands_only_where_it_is_known(p_value, ending):
    assert of_pattern(PATTERN, today=TODAY, values=[], p_value=p_value).how_sure.endswith(ending)


def test_what_a_note_or_an_answer_says_is_quoted_and_its_date_is_one_people_write():
    assert coincidence("a note of 2026-03-30 is of kind must rest") == Coincidence(
        text="a note of Mon 30 Mar:", quoted="must rest"
    )
    assert coincidence("a note of 2026-03-30 is of kind other") == Coincidence(text="a note of Mon 30 Mar")
    assert coincidence("an answer about 2 days up to 2026-03-30 says injury") == Coincidence(
        text="an answer about 2 days up to Mon 30 Mar:", quoted="injury"
    )
    assert coincidence("another device since 2026-03-30").text == "another device since Mon 30 Mar"


@pytest.mark.parametrize(("back", "is_named"), [(told.NOTE_DAYS, True), (told.NOTE_DAYS + 1, False), (-1, False)])
def test_a_note_belongs_to_the_days_after_it(back, is_named):
    note = {"note_date": TODAY - timedelta(days=back), "kind": "ill"}

    assert bool(beside([note], [], TODAY)) is is_named


@pytest.mark.parametrize(("back", "is_named"), [(told.CHANGE_DAYS - 1, True), (told.CHANGE_DAYS, False)])
def test_a_changed_device_is_named_for_two_weeks(back, is_named):
    change = {"change_date": TODAY - timedelta(days=back)}

    assert bool(beside([], [change, change], TODAY)) is is_named


def night(metric, value, *, back=0, spread=1.0, **other):
    row = {"metric": metric, "observed_value": value, "observed_date": TODAY - timedelta(days=back), "unit": "bpm"}
    row |= {"baseline_median": 50.0, "baseline_spread": spread, "verdict": "usable", "device_name": "watch"}
    row |= {
        "baseline_lower_limit": 49.0,
        "baseline_upper_limit": 51.0,
        "grade": "ok",
        "observation_id": f"{metric}{back}",
    }
    return row | other


def signs(*values):
    return of_nights("nights_together", values=values, since=TODAY - timedelta(days=1), p_value=0.004, beside=[])


def test_nightly_signs_are_told_each_by_its_mean_since_the_rule_holds():
    rate = [night("resting_heart_rate", value, back=back) for back, value in enumerate((53.0, 55.0, 90.0))]

    one = signs(*rate, night("sleep_duration", 48.0), night("ln_rmssd", 50.0))

    assert one.value == "2 of 3 signs measured"
    assert dict(one.parts)["resting heart rate"].startswith("54 bpm on average over 2 nights, usual range 49")
    assert {row["metric"] for row in one.series} == {"resting_heart_rate"}


# A sign leans from half a spread on, each its own way: heart rate up, sleep down.
@pytest.mark.parametrize(("rate", "sleep", "is_told"), [(50.5, 49.5, True), (50.4, 49.5, False), (50.5, 50.5, False)])
def test_two_signs_have_to_lean(rate, sleep, is_told):
    assert bool(signs(night("resting_heart_rate", rate), night("sleep_duration", sleep))) is is_told


def test_a_sign_without_usable_values_is_missing_not_zero():
    one = signs(night("resting_heart_rate", 53.0), night("sleep_duration", 47.0), night("ln_rmssd", 9.0, verdict="x"))

    assert one.missing == "1 sign not measured"


def test_a_rule_whose_figures_are_gone_is_named_and_says_so():
    one = of_name("outside_ln_rmssd", since=TODAY, p_value=None)

    assert one.what == "RMSSD outside the usual range"
    assert one.missing == "the values it rests on"
    assert [found for part in PARTS for found in words.lint_text(getattr(one, part))] == []
