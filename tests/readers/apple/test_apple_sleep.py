"""Nights out of sleep records: one source, joined stretches, nothing added across devices."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipelines.readers.apple.sleep import ASLEEP, timeline


def _at(clock: str, day: int = 2, offset: str = "+0100") -> str:
    return f"2024-01-{day:02d} {clock}:00 {offset}"


def test_stages_become_a_night_in_the_zone_that_stands_beside_them(export: Any, read_whole: Callable[..., Any]) -> None:
    zone = {"inside": export.metadata("HKTimeZone", "America/New_York")}
    text = export.whole(
        export.sleep("AsleepCore", _at("04:00"), _at("06:00"), **zone),
        export.sleep("AsleepDeep", _at("06:00"), _at("07:00"), **zone),
        export.sleep("Awake", _at("07:00"), _at("07:10"), **zone),
        export.sleep("AsleepREM", _at("07:10"), _at("11:00"), **zone),
    )

    frames = read_whole("export.xml", text).frames

    night = frames["nights"].row(0, named=True)
    assert (night["night_date"], night["utc_offset_s"], night["time_basis"]) == (
        date(2024, 1, 2),
        -18_000,
        "local_with_offset",
    )
    assert (night["light_s"], night["deep_s"], night["rem_s"], night["awake_s"]) == (7200, 3600, 13_800, 600)
    assert (night["sleep_duration_s"], night["is_nap"], night["firmware"]) == (24_600, None, "10.2")
    assert frames["sleep_stages"]["stage"].to_list() == ["light", "deep", "awake", "rem"]


def test_a_zone_nobody_knows_leaves_the_offset_as_written(export: Any, read_whole: Callable[..., Any]) -> None:
    zone = {"inside": export.metadata("HKTimeZone", "Mars/../Olympus")}
    text = export.whole(export.sleep("AsleepCore", _at("00:00"), _at("06:00"), **zone))

    assert read_whole("export.xml", text).frames["nights"]["utc_offset_s"].to_list() == [3600]


def test_being_in_bed_is_not_being_asleep(export: Any, read_whole: Callable[..., Any]) -> None:
    text = export.whole(
        export.sleep("InBed", _at("22:00", 1), _at("07:00")),
        export.sleep("AsleepUnspecified", _at("23:00", 1), _at("06:30")),
        export.sleep("InBed", _at("22:00", 3), _at("07:00", 4)),
    )

    read = read_whole("export.xml", text)

    assert read.frames["nights"].select("night_date", "sleep_duration_s", "light_s").rows() == [
        (date(2024, 1, 2), 27_000, None)
    ]
    assert "sleep_stages" not in read.frames
    assert read.report.passed_over == ("stretches in bed, which is not asleep: 2",)


def test_of_several_sources_the_one_with_stages_is_taken_and_nothing_is_added(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    app = {"device": None, "source": "SleepApp"}
    text = export.whole(
        export.sleep("AsleepUnspecified", _at("22:00", 1), _at("08:00"), **app),
        export.sleep("AsleepCore", _at("23:00", 1), _at("05:00")),
        export.sleep("AsleepDeep", _at("05:00"), _at("06:00")),
    )

    read = read_whole("export.xml", text)

    assert read.frames["nights"].select("device_id", "sleep_duration_s").rows() == [("appleinc.:watch6,7:", 25_200)]
    assert read.report.passed_over == ("nights told by several devices, of which one was taken: 1",)


def test_stretches_of_one_source_that_overlap_count_once(export: Any, read_whole: Callable[..., Any]) -> None:
    text = export.whole(
        export.sleep("Asleep", _at("00:00"), _at("04:00")),
        export.sleep("Asleep", _at("03:00"), _at("06:00")),
        export.sleep("Asleep", _at("03:00"), _at("06:00")),
    )

    nights = read_whole("export.xml", text).frames["nights"]

    assert nights["sleep_duration_s"].to_list() == [21_600]


@pytest.mark.parametrize(("apart_min", "count"), [(60, 1), (61, 2)])
def test_records_more_than_an_hour_apart_are_two_nights(
    apart_min: int, count: int, export: Any, read_whole: Callable[..., Any]
) -> None:
    text = export.whole(
        export.sleep("AsleepCore", _at("00:00"), _at("03:00")),
        export.sleep("AsleepCore", _at(f"{3 + apart_min // 60:02d}:{apart_min % 60:02d}"), _at("08:00")),
    )

    assert read_whole("export.xml", text).frames["nights"].height == count


@pytest.mark.parametrize(
    ("start", "end", "is_nap"),
    [
        pytest.param("13:00", "15:59", True, id="short, by day"),
        pytest.param("13:00", "16:00", None, id="three hours"),
        pytest.param("08:59", "10:00", None, id="begun in the morning"),
        pytest.param("09:00", "10:00", True, id="begun by day"),
        pytest.param("20:59", "22:00", True, id="begun in the evening"),
        pytest.param("21:00", "22:00", None, id="begun at night"),
    ],
)
def test_short_sleep_by_day_is_a_nap(
    start: str, end: str, *, is_nap: bool | None, export: Any, read_whole: Callable[..., Any]
) -> None:
    text = export.whole(export.sleep("AsleepCore", _at(start), _at(end)))

    assert read_whole("export.xml", text).frames["nights"]["is_nap"].to_list() == [is_nap]


@pytest.mark.parametrize(("unstaged_min", "light_s"), [(5, 14_400.0), (6, None)])
def test_sums_of_stages_stand_only_where_nearly_all_sleep_is_staged(
    unstaged_min: int, light_s: float | None, export: Any, read_whole: Callable[..., Any]
) -> None:
    text = export.whole(
        export.sleep("AsleepCore", _at("00:00"), _at("04:00")),
        export.sleep("AsleepUnspecified", _at("04:00"), _at(f"04:{unstaged_min:02d}")),
    )

    night = read_whole("export.xml", text).frames["nights"].row(0, named=True)

    assert (night["light_s"], night["sleep_duration_s"]) == (light_s, 14_400 + 60 * unstaged_min)


def test_awake_all_along_is_no_night(export: Any, read_whole: Callable[..., Any]) -> None:
    text = export.whole(
        export.sleep("Awake", _at("00:00"), _at("01:00")), export.sleep("AsleepCore", _at("02:00", 5), _at("02:00", 5))
    )

    assert "nights" not in read_whole("export.xml", text).frames


def test_where_stretches_overlap_the_more_definite_statement_counts() -> None:
    told = [(0, 100, ASLEEP), (10, 30, "deep"), (20, 40, "awake"), (90, 120, "light")]

    pieces = timeline(told)

    assert pieces == [
        (0, 10, ASLEEP), (10, 20, "deep"), (20, 40, "awake"), (40, 90, ASLEEP), (90, 120, "light"),
    ]  # fmt: skip
