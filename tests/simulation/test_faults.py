from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from pipelines.quality.catalogue import checks
from pipelines.simulation.faults.catalogue import faults
from pipelines.simulation.faults.contract import SEVERITIES, TRUTH_SCHEMA, Fault

FAULTS = {fault.name: fault for fault in faults()}
VALUES = {
    "beats": ["rr_ms"],
    "records": [
        *("recorded_at_utc", "latitude_deg", "longitude_deg", "altitude_m", "distance_m", "speed_m_per_s"),
        *("heart_rate_bpm", "cadence_rpm"),
    ],
    "nights": [
        *("start_at_utc", "end_at_utc", "sleep_duration_s", "awake_s", "light_s", "deep_s", "rem_s", "unmeasured_s"),
    ],
    "daily_values": ["measured_value", "device_id"],
}
REMOVES_ROWS = {"missed_beat", "beat_gap", "record_gap", "missing_nights"}
ADDS_ROWS = {"extra_beat", "duplicate_stamps"}
REACHES_FURTHER = {
    *("altitude_step", "device_step", "standing_drift", "overlapping_nights", "late_reading", "inaccurate_positions"),
    "never_awake",
}
"""What follows the marked rows is another too: a step stays, and who stood comes by later; or a pair is marked, or all
rows are first made such as may hold the fault."""


def struck(
    fault: Fault, frames: Mapping[str, pl.DataFrame], severity: int, seed: int = 1
) -> tuple[pl.DataFrame, pl.DataFrame]:
    return fault.inject(frames[fault.table], np.random.default_rng([seed, severity]), severity)


def marked(truth: pl.DataFrame) -> list[int]:
    return truth["row_indices"].explode().sort().to_list()


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize(
    "name", sorted(set(FAULTS) - REMOVES_ROWS - ADDS_ROWS - REACHES_FURTHER - {"burst", "frozen_values"})
)
def test_truth_marks_exactly_the_changed_rows(
    clean_frames: Mapping[str, pl.DataFrame], name: str, severity: int
) -> None:
    fault = FAULTS[name]
    before = clean_frames[fault.table]

    after, truth = struck(fault, clean_frames, severity)

    other = pl.any_horizontal(before[column].ne_missing(after[column]).alias(column) for column in VALUES[fault.table])
    assert after.select(other)[after.select(other).columns[0]].arg_true().to_list() == marked(truth)


@pytest.mark.parametrize("name", ["altitude_step", "device_step"])
def test_a_step_marks_the_row_it_lands_on_and_all_before_it_are_as_they_were(
    clean_frames: Mapping[str, pl.DataFrame], name: str
) -> None:
    fault = FAULTS[name]
    column = "altitude_m" if fault.table == "records" else "measured_value"
    before = clean_frames[fault.table][column]

    after, truth = struck(fault, clean_frames, 2)

    (row,) = marked(truth)
    assert after[column][:row].equals(before[:row])
    assert after[column][row] != before[row]
    assert after[column][row + 1] != before[row + 1]


def test_who_stands_while_positions_drift_is_counted_further_and_runs_on_from_there(
    clean_frames: Mapping[str, pl.DataFrame],
) -> None:
    after, truth = struck(FAULTS["standing_drift"], clean_frames, 2)

    rows = marked(truth)
    stood = after[rows]
    assert set(stood["cadence_rpm"]) == {0.0}
    assert stood["distance_m"][-1] - stood["distance_m"][0] > 15.0
    steps = after["latitude_deg"].diff().abs()
    assert float(steps[rows[-1] + 2 :].max()) < 1e-4


@pytest.mark.parametrize("severity", SEVERITIES)
def test_frozen_values_mark_every_repetition_also_of_a_value_that_was_the_same_by_chance(
    clean_frames: Mapping[str, pl.DataFrame], severity: int
) -> None:
    before = clean_frames["daily_values"]["measured_value"].to_list()

    after, truth = struck(FAULTS["frozen_values"], clean_frames, severity)

    rows, values = marked(truth), after["measured_value"].to_list()
    assert all(values[row] == values[row - 1] for row in rows)
    assert {row for row, value in enumerate(values) if value != before[row]} <= set(rows)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_without_its_marked_rows_a_series_with_missed_beats_is_the_old_one(
    clean_frames: Mapping[str, pl.DataFrame], severity: int
) -> None:
    old = clean_frames["beats"]["rr_ms"].to_list()

    after, truth = struck(FAULTS["missed_beat"], clean_frames, severity)

    position = 0
    for row, value in enumerate(after["rr_ms"]):
        if row in set(marked(truth)):
            assert value == old[position] + old[position + 1]
            position += 2
        else:
            assert value == old[position]
            position += 1
    assert position == len(old)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_the_marked_pairs_of_extra_beats_add_up_to_the_old_interval(
    clean_frames: Mapping[str, pl.DataFrame], severity: int
) -> None:
    old = clean_frames["beats"]["rr_ms"].to_list()

    after, truth = struck(FAULTS["extra_beat"], clean_frames, severity)

    new = after["rr_ms"].to_list()
    for number, rows in enumerate(truth["row_indices"].to_list()):
        assert new[rows[0]] + new[rows[1]] == old[rows[0] - number]
    bad = set(marked(truth))
    firsts = {rows[0] - number for number, rows in enumerate(truth["row_indices"].to_list())}
    kept = [value for row, value in enumerate(old) if row not in firsts]
    assert [value for row, value in enumerate(new) if row not in bad] == kept


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_burst_leaves_everything_outside_its_rows_alone_and_keeps_the_time(
    clean_frames: Mapping[str, pl.DataFrame], severity: int
) -> None:
    before = clean_frames["beats"]["rr_ms"]

    after, truth = struck(FAULTS["burst"], clean_frames, severity)

    bad = set(marked(truth))
    kept = [value for row, value in enumerate(after["rr_ms"]) if row not in bad]
    first = truth["row_indices"][0].to_list()[0]
    assert kept[:first] == before.to_list()[:first]
    assert kept[-9:] == before.to_list()[-9:]
    assert after["rr_ms"].sum() == pytest.approx(before.sum(), abs=200.0)


@pytest.mark.parametrize("severity", SEVERITIES)
@pytest.mark.parametrize(
    ("name", "table", "time"), [("beat_gap", "beats", "start_s"), ("record_gap", "records", "at_s")]
)
def test_time_stands_open_before_the_row_that_a_gap_marks(
    clean_frames: Mapping[str, pl.DataFrame], name: str, table: str, time: str, severity: int
) -> None:
    def at_s(frame: pl.DataFrame) -> pl.Series:
        if time == "start_s":
            return frame["start_s"]
        return (frame["recorded_at_utc"] - frame["recorded_at_utc"][0]).dt.total_seconds()

    after, truth = struck(FAULTS[name], clean_frames, severity)

    row = marked(truth)[0]
    steps = at_s(after).diff().fill_null(0.0).to_numpy()
    assert int(np.argmax(steps)) == row
    assert at_s(after)[-1] == pytest.approx(at_s(clean_frames[table])[-1], abs=1e-3)


def test_duplicate_stamps_mark_the_second_of_each_pair(clean_frames: Mapping[str, pl.DataFrame]) -> None:
    after, truth = struck(FAULTS["duplicate_stamps"], clean_frames, 2)

    same = (after["recorded_at_utc"].diff().dt.total_seconds() == 0).arg_true().to_list()
    assert same == marked(truth)


def test_missing_nights_are_gone_and_the_row_after_them_is_marked(clean_frames: Mapping[str, pl.DataFrame]) -> None:
    before = clean_frames["daily_values"]

    after, truth = struck(FAULTS["missing_nights"], clean_frames, 2)

    row = marked(truth)[0]
    assert before["value_date"].n_unique() - after["value_date"].n_unique() == 7
    assert (after["value_date"][row] - after["value_date"][row - 1]).days == 8


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_the_same_chance_gives_the_same_damage(clean_frames: Mapping[str, pl.DataFrame], name: str) -> None:
    first, again = (struck(FAULTS[name], clean_frames, 2) for _ in range(2))

    assert first[0].equals(again[0])
    assert first[1].equals(again[1])


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_severity_grows(clean_frames: Mapping[str, pl.DataFrame], name: str) -> None:
    sizes = [damage(FAULTS[name], clean_frames, severity) for severity in SEVERITIES]

    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]


def largest(change: pl.Series) -> float:
    return float(change.abs().max())


SIZES = {
    "speed_unit": ("speed_m_per_s", largest),
    "implausible_value": ("measured_value", largest),
    "implausible_night": ("sleep_duration_s", largest),
    "altitude_step": ("altitude_m", largest),
    "distance_unit": ("distance_m", lambda change: -float(change.min())),
    "foot_pod_not_calibrated": ("distance_m", largest),
    "heart_rate_off_throughout": ("heart_rate_bpm", largest),
    "device_step": ("measured_value", largest),
    "overlapping_nights": ("start_at_utc", largest),
    "asleep_while_running": ("end_at_utc", largest),
    "stages_beyond_sleep": ("deep_s", largest),
    "parts_beyond_night": ("awake_s", largest),
    "device_not_worn": ("unmeasured_s", largest),
    "contradicting_values": ("measured_value", largest),
    "uncommon_at_that_age": ("measured_value", largest),
    "late_reading": ("measured_at_utc", largest),
    "too_much_deep": ("deep_s", largest),
    "never_awake": ("awake_s", lambda change: float((change < 0).sum())),
    "drifting_barometer": ("altitude_m", largest),
}


def damage(fault: Fault, frames: Mapping[str, pl.DataFrame], severity: int) -> float:
    """How much is damaged: rows, rows gone, or how far off they are."""
    before = frames[fault.table]
    after, truth = struck(fault, frames, severity)
    rows = float(len(marked(truth)))
    if fault.name in REMOVES_ROWS:
        return rows + abs(before.height - after.height)
    if fault.name in SIZES:
        column, size = SIZES[fault.name]
        now, was = after[column].cast(pl.Float64), before[column].cast(pl.Float64)
        return float(size(now - was) if column not in {"end_at_utc", "start_at_utc"} else size(was - now))
    if fault.name == "place_never_found":
        return -float(after["latitude_deg"].std())
    if fault.name == "mostly_awake":
        return float((after["awake_s"] / after["sleep_duration_s"]).max())
    return rows


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_damaged_frame_keeps_its_contract_and_numbers_its_rows(
    clean_frames: Mapping[str, pl.DataFrame], name: str
) -> None:
    fault = FAULTS[name]

    after, truth = struck(fault, clean_frames, 3)

    assert after.schema == clean_frames[fault.table].schema
    assert truth.schema == TRUTH_SCHEMA
    if fault.table in {"beats", "records"}:
        index = "beat_index" if fault.table == "beats" else "record_index"
        assert after[index].to_list() == list(range(after.height))


def test_every_fault_says_what_it_does_and_has_a_name_of_its_own() -> None:
    assert len(FAULTS) == len(faults())
    assert all(fault.documentation for fault in faults())


def test_every_fault_names_checks_that_exist_save_those_nothing_looks_for_yet() -> None:
    known = {check.name for check in checks()}

    unknown = {fault.name for fault in faults() if not set(fault.check_names) <= known}

    assert unknown <= {"cadence_lock"}
