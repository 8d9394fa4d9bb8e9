"""Polar HRM: samples by SMode, both unit systems, laps, RR intervals, and what is lost in a damaged one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipelines.errors import CorruptExport

SAMPLES = ["120\t100\t80\t50\t200", "0\t108\t81\t51\t210", "130\t0\t0\t52\t0"]


def _file(
    samples: list[str],
    *,
    smode: str = "SMode=111100100",
    interval: str = "Interval=5",
    start: str = "Date=20260301\nStartTime=07:00:00.0",
    length: str = "00:00:15.0",
    more: str = "",
) -> str:
    params = f"[Params]\nVersion=106\nMonitor=38\n{smode}\n{start}\nLength={length}\n{interval}\nMaxHR=190\n\n"
    return (params + more + "[HRData]\n" + "\n".join(samples) + "\n").replace("\n", "\r\n")


def test_samples_follow_smode_at_the_stated_interval(read_whole: Callable[..., Any]) -> None:
    frames = read_whole("a.hrm", _file(SAMPLES)).frames

    records = frames["records"]
    start = datetime(2026, 3, 1, 6, tzinfo=UTC)  # 07:00 in Berlin
    assert records["recorded_at_utc"].to_list() == [start + timedelta(seconds=5 * row) for row in range(3)]
    assert records["heart_rate_bpm"].to_list() == [120, None, 130]
    assert records["speed_m_per_s"].round(6).to_list() == [round(10 / 3.6, 6), 3.0, 0.0]
    assert records["cadence_rpm"].to_list() == [80.0, 81.0, 0.0]
    assert records["altitude_m"].to_list() == [50.0, 51.0, 52.0]
    assert records["power_w"].to_list() == [200.0, 210.0, 0.0]
    activity = frames["activities"].row(0, named=True)
    assert (activity["time_basis"], activity["elapsed_s"], activity["device_id"]) == (
        "local_naive",
        15.0,
        "polar_electro:rs800x:",
    )


def test_american_units_become_metric(read_whole: Callable[..., Any]) -> None:
    trip = "[Trip]\n100\n300\n15\n\n"
    metric = read_whole("a.hrm", _file(SAMPLES, more=trip)).frames
    american = read_whole("a.hrm", _file(SAMPLES, more=trip, smode="SMode=111100110")).frames

    ratio = american["records"]["speed_m_per_s"][0] / metric["records"]["speed_m_per_s"][0]
    assert ratio == pytest.approx(1.609344)
    assert american["records"]["altitude_m"][0] == pytest.approx(50 * 0.3048)
    assert metric["activities"].select("distance_m", "ascent_m").row(0) == (10_000.0, 300.0)
    assert american["activities"].select("distance_m", "ascent_m").row(0) == pytest.approx((16_093.44, 91.44))


@pytest.mark.parametrize(
    ("smode", "sample", "expected"),
    [
        ("SMode=000000000", "120", {}),
        ("SMode=001000100", "120\t50", {"altitude_m": 50.0}),
        ("SMode=010000100", "120\t80", {"cadence_rpm": 80.0}),
        ("SMode=100000100", "120\t36", {"speed_m_per_s": 1.0}),
        ("SMode=11010010", "120\t36\t80\t250", {"speed_m_per_s": 1.0, "cadence_rpm": 80.0, "power_w": 250.0}),
        ("Mode=300", "120", {}),
        ("Mode=010", "120\t36\t80", {"speed_m_per_s": 1.0, "cadence_rpm": 80.0}),
        ("Mode=110", "120\t36\t50", {"speed_m_per_s": 1.0, "altitude_m": 50.0}),
    ],
)
def test_columns_are_those_that_were_switched_on(
    smode: str, sample: str, expected: dict[str, float], read_whole: Callable[..., Any]
) -> None:
    record = read_whole("a.hrm", _file([sample] * 3, smode=smode)).frames["records"].row(0, named=True)

    named = ("speed_m_per_s", "cadence_rpm", "altitude_m", "power_w")
    assert {name: record[name] for name in named if record[name] is not None} == pytest.approx(expected)
    assert record["heart_rate_bpm"] == 120


def test_intermediate_times_are_laps(read_whole: Callable[..., Any]) -> None:
    laps = "[IntTimes]\n00:00:05.5\t137\t74\t131\t156\n0\t0\t0\t0\t0\t0\n00:00:15.0\t121\t91\t122\t141\n0\t0\t0\n\n"

    frame = read_whole("a.hrm", _file(SAMPLES, more=laps)).frames["laps"]

    assert frame.select("lap_index", "timer_s", "average_heart_rate_bpm").rows() == [(0, 5.5, 131.0), (1, 9.5, 122.0)]


def test_rr_intervals_are_a_recording_of_beats(read_whole: Callable[..., Any]) -> None:
    content = _file(["800", "810", "790"] * 50, smode="SMode=000000000", interval="Interval=238", length="00:02:00.0")

    read = read_whole("a.hrm", content)

    assert set(read.frames) == {"devices", "beat_series", "beats"}
    series = read.frames["beat_series"].row(0, named=True)
    assert (series["reading"], series["interval_count"], series["time_basis"]) == ("morning", 150, "local_naive")
    assert read.frames["beats"]["rr_ms"][:3].to_list() == [800.0, 810.0, 790.0]
    assert read.frames["beats"]["start_s"][:3].to_list() == [0.0, 0.8, 1.61]


@pytest.mark.parametrize(("value", "table"), [("250", "records"), ("251", "beats")])
def test_without_an_interval_the_samples_tell_what_they_are(
    value: str, table: str, read_whole: Callable[..., Any]
) -> None:
    content = _file([value] * 3, smode="SMode=000000000", interval="Upper1=0")

    assert table in read_whole("a.hrm", content).frames


def test_without_an_interval_the_length_tells_it(read_whole: Callable[..., Any]) -> None:
    records = read_whole("a.hrm", _file(SAMPLES, interval="Upper1=0", length="00:00:45.0")).frames["records"]

    assert (records["recorded_at_utc"][1] - records["recorded_at_utc"][0]).total_seconds() == 15.0


def test_a_damaged_sample_leaves_its_time_empty(read_whole: Callable[..., Any]) -> None:
    read = read_whole("a.hrm", _file([SAMPLES[0], "12?\t1", SAMPLES[2]]))

    seconds = [at.second for at in read.frames["records"]["recorded_at_utc"].to_list()]
    assert seconds == [0, 10]
    assert [(loss.what, loss.where) for loss in read.report.losses] == [("1 sample", "line 13")]


def test_fewer_samples_than_the_summary_states_are_named(read_whole: Callable[..., Any]) -> None:
    summary = "[Summary-123]\n15\t0\t15\n190\t0\t0\t60\n0\t5\n\n"

    losses = read_whole("a.hrm", _file(SAMPLES, more=summary)).report.losses

    assert [(loss.what, loss.where) for loss in losses] == [("2 samples", "end of the file")]


def test_a_sample_shorter_than_smode_says_is_kept_and_named(read_whole: Callable[..., Any]) -> None:
    read = read_whole("a.hrm", _file([SAMPLES[0], "125\t100"]))

    assert read.frames["records"]["altitude_m"].to_list() == [50.0, None]
    assert [loss.what for loss in read.report.losses] == ["1 sample in part"]


@pytest.mark.parametrize(("samples", "why"), [([], "there are no samples"), (["??"], "no sample is a number")])
def test_a_file_without_samples_is_corrupt(samples: list[str], why: str, read_whole: Callable[..., Any]) -> None:
    with pytest.raises(CorruptExport, match=why):
        read_whole("a.hrm", _file(samples))


def test_without_a_date_the_name_tells_the_start(read_whole: Callable[..., Any]) -> None:
    content = _file(SAMPLES, start="Date=2026?301")

    activity = read_whole("2026-03-02 08-30-00.hrm", content).frames["activities"].row(0, named=True)

    assert activity["start_at_utc"] == datetime(2026, 3, 2, 7, 30, tzinfo=UTC)


def test_a_length_longer_than_any_session_is_not_believed(read_whole, examples):
    name, content = examples["polar_hrm"]
    at = content.index(b"Length=") + len(b"Length=")

    found = read_whole(name, content[:at] + b"999999999999" + content[at:]).frames["activities"]

    assert found["elapsed_s"].item() == read_whole(name, content).frames["activities"]["elapsed_s"].item()
