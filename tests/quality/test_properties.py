"""What must hold for any data: time does not matter, company does not matter, nothing is never a pass."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.quality.catalogue import checks

FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _messy_beats(make, seed, name="s"):
    rng = np.random.default_rng(seed)
    rr = make.breathing(int(rng.integers(80, 260)), seed=seed, rmssd_ms=float(rng.uniform(15, 120)))
    for row in rng.integers(0, len(rr), 6):
        rr[row] *= rng.uniform(0.4, 2.2)
    start = np.concatenate([[0.0], np.cumsum(rr)[:-1]]) / 1000
    start[int(rng.integers(20, len(rr))) :] += 6.0
    return make.beats(rr, start_s=start, name=name)


def _messy_run(make, seed, **kwargs):
    rng = np.random.default_rng(seed)
    count = 240
    speed = 3 + 0.3 * rng.standard_normal(count)
    speed[rng.integers(0, count, 3)] = rng.uniform(0, 20, 3)
    bpm = [None if rng.random() < 0.1 else int(x) for x in 140 + 5 * rng.standard_normal(count)]
    return make.run(count, speed_m_per_s=speed, heart_rate_bpm=bpm, **kwargs)


def _told(judged, subject_id):
    keys = ["check_name", "segment_index"]
    flags = judged["flags"].filter(subject_id=subject_id).sort(keys).drop("subject_id", "athlete_id")
    facts = judged["facts"].filter(subject_id=subject_id).sort("fact").select("fact", pl.col("fact_value").round(9))
    outcomes = judged["check_outcomes"].filter(subject_id=subject_id).sort("check_name").select("check_name", "outcome")
    return flags.rows(), facts.rows(), outcomes.rows()


@FEW
@given(seed=st.integers(0, 10_000), neighbour=st.integers(0, 10_000))
def test_a_series_is_judged_the_same_alone_and_in_company(make, ask, seed, neighbour):
    own = _messy_beats(make, seed, name="s")

    alone = _told(ask.judged(own), "s")
    for other in ("a", "z"):
        together = _told(ask.judged(make.joined(own, _messy_beats(make, neighbour, name=other))), "s")

        assert together == alone


@FEW
@given(seed=st.integers(0, 10_000), neighbour=st.integers(0, 10_000))
def test_a_run_is_judged_the_same_alone_and_in_company(make, ask, seed, neighbour):
    own = _messy_run(make, seed, name="m")

    alone = _told(ask.judged(own), "m")
    for other in ("a", "z"):
        together = _told(ask.judged(make.joined(own, _messy_run(make, neighbour, name=other))), "m")

        assert together == alone


@FEW
@given(seed=st.integers(0, 10_000), days=st.integers(-3000, 300))
def test_a_shift_in_time_changes_no_outcome(make, ask, seed, days):
    start = datetime(2026, 3, 1, 6, tzinfo=UTC)

    here = _told(ask.judged(_messy_run(make, seed, name="m", start=start)), "m")
    there = _told(ask.judged(_messy_run(make, seed, name="m", start=start + timedelta(days=days))), "m")

    assert there == here


MEASURED = ("recorded_at_utc", "latitude_deg", "longitude_deg", "distance_m", "speed_m_per_s", "heart_rate_bpm")
NULL_KINDS = {
    "records": lambda m: m.run(60, **dict.fromkeys(MEASURED, [None] * 60)),
    "beats": lambda m: {**m.beats([800.0] * 9), "beats": m.beats([800.0] * 9)["beats"].clear()},
    "nights": lambda m: m.nights({"sleep_duration_s": None}),
    "daily_values": lambda m: m.days([50.0], metric="body_weight", unit="kg"),
}


@pytest.mark.parametrize("table", NULL_KINDS)
def test_nulls_never_pass(make, ask, table):
    outcomes = ask.judged(NULL_KINDS[table](make))["check_outcomes"]

    names = {check.name for check in checks() if check.table == table}
    assert set(outcomes["check_name"]) >= names
    assert set(outcomes.filter(pl.col("check_name").is_in(list(names)))["outcome"]) == {"not_assessable"}
    assert "" not in set(outcomes["why"])


def test_no_rows_make_no_rows(ask):
    judged = ask.judged({})

    assert all(judged[name].is_empty() for name in ("flags", "check_outcomes", "facts"))


KEPT_BY_ROUTES = ("athlete_id", "source_file_id", "activity_id", "record_index", "recorded_at_utc")
POSITION = ("latitude_deg", "longitude_deg")


@pytest.mark.parametrize("kept", [None, POSITION], ids=["everything", "positions alone"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 8])
def test_an_activity_of_a_handful_of_records_is_judged_by_every_check(make, ask, count, kept):
    tables = make.run(count, name="m")
    records = tables["records"]
    emptied = [name for name in records.columns if kept and name not in {*KEPT_BY_ROUTES, *kept}]
    few = {
        **tables,
        "records": records.with_columns(pl.lit(None, dtype=records.schema[name]).alias(name) for name in emptied),
    }

    told = ask.judged(few)["check_outcomes"].filter(subject_id="m")

    assert told["check_name"].n_unique() == told.height > len(checks()) / 3
