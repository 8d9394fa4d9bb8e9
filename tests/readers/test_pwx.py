"""PWX: samples by their seconds since a local start, and the sums of the workout."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
"""07:00 in Berlin."""


def test_samples_lie_at_their_seconds_since_the_local_start(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    read = read_whole(*examples["pwx"])

    records = read.frames["records"]
    assert records["recorded_at_utc"].to_list() == [START + timedelta(seconds=second) for second in range(60)]
    assert records["heart_rate_bpm"][:3].to_list() == [120, 121, 122]
    assert records["distance_m"][-1] == 177.0
    assert read.report.losses == ()


def test_the_sums_of_the_workout_are_those_it_states(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    activity = read_whole(*examples["pwx"]).frames["activities"].row(0, named=True)

    assert (activity["start_at_utc"], activity["time_basis"], activity["sport"]) == (START, "local_naive", "running")
    assert (activity["timer_s"], activity["distance_m"], activity["record_count"]) == (58.0, 180.0, 60)
    assert (activity["average_heart_rate_bpm"], activity["max_heart_rate_bpm"]) == (130.0, 150.0)
    assert activity["device_id"] == "acme:one:"


def test_a_start_with_an_offset_is_read_by_it(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    name, content = examples["pwx"]
    stated = content.replace(b"07:00:00</time>", b"07:00:00-05:00</time>")

    frames = read_whole(name, stated).frames

    activity = frames["activities"].row(0, named=True)
    assert (activity["time_basis"], activity["utc_offset_s"]) == ("local_with_offset", -18_000)
    assert frames["records"]["recorded_at_utc"][0] == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_file_cut_off_keeps_its_whole_samples(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    name, content = examples["pwx"]

    read = read_whole(name, content[: content.index(b"<timeoffset>30")])

    assert read.frames["records"].height == 30
    assert [loss.what for loss in read.report.losses] == ["1 trackpoint", "the end of the file"]


@pytest.mark.parametrize("offset", ["1e400", "99999999999999999999", "-1e12"])
def test_a_point_at_an_absurd_time_costs_no_other(read_whole, examples, offset):
    name, content = examples["pwx"]
    begin = content.index(b"<timeoffset>", len(content) // 2) + len(b"<timeoffset>")
    end = content.index(b"</timeoffset>", begin)

    whole = read_whole(name, content).frames["records"]
    read = read_whole(name, content[:begin] + offset.encode() + content[end:])
    found = read.frames["records"]

    assert found["recorded_at_utc"].drop_nulls().len() == whole.height - 1
    assert [loss.what for loss in read.report.losses] in (["the time of 1 trackpoint"], ["1 trackpoint in part"])
