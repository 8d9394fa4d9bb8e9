"""What a watch stores outside activities."""

from datetime import date

import pytest


@pytest.fixture
def monitoring(fit_file, start_s):
    return fit_file().file_id(32).define(1, 55, [(253, 4, 0x86), (27, 1, 2)]).add(1, start_s, 55)


def test_short_time_stamps_count_on_from_the_last_full_one_and_roll_over(
    monitoring, read_fit, start_s, unix_s, epoch_s
):
    monitoring.define(2, 55, [(26, 2, 0x84), (27, 1, 2)])
    for after, rate in ((60, 56), (65_000, 57), (66_000, 58), (140_000, 255), (131_000, 59)):
        monitoring.add(2, (start_s + after) % 65_536, rate)
    monitoring.add(1, start_s + 200_000, 60).add(2, (start_s + 200_060) % 65_536, 61)

    rates = read_fit(monitoring.bytes())["heart_rates"]

    assert rates["heart_rate_bpm"].to_list() == [55, 56, 57, 58, 59, 60, 61]
    seconds = [at - epoch_s - start_s for at in unix_s(rates["measured_at_utc"])]
    assert seconds[:4] == [0, 60, 65_000, 66_000]
    assert seconds[-2:] == [200_000, 200_060]


def test_a_short_time_stamp_a_little_behind_is_not_a_whole_turn_ahead(monitoring, read_fit, start_s, unix_s, epoch_s):
    monitoring.define(2, 55, [(26, 2, 0x84), (27, 1, 2)])
    for after in (600, 540, 660):
        monitoring.add(2, (start_s + after) % 65_536, 60)

    rates = read_fit(monitoring.bytes())["heart_rates"]

    assert [at - epoch_s - start_s for at in unix_s(rates["measured_at_utc"])] == [0, 600, 540, 660]


def test_a_short_time_stamp_before_any_full_one_has_no_time(fit_file, read_fit):
    file = fit_file().file_id(32).define(2, 55, [(26, 2, 0x84), (27, 1, 2)]).add(2, 100, 60)

    assert len(read_fit(file.bytes())["heart_rates"]) == 0


def test_cycles_of_walking_and_running_are_steps_and_of_cycling_are_not(monitoring, read_fit, start_s):
    monitoring.define(3, 55, [(253, 4, 0x86), (5, 1, 0), (3, 4, 0x86)])
    for after, kind, cycles in ((60, 6, 100), (120, 1, 40), (180, 6, 250), (240, 2, 999)):
        monitoring.add(3, start_s + after, kind, cycles)
    monitoring.define(4, 55, [(253, 4, 0x86), (24, 1, 0x0D), (3, 4, 0x86)]).add(4, start_s + 300, 6 | 3 << 5, 260)

    values = read_fit(monitoring.bytes())["daily_values"]

    assert values.select("metric", "measured_value", "unit").rows() == [("step_count", 300.0, "count")]


def test_resting_heart_rates_are_daily_values(monitoring, read_fit, start_s):
    monitoring.define(3, 211, [(253, 4, 0x86), (0, 1, 2), (1, 1, 2)]).add(3, start_s, 51, 49).add(3, start_s, 51, 48)
    monitoring.define(4, 103, [(253, 4, 0x86), (0, 4, 0x86)]).add(4, start_s, start_s + 39_600)

    values = read_fit(monitoring.bytes())["daily_values"]

    assert values.select("metric", "method", "measured_value", "unit", "value_date").rows() == [
        ("resting_heart_rate", "garmin_daily", 48.0, "bpm", date(2024, 11, 8)),
        ("resting_heart_rate", "garmin_7_day_average", 51.0, "bpm", date(2024, 11, 8)),
    ]


def test_a_monitoring_files_local_time_moves_its_dates(monitoring, read_fit, start_s):
    monitoring.define(3, 211, [(253, 4, 0x86), (1, 1, 2)]).add(3, start_s, 49)
    monitoring.define(4, 103, [(253, 4, 0x86), (0, 4, 0x86)]).add(4, start_s, start_s + 46_800)

    assert read_fit(monitoring.bytes())["daily_values"]["value_date"].to_list() == [date(2024, 11, 9)]


def test_hrv_status_is_in_128ths_of_a_millisecond(fit_file, read_fit, start_s):
    file = fit_file().file_id(68).define(3, 370, [(253, 4, 0x86), (0, 2, 0x84), (1, 2, 0x84)])
    file.add(3, start_s, 60 * 128, 57 * 128 + 64).add(3, start_s + 86_400, 60 * 128, 0xFFFF)
    file.define(4, 371, [(253, 4, 0x86), (0, 2, 0x84)])
    file.add(4, start_s - 300, 50 * 128).add(4, start_s, 0xFFFF).add(4, start_s + 300, 64 * 128 + 32)

    result = read_fit(file.bytes())

    values = result["daily_values"].select("metric", "method", "reading", "measured_value", "unit", "device_id")
    assert values.rows() == [("rmssd", "garmin_last_night_average", "night", 57.5, "ms", "garmin:3113:77")]
    assert result["hrv_epochs"]["rmssd_ms"].to_list() == [50.0, 64.25]
    assert result["hrv_epochs"]["epoch_index"].to_list() == [0, 1]


@pytest.fixture
def sleep(fit_file, start_s):
    """A night: awake, light, deep, light, REM, unmeasured, awake, then a sleep event that stops."""

    def sleep(*, with_stop=True):
        file = fit_file().file_id(49).define(1, 275, [(253, 4, 0x86), (0, 1, 0)])
        for minutes, level in ((0, 1), (10, 2), (60, 3), (120, 2), (200, 4), (230, 0), (240, 1)):
            file.add(1, start_s + 60 * minutes, level)
        if with_stop:
            file.define(2, 21, [(253, 4, 0x86), (0, 1, 0), (1, 1, 0)]).add(2, start_s + 60 * 250, 74, 1)
        return file.define(3, 346, [(6, 1, 2)]).add(3, 81)

    return sleep


def test_stage_changes_make_a_night_with_its_stages(sleep, read_fit, start_s, unix_s, epoch_s):
    result = read_fit(sleep().bytes(), time_zone="Pacific/Auckland")

    night = result["nights"].row(0, named=True)
    assert night["night_id"] == "f00d:n0"
    assert night["night_date"] == date(2024, 11, 9), "the local date it ends on"
    assert unix_s([night["start_at_utc"], night["end_at_utc"]]) == [
        start_s + epoch_s,
        start_s + 60 * 250 + epoch_s,
    ]
    minutes = {name: night[f"{name}_s"] / 60 for name in ("awake", "light", "deep", "rem", "unmeasured")}
    assert minutes == {"awake": 20, "light": 130, "deep": 60, "rem": 30, "unmeasured": 10}
    assert night["sleep_duration_s"] == 220 * 60
    stages = result["sleep_stages"]["stage"].to_list()
    assert stages == ["awake", "light", "deep", "light", "rem", "unmeasured", "awake"]


def test_the_last_stage_without_an_end_has_no_length(sleep, read_fit):
    result = read_fit(sleep(with_stop=False).bytes())

    assert result["nights"]["awake_s"].to_list() == [600.0]
    assert len(result["sleep_stages"]) == 6


def test_two_nights_of_one_file_are_kept_apart(sleep, read_fit, start_s):
    file = sleep()
    for minutes, level in ((1440, 2), (1500, 3), (1560, 1)):
        file.add(1, start_s + 60 * minutes, level)

    nights = read_fit(file.bytes())["nights"]

    assert nights["sleep_duration_s"].to_list() == [220 * 60.0, 120 * 60.0]


def test_vendor_scores_are_stored_as_such(sleep, read_fit, start_s):
    file = sleep().define(4, 227, [(0, 2, 0x83), (1, 4, 0x86)])
    for minute, stress in ((0, 20), (1, -1), (2, 30), (3, 0x7FFF)):
        file.add(4, stress, start_s + 60 * minute)

    values = read_fit(file.bytes())["daily_values"]

    assert values.select("metric", "method", "measured_value").rows() == [
        ("sleep_score", "vendor_score_garmin", 81.0),
        ("stress_score", "vendor_score_garmin_day_mean", 25.0),
    ]
