"""The wellness table of intervals.icu: numbers of unknown devices are stored and kept apart, answers are answers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipelines.errors import UnknownFormat
from pipelines.readers.catalogue import stored_only


def test_every_number_has_its_own_name_and_is_not_taken_for_a_vendors(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    read = read_whole(*examples["intervals_icu"])

    values = read.frames["daily_values"]
    assert read.reader == "intervals_icu"
    assert values.select("metric", "method", "reading", "unit", "measured_value").rows() == [
        ("rmssd", "intervals_icu_wellness", "day", "ms", 61.5),
        ("resting_heart_rate", "intervals_icu_wellness", "day", "bpm", 48.0),
        ("sleep_score", "vendor_score_intervals_icu", "day", "points", 82.0),
    ]
    assert values["value_date"].unique().to_list() == [date(2026, 3, 1)]
    assert {("rmssd", "intervals_icu_wellness"), ("resting_heart_rate", "intervals_icu_wellness")} <= stored_only()


def test_answers_keep_their_scale_and_say_no_good_end(
    examples: dict[str, tuple[str, bytes]], read_whole: Callable[..., Any]
) -> None:
    frames = read_whole(*examples["intervals_icu"]).frames

    answers = frames["wellness_answers"].select("item", "answer_value", "scale_min", "scale_max", "is_higher_better")
    assert answers.rows() == [
        ("sleep_quality", 2.0, 1.0, 4.0, None),
        ("muscle_soreness", 1.0, 1.0, 4.0, None),
        ("fatigue", 2.0, 1.0, 4.0, None),
    ]
    assert frames["notes"]["note"].to_list() == ["heavy legs"]


def test_sdnn_is_no_rmssd_and_no_steps_are_steps(read_whole: Callable[..., Any]) -> None:
    text = "date,restingHR,hrvSDNN,sleepSecs,steps\n2026-03-01,,44,,0\n"

    values = read_whole("w.csv", text).frames["daily_values"]

    assert values.select("metric", "measured_value").rows() == [("sdnn", 44.0), ("step_count", 0.0)]


@pytest.mark.parametrize(("header", "is_read"), [("date,hrv,ctl,atl", True), ("date,ctl,atl", False)])
def test_three_of_its_titles_make_it_known(header: str, *, is_read: bool, read_whole: Callable[..., Any]) -> None:
    if is_read:
        assert read_whole("w.csv", header + "\n2026-03-01,50,1,1\n").reader == "intervals_icu"
    else:
        with pytest.raises(UnknownFormat):
            read_whole("w.csv", header + "\n2026-03-01,1,1\n")


def test_a_row_without_a_date_is_lost_by_line(read_whole: Callable[..., Any]) -> None:
    read = read_whole("w.csv", "date,restingHR,hrv,sleepSecs\n2026-03-01,50,60,1\nsoon,50,60,1\n")

    assert [(loss.what, loss.where) for loss in read.report.losses] == [("1 row", "line 3")]
