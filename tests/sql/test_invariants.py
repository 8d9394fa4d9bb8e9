import pytest

from pipelines.warehouse.invariants import invariants, violations
from pipelines.warehouse.open import Warehouse

SERIES = "(select min(series_id) from beat_series)"
FILE = "(select min(source_file_id) from source_files where status = 'loaded')"
VERDICT = (
    f"insert into verdicts by name select 1 as athlete_id, 'beat_series' as subject_kind, {SERIES} as subject_id, "
    "date '2026-03-01' as subject_date, 'hrv_day' as purpose, 'usable' as verdict, 0.2 as error_limit, "
    "'ln_ms' as unit, [] as reasons, '1' as limits_version, ERROR as expected_error"
)
FLAG = f"insert into flags select 1, 'beat_series', {SERIES}, 'made_up', 1, 0, 'doubtful'"
OUTCOME = f"insert into check_outcomes select 1, 'beat_series', {SERIES}, 'made_up', 1"
OBSERVATION = (
    f"insert into observations select 'o1', 1, 'beat_series', {SERIES}, date '2026-03-01', 'ln_rmssd', 'METHOD', "
    "'morning', '', 'hrv_day', 4.0, 'ln_ms', 0.1, 'ok', 'usable', [], '', '{}', 1"
)

ENTRY = (
    "insert into ledger_entries by name select 'e' as entry_id, 'r' as run_id, 'verdicts' as step_key, "
    "'road' as partition, 1 as attempt, 'judge' as purpose, now() as started_at_utc, 'ok' as status, "
    "true as is_simulated, 10.0 as cpu_self_s, 0.0 as cpu_children_s, 'estimated_cpu_time' as evidence, "
    "'getrusage' as method, '' as note"
)
RUN = (
    "insert into run_log by name select 'r' as run_id, now() as started_at_utc, now() as ended_at_utc, "
    "'ui' as trigger, 'ok' as status, ['road'] as squads, true as is_simulated, CPU_S as cpu_s, 1.0 as wall_s, "
    "'{}' as summary"
)

PLANTED = {
    "raw_row_without_source_file": "delete from source_files where status = 'loaded'",
    "source_file_without_athlete": "delete from athletes",
    "part_without_whole": f"insert into pauses values ('gone:0', 0, 1, {FILE}, '2026-03-01', '2026-03-01')",
    "interval_count_differs": f"update beat_series set interval_count = 7 where series_id = {SERIES}",
    "record_count_differs": f"insert into stream_files values ('records', 1, '2026-03', 'a', {FILE}, 5)",
    "set_aside_without_reason": "delete from skipped_items",
    "partial_without_loss": f"update source_files set is_partial = true where source_file_id = {FILE}",
    "queued_subject_missing": "insert into work_queue values ('judge', 'activity', 'gone:0', 1)",
    "judged_subject_missing": "insert into facts values (1, 'night', 'gone:n0', 'pair_count', 1, 'count')",
    "flag_without_failed_outcome": f"{FLAG}, 0, 1, 3, null, 'found'",
    "flag_ends_before_it_starts": f"{FLAG}, 9, 1, 3, null, 'found'",
    "not_assessable_without_why": f"{OUTCOME}, 'not_assessable', ''",
    "usable_beyond_limit": VERDICT.replace("ERROR", "null"),
    "observation_without_verdict": OBSERVATION.replace("METHOD", "adjacent_pairs"),
    "vendor_score_used": OBSERVATION.replace("METHOD", "vendor_score_readiness"),
    "receipts_differ_from_step": f"{ENTRY}; insert into step_shares values ('e', 1, 'activity', 1, 1.01)",
    "steps_differ_from_run": f"{ENTRY}; {RUN.replace('CPU_S', '10.3')}",
}
"""One statement per invariant that breaks it."""


def test_a_warehouse_that_was_just_loaded_breaks_no_invariant(loaded: Warehouse) -> None:
    assert violations(loaded.con) == dict.fromkeys(invariants(), 0)


def test_every_invariant_has_a_planted_violation() -> None:
    assert sorted(PLANTED) == sorted(invariants())


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_each_invariant_finds_a_planted_violation(loaded: Warehouse, name: str) -> None:
    loaded.con.begin()
    try:
        loaded.con.execute(PLANTED[name])
        found = violations(loaded.con)[name]
    finally:
        loaded.con.rollback()

    assert found > 0


@pytest.mark.parametrize(("expected_error", "is_broken"), [(0.2, False), (0.21, True), ("null", True)])
def test_a_usable_verdict_flips_with_its_limit(
    loaded: Warehouse, expected_error: float | str, *, is_broken: bool
) -> None:
    loaded.con.begin()
    try:
        loaded.con.execute(VERDICT.replace("ERROR", str(expected_error)))
        found = violations(loaded.con)["usable_beyond_limit"]
    finally:
        loaded.con.rollback()

    assert (found > 0) is is_broken


@pytest.mark.parametrize(
    ("subject_id", "metric", "method", "is_broken"),
    [
        ("1|rmssd|oura_night_average|oura:ring:|2026-03-01", "ln_rmssd", "oura_night_average", False),
        ("1|recovery_score|whoop_recovery|whoop:strap:|2026-03-01", "ln_rmssd", "whoop_recovery", True),
        ("1|rmssd|oura_night_average|oura:ring:|2026-03-01", "readiness_score", "oura_night_average", True),
        ("1|rmssd|x|oura:ring:|2026-03-01", "ln_rmssd", "vendor_score_oura", True),
    ],
)
def test_a_score_is_found_whatever_its_method_is_called(
    loaded: Warehouse, subject_id: str, metric: str, method: str, *, is_broken: bool
) -> None:
    made = OBSERVATION.replace("METHOD", method).replace("'ln_rmssd'", f"'{metric}'")
    made = made.replace(f"'beat_series', {SERIES}", f"'daily_value', '{subject_id}'")
    loaded.con.begin()
    try:
        loaded.con.execute(made)
        found = violations(loaded.con)["vendor_score_used"]
    finally:
        loaded.con.rollback()

    assert (found > 0) is is_broken


@pytest.mark.parametrize(
    ("observed_value", "verdict", "is_broken"),
    [
        ("4.0", "usable", False),
        ("null", "not_assessable", False),
        ("4.0", "not_assessable", True),
        ("null", "not_usable", True),
    ],
)
def test_a_value_has_the_verdict_of_its_subject_or_is_withheld(
    loaded: Warehouse, observed_value: str, verdict: str, *, is_broken: bool
) -> None:
    made = OBSERVATION.replace("METHOD", "rr_pair_masked").replace("4.0", observed_value)
    loaded.con.begin()
    try:
        loaded.con.execute(VERDICT.replace("ERROR", "0.1"))
        loaded.con.execute(made.replace("'usable'", f"'{verdict}'"))
        found = violations(loaded.con)["observation_without_verdict"]
    finally:
        loaded.con.rollback()

    assert (found > 0) is is_broken
