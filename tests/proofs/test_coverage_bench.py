"""The bench of expected errors: counts, targets on either side of their bounds, and chances that come true."""

import json

import numpy as np
import polars as pl
import pytest

from pipelines.proofs.calibration_mixture import Part
from pipelines.proofs.coverage_bench import (
    P_OK_TARGET,
    CoverageReport,
    Reliability,
    bench_coverage,
    chance_within,
    coverage_by_stratum,
    coverage_of_surprise,
    reliability,
)


def _report(*, strata=(), surprise=(), bins=()):
    return CoverageReport(seed=1, strata=strata, surprise=surprise, reliability=bins, cpu_s=0.0)


def _rows(**columns):
    plain = {
        "fault": "none",
        "purpose": "load",
        "source": "strap",
        "flagged_share": 0.0,
        "expected_error": 1.0,
        "error_limit": 1.0,
        "weight": 1.0,
    }
    return pl.DataFrame({**columns, **{name: value for name, value in plain.items() if name not in columns}})


def test_strata_count_errors_that_are_within_and_tell_how_large_these_are_said():
    rows = _rows(
        error=[0.5, 1.0, 1.1, 0.9], flagged_share=[0.0, 0.001, 0.004, 0.01], expected_error=[1.0, 1.0, 1.0, 2.0]
    )

    found = coverage_by_stratum(rows)

    assert [(one.flagged, one.subject_count, one.covered_count, one.mean_expected_error) for one in found] == [
        ("0-0.5 %", 3, 2, 1.0),
        ("0.5-2 %", 1, 1, 2.0),
    ]


def test_a_fault_of_beats_is_no_surprise_to_heart_rate_of_a_run():
    rows = _rows(
        error=[0.5] * 4,
        fault=["burst", "burst", "zigzag", "dry_strap_start"],
        purpose=["hrv_day", "distance", "distance", "load"],
        source=["morning", "open", "open", "strap"],
    )

    found = coverage_of_surprise(rows)

    assert [(one.purpose, one.subject_count) for one in found] == [("distance", 1), ("hrv_day", 1), ("load", 1)]


def test_four_in_five_are_within_a_limit_that_is_the_expected_error():
    assert chance_within(1.0, 1.0) == pytest.approx(0.8, abs=1e-4)
    assert chance_within(2.0, 1.0) == pytest.approx(0.98965, abs=1e-4)
    assert chance_within(0.001, 1.0) < 0.01


@pytest.mark.parametrize(("times", "is_off"), [(1.0, False), (2.0, True)])
def test_chances_come_true_when_errors_are_as_large_as_expected_and_not_when_twice(times, is_off):
    rng = np.random.default_rng(3)
    expected = rng.uniform(0.3, 6.0, 20_000)
    rows = _rows(error=np.abs(rng.normal(0.0, times * expected / 1.2816)), expected_error=expected)

    bins = reliability(rows)
    report = _report(bins=bins)

    assert sum(one.subject_count for one in bins) == 20_000
    assert len(bins) > 5
    assert (report.calibration_error >= P_OK_TARGET) is is_off


def test_the_calibration_error_weighs_bins_by_their_subjects():
    bins = (
        Reliability(start=0.1, subject_count=100, said=0.15, came_true=0.25),
        Reliability(start=0.9, subject_count=300, said=0.95, came_true=0.95),
    )

    assert _report(bins=bins).calibration_error == pytest.approx(0.025)


def test_a_small_bench_reports_every_purpose_it_knows_a_truth_of():
    few = (
        Part(name="mornings", table="beats", fault_count=1, clean_count=5, at_once=100),
        Part(name="runs", table="records", fault_count=1, clean_count=6, at_once=60),
    )

    report = bench_coverage(quick=False, seed=4, mixture=few)

    purposes = {"hrv_day", "hrv_baseline", "resting_hr", "distance", "mean_pace", "load", "hr_zones"}
    assert {one.purpose for one in report.strata} == purposes
    assert {one.purpose for one in report.surprise} == purposes
    assert json.loads(json.dumps(report.as_json()))["p_ok"]["bins"]
    assert sum(line.startswith("| ---") for line in report.as_markdown().splitlines()) == 3
