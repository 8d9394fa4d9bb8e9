"""Streams saved from Strava's service: one activity with its records, placed in time or refused."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.errors import CorruptExport

STREAMS = {"time": [0, 1, 3], "distance": [0.0, 2.9, 9.1], "heartrate": [92, 0, 98], "watts": [200, None, 210]}
MODIFIED = datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_every_stream_fills_its_own_column(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    read = read_whole(*examples["strava_streams"], zone="UTC")

    records = read.frames["records"]
    assert records["recorded_at_utc"].to_list() == [
        datetime(2026, 3, 1, 6, 55, second, tzinfo=UTC) for second in (0, 1, 3)
    ]
    assert records["distance_m"].to_list() == [0.0, 2.9, 9.1]
    assert records["latitude_deg"].to_list() == [38.5, 38.5, None]
    assert records["longitude_deg"].to_list() == [-28.7, -28.7001, None]
    assert records["altitude_m"].to_list() == [10.0, 10.2, 10.4]
    assert records["heart_rate_bpm"].to_list() == [92, None, 98]
    assert records["cadence_rpm"].to_list() == [84.0, 85.0, 85.0]
    assert "streams grade_smooth" in read.report.passed_over


def test_the_activity_sums_up_its_streams(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    row = read_whole(*examples["strava_streams"]).frames["activities"].row(0, named=True)

    assert (row["elapsed_s"], row["distance_m"], row["record_count"]) == (3.0, 9.1, 3)
    assert (row["start_at_utc"], row["end_at_utc"]) == (
        datetime(2026, 3, 1, 5, 55, tzinfo=UTC),
        datetime(2026, 3, 1, 5, 55, 3, tzinfo=UTC),
    )
    assert (row["sport"], row["time_basis"]) == ("generic", "local_naive")


@pytest.mark.parametrize(
    "content",
    [
        {name: {"data": values, "series_type": "time", "original_size": 3} for name, values in STREAMS.items()},
        [{"type": name, "data": values, "series_type": "time"} for name, values in STREAMS.items()],
        [{"data": values, "type": name} for name, values in STREAMS.items()],
    ],
    ids=["by name with details", "typed", "typed behind its data"],
)
def test_every_way_tools_save_streams_is_read(content: object, read_whole: Callable[..., Any]) -> None:
    read = read_whole("2026-03-01 06-55-00.json", json.dumps(content))

    assert read.reader == "strava_streams"
    assert read.frames["records"]["power_w"].to_list() == [200.0, None, 210.0]


def test_a_start_inside_the_file_counts_before_its_name(read_whole: Callable[..., Any]) -> None:
    content = {"id": 123456789, "start_date": "2026-02-01T06:00:00Z", "sport_type": "TrailRun", **STREAMS}

    row = read_whole("2026-03-01 06-55-00.json", json.dumps(content)).frames["activities"].row(0, named=True)

    assert (row["start_at_utc"], row["time_basis"]) == (datetime(2026, 2, 1, 6, tzinfo=UTC), "utc")
    assert (row["sport"], row["sub_sport"], row["vendor_id"]) == ("running", "trail", "123456789")


def test_without_any_time_the_last_change_of_the_file_is_its_end_and_told(read_whole: Callable[..., Any]) -> None:
    read = read_whole("strava_3183465494.json", json.dumps(STREAMS), modified=MODIFIED)

    row = read.frames["activities"].row(0, named=True)
    assert (row["end_at_utc"], row["vendor_id"]) == (MODIFIED, "3183465494")
    assert row["start_at_utc"] == MODIFIED - timedelta(seconds=3)
    assert any("modification time is its end" in note for note in read.report.passed_over)


def test_without_any_clue_to_its_start_it_is_refused_with_what_to_do(read_whole: Callable[..., Any]) -> None:
    with pytest.raises(CorruptExport, match=r"nothing says when it started.*local start time into its name"):
        read_whole("strava_3183465494.json", json.dumps(STREAMS))


def test_without_a_stream_of_times_it_is_refused(read_whole: Callable[..., Any]) -> None:
    with pytest.raises(CorruptExport, match="no stream of times"):
        read_whole("2026-03-01 06-55-00.json", json.dumps({"velocity_smooth": [1.0, 2.0], "resting": [False, True]}))


def test_a_stream_of_another_length_is_padded_or_cut_and_told(read_whole: Callable[..., Any]) -> None:
    content = STREAMS | {"heartrate": [92, 93], "altitude": [1.0, 2.0, 3.0, 4.0]}

    read = read_whole("2026-03-01 06-55-00.json", json.dumps(content))

    assert read.frames["records"]["heart_rate_bpm"].to_list() == [92, 93, None]
    assert read.frames["records"]["altitude_m"].to_list() == [1.0, 2.0, 3.0]
    assert [loss.what for loss in read.report.losses] == ["part of stream heartrate", "part of stream altitude"]


def test_a_file_that_ends_too_early_keeps_what_is_whole(read_whole: Callable[..., Any]) -> None:
    read = read_whole("2026-03-01 06-55-00.json", json.dumps(STREAMS).split(", 98")[0])

    assert read.frames["records"]["heart_rate_bpm"].to_list() == [92, None, None]
    assert "ends too early" in read.report.losses[0].why


@pytest.mark.parametrize(("seconds", "is_kept"), [(30 * 86_400, True), (30 * 86_400 + 1, False), (-1, False)])
def test_a_time_that_cannot_be_is_none(seconds: int, *, is_kept: bool, read_whole: Callable[..., Any]) -> None:
    read = read_whole("2026-03-01 06-55-00.json", json.dumps({"time": [0, seconds], "distance": [0, 1]}))

    assert read.frames["records"]["recorded_at_utc"].null_count() == (0 if is_kept else 1)
