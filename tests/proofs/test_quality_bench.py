import json
from functools import cache

import polars as pl
import pytest

from pipelines.proofs import quality_bench
from pipelines.proofs.cases import Tables, Wish, build, fault_wishes
from pipelines.proofs.quality_bench import bench_quality, judged_tables, tally
from pipelines.proofs.report import AlarmScore, FaultScore, QualityReport
from pipelines.proofs.scoring import Tally
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.faults.contract import SEVERITIES
from pipelines.tables import conform, empty

FAULTS = {fault.name: fault for fault in faults()}


def flags_on_everything(subject_ids: list[str], check_name: str) -> pl.DataFrame:
    return conform(
        pl.DataFrame(
            {"subject_id": subject_ids, "check_name": check_name, "start_s": 0.0, "end_s": 1e6, "segment_index": 0}
        ),
        "flags",
    )


@cache
def judged(name: str, count: int) -> tuple[Tables, dict[int, Tally]]:
    batch = build(fault_wishes(FAULTS[name], severities=SEVERITIES, count=count), seed=7, salt=1)
    tables = judged_tables(batch.tables)
    return tables, tally(batch, tables["flags"], FAULTS[name])


@pytest.mark.parametrize("name", ["missed_beat", "heart_rate_dropout", "frozen_values"])
def test_a_detector_that_flags_nothing_has_recall_zero(name: str) -> None:
    batch = build(fault_wishes(FAULTS[name], severities=(2,), count=2), seed=7, salt=1)

    found = tally(batch, empty("flags"), FAULTS[name])[2]

    assert found.event_count > 0
    assert found.recall == 0.0


@pytest.mark.parametrize("name", ["long_interval", "heart_rate_flatline", "frozen_values"])
def test_a_detector_that_flags_everything_has_about_the_precision_of_the_prevalence(name: str) -> None:
    fault = FAULTS[name]
    batch = build(fault_wishes(fault, severities=(2,), count=3), seed=7, salt=1)
    subject_ids = [subject_id for case in batch.cases for subject_id in case.subject_ids]

    found = tally(batch, flags_on_everything(subject_ids, fault.check_names[0]), fault)[2]

    assert found.recall == 1.0
    assert found.precision is not None
    assert found.prevalence is not None
    tolerance = 3.0 * 2 if fault.scoring == "beats" else 1.2  # neighbours of a beat count as right
    assert found.prevalence <= found.precision <= tolerance * found.prevalence


def test_flags_of_checks_that_are_about_something_else_do_not_count() -> None:
    fault = FAULTS["heart_rate_dropout"]
    batch = build(fault_wishes(fault, severities=(2,), count=2), seed=7, salt=1)
    subject_ids = [case.subject_ids[0] for case in batch.cases]

    found = tally(batch, flags_on_everything(subject_ids, "record_gap"), fault)[2]

    assert found.recall == 0.0


def test_the_checks_find_most_gross_missed_beats_and_mend_rmssd() -> None:
    _, found = judged("missed_beat", 4)

    assert (found[3].recall or 0.0) > 0.8


def test_the_same_seed_builds_the_same_subjects() -> None:
    wishes = [Wish(table="beats", number=1), Wish(table="records", number=2), Wish(table="nights", number=3)]

    first, again, other = (build(wishes, seed=seed, salt=0).tables for seed in (1, 1, 2))

    assert all(first[name].equals(again[name]) for name in first)
    assert not first["beats"].equals(other["beats"])


def report() -> QualityReport:
    score = FaultScore(
        fault="missed_beat",
        table="beats",
        severity=2,
        subject_count=3,
        checks=("rr_missed",),
        tally=Tally(event_count=10, found_count=9, flagged_count=10, right_count=9, bad_count=10, row_count=900),
    )
    alarm = AlarmScore(
        control="mornings",
        is_hard=False,
        day_count=100,
        doubtful_count=2,
        unusable_count=0,
        checks=(),
        row_count=30_000,
        flagged_row_count=45,
    )
    return QualityReport(
        seed=1, is_quick=True, generator_version=1, faults=(score,), alarms=(alarm,), rmssd=(), cpu_s=0.1
    )


def test_the_report_says_that_it_is_simulated_in_both_forms() -> None:
    made = report()

    assert json.loads(json.dumps(made.as_json()))["is_simulated"] is True
    assert made.as_markdown().startswith("Simulated:")
    assert "| 30000 | 1.50 |" in made.as_markdown()
    assert "| missed_beat | 2 | 3 | 10 | 0.90 | 0.60-0.98 | 0.90 |  | 0 of 0 |" in made.as_markdown()


def test_a_bench_of_checks_that_find_nothing_finds_nothing_and_alarms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality_bench, "QUICK_COUNTS", dict.fromkeys(quality_bench.QUICK_COUNTS, 1))
    monkeypatch.setattr(quality_bench, "QUICK_CONTROL_COUNT", 6)

    def blind(tables: Tables) -> Tables:
        made = {name: empty(name) for name in ("flags", "facts", "check_outcomes", "verdicts")}
        clean = pl.concat([_observations(tables, kind) for kind in SUBJECTS])
        return {**tables, **made, "observations": clean}

    found = bench_quality(quick=True, seed=7, judge=blind)

    assert {score.tally.recall for score in found.faults} == {0.0}
    assert sum(score.flagged_row_count for score in found.alarms) == 0
    assert min(score.row_count for score in found.alarms) > 0
    assert sum(score.unusable_count + score.doubtful_count for score in found.alarms) == 0
    assert all(score.withheld_count == score.subject_count for score in found.rmssd)
    assert {score.fault for score in found.faults} == set(FAULTS)
    assert {score.accused_count for score in found.faults} == {0}
    assert all(
        score.clean_count > 1 and score.judged_cpu_s >= 0 and score.judged_row_count > 0 for score in found.faults
    )


def test_clean_subjects_that_a_fault_s_own_checks_flag_are_accused() -> None:
    one = report().faults[0]

    counted = quality_bench._with_accused(one, [frozenset({"rr_missed", "other"}), frozenset({"other"}), frozenset()])

    assert (counted.clean_count, counted.accused_count) == (3, 1)
    assert counted.as_json()["accused_interval"] is not None


def test_precision_is_resampled_over_subjects_and_not_known_where_nothing_is_flagged() -> None:
    right, half = Tally(flagged_count=10, right_count=10), Tally(flagged_count=10, right_count=5)

    low, high = quality_bench._precision_interval([right, half] * 10, seed=1) or (0.0, 0.0)

    assert 0.6 < low < 0.75 < high < 0.9
    assert quality_bench._precision_interval([right] * 5, seed=1) == (1.0, 1.0)
    assert quality_bench._precision_interval([Tally()], seed=1) is None


SUBJECTS = {
    "activity": ("activities", "activity_id", "local_date"),
    "beat_series": ("beat_series", "series_id", "local_date"),
    "night": ("nights", "night_id", "night_date"),
    "daily_value": ("daily_values", "metric", "value_date"),
}


def _observations(tables: Tables, kind: str) -> pl.DataFrame:
    table, key, day = SUBJECTS[kind]
    rows = tables[table].select("athlete_id", pl.col(key).alias("subject_id"), pl.col(day).alias("observed_date"))
    return conform(rows.with_columns(subject_kind=pl.lit(kind), grade=pl.lit("ok")), "observations")
