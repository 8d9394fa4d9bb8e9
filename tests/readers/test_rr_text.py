"""RR intervals as text: layouts, units, stamps, lost lines, and where the start is from."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from pipelines.errors import CorruptExport, UnknownFormat

NAME = "2026-03-01 06-55-00.txt"
RR = [812.0, 798.0, 805.0, 820.0, 831.0, 826.0]


def _rr(read: Any) -> list[float]:
    return [round(value, 6) for value in read.frames["beats"]["rr_ms"].to_list()]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("812\n798\n805\n820\n831\n826\n", id="plain"),
        pytest.param("812\r\n798\r\n805\r\n820\r\n831\r\n826\r\n", id="CRLF"),
        pytest.param("\ufeff812\n798\n805\n820\n831\n826", id="byte-order mark and no last line end"),
        pytest.param("0.812\n0.798\n0.805\n0.820\n0.831\n0.826\n", id="seconds"),
        pytest.param("0,812\n0,798\n0,805\n0,820\n0,831\n0,826\n", id="seconds with decimal comma"),
        pytest.param("# strap H10\nRR\n812\n798\n805\n820\n831\n826\n", id="comment and header"),
        pytest.param("rr_ms\n812\n798\n805\n820\n831\n826\n", id="header with unit"),
        pytest.param("Duration,Offline\n812,0\n798,0\n805,0\n820,0\n831,0\n826,0\n", id="Polar Flow"),
        pytest.param("index;RR (ms)\n0;812\n1;798\n2;805\n3;820\n4;831\n5;826\n", id="semicolon and index"),
        pytest.param(",rr\n0,812.0\n1,798.0\n2,805.0\n3,820.0\n4,831.0\n5,826.0\n", id="comma and index"),
        pytest.param("0.812\t812\n1.610\t798\n2.415\t805\n3.235\t820\n4.066\t831\n4.892\t826\n", id="tab and stamps"),
        pytest.param("0.812 0.812\n1.610 0.798\n2.415 0.805\n3.235 0.820\n4.066 0.831\n4.892 0.826\n", id="space"),
        pytest.param("t_s,rr_ms,label\n" + "".join(f"{i * 0.8},{v},N\n" for i, v in enumerate(RR)), id="labels"),
    ],
)
def test_the_usual_layouts_give_the_same_intervals(text: str, read_whole: Callable[..., Any]) -> None:
    read = read_whole(NAME, text)

    assert read.reader == "rr_text"
    assert _rr(read) == RR


def test_intervals_without_stamps_lie_end_to_end(read_whole: Callable[..., Any]) -> None:
    read = read_whole(NAME, "812\n798\n805\n")

    assert read.frames["beats"]["start_s"].to_list() == pytest.approx([0.0, 0.812, 1.610])


def test_the_start_is_the_local_time_in_the_name(read_whole: Callable[..., Any]) -> None:
    read = read_whole(NAME, "812\n" * 60, zone="Europe/Berlin")

    series = read.frames["beat_series"].row(0, named=True)
    assert series["start_at_utc"] == datetime(2026, 3, 1, 5, 55, tzinfo=UTC)
    assert (series["time_basis"], series["local_date"]) == ("local_naive", date(2026, 3, 1))
    assert (series["reading"], series["interval_count"]) == ("morning", 60)


def test_without_any_time_the_modification_time_is_the_end_and_the_report_says_so(
    read_whole: Callable[..., Any],
) -> None:
    read = read_whole("rr.txt", "1000\n" * 60, modified=datetime(2026, 3, 1, 6, 0, tzinfo=UTC))

    series = read.frames["beat_series"].row(0, named=True)
    assert series["end_at_utc"] == datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
    assert series["start_at_utc"] == datetime(2026, 3, 1, 5, 59, tzinfo=UTC)
    assert series["time_basis"] == "file_modified"
    assert "modification time" in read.report.passed_over[0]


def test_without_any_time_at_all_the_file_is_refused_with_the_remedy(read_whole: Callable[..., Any]) -> None:
    with pytest.raises(CorruptExport, match="Put the local start time in the name"):
        read_whole("rr.txt", "1000\n" * 60)


def test_a_date_alone_in_the_name_stands_at_noon_and_is_no_morning(read_whole: Callable[..., Any]) -> None:
    read = read_whole("rr 2026-03-01.txt", "1000\n" * 60, zone="UTC")

    series = read.frames["beat_series"].row(0, named=True)
    assert series["start_at_utc"] == datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    assert series["reading"] == "spot"
    assert "noon" in read.report.passed_over[0]


def test_iso_stamps_beat_the_name(read_whole: Callable[..., Any]) -> None:
    lines = "timestamp,rr\n2026-03-02T07:00:01.000+01:00,1000\n2026-03-02T07:00:02.000+01:00,1000\n"

    read = read_whole(NAME, lines)

    series = read.frames["beat_series"].row(0, named=True)
    assert series["start_at_utc"] == datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    assert (series["utc_offset_s"], series["time_basis"]) == (3600, "local_with_offset")


def test_epoch_stamps_in_ms_are_utc(read_whole: Callable[..., Any]) -> None:
    stamps = [1_767_250_801_000 + 1000 * index for index in range(5)]

    read = read_whole("x.csv", "time_ms,hr,rr\n" + "".join(f"{stamp},60,1000\n" for stamp in stamps))

    series = read.frames["beat_series"].row(0, named=True)
    assert series["start_at_utc"] == datetime(2026, 1, 1, 7, 0, tzinfo=UTC)
    assert series["time_basis"] == "utc"


def test_stamps_show_a_gap(read_whole: Callable[..., Any]) -> None:
    read = read_whole(NAME, "time,rr\n0.8,800\n1.6,800\n9.6,800\n10.4,800\n")

    assert read.frames["beats"]["start_s"].to_list() == pytest.approx([0.0, 0.8, 8.8, 9.6])


def test_lines_that_are_no_intervals_are_lost_with_their_numbers_and_leave_a_gap(
    read_whole: Callable[..., Any],
) -> None:
    read = read_whole(NAME, "800\n810\nerror\nerror\n820\n" + "800\n" * 20 + "-5\n")

    beats = read.frames["beats"]
    assert beats.height == 23
    assert beats["start_s"][2] == pytest.approx(0.8 + 0.81 + 0.81)
    loss = read.report.losses[0]
    assert (loss.what, loss.where) == ("3 lines", "lines 3-4, 26")
    assert "error" in loss.why


def test_intervals_that_no_clock_can_hold_are_lost_and_the_rest_kept(read_whole: Callable[..., Any]) -> None:
    read = read_whole("rr.txt", "800\n" * 20 + "99999999999999999\n800\n", modified=datetime(2026, 3, 1, tzinfo=UTC))

    assert read.frames["beats"].height == 21
    assert read.report.losses[0].where == "line 21"


def test_stamps_years_away_from_the_start_are_lost(read_whole: Callable[..., Any]) -> None:
    stamps = [0.8, 1.6, 2.4, 4e9, 4.0, 4.8, 5.6]

    read = read_whole(NAME, "time,rr\n" + "".join(f"{stamp},800\n" for stamp in stamps))

    assert read.frames["beats"].height == 6
    assert (read.report.losses[0].what, read.report.losses[0].where) == ("1 interval", "from interval 3")


def test_intervals_marked_offline_become_a_gap(read_whole: Callable[..., Any]) -> None:
    read = read_whole(NAME, "Duration,Offline\n800,0\n800,0\n700,1\n800,0\n800,0\n")

    assert read.frames["beats"]["start_s"].to_list() == pytest.approx([0.0, 0.8, 2.4, 3.2])
    assert "1 intervals without contact (offline)" in read.report.passed_over


def test_implausible_intervals_are_kept(read_whole: Callable[..., Any]) -> None:
    read = read_whole(NAME, "800\n" * 20 + "0\n12\n65535\n")

    assert _rr(read)[-3:] == [0.0, 12.0, 65535.0]
    assert read.report.losses == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("62\n63\n61\n64\n" * 10, id="heart rates"),
        pytest.param("time,rr,power\n0,800,200\n1,800,210\n", id="a column we do not know"),
        pytest.param("date,duration\n1,800\n2,810\n", id="a training log"),
        pytest.param("time,duration\n1,800\n2,810\n", id="durations without an offline column"),
        pytest.param("812\n798\n", id="two numbers"),
        pytest.param("5 3\n4 8\n1 9\n", id="two columns of anything"),
        pytest.param("timestamp,heart_rate\n2026-03-01,60\n", id="other columns"),
    ],
)
def test_other_numbers_are_not_taken_for_intervals(text: str, read_whole: Callable[..., Any]) -> None:
    with pytest.raises(UnknownFormat):
        read_whole(NAME, text)


def test_a_long_recording_comes_in_bounded_batches(
    read_whole: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.readers.beat_frames.BATCH_ROWS", 1000)

    beats: pl.DataFrame = read_whole(NAME, "900\n" * 2500).frames["beats"]

    assert beats["beat_index"].to_list() == list(range(2500))
    assert beats["start_s"][-1] == pytest.approx(2499 * 0.9)


def test_a_night_belongs_to_the_date_it_ends_on(read_whole: Callable[..., Any]) -> None:
    read = read_whole("2026-03-01 22-55-00.txt", "1000\n" * (8 * 3600))

    series = read.frames["beat_series"].row(0, named=True)
    assert (series["reading"], series["local_date"]) == ("night", date(2026, 3, 2))
