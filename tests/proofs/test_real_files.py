"""Faults in real files: which subjects count as clean, what is put into them, and how the bench tells it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.progress import SILENT
from pipelines.proofs.quality_bench import real_report, tally
from pipelines.proofs.real_files import RealSubjects, real_subjects, strike
from pipelines.proofs.report import FaultScore, QualityReport, RealReport, RealScore
from pipelines.proofs.scoring import Tally
from pipelines.quality.judge import judge_subjects
from pipelines.simulation.beats import rr_series
from pipelines.simulation.devices import GARMIN, Device
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.frames import record_rows
from pipelines.simulation.running import Runner, RunPlan, run
from pipelines.simulation.writers.fit import FitActivity, activity_file
from pipelines.simulation.writers.rr_text import rr_text_file, rr_text_name

FAULTS = {fault.name: fault for fault in faults()}
RUNNER = Runner(resting_bpm=50.0, max_bpm=188.0, threshold_m_per_s=3.9)


def fit_bytes(day: int, *, moving_s: int = 1900, spikes: bool = False) -> bytes:
    start_s = int(datetime(2026, 3, day, 16, tzinfo=UTC).timestamp())
    made = run(np.random.default_rng(day), RUNNER, RunPlan(kind="easy", moving_s=moving_s, start_s=start_s))
    records = record_rows(made.records, athlete_id=1, source_file_id="0" * 16)
    if spikes:
        records, _ = FAULTS["heart_rate_spike"].inject(records, np.random.default_rng(1), 3)
    return activity_file(
        FitActivity(
            records=records,
            start_s=made.start_s,
            end_s=made.end_s,
            pauses=made.pauses,
            utc_offset_s=0,
            device=Device(manufacturer=GARMIN, product=3290, serial=77, firmware_hundredths=1500),
            has_strap=True,
            sub_sport=None,
        )
    )


@pytest.fixture(scope="module")
def subjects(tmp_path_factory: pytest.TempPathFactory) -> RealSubjects:
    """Two calm runs, one of them twice, one with spikes, one too short, some beats, and a shopping list."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "calm.fit").write_bytes(fit_bytes(1))
    (folder / "again.fit").write_bytes(fit_bytes(1, moving_s=1901))
    (folder / "other.fit").write_bytes(fit_bytes(2))
    (folder / "spikes.fit").write_bytes(fit_bytes(3, spikes=True))
    (folder / "short.fit").write_bytes(fit_bytes(4, moving_s=1200))
    rr = rr_series(np.random.default_rng(5), beat_count=800, mean_rr_ms=900.0, target_rmssd_ms=40.0)
    (folder / rr_text_name(datetime(2026, 3, 1, 6, tzinfo=UTC))).write_bytes(rr_text_file(rr))
    (folder / "list.txt").write_text("bread\nmilk\n", encoding="utf-8")
    return real_subjects(folder, SILENT)


def test_an_activity_is_taken_once_and_only_when_a_fault_has_room_in_it(subjects: RealSubjects) -> None:
    starts = subjects.tables["activities"]["start_at_utc"].dt.day().sort().to_list()

    assert starts == [1, 2, 3]
    assert len(subjects.ids("beats")) == 2


def test_clean_is_what_no_check_of_the_signal_fires_on(subjects: RealSubjects) -> None:
    days = dict(subjects.tables["activities"].select("activity_id", pl.col("start_at_utc").dt.day()).iter_rows())

    for_heart_rate = {days[name] for name in subjects.clean(FAULTS["heart_rate_dropout"])}
    for_movement = {days[name] for name in subjects.clean(FAULTS["teleport"])}

    assert (for_heart_rate, for_movement) == ({1, 2}, {1, 2, 3})


def test_a_fault_whose_checks_could_not_look_finds_no_subject(subjects: RealSubjects) -> None:
    assert subjects.clean(FAULTS["cadence_lock"]) == ()  # straps count no steps
    assert subjects.clean(FAULTS["moved_nights"]) == ()


@pytest.mark.parametrize("name", ["teleport", "heart_rate_dropout", "missed_beat"])
def test_what_is_put_into_clean_files_is_found_there(subjects: RealSubjects, name: str) -> None:
    fault = FAULTS[name]

    batch = strike(subjects, fault, chosen=subjects.clean(fault), severities=(2, 3), seed=1)
    found = tally(batch, judge_subjects(batch.tables).flags, fault)

    assert {case.severity for case in batch.cases} == {2, 3}
    assert found[3].event_count >= len(subjects.clean(fault))
    assert (found[3].recall or 0.0) > 0.8


def test_a_rhythm_is_put_into_beats_at_rest_only(subjects: RealSubjects) -> None:
    moving = replace(subjects, resting=frozenset())

    assert len(subjects.clean(FAULTS["bigeminy"])) == 2
    assert moving.clean(FAULTS["bigeminy"]) == ()
    assert moving.clean(FAULTS["missed_beat"]) == subjects.clean(FAULTS["missed_beat"])


def test_a_file_is_left_as_it_was_by_what_is_put_into_a_copy(subjects: RealSubjects) -> None:
    before = subjects.tables["records"].clone()

    strike(subjects, FAULTS["teleport"], chosen=subjects.clean(FAULTS["teleport"]), severities=(3,), seed=1)

    assert subjects.tables["records"].equals(before)


def test_an_empty_folder_leaves_every_fault_without_a_subject(tmp_path: Path) -> None:
    told = real_report(tmp_path, quick=True, seed=1, progress=SILENT)

    assert told.file_count == 0
    assert {score.clean_count for score in told.scores} == {0}
    assert all(score.tally.recall is None for score in told.scores)


def quality_report(real: RealReport | None) -> QualityReport:
    tally_ = Tally(event_count=10, found_count=9, flagged_count=10, right_count=9, bad_count=10, row_count=900)
    score = FaultScore(
        fault="teleport", table="records", severity=2, subject_count=3, checks=("position_teleport",), tally=tally_
    )
    return QualityReport(
        seed=1, is_quick=True, generator_version=1, faults=(score,), alarms=(), rmssd=(), cpu_s=0.1, real=real
    )


def test_both_columns_stand_side_by_side_with_their_numbers() -> None:
    counted = Tally(event_count=4, found_count=3, flagged_count=4, right_count=4, bad_count=4, row_count=90)
    score = RealScore(fault="teleport", severity=2, clean_count=19, subject_count=56, struck_count=4, tally=counted)
    real = RealReport(file_count=80, activity_count=56, window_count=135, scores=(score,))

    told = quality_report(real).as_markdown()

    generated = "| teleport | 2 | 3 | 10 | 0.90 | 0.60-0.98 | 0.90 |  | 0 of 0 |"
    assert f"{generated} 4 of 19 of 56 | 4 | 0.75 | 0.30-0.95 | 1.00 |" in told
    assert "80 read, with 56 activities" in told
    assert quality_report(real).as_json()["real_files"] == real.as_json()


def test_a_folder_that_is_not_set_is_said_in_the_column() -> None:
    told = quality_report(None).as_markdown()

    assert "| folder not set |" in told
    assert "WATTWORTH_REAL" in told
    assert quality_report(None).as_json()["real_files"] is None
