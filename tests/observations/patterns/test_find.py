from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from pipelines import tables as contracts
from pipelines.observations.baseline import baselines
from pipelines.observations.patterns.catalogue import every_pattern
from pipelines.observations.patterns.find import EARLIER_DAYS, TOO_LITTLE, find_patterns, patterns_of
from pipelines.observations.patterns.history import history

TODAY = date(2026, 3, 31)
NAMES = ("athletes", "observations", "activities", "notes", "wellness_answers", "merged_activities")
UNITS = {
    "sleep_duration": "s",
    "mean_pace": "s_per_km",
    "mean_heart_rate": "bpm",
    "moving_time": "s",
    "decoupling": "fraction",
}


def observation(subject_id, on, metric, value, **other):
    row = {
        "observation_id": f"{subject_id}-{metric}",
        "athlete_id": 1,
        "subject_kind": "night" if metric == "sleep_duration" else "activity",
        "subject_id": subject_id,
        "observed_date": on,
        "metric": metric,
        "method": "m",
        "reading": "r",
        "device_id": "watch",
        "purpose": "p",
        "observed_value": value,
        "unit": UNITS[metric],
        "expected_error": 1200.0 if metric == "sleep_duration" else 1.0,
        "grade": "ok",
        "verdict": "usable",
        "reasons": [],
        "remedy": "",
        "evidence": "{}",
        "definition_version": 1,
    }
    return row | other


def made(**rows):
    found = {name: contracts.empty(name) for name in NAMES}
    for name, some in rows.items():
        if some:
            frame = pl.DataFrame(some, infer_schema_length=None)
            found[name] = contracts.conform(frame, name)
    return found


def nights(hours_of):
    """Tables with a night on each of the last hundred dates; `hours_of` days back gives hours."""
    rows = [
        observation(f"n{back}", TODAY - timedelta(days=back), "sleep_duration", 3600.0 * hours_of(back))
        for back in reversed(range(100))
    ]
    return made(athletes=[{"athlete_id": 1, "birth_year": 1990}], observations=rows)


def found(tables):
    rows = find_patterns(tables, baselines(tables["observations"].with_columns(firmware=pl.lit(""))))
    assert rows.schema == contracts.contract("patterns")
    return rows.filter(pl.col("pattern") == "sleep_shortfall").to_dicts()


def test_dates_that_hold_are_one_pattern_with_the_days_before_it_that_did_not():
    (row,) = found(nights(lambda back: 5.0 if back < 10 else 8.0))

    assert row["end_date"] == TODAY
    assert row["start_date"] == TODAY - timedelta(days=7)  # the third short night
    assert (row["earlier_held_count"], row["earlier_day_count"]) == (0, EARLIER_DAYS)
    assert (row["grade"], row["is_good_news"], row["usual_value"]) == ("ok", False, None)
    assert row["evidence_sd"] > 2.0


def test_an_older_one_stands_by_itself_and_is_counted_as_earlier():
    rows = found(nights(lambda back: 5.0 if back < 10 or 30 <= back < 37 else 8.0))

    assert len(rows) == 2
    assert rows[-1]["earlier_held_count"] == (rows[0]["end_date"] - rows[0]["start_date"]).days + 1


def test_what_always_was_so_is_usual():
    assert found(nights(lambda _: 5.0)) == []


def test_a_doubt_lowers_the_grade_and_a_remark_does_not():
    tables = nights(lambda back: 5.0 if back < 10 else 8.0)
    note = {"athlete_id": 1, "source_file_id": "f", "note_index": 0, "note_date": TODAY, "author": "a", "kind": "ill"}
    noted = {**tables, "notes": contracts.conform(pl.DataFrame([{**note, "note": ""}]), "notes")}

    (row,) = found(noted)

    assert row["grade"] == "doubtful"
    assert "kind ill" in row["doubts"][0]


def test_the_same_tables_give_the_same_rows():
    tables = nights(lambda back: 5.0 if back < 10 else 8.0)

    assert found(tables) == found(tables)


@pytest.mark.parametrize("other", [{"verdict": "not_usable"}, {"observed_value": None}])
def test_what_is_not_usable_makes_no_pattern(other):
    tables = nights(lambda back: 5.0 if back < 10 else 8.0)
    rows = [row | other for row in tables["observations"].to_dicts()]
    spoilt = {**tables, "observations": contracts.conform(pl.DataFrame(rows, infer_schema_length=None), "observations")}

    assert found(spoilt) == []


def test_an_athlete_without_values_has_no_pattern():
    assert find_patterns(made(athletes=[{"athlete_id": 1}]), contracts.empty("baselines")).is_empty()


def activity(name, **other):
    at = datetime(2026, 3, 1, tzinfo=UTC)
    row = {"activity_id": name, "athlete_id": 1, "source_file_id": "f", "start_at_utc": at, "end_at_utc": at}
    row |= {"time_basis": "utc", "local_date": TODAY, "sport": "running", "heart_rate_source": "strap"}
    return row | {"record_count": 1, "ascent_m": 50.0, "distance_m": 10_000.0} | other


def ran(name, pace, rate):
    return [
        observation(name, TODAY, "mean_pace", pace),
        observation(name, TODAY, "mean_heart_rate", rate),
        observation(name, TODAY, "moving_time", 3000.0),
        observation(name, TODAY, "decoupling", None, verdict="not_assessable", evidence='{"steady_s": 2000.0}'),
    ]


def test_a_run_has_pace_heart_rate_and_its_steady_block():
    tables = made(athletes=[{"athlete_id": 1}], observations=ran("a", 300.0, 140.0), activities=[activity("a")])

    (run,) = history(tables, contracts.empty("baselines")).runs

    assert (run.pace_s_per_km, run.heart_rate_bpm, run.steady_s) == (300.0, 140.0, 2000.0)
    assert run.ascent_m_per_km == 5.0


@pytest.mark.parametrize(("metric", "is_doubtful"), [("mean_heart_rate", True), ("mean_pace", False)])
def test_a_run_is_doubtful_where_its_heart_rate_is(metric, is_doubtful):
    rows = [row | ({"grade": "doubtful"} if row["metric"] == metric else {}) for row in ran("a", 300.0, 140.0)]
    tables = made(athletes=[{"athlete_id": 1}], observations=rows, activities=[activity("a")])

    (run,) = history(tables, contracts.empty("baselines")).runs

    assert run.is_doubtful is is_doubtful


def test_of_two_recordings_of_one_run_each_value_comes_from_the_chosen_one():
    merge = {"athlete_id": 1, "merge_id": "m", "reason": "", "definition_version": 1, "is_main": False}
    merged = [
        merge
        | {"activity_id": name, "is_chosen_for_decoupling": False}
        | {"is_chosen_for_movement": name == "a", "is_chosen_for_heart_rate": name == "b"}
        for name in "ab"
    ]
    tables = made(
        athletes=[{"athlete_id": 1}],
        observations=[*ran("a", 300.0, 140.0), *ran("b", 310.0, 150.0)],
        activities=[activity("a"), activity("b")],
        merged_activities=merged,
    )

    known = history(tables, contracts.empty("baselines"))

    assert [(run.pace_s_per_km, run.heart_rate_bpm) for run in known.runs] == [(300.0, 150.0)]
    assert [len(values) for values in known.series["mean_pace"].values()] == [1]


@pytest.mark.parametrize(("is_higher_better", "mark"), [(True, 0.75), (False, 0.25), (None, None)])
def test_answers_count_from_the_bad_to_the_good_end(is_higher_better, mark):
    row = {
        "athlete_id": 1,
        "source_file_id": "f",
        "answer_index": 0,
        "about_date": TODAY,
        "instrument": "x",
        "item": "y",
    }
    answer = {**row, "answer_value": 4.0, "scale_min": 1.0, "scale_max": 5.0, "is_higher_better": is_higher_better}

    known = history(made(athletes=[{"athlete_id": 1}], wellness_answers=[answer]), contracts.empty("baselines"))

    assert known.answers == (() if mark is None else ((TODAY, mark),))


def test_a_rule_that_claims_nothing_says_why_not():
    tables = nights(lambda _: 8.0)

    ranges = baselines(tables["observations"].with_columns(firmware=pl.lit("")))
    rows = patterns_of(history(tables, ranges), 1)["untried_patterns"]

    assert rows.schema == contracts.contract("untried_patterns")
    why = dict(rows.select("pattern", "why_not").iter_rows())
    tried = {"sleep_shortfall", "trend_sleep_duration", "shift_sleep_duration"}
    assert set(why) == {pattern.name for pattern in every_pattern()} - tried
    assert why["pacing_drift"] == "steady runs: 0 in 21 days, 0 in the 56 before; 3 and 4 needed"
    assert why["trend_ln_rmssd"] == TOO_LITTLE
    assert set(rows["untried_date"]) == {TODAY}


def test_a_device_that_reads_a_third_lower_makes_no_concern_by_any_rule(known, ordinary, run, day):
    switch = 30
    values = []
    for metric, off in (("ln_rmssd", -4.3), ("resting_heart_rate", 4.0), ("sleep_duration", -3.0)):
        values += [one for one in ordinary(metric, days=150, device="old") if (TODAY - one.on).days > switch]
        values += ordinary(metric, days=switch + 1, off=off, shifts=range(150), device="new")
    runs = [
        run(n, 140.0 + n % 3 + (9.0 if n <= switch else 0.0), sensor="new" if n <= switch else "old")
        for n in range(0, 150, 2)
    ]
    history = known(values, runs=runs, answers=dict.fromkeys(range(150), 0.7), changes=(day(switch),))
    dates = [TODAY - timedelta(days=n) for n in range(switch + 10)]

    held = {
        pattern.name
        for pattern in every_pattern()
        for on in dates
        if (tried := pattern.judge(history, on)) is not None and tried.held is not None
    }
    tried_at_all = {pattern.name for pattern in every_pattern() if pattern.judge(history, dates[-1]) is not None}

    assert held == set()
    assert {"fatigue_pattern", "shift_ln_rmssd", "trend_heart_rate_at_pace"} <= tried_at_all


def test_every_pattern_is_named_once():
    names = [pattern.name for pattern in every_pattern()]

    assert len(set(names)) == len(names) == 16


@pytest.mark.parametrize(("reading", "count"), [("night", 100), ("spot", 0)])
def test_spot_readings_are_in_no_series_that_a_pattern_looks_at(reading, count):
    tables = nights(lambda _: 8.0)
    told = tables["observations"].with_columns(reading=pl.lit(reading))

    seen = history({**tables, "observations": told}, baselines(told.with_columns(firmware=pl.lit(""))))

    assert len(seen.values("sleep_duration")) == count
