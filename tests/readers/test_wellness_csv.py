"""Wellness tables: items, instruments, scales and dates as people and forms write them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import CorruptExport
from pipelines.readers.catalogue import head_of
from pipelines.readers.wellness_csv import READER
from pipelines.readers.wellness_items import Item, item_of, with_scale

FORM = (
    '"Timestamp","Email Address","How tired are you? (1-5)","Sleep quality (1-5)",'
    '"Session RPE (0-10)","Duration (min)"\n'
    '"2024/01/01 7:15:02 AM GMT+1","a@example.org","4","3","6","45"\n'
)


def _answers(read: Any) -> dict[str, float]:
    frame = read.frames["wellness_answers"]
    return dict(zip(frame["item"].to_list(), frame["answer_value"].to_list(), strict=True))


def test_a_form_is_read_with_the_time_it_was_sent(read_whole: Callable[..., Any]) -> None:
    read = read_whole("Answers.csv", FORM)

    first = read.frames["wellness_answers"].row(0, named=True)
    assert first["answered_at_utc"] == datetime(2024, 1, 1, 6, 15, 2, tzinfo=UTC)
    assert first["about_date"] == date(2024, 1, 1)
    assert _answers(read) == {"fatigue": 4, "sleep_quality": 3, "rpe": 6, "duration_min": 45}


def test_a_date_column_beats_the_time_a_form_was_sent(read_whole: Callable[..., Any]) -> None:
    read = read_whole("a.csv", "Timestamp,Date,RPE\n2026-03-02 08:00:00,2026-03-01,6\n")

    row = read.frames["wellness_answers"].row(0, named=True)
    assert row["about_date"] == date(2026, 3, 1)
    assert row["answered_at_utc"] == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("fatigue (1-7)", Item(item="fatigue", instrument="hooper", scale_min=1, scale_max=7, is_higher_better=False)),
        ("Fatigue (1-5)", Item(item="fatigue", instrument="mclean", scale_min=1, scale_max=5, is_higher_better=True)),
        ("stress [1 to 7]", Item(item="stress", instrument="hooper", scale_min=1, scale_max=7, is_higher_better=False)),
        ("mood (1-7)", Item(item="mood", scale_min=1, scale_max=7)),
        ("fatigue", Item(item="fatigue")),
        ("How sore are your legs? (1-5)", Item(item="muscle_soreness", scale_min=1, scale_max=5)),
        ("sRPE", Item(item="rpe", instrument="session_rpe")),
        ("Session RPE (0-10)", Item(item="rpe", instrument="session_rpe", scale_min=0, scale_max=10)),
        ("duration_min", Item(item="duration_min", instrument="session_rpe")),
        ("Coffee cups", Item(item="coffee_cups", is_known=False)),
    ],
)  # fmt: skip
def test_a_title_says_item_instrument_scale_and_good_end(title: str, expected: Item) -> None:
    assert item_of(title) == expected


def test_the_file_name_may_name_the_instrument() -> None:
    assert item_of("stress", instrument_hint="Hooper march.csv").is_higher_better is False
    assert item_of("stress", instrument_hint="mclean.csv").is_higher_better is True
    assert item_of("stress", instrument_hint="march.csv").is_higher_better is None


@pytest.mark.parametrize(
    ("answers", "scale"),
    [([0, 10], (0, 10)), ([6, 11], (6, 20)), ([6, 20], (6, 20)), ([6, 21], (None, None)), ([5, 11], (None, None))],
)
def test_answers_tell_the_two_scales_of_exertion_apart(
    answers: list[float], scale: tuple[float | None, float | None]
) -> None:
    item = with_scale(item_of("rpe"), answers)

    assert (item.scale_min, item.scale_max) == scale


def test_unknown_numbers_are_kept_as_other_and_words_are_passed_over(read_whole: Callable[..., Any]) -> None:
    read = read_whole("a.csv", "day;rpe;Weight (kg);comment\n2026-03-01;6;63,4;tired\n")

    row = read.frames["wellness_answers"].row(1, named=True)
    assert (row["item"], row["instrument"], row["answer_value"], row["is_higher_better"]) == (
        "weight", "other", 63.4, None,
    )  # fmt: skip
    assert read.report.passed_over == ("columns of words: comment",)


def test_what_cannot_be_read_is_lost_with_its_rows_and_the_rest_is_kept(read_whole: Callable[..., Any]) -> None:
    read = read_whole(
        "a.csv", "date,rpe,duration_min\n2026-03-01,6,45\nsome day,5,30\n2026-03-03,hard,60\n2026-03-04,-,\n"
    )

    assert read.frames["wellness_answers"]["answer_value"].to_list() == [6, 45, 60]
    assert [(loss.what, loss.where) for loss in read.report.losses] == [
        ("1 row", "line 3"),
        ("1 answer on rpe", "line 4"),
    ]


def test_missing_answers_are_neither_zero_nor_a_loss(read_whole: Callable[..., Any]) -> None:
    read = read_whole("a.csv", "date,rpe,mood\n2026-03-01,,n/a\n2026-03-02,0,-\n")

    assert _answers(read) == {"rpe": 0}
    assert read.report.losses == ()


@pytest.mark.parametrize(
    ("dates", "first", "has_note"),
    [
        (("13/03/2026", "01/04/2026"), date(2026, 3, 13), False),
        (("03/13/2026", "04/01/2026"), date(2026, 3, 13), False),
        (("03/04/2026", "04/04/2026"), date(2026, 3, 4), True),
        (("04.03.2026", "05.03.2026"), date(2026, 3, 4), False),
    ],
)
def test_day_and_month_are_told_apart_by_all_rows(
    dates: tuple[str, str], first: date, *, has_note: bool, read_whole: Callable[..., Any]
) -> None:
    read = read_whole("a.csv", f"date,rpe\n{dates[0]},6\n{dates[1]},7\n")

    assert read.frames["wellness_answers"]["about_date"][0] == first
    assert bool(read.report.passed_over) is has_note


def test_answers_of_several_people_are_refused(read_whole: Callable[..., Any]) -> None:
    with pytest.raises(CorruptExport, match="2 people"):
        read_whole("a.csv", "Timestamp,Name,RPE\n2026-03-01 08:00:00,Ada,6\n2026-03-01 08:00:00,Bo,7\n")


@pytest.mark.parametrize(
    "header",
    [
        "Cycle start time,Cycle end time,Date,stress",
        "timestamp,heart_rate,cadence,speed,duration",
        "date,Sleep Score,Average HRV,REM Sleep Duration",
        "rpe,duration_min",
        "date,steps,calories",
        "date,duration,distance",
    ],
)
def test_exports_of_devices_and_apps_are_not_claimed(header: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(header + "\n" + "1," * header.count(",") + "1\n")

    assert not READER.recognise(head_of(path))


def test_a_table_with_a_header_only_is_read_and_empty(read_whole: Callable[..., Any]) -> None:
    read = read_whole("a.csv", "date,rpe,duration_min\n")

    assert (read.frames, read.report.losses) == ({}, ())
