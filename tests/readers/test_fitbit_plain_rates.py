"""A day of heart rates read in columns equals the same day read record by record."""

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from pipelines.readers import fitbit_takeout
from pipelines.readers.fitbit import plain_rates

ReadWhole = Callable[..., Any]

STAMPS = [f"03/{28 + at // 24:02}/26 {at % 24:02}:30:{at % 60:02}" for at in range(22, 26)]


def _json(stamps: list[str], *, confidence: int = 3, bpm: object = 60.4) -> str:
    return json.dumps([{"dateTime": at, "value": {"bpm": bpm, "confidence": confidence}} for at in stamps])


TABLE = (
    "timestamp,beats per minute,data source\n2026-03-28T22:30:00Z,60.0,Charge 5\n"
    "2026-03-28T22:30:05Z,61.5,Pixel\n2026-03-28T22:30:10Z,62,Charge 5\n"
)

STEPS = (
    "timestamp,steps,data source\n2026-03-28T22:30:00Z,10,Charge 5\n2026-03-28T22:44:00Z,0,Charge 5\n"
    "2026-03-28T22:45:00Z,7,Charge 5\n2026-03-28T22:45:00Z,9,Pixel\n"
)

PLAIN = [
    ("steps_2026-03-01.csv", STEPS, "Europe/Berlin"),
    ("heart_rate-2026-03-28.json", _json(STAMPS), "Europe/Berlin"),
    ("heart_rate-2026-03-29.json", _json(["03/29/26 00:00:00", "03/29/26 23:59:58"]), "Europe/Berlin"),
    ("heart_rate-2026-10-25.json", _json(["10/25/26 00:00:00", "10/25/26 02:30:00"]), "Europe/Berlin"),
    ("heart_rate-2026-03-28.json", _json(STAMPS, confidence=0), "America/New_York"),
    ("heart_rate_2026-03-28.csv", TABLE, "Europe/Berlin"),
    (
        "heart_rate_2026-03-28.csv",
        TABLE.replace(",data source", "").replace(",Charge 5", "").replace(",Pixel", ""),
        "UTC",
    ),
]


@pytest.mark.parametrize(("name", "content", "zone"), PLAIN)
def test_columns_and_records_give_the_same(
    read_whole: ReadWhole, monkeypatch: pytest.MonkeyPatch, name: str, content: str, zone: str
) -> None:
    quick = read_whole(name, content, zone=zone)
    monkeypatch.setattr(fitbit_takeout, "take_whole_entries", lambda _: False)
    monkeypatch.setattr(fitbit_takeout, "take_whole_rows", lambda _: False)
    monkeypatch.setattr(fitbit_takeout.Steps, "take_whole_rows", lambda _: False)

    slow = read_whole(name, content, zone=zone)

    assert quick.frames.keys() == slow.frames.keys()
    assert sorted(quick.report.passed_over) == sorted(slow.report.passed_over)
    for table, frame in slow.frames.items():
        assert frame.sort(pl.all()).equals(quick.frames[table].sort(pl.all()))


@pytest.mark.parametrize(("name", "content", "zone"), PLAIN)
def test_a_whole_day_goes_the_short_way(source_of: Callable[..., Any], name: str, content: str, zone: str) -> None:
    path = source_of(name, content, zone=zone).path

    title = content.partition("\n")[0].split(",")[1] if name.endswith(".csv") else None
    rows = plain_rates.plain_rows(path, title, range(1000)) if title else plain_rates.plain_entries(path)

    assert rows is not None
    assert rows.height > 1


@pytest.mark.parametrize(
    "content",
    [
        _json(["03/29/26 00:00:00", "soon"]),
        _json(STAMPS, bpm=0),
        _json(STAMPS, bpm=None),
        _json(STAMPS)[:-9],
        "[]",
    ],
)
def test_a_record_that_needs_a_look_of_its_own_takes_the_long_way(source_of: Callable[..., Any], content: str) -> None:
    assert plain_rates.plain_entries(source_of("heart_rate-2026-03-29.json", content).path) is None


@pytest.mark.parametrize(
    "content",
    [
        TABLE.replace("61.5", "fast"),
        TABLE.replace("61.5", "0"),
        TABLE.replace("05Z", "05"),
        TABLE.replace("Pixel", '"Pixel"'),
        TABLE.replace("Pixel", "Phone Health Connect"),
        TABLE.splitlines()[0],
    ],
)
def test_a_row_that_needs_a_look_of_its_own_takes_the_long_way(source_of: Callable[..., Any], content: str) -> None:
    path = source_of("heart_rate_2026-03-28.csv", content).path

    assert plain_rates.plain_rows(path, "beats per minute", range(1, 1000)) is None
