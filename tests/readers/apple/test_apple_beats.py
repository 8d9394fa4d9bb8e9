"""Beats listed in readings of heart rate variability, as series of intervals with their gaps and their resolution."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipelines.readers.apple import beat_lists
from pipelines.readers.apple.beat_clock import clock_of, rate_of
from pipelines.readers.apple.beats import NO_CLOCK, beats_in, beats_of
from pipelines.readers.apple.patient import patient_rows
from pipelines.readers.apple.plain import plain_rows
from pipelines.readers.apple.rows import Names

START, END = "2024-01-01 03:10:00 +0100", "2024-01-01 03:11:05 +0100"
FOUR = ((95, "3:10:01.05 AM"), (57, "3:10:02.10 AM"), (58, "3:10:03.13 AM"), (60, "3:10:04.13 AM"))


def _series(frames: dict[str, pl.DataFrame]) -> dict[str, Any]:
    assert frames["beat_series"].height == 1
    return frames["beat_series"].row(0, named=True)


def _beats(frames: dict[str, pl.DataFrame]) -> list[tuple[float, float]]:
    return frames["beats"].select("start_s", "rr_ms").rows() if "beats" in frames else []


def test_intervals_are_the_steps_of_the_clock_and_carry_its_resolution(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    read = read_whole("export.xml", export.whole(export.reading(START, END, *FOUR)))

    series = _series(read.frames)
    assert _beats(read.frames) == [(0.0, 1050.0), (1.05, 1030.0), (2.08, 1000.0)]
    assert series["start_at_utc"] == datetime(2024, 1, 1, 2, 10, 1, 50_000, tzinfo=UTC)
    assert series["end_at_utc"] == datetime(2024, 1, 1, 2, 10, 4, 130_000, tzinfo=UTC)
    assert (series["interval_count"], series["resolution_ms"], series["reading"]) == (3, 10.0, "spot")
    assert (series["time_basis"], series["utc_offset_s"], series["local_date"]) == ("utc", None, date(2024, 1, 1))
    assert read.report.losses == ()
    assert read.report.passed_over == ()


def test_a_series_belongs_to_the_figure_that_its_reading_states(export: Any, read_whole: Callable[..., Any]) -> None:
    read = read_whole("export.xml", export.whole(export.reading(START, END, *FOUR)))

    values, series = read.frames["daily_values"], read.frames["beat_series"]
    linked = values.join(series, left_on=["device_id", "measured_at_utc"], right_on=["device_id", "stated_at_utc"])
    assert linked.select("metric", "method", "measured_value", "interval_count").rows() == [
        ("sdnn", "apple_sdnn_spot", 49.5, 3)
    ]


@pytest.mark.parametrize(
    "form",
    [
        "{h}:{m}:{s}.{p} AM",
        "{h}:{m}:{s}.{p}\u202fAM",
        "{h}:{m}:{s}.{p}\xa0a.m.",
        "0{h}:{m}:{s}.{p}",
        "0{h}:{m}:{s},{p}",
        "{h}:{m}:{s},{p} PM",
        "0{h}.{m}.{s},{p}",
        "{h}:{m}:{s},{p} vorm.",
        "\u4e0a\u5348{h}:{m}:{s}.{p}",
        "\uc624\uc804 {h}:{m}:{s}.{p}",
        "1{h}:{m}:{s}.{p}",
        "{h}h{m}m{s}.{p}",
    ],
)
def test_the_clock_is_read_in_whatever_way_the_phone_writes_it(
    form: str, export: Any, read_in_pieces: Callable[..., Any]
) -> None:
    stated = [(rate, form.format(h=t[0], m=t[2:4], s=t[5:7], p=t[8:10])) for rate, t in FOUR]
    text = export.whole(export.reading(START, END, *stated))

    frames, report = read_in_pieces(text)
    patient, _ = read_in_pieces(text, is_patient=True)

    assert _beats(frames) == _beats(patient) == [(0.0, 1050.0), (1.05, 1030.0), (2.08, 1000.0)]
    assert _series(frames)["start_at_utc"] == datetime(2024, 1, 1, 2, 10, 1, 50_000, tzinfo=UTC)
    assert report.losses == ()


def test_digits_of_another_script_are_digits(export: Any, read_whole: Callable[..., Any]) -> None:
    eastern = str.maketrans("0123456789.", "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u066b")
    stated = [(rate, time[:-3].translate(eastern)) for rate, time in FOUR]

    read = read_whole("export.xml", export.whole(export.reading(START, END, *stated)))

    assert [rr for _, rr in _beats(read.frames)] == [1050.0, 1030.0, 1000.0]


@pytest.mark.parametrize("hour", ["3:10", "2:10", "11:10", "3:40", "3:55", "3:25"])
def test_the_zone_of_the_clock_may_be_any_there_is(hour: str, export: Any, read_whole: Callable[..., Any]) -> None:
    stated = [(rate, time.replace("3:10", hour)) for rate, time in FOUR]

    read = read_whole("export.xml", export.whole(export.reading(START, END, *stated)))

    assert _series(read.frames)["start_at_utc"] == datetime(2024, 1, 1, 2, 10, 1, 50_000, tzinfo=UTC)


def test_a_clock_of_no_zone_is_no_time_of_its_reading(export: Any, read_whole: Callable[..., Any]) -> None:
    stated = [(rate, time.replace("3:10", "3:17")) for rate, time in FOUR]

    read = read_whole("export.xml", export.whole(export.reading(START, END, *stated)))

    assert "beat_series" not in read.frames
    assert [(loss.what, loss.why) for loss in read.report.losses] == [
        ("4 beats", "its clock does not lie within its reading")
    ]


@pytest.mark.parametrize(("time", "is_inside"), [("3:12:05.00 AM", True), ("3:12:05.01 AM", False)])
def test_beats_up_to_a_minute_outside_their_reading_are_its_own(
    time: str, *, is_inside: bool, export: Any, read_whole: Callable[..., Any]
) -> None:
    read = read_whole("export.xml", export.whole(export.reading(START, END, (60, "3:12:04.00 AM"), (60, time))))

    assert ("beat_series" in read.frames) is is_inside
    assert len(read.report.losses) == (not is_inside)


@pytest.mark.parametrize(("end", "is_read"), [("03:23:00 +0100", True), ("03:23:01 +0100", False)])
def test_a_reading_longer_than_zones_are_apart_is_not_guessed(
    end: str, *, is_read: bool, export: Any, read_whole: Callable[..., Any]
) -> None:
    read = read_whole("export.xml", export.whole(export.reading(START, f"2024-01-01 {end}", *FOUR)))

    assert ("beats" in read.frames) is is_read
    assert [loss.what for loss in read.report.losses] == ([] if is_read else ["4 beats"])


def test_where_beats_are_missing_there_is_a_gap(export: Any, read_whole: Callable[..., Any]) -> None:
    stated = (*FOUR, (60, "3:10:09.00 AM"), (60, "3:10:10.00 AM"), (61, "3:10:10.98 AM"))

    read = read_whole("export.xml", export.whole(export.reading(START, END, *stated)))

    assert [(round(start_s, 3), rr_ms) for start_s, rr_ms in _beats(read.frames)] == [
        (0.0, 1050.0),
        (1.05, 1030.0),
        (2.08, 1000.0),
        (7.95, 1000.0),
        (8.95, 980.0),
    ]
    assert read.report.passed_over == ("stretches between listed beats that are no interval: 1",)


@pytest.mark.parametrize(
    ("rate", "is_interval"),
    [(57, True), (39, True), (38, False), (85, True), (86, False), ("", False), (0, False), ("fast", False)],
)
def test_a_step_counts_when_the_rate_says_about_the_same(
    rate: object, *, is_interval: bool, export: Any, read_in_pieces: Callable[..., Any]
) -> None:
    stated = ((60, "3:10:01.05 AM"), (rate, "3:10:02.10 AM"), (60, "3:10:03.10 AM"))
    text = export.whole(export.reading(START, END, *stated))

    frames, _ = read_in_pieces(text)
    patient, _ = read_in_pieces(text, is_patient=True)

    expected = [1050.0, 1000.0] if is_interval else [1000.0]
    assert [rr for _, rr in _beats(frames)] == [rr for _, rr in _beats(patient)] == expected


def test_a_list_out_of_order_is_put_in_the_order_of_its_clock(export: Any, read_whole: Callable[..., Any]) -> None:
    read = read_whole("export.xml", export.whole(export.reading(START, END, FOUR[2], FOUR[0], FOUR[3], FOUR[1])))

    assert _beats(read.frames) == [(0.0, 1050.0), (1.05, 1030.0), (2.08, 1000.0)]


def test_a_beat_that_stands_twice_makes_no_interval(export: Any, read_whole: Callable[..., Any]) -> None:
    read = read_whole("export.xml", export.whole(export.reading(START, END, *FOUR[:2], *FOUR[1:])))

    assert _beats(read.frames) == [(0.0, 1050.0), (1.05, 1030.0), (2.08, 1000.0)]


def test_a_reading_over_midnight_has_the_date_it_starts_on(export: Any, read_whole: Callable[..., Any]) -> None:
    stated = ((60, "11:59:58.90 PM"), (60, "11:59:59.90 PM"), (60, "12:00:00.91 AM"), (60, "12:00:01.90 AM"))
    text = export.whole(export.reading("2024-01-01 23:59:30 +0100", "2024-01-02 00:00:30 +0100", *stated))

    read = read_whole("export.xml", text)

    series = _series(read.frames)
    assert [rr for _, rr in _beats(read.frames)] == [1000.0, 1010.0, 990.0]
    assert (series["start_at_utc"].second, series["local_date"]) == (58, date(2024, 1, 1))


@pytest.mark.parametrize(
    ("ends", "resolution_ms"), [(("05", "10", "13"), 10.0), (("050", "100", "135"), 1.0), (("0", "1", "2"), 100.0)]
)
def test_the_resolution_is_that_of_the_clocks_own_digits(
    ends: tuple[str, ...], resolution_ms: float, export: Any, read_in_pieces: Callable[..., Any]
) -> None:
    stated = [(60, f"3:10:0{second + 1}.{part}") for second, part in enumerate(ends)]
    text = export.whole(export.reading(START, END, *stated))

    frames, _ = read_in_pieces(text)
    patient, _ = read_in_pieces(text, is_patient=True)

    assert _series(frames)["resolution_ms"] == resolution_ms
    assert _beats(frames) == _beats(patient)


def test_of_a_list_that_is_cut_the_whole_beats_are_read(export: Any, read_in_pieces: Callable[..., Any]) -> None:
    text = export.whole(export.reading(START, END, *FOUR))

    frames, report = read_in_pieces(text[: text.index("3:10:04.13")])

    assert _beats(frames) == [(0.0, 1050.0), (1.05, 1030.0)]
    assert [loss.what for loss in report.losses] == ["1 element", "the rest of the file"]


def test_a_damaged_beat_leaves_a_gap(export: Any, read_in_pieces: Callable[..., Any]) -> None:
    text = export.whole(export.reading(START, END, *FOUR)).replace('bpm="57" time=', 'bpm="57 time=')

    frames, report = read_in_pieces(text)

    assert _beats(frames) == [(0.0, 1000.0)]
    assert [loss.why for loss in report.losses] == ["damaged: the tag is not whole"]


def test_a_reading_that_the_export_repeats_counts_once(export: Any, read_in_pieces: Callable[..., Any]) -> None:
    reading = export.reading(START, END, *FOUR)

    frames, report = read_in_pieces(export.whole(reading, reading), chunk_bytes=200)

    assert _series(frames)["interval_count"] == 3
    assert report.passed_over == ("rows the export repeats: 1",)


def test_series_are_numbered_through_all_pieces(export: Any, read_in_pieces: Callable[..., Any]) -> None:
    readings = [
        export.reading(START.replace("-01 ", f"-{day:02d} "), END.replace("-01 ", f"-{day:02d} "), *FOUR)
        for day in range(1, 6)
    ]

    frames, _ = read_in_pieces(export.whole(*readings), chunk_bytes=1500)

    assert frames["beat_series"]["series_id"].to_list() == [f"0123456789abcdef:b{number}" for number in range(5)]
    assert frames["beats"]["series_id"].n_unique() == 5
    assert frames["beats"]["beat_index"].to_list() == [0, 1, 2] * 5
    assert frames["beat_series"]["local_date"].to_list() == [date(2024, 1, day) for day in range(1, 6)]


def test_what_the_watch_takes_by_itself_is_a_spot_and_what_an_app_took_goes_by_its_hour(
    export: Any, read_whole: Callable[..., Any]
) -> None:
    own = export.reading(START, END, *FOUR)
    of_an_app = export.reading(START, END, *FOUR, source="Strap App", device=None, value=50)

    read = read_whole("export.xml", export.whole(own, of_an_app))

    assert read.frames["beat_series"].select("device_id", "reading").rows() == [
        ("appleinc.:watch6,7:", "spot"),
        ("strapapp:app:", "morning"),
    ]


def test_the_zone_beside_a_reading_gives_its_local_date(export: Any, read_whole: Callable[..., Any]) -> None:
    inside = export.metadata("HKTimeZone", "America/New_York") + "\n" + export.beats(*FOUR)
    text = export.whole(export.record("HeartRateVariabilitySDNN", 50, START, END, unit="ms", inside=inside))

    series = _series(read_whole("export.xml", text).frames)

    assert (series["time_basis"], series["utc_offset_s"]) == ("local_with_offset", -5 * 3600)
    assert series["local_date"] == date(2023, 12, 31)


def test_beats_that_no_row_stands_for_are_counted(export: Any, read_in_pieces: Callable[..., Any]) -> None:
    text = export.whole(
        export.record("HeartRate", 60, START, inside=export.beats(*FOUR)),
        export.reading(START, END, (60, "0.00"), (60, "2024-05-04 03:10:00 +0200"), (60, "3:10:01.00 AM")),
        export.record(
            "HeartRateVariabilitySDNN", 50, END, unit="ms", inside="\n".join((export.beats(), export.beats(*FOUR)))
        ),
    )

    frames, report = read_in_pieces(text)
    _, patient_report = read_in_pieces(text, is_patient=True)

    assert "beats" not in frames
    assert (
        set(report.passed_over)
        == set(patient_report.passed_over)
        == {
            "beats without a clock that can be read, or outside a reading of variability: 10",
            "lists of beats without an interval: 1",
        }
    )


TEXTS = (
    "7:14:48.94 PM", "18:14:48.94", "2:01:02,51 AM", "23:59:59.99", "24:00:00.00", "9:60:00.00", "9:59:60.00",
    "9:59:59.9", "9:59:59", "9:5:59.00", "009:05:59.00", "9:59:59.945", "9:59:59.94 5PM", "9:59:59.94\u202fPM", "",
    "9:59:59.94\u0665", "x", "2024-05-04 03:10:00 +0200", "9:59:59:94",
    "9;59:59.94", "9:59:59.94 PM PM", "9:59:59.94Z",
)  # fmt: skip


RATES = ("57", "157", "1057", "7", "057", "0", "-5", "57.5", "5 7", "", "1e2", "\u0665")


def test_lines_are_read_alike_one_by_one_and_in_columns() -> None:
    stated = [(rate, time) for time in TEXTS for rate in RATES]
    lines = [f'   <InstantaneousBeatsPerMinute bpm="{rate}" time="{time}"/>'.encode() for rate, time in stated]
    ends = np.cumsum([len(line) for line in lines])
    data = np.frombuffer(b"".join(lines) + b" " * 200, np.uint8)

    together = beats_in(data, np.append(0, ends[:-1]), ends)

    one_by_one = beats_of(stated)
    assert together is not None
    assert together.clock_ms.tolist() == one_by_one.clock_ms.tolist()
    assert together.step_ms.tolist() == one_by_one.step_ms.tolist()
    assert np.array_equal(together.rate_bpm, one_by_one.rate_bpm, equal_nan=True)
    assert 0 < (one_by_one.clock_ms != NO_CLOCK).sum() < len(stated)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("7:14:48.94 PM", (26_088_940, 10)),
        ("18:14:48.94", (65_688_940, 10)),
        ("7:14:48", (26_088_000, 1000)),
        ("7:14:48.945", (26_088_945, 1)),
        ("24:00:00.00", None),
        ("7:60:00.00", None),
        ("7:14", None),
        ("0.00", None),
    ],
)
def test_a_clock_is_hours_minutes_seconds_and_parts_of_one(text: str, read: tuple[int, int] | None) -> None:
    assert clock_of(text) == read


@pytest.mark.parametrize(("text", "rate"), [("57", 57.0), ("57.5", 57.5)])
def test_a_rate_is_a_positive_number(text: str, rate: float) -> None:
    assert rate_of(text) == rate
    assert np.isnan(rate_of(f"-{text}"))


def test_a_record_with_two_lists_is_left_to_the_patient_way_which_counts_the_second(export: Any) -> None:
    lists = "\n".join((export.beats(*FOUR[:2]), export.beats(*FOUR)))
    body = export.record("HeartRateVariabilitySDNN", 50, START, END, unit="ms", inside=lists).encode()

    found = patient_rows(body, Names())

    assert plain_rows(body, Names()) is None
    assert (found.beats.height, found.counts["InstantaneousBeatsPerMinute"]) == (2, 4)


def test_lines_too_long_for_columns_are_read_all_the_same(export: Any, read_in_pieces: Callable[..., Any]) -> None:
    long = "\u202f" * 40
    stated = [(rate, time + long) for rate, time in FOUR]
    text = export.whole(export.reading(START, END, *stated))

    frames, _ = read_in_pieces(text)

    assert _beats(frames) == [(0.0, 1050.0), (1.05, 1030.0), (2.08, 1000.0)]


def test_the_window_of_a_clock_is_wider_than_its_slack() -> None:
    assert beat_lists.LONGEST_MS + 2 * beat_lists.SLACK_MS == beat_lists.TURN_MS
