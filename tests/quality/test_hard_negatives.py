"""What looks like a fault and is none must pass: sprints, hills, pauses, sparse storage, big breathing swings."""

import numpy as np
import polars as pl
import pytest

MOVEMENT = ("speed_envelope", "position_envelope", "speed_acceleration", "position_teleport", "record_gap")


def _of_speed(make, speed, **kwargs):
    distance = np.concatenate([[0.0], np.cumsum(speed[1:])])
    return make.run(
        len(speed), speed_m_per_s=speed, distance_m=distance, latitude_deg=47.0 + distance / 111_195.0, **kwargs
    )


def test_an_honest_sprint_passes(make, ask):
    speed = np.full(900, 3.0)
    speed[400:406] = [4.5, 6.5, 8.0, 8.8, 9.0, 9.0]
    speed[406:410] = [8.0, 6.5, 5.0, 4.0]

    outcomes = {check: ask.outcome(_of_speed(make, speed), check) for check in MOVEMENT}

    assert outcomes == dict.fromkeys(MOVEMENT, "pass")


def test_a_fast_descent_passes(make, ask):
    speed = np.full(900, 3.0)
    speed[300:420] = 5.8

    outcomes = {check: ask.outcome(_of_speed(make, speed), check) for check in MOVEMENT}

    assert outcomes == dict.fromkeys(MOVEMENT, "pass")


def test_smart_recording_passes_every_check(make, ask):
    rng = np.random.default_rng(2)
    time_s = np.cumsum(rng.integers(1, 9, 500)).astype(float)
    given = make.run(500)
    start = given["activities"]["start_at_utc"][0]
    records = given["records"].with_columns(
        (pl.lit(start) + pl.Series(time_s * 1e6).cast(pl.Duration("us"))).alias("recorded_at_utc"),
        pl.Series("distance_m", 3.0 * time_s),
        pl.Series("speed_m_per_s", np.full(500, 3.0)),
        pl.Series("heart_rate_bpm", np.round(140 + 6 * np.sin(time_s / 47) + 2 * np.sin(time_s / 11))).cast(pl.Int16),
        pl.Series("latitude_deg", 47.0 + 3.0 * time_s / 111_195.0),
    )

    flags = ask.judged({**given, "records": records})["flags"]

    assert flags.is_empty()


def test_a_position_that_moved_in_a_pause_is_no_jump(make, ask):
    latitude = 47.0 + 3.0 * np.arange(600) / 111_195.0
    latitude[300:] += 800.0 / 111_195.0

    in_pause = make.run(600, latitude_deg=latitude, pauses=[(299.2, 299.8)])
    running = make.run(600, latitude_deg=latitude)

    assert ask.outcome(in_pause, "position_teleport") == "pass"
    assert ask.outcome(running, "position_teleport") == "fail"


def test_a_pause_of_minutes_is_no_gap_and_its_still_heart_rate_no_flatline(make, ask):
    time_s = np.concatenate([np.arange(300), 300 + np.arange(600), 900 + np.arange(300)])
    moving = (time_s < 300) | (time_s >= 900)
    bpm = np.where(moving, 140 + time_s % 3, 95)
    speed = np.where(moving, 3.0, 0.0)

    given = _of_speed(make, speed, heart_rate_bpm=bpm.astype(int), pauses=[(300, 899.5)])

    assert ask.outcome(given, "hr_flatline") == "pass"
    assert ask.outcome(given, "record_gap") == "pass"


def test_a_device_that_stores_heart_rate_every_four_seconds_has_no_dropout(make, ask):
    bpm = [140 + i % 7 if i % 4 == 0 else None for i in range(900)]

    given = make.run(900, heart_rate_bpm=bpm)

    assert ask.outcome(given, "hr_dropout") == "pass"
    assert ask.judged(given)["flags"].is_empty()


@pytest.mark.parametrize("rmssd_ms", [15.0, 45.0, 110.0, 150.0, 180.0])
def test_breathing_swings_of_any_healthy_size_pass_the_rhythm_gate(make, ask, rmssd_ms):
    given = make.beats(make.breathing(400, rmssd_ms=rmssd_ms, mean_ms=1150.0))

    verdict = ask.verdict(given, "hrv_day")

    assert (verdict["verdict"], verdict["grade"]) == ("usable", "ok")


def test_sighs_and_accelerations_stay_unflagged_at_ordinary_variability(make, ask):
    rr = make.breathing(600, rmssd_ms=45.0)
    rr[200:212] *= 1 - 0.15 * np.hanning(14)[1:-1]
    rr[400:408] -= 90 * np.sin(np.linspace(0, 2 * np.pi, 8))

    flagged = ask.flagged(make.beats(rr))

    assert len(flagged) <= 2


def test_beats_too_many_are_repaired_and_no_early_beats(make, ask):
    rr = make.breathing(300, rmssd_ms=40.0)
    cut = range(10, 290, 16)
    with_cuts = np.concatenate([[0.4 * rr[i], 0.6 * rr[i]] if i in cut else [rr[i]] for i in range(300)])

    given = make.beats(with_cuts)

    assert ask.outcome(given, "rr_extra") == "fail"
    assert ask.outcome(given, "rhythm_frequent_ectopy") == "pass"


def test_cycling_has_its_own_envelope(make, ask):
    speed = np.full(600, 15.0)

    assert ask.outcome(_of_speed(make, speed, sport="cycling"), "speed_envelope") == "pass"
    assert ask.outcome(_of_speed(make, speed, sport="running"), "speed_envelope") == "fail"


def test_swimming_is_not_assessed_for_speed(make, ask):
    given = _of_speed(make, np.full(600, 15.0), sport="swimming")

    assert ask.outcome(given, "speed_envelope") == "not_assessable"
    assert ask.verdict(given, "mean_pace")["verdict"] == "not_assessable"
