"""Which activities a file holds, and which records, laps and pauses belong to them."""

from datetime import date

import pytest

EVENT = [(253, 4, 0x86), (0, 1, 0), (1, 1, 0)]
LAP = [(253, 4, 0x86), (2, 4, 0x86), (7, 4, 0x86), (8, 4, 0x86), (9, 4, 0x86), (15, 1, 2)]
DEVICE_INFO = [(253, 4, 0x86), (0, 1, 2), (1, 1, 2), (2, 2, 0x84), (5, 2, 0x84), (25, 1, 0)]


def test_a_session_becomes_an_activity_with_what_the_device_states(fit_file, read_fit, start_s, unix_s, epoch_s):
    file = fit_file().file_id().records(60).session(sport=2, sub_sport=7)

    activity = read_fit(file.bytes())["activities"].row(0, named=True)

    assert activity["activity_id"] == "f00d:0"
    assert (activity["sport"], activity["sub_sport"]) == ("cycling", "road")
    assert unix_s([activity["start_at_utc"]]) == [start_s + epoch_s]
    assert (activity["end_at_utc"] - activity["start_at_utc"]).total_seconds() == 60.0
    assert (activity["elapsed_s"], activity["timer_s"], activity["distance_m"]) == (60.0, 60.0, 180.0)
    assert (activity["average_heart_rate_bpm"], activity["ascent_m"]) == (125.0, None)
    assert (activity["record_count"], activity["time_basis"]) == (60, "utc")
    assert activity["device_id"] == "garmin:3113:77"


def test_a_sport_without_a_name_keeps_its_number(fit_file, read_fit):
    activity = read_fit(fit_file().file_id().session(sport=200, sub_sport=201).bytes())["activities"]

    assert activity.select("sport", "sub_sport").row(0) == ("200", "201")


@pytest.mark.parametrize("summary_first", [False, True])
def test_records_belong_to_the_session_they_lie_in(fit_file, read_fit, start_s, summary_first):
    file = fit_file().file_id()
    if not summary_first:
        file.records(100)
    for at, seconds, sport in ((0, 40, 5), (40, 10, 3), (50, 45, 2)):
        file.session(start=start_s + at, elapsed_s=seconds, sport=sport)
    if summary_first:
        file.records(100)

    result = read_fit(file.bytes())

    assert result["activities"]["sport"].to_list() == ["swimming", "transition", "cycling"]
    assert result["activities"]["record_count"].to_list() == [40, 10, 50], "the last five belong to the nearest"
    ids = result["records"]["activity_id"].to_list()
    assert (ids[39], ids[40], ids[49], ids[50], ids[99]) == ("f00d:0", "f00d:1", "f00d:1", "f00d:2", "f00d:2")


def test_records_outside_every_session_go_to_the_nearest(fit_file, read_fit, start_s):
    file = fit_file().file_id().records(100)
    file.session(start=start_s + 10, elapsed_s=10).session(start=start_s + 60, elapsed_s=10, sport=2)

    result = read_fit(file.bytes())

    assert result["activities"]["record_count"].to_list() == [40, 60]


def test_records_without_a_session_make_one_activity(fit_file, read_fit, start_s, unix_s, epoch_s):
    file = fit_file().file_id().define(3, 12, [(0, 1, 0), (1, 1, 0)]).add(3, 1, 3).records(30)

    result = read_fit(file.bytes())
    activity = result["activities"].row(0, named=True)

    assert (activity["sport"], activity["sub_sport"], activity["record_count"]) == ("running", "trail", 30)
    assert unix_s([activity["start_at_utc"], activity["end_at_utc"]]) == [start_s + epoch_s, start_s + 29 + epoch_s]
    assert activity["elapsed_s"] is None


def test_records_without_any_time_are_kept_in_an_activity_at_the_time_of_the_file(
    fit_file, read_fit, start_s, unix_s, epoch_s
):
    file = fit_file().file_id().define(1, 20, [(3, 1, 2)]).add(1, 70).add(1, 71)

    result = read_fit(file.bytes())

    assert result["records"]["recorded_at_utc"].to_list() == [None, None]
    assert unix_s(result["activities"]["start_at_utc"]) == [start_s + epoch_s]


def test_a_session_without_records_is_an_activity(fit_file, read_fit):
    result = read_fit(fit_file().file_id().session().bytes())

    assert result["activities"]["record_count"].to_list() == [0]
    assert "records" not in result.tables


def test_more_records_than_a_batch_holds_stay_in_order(fit_file, read_fit):
    records = read_fit(fit_file().file_id().records(100_003).bytes())["records"]

    assert records["record_index"].to_list() == list(range(100_003))
    assert records["distance_m"].to_list()[-1] == 100_002 * 3.0


def test_laps_are_numbered_within_their_activity(fit_file, read_fit, start_s):
    file = fit_file().file_id().records(100).define(3, 19, LAP)
    for at, seconds in ((0, 30), (30, 20), (50, 50)):
        file.add(3, start_s + at + seconds, start_s + at, seconds * 1000, seconds * 1000, seconds * 300, 140)
    file.session(start=start_s, elapsed_s=50).session(start=start_s + 50, elapsed_s=50, sport=2)

    laps = read_fit(file.bytes())["laps"]

    assert laps["activity_id"].to_list() == ["f00d:0", "f00d:0", "f00d:1"]
    assert laps["lap_index"].to_list() == [0, 1, 0]
    assert laps["elapsed_s"].to_list() == [30.0, 20.0, 50.0]
    assert laps["distance_m"].to_list() == [90.0, 60.0, 150.0]
    assert laps["average_heart_rate_bpm"].to_list() == [140.0] * 3


def test_a_pause_is_from_the_timers_stop_to_its_next_start(fit_file, read_fit, start_s, unix_s, epoch_s):
    file = fit_file().file_id().records(60).define(3, 21, EVENT)
    for at, event, kind in ((0, 0, 0), (10, 0, 4), (12, 9, 3), (25, 0, 0), (40, 0, 1), (45, 0, 0), (60, 0, 4)):
        file.add(3, start_s + at, event, kind)
    file.session()

    pauses = read_fit(file.bytes())["pauses"]

    assert [at - epoch_s - start_s for at in unix_s(pauses["start_at_utc"])] == [10, 40]
    assert [at - epoch_s - start_s for at in unix_s(pauses["end_at_utc"])] == [25, 45]
    assert pauses["pause_index"].to_list() == [0, 1]


@pytest.mark.parametrize(
    ("manufacturer", "local_minus_utc", "expected"),
    [
        (1, 7200, 7200),
        (1, 7163, 7200),
        (1, -12_600, -12_600),
        (1, 0, 0),
        (32, 0, None),
        (1, 50_400, 50_400),
        (1, 51_300, None),
        (1, -900_000_000, None),
    ],
)
def test_the_offset_is_local_minus_utc_in_quarter_hours(  # noqa: PLR0917 - a table
    fit_file, read_fit, start_s, manufacturer, local_minus_utc, expected
):
    file = fit_file().file_id(manufacturer=manufacturer).records(3).session()
    file.define(3, 34, [(253, 4, 0x86), (5, 4, 0x86)]).add(3, start_s, start_s + local_minus_utc)

    assert read_fit(file.bytes())["activities"]["utc_offset_s"].to_list() == [expected]


def test_the_local_date_is_told_by_the_offset_else_by_the_athletes_zone(fit_file, read_fit, start_s):
    late = start_s + 10 * 3600
    without = fit_file().file_id().session(start=late)
    offset = fit_file().file_id().session(start=late)
    offset.define(3, 34, [(253, 4, 0x86), (5, 4, 0x86)]).add(3, late, late + 10_800)

    dates = [
        read_fit(without.bytes())["activities"]["local_date"][0],
        read_fit(without.bytes(), time_zone="Asia/Tokyo")["activities"]["local_date"][0],
        read_fit(offset.bytes(), time_zone="America/Lima")["activities"]["local_date"][0],
    ]

    assert dates == [date(2024, 11, 8), date(2024, 11, 9), date(2024, 11, 9)]


STRAP_ANT, STRAP_OLD, STRAP_BLE = (1, 120, 1), (1, 120, 0xFF), (1, 1, 3)
WRIST, FOOT_POD = (2, 10, 5), (3, 124, 1)


@pytest.mark.parametrize(
    ("sensors", "expected"),
    [
        ([STRAP_ANT], "strap"),
        ([STRAP_OLD], "strap"),
        ([STRAP_BLE, WRIST], "strap"),
        ([WRIST], "wrist"),
        ([FOOT_POD], "unknown"),
        ([], "unknown"),
    ],
)
def test_the_source_of_heart_rates_comes_from_the_sensors_listed(fit_file, read_fit, start_s, sensors, expected):
    file = fit_file().file_id().define(3, 23, DEVICE_INFO)
    for index, kind, source in sensors:
        file.add(3, start_s, index, kind, 1, 500, source)
    file.records(10).session()

    assert read_fit(file.bytes())["activities"]["heart_rate_source"].to_list() == [expected]


@pytest.mark.parametrize(("seen_after_s", "expected"), [(6, "strap"), (7, "unknown")])
def test_a_strap_put_on_late_beside_a_wrist_sensor_leaves_the_source_unknown(
    fit_file, read_fit, start_s, seen_after_s, expected
):
    file = fit_file().file_id().define(3, 23, DEVICE_INFO).add(3, start_s, 2, 10, 1, 500, 5)
    file.add(3, start_s + seen_after_s, 1, 120, 1, 500, 1).records(60).session(elapsed_s=60)

    assert read_fit(file.bytes())["activities"]["heart_rate_source"].to_list() == [expected]


def test_without_heart_rates_their_source_is_unknown(fit_file, read_fit, start_s):
    file = fit_file().file_id().define(3, 23, DEVICE_INFO).add(3, start_s, 1, 120, 1, 500, 1)
    file.records(10, heart_rate=0xFF - 10).session()
    silent = fit_file().file_id().define(3, 23, DEVICE_INFO).add(3, start_s, 1, 120, 1, 500, 1)
    silent.define(1, 20, [(253, 4, 0x86)]).add(1, start_s).session()

    assert read_fit(file.bytes())["activities"]["heart_rate_source"].to_list() == ["strap"]
    assert read_fit(silent.bytes())["activities"]["heart_rate_source"].to_list() == ["unknown"]


def test_the_device_and_its_firmware_are_those_of_the_creator(fit_file, read_fit, start_s):
    file = fit_file().file_id(manufacturer=294, product=841, serial=0)
    file.define(3, 23, DEVICE_INFO).add(3, start_s, 1, 120, 1, 500, 1).add(3, start_s, 0, 0xFF, 294, 1128, 5)
    file.session()

    result = read_fit(file.bytes())

    assert result["devices"].row(0) == ("coros:841:", "coros", "841", None)
    assert result["activities"]["firmware"].to_list() == ["11.28"]


def test_a_program_that_names_no_device_is_none(fit_file, read_fit):
    nobody = read_fit(fit_file().file_id(manufacturer=0, product=0, serial=0).session().bytes())
    somebody = read_fit(fit_file().file_id(manufacturer=1, product=0, serial=0).session().bytes())

    assert nobody["activities"]["device_id"].to_list() == [None]
    assert somebody["activities"]["device_id"].to_list() == ["garmin:0:"]


@pytest.mark.parametrize(("kind", "name"), [(6, "course"), (5, "workout"), (34, "segment")])
def test_planned_routes_and_workouts_give_no_row_and_say_so(fit_file, read_fit, kind, name):
    file = fit_file().file_id(kind).records(10).session()
    file.define(4, 32, [(1, 4, 0x86)]).add(4, 1)

    result = read_fit(file.bytes())

    assert set(result.tables) <= {"devices"}
    assert result.report.losses == ()
    for note in (f"file of type {name}", "record: 10", "session: 1", "course_point: 1"):
        assert note in result.report.passed_over


def test_a_file_with_nothing_we_use_names_its_type_and_messages(fit_file, read_fit):
    settings = fit_file().file_id(2).define(3, 3, [(0, 1, 0)]).add(3, 1).define(4, 4242, [(0, 1, 0)]).add(4, 1)

    result = read_fit(settings.bytes())

    assert set(result.tables) == {"devices"}
    assert result.report.passed_over == ("file of type settings", "file_id: 1", "user_profile: 1", "message 4242: 1")
