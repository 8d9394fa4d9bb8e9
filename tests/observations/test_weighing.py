"""A value travels with its expected error, or it is withheld with a reason."""

from datetime import date

import polars as pl
import pytest

from pipelines import tables
from pipelines.observations.metrics import CANDIDATE
from pipelines.observations.weighing import weighed


def _candidate(metric="mean_pace", value=300.0):
    row = {
        "athlete_id": 1,
        "subject_kind": "activity",
        "subject_id": "f:0",
        "observed_date": date(2026, 3, 1),
        "metric": metric,
        "method": "m",
        "reading": "activity",
        "device_id": "",
        "firmware": "",
        "observed_value": value,
        "evidence": "{}",
    }
    return pl.DataFrame([row], schema=CANDIDATE)


def _verdict(purpose="mean_pace", *, error=0.01, verdict="usable", grade="ok", unit="fraction", reasons=()):
    row = {
        "athlete_id": 1,
        "subject_kind": "activity",
        "subject_id": "f:0",
        "subject_date": date(2026, 3, 1),
        "purpose": purpose,
        "verdict": verdict,
        "expected_error": error,
        "error_limit": 0.015,
        "unit": unit,
        "reasons": list(reasons),
        "reason_shares": [1.0] * len(reasons),
        "grade": grade,
        "limits_version": "1",
    }
    known = {name: kind for name, kind in tables.contract("verdicts").items() if name in row}
    return tables.conform(pl.DataFrame([row], schema=known), "verdicts")


def _weighed(candidate, verdict):
    return weighed(candidate, verdicts=verdict, flags=tables.empty("flags")).to_dicts()


def test_an_error_that_is_a_fraction_becomes_the_values_own_unit():
    found = _weighed(_candidate(), _verdict())[0]

    assert found["expected_error"] == pytest.approx(3.0)
    assert found["unit"] == "s_per_km"


def test_an_error_of_a_fraction_stays_one():
    found = _weighed(_candidate("decoupling", 0.05), _verdict("decoupling", error=0.01))[0]

    assert found["expected_error"] == 0.01


@pytest.mark.parametrize(
    ("metric", "purpose", "value", "error", "reason"),
    [
        ("decoupling", "decoupling", None, 0.01, "no_steady_block"),
        ("mean_heart_rate", "load", None, 2.0, "nothing_to_measure"),
        ("mean_heart_rate", "load", 140.0, None, "error_not_known"),
    ],
)
def test_a_value_without_an_error_is_withheld_with_the_reason(metric, purpose, value, error, reason):
    found = _weighed(_candidate(metric, value), _verdict(purpose, error=error))[0]

    assert found["observed_value"] is None
    assert found["expected_error"] is None
    assert found["verdict"] == "not_assessable"
    assert found["grade"] == "doubtful"
    assert [one["check_name"] for one in found["reasons"]] == [reason]


def test_a_hard_violation_stays_unusable_when_nothing_is_left_to_show():
    verdict = _verdict("load", error=None, verdict="not_usable", grade="unusable", unit="bpm", reasons=["hr_dropout"])

    found = _weighed(_candidate("mean_heart_rate", None), verdict)[0]

    assert (found["grade"], found["verdict"]) == ("unusable", "not_usable")
    assert [one["check_name"] for one in found["reasons"]] == ["hr_dropout"]


def test_a_value_whose_purpose_was_not_judged_is_no_observation():
    assert _weighed(_candidate(), _verdict("distance")) == []


def test_the_same_thing_keeps_its_name_and_another_method_has_another():
    first = _weighed(_candidate(), _verdict())[0]["observation_id"]
    again = _weighed(_candidate(value=310.0), _verdict())[0]["observation_id"]
    other = _weighed(_candidate().with_columns(method=pl.lit("n")), _verdict())[0]["observation_id"]

    assert first == again
    assert first != other
