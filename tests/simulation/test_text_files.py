from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from pipelines.readers.athlete_card import read_card
from pipelines.readers.catalogue import recognise
from pipelines.readers.contract import Batch, Head, Source
from pipelines.readers.read_file import read_source
from pipelines.simulation.beats import rr_series
from pipelines.simulation.faults.beats import GAP
from pipelines.simulation.frames import beat_rows
from pipelines.simulation.roster import ROSTER
from pipelines.simulation.writers.athlete_toml import athlete_card
from pipelines.simulation.writers.hrv_logger import hrv_logger_file, hrv_logger_name
from pipelines.simulation.writers.notes_csv import Note, notes_file
from pipelines.simulation.writers.rr_text import rr_text_file, rr_text_name
from pipelines.simulation.writers.wellness_csv import Answers, wellness_file

START = datetime(2026, 10, 25, 6, 40, 5, tzinfo=ZoneInfo("Atlantic/Azores"))

Read = Callable[[str, bytes], dict[str, pl.DataFrame]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a file as a run would, and gives the frames by table."""

    def frames(name: str, content: bytes) -> dict[str, pl.DataFrame]:
        path = tmp_path / name
        path.write_bytes(content)
        reader = recognise(Head(name=name, size_bytes=len(content), start=content[:8192]))
        source = Source(
            path=path, name=name, source_file_id="0" * 16, athlete_id=1, time_zone=ZoneInfo("Atlantic/Azores")
        )
        return {batch.table: batch.frame for batch in read_source(source, reader) if isinstance(batch, Batch)}

    return frames


def test_a_text_of_intervals_reads_back_as_it_was(read: Read) -> None:
    rr = rr_series(np.random.default_rng(1), beat_count=300)

    found = read(rr_text_name(START), rr_text_file(rr))

    assert found["beats"]["rr_ms"].to_list() == rr.tolist()
    assert found["beat_series"]["start_at_utc"][0] == START
    assert found["beat_series"]["reading"][0] == "morning"


def test_hrv_logger_reads_back_with_its_gap(read: Read) -> None:
    rr = rr_series(np.random.default_rng(2), beat_count=300)
    clean = beat_rows(rr, athlete_id=1, source_file_id="0" * 16)
    frame, truth = GAP.inject(clean, np.random.default_rng(3), 2)
    starts, intervals = frame["start_s"].to_numpy(), frame["rr_ms"].to_numpy()

    found = read(hrv_logger_name(START), hrv_logger_file(local_start=START, start_s=starts, rr_ms=intervals))

    assert found["beats"]["rr_ms"].to_list() == intervals.tolist()
    assert found["beats"]["start_s"].to_numpy() == pytest.approx(starts, abs=0.002)
    assert found["beats"]["start_s"].diff().arg_max() == truth["row_indices"][0][0]


def test_notes_read_back_in_order_of_date_with_their_kind(read: Read) -> None:
    notes = [
        Note(day=date(2026, 10, 3), author="coach", kind="note", words='Says "fine", looks tired'),
        Note(day=date(2026, 10, 1), author="athlete", kind="ill", words="Fever, in bed"),
    ]

    found = read("notes.csv", notes_file(notes))["notes"]

    assert found["note_date"].to_list() == [date(2026, 10, 1), date(2026, 10, 3)]
    assert found["kind"].to_list() == ["ill", "note"]
    assert found["note"].to_list() == ["Fever, in bed", 'Says "fine", looks tired']


@pytest.mark.parametrize("hour", [0, 6, 12, 18])
def test_answers_read_back_on_their_scales_at_their_local_time(read: Read, hour: int) -> None:
    answered = datetime(2026, 10, 5, hour, 15, 2)  # noqa: DTZ001 - forms write local time
    answers = Answers(
        answered_local=answered, fatigue=4, sleep_quality=3, muscle_soreness=2, stress=5, mood=1, rpe=6, minutes=45
    )

    found = read("wellness.csv", wellness_file([answers]))["wellness_answers"]

    values = dict(found.select("item", "answer_value").iter_rows())
    assert values["fatigue"] == 4
    assert values["mood"] == 1
    assert values["rpe"] == 6
    assert set(found.filter(pl.col("item") == "fatigue")["instrument"]) == {"mclean"}
    local = found["answered_at_utc"][0].astimezone(ZoneInfo("Atlantic/Azores"))
    assert local.replace(tzinfo=None) == answered


@pytest.mark.parametrize("member", ROSTER, ids=lambda member: member.folder)
def test_every_card_is_one_that_can_be_read(tmp_path: Path, member: object) -> None:
    (tmp_path / "athlete.toml").write_bytes(athlete_card(member))  # type: ignore[arg-type]

    card = read_card(tmp_path)

    assert card.simulated
    assert card.time_zone == "Atlantic/Azores"
