"""Verdicts follow hard violations and the expected error; grades drop only through a named flag."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from pipelines.quality import limits
from pipelines.quality.catalogue import checks
from pipelines.quality.documentation import checks_markdown
from pipelines.quality.grades import graded
from pipelines.quality.remedies import remedies
from pipelines.quality.verdicts import decide, verdicts
from pipelines.tables import conform, contract


def _steady(make, **kwargs):
    return make.run(2600, **kwargs)


def test_a_clean_run_with_a_strap_is_usable_for_everything(make, ask):
    decided = verdicts(ask.judged(_steady(make)))

    assert dict(decided.select("purpose", "verdict").iter_rows()) == dict.fromkeys(
        ("distance", "mean_pace", "splits", "bests", "decoupling", "load", "hr_zones"), "usable"
    )
    assert set(decided["grade"]) == {"ok"}


def test_verdicts_equal_their_contract(make, ask):
    decided = verdicts(ask.judged(make.joined(_steady(make), make.beats(make.breathing(300)))))

    assert decided.schema == contract("verdicts")


def test_a_treadmill_is_no_fault_and_yet_not_usable_for_pace(make, ask):
    verdict = ask.verdict(_steady(make, sub_sport="treadmill"), "mean_pace")

    assert (verdict["verdict"], verdict["grade"], verdict["reasons"]) == ("not_usable", "ok", ["source"])


def test_wrist_heart_rate_is_never_usable_for_short_intervals(make, ask):
    rows = {"activity_id": "a", "lap_index": range(6), "athlete_id": 1, "source_file_id": "f", "timer_s": [40.0] * 6}
    laps = conform(pl.DataFrame(rows), "laps")

    found = {
        source: ask.verdict({**_steady(make, source=source), "laps": laps}, "hr_zones") for source in ("wrist", "strap")
    }

    assert found["wrist"]["verdict"] == "not_usable"
    assert found["wrist"]["reasons"] == ["wrist_heart_rate_in_intervals"]
    assert found["strap"]["verdict"] == "usable"


def test_no_heart_rate_is_not_assessable_and_says_why(make, ask):
    verdict = ask.verdict(_steady(make, heart_rate_bpm=[None] * 2600), "load")

    assert (verdict["verdict"], verdict["grade"]) == ("not_assessable", "doubtful")
    assert verdict["reasons"] == ["no heart rate in the records"]


def test_a_speed_in_the_wrong_unit_is_a_hard_violation(make, ask):
    count = 900
    given = make.run(count, distance_m=3.0 * np.arange(count), speed_m_per_s=np.full(count, 10.8 / 3.0 * 3.0))

    verdict = ask.verdict(given, "mean_pace")

    assert (verdict["verdict"], verdict["grade"]) == ("not_usable", "unusable")
    assert "speed_unit" in verdict["reasons"]


def test_a_flat_heart_rate_drops_the_grade_by_its_name(make, ask):
    bpm = 140 + (np.arange(2600) % 3)
    bpm[200:1500] = 168

    verdict = ask.verdict(_steady(make, heart_rate_bpm=bpm), "load")

    assert verdict["grade"] in {"doubtful", "unusable"}
    assert verdict["reasons"][0] == "hr_flatline"


@pytest.mark.parametrize(
    ("beats", "verdict", "grade"),
    [(45, "not_usable", "unusable"), (100, "not_usable", "doubtful"), (300, "usable", "ok")],
)
def test_a_morning_reading_needs_length(make, ask, beats, verdict, grade):
    found = ask.verdict(make.beats(make.breathing(beats)), "hrv_day")

    assert (found["verdict"], found["grade"]) == (verdict, grade)


def test_beats_of_exercise_are_not_assessable_for_hrv(make, ask):
    found = ask.verdict(make.beats(make.breathing(400), reading="activity"), "hrv_day")

    assert (found["verdict"], found["reasons"]) == ("not_assessable", ["recorded during exercise"])


@pytest.mark.parametrize(("reading", "verdict"), [("morning", "usable"), ("spot", "not_assessable")])
def test_beats_of_any_hour_are_not_assessable_for_resting_heart_rate(make, ask, reading, verdict):
    found = ask.verdict(make.beats(make.breathing(400), reading=reading), "resting_hr")

    assert found["verdict"] == verdict


def test_a_rhythm_that_cannot_carry_hrv_is_not_usable_and_named(make, ask):
    rng = np.random.default_rng(3)
    rr = np.clip(750 * np.exp(0.22 * rng.standard_normal(420)), 350, 1900)

    judged = ask.judged(make.beats(rr))
    found = decide(judged).filter(purpose="hrv_day").to_dicts()[0]

    assert found["verdict"] == "not_usable"
    rhythm = judged["flags"].filter(pl.col("check_name").str.starts_with("rhythm_"))
    assert set(rhythm["check_name"]) & set(found["reasons"])
    assert found["reasons"][0].startswith("rhythm_"), "what else is missing only follows from it"
    assert set(rhythm["evidence"]) == {"rhythm not assessable for HRV"}


def _mornings(make, rmssd):
    days = [
        make.beats(
            make.breathing(300, seed=i, rmssd_ms=float(value)), name=f"s{i:02d}", day=date(2026, 1, 1) + timedelta(i)
        )
        for i, value in enumerate(rmssd)
    ]
    return make.joined(*days)


def _start_value(purpose, source):
    return next(one.fallback_spread for one in limits.LIMITS if (one.purpose, one.source) == (purpose, source))


def test_the_limit_follows_the_athletes_own_spread_of_the_days_before(make, ask):
    wide = _mornings(make, 45 * np.exp(0.4 * np.sin(np.arange(20.0) * 2)))
    narrow = _mornings(make, [45.0] * 20)
    few = _mornings(make, [45.0] * 10)

    found = [ask.verdict(given, "hrv_day", name)["error_limit"] for given, name in
             ((wide, "s19"), (narrow, "s19"), (few, "s09"))]  # fmt: skip

    assert found[0] > 0.3
    assert found[1] < _start_value("hrv_day", "morning")
    assert found[2] == pytest.approx(_start_value("hrv_day", "morning"))


def test_a_later_day_changes_no_earlier_verdict(make, ask):
    early = _mornings(make, [45.0, 52.0] * 8)
    late = make.joined(early, make.beats(make.breathing(300, rmssd_ms=20.0), name="z", day=date(2026, 2, 10)))

    before = verdicts(ask.judged(early)).sort("subject_id", "purpose")
    after = verdicts(ask.judged(late)).filter(pl.col("subject_id") != "z").sort("subject_id", "purpose")

    assert after.equals(before)


def test_an_ordinary_device_night_is_usable(make, ask):
    found = ask.verdict(make.nights({}), "sleep_duration")

    assert (found["verdict"], found["grade"]) == ("usable", "ok")
    assert found["expected_error"] == pytest.approx(1200, rel=1e-3)


def test_a_second_flagged_twice_costs_once(make, ask):
    count = 2600
    speed = 3.0 + 0.2 * np.sin(np.arange(count) / 60.0)
    distance = np.concatenate([[0.0], np.cumsum(speed[1:])])
    speed[500:520] = 15.0
    judged = ask.judged(make.run(count, speed_m_per_s=speed, distance_m=distance))

    flagged = judged["facts"].filter(fact="flagged_movement_fraction")["fact_value"][0]
    names = set(judged["flags"]["check_name"])

    assert {"speed_envelope", "speed_acceleration"} <= names
    assert flagged == pytest.approx(20 / (count - 1), rel=0.1)


def test_shares_stand_beside_their_reasons_and_the_remedy_is_a_sentence(make, ask):
    bpm = 140 + (np.arange(2600) % 3)
    bpm[200:1500] = 168
    decided = verdicts(ask.judged(_steady(make, heart_rate_bpm=bpm)))

    row = graded(verdicts=decided).filter(purpose="load").to_dicts()[0]

    assert row["reasons"][0]["check_name"] == "hr_flatline"
    assert row["reasons"][0]["share_fraction"] > 0.5
    assert row["remedy"] == remedies()["hr_flatline"]


def test_every_check_is_documented_with_its_thresholds():
    page = checks_markdown()

    for check in checks():
        assert f"### {check.name}" in page
        assert check.documentation
        assert all(threshold.source and threshold.unit for threshold in check.thresholds)
