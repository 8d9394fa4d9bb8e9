"""A published value that changes says so, with its cause; nothing else does."""

from datetime import date

import polars as pl
import pytest

from pipelines import tables
from pipelines.observations.restatement import restated


def _observation(value, *, version=1, key="0123456789ab"):
    row = {
        "observation_id": key,
        "athlete_id": 1,
        "observed_date": date(2026, 3, 1),
        "observed_value": value,
        "unit": "ln_ms",
        "definition_version": version,
    }
    return tables.conform(pl.DataFrame([row], schema_overrides={"observed_value": pl.Float64}), "observations")


def _restated(old, fresh, *, published=None, cause="late_file"):
    return restated(old, fresh, published=published or tables.empty("restatements"), cause=cause).to_dicts()


def test_a_value_that_changed_is_restated_with_the_cause_given():
    found = _restated(_observation(4.0), _observation(4.2))

    assert [(row["old_value"], row["new_value"], row["cause"]) for row in found] == [(4.0, 4.2, "late_file")]


def test_a_new_definition_is_the_cause_whatever_else_happened():
    assert _restated(_observation(4.0), _observation(4.2, version=2))[0]["cause"] == "definition_changed"


@pytest.mark.parametrize(("old", "new"), [(4.0, None), (None, 4.0)])
def test_withholding_a_value_and_giving_it_back_are_restatements(old, new):
    assert len(_restated(_observation(old), _observation(new))) == 1


@pytest.mark.parametrize("value", [4.0, None])
def test_the_same_value_is_no_restatement(value):
    assert _restated(_observation(value), _observation(value)) == []


def test_a_new_observation_is_no_restatement():
    assert _restated(tables.empty("observations"), _observation(4.0)) == []


def test_a_second_restatement_is_counted_on():
    first = restated(_observation(4.0), _observation(4.2), published=tables.empty("restatements"), cause="late_file")

    second = restated(_observation(4.2), _observation(4.3), published=first, cause="late_file")

    assert second["restatement_index"].to_list() == [1]


def test_a_value_that_a_merge_takes_away_is_restated_as_withheld():
    old = _observation(4.0)

    found = restated(old, old.clear(), published=tables.empty("restatements"), cause="late_file", merged=old)

    assert [(row["old_value"], row["new_value"], row["cause"]) for row in found.to_dicts()] == [
        (4.0, None, "merge_changed")
    ]


def test_a_value_that_comes_back_from_a_merge_is_restated_too():
    old = _observation(4.0)
    away = restated(old, old.clear(), published=tables.empty("restatements"), cause="late_file", merged=old)

    found = restated(old.clear(), old, published=away, cause="late_file").to_dicts()

    assert [(row["old_value"], row["new_value"], row["cause"], row["restatement_index"]) for row in found] == [
        (None, 4.0, "merge_changed", 1)
    ]


def test_a_value_withheld_before_it_was_merged_is_no_restatement():
    old = _observation(None)

    assert restated(old, old.clear(), published=tables.empty("restatements"), cause="late_file", merged=old).is_empty()


@pytest.mark.parametrize(("value", "expected"), [(4.0, ["clock_corrected"]), (None, [])])
def test_a_value_that_counts_for_another_day_is_restated(value, expected):
    moved = _observation(value).with_columns(pl.lit(date(2026, 3, 2)).alias("observed_date"))

    assert [row["cause"] for row in _restated(_observation(value), moved)] == expected
