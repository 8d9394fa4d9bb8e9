"""Records of the export: heart rates, steps, numbers of a day, devices."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipelines.readers.apple.makers import maker_of
from pipelines.readers.apple_health import READER
from pipelines.readers.contract import Head

AT = "2024-01-01 07:00:00 +0100"


def test_a_heart_rate_is_an_instant_of_a_device_without_its_changing_address(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    other = export.watch.replace("0x3012772a0", "0x28a0")
    text = export.whole(
        export.record("HeartRate", 58, AT, inside=export.metadata("HKMetadataKeyHeartRateMotionContext", "1")),
        export.record("HeartRate", "61.6", "2024-06-01 07:00:05 -0530", device=other),
    )

    read = read_whole("export.xml", text)

    assert read.reader == "apple_health"
    assert read.frames["heart_rates"].select("device_id", "measured_at_utc", "heart_rate_bpm").rows() == [
        ("appleinc.:watch6,7:", datetime(2024, 1, 1, 6, tzinfo=UTC), 58),
        ("appleinc.:watch6,7:", datetime(2024, 6, 1, 12, 30, 5, tzinfo=UTC), 62),
    ]
    assert read.frames["devices"].rows() == [("appleinc.:watch6,7:", "Apple Inc.", "Watch6,7", None)]
    assert (read.report.losses, read.report.passed_over) == ((), ())


def test_what_the_export_repeats_counts_once_in_whatever_piece_it_stands(
    export: Any, read_in_pieces: Callable[..., Any]
) -> None:
    rate = export.record("HeartRate", 58, AT)
    steps = export.record("StepCount", 100, AT, "2024-01-01 07:05:00 +0100", unit="count")
    filler = [export.record("BodyMass", 70, AT, unit="kg")] * 40

    tables, report = read_in_pieces(export.whole(rate, rate, steps, *filler, rate, steps), chunk_bytes=2000)

    assert tables["heart_rates"].height == tables["interval_sums"].height == 1
    assert report.passed_over[0] == "rows the export repeats: 3"


def test_steps_stay_with_the_device_that_counted_them(export: Any, read_whole: Callable[..., Any]) -> None:
    phone = {"device": None, "source": "iPhone von Anna", "version": "17.2", "unit": "count"}
    end = "2024-01-01 07:10:00 +0100"
    text = export.whole(
        export.record("StepCount", 120, AT, end, unit="count"), export.record("StepCount", 100, AT, end, **phone)
    )

    sums = read_whole("export.xml", text).frames["interval_sums"]

    assert sums.select("interval_index", "device_id", "metric", "amount", "unit", "utc_offset_s").rows() == [
        (0, "appleinc.:watch6,7:", "step_count", 120.0, "count", 3600),
        (1, "appleinc.:iphone:", "step_count", 100.0, "count", 3600),
    ]


def test_of_a_day_the_resting_heart_rate_that_was_created_last_counts(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    day = ("2024-01-01 00:03:00 +0100", "2024-01-01 22:00:00 +0100")
    text = export.whole(
        export.record("RestingHeartRate", 52, *day, created="2024-01-01 22:05:00 +0100"),
        export.record("RestingHeartRate", 55, *day, created="2024-01-01 09:00:00 +0100"),
        export.record("RestingHeartRate", 50, "2024-01-02 00:03:00 +0100", "2024-01-02 21:00:00 +0100"),
    )

    values = read_whole("export.xml", text).frames["daily_values"]

    assert values.select("value_date", "metric", "method", "reading", "measured_value", "firmware").rows() == [
        (date(2024, 1, 1), "resting_heart_rate", "apple_daily", "day", 52.0, "10.2"),
        (date(2024, 1, 2), "resting_heart_rate", "apple_daily", "day", 50.0, "10.2"),
    ]


def test_of_a_days_spot_readings_the_one_in_the_middle_counts_at_its_own_time(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    spots = [("2024-01-01 03:10:00 +0100", 70.5), ("2024-01-01 12:00:00 +0100", 41.25), (AT, 49.5)]
    text = export.whole(*(export.record("HeartRateVariabilitySDNN", value, at, unit="ms") for at, value in spots))

    values = read_whole("export.xml", text).frames["daily_values"]

    assert values.select("metric", "reading", "measured_value", "measured_at_utc", "unit").rows() == [
        ("sdnn", "spot", 49.5, datetime(2024, 1, 1, 6, tzinfo=UTC), "ms")
    ]


def test_variability_that_another_app_wrote_is_not_taken_for_sdnn(export: Any, read_whole: Callable[..., Any]) -> None:
    text = export.whole(
        export.record("HeartRateVariabilitySDNN", 80, AT, unit="ms", source="Band App", device=None),
        export.record("RestingHeartRate", 50, AT, source="Band App", device=None),
    )

    read = read_whole("export.xml", text)

    assert "daily_values" not in read.frames
    assert read.report.passed_over == (
        "variability by other apps, which may be another quantity: 1",
        "numbers of a day by other apps: 1",
    )


def test_what_is_not_used_is_listed_with_its_count_and_an_unknown_unit_is_not_guessed(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    text = export.whole(
        export.record("OxygenSaturation", 0.97, AT, unit="%"),
        export.record("HeartRate", 1.1, AT, unit="Hz"),
        ' <ActivitySummary dateComponents="2024-01-01" activeEnergyBurned="550"/>',
        ' <NewThing from="next year"/>',
    )

    read = read_whole("export.xml", text)

    assert read.frames == {}
    assert read.report.losses == ()
    assert set(read.report.passed_over) == {"ActivitySummary: 1", "HeartRate: 1", "NewThing: 1", "OxygenSaturation: 1"}


@pytest.mark.parametrize(
    ("source", "version", "device", "device_id", "firmware"),
    [
        pytest.param(
            "Anna\u2019s Watch",
            "9",
            "<<HKDevice: 0x1f>, name:Apple Watch, manufacturer:Apple, model:Watch, hardware:Watch6,7, software:10.2>",
            "appleinc.:watch6,7:",
            "10.2",
            id="text of a device, whose parts hold commas",
        ),
        pytest.param(
            "Polar Beat",
            "3",
            "<<HKDevice: 0x1f>, name:Polar H10, manufacturer:Polar Electro, model:H10>",
            "polarelectro:h10:",
            None,
            id="a strap",
        ),
        pytest.param(
            "Anna\u2019s Apple\u00a0Watch", "8.3", None, "appleinc.:watch:", "8.3", id="a name with its owner"
        ),
        pytest.param("Apple Watch de Anna", "11", None, "appleinc.:watch:", "11", id="in another language"),
        pytest.param("Anna\u2019s Sleep App", "7", None, "sleepapp:app:", None, id="an app with an owner"),
        pytest.param("AutoSleep", "7", "", "autosleep:app:", None, id="an app"),
        pytest.param("", None, None, "unknown:app:", None, id="nothing"),
    ],
)
def test_a_device_is_named_by_its_hardware_and_never_by_its_owner(
    source: str, version: str | None, device: str | None, device_id: str, firmware: str | None
) -> None:
    maker = maker_of(source=source, version=version, device=device)

    assert (maker.device_id, maker.firmware) == (device_id, firmware)


@pytest.mark.parametrize(
    ("start", "is_ours"),
    [
        pytest.param(b'<?xml version="1.0"?>\n<HealthData locale="de_DE">', True, id="root"),
        pytest.param(
            b'\xef\xbb\xbf<?xml version="1.0"?><!DOCTYPE HealthData [', True, id="document type, root far below"
        ),
        pytest.param(b'  <Record type="HKQuantityTypeIdentifierHeartRate" ', True, id="a record cut out"),
        pytest.param(b'<Workout workoutActivityType="HKWorkoutActivityTypeRunning" ', True, id="a workout cut out"),
        pytest.param(b"<ClinicalDocument><HealthData >", False, id="the clinical document"),
        pytest.param(b"<Record type='something'/>", False, id="another record"),
        pytest.param(b"<HealthDataset/>", False, id="another root"),
    ],
)
def test_it_is_recognised_by_its_root_whatever_its_name(start: bytes, *, is_ours: bool) -> None:
    assert READER.recognise(Head(name="Exportieren.xml", size_bytes=len(start), start=start)) is is_ours


def test_every_daily_value_is_among_the_declared_methods(export: Any, read_whole: Callable[..., Any]) -> None:
    text = export.whole(
        export.record("RestingHeartRate", 52, AT),
        export.record("WalkingHeartRateAverage", 92, AT),
        export.record("HeartRateVariabilitySDNN", 42, AT, unit="ms"),
        export.record("VO2Max", 49.9, AT, unit="mL/min\u00b7kg"),
    )

    values = read_whole("export.xml", text).frames["daily_values"]

    declared = {(method.metric, method.method, method.reading, method.unit) for method in READER.methods}
    assert set(values.select("metric", "method", "reading", "unit").rows()) == declared
