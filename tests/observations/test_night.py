"""Night and morning values keep their identity and invent nothing."""

import json
import math
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines import tables
from pipelines.observations import night
from pipelines.readers.catalogue import readers, stored_only

START = datetime(2026, 3, 1, 5, 30, tzinfo=UTC)


def _series(**changes):
    row = {
        "series_id": "f:b0",
        "athlete_id": 1,
        "source_file_id": "f",
        "start_at_utc": START,
        "end_at_utc": START + timedelta(minutes=5),
        "time_basis": "local_naive",
        "local_date": date(2026, 3, 1),
        "reading": "morning",
        "device_id": "strap",
        "interval_count": 300,
    } | changes
    return tables.conform(pl.DataFrame([row]), "beat_series")


def _facts(**named):
    rows = [
        {"athlete_id": 1, "subject_kind": "beat_series", "subject_id": "f:b0", "fact": k, "fact_value": v, "unit": "x"}
        for k, v in named.items()
    ]
    return tables.conform(pl.DataFrame(rows), "facts") if rows else tables.empty("facts")


def _stated(value, **changes):
    row = {
        "athlete_id": 1,
        "source_file_id": "f",
        "value_date": date(2026, 3, 1),
        "metric": "rmssd",
        "method": "garmin_last_night_average",
        "reading": "night",
        "device_id": "watch",
        "measured_at_utc": START,
        "measured_value": value,
        "unit": "ms",
    } | changes
    return tables.conform(pl.DataFrame([row]), "daily_values")


def test_a_morning_carries_the_fact_the_judge_left_and_its_evidence():
    found = night.rr_ln_rmssd(_series(), _facts(ln_rmssd=3.9, pair_count=280.0)).row(0, named=True)

    assert found["observed_value"] == 3.9
    assert found["method"] == "rr_pair_masked"
    assert json.loads(found["evidence"])["pair_count"] == 280.0


def test_a_night_is_a_method_of_its_own():
    found = night.rr_ln_rmssd(_series(reading="night"), _facts(ln_rmssd=3.9)).row(0, named=True)

    assert found["method"] == "rr_night_epochs"


def test_beats_inside_an_activity_are_no_reading_of_a_day():
    assert night.rr_ln_rmssd(_series(reading="activity"), _facts(ln_rmssd=3.0)).height == 0


def test_a_series_without_facts_has_no_value():
    found = night.rr_ln_rmssd(_series(), _facts()).row(0, named=True)

    assert found["observed_value"] is None


def test_heart_rate_is_the_inverse_of_the_mean_interval():
    found = night.rr_heart_rate(_series(), _facts(mean_rr_ms=1200.0)).row(0, named=True)

    assert found["observed_value"] == pytest.approx(50.0)


def test_a_stated_rmssd_is_taken_to_its_logarithm_under_the_vendors_method():
    found = night.vendor_ln_rmssd(_stated(58.0)).row(0, named=True)

    assert found["observed_value"] == pytest.approx(math.log(58.0))
    assert found["method"] == "garmin_last_night_average"
    assert found["subject_id"] == "1|rmssd|garmin_last_night_average|watch|2026-03-01"


def test_sdnn_is_never_taken_for_rmssd():
    assert night.vendor_ln_rmssd(_stated(58.0, metric="sdnn")).height == 0


def test_a_stated_zero_has_no_logarithm_and_no_value():
    assert night.vendor_ln_rmssd(_stated(0.0)).row(0, named=True)["observed_value"] is None


def test_the_later_statement_of_a_day_is_the_one_kept():
    early = _stated(50.0)
    late = _stated(60.0, source_file_id="g", measured_at_utc=START + timedelta(hours=3))

    found = night.vendor_ln_rmssd(pl.concat([late, early]))

    assert found["observed_value"].to_list() == [pytest.approx(math.log(60.0))]


def test_vendor_scores_are_stored_and_never_observed():
    score = _stated(82.0, metric="sleep_score", method="vendor_score", unit="points")

    assert night.vendor_ln_rmssd(score).height == 0
    assert night.vendor_resting_heart_rate(score).height == 0


@pytest.mark.parametrize(("metric", "method"), sorted(stored_only()))
def test_what_a_reader_declares_as_stored_only_is_never_observed(metric, method):
    unit = "ms" if metric == "rmssd" else "bpm"

    told = _stated(60.0, metric=metric, method=method, unit=unit)

    assert night.vendor_ln_rmssd(told).height == 0
    assert night.vendor_resting_heart_rate(told).height == 0


DECLARED = sorted(
    {(one.metric, one.method, one.reading, one.unit) for reader in readers() for one in reader.methods}
    - {
        (one.metric, one.method, one.reading, one.unit)
        for reader in readers()
        for one in reader.methods
        if one.stored_only
    }
)


@pytest.mark.parametrize(("metric", "method", "reading", "unit"), DECLARED)
def test_of_every_declared_number_only_rmssd_and_resting_heart_rate_are_observed(metric, method, reading, unit):
    told = _stated(60.0, metric=metric, method=method, reading=reading, unit=unit)

    found = pl.concat([night.vendor_ln_rmssd(told), night.vendor_resting_heart_rate(told)])

    expected = {"rmssd": ["ln_rmssd"], "resting_heart_rate": ["resting_heart_rate"]}.get(metric, [])
    assert found["metric"].to_list() == expected
    assert found["method"].to_list() == [method] * len(expected)


def test_two_vendors_of_one_night_stay_two_series():
    told = pl.concat([_stated(58.0), _stated(61.0, method="oura_night_average", device_id="oura:ring:")])

    assert night.vendor_ln_rmssd(told)["method"].sort().to_list() == ["garmin_last_night_average", "oura_night_average"]


def test_a_mean_over_seven_days_is_no_value_of_a_day():
    own = {"metric": "resting_heart_rate", "unit": "bpm"}

    stated = night.vendor_resting_heart_rate(_stated(50.0, method="garmin_daily", **own))
    smoothed = night.vendor_resting_heart_rate(_stated(50.0, method="garmin_7_day_average", **own))

    assert (stated.height, smoothed.height) == (1, 0)


def _night(night_id="f:n0", **changes):
    row = {
        "night_id": night_id,
        "athlete_id": 1,
        "source_file_id": night_id[0],
        "night_date": date(2026, 3, 1),
        "start_at_utc": START - timedelta(hours=8),
        "end_at_utc": START,
        "time_basis": "utc",
        "device_id": "oura:ring:",
        "sleep_duration_s": 25_200.0,
    } | changes
    return tables.conform(pl.DataFrame([row]), "nights")


def test_a_night_that_two_exports_state_is_observed_once():
    found = night.sleep_duration(pl.concat([_night("g:n0"), _night("f:n3")]))

    assert found["subject_id"].to_list() == ["g:n0"]


def test_the_longest_period_of_a_date_is_its_night_on_each_device():
    short = _night("f:n1", sleep_duration_s=9000.0)
    other = _night("h:n0", device_id="whoop:strap:", sleep_duration_s=24_000.0)

    found = night.sleep_duration(pl.concat([short, _night(), other])).sort("device_id")

    assert found["observed_value"].to_list() == [25_200.0, 24_000.0]


@pytest.mark.parametrize(("is_nap", "count"), [(True, 0), (False, 1), (None, 1)])
def test_a_nap_is_no_night(is_nap, count):
    assert night.sleep_duration(_night(is_nap=is_nap)).height == count


def test_a_period_without_a_duration_does_not_hide_one_that_has_it():
    found = night.sleep_duration(pl.concat([_night("z:n9", sleep_duration_s=None), _night()]))

    assert found["observed_value"].to_list() == [25_200.0]


@pytest.mark.parametrize(("reading", "count"), [("morning", 1), ("night", 1), ("spot", 0), ("activity", 0)])
def test_a_resting_heart_rate_is_that_of_a_night_or_a_morning(reading, count):
    found = night.rr_heart_rate(_series(reading=reading), _facts(mean_rr_ms=1000.0))

    assert found.height == count
