"""The conformal factor: its rank, whose subjects it is from, and that it brings a wrong promise to what it says."""

import math
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from pipelines.errors import ConfigurationError
from pipelines.proofs import calibration_mixture
from pipelines.proofs.calibration import EDGES, FEWEST, Made, calibrated, factor_of, held_out_coverage, within
from pipelines.proofs.calibration_mixture import MIXTURE, Part, groups, signal_of
from pipelines.proofs.calibration_subjects import COLUMNS, MEASURES, subjects
from pipelines.proofs.calibration_table import COMPARED, as_text, compared, write
from pipelines.quality.conformal import NOT_CALIBRATED, strata_in, uncalibrated
from pipelines.quality.limits import LIMITS
from pipelines.simulation.faults.catalogue import faults

MADE = Made(seed=1, generator_version=2, made_on=date(2026, 1, 1))
SMALL = (Part(name="runs", table="records", fault_count=0, clean_count=4, at_once=4),)


def _rows(count, *, purpose="distance", source="open", share=0.0, error=None, expected=1.0):
    errors = np.linspace(0.01, 2.0, count) if error is None else np.broadcast_to(error, count)
    return pl.DataFrame(
        {
            "part": "runs",
            "fault": "none",
            "severity": 0,
            "purpose": purpose,
            "source": source,
            "flagged_share": share,
            "uncalibrated_error": np.broadcast_to(expected, count),
            "conformal_factor": 1.0,
            "error_limit": 1.0,
            "error": errors,
            "weight": 1.0,
            "half": np.arange(count) % 2,
        }
    ).select(COLUMNS)


def _of(strata, purpose, source):
    return [one for one in strata if (one.purpose, one.source) == (purpose, source)]


@pytest.mark.parametrize(
    ("ratios", "factor"),
    [
        pytest.param([1.0, 2.0, 3.0], None, id="three never suffice"),
        pytest.param([1.0, 2.0, 3.0, 4.0], 4.0, id="four: the largest"),
        pytest.param([5.0, 1.0, 3.0, 2.0, 4.0], 5.0, id="five: rank 4.8 is the fifth"),
        pytest.param(np.arange(1.0, 10.0), 8.0, id="nine: rank 8 exactly"),
        pytest.param(np.arange(1.0, 15.0), 12.0, id="fourteen: rank 12 exactly, without the rounding of 0.8"),
        pytest.param(np.arange(1.0, 100.0), 80.0, id="ninety-nine: the eightieth"),
        pytest.param([1.0] * 7 + [2.0] * 2, 2.0, id="ties above"),
        pytest.param([1.0] * 8 + [2.0], 1.0, id="ties below"),
        pytest.param([0.1234] * 9, 0.124, id="rounded up to a thousandth"),
        pytest.param([0.0] * 9, 0.001, id="never nought"),
    ],
)
def test_the_factor_is_the_ratio_of_that_rank(ratios, factor):
    assert factor_of(np.asarray(ratios)) == factor


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("times", [0.4, 2.5])
def test_a_stratum_whose_promise_is_wrong_is_brought_to_80_percent(seed, times):
    rng = np.random.default_rng(seed)
    known, unseen = np.abs(rng.normal(0.0, times, 2000)), np.abs(rng.normal(0.0, times, 2000))

    table = calibrated(_rows(2000, error=known, expected=1.2816), MADE)
    factor = _of(table, "distance", "open")[0].factor
    share = np.mean(unseen <= 1.2816 * factor)

    assert factor == pytest.approx(times, rel=0.1)
    assert share == pytest.approx(0.8, abs=3 * math.sqrt(2 * 0.8 * 0.2 / 2000))


def test_coverage_is_of_the_half_that_the_factor_is_not_from():
    rows = pl.DataFrame({"ratio": [1.0, 9.0] * 50, "weight": 1.0, "half": [0, 1] * 50})

    assert held_out_coverage(rows) == 0.5
    assert held_out_coverage(rows.head(7)) is None


def test_parts_of_a_subject_count_as_parts():
    ratios = np.arange(1.0, 37.0)

    assert factor_of(ratios, np.full(36, 0.25)) == 32.0  # nine subjects: rank 8, reached by the 32nd quarter
    assert factor_of(ratios[:12], np.full(12, 0.25)) is None


def test_a_stratum_of_a_hundred_stands_for_itself_and_one_less_takes_that_of_its_source():
    enough, few = int(FEWEST.number), int(FEWEST.number) - 1
    clean = _rows(300, error=1.0)

    own = _of(calibrated(pl.concat([clean, _rows(enough, share=0.2, error=3.0)]), MADE), "distance", "open")
    lent = _of(calibrated(pl.concat([clean, _rows(few, share=0.2, error=3.0)]), MADE), "distance", "open")

    assert next((x.basis, x.factor, x.subject_count) for x in own if x.flagged_from == 0.1) == ("stratum", 3.0, enough)
    assert next((x.basis, x.factor, x.subject_count) for x in lent if x.flagged_from <= 0.1 < x.flagged_to) == (
        "source",
        3.0,  # rank 320 of 399
        300 + few,
    )


def test_a_source_of_too_few_takes_that_of_its_purpose_and_a_purpose_of_too_few_is_not_calibrated():
    table = calibrated(pl.concat([_rows(300, error=2.0), _rows(99, purpose="load", source="strap")]), MADE)

    assert [(one.basis, one.factor, one.subject_count) for one in _of(table, "distance", "trail")] == [
        ("purpose", 2.0, 300)
    ]
    assert {(one.basis, one.factor, one.subject_count) for one in _of(table, "load", "strap")} == {
        (NOT_CALIBRATED, 1.0, 0)
    }


def test_a_vendors_value_is_not_calibrated_by_the_beats_of_the_same_purpose():
    table = calibrated(_rows(500, purpose="hrv_day", source="morning", error=2.0), MADE)

    assert _of(table, "hrv_day", "night")[0].basis == "purpose"
    assert [(one.basis, one.factor) for one in _of(table, "hrv_day", "oura")] == [(NOT_CALIBRATED, 1.0)]


def test_strata_lie_end_to_end_and_hold_every_share():
    shares = pl.DataFrame({"flagged_share": [0.0, 0.0049, 0.005, 0.02, 0.05, 0.1, 0.3, 0.999, 1.0]})

    held = [shares.filter(within(start, end)).height for start, end in pairwise(EDGES)]

    assert held == [2, 1, 1, 1, 1, 3]


def test_a_table_reads_as_it_was_written(tmp_path):
    table = calibrated(_rows(500, share=0.01), MADE)

    write(table, tmp_path / "factors.csv")

    assert strata_in((tmp_path / "factors.csv").read_text(encoding="utf-8")) == table
    assert as_text(table) == as_text(calibrated(_rows(500, share=0.01), MADE))
    assert [path.name for path in tmp_path.iterdir()] == ["factors.csv"]


def test_a_table_that_cannot_be_written_says_what_to_do(tmp_path):
    with pytest.raises(ConfigurationError, match="--into"):
        write(uncalibrated(), tmp_path / "nowhere" / "factors.csv")


def test_the_comparison_tells_coverage_and_expected_error_before_and_after():
    rows = _rows(500)
    after = calibrated(rows, MADE)

    told = [
        dict(zip(COMPARED[:7], row[:7], strict=True)) | {"coverage": row[7:9]}
        for row in compared(rows, uncalibrated(), after)
    ]

    assert [(one["purpose"], one["n"], one["factor before"], one["coverage"]) for one in told] == [
        ("distance", 500, 1.0, ("0.498", "0.802"))
    ]


def test_every_fault_with_a_truth_is_in_the_mixture_or_is_the_surprise_and_none_is_both():
    usual, surprise = ({one.fault for one in groups(quick=True, surprise=kept_out)} for kept_out in (False, True))
    told = {fault.name for fault in faults() if fault.table in {"beats", "records"} and not fault.history_count}

    assert surprise == {name for names in calibration_mixture.SURPRISE.values() for name in names}
    assert usual - {"none"} == told - surprise - set(calibration_mixture.NO_TRUTH)
    assert {signal_of(name) for name in surprise} == set(calibration_mixture.SURPRISE)
    assert {signal_of(name) for name in usual} == {None}


def test_each_group_has_chance_of_its_own():
    every = [*groups(quick=False, surprise=False), *groups(quick=False, surprise=True)]
    keys = [(one.salt, wish.severity, wish.number) for one in every for wish in one.wishes]

    assert len(set(keys)) == len(keys)
    assert {one.part for one in every} == {part.name for part in MIXTURE}


def test_the_purposes_with_a_truth_have_limits_for_the_sources_they_are_known_of():
    pairs = {(limit.purpose, limit.source) for limit in LIMITS}

    assert {(one.purpose, source) for one in MEASURES for source in one.sources} <= pairs


def test_the_same_seed_gives_the_same_subjects_and_clean_ones_are_about_as_wrong_as_their_sensor():
    first, again, other = (
        subjects(groups(quick=False, surprise=False, mixture=SMALL), seed=seed, label="") for seed in (1, 1, 2)
    )

    assert first.equals(again)
    assert not first.equals(other)
    assert set(first["purpose"]) == {"distance", "mean_pace", "load", "hr_zones"}
    assert first["error"].max() < 5 * first.sort("error")["uncalibrated_error"][-1]


def test_what_is_withheld_for_a_hard_violation_is_no_subject():
    spoiled = next(fault for fault in faults() if fault.name == "distance_unit")
    few = (Part(name="runs", table="records", fault_count=1, clean_count=0, at_once=10),)
    chosen = [one for one in groups(quick=False, surprise=False, mixture=few) if one.fault == spoiled.name]

    found = subjects(chosen, seed=1, label="")

    assert "distance" not in set(found["purpose"])
    assert "load" in set(found["purpose"])
