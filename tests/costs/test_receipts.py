from datetime import date

import polars as pl
import pytest

import sql
from pipelines.costs.receipts import share_done_step, share_step
from pipelines.progress import StepSummary
from pipelines.tables import conform
from pipelines.warehouse.query import frame

SUBJECTS = {1: 3, 2: 1}
"""Activities of each athlete that wait to be judged."""


@pytest.fixture
def road(warehouse):
    """Two athletes with activities in the queue, four files and four observations on activities and nights."""
    con = warehouse.con
    for athlete_id, count in SUBJECTS.items():
        con.execute(
            "insert into athletes values (?, ?, ?, 'road', 'UTC', null, null, null, null, true)",
            [athlete_id, f"a{athlete_id}", f"A{athlete_id}"],
        )
        for number in range(count):
            con.execute(
                "insert into work_queue values ('judge', 'activity', ?, ?)", [f"{athlete_id}:{number}", athlete_id]
            )
            con.execute("insert into inbox_files values (?, ?, 10, 0, null)", [athlete_id, f"{number}.fit"])
    for name, athlete_id, size, status in (
        ("f1", 1, 900, "recognised"),
        ("f2", 2, 100, "recognised"),
        ("f3", 2, 5, "loaded"),
    ):
        con.execute(
            "insert into source_files by name select ? as source_file_id, ? as sha256, ? as athlete_id, ? as path,"
            " ? as size_bytes, ? as status",
            [name, name, athlete_id, name, size, status],
        )
    rows = [observed(1, "activity"), observed(1, "activity"), observed(1, "night"), observed(2, "night")]
    con.register(
        "fresh", conform(pl.DataFrame([row | {"observation_id": str(i)} for i, row in enumerate(rows)]), "observations")
    )
    con.execute("insert into observations by name from fresh")
    return warehouse


def observed(athlete_id: int, subject_kind: str) -> dict:
    return {
        "athlete_id": athlete_id,
        "subject_kind": subject_kind,
        "subject_id": "s",
        "observed_date": date(2026, 3, 1),
        "metric": "distance",
        "method": "m",
        "reading": "day",
        "device_id": "d",
        "purpose": "distance",
        "unit": "m",
        "grade": "ok",
        "verdict": "usable",
        "reasons": [],
        "remedy": "",
        "evidence": "{}",
        "definition_version": 1,
    }


def entry_of(road, meter, step_key: str, *, cpu_s: float | None = 8.0, parent: str | None = None) -> str:
    """A row of the ledger with so much CPU time; gives its identifier."""
    meter.file_known(
        step_key, purpose="judge", cpu_self_s=cpu_s, cpu_children_s=0.0, parent_entry_id=parent, wall_s=1.0
    )
    row = road.con.execute("select entry_id from ledger_entries order by rowid desc limit 1").fetchone()
    return str(row[0])


def receipts(road, entry_id: str) -> dict[tuple, float]:
    rows = road.con.execute(
        "select athlete_id, subject_kind, line, cpu_s from mart_receipts where entry_id = ?", [entry_id]
    )
    return {(athlete, kind or line): cpu_s for athlete, kind, line, cpu_s in rows.fetchall()}


def broken(road, invariant: str) -> int:
    return road.con.execute(sql.statement(f"invariants/{invariant}.sql")).to_arrow_table().num_rows


def finished(road, run_id: str, cpu_s: float) -> None:
    road.con.execute(
        "insert into run_log by name select ? as run_id, now() as started_at_utc, now() as ended_at_utc,"
        " 'ui' as trigger, 'ok' as status, ['road'] as squads, true as is_simulated, ? as cpu_s, 1.0 as wall_s,"
        " '{}' as summary",
        [run_id, cpu_s],
    )


def test_a_step_is_shared_by_the_subjects_it_has_before_it(road, meter):
    entry_id = entry_of(road, meter, "verdicts")

    count = share_step(road, entry_id, "verdicts", "road")

    assert count == 4
    assert receipts(road, entry_id) == {(1, "activity"): pytest.approx(6.0), (2, "activity"): pytest.approx(2.0)}
    assert broken(road, "receipts_differ_from_step") == 0


def test_files_that_are_read_weigh_by_their_size(road, meter):
    entry_id = entry_of(road, meter, "read_batches", cpu_s=10.0)

    share_step(road, entry_id, "read_batches", "road")

    assert receipts(road, entry_id) == {(1, "source_file"): pytest.approx(9.0), (2, "source_file"): pytest.approx(1.0)}


def test_what_lies_in_the_inbox_is_known_behind_the_first_step(road, meter):
    entry_id = entry_of(road, meter, "dropped_files")
    road.con.execute("create temp table later as from inbox_files")
    road.con.execute("delete from inbox_files")
    expected = share_step(road, entry_id, "dropped_files", "road")
    road.con.execute("insert into inbox_files from later")

    done = StepSummary(stop="drop", subject_count=4, unit="files", counts={})
    share_done_step(road, entry_id, "dropped_files", "road", done=done, expected_count=expected)

    assert receipts(road, entry_id) == {(1, "source_file"): pytest.approx(6.0), (2, "source_file"): pytest.approx(2.0)}


@pytest.mark.parametrize(("subject_count", "kinds"), [(4, {"activity"}), (5, {"athlete"})])
def test_a_step_that_did_everything_anew_is_shared_by_everything(road, meter, subject_count, kinds):
    entry_id = entry_of(road, meter, "verdicts")
    expected = share_step(road, entry_id, "verdicts", "road")

    done = StepSummary(stop="judge", subject_count=subject_count, unit="subjects", counts={})
    share_done_step(road, entry_id, "verdicts", "road", done=done, expected_count=expected)

    assert {kind for _, kind in receipts(road, entry_id)} == kinds


def test_a_job_inside_a_step_is_shared_like_the_step(road, meter):
    outer = entry_of(road, meter, "estimates", cpu_s=30.0)
    process = entry_of(road, meter, "model_process", cpu_s=20.0, parent=outer)
    job = entry_of(road, meter, "ridge:x", cpu_s=12.0, parent=process)

    share_step(road, outer, "estimates", "road")

    assert receipts(road, job) == {(1, "athlete_day"): pytest.approx(6.0), (2, "athlete_day"): pytest.approx(6.0)}
    billed = road.con.execute("select sum(cpu_s) from mart_receipts").fetchone()
    assert billed == (pytest.approx(30.0),)


def test_what_nobody_can_be_billed_for_is_a_line_of_its_own(road, meter):
    overhead, close = entry_of(road, meter, "overhead", cpu_s=3.0), entry_of(road, meter, "close", cpu_s=2.0)

    assert receipts(road, overhead) == {(None, "overhead"): 3.0}
    assert receipts(road, close) == {(None, "not attributed"): 2.0}


def test_a_killed_step_without_figures_has_receipts_that_are_not_known(road, meter):
    entry_id = entry_of(road, meter, "verdicts", cpu_s=None)
    share_step(road, entry_id, "verdicts", "road")

    assert set(receipts(road, entry_id).values()) == {None}


def test_the_share_of_a_forgotten_athlete_falls_on_nobody(road, meter):
    entry_id = entry_of(road, meter, "verdicts")
    share_step(road, entry_id, "verdicts", "road")

    road.con.execute("delete from step_shares where athlete_id = 1")

    assert receipts(road, entry_id) == {
        (2, "activity"): pytest.approx(2.0),
        (None, "not attributed"): pytest.approx(6.0),
    }
    assert broken(road, "receipts_differ_from_step") == 0


def test_observations_bear_the_receipts_of_their_kind_and_share_the_others(road, meter):
    road.con.execute("create view mart_observations as from observations")
    judged, read = entry_of(road, meter, "verdicts"), entry_of(road, meter, "read_batches", cpu_s=10.0)
    share_step(road, judged, "verdicts", "road")
    share_step(road, read, "read_batches", "road")

    def borne(athlete_id: int, subject_kind: str) -> float:
        found = frame(road.con, "queries/receipt_of_observation.sql", athlete_id=athlete_id, subject_kind=subject_kind)
        return found["cpu_s"].sum()

    whole = road.con.execute("select sum(cpu_s) from mart_receipts").fetchone()[0]
    of_one, of_other = borne(1, "activity"), borne(1, "night")
    assert of_one == pytest.approx(6.0 / 2 + 9.0 / 3)
    assert of_other == pytest.approx(9.0 / 3)
    assert 2 * of_one + of_other + borne(2, "night") == pytest.approx(whole)
    assert borne(1, "") == pytest.approx((2 * of_one + of_other) / 3)


def test_receipts_that_exceed_their_step_are_found(road, meter):
    entry_id = entry_of(road, meter, "verdicts")
    share_step(road, entry_id, "verdicts", "road")

    for share, count in ((0.75, 0), (0.7500001, 0), (0.751, 1)):
        road.con.execute("update step_shares set share_fraction = ? where athlete_id = 1", [share])
        assert broken(road, "receipts_differ_from_step") == count


def test_steps_and_run_agree_within_two_per_cent_with_or_without_the_closing_step(road, meter):
    entry_of(road, meter, "verdicts", cpu_s=10.0)
    entry_of(road, meter, "close", cpu_s=2.0)
    finished(road, "run-1", 10.0)

    for run_cpu_s, count in ((10.0, 0), (10.19, 0), (10.21, 1), (9.81, 0), (9.79, 1), (12.0, 0)):
        road.con.execute("update run_log set cpu_s = ?", [run_cpu_s])
        assert broken(road, "steps_differ_from_run") == count


def test_a_run_without_any_row_in_the_ledger_is_found(road, meter):
    entry_of(road, meter, "verdicts", cpu_s=10.0)
    finished(road, "gone", 5.0)

    assert broken(road, "steps_differ_from_run") == 1
